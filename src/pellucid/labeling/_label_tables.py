"""Labels as tables: all of them, votes, probabilities, and one pooled label per document."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pellucid.exceptions import InvalidInputError
from pellucid.schema import PERSON, Label, Source

_MOST = math.log(999)
"""Largest log-odds that are pooled: a scored probability of a millionth must not decide alone."""


_COLUMNS = ("document", "labeler", "repeat", "label", "probability", "spread", "cause", "rationale")
_EVIDENCE = ("evidence_for", "evidence_against")


class Pooled(NamedTuple):
    """Mean and spread of one document's log-odds; NaN where there is none, or only one."""

    mean: float
    spread: float


def pool(labels: Sequence[Label]) -> Pooled:
    """Pool the probabilities given to one document.

    The repeats of each labeler are averaged first, then the labelers.

    Parameters
    ----------
    labels : sequence of Label

    Returns
    -------
    Pooled
    """
    said: dict[str, list[float]] = {}
    for label in labels:
        if label.probability is not None:
            said.setdefault(label.labeler, []).append(_log_odds(label.probability))
    if not said:
        return Pooled(math.nan, math.nan)
    every = [value for values in said.values() for value in values]
    spread = float(np.std(every, ddof=1)) if len(every) > 1 else math.nan
    return Pooled(float(np.mean([np.mean(values) for values in said.values()])), spread)


def pool_labels(labels: Iterable[Label], *, name: str = "pooled") -> tuple[Label, ...]:
    """Make one label per document of those that carry a probability.

    The log-odds of each labeler's repeats are averaged, then those of the labelers. No
    labeler counts more than another, and none is corrected: that is for a consensus.

    Parameters
    ----------
    labels : iterable of Label
        Of two classes.
    name : str, default="pooled"
        What the labeler is called.

    Returns
    -------
    tuple of Label
        In the order in which documents first appear. `spread` is the standard deviation of
        all log-odds of the document; None where there are fewer than two. Rationale and
        evidence are those of the first label on the same side.

    Examples
    --------
    >>> said = [Label(document="a", labeler="x", label=int(p > 0.5), probability=p, repeat=n)
    ...         for n, p in enumerate((0.5 ** 0.5, 0.8), start=1)]
    >>> pooled = pool_labels(said)[0]
    >>> pooled.label, round(pooled.probability, 3), round(pooled.spread, 3)
    (1, 0.757, 0.357)
    """
    return tuple(_pooled_label(document, several, name) for document, several in _by_document(labels).items())


