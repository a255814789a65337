"""Tests of glassbox/_shallow_tree.py: a tree told as rules."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import ShallowTreeClassifier

LEAF = re.compile(r"(?P<where>.*): probability (?P<chance>[\d.]+) \((?P<events>\d+) of (?P<rows>\d+)\)")


@parametrize_with_checks([ShallowTreeClassifier()])
def test_estimator_grammar(estimator, check):
    check(estimator)


def holds(table: pd.DataFrame, sentence: str) -> pd.Series:
    """Follow a rule by its words alone."""
    rows = pd.Series(True, index=table.index)
    for condition in sentence.split(" and "):
        rows &= condition_holds(table, condition)
    return rows


def condition_holds(table: pd.DataFrame, condition: str) -> pd.Series:
    if condition == "always":
        return pd.Series(True, index=table.index)
    condition, _, unstated = condition.partition(" (")
    name, sign, value = re.fullmatch(r"(\w+) (is not stated|is stated|is not|is|<|≥) ?(.*)", condition).groups()
    column, missing = table[name], table[name].isna()
    if "stated" in sign:
        return missing if sign == "is not stated" else ~missing
    if sign in ("<", "≥"):
        if isinstance(column.dtype, pd.CategoricalDtype):
            value, column = column.cat.categories.get_loc(value), column.cat.codes
        met = column < float(value) if sign == "<" else column >= float(value)
    else:
        met = (column.astype(object).astype(str) == value) == (sign == "is")
    return (met & ~missing) | (missing if unstated else False)


class TestRules:
    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 10_000), depth=st.integers(1, 4), classes=st.integers(2, 4))
    def test_followed_by_its_words_each_rule_finds_its_rows(self, mixed, seed, depth, classes):
        table, outcome = mixed(n=120, seed=seed, classes=classes)
        model = ShallowTreeClassifier(depth).fit(table, outcome)
        view, met = model.view(), pd.Series(0, index=table.index)
        place = model.classes_.tolist().index(view.outcome)
        for rule in view.rules:
            leaf = LEAF.fullmatch(rule)
            rows = holds(table, leaf["where"])
            met += rows
            assert rows.sum() == int(leaf["rows"])
            assert (outcome[rows] == view.outcome).sum() == int(leaf["events"])
            chance = model.predict_proba(table[rows])[:, place]
            assert chance == pytest.approx(float(leaf["chance"]), abs=0.0051)
        assert (met == 1).all()

    def test_like_conditions_are_told_once(self):
        X = pd.DataFrame({"age": np.arange(80.0)})
        model = ShallowTreeClassifier().fit(X, np.repeat([0, 1, 0, 1], 20))
        assert [rule.partition(":")[0] for rule in model.view().rules] == [
            "age < 20", "age ≥ 20 and age < 40", "age ≥ 40 and age < 60", "age ≥ 60"
        ]  # fmt: skip

    def test_not_stated_is_said_where_it_decides(self):
        X = pd.DataFrame({"age": [1.0, 2.0, np.nan, np.nan] * 10})
        model = ShallowTreeClassifier(1, smoothing=1.0).fit(X, [0, 0, 1, 1] * 10)
        assert model.view().rules == (
            "age is stated: probability 0.02 (0 of 20)",
            "age is not stated: probability 0.98 (20 of 20)",
        )

    @pytest.mark.parametrize("gap", ["x", 7.0])
    def test_not_stated_of_a_lone_value_is_told_apart(self, gap):
        X = pd.DataFrame({"only": [gap, None] * 20})
        model = ShallowTreeClassifier().fit(X, [0, 1] * 20)
        assert [rule.partition(":")[0] for rule in model.view().rules] == ["only is stated", "only is not stated"]
        assert model.score(X, [0, 1] * 20) == 1.0

    def test_rules_do_what_they_say_between_training_values(self):
        X = pd.DataFrame({"dose": [0.1, 0.2, 0.3, 0.4] * 10})
        model = ShallowTreeClassifier(1, smoothing=1.0).fit(X, [0, 0, 1, 1] * 10)
        assert model.view().rules[0].startswith("dose < 0.3:")
        later = pd.DataFrame({"dose": [np.nextafter(0.3, 0), 0.3]})
        assert model.predict(later).tolist() == [0, 1]

    def test_levels_whose_words_could_be_taken_for_the_rule_are_quoted(self):
        X = pd.DataFrame({"plan": ["bank, or shop", "none"] * 20})
        rules = ShallowTreeClassifier().fit(X, [1, 0] * 20).view().rules
        assert any(rule.startswith("plan is 'bank, or shop':") for rule in rules)

    def test_a_tree_without_a_question_has_one_rule(self):
        model = ShallowTreeClassifier().fit(pd.DataFrame({"same": [1.0] * 8}), [0, 0, 0, 1] * 2)
        assert model.view().rules == ("always: probability 0.25 (2 of 8)",)
        assert model.terms_ == ()
        assert model.contributions(pd.DataFrame({"same": [1.0]})).shape == (1, 0)


class TestScores:
    def test_intercept_is_the_score_of_the_root(self, mixed):
        table, outcome = mixed()
        model = ShallowTreeClassifier().fit(table, outcome)
        share = (outcome == model.classes_[1]).mean()
        assert model.intercept_ == pytest.approx(np.log(share / (1 - share)))

    def test_several_classes_have_logarithms_of_frequencies(self, mixed):
        table, outcome = mixed(classes=3)
        model = ShallowTreeClassifier().fit(table, outcome)
        np.testing.assert_allclose(np.exp(model.decision_function(table)).sum(axis=1), 1.0)
        np.testing.assert_allclose(np.exp(model.intercept_), [(outcome == c).mean() for c in model.classes_])

    def test_smoothing_draws_leaves_to_the_root(self):
        X = pd.DataFrame({"a": [0, 1] * 20})
        chances = [
            ShallowTreeClassifier(smoothing=s).fit(X, [0, 1] * 20).predict_proba(X)[1, 1] for s in (0.01, 1, 1000)
        ]
        assert chances == sorted(chances, reverse=True)
        assert chances[0] < 1
        assert chances[-1] == pytest.approx(0.5, abs=0.02)

    def test_a_missing_answer_never_met_goes_to_the_larger_side(self):
        X = pd.DataFrame({"a": [0.0] * 30 + [1.0] * 10})
        model = ShallowTreeClassifier().fit(X, [0] * 30 + [1] * 10)
        assert model.predict(pd.DataFrame({"a": [np.nan]})).tolist() == [0]

    def test_steps_tell_the_conditions_under_which_they_are_asked(self, mixed):
        table, outcome = mixed()
        model = ShallowTreeClassifier().fit(table, outcome)
        steps = [step for shape in model.view().shapes for step in shape.steps]
        assert sum(", where " not in step.said for step in steps) == 2
        assert sum(step.documents for step in steps if ", where " not in step.said) == len(table)

    def test_no_leaf_is_smaller_than_allowed(self, mixed):
        model = ShallowTreeClassifier(4, min_samples_leaf=30).fit(*mixed())
        assert min(int(LEAF.fullmatch(rule)["rows"]) for rule in model.view().rules) >= 30


@pytest.mark.parametrize(
    "wrong", [{"max_depth": 5}, {"max_depth": 0}, {"min_samples_leaf": 0}, {"smoothing": 0}, {"criterion": "luck"}]
)
def test_parameters_out_of_range_are_refused(wrong):
    (name,) = wrong
    with pytest.raises(InvalidInputError, match=f"{name}: got"):
        ShallowTreeClassifier(**wrong).fit([[0.0], [1.0]], [0, 1])


def test_rules_count_documents_and_weigh_chances():
    X = np.array([[0.0], [1.0]] * 40)
    y = np.array([0, 1] * 40)
    y[:10] = 1 - y[:10]
    weights = np.where(np.arange(80) < 10, 0.2, 1.0)
    tree = ShallowTreeClassifier().fit(X, y, sample_weight=weights)
    # By hand: on each side 5 rows of weight 0.2 have the other label; 5 rows, half and half, are added.
    share = (35 + 2.5) / (36 + 5)
    assert tree.predict_proba([[1.0]])[0, 1] == pytest.approx(share)
    assert tree.view().rules == (
        f"x0 < 1: probability {1 - share:.2f} (5 of 40)",
        f"x0 ≥ 1: probability {share:.2f} (35 of 40)",
    )
    assert [step.documents for step in tree.view().shapes[0].steps] == [40, 40]
