"""What is signed: closed records, sealed entries, and silence about people's own words."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.schema import (
    FIRST_PREVIOUS,
    CorrectionBody,
    DecisionBody,
    Entry,
    EstimateBody,
    LogCheck,
    LogProblem,
    ReviewBody,
    canonical_json,
    json_schemas,
)

FACTS = {
    "number": 2,
    "at": "2026-01-31T09:30:00.000000Z",
    "kind": "estimate",
    "domain": "weather",
    "document": "we-1",
    "person": "Åsa Öz",
    "role": "reviewer",
    "body": {"probability": 0.1},
    "previous": "ab" * 32,
}
DECISION = {"probability": 0.7, "score": 0.8, "predicted": "rain", "decided": "rain", "model": "EBM"}


def test_the_digest_is_that_of_sorted_json_without_spaces():
    entry = Entry.sealed(**FACTS)
    said = (
        '{"at":"2026-01-31T09:30:00.000000Z","body":{"probability":0.1},"document":"we-1","domain":"weather",'
        f'"kind":"estimate","number":2,"person":"Åsa Öz","previous":"{"ab" * 32}","role":"reviewer"}}'
    )
    assert entry.canonical().decode() == said
    assert entry.digest == hashlib.sha256(said.encode()).hexdigest()
    assert entry.is_sealed
    assert Entry.model_validate_json(entry.model_dump_json()) == entry


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 3},
        {"at": "2026-01-31T09:30:00.000001Z"},
        {"kind": "paused"},
        {"domain": "Weather"},
        {"document": ""},
        {"person": "Asa Öz"},
        {"role": "admin"},
        {"body": {"probability": 0.10000000000000002}},
        {"body": {}},
        {"previous": FIRST_PREVIOUS},
    ],
)
def test_every_field_is_under_the_seal(changed):
    entry = Entry.sealed(**FACTS)
    assert not Entry.model_validate(entry.model_dump() | changed).is_sealed


@settings(deadline=None, max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    )
)
def test_canonical_json_comes_back_as_it_was_and_is_the_same_again(value):
    said = canonical_json(value)
    assert json.loads(said) == value
    assert canonical_json(json.loads(said)) == said


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_canonical_form(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": number})


def test_an_altered_body_is_refused_when_it_is_read_as_a_record():
    entry = Entry.sealed(**FACTS)
    assert entry.signed() == EstimateBody(probability=0.1)
    with pytest.raises(InvalidInputError, match="is no EstimateBody"):
        entry.model_copy(update={"body": {"probability": "high"}}).signed()


def test_own_words_are_in_no_repr():
    own = "my own words"
    correction = CorrectionBody(question="q", before=1, before_status="answered", after=None, why="misread", note=own)
    review = ReviewBody(question="q", action="keep", note=own)
    decision = DecisionBody(**DECISION, note=own)
    entry = Entry.sealed(**FACTS | {"kind": "corrected", "body": correction.model_dump(mode="json")})
    for record in (correction, review, decision, entry):
        assert own not in repr(record)


def test_a_check_is_intact_exactly_without_problems():
    assert LogCheck(entries=0, intact=True).head == FIRST_PREVIOUS
    with pytest.raises(ValueError, match="intact"):
        LogCheck(entries=1, intact=True, problems=[LogProblem(number=1, what="x")])
    with pytest.raises(ValueError, match="intact"):
        LogCheck(entries=1, intact=False)


def test_every_record_has_a_schema():
    assert {"Entry", "Person", "LogCheck", "DecisionBody"} <= set(json_schemas())