def labels_to_frame(labels: Iterable[Label]) -> pd.DataFrame:
    """Return labels as a table, one row each.

    Parameters
    ----------
    labels : iterable of Label

    Returns
    -------
    pandas.DataFrame
        Columns document, labeler, repeat, label, probability, spread, cause, rationale,
        evidence_for, evidence_against, model, prompt, recorded.
    """
    rows = []
    for label in labels:
        row = {column: getattr(label, column) for column in (*_COLUMNS, *_EVIDENCE)}
        source = label.source
        rows.append(row | {key: getattr(source, key, None) for key in ("model", "prompt", "recorded")})
    columns = [*_COLUMNS, *_EVIDENCE, "model", "prompt", "recorded"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.astype({"probability": float, "spread": float, "repeat": int})


def labels_to_votes(labels: Iterable[Label], *, documents: Iterable[str] | None = None) -> pd.DataFrame:
    """Return what each labeler votes for, one column per labeler.

    Repeats make one vote: the side of their mean log-odds where they carry probabilities,
    the most frequent class otherwise; none where it is a tie.

    Parameters
    ----------
    labels : iterable of Label
    documents : iterable of str or None, default=None
        Ids of the rows, in order; None takes those that have a label, as they appear.

    Returns
    -------
    pandas.DataFrame of object, shape (n_documents, n_labelers)
        None where a labeler votes for nothing.

    Raises
    ------
    InvalidInputError
        If a labeler says two things of one document under the same repeat.

    Examples
    --------
    >>> said = [Label(document="a", labeler="x", label=1), Label(document="b", labeler="y", label=0)]
    >>> labels_to_votes(said).to_numpy().tolist()
    [[1, None], [None, 0]]
    """
    return _table(labels, documents, _vote, None)


def labels_to_probabilities(labels: Iterable[Label], *, documents: Iterable[str] | None = None) -> pd.DataFrame:
    """Return each labeler's probability of the second class, its repeats averaged in log-odds.

    Parameters
    ----------
    labels, documents : as in `labels_to_votes`

    Returns
    -------
    pandas.DataFrame of float, shape (n_documents, n_labelers)
        NaN where a labeler gives none; labelers that never give one have no column.
    """
    given = list(labels)
    rows = documents if documents is not None else list(dict.fromkeys(label.document for label in given))
    table = _table([label for label in given if label.probability is not None], rows, _probability, math.nan)
    return table.astype(float)


def labeler_groups(labels: Iterable[Label]) -> dict[str, str]:
    """Say which labelers are one language model asked in several ways, so that they are not taken as independent.

    Parameters
    ----------
    labels : iterable of Label

    Returns
    -------
    dict of str to str
        Labeler to its language model; a rule or a person is a group of its own.

    Examples
    --------
    >>> said = [Label(document="a", labeler=f"demo: {prompt}", label=1, source=Source(model="demo", prompt=prompt))
    ...         for prompt in ("direct/1", "checklist/1")]
    >>> labeler_groups([*said, Label(document="a", labeler="words", label=1)])
    {'demo: direct/1': 'demo', 'demo: checklist/1': 'demo', 'words': 'words'}
    """
    found: dict[str, str] = {}
    for label in labels:
        model = label.source.model if label.source else ""
        found.setdefault(label.labeler, label.labeler if model in ("", PERSON) else model)
    return found


def probability_of(log_odds: float) -> float:
    """Turn log-odds into a probability.

    Parameters
    ----------
    log_odds : float

    Returns
    -------
    float
    """
    return 1 / (1 + math.exp(-log_odds))


def _log_odds(probability: float) -> float:
    if probability in (0.0, 1.0):
        return math.copysign(_MOST, probability - 0.5)
    return min(max(math.log(probability / (1 - probability)), -_MOST), _MOST)


def _by_document(labels: Iterable[Label]) -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = {}
    seen: set[tuple[str, str, int]] = set()
    for label in labels:
        key = (label.document, label.labeler, label.repeat)
        if key in seen:
            raise InvalidInputError(
                f"labels: {label.labeler!r} labels {label.document!r} twice (repeat {label.repeat}); number repeats, "
                "or give every document an id of its own"
            )
        seen.add(key)
        found.setdefault(label.document, []).append(label)
    return found


def _pooled_label(document: str, labels: list[Label], name: str) -> Label:
    mean, spread = pool(labels)
    if math.isnan(mean):
        causes = dict.fromkeys(label.cause or "no probability" for label in labels)
        return Label(document=document, labeler=name, label=None, cause="; ".join(causes))
    side = [label for label in labels if label.probability is not None and (label.probability - 0.5) * mean > 0]
    models = {label.source.model for label in labels if label.source}
    return Label(
        document=document,
        labeler=name,
        label=side[0].label if side else None,
        probability=probability_of(mean),
        rationale=next((label.rationale for label in side if label.rationale), ""),
        evidence_for=next((label.evidence_for for label in side if label.evidence_for), ""),
        evidence_against=next((label.evidence_against for label in side if label.evidence_against), ""),
        source=Source(model=models.pop(), prompt=name) if len(models) == 1 else None,
        spread=None if math.isnan(spread) else spread,
    )


def _table(labels: Iterable[Label], documents: Iterable[str] | None, cell: Any, missing: Any) -> pd.DataFrame:
    """Write one cell per document and labeler."""
    by_document = _by_document(labels)
    rows = list(by_document) if documents is None else [str(one) for one in documents]
    if len(set(rows)) != len(rows):
        raise InvalidInputError("documents: an id stands twice; every document needs its own")
    columns: dict[str, dict[str, list[Label]]] = {}
    for document, several in by_document.items():
        for label in several:
            columns.setdefault(label.labeler, {}).setdefault(document, []).append(label)
    cells = {
        labeler: [cell(said[row]) if row in said else missing for row in rows] for labeler, said in columns.items()
    }
    return pd.DataFrame(cells, index=pd.Index(rows, name="document", dtype=object), dtype=object)


def _vote(repeats: list[Label]) -> Any:
    """One vote of a labeler's repeats."""
    mean = pool(repeats).mean
    if not math.isnan(mean):
        side = (
            label.label for label in repeats if label.probability is not None and (label.probability - 0.5) * mean > 0
        )
        return next(side, None)
    given = [label.label for label in repeats if label.label is not None]
    ranked = sorted({(given.count(one), str(one)): one for one in given}.items(), reverse=True)
    if len(ranked) > 1 and ranked[0][0][0] == ranked[1][0][0]:
        return None
    return ranked[0][1] if ranked else None


def _probability(repeats: list[Label]) -> float:
    return probability_of(pool(repeats).mean)
