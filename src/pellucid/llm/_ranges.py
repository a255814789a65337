"""The numbers within a range, as a regular expression over the way JSON writes them."""

import math
from decimal import Decimal
from functools import lru_cache

from pellucid.exceptions import InvalidInputError

DIGITS = 15
"""Digits before the point of a number whose range does not say."""

DECIMALS = 4
"""Digits after the point of a number, unless its range is given more finely."""


@lru_cache(maxsize=1024)
def number_pattern(minimum: float | None = None, maximum: float | None = None) -> str:
    """Write the regular expression of the numbers in a range, as JSON writes them.

    No exponent, no leading zero, no minus before zero, and no more digits after the
    point than `DECIMALS`, unless the bounds have more. What matches is within the range
    when it is read as a float, too.

    Parameters
    ----------
    minimum, maximum : float or None, default=None
        Inclusive; without one, numbers have at most `DIGITS` digits before the point.

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        If the range is empty or not finite.

    Examples
    --------
    >>> from re import fullmatch
    >>> all(fullmatch(number_pattern(-1.5, 120), number) for number in ("-1.5", "-0.3", "0", "7.25", "120.0"))
    True
    >>> any(fullmatch(number_pattern(-1.5, 120), number) for number in ("-1.51", "120.01", "-0", "07", "1e1"))
    False
    """
    given = [bound for bound in (minimum, maximum) if bound is not None]
    if not all(math.isfinite(bound) for bound in given):
        raise InvalidInputError("minimum, maximum: finite numbers are expected, or None")
    exact = [Decimal(repr(float(bound))) for bound in given]
    whole = max([DIGITS, *(bound.adjusted() + 1 for bound in exact)])
    decimals = max([DECIMALS, *(-int(bound.as_tuple().exponent) for bound in exact)])
    most = Decimal("9" * whole + "." + "9" * decimals)
    low = most.copy_negate() if minimum is None else Decimal(repr(float(minimum)))
    high = most if maximum is None else Decimal(repr(float(maximum)))
    if low > high:
        raise InvalidInputError(f"minimum, maximum: nothing is between {minimum!r} and {maximum!r}")
    choices = []
    if low < 0:
        least = Decimal((0, (1,), -decimals))  # no arithmetic: a context would round what is long
        choices.append("-" + _between(max(high.copy_negate(), least), low.copy_negate(), decimals))
    if high >= 0:
        choices.append(_between(max(low, Decimal(0)), high, decimals))
    return "(?:" + "|".join(choices) + ")"


def _between(low: Decimal, high: Decimal, decimals: int) -> str:
    """Match numbers from low to high, neither below zero, with at most so many digits after the point."""
    (low_whole, low_part), (high_whole, high_part) = (_halves(bound, decimals) for bound in (low, high))
    if low_whole == high_whole:
        return low_whole + _fraction(low_part, high_part)
    free = "9" * decimals
    choices = [low_whole + _fraction(low_part, free), high_whole + _fraction("0" * decimals, high_part)]
    first, last = int(low_whole) + 1, int(high_whole) - 1
    if first <= last:
        choices.append(f"(?:{_wholes(str(first), str(last))}){_fraction('0' * decimals, free)}")
    return "(?:" + "|".join(choices) + ")"


def _halves(number: Decimal, decimals: int) -> tuple[str, str]:
    """Digits before the point and, filled up with zeros, after it."""
    whole, _, part = f"{number:f}".partition(".")
    return str(int(whole)), part.ljust(decimals, "0")


def _wholes(low: str, high: str) -> str:
    """Match whole numbers from low to high, without leading zeros."""
    choices = []
    for size in range(len(low), len(high) + 1):
        first = low if size == len(low) else "1" + "0" * (size - 1)
        last = high if size == len(high) else "9" * size
        choices.append(_same_size(first, last))
    return "|".join(choices)


def _same_size(low: str, high: str) -> str:
    """Match strings of digits from low to high, all of their length."""
    if not low:
        return ""
    rest = len(low) - 1
    if low[1:] == "0" * rest and high[1:] == "9" * rest:
        return _digit(int(low[0]), int(high[0])) + _any(rest)
    if low[0] == high[0]:
        return low[0] + _group(_same_size(low[1:], high[1:]))
    choices = [low[0] + _group(_same_size(low[1:], "9" * rest)), high[0] + _group(_same_size("0" * rest, high[1:]))]
    if int(high[0]) - int(low[0]) > 1:
        choices.append(_digit(int(low[0]) + 1, int(high[0]) - 1) + _any(rest))
    return "|".join(choices)


def _fraction(low: str, high: str) -> str:
    """Match a point and digits that, filled up with zeros, lie from low to high; nothing at all where that is zero."""
    some = rf"\.{_group(_digits(low, high))}"
    return f"(?:{some})?" if not int(low or "0") else some


def _digits(low: str, high: str) -> str:
    """Match one digit or more, not more than low has, that filled up with zeros lie from low to high."""
    rest = len(low) - 1
    first, last = int(low[0]), int(high[0])
    if first == last:
        more = _group(_digits(low[1:], high[1:])) if rest else ""
        return low[0] + (_optional(more) if not int(low[1:] or "0") else more)
    choices = []
    bottom, top = first, last
    if int(low[1:] or "0"):  # the first digit alone would be too small
        choices.append(low[0] + _group(_digits(low[1:], "9" * rest)))
        bottom += 1
    if rest and high[1:] != "9" * rest:
        choices.append(high[0] + _optional(_group(_digits("0" * rest, high[1:]))))
        top -= 1
    if bottom <= top:
        choices.append(_digit(bottom, top) + (f"[0-9]{{0,{rest}}}" if rest else ""))
    return "|".join(choices)


def _digit(low: int, high: int) -> str:
    return str(low) if low == high else f"[{low}-{high}]"


def _any(count: int) -> str:
    return f"[0-9]{{{count}}}" if count else ""


def _group(pattern: str) -> str:
    return f"(?:{pattern})" if pattern else ""


def _optional(pattern: str) -> str:
    return f"{pattern}?" if pattern else ""
