"""The comparison as a table."""

import pytest

from pellucid.reporting._comparison_view import best_words, columns, contender_rows, main_measure
from pellucid.schema import ContenderResult, Measure


def with_figures(comparison, *figures):
    contenders = tuple(
        ContenderResult(name=f"c{number}", measures={"auroc": one}) for number, one in enumerate(figures)
    )
    return comparison.model_copy(update={"contenders": contenders})


def test_known_measures_come_first_and_unknown_ones_stay(comparison):
    assert [column.label for column in columns(comparison)] == ["AUROC", "Brier", "Slope", "Net gain"]
    assert main_measure(comparison) == "auroc"


def test_tags_say_glass_box_and_reference(comparison):
    rows = contender_rows(comparison)
    assert rows[0].tags == ("glass box", "uses the answers")
    assert rows[1].tags == ("reference",)
    assert rows[1].differences[0] == "reference"
    assert rows[2].differences[:2] == ("undefined", "")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Measure(value=0.5, low=0.4, high=0.6), "No other interval reaches into this one."),
        (Measure(value=0.85, low=0.8, high=0.89), "The intervals of 1 of the 1 others overlap"),
        (Measure(value=0.5), "The intervals of 1 of the 1 others overlap"),
    ],
)
def test_best_is_set_apart_only_where_intervals_are(comparison, other, said):
    best = Measure(value=0.9, low=0.85, high=0.95)
    assert said in best_words(with_figures(comparison, best, other))


def test_nothing_is_best_of_one_or_of_undefined(comparison):
    assert best_words(with_figures(comparison, Measure(value=0.9))) == ""
    assert best_words(with_figures(comparison, Measure(value=None), Measure(value=None))) == ""
