"""The domains that ship with Pellucid: which there are, and how to open one; and the adversarial texts."""

import os
from pathlib import Path

from pellucid.exceptions import UnknownDomain
from pellucid.schema import Domain

__all__ = ["adversarial", "load", "names"]

_HOME = Path(__file__).parent


def adversarial() -> Path:
    """Return the folder of the adversarial texts; they are no domain, its ``card.md`` says what they are.

    Returns
    -------
    pathlib.Path
        Holds ``texts.jsonl``, ``questions.toml`` and ``card.md``.

    Examples
    --------
    >>> adversarial().name
    'adversarial'
    """
    return _HOME / "adversarial"


def names() -> tuple[str, ...]:
    """Return the names of the domains that ship with Pellucid, sorted.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> names()
    ('finance', 'healthcare', 'law')
    """
    return tuple(sorted(path.parent.name for path in _HOME.glob("*/domain.toml")))


def load(name: str | os.PathLike[str]) -> Domain:
    """Open a domain by name, or any folder that has the form of one.

    Parameters
    ----------
    name : str or os.PathLike
        One of `names`, or the path of a folder with a ``domain.toml``.

    Returns
    -------
    pellucid.schema.Domain

    Raises
    ------
    UnknownDomain
        If there is neither.
    FileFormatError
        If the folder is there and a file in it is wrong.

    Examples
    --------
    >>> load("law").questionnaire["priors"].unit
    'offences'
    """
    if str(name) in names():
        return Domain.from_folder(_HOME / str(name))
    folder = Path(name)
    if (folder / "domain.toml").is_file():
        return Domain.from_folder(folder)
    raise UnknownDomain(
        f"domain: got {str(name)!r}; give one of {', '.join(names())}, or a folder that holds a domain.toml"
    )
