"""Following the chain: what is wrong is named, without a database."""

import pytest

from pellucid.ledger._verify import COLUMNS, MOST, Verifier
from pellucid.schema import FIRST_PREVIOUS, Entry, canonical_json


def chain(count, changed=None):
    """A chain of sound entries; one may be about another document, and is followed all the same."""
    entries, previous = [], FIRST_PREVIOUS
    for number in range(1, count + 1):
        facts = {"document": "other"} if number == changed else {}
        entry = Entry.sealed(
            number=number,
            at="2026-01-31T09:30:00.000000Z",
            kind="estimate",
            domain="weather",
            person="R",
            role="viewer",
            body={"probability": 0.5},
            previous=previous,
            **facts,
        )
        entries.append(entry)
        previous = entry.digest
    return entries


def row(entry):
    return entry.model_dump(mode="json") | {"body": canonical_json(entry.body)}


def check(rows, head, expect=None, damage=""):
    verifier = Verifier(head, expect)
    for one in rows:
        verifier.take(one)
    return verifier.finish(damage)


def found(result):
    return [(problem.number, problem.what) for problem in result.problems]


def test_a_sound_chain_is_intact_also_an_empty_one_and_one_read_as_bytes():
    entries = chain(5)
    head = (5, entries[-1].digest)
    assert check(map(row, entries), head, expect=head).intact
    assert check([], (0, FIRST_PREVIOUS)).intact
    as_bytes = [
        {name: value.encode() if isinstance(value, str) else value for name, value in row(entry).items()}
        for entry in entries
    ]
    result = check(as_bytes, head)
    assert result.intact
    assert (result.entries, result.head) == head


@pytest.mark.parametrize("column", COLUMNS[1:])
@pytest.mark.parametrize("value", ["x", "", None, 7, b"\xff"])
def test_whatever_stands_in_a_column_instead_is_found(column, value):
    rows = [row(entry) for entry in chain(5)]
    head = (5, rows[-1]["digest"])
    rows[2][column] = value
    if column == "document" and value == "":
        assert check(rows, head).intact
    else:
        assert [number for number, _ in found(check(rows, head))] == [3]


@pytest.mark.parametrize(
    "body",
    ['{"probability": 0.5}', '{"probability":0.5,"probability":0.5}', '{"probability":NaN}', "[" * 5_000, "0.5 "],
)
def test_a_body_written_another_way_is_found(body):
    rows = [row(entry) for entry in chain(3)]
    rows[1]["body"] = body
    assert [number for number, _ in found(check(rows, (3, rows[-1]["digest"])))] == [2]


@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_entry_rewritten_with_a_digest_of_its_own_is_named_and_not_its_neighbour(number):
    rows, other = [row(entry) for entry in chain(5)], chain(5, changed=number)
    head = (5, rows[-1]["digest"])
    rows[number - 1] = row(other[number - 1])
    assert [found_number for found_number, _ in found(check(rows, head))] == [number]


@pytest.mark.parametrize("number", [2, 4])
def test_an_entry_that_was_made_to_continue_another_one_is_named(number):
    rows = [row(entry) for entry in chain(5)]
    facts = {name: value for name, value in rows[number - 1].items() if name != "digest"}
    rows[number - 1] = row(Entry.sealed(**facts | {"body": {"probability": 0.5}, "previous": "f" * 64}))
    numbers = [found_number for found_number, _ in found(check(rows, (5, rows[-1]["digest"])))]
    assert number in numbers


def test_a_rewritten_end_is_consistent_but_for_the_head_or_what_was_noted_down():
    true, other = chain(5), chain(5, changed=3)
    head = (5, true[-1].digest)
    assert found(check(map(row, other), head))[0][0] == 5
    forged = (5, other[-1].digest)
    assert check(map(row, other), forged).intact
    assert found(check(map(row, other), forged, expect=(4, true[3].digest)))[0][0] == 4


@pytest.mark.parametrize(
    ("kept", "numbers"),
    [((2, 3, 4, 5), [1]), ((1, 4, 5), [2]), ((1, 2, 3), [4]), ((), [1]), ((1, 3, 5), [2, 4])],
)
def test_what_is_missing_is_named(kept, numbers):
    entries = chain(5)
    result = check((row(entry) for entry in entries if entry.number in kept), (5, entries[-1].digest))
    assert [number for number, _ in found(result)] == numbers
    assert "missing" in found(result)[0][1]


def test_what_is_too_much_is_named():
    entries = chain(5)
    rows = [row(entry) for entry in entries]
    assert found(check(rows, (3, entries[2].digest)))[0] == (4, "is not counted by the log's head, nor is what follows")
    assert found(check([*rows, rows[-1]], (5, entries[-1].digest)))[0][0] == 5
    assert found(check([{**rows[0], "number": "x"}, *rows], (5, entries[-1].digest)))[0][0] is None
    assert found(check([{**rows[0], "number": -1}, *rows], (5, entries[-1].digest)))[0][0] == -1


def test_a_head_that_is_gone_and_rows_that_cannot_be_read_are_told():
    rows = [row(entry) for entry in chain(3)]
    assert found(check(rows, None)) == [(None, "the head of the log, which counts the entries, is gone")]
    assert found(check(rows, (9, "x"), damage="is damaged")) == [
        (4, "cannot be read, nor can what follows: is damaged")
    ]


def test_many_problems_are_counted_and_not_all_listed():
    rows = [row(entry) | {"person": "x"} for entry in chain(MOST + 20)]
    result = check(rows, (MOST + 20, rows[-1]["digest"]))
    assert len(result.problems) == MOST + 1
    assert result.problems[-1].what == "20 further problems are not listed"
