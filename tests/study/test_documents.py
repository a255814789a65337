"""A domain read from its recordings."""

import pytest
from pellucid.domains import load

from pellucid import study
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
    assert list(read.table.columns) == [*read.questions, "text"]
    assert list(read.table.index) == list(read.outcome.index) == [reading.document for reading in read.readings]
