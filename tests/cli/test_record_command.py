"""`pellucid record`, against a real server on loopback."""

import json

import pytest

from pellucid.llm import Recording


@pytest.fixture
def own(weather, tmp_path):
    """The small domain in a folder of its own, without recordings."""
    folder = tmp_path / "own"
    folder.mkdir()
    for path in weather.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def sky(server, weather):
    """A server that answers as the small domain was recorded."""
    known = {}
    texts = [json.loads(line) for line in (weather / "documents.jsonl").read_text().splitlines()]
    for kind in ("answers", "direct"):
        for line in (weather / "recordings" / f"{kind}.jsonl").read_text().splitlines():
            row = json.loads(line)
            known.setdefault(row["document"], {}).update(row["replies"])
    by_entry = {row["text"].rpartition("Entry ")[2]: known[row["id"]] for row in texts}

    def answer(call):
        if "Entry " not in call.prompt:
            return "yes"
        said = by_entry[call.prompt.split("Entry ")[1].split("\n")[0]]
        if "Questions:" in call.prompt:
            return json.dumps({name: said[name] for name in ("pressure", "clouds", "wind")})
        return json.dumps({"probability": said["outcome"]["probability"], "rationale": "the sky"})

    server.answer = answer
    return server


def record(server, domain, store, *more):
    return ["record", domain, "--model", "demo", "--url", server.url, "--store", store, *more]


def test_a_recorded_domain_can_be_validated_without_the_server(invoke, sky, own, tmp_path):
    said = invoke(*record(sky, own, tmp_path / "s"))
    assert said.exit_code == 0, said.output
    answers = "220 answered, 20 not stated, 0 unsupported, 0 unreadable"
    for word in ("80 direct predictions, 0 unreadable", answers, "answers.jsonl", f"pellucid validate {own}"):
        assert word in said.stdout
    recording = Recording.from_file(*(own / "recordings").glob("*.jsonl"))
    assert (recording.models, len(recording)) == (("demo",), 160)
    validated = invoke("validate", own, "--splits", "2", "--repeats", "1", "--jobs", "1")
    assert validated.exit_code == 0, validated.output
    assert "direct LLM" in validated.stdout


def test_a_second_recording_needs_force_and_then_asks_nothing(invoke, sky, own, tmp_path):
    invoke(*record(sky, own, tmp_path / "s"))
    calls = len([call for call in sky.calls if "Entry " in call.prompt])
    assert calls == 160
    refused = invoke(*record(sky, own, tmp_path / "s"))
    assert "there already; force its replacement" in str(refused.exception)
    assert "go on" not in refused.stderr
    forced = invoke(*record(sky, own, tmp_path / "s", "--force", "--json"))
    found = json.loads(forced.stdout)
    assert (found["reading"]["from_store"], found["predictions"]) == (80, 80)
    assert len([call for call in sky.calls if "Entry " in call.prompt]) == calls


def test_another_folder_becomes_the_domain(invoke, sky, own, tmp_path):
    said = invoke(*record(sky, own, tmp_path / "s", "--out", tmp_path / "copy"))
    assert said.exit_code == 0, said.output
    assert 'recorded_model = "demo"' in (tmp_path / "copy" / "domain.toml").read_text()
    assert not (own / "recordings").exists()


def test_a_domain_that_ships_is_not_written_to(invoke, server, tmp_path):
    refused = invoke(*record(server, "law", tmp_path / "s"))
    assert refused.exit_code == 2
    assert "--out is needed" in refused.stderr
    assert not server.calls
