"""Where a glass box departs from the language model."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit

from pellucid.glassbox import SparseLinearClassifier
from pellucid.labeling import DistilledClassifier
from pellucid.labeling._fidelity import fidelity
from pellucid.schema import NOT_STATED


def answers(n, seed=0, questions=8):
    random = np.random.default_rng(seed)
    X = pd.DataFrame({f"q{place}": random.choice(["no", "yes", None], n) for place in range(questions - 2)})
    return X.assign(age=random.normal(50, 10, n).round(), falls=random.poisson(0.3, n))


def said_of(found, question):
    return [one.said for one in found.departures if one.question == question]


def test_figures_over_all_documents_are_those_worked_out_by_hand():
    theirs, ours = np.array([1.0, -1.0, 3.0, np.nan, 0.5]), np.array([0.5, -1.5, 1.0, 9.0, -0.5])
    found = fidelity(pd.DataFrame({"q": list("aabba")}), theirs, ours)
    assert found.documents == 4
    assert found.level == pytest.approx((0.5 + 0.5 + 2 + 1) / 4)
    assert found.mean_absolute == pytest.approx(1.0)
    assert found.agreement == 0.75
    assert found.correlation == pytest.approx(np.corrcoef([1, -1, 3, 0.5], [0.5, -1.5, 1, -0.5])[0, 1])
    assert [(one.said, one.documents, one.mean) for one in found.departures] == [
        ("a", 3, pytest.approx((0.5 + 0.5 + 1) / 3 - 1)),
        ("b", 1, pytest.approx(2 - 1)),
    ]


def test_an_interval_and_a_test_are_those_of_student():
    random = np.random.default_rng(0)
    theirs = random.normal(0, 1, 40)
    found = fidelity(pd.DataFrame({"q": ["a"] * 15 + ["b"] * 25}), theirs, np.zeros(40))
    gap = theirs - theirs.mean()
    for one, group in zip(found.departures, (gap[:15], gap[15:]), strict=True):
        expected = stats.ttest_1samp(group, 0)
        limits = expected.confidence_interval(0.95)
        assert (one.low, one.high) == (pytest.approx(limits.low), pytest.approx(limits.high))
        assert one.p >= expected.pvalue
    plain = sorted(stats.ttest_1samp(group, 0).pvalue for group in (gap[:15], gap[15:]))
    assert min(one.p for one in found.departures) == pytest.approx(min(2 * plain[0], 1))  # Holm


def test_a_planted_departure_is_found_and_no_other():
    X = answers(300)
    random = np.random.default_rng(1)
    ours = random.normal(0, 1, 300)
    theirs = ours + 0.7 + random.normal(0, 0.5, 300) + 0.6 * (X["q2"] == "yes")
    found = fidelity(X, theirs, ours)
    marked = [(one.question, one.said) for one in found.departures if one.marked]
    assert ("q2", "yes") in marked
    assert {question for question, _ in marked} == {"q2"}
    (yes,) = [one for one in found.departures if (one.question, one.said) == ("q2", "yes")]
    assert yes.low < 0.6 * (1 - (X["q2"] == "yes").mean()) < yes.high


def test_a_departure_in_a_range_of_numbers_is_found():
    X = answers(300)
    random = np.random.default_rng(1)
    theirs = random.normal(0, 0.5, 300) + (X["age"] > 60)
    marked = [one for one in fidelity(X, theirs, np.zeros(300)).departures if one.marked]
    assert {one.question for one in marked} == {"age"}
    assert max(marked, key=lambda one: one.mean).said.startswith("≥ ")


@pytest.mark.slow
@pytest.mark.no_cover
def test_on_clean_data_one_in_twenty_tables_at_most_has_a_mark():
    hits = []
    for seed in range(120):
        random = np.random.default_rng((seed, 1))
        ours = random.normal(0, 1, 150)
        theirs = ours + 0.5 + random.standard_t(5, 150) * 0.4
        hits.append(any(one.marked for one in fidelity(answers(150, seed), theirs, ours).departures))
    assert np.mean(hits) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 120)


@pytest.mark.slow
@pytest.mark.no_cover
def test_a_form_that_can_follow_the_language_model_is_seldom_marked():
    hits = []
    for seed in range(25):
        random = np.random.default_rng((seed, 2))
        X = answers(150, seed, questions=5).drop(columns=["age", "falls"])
        odds = (X == "yes").to_numpy() @ [1.0, -0.5, 0.7] - 0.5 + random.normal(0, 0.6, 150)
        model = DistilledClassifier(SparseLinearClassifier(), classes=(0, 1)).fit(X.assign(llm=expit(odds)))
        hits.append(any(one.marked for one in model.fidelity_.departures))
    assert np.mean(hits) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 25)


@pytest.mark.parametrize("off", [0.0, 0.1, 1e6], ids=str)
def test_an_equal_distance_everywhere_is_no_departure_whatever_the_rounding(off):
    theirs = np.random.default_rng(0).normal(0, 1, 100)
    found = fidelity(pd.DataFrame({"q": ["a", "b"] * 50}), theirs, theirs - off)
    assert found.level == pytest.approx(off)
    assert not any(one.marked for one in found.departures)


def test_too_few_documents_have_a_mean_and_no_test():
    found = fidelity(pd.DataFrame({"q": ["a"] * 7 + ["b"] * 13}), np.arange(20.0), np.zeros(20))
    assert [(one.p is None, one.low is None) for one in found.departures] == [(True, True), (False, False)]


def test_where_one_of_the_two_does_not_vary_there_is_no_correlation():
    X = pd.DataFrame({"q": ["a", "b"] * 5})
    assert fidelity(X, np.arange(10.0), np.zeros(10)).correlation is None
    assert fidelity(X[:1], np.ones(1), np.zeros(1)).correlation is None
    assert fidelity(X, np.arange(10.0), -2 * np.arange(10.0)).correlation == pytest.approx(-1)


def test_without_any_document_there_is_nothing():
    found = fidelity(pd.DataFrame({"q": ["a", "b"]}), np.full(2, np.nan), np.zeros(2))
    assert (found.documents, found.correlation, found.departures) == (0, None, ())


class TestKindsOfAnswers:
    def said(self, values):
        X = pd.DataFrame({"q": values})
        found = fidelity(X, np.arange(float(len(X))), np.zeros(len(X)))
        assert sum(one.documents for one in found.departures) == len(X)
        return {one.said: one.documents for one in found.departures}

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (["no", "yes", None, "no"], {"no": 2, "yes": 1, NOT_STATED: 1}),
            (["no", "yes", NOT_STATED, None], {"no": 1, NOT_STATED: 2, "yes": 1}),
            ([True, False, True], {"False": 1, "True": 2}),
            (pd.Series([True, None, True], dtype="boolean"), {"True": 2, NOT_STATED: 1}),
            (pd.Categorical(["low", "high", None], ["low", "middle", "high"]), {"low": 1, "high": 1, NOT_STATED: 1}),
            (pd.Categorical([2, 10, 2]), {"2": 2, "10": 1}),
            ([1.0, 2.0, 2.5, np.nan], {"1": 1, "2": 1, "2.5": 1, NOT_STATED: 1}),
            (pd.Series([1, 2, None], dtype="Int64"), {"1": 1, "2": 1, NOT_STATED: 1}),
            ([np.nan] * 3, {NOT_STATED: 3}),
            ([7] * 3, {"7": 3}),
        ],
        ids=["text", "level", "bool", "boolean", "category", "numbers", "few", "Int64", "none", "one"],
    )
    def test_few_different_answers_stay_as_they_are(self, values, expected):
        assert self.said(values) == expected

    def test_an_order_of_levels_is_kept(self):
        X = pd.DataFrame({"q": pd.Categorical(["high", "low"], ["low", "high"], ordered=True)})
        assert said_of(fidelity(X, np.arange(2.0), np.zeros(2)), "q") == ["low", "high"]

    def test_numbers_are_cut_into_four_ranges_of_about_as_many(self):
        assert self.said(range(20)) == {"< 5": 5, "5 to < 10": 5, "10 to < 15": 5, "≥ 15": 5}

    def test_where_most_have_the_lowest_number_it_stands_apart(self):
        assert self.said([0] * 90 + [1, 2, 3, 4, 5, 5]) == {"< 1": 90, "≥ 1": 6}
        assert self.said([0] * 60 + [1] * 20 + [2, 3, 4, 5] * 5) == {"< 1": 60, "≥ 1": 40}
        assert self.said([9] * 90 + [1, 2, 3, 4, 5]) == {"< 9": 5, "≥ 9": 90}

    def test_ranges_are_made_of_stated_numbers_only(self):
        assert self.said([*range(20), None]) == {"< 5": 5, "5 to < 10": 5, "10 to < 15": 5, "≥ 15": 5, NOT_STATED: 1}
