"""Tests of glassbox/_sparse_linear.py: few questions, straight lines."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import SparseLinearClassifier, SparseLinearRegressor


@parametrize_with_checks([SparseLinearClassifier(), SparseLinearRegressor()])
def test_estimator_grammar(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def fitted(mixed):
    table, outcome = mixed(n=300)
    return SparseLinearClassifier().fit(table, outcome), table


class TestWeights:
    @pytest.mark.parametrize("classes", [2, 3, None])
    def test_a_weight_is_a_repetition_where_the_folds_are_the_same(self, mixed, classes):
        table, outcome = mixed(n=200, classes=classes or 2)
        if classes is None:
            outcome = table["visits"] + np.random.default_rng(1).normal(size=200)
        rng = np.random.default_rng(0)
        weights, fold = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
        rows = np.repeat(np.arange(200), weights)
        kind = SparseLinearClassifier if classes else SparseLinearRegressor
        weighted = kind(cv=splits(fold)).fit(table, outcome, sample_weight=weights)
        repeated = kind(cv=splits(fold[rows])).fit(table.iloc[rows], np.asarray(outcome)[rows])
        assert weighted.terms_ == repeated.terms_
        np.testing.assert_allclose(weighted.contributions(table), repeated.contributions(table), atol=1e-6)
        np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, atol=1e-6)

    def test_only_the_ratio_of_weights_matters(self, mixed):
        table, outcome = mixed()
        weights = np.linspace(0.2, 3, len(table))
        one, other = (SparseLinearClassifier().fit(table, outcome, sample_weight=w) for w in (weights, 0.01 * weights))
        np.testing.assert_allclose(one.contributions(table), other.contributions(table), atol=1e-6)

    def test_terms_are_centred_on_the_weighted_rows(self, mixed):
        table, outcome = mixed()
        weights = np.linspace(0, 3, len(table))
        terms = SparseLinearClassifier().fit(table, outcome, sample_weight=weights).contributions(table)
        np.testing.assert_allclose(np.average(terms, axis=0, weights=weights), 0.0, atol=1e-9)


def splits(fold):
    return [(np.flatnonzero(fold != one), np.flatnonzero(fold == one)) for one in np.unique(fold)]


class TestTerms:
    @pytest.mark.parametrize("most", [1, 2, 4])
    @pytest.mark.parametrize("classes", [2, 3])
    def test_at_most_so_many_questions_have_a_weight(self, mixed, most, classes):
        table, outcome = mixed(classes=classes)
        model = SparseLinearClassifier(most).fit(table, outcome)
        assert 1 <= len(model.terms_) <= most
        assert (model.contributions(table).abs().sum() > 0).any()

    @settings(max_examples=15, deadline=None)
    @given(seed=st.integers(0, 10_000), most=st.integers(1, 3), l1_ratio=st.sampled_from([0.3, 1.0]))
    def test_at_most_so_many_whatever_the_table(self, mixed, seed, most, l1_ratio):
        table, outcome = mixed(n=60, seed=seed)
        model = SparseLinearClassifier(most, l1_ratio=l1_ratio).fit(table, outcome)
        assert len(model.terms_) <= most
        np.testing.assert_allclose(model.contributions(table).mean(), 0.0, atol=1e-9)

    def test_terms_are_centred_question_by_question(self, fitted, mixed):
        model, table = fitted
        np.testing.assert_allclose(model.contributions(table).mean(), 0.0, atol=1e-9)
        table, outcome = mixed(classes=3)
        several = SparseLinearClassifier().fit(table, outcome).contributions(table)
        np.testing.assert_allclose(several.mean(), 0.0, atol=1e-9)

    def test_a_missing_answer_never_met_in_training_adds_nothing(self):
        X = pd.DataFrame({"a": np.arange(40.0), "b": ["x", "y"] * 20})
        model = SparseLinearClassifier().fit(X, (X["a"] > 25) | (X["b"] == "x"))
        later = pd.DataFrame({"a": [np.nan], "b": [None]})
        np.testing.assert_allclose(model.contributions(later), 0.0, atol=1e-12)

    def test_missing_numbers_have_points_of_their_own(self):
        rng = np.random.default_rng(0)
        X = pd.DataFrame({"a": np.where(rng.random(200) < 0.3, np.nan, rng.normal(size=200))})
        model = SparseLinearClassifier().fit(X, np.where(X["a"].isna(), "yes", "no"))
        points = model.contributions(X)["a"]
        assert points[X["a"].isna()].min() > points[X["a"].notna()].max()

    def test_ordered_levels_go_up_in_steps(self):
        levels = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
        X = pd.DataFrame({"a": pd.Series(["low", "middle", "high", "high"] * 15, dtype=levels)})
        model = SparseLinearClassifier().fit(X, [0, 1, 1, 1] * 15)
        points = model.contributions(X)["a"]
        assert points[0] < points[1] == pytest.approx(points[2])

    def test_a_question_that_says_nothing_leaves_no_term(self):
        X = pd.DataFrame({"a": [0.0, 0.0, 1.0, 1.0] * 25})
        model = SparseLinearClassifier().fit(X, [0, 1, 0, 1] * 25)
        assert model.terms_ == ()
        assert model.contributions(X).shape == (100, 0)
        np.testing.assert_allclose(model.predict_proba(X), 0.5)

    def test_columns_that_say_nothing_are_left_out(self):
        X = pd.DataFrame({"a": np.arange(40.0), "same": 0.1, "void": np.nan, "level": ["x"] * 40})
        model = SparseLinearClassifier().fit(X, X["a"] > 20)
        assert model.terms_ == (("a",),)

    def test_scale_of_a_number_does_not_matter(self, mixed):
        table, outcome = mixed()
        small = SparseLinearClassifier().fit(table, outcome)
        large = SparseLinearClassifier().fit(table.assign(dose=table["dose"] * 1e6), outcome)
        assert small.terms_ == large.terms_
        np.testing.assert_allclose(
            small.contributions(table), large.contributions(table.assign(dose=table["dose"] * 1e6)), atol=1e-6
        )


class TestView:
    def test_numbers_have_a_slope_and_quarters(self, fitted):
        model, table = fitted
        shape = next(shape for shape in model.view().shapes if shape.questions == ("dose",))
        raised = table.assign(dose=table["dose"] + 1)
        gain = (model.contributions(raised) - model.contributions(table))["dose"].dropna()
        assert gain[table["dose"].notna()].to_numpy() == pytest.approx(shape.slope)
        assert shape.numeric
        assert len(shape.steps) == 5
        assert sum(step.documents for step in shape.steps) == len(table)

    def test_levels_have_the_points_they_add(self, fitted):
        model, table = fitted
        terms = model.contributions(table)
        shape = next(shape for shape in model.view().shapes if shape.questions == ("severity",))
        assert shape.slope is None
        for step in shape.steps:
            rows = table["severity"].isna() if step.said == "not stated" else table["severity"] == step.said
            assert rows.sum() == step.documents
            assert terms.loc[rows, "severity"].to_numpy() == pytest.approx(step.points)

    def test_mean_points_of_the_steps_are_zero(self, fitted):
        for shape in fitted[0].view().shapes:
            total = sum(step.points * step.documents for step in shape.steps)
            assert total == pytest.approx(0.0, abs=1e-6)

    def test_no_bags_no_spread(self, fitted):
        model, table = fitted
        assert model.spread(table) is None


@pytest.mark.parametrize("wrong", [{"max_terms": 0}, {"l1_ratio": 0.0}, {"l1_ratio": 1.5}, {"cv": 1}])
def test_parameters_out_of_range_are_refused(wrong):
    (name,) = wrong
    with pytest.raises(InvalidInputError, match=f"{name}: got"):
        SparseLinearClassifier(**wrong).fit([[0.0], [1.0]], [0, 1])


def test_a_class_of_one_row_can_be_fitted():
    X = np.arange(12.0)[:, None]
    model = SparseLinearClassifier().fit(X, ["a"] * 6 + ["b"] * 5 + ["c"])
    assert model.predict_proba(X).shape == (12, 3)


def test_two_rows_can_be_fitted():
    assert SparseLinearClassifier().fit([[0.0], [1.0]], [0, 1]).predict_proba([[0.0]]).shape == (1, 2)


class TestRegressor:
    def test_a_line_is_found_in_units_of_the_outcome(self):
        rng = np.random.default_rng(0)
        X = rng.normal(size=(200, 5)) * 10
        y = 1000 + 30 * X[:, 2] + rng.normal(size=200)
        model = SparseLinearRegressor(1).fit(X, y)
        assert model.terms_ == (("x2",),)
        assert model.view().shapes[0].slope == pytest.approx(30, rel=0.05)
        assert model.intercept_ == pytest.approx(y.mean())

    def test_one_outcome_leaves_no_question(self):
        X = np.arange(20.0)[:, None]
        model = SparseLinearRegressor().fit(X, np.full(20, 0.1))
        assert model.terms_ == ()
        np.testing.assert_allclose(model.predict(X), 0.1)
