"""Groups that an audit looks into: by attribute, by intersection, numbers cut into ranges."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError, InvalidTypeError

Rows = NDArray[np.bool_]

UNKNOWN = "not recorded"
"""Group of those whose attribute is missing."""

_LEVELS = 8


@dataclass(frozen=True)
class SubgroupRules:
    """What is fixed before an audit of groups looks at any figure.

    Parameters
    ----------
    threshold : float, default=0.5
        Probability from which a document is selected.
    smallest : int, default=20
        Documents a group needs for figures to be given, and to be tested.
    smallest_class : int, default=5
        Documents of a class that a figure on that class needs (AUROC: of both).
    intersections : int, default=2
        Attributes crossed at most; 1 crosses none.
    margin : float, default=0.05
        Difference below which a finding is told without alarm, however certain it is.
    level : float, default=0.05
        Chance of any false finding in one audit, kept by Holm's rule.
    draws : int, default=1000
        Bootstrap draws of clusters per interval, where there are clusters.
    seed : int, default=0

    Examples
    --------
    >>> SubgroupRules(smallest=50).smallest_class
    5
    """

    threshold: float = 0.5
    smallest: int = 20
    smallest_class: int = 5
    intersections: int = 2
    margin: float = 0.05
    level: float = 0.05
    draws: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        check_number("threshold", self.threshold, low=0, high=1)
        check_number("smallest", self.smallest, low=10, whole=True)
        check_number("smallest_class", self.smallest_class, low=2, whole=True)
        check_number("intersections", self.intersections, low=1, high=3, whole=True)
        check_number("margin", self.margin, low=0, high=1)
        check_number("level", self.level, low=0, high=0.5)
        check_number("draws", self.draws, low=40, whole=True)
        check_number("seed", self.seed, low=0, high=2**31, whole=True)


class Group(NamedTuple):
    """Some of the documents, by what they have in common.

    Attributes
    ----------
    attribute, name : str
        Such as ``"sex"`` and ``"female"``, or ``"sex × age"`` and ``"female × below 30"``.
    rows : ndarray of bool, shape (n,)
    """

    attribute: str
    name: str
    rows: Rows

    @property
    def subject(self) -> str:
        """What a finding calls it, such as ``"sex = female"``."""
        return f"{self.attribute} = {self.name}"


def cut_attributes(
    protected: pd.DataFrame, cuts: Mapping[str, tuple[float, ...]] | None = None, *, levels: int = _LEVELS
) -> pd.DataFrame:
    """Make groups of every attribute: numbers are cut into ranges, other values stay.

    An attribute is cut where edges are given for it, and else where all its values are
    numbers, also written as text, and there are more than `levels` different ones: then at
    its quartiles. What is missing becomes a group of its own, ``"not recorded"``.

    Parameters
    ----------
    protected : DataFrame of shape (n, n_attributes)
    cuts : mapping of str to tuple of float, or None, default=None
        Edges by attribute, rising; a value at an edge belongs to the range above.
    levels : int, default=8

    Returns
    -------
    DataFrame of str, shape (n, n_attributes)

    Raises
    ------
    InvalidInputError
        If edges are given for an attribute that is not there or holds text, or do not rise.

    Examples
    --------
    >>> people = pd.DataFrame({"sex": ["f", "m", None], "age": [25, 30, 64]})
    >>> cut_attributes(people, {"age": (30.0, 60.0)})
                sex             age
    0             f        below 30
    1             m  30 to below 60
    2  not recorded    60 and above
    """
    if not isinstance(protected, pd.DataFrame):
        raise InvalidTypeError(f"protected: got {type(protected).__name__}; a DataFrame with a column per attribute")
    if not protected.columns.is_unique:
        raise InvalidInputError("protected: an attribute stands there twice; each may be there once")
    check_number("levels", levels, low=2, whole=True)
    given = dict(cuts or {})
    strange = [name for name in given if name not in protected.columns]
    if strange:
        raise InvalidInputError(f"cuts: {strange[0]!r} is no attribute; there are {', '.join(map(str, protected))}")
    return pd.DataFrame(
        {str(name): _cut(str(name), protected[name], given.get(str(name)), levels) for name in protected.columns},
        index=protected.index,
        dtype=object,
    )


def groups_of(table: pd.DataFrame, intersections: int) -> tuple[Group, ...]:
    """List the groups of every attribute, then of every crossing of attributes that holds a document.

    Parameters
    ----------
    table : DataFrame of str, shape (n, n_attributes)
        As `cut_attributes` returns it.
    intersections : int
        Attributes crossed at most.

    Returns
    -------
    tuple of Group
        Groups in sorted order, ranges from low to high, ``"not recorded"`` last.
    """
    alone = {name: _levels(table[name]) for name in table.columns}
    found = []
    for size in range(1, min(intersections, len(alone)) + 1):
        for names in combinations(alone, size):
            for parts in product(*(alone[name] for name in names)):
                rows = np.logical_and.reduce([part.rows for part in parts])
                if rows.any():
                    found.append(Group(" × ".join(names), " × ".join(part.name for part in parts), rows))
    return tuple(found)


def _levels(column: "pd.Series[Any]") -> list[Group]:
    """Return the groups of one attribute in reading order."""
    values = column.to_numpy()
    return [Group(str(column.name), level, values == level) for level in sorted(set(values.tolist()), key=_place)]


def _cut(name: str, column: "pd.Series[Any]", edges: tuple[float, ...] | None, levels: int) -> list[str]:
    """Name the group of every value of one attribute."""
    missing = column.isna() | column.astype(str).str.strip().eq("")
    known = column[~missing]
    numbers = pd.to_numeric(known, errors="coerce").astype(float)
    numeric = bool(np.isfinite(numbers).all()) and len(known) > 0 and not pd.api.types.is_bool_dtype(known)
    if edges is None and not (numeric and numbers.nunique() > levels):
        return [UNKNOWN if gone else str(value) for value, gone in zip(column, missing, strict=True)]
    if not numeric:
        raise InvalidInputError(f"cuts: attribute {name!r} holds something that is no number; give no edges for it")
    if edges is None:
        edges = tuple(np.unique(numbers.quantile([0.25, 0.5, 0.75])).tolist())
        edges = tuple(edge for edge in edges if edge > numbers.min())
    elif not edges or list(edges) != sorted(set(edges)) or not np.isfinite(edges).all():
        raise InvalidInputError(f"cuts: the edges of {name!r} are {edges!r}; numbers that rise are expected")
    labels = _ranges(edges)
    places = np.searchsorted(np.asarray(edges), numbers.to_numpy(), side="right")
    found = np.full(len(column), UNKNOWN, dtype=object)
    found[~missing.to_numpy()] = np.asarray(labels, dtype=object)[places]
    named: list[str] = found.tolist()
    return named


def _ranges(edges: tuple[float, ...]) -> list[str]:
    """Name the ranges between edges."""
    between = [f"{low:.10g} to below {high:.10g}" for low, high in pairwise(edges)]
    return [f"below {edges[0]:.10g}", *between, f"{edges[-1]:.10g} and above"]


def _place(level: str) -> tuple[int, float, str]:
    """Sort ranges and numbers by size, then other names, and what is not recorded last."""
    if level == UNKNOWN:
        return 3, 0.0, level
    words = level.split()
    if words[0] == "below" and len(words) == 2:
        return 0, -np.inf, level
    try:
        number = float(words[0])
    except ValueError:
        return 1, 0.0, level
    return (0, number, level) if np.isfinite(number) else (1, 0.0, level)
