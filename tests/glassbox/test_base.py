"""Tests of glassbox/_base.py: the contract that every glass box keeps."""

import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from scipy.special import expit, softmax
from sklearn.base import clone

import pellucid.glassbox
from pellucid._checks import NotFittedError
from pellucid.exceptions import AdditivityError, InvalidInputError, InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    GlassBoxClassifier,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
)
from pellucid.glassbox._base import PAIR

CLASSIFIERS = [EBMClassifier(outer_bags=3), SparseLinearClassifier(), ShallowTreeClassifier()]
REGRESSORS = [EBMRegressor(outer_bags=3), SparseLinearRegressor()]
BOXES = CLASSIFIERS + REGRESSORS
EVERY = [*BOXES, RiskScoreClassifier(beam_width=3, pool_size=5)]


def named(model) -> str:
    return type(model).__name__


def fit_mixed(model, mixed, classes=2):
    table, outcome = mixed(classes=classes)
    if not isinstance(model, GlassBoxClassifier):
        outcome = np.nan_to_num(table["dose"].to_numpy(), nan=50.0) + table["visits"].to_numpy()
        table = table.drop(columns="dose")
    return clone(model).fit(table, outcome), table, outcome


def score_of(model, table):
    return model.decision_function(table) if hasattr(model, "decision_function") else model.predict(table)


@pytest.fixture(params=BOXES, ids=named)
def fitted(request, mixed):
    return fit_mixed(request.param, mixed)


class TestTerms:
    def test_terms_add_up_to_the_score(self, fitted):
        model, table, _ = fitted
        total = model.contributions(table).sum(axis=1) + model.intercept_
        np.testing.assert_allclose(total, score_of(model, table), rtol=1e-9, atol=1e-9)

    def test_terms_add_up_for_unseen_levels_and_for_rows_without_answers(self, fitted):
        model, table, _ = fitted
        later = table.head(3).copy()
        later["town"] = "east"
        later["pain"] = "numb"
        later["visits"] = np.nan
        empty = pd.DataFrame({name: [np.nan] for name in table})
        for rows in (later, empty):
            total = model.contributions(rows).sum(axis=1) + model.intercept_
            np.testing.assert_allclose(total, score_of(model, rows), rtol=1e-9, atol=1e-9)

    @pytest.mark.parametrize("model", CLASSIFIERS, ids=named)
    def test_each_class_of_several_has_its_own_frame(self, model, mixed):
        model, table, _ = fit_mixed(model, mixed, classes=3)
        terms = model.contributions(table)
        score = model.decision_function(table)
        assert score.shape == (len(table), 3)
        assert model.intercept_.shape == (3,)
        for place, label in enumerate(model.classes_):
            frame = terms[label]
            assert list(frame.columns) == [PAIR.join(term) for term in model.terms_]
            np.testing.assert_allclose(frame.sum(axis=1) + model.intercept_[place], score[:, place], atol=1e-9)

    def test_one_column_per_term_with_the_rows_of_the_table(self, fitted):
        model, table, _ = fitted
        terms = model.contributions(table)
        assert list(terms.columns) == [PAIR.join(term) for term in model.terms_]
        assert terms.index.equals(table.index)
        assert isinstance(model.intercept_, float)

    def test_one_row_is_explained_as_it_is_among_many(self, fitted):
        model, table, _ = fitted
        alone = model.contributions(table.iloc[[7]])
        pd.testing.assert_frame_equal(alone, model.contributions(table).iloc[[7]])

    def test_arrays_have_plain_names_and_a_plain_index(self):
        X = np.arange(40.0).reshape(20, 2)
        model = SparseLinearClassifier().fit(X, X[:, 0] > 20)
        assert set(model.terms_) <= {("x0",), ("x1",)}
        assert model.contributions(X).index.equals(pd.RangeIndex(20))
        assert not hasattr(model, "feature_names_in_")

    def test_a_broken_term_is_refused(self, fitted, monkeypatch):
        model, table, _ = fitted
        points = model._points_codes
        monkeypatch.setattr(model, "_points_codes", lambda codes: points(codes) + 1e-6)
        with pytest.raises(AdditivityError, match=r"in 160 of 160 rows, first in row 0"):
            model.contributions(table)


class TestPredictions:
    @pytest.mark.parametrize("classes", [2, 3])
    @pytest.mark.parametrize("model", CLASSIFIERS, ids=named)
    def test_score_probability_and_class_agree(self, model, classes, mixed):
        model, table, outcome = fit_mixed(model, mixed, classes)
        score, chance = model.decision_function(table), model.predict_proba(table)
        expected = softmax(score, axis=1) if classes > 2 else np.column_stack([expit(-score), expit(score)])
        np.testing.assert_allclose(chance, expected)
        np.testing.assert_array_equal(model.predict(table), model.classes_[chance.argmax(axis=1)])
        assert model.classes_.tolist() == sorted(set(outcome))

    def test_better_than_guessing(self, fitted):
        model, table, outcome = fitted
        assert model.score(table, outcome) > (0.6 if hasattr(model, "classes_") else 0.0)


