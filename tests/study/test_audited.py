"""The audit of a domain: everything is looked for, and what is planted is named."""

import json
import shutil

import numpy as np
import pytest

from pellucid import study
from pellucid.domains import load
from pellucid.schema import Audit


@pytest.fixture(scope="session")
def audit(result):
    return result.study.audit


def test_every_test_says_what_it_looked_for(audit):
    said = " ".join(audit.looked_for)
    for word in ("tested alone", "one outcome only", "wording", "quotes", "Copies", "verdict", "permutations"):
        assert word in said


def test_every_question_is_described(audit, result):
    assert [one.question for one in audit.questions] == list(result.study.questionnaire.ids)
    for one in audit.questions:
        assert one.answered.value > 0.5
        assert one.alone.method == "DeLong"
        assert 0 <= one.importance.value <= 1
        assert one.sway > 0
        assert bool(one.values) is not bool(one.quartiles)
    assert sum(one.importance.value for one in audit.questions) <= 1 + 1e-9


def test_permuted_outcomes_are_reported_also_where_all_is_well(audit):
    found = [one for one in audit.findings if one.kind == "signal in permuted labels"]
    assert len(found) == 1
    assert not found[0].alarm


@pytest.fixture
def planted(weather, tmp_path):
    """The small domain, with a question whose answer is the outcome, and groups the outcome depends on."""
    folder = shutil.copytree(weather, tmp_path / "weather")
    outcome = load(folder).outcome()
    path = folder / "recordings" / "answers.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    name = load(folder).questionnaire.ids[0]
    options = load(folder).questionnaire.questions[0]
    for row in rows:
        happened = int(outcome[row["document"]])
        value = (
            (options.options or (False, True))[happened]
            if options.type != "number"
            else (options.minimum or 0) + 10.0 + happened
        )
        row["replies"][name]["value"] = value
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    people = [
        "id,side,code",
        *(f"{document},{'left' if n % 2 else 'right'},{n % 3}" for n, document in enumerate(outcome.index)),
    ]
    (folder / "protected.csv").write_text("\n".join(people) + "\n")
    return load(folder), name


def test_an_answer_that_copies_the_outcome_is_an_alarm_and_groups_are_figured(planted):
    domain, name = planted
    audit = study.run_study(domain, splits=2, repeats=1).study.audit
    leaks = [one for one in audit.findings if one.kind == "leak" and one.alarm]
    assert name in {one.subject for one in leaks}
    assert audit.findings[0].alarm
    assert {row.attribute for row in audit.subgroups} >= {"side", "code"}
    assert {row.group for row in audit.subgroups if row.attribute == "code"} == {"0", "1", "2"}
    assert {row.subject for row in audit.subgroups} >= {"EBM", "direct LLM"}
    assert np.isfinite([row.documents for row in audit.subgroups]).all()


def test_groups_can_be_looked_at_alone(planted):
    read = study.read_domain(planted[0])
    chances = np.linspace(0.1, 0.9, len(read.table))[None]
    found = study.audit_groups(read, {"EBM": chances})
    assert {row.attribute for row in found.subgroups} >= {"side", "code"}
    assert {"EBM", "answers"} <= {row.subject for row in found.subgroups}
    assert study.DIRECT not in {row.subject for row in found.subgroups}
    assert found.looked_for
    assert found.questions == ()


def test_without_groups_of_people_nothing_is_found(weather):
    read = study.read_domain(load(weather))
    assert study.audit_groups(read, {}) == Audit()
