"""Drawings of terms: steps, bars, and "not stated" apart."""

import pytest

from pellucid.reporting import _shape_figures
from pellucid.reporting._shape_figures import BOTTOM, TOP, BarFigure, StepFigure, shape_figure


@pytest.fixture
def long_line(monkeypatch):
    """Let a number of three intervals count as one of many."""
    monkeypatch.setattr(_shape_figures, "FEW_CUTS", 2)


def test_few_intervals_of_a_number_are_bars_with_their_names(views):
    curves = views[0]
    made = shape_figure(curves.shapes[0], curves)
    assert isinstance(made, BarFigure)
    assert [row.name for row in made.rows] == [step.said for step in curves.shapes[0].steps]


@pytest.mark.usefixtures("long_line")
def test_number_is_a_step_line_with_counts_and_spread(views):
    curves = views[0]
    made = shape_figure(curves.shapes[0], curves)
    assert isinstance(made, StepFigure)
    assert len(made.line) == 6
    assert made.line[0][1] > made.zero > made.line[-1][1]  # below zero is lower on the page
    assert all(TOP <= y <= BOTTOM for _, y in made.line)
    assert len(made.band) == len(made.counts) == 3
    assert made.counts[1].height == max(box.height for box in made.counts)
    assert all(box.height >= 1 for box in made.counts)


@pytest.mark.usefixtures("long_line")
def test_not_stated_is_a_bar_of_its_own(views):
    curves = views[0]
    made = shape_figure(curves.shapes[0], curves)
    assert made.silent.x > made.right
    assert "not stated: raises +0.30, 7 documents" in made.silent.text
    assert "Not stated: raises +0.30." in made.description


def test_options_are_bars_to_both_sides_of_zero(views):
    curves = views[0]
    made = shape_figure(curves.shapes[1], curves)
    assert isinstance(made, BarFigure)
    lowers, raises, silent = made.rows
    assert lowers.x + lowers.width == pytest.approx(made.zero)
    assert raises.x == pytest.approx(made.zero)
    assert silent.silent
    assert (lowers.kind, raises.kind, silent.kind) == ("lowers", "raises", "no effect")
    assert lowers.low < lowers.x < lowers.high


def test_large_pair_says_what_it_leaves_out(views):
    curves = views[0]
    made = shape_figure(curves.shapes[2], curves)
    assert len(made.rows) == 8
    assert made.left_out == 12


def test_one_piece_without_bounds_is_a_bar(views):
    curves = views[0]
    assert isinstance(shape_figure(curves.shapes[3], curves), BarFigure)


def test_all_terms_of_a_model_share_the_scale(views):
    curves = views[0]
    ticks = {shape_figure(shape, curves).ticks for shape in curves.shapes[1:]}
    assert len(ticks) == 1
