"""The review queue, on paper and in memory."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import ReviewItem, ReviewQueue


def item(document, **changed):
    parts = {"action": "review", "label": 1, "proposed": 0, "probability": 0.8, "wrong": 0.8, "gain": 2.0}
    return ReviewItem(document=document, **{**parts, **changed})


@pytest.fixture
def queue():
    return ReviewQueue(
        classes=(0, 1),
        items=(
            item("a", reasons=("One.", "Two."), alike=("b",)),
            item("b", gain=1.0, stated=0.7),
            item("c", label=None, gain=0.5),
        ),
        about="By expected gain.",
    )


def test_a_queue_comes_back_from_its_file_as_it_was(queue, tmp_path):
    answered = queue.answer("b", 1, person="R. M.", note="it says so: “é”").answer("c", None)
    path = tmp_path / "folder" / "queue.jsonl"
    answered.write(path)
    assert ReviewQueue.read(path) == answered
    assert path.read_text().count("\n") == 4


def test_verdicts_filled_into_the_file_are_gold_labels(queue, tmp_path):
    path = tmp_path / "queue.jsonl"
    queue.write(path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[3].update(verdict=0, person="R. M.")
    lines[2]["undecided"] = True
    path.write_text("\n".join(map(json.dumps, lines)))
    read = ReviewQueue.read(path)
    assert read.answered().to_dict() == {"c": 0}
    assert [one.document for one in read.waiting().items] == ["a"]
    assert read.answered().reindex(["a", "b", "c"]).isna().tolist() == [True, True, False]


def test_no_answer_is_an_empty_series(queue):
    assert queue.answered().empty
    assert queue.answered().dtype == object


def test_an_answer_can_be_taken_back(queue):
    again = queue.answer("a", 0).answer("a", None)
    assert again.items[0].undecided
    assert again.answered().empty
    assert not queue.items[0].is_answered


@pytest.mark.parametrize(
    ("line", "change", "said"),
    [
        (2, {"verdict": 2}, r"line 2: items: verdict 2 of document 'a' is none of the classes|classes are 0, 1"),
        (2, {"verdict": True}, "line 2: .*none of the classes"),
        (3, {"verdict": [1]}, "line 3: verdict"),
        (3, {"gain": -1}, "line 3: gain: Input should be greater than or equal to 0; classes are 0, 1"),
        (3, {"undecided": True, "verdict": 1}, "line 3: undecided: there is a verdict as well"),
        (4, {"document": "a"}, "line 4: document 'a' stands there twice"),
        (4, {"verdikt": 1}, "line 4: verdikt: Extra inputs are not permitted"),
        (1, {"format": "queue"}, "line 1: is no review queue"),
        (1, {"classes": [0, 0]}, "line 1: classes: one stands there twice"),
        (1, {"classes": [0]}, "line 1: classes: "),
    ],
)
def test_a_spoilt_file_is_refused_with_its_line(queue, tmp_path, line, change, said):
    path = tmp_path / "queue.jsonl"
    queue.write(path)
    lines = [json.loads(one) for one in path.read_text().splitlines()]
    lines[line - 1].update(change)
    path.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(FileFormatError, match=said) as caught:
        ReviewQueue.read(path)
    assert caught.value.line == line


def test_an_empty_file_is_no_queue(tmp_path):
    (tmp_path / "queue.jsonl").write_text("")
    with pytest.raises(FileFormatError, match="is no review queue"):
        ReviewQueue.read(tmp_path / "queue.jsonl")


def test_a_path_that_cannot_be_written_is_said(queue, tmp_path):
    with pytest.raises(FileFormatError, match="cannot be written"):
        queue.write(tmp_path)


def test_answers_outside_the_queue_or_the_classes_are_refused(queue):
    with pytest.raises(InvalidInputError, match="'z' is not in this queue of 3 documents"):
        queue.answer("z", 1)
    for wrong in ("1", True, [1], float("nan")):
        with pytest.raises(InvalidInputError, match="verdict: got .*allowed are 0, 1"):
            queue.answer("a", wrong)
    for wrong in (-1, 1.5, True):
        with pytest.raises(InvalidInputError, match="count: got"):
            queue.first(wrong)


def test_a_class_out_of_an_array_is_taken_as_its_plain_value(queue):
    assert queue.answer("a", np.int64(0)).items[0].verdict == 0
    assert type(item("a", label=np.int64(1), proposed=np.int64(0)).label) is int
    assert ReviewQueue(classes=np.array(["x", "y"]), items=()).classes == ("x", "y")


def test_two_items_of_one_document_are_refused():
    with pytest.raises(ValidationError, match="document 'a' stands there twice"):
        ReviewQueue(classes=(0, 1), items=(item("a"), item("a")))


def test_a_part_of_the_queue_keeps_its_order(queue):
    assert [one.document for one in queue.first(2).items] == ["a", "b"]
    assert queue.first(9) == queue


def test_the_table_has_a_row_per_item(queue):
    table = queue.to_frame()
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.loc["a", "reasons"] == "One. Two."
    assert table.loc["a", "alike"] == "b"
    assert table["action"].tolist() == ["review"] * 3
    assert ReviewQueue(classes=(0, 1), items=()).to_frame().columns.tolist() == table.columns.tolist()


def test_a_persons_note_is_not_in_the_repr(queue):
    assert "secret" not in repr(queue.answer("a", 1, note="secret"))
