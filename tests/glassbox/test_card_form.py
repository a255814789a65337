"""Tests of glassbox/_card_form.py: a card's file form, and forms that no card has."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
    SummedClassifier,
)
from pellucid.glassbox import _card_form as home
from pellucid.glassbox._card_form import CardForm, build_card, take_apart
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._npz import ArrayForm


@pytest.fixture(scope="module")
def cards(mixed):
    table, outcome = mixed(classes=3)
    models = {
        "table": EBMClassifier([("dose", "pain")], outer_bags=2),
        "line": SparseLinearClassifier(),
        "tree": ShallowTreeClassifier(),
    }
    made = {kind: score_card(model.fit(table, outcome)) for kind, model in models.items()}
    straight, curved = SparseLinearRegressor(), EBMRegressor(outer_bags=2)
    parts = [(0.5, box.fit(table, table["visits"])) for box in (straight, curved)]
    made["sloped"] = score_card(SummedClassifier(parts, classes=("no", "yes")))
    return made, table


@pytest.fixture
def no_card(monkeypatch):
    """Fail where a card is built after all."""

    def built(*parts):
        pytest.fail("a card was built")

    monkeypatch.setattr(home, "ScoreCard", built)


@pytest.mark.parametrize("kind", ["table", "line", "tree", "sloped"])
def test_a_card_comes_back_from_its_form(cards, kind):
    card, table = cards[0][kind], cards[1]
    form, arrays = take_apart(card)
    again = build_card(CardForm.model_validate_json(form.model_dump_json()), arrays)
    np.testing.assert_array_equal(again.terms(table), card.terms(table))
    assert (again.table, again.classes, again.link, again.model) == (card.table, card.classes, card.link, card.model)


def test_levels_and_classes_keep_their_kind():
    table = pd.DataFrame(
        {"a": pd.Categorical([1, 2] * 20), "b": pd.Categorical([0.5, 1.5] * 20), "c": [True, False] * 20}
    )
    for outcome in ([1, 2] * 20, [0.0, 1.0] * 20, [False, True] * 20, list("no") * 20):
        form, _ = take_apart(score_card(ShallowTreeClassifier().fit(table, outcome)))
        again = CardForm.model_validate_json(form.model_dump_json())
        assert again == form
        assert [type(label) for label in again.classes] == [type(outcome[0])] * 2
        assert [type(column.levels[0]) for column in again.columns] == [int, float, bool]


def test_levels_that_are_no_plain_data_have_no_form():
    days = pd.Categorical(pd.to_datetime(["2020-01-01", "2021-01-01"] * 20))
    card = score_card(ShallowTreeClassifier().fit(pd.DataFrame({"day": days}), [0, 1] * 20))
    with pytest.raises(ValidationError):
        take_apart(card)


WRONG = {
    "table": [
        {"format": 2},
        {"model": "x" * 101},
        {"link": "magic"},
        {"link": "logit"},
        {"link": "identity"},
        {"classes": ["a"]},
        {"classes": ["a", "b", None]},
        {"columns": []},
        {"tree": True},
        {"tree": 0},
        {"terms": []},
        {"arrays": {}},
        {"more": 1},
    ],
    "line": [{"tree": True}, {"terms": []}],
    "tree": [{"tree": False}],
}


@pytest.mark.parametrize(("kind", "change"), [(kind, change) for kind, all_of in WRONG.items() for change in all_of])
def test_other_headers_are_refused(cards, kind, change):
    form, _ = take_apart(cards[0][kind])
    with pytest.raises(ValidationError):
        CardForm.model_validate({**form.model_dump(mode="json"), **change})


@pytest.mark.parametrize(
    ("kind", "place", "change", "said"),
    [
        ("table", 0, {"questions": [99]}, "a question is unknown"),
        ("table", 0, {"questions": [-1]}, "greater than or equal"),
        ("table", 0, {"questions": [True]}, "valid integer"),
        ("table", 0, {"questions": []}, "at least 1"),
        ("table", 7, {"questions": [3, 3]}, "stands twice"),
        ("table", 7, {"kind": "line"}, "a kind does not fit"),
        ("table", 0, {"kind": "tree"}, "a kind does not fit"),
        ("table", 3, {"kind": "line"}, "only a number can have a line"),
        ("table", 0, {"kind": "code"}, "'table', 'line', 'sloped' or 'tree'"),
        ("sloped", 1, {"kind": "table"}, "others are needed"),
        ("sloped", 3, {"kind": "sloped"}, "only a number can have a line"),
        ("table", 7, {"kind": "sloped"}, "a kind does not fit"),
        ("tree", 0, {"kind": "table"}, "a kind does not fit"),
        ("tree", 0, {"questions": [0, 1]}, "a kind does not fit"),
    ],
)
def test_other_terms_are_refused(cards, kind, place, change, said):
    data = take_apart(cards[0][kind])[0].model_dump(mode="json")
    data["terms"][place] = {**data["terms"][place], **change}
    with pytest.raises(ValidationError, match=said):
        CardForm.model_validate(data)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"levels": ["a", "a"]}, "a level stands twice"),
        ({"levels": [1, True]}, "a level stands twice"),
        ({"levels": [None]}, "valid"),
        ({"levels": [["a"]]}, "valid"),
        ({"name": "dose"}, "a name stands twice"),
        ({"ordered": "yes"}, "boolean"),
        ({"code": "1"}, "not permitted"),
    ],
)
def test_other_columns_are_refused(cards, change, said):
    data = take_apart(cards[0]["table"])[0].model_dump(mode="json")
    data["columns"][3] = {**data["columns"][3], **change}
    with pytest.raises(ValidationError, match=said):
        CardForm.model_validate(data)


def refused(card, changes, said):
    """Build from a card's form with other arrays, whose types and shapes the header says as they are."""
    form, arrays = take_apart(card)
    arrays = {name: np.array(changes.get(name, array)) for name, array in arrays.items()}
    assert set(changes) <= set(arrays)
    data = {**form.model_dump(mode="json"), "arrays": {name: ArrayForm.of(array) for name, array in arrays.items()}}
    with pytest.raises(ValueError, match=said):
        build_card(CardForm.model_validate(data), arrays)


