"""Groups of people: a planted failure is found and named, clean data raise no alarm, sizes are kept."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.metrics import precision_score, recall_score, roc_auc_score

from pellucid.exceptions import InvalidInputError
from pellucid.schema import Answer, Reading, Source
from pellucid.validation._groups import SubgroupRules
from pellucid.validation._subgroups import (
    ANSWERS,
    LENGTH,
    audit_extraction_by_group,
    audit_labels_by_group,
    audit_subgroups,
)

SOURCE = Source(model="demo")


def people(rng, n):
    return pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], n, p=[0.3, 0.7]),
            "origin": rng.choice(list("abcd"), n, p=[0.5, 0.3, 0.12, 0.08]),
            "age": rng.integers(18, 70, n).astype(str),
        }
    )


def honest(seed, n=300):
    """Outcomes, and two contenders whose errors have nothing to do with any group."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1.4, n)
    y = (rng.random(n) < expit(odds)).astype(int)
    noisy = [expit(0.8 * (odds + rng.normal(0, 0.7, n))) for _ in range(2)]
    return y, {"true": expit(odds)[None], "noisy": np.array(noisy)}, people(rng, n)


def row(audit, subject, group):
    (found,) = [one for one in audit.rows if (one.subject, one.group) == (subject, group)]
    return found


def test_figures_are_those_of_scikit_learn_in_every_group():
    y, said, protected = honest(0)
    audit = audit_subgroups(y, said, protected, rules=SubgroupRules(intersections=1))
    for group in ("f", "m"):
        rows = (protected["sex"] == group).to_numpy()
        found = row(audit, "noisy", group)
        assert (found.documents, found.events) == (rows.sum(), y[rows].sum())
        each = [(one[rows], one[rows] >= 0.5) for one in said["noisy"]]
        expected = {
            "auroc": np.mean([roc_auc_score(y[rows], one) for one, _ in each]),
            "selection rate": np.mean([decided.mean() for _, decided in each]),
            "true positive rate": np.mean([recall_score(y[rows], decided) for _, decided in each]),
            "false positive rate": np.mean([1 - recall_score(1 - y[rows], ~decided) for _, decided in each]),
            "in the large": np.mean([(y[rows] - one).mean() for one, _ in each]),
        }
        for name, value in expected.items():
            figure = found.measures[name]
            assert figure.value == pytest.approx(value)
            assert figure.low < figure.value < figure.high
    precise = row(audit, "true", "f").measures["positive predictive value"].value
    rows = (protected["sex"] == "f").to_numpy()
    assert precise == pytest.approx(precision_score(y[rows], said["true"][0, rows] >= 0.5))


@pytest.mark.parametrize("failure", ["shuffled", "shifted", "missed", "alarmed"])
def test_a_planted_failure_in_one_group_is_found_and_named(failure):
    y, said, protected = honest(1, n=600)
    rows = (protected["origin"] == "b").to_numpy()
    broken = said["true"].copy()
    if failure == "shuffled":
        broken[0, rows] = np.random.default_rng(0).permutation(broken[0, rows])
    elif failure == "shifted":
        broken[0, rows] = expit(np.log(broken[0, rows] / (1 - broken[0, rows])) - 2)
    elif failure == "missed":
        broken[0, rows & (y == 1)] *= 0.45
    else:
        broken[0, rows & (y == 0)] = 0.3 + 0.7 * broken[0, rows & (y == 0)]
    audit = audit_subgroups(y, {"broken": broken, **said}, protected)
    assert audit.findings
    assert audit.findings[0].subject == "origin = b"
    assert audit.findings[0].alarm
    assert all(one.said.startswith("broken: ") for one in audit.findings)
    named = {"shuffled": "AUROC", "shifted": "observed share", "missed": "true positive", "alarmed": "false positive"}
    assert any(named[failure] in one.said for one in audit.findings if one.subject == "origin = b")


