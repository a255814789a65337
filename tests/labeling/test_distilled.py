"""A glass box taught by gold labels, by a language model, or by both."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.model_selection import KFold, cross_val_predict

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
    load_model,
    save_model,
    score_card,
)
from pellucid.labeling import BEYOND, DistilledClassifier

SPARSE = SparseLinearClassifier()
QUICK = EBMClassifier(outer_bags=2, max_rounds=30)
FORMS = [SPARSE, QUICK, ShallowTreeClassifier(), RiskScoreClassifier()]
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)


def drawn(n, seed, slope=0.8, noise=0.5):
    """Answers with what a language model said, and outcomes."""
    random = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": random.normal(50, 10, n).round(),
            "pain": pd.Categorical(random.choice(["no", "yes", None], n, p=[0.45, 0.45, 0.1])),
            "falls": random.poisson(0.4, n),
        },
        index=[f"d{number}" for number in range(n)],
    )
    truth = ((X["age"] - 50) / 8 + (X["pain"] == "yes") * 2.0 - 1.0).to_numpy()
    y = pd.Series((random.random(n) < expit(truth)).astype(int), index=X.index)
    return X.assign(llm=expit(slope * truth + 0.3 + random.normal(0, noise, n)).round(3)), y


@pytest.fixture(scope="module")
def data():
    return drawn(150, 0)


@pytest.fixture(scope="module")
def both(data):
    X, y = data
    return quick().fit(X, y)


@pytest.fixture(scope="module")
def told(data):
    X, y = data
    return quick(opinion=True).fit(X, y)


def quick(**settings):
    """A sparse linear one that deals documents into two folds."""
    return DistilledClassifier(SPARSE, **{"splits": 2, **settings})


def partly(y, known=60):
    """The first labels, the others unknown."""
    return y.astype(float).where(np.arange(len(y)) < known)


class TestWhatItLearnsFrom:
    def test_without_gold_labels_it_is_the_models_transparent_twin(self, data):
        X, _ = data
        model = quick(classes=(0, 1)).fit(X)
        questions = X.drop(columns="llm")
        twin = SparseLinearRegressor().fit(questions, logit(X["llm"].clip(0.005, 0.995)))
        np.testing.assert_allclose(model.decision_function(questions), twin.predict(questions))
        assert (model.trust_, model.strategy_, model.n_gold_, model.n_said_) == (1.0, "distilled", 0, 150)
        assert model.candidates_.index.tolist() == ["distilled"]
        assert np.corrcoef(model.decision_function(X), logit(X["llm"]))[0, 1] > 0.9

    @pytest.mark.parametrize(
        "kind",
        [
            lambda y: y.tolist(),
            lambda y: y.to_numpy(),
            lambda y: [None if pd.isna(label) else int(label) for label in y],
            lambda y: [None if pd.isna(label) else bool(label) for label in y],
            lambda y: y.astype("Int64"),
            lambda y: y.astype("boolean"),
            lambda y: y.astype("category"),
            lambda y: y.to_frame(),
        ],
        ids=["list", "array", "None", "bool", "Int64", "boolean", "category", "column"],
    )
    def test_partial_gold_labels_may_come_as_they_are(self, data, kind):
        X, y = data
        expected = quick(strategy="soft").fit(X, partly(y))
        model = quick(strategy="soft").fit(X, kind(partly(y)))
        assert (model.n_gold_, model.classes_.tolist()) == (60, [0, 1])
        np.testing.assert_array_equal(model.predict_proba(X), expected.predict_proba(X))

    def test_words_as_labels_in_either_order(self, data, both):
        X, y = data
        words = y.map({0: "stays", 1: "leaves"})
        model = quick(classes=("stays", "leaves")).fit(X, words)
        np.testing.assert_array_equal(model.predict_proba(X), both.predict_proba(X))
        assert model.classes_.tolist() == ["stays", "leaves"]
        np.testing.assert_array_equal(model.predict(X), np.where(both.predict(X) == 1, "leaves", "stays"))
        # Sorted, "leaves" comes first, and the language model's probability would speak of "stays".
        turned = quick().fit(X.assign(llm=1 - X["llm"]), words)
        assert turned.classes_.tolist() == ["leaves", "stays"]
        np.testing.assert_allclose(turned.predict_proba(X)[:, 0], both.predict_proba(X)[:, 1], atol=0.02)

    def test_documents_with_neither_label_nor_word_teach_nothing(self, data):
        X, y = data
        said = X["llm"].where(np.arange(150) >= 20)
        gold = partly(y, 80).where(np.arange(150) >= 10)
        with_gaps = X.assign(llm=said)
        model = quick().fit(with_gaps, gold)
        shorter = quick().fit(with_gaps.iloc[10:], gold.iloc[10:])
        assert (model.n_gold_, model.n_said_) == (70, 130)
        np.testing.assert_array_equal(model.predict_proba(X), shorter.predict_proba(X))

    def test_permuted_labels_change_nothing_where_none_is_to_be_looked_at(self, data):
        X, y = data
        asked = {"strategy": "distilled", "recalibrate": False}
        first = quick(**asked).fit(X, y)
        shuffled = np.random.default_rng(0).permutation(y)
        for gold in (shuffled, 1 - y, partly(y)):
            other = quick(**asked).fit(X, gold)
            np.testing.assert_array_equal(other.predict_proba(X), first.predict_proba(X))
            assert other.fidelity_ == first.fidelity_
            assert other.candidates_.equals(first.candidates_)
        assert first.n_gold_ == 150

    def test_recalibration_settles_the_level_by_gold_labels(self, data):
        X, y = data
        shifted = X.assign(llm=expit(logit(X["llm"].clip(0.01, 0.99)) + 2))
        raw = quick(strategy="distilled", recalibrate=False).fit(shifted, y)
        told = quick(strategy="distilled").fit(shifted, y)
        assert raw.predict_proba(X)[:, 1].mean() - y.mean() > 0.2
        assert abs(told.predict_proba(X)[:, 1].mean() - y.mean()) < 0.05
        assert np.corrcoef(raw.decision_function(X), told.decision_function(X))[0, 1] == pytest.approx(1)

    @pytest.mark.parametrize("known", [1, 11, 149])
    def test_any_number_of_gold_labels_will_do(self, data, known):
        X, y = data
        model = quick(classes=(0, 1)).fit(X, partly(y, known))
        assert model.n_gold_ == known
        assert np.isfinite(model.decision_function(X)).all()

    def test_gold_labels_of_one_kind_move_the_level(self, data):
        X, y = data
        none = quick(classes=(0, 1)).fit(X)
        ones = quick(classes=(0, 1)).fit(X, y.astype(float).where(y == 1))
        assert (ones.decision_function(X) > none.decision_function(X)).all()
        with pytest.raises(InvalidInputError, match="name the two with classes="):
            quick().fit(X, y.astype(float).where(y == 1))


class TestTheTeacher:
    def test_several_are_averaged_in_log_odds_over_those_that_spoke(self, data):
        X, _ = data
        one, two = X["llm"].clip(0.02, 0.98), expit(logit(X["llm"].clip(0.02, 0.98)) * 0.5 + 1)
        two = two.where(np.arange(150) % 3 > 0)
        mean = expit(pd.concat([logit(one), logit(two)], axis=1).mean(axis=1))
        asked = {"classes": (0, 1), "measure_fidelity": False}
        model = quick(teacher=["a", "b"], **asked)
        model.fit(X.drop(columns="llm").assign(a=one, b=two))
        expected = quick(**asked).fit(X.assign(llm=mean))
        np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(X))
        assert model.feature_names_in_.tolist() == ["age", "pain", "falls"]

    def test_its_column_is_not_needed_afterwards_and_other_columns_do_not_matter(self, data, both):
        X, _ = data
        expected = both.predict_proba(X)
        np.testing.assert_array_equal(both.predict_proba(X.drop(columns="llm")), expected)
        np.testing.assert_array_equal(both.predict_proba(X.assign(llm="no number", note="x")), expected)
        np.testing.assert_array_equal(both.predict_proba(X[X.columns[::-1]]), expected)

    def test_written_zeros_and_ones_are_held_back(self, data):
        X, _ = data
        written = quick(classes=(0, 1)).fit(X.assign(llm=(X["llm"] > 0.5).astype(int)))
        held = quick(classes=(0, 1)).fit(X.assign(llm=np.where(X["llm"] > 0.5, 0.995, 0.005)))
        np.testing.assert_allclose(written.predict_proba(X), held.predict_proba(X))

    @pytest.mark.parametrize(
        ("llm", "said"),
        [
            (0.4, "teacher: says the same of every document.*take strategy='gold'"),
            ("rather likely", "llm: there is text where probabilities"),
            (1.5, "llm: got values from 1.5 to 1.5"),
        ],
        ids=["constant", "text", "no probability"],
    )
    def test_one_that_cannot_teach_is_refused(self, data, llm, said):
        X, y = data
        with pytest.raises(InvalidInputError, match=said):
            quick().fit(X.assign(llm=llm), y)

    @pytest.mark.parametrize("strategy", ["auto", "distilled", "soft"])
    def test_one_that_spoke_of_a_handful_is_refused(self, data, strategy):
        X, y = data
        few = X.assign(llm=X["llm"].where(np.arange(150) < 9))
        with pytest.raises(InvalidInputError, match=r"has probabilities for 9 document\(s\); at least 10"):
            quick(strategy=strategy).fit(few, y)
        ten = X.assign(llm=X["llm"].where(np.arange(150) < 10))
        model = quick(strategy=strategy, classes=(0, 1)).fit(ten)
        assert model.n_said_ == 10
        assert np.isfinite(model.predict_proba(X)).all()

    @pytest.mark.parametrize("llm", [np.nan, 0.4, "few"], ids=["silent", "constant", "few words"])
    def test_gold_labels_alone_do_not_need_it(self, data, llm):
        X, y = data
        taught = X.assign(llm=X["llm"].where(np.arange(150) < 5) if llm == "few" else llm)
        model = quick(strategy="gold", recalibrate=False).fit(taught, y)
        questions = X.drop(columns="llm")
        alone = SparseLinearClassifier().fit(questions, y)
        np.testing.assert_allclose(model.decision_function(questions), alone.decision_function(questions))
        assert model.trust_ == 0

    def test_where_it_is_silent_everywhere_gold_labels_are_all_there_is(self, data):
        X, y = data
        silent = X.assign(llm=np.nan)
        model = quick().fit(silent, y)
        assert (model.strategy_, model.trust_, model.n_said_, model.fidelity_.documents) == ("gold", 0, 0, 0)
        with pytest.raises(InvalidInputError, match="neither a probability of the language model nor enough gold"):
            quick(classes=(0, 1)).fit(silent, partly(y, 9))
        with pytest.raises(InvalidInputError, match=r"has probabilities for 0 document\(s\)"):
            quick(classes=(0, 1), strategy="distilled").fit(silent)


class TestTrust:
    def test_it_stays_high_where_gold_labels_are_few(self, data):
        X, y = data
        trust = [
            DistilledClassifier(SPARSE, classes=(0, 1)).fit(X, partly(y, known)).trust_ for known in (0, 9, 25, 150)
        ]
        assert trust[:2] == [1, 1]
        assert min(trust) > 0.6

    def test_it_falls_where_the_language_model_is_noise_and_the_result_follows_the_labels(self):
        X, y = drawn(300, 1, slope=0.0, noise=1.5)
        tested, outcome = drawn(1_000, 2)
        model = DistilledClassifier(SPARSE).fit(X, y)
        gold = DistilledClassifier(SPARSE, strategy="gold").fit(X, y)
        assert model.trust_ < 0.2
        losses = [np.logaddexp(0, -(2 * outcome - 1) * one.decision_function(tested)).mean() for one in (model, gold)]
        assert losses[0] < losses[1] + 0.01

    def test_a_teacher_that_says_the_contrary_is_left(self):
        X, y = drawn(300, 1, slope=-0.8)
        model = DistilledClassifier(SPARSE).fit(X, y)
        assert model.trust_ < 0.1
        assert np.mean(model.predict(X) == y) > 0.7
        # Followed alone it ends near the prevalence, and is not turned round.
        alone = DistilledClassifier(SPARSE, strategy="distilled").fit(X, y)
        assert np.logaddexp(0, -(2 * y - 1) * alone.decision_function(X)).mean() < 0.72

    def test_candidates_say_what_each_way_is_worth_alone(self, both):
        assert both.candidates_.index.tolist() == ["distilled", "soft", "gold"]
        assert both.candidates_["log_loss"].between(0.3, 0.69).all()
        assert both.candidates_["slope"].ge(0).all()
        assert both.strategy_ == both.candidates_["slope"].idxmax()
        assert both.candidates_.loc["distilled", "trust"] == 1
        assert both.candidates_.loc["gold", "trust"] == 0


class TestOpinion:
    def test_without_gold_labels_the_language_model_has_the_last_word(self, data):
        X, _ = data
        model = quick(opinion=True, classes=(0, 1)).fit(X)
        assert model.opinion_ == 1
        np.testing.assert_allclose(model.predict_proba(X)[:, 1], X["llm"].clip(0.005, 0.995))
        assert model.fidelity_.correlation == pytest.approx(1)
        assert not any(one.marked for one in model.fidelity_.departures)

    def test_it_is_one_more_term_with_a_straight_line(self, data, told):
        X, _ = data
        found = told.contributions(X)
        assert found.columns[-1] == BEYOND == told.terms_[-1][0]
        np.testing.assert_allclose(found.sum(axis=1) + told.intercept_, told.decision_function(X), atol=1e-9)
        odds = logit(X["llm"].clip(0.005, 0.995)).to_numpy()
        raised = expit(odds + 0.5)
        higher = told.decision_function(X.assign(llm=raised)) - told.decision_function(X)
        inside = raised < 0.995
        np.testing.assert_allclose(higher[inside], 0.5 * told.opinion_)
        assert 0 < told.opinion_ < 2
        (shape,) = [shape for shape in told.view().shapes if shape.questions == (BEYOND,)]
        assert shape.slope == pytest.approx(told.opinion_)

    def test_a_document_it_is_silent_on_gets_what_an_average_one_gets(self, data, told):
        X, _ = data
        silent = told.contributions(X.assign(llm=np.nan))
        assert silent[BEYOND].eq(0).all()
        np.testing.assert_allclose(silent.drop(columns=BEYOND), told.contributions(X).drop(columns=BEYOND))
        assert told.contributions(X)[BEYOND].mean() == pytest.approx(0, abs=1e-9)

    def test_columns_that_it_reads_must_be_there(self, data, told):
        X, y = data
        with pytest.raises(InvalidInputError, match="teacher: X has no column 'llm'"):
            told.predict(X.drop(columns="llm"))
        with pytest.raises(InvalidInputError, match="X: has no column 'age'"):
            told.predict(X.drop(columns="age"))
        with pytest.raises(InvalidInputError, match="not a question's"):
            quick(opinion=True).fit(X.rename(columns={"falls": BEYOND}), y)

    def test_it_is_zero_where_it_was_not_asked_for(self, both):
        assert both.opinion_ == 0
        assert (BEYOND,) not in both.terms_

    def test_asked_for_after_fit_it_is_refused(self, data):
        X, y = data
        model = quick(strategy="gold").fit(X, y).set_params(opinion=True)
        with pytest.raises(InvalidInputError, match="no distilled twin to hold it against; fit with opinion=True"):
            model.predict(X)

    def test_gold_labels_alone_with_an_opinion(self, data):
        X, y = data
        model = quick(strategy="gold", opinion=True).fit(X, y)
        assert model.trust_ == 0
        assert model.opinion_ > 0
        assert np.isfinite(model.decision_function(X)).all()

    @pytest.mark.parametrize("form", FORMS[2:], ids=["tree", "score"])
    def test_forms_that_do_not_add_up_have_none(self, data, form):
        X, y = data
        with pytest.raises(InvalidInputError, match=f"opinion: {type(form).__name__} cannot take one more term"):
            DistilledClassifier(form, opinion=True).fit(X, y)


class TestTheGlassBox:
    @every_form
    def test_contributions_add_up_and_card_and_folder_say_the_same(self, data, form, tmp_path):
        X, y = data
        words = y.map({0: "stays", 1: "leaves"}).where(np.arange(150) < 80)
        model = DistilledClassifier(form, classes=("stays", "leaves"), splits=2).fit(X, words)
        total = model.contributions(X).sum(axis=1) + model.intercept_
        np.testing.assert_allclose(total, model.decision_function(X), atol=1e-9)
        assert model.contributions(X).index.equals(X.index)
        assert model.view().outcome == "leaves"
        assert set(model.predict(X)) == {"stays", "leaves"} == set(model.glass_box_.classes_)
        questions = X.drop(columns="llm")
        save_model(tmp_path / "model", model.glass_box_)
        for card in (score_card(model.glass_box_), load_model(tmp_path / "model").card):
            np.testing.assert_allclose(card.probability(questions), model.predict_proba(X), atol=1e-9)

    @every_form
    def test_it_counts_each_document_once(self, data, form):
        X, _ = data
        model = DistilledClassifier(form, classes=(0, 1), measure_fidelity=False).fit(X)
        steps = [step.documents for shape in model.view().shapes for step in shape.steps]
        assert 0 < max(steps) <= 150

    def test_an_ebm_keeps_its_pairs_and_directions(self, data):
        X, y = data
        form = EBMClassifier([("age", "pain")], monotone_constraints={"age": 1}, outer_bags=2, max_rounds=30)
        model = DistilledClassifier(form, splits=2).fit(X, partly(y, 100))
        assert ("age", "pain") in model.terms_
        single = DistilledClassifier(
            EBMRegressor(monotone_constraints={"age": 1}, outer_bags=2, max_rounds=30), splits=2
        ).fit(X, partly(y, 100))
        rising = pd.concat([X.iloc[[0]]] * 40).assign(age=np.linspace(20, 80, 40))
        assert (np.diff(single.decision_function(rising)) >= -1e-12).all()
        total = model.contributions(X).sum(axis=1) + model.intercept_
        np.testing.assert_allclose(total, model.decision_function(X), atol=1e-9)
        assert model.spread(X).shape == model.contributions(X).shape

    def test_all_four_ways_add_up_to_one_curve_per_question(self, data):
        X, y = data
        model = DistilledClassifier(QUICK, splits=2).fit(X, y)
        assert model.candidates_.index.tolist() == ["distilled", "soft", "corrected", "gold"]
        assert [shape.questions for shape in model.view().shapes if len(shape.questions) == 1]
        assert sorted(model.terms_) == [("age",), ("falls",), ("pain",)]

    def test_a_tree_keeps_the_best_way_alone_and_says_rules_of_documents(self, data):
        X, y = data
        model = DistilledClassifier(ShallowTreeClassifier(max_depth=1), strategy="distilled").fit(X, y)
        counts = [rule.rsplit(" of ", 1)[1].rstrip(")") for rule in model.view().rules]
        assert sum(map(int, counts)) == 150
        chosen = DistilledClassifier(ShallowTreeClassifier()).fit(X, y)
        assert chosen.candidates_["slope"].sum() == 1
        assert chosen.strategy_ == chosen.candidates_["log_loss"].idxmin()

    def test_without_a_form_it_is_an_ebm(self, data):
        X, _ = data
        model = DistilledClassifier(classes=(0, 1), measure_fidelity=False).fit(X)
        (part,) = model.glass_box_.parts
        assert isinstance(part[1], EBMRegressor)


class TestFidelity:
    def test_it_is_measured_on_documents_held_out(self, data):
        X, _ = data
        silent = X.assign(llm=X["llm"].where(np.arange(150) >= 30))
        model = quick(classes=(0, 1)).fit(silent)
        assert model.fidelity_.documents == 120
        questions = X.drop(columns="llm")[30:]
        odds = logit(X["llm"].clip(0.005, 0.995))[30:]
        seen = np.corrcoef(SparseLinearRegressor().fit(questions, odds).predict(questions), odds)[0, 1]
        assert 0.8 < model.fidelity_.correlation < seen
        assert {one.question for one in model.fidelity_.departures} == {"age", "pain", "falls"}

    def test_it_is_left_out_on_request_where_nothing_has_to_be_chosen(self, data):
        X, y = data
        model = quick(classes=(0, 1), measure_fidelity=False).fit(X)
        assert (model.fidelity_.documents, model.fidelity_.departures) == (0, ())
        assert quick(measure_fidelity=False).fit(X, y).fidelity_.documents == 150

    def test_a_bend_that_a_straight_line_cannot_follow_is_found(self):
        random = np.random.default_rng(3)
        X = pd.DataFrame({"age": random.uniform(20, 80, 300).round(), "pain": random.choice(["no", "yes"], 300)})
        odds = ((X["age"] - 50) / 15) ** 2 - 1.3 + (X["pain"] == "yes") + random.normal(0, 0.4, 300)
        model = quick(classes=(0, 1)).fit(X.assign(llm=expit(odds)))
        marked = [one for one in model.fidelity_.departures if one.marked]
        assert {one.question for one in marked} == {"age"}
        assert [one.mean > 0 for one in model.fidelity_.departures[:4]] == [True, False, False, True]


class TestEstimatorGrammar:
    def test_clones_keep_their_settings_and_nothing_learnt(self, both):
        copy = clone(both)
        assert {**copy.get_params(), "glass_box": None} == {**both.get_params(), "glass_box": None}
        assert copy.get_params()["glass_box__max_terms"] == SPARSE.max_terms
        assert not hasattr(copy, "glass_box_")

    def test_fitting_leaves_the_form_given_as_it_was(self, both):
        assert both.glass_box is SPARSE
        assert not hasattr(SPARSE, "classes_")

    @pytest.mark.parametrize("opinion", [False, True])
    def test_pickled_it_says_the_same(self, data, opinion):
        X, y = data
        model = quick(opinion=opinion).fit(X, partly(y))
        again = pickle.loads(pickle.dumps(model))  # noqa: S301
        np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
        assert again.fidelity_ == model.fidelity_

    def test_cross_validation_takes_labels_with_gaps(self, data):
        X, y = data
        gold = y.astype(object).to_numpy(copy=True)
        gold[:40] = None
        model = quick(classes=(0, 1))
        assert np.mean(cross_val_predict(model, X, gold, cv=KFold(3)) == y) > 0.7
        found = cross_val_predict(quick(), X, y, cv=3, method="predict_proba")
        assert found.shape == (150, 2)
        np.testing.assert_allclose(found.sum(axis=1), 1)

    def test_the_seed_settles_everything(self, data, both):
        X, y = data
        again, other = (quick(random_state=seed).fit(X, y) for seed in (0, 1))
        np.testing.assert_array_equal(again.predict_proba(X), both.predict_proba(X))
        assert again.candidates_.equals(both.candidates_)
        assert not other.candidates_.equals(both.candidates_)

    def test_before_fit_nothing_is_said(self, data):
        X, _ = data
        model = DistilledClassifier()
        for asked in (model.predict, model.predict_proba, model.contributions, model.spread):
            with pytest.raises(NotFittedError, match="DistilledClassifier is not fitted yet"):
                asked(X)
        with pytest.raises(NotFittedError):
            model.view()
        assert not hasattr(model, "terms_")


class TestTables:
    def test_indexes_that_name_documents_twice_do_not_matter(self, data, both):
        X, y = data
        index = ["a"] * 75 + ["b"] * 75
        model = quick().fit(X.set_axis(index), y.set_axis(index))
        np.testing.assert_array_equal(model.predict_proba(X), both.predict_proba(X))

    def test_labels_in_another_order_are_refused(self, data):
        X, y = data
        with pytest.raises(InvalidInputError, match=r"pass y.loc\[X.index\]"):
            quick().fit(X, y.iloc[::-1])

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda X: X.to_numpy(), "X: got ndarray; a DataFrame is expected"),
            (lambda X: X.drop(columns="llm"), "teacher: X has no column 'llm'"),
            (lambda X: pd.concat([X, X[["llm"]]], axis=1), "llm: there are several columns of that name"),
            (lambda X: pd.concat([X, X[["age"]]], axis=1), "column 'age' is there twice"),
            (lambda X: X[["llm"]], "0 feature"),
            (lambda X: X.iloc[:0], "y: got 150 labels for 0 documents"),
        ],
    )
    def test_tables_that_cannot_be_used_are_refused(self, data, change, said):
        X, y = data
        with pytest.raises(InvalidInputError, match=said):
            quick().fit(change(X), y.to_numpy())

    def test_a_question_that_is_gone_is_named(self, data, both):
        X, _ = data
        with pytest.raises(InvalidInputError, match="now missing:\n- age"):
            both.predict(X.drop(columns="age"))

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"strategy": "best"}, "strategy: got 'best'; allowed are 'auto', 'distilled'"),
            ({"strategy": "corrected"}, "strategy: got 'corrected', which needs an EBM; for SparseLinearClassifier"),
            ({"splits": 1}, "splits: got 1"),
            ({"random_state": None}, "random_state: got None"),
            ({"teacher": []}, "teacher: got no column"),
            ({"classes": (0, 0)}, "classes: got"),
        ],
    )
    def test_settings_that_cannot_be_used_are_refused(self, data, settings, said):
        X, y = data
        with pytest.raises(InvalidInputError, match=said):
            quick(**settings).fit(X, y)
        with pytest.raises(InvalidTypeError, match="glass_box: got str"):
            DistilledClassifier("ebm").fit(X, y)

    @pytest.mark.parametrize("strategy", ["gold", "corrected"])
    def test_a_way_that_needs_more_labels_says_so(self, data, strategy):
        X, y = data
        with pytest.raises(InvalidInputError, match=f"'{strategy}' needs at least 10 gold labels.*y has 9"):
            DistilledClassifier(QUICK, strategy=strategy).fit(X, partly(y, 9))