@pytest.mark.parametrize(
    ("kind", "name", "array"),
    [
        ("table", "intercept", np.zeros(2)),
        ("table", "intercept", np.zeros((3, 1))),
        ("table", "intercept", np.zeros(3, dtype=np.int64)),
        ("table", "term_0_cuts_0", np.zeros((2, 2))),
        ("table", "term_0_cuts_0", np.array([1.0])),
        ("table", "term_0_points", np.zeros((1, 3))),
        ("table", "term_7_points", np.zeros((3, 3, 3))),
        ("line", "term_0_line", np.zeros((3, 3))),
        ("sloped", "term_1_line", np.zeros((4, 3))),
        ("sloped", "term_1_points", np.zeros((2, 2))),
        ("tree", "tree_nodes", np.zeros((1, 4), dtype=np.int64)),
        ("tree", "tree_nodes", np.zeros((1, 5))),
        ("tree", "tree_cuts", np.zeros(1)),
        ("tree", "tree_points", np.zeros((1, 1, 3))),
    ],
)
def test_arrays_of_another_shape_or_type_are_refused(cards, no_card, kind, name, array):
    refused(cards[0][kind], {name: array}, "its shape or number type does not fit")


def test_cuts_that_do_not_ascend_are_refused(cards, no_card):
    card = cards[0]["table"]
    refused(card, {"term_0_cuts_0": card.parts[0].axes[0].cuts[::-1]}, "'term_0_cuts_0': cuts do not ascend")


def test_a_line_with_two_centres_is_refused(cards, no_card):
    refused(cards[0]["line"], {"term_0_line": np.arange(12.0).reshape(4, 3)}, "a line has one centre")


@pytest.mark.parametrize(
    ("column", "value"), [(0, 4), (0, -1), (1, 99), (1, -1), (2, 0), (2, 99), (3, 0), (3, -1), (4, 2)]
)
def test_trees_that_lead_nowhere_or_in_circles_are_refused(cards, no_card, column, value):
    nodes = cards[0]["tree"].parts.nodes.copy()
    nodes[0, column] = value
    refused(cards[0]["tree"], {"tree_nodes": nodes}, "a kind, a question or a child is unknown")


def test_a_tree_without_a_node_is_refused(cards, no_card):
    terms = len(cards[0]["tree"].term_questions)
    none = {"tree_nodes": np.zeros((0, 5), np.int64), "tree_cuts": np.zeros(0), "tree_points": np.zeros((0, terms, 3))}
    refused(cards[0]["tree"], none, "a child is unknown")
