"""A domain read from its recordings."""

import pytest

from pellucid import study
from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
from pellucid.study._documents import read_domain


def test_a_domain_without_recordings_says_so(weather, tmp_path):
    for name in ("domain.toml", "questions.toml", "documents.jsonl", "outcomes.csv"):
        (tmp_path / name).write_bytes((weather / name).read_bytes())
    with pytest.raises(InvalidInputError, match="'weather' has no recordings"):
        study.compare_domain(load(tmp_path), splits=2, repeats=1)


def test_documents_answers_and_outcomes_stand_in_one_order(weather):
    read = read_domain(load(weather))
    assert read.questions == ["pressure", "clouds", "wind"]
    assert list(read.table.columns) == [*read.questions, "document text"]
    assert list(read.table.index) == list(read.outcome.index) == [reading.document for reading in read.readings]


def copy_of(weather, folder):
    for path in weather.rglob("*.*"):
        (folder / path.relative_to(weather)).parent.mkdir(parents=True, exist_ok=True)
        (folder / path.relative_to(weather)).write_bytes(path.read_bytes())
    return folder


def test_two_documents_of_the_same_text_are_refused_by_name(weather, tmp_path):
    path = copy_of(weather, tmp_path) / "documents.jsonl"
    lines = path.read_text().splitlines()
    lines[7] = lines[3].replace("we-003", "we-007")
    path.write_text("\n".join(lines))
    with pytest.raises(InvalidInputError, match="'we-003' and 'we-007' have the same text"):
        read_domain(load(tmp_path))
