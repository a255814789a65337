"""Rare answers with one outcome only: a copy of the outcome in 5% of the documents is found."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import nchypergeom_fisher

from pellucid.exceptions import InvalidInputError
from pellucid.validation._pure_levels import FACTOR, _dealt_chance, _subsets, pure_level_leaks


def clean(seed, n=1_000, strong=1.0):
    """Twelve honest questions of all kinds, some rare, some strong, some often silent, and the outcome."""
    rng = np.random.default_rng(seed)
    columns, odds = {}, np.full(n, -1.5)
    for at in range(12):
        if at % 4 == 0:
            values = rng.normal(60, 10, n).round()
            effect = (values - 60) / 10 * rng.choice([0, 0.3, 0.6, 1.0])
        elif at % 4 == 1:
            held = rng.random(n) < rng.choice([0.03, 0.1, 0.3])
            values, effect = np.where(held, "yes", "no").astype(object), held * rng.choice([0, 0.5, 1.0, 1.6])
        elif at % 4 == 2:
            option = rng.choice(5, n, p=rng.dirichlet(np.ones(5)))
            values, effect = np.array(list("abcde"), dtype=object)[option], rng.normal(0, 0.8, 5)[option]
        else:
            held = rng.random(n) < 0.4
            values, effect = np.where(held, "yes", "no").astype(object), held * rng.choice([0, 1.0])
            values[rng.random(n) < rng.choice([0.05, 0.3, 0.9])] = None
        columns[f"q{at}"], odds = values, odds + strong * effect
    return pd.DataFrame(columns), (rng.random(n) < expit(odds)).astype(int)


def planted(seed, kind, n=1_000):
    """The same with a question that copies the outcome in 5% of the documents."""
    X, y = clean(seed, n)
    rng = np.random.default_rng(seed + 10_000)
    copied, word = rng.random(n) < 0.05, np.where(y == 1, "done", "kept").astype(object)
    honest = rng.choice(["a", "b"], n).astype(object)
    X["late"] = {
        "answered only then": np.where(copied, word, None),
        "options of its own": np.where(copied, word, honest),
        "numbers of its own": np.where(copied, 1.0 * y, rng.normal(10, 2, n).round(2)),
    }[kind]
    return X, y


@pytest.mark.parametrize("kind", ["answered only then", "options of its own"])
def test_an_answer_that_copies_the_outcome_in_one_of_twenty_documents_is_an_alarm(kind):
    for seed in range(5):
        looked = pure_level_leaks(*planted(seed, kind))
        assert [one.subject for one in looked.alarms] == ["late"]
        assert 0.03 < looked.alarms[0].figure.value < 0.07
        assert len(looked.alarms[0].documents) == 20


def test_a_copy_among_numbers_is_at_least_named():
    for seed in range(5):
        assert "late" in [one.subject for one in pure_level_leaks(*planted(seed, "numbers of its own")).findings]


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(("n", "strong"), [(300, 1.0), (300, 1.6), (1_000, 1.6)])
def test_clean_data_raise_at_most_one_alarm_in_twenty(n, strong):
    assert sum(bool(pure_level_leaks(*clean(seed, n, strong)).alarms) for seed in range(100)) <= 5


def test_a_few_clean_data_sets_raise_no_alarm():
    assert not any(pure_level_leaks(*clean(seed)).alarms for seed in range(500, 508))


def test_a_status_and_a_pattern_of_missing_answers_can_be_the_leak():
    X, y = clean(1, n=800)
    late = (y == 1) & (np.random.default_rng(2).random(800) < 0.2)
    status = pd.DataFrame("answered", index=X.index, columns=X.columns)
    status.loc[late, "q0"] = "unreadable"
    assert "q0" in [one.subject for one in pure_level_leaks(X, y, statuses=status).alarms]
    X = X[["q0", "q1", "q4"]]
    X = X.mask(np.outer(late, [name in ("q0", "q4") for name in X.columns]))
    assert "which answers are missing" in [one.subject for one in pure_level_leaks(X, y).alarms]


def test_a_common_pure_level_is_an_alarm_too():
    X, y = clean(3)
    X["half"] = np.where((y == 1) & (np.arange(len(y)) % 2 == 0), "seen", "other")
    assert "half" in [one.subject for one in pure_level_leaks(X, y).alarms]


def test_a_group_counts_once():
    groups = np.repeat(np.arange(10), 40)
    y = groups % 2
    X = pd.DataFrame({"site": [f"s{group}" for group in groups]})
    assert pure_level_leaks(X, y).alarms
    assert not pure_level_leaks(X, y, groups=groups).findings


def test_more_than_two_classes_are_tested_level_by_level():
    y = np.random.default_rng(5).integers(0, 3, 600)
    X = pd.DataFrame({"late": np.where((y == 2) & (np.arange(600) % 5 == 0), "x", "y")})
    assert [one.subject for one in pure_level_leaks(X, y, ids=[f"d{at}" for at in range(600)]).alarms] == ["late"]


def test_the_ways_to_be_pure_are_those_of_counting_all_deals():
    for sizes in ([2, 3, 4], [2, 2, 2, 3], [5, 5], [2, 3, 3, 4]):
        owners = np.repeat(np.arange(len(sizes)), sizes)
        for events in range(1, sum(sizes)):
            pure = 0
            for chosen in combinations(range(sum(sizes)), events):
                hit = np.bincount(owners[list(chosen)], minlength=len(sizes))
                pure += all(count in (0, size) for count, size in zip(hit, sizes, strict=True))
            assert _subsets(sizes, events) == pure


def test_the_chance_of_a_pure_deal_is_the_noncentral_hypergeometric_one():
    assert _dealt_chance(15, 3, 1, 1.0) == pytest.approx(1 / 455)
    assert _dealt_chance(20, 8, 1, FACTOR) == pytest.approx(nchypergeom_fisher(20, 8, 8, FACTOR).pmf(8))
    assert _dealt_chance(20, 8, 0, FACTOR) == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"X": [[1]]}, "a DataFrame"),
        ({"statuses": pd.DataFrame({"b": ["answered"] * 4})}, "statuses: got shape"),
        ({"groups": [1]}, "groups: got 1"),
        ({"ids": ["a"]}, "ids: got 1"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    given = {"X": pd.DataFrame({"a": [1, 2, 3, 4]}), **arguments}
    with pytest.raises(InvalidInputError, match=message):
        pure_level_leaks(given.pop("X"), np.array([0, 1, 0, 1]), **given)
