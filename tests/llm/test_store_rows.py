"""A store's tables: what counts as the same answer, and in which order rows come back."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.llm._row import Row
from pellucid.llm._store_file import StoreFile
from pellucid.llm._store_rows import (
    Choice,
    encoded_replies,
    forget_rows,
    insert_row,
    stored_counts,
    stored_names,
    stored_replies,
    stored_rows,
)

SHA = "a" * 64
KEY = (SHA, "p", "m", "")


@pytest.fixture
def file(tmp_path):
    made = StoreFile(tmp_path / "answers.db", durable=False)
    yield made
    made.close()


def row(replies, questions=None, **change):
    told = {name: {"value": value} for name, value in replies.items()}
    return Row("a", SHA, "m", "p", told, "", questions or {})._replace(**change)


def insert(file, one, **how):
    with file.transaction() as sql:
        return insert_row(sql, one, encoded_replies(one), **how)


def kept(file):
    return [(name, wording, said["value"]) for name, wording, said in stored_replies(file, KEY)]


def test_the_first_reply_to_a_wording_stays_unless_it_is_replaced(file):
    assert insert(file, row({"age": 41}, {"age": "d1"})) == 1
    assert insert(file, row({"age": 42}, {"age": "d1"})) == 0
    assert insert(file, row({"age": 43}, {"age": "d2"})) == 1
    assert kept(file) == [("age", "d1", 41), ("age", "d2", 43)]
    assert insert(file, row({"age": 42}, {"age": "d1"}), replace=True) == 1
    assert kept(file) == [("age", "d2", 43), ("age", "d1", 42)]


def test_a_reply_without_a_digest_is_one_to_any_wording(file):
    insert(file, row({"age": 41}))
    assert insert(file, row({"age": 42}, {"age": "d1"})) == 0
    assert insert(file, row({"age": 42}, {"age": "d1"}), replace=True) == 1
    assert insert(file, row({"age": 43})) == 0
    assert kept(file) == [("age", "d1", 42)]


def test_rows_come_back_in_the_order_they_came(file):
    for n in range(7):
        insert(file, row({"z": n, "a": n}, sha256=f"{9 - n}" * 64, document=f"d{n}"))
    insert(file, row({"m": 0}, sha256="9" * 64))
    found = list(stored_rows(file, Choice()))
    assert [one.document for one in found] == [f"d{n}" for n in range(7)]
    assert list(found[0].replies) == ["z", "a", "m"]


def test_more_than_a_page_of_rows_comes_back(file):
    with file.transaction() as sql:
        for n in range(1203):
            one = row({"q": n}, sha256=f"{n:064}")
            insert_row(sql, one, encoded_replies(one))
    assert [one.replies["q"]["value"] for one in stored_rows(file, Choice())] == list(range(1203))


def test_each_wording_of_a_question_gets_its_own_row(file):
    insert(file, row({"age": 41, "pain": 1}, {"age": "d1"}))
    insert(file, row({"age": 42}, {"age": "d2"}))
    found = [(dict(one.replies), dict(one.questions)) for one in stored_rows(file, Choice())]
    assert found == [
        ({"age": {"value": 41}, "pain": {"value": 1}}, {"age": "d1"}),
        ({"age": {"value": 42}}, {"age": "d2"}),
    ]


def test_rows_are_chosen_counted_and_named(file):
    insert(file, row({"age": 41}))
    insert(file, row({"age": 41, "pain": 1}, model="n", settings="hot"))
    unread = row({}, prompt="q")._replace(replies={"age": {"unreadable": "refused"}})
    insert(file, unread)
    assert [one.model for one in stored_rows(file, Choice(prompt="p"))] == ["m", "n"]
    assert [one.model for one in stored_rows(file, Choice(settings="hot"))] == ["n"]
    assert list(stored_rows(file, Choice(model="other"))) == []
    assert stored_counts(file) == [("p", "m", "", 1, 1, 0), ("p", "n", "hot", 1, 2, 0), ("q", "m", "", 1, 1, 1)]
    assert (stored_names(file, "prompt"), stored_names(file, "model")) == (("p", "q"), ("m", "n"))


def test_what_is_forgotten_is_gone_from_the_files_bytes(file):
    secret = row({"age": "Zephyrine"}, document="Quillfeather")
    insert(file, secret)
    insert(file, row({"age": 41}, sha256="b" * 64))
    bytes_of = lambda: b"".join(one.read_bytes() for one in file.path.parent.iterdir())  # noqa: E731
    assert b"Zephyrine" in bytes_of()
    assert forget_rows(file, Choice(), "pain", unreadable=False, superseded=False) == 0
    assert forget_rows(file, Choice(prompt="p"), None, unreadable=True, superseded=False) == 0
    with file.transaction() as sql:
        sql.execute("DELETE FROM answers WHERE document = 2")
    assert forget_rows(file, Choice(), "age", unreadable=False, superseded=False) == 1
    assert b"Zephyrine" not in bytes_of()
    assert b"Quillfeather" not in bytes_of()
    assert stored_names(file, "model") == ()


def test_only_what_a_later_wording_superseded_is_forgotten(file):
    insert(file, row({"age": 41, "pain": 1}, {"age": "d1", "pain": "d1"}))
    insert(file, row({"age": 42}, {"age": "d2"}))
    assert forget_rows(file, Choice(), None, unreadable=False, superseded=True) == 1
    assert kept(file) == [("pain", "d1", 1), ("age", "d2", 42)]


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, b"bytes"])
def test_what_is_not_json_is_refused(value):
    with pytest.raises(InvalidInputError, match="the one to 'age' is not plain JSON") as caught:
        encoded_replies(row({"age": value}))
    assert str(value) not in str(caught.value)
