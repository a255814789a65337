"""Runs on permuted outcomes: honest ones give 0.5, those that peek do not."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from pellucid.exceptions import InvalidInputError
from pellucid.validation._permutation import permuted_signal

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 6))
Y = (X[:, 0] + RNG.normal(size=120) > 0).astype(int)
FOLDS = StratifiedKFold(5, shuffle=True, random_state=0)


def area(predicted, y):
    return float(roc_auc_score(y, predicted))


def honest(y):
    return area(cross_val_predict(LogisticRegression(), X, y, cv=FOLDS, method="predict_proba")[:, 1], y)


def peeking(y):
    """Chooses its columns on all documents before the folds are cut."""
    wide = np.random.default_rng(1).normal(size=(len(y), 400))
    best = np.argsort(-np.abs((wide * (y - y.mean())[:, None]).sum(axis=0)))[:10]
    return area(cross_val_predict(LogisticRegression(), wide[:, best], y, cv=FOLDS, method="predict_proba")[:, 1], y)


def test_an_honest_run_gives_one_half_within_two_standard_errors():
    looked = permuted_signal(honest, Y, repeats=20)
    figure = looked.findings[0].figure
    assert not looked.alarms
    assert figure.low <= 0.5 <= figure.high
    assert "within two standard errors" in looked.findings[0].said
    assert "20 permutations" in looked.looked_for()


def test_a_run_that_peeks_is_an_alarm():
    looked = permuted_signal(peeking, Y, repeats=8)
    assert looked.alarms
    assert looked.alarms[0].figure.value > 0.7


def test_clean_runs_alarm_in_at_most_one_of_twenty():
    alarms = 0
    for seed in range(400):
        areas = iter(np.random.default_rng(seed).normal(0.5, 0.05, size=10))
        alarms += bool(permuted_signal(lambda y, areas=areas: float(next(areas)), Y, repeats=10).alarms)
    assert alarms <= 20


def test_figures_below_one_half_are_named_without_alarm():
    looked = permuted_signal(lambda y: 0.45 + 0.001 * y[0], Y)
    assert not looked.alarms
    assert "below 0.5" in looked.findings[0].said


def test_twins_split_over_folds_show_when_whole_groups_exchange_outcomes():
    groups = np.repeat(np.arange(60), 2)
    twins, y = np.repeat(RNG.normal(size=(60, 3)), 2, axis=0), np.repeat(np.array([0, 1] * 30), 2)

    def nearest(permuted):
        found = cross_val_predict(KNeighborsClassifier(1), twins, permuted, cv=FOLDS, method="predict_proba")
        return area(found[:, 1], permuted)

    assert permuted_signal(nearest, y, repeats=6, groups=groups).alarms
    assert not permuted_signal(nearest, y, repeats=6).alarms


def test_the_same_seed_gives_the_same_result_and_labels_are_only_dealt_out_anew():
    seen = []

    def run(y):
        seen.append(y.copy())
        return 0.5

    assert permuted_signal(run, Y, repeats=5, seed=3) == permuted_signal(run, Y, repeats=5, seed=3)
    assert all(sorted(one) == sorted(Y) for one in seen)
    assert len({one.tobytes() for one in seen}) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"repeats": 3}, "repeats"),
        ({"groups": [1]}, "groups: got 1"),
        ({"groups": [1] * 100 + [2] * 20}, "no two are of the same size"),
    ],
)
def test_what_cannot_be_permuted_is_refused(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        permuted_signal(lambda y: 0.5, Y, **arguments)


def test_an_undefined_area_is_refused():
    with pytest.raises(InvalidInputError, match="the AUROC it returned"):
        permuted_signal(lambda y: float("nan"), Y)
