"""The 27 items of TRIPOD+AI in own words, and what of each a study can say by itself."""

from collections.abc import Mapping

from pellucid.reporting import _statements as data
from pellucid.reporting import _statements_results as found
from pellucid.reporting._items import Point, fill
from pellucid.schema import ReportItem, Study

_FOLDS = (
    "Training and evaluation documents are one set, divided by folds, so that there is nothing to set side by side."
)
_NOT_UPDATED = (
    "The record holds no change that followed from the evaluation. Models that are shown whole were fitted on all "
    "documents by the same procedure, only to be looked at."
)

# fmt: off
_OPENING = (
    Point("tripod.1", "Title and summary", "Title",
          "Say in the title that prediction models are developed or evaluated, for whom, and for which outcome.",
          (data.title,)),
    Point("tripod.2", "Title and summary", "Summary",
          "Sum up aim, data, methods, results and conclusion.",
          (data.objectives, data.size, found.verdict), where=("summary",)),
    Point("tripod.3a", "Introduction", "Context",
          "Explain the setting in which the prediction is needed, why a model is wanted, and which exist already.",
          wanted="Why is this prediction needed, who decides today and how, and which models exist already?"),
    Point("tripod.3b", "Introduction", "Purpose and users",
          "Describe the people the model is for, where in their course it is used, and who uses it.",
          wanted="Whom is the model for, at which moment is it used, and by whom?"),
    Point("tripod.3c", "Introduction", "Known inequalities",
          "Describe known inequalities between groups of people that bear on the outcome or the data.",
          wanted="Which groups are known to be treated or recorded differently, and how could that reach the data?"),
    Point("tripod.4", "Introduction", "Objectives",
          "State what was to be found out, and whether models are developed, evaluated or both.",
          (data.objectives,)),
)

_METHODS_DATA = (
    Point("tripod.5a", "Methods", "Sources of data",
          "Name the sources of training and evaluation data, why they were chosen, and whom they stand for.",
          (data.sources, data.size), wanted="Where do the documents come from, and how well do they stand for those "
          "the model would meet?", where=("trace",)),
    Point("tripod.5b", "Methods", "Dates",
          "Give the dates between which documents arose and, where it applies, the end of follow-up.",
          wanted="From when to when were the documents written, and until when were outcomes followed?"),
    Point("tripod.6a", "Methods", "Setting",
          "Describe the setting: kind and number of sites, and where they are.",
          wanted="In what kind of place, and in how many, did the documents arise?"),
    Point("tripod.6b", "Methods", "Eligibility",
          "Describe who or what was eligible.",
          wanted="By which criteria were documents taken in or left out?"),
    Point("tripod.6c", "Methods", "Measures taken",
          "Describe what was done for those concerned that could change the outcome, and how it was dealt with.",
          wanted="Was anything done between the document and the outcome that could change the outcome?"),
    Point("tripod.7", "Methods", "Data preparation",
          "Describe how data were prepared and checked, and whether that was alike for all groups.",
          (data.preparation, found.looked_for), where=("questions", "audit")),
    Point("tripod.8a", "Methods", "Outcome",
          "Define the outcome, its time span, how and when it was assessed, and that this was alike for all groups.",
          (data.outcome,), person=True,
          wanted="How is the outcome defined, over which time, and how was it assessed, alike for all groups?"),
    Point("tripod.8b", "Methods", "Who judged the outcome",
          "Where the outcome takes judgement, describe who judged and what qualified them.",
          wanted="Did the outcome take judgement? If so: who judged, and what qualified them?"),
    Point("tripod.8c", "Methods", "Blinding",
          "Report what kept those who assessed the outcome from knowing the predictors.",
          wanted="Could those who assessed the outcome see the document or any prediction?"),
    Point("tripod.9a", "Methods", "Choice of predictors",
          "Describe how the first set of predictors was chosen, and any choice before modelling.",
          (data.predictors,), person=True,
          wanted="Who wrote the questions, from what knowledge, and were any dropped after looking at outcomes?"),
    Point("tripod.9b", "Methods", "Predictors defined",
          "Define every predictor, and how and when it was measured.",
          (data.preparation, data.language_model), where=("questions",)),
    Point("tripod.9c", "Methods", "Who measured the predictors",
          "Where predictors take judgement, describe who judged and what qualified them.",
          (data.language_model, data.accuracy),
          wanted="Which language model read the documents, and how were its answers checked?",
          where=("reading",)),
    Point("tripod.10", "Methods", "Sample size",
          "Explain the sample size, and whether it suffices for the question.",
          (data.size, data.power)),
    Point("tripod.11", "Methods", "Missing data",
          "Describe how missing data were handled.",
          (data.missing,), wanted="How many answers were missing, and what was done about them?",
          where=("reading",)),
)