class TestWeights:
    @pytest.mark.parametrize("model", EVERY, ids=named)
    def test_a_row_of_weight_zero_is_as_if_it_were_not_there(self, model, mixed):
        _, table, outcome = fit_mixed(model, mixed)
        weights = np.random.default_rng(0).integers(0, 3, len(table))
        table.loc[table.index[weights == 0], "town"] = "nowhere"
        kept = weights > 0
        whole = clone(model).fit(table, outcome, sample_weight=weights)
        part = clone(model).fit(table[kept], outcome[kept], sample_weight=weights[kept])
        pd.testing.assert_frame_equal(whole.contributions(table), part.contributions(table))
        assert whole.view() == part.view()

    @pytest.mark.parametrize("model", EVERY, ids=named)
    def test_weights_of_one_change_nothing(self, model, mixed):
        fitted, table, outcome = fit_mixed(model, mixed)
        again = clone(model).fit(table, outcome, sample_weight=[1] * len(table))
        assert again.view() == fitted.view()

    @pytest.mark.parametrize("model", EVERY, ids=named)
    def test_terms_add_up_and_steps_count_documents(self, model, mixed):
        _, table, outcome = fit_mixed(model, mixed)
        weights = np.random.default_rng(0).exponential(size=len(table))
        weighted = clone(model).fit(table, outcome, sample_weight=weights)
        total = weighted.contributions(table).sum(axis=1) + weighted.intercept_
        np.testing.assert_allclose(total, score_of(weighted, table), rtol=1e-9, atol=1e-9)
        mean = weighted.contributions(table).abs().mean()
        for shape in weighted.view().shapes:
            if not isinstance(model, ShallowTreeClassifier):
                assert sum(step.documents for step in shape.steps) == len(table)
            if not isinstance(model, RiskScoreClassifier):
                assert shape.importance == pytest.approx(mean[PAIR.join(shape.questions)])

    @pytest.mark.parametrize("model", EVERY, ids=named)
    def test_weights_that_cannot_be_used(self, model):
        X, y = np.arange(40.0)[:, None], [0, 1] * 20
        for weights in ([1.0] * 39, [-1.0] * 40, [0.0] * 40, [np.nan] * 40):
            with pytest.raises(InvalidInputError, match="sample_weight"):
                clone(model).fit(X, y, sample_weight=weights)

    @pytest.mark.parametrize("model", [*CLASSIFIERS, RiskScoreClassifier()], ids=named)
    def test_a_class_without_weight_is_no_class(self, model):
        X, y = np.arange(40.0)[:, None], np.arange(40) % 3
        model = clone(model).fit(X, y, sample_weight=y < 2)
        assert model.classes_.tolist() == [0, 1]
        with pytest.raises(InvalidInputError, match="of one class"):
            clone(model).fit(X, y, sample_weight=y == 2)

    @pytest.mark.parametrize("model", [ShallowTreeClassifier(min_samples_leaf=1), RiskScoreClassifier()], ids=named)
    @pytest.mark.parametrize("classes", [2, 3])
    def test_a_weight_is_a_repetition(self, model, classes, mixed):
        table, outcome = mixed(n=200, classes=classes)
        if isinstance(model, RiskScoreClassifier):
            model.set_params(min_documents=1, beam_width=3, pool_size=5)
        weights = np.random.default_rng(0).integers(0, 4, len(table))
        rows = np.repeat(np.arange(len(table)), weights)
        weighted = clone(model).fit(table, outcome, sample_weight=weights)
        repeated = clone(model).fit(table.iloc[rows], outcome[rows])
        np.testing.assert_allclose(weighted.contributions(table), repeated.contributions(table), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, rtol=1e-6)


class TestLife:
    def test_fitting_twice_gives_the_same_model(self, fitted):
        model, table, outcome = fitted
        again = clone(model).fit(table, outcome)
        pd.testing.assert_frame_equal(again.contributions(table), model.contributions(table))
        assert again.view() == model.view()

    def test_stored_and_loaded_it_says_the_same(self, fitted, tmp_path):
        model, table, _ = fitted
        joblib.dump(model, tmp_path / "model.joblib")
        loaded = joblib.load(tmp_path / "model.joblib")
        pd.testing.assert_frame_equal(loaded.contributions(table), model.contributions(table))
        assert loaded.view() == model.view()

    @pytest.mark.parametrize("model", BOXES, ids=named)
    @pytest.mark.parametrize("verb", ["predict", "contributions", "spread", "view"])
    def test_nothing_is_said_before_fit(self, model, verb):
        arguments = [] if verb == "view" else [np.zeros((2, 1))]
        with pytest.raises(NotFittedError, match="call fit"):
            getattr(clone(model), verb)(*arguments)


