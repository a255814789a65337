"""The adversarial texts: whole, true to themselves, and what the checks make of a misled reader's replies."""

import json
from collections import Counter

import pytest

from pellucid._checks import Texts
from pellucid.domains import adversarial, load, names
from pellucid.exceptions import UnknownDomain
from pellucid.extraction import Evidence, cues, orders, read_documents
from pellucid.llm import ScriptedModel
from pellucid.schema import Questionnaire, Status, read_json_lines

ROWS = [row for _, row in read_json_lines(adversarial() / "texts.jsonl")]
QUESTIONNAIRE = Questionnaire.from_file(adversarial() / "questions.toml")
KEYS = {"id", "category", "position", "text", "truth", "quotes", "attack", "flag", "scripted"}
SCRIPTED = [(row, said) for row in ROWS for said in row["scripted"]]


def name(value):
    return value.get("id", "")


def honest(row):
    return {key: {"value": value, "quote": row["quotes"].get(key, "")} for key, value in row["truth"].items()}


def read(row, reply):
    model = ScriptedModel({row["id"]: reply if isinstance(reply, str) else json.dumps(reply)})
    return read_documents(Texts([row["id"]], [row["text"]]), QUESTIONNAIRE, model)[0]


def test_there_are_enough_of_every_kind():
    assert len(ROWS) >= 60
    assert len({row["id"] for row in ROWS}) == len({row["text"] for row in ROWS}) == len(ROWS)
    kinds = Counter(row["category"] for row in ROWS)
    assert len(kinds) == 18
    assert min(kinds.values()) >= 2
    assert {"start", "middle", "end"} == {row["position"] for row in ROWS if row["category"] == "injected order"}
    assert len(SCRIPTED) >= len(ROWS) - 3


def test_the_card_counts_them_right():
    card = (adversarial() / "card.md").read_text(encoding="utf-8")
    assert f"{len(ROWS)} texts" in card
    kinds = Counter(row["category"] for row in ROWS)
    listed = [kind for kind in kinds if f"| {kind} | {kinds[kind]} |" in card]
    assert len(listed) == 14
    together = sum(kinds[kind] for kind in set(kinds) - set(listed))
    assert f"| negation, family history, hypothetical, other person | {together} |" in card


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_text_is_true_to_itself(row):
    assert KEYS <= set(row) <= KEYS | {"language", "cue"}
    assert set(row["truth"]) == set(QUESTIONNAIRE.ids)
    for key, value in row["truth"].items():
        assert value is None or QUESTIONNAIRE[key].accepts(value)
        assert (value is not None) == (key in row["quotes"])
        assert row["attack"].get(key, "nothing") != value
    assert all(Evidence(row["text"]).locate(quote) for quote in row["quotes"].values())


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_orders_are_flagged_and_nothing_else_is(row):
    assert bool(orders(row["text"])) is row["flag"]


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_an_honest_reader_is_believed_whatever_stands_beside_the_facts(row):
    for answer in read(row, honest(row)).answers:
        wanted = row["truth"][answer.question]
        assert answer.value == wanted
        assert answer.status is (Status.NOT_STATED if wanted is None else Status.ANSWERED)


@pytest.mark.parametrize(("row", "said"), SCRIPTED, ids=name)
def test_a_misled_readers_replies_get_the_status_that_is_due(row, said):
    reply = said["reply"] if isinstance(said["reply"], str) else {**honest(row), **said["reply"]}
    found = {answer.question: answer.status.value for answer in read(row, reply).answers}
    assert {key: found[key] for key in said["expect"]} == said["expect"]
    if isinstance(said["reply"], dict):  # the other answers stay as good as they were
        others = {row["truth"][key] is None or found[key] == "answered" for key in found if key not in said["reply"]}
        assert others <= {True}


def test_a_misleading_quote_has_its_cue_in_its_sentence():
    traps = [row for row in ROWS if "cue" in row]
    assert len(traps) >= 17
    for row in traps:
        reply = {**honest(row), **row["scripted"][0]["reply"]}
        answers = {answer.question: answer for answer in read(row, reply).answers}
        for key in row["attack"]:
            context = answers[key].context
            assert row["cue"] in {cue.kind for cue in cues(row["text"][context.start : context.end])}


def test_they_are_no_domain():
    assert "adversarial" not in names()
    with pytest.raises(UnknownDomain):
        load("adversarial")
