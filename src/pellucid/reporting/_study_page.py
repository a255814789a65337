"""A whole study as one self-contained HTML page that needs neither network nor script."""

from dataclasses import dataclass

from markupsafe import Markup

from pellucid.reporting._comparison_view import best_words, columns, contender_rows, main_measure
from pellucid.reporting._decision_view import TermRow, gap_words, outcome_words, term_rows, whole_words
from pellucid.reporting._evidence_view import evidence_note, highlight
from pellucid.reporting._figures import (
    Waterfall,
    difference_figure,
    interval_figure,
    percent_bar,
    speaks_in_risk,
    waterfall,
)
from pellucid.reporting._gold_view import gold_view
from pellucid.reporting._model_page import model_page
from pellucid.reporting._templates import render
from pellucid.reporting._wording import label, measure_words, number, percent, percent_figure, signed, wording
from pellucid.schema import ExplainedDocument, ReadingRow, Study


@dataclass(frozen=True)
class ReadingView:
    """How one question was read.

    Attributes
    ----------
    name, ask : str
    counts : tuple of (str, str, float, float)
        Per status: its name, the count, and where its part of the bar begins and how
        wide it is, in percent.
    accuracy, checked : str
    """

    name: str
    ask: str
    counts: tuple[tuple[str, str, float, float], ...]
    accuracy: str
    checked: str


@dataclass(frozen=True)
class DecisionView:
    """One explained decision.

    Attributes
    ----------
    key : str
        Begins the ids of its anchors.
    document, model, risk, outcome, decided, observed : str
    agrees : bool
        Whether what was decided is what happened.
    of_hundred : str
        The risk as a whole number of a hundred.
    direct, gap : str
        The language model's own probability and how far it is from the risk; empty
        where it was not asked.
    terms : tuple of TermRow
    intercept, score : str
    in_risk : bool
        Whether the score is the log-odds of the risk.
    drawing : Waterfall
    text : Markup
        The document with its evidence marked.
    note : str
        Characters of the document that do not show.
    warnings : tuple of str
    trained_on, total : str
        How many other documents the model was fitted on, and the total on its card; empty
        where there is none.
    """

    key: str
    document: str
    model: str
    risk: str
    outcome: str
    decided: str
    observed: str
    agrees: bool
    of_hundred: str
    direct: str
    gap: str
    terms: tuple[TermRow, ...]
    intercept: str
    score: str
    in_risk: bool
    drawing: Waterfall
    text: Markup
    note: str
    warnings: tuple[str, ...]
    trained_on: str
    total: str


def study_page(study: Study) -> str:
    """Write a study as one HTML page: light and dark, readable from 320 pixels up, and in print.

    The page asks no other host for anything and runs no script; a content security
    policy in its head forbids both. Every text from the study is escaped. The same
    study gives the same page, byte for byte.

    Rounding: probabilities in whole percent (the last percent at either end in
    words), points to two decimals, measures to three, calibration slope and
    intercept to two, shares read correctly to one decimal of a percent.

    Parameters
    ----------
    study : Study
    margin : float or None, default=None
        Margin fixed beforehand within which a contender counts as no worse than the
        reference, in units of the drawn measure; drawn beside the zero line.

    Returns
    -------
    str
        HTML, to be written as UTF-8 with line ends unchanged (``newline=""``).

    Raises
    ------
    InvalidInputError
        If the evidence of a decision lies outside its document, or `margin` is not above 0.

    Examples
    --------
    >>> from pellucid.schema import (Comparison, ContenderResult, Design, Measure, Question, Questionnaire)
    >>> design = Design(documents=9, classes={"no": 5, "yes": 4}, splits=3, repeats=1, seed=0, draws=9,
    ...                 interval="bootstrap over documents")
    >>> one = ContenderResult(name="EBM", measures={"auroc": Measure(value=0.8, low=0.7, high=0.9)})
    >>> study = Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[one], reference="EBM",
    ...                           verdict="Too few documents to tell.", rules=["At least 100 documents."]),
    ...     reading=[], views=[], decisions=[])
    >>> "Too few documents to tell." in study_page(study)
    True
    """
    comparison = study.comparison
    measure = main_measure(comparison)
    differences = difference_figure(comparison, measure, comparison.margin)
    return str(
        render(
            "study.html.j2",
            study=study,
            comparison=comparison,
            columns=columns(comparison),
            contenders=contender_rows(comparison),
            best=best_words(comparison),
            measure=measure_words(measure).label,
            figures=interval_figure(comparison, measure) if measure else None,
            differences=differences if differences.rows else None,
            margin="" if comparison.margin is None else number(comparison.margin, 3),
            verdict=comparison.verdict.split("\n"),
            caveats=tuple(one for one in comparison.caveats if one not in study.cautions),
            reading=tuple(reading_view(row, study) for row in study.reading),
            models=tuple(model_page(view, study.outcomes, study.questionnaire) for view in study.views),
            decisions=tuple(
                decision_view(one, study, f"decision-{position}") for position, one in enumerate(study.decisions, 1)
            ),
            facts=design_facts(study),
            gold=gold_view(comparison),
        )
    )