_METHODS_ANALYSIS = (
    Point("tripod.12a", "Methods", "Use of data",
          "Describe how data were divided for development and evaluation.",
          (data.partition,)),
    Point("tripod.12b", "Methods", "Handling of predictors",
          "Describe how predictors entered the analysis: form, scaling, transformation.",
          (data.predictors, data.level), where=("models",)),
    Point("tripod.12c", "Methods", "Kinds of model",
          "Name every kind of model, why it was chosen, how it was built, and how it was evaluated internally.",
          (data.models, data.partition), where=("comparison",)),
    Point("tripod.12d", "Methods", "Clusters",
          "Describe how differences between clusters, such as sites, were dealt with.",
          (data.clusters,)),
    Point("tripod.12e", "Methods", "Measures and rules",
          "Name all measures and plots, why they were chosen, and how models were compared.",
          (data.measures,), where=("comparison", "plots")),
    Point("tripod.12f", "Methods", "Updating",
          "Describe any updating of a model that followed from its evaluation.",
          reason=_NOT_UPDATED),
    Point("tripod.12g", "Methods", "How predictions were made",
          "Describe how predictions were made for the evaluation.",
          (data.unseen, data.output)),
    Point("tripod.13", "Methods", "Class imbalance",
          "Where methods against class imbalance were used, say why, how, and how it was undone.",
          (data.imbalance,)),
    Point("tripod.14", "Methods", "Fairness",
          "Describe what was done about fairness, and why.",
          (found.fairness,), wanted="For which groups must the model work alike, and what was done to see to it?",
          where=("groups",)),
    Point("tripod.15", "Methods", "Model output",
          "Say what a model puts out, and how any classes and thresholds were chosen.",
          (data.output,)),
    Point("tripod.16", "Methods", "Training against evaluation",
          "Name differences between training and evaluation data in setting, eligibility, outcome and predictors.",
          (data.train_and_test,)),
    Point("tripod.17", "Methods", "Ethics",
          "Name the body that approved the study, and how consent was given or why none was needed.",
          wanted="Which body approved the use of these documents, and on what ground without consent, if so?"),
)

_OPEN = (
    Point("tripod.18a", "Open science", "Funding", "Name who paid for the study, and the part they played.",
          wanted="Who paid for this study, and what part did they play in it?"),
    Point("tripod.18b", "Open science", "Interests", "Declare interests of all authors.",
          wanted="Which interests do the authors declare?"),
    Point("tripod.18c", "Open science", "Protocol", "Say where the protocol can be had, or that there is none.",
          wanted="Was there a protocol, and where can it be read?"),
    Point("tripod.18d", "Open science", "Registration", "Name the register and number, or say that there is none.",
          wanted="Was the study registered, where, and under which number?"),
    Point("tripod.18e", "Open science", "Data", "Say where the data can be had, on what terms, and what they are.",
          (data.sources, data.digests), wanted="Can the documents be had, where, and on what terms?",
          where=("trace",)),
    Point("tripod.18f", "Open science", "Code", "Say where the code can be had, and what repeats the analysis.",
          (data.command, data.software), wanted="Where can the code of the analysis be had?",
          where=("trace",)),
    Point("tripod.19", "Involvement", "Involvement of those concerned",
          "Say how those concerned, and the public, took part in the study, or that they did not.",
          wanted="Did people who are concerned take part in planning, doing or reporting this study, and how?"),
)

