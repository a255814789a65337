"""`pellucid read`, against a real server on loopback."""

import csv
import json
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from tests.llm.fault_server import error, late

from pellucid.schema import Reading

CANARY = "canary-key-91c4"


def test_a_table_is_read_into_store_and_file_and_summed_up(invoke, read, folder, asked):
    said = invoke(*read("--out", folder / "a.csv"))
    assert said.exit_code == 0, said.output
    assert "10 answered, 10 not stated, 0 unsupported, 0 unreadable" in said.stdout
    for word in ("documents   10 in", str(folder / "s.sqlite"), str(folder / "a.csv")):
        assert word in said.stdout
    with (folder / "a.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["id"], row["age"], row["age.quote"]) for row in rows][:1] == [("a-30", "30", "Aged 30")]
    assert len(rows) == len(asked()) == 10


def test_a_second_run_asks_nothing_and_json_says_so(invoke, read, folder, asked):
    invoke(*read())
    said = invoke(*read("--out", folder / "a.jsonl", "--json"))
    found = json.loads(said.stdout)
    assert (found["documents"], found["total"], found["from_store"]) == (10, 10, 10)
    assert [row["answered"] for row in found["questions"]] == [10, 0]
    assert len(asked()) == 10
    assert len([Reading.model_validate_json(line) for line in (folder / "a.jsonl").read_text().splitlines()]) == 10


def test_a_domain_brings_its_own_documents_and_questions(invoke, weather, tmp_path, server):
    said = invoke("read", weather, "--model", "demo", "--url", server.url, "--store", tmp_path / "s", "--json")
    found = json.loads(said.stdout)
    assert (found["documents"], [row["question"] for row in found["questions"]]) == (
        80,
        ["pressure", "clouds", "wind"],
    )
    assert found["unreadable"] == 240  # this server knows nothing of skies


def test_an_estimate_sends_nothing_and_makes_no_store(invoke, read, folder, server):
    said = invoke(*read("--estimate", "--price-prompt", 1, "--price-reply", 2))
    assert said.exit_code == 0, said.output
    assert "documents   10, 0 of them in the store" in said.stdout
    assert "Nothing was sent." in said.stdout
    assert not server.calls
    assert not server.others
    assert not (folder / "s.sqlite").exists()
    as_json = json.loads(invoke(*read("--estimate", "--json", store=None)).stdout)
    assert (as_json["documents"], as_json["requests"], as_json["cost"]) == (10, 10, None)


def test_what_is_redacted_is_never_sent_and_its_quotes_are_those_of_the_document(invoke, read, folder, asked):
    path = folder / "notes.csv"
    path.write_text(path.read_text().replace("seen on Monday", "write to ana@example.org"))
    assert invoke(*read("--redact", "--out", folder / "a.jsonl")).exit_code == 0
    assert len(asked()) == 10
    assert not [call for call in asked() if "ana@example.org" in json.dumps(call.body)]
    assert "redacted" not in (folder / "a.jsonl").read_text().lower()


def test_ctrl_c_says_where_it_goes_on_and_the_same_command_does(invoke, read, folder, server, asked):
    server.latency_s = 0.1
    command = [sys.executable, "-m", "pellucid.cli", *read("--concurrency", "1", "--out", str(folder / "a.csv"))]
    # What runs these tests in the background may have them ignore Ctrl-C, and a process inherits that.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    until = time.monotonic() + 30
    while len(asked()) < 4 and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert out == ""
    done = int(err.removeprefix("stopped; ").split(" of ")[0])
    assert err == f"stopped; {done} of 10 documents are in the store; run the same command to go on\n"
    assert 1 <= done < 10
    assert not list(folder.glob("a.csv*"))
    server.latency_s = 0.0
    found = json.loads(invoke(*read("--json")).stdout)
    assert found["from_store"] >= done
    assert len(asked()) <= 12  # asked twice: the one under way, and one whose reply the signal may have met


def test_a_budget_stops_before_it_is_passed_and_the_rest_follows(invoke, read, asked):
    said = invoke(*read("--max-requests", 8, "--concurrency", 1))
    assert said.exit_code == 1
    assert "error: --max-requests: all 8 are used" in said.stderr
    assert said.stderr.strip().endswith("of 10 documents are in the store; run the same command to go on")
    assert said.stdout == ""
    invoke(*read())
    assert len(asked()) == 10


def test_a_deadline_stops_with_the_same_hint(invoke, read, server):
    server.rule = lambda call: late(5) if "Aged 34" in call.prompt else None
    said = invoke(*read("--deadline", 1.5, "--concurrency", 1))
    assert said.exit_code == 1
    assert "error: --deadline" in said.stderr
    assert "run the same command to go on" in said.stderr


def test_a_refused_key_is_one_line_without_the_key_or_a_document(invoke, read, server, monkeypatch, folder):
    monkeypatch.setenv("DEMO_KEY", CANARY)
    server.rule = lambda call: error(401, f"bad key {CANARY} for {call.prompt[:50]}")
    said = invoke(*read("--key-env", "DEMO_KEY"))
    assert said.exit_code == 1
    assert CANARY not in said.output
    assert "Monday" not in said.output
    assert "error: " in said.stderr
    assert len(server.calls) == 1
    assert CANARY.encode() not in (folder / "s.sqlite").read_bytes()


def test_what_could_not_be_read_is_asked_again_only_where_wanted(invoke, read, folder, asked, server):
    path = folder / "notes.csv"
    path.write_text(path.read_text().replace("Aged 33", "Unreadable 33"))
    first = json.loads(invoke(*read("--json")).stdout)
    assert (first["unreadable"], sum(first["causes"].values())) == (2, 2)
    before = len(asked())
    invoke(*read())
    assert len(asked()) == before
    again = json.loads(invoke(*read("--again", "--json")).stdout)
    assert again["unreadable"] == 2
    assert len(asked()) == before + 2  # once, and once more because it could not be read


@pytest.mark.parametrize(
    ("changed", "more", "said"),
    [
        ({"store": None}, (), "--store is needed"),
        ({"questions": None}, (), "--questions is needed for a file of documents"),
        ({"url": None}, ("--key-env", "KEY"), "--key-env is for servers"),
        ({"url": None}, ("--concurrency", "4"), "--concurrency is for servers"),
        ({}, ("--max-cost", "1"), "--max-cost needs --price-prompt and --price-reply"),
        ({}, ("--price-reply", "1"), "--price-prompt goes with --price-reply"),
        ({}, ("--deadline", "0"), "--deadline has to be above 0"),
        ({}, ("--concurrency", "0"), "--concurrency"),
        ({"model": None}, (), "Missing option '--model'"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(invoke, read, server, changed, more, said):
    refused = invoke(*read(*more, **changed))
    assert refused.exit_code == 2
    assert said in " ".join(refused.stderr.split())
    assert not server.calls


def test_what_belongs_to_files_is_refused_for_a_domain(invoke):
    refused = invoke("read", "law", "--model", "m", "--store", "s", "--text-column", "body")
    assert refused.exit_code == 2
    assert "--text-column is for a file of documents" in " ".join(refused.stderr.split())


@pytest.mark.parametrize("name", ["notes.csv", "../{folder}/notes.csv", "s.csv"])
def test_what_is_read_is_never_written_over(invoke, read, folder, server, name):
    path = folder / name.format(folder=folder.name)
    refused = invoke(*read("--out", path, store=folder / "s.csv"))
    assert refused.exit_code == 2
    assert "--out would replace" in refused.stderr
    assert not server.calls


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("read", "astrology"), "error: DOMAIN|FILE: 'astrology' does not exist; give one of finance, healthcare, law"),
        (
            ("read", "{folder}/notes.csv", "--text-column", "body"),
            "has no column 'body' (--text-column); it has 'id', 'text'",
        ),
        (("read", "{folder}/notes.csv", "--out", "{folder}/a.xlsx"), "ends in '.xlsx'"),
        (("read", "{folder}/notes.csv", "--url", "http://192.0.2.7/v1"), "--allow-remote"),
    ],
)
def test_what_cannot_be_done_is_one_line(main, folder, arguments, said):
    placed = [argument.format(folder=folder) for argument in arguments]
    more = ["--model", "demo", "--store", folder / "s", "--questions", folder / "questions.toml"]
    done = main(*placed, *more)
    assert done.code == 1
    assert said in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
