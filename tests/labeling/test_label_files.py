"""Labels in files come back as they were, and what is wrong with a line is said."""

import json

import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.labeling import read_labels, write_labels
from pellucid.schema import Label, Source

LABELS = (
    Label(document="a", labeler="demo: direct/1", label=1, probability=0.8, rationale="Wind — \ud83d so",
          evidence_for="gale", source=Source(model="demo", prompt="direct/1", recorded=True), repeat=2, spread=0.25),
    Label(document="a", labeler="words", label=None, cause="no rule applies"),
    Label(document="b", labeler="Ada", label="storm", probabilities={"storm": 0.75, "calm": 0.25}),
    Label(document="b", labeler="Bo", label=True),
)  # fmt: skip


def test_labels_come_back_as_they_were(tmp_path):
    assert write_labels(tmp_path / "labels.jsonl", LABELS) == 4
    found = read_labels(tmp_path / "labels.jsonl")
    assert found == LABELS
    assert found[3].label is True


def test_what_is_empty_is_left_out_of_a_line(tmp_path):
    write_labels(tmp_path / "labels.jsonl", LABELS[1:2])
    assert json.loads((tmp_path / "labels.jsonl").read_text()) == {
        "document": "a",
        "labeler": "words",
        "label": None,
        "cause": "no rule applies",
    }


def test_several_files_are_read_as_one(tmp_path):
    write_labels(tmp_path / "one.jsonl", LABELS[:2])
    write_labels(tmp_path / "two.jsonl", LABELS[2:])
    assert read_labels(tmp_path / "one.jsonl", tmp_path / "two.jsonl") == LABELS
    with pytest.raises(FileFormatError, match=r"one\.jsonl, line 1: labels: .* twice under repeat 2"):
        read_labels(tmp_path / "one.jsonl", tmp_path / "one.jsonl")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"document": "a", "labeler": "x"}', "key 'label': Field required"),
        ('{"document": "a", "labeler": "x", "label": 1, "probability": 1.5}', "key 'probability'"),
        ('{"document": "a", "labeler": "x", "label": null}', "a label that is not given needs one"),
        ('{"document": "a", "labeler": "x", "label": ["SECRET"]}', "key 'label'"),
        ('{"document": "a", "labeler": "x", "label": 1, "more": "SECRET"}', "key 'more': Extra inputs"),
        ('{"document": "a", "labeler": "x", "label": NaN}', "holds NaN"),
        ("SECRET", "is not JSON"),
    ],
)
def test_a_wrong_line_is_named_and_not_quoted(tmp_path, line, said):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"document": "b", "labeler": "x", "label": 1}\n' + line + "\n")
    with pytest.raises(FileFormatError, match=said) as caught:
        read_labels(path)
    assert caught.value.line == 2
    assert "SECRET" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileFormatError, match="does not exist"):
        read_labels(tmp_path / "labels.jsonl")


def test_a_label_given_twice_is_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "labels.jsonl"
    write_labels(path, LABELS[:1])
    with pytest.raises(InvalidInputError, match="twice"):
        write_labels(path, [LABELS[1], LABELS[1]])
    assert read_labels(path) == LABELS[:1]
    assert [one.name for one in tmp_path.iterdir()] == ["labels.jsonl"]


def test_no_labels_make_an_empty_file(tmp_path):
    assert write_labels(tmp_path / "labels.jsonl", []) == 0
    assert read_labels(tmp_path / "labels.jsonl") == ()
