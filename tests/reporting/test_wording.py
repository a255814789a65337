"""Numbers and characters as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.reporting._wording import REPLACEMENT, figure, number, odds, percent, points_text, shown, signed, stand_in
from pellucid.schema import Measure


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_numbers_read_back_as_the_rounded_value(value):
    for written in (number(value, 3), signed(value, 3)):
        assert "-" not in written
        back = float(written.replace("−", "-").replace(",", "").replace("+", ""))
        assert back == pytest.approx(value, abs=0.000501)
        assert not (back == 0 and written[0] in "−+")


@given(st.floats(min_value=-30, max_value=30).filter(bool))
def test_points_that_are_not_zero_never_read_as_zero(points):
    written = points_text(points)
    assert written.startswith("raises" if points > 0 else "lowers")
    assert not written.endswith(" 0.00")


@given(st.floats(min_value=0, max_value=1))
def test_percent_is_certain_only_where_the_probability_is(probability):
    written = percent(probability)
    assert (written == "0%") == (probability == 0)
    assert (written == "100%") == (probability == 1)


@given(st.text())
def test_stand_ins_keep_every_offset(text):
    assert len(shown(text)) == len(text)
    assert shown(shown(text)) == shown(text)
    shown(text).encode("utf-8")


def test_figures_say_what_is_missing():
    assert figure(None) == "not measured"
    assert figure(Measure(value=None)) == "undefined"
    assert figure(Measure(value=-0.5), 2) == "−0.50"


def test_doubling_the_odds_is_said_so():
    assert odds(math.log(2)) == "odds × 2.00"
    assert odds(-20.0) == "odds × less than a millionth"


def test_what_python_calls_printable_needs_no_stand_in():
    letters = map(chr, range(0x110000))
    assert [letter for letter in letters if letter.isprintable() and stand_in(letter) != letter] == []


def test_stand_ins_are_found_beside_what_a_page_can_hold_but_python_calls_unprintable():
    assert shown("a\tb\u200b\x00\ud800\U0001ffff") == f"a\tb\u200b␀{REPLACEMENT}{REPLACEMENT}"
