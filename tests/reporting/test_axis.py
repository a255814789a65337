"""Scales: round ticks, every value inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.reporting._axis import axis_over

numbers = st.floats(min_value=-1e6, max_value=1e6)


@given(st.lists(numbers, max_size=6))
def test_every_value_has_a_place(values):
    axis = axis_over(values)
    assert axis.low < axis.high
    for value in values:
        assert 0 <= axis.place(value) <= 100


@given(st.lists(numbers, min_size=1, max_size=6))
def test_ticks_are_few_distinct_and_on_the_axis(values):
    ticks = axis_over(values).ticks()
    assert 1 <= len(ticks) <= 12
    assert all(-1e-6 <= tick.at <= 100 + 1e-6 for tick in ticks)


def test_values_outside_are_drawn_at_the_edge():
    axis = axis_over([0.0, 1.0])
    assert axis.place(99.0) == 100.0
    assert axis.place(-99.0) == 0.0


def test_risk_ticks_stand_at_round_percentages():
    axis = axis_over([-3.0, 3.0], margin=0.0)
    ticks = {tick.text: tick.at for tick in axis.risk_ticks()}
    assert ticks["50%"] == pytest.approx(50)
    assert ticks["25%"] == pytest.approx(100 - ticks["75%"])
    assert "0.1%" not in ticks
