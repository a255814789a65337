"""The model page of a domain as one fragment: measures, calibration, groups, comparison, every term, the card."""

from markupsafe import Markup

from pellucid.reporting._calibration_figure import calibration_figure
from pellucid.reporting._case_words import counted
from pellucid.reporting._comparison_view import columns, contender_rows
from pellucid.reporting._figure_svg import figure_markup
from pellucid.reporting._model_page import model_page
from pellucid.reporting._report_tables import group_tables
from pellucid.reporting._templates import render
from pellucid.schema import Audit, Comparison, ModelView, Questionnaire


def model_panel(
    view: ModelView,
    *,
    questionnaire: Questionnaire | None = None,
    outcomes: tuple[str, str] = ("", ""),
    comparison: Comparison | None = None,
    audit: Audit | None = None,
    card: str = "",
    level: int = 2,
) -> Markup:
    """Draw a fitted glass box laid open, and how well it does.

    Parameters
    ----------
    view : ModelView
    questionnaire : Questionnaire or None, default=None
        For wording and units.
    outcomes : tuple of two str
        Words for the first and the second class; empty ones keep the view's own.
    comparison : Comparison or None, default=None
        On documents it had not seen: measures, verdict, calibration curves.
    audit : Audit or None, default=None
        Its groups are shown, with what was looked for.
    card : str, default=""
        Markdown, shown as it is written.
    level : int, default=2

    Returns
    -------
    markupsafe.Markup

    Examples
    --------
    >>> from pellucid.schema import Shape, Step
    >>> steps = [Step(said="no", points=-0.2, documents=9), Step(said="yes", points=0.4, documents=4)]
    >>> shape = Shape(questions=["rain"], numeric=False, importance=0.3, steps=steps)
    >>> "Moves the score by 0.30" in model_panel(ModelView(model="EBMClassifier", outcome="wet", unit="log-odds",
    ...                                                    intercept=0.1, shapes=[shape]))
    True
    """
    words = outcomes if all(outcomes) else (f"not {view.outcome}", view.outcome)
    return render(
        "case_model.html.j2",
        prefix="model",
        level=level,
        intercept=repr(view.intercept),
        page=model_page(view, words, questionnaire),
        columns=() if comparison is None else columns(comparison),
        contenders=() if comparison is None else contender_rows(comparison),
        verdict=() if comparison is None else tuple(line for line in comparison.verdict.split("\n") if line.strip()),
        caveats=() if comparison is None else comparison.caveats,
        documents="" if comparison is None else counted(comparison.design.documents, "document"),
        calibration="" if comparison is None else figure_markup(calibration_figure(comparison)),
        groups=() if audit is None else group_tables(audit.subgroups),
        findings=() if audit is None else audit.findings,
        looked_for=() if audit is None else audit.looked_for,
        card=card,
    )
