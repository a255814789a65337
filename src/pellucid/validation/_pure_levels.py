"""Answers that are rare, but leave no doubt about the outcome: leaks that an AUROC is too coarse to see."""

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from pellucid._checks import check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, wilson
from pellucid.schema import Finding, FindingKind, Status
from pellucid.validation._looked import Looked, alarms_first

FACTOR = 2.0
"""How many times an honest answer may raise or lower the odds of the outcome before purity counts as an alarm."""

_RARE = 0.1  # share of documents up to which a level is rare
_LEVELS = {True: 0.04, False: 0.01}  # of the 5% in all: what rare levels may use, and what common ones may
_NAMED = 20
_SILENT = "which answers are missing"
_USABLE = (Status.ANSWERED, Status.CORRECTED)


def pure_level_leaks(
    X: pd.DataFrame,
    y: NDArray[Any],
    *,
    statuses: pd.DataFrame | None = None,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
    ids: Sequence[str] | None = None,
) -> Looked:
    """Find levels of an answer at which every document has the same outcome, beyond chance.

    A level is an option, an exact number, or that the answer is missing (by status where
    `statuses` is given); which answers are missing together is tested like one more
    question. The tests are exact, at 5% in all:

    - *pure level*: n documents of a level have one outcome, with chance q ** n;
    - *pure together* (two outcomes): the levels of a question with two documents to a
      tenth of all, where these are together at most a tenth, are each pure. Given how many
      of their documents have the outcome, that is the share of ways to deal it out that
      leave all pure;
    - all are corrected over the tests that could pass at all, after Tarone, with four
      fifths of the 5% for rare levels (up to a tenth of the documents) and the rest for
      common ones.

    It is an alarm when chance is computed with odds of the outcome that the answer may
    honestly raise or lower by a factor of 2, and still fails; when only a worthless answer
    is ruled out, it is named without alarm. In simulated
    data of a dozen honest questions, a copy of the outcome in 5% of 1,000 documents, by
    options of its own, was an alarm in 30 of 30 data sets, and in 19 of 30 with 300 documents; a
    copy that shows for one outcome only was an alarm in 13 of 30, and named in 25, of
    1,000 documents each. A copy hidden among honest answers of the same value cannot be seen in
    the answers; see `quote_leaks`.

    Parameters
    ----------
    X : pandas.DataFrame of shape (n, questions)
    y : ndarray of shape (n,)
    statuses : pandas.DataFrame of shape (n, questions), or None, default=None
        Status of every answer, with the columns of `X`.
    groups : sequence of hashable of length n, or None, default=None
        Documents that depend on each other; a group counts once at a level.
    ids : sequence of str or None, default=None
        Names of the documents, else the index of `X`.

    Returns
    -------
    Looked
        One finding per question, with the share of documents that are concerned.

    Raises
    ------
    InvalidInputError

    References
    ----------
    Tarone, R. E. (1990). A modified Bonferroni method for discrete data. Biometrics 46,
    515-522.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 400)
    >>> note = pd.Series(rng.choice(["a", "b"], 400)).mask(rng.random(400) < 0.05, pd.Series(y).map({0: "x", 1: "y"}))
    >>> [finding.subject for finding in pure_level_leaks(pd.DataFrame({"note": note}), y).alarms]
    ['note']
    """
    names = _checked(X, statuses, groups, ids)
    codes = np.asarray(np.unique(check_outcome(y, n=len(X)), return_inverse=True)[1], dtype=np.int64)
    owner = np.arange(len(X)) if groups is None else _numbers(pd.Series(list(groups), dtype=object))
    tests: list[_Test] = []
    for subject, levels, joint in _columns(X, statuses):
        tests += _tests(subject, levels, codes, owner, joint)
    sure, known = _passed(tests, lambda test: test.bounded), _passed(tests, lambda test: test.plain)
    findings = [
        _finding(
            subject, [tests[at] for at in sorted(known) if tests[at].subject == subject], subject in alarmed, names
        )
        for alarmed in [{tests[at].subject for at in sure}]
        for subject in dict.fromkeys(tests[at].subject for at in sorted(known))
    ]
    sentence = (
        f"{len(tests):,} levels of {X.shape[1]} questions on {len(X):,} documents, and which answers are missing, were "
        "tested for having one outcome only; an alarm is what an answer that changes the odds by a factor of up to "
        f"{FACTOR:g} would give in less than 5% of clean data sets, over all levels together."
    )
    return Looked(alarms_first(findings), sentence)


class _Test(NamedTuple):
    """One level, or the rare levels of a question together, and the chance that it is pure."""

    subject: str
    rows: NDArray[np.intp]  # of the documents concerned
    rare: bool
    pure: bool
    bounded: float  # chance to be pure for an answer that changes the odds by up to FACTOR
    plain: float  # and for one that says nothing


def _checked(X: Any, statuses: Any, groups: Any, ids: Any) -> list[str]:
    """Refuse what does not fit, and return the documents' names."""
    if not isinstance(X, pd.DataFrame) or not X.shape[1]:
        raise InvalidInputError("X: a DataFrame with at least one question is expected")
    if statuses is not None and (list(statuses.columns) != list(X.columns) or len(statuses) != len(X)):
        raise InvalidInputError(f"statuses: got shape {statuses.shape}; the rows and columns of X are expected")
    for name, given in (("groups", groups), ("ids", ids)):
        if given is not None and len(given) != len(X):
            raise InvalidInputError(f"{name}: got {len(given)} for {len(X)} documents; one each is expected")
    return [str(one) for one in (X.index if ids is None else ids)]


