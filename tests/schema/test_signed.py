"""What is signed: roles in order, closed records, a reason for every decision against the model."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.schema import OVERRIDE_REASONS, CorrectionBody, DecisionBody, EntryKind, LetterBody, Person, Role, body_of

DECISION = {"probability": 0.7, "score": 0.8, "predicted": "rain", "decided": "rain", "model": "EBM"}


def test_roles_are_ordered():
    order = [Role.VIEWER, Role.REVIEWER, Role.ADMIN]
    assert [[role.may(needed) for needed in order] for role in order] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00", "a\x1b[31m", "x" * 201])
def test_a_persons_name_can_be_shown(name):
    with pytest.raises(ValueError, match="name"):
        Person(name=name, role="viewer")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": "new"}, "the decision is the model's own"),
        ({"decided": "dry"}, "needs one of misread"),
        ({"decided": "dry", "reason": "because"}, "needs one of misread"),
        ({"decided": "dry", "reason": "other", "note": "  "}, "needs a note"),
        ({"probability": 1.5}, "less than or equal to 1"),
        ({"text": "secret text"}, "Extra inputs"),
        ({"note": "x" * 4_001}, "at most 4000"),
        ({"text_digest": "abc"}, "pattern"),
    ],
)
def test_a_decision_against_the_model_says_why(changed, said):
    with pytest.raises(ValueError, match=said) as told:
        DecisionBody(**DECISION | changed)
    assert "secret" not in str(told.value)


def test_every_reason_but_the_open_one_is_enough():
    for code in OVERRIDE_REASONS:
        body = DecisionBody(**DECISION | {"decided": "dry", "reason": code, "note": "I looked."})
        assert body_of(EntryKind.OVERRIDDEN, body) == body
    with pytest.raises(TypeError):
        OVERRIDE_REASONS["mood"] = "x"


def test_a_body_is_of_its_kind():
    accepted = DecisionBody(**DECISION)
    assert body_of(EntryKind.ACCEPTED, accepted.model_dump()) == accepted
    with pytest.raises(InvalidInputError, match="'overridden'.*decision is the model's own"):
        body_of(EntryKind.OVERRIDDEN, accepted)
    with pytest.raises(InvalidInputError, match="got a DecisionBody; an entry 'estimate' takes a EstimateBody"):
        body_of(EntryKind.ESTIMATE, accepted)
    with pytest.raises(InvalidInputError, match="is no LetterBody"):
        body_of(EntryKind.LETTER, {"kind": "reasons"})
    assert body_of(EntryKind.LETTER, {"kind": "reasons", "digest": "a" * 64}) == LetterBody(
        kind="reasons", digest="a" * 64
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": 3}, "both or none"),
        ({"end": 3}, "both or none"),
        ({"start": 3, "end": 3}, "above start"),
        ({"start": -1, "end": 3}, "greater than or equal to 0"),
        ({"start": 3, "end": 5, "after": None}, "has no place"),
    ],
)
def test_a_correction_stands_at_one_place_or_at_none(changed, said):
    given = {"question": "clouds", "before": "yes", "before_status": "answered", "after": "no", "why": "misread"}
    assert CorrectionBody(**given | {"start": 3, "end": 5}).end == 5
    assert CorrectionBody(**given).start is None
    with pytest.raises(ValueError, match=said):
        CorrectionBody(**given | changed)
