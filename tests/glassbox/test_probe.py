"""Tests of glassbox/_probe.py: one row for every interval, level and missing answer."""

import numpy as np
import pandas as pd

from pellucid.glassbox import EBMRegressor
from pellucid.glassbox._card_parts import Axis
from pellucid.glassbox._probe import axis_of, probe_codes, probe_table
from pellucid.glassbox._table import Table

TABLE = Table.learn(pd.DataFrame({"age": [40.0, 60.0], "sky": ["blue", "grey"]}))


def test_levels_need_no_cuts():
    axis = axis_of(TABLE, 1, np.array([1.0]))
    assert (axis.question, axis.parts, axis.cuts) == (1, 2, None)


def test_numbers_have_one_interval_more_than_cuts():
    assert axis_of(TABLE, 0, np.array([50.0, 55.0])).parts == 3
    assert axis_of(TABLE, 0, None).parts == 1


def test_each_probe_falls_into_its_own_part():
    axis = Axis(0, 3, np.array([50.0, 60.0]))
    codes = probe_codes([axis], 2)
    assert axis.places(codes[:, 0]).tolist() == [0, 1, 2, 3]
    assert np.isnan(codes[:, 1]).all()
    assert probe_codes([Axis(0, 1, np.array([]))], 1).tolist()[0] == [0.0]


def test_pairs_go_through_the_second_question_first():
    codes = probe_codes([Axis(1, 2), Axis(0, 2, np.array([5.0]))], 2)
    assert codes.shape == (9, 2)
    np.testing.assert_array_equal(codes[:3, 1], [0, 0, 0])
    np.testing.assert_array_equal(codes[1:3, 0], [5.0, np.nan])


def test_points_are_those_of_the_model():
    X = pd.DataFrame({"age": np.arange(40.0), "sky": ["blue", "grey"] * 20})
    model = EBMRegressor(outer_bags=2).fit(X, X["age"] + 5 * (X["sky"] == "grey"))
    part = probe_table(model, 1, [axis_of(model._table, 1, None)])
    rows = pd.DataFrame({"age": 0.0, "sky": ["blue", "grey", "red"]})
    np.testing.assert_array_equal(part.points[:, 0], model.contributions(rows)["sky"])
