"""Tests of glassbox/_card_row.py: one row in plain Python."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._card_row import line_reader, place_reader, read_number
from pellucid.glassbox._table import Column

NUMBER = place_reader(Column("age", None), [50.0, 60.0], ["young", "middle", "old", "?"])
LEVEL = place_reader(Column("pain", ("none", "dull")), None, ["a", "b", "?"])
LINE = line_reader("age", lambda age: age / 10, "?")
MISSING = [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, "not stated"]


@pytest.mark.parametrize(
    ("age", "found"),
    [
        (49.9, "young"),
        (50, "middle"),
        (np.int64(60), "old"),
        (np.float32(55), "middle"),
        (True, "young"),
        (-1e308, "young"),
    ],
)
def test_numbers_are_put_into_intervals(age, found):
    assert NUMBER({"age": age}) == found


@pytest.mark.parametrize("value", MISSING)
def test_all_ways_of_saying_nothing_are_alike(value):
    assert NUMBER({"age": value}) == LINE({"age": value}) == LEVEL({"pain": value}) == "?"


def test_lines_take_numbers():
    assert LINE({"age": 41}) == LINE({"age": 41.0}) == 4.1


@pytest.mark.parametrize(("pain", "found"), [("none", "a"), ("dull", "b"), ("numb", "?"), (7, "?")])
def test_unknown_levels_are_missing(pain, found):
    assert LEVEL({"pain": pain}) == found


def test_booleans_are_levels():
    read = place_reader(Column("insured", (False, True)), None, ["no", "yes", "?"])
    assert [read({"insured": value}) for value in (False, np.bool_(True), None)] == ["no", "yes", "?"]


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), np.float64("inf"), 10**400])
@pytest.mark.parametrize("read", [NUMBER, LINE])
def test_infinite_numbers_are_refused(read, value):
    with pytest.raises(InvalidInputError, match="'age' is infinite; give a finite number"):
        read({"age": value})


@pytest.mark.parametrize("value", ["secret 41", [41], 1j, np.complex128(1), {}, b"41"])
def test_what_is_no_number_is_refused_and_not_repeated(value):
    with pytest.raises(InvalidTypeError, match="a number is expected, or None") as caught:
        read_number("age", value)
    assert "secret" not in str(caught.value)


def test_what_can_be_no_level_is_refused():
    with pytest.raises(InvalidTypeError, match="'pain' holds a list; one of its levels is expected"):
        LEVEL({"pain": ["dull"]})


@pytest.mark.parametrize("read", [NUMBER, LEVEL, LINE])
def test_a_question_that_is_not_in_the_row_is_a_key_error(read):
    with pytest.raises(KeyError):
        read({})