_RESULTS = (
    Point("tripod.20a", "Results", "Flow", "Describe the flow of documents through the study, with outcomes.",
          (found.analysed, data.reading, found.completion), where=("reading",)),
    Point("tripod.20b", "Results", "Characteristics",
          "Describe the documents: key predictors, missing values, groups, dates.",
          (found.group_sizes, found.answers_given),
          wanted="What are the documents like: groups, key predictors, dates?", where=("groups",)),
    Point("tripod.20c", "Results", "Development against evaluation",
          "For an evaluation, set the spread of key predictors and outcome beside that of the development data.",
          wanted="How do predictors and outcomes differ between the development and the evaluation data?"),
    Point("tripod.21", "Results", "Numbers analysed",
          "Give the number of documents and events in each analysis.",
          (found.analysed,)),
    Point("tripod.22", "Results", "Full model",
          "Give the full model, so that anyone can predict with it, and any limits on its use.",
          (found.whole_models, found.explained),
          wanted="Where does the full model stand, so that others can predict with it?",
          where=("models", "decisions")),
    Point("tripod.23a", "Results", "Performance",
          "Give performance with intervals, also for key groups, and show plots.",
          (found.performance, found.completion, found.costs, found.fairness),
          wanted="How well did each model do, with intervals?",
          where=("comparison", "plots", "groups")),
    Point("tripod.23b", "Results", "Differences between clusters",
          "Where it was looked at, give the differences in performance between clusters or folds.",
          (found.fold_ranges,), wanted="Did performance differ between sites, periods or other clusters?"),
    Point("tripod.24", "Results", "Updated models",
          "Give the results of any updating, with the updated model.",
          reason=_NOT_UPDATED),
)

_DISCUSSION = (
    Point("tripod.25", "Discussion", "Interpretation",
          "Interpret the main results against the objectives and other studies, fairness included.",
          (found.verdict, found.fairness), where=("summary",)),
    Point("tripod.26", "Discussion", "Limits",
          "Discuss what limits the study: data that stand for too few, size, overfitting, missing data.",
          (found.limits, data.power, found.looked_for), where=("audit",)),
    Point("tripod.27a", "Discussion", "Poor or missing input",
          "Describe how input that is poor or missing is to be handled where the model is used.",
          (data.missing,), person=True,
          wanted="In use, what happens with a document that is unreadable, too short or silent on key questions?"),
    Point("tripod.27b", "Discussion", "What users need",
          "Say what users must do with input or output, and what they must know to do it.",
          wanted="What must users do and know to work with the model, and who trains them?"),
    Point("tripod.27c", "Discussion", "Next steps",
          "Discuss what research must follow, and how well the model may carry over.",
          wanted="What has to be shown next before the model is used, and where should it not be used?"),
)
# fmt: on

TRIPOD: tuple[Point, ...] = (*_OPENING, *_METHODS_DATA, *_METHODS_ANALYSIS, *_OPEN, *_RESULTS, *_DISCUSSION)
"""All points; an item with a letter is one part of that item.

References
----------
Collins, G. S. et al. (2024). TRIPOD+AI statement: updated guidance for reporting
prediction models (title shortened). BMJ 385, e078378.
"""


def tripod_items(study: Study, answers: Mapping[str, str]) -> tuple[ReportItem, ...]:
    """Bring every item of TRIPOD+AI to its state.

    Parameters
    ----------
    study : Study
    answers : Mapping[str, str]
        A person's answers by key.

    Returns
    -------
    tuple of ReportItem
    """
    return tuple(fill(_for_design(point, study), study, answers) for point in TRIPOD)


def _for_design(point: Point, study: Study) -> Point:
    """Take out what a design leaves nothing to say of."""
    if point.key == "tripod.20c" and data.from_folds(study):
        return point._replace(reason=_FOLDS)
    return point
