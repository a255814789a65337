"""Tests of glassbox/_ebm.py: the explainable boosting machine."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import EBMClassifier, EBMRegressor

FEW = {"outer_bags": 3}


def unlike_repetition(estimator):
    return {"check_sample_weight_equivalence_on_dense_data": "bags hold out rows, of two alike perhaps one"}


@parametrize_with_checks(
    [EBMClassifier(outer_bags=2), EBMRegressor(outer_bags=2)], expected_failed_checks=unlike_repetition
)
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


class TestWeights:
    def test_terms_are_centred_on_the_weighted_rows(self, mixed):
        table, outcome = mixed()
        weights = np.random.default_rng(0).integers(0, 4, len(table))
        for model in (EBMClassifier(**FEW), EBMClassifier([("dose", "pain")], **FEW)):
            terms = model.fit(table, outcome, sample_weight=weights).contributions(table)
            np.testing.assert_allclose(np.average(terms, axis=0, weights=weights), 0.0, atol=1e-9)

    @pytest.mark.parametrize("classes", [2, 3])
    def test_documents_are_counted_one_by_one(self, mixed, classes):
        table, outcome = mixed(classes=classes)
        model = EBMClassifier([("dose", "pain")], **FEW)
        weights = np.linspace(0.01, 3, len(table))
        found = {shape.questions: shape for shape in model.fit(table, outcome, sample_weight=weights).view().shapes}
        plain = {shape.questions: shape for shape in model.fit(table, outcome).view().shapes}
        assert set(found) == set(plain)
        for questions, shape in found.items():
            assert [step.documents for step in shape.steps] == [step.documents for step in plain[questions].steps]

    def test_the_intercept_is_right_on_the_weighted_rows(self, mixed):
        table, outcome = mixed()
        weights = np.where(outcome == "mild", 3.0, 1.0)
        model = EBMClassifier(**FEW).fit(table, outcome, sample_weight=weights)
        expected = np.average(outcome == "mild", weights=weights)
        assert np.average(model.predict_proba(table)[:, 1], weights=weights) == pytest.approx(expected)

    def test_a_lower_weight_lowers_the_sway(self):
        X = pd.DataFrame({"a": [0.0, 1.0] * 60})
        y = np.array([0, 1] * 60)
        y[:30] = 1 - y[:30]
        lowered = np.where(np.arange(120) < 30, 0.1, 1.0)
        gaps = [
            np.ptp(EBMClassifier(**FEW).fit(X, y, sample_weight=weights).decision_function(X))
            for weights in (None, lowered)
        ]
        assert gaps[1] > 1.5 * gaps[0]


@pytest.fixture(scope="module")
def known():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(400, 2)), columns=["a", "b"])
    start = 2.0 * X["a"].to_numpy()
    return X, start, (rng.random(400) < expit(start + 1.5 * (X["b"] > 0) - 0.3)).astype(int)


class TestInitScore:
    def test_only_what_is_to_be_added_is_learned(self, known):
        X, start, y = known
        added = EBMClassifier(**FEW).fit(X, y, init_score=start)
        alone = EBMClassifier(**FEW).fit(X, y)
        assert added.contributions(X)["a"].abs().mean() < 0.3 < 1.0 < alone.contributions(X)["a"].abs().mean()
        assert added.contributions(X)["b"].abs().mean() > 0.25
        assert expit(start + added.decision_function(X)).mean() == pytest.approx(y.mean())

    def test_predictions_are_without_it(self, known):
        X, start, y = known
        model = EBMClassifier(**FEW).fit(X, y, init_score=start)
        total = model.contributions(X).sum(axis=1) + model.intercept_
        np.testing.assert_allclose(model.predict_proba(X)[:, 1], expit(total))

    def test_a_regressor_learns_the_rest(self, known):
        X, start, _ = known
        y = start + X["b"].to_numpy() ** 2
        added, rest = EBMRegressor(**FEW).fit(X, y, init_score=start), EBMRegressor(**FEW).fit(X, y - start)
        np.testing.assert_allclose(added.predict(X), rest.predict(X), atol=1e-9)
        assert added.intercept_ == pytest.approx((y - start).mean())

    def test_rows_of_weight_zero_take_theirs_along(self, known):
        X, start, y = known
        weights = np.arange(400) % 3
        kept = weights > 0
        whole = EBMClassifier(**FEW).fit(X, y, sample_weight=weights, init_score=start)
        part = EBMClassifier(**FEW).fit(X[kept], y[kept], sample_weight=weights[kept], init_score=start[kept])
        np.testing.assert_array_equal(whole.decision_function(X), part.decision_function(X))

    def test_several_classes_have_a_score_each(self, known):
        X, _, y = known
        y = np.where(X["a"] > 1, 2, y)
        start = np.where(y[:, None] == np.arange(3), 3.0, 0.0)
        model = EBMClassifier(**FEW).fit(X, y, init_score=start)
        assert model.contributions(X)[1].shape == (400, 2)
        with pytest.raises(InvalidInputError, match=r"init_score: got shape \(400,\); \(400, 3\) is expected"):
            model.fit(X, y, init_score=start[:, 0])
        with pytest.raises(InvalidInputError, match="init_score: speaks of a class"):
            model.fit(X, y, sample_weight=y < 2, init_score=start)

    @pytest.mark.parametrize("start", [np.full(400, np.nan), np.zeros(3), np.zeros((400, 1))])
    def test_other_scores_are_refused(self, known, start):
        X, _, y = known
        with pytest.raises(InvalidInputError, match="init_score: "):
            EBMClassifier(**FEW).fit(X, y, init_score=start)


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