class TestRefusals:
    @pytest.mark.parametrize("model", BOXES, ids=named)
    @pytest.mark.parametrize(
        ("X", "said"),
        [
            (pd.DataFrame({"a": []}), r"0 sample\(s\)"),
            (pd.DataFrame(index=[0, 1]), r"0 feature\(s\)"),
            (np.empty((0, 2)), r"0 sample\(s\)"),
            (pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), "'a' is there twice"),
            (pd.DataFrame({"a": [1.0, np.inf]}), "infinity"),
            (np.array([[1.0], [-np.inf]]), "infinity"),
            (np.array([1.0, 2.0]), "2D array"),
            (pd.DataFrame({"a": pd.to_datetime(["2020-01-01"] * 2)}), "column 'a' holds"),
        ],
    )
    def test_tables_that_cannot_be_used(self, model, X, said):
        with pytest.raises(InvalidInputError, match=said):
            clone(model).fit(X, [0, 1])

    @pytest.mark.parametrize("model", BOXES, ids=named)
    def test_sparse_tables_are_refused(self, model):
        with pytest.raises(InvalidTypeError, match="[Ss]parse"):
            clone(model).fit(csr_array(np.eye(4)), [0, 1, 0, 1])

    @pytest.mark.parametrize("model", CLASSIFIERS, ids=named)
    @pytest.mark.parametrize(
        ("y", "said"),
        [
            (["a", "a", "a"], "of one class"),
            (["a", None, "b"], "1 labels are missing"),
            ([0, np.nan, 1], "1 labels are missing"),
            ([0.1, 0.2, 0.3], "Unknown label type"),
            ([0, 1], "2 labels for 3 documents"),
            (None, "requires y to be passed"),
        ],
    )
    def test_labels_that_cannot_be_used(self, model, y, said):
        with pytest.raises(InvalidInputError, match=said):
            clone(model).fit(np.arange(3.0)[:, None], y)

    @pytest.mark.parametrize("model", REGRESSORS, ids=named)
    @pytest.mark.parametrize(
        ("y", "said"),
        [
            ([1, np.nan, 2], "contains NaN"),
            ([1, 2], "2 outcomes for 3 rows"),
            (["a", "b", "c"], "text where numbers"),
        ],
    )
    def test_numbers_that_cannot_be_used(self, model, y, said):
        with pytest.raises(InvalidInputError, match=said):
            clone(model).fit(np.arange(3.0)[:, None], y)

    def test_later_tables_must_have_the_same_columns(self, fitted):
        model, table, _ = fitted
        with pytest.raises(InvalidInputError, match="missing"):
            model.contributions(table.drop(columns="town"))
        with pytest.raises(InvalidInputError, match="unseen at fit time"):
            model.predict(table.assign(other=1.0))
        with pytest.raises(InvalidInputError, match="same order"):
            model.predict(table[table.columns[::-1]])

    def test_later_arrays_must_have_as_many_columns(self):
        model = ShallowTreeClassifier().fit(np.arange(40.0).reshape(20, 2), [0, 1] * 10)
        with pytest.raises(InvalidInputError, match="X has 3 features, but ShallowTreeClassifier is expecting 2"):
            model.predict(np.zeros((1, 3)))


class TestView:
    def test_shapes_are_the_terms_most_important_first(self, fitted):
        model, table, _ = fitted
        view = model.view()
        assert {shape.questions for shape in view.shapes} == set(model.terms_)
        sizes = [shape.importance for shape in view.shapes]
        assert sizes == sorted(sizes, reverse=True)
        mean = model.contributions(table).abs().mean()
        for shape in view.shapes:
            assert shape.importance == pytest.approx(mean[PAIR.join(shape.questions)])
        assert view.intercept == model.intercept_
        assert view.model == type(model).__name__

    @pytest.mark.parametrize("model", CLASSIFIERS, ids=named)
    def test_two_classes_are_spoken_of_by_the_second(self, model, mixed):
        model, _, _ = fit_mixed(model, mixed)
        assert model.view() == model.view("mild")
        assert model.view().outcome == "mild"
        with pytest.raises(InvalidInputError, match="outcome: got 'calm'; the points speak for 'mild'"):
            model.view("calm")

    @pytest.mark.parametrize("model", CLASSIFIERS, ids=named)
    def test_each_of_several_classes_has_a_view(self, model, mixed):
        model, table, _ = fit_mixed(model, mixed, classes=3)
        assert model.view().outcome == "worse"
        for label in model.classes_:
            view = model.view(label)
            mean = model.contributions(table)[label].abs().mean()
            for shape in view.shapes:
                assert shape.importance == pytest.approx(mean[PAIR.join(shape.questions)])

    def test_a_regressor_has_no_classes(self):
        model = SparseLinearRegressor().fit(np.arange(9.0)[:, None], np.arange(9.0))
        with pytest.raises(InvalidInputError, match="leave it out"):
            model.view("yes")


class TestPackage:
    def test_public_names_are_sorted_and_there(self):
        names = pellucid.glassbox.__all__
        assert names == sorted(names)
        assert dir(pellucid.glassbox) == names
        assert all(hasattr(pellucid.glassbox, name) for name in names)

    def test_an_unknown_name_is_an_attribute_error(self):
        with pytest.raises(AttributeError, match="no attribute 'Oracle'"):
            pellucid.glassbox.Oracle  # noqa: B018

    def test_the_boosting_library_is_loaded_only_when_asked_for(self):
        code = "import sys; from pellucid.glassbox import SparseLinearClassifier; print('interpret' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "False"
