"""Drawings of comparison and decision: places that agree with the numbers."""

import math

import pytest

from pellucid.reporting._figures import difference_figure, interval_figure, logistic, speaks_in_risk, waterfall


def test_intervals_stand_in_order_on_the_axis(comparison):
    made = interval_figure(comparison, "auroc")
    first, second, third = made.rows
    assert 0 < first.low < first.at < first.high < 100
    assert second.at < first.at
    assert (third.at, third.low, third.high, third.text) == (None, None, None, "undefined")
    assert [row.marked for row in made.rows] == [True, False, False]


def test_measure_without_interval_is_a_dot_and_a_missing_one_is_said(comparison):
    made = interval_figure(comparison, "slope")
    assert made.rows[0].at is not None
    assert made.rows[0].low is None
    assert made.rows[2].text == "not measured"


def test_differences_hold_zero_and_margin(comparison):
    made = difference_figure(comparison, "auroc", margin=0.02)
    assert [guide.kind for guide in made.guides] == ["zero", "margin", "margin"]
    zero, below, above = (guide.at for guide in made.guides)
    assert zero - below == pytest.approx(above - zero)
    assert made.rows[0].low < zero < made.rows[0].at
    assert "asked directly" not in [row.name for row in made.rows]
    assert difference_figure(comparison, "brier").rows == ()


def test_waterfall_runs_from_intercept_to_score(decision):
    made = waterfall(decision)
    assert made.rows[0].before == made.start
    assert made.rows[-1].after == pytest.approx(made.end)
    for one, following in zip(made.rows, made.rows[1:], strict=False):
        assert one.after == following.before
    for row, term in zip(made.rows, decision.ranked(), strict=True):
        assert math.copysign(row.width, row.after - row.before) == pytest.approx(row.after - row.before)
        assert (row.after > row.before) == (term.points > 0)
    assert made.axis == "risk"
    assert "50%" in [tick.text for tick in made.ticks]


def test_waterfall_of_another_link_counts_log_odds(decision):
    other = decision.model_copy(update={"probability": 0.99})
    assert not speaks_in_risk(other)
    assert waterfall(other).axis == "score, in log-odds"
    assert "%" not in waterfall(other).end_text


@pytest.mark.parametrize("score", [-800.0, -1.0, 0.0, 1.0, 800.0])
def test_logistic_does_not_overflow(score):
    assert 0 <= logistic(score) <= 1
    assert logistic(score) + logistic(-score) == pytest.approx(1)
