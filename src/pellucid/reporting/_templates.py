"""The one template environment: files of this package, everything escaped, nothing left undefined."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pellucid.reporting._wording import shown


@cache
def environment() -> Environment:
    """Build the environment on first use, so that importing reads no file.

    Returns
    -------
    jinja2.Environment
        Escapes every value of every template, also SVG; an unknown name raises.
    """
    return Environment(
        loader=PackageLoader("pellucid.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: object) -> Markup:
    """Fill a template.

    Parameters
    ----------
    template : str
        File in ``templates/``.
    **values
        What the template names; every one of them must be given.

    Returns
    -------
    markupsafe.Markup
        Safe to put into another template.

    Raises
    ------
    jinja2.UndefinedError
        If the template names something that was not given.
    """
    return Markup(environment().get_template(template).render(**values))  # noqa: S704 - escaped by the environment


def _printable(value: object) -> object:
    """Bring what is printed into a form a page can hold: no control characters, short coordinates."""
    if isinstance(value, str):
        return value if isinstance(value, Markup) else shown(value)
    if isinstance(value, float):  # every float printed by a template is a coordinate
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return value
