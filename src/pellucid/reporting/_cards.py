"""The model card and the data card: their sections in own words, and what of each a study can say by itself."""

from collections.abc import Mapping

from pellucid.reporting import _statements as data
from pellucid.reporting import _statements_results as found
from pellucid.reporting._items import Point, fill
from pellucid.schema import Card, Study

# fmt: off
MODEL_CARD = (
    Point("model_card.what", "Model", "What it is", "What the model predicts, from what, and how.",
          (data.title, data.preparation, data.language_model, data.output)),
    Point("model_card.provider", "Model", "Who made it", "Who built it, who answers for it, and how to reach them.",
          wanted="Who built the model, who answers for it, and how can they be reached?"),
    Point("model_card.licence", "Model", "Licence", "The terms on which the model may be used.",
          wanted="On what terms may the model be used? An identifier such as “apache-2.0” is best."),
    Point("model_card.language", "Model", "Language", "The language of the documents.",
          wanted="In which language are the documents? Codes such as “en”, divided by commas, are best."),
    Point("model_card.uses", "Use", "Intended use", "What it is meant for, by whom, on which documents.",
          wanted="What is the model meant for, who uses it, on which documents?"),
    Point("model_card.misuse", "Use", "Out of scope", "What it must not be used for.",
          (found.limits,), person=True, wanted="What must the model not be used for?"),
    Point("model_card.oversight", "Use", "Human oversight", "How a person can check and overrule a decision.",
          (found.explained,), person=True, wanted="Who checks decisions, and how are they overruled?"),
    Point("model_card.training", "Training", "Training data", "What it was trained on.",
          (data.sources, data.size, data.missing)),
    Point("model_card.procedure", "Training", "Procedure", "How it was trained.",
          (data.partition, data.models, data.command)),
    Point("model_card.terms", "Training", "The model itself", "The full model, or where it stands.",
          (found.whole_models,), wanted="Where does the full model stand?"),
    Point("model_card.performance", "Evaluation", "Performance", "How well it did, with intervals, against others.",
          (found.performance, found.completion)),
    Point("model_card.measures", "Evaluation", "Measures and rules", "What was measured, and judged by which rules.",
          (data.measures, data.power)),
    Point("model_card.groups", "Evaluation", "Groups", "How well it did in groups of people.",
          (found.fairness,), wanted="For which groups was the model looked at, and how did it do in each?"),
    Point("model_card.audit", "Evaluation", "Audit", "What was looked for, and found.",
          (found.looked_for, found.findings)),
    Point("model_card.verdict", "Evaluation", "Verdict", "What follows from the figures.", (found.verdict,)),
    Point("model_card.limits", "Limits", "Limits and risks", "What to know before trusting it.",
          (found.limits, data.power), wanted="What limits the model, and what could go wrong?"),
    Point("model_card.cost", "Limits", "Cost", "What it takes to run.",
          (found.costs,), wanted="What does it take to run the model: time, money, energy?"),
    Point("model_card.trace", "Provenance", "Provenance", "Software and digests behind every figure.",
          (data.software, data.digests), wanted="What identifies model, data and software?"),
)

DATA_CARD = (
    Point("data_card.what", "Data", "What it is", "What one row is, and how many there are.",
          (data.title, data.outcome, data.size)),
    Point("data_card.sources", "Data", "Sources and licences", "Where the records come from, and on what terms.",
          (data.sources,), wanted="Where do the records come from, and on what terms?"),
    Point("data_card.licence", "Data", "Licence", "The terms on which this set may be used.",
          wanted="On what terms may this set be used? An identifier such as “cc-by-4.0” is best."),
    Point("data_card.language", "Data", "Language", "The language of the documents.",
          wanted="In which language are the documents? Codes such as “en”, divided by commas, are best."),
    Point("data_card.purpose", "Making", "Why it was made", "Why, by whom, and with whose money it was made.",
          wanted="Why was the set made, by whom, and who paid for it?"),
    Point("data_card.collection", "Making", "Collection", "How, when and where the records were collected, and chosen.",
          wanted="How, when and where were the records collected, and how were these chosen?"),
    Point("data_card.consent", "Making", "Consent and ethics", "Whether those concerned agreed, and who approved.",
          wanted="Did those concerned agree, or on what ground was the use approved, and by whom?"),
    Point("data_card.labels", "Making", "Outcomes", "How outcomes were found, by whom, and how sure they are.",
          (data.outcome,), person=True, wanted="How were outcomes found, by whom, and how sure are they?"),
    Point("data_card.answers", "Contents", "Answers read from the documents", "Which questions were put, and how well.",
          (data.preparation, data.language_model, data.reading, data.accuracy)),
    Point("data_card.values", "Contents", "Values", "How often each value was given.",
          (found.answers_given,), wanted="What values do the columns take, and how often?"),
    Point("data_card.groups", "Contents", "Groups of people", "Which groups stand in it, and how many of each.",
          (found.group_sizes,), wanted="Which groups of people stand in the set, and how many of each?"),
    Point("data_card.privacy", "Contents", "Personal data", "What could point to a person, and what was done about it.",
          wanted="Could anyone be recognised from a document, and what was done against it?"),
    Point("data_card.missing", "Quality", "Missing values", "What is missing.",
          (data.missing,), wanted="What is missing, and why?"),
    Point("data_card.audit", "Quality", "Audit", "What was looked for, such as duplicates, and found.",
          (found.looked_for, found.findings)),
    Point("data_card.uses", "Use", "Uses", "What it may be used for, and what not.",
          (found.cautions,), person=True, wanted="What may the set be used for, and what not?"),
    Point("data_card.care", "Use", "Care", "Who keeps it, and how errors are reported and mended.",
          wanted="Who keeps the set, and how are errors reported and mended?"),
    Point("data_card.trace", "Provenance", "Provenance", "Digests that identify the set.",
          (data.digests,), wanted="What identifies this version of the set?"),
)
# fmt: on


def model_card(study: Study, answers: Mapping[str, str]) -> Card:
    """Fill a model card.

    Parameters
    ----------
    study : Study
    answers : Mapping[str, str]
        A person's answers by key.

    Returns
    -------
    Card

    References
    ----------
    Mitchell, M. et al. (2019). Model cards for model reporting. FAT* '19, 220-229.
    """
    items = tuple(fill(point, study, answers) for point in MODEL_CARD)
    return Card(kind="model", title=f"Model card: {study.title}", items=items)


def data_card(study: Study, answers: Mapping[str, str]) -> Card:
    """Fill a data card.

    Parameters
    ----------
    study : Study
    answers : Mapping[str, str]
        A person's answers by key.

    Returns
    -------
    Card

    References
    ----------
    Gebru, T. et al. (2021). Datasheets for datasets. Communications of the ACM 64(12), 86-92.
    Pushkarna, M. et al. (2022). Data cards. FAccT '22, 1776-1826.
    """
    items = tuple(fill(point, study, answers) for point in DATA_CARD)
    return Card(kind="data", title=f"Data card: {study.title}", items=items)
