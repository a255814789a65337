"""Predictions of several methods from one table in a file: outcome, probabilities, labels, persons."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid.exceptions import FileFormatError
from pellucid.schema import Provenance


class StoredPredictions(NamedTuple):
    """What `compare_predictions` takes, read from a file.

    Attributes
    ----------
    y : ndarray of str, shape (n,)
    predictions : dict of str to ndarray
        Floats for probabilities, strings (None where missing) for labels.
    groups : ndarray of str, shape (n,), or None
    provenance : Provenance
        With the digest of the file.
    """

    y: NDArray[Any]
    predictions: dict[str, NDArray[Any]]
    groups: NDArray[Any] | None
    provenance: Provenance


def read_predictions(
    path: Path, outcome: str, *, probabilities: Sequence[str] = (), labels: Sequence[str] = (), group: str | None = None
) -> StoredPredictions:
    """Read stored predictions from a CSV file with a header.

    Parameters
    ----------
    path : Path
    outcome : str
        Column of the true labels.
    probabilities : sequence of str, default=()
        Columns with the probability of the second label in sorted order.
    labels : sequence of str, default=()
        Columns with labels; an empty cell is no prediction.
    group : str or None, default=None
        Column of persons, or whatever rows share.

    Returns
    -------
    StoredPredictions

    Raises
    ------
    FileFormatError
        If the file cannot be read, a column is missing, or a probability is no number.
    """
    try:
        content = path.read_bytes()
        table = pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False)
    except FileNotFoundError:
        raise FileFormatError(path, "does not exist") from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise FileFormatError(path, f"is no table of comma-separated values ({type(error).__name__})") from None
    wanted = [outcome, *probabilities, *labels, *([group] if group else [])]
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        there = ", ".join(repr(column) for column in table.columns[:30])
        hint = "; are its columns separated by semicolons? Commas are expected" if ";" in str(table.columns[0]) else ""
        raise FileFormatError(path, f"has no column {missing[0]!r}; there are {there}{hint}")
    for column in [outcome, *([group] if group else [])]:
        if (table[column] == "").any():
            raise FileFormatError(
                path, f"column {column!r} is empty", int((table[column] == "").to_numpy().argmax()) + 2
            )
    return StoredPredictions(
        y=table[outcome].to_numpy(dtype=object),
        predictions={
            **{name: _numbers(path, table[name]) for name in probabilities},
            **{name: np.array([said or None for said in table[name]], dtype=object) for name in labels},
        },
        groups=table[group].to_numpy(dtype=object) if group else None,
        provenance=Provenance(documents=hashlib.sha256(content).hexdigest()),
    )


def _numbers(path: Path, column: "pd.Series[str]") -> NDArray[Any]:
    """Read numbers; an empty cell is none, anything else is refused with its line."""
    found = pd.to_numeric(column.where(column != "", None), errors="coerce")
    wrong = found.isna() & (column != "")
    if wrong.any():
        place = int(wrong.to_numpy().argmax())
        reason = (
            f"column {column.name!r}: {column.iloc[place][:40]!r} is no number; name it as --labels if it holds labels"
        )
        raise FileFormatError(path, reason, place + 2)
    outside = (found < 0) | (found > 1)
    if outside.any():
        place = int(outside.to_numpy().argmax())
        reason = f"column {column.name!r}: {column.iloc[place][:40]} is no probability; from 0 to 1 is expected"
        raise FileFormatError(path, reason, place + 2)
    return found.to_numpy(dtype=float)
