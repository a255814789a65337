"""What a drawing is: a laid-out record that becomes a piece of a page, a file of its own, or a notebook's output."""

import base64
from abc import ABC, abstractmethod
from typing import ClassVar

from markupsafe import Markup

from pellucid.reporting._templates import render

_HEAD = {"xmlns": "http://www.w3.org/2000/svg"}  # a name that XML asks for; nothing is fetched


class Figure(ABC):
    """A drawing laid out: coordinates and words; a notebook shows it as the last line of a cell.

    Attributes
    ----------
    title, description : str
        For those who see it, and for those who have it read out.
    template : str
        The file that turns it into SVG.
    """

    title: str
    description: str
    template: ClassVar[str]

    @property
    @abstractmethod
    def filled(self) -> bool:
        """Whether there is anything to draw."""

    @property
    def pixels(self) -> int:
        """How wide it is where it stands alone; on a narrower page it shrinks."""
        return 640

    def _repr_html_(self) -> str:
        """Draw it for a notebook: an image with its own style, no script, nothing asked of any host.

        As an image, because the style of an ``<svg>`` in a page reaches the whole page.
        """
        drawn = base64.b64encode(figure_svg(self).encode()).decode()
        return str(render("figure.html.j2", figure=self, drawn=drawn))


def figure_markup(figure: Figure) -> Markup:
    """Draw a figure for a page that holds ``style.css`` and ``curves.css``.

    Parameters
    ----------
    figure : Figure
        Whatever `roc_figure`, `calibration_figure`, `forest_figure` and their like return.

    Returns
    -------
    markupsafe.Markup
        One ``<svg>``, of calibration a ``<div>`` with one per contender; empty where the
        figure has nothing to show.
    """
    return render(figure.template, figure=figure, head={}) if figure.filled else Markup("")


def figure_svg(figure: Figure) -> str:
    """Draw a figure as a file of its own, light or dark as the reader's device is set.

    Parameters
    ----------
    figure : Figure
        Whatever `roc_figure`, `calibration_figure`, `forest_figure` and their like return.

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
    return str(render(figure.template, figure=figure, head=_HEAD)) if figure.filled else ""
