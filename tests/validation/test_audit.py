"""How well the questions were read."""

import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.schema import Answer, Reading, Source
from pellucid.validation._audit import audit_reading, reading_caveats

SOURCE = Source(model="demo")
ANSWERED = {"value": 41, "status": "answered", "quote": "41", "start": 0, "end": 2}
SILENT = {"value": None, "status": "not stated"}
LOOSE = {"value": 41, "status": "unsupported"}
GARBLED = {"value": None, "status": "unreadable"}


def reading(document, *answers):
    return Reading(
        document=document,
        answers=[Answer(question=f"q{n}", source=SOURCE, **one) for n, one in enumerate(answers)],
    )


@pytest.mark.parametrize(
    ("answer", "fact", "agrees"),
    [
        (ANSWERED, 41, True),
        (ANSWERED, 41.0, True),
        (ANSWERED, 42, False),
        (ANSWERED, None, False),
        (SILENT, None, True),
        (SILENT, 41, False),
        (LOOSE, 41, False),
        (GARBLED, None, False),
    ],
)
def test_an_answer_agrees_only_with_its_fact_and_silence_only_with_silence(answer, fact, agrees):
    facts = pd.DataFrame({"q0": [fact]}, index=["a"], dtype=object)
    row = audit_reading([reading("a", answer)], facts)[0]
    assert (row.checked, row.correct) == (1, int(agrees))


def test_every_status_is_counted_and_a_judgement_is_not_checked():
    readings = [
        reading(name, one, ANSWERED) for name, one in zip("abcd", [ANSWERED, SILENT, LOOSE, GARBLED], strict=True)
    ]
    facts = pd.DataFrame({"q0": [41] * 4}, index=list("dcba"))
    first, second = audit_reading(readings, facts)
    assert (first.answered, first.not_stated, first.unsupported, first.unreadable) == (1, 1, 1, 1)
    assert (first.checked, first.correct, first.accuracy.value) == (4, 1, 0.25)
    assert (second.answered, second.checked, second.accuracy.value) == (4, 0, None)


def test_readings_that_do_not_belong_together_are_refused():
    facts = pd.DataFrame({"q0": [41]}, index=["a"])
    with pytest.raises(InvalidInputError, match="got none"):
        audit_reading([], facts)
    with pytest.raises(InvalidInputError, match="different questionnaires"):
        audit_reading([reading("a", ANSWERED), reading("a", ANSWERED, SILENT)], facts)
    with pytest.raises(InvalidInputError, match="1 documents have none, the first is 'b'"):
        audit_reading([reading("a", ANSWERED), reading("b", ANSWERED)], facts)


def test_a_question_that_was_read_badly_is_named_and_others_are_not():
    answers = [LOOSE, GARBLED, *[ANSWERED] * 18]
    readings = [reading(f"d{n}", one, ANSWERED, SILENT) for n, one in enumerate(answers)]
    rows = audit_reading(readings, pd.DataFrame(index=[f"d{n}" for n in range(20)]))
    caveats = reading_caveats(rows)
    assert len(caveats) == 1
    assert "“q0” failed in 2 of 20 documents (1 quotes not in the document, 1 replies unreadable)" in caveats[0]
    assert reading_caveats(rows, share=0.2) == ()
