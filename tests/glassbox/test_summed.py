"""Tests of glassbox/_summed.py: a sum of glass boxes is a glass box."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
    SummedClassifier,
    load_model,
    save_model,
    score_card,
)
from pellucid.glassbox._card_parts import LinePart, SlopedPart, TablePart

CLASSES = ("calm", "mild")


@pytest.fixture(scope="module")
def boxes(mixed):
    """Two EBMs with a pair in common, and two linear models; one of each learned from fewer rows and levels."""
    table, outcome = mixed()
    few = (table["pain"].isin(["none", "dull"]) & (table["dose"] > 30)).to_numpy()
    guess = np.nan_to_num(table["dose"].to_numpy(), nan=50.0) / 20 - 2.5 + (table["pain"] == "sharp")
    text = table.assign(pain=table["pain"].astype(object))
    return {
        "table": text,
        "guess": guess.to_numpy(),
        "regressor": EBMRegressor([("dose", "pain")], outer_bags=3).fit(text, guess),
        "classifier": EBMClassifier([("dose", "pain"), ("visits", "smoker")], outer_bags=3).fit(
            text[few], outcome[few]
        ),
        "linear": SparseLinearClassifier().fit(text, outcome),
        "straight": SparseLinearRegressor().fit(text[few], guess[few]),
    }


MIXES = {
    "one": {"regressor": 0.7},
    "two EBMs": {"regressor": 0.5, "classifier": 1.5},
    "two lines": {"linear": 0.5, "straight": 0.5},
    "curves and lines": {"regressor": 0.25, "classifier": 0.5, "linear": 0.25, "straight": -1.0},
}


@pytest.fixture(scope="module", params=[None, 0.6], ids=["no line", "line"])
def slope(request):
    return request.param


@pytest.fixture(scope="module", params=MIXES)
def summed(request, boxes, slope):
    parts = [(weight, boxes[name]) for name, weight in MIXES[request.param].items()]
    rows = boxes["table"]
    if slope is not None:
        said = np.where(np.arange(len(rows)) % 8, boxes["guess"], np.nan)
        rows = rows.assign(said=said)
    line = None if slope is None else ("said", slope)
    return SummedClassifier(parts, classes=CLASSES, offset=0.3, line=line, rows=rows), rows


def by_hand(model, rows):
    """Offset, weights times the parts' own scores, and the line, where a missing number is an average one."""
    table = rows.drop(columns="said", errors="ignore")
    total = np.full(len(rows), 0.3)
    for weight, box in model.parts:
        total += weight * (box.decision_function(table) if hasattr(box, "classes_") else box.predict(table))
    if "said" in rows:
        total += 0.6 * rows["said"].fillna(rows["said"].mean()).to_numpy()
    return total


