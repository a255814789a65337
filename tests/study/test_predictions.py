"""Stored predictions read from a file."""

import hashlib

import numpy as np
import pytest

from pellucid.exceptions import FileFormatError
from pellucid.study import read_predictions

ROWS = "id,what,model,says,person\n1,yes,0.9,yes,a\n2,no,,no,b\n3,no,0.25,,a\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text(ROWS)
    return path


def test_probabilities_are_numbers_and_labels_are_text(file):
    found = read_predictions(file, "what", probabilities=["model"], labels=["says"], group="person")
    assert found.y.tolist() == ["yes", "no", "no"]
    np.testing.assert_array_equal(found.predictions["model"], [0.9, np.nan, 0.25])
    assert found.predictions["says"].tolist() == ["yes", "no", None]
    assert found.groups.tolist() == ["a", "b", "a"]
    assert found.provenance.documents == hashlib.sha256(ROWS.encode()).hexdigest()


def test_without_persons_there_are_none(file):
    assert read_predictions(file, "what", labels=["says"]).groups is None


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (ROWS, {"probabilities": ["other"]}, "has no column 'other'; there are 'id', 'what'"),
        (ROWS, {"probabilities": ["says"]}, "2: column 'says': 'yes' is no number; name it as --labels"),
        (ROWS.replace("yes,0.9", ",0.9"), {"labels": ["says"]}, "2: column 'what' is empty"),
        (ROWS.replace("no,b", "no,"), {"labels": ["says"], "group": "person"}, "3: column 'person' is empty"),
        (ROWS.replace("0.25", "1.25"), {"probabilities": ["model"]}, "4: column 'model': 1.25 is no probability"),
        (ROWS.replace(",", ";"), {"labels": ["says"]}, "separated by semicolons"),
        ("", {"labels": ["says"]}, "is no table of comma-separated values"),
        ('a,"b\n1', {"labels": ["says"]}, "is no table of comma-separated values"),
        (None, {"labels": ["says"]}, "does not exist"),
    ],
)
def test_a_file_that_cannot_be_read_so_is_refused(tmp_path, text, columns, message):
    path = tmp_path / "p.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(FileFormatError, match=message):
        read_predictions(path, "what", **columns)
