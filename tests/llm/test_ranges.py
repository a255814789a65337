import json
import math
import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.llm._ranges import DECIMALS, DIGITS, number_pattern

bounds = st.one_of(
    st.none(),
    st.integers(-2000, 2000).map(float),
    st.decimals(-150, 150, places=2).map(float),
    st.sampled_from([0.0, 0.5, 0.001, -0.001, 1e-7, 99.99, 1e6, 1e20, -1e20, 0.1 + 0.2]),
)
digits = st.builds(
    lambda sign, whole, part: f"{sign}{whole}" + (f".{part}" if part else ""),
    st.sampled_from(["", "-"]),
    st.one_of(st.integers(0, 3000), st.integers(0, 10**22)).map(str),
    st.text("0123456789", max_size=DECIMALS),
)


def ordered(low, high):
    return (high, low) if low is not None and high is not None and low > high else (low, high)


@given(bounds, bounds, st.data())
def test_what_matches_is_exactly_what_lies_in_the_range(one, other, data):
    low, high = ordered(one, other)
    near = [f"{Decimal(repr(bound)) + step:f}" for bound in (low, high) if bound is not None for step in (-1, 0, 1)]
    written = data.draw(digits | st.sampled_from(near) if near else digits)
    number = Decimal(written)
    within = (low is None or number >= Decimal(repr(low))) and (high is None or number <= Decimal(repr(high)))
    short = all(
        [
            abs(number) < Decimal(10) ** DIGITS or (low is not None and high is not None),
            not written.startswith("-") or number != 0,
        ]
    )
    if (low is None or high is None) and abs(number) >= Decimal(10) ** DIGITS:
        return  # how many digits an open end allows is our choice, not the range's
    assert bool(re.fullmatch(number_pattern(low, high), written)) == (within and short)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bounds, bounds, st.data())
def test_what_matches_is_json_and_in_the_range_as_a_float(one, other, data):
    low, high = ordered(one, other)
    written = data.draw(st.from_regex(number_pattern(low, high), fullmatch=True))
    number = json.loads(written)
    assert math.isfinite(number)
    assert low is None or number >= low
    assert high is None or number <= high
    assert math.copysign(1, number) == 1 or number != 0


@pytest.mark.parametrize("written", ["-0", "-0.0", "00", "01", "+1", "1.", ".5", "1e3", "1E3", "", "NaN", "Infinity"])
def test_odd_ways_to_write_a_number_do_not_match(written):
    assert not re.fullmatch(number_pattern(), written)


def test_a_range_of_one_number_allows_that_number_alone():
    pattern = number_pattern(2.5, 2.5)
    assert [text for text in ("2.5", "2.50", "2.5000") if re.fullmatch(pattern, text)] == ["2.5", "2.50", "2.5000"]
    assert not any(re.fullmatch(pattern, text) for text in ("2", "2.4", "2.51", "2.50000", "3"))


def test_an_open_end_has_a_bounded_number_of_digits():
    assert re.fullmatch(number_pattern(0), "9" * DIGITS + ".9999")
    assert not re.fullmatch(number_pattern(0), "1" + "0" * DIGITS)


@pytest.mark.parametrize("ends", [(2, 1), (math.nan, None), (None, math.inf)])
def test_an_empty_or_endless_range_is_refused(ends):
    with pytest.raises(InvalidInputError, match="minimum, maximum"):
        number_pattern(*ends)
