"""The error tree: every error Pellucid raises on purpose is a `PellucidError`.

Each class also subclasses the built-in error a caller would expect, so that
``except ValueError`` around an estimator keeps working. Messages name the
parameter or the file, the value received, what is allowed and what to do next;
they never contain the text of a document or a key. The one member that has to
know scikit-learn, ``NotFittedError``, stands in ``_checks.py``, so that this file
stays free of imports.
"""

__all__ = [
    "AccessError",
    "AdditivityError",
    "BudgetExceeded",
    "ChangedMeanwhile",
    "DeadlineExceeded",
    "FileFormatError",
    "InvalidInputError",
    "InvalidTypeError",
    "LedgerError",
    "LockedOut",
    "MissingCapability",
    "MissingExtraError",
    "ModelAccessError",
    "ModelReplyError",
    "NotRecorded",
    "PellucidError",
    "PellucidWarning",
    "RemoteNotAllowed",
    "StoreError",
    "UnknownDomain",
]


class PellucidError(Exception):
    """Base of every error that Pellucid raises on purpose."""


class InvalidInputError(PellucidError, ValueError):
    """A parameter, table or label that cannot be used; the message says what can."""


class InvalidTypeError(InvalidInputError, TypeError):
    """A value of the wrong kind, such as a dictionary in a cell of a table."""


class FileFormatError(InvalidInputError):
    """A file that does not have the form it should.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    reason : str
        What is wrong and what is allowed.
    line : int or None, default=None
        Line in the file, counted from 1, where it is known.
    """

    def __init__(self, path: object, reason: str, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = self.path if line is None else f"{self.path}, line {line}"
        super().__init__(f"{where}: {reason}")

    def __reduce__(self) -> tuple[type, tuple[str, str, int | None]]:
        """Rebuild from the three arguments when sent between processes."""
        return type(self), (self.path, self.reason, self.line)


class UnknownDomain(InvalidInputError, LookupError):
    """No domain of that name ships with Pellucid and no folder has that path."""


class NotRecorded(PellucidError, LookupError):
    """A recording was asked for something it does not hold.

    Parameters
    ----------
    document : str
        Id of the document (never its text).
    question : str
        What was asked: a question id, or the outcome.
    model : str
        Name of the language model whose reply was wanted.
    hint : str, default=""
        What to do next.
    """

    def __init__(self, document: str, question: str, model: str, hint: str = "") -> None:
        self.document = document
        self.question = question
        self.model = model
        self.hint = hint
        said = f"nothing recorded for document {document!r}, question {question!r}, model {model!r}"
        super().__init__(f"{said}. {hint}" if hint else said)

    def __reduce__(self) -> tuple[type, tuple[str, str, str, str]]:
        """Rebuild from the four arguments when sent between processes."""
        return type(self), (self.document, self.question, self.model, self.hint)


class MissingExtraError(PellucidError, ImportError):
    """An optional library is not installed; the message names the extra that brings it."""


class ModelReplyError(PellucidError, RuntimeError):
    """A language model did not do what its protocol promises, such as one reply per request."""


class ModelAccessError(PellucidError, RuntimeError):
    """A language model cannot be used at all: no quota, a wrong key, an unknown name; asking again is in vain."""


class MissingCapability(PellucidError, RuntimeError):
    """A language model, or the server behind it, does not do what was asked of it."""


class RemoteNotAllowed(InvalidInputError):
    """Documents would leave this machine, and nobody has said that they may."""


class BudgetExceeded(PellucidError, RuntimeError):
    """The next request could pass the budget, so it was not sent; what is done stays done."""


class DeadlineExceeded(PellucidError, TimeoutError):
    """The time the user gave is over; what is done stays done."""


class StoreError(PellucidError, RuntimeError):
    """An answer store cannot be read or written; what it held is still there."""


class LedgerError(PellucidError, RuntimeError):
    """The decision log or its database cannot be opened, read or written; nothing was acknowledged."""


class ChangedMeanwhile(LedgerError):
    """What was to be signed is not what was seen any more; nothing was signed, and the case is to be loaded again."""


class AccessError(PellucidError, PermissionError):
    """Somebody may not do what they asked for; a wrong name and a wrong password say the same."""


class LockedOut(AccessError):
    """Too many wrong passwords for one name.

    Parameters
    ----------
    seconds : float
        How long it lasts from now on.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        minutes = max(1, round(seconds / 60))
        super().__init__(
            f"name: too many wrong passwords; try again in {minutes:,} min, or ask an administrator for a new password"
        )

    def __reduce__(self) -> tuple[type, tuple[float]]:
        """Rebuild from the argument when sent between processes."""
        return type(self), (self.seconds,)


class AdditivityError(PellucidError, ArithmeticError):
    """Contributions and intercept do not add up to the score they claim to explain."""


class PellucidWarning(UserWarning):
    """Something a person should look at, which does not make the result wrong."""
