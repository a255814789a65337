"""Finished fits kept in a folder, so that a comparison that was stopped goes on where it was."""

import hashlib
import inspect
import os
import pickle
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.measures import Floats
from pellucid.schema import Record
from pellucid.validation._design import Part

_LIBRARIES = ("interpret", "pellucid", "sklearn", "xgboost")
_PLAIN = (bool, bytes, complex, float, int, str, type(None))


def table_digest(table: pd.DataFrame | pd.Series) -> str:
    """Return the SHA-256 of a table's ids, names, kinds and values.

    Parameters
    ----------
    table : DataFrame or Series

    Returns
    -------
    str

    Examples
    --------
    >>> table_digest(pd.DataFrame({"a": [1]})) == table_digest(pd.DataFrame({"a": [1.0]}))
    False
    """
    found = hashlib.sha256()
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    found.update(repr([(str(name), _kind(frame[name])) for name in frame.columns]).encode())
    found.update(pd.util.hash_pandas_object(frame, index=True).to_numpy().tobytes())
    return found.hexdigest()


def estimator_digest(estimator: Any) -> str:
    """Return the SHA-256 of an estimator's class and parameters, and of theirs.

    Parameters
    ----------
    estimator : scikit-learn estimator

    Returns
    -------
    str
    """
    return hashlib.sha256(_said(estimator).encode()).hexdigest()


def _kind(column: pd.Series) -> str:
    """Write a column's kind: with the order of categories, and the types of mixed cells."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return f"category {column.cat.categories.tolist()!r} {column.cat.ordered}"
    if column.dtype == object:
        return f"object {hashlib.sha256(repr([type(one).__name__ for one in column]).encode()).hexdigest()}"
    return str(column.dtype)


class Checkpoint:
    """A folder of finished fits, each under a digest of all that determines it.

    A fit is found again only for the same estimator, documents, labels, rows, seed and
    library versions, so a folder may be shared by comparisons and never goes stale.

    Parameters
    ----------
    folder : str or os.PathLike
        Made where it is missing.
    versions : mapping of str to str
        Libraries that shape the numbers.

    Raises
    ------
    InvalidInputError
        If the folder cannot be made.
    """

    def __init__(self, folder: str | os.PathLike[str], versions: Mapping[str, str]) -> None:
        self._folder = Path(folder)
        self._base = repr(sorted(versions.items()))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInputError(f"checkpoint: {folder} cannot be made a folder ({error.strerror})") from None

    def of(self, estimator: Any, table: pd.DataFrame | pd.Series, y: NDArray[Any], learns_from: str = "gold") -> "Fits":
        """Return the fits of one estimator on one table.

        Parameters
        ----------
        estimator : scikit-learn estimator
        table : DataFrame or Series
        y : ndarray of shape (n,)
        learns_from : str, default="gold"
            As in `Contender`: what else a fit saw of the table.

        Returns
        -------
        Fits
            With `get` and `put`.
        """
        labels = hashlib.sha256(repr(y.tolist()).encode()).hexdigest()
        base = f"{self._base}\n{estimator_digest(estimator)}\n{table_digest(table)}\n{labels}"
        return Fits(self._folder, base if learns_from == "gold" else f"{base}\nlearns from {learns_from}")


class Fits:
    """Kept predictions of one estimator on one table.

    Parameters
    ----------
    folder : Path
    base : str
        All that determines them but the rows and the seed.
    """

    def __init__(self, folder: Path, base: str) -> None:
        self._folder = folder
        self._base = base

    def get(self, part: Part, seed: int, classes: int) -> Floats | None:
        """Return what a fit predicted, of shape (test rows, classes), or None where it is not kept."""
        path = self._path(part, seed)
        if not path.exists():
            return None
        try:
            found: Floats = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise FileFormatError(path, f"is no kept fit ({type(error).__name__}); delete it") from None
        if found.shape != (len(part.test), classes) or found.dtype != float or not ((found >= 0) & (found <= 1)).all():
            raise FileFormatError(path, "holds no probabilities of these documents; delete it")
        return found

    def put(self, part: Part, seed: int, predicted: Floats) -> None:
        """Keep what a fit predicted; written aside and renamed."""
        handle, aside = tempfile.mkstemp(dir=self._folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.save(file, predicted, allow_pickle=False)
        Path(aside).replace(self._path(part, seed))

    def _path(self, part: Part, seed: int) -> Path:
        found = hashlib.sha256(f"{self._base}\n{seed}".encode())
        for rows in (part.train, part.test, *((part.unlabelled,) if len(part.unlabelled) else ())):
            found.update(np.asarray(rows, dtype="<i8").tobytes() + b"|")
        return self._folder / f"{found.hexdigest()}.npy"


def _said(value: Any) -> str:
    """Write a value so that equal values are written alike and different ones are not."""
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(value, _PLAIN):
        return repr(value)
    if isinstance(value, Record):
        return f"{kind}{value.model_dump_json()}"
    if isinstance(value, type) or inspect.isroutine(value):
        return f"{value.__module__}.{value.__qualname__}{_source(value)}"
    if isinstance(value, list | tuple):
        return f"{kind}({', '.join(map(_said, value))})"
    if isinstance(value, dict):
        return f"{kind}({', '.join(sorted(f'{_said(key)}: {_said(one)}' for key, one in value.items()))})"
    if hasattr(value, "get_params"):
        return f"{kind}{_source(type(value))}({_said(value.get_params(deep=False))})"
    try:
        return f"{kind}({joblib.hash(value)})"
    except (pickle.PicklingError, TypeError, AttributeError):
        raise InvalidInputError(
            f"checkpoint: a parameter of type {kind} has no digest; run without a checkpoint"
        ) from None


def _source(code: Any) -> str:
    """Digest the source of a class or function that stands in no installed library, whose version is noted anyway."""
    if code.__module__.split(".")[0] in _LIBRARIES:
        return ""
    try:
        return hashlib.sha256(inspect.getsource(code).encode()).hexdigest()
    except (OSError, TypeError):  # built in, or typed into a shell
        compiled = getattr(code, "__code__", None)
        return hashlib.sha256(compiled.co_code + repr(compiled.co_consts).encode()).hexdigest() if compiled else ""
