"""A whole run on permuted outcomes: whatever it still finds, it found by looking where it must not."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from pellucid._checks import check_number, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Finding, FindingKind, Measure
from pellucid.validation._looked import Looked

_ERRORS = 2.0  # standard errors from 0.5 that are allowed
_METHOD = "t interval over permutations"


def permuted_signal(
    run: Callable[[NDArray[Any]], float],
    y: NDArray[Any],
    *,
    repeats: int = 20,
    seed: int = 0,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
) -> Looked:
    """Run everything on permuted outcomes and see whether the AUROC is 0.5.

    An outcome that has been dealt out anew has nothing to do with its document, so a run
    that learns, tunes and tests properly reaches 0.5. It is an alarm when the mean over
    the permutations lies above 0.5 by more than two standard errors, and, for few
    permutations, by more than the 97.5% point of Student's t: by chance 2 to 2.5% of
    clean runs do. A mean as far below 0.5 is named without alarm: pooled folds drift
    there when models fit noise, as every document that is held out shifts the share of its
    class in training the other way.

    It cannot see a leak that is in the answers themselves (they are tied to the document,
    not to the permuted outcome), and twins split over folds only where `groups` names
    them: whole groups then exchange their outcomes, so that twins still share one.

    Parameters
    ----------
    run : callable
        Takes outcomes of shape (n,), runs the whole comparison, folds and all, and returns
        the AUROC of held-out predictions.
    y : ndarray of shape (n,)
        Outcomes.
    repeats : int, default=20
        Permutations, at least 5.
    seed : int, default=0
    groups : sequence of hashable of length n, or None, default=None
        Documents that share whatever an outcome depends on; groups of the same size
        exchange their outcomes.

    Returns
    -------
    Looked
        One finding: an alarm, or the mean that was found.

    Raises
    ------
    InvalidInputError
        If an AUROC is undefined or `groups` leaves nothing to exchange.

    References
    ----------
    Ojala, M. and Garriga, G. C. (2010). Permutation tests for studying classifier
    performance. Journal of Machine Learning Research 11, 1833-1863.

    Examples
    --------
    >>> y = np.array([0, 1] * 20)
    >>> honest = lambda permuted: 0.5 + 0.1 * (permuted[:20].mean() - permuted[20:].mean())
    >>> permuted_signal(honest, y).alarms
    ()
    >>> permuted_signal(lambda permuted: 0.6, y).alarms[0].figure.text()
    '0.600 [0.600, 0.600]'
    """
    check_number("repeats", repeats, low=5, whole=True)
    labels = check_outcome(y)
    blocks = _blocks(groups, len(labels))
    rng = np.random.default_rng(seed)
    values = [_checked(run(labels[_order(blocks, rng)])) for _ in range(repeats)]
    sentence = (
        f"The whole run was repeated on {repeats} permutations of the outcome"
        f"{'' if groups is None else ', exchanged between whole groups'}; a mean AUROC above 0.5 by more than two "
        "standard errors is an alarm."
    )
    return Looked((_finding(np.array(values)),), sentence)


def _finding(values: NDArray[np.float64]) -> Finding:
    """Judge the mean of the permuted runs."""
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    reach = max(_ERRORS, float(student.ppf(0.975, len(values) - 1))) * error
    figure = Measure(value=mean, low=mean - reach, high=mean + reach, method=_METHOD)
    said = f"On permuted outcomes the mean AUROC is {figure.text()}"
    alarm = mean - reach > 0.5
    if alarm:
        said += (
            ", above 0.5 by more than two standard errors: the run sees outcomes that it is tested on, so none of its "
            "figures can be trusted."
        )
    elif mean + reach < 0.5:
        said += ", below 0.5 as pooled folds of models that fit noise can be; that flatters no method."
    else:
        said += ", as it should be: 0.5 within two standard errors."
    return Finding(kind=FindingKind.PERMUTATION, subject="the whole run", alarm=alarm, said=said, figure=figure)


def _blocks(groups: Sequence[Hashable] | NDArray[Any] | None, n: int) -> list[NDArray[np.intp]]:
    """Return tables of row numbers, one for each size of group: (groups of that size, size)."""
    if groups is None:
        return [np.arange(n).reshape(-1, 1)]
    if len(groups) != n:
        raise InvalidInputError(f"groups: got {len(groups)} for {n} documents; one each is expected")
    numbers = pd.factorize(pd.Series(list(groups), dtype=object), use_na_sentinel=False)[0]
    by_size: dict[int, list[NDArray[np.intp]]] = {}
    for number in range(numbers.max() + 1):
        rows = np.flatnonzero(numbers == number)
        by_size.setdefault(len(rows), []).append(rows)
    blocks = [np.array(found) for found in by_size.values()]
    if all(len(block) == 1 for block in blocks):
        raise InvalidInputError("groups: no two are of the same size, so none can exchange outcomes; leave them out")
    return blocks


def _order(blocks: list[NDArray[np.intp]], rng: np.random.Generator) -> NDArray[np.intp]:
    """Deal the rows of every block to another group of the same size."""
    order = np.arange(sum(block.size for block in blocks))
    for block in blocks:
        order[block] = block[rng.permutation(len(block))]
    return order


def _checked(value: float) -> float:
    check_number("run: the AUROC it returned", value, low=0, high=1)
    return float(value)
