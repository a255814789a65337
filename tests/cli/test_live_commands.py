"""`pellucid probe` and `pellucid attack`, against a real server on loopback."""

import json

import pytest
from tests.llm.fault_server import error, html


def test_probe_says_in_plain_words_what_a_server_does(invoke, server):
    said = invoke("probe", server.url, "--model", "demo")
    assert said.exit_code == 0, said.output
    assert said.stdout.startswith(f"{server.url}, asked for 'demo'")
    assert "keeps to a JSON schema: no" in said.stdout
    assert 1 <= len(server.calls) <= 12


def test_probe_can_speak_json_alone(invoke, server):
    found = json.loads(invoke("probe", server.url, "--json").stdout)
    assert (found["model"], found["url"], found["json_schema"]) == ("demo", server.url, False)


@pytest.mark.parametrize("step", [error(401, "bad key canary-key-91c4"), html()])
def test_probe_says_in_one_line_why_it_cannot(invoke, server, step, monkeypatch):
    monkeypatch.setenv("DEMO_KEY", "canary-key-91c4")
    server.rule = lambda call: step
    said = invoke("probe", server.url, "--model", "demo", "--key-env", "DEMO_KEY")
    assert said.exit_code == 1
    assert said.stdout == ""
    assert "canary" not in f"{said.output}{said.exception}"


def test_probe_stays_on_this_machine_unless_told_otherwise(invoke):
    said = invoke("probe", "http://192.0.2.7/v1")
    assert said.exit_code == 1
    assert "allow_remote" in str(said.exception)


def test_attack_scores_a_model_and_keeps_what_it_said(invoke, server, tmp_path):
    server.answer = lambda call: "I would rather not say."
    command = ["attack", "--model", "demo", "--url", server.url, "--store", tmp_path / "s"]
    said = invoke(*command)
    assert said.exit_code == 0, said.output
    assert "adversarial texts" in said.stdout.splitlines()[0]
    asked = [call for call in server.calls if "Questions:" in call.prompt]
    found = json.loads(invoke(*command, "--json").stdout)
    assert found["total"]["unreadable"] == found["total"]["answers"] > 60
    assert len([call for call in server.calls if "Questions:" in call.prompt]) == len(asked)
