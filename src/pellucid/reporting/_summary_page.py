"""The one-page summary: the verdict in words, three numbers, one drawing, what limits it."""

import hashlib
from dataclasses import dataclass

from pellucid.reporting._comparison_view import main_measure
from pellucid.reporting._figures import IntervalFigure, difference_figure
from pellucid.reporting._statements import COMPARISON, class_words, counted
from pellucid.reporting._statements_results import difference_place, limits, position
from pellucid.reporting._templates import render
from pellucid.reporting._wording import measure_words, number, short_number, signed
from pellucid.schema import ContenderResult, Difference, Measure, Report, Study, row_path

MOST_ROWS = 7
"""Most contenders drawn; the report draws all."""

MOST_LIMITS = 5
_TITLE, _FIRST, _SENTENCE, _LIMIT, _VERDICTS = 100, 260, 200, 200, 4


@dataclass(frozen=True)
class KeyNumber:
    """One number that matters.

    Attributes
    ----------
    words, value, interval, about : str
    path : str
        Where in the report it stands.
    """

    words: str
    value: str
    interval: str
    about: str
    path: str


def summary_page(report: Report) -> str:
    """Write the summary of a report as one self-contained HTML page that prints on one sheet of A4.

    Long texts are cut at a word and marked with “…”, and what was left out is counted,
    so that the sheet holds whatever the study says; the report has all of it.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        HTML, to be written as UTF-8 with line ends unchanged (``newline=""``).

    Examples
    --------
    >>> from pellucid.reporting import build_report
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Measure, Question, Questionnaire, Study
    >>> design = Design(documents=9, classes={"no": 5, "yes": 4}, splits=3, repeats=1, seed=0, draws=9,
    ...                 interval="bootstrap over documents")
    >>> one = ContenderResult(name="EBM", glass_box=True, measures={"auroc": Measure(value=0.8, low=0.7, high=0.9)})
    >>> page = summary_page(build_report(Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[one], reference="EBM",
    ...                           verdict="Too few documents to tell.", rules=["At least 100 documents."]),
    ...     reading=[], views=[], decisions=[])))
    >>> "Too few documents to tell." in page, "[0.700, 0.900]" in page
    (True, True)
    """
    study, comparison = report.study, report.study.comparison
    figure, left_out = _forest(study, report.model)
    lines = [line for line in comparison.verdict.split("\n") if line.strip()]
    verdict = [cut(lines[0], _FIRST), *(cut(line, _SENTENCE) for line in lines[1:_VERDICTS])]
    margin = comparison.margin
    return str(
        render(
            "summary.html.j2",
            study_title=cut(study.title, _TITLE),
            design=_design_words(study),
            verdict=verdict,
            numbers=key_numbers(report),
            chosen=chosen_words(report),
            figure=figure,
            margin="" if margin is None else f" Dotted: the margin of {short_number(margin)}, a setting of the run.",
            left_out=left_out,
            reference=cut(comparison.reference, 60),
            label=measure_words(main_measure(comparison)).label,
            limits=_limits(study),
            trace=_trace(report),
        )
    )


def key_numbers(report: Report) -> tuple[KeyNumber, ...]:
    """Choose the three numbers that matter: how good, against the reference, and how well it reads.

    Parameters
    ----------
    report : Report

    Returns
    -------
    tuple of KeyNumber
        Fewer where the record holds fewer. Where nothing is known of how the documents
        were read, the third is the calibration slope.
    """
    study, comparison = report.study, report.study.comparison
    measure = main_measure(comparison)
    if not report.model or not measure:
        return ()
    at = position(comparison, report.model)
    contender, words = comparison.contenders[at], measure_words(measure)
    found = []
    if measure in contender.measures:
        path = row_path(COMPARISON, "contenders", at, "measures", measure)
        found.append(
            _key(f"{words.label} of “{cut(report.model, 30)}”", contender.measures[measure], path, words.about)
        )
    held = difference_place(comparison, report.model, measure)
    if held is not None and report.model != comparison.reference:
        one = comparison.differences[held]
        path = row_path(COMPARISON, "differences", held)
        heading = f"Difference from “{cut(comparison.reference, 30)}”"
        found.append(_key(heading, one, path, _conclusion(one), signs=True))
    return (*found, *_third(study, contender, at))


def chosen_words(report: Report) -> str:
    """Say which glass box the numbers are of, and how it was chosen."""
    boxes = sum(one.glass_box for one in report.study.comparison.contenders)
    if not report.model or boxes < 2:
        return ""
    return (
        f"Shown: “{cut(report.model, 60)}”, one of {counted(boxes, 'glass box', 'glass boxes')}. Where the one with "
        "the highest figure is shown, the choice was made on these same documents, which flatters it a little."
    )


