"""Panels and letters of this folder, as the last line of a notebook's cell."""

from markupsafe import Markup

from pellucid.reporting._case_panels import case_css
from pellucid.reporting._templates import render

# In front of a page in a frame, wherever it comes from: it may style itself, and load nothing.
_RULES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_POLICY = f'<meta http-equiv="Content-Security-Policy" content="{_RULES}">'


class Shown:
    """Pieces of a page that a notebook draws under each other.

    Parameters
    ----------
    pieces : tuple of str
        Panels (`markupsafe.Markup`), and whole pages such as letters (`str`).
    """

    def __init__(self, pieces: tuple[str, ...]) -> None:
        self.pieces = pieces

    def __str__(self) -> str:
        """Return the pieces as they are, under each other."""
        return "\n".join(self.pieces)

    def _repr_html_(self) -> str:
        """Draw them for a notebook: no script is run, nothing asked of any host."""
        pieces = [(isinstance(one, Markup), one) for one in self.pieces]
        return str(render("shown.html.j2", style=Markup(case_css()), policy=_POLICY, pieces=pieces))  # noqa: S704 - our own file


def shown(*pieces: str) -> Shown:
    """Show panels or letters in a notebook.

    Parameters
    ----------
    *pieces : str
        What this folder's panels return (`decision_panel`, `sureness_panel`, `model_panel`
        and their like: `markupsafe.Markup`, drawn as it is), or whole pages
        (`reason_letter`, `explanation_letter`, `decision_report`: plain text, drawn in a
        frame).

    Returns
    -------
    Shown
        To stand as the last line of a cell. Panels bring their style with them; a whole
        page stands in a frame of its own that runs no script.

    Examples
    --------
    >>> shown("<!DOCTYPE html><title>A letter</title>")._repr_html_().count("<iframe")
    1
    """
    return Shown(pieces)
