"""A comparison from predictions that were made elsewhere: no model is fitted, and any method can take part."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_option, check_outcome, own_errors
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, Floats, interval_words, wilson
from pellucid.schema import Comparison, Design, Provenance
from pellucid.validation._comparing import Analysis, Entry, Predicted, compare
from pellucid.validation._cross_fit import one_thread
from pellucid.validation._documents import read_values


class _Given(NamedTuple):
    """Predictions of one contender, as one array; NaN rows where it gave none."""

    chances: Floats
    decides_only: bool
    strange: int = 0  # labels that are none of the classes


def compare_predictions(
    y: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    analysis: Analysis,
    *,
    entries: Mapping[str, Entry] | None = None,
    groups: ArrayLike | None = None,
    subject: str = "",
    caveats: Sequence[str] = (),
    provenance: Provenance | None = None,
) -> Comparison:
    """Compare methods by what they predicted for the same documents.

    Where a contender gives labels and no probabilities, all are judged by accuracy, and
    only those with probabilities have an AUROC. Documents for which some contender has
    no prediction are left out for all of them, and the share that each completed is
    reported. A label that is none of more than two classes counts as wrong.

    Parameters
    ----------
    y : array-like of shape (n,)
        Labels.
    predictions : mapping of str to array-like
        By contender: probabilities of the second class in sorted order, of shape (n,)
        and floating; probabilities of every class, of shape (n, n_classes); or labels, of
        shape (n,) and of the kind of y. NaN or None where there is no prediction.
    analysis : Analysis
        Reference, margin and the rest of what is fixed beforehand.
    entries : mapping of str to Entry or None, default=None
        What is known of contenders beside their predictions.
    groups : array-like of shape (n,) or None, default=None
        Persons; intervals then draw whole groups.
    subject : str, default=""
    caveats : sequence of str, default=()
    provenance : Provenance or None, default=None

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInputError
        If labels, predictions or a parameter cannot be used.

    Examples
    --------
    >>> y = ["no", "no", "yes", "yes"] * 10
    >>> said = {"LLM": [0.1, 0.6, 0.4, 0.9] * 10, "rule": [0.2, 0.1, 0.8, 0.9] * 10}
    >>> found = compare_predictions(y, said, Analysis("LLM", draws=100))
    >>> found["rule"].measures["auroc"].value, found.differences[0].value
    (1.0, 0.25)
    """
    labels = check_outcome(y)
    with own_errors():
        classes, codes = np.unique(labels, return_inverse=True)
    if not isinstance(predictions, Mapping) or not predictions:
        raise InvalidInputError("predictions: got none; a mapping of names to arrays is expected")
    check_option("reference", analysis.reference, tuple(predictions))
    _check_order(y, predictions, groups)
    given = {name: _read(name, said, classes, len(codes)) for name, said in predictions.items()}
    complete = np.all([~np.isnan(one.chances).any(axis=1) for one in given.values()], axis=0)
    _check_left(codes[complete], classes)
    clusters = _clusters(groups, len(codes))
    found = Predicted(
        y=codes[complete],
        predictions={name: _kept(one, complete, binary=len(classes) == 2) for name, one in given.items()},
        clusters=None if clusters is None else clusters[complete],
    )
    with one_thread():
        return compare(
            found,
            {name: _entry(one, (entries or {}).get(name, Entry())) for name, one in given.items()},
            _design(found, classes, analysis),
            analysis,
            subject=subject,
            caveats=(*caveats, *_left_out(complete)),
            provenance=provenance,
        )


def _kept(given: _Given, complete: NDArray[np.bool_], *, binary: bool) -> Floats:
    """Take the documents that are complete, as one repeat."""
    chances = given.chances[complete]
    return (chances[:, 1] if binary else chances)[None]


def _design(found: Predicted, classes: NDArray[Any], analysis: Analysis) -> Design:
    drawn = None if found.clusters is None else len(np.unique(found.clusters))
    return Design(
        kind="stored predictions",
        documents=len(found.y),
        classes={str(label): int((found.y == code).sum()) for code, label in enumerate(classes)},
        splits=1,
        repeats=1,
        seed=analysis.seed,
        draws=analysis.draws,
        interval=interval_words(analysis.draws, clusters=drawn),
        groups=drawn,
        threshold=analysis.threshold,
    )


def _read(name: str, said: ArrayLike, classes: NDArray[Any], n: int) -> _Given:
    """Take probabilities or labels as one (n, n_classes) array."""
    if isinstance(said, pd.DataFrame):
        said = _by_class(name, said, classes)
    values = read_values(said)
    if values.shape not in ((n,), (n, len(classes))):
        expected = f"({n},) or ({n}, {len(classes)})"
        raise InvalidInputError(f"predictions: {name!r} has shape {values.shape}; {expected} is expected")
    if values.ndim == 1 and (values.dtype.kind != "f" or _are_labels(values, classes)):
        return _labels(name, values, classes)
    if values.dtype.kind not in "fiu":
        raise InvalidInputError(f"predictions: {name!r} has columns that are not numbers")
    chances = values.astype(float)
    if chances.ndim == 1:
        if len(classes) != 2:
            raise InvalidInputError(
                f"predictions: {name!r} has one number per document and there are {len(classes)} classes; "
                f"probabilities of every class, of shape ({n}, {len(classes)}), or labels are expected"
            )
        chances = np.column_stack([1 - chances, chances])
    known = chances[~np.isnan(chances).any(axis=1)]
    if len(known) and not (known.min() >= 0 and np.allclose(known.sum(axis=1), 1, atol=1e-4)):
        raise InvalidInputError(f"predictions: {name!r} has values that are not probabilities which add up to 1")
    return _Given(chances, decides_only=False)


def _check_order(y: ArrayLike, predictions: Mapping[str, ArrayLike], groups: ArrayLike | None) -> None:
    """Refuse tables whose rows are in different orders: they would be matched by place."""
    named = {"y": y, **{f"predictions: {name!r}": one for name, one in predictions.items()}, "groups": groups}
    tables = {name: one for name, one in named.items() if isinstance(one, pd.Series | pd.DataFrame)}
    for other in tables:
        first = next(iter(tables))
        if not tables[other].index.equals(tables[first].index):
            raise InvalidInputError(
                f"{other}: its index is not that of {first}; bring both into one order, or pass arrays"
            )


def _by_class(name: str, said: pd.DataFrame, classes: NDArray[Any]) -> NDArray[Any]:
    """Put named columns into the order of the classes."""
    columns = {str(column): column for column in said.columns}
    wanted = [str(one) for one in classes]
    if set(columns) != set(wanted):
        raise InvalidInputError(f"predictions: {name!r} has columns {list(columns)[:9]}; the labels are {wanted[:9]}")
    return said[[columns[one] for one in wanted]].to_numpy()


def _are_labels(values: NDArray[Any], classes: NDArray[Any]) -> bool:
    """Whether numbers are all labels: whole labels with gaps are read as floating."""
    known = values[~np.isnan(values)]
    return classes.dtype.kind in "iuf" and len(known) > 0 and bool(np.isin(known, classes).all())


def _labels(name: str, values: NDArray[Any], classes: NDArray[Any]) -> _Given:
    """Take labels as certain probabilities; what is none of the classes gets a column of its own, so it is wrong."""
    missing = np.asarray(pd.isna(values), dtype=bool).reshape(-1)
    places = {label: place for place, label in enumerate(classes.tolist())}
    decided = np.array([places.get(label, len(classes)) for label in values.tolist()])
    strange = (decided == len(classes)) & ~missing
    if strange.any() and len(classes) == 2:
        raise InvalidInputError(
            f"predictions: {name!r} says {str(values[strange][0])[:60]!r} ({int(strange.sum())} times "
            f"what is neither of the labels {str(classes[0])!r:.40} and {str(classes[1])!r:.40}); "
            "put None where there is no usable prediction"
        )
    chances = np.full((len(values), len(classes) + bool(strange.any())), np.nan)
    rows = np.flatnonzero(~missing)
    chances[rows] = 0.0
    chances[rows, decided[rows]] = 1.0
    return _Given(chances, decides_only=True, strange=int(strange.sum()))


def _entry(given: _Given, entry: Entry) -> Entry:
    done = int(np.isfinite(given.chances).all(axis=1).sum())
    strange = f"It gave {given.strange:,} labels that are none of the classes; they count as wrong."
    return Entry(
        about=entry.about,
        glass_box=entry.glass_box,
        uses_answers=entry.uses_answers,
        caveats=(*entry.caveats, *((strange,) if given.strange else ())),
        cost=entry.cost,
        completed=wilson(done, len(given.chances)),
        decides_only=given.decides_only,
    )


def _left_out(complete: NDArray[np.bool_]) -> tuple[str, ...]:
    lost = int((~complete).sum())
    if not lost:
        return ()
    return (
        f"{lost:,} of {len(complete):,} documents are left out for all, because some contender has no prediction for "
        "them; figures say nothing about those.",
    )


def _clusters(groups: ArrayLike | None, n: int) -> Codes | None:
    if groups is None:
        return None
    values = read_values(groups)
    if values.shape != (n,) or pd.isna(values).any():
        raise InvalidInputError(f"groups: one value for each of {n} documents is expected, none of them missing")
    codes = pd.factorize(values)[0].astype(np.int64)
    if codes.max() < 1:
        raise InvalidInputError("groups: all documents are in one; at least two are needed, or leave groups out")
    return codes


def _check_left(codes: Codes, classes: NDArray[Any]) -> None:
    counts = np.bincount(codes, minlength=len(classes))
    if counts.min() < 2:
        raise InvalidInputError(
            f"predictions: of class {str(classes[int(counts.argmin())])!r:.40} {int(counts.min())} documents are left "
            "where every contender has a prediction; at least two of each class are needed"
        )
