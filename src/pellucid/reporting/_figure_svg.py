"""Laid-out figures as SVG: a piece of a page, or a file that stands alone."""

import math

from markupsafe import Markup

from pellucid.reporting._calibration_figure import CalibrationFigure
from pellucid.reporting._cost_figure import CostFigure
from pellucid.reporting._curve_plane import CurveFigure
from pellucid.reporting._forest_figure import ForestFigure
from pellucid.reporting._templates import render

Figure = CalibrationFigure | CostFigure | CurveFigure | ForestFigure

_HEAD = {"xmlns": "http://www.w3.org/2000/svg"}  # a name that XML asks for; nothing is fetched
_ACROSS = 3


def figure_markup(figure: Figure) -> Markup:
    """Draw a figure for a page that holds ``style.css`` and ``curves.css``.

    Parameters
    ----------
    figure : CurveFigure, CalibrationFigure, ForestFigure or CostFigure

    Returns
    -------
    markupsafe.Markup
        One ``<svg>``, of calibration a ``<div>`` with one per contender; empty where the
        figure has nothing to show.
    """
    return _drawn(figure, {}) if _filled(figure) else Markup("")


def figure_svg(figure: Figure) -> str:
    """Draw a figure as a file of its own, light or dark as the reader's device is set.

    Parameters
    ----------
    figure : CurveFigure, CalibrationFigure, ForestFigure or CostFigure

    Returns
    -------
    str
        SVG with its style inside; it asks no host for anything and runs no script. Empty
        where the figure has nothing to show. To be written as UTF-8.

    Examples
    --------
    >>> from pellucid.reporting._forest_figure import forest_figure
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Difference
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> both = [ContenderResult(name=name, measures={}) for name in "ab"]
    >>> less = Difference(contender="b", reference="a", measure="auroc", value=-0.01, low=-0.015, high=0.0)
    >>> found = Comparison(
    ...     subject="", design=design, contenders=both, reference="a", verdict="", rules=[], differences=[less])
    >>> figure_svg(forest_figure(found)).startswith('<svg xmlns="')
    True
    """
    return str(_drawn(figure, _HEAD)) if _filled(figure) else ""


def _filled(figure: Figure) -> bool:
    """Whether there is anything to draw."""
    if isinstance(figure, CalibrationFigure):
        return bool(figure.panels)
    if isinstance(figure, CostFigure):
        return bool(figure.points)
    return bool(figure.lines if isinstance(figure, CurveFigure) else figure.rows)


def _drawn(figure: Figure, head: dict[str, str]) -> Markup:
    if isinstance(figure, CalibrationFigure):
        across = min(_ACROSS, len(figure.panels))
        down = math.ceil(len(figure.panels) / across)
        return render("calibration.svg.j2", figure=figure, head=head, across=across, down=down)
    names = {CostFigure: "cost.svg.j2", CurveFigure: "curves.svg.j2", ForestFigure: "forest.svg.j2"}
    return render(names[type(figure)], figure=figure, head=head)
