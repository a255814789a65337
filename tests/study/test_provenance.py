"""Digests of what a study was computed from: each changes with its own matter, and with nothing else."""

import shutil

import pytest

from pellucid.domains import load
from pellucid.study._documents import read_domain
from pellucid.study._provenance import traced


def digests(folder, command=""):
    return traced(read_domain(load(folder)), command)


@pytest.fixture
def copied(weather, tmp_path):
    return shutil.copytree(weather, tmp_path / "weather")


def test_everything_has_a_digest_and_the_command_is_kept(weather):
    found = digests(weather, "pellucid demo")
    assert {len(one) for one in (found.documents, found.outcomes, found.questionnaire)} == {64}
    assert set(found.prompts) == {"answers/1", "direct/1"}
    assert set(found.recordings) == {"answers.jsonl", "direct.jsonl"}
    assert found.command == "pellucid demo"
    assert found == digests(weather, "pellucid demo")


def test_a_changed_outcome_changes_its_digest_alone(weather, copied):
    path = copied / "outcomes.csv"
    path.write_text(path.read_text().replace(",1", ",x", 1).replace(",0", ",1", 1).replace(",x", ",0", 1))
    before, after = digests(weather), digests(copied)
    assert before.outcomes != after.outcomes
    assert before.model_copy(update={"outcomes": after.outcomes}) == after


def test_another_wording_of_a_question_changes_questionnaire_and_prompt(weather, copied):
    path = copied / "questions.toml"
    path.write_text(path.read_text().replace('ask = "', 'ask = "Please: ', 1))
    before, after = digests(weather), digests(copied)
    assert before.questionnaire != after.questionnaire
    assert before.prompts["answers/1"] != after.prompts["answers/1"]
    assert before.documents == after.documents
