"""Tests of glassbox/_steps.py: a term laid open as steps."""

import numpy as np

from pellucid.glassbox._steps import Part, both, parts_of, steps_of
from pellucid.glassbox._table import Column


def test_numbers_have_intervals_and_at_last_not_stated():
    parts = parts_of(Column("q", None, missing=True, whole=True), [2.0, 5.0])
    assert parts == [Part("< 2", None, 2.0), Part("2 to 4", 2.0, 5.0), Part("≥ 5", 5.0, None), Part("not stated")]


def test_a_number_without_cuts_has_one_interval():
    assert parts_of(Column("q", None), []) == [Part("any number")]


def test_levels_keep_their_order():
    assert [part.said for part in parts_of(Column("q", ("b", True)), [])] == ["b", "True"]


def test_steps_join_parts_points_and_rows():
    (step,) = steps_of([Part("a", 1.0, 2.0)], np.array([0.5]), np.array([3.0]), np.array([0.1]))
    assert step.model_dump() == {"said": "a", "low": 1.0, "high": 2.0, "points": 0.5, "spread": 0.1, "documents": 3}


def test_steps_without_bags_have_no_spread():
    (step,) = steps_of([Part("a")], np.array([0.5]), np.array([3.0]))
    assert step.spread is None


def test_a_cell_of_a_pair_is_said_in_the_words_of_both():
    assert both(Part("< 2", None, 2.0), Part("flat")) == Part("< 2, flat", None, None)