def _columns(X: pd.DataFrame, statuses: pd.DataFrame | None) -> list[tuple[str, NDArray[np.int64], bool]]:
    """Return numbered levels of every question, and patterns of missing answers where two are ever missing."""
    columns, missing = [], []
    for at, name in enumerate(X.columns):
        values = X.iloc[:, at].astype(object)
        silent = values.isna().to_numpy()
        levels = _numbers(values)
        if statuses is not None:
            status = statuses.iloc[:, at].astype(object)
            silent = ~status.isin(_USABLE).to_numpy()
            levels = np.where(silent, levels.max() + 1 + _numbers(status), levels)
        columns.append((str(name), levels, True))
        missing.append(silent)
    patterns = np.column_stack(missing)
    if (patterns.sum(axis=1) >= 2).any():
        number = np.asarray(np.unique(patterns, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)
        # Patterns of one missing answer are that question's own level already.
        columns.append((_SILENT, np.where(patterns.sum(axis=1) >= 2, number, -1), False))
    return columns


def _numbers(values: pd.Series) -> NDArray[np.int64]:
    return np.asarray(pd.factorize(values, use_na_sentinel=False)[0], dtype=np.int64)


def _tests(subject: str, levels: NDArray[np.int64], codes: Codes, owner: NDArray[np.int64], joint: bool) -> list[_Test]:
    """Test every level of one question by itself, and the rare ones together."""
    n = len(codes)
    shares = np.bincount(codes) / n
    tests = []
    rows = {int(level): np.flatnonzero(levels == level) for level in np.unique(levels[levels >= 0])}
    for own in rows.values():
        count = len(np.unique(owner[own]))
        pure = len(np.unique(codes[own])) == 1
        plain, bounded = (_pure_chance(count, shares, factor) for factor in (1.0, FACTOR))
        tests.append(_Test(subject, own, len(own) <= _RARE * n, pure, bounded, plain))
    few = [own for own in rows.values() if 2 <= len(own) <= _RARE * n]
    if joint and len(shares) == 2 and len(few) > 1 and sum(map(len, few)) <= _RARE * n:
        tests.append(_joint(subject, few, codes, owner))
    return tests


def _pure_chance(count: int, shares: NDArray[np.float64], factor: float) -> float:
    """Return the chance that so many documents have one outcome, whichever, its odds raised by a factor."""
    raised = factor * shares / (1 - shares + factor * shares)
    return min(1.0, float((raised**count).sum()))


def _joint(subject: str, levels: list[NDArray[np.intp]], codes: Codes, owner: NDArray[np.int64]) -> _Test:
    """Test whether several levels are all pure, given how many of their documents have the outcome."""
    pure = all(len(np.unique(codes[own])) == 1 for own in levels)
    # A group counts once at a level; where its documents differ the level is not pure anyway.
    firsts = [own[np.unique(owner[own], return_index=True)[1]] for own in levels]
    sizes = [len(own) for own in firsts]
    events = int(sum(codes[own].sum() for own in firsts))
    ways = _subsets(sizes, events)
    plain, bounded = (_dealt_chance(sum(sizes), events, ways, factor) for factor in (1.0, FACTOR))
    return _Test(subject, np.sort(np.concatenate(levels)), True, pure, bounded, plain)


def _subsets(sizes: Sequence[int], total: int) -> int:
    """Count the sets of levels that together have so many documents: the ways to be pure."""
    ways = [1] + [0] * total
    for size in sizes:
        for reached in range(total, size - 1, -1):
            ways[reached] += ways[reached - size]
    return ways[total]


def _dealt_chance(documents: int, events: int, ways: int, factor: float) -> float:
    """Return the chance of a pure deal when the odds of one part are `factor` times those of the other."""
    if not ways:
        return 1.0
    taken = np.arange(max(0, 2 * events - documents), events + 1)
    weights = _log_choose(events, taken) + _log_choose(documents - events, events - taken) + taken * math.log(factor)
    return min(1.0, math.exp(math.log(ways) + float(weights[-1] - logsumexp(weights))))


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _passed(tests: Sequence[_Test], chance: Callable[[_Test], float]) -> set[int]:
    """Return the places of the tests that pass, corrected over those that could."""
    found: set[int] = set()
    for rare, level in _LEVELS.items():
        least = sorted(chance(test) for test in tests if test.rare is rare)
        over = next(
            number for number in range(1, len(least) + 2) if sum(one <= level / number for one in least) <= number
        )
        found |= {
            at for at, test in enumerate(tests) if test.rare is rare and test.pure and chance(test) <= level / over
        }
    return found


def _finding(subject: str, tests: Sequence[_Test], alarm: bool, names: Sequence[str]) -> Finding:
    """Name one question with the documents at its pure levels."""
    rows = np.unique(np.concatenate([test.rows for test in tests]))
    figure = wilson(len(rows), len(names))
    best = min(test.bounded if alarm else test.plain for test in tests)
    about = "an answer that changes the odds up to twofold" if alarm else "an answer that says nothing"
    said = (
        f"At some levels of “{subject}” ({len(rows):,} of {len(names):,} documents) each has one outcome only; "
        f"{about} would do that with a chance of {best:.2g}. "
    )
    said += "Ask whether the answer was written after the outcome." if alarm else "That is named, not an alarm."
    return Finding(
        kind=FindingKind.LEAK,
        subject=subject,
        alarm=alarm,
        said=said,
        figure=figure,
        documents=tuple(names[row] for row in rows[:_NAMED]),
    )
