"""Risk score: the card adds up, keeps its limits, and its table is the model."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox._risk_score import RiskScoreClassifier, round_thresholds
from pellucid.schema import ModelView

LEVELS = ["none", "some", "much"]


def make_table(n=240, seed=0, missing=0.1, with_truth=False):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": np.round(rng.normal(50, 12, n)),
            "dose": np.round(rng.exponential(1.5, n), 2),
            "kind": rng.choice(["flat", "steep", "wavy"], n),
            "grade": pd.Categorical(rng.choice(LEVELS, n), categories=LEVELS, ordered=True),
            "alarm": rng.choice([False, True], n),
            "noise": rng.normal(size=n),
        }
    )
    z = 0.08 * (X["age"] - 50) + 1.5 * (X["dose"] > 1.5) + 1.2 * (X["kind"] == "flat")
    z = z + 0.7 * X["grade"].cat.codes + 1.0 * X["alarm"] - 2.5
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(int)
    for column in ("age", "kind", "grade"):
        X[column] = X[column].where(rng.random(n) >= missing)
    return (X, y.to_numpy(), z) if with_truth else (X, y.to_numpy())


@pytest.fixture(scope="module")
def fitted():
    X, y = make_table()
    return RiskScoreClassifier().fit(X, y), X, y


@pytest.fixture(scope="module")
def three_cards():
    X, _ = make_table(seed=3)
    y = np.where(X["dose"] > 2, "high", np.where(X["alarm"], "middle", "low"))
    return RiskScoreClassifier(max_questions=3).fit(X, y), X, y


def hard_table(X):
    """Rows that training did not have: nothing stated at all, and a level never seen."""
    hard = X.head(4).copy().astype(object)
    hard.iloc[0, :] = np.nan
    hard.loc[hard.index[1], "kind"] = "never seen"
    hard.loc[hard.index[2], "alarm"] = None
    hard.loc[hard.index[3], "age"] = 1e9
    return hard


# A row's fewest documents are counted whatever their weights; with one, a weight is a repetition.
@parametrize_with_checks([RiskScoreClassifier(beam_width=3, pool_size=5, thresholds=4, min_documents=1)])
def test_keeps_the_grammar_of_scikit_learn(estimator, check):
    check(estimator)


def test_terms_and_intercept_add_up_to_the_score(fitted):
    model, X, _ = fitted
    for table in (X, hard_table(X)):
        terms = model.contributions(table)
        assert list(terms.columns) == list(X.columns)
        total = terms.sum(axis=1) + model.intercept_
        np.testing.assert_allclose(total, model.decision_function(table), rtol=0, atol=1e-9)


def test_terms_of_every_class_add_up_with_string_labels(three_cards):
    model, X, _ = three_cards
    for table in (X, hard_table(X)):
        terms, score = model.contributions(table), model.decision_function(table)
        for place, label in enumerate(["high", "low", "middle"]):
            total = terms[label].sum(axis=1) + model.intercept_[place]
            np.testing.assert_allclose(total, score[:, place], rtol=0, atol=1e-9)
        np.testing.assert_allclose(model.predict_proba(table).sum(axis=1), 1)


def test_probabilities_of_cards_are_divided_by_their_sum(three_cards):
    model, X, y = three_cards
    own = 1 / (1 + np.exp(-model.decision_function(X)))
    np.testing.assert_allclose(model.predict_proba(X), own / own.sum(axis=1, keepdims=True))
    assert (model.predict(X) == y).mean() > 0.9
    assert model.total_points(X).shape == (len(X), 3)


def test_every_class_has_its_lines_on_the_card(three_cards):
    model, _, _ = three_cards
    assert set(model.points_["outcome"]) == {"high", "low", "middle"}
    assert (model.points_.groupby("outcome")["question"].nunique() <= 3).all()
    assert model.intercept_.shape == model.log_odds_per_point_.shape == (3,)


def test_total_is_whole_and_worth_the_score(fitted):
    model, X, _ = fitted
    total = model.total_points(X)
    assert total.dtype == np.int64
    assert total.min() >= 0
    score = model.intercept_ + model.log_odds_per_point_ * total
    np.testing.assert_allclose(score, model.decision_function(X))


def test_probability_grows_with_the_total(fitted):
    model, X, _ = fitted
    order = np.argsort(model.total_points(X), kind="stable")
    assert model.log_odds_per_point_ > 0
    assert np.all(np.diff(model.predict_proba(X)[order, 1]) >= 0)


def test_a_reader_adds_one_line_per_question(fitted):
    """The card alone, read by hand, gives the total."""
    model, X, _ = fitted
    view = model.view()
    for row in range(40):
        total = 0
        for shape in view.shapes:
            value = X[shape.questions[0]].iloc[row]
            lines = {step.said: step for step in shape.steps}
            if pd.isna(value):
                total += lines["not stated"].points
            elif shape.numeric:
                (held,) = [
                    step
                    for step in shape.steps[:-1]
                    if (step.low is None or value >= step.low) and (step.high is None or value < step.high)
                ]
                total += held.points
            else:
                total += lines[str(value)].points
        assert total == model.total_points(X)[row]


def test_view_is_a_card(fitted):
    model, X, _ = fitted
    view = model.view()
    assert view == ModelView(**view.model_dump())
    assert view.unit == "points"
    assert view.log_odds_per_point == model.log_odds_per_point_
    assert view.intercept == model.intercept_
    for shape in view.shapes:
        assert sum(step.documents for step in shape.steps) == len(X)
        assert min(step.points for step in shape.steps) == 0
        assert all(step.points == int(step.points) for step in shape.steps)
        assert shape.steps[-1].said == "not stated"
        term = model.contributions(X)[shape.questions[0]]
        assert shape.importance == pytest.approx(term.abs().mean() / view.log_odds_per_point)


def test_card_as_a_table_holds_the_lines_of_the_view(fitted):
    model, _, _ = fitted
    lines = {
        (shape.questions[0], step.said): (step.points, step.documents)
        for shape in model.view().shapes
        for step in shape.steps
    }
    card = model.points_
    assert list(card.columns) == ["outcome", "question", "answer", "points", "documents"]
    assert card["points"].dtype == np.int64
    assert lines == {(row.question, row.answer): (row.points, row.documents) for row in card.itertuples(index=False)}


def test_risk_table_is_the_model_and_counts_training(fitted):
    model, X, y = fitted
    risks = {row.score: row for row in model.view().risks}
    total, probability = model.total_points(X), model.predict_proba(X)[:, 1]
    assert set(total) <= set(risks)
    for row in range(len(X)):
        assert risks[total[row]].probability == pytest.approx(probability[row], abs=1e-12)
    assert min(risks) == total.min()
    assert max(risks) == total.max()
    assert sum(row.documents for row in risks.values()) == len(X)
    assert sum(row.events for row in risks.values()) == y.sum()
    for score, row in risks.items():
        assert row.documents == (total == score).sum()
        assert row.events == y[total == score].sum()
    assert list(risks) == sorted(risks)


def test_risk_table_leaves_out_totals_that_no_lines_add_up_to():
    X = pd.DataFrame(np.repeat([[0, 0], [1, 0], [0, 1], [1, 1]], 40, axis=0), columns=["strong", "weak"])
    y = np.concatenate([np.arange(40) < events for events in (4, 32, 8, 36)]).astype(int)
    model = RiskScoreClassifier(max_points=7).fit(X, y)
    points = [[int(step.points) for step in shape.steps] for shape in model.view().shapes]
    assert len(points) == 2
    sums = {one + other for one in points[0] for other in points[1]}
    assert {row.score for row in model.view().risks} == sums
    assert len(sums) < max(sums) + 1


def test_view_gives_the_card_of_each_class(three_cards):
    model, X, y = three_cards
    for place, label in enumerate(model.classes_):
        view = model.view(label)
        assert view.outcome == label
        assert view.intercept == model.intercept_[place]
        assert view.log_odds_per_point == model.log_odds_per_point_[place]
        assert sum(row.events for row in view.risks) == (y == label).sum()
        risks = {row.score: row.probability for row in view.risks}
        own = 1 / (1 + np.exp(-model.decision_function(X)[:, place]))
        np.testing.assert_allclose([risks[one] for one in model.total_points(X)[:, place]], own)
    with pytest.raises(InvalidInputError, match="outcome"):
        model.view("nowhere")


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    max_questions=st.integers(1, 4),
    max_rows=st.integers(1, 8),
    rows_per_question=st.integers(1, 3),
    max_points=st.integers(1, 6),
)
def test_a_card_keeps_its_limits(seed, max_questions, max_rows, rows_per_question, max_points):
    X, y = make_table(n=80, seed=seed)
    model = RiskScoreClassifier(
        max_questions,
        max_rows=max_rows,
        rows_per_question=rows_per_question,
        max_points=max_points,
        beam_width=3,
        pool_size=4,
        thresholds=4,
    ).fit(X, y)
    card = model.points_
    assert card["question"].nunique() <= min(max_questions, max_rows)
    reach = card.groupby("question")["points"].max()
    # Rows of one sign add up, and the lowest line is moved to 0.
    assert (reach <= 2 * max_points * rows_per_question).all()
    assert reach.sum() <= 2 * max_points * max_rows


def test_same_data_same_card(fitted):
    model, X, y = fitted
    again = clone(model).fit(X, y)
    pd.testing.assert_frame_equal(again.points_, model.points_)
    assert again.intercept_ == model.intercept_


def test_rounding_of_codes_does_not_depend_on_the_kind_of_table():
    X, y = make_classification(200, 4, random_state=1)
    array, frame = (RiskScoreClassifier(3).fit(table, y) for table in (X, pd.DataFrame(X, columns=list("abcd"))))
    np.testing.assert_array_equal(array.total_points(X), frame.total_points(pd.DataFrame(X, columns=list("abcd"))))
    assert array.terms_ == (("x0",), ("x1",), ("x2",), ("x3",))


def test_ranks_nearly_as_well_as_the_truth():
    X, y = make_table(n=800, seed=1, missing=0.0)
    unseen, outcome, truth = make_table(n=2000, seed=2, missing=0.0, with_truth=True)
    model = RiskScoreClassifier().fit(X, y)
    assert roc_auc_score(outcome, model.decision_function(unseen)) > roc_auc_score(outcome, truth) - 0.03


def test_silence_gets_average_points_where_training_was_never_silent():
    X, y = make_table(missing=0.0)
    model = RiskScoreClassifier().fit(X, y)
    for question, card in model.points_.groupby("question"):
        stated = card[card["answer"] != "not stated"]
        mean = (stated["points"] * stated["documents"]).sum() / len(X)
        silent = card.loc[card["answer"] == "not stated", "points"].item()
        assert abs(silent - mean) <= 0.5 + 1e-9, question


def test_silence_that_tells_something_earns_its_own_points():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=200), "z": rng.normal(size=200)})
    y = (rng.random(200) < 0.3).astype(int)
    X.loc[y == 1, "x"] = X.loc[y == 1, "x"].where(rng.random(y.sum()) < 0.3)
    model = RiskScoreClassifier(1).fit(X, y)
    card = model.points_.set_index("answer")["points"]
    assert card.idxmax() == "not stated"


def test_a_level_never_seen_counts_as_not_stated(fitted):
    model, X, _ = fitted
    unseen, silent = X.head(1).copy(), X.head(1).copy()
    unseen["kind"], silent["kind"] = "never seen", None
    assert model.total_points(unseen) == model.total_points(silent)


def test_perfect_separation_keeps_finite_points():
    X = pd.DataFrame({"x": np.arange(60.0), "same": 1.0})
    y = (X["x"] >= 20).astype(int)
    model = RiskScoreClassifier().fit(X, y)
    assert (model.predict(X) == y).all()
    assert np.isfinite(model.decision_function(X)).all()
    assert "same" not in set(model.points_["question"])


def test_nothing_to_learn_from_gives_an_empty_card_and_the_base_rate():
    X, y = pd.DataFrame({"same": [1.0] * 40}), np.array([0, 1, 1, 1] * 10)
    model = RiskScoreClassifier().fit(X, y)
    assert model.points_.empty
    assert model.view().shapes == ()
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], 0.75, atol=1e-6)
    assert [(row.score, row.documents, row.events) for row in model.view().risks] == [(0, 40, 30)]


def test_two_identical_questions_do_not_share_points():
    X, y = make_table()
    X["twin"] = X["alarm"]
    model = RiskScoreClassifier().fit(X, y)
    assert not {"twin", "alarm"} <= set(model.points_["question"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_questions", 0),
        ("max_points", 0),
        ("max_rows", 1.5),
        ("rows_per_question", True),
        ("thresholds", -1),
        ("min_documents", 0),
        ("ridge", 0.0),
        ("beam_width", None),
        ("pool_size", "many"),
    ],
)
def test_a_wrong_parameter_is_named(name, value):
    X, y = make_table(n=20)
    with pytest.raises(InvalidInputError, match=name):
        RiskScoreClassifier().set_params(**{name: value}).fit(X, y)


def test_asks_for_fit_first():
    with pytest.raises(NotFittedError, match="call fit"):
        RiskScoreClassifier().total_points([[1.0]])


@given(
    st.lists(st.floats(-1e6, 1e6, allow_subnormal=False) | st.integers(0, 5).map(float), min_size=2, max_size=60),
    st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_thresholds_split_the_values(values, count):
    values = np.array(values)
    found = round_thresholds(values, count)
    assert found == sorted(set(found))
    assert len(found) <= count
    assert bool(found) == (len(np.unique(values)) > 1)
    for cut in found:
        assert (values < cut).any()
        assert (values >= cut).any()


def test_thresholds_are_round():
    rng = np.random.default_rng(0)
    found = np.array(round_thresholds(rng.normal(150, 23, 300), 5))
    assert (found % 1 == 0).all()
    assert (found % 10 == 0).sum() >= 3
    assert round_thresholds(np.array([0.0] * 90 + list(np.arange(1.0, 21)) + [np.nan]), 4)[0] == 1.0
    assert round_thresholds(np.array([0.0, 1.0, 2.0, 3.0]), 8) == [1.0, 2.0, 3.0]
    assert round_thresholds(np.full(9, np.nan), 3) == []


def test_weights_move_risks_and_documents_are_counted_one_by_one():
    X, y = make_table()
    weights = np.where(y == 1, 3.0, 1.0)
    model = RiskScoreClassifier().fit(X, y, sample_weight=weights)
    assert np.average(model.predict_proba(X)[:, 1], weights=weights) == pytest.approx(
        np.average(y, weights=weights), abs=1e-3
    )
    assert set(model.points_.groupby("question")["documents"].sum()) == {len(X)}
    risks = model.view().risks
    assert sum(row.documents for row in risks) == len(X)
    assert sum(row.events for row in risks) == y.sum()
    bare = RiskScoreClassifier().fit(X, y)
    assert model.predict_proba(X)[:, 1].mean() > bare.predict_proba(X)[:, 1].mean() + 0.1


@pytest.mark.parametrize("count", [3, 8])
def test_a_weight_in_thresholds_is_a_repetition(count):
    rng = np.random.default_rng(0)
    values, weights = np.append(rng.normal(50, 12, 99), np.nan), rng.integers(1, 4, 100)
    assert round_thresholds(values, count, weights) == round_thresholds(np.repeat(values, weights), count)
