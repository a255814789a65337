"""Tests of glassbox/_ebm.py: the explainable boosting machine."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import EBMClassifier, EBMRegressor

FEW = {"outer_bags": 3}


@parametrize_with_checks([EBMClassifier(outer_bags=2), EBMRegressor(outer_bags=2)])
def test_estimator_grammar(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def fitted(mixed):
    table, outcome = mixed()
    return EBMClassifier(**FEW).fit(table, outcome), table


@pytest.fixture(scope="module")
def crossed():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=["a", "b", "c"])
    return X, np.where(X["a"] * X["b"] > 0, "yes", "no")


class TestTerms:
    def test_terms_are_centred_on_the_training_rows(self, fitted, mixed):
        model, table = fitted
        np.testing.assert_allclose(model.contributions(table).mean(), 0.0, atol=1e-9)
        table, outcome = mixed(classes=3)
        several = EBMClassifier(**FEW).fit(table, outcome).contributions(table)
        np.testing.assert_allclose(several.mean(), 0.0, atol=1e-9)

    def test_what_training_never_met_adds_nothing(self, mixed):
        table, outcome = mixed()
        table = table.assign(visits=table["visits"].fillna(0), pain=table["pain"].fillna("none"))
        model = EBMClassifier(**FEW).fit(table, outcome)
        later = table.head(2).assign(visits=np.nan, pain=["other", "numb"])
        assert (model.contributions(later)[["visits", "pain"]] == 0).all(axis=None)

    def test_not_stated_has_points_of_its_own_where_training_had_it(self):
        X = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan] * 30})
        model = EBMClassifier(**FEW).fit(X, ["no", "no", "no", "yes"] * 30)
        points = model.contributions(X)["a"]
        assert points[3] > 0 > points[0]

    def test_nearly_constant_columns_do_no_harm(self):
        X = pd.DataFrame(
            {
                "signal": np.arange(40.0),
                "same": 1.0,
                "void": np.nan,
                "level": pd.Categorical(["x"] * 40),
                "none": pd.Categorical([None] * 40, categories=["not stated"]),
            }
        )
        model = EBMClassifier(**FEW).fit(X, X["signal"] > 20)
        assert (model.contributions(X)[["same", "void", "level", "none"]].abs() < 1e-9).all(axis=None)
        assert model.view().shapes[0].questions == ("signal",)

    def test_spread_is_that_of_the_bags(self, fitted):
        model, table = fitted
        spread = model.spread(table)
        assert spread.shape == (len(table), len(model.terms_))
        assert (spread >= 0).all(axis=None)
        library = model._model
        bins = np.searchsorted(library.bins_[1][0], table["visits"], side="right") + 1
        by_bag = library.bagged_scores_[1][:, bins]
        np.testing.assert_allclose(spread["visits"], by_bag.std(axis=0), atol=1e-12)

    def test_spread_of_several_classes_is_laid_out_like_the_terms(self, mixed):
        table, outcome = mixed(classes=3)
        model = EBMClassifier(**FEW).fit(table, outcome)
        assert model.spread(table).columns.equals(model.contributions(table).columns)

    def test_another_seed_is_another_model(self, mixed):
        table, outcome = mixed()
        first, second = (EBMClassifier(**FEW, random_state=seed).fit(table, outcome) for seed in (0, 1))
        assert not first.contributions(table).equals(second.contributions(table))


class TestInteractions:
    @pytest.mark.parametrize("asked", [[("b", "a")], [("a", "b"), ("b", "a")], 1])
    def test_pairs_on_request_find_what_single_questions_cannot(self, crossed, asked):
        X, y = crossed
        model = EBMClassifier(asked, **FEW).fit(X, y)
        assert model.terms_ == (("a",), ("b",), ("c",), ("a", "b"))
        terms = model.contributions(X)
        assert terms.columns[-1] == "a × b"
        assert model.score(X, y) > 0.9 > EBMClassifier(**FEW).fit(X, y).score(X, y)
        np.testing.assert_allclose(terms.mean(), 0.0, atol=1e-9)

    def test_a_pair_is_laid_open_cell_by_cell(self, crossed):
        X, y = crossed
        shape = EBMClassifier([("a", "b")], **FEW).fit(X, y).view().shapes[0]
        assert shape.questions == ("a", "b")
        assert not shape.numeric
        assert sum(step.documents for step in shape.steps) == len(X)
        assert ", " in shape.steps[0].said

    def test_pairs_of_several_classes(self, crossed):
        X, y = crossed
        y = np.where(X["c"] > 0.5, "maybe", y)
        model = EBMClassifier([("a", "b")], **FEW).fit(X, y)
        assert model.contributions(X)["yes"].shape == (len(X), 4)
        assert any(shape.questions == ("a", "b") for shape in model.view("no").shapes)

    @pytest.mark.parametrize("asked", [[("a", "z")], [("a", "a")], ["ab"], [("a",)], -1, 1.5])
    def test_other_pairs_are_refused(self, crossed, asked):
        with pytest.raises(InvalidInputError, match="interactions: got"):
            EBMClassifier(asked).fit(*crossed)


class TestMonotone:
    @pytest.mark.parametrize("direction", [1, -1])
    @pytest.mark.parametrize("name", ["dose", "severity", "smoker"])
    def test_constrained_curves_do_not_turn(self, mixed, name, direction):
        table, outcome = mixed()
        model = EBMClassifier(monotone_constraints={name: direction}, **FEW).fit(table, outcome)
        shape = next(shape for shape in model.view().shapes if shape.questions == (name,))
        points = [step.points for step in shape.steps if step.said != "not stated"]
        assert np.all(direction * np.diff(points) >= -1e-9)

    def test_a_pair_of_several_classes_and_a_constraint_go_together(self, mixed):
        table, outcome = mixed()
        model = EBMClassifier([("dose", "severity")], monotone_constraints={"dose": 1}, **FEW)
        assert model.fit(table, outcome).contributions(table).shape == (len(table), 8)

    @pytest.mark.parametrize("constraints", [{"pain": 1}, {"height": 1}, {"dose": 2}, {"dose": 0}])
    def test_other_constraints_are_refused(self, mixed, constraints):
        with pytest.raises(InvalidInputError, match="monotone_constraints: got"):
            EBMClassifier(monotone_constraints=constraints).fit(*mixed())


class TestView:
    def test_steps_are_the_contributions(self, fitted):
        model, table = fitted
        terms = model.contributions(table)
        for shape in model.view().shapes:
            (name,) = shape.questions
            assert sum(step.documents for step in shape.steps) == len(table)
            shown = {round(step.points, 9) for step in shape.steps if step.documents}
            assert {round(value, 9) for value in terms[name]} == shown
            assert all(step.spread is not None for step in shape.steps)

    def test_levels_are_named_in_order(self, fitted):
        shapes = {shape.questions[0]: shape for shape in fitted[0].view().shapes}
        said = [step.said for step in shapes["pain"].steps]
        assert said == ["none", "dull", "sharp", "burning", "other", "not stated"]
        assert [step.said for step in shapes["severity"].steps] == ["low", "middle", "high", "not stated"]
        assert shapes["pain"].steps[4].documents == 0

    def test_intervals_of_numbers_hold_what_they_say(self, fitted):
        model, table = fitted
        shape = next(shape for shape in model.view().shapes if shape.questions == ("dose",))
        assert shape.numeric
        for step in shape.steps[:-1]:
            low = -np.inf if step.low is None else step.low
            high = np.inf if step.high is None else step.high
            assert table["dose"].between(low, high, inclusive="left").sum() == step.documents
        assert shape.steps[-1].said == "not stated"


class TestParameters:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"outer_bags": 0},
            {"max_bins": 3},
            {"learning_rate": 0},
            {"early_stopping_rounds": 0},
            {"smoothing_rounds": -1},
            {"min_samples_leaf": 0},
            {"validation_size": 0.9},
        ],
    )
    def test_parameters_out_of_range_are_refused(self, wrong, mixed):
        (name,) = wrong
        with pytest.raises(InvalidInputError, match=f"{name}: got"):
            EBMClassifier(**wrong).fit(*mixed())

    def test_more_rows_than_a_bag_holds_out_are_needed(self):
        with pytest.raises(InvalidInputError, match="got 3 rows; at least 4 are needed"):
            EBMClassifier().fit([[0.0], [1.0], [2.0]], [0, 1, 0])

    def test_four_rows_are_enough(self):
        X = [[0.0], [1.0], [2.0], [3.0]]
        assert EBMClassifier(**FEW).fit(X, [0, 0, 0, 1]).contributions(X).shape == (4, 1)

    @pytest.mark.parametrize("most", [4, 10])
    def test_numbers_have_at_most_so_many_bins(self, most):
        X = np.arange(200.0)[:, None]
        shape = EBMRegressor(max_bins=most, **FEW).fit(X, X[:, 0]).view().shapes[0]
        assert len(shape.steps) == most - 2


def test_regressor_follows_a_curve():
    X = np.linspace(-2, 2, 200)[:, None]
    model = EBMRegressor(**FEW).fit(X, X[:, 0] ** 2)
    assert model.score(X, X[:, 0] ** 2) > 0.95
    assert model.intercept_ == pytest.approx((X**2).mean())


def test_regressor_of_one_outcome_says_that_outcome():
    X = np.arange(20.0)[:, None]
    np.testing.assert_allclose(EBMRegressor(**FEW).fit(X, np.full(20, 0.1)).predict(X), 0.1)