def test_a_failure_where_two_attributes_meet_is_found_there():
    y, said, protected = honest(2, n=1200)
    rows = ((protected["origin"] == "b") & (protected["sex"] == "f")).to_numpy()
    broken = said["true"].copy()
    broken[0, rows] = 1 - broken[0, rows]
    first = audit_subgroups(y, {"broken": broken}, protected).findings[0]
    assert first.subject == "sex × origin = f × b"


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["independent", "clustered", "other base rates"])
def test_clean_data_raise_an_alarm_in_at_most_one_audit_of_twenty(kind):
    runs, alarms, tests = 40, 0, 0
    for seed in range(runs):
        rng = np.random.default_rng([seed, len(kind)])
        n, who = 300, None
        protected = people(rng, n)
        odds = rng.normal(-1, 1.4, n)
        if kind == "other base rates":
            odds += (
                np.where(protected["origin"] == "a", 0.0, -0.6) + (protected["age"].astype(int).to_numpy() - 40) * 0.02
            )
        if kind == "clustered":
            who = rng.integers(0, 120, n)
            protected = people(rng, 120).iloc[who].reset_index(drop=True)
            odds = rng.normal(-1, 1, 120)[who] + rng.normal(0, 1, n)
        y = (rng.random(n) < expit(odds + (0 if who is None else rng.normal(0, 0.7, 120)[who]))).astype(int)
        audit = audit_subgroups(y, {"model": expit(odds)}, protected, clusters=who, rules=SubgroupRules(draws=40))
        # With other base rates error rates truly differ; only what should not is counted.
        found = [one for one in audit.findings if kind != "other base rates" or " rate is" not in one.said]
        alarms += bool(found)
        tests += len(audit.rows)
    assert tests > 20 * runs
    assert alarms <= 0.05 * runs


def test_clean_data_raise_few_alarms_quickly():
    alarms = 0
    for seed in range(12):
        y, said, protected = honest(seed)
        alarms += bool(audit_subgroups(y, said, protected, rules=SubgroupRules(intersections=1)).findings)
    assert alarms <= 2


def test_a_group_without_enough_of_a_class_has_the_other_figures_only():
    y, said, protected = honest(3)
    rows = np.flatnonzero(protected["sex"] == "f")
    y[rows] = 0
    y[rows[:4]] = 1
    found = row(audit_subgroups(y, said, protected), "true", "f").measures
    assert {name for name, figure in found.items() if figure.value is None} == {"auroc", "true positive rate"}
    assert found["false positive rate"].low is not None


