"""Labels that people gave, joined to documents by id."""

import json

import pandas as pd
import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.labeling import Labeler, PeopleLabels, labels_to_votes

ROWS = [("Ada", "a", 1), ("Bo", "a", 0), ("Ada", "b", None), ("Bo", "c", 1)]
TEXTS = pd.Series(["Rain.", "Sun.", "Wind."], index=["c", "a", "x"])


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=["person", "document", "label"])


def test_each_person_is_a_labeler_and_documents_keep_their_order():
    found = PeopleLabels(table(), classes=(0, 1)).label(TEXTS)
    assert [(one.document, one.labeler, one.label) for one in found] == [
        ("c", "Bo", 1),
        ("a", "Ada", 1),
        ("a", "Bo", 0),
    ]
    assert {one.source.model for one in found} == {"person"}
    assert labels_to_votes(found, documents=TEXTS.index).loc["x"].tolist() == [None, None]


def test_a_text_that_reads_like_a_class_counts_as_it(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("person,document,label,when\nAda,a, 1,today\nBo,a,,today\n")
    assert [one.label for one in PeopleLabels.from_file(path, classes=(0, 1)).label(TEXTS)] == [1]
    assert [one.label for one in PeopleLabels.from_file(path).label(TEXTS)] == [" 1"]


def test_json_lines_keep_the_kind_of_a_label(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(
        "".join(json.dumps(dict(zip(("person", "document", "label"), row, strict=True))) + "\n" for row in ROWS)
    )
    assert [one.label for one in PeopleLabels.from_file(path).label(TEXTS)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Ada", "a", 2)], "row 1 has the label '2'; allowed are 0, 1"),
        ([("Ada", "a", 1), ("Ada", "a", 1)], r"'Ada' labels 'a' twice \(row 2\)"),
        ([("Ada", "a", 1), (None, "b", 1)], "row 2 lacks its person or document"),
        ([("Ada", " ", 1)], "row 1 lacks its person or document"),
    ],
)
def test_a_wrong_row_is_named(rows, said):
    with pytest.raises(InvalidInputError, match=said):
        PeopleLabels(table(rows), classes=(0, 1))


@pytest.mark.parametrize("wrong", [pd.DataFrame({"person": ["Ada"]}), [("Ada", "a", 1)]])
def test_a_table_without_the_columns_is_refused(wrong):
    with pytest.raises(InvalidInputError, match="the columns person, document, label are expected"):
        PeopleLabels(wrong)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("labels.csv", "person,document\nAda,a\n", "the columns person, document, label are expected"),
        ("labels.csv", "", "is not a table"),
        ("labels.csv", "person,document,label\nAda,a,7\n", "row 1 has the label '7'"),
        ("labels.jsonl", "[]\n", "line 1: holds a list"),
        ("labels.jsonl", '{"person": "Ada", "document": "a", "label": 7}\n', "row 1 has the label '7'"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileFormatError, match=said) as caught:
        PeopleLabels.from_file(tmp_path / name, classes=(0, 1))
    assert name in str(caught.value)


def test_documents_need_ids_and_one_of_them_at_least_is_labelled():
    people = PeopleLabels(table())
    with pytest.raises(InvalidInputError, match="a Series with document ids as index"):
        people.label(["Rain."])
    with pytest.raises(InvalidInputError, match="nobody labelled any of the 1 documents; their ids are such as '0'"):
        people.label(pd.Series(["Rain."]))


def test_it_is_a_labeler_and_says_what_it_is():
    people = PeopleLabels(table())
    assert isinstance(people, Labeler)
    assert repr(people) == "PeopleLabels(2 people, 2 documents, name='people')"
