"""`pellucid memorised`, against a real server on loopback."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import pellucid.memorisation
from pellucid.cli._memorised_command import memorised
from pellucid.exceptions import FileFormatError, PellucidError

WORDS = ["red", "blue", "green", "tall", "small", "far", "near", "old", "new", "late", "soon", "warm", "cold", "dry"]


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(0)
    rows = [f"{n + 1},{random.normal():.2f},{random.integers(100)}" for n in range(120)]
    (tmp_path / "t.csv").write_text("\n".join(["id,a,b", *rows]) + "\n")
    return tmp_path / "t.csv"


@pytest.fixture
def texts(tmp_path):
    random = np.random.default_rng(1)
    rows = [{"id": f"a-{n}", "text": " ".join(random.choice(WORDS, 60))} for n in range(30)]
    (tmp_path / "t.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path / "t.jsonl"


def knows_table(path):
    lines = path.read_text().splitlines()

    def answer(call):
        if "Go on exactly" not in call.body["messages"][0]["content"]:
            return "yes"
        last = call.prompt.split("\n<<< end of")[0].splitlines()[-1]
        place = lines.index(last) + 1
        return json.dumps({"rows": lines[place : place + (4 if "4 rows" in call.prompt else 1)]})

    return answer


@pytest.fixture
def asked(server):
    return lambda: [call for call in server.calls if "Go on exactly" in call.body["messages"][0]["content"]]


@pytest.fixture
def memorise(server):
    app = typer.Typer()
    app.callback()(lambda: None)
    app.command()(memorised)

    def run(what, *more, url=None):
        command = ["memorised", what, "--model", "demo", "--url", url or server.url, *more]
        return CliRunner().invoke(app, [str(part) for part in command])

    return run


def test_a_table_that_is_known_is_named_in_words_and_in_json(memorise, server, asked, table, tmp_path):
    server.answer = knows_table(table)
    said = memorise(table, "--trials", "10", "--store", tmp_path / "s")
    assert said.exit_code == 0, said.output
    first, *lines = said.stdout.splitlines()
    assert first.startswith("t.csv, asked of 'demo': The model gives back parts of this data set")
    assert len(lines) == 5
    assert "row completion: word for word: 10 of 10" in said.stdout
    assert len(asked()) == 15
    found = json.loads(memorise(table, "--trials", "10", "--store", tmp_path / "s", "--json").stdout)
    assert [finding["kind"] for finding in found["findings"]] == ["memorised"] * 5
    assert len(asked()) == 15


def test_a_model_that_refuses_is_not_cleared(memorise, server, texts):
    server.answer = lambda call: "I would rather not."
    said = memorise(texts, "--trials", "3")
    assert said.exit_code == 0, said.output
    assert "Nothing can be said" in said.stdout
    assert "3 unread" in said.stdout


def test_texts_can_be_compared_with_texts_from_outside(memorise, server, texts, tmp_path):
    random = np.random.default_rng(2)
    (tmp_path / "outside").mkdir()
    for n in range(5):
        (tmp_path / "outside" / f"{n}.txt").write_text(" ".join(random.choice(WORDS, 60)))
    server.answer = lambda call: json.dumps({"continuation": "and so on and so on"})
    said = memorise(texts, "--trials", "8", "--outside", tmp_path / "outside")
    assert said.exit_code == 0, said.output
    assert "0 of 5 texts from outside" in said.stdout


def test_a_domain_is_asked_for_its_texts_and_twice_for_its_outcomes(memorise, server, asked, weather):
    outcomes = dict(line.split(",") for line in (weather / "outcomes.csv").read_text().splitlines()[1:])
    texts = [json.loads(line) for line in (weather / "documents.jsonl").read_text().splitlines()]
    known = {row["text"]: outcomes[row["id"]] for row in texts}

    def answer(call):
        if "Outcome:" not in call.prompt:
            return "yes"
        text = call.prompt.split("\n", 1)[1].split("\n<<< end of")[0]
        right = known.get(text, "0")
        return json.dumps({"probability": 0.9 if right == "1" else 0.1, "rationale": "recalled"})

    server.answer = answer
    said = memorise(weather, "--perturbed", "40", "--json")
    assert said.exit_code == 0, said.output
    continued, perturbed = json.loads(said.stdout)["tests"]
    assert "40 words" in continued["not_run"]
    assert perturbed["name"] == "original against perturbed facts"
    assert perturbed["figures"]["accuracy, original"]["value"] == 1.0
    assert perturbed["alarm"]
    left_out = json.loads(memorise(weather, "--perturbed", "0", "--json").stdout)
    assert [test["name"] for test in left_out["tests"]] == ["text continuation"]


def test_an_estimate_sends_nothing(memorise, server, table, weather, tmp_path):
    prices = ["--price-prompt", "1", "--price-reply", "1"]
    said = memorise(table, "--estimate", "--store", tmp_path / "none", *prices)
    assert said.exit_code == 0, said.output
    assert "30 requests (0 replies are stored)" in said.stdout
    assert "cost" in said.stdout
    assert not (tmp_path / "none").exists()
    assert "up to 100 requests for outcomes" in memorise(weather, "--estimate").stdout
    assert json.loads(memorise(table, "--estimate", "--json").stdout)["requests"] == 30
    assert server.calls == []


def test_it_stops_before_more_requests_than_allowed(memorise, server, asked, table):
    server.answer = knows_table(table)
    said = memorise(table, "--max-requests", "3")
    assert said.exit_code == 1
    assert "max_requests" in str(said.exception)
    assert len(asked()) <= 3


def test_what_does_not_go_together_is_refused(memorise, table, texts, weather, tmp_path):
    assert memorise(weather, "--text-column", "text").exit_code == 2
    assert memorise(table, "--outside", texts).exit_code == 2
    missing = memorise(tmp_path / "missing.csv")
    assert isinstance(missing.exception, PellucidError)
    (tmp_path / "broken.csv").write_text("a,b\n1\n")
    assert isinstance(memorise(tmp_path / "broken.csv").exception, FileFormatError)


def test_a_column_of_texts_in_a_table_is_tested_as_texts(memorise, server, asked, texts, tmp_path):
    rows = [json.loads(line) for line in texts.read_text().splitlines()]
    (tmp_path / "t.csv").write_text("\n".join(["id,note", *(f"{row['id']},{row['text']}" for row in rows)]))
    server.answer = lambda call: json.dumps({"continuation": "and so on"})
    said = memorise(tmp_path / "t.csv", "--text-column", "note", "--trials", "4")
    assert said.exit_code == 0, said.output
    assert "text continuation: 0 of 4" in said.stdout
    assert pellucid.memorisation.ALARM_RATE == 0.05
