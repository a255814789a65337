"""Cases and corrections: what belongs together, and what is refused."""

import pytest
from pydantic import ValidationError

from pellucid.schema import (
    DRAFT,
    Answer,
    CaseFile,
    Contribution,
    Correction,
    Decision,
    Question,
    Questionnaire,
    Status,
    Sureness,
    WorkItem,
)

BEFORE = Answer(question="pain", value="no", status="answered", quote="no pain", start=0, end=7, source={"model": "m"})
AFTER = Answer(question="pain", value="yes", status="corrected", source={"model": "m", "corrected_by": "ann"})


def correction(**given):
    made = {"question": "pain", "before": BEFORE, "after": AFTER, "why": "misread", "person": "ann", "at": "now"}
    return Correction(**{**made, **given})


def decision(answer=BEFORE, document="a-1"):
    return Decision(
        document=document,
        model="demo",
        outcome="ill",
        predicted="ill",
        probability=0.75,
        probabilities={"well": 0.25, "ill": 0.75},
        score=1.1,
        intercept=0.3,
        contributions=[Contribution(questions=["pain"], said="no", points=0.8, answers=[answer])],
    )


def case(**given):
    made = {
        "domain": "demo",
        "title": "A demo",
        "outcomes": ("well", "ill"),
        "document": "a-1",
        "text": "no pain at all",
        "questionnaire": Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")]),
        "decision": decision(),
        "original": decision(),
        "trained_on": 10,
        "held_out": True,
        "model_note": "",
        "sureness": Sureness(),
        "source": "recorded answers of m",
    }
    return CaseFile(**{**made, **given})


def test_a_case_goes_through_json_and_shows_no_text_in_its_repr():
    made = case(corrections=[correction(note="private words")], rationale="a reason")
    assert CaseFile.model_validate_json(made.model_dump_json()) == made
    assert "no pain at all" not in repr(made)
    assert "private words" not in repr(made)
    assert made.answers() == (BEFORE,)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"document": "a-2"}, "must be decisions on this document"),
        ({"original": decision(document="a-2")}, "must be decisions on this document"),
        ({"observed": "dead"}, "must be one of the outcomes"),
        ({"text": "no"}, "beyond the end of the text"),
        ({"threshold": 1.5}, "less than or equal to 1"),
        ({"surprise": 1}, "not permitted"),
    ],
)
def test_what_does_not_belong_together_is_refused(given, said):
    with pytest.raises(ValidationError, match=said) as caught:
        case(**given)
    assert "no pain at all" not in str(caught.value)


def test_a_draft_is_what_nobody_signed():
    draft = AFTER.model_copy(update={"source": AFTER.source.model_copy(update={"corrected_by": DRAFT})})
    assert not case().is_draft
    assert case(decision=decision(draft)).is_draft
    assert not case(decision=decision(AFTER), corrections=[correction()]).is_draft
    assert case(decision=decision(draft), corrections=[correction()]).is_draft


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"question": "age"}, "to the question that was corrected"),
        ({"after": BEFORE}, "'corrected' is expected"),
        ({"person": ""}, "at least 1 character"),
        ({"number": 0}, "greater than or equal to 1"),
    ],
)
def test_a_correction_is_of_one_question_and_signed(given, said):
    with pytest.raises(ValidationError, match=said):
        correction(**given)
    assert correction().after.status is Status.CORRECTED


def test_a_place_in_the_list_has_a_known_status():
    assert WorkItem(document="a-1", probability=0.5).status == "open"
    with pytest.raises(ValidationError, match="pattern"):
        WorkItem(document="a-1", probability=0.5, status="lost")
