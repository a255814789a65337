"""`pellucid labels`, as its user meets it."""

import json

import pytest
from typer.testing import CliRunner

import pellucid.cli
from pellucid.schema import ReviewQueue

SMALL = ["--splits", "2", "--repeats", "1", "--jobs", "1"]


def invoke(*arguments):
    return CliRunner().invoke(pellucid.cli.app, ["labels", *(str(argument) for argument in arguments)])


@pytest.mark.slow
def test_bench_says_how_far_labels_of_both_kinds_bring_and_writes_it_where_asked(weather, tmp_path):
    kept = ["--checkpoint", tmp_path / "kept", "--out", tmp_path / "out"]
    said = invoke("bench", weather, *SMALL, *kept)
    assert said.exit_code == 0, said.output
    for line in ("80 documents, 1 times repeated 2-fold", "gold and LLM, with opinion"):
        assert line in said.stdout
    written = json.loads((tmp_path / "out" / "weather.json").read_text())
    again = invoke("bench", weather, *SMALL, "--checkpoint", tmp_path / "kept", "--json")
    figures = json.loads(again.stdout)["weather"]["contenders"]
    assert [one["measures"] for one in figures] == [one["measures"] for one in written["contenders"]]


def test_a_domain_named_twice_or_a_file_in_place_of_a_folder_is_refused_before_anything_is_fitted(weather, tmp_path):
    twice = invoke("bench", weather, weather, *SMALL)
    assert twice.exit_code == 1
    assert "named twice" in str(twice.exception)
    (tmp_path / "file").write_text("")
    into = invoke("bench", weather, *SMALL, "--out", tmp_path / "file")
    assert into.exit_code == 1
    assert "is a file" in str(into.exception)


def test_review_writes_a_queue_that_can_be_read_and_never_overwrites_one(weather, tmp_path):
    path = tmp_path / "queue.jsonl"
    said = invoke("review", weather, "--out", path, "--first", "2")
    assert said.exit_code == 0, said.output
    assert "weather: 80 labels" in said.stdout
    assert said.stdout.count("proposed") == 2
    assert len(ReviewQueue.read(path).items) == 80
    again = invoke("review", weather, "--out", path)
    assert again.exit_code == 1
    assert "may hold a person's verdicts" in str(again.exception)
