"""What the domains' letters say of recorded documents: every reason stands beside the answer it speaks of."""

import math

import pytest
from tests.domains.test_domains import SIZES, readings_of

from pellucid.domains import load
from pellucid.reporting import reason_letter
from pellucid.reporting._wording import label
from pellucid.schema import CaseFile, Contribution, Decision, PrincipalReason, Status, Sureness

SAMPLE = 12


def reason(questionnaire, answer):
    """The reason that one answer is, and what is said of it."""
    value = None if answer.status is Status.UNSUPPORTED else answer.value
    said = questionnaire[answer.question].describe(value)
    # The wording is what the explanation gives where it has none: the id and the answer.
    raw, quote = f"{answer.question}: {said}", answer.quote if answer.is_evidence else ""
    told = PrincipalReason(
        rank=1, questions=[answer.question], said=said, points=0.1, lost=0.1, wording=raw, quote=quote
    )
    return told, said


def case_of(domain, reading, text):
    terms = [Contribution(questions=[one.question], said="", points=0.1, answers=[one]) for one in reading.answers]
    points = math.fsum(one.points for one in terms)
    both = {"0": 0.3, "1": 0.7}
    decision = Decision(document=reading.document, model="EBM", outcome="1", predicted="1", probability=0.7,
                        probabilities=both, score=points, intercept=0.0, contributions=terms)  # fmt: skip
    return CaseFile(domain=domain.name, title=domain.title, outcomes=domain.outcomes, document=reading.document,
                    text=text, questionnaire=domain.questionnaire, decision=decision, original=decision, trained_on=9,
                    held_out=True, model_note="EBM.", sureness=Sureness(), source="recorded")  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_every_reason_names_its_answer_beside_its_wording(name):
    domain = load(name)
    wording, texts = domain.letter_wording(), domain.documents()
    readings = readings_of(name)
    seen = set()
    for reading in readings[:: max(1, len(readings) // SAMPLE)]:
        case = case_of(domain, reading, texts[reading.document])
        for answer in reading.answers:
            told, said = reason(domain.questionnaire, answer)
            letter = reason_letter(case, [told], wording=wording)
            item = letter[letter.index("<ol>") : letter.index("</ol>")]
            named = f"{label(answer.question)} – {said}" in item or f"{label(answer.question)}: {said}" in item
            assert named, (answer.question, said, item)
            assert f"<strong>{answer.question}: " not in item
            silent = answer.value is None or answer.status is Status.UNSUPPORTED
            assert ("Read from the file" in item) is not silent, (answer.question, said, item)
            seen.add(answer.status)
    assert Status.ANSWERED in seen
