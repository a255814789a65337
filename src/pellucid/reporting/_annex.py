"""The nine points of Annex IV of the EU AI Act in own words, and what of each a study can say by itself."""

from collections.abc import Mapping

from pellucid.reporting import _statements as data
from pellucid.reporting import _statements_results as found
from pellucid.reporting._items import Point, fill
from pellucid.schema import ReportItem, Study

_GENERAL = "1 General description"
_ELEMENTS = "2 Elements and development"
_CONTROL = "3 Monitoring, functioning and control"

# fmt: off
_POINTS_1 = (
    Point("annex.1a", _GENERAL, "Purpose and provider",
          "The intended purpose, the provider, and the version with its relation to earlier ones.",
          (data.title, data.outcome), person=True,
          wanted="What is the system for, who provides it, and which version is this?"),
    Point("annex.1b", _GENERAL, "Surroundings",
          "How the system works together with hardware or software that is not part of it.",
          (data.language_model,), person=True,
          wanted="Which other systems does it work with, and who runs the language model?"),
    Point("annex.1c", _GENERAL, "Versions of software", "Versions of the software, and what updates need.",
          (data.software,), wanted="Which versions of software does the system need?"),
    Point("annex.1d", _GENERAL, "Forms of delivery", "The forms in which the system is put on the market or into use.",
          wanted="How is the system delivered: package, service, part of a device?"),
    Point("annex.1e", _GENERAL, "Hardware", "The hardware the system is meant to run on.",
          wanted="On which hardware is the system meant to run?"),
    Point("annex.1f", _GENERAL, "Product", "Where it is part of a product: pictures of its outside, marks and inside.",
          wanted="Is the system part of a product? If not, answer “not applicable:” with the reason."),
    Point("annex.1g", _GENERAL, "User interface", "A short description of what the deployer sees and handles.",
          wanted="What do those who work with the system see and handle?"),
    Point("annex.1h", _GENERAL, "Instructions", "The instructions for use.",
          wanted="Where do the instructions for use stand?"),
)

_POINTS_2 = (
    Point("annex.2a", _ELEMENTS, "Steps of development",
          "Methods and steps of development, with systems or tools of third parties that were used.",
          (data.preparation, data.language_model, data.models, data.software)),
    Point("annex.2b", _ELEMENTS, "Design",
          "The logic of the system, the main choices with their reasons, what it is tuned for, what was traded off.",
          (data.objectives, data.predictors, data.output, found.whole_models), where=("models",)),
    Point("annex.2c", _ELEMENTS, "Parts and resources",
          "How the parts build on each other, and what computing went into development, training and testing.",
          (data.preparation, found.costs), person=True,
          wanted="What computing resources went into development, training and testing?"),
    Point("annex.2d", _ELEMENTS, "Data",
          "Where training data come from, their scope and main traits, how they were chosen, labelled and cleaned.",
          (data.sources, data.size, data.digests, data.missing, found.group_sizes), where=("reading",)),
    Point("annex.2e", _ELEMENTS, "Human oversight",
          "What human oversight is needed, and what helps those who oversee to understand the output.",
          (found.explained,), person=True,
          wanted="Who oversees decisions, when may they overrule them, and what do they see?",
          where=("decisions",)),
    Point("annex.2f", _ELEMENTS, "Changes planned beforehand",
          "Changes of system and performance that were planned beforehand, and how compliance is kept.",
          wanted="Which changes were planned beforehand, or are there none?"),
    Point("annex.2g", _ELEMENTS, "Validation and testing",
          "How the system was validated and tested: data, measures, unfair effects, test logs.",
          (data.partition, data.measures, found.performance, found.fairness, found.looked_for, found.findings),
          where=("comparison", "plots", "audit")),
    Point("annex.2h", _ELEMENTS, "Security", "Measures of cybersecurity.",
          wanted="Which measures protect documents, prompts, answers and models?"),
)

_POINTS_3_TO_9 = (
    Point("annex.3a", _CONTROL, "Capabilities and limits",
          "What it can do and how accurately, for whom in particular, and overall against its purpose.",
          (found.verdict, found.performance, found.fairness, data.power), where=("comparison", "groups")),
    Point("annex.3b", _CONTROL, "Foreseeable risks",
          "Unwanted outcomes that can be foreseen, and sources of risk to health, safety, rights and equal treatment.",
          (found.limits, found.findings), person=True,
          wanted="Which harm could come to whom, if the system is wrong or used wrongly?", where=("audit",)),
    Point("annex.3c", _CONTROL, "Input", "What the input must be like.",
          (data.missing,), person=True,
          wanted="Which documents may be put in, in which language, form and length?"),
    Point("annex.3d", _CONTROL, "Logs", "What is logged, so that each result can be traced.",
          (data.digests, data.command, found.explained),
          wanted="What does the system log, and for how long is it kept?", where=("trace",)),
    Point("annex.4", "4 Measures of performance", "Why these measures",
          "Why the measures of performance suit this system.",
          (data.measures, data.power), where=("comparison",)),
    Point("annex.5", "5 Risk management", "Risk management", "The system of risk management.",
          wanted="How are risks found, weighed, lessened and followed up?"),
    Point("annex.6a", "6 Changes", "This version", "What identifies this version, so that a change can be seen.",
          (data.digests, data.software), wanted="What identifies this version?", where=("trace",)),
    Point("annex.6b", "6 Changes", "Changes over its life", "Relevant changes made to the system over its life.",
          wanted="What has changed since the first version, and when?"),
    Point("annex.7", "7 Standards", "Standards applied",
          "Harmonised standards that were applied, or how the requirements are met otherwise.",
          wanted="Which standards or other specifications were applied, in full or in part?"),
    Point("annex.8", "8 Declaration", "Declaration of conformity", "A copy of the EU declaration of conformity.",
          wanted="Where does the declaration of conformity stand?"),
    Point("annex.9", "9 After placing on the market", "Monitoring in use",
          "The system that watches performance in use, with its plan.",
          wanted="How will performance in use be watched, by whom, and what happens when it drops?"),
)
# fmt: on

ANNEX: tuple[Point, ...] = (*_POINTS_1, *_POINTS_2, *_POINTS_3_TO_9)
"""All points; a point with a letter is one part of that point.

References
----------
Regulation (EU) 2024/1689 of 13 June 2024, Article 11 and Annex IV.
"""


def annex_items(study: Study, answers: Mapping[str, str]) -> tuple[ReportItem, ...]:
    """Bring every point of Annex IV to its state.

    Parameters
    ----------
    study : Study
    answers : Mapping[str, str]
        A person's answers by key.

    Returns
    -------
    tuple of ReportItem
    """
    return tuple(fill(point, study, answers) for point in ANNEX)