class TestScore:
    def test_it_is_the_weighted_sum_of_the_parts_scores(self, summed):
        model, rows = summed
        np.testing.assert_allclose(model.decision_function(rows), by_hand(model, rows), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(model.predict_proba(rows)[:, 1], expit(by_hand(model, rows)))
        assert set(model.predict(rows)) <= set(CLASSES)
        assert model.classes_.tolist() == list(CLASSES)

    def test_terms_add_up_and_are_those_of_the_parts_together(self, summed):
        model, rows = summed
        terms = model.contributions(rows)
        np.testing.assert_allclose(terms.sum(axis=1) + model.intercept_, by_hand(model, rows), rtol=1e-9, atol=1e-9)
        table = rows.drop(columns="said", errors="ignore")
        for name in ("dose", "dose × pain"):
            found = [
                weight * box.contributions(table)[name]
                for weight, box in model.parts
                if name in box.contributions(table)
            ]
            if found:
                np.testing.assert_allclose(terms[name], sum(found), atol=1e-12)

    def test_levels_and_missing_answers_are_what_they_are_to_each_part(self, boxes):
        model = SummedClassifier([(1.0, boxes["regressor"]), (2.0, boxes["classifier"])], classes=CLASSES)
        later = boxes["table"].head(5).assign(pain=["sharp", "numb", None, "none", "burning"], dose=np.nan)
        both = boxes["regressor"].predict(later) + 2 * boxes["classifier"].decision_function(later)
        np.testing.assert_allclose(model.decision_function(later), both, rtol=1e-9, atol=1e-9)

    def test_terms_are_centred_where_those_of_the_parts_are(self, boxes):
        rows = boxes["table"].assign(said=boxes["guess"])
        parts = [(0.5, boxes["regressor"]), (0.5, boxes["linear"])]
        model = SummedClassifier(parts, classes=CLASSES, line=("said", 2.0), rows=rows)
        np.testing.assert_allclose(model.contributions(rows).mean(), 0.0, atol=1e-9)
        assert model.intercept_ == pytest.approx(model.decision_function(rows).mean())

    def test_a_row_without_the_lines_number_gets_what_an_average_row_gets(self, boxes):
        rows = boxes["table"].assign(said=boxes["guess"])
        model = SummedClassifier([(1.0, boxes["linear"])], classes=CLASSES, line=("said", 2.0), rows=rows)
        later = rows.head(3).assign(said=[np.nan, rows["said"].mean(), 1.0 + rows["said"].mean()])
        np.testing.assert_allclose(model.contributions(later)["said"], [0.0, 0.0, 2.0], atol=1e-12)

    def test_a_line_without_rows_is_centred_at_zero(self, boxes):
        model = SummedClassifier([(1.0, boxes["linear"])], classes=CLASSES, line=("said", 2.0))
        later = boxes["table"].head(2).assign(said=[0.0, 1.5])
        assert model.contributions(later)["said"].tolist() == [0.0, 3.0]
        assert model.terms_[-1] == ("said",)

    def test_arrays_will_do_where_there_is_no_line(self):
        X = np.random.default_rng(0).normal(size=(60, 2))
        box = SparseLinearRegressor().fit(X, X[:, 0])
        model = SummedClassifier([(2.0, box)], classes=(False, True), rows=X)
        np.testing.assert_allclose(model.decision_function(X), 2 * box.predict(X))
        assert not hasattr(model, "feature_names_in_")
        with pytest.raises(InvalidInputError, match="line: needs a table with named columns"):
            SummedClassifier([(2.0, box)], classes=(False, True), line=("said", 1.0))


class TestSpread:
    def test_spreads_add_up_so_that_none_is_told_too_small(self, boxes):
        table = boxes["table"]
        parts = [(-0.5, boxes["regressor"]), (2.0, boxes["classifier"]), (3.0, boxes["linear"])]
        spread = SummedClassifier(parts, classes=CLASSES).spread(table)
        own = [boxes[name].spread(table)["dose"] for name in ("regressor", "classifier")]
        np.testing.assert_allclose(spread["dose"], 0.5 * own[0] + 2.0 * own[1])

    def test_models_without_bags_have_none(self, boxes):
        assert SummedClassifier([(1.0, boxes["linear"])], classes=CLASSES).spread(boxes["table"]) is None


class TestView:
    def test_every_step_counts_the_rows_that_fall_there(self, summed):
        model, rows = summed
        view = model.view()
        assert view.intercept == model.intercept_
        assert (view.outcome, view.unit, view.model) == ("mild", "log-odds", "SummedClassifier")
        assert {shape.questions for shape in view.shapes} == set(model.terms_)
        for shape in view.shapes:
            assert sum(step.documents for step in shape.steps) == len(rows)
            if shape.numeric:
                column = rows[shape.questions[0]].astype(float)
                for step in shape.steps:
                    low = -np.inf if step.low is None else step.low
                    high = np.inf if step.high is None else step.high
                    here = column.between(low, high, inclusive="left")
                    assert step.documents == (column.isna() if step.said == "not stated" else here).sum()

    def test_points_of_every_step_are_what_its_rows_get_on_average(self, summed):
        model, rows = summed
        terms = model.contributions(rows)
        for shape in model.view().shapes:
            if not shape.numeric:
                continue
            name = shape.questions[0]
            for step in shape.steps:
                if step.documents and step.said != "not stated":
                    low = -np.inf if step.low is None else step.low
                    high = np.inf if step.high is None else step.high
                    here = rows[name].astype(float).between(low, high, inclusive="left")
                    assert step.points == pytest.approx(terms[name][here].mean(), abs=1e-9)

    def test_cuts_are_those_of_all_parts(self, boxes):
        parts = [(1.0, boxes["regressor"]), (1.0, boxes["classifier"])]
        view = SummedClassifier(parts, classes=CLASSES, rows=boxes["table"]).view()
        lows = {
            step.low
            for box in (boxes["regressor"], boxes["classifier"])
            for shape in box.view().shapes
            if shape.questions == ("dose",)
            for step in shape.steps
        }
        dose = next(shape for shape in view.shapes if shape.questions == ("dose",))
        assert {step.low for step in dose.steps} == lows
        assert all(step.spread is not None for step in dose.steps)
        pain = next(shape for shape in view.shapes if shape.questions == ("pain",))
        assert [step.said for step in pain.steps] == ["burning", "dull", "none", "sharp", "not stated"]

    def test_a_line_tells_its_slope(self, summed, slope):
        model, _ = summed
        slopes = {shape.questions: shape.slope for shape in model.view().shapes}
        if slope is not None:
            assert slopes[("said",)] == slope
        lines = [(weight, box) for weight, box in model.parts if isinstance(box, SparseLinearClassifier)]
        if lines:
            assert slopes[("dose",)] is not None

    def test_importance_is_the_mean_of_absolute_points(self, summed):
        model, rows = summed
        mean = model.contributions(rows).abs().mean()
        for shape in model.view().shapes:
            assert shape.importance == pytest.approx(mean[" × ".join(shape.questions)])

    def test_without_rows_there_is_nothing_to_count(self, boxes):
        model = SummedClassifier([(1.0, boxes["regressor"])], classes=CLASSES)
        with pytest.raises(InvalidInputError, match="view: .*pass rows="):
            model.view()


class TestCard:
    def test_the_card_equals_the_sum(self, summed, boxes):
        model, rows = summed
        card = score_card(model)
        later = rows.assign(pain="numb", dose=rows["dose"].where(np.arange(len(rows)) % 3 > 0, 1e6))
        for table in (rows, later):
            np.testing.assert_allclose(card.score(table), model.decision_function(table), rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(card.terms(table), model.contributions(table), rtol=1e-9, atol=1e-9)
        for place in (0, 8, 50):
            told = card.explain_row(rows.iloc[place].to_dict())
            np.testing.assert_allclose([points for _, points in told.terms], card.terms(rows)[place], atol=1e-9)
            assert told.probability == pytest.approx(model.predict_proba(rows)[place, 1])

    def test_curves_with_lines_are_kept_as_both(self, boxes):
        parts = [(1.0, boxes["regressor"]), (1.0, boxes["linear"])]
        card = score_card(SummedClassifier(parts, classes=CLASSES, line=("said", 1.0)))
        kinds = dict(zip(card.names, map(type, card.parts), strict=True))
        assert (kinds["dose"], kinds["pain"], kinds["said"]) == (SlopedPart, TablePart, LinePart)

    def test_it_is_saved_and_opened_without_a_library(self, summed, tmp_path):
        model, rows = summed
        save_model(tmp_path / "saved", model)
        opened = load_model(tmp_path / "saved").card
        assert opened.model == "SummedClassifier"
        np.testing.assert_array_equal(opened.score(rows), score_card(model).score(rows))


class TestLife:
    def test_it_is_not_fitted_and_has_no_parameters(self, summed):
        model, rows = summed
        with pytest.raises(InvalidInputError, match="cannot be fitted; fit its parts"):
            model.fit(rows, ["calm"] * len(rows))
        assert model.get_params() == {}
        assert repr(model) == "SummedClassifier()"

    def test_a_clone_is_the_sum_itself(self, summed):
        model, _ = summed
        assert clone(model) is model

    def test_stored_and_loaded_it_says_the_same(self, summed):
        model, rows = summed
        loaded = pickle.loads(pickle.dumps(model))  # noqa: S301
        pd.testing.assert_frame_equal(loaded.contributions(rows), model.contributions(rows))
        assert loaded.view() == model.view()

    def test_fitting_a_part_anew_changes_nothing(self, mixed):
        table, outcome = mixed()
        for box in (EBMClassifier(outer_bags=2), SparseLinearClassifier()):
            model = SummedClassifier([(1.0, box.fit(table, outcome))], classes=CLASSES)
            before = model.decision_function(table)
            box.fit(table, outcome[::-1])
            np.testing.assert_array_equal(model.decision_function(table), before)

    def test_tables_must_have_the_questions_and_the_line_in_order(self, boxes):
        model = SummedClassifier([(1.0, boxes["linear"])], classes=CLASSES, line=("said", 1.0))
        assert model.feature_names_in_.tolist() == [*boxes["table"].columns, "said"]
        assert model.n_features_in_ == 8
        with pytest.raises(InvalidInputError, match="missing"):
            model.predict(boxes["table"])
        with pytest.raises(InvalidInputError, match="same order"):
            model.predict(boxes["table"].assign(said=1.0)[["said", *boxes["table"].columns]])


class TestRefusals:
    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"classes": ("calm",)}, "classes: got"),
            ({"classes": ("calm", "calm")}, "classes: got"),
            ({"classes": ("mild", "calm")}, r"number 0 tells apart \['calm', 'mild'\]"),
            ({"offset": np.nan}, "offset: got"),
            ({"line": ("dose", 1.0)}, "line: got 'dose'"),
            ({"line": (3, 1.0)}, "line: got 3"),
            ({"line": ("said", np.inf)}, "line: slope: got inf"),
            ({"line": "said"}, "line: got 'said'"),
            ({"parts": []}, "parts: got none"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, boxes, wrong, said):
        given = {"parts": [(1.0, boxes["linear"])], "classes": CLASSES, **wrong}
        with pytest.raises(InvalidInputError, match=said):
            SummedClassifier(given.pop("parts"), **given)

    @pytest.mark.parametrize("weight", [np.nan, np.inf, None, "1"])
    def test_weights_are_finite_numbers(self, boxes, weight):
        with pytest.raises(InvalidInputError, match="parts: weight of number 0: got"):
            SummedClassifier([(weight, boxes["linear"])], classes=CLASSES)

    def test_pairs_are_expected(self, boxes):
        with pytest.raises(InvalidTypeError, match="number 0 is no pair"):
            SummedClassifier([boxes["linear"]], classes=CLASSES)

    def test_other_models_are_refused(self, mixed):
        tree = ShallowTreeClassifier().fit(*mixed())
        with pytest.raises(InvalidTypeError, match="number 0 is a ShallowTreeClassifier"):
            SummedClassifier([(1.0, tree)], classes=CLASSES)

    def test_parts_are_fitted(self):
        with pytest.raises(NotFittedError, match="call fit"):
            SummedClassifier([(1.0, EBMClassifier())], classes=CLASSES)

    def test_more_than_two_classes_are_refused(self, mixed):
        table, outcome = mixed(classes=3)
        box = SparseLinearClassifier().fit(table, outcome)
        with pytest.raises(InvalidInputError, match="those of the sum are"):
            SummedClassifier([(1.0, box)], classes=CLASSES)

    def test_places_may_stand_for_labels_where_they_cannot_be_taken_for_labels(self, mixed):
        table, outcome = mixed()
        box = SparseLinearClassifier().fit(table, (outcome == "mild").astype(int))
        model = SummedClassifier([(1.0, box)], classes=CLASSES)
        np.testing.assert_array_equal(model.predict(table) == "mild", box.predict(table) == 1)
        for classes in [(1, 0), (True, False), (1, 2)]:
            with pytest.raises(InvalidInputError, match="number 0 tells apart"):
                SummedClassifier([(1.0, box)], classes=classes)

    def test_parts_have_the_same_questions(self, boxes, mixed):
        table, outcome = mixed()
        other = SparseLinearClassifier().fit(table.drop(columns="town"), outcome)
        with pytest.raises(InvalidInputError, match="parts: .*different columns"):
            SummedClassifier([(1.0, boxes["linear"]), (1.0, other)], classes=CLASSES)

    def test_rows_have_the_questions_too(self, boxes):
        with pytest.raises(InvalidInputError, match="missing"):
            SummedClassifier([(1.0, boxes["linear"])], classes=CLASSES, line=("said", 1.0), rows=boxes["table"])
