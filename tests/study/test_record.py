"""Recording a live model on a domain: what comes out can be validated without the model."""

import json

import pytest

from pellucid.domains import load
from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.llm import AnswerStore, Recording, Reply, ScriptedModel
from pellucid.study import compare_domain
from pellucid.study._record import record_domain


@pytest.fixture
def own(weather, tmp_path):
    """The small domain without recordings, and a model that answers as it was recorded."""
    folder = tmp_path / "own"
    folder.mkdir()
    for path in weather.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def model_like(weather, **instead):
    rows = [json.loads(line) for line in (weather / "recordings" / "answers.jsonl").read_text().splitlines()]
    answers = {row["document"]: row["replies"] for row in rows}
    rows = [json.loads(line) for line in (weather / "recordings" / "direct.jsonl").read_text().splitlines()]
    direct = {row["document"]: row["replies"]["outcome"] for row in rows}

    def said(request):
        kind = "direct" if "probability" in request.reply_schema["properties"] else "answers"
        if kind in instead and request.document == "we-003":
            return instead[kind]
        if kind == "direct":
            return json.dumps({**direct[request.document], "rationale": "the sky"})
        return json.dumps({name: answers[request.document][name] for name in request.reply_schema["properties"]})

    return ScriptedModel(said, "live-model")


def test_what_is_recorded_replays_the_same_readings_and_can_be_compared(weather, own, tmp_path):
    seen = []
    with AnswerStore(tmp_path / "s.sqlite") as store:
        found = record_domain(load(own), model_like(weather), own, store=store, watch=seen.append)
        again = model_like(weather)
        second = record_domain(load(own), again, own, store=store, force=True)
    assert len(seen) == found.reading.documents == found.predictions == 80
    assert not again.requests
    assert second.reading.from_store == 80
    assert (found.unreadable, found.folder) == ((), str(own))
    recording = Recording.from_file(found.answers, found.direct)
    assert recording.models == ("live-model",)
    assert recording.prompts[0] == "answers/1"
    assert recording.prompts[1].startswith("direct/")
    live = compare_domain(load(own), splits=2, repeats=1)
    assert live.contenders == compare_domain(load(weather), splits=2, repeats=1).contenders
    assert "demo-model" in found.note


def test_another_folder_becomes_a_whole_domain_that_names_the_model(weather, tmp_path):
    found = record_domain(load(weather), model_like(weather), tmp_path / "copy")
    copied = load(tmp_path / "copy")
    assert (copied.recorded_model, copied.title, found.note) == ("live-model", load(weather).title, "")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == sorted(
        path.name for path in weather.iterdir()
    )
    compare_domain(copied, splits=2, repeats=1)


def test_what_could_not_be_read_is_recorded_with_its_cause(weather, tmp_path):
    wrong = {"answers": "no object at all", "direct": json.dumps({"probability": 2, "rationale": ""})}
    found = record_domain(load(weather), model_like(weather, **wrong), tmp_path / "copy")
    assert (found.predictions, found.unreadable, found.reading.unreadable) == (79, ("we-003",), 3)
    rows = [json.loads(line) for line in (tmp_path / "copy" / "recordings" / "answers.jsonl").read_text().splitlines()]
    assert rows[3]["replies"]["wind"] == {"unreadable": "no JSON object"}


@pytest.mark.parametrize("kind", ["answers", "direct"])
def test_a_servers_fault_is_not_recorded_as_if_it_were_the_documents(weather, own, kind):
    fault = {kind: Reply(text="", finish="transport", cause="HTTP 503, 6 tries")}
    with pytest.raises(PellucidError, match=r"replies did not come \(transport: HTTP 503, 6 tries\)"):
        record_domain(load(own), model_like(weather, **fault), own)
    assert not (own / "recordings").exists()


def test_recordings_that_are_there_are_kept_unless_forced(weather, own, tmp_path):
    model = model_like(weather)
    (own / "recordings").mkdir()
    (own / "recordings" / "direct.jsonl").write_text("")
    with pytest.raises(InvalidInputError, match=r"direct.jsonl is there already; force"):
        record_domain(load(own), model, own)
    (own / "recordings" / "direct.jsonl").unlink()
    (own / "recordings" / "old.jsonl").write_bytes((weather / "recordings" / "answers.jsonl").read_bytes())
    with pytest.raises(InvalidInputError, match=r"old.jsonl holds 'answers/1' too"):
        record_domain(load(own), model, own, force=True)
    assert not model.requests


def test_a_folder_with_another_domain_is_left_alone(weather, own):
    lines = (own / "documents.jsonl").read_text().splitlines()
    lines[0] = json.dumps({"id": "we-000", "text": "Another sky."})
    (own / "documents.jsonl").write_text("\n".join(lines))
    with pytest.raises(InvalidInputError, match="holds a domain with other documents"):
        record_domain(load(weather), model_like(weather), own)