def cut(text: str, longest: int) -> str:
    """Cut a text at a word, and show that it was cut.

    Examples
    --------
    >>> cut("a rather long sentence", 14), cut("short", 14)
    ('a rather long…', 'short')
    """
    flat = " ".join(text.split())
    if len(flat) <= longest:
        return flat
    kept = flat[: longest - 1]
    if flat[longest - 1] != " " and " " in kept[longest // 2 :]:
        kept = kept.rsplit(" ", 1)[0]
    return kept.rstrip() + "…"


def _key(words: str, figure: Measure | Difference, path: str, about: str, *, signs: bool = False) -> KeyNumber:
    """Lay out one number with its interval."""
    write = signed if signs else number
    between = "no interval"
    if figure.low is not None and figure.high is not None:
        between = f"95% interval [{write(figure.low, 3)}, {write(figure.high, 3)}]"
    return KeyNumber(words, write(figure.value, 3), between, cut(about, 130), path)


def _third(study: Study, contender: ContenderResult, at: int) -> tuple[KeyNumber, ...]:
    """Return how the question that was read worst was read, else the calibration slope."""
    checked = [(row.accuracy.value, place) for place, row in enumerate(study.reading) if row.accuracy.value is not None]
    if checked:
        place = min(checked)[1]
        row = study.reading[place]
        of = f"{row.correct:,} of {row.checked:,}"
        about = f"Of the questions with known facts, “{cut(row.question, 40)}” was read worst: {of} right."
        if row.accuracy.value == 1:
            about = f"Every question with known facts was read without an error; “{cut(row.question, 40)}”: {of}."
        path = row_path("study.reading", place, "accuracy")
        return (_key("Answers read rightly, at worst", row.accuracy, path, about),)
    for name in ("slope", "calibration_slope"):
        if name in contender.measures:
            path = row_path(COMPARISON, "contenders", at, "measures", name)
            return (_key("Calibration slope", contender.measures[name], path, measure_words(name).about),)
    return ()


def _conclusion(one: Difference) -> str:
    """Say what a difference says, where a margin was stated."""
    if one.conclusion is None or one.margin is None:
        return "On the same documents."
    return f"On the same documents: {one.conclusion.value}; the margin is {short_number(one.margin)}."


def _forest(study: Study, model: str) -> tuple[IntervalFigure | None, str]:
    """Lay out the differences from the reference: the shown glass box and the first others, not too many."""
    comparison, measure = study.comparison, main_measure(study.comparison)
    held = [
        one
        for one in comparison.differences
        if one.measure == measure and one.reference == comparison.reference != one.contender
    ]
    if not held:
        return None, ""
    shown = sorted(held, key=lambda one: one.contender != model)[:MOST_ROWS]
    drawn = comparison.model_copy(update={"differences": tuple(shown)})
    left = len(held) - len(shown)
    told = f" {counted(left, 'more contender')} in the report." if left else ""
    return difference_figure(drawn, measure, comparison.margin), told


def _design_words(study: Study) -> str:
    """Say in one line what was done."""
    design = study.comparison.design
    classes = class_words(study)
    told = f"{counted(design.documents, 'document')}" + (f": {classes}" if classes else "")
    return cut(f"{told}. {design.kind.capitalize()}. {counted(len(study.comparison.contenders), 'contender')}.", 260)


def _limits(study: Study) -> tuple[str, ...]:
    """Choose what limits it: cautions, what so few documents can say, then alarms, then the rest in order."""
    told = [statement.said for statement in limits(study)]
    alarms = [one.said for one in (study.audit.findings if study.audit is not None else ()) if one.alarm]
    cautions = list(study.cautions[:2])
    first = [*cautions, *([study.comparison.power] if study.comparison.power else [])]
    for caution in cautions:
        said = next((place for place, said in enumerate(told) if caution in said), None)
        told = told if said is None else [*told[:said], *told[said + 1 :]]
    found = [*first, *sorted(told, key=lambda said: not any(said.endswith(alarm) for alarm in alarms))]
    kept = [cut(one, _LIMIT) for one in found[:MOST_LIMITS]]
    if len(found) > MOST_LIMITS:
        kept[-1] = f"{len(found) - MOST_LIMITS + 1:,} more stand in the report."
    return tuple(kept)


def _trace(report: Report) -> str:
    """Say in one line where the numbers come from."""
    comparison = report.study.comparison
    digest = hashlib.sha256(report.to_json().encode()).hexdigest()
    versions = ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
    documents = comparison.provenance.documents or "not recorded"
    parts = (
        f"From report.json, form {report.format}, SHA-256 {digest}",
        f"documents SHA-256 {documents}",
        f"seed {comparison.design.seed}",
        f"rows of the numbers: {', '.join(one.path for one in key_numbers(report))}" if report.model else "",
        f"rows of the drawing: {row_path(COMPARISON, 'differences')}",
        cut(versions, 160),
        cut(report.study.command or comparison.provenance.command, 120),
    )
    return "; ".join(part for part in parts if part) + "."
