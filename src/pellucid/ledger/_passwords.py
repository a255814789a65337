"""Passwords: which are good enough, and their hashes."""

import threading
import unicodedata
from functools import cached_property
from typing import Any

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError

SHORTEST, LONGEST = 12, 1_024
"""In characters. Length counts, no mix of kinds of characters is asked for (NIST SP 800-63B)."""

_AT_ONCE = threading.BoundedSemaphore(4)
"""A hash takes 64 MiB of memory on purpose; so many are made at the same time."""

# The commonest that are long enough; what repeats or counts is found by rule.
_COMMON = frozenset(
    {
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "administrator",
        "administrator1",
        "adminadminadmin",
        "changeme1234",
        "changemechangeme",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "football1234",
        "iloveyou1234",
        "letmein12345",
        "letmeinletmein",
        "password!123",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "q1w2e3r4t5y6",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwertyqwerty",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdfghjkl",
        "welcome12345",
        "zxcvbnmasdfghjkl",
    }
)
_COUNTED = "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"


class Passwords:
    """Makes and checks hashes (Argon2id, by argon2-cffi).

    Parameters
    ----------
    hasher : argon2.PasswordHasher or None, default=None
        None takes the library's own cost.

    Examples
    --------
    >>> passwords = Passwords()
    >>> passwords.fits(passwords.hash("R. Meier", "three grey herons"), "three grey herons")
    True
    """

    def __init__(self, hasher: Any = None) -> None:
        self._library = import_extra("argon2", extra="ledger", purpose="signing in")
        self._hasher = hasher or self._library.PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """A hash to compare with where there is nobody of a name."""
        return str(self._hasher.hash(""))

    def hash(self, name: str, password: str) -> str:
        """Return the hash of a new password.

        Parameters
        ----------
        name : str
            Whose it is to be.
        password : str

        Returns
        -------
        str

        Raises
        ------
        InvalidInputError
            If it is too short, too long, the name, or one that everybody tries first.
        """
        said = check_new(name, password)
        with _AT_ONCE:
            return str(self._hasher.hash(said))

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one of a hash; it takes as long where there is no hash.

        Parameters
        ----------
        kept : str or None
            None where there is nobody of that name.
        password : str

        Returns
        -------
        bool
        """
        said, nobody = _folded(password) if len(password) <= LONGEST else "", self._nobody  # made for everybody's first
        try:
            with _AT_ONCE:
                found = self._hasher.verify(nobody if kept is None else kept, said)
        except (self._library.exceptions.VerificationError, self._library.exceptions.InvalidHashError, UnicodeError):
            return False
        return bool(found) and kept is not None and bool(password)

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made at another cost than new ones are.

        Parameters
        ----------
        kept : str

        Returns
        -------
        bool
        """
        return bool(self._hasher.check_needs_rehash(kept))


def check_new(name: str, password: str) -> str:
    """Refuse a new password that is easy to guess; return it as it is hashed.

    Parameters
    ----------
    name : str
        Whose it is to be.
    password : str

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        It never repeats the password.

    Examples
    --------
    >>> check_new("R. Meier", "three grey herons")
    'three grey herons'
    >>> check_new("R. Meier", "herons")
    Traceback (most recent call last):
        ...
    pellucid.exceptions.InvalidInputError: password: has 6 characters; 12 to 1,024 are allowed, such as four words
    """
    said = _folded(password)
    if not SHORTEST <= len(said) <= LONGEST:
        raise InvalidInputError(
            f"password: has {len(said):,} characters; {SHORTEST} to {LONGEST:,} are allowed, such as four words"
        )
    try:
        said.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidInputError("password: holds half a character, which no keyboard gives; choose another") from None
    plain, owner = said.casefold(), _folded(name).casefold()
    unit = next(size for size in range(1, len(plain) + 1) if (plain[:size] * len(plain))[: len(plain)] == plain)
    counted = any(plain in way or plain[::-1] in way for way in _COUNTED)
    if plain in _COMMON or unit <= 2 or counted:
        raise InvalidInputError("password: is one of those that are tried first; choose another, such as four words")
    if owner and owner in plain and plain.replace(owner, "").strip(" 0123456789.!-_") == "":
        raise InvalidInputError("password: is the name itself; choose another, such as four words")
    return said


def _folded(text: str) -> str:
    """Return one form of a text, whichever keyboard it was typed on (NFKC)."""
    return unicodedata.normalize("NFKC", text)
