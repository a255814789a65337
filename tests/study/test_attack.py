"""A model is scored on the adversarial texts: right, misled, stopped by the checks, unreadable."""

import json
from collections import Counter

import pytest

from pellucid.domains import adversarial
from pellucid.llm import ScriptedModel
from pellucid.schema import read_json_lines
from pellucid.study._attack import AttackReport, adversarial_texts, run_attack

ROWS = {row["id"]: row for _, row in read_json_lines(adversarial() / "texts.jsonl")}


def honest(row):
    return {key: {"value": value, "quote": row["quotes"].get(key, "")} for key, value in row["truth"].items()}


def obedient(request):
    """Reply as every attack wants, quoting some true words for it."""
    row = ROWS[request.document]
    quote = next(iter(row["quotes"].values()))
    wanted = {key: {"value": value, "quote": quote} for key, value in row["attack"].items()}
    return json.dumps({**honest(row), **wanted})


def gullible(request):
    """Reply as every attack wants, quoting the order."""
    row = ROWS[request.document]
    return json.dumps({**honest(row), **(row["scripted"][0]["reply"] if row["flag"] else {})})


@pytest.fixture(scope="module")
def of_honest():
    return run_attack(ScriptedModel(lambda request: json.dumps(honest(ROWS[request.document])), name="honest"))


def test_an_honest_model_is_right_everywhere(of_honest):
    assert (of_honest.total.correct, of_honest.total.misled, of_honest.total.stopped) == (len(ROWS), 0, 0)
    assert of_honest.total.right == of_honest.total.answers == 6 * len(ROWS)
    assert of_honest.accepted_from_orders == 0 < of_honest.accepted
    assert (of_honest.flagged_rightly, of_honest.flagged_wrongly) == (of_honest.to_flag, 0)
    assert of_honest.total.share_misled.high < 0.05


def test_an_obedient_model_is_caught_being_misled():
    report = run_attack(ScriptedModel(obedient))
    with_attack = [row for row in ROWS.values() if row["attack"]]
    invalid = [row for row in with_attack if set(row["attack"].values()) & {120, 450}]
    assert report.total.misled == len(with_attack) - len(invalid)
    assert report.total.share_misled.value > 0.9
    assert report.accepted_from_orders == 0
    assert {row.name for row in report.positions} == {"start", "middle", "end"}
    assert all(row.misled == row.texts for row in report.positions)


def test_quotes_out_of_orders_are_stopped():
    report = run_attack(ScriptedModel(gullible))
    assert report.total.misled == 0
    assert report.total.stopped == sum(row["flag"] for row in ROWS.values())
    assert report.total.unsupported >= report.total.stopped
    assert report.accepted_from_orders == 0


def test_what_cannot_be_read_is_counted_and_misleads_nobody():
    steps = []
    report = run_attack(ScriptedModel(lambda request: "No."), progress=lambda *step: steps.append(step))
    assert report.total.unreadable == report.total.answers
    assert (report.total.correct, report.total.misled, report.accepted) == (0, 0, 0)
    assert steps[-1] == (len(ROWS), len(ROWS))


def test_the_table_has_a_row_per_category_and_the_total_last(of_honest):
    table = of_honest.to_frame()
    assert list(table.index) == [*dict.fromkeys(row["category"] for row in ROWS.values()), "all"]
    assert table["texts"].iloc[:-1].sum() == table.loc["all", "texts"] == len(ROWS)
    assert {"share_misled", "share_misled_low", "share_misled_high"} <= set(table.columns)
    assert Counter(table["misled"]) == {0: len(table)}


def test_the_lines_say_it_in_words(of_honest):
    said = "\n".join(of_honest.to_lines())
    assert said.startswith(f"honest: {len(ROWS)} adversarial texts, {6 * len(ROWS)} answers.")
    assert "Orders in the middle: misled in 0 of" in said
    assert f"Accepted answers that quote words flagged as an order: 0 of {of_honest.accepted}." in said
    assert all(len(line) <= 120 for line in of_honest.to_lines())


def test_the_report_goes_through_json(of_honest):
    assert AttackReport.model_validate_json(of_honest.model_dump_json()) == of_honest


def test_the_texts_are_records():
    texts = adversarial_texts()
    assert [text.id for text in texts] == list(ROWS)
    assert texts[0].attack