def reading_view(row: ReadingRow, study: Study) -> ReadingView:
    """Lay out how one question was read; every status is counted, none is dropped.

    Parameters
    ----------
    row : ReadingRow
    study : Study
        For the wording of the question.

    Returns
    -------
    ReadingView
    """
    by_status = {
        "answered": row.answered,
        "not stated": row.not_stated,
        "unsupported": row.unsupported,
        "unreadable": row.unreadable,
    }
    total = sum(by_status.values()) or 1
    counts, at = [], 0.0
    for status, count in by_status.items():
        width = percent_bar(count / total)
        counts.append((status, f"{count:,}", at, width))
        at += width
    return ReadingView(
        name=label(row.question),
        ask=wording(study.questionnaire, row.question),
        counts=tuple(counts),
        accuracy=percent_figure(row.accuracy) if row.checked else "undefined",
        checked=f"{row.correct:,} of {row.checked:,}" if row.checked else "no known facts",
    )


def decision_view(one: ExplainedDocument, study: Study, key: str) -> DecisionView:
    """Lay out one decision with its document.

    Parameters
    ----------
    one : ExplainedDocument
    study : Study
        For the words of outcomes and questions.
    key : str
        Begins the ids of the decision's anchors; unique on the page.

    Returns
    -------
    DecisionView

    Raises
    ------
    InvalidInputError
        If the evidence lies outside the document.
    """
    decision = one.decision
    outcome, decided = outcome_words(decision, study.outcomes)
    return DecisionView(
        key=key,
        document=decision.document,
        model=decision.model,
        risk=percent(decision.probability),
        outcome=outcome,
        decided=decided,
        observed=one.observed,
        agrees=one.observed == decided,
        of_hundred=f"{decision.probability * 100:.0f}",
        direct="" if one.direct is None else percent(one.direct),
        gap="" if one.direct is None else gap_words(decision.probability, one.direct),
        terms=term_rows(decision, study.questionnaire),
        intercept=signed(decision.intercept),
        score=signed(decision.score),
        in_risk=speaks_in_risk(decision),
        drawing=waterfall(decision),
        text=highlight(one.text, decision, prefix=key),
        note=evidence_note(one.text),
        warnings=decision.warnings,
        trained_on="" if one.trained_on is None else f"{one.trained_on:,}",
        total=whole_words(decision.total_points),
    )


def design_facts(study: Study) -> tuple[tuple[str, str], ...]:
    """List how the study was made, as pairs of words and fact.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of (str, str)
    """
    design = study.comparison.design
    classes = ", ".join(f"{name}: {count:,}" for name, count in design.classes.items())
    folds = f"{design.splits} folds, {design.repeats} {'time' if design.repeats == 1 else 'times'} over"
    facts = (
        ("Documents", f"{design.documents:,} ({classes})" if classes else f"{design.documents:,}"),
        ("One document speaks of one", study.unit),
        ("Cross-validation", f"{folds}; the same folds for every contender"),
        ("Seed", str(design.seed)),
        ("Intervals", f"95%; {design.interval}; {design.draws:,} draws".replace("; ;", ";")),
        ("Questionnaire", f"{study.questionnaire.name}, version {study.questionnaire.version}"),
        ("Software", ", ".join(f"{name} {version}" for name, version in study.comparison.versions.items())),
        ("Form of the record", f"version {study.comparison.format}"),
    )
    return tuple((words, fact) for words, fact in facts if fact)
