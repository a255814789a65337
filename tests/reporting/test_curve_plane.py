"""Who is drawn, in which style, and where numbers and words go."""

import math

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._curve_plane import Line, banded, chosen, curves_of, cut, key_rows, with_marks
from pellucid.schema import ContenderResult, Curve, CurveKind, Measure


def many(comparison, count, glass=()):
    rows = tuple(
        ContenderResult(name=f"c{place}", glass_box=place in glass, measures={"auroc": Measure(value=0.5 + place / 50)})
        for place in range(count)
    )
    return comparison.model_copy(update={"contenders": rows, "reference": "c0", "differences": ()})


def test_all_of_few_are_drawn_in_their_order(comparison):
    assert chosen(comparison) == tuple(one.name for one in comparison.contenders)


def test_of_many_the_reference_and_the_highest_are_drawn_in_their_order(comparison):
    assert chosen(many(comparison, 12)) == ("c0", *(f"c{place}" for place in range(5, 12)))


def test_one_without_auroc_is_the_first_to_be_left_out(comparison):
    found = many(comparison, 9)
    silent = found.contenders[8].model_copy(update={"measures": {}})
    assert "c8" not in chosen(found.model_copy(update={"contenders": (*found.contenders[:8], silent)}))


@pytest.mark.parametrize("names", [(), ("c1", "c1"), ("nobody",), tuple(f"c{place}" for place in range(9)), "c1"])
def test_names_that_cannot_be_drawn_are_refused(comparison, names):
    with pytest.raises(InvalidInputError, match="names: got"):
        chosen(many(comparison, 12), names)


def test_names_are_drawn_as_given(comparison):
    assert chosen(many(comparison, 12), ["c7", "c2"]) == ("c7", "c2")


def test_bands_of_few_are_all_drawn_of_many_those_of_reference_and_best_glass_box(comparison):
    found = many(comparison, 6, glass=(2, 3))
    assert banded(found, ("c0", "c1", "c2")) == ("c0", "c1", "c2")
    assert banded(found, tuple(f"c{place}" for place in range(6))) == ("c0", "c3")


def test_groups_of_calibration_are_no_lines(comparison):
    points = {"kind": CurveKind.CALIBRATION, "contender": "a", "x": (0.1,), "y": (0.1,)}
    both = (Curve(**points, counts=(3,)), Curve(**points, method="line"))
    found = curves_of(comparison.model_copy(update={"curves": both}), CurveKind.CALIBRATION)
    assert found["a"].method == "line"


def test_lines_are_cut_where_they_leave_the_plane():
    assert cut([(0.0, 20.0), (10.0, 0.0), (20.0, 20.0)], 10.0) == ((5.0, 10.0), (10.0, 0.0), (15.0, 10.0))
    assert cut([(0.0, 20.0), (10.0, 30.0)], 10.0) == ()
    closed = cut([(0.0, 0.0), (10.0, 0.0), (10.0, 20.0), (0.0, 20.0)], 10.0, closed=True)
    assert set(closed) == {(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)}


def test_numbers_stand_on_their_line_and_apart():
    lines = [
        Line(style, tuple((float(x), 100.0 + 2 * style + 0.1 * x) for x in range(0, 300, 10)), None, False, "")
        for style in range(1, 9)
    ]
    made = with_marks(lines)
    places = [line.mark for line in made]
    assert all(y == pytest.approx(100 + 2 * line.style + 0.1 * x) for line in made for x, y in [line.mark])
    assert min(math.dist(one, other) for one in places for other in places if one != other) > 14


def test_a_line_of_one_place_has_its_number_there():
    assert with_marks([Line(1, ((3.0, 4.0), (3.0, 4.0)), None, False, "")])[0].mark == (3.0, 4.0)


def test_key_keeps_number_and_whole_name(comparison):
    names = chosen(comparison)
    rows = key_rows(comparison, names, {names[0]: "a", names[2]: "b"}, 100.0)
    assert [row.style for row in rows] == [1, 3]
    assert rows[1].whole == names[2]
    assert len(rows[1].name) < len(names[2])
    assert [row.strong for row in rows] == [True, False]
