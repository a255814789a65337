"""Questions whose answer alone foretells the outcome too well to be known beforehand."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from pellucid._checks import check_number, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Areas, Codes, Floats, delong
from pellucid.schema import Finding, FindingKind, Measure
from pellucid.validation._looked import Looked, alarms_first

HIGHEST = 0.95
"""AUROC of one question from which it is named as a leak."""
SURE = 0.9
"""What the lower limit must reach for that to be an alarm."""
SHARE = 0.9
"""Share of the whole model's AUROC above 0.5 from which one question is named."""
STRONG = 0.8
"""AUROC that its lower limit must reach for such a share to be an alarm."""

_LEAVES = 8
_FEWEST = 5  # documents in a leaf


def predict_alone(answers: pd.Series, y: NDArray[Any], *, splits: int = 5, seed: int = 0, groups: Any = None) -> Floats:
    """Predict the outcome from one question, every document by the others' folds.

    An option, and a missing answer, gets the share of each class among the training
    documents that have it, drawn towards the overall share by one document's weight. A
    number enters a logistic regression by its rank, by whether it is missing, and by the
    leaves of a tree of at most eight. So neither the direction nor the shape of the
    association is assumed, and nothing is learnt from the document itself.

    Parameters
    ----------
    answers : pandas.Series of length n
        Numbers, or anything else as options; missing allowed.
    y : ndarray of shape (n,)
        Outcomes.
    splits : int, default=5
        Folds; fewer where a class has fewer documents.
    seed : int, default=0
    groups : sequence of length n, or None, default=None
        Documents that stay together.

    Returns
    -------
    ndarray of shape (n,), or (n, n_classes) with more than two
        Probability of the second class, or of every class, in sorted order.

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> answers, y = pd.Series(["a", "b"] * 20), np.array([0, 1] * 20)
    >>> np.unique(predict_alone(answers, y)).round(2).tolist()
    [0.03, 0.97]
    """
    check_number("splits", splits, low=2, whole=True)
    codes = _class_numbers(y, len(answers))
    fewest = int(np.bincount(codes).min())
    if fewest < 2:
        raise InvalidInputError("y: a class has 1 document; at least 2 are needed to test on one of them")
    numeric = pd.api.types.is_numeric_dtype(answers) and not pd.api.types.is_bool_dtype(answers)
    values = answers.to_numpy(dtype=float, na_value=np.nan) if numeric else np.zeros(0)
    levels = np.asarray(pd.factorize(answers.astype(object), use_na_sentinel=False)[0])
    found = np.full((len(codes), int(codes.max()) + 1), np.nan)
    for train, test in _parts(codes, min(splits, fewest), seed, groups):
        if len(np.unique(codes[train])) <= codes.max():
            raise InvalidInputError("groups: a class stands in too few groups to train without one; use fewer splits")
        if numeric:
            found[test] = _regression(values, codes, train, seed)[test]
        else:
            found[test] = _rates(levels, codes, train)[levels[test]]
    return found[:, 1] if found.shape[1] == 2 else found


def question_leaks(
    X: pd.DataFrame,
    y: NDArray[Any],
    *,
    whole: Floats | None = None,
    splits: int = 5,
    seed: int = 0,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
) -> Looked:
    """Test the answer to every question as if it were the whole model.

    Two rules, on AUROCs of predictions made out of fold, with 95% intervals by DeLong:

    - its AUROC is at least 0.95: an alarm where the lower limit is at least 0.9;
    - it has at least 90% of what the whole model has above 0.5: an alarm where the lower
      limit of that (a − 0.5 less 0.9 times A − 0.5) is above 0 and its own AUROC is at
      least 0.8 by its lower limit.

    What passes a threshold but not with its limit is named without alarm; so is a question
    that carries a weak model alone, which is common where the others say nothing. Neither
    rule sees an answer that copies the outcome in a few documents: see `pure_level_leaks`.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n, questions)
        Answers as features.
    y : ndarray of shape (n,)
        Outcomes.
    whole : ndarray of shape (n,), (repeats, n) or (repeats, n, n_classes), or None, default=None
        The whole model's predictions out of fold; None leaves out the second rule, as does
        a single question.
    splits, seed, groups
        As in `predict_alone`; with groups the intervals are clustered.

    Returns
    -------
    Looked

    Raises
    ------
    InvalidInputError

    References
    ----------
    Kaufman, S., Rosset, S., Perlich, C. and Stitelman, O. (2012). Leakage in data mining:
    formulation, detection, and avoidance. ACM Transactions on Knowledge Discovery from
    Data 6(4), 15.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 300)
    >>> X = pd.DataFrame({"age": rng.normal(size=300), "later": y + rng.normal(0, 0.2, 300)})
    >>> [finding.subject for finding in question_leaks(X, y).alarms]
    ['later']
    """
    if not isinstance(X, pd.DataFrame) or not X.shape[1]:
        raise InvalidInputError("X: a DataFrame with at least one question is expected")
    codes = _class_numbers(y, len(X))
    clusters = None if groups is None else pd.factorize(pd.Series(list(groups), dtype=object), use_na_sentinel=False)[0]
    compared = whole is not None and X.shape[1] > 1
    scores = [
        predict_alone(X.iloc[:, at], codes, splits=splits, seed=seed, groups=clusters)[None] for at in range(X.shape[1])
    ]
    if whole is not None and compared:
        entire = np.asarray(whole, dtype=float)
        entire = entire[None] if entire.ndim == 1 else entire
        scores = [np.broadcast_to(score, (len(entire), *score.shape[1:])) for score in scores] + [entire]
        if entire.shape != scores[0].shape:
            raise InvalidInputError(f"whole: got shape {entire.shape}; {scores[0].shape} is expected, repeats first")
    areas = delong(codes, np.stack(scores), clusters)
    findings = [found for at, name in enumerate(X.columns) if (found := _judge(str(name), at, areas, compared))]
    sentence = (
        f"Each of {X.shape[1]} questions was tested alone, out of fold, on {len(X):,} documents: an AUROC of at least "
        f"{HIGHEST:g} with a lower 95% limit of at least {SURE:g} is an alarm"
    )
    if compared:
        sentence += (
            f", and so is surely having at least {SHARE:.0%} of what the whole model has above 0.5, where the question "
            f"alone reaches {STRONG:g} by its lower limit"
        )
    return Looked(alarms_first(findings), sentence + ".")


