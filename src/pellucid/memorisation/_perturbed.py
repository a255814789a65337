"""A test of direct predictions: right on the records as published, wrong once their facts are moved a little."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pellucid._checks import check_number, check_outcome, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.memorisation._chance import Chance, Trial, counted, share_of
from pellucid.memorisation._report import MemorisationTest

NAME = "original against perturbed facts"

BLUR = 0.1
"""Allowed above one half: moved facts cost a model without memory a little accuracy too."""

Perturb = Callable[[str, np.random.Generator], str]
Predict = Callable[[Sequence[str]], ArrayLike | Sequence[float | None]]

# A number that is no part of a word, an id, a date or a time.
_NUMBER = re.compile(
    r"(?<![\w#])(?<!\w[-./:])(?<!\d,)(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?![\w/:-]|[.,]\d)"
)
_LONGEST = 15  # digits and signs; anything longer is no quantity
_YEARS = (1900, 2100)
_SMALL = 10
_LOOKED_FOR = "a direct prediction that changes when the facts are moved a little was right before"


def shift_numbers(text: str, random: np.random.Generator, *, spread: float = 0.1) -> str:
    """Move every number of a text a little, the same number everywhere to the same other one.

    Numbers keep their decimals and thousands separators and always change. Left alone are
    numbers below 10 without decimals, what may be a year (1900 to 2100), and digits that
    are part of a word, an id, a date or a time.

    Parameters
    ----------
    text : str
    random : numpy.random.Generator
    spread : float, default=0.1
        Largest move, as a share of the number; above 0, below 1.

    Returns
    -------
    str
        The same text where it holds no such number.

    Raises
    ------
    InvalidInputError
        If `spread` is out of its range.

    Examples
    --------
    >>> shift_numbers("Aged 41 in 2019; earns 52,300 at 41, ref A-77, 2 jobs.", np.random.default_rng(0))
    'Aged 42 in 2019; earns 49,892 at 42, ref A-77, 2 jobs.'
    """
    check_number("spread", spread, low=1e-6, high=0.999999)
    moved: dict[Decimal, Decimal] = {}

    def replaced(found: re.Match[str]) -> str:
        written = found[0]
        if len(written) > _LONGEST:
            return written
        number = Decimal(written.replace(",", ""))
        if "." not in written and (number < _SMALL or _is_year(written)):
            return written
        if number not in moved:
            moved[number] = _moved(number, float(random.uniform(-spread, spread)))
        return f"{moved[number]:,f}" if "," in written else f"{moved[number]:f}"

    return _NUMBER.sub(replaced, text)


def perturbed_test(
    texts: "Sequence[str] | pd.Series[str]",
    y: ArrayLike,
    predict: Predict,
    *,
    perturb: Perturb = shift_numbers,
    trials: int = 100,
    seed: int = 0,
) -> MemorisationTest:
    """Compare direct predictions of an outcome on texts as they are and with their facts moved a little.

    A model that reads is about as likely to become right as to become wrong when facts
    move a little: its predictions change where they were near the threshold anyway. One
    that recalls outcomes was right on the records it recalls. Of the predictions that
    change sides of one half, hits are those that were right before; by chance that is one
    half, and one tenth more is allowed because moved facts tell a little less.

    Parameters
    ----------
    texts : sequence of str, or Series
    y : array-like of shape (n,)
        Outcomes, 0 or 1.
    predict : callable of sequence of str to array-like of shape (n,)
        Probability of 1; NaN or None where the reply could not be read. Called twice.
    perturb : callable of (str, Generator) to str, default=`shift_numbers`
        Texts that it leaves as they are do not count.
    trials : int, default=100
        Texts drawn, at most.
    seed : int, default=0

    Returns
    -------
    MemorisationTest
        For `run_tests(..., also=[...])`. `trials` are the predictions that changed;
        `figures` has ``"accuracy, original"`` and ``"accuracy, perturbed"``.

    Raises
    ------
    InvalidInputError
        If texts, outcomes or predictions do not fit each other.

    References
    ----------
    The idea of comparing a data set with its perturbed form is that of Bordt et al.
    (2024), Elephants never forget; McNemar, Q. (1947), Psychometrika 12, 153-157: only
    pairs that changed say anything.

    Examples
    --------
    >>> texts = [f"Case {n}: {20 + n} points." for n in range(40)]
    >>> recalls = lambda asked: [float(int(text.split()[-2]) % 2) for text in asked]
    >>> test = perturbed_test(texts, [n % 2 for n in range(40)], recalls)
    >>> test.figures["accuracy, original"].value, test.share.value
    (1.0, 1.0)
    """
    check_number("trials", trials, low=1, whole=True)
    given = check_texts(texts)
    outcome = _outcome(y, len(given.texts))
    random = np.random.default_rng(seed)
    order = random.permutation(len(given.texts)).tolist()
    pairs = ((place, perturb(given.texts[place], random)) for place in order)
    moved = [*islice(((place, text) for place, text in pairs if text != given.texts[place]), trials)]
    if not moved:
        return MemorisationTest(name=NAME, looked_for=_LOOKED_FOR, not_run="no text holds a fact that could be moved")
    before = _probabilities(predict([given.texts[place] for place, _ in moved]), len(moved))
    after = _probabilities(predict([text for _, text in moved]), len(moved))
    drawn = [place for place, _ in moved]
    return _compared([given.names[place] for place in drawn], outcome[drawn], before, after)


def _compared(
    names: Sequence[str], outcome: NDArray[np.int64], before: NDArray[np.float64], after: NDArray[np.float64]
) -> MemorisationTest:
    """Count the predictions that changed, and which of them were right before."""
    read = ~np.isnan(before) & ~np.isnan(after)
    was_right, is_right = (before > 0.5) == outcome, (after > 0.5) == outcome
    changed = np.flatnonzero(read & (was_right != is_right))
    return counted(
        NAME,
        _LOOKED_FOR,
        [Trial(names[at], bool(was_right[at])) for at in changed.tolist()],
        Chance(0.5 + BLUR, "one half, and one tenth allowed because moved facts tell a little less"),
        figures={
            "accuracy, original": share_of(int(was_right[read].sum()), int(read.sum())),
            "accuracy, perturbed": share_of(int(is_right[read].sum()), int(read.sum())),
        },
        unread=int(np.sum(~read)),
    )


def _outcome(y: ArrayLike, n: int) -> NDArray[np.int64]:
    outcome = check_outcome(y, n=n)
    if not np.isin(outcome, [0, 1]).all():
        raise InvalidInputError("y: got other values than 0 and 1; give 1 where the outcome holds")
    return outcome.astype(np.int64)


def _probabilities(said: Any, n: int) -> NDArray[np.float64]:
    """Take what a predictor gave, or refuse it."""
    found = np.array([np.nan if one is None else one for one in said], dtype=float)
    if found.shape != (n,) or not ((np.isnan(found)) | ((found >= 0) & (found <= 1))).all():
        raise InvalidInputError(
            f"predict: got shape {found.shape} for {n} texts; one probability from 0 to 1 each is expected, "
            "NaN where none could be read"
        )
    return found


def _is_year(written: str) -> bool:
    return written.isdigit() and _YEARS[0] <= int(written) <= _YEARS[1]


def _moved(number: Decimal, share: float) -> Decimal:
    """Move a number by a share of itself, by one unit of its last place at least."""
    unit = Decimal(1).scaleb(int(number.as_tuple().exponent))
    moved = (number * (1 + Decimal(repr(share)))).quantize(unit)
    if moved != number:
        return moved
    return number + unit if share > 0 or number < unit else number - unit
