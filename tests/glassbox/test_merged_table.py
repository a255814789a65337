"""Tests of glassbox/_merged_table.py: several training tables as one."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._merged_table import Translation, merge_tables
from pellucid.glassbox._table import Table


def learned(**columns):
    return Table.learn(pd.DataFrame(columns))


def test_levels_missing_answers_and_fractions_of_any_table_are_kept():
    merged = merge_tables([learned(a=[1, 2], b=["x", "y"]), learned(a=[1.5, 2.0], b=["z", None])])
    number, level = merged.columns
    assert (number.numeric, number.whole, number.missing) == (True, False, False)
    assert (level.levels, level.missing) == (("x", "y", "z"), True)


def test_codes_are_told_to_each_table_in_its_own_words():
    first, second = learned(a=[1, 2], b=["x", "y"]), learned(a=[3, 4], b=["z", "x"])
    merged = merge_tables([first, second])
    codes = merged.codes(pd.DataFrame({"a": [7.0, 8.0, 9.0, 0.5], "b": ["x", "y", "z", None]}))
    np.testing.assert_array_equal(Translation(merged, first).codes(codes)[:, 1], [0, 1, np.nan, np.nan])
    np.testing.assert_array_equal(Translation(merged, second).codes(codes)[:, 1], [0, np.nan, 1, np.nan])
    np.testing.assert_array_equal(Translation(merged, second).codes(codes)[:, 0], [7, 8, 9, 0.5])


@pytest.mark.parametrize("other", [[1.0, 2.0], ["x", "y"]])
def test_a_question_never_answered_takes_the_type_of_the_others(other):
    silent = learned(a=[None, None])
    merged = merge_tables([silent, learned(a=other)])
    assert merged.columns[0].numeric == (other == [1.0, 2.0])
    assert merged.columns[0].missing
    codes = merged.codes(pd.DataFrame({"a": other}))
    assert np.isnan(Translation(merged, silent).codes(codes)).all()
    assert merge_tables([silent, silent]).columns[0].levels == ()


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"a": [1, 2]}, {"b": [1, 2]}, "their tables have different columns"),
        ({"a": [1, 2]}, {"a": ["x", "y"]}, "'a' is a number in one table and has levels in another"),
        (
            {"a": pd.Categorical(["x", "y"], ["x", "y"], ordered=True)},
            {"a": pd.Categorical(["x", "y"], ["y", "x"], ordered=True)},
            "'a' has ordered levels that differ",
        ),
        ({"a": pd.Categorical(["x", "y"], ordered=True)}, {"a": ["x", "y"]}, "'a' has ordered levels that differ"),
    ],
)
def test_tables_that_do_not_go_together_are_refused(first, second, said):
    with pytest.raises(InvalidInputError, match=f"parts: .*{said}"):
        merge_tables([learned(**first), learned(**second)])


def test_different_columns_are_named_but_not_all_of_them():
    many = {f"q{place}": [1, 2] for place in range(9)}
    with pytest.raises(InvalidInputError, match=r"'q4', \.\.\.; 'q0'"):
        merge_tables([learned(**many), learned(q0=[1, 2])])
