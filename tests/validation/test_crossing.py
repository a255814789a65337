"""Crossings: interpolated by hand, said in words where there is none, with limits from the draws."""

import numpy as np
import pytest

from pellucid.validation._crossing import Traced, crossing

SIZES = (0, 10, 30)


def line(*values, sizes=SIZES):
    return Traced(sizes, np.array([values], dtype=float).T)


LEVEL = line(0.8, 0.8, 0.8)


def found(one, other=LEVEL, better="higher"):
    return crossing(("a", "b"), "auroc", (one, other), better)


def test_crossing_lies_where_straight_lines_meet_along_the_drawn_scale():
    # Behind by 0.1 at 10 labels, ahead by 0.1 at 30: halfway between log(2) and log(4), which is log(1 + 18.28 / 10).
    made = found(line(0.6, 0.7, 0.9))
    assert made.size == pytest.approx(10 * (np.sqrt(8) - 1))
    assert (made.start, made.until, made.ahead) == (0, 30, 1.0)
    assert found(line(0.79, 0.83, 0.9)).size == pytest.approx(10 * (2**0.25 - 1))


@pytest.mark.parametrize(
    ("values", "size"), [((0.81, 0.9, 0.9), 0.0), ((0.6, 0.7, 0.8), None), ((0.9, 0.9, 0.7), None)]
)
def test_one_ahead_of_all_and_one_behind_at_last_have_no_place_between(values, size):
    assert found(line(*values)).size == size


def test_one_that_is_level_at_first_and_then_ahead_is_ahead_after_the_start_only():
    made = found(line(0.8, 0.9, 0.9))
    assert made.size == pytest.approx(0, abs=1e-5)
    assert made.size > 0
    assert made.text() == "from 1 gold label on [1, 1]"


def test_who_falls_back_and_overtakes_again_counts_from_the_last_time():
    assert 10 < found(line(0.9, 0.7, 0.9)).size < 30


def test_where_less_is_better_the_lower_line_is_ahead():
    assert found(line(1.0, 0.9, 0.7), better="lower").size == pytest.approx(found(line(0.6, 0.7, 0.9)).size)


def test_only_sizes_at_which_both_were_traced_are_compared():
    made = found(line(0.7, 0.9, sizes=(10, 30)))
    assert made.start == 10
    assert made.size == found(line(0.6, 0.7, 0.9)).size
    assert found(line(0.9, 0.9, sizes=(10, 30))).size == 10


def test_limits_are_percentiles_of_the_crossings_and_say_where_there_is_none():
    late, never, early = (0.6, 0.7, 0.9), (0.6, 0.7, 0.7), (0.9, 0.9, 0.9)
    draws = [late, *([late] * 90), *([never] * 9)]
    other = Traced(SIZES, np.tile(LEVEL.values, (1, len(draws))))
    made = found(Traced(SIZES, np.array(draws).T), other)
    assert made.low == made.size
    assert made.high is None
    assert made.ahead == pytest.approx(90 / 99)
    made = found(Traced(SIZES, np.array([late, *([late] * 90), *([early] * 9)]).T), other)
    assert (made.low, made.high) == (0.0, made.size)
    assert "in 99 draws" in made.method


def test_the_interval_holds_the_figure():
    other = Traced(SIZES, np.tile(LEVEL.values, (1, 41)))
    made = found(Traced(SIZES, np.array([(0.6, 0.7, 0.9), *([(0.9, 0.9, 0.9)] * 40)]).T), other)
    assert made.low == 0.0
    assert made.high == made.size


def test_a_single_size_tells_only_who_is_ahead():
    assert found(line(0.9, sizes=(10,))).size == 10
    assert found(line(0.7, sizes=(10,))).size is None


def test_lines_that_all_but_touch_give_a_place_all_the_same():
    assert found(line(0.8 - 1e-17, 0.7, 0.7 + 1e-16)).size is None
    assert found(line(0.7, 0.8, np.nextafter(0.8, 1))).size == pytest.approx(10)