def _judge(name: str, at: int, areas: Areas, compared: bool) -> Finding | None:
    """Judge one question by both rules."""
    figure = areas.measure(at)
    value, low = figure.value or 0.0, figure.low or 0.0
    said = []
    alarm = False
    if value >= HIGHEST:
        alarm = low >= SURE
        said.append(f"“{name}” alone has an AUROC of {figure.text()}, at least {HIGHEST:g}.")
    if compared:
        share = _share(areas, at)
        if share.value is not None and share.value >= SHARE:
            sure = share.low is not None and share.low > SHARE
            alarm = alarm or (sure and low >= STRONG)
            said.append(
                f"“{name}” alone has {share.value:.0%} of what the whole model has above 0.5 (AUROC {figure.text()}"
                f" against {areas.measure(-1).text()})."
            )
    if not said:
        return None
    said.append(
        "Ask whether it can be known when the prediction is made."
        if alarm
        else "That is named, not an alarm: it may be chance, or the other questions may say little."
    )
    return Finding(kind=FindingKind.LEAK, subject=name, alarm=alarm, said=" ".join(said), figure=figure)


def _share(areas: Areas, at: int) -> Measure:
    """Return (a − 0.5) / (A − 0.5), with `SHARE` as lower limit or just above where it is surely passed."""
    a, whole = float(areas.values[at]), float(areas.values[-1])
    limit = areas.measure(-1).low
    if limit is None or limit <= 0.5:
        return Measure(value=None)
    weights = np.zeros(len(areas.values))
    weights[[at, -1]] = 1.0, -SHARE
    error = float(np.sqrt(max(float(weights @ areas.covariance @ weights), 0.0)))
    passed = (a - 0.5) - SHARE * (whole - 0.5) - float(ndtri(0.975)) * error
    return Measure(value=(a - 0.5) / (whole - 0.5), low=SHARE + passed / (whole - 0.5))


def _class_numbers(y: Any, n: int) -> Codes:
    return np.asarray(np.unique(check_outcome(y, n=n), return_inverse=True)[1], dtype=np.int64)


def _parts(codes: Codes, splits: int, seed: int, groups: Any) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return (train, test) rows, groups kept together."""
    blank = np.zeros((len(codes), 1))
    if groups is None:
        return list(StratifiedKFold(splits, shuffle=True, random_state=seed).split(blank, codes))
    count = len(set(np.asarray(groups).tolist()))
    if count < 2:
        raise InvalidInputError("groups: all documents are of one group; at least two groups are needed")
    folds = StratifiedGroupKFold(min(splits, count), shuffle=True, random_state=seed)
    return list(folds.split(blank, codes, groups))


def _regression(values: Floats, codes: Codes, train: NDArray[np.intp], seed: int) -> Floats:
    """Predict every row from a number, by a regression on its rank and steps among the training rows."""
    tree = DecisionTreeClassifier(max_leaf_nodes=_LEAVES, min_samples_leaf=_FEWEST, random_state=seed)
    leaves = tree.fit(values[train, None], codes[train]).apply(values[:, None])
    missing = np.isnan(values)
    known = np.sort(values[train][~missing[train]])
    sides = np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")
    ranks = np.where(missing, 0.0, sides / max(2 * len(known), 1) - 0.5)
    steps = leaves[:, None] == np.unique(leaves[train])
    table = np.column_stack([np.sqrt(12) * ranks, missing, steps])
    model = LogisticRegression(max_iter=1_000).fit(table[train], codes[train])
    return np.asarray(model.predict_proba(table))


def _rates(levels: NDArray[np.intp], codes: Codes, train: NDArray[np.intp]) -> Floats:
    """Return the share of each class at each level among the training rows, drawn towards the overall share."""
    counts = np.zeros((int(levels.max()) + 1, int(codes.max()) + 1))
    np.add.at(counts, (levels[train], codes[train]), 1)
    overall = counts.sum(axis=0) / counts.sum()
    return np.asarray((counts + overall) / (counts.sum(axis=1, keepdims=True) + 1))
