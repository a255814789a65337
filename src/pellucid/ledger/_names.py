"""Names of people as they are kept and compared; tokens as they are kept."""

import unicodedata

from pellucid.exceptions import InvalidInputError
from pellucid.schema import text_digest

_LONGEST = 100


def tidy(name: str) -> str:
    """Return a name as it is kept, or refuse it.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        NFC, without white space around it.

    Raises
    ------
    InvalidInputError
        If it is empty, too long, or holds what cannot be seen.

    Examples
    --------
    >>> tidy(" R. Meier ")
    'R. Meier'
    """
    said = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(said) <= _LONGEST or not said.isprintable():
        raise InvalidInputError(
            f"name: has {len(said):,} characters; 1 to {_LONGEST} are allowed, each of which can be seen"
        )
    return said


def key_of(name: str) -> str:
    """Return what two names share that people would take for one.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> key_of("R. MEIER") == key_of(" r. meier")
    True
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def kept(secret: str) -> str:
    """Return a token, or anything that shall not be read from the database, as it is kept there.

    Parameters
    ----------
    secret : str

    Returns
    -------
    str
        SHA-256, hexadecimal. A token has 256 random bits, so nothing slower is needed.

    Examples
    --------
    >>> kept("token")[:8]
    '3c469e9d'
    """
    return text_digest(secret)
