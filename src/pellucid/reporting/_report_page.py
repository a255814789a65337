"""The study report and the Annex IV view as self-contained HTML pages that need neither network nor script."""

from markupsafe import Markup

from pellucid.reporting._calibration_figure import calibration_figure
from pellucid.reporting._comparison_view import best_words, columns, main_measure
from pellucid.reporting._cost_figure import cost_figure
from pellucid.reporting._curve_figure import decision_curve_figure, learning_curve_figure, roc_figure
from pellucid.reporting._figure_svg import Figure, figure_markup
from pellucid.reporting._figures import interval_figure
from pellucid.reporting._forest_figure import forest_figure
from pellucid.reporting._gold_view import gold_view
from pellucid.reporting._model_page import model_page
from pellucid.reporting._report_tables import (
    comparison_tables,
    cost_table,
    difference_table,
    question_audit_table,
    question_table,
    subgroup_tables,
)
from pellucid.reporting._report_view import PLACES, footnotes, section_views, state_words, trace_facts, trace_rows
from pellucid.reporting._study_page import decision_view, reading_view
from pellucid.reporting._summary_page import chosen_words, key_numbers
from pellucid.reporting._templates import render
from pellucid.schema import Report, Study


def report_page(report: Report) -> str:
    """Write a report as one HTML page, laid out by the 27 items of TRIPOD+AI.

    Light and dark, readable from 320 pixels up, and in print. The page asks no other
    host for anything and runs no script; a content security policy in its head forbids
    both. Every text is escaped. The same report gives the same page, byte for byte.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        HTML, to be written as UTF-8 with line ends unchanged (``newline=""``).

    Raises
    ------
    InvalidInputError
        If the evidence of a decision lies outside its document.

    Examples
    --------
    >>> from pellucid.reporting import build_report
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Measure, Question, Questionnaire
    >>> design = Design(documents=9, classes={"no": 5, "yes": 4}, splits=3, repeats=1, seed=0, draws=9,
    ...                 interval="bootstrap over documents")
    >>> one = ContenderResult(name="EBM", glass_box=True, measures={"auroc": Measure(value=0.8, low=0.7, high=0.9)})
    >>> page = report_page(build_report(Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[one], reference="EBM",
    ...                           verdict="Too few documents to tell.", rules=["At least 100 documents."]),
    ...     reading=[], views=[], decisions=[])))
    >>> 'id="item-23a"' in page, "study.comparison.contenders[0].measures.auroc" in page
    (True, True)
    """
    study, comparison = report.study, report.study.comparison
    notes = footnotes(report.tripod)
    gold = gold_view(comparison)
    return str(
        render(
            "report.html.j2",
            study=study,
            sections=section_views(report.tripod, notes),
            states=state_words(report.tripod),
            places=tuple(place for place in PLACES.items() if gold or place[0] != "gold"),
            gold=gold,
            verdict=[line for line in comparison.verdict.split("\n") if line.strip()],
            numbers=key_numbers(report),
            chosen=chosen_words(report),
            questions=question_table(study),
            best=best_words(comparison),
            columns=columns(comparison),
            comparison=comparison_tables(study),
            main_differences=difference_table(study, main_measure(comparison)),
            differences=difference_table(study),
            costs=cost_table(study),
            plots=plots(study),
            groups=subgroup_tables(study),
            audited=question_audit_table(study),
            reading=tuple(reading_view(row, study) for row in study.reading),
            models=tuple(model_page(view, study.outcomes, study.questionnaire) for view in study.views),
            decisions=tuple(
                decision_view(one, study, f"decision-{place}") for place, one in enumerate(study.decisions, 1)
            ),
            facts=trace_facts(report),
            rows=trace_rows(report, notes),
        )
    )


def annex_page(report: Report) -> str:
    """Write what a report knows by the nine points of Annex IV of the EU AI Act, as one HTML page.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        HTML, as of `report_page`.

    Examples
    --------
    >>> from pellucid.reporting import build_report
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Question, Questionnaire
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> page = annex_page(build_report(Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[ContenderResult(name="a", measures={})],
    ...                           reference="a", verdict="Too few documents to tell.", rules=[]),
    ...     reading=[], views=[], decisions=[])))
    >>> 'id="item-2g"' in page
    True
    """
    notes = footnotes(report.annex)
    return str(
        render(
            "annex.html.j2",
            study=report.study,
            sections=section_views(report.annex, notes),
            states=state_words(report.annex),
            facts=trace_facts(report),
            rows=trace_rows(report, notes),
        )
    )


def plots(study: Study) -> tuple[tuple[str, str, Markup], ...]:
    """Draw what the comparison holds.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of (str, str, Markup)
        Title, how to read it, and the drawing.
    """
    comparison, measure = study.comparison, main_measure(study.comparison)
    if not measure:
        return ()
    levels = interval_figure(comparison, measure)
    first = (levels.title, "Filled: glass box. Hollow: not one.", render("intervals.svg.j2", figure=levels))
    figures: tuple[tuple[Figure, str], ...] = (
        (forest_figure(comparison, measure=measure), "Upright line: no difference. Hollow: inconclusive."),
        (roc_figure(comparison), "Shaded: 95% bands."),
        (calibration_figure(comparison), "Diagonal: right on average. Columns: documents."),
        (decision_curve_figure(comparison), "Higher is more useful at that threshold."),
        (learning_curve_figure(comparison), "What more documents would bring."),
        (cost_figure(comparison), "Dashed discs: another one is as good for less."),
    )
    drawn = [(figure.title, note, figure_markup(figure)) for figure, note in figures]
    return (first, *(one for one in drawn if one[2]))