def test_edges_and_clusters_are_taken_and_the_same_seed_gives_the_same():
    y, said, protected = honest(4)
    who = np.array([f"person {n}" for n in np.arange(300) // 3])
    quick = SubgroupRules(draws=100, intersections=1)
    once, again = (
        audit_subgroups(y, said, protected, clusters=who, cuts={"age": (40,)}, rules=quick) for _ in range(2)
    )
    assert once == again
    found = row(once, "true", "below 40").measures
    assert found["selection rate"].method == "percentile bootstrap of clusters"
    reseeded = SubgroupRules(draws=100, intersections=1, seed=9)
    other = audit_subgroups(y, said, protected, clusters=who, cuts={"age": (40,)}, rules=reseeded)
    assert row(other, "true", "below 40").measures["selection rate"] != found["selection rate"]


def test_a_labeler_that_favours_a_group_is_found_and_one_that_abstains_there_too():
    rng = np.random.default_rng(5)
    y, sex = rng.integers(0, 2, 400), rng.choice(["f", "m"], 400)
    fair = np.where(rng.random(400) < 0.1, 1 - y, y)
    harsh = np.where((sex == "f") & (rng.random(400) < 0.6), 1, fair)
    shy = np.where((sex == "f") & (rng.random(400) < 0.4), None, fair)
    audit = audit_labels_by_group(y, {"fair": fair, "harsh": harsh, "shy": shy}, pd.DataFrame({"sex": sex}))
    assert {(one.subject, one.said.split(" is ")[0]) for one in audit.findings} == {
        ("sex = f", "harsh: false positive rate"),
        ("sex = f", "shy: abstention"),
    }
    assert row(audit, "shy", "m").measures["abstention"].value == 0.0
    accurate = row(audit, "fair", "f").measures["accuracy"].value
    assert accurate == pytest.approx((fair == y)[sex == "f"].mean())


def read(number, wrong=(), questions=("age", "pain")):
    answers = [
        Answer(question=name, value=99 if name in wrong else 41, status="answered", source=SOURCE) for name in questions
    ]
    return Reading(document=f"d{number}", answers=answers)


def facts(n, questions=("age",)):
    return pd.DataFrame(dict.fromkeys(questions, 41), index=[f"d{number}" for number in range(n)])


def test_errors_of_extraction_are_found_by_group_by_question_and_by_length():
    rng = np.random.default_rng(6)
    lengths, sex = rng.integers(200, 4000, 400), rng.choice(["f", "m"], 400)
    readings = [
        read(n, wrong=["age"] if lengths[n] > 3000 or rng.random() < 0.03 else [], questions=("age", "dose"))
        for n in range(400)
    ]
    audit = audit_extraction_by_group(
        readings, facts(400, ("age", "dose")), pd.DataFrame({"sex": sex}), lengths=lengths
    )
    first = audit.findings[0]
    assert first.subject.startswith(f"{LENGTH} = ")
    assert first.subject.endswith("and above")
    assert any("wrong answers to age" in one.said for one in audit.findings)
    assert not any("wrong answers to dose" in one.said or one.subject.startswith("sex =") for one in audit.findings)
    found = row(audit, ANSWERS, "all documents").measures
    assert found["share of wrong answers"].value == pytest.approx(found["documents with a wrong answer"].value / 2)
    assert found["share of wrong answers"].method == "percentile bootstrap of clusters"


@pytest.mark.slow
@pytest.mark.no_cover
def test_honest_reading_and_honest_labels_raise_an_alarm_in_at_most_one_audit_of_twenty():
    runs, alarms = 40, 0  # each has two audits
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        protected = people(rng, 300)
        wrong = rng.random(300) < 0.05
        readings = [read(n, wrong=["age"] if wrong[n] else [], questions=("age",)) for n in range(300)]
        lengths = rng.integers(100, 900, 300)
        alarms += bool(
            audit_extraction_by_group(
                readings, facts(300), protected, lengths=lengths, rules=SubgroupRules(draws=40)
            ).findings
        )
        y = rng.integers(0, 2, 300)
        labels = np.where(rng.random(300) < 0.15, 1 - y, y)
        alarms += bool(audit_labels_by_group(y, {"llm": labels}, protected).findings)
    assert alarms <= 0.05 * 2 * runs


def test_what_cannot_be_audited_is_refused():
    y, said, protected = honest(7)
    with pytest.raises(InvalidInputError, match="outcomes 0 and 1 are expected"):
        audit_subgroups(y + 1, said, protected)
    with pytest.raises(InvalidInputError, match="predictions: got none"):
        audit_subgroups(y, {}, protected)
    with pytest.raises(InvalidInputError, match=r"'one' has shape \(1, 3\); \(repeats, 300\)"):
        audit_subgroups(y, {"one": [0.1, 0.2, 0.3]}, protected)
    with pytest.raises(InvalidInputError, match="'one' has 2 values that are missing or no probabilities"):
        audit_subgroups(y, {"one": np.r_[np.nan, 1.5, np.full(298, 0.5)]}, protected)
    with pytest.raises(InvalidInputError, match="protected: got 299 rows for 300 documents"):
        audit_subgroups(y, said, protected.iloc[1:])
    with pytest.raises(InvalidInputError, match=r"clusters: got shape \(2,\)"):
        audit_subgroups(y, said, protected, clusters=[1, 2])
    with pytest.raises(InvalidInputError, match="labels: got none"):
        audit_labels_by_group(y, {}, protected)
    with pytest.raises(InvalidInputError, match="'llm' has 300 values for 300 documents; 0, 1 or None"):
        audit_labels_by_group(y, {"llm": np.full(300, 2)}, protected)


def test_readings_that_cannot_be_held_against_facts_are_refused():
    readings, protected = [read(n) for n in range(3)], pd.DataFrame({"sex": ["f", "m", "m"]})
    with pytest.raises(InvalidInputError, match="readings: got none"):
        audit_extraction_by_group([], facts(3), protected)
    with pytest.raises(InvalidInputError, match="1 documents have none, the first is 'd2'"):
        audit_extraction_by_group(readings, facts(2), protected)
    with pytest.raises(InvalidInputError, match="a column for none of the questions"):
        audit_extraction_by_group(readings, facts(3, ("dose",)), protected)
    with pytest.raises(InvalidInputError, match="different questionnaires"):
        audit_extraction_by_group([*readings[:2], read(2, questions=("pain",))], facts(3), protected)
    with pytest.raises(InvalidInputError, match=r"lengths: got shape \(2,\) for 3 documents"):
        audit_extraction_by_group(readings, facts(3), protected, lengths=[1, 2])
    with pytest.raises(InvalidInputError, match="an attribute is called 'length' already"):
        audit_extraction_by_group(readings, facts(3), protected.rename(columns={"sex": LENGTH}), lengths=[1, 2, 3])
