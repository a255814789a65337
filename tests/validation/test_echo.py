"""Label echo: planted in the outcome and in the answers it is found; honest answers raise no alarm."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from pellucid.exceptions import InvalidInputError
from pellucid.schema import FindingKind
from pellucid.validation._echo import Told, label_echo


def fitted(table, target):
    """Weights and level of a logistic regression with scikit-learn's penalty, by Newton's steps: quick."""
    design = np.column_stack([table, np.ones(len(table))])
    penalty = np.diag([*np.ones(table.shape[1]), 0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(8):
        p = expit(design @ weights)
        slope = design.T @ (p - target) + penalty @ weights
        weights -= np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + penalty, slope)
    return weights


def held_out(table, target):
    """Probabilities of logistic regressions that have not seen the row, in five folds."""
    found, fold = np.empty(len(table)), np.arange(len(table)) % 5
    for one in range(5):
        weights = fitted(table[fold != one], target[fold != one])
        found[fold == one] = expit(table[fold == one] @ weights[:-1] + weights[-1])
    return found


def told(table, verdict, y):
    return Told(*(held_out(table, target) for target in ((verdict >= 0.5).astype(int), y)))


def world(seed, echo=0.0, n=400, errors=0.05):
    """Facts, a verdict and an outcome that follow from them and from more, and answers that may lean on the verdict."""
    rng = np.random.default_rng(seed)
    facts = (rng.random((n, 6)) < 0.5).astype(float)
    verdict = expit(facts @ np.array([1.5, 1.2, 1, 0.8, 0.5, 0.5]) - 2.75 + rng.normal(0, 1, n))
    y = (rng.random(n) < expit(facts @ np.array([1.2, 1, 1, 0.5, 0.5, 0.5]) - 2.35 + rng.normal(0, 0.5, n))).astype(int)
    answers = np.where(rng.random((n, 6)) < errors, 1 - facts, facts)
    answers = np.where(rng.random((n, 6)) < echo, (verdict >= 0.5)[:, None], answers)
    words = np.where(rng.random((n, 6)) < 0.25, 1 - facts, facts)  # what a word count makes of the text
    return y, verdict, *(told(table, verdict, y) for table in (answers, facts, words))


def test_the_quick_regression_is_scikit_learns():
    rng = np.random.default_rng(0)
    table, target = rng.normal(size=(80, 4)), rng.integers(0, 2, 80)
    slow = LogisticRegression(tol=1e-8).fit(table, target)
    np.testing.assert_allclose(fitted(table, target), [*slow.coef_[0], *slow.intercept_], atol=1e-4)


def test_a_planted_echo_in_the_answers_is_found_against_facts_and_against_text():
    for seed in range(3):
        for kind, echo, n in (("facts", 0.3, 400), ("text", 0.5, 2_000)):
            y, verdict, answers, facts, words = world(seed, echo=echo, n=n)
            baseline = facts if kind == "facts" else words
            looked = label_echo(y, verdict, answers=answers, baseline=baseline, kind=kind, draws=200)
            assert [(one.kind, one.subject) for one in looked.alarms] == [(FindingKind.LABEL_ECHO, "answers")], kind
            assert kind in looked.looked_for()


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["facts", "text"])
def test_honest_answers_raise_at_most_one_alarm_in_twenty(kind):
    alarms = 0
    for seed in range(100):
        y, verdict, answers, facts, words = world(seed)
        baseline = facts if kind == "facts" else words
        alarms += bool(label_echo(y, verdict, answers=answers, baseline=baseline, kind=kind, draws=200).alarms)
    assert alarms <= 5


def test_a_few_honest_worlds_raise_no_alarm():
    for seed in range(600, 604):
        y, verdict, answers, facts, words = world(seed)
        assert not label_echo(y, verdict, answers=answers, baseline=facts, draws=200).alarms
        assert not label_echo(y, verdict, answers=answers, baseline=words, kind="text", draws=200).alarms


def test_an_outcome_that_is_the_verdict_is_an_alarm():
    rng = np.random.default_rng(0)
    verdict = rng.random(300)
    y = np.where(rng.random(300) < 0.01, rng.integers(0, 2, 300), verdict > 0.5).astype(int)
    looked = label_echo(y, verdict)
    assert [(one.subject, one.alarm) for one in looked.findings] == [("outcome", True)]
    assert "memorised" in looked.findings[0].said
    assert not label_echo(rng.integers(0, 2, 300), verdict).findings


def test_a_small_lean_is_named_without_alarm():
    rng = np.random.default_rng(1)
    y, verdict = rng.integers(0, 2, 2_000), rng.random(2_000)
    label = verdict >= 0.5
    score = label + rng.normal(0, 1, 2_000)
    outcome = y + rng.normal(0, 1, 2_000)
    looked = label_echo(
        y, verdict, answers=Told(score + 0.04 * label, outcome), baseline=Told(score, outcome), draws=200
    )
    assert [(one.subject, one.alarm) for one in looked.findings] == [("answers", False)]
    assert "not an alarm" in looked.findings[0].said


def test_a_source_that_may_be_at_chance_gives_no_ratio():
    rng = np.random.default_rng(2)
    y, verdict, answers, _, _ = world(0)
    chance = Told(rng.random(400), rng.random(400))
    assert not label_echo(y, verdict, answers=answers, baseline=chance, kind="text", draws=200).findings


def test_repeats_are_averaged_and_the_same_seed_gives_the_same_finding():
    y, verdict, answers, facts, _ = world(1, echo=0.3)
    twice = Told(*(np.stack([one, one]) for one in answers))
    once = label_echo(y, verdict, answers=answers, baseline=facts, draws=200, seed=4)
    assert label_echo(y, verdict, answers=twice, baseline=facts, draws=200, seed=4) == once
    assert once.findings


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"baseline": None}, "give both or none"),
        ({"kind": "guess"}, "kind"),
        ({"draws": 3}, "draws"),
        ({"y": np.arange(400) % 3}, "got 3 classes"),
        ({"verdict": np.full(400, 2.0)}, "verdict: one probability"),
        ({"verdict": np.full(400, 0.2)}, "fewer than 5 documents"),
        ({"answers": Told(np.zeros(3), np.zeros(400))}, "answers, baseline: got predictions"),
    ],
)
def test_what_cannot_be_tested_is_refused(change, message):
    y, verdict, answers, facts, _ = world(0)
    given = {"y": y, "verdict": verdict, "answers": answers, "baseline": facts, **change}
    with pytest.raises(InvalidInputError, match=message):
        label_echo(given.pop("y"), given.pop("verdict"), **given)
