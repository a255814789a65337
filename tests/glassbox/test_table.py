"""Tests of glassbox/_table.py: a table in, typed columns out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox._table import NOT_STATED, Column, Piece, Table, expand


def one(values, **how) -> pd.DataFrame:
    return pd.DataFrame({"q": pd.Series(values, **how)})


def learned(values, **how) -> Column:
    return Table.learn(one(values, **how)).columns[0]


class TestLearn:
    def test_float_column_is_numbers_with_gaps(self):
        assert learned([1.0, np.nan, 2.5]) == Column("q", None, missing=True)

    def test_whole_numbers_are_noted(self):
        assert learned([1.0, np.nan, 2.0]).whole
        assert learned([1, 2]) == Column("q", None, whole=True)

    def test_nullable_numbers_are_numbers(self):
        assert learned([1, None], dtype="Int64") == Column("q", None, missing=True, whole=True)

    def test_categories_unseen_in_training_are_levels(self):
        dtype = pd.CategoricalDtype(["b", "a", "c"])
        assert learned(["a", "b"], dtype=dtype) == Column("q", ("b", "a", "c"))

    def test_ordered_categories_stay_ordered(self):
        dtype = pd.CategoricalDtype(["low", "high"], ordered=True)
        assert learned(["low", None], dtype=dtype) == Column("q", ("low", "high"), ordered=True, missing=True)

    @pytest.mark.parametrize("ordered", [True, False])
    def test_level_not_stated_is_a_missing_answer(self, ordered):
        dtype = pd.CategoricalDtype([NOT_STATED, "low", "high"], ordered=ordered)
        column = learned(["low", NOT_STATED], dtype=dtype)
        assert column == Column("q", ("low", "high"), ordered=ordered, missing=True)

    @pytest.mark.parametrize("dtype", [object, "str"])
    def test_text_has_sorted_training_values_as_levels(self, dtype):
        assert learned(["b", "a", None, "b"], dtype=dtype) == Column("q", ("a", "b"), missing=True)

    @pytest.mark.parametrize(
        ("values", "dtype"), [([True, False], bool), ([True, None], "boolean"), ([True, None], object)]
    )
    def test_booleans_have_two_levels(self, values, dtype):
        assert learned(values, dtype=dtype).levels == (False, True)

    def test_objects_that_are_numbers_are_numbers(self):
        assert learned([1, 2.5, None], dtype=object) == Column("q", None, missing=True)

    def test_column_without_any_value_takes_any_later_value_as_missing(self):
        nothing, later = one([None, None], dtype=object), one(["a"])
        assert learned([np.nan, np.nan]).numeric
        assert np.isnan(Table.learn(nothing).codes(later)).all()

    def test_arrays_name_their_columns_by_place(self):
        assert Table.learn(np.zeros((2, 3))).names == ("x0", "x1", "x2")

    def test_columns_that_are_not_text_are_named_by_place(self):
        assert Table.learn(pd.DataFrame({7: [1, 2]})).names == ("x0",)

    def test_object_arrays_are_read_by_their_values(self):
        columns = Table.learn(np.array([[1, "a", True], [2, "b", False]], dtype=object)).columns
        assert [column.levels for column in columns] == [None, ("a", "b"), (False, True)]

    @pytest.mark.parametrize("bad", [{"a": 1}, pd.Timestamp("2020-01-01"), 1j])
    def test_other_values_are_refused_without_being_quoted(self, bad):
        with pytest.raises(InvalidTypeError, match="column 'q' holds") as caught:
            learned(["a", bad], dtype=object)
        assert "2020" not in str(caught.value)

    def test_complex_numbers_are_refused(self):
        with pytest.raises(InvalidInputError, match="Complex data not supported"):
            learned([1j, 2j])

    def test_infinity_is_refused_by_column(self):
        with pytest.raises(InvalidInputError, match="'q' contains infinity"):
            learned([1.0, np.inf])


class TestCodes:
    def test_levels_become_positions_and_gaps_stay(self):
        table = one(["b", "a", None], dtype=pd.CategoricalDtype(["b", "a"]))
        assert Table.learn(table).codes(table).ravel().tolist()[:2] == [0.0, 1.0]
        assert np.isnan(Table.learn(table).codes(table)[2, 0])

    def test_unseen_level_is_missing(self):
        table = Table.learn(one(["a", "b"]))
        assert np.isnan(table.codes(one(["c"]))).all()

    def test_levels_are_found_by_value_whatever_the_later_dtype(self):
        table = Table.learn(one(["a", "b"], dtype=pd.CategoricalDtype(["a", "b"])))
        for later in (["b"], pd.Categorical(["b"], categories=["z", "b"])):
            assert table.codes(pd.DataFrame({"q": later})).item() == 1.0

    def test_level_column_of_nothing_but_gaps_is_missing(self):
        table = Table.learn(one(["a", "b"]))
        assert np.isnan(table.codes(one([np.nan, np.nan]))).all()

    def test_text_in_a_column_of_numbers_is_refused(self):
        table = Table.learn(one([1.0, 2.0]))
        with pytest.raises(InvalidTypeError, match="column 'q' holds str"):
            table.codes(one(["secret"]))

    def test_not_stated_in_a_column_of_numbers_is_missing(self):
        table = Table.learn(one([1.0, 2.0]))
        assert np.isnan(table.codes(one([NOT_STATED, 3], dtype=object))[0, 0])

    def test_infinity_is_refused_in_arrays_too(self):
        table = Table.learn(np.zeros((2, 1)))
        with pytest.raises(InvalidInputError, match="infinity"):
            table.codes(np.array([[np.inf]]))

    @given(
        st.lists(st.sampled_from(["a", "b", "c", None, NOT_STATED]), min_size=1, max_size=20).filter(
            lambda values: any(value in ("a", "b", "c") for value in values)
        )
    )
    def test_text_and_categories_give_the_same_codes(self, values):
        text = one(values, dtype=object)
        levels = sorted({value for value in values if value in ("a", "b", "c")})
        category = one(values, dtype=pd.CategoricalDtype([*levels, NOT_STATED]))
        left, right = Table.learn(text), Table.learn(category)
        assert left == right
        np.testing.assert_array_equal(left.codes(text), right.codes(category))


class TestPieces:
    def test_two_levels_need_one_indicator(self):
        table = Table.learn(one(["no", "yes"]))
        assert table.level_pieces(0) == [Piece(0, "level", 1.0)]

    def test_each_of_several_levels_has_an_indicator(self):
        table = Table.learn(one(["a", "b", "c"]))
        assert [piece.value for piece in table.level_pieces(0)] == [0.0, 1.0, 2.0]

    def test_ordered_levels_have_steps_up(self):
        table = Table.learn(one(["a", "b"], dtype=pd.CategoricalDtype(["a", "b", "c"], ordered=True)))
        assert [(piece.kind, piece.value) for piece in table.level_pieces(0)] == [("at least", 1.0), ("at least", 2.0)]

    def test_numbers_and_single_levels_have_none(self):
        table = Table.learn(pd.DataFrame({"a": [1, 2], "b": ["x", "x"]}))
        assert table.level_pieces(0) == table.level_pieces(1) == []

    def test_missing_indicator_only_where_training_had_a_gap(self):
        table = Table.learn(pd.DataFrame({"a": [1, 2], "b": [1, None]}))
        assert table.missing_piece(0) == []
        assert table.missing_piece(1) == [Piece(1, "missing")]

    def test_expand_keeps_gaps_but_in_the_missing_indicator(self):
        codes = np.array([[1.0], [3.0], [np.nan]])
        kinds = ("number", "level", "at least", "missing")
        design = expand(codes, [Piece(0, kind, 3.0) for kind in kinds])
        np.testing.assert_array_equal(design[:2], [[1, 0, 0, 0], [3, 1, 1, 0]])
        np.testing.assert_array_equal(design[2], [np.nan, np.nan, np.nan, 1])

    def test_expand_of_nothing_has_rows(self):
        assert expand(np.zeros((3, 1)), []).shape == (3, 0)

    def test_pieces_can_be_said(self):
        table = Table.learn(pd.DataFrame({"age": [1, None], "pain": ["dull", "sharp"]}))
        pieces = [Piece(0, "at least", 54.5), Piece(1, "level", 1.0), Piece(0, "missing"), Piece(0, "number")]
        assert [table.said(piece) for piece in pieces] == ["≥ 54.5", "sharp", "not stated", ""]
