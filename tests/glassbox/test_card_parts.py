"""Tests of glassbox/_card_parts.py: tables of points, lines, a tree; rows and batches agree."""

import numpy as np
import pytest

from pellucid.glassbox._card_parts import Axis, LinePart, SlopedPart, TablePart, TreePart, ascending, code_reader, plain
from pellucid.glassbox._table import Column

AGE, PAIN = Column("age", None), Column("pain", ("none", "dull"))
COLUMNS = (AGE, PAIN)
ROWS = [{"age": age, "pain": pain} for age in (40.0, 50.0, 70.0, None) for pain in ("none", "dull", None)]
CODES = np.array(
    [[np.nan if row["age"] is None else row["age"], {"none": 0, "dull": 1}.get(row["pain"], np.nan)] for row in ROWS]
)


def batch(part, scores):
    out = np.empty((scores, len(CODES)))
    part.fill(np.ascontiguousarray(CODES.T), out)
    return out


@pytest.mark.parametrize("scores", [1, 3])
@pytest.mark.parametrize("axes", [(0,), (1,), (0, 1), (1, 0)])
def test_tables_give_rows_what_they_give_batches(axes, scores):
    made = (Axis(0, 3, np.array([50.0, 60.0])), Axis(1, 2))
    axes = tuple(made[place] for place in axes)
    points = np.random.default_rng(0).normal(size=(*(axis.parts + 1 for axis in axes), scores))
    part = TablePart(axes, points)
    read = part.reader(COLUMNS)
    rows = np.array([read(row) for row in ROWS]).reshape(len(ROWS), scores)
    np.testing.assert_array_equal(rows.T, batch(part, scores))
    at = {0: [0, 1, 2, 3], 1: [0, 1, 2]}
    wanted = [
        points[tuple(at[axis.question][i if axis.question == 0 else j] for axis in axes)]
        for i in range(4)
        for j in range(3)
    ]
    np.testing.assert_array_equal(rows, wanted)
    assert part.questions == tuple(axis.question for axis in axes)


@pytest.mark.parametrize("scores", [1, 2])
def test_lines_give_rows_what_they_give_batches(scores):
    slope, offset, absent = (np.arange(1.0, scores + 1) * factor for factor in (0.1, 1.0, -7.0))
    part = LinePart(0, 45.0, slope, offset, absent)
    read = part.reader(COLUMNS)
    rows = np.array([read(row) for row in ROWS]).reshape(len(ROWS), scores)
    np.testing.assert_allclose(rows.T, batch(part, scores), rtol=1e-15)
    np.testing.assert_allclose(rows[0], (40 - 45) * slope + offset)
    np.testing.assert_array_equal(rows[-1], absent)
    assert part.questions == (0,)


@pytest.mark.parametrize("scores", [1, 2])
def test_jumps_and_slopes_add_up(scores):
    jumps = TablePart((Axis(0, 2, np.array([50.0])),), np.random.default_rng(0).normal(size=(3, scores)))
    line = LinePart(0, 45.0, *(np.arange(1.0, scores + 1) * factor for factor in (0.1, 1.0, -7.0)))
    part = SlopedPart(jumps, line)
    read = part.reader(COLUMNS)
    rows = np.array([read(row) for row in ROWS]).reshape(len(ROWS), scores)
    np.testing.assert_allclose(rows.T, batch(part, scores), rtol=1e-15)
    np.testing.assert_allclose(batch(part, scores), batch(jumps, scores) + batch(line, scores), rtol=1e-15)
    assert part.questions == (0,)


@pytest.mark.parametrize("scores", [1, 2])
def test_trees_give_rows_what_they_give_batches(scores):
    # Is the age stated? If so: below 60? and then: another level than "dull"?
    nodes = np.array([[3, 0, 1, 2, 0], [1, 0, 3, 4, 1], [0] * 5, [2, 1, 5, 6, 1], [0] * 5, [0] * 5, [0] * 5])
    cuts = np.array([0.0, 60.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    points = np.arange(7.0)[:, None, None] * np.ones((1, 2, scores))
    part = TreePart(nodes, cuts, points, (0, 1))
    out = np.empty((2, scores, len(CODES)))
    part.fill(np.ascontiguousarray(CODES.T), out)
    read = part.reader(COLUMNS)
    leaves = [int(np.ravel(read(row))[0]) for row in ROWS]
    np.testing.assert_array_equal(out[0, 0], leaves)
    np.testing.assert_array_equal(out[1, -1], leaves)
    assert leaves == [5, 6, 5] * 2 + [4] * 3 + [2] * 3


def test_codes_of_a_row_are_those_of_the_table():
    assert code_reader(AGE)({"age": 41}) == 41.0
    assert code_reader(PAIN)({"pain": "dull"}) == 1.0
    assert np.isnan(code_reader(PAIN)({"pain": "numb"}))


def test_a_question_without_a_level_is_always_missing():
    void = Column("void", ())
    part = TablePart((Axis(0, 0),), np.array([[0.5]]))
    assert part.reader((void,))({"void": "anything"}) == 0.5
    out = np.empty((1, 2))
    part.fill(np.full((1, 2), np.nan), out)
    assert out.tolist() == [[0.5, 0.5]]


def test_points_become_plain_numbers():
    assert plain(np.array([[1.0], [2.0]])) == [1.0, 2.0]
    assert plain(np.array([[1.0, 2.0]])) == [(1.0, 2.0)]
    assert plain(np.array([[[1.0, 2.0]], [[3.0, 4.0]]])) == [[(1.0, 2.0)], [(3.0, 4.0)]]


def test_cuts_that_stand_still_do_not_ascend():
    assert ascending(np.array([1.0, 2.0]))
    assert ascending(np.array([]))
    assert not ascending(np.array([1.0, 1.0]))
