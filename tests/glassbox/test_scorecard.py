"""Tests of glassbox/_scorecard.py: what a score card takes, and what it refuses."""

import math
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox import EBMClassifier, SparseLinearClassifier, SparseLinearRegressor
from pellucid.glassbox import _scorecard as home
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._scorecard import Link


@pytest.fixture(scope="module")
def numbers():
    X = np.random.default_rng(0).normal(size=(300, 3))
    X[::9, 0] = np.nan
    model = EBMClassifier([("x0", "x2")], outer_bags=2).fit(X, X[:, 1] + X[:, 2] > 0)
    return score_card(model), model, X


@pytest.fixture(scope="module")
def fitted(mixed):
    table, outcome = mixed()
    # Of seven questions two have a term.
    return score_card(SparseLinearClassifier(2).fit(table, outcome)), table


def row_of(table, **changed):
    return {**table.iloc[1].to_dict(), **changed}


class TestTables:
    def test_blocks_do_not_show(self, numbers, monkeypatch):
        card, model, X = numbers
        whole = card.terms(X), card.score(X)
        monkeypatch.setattr(home, "_BLOCK", 7)
        np.testing.assert_array_equal(card.terms(X), whole[0])
        np.testing.assert_array_equal(card.score(X), whole[1])
        np.testing.assert_allclose(card.score(X), model.decision_function(X), rtol=1e-9, atol=1e-9)

    def test_terms_and_intercept_are_the_score(self, numbers):
        card, _, X = numbers
        np.testing.assert_allclose(card.terms(X).sum(axis=1) + card.intercept, card.score(X), rtol=0, atol=1e-12)
        assert card.names == ("x0", "x1", "x2", "x0 × x2")

    @pytest.mark.parametrize("kind", [np.float32, np.int64, object])
    def test_arrays_of_other_kinds_are_read_by_their_values(self, numbers, kind):
        card, model, _ = numbers
        X = np.arange(12).reshape(4, 3).astype(kind)
        np.testing.assert_allclose(card.score(X), model.decision_function(X), rtol=1e-9, atol=1e-9)

    def test_an_empty_table_gives_no_scores(self, numbers, fitted):
        assert numbers[0].terms(np.empty((0, 3))).shape == (0, 4)
        assert numbers[0].score(np.empty((0, 3))).shape == (0,)
        assert fitted[0].probability(fitted[1].head(0)).shape == (0, 2)

    @pytest.mark.parametrize("value", [np.inf, -np.inf])
    def test_infinity_is_refused(self, numbers, value):
        with pytest.raises(InvalidInputError, match="infinity"):
            numbers[0].score(np.array([[0.0, value, 0.0]]))

    @pytest.mark.parametrize("X", [np.zeros(3), np.zeros((2, 2)), np.zeros((1, 1, 3))])
    def test_other_shapes_are_refused(self, numbers, X):
        with pytest.raises(InvalidInputError, match=r"\(rows, 3\) is expected"):
            numbers[0].score(X)

    def test_lists_are_refused(self, numbers):
        with pytest.raises(InvalidTypeError, match="got list; a DataFrame or an array"):
            numbers[0].score([[0.0, 1.0, 2.0]])

    def test_columns_come_by_name_and_in_order(self, fitted):
        card, table = fitted
        with pytest.raises(InvalidInputError, match="in this order, 'dose', 'visits'"):
            card.score(table[table.columns[::-1]])
        with pytest.raises(InvalidInputError, match="in this order"):
            card.score(table.rename(columns={"dose": "amount"}))
        with pytest.raises(InvalidInputError, match="is there twice"):
            card.score(pd.concat([table, table[["dose"]]], axis=1))

    def test_many_columns_are_not_all_named(self):
        X = np.random.default_rng(0).normal(size=(40, 12))
        card = score_card(SparseLinearRegressor().fit(X, X[:, 0]))
        with pytest.raises(InvalidInputError, match=r"'x7', \.\.\.: pass"):
            card.score(pd.DataFrame(X))

    def test_a_number_that_is_text_is_refused_and_not_repeated(self, fitted):
        card, table = fitted
        with pytest.raises(InvalidTypeError) as caught:
            card.score(table.assign(dose="secret"))
        assert "secret" not in str(caught.value)

    def test_a_regressor_has_no_probability(self):
        X = np.arange(20.0)[:, None]
        card = score_card(SparseLinearRegressor().fit(X, X[:, 0]))
        with pytest.raises(InvalidInputError, match="a regressor's card has no probability; use score"):
            card.probability(X)
        assert card.explain_row({"x0": 3}).probability is None


def test_a_card_in_use_can_be_sent_between_processes(fitted):
    card, table = fitted
    row = row_of(table)
    told = card.explain_row(row)
    again = pickle.loads(pickle.dumps(card))  # noqa: S301
    assert again.explain_row(row) == told
    np.testing.assert_array_equal(again.score(table), card.score(table))


class TestRows:
    def test_a_row_has_every_question_and_nothing_else(self, fitted):
        card, table = fitted
        row = row_of(table)
        assert card.explain_row(row).terms
        less = {name: value for name, value in row.items() if name != "town"}
        with pytest.raises(InvalidInputError, match="'town' missing; give None where nothing is stated"):
            card.explain_row(less)
        with pytest.raises(InvalidInputError, match="'dose' missing"):
            card.explain_row({**{name: row[name] for name in row if name != "dose"}, "amount": 1})
        with pytest.raises(InvalidInputError, match="got 1 that are no questions of this card") as caught:
            card.explain_row({**row, "secret": 1})
        assert "secret" not in str(caught.value)

    def test_questions_without_a_term_are_looked_at_too(self, fitted):
        card, table = fitted
        assert "visits" not in card.names
        with pytest.raises(InvalidTypeError, match="'visits' holds a str"):
            card.explain_row(row_of(table, visits="three"))

    def test_nothing_stated_is_an_answer(self, fitted):
        card, _ = fitted
        nothing = dict.fromkeys(card.questions)
        told = card.explain_row(nothing)
        frame = pd.DataFrame([nothing], columns=card.questions).astype(object)
        assert told.score == pytest.approx(card.score(frame)[0], abs=1e-12)

    @pytest.mark.parametrize("score", [-800.0, -30.0, 0.0, 30.0, 800.0])
    def test_probabilities_of_rows_neither_overflow_nor_end(self, score):
        assert 0.0 <= home._expit(score) <= 1.0
        assert home._expit(score) + home._expit(-score) == pytest.approx(1.0, abs=1e-15)
        assert home._shares((score, 0.0), Link.SOFTMAX)[0] == pytest.approx(home._expit(score), rel=1e-12)

    def test_classes_that_are_all_but_impossible_still_have_shares(self):
        shares = home._shares((-900.0, -901.0, -902.0), Link.ONE_AGAINST_REST)
        assert sum(shares) == pytest.approx(1.0)
        assert shares[0] / shares[1] == pytest.approx(math.e)

    @pytest.mark.parametrize("classes", [2, 3])
    def test_probabilities_of_rows_are_those_of_tables(self, mixed, classes):
        table, outcome = mixed(classes=classes)
        card = score_card(SparseLinearClassifier().fit(table, outcome))
        told = [card.explain_row(row).probability for row in table.to_dict("records")]
        wanted = card.probability(table)
        np.testing.assert_allclose(told, wanted[:, 1] if classes == 2 else wanted, rtol=1e-12)


def test_cards_need_no_boosting_library():
    code = "import sys, pellucid.glassbox._saved; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert not {"interpret", "cryptography", "xgboost", "shap"} & set(loaded)
