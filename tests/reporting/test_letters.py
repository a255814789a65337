"""Letters: principal reasons, explanation; what they must say and must not."""

import re

import pytest
from tests.reporting.conftest import HOSTILE

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import explanation_letter, reason_letter
from pellucid.schema import (
    Answer,
    CounterfactualSet,
    DecisionBody,
    Entry,
    LetterWording,
    PrincipalReason,
    ReasonMethod,
    ReasonWording,
    Source,
)


@pytest.fixture
def reasons():
    terms = [("pests", 0.9), ("height", 0.7), ("soil", 0.5), ("pot", 0.4), ("light", 0.3), ("leaves", 0.2)]
    return [
        PrincipalReason(rank=rank, questions=[name], said=f"said of {name}", points=0.3123, lost=lost, wording="",
                        quote=HOSTILE if name == "height" else "")
        for rank, (name, lost) in enumerate(terms, start=1)
    ]  # fmt: skip


WORDING = LetterWording(
    subject="Notice", decision="We cannot take the seedling.", notices=["First notice.", "Second: [who]."],
    explanation_notices=["You may complain."],
    reasons=[ReasonWording(question="height", says="Too small", at_most=50),
             ReasonWording(question="soil", says="Soil not told", missing=True)],
)  # fmt: skip


@pytest.mark.parametrize("method", list(ReasonMethod))
def test_at_most_four_reasons_in_the_domains_words_or_general_ones(case, reasons, entries, read, method):
    letter = reason_letter(case, list(reversed(reasons)), method=method.value, entries=entries[:3],
                           sender="A & Co\nStreet", wording=WORDING)  # fmt: skip
    page = read(letter).check()
    assert [one.split("<")[0] for one in re.findall(r"<li><strong>(.*?)</strong>", letter)] == [
        "Pests: said of pests", "Too small", "Soil not told", "Pot: said of pot",
    ]  # fmt: skip
    assert "Notice" in letter
    assert "We cannot take the seedling." in page.text
    assert "First notice. Second: [who]." in page.text
    assert {"against average": "against the average", "against best": "against the best"}[method.value] in page.text
    assert "1 answer had been changed by a person" in page.text
    assert "A &amp; Co\nStreet" in letter
    assert page.of("html")[0]["lang"] == "en"
    assert "<title>Notice: doc-1</title>" in letter
    assert len(page.of("h1")) == len(page.of("main")) == 1


def test_scores_are_not_in_the_letter_of_reasons(case, reasons):
    letter = reason_letter(case, reasons)
    body = letter.split("</style>")[1]
    assert "0.3" not in body
    assert "log-odds" not in body
    assert not re.search(r"\d%", body)
    assert "The model’s result is: “survived”." in body


def test_a_favourable_decision_is_never_worded_as_the_unfavourable_one(case, reasons, entries, read):
    letter = reason_letter(case, reasons, entries=entries, wording=WORDING)
    assert "<title>Reasons for the decision: doc-1</title>" in letter
    said = read(letter).text
    assert "We cannot take the seedling." not in said
    assert "is: “died”. It is not the unfavourable one" in said
    accepted = read(reason_letter(case, reasons, entries=entries[:3], wording=WORDING)).text
    assert "We cannot take the seedling." in accepted


def test_what_is_left_out_stands_in_brackets(case, reasons, entries, read):
    said = read(reason_letter(case, reasons)).text
    assert all(word in said for word in ("[Sender]", "[Recipient]", "[Date]", "[contact]", "[Signature]"))
    assert "The principal reason is:" in read(reason_letter(case, reasons[:1], entries=entries[:3])).text
    assert "No single factor lay on the unfavourable side" in read(reason_letter(case, [])).text


def test_an_unknown_method_is_refused(case, reasons):
    with pytest.raises(InvalidInputError, match="method: got 'by feeling'; give one of 'against average', "):
        reason_letter(case, reasons, method="by feeling")


def test_the_explanation_tells_role_elements_variation_person_and_how_to_contest(case, reasons, changes, entries, read):
    letter = explanation_letter(case, reasons, changes, entries=entries, contact="desk@example.org", wording=WORDING)
    said = read(letter).check().text
    for words in (
        "The decision is: “died”.", "a person, who saw the model’s result, “survived”, and decided otherwise.",
        "Reason: there is new information.", "answered 8 fixed questions", "It did not decide.",
        "raises +1.25", "Pests: said of pests; Too small; Soil not told; Pot: said of pot.",
        "Without a value: Soil (not stated), Pests (unsupported), Light (unreadable).", "Pot: plastic → clay",
        "the risk would have been 48% instead of 68%, and the model’s result “died”.", "desk@example.org",
        "contest the decision", "You may complain.", "not a confidence interval",
    ):  # fmt: skip
        assert words in said, words


def test_without_signature_or_changes_it_says_so(case, read):
    said = read(explanation_letter(case, [])).text
    assert "No person has signed a decision yet; it is not final." in said
    assert "not looked for" in said
    none = CounterfactualSet(document="doc-1", target="died", found=(), reason="No allowed change reaches it.")
    assert "No allowed change reaches it." in read(explanation_letter(case, [], none)).text


def test_an_accepted_decision_is_told_as_the_persons_own(case, entries, read):
    said = read(explanation_letter(case, [], entries=entries[:3])).text
    assert "The decision is: “survived”." in said
    assert "and came to the same." in said


def unsigned_marks(said):
    return ["Draft: no person has decided yet" in said, "Not to be sent" in said, "nothing is decided" in said]


def test_letters_without_a_signature_that_holds_are_drafts_that_decide_nothing(case, reasons, entries, changes, read):
    letters = (
        reason_letter(case, reasons, wording=WORDING),
        explanation_letter(case, reasons, changes, wording=WORDING),
    )
    for letter in letters:
        said = read(letter).check().text
        assert all(unsigned_marks(said))
        assert letter.index("Draft: no person") < letter.index("<h1>")
        assert "<title>Draft: " in letter
        assert "We cannot take the seedling." not in said
        assert "<title>Draft: Notice" not in letter
        assert "“survived”" in said
        assert "The decision is" not in said
        assert "before the decision" not in said
    signed = read(explanation_letter(case, reasons, changes, entries=entries[:3], wording=WORDING)).text
    assert not any(unsigned_marks(signed))


def later(entries, kind, body, number=9):
    more = Entry.sealed(number=number, at="2026-11-22T08:00:00.000000Z", kind=kind, domain="seedlings",
                        document="doc-1", person="A. Grower", role="reviewer", body=body)  # fmt: skip
    return [*entries, more]


def test_an_old_signature_is_not_joined_to_a_newer_case(case, reasons, entries, read):
    body = {"question": "pot", "before": "plastic", "before_status": "answered", "after": "clay", "why": "misread"}
    corrected = later(entries[:3], "corrected", body)
    another = case.model_copy(update={"model_digest": "cd" * 32})
    for now, log, since in (
        (case, corrected, "1 correction of answers was signed"),
        (another, entries[:3], "the model has become another one"),
    ):
        for letter in (
            reason_letter(now, reasons, entries=log, wording=WORDING),
            explanation_letter(now, reasons, entries=log, wording=WORDING),
        ):
            said = read(letter).text
            assert all(unsigned_marks(said))
            assert "not signed as it stands" in said
            assert f"since then {since}" in said
            assert "saw the model’s result" not in said
            assert "We cannot take" not in said
    told = read(explanation_letter(case, reasons, entries=corrected)).text
    assert "Changed after the decision of 2026-11-21 10:15 UTC: Pot: plastic → clay" in told
    held = read(explanation_letter(case, reasons, entries=entries[:3])).text
    assert "A person changed before the decision: Pot: plastic → clay" in held


@pytest.mark.parametrize("noted", ["new", "other"])
def test_an_override_leads_with_the_persons_reason_and_not_the_models_terms(case, reasons, read, noted):
    body = DecisionBody(probability=0.3, score=-0.8, predicted="died", decided="survived", reason=noted,
                        note="Seen by me.", model="EBM", model_digest=case.model_digest)  # fmt: skip
    entries = later([], "overridden", body.model_dump(mode="json"))
    letter = reason_letter(case, reasons, entries=entries, wording=WORDING)
    said = read(letter).check().text
    assert "We cannot take the seedling." in said
    assert "Principal reasons" not in said
    assert "principal reason" not in said
    reason = {"new": "Reason: there is new information.", "other": "Reason, in the person’s words: “Seen by me.”"}[
        noted
    ]
    assert said.index(reason) < said.index("What the model’s result rested on at most") < said.index("Too small")
    assert ("Seen by me." in said) is (noted == "other")
    told = read(explanation_letter(case, reasons, entries=entries, wording=WORDING)).check().text
    assert "Seen by me." in told
    assert told.index(reason) < told.index("What the model’s result rested on at most") < told.index("raises +1.25")
    assert "main elements of the decision" not in told


def by_a_person(case):
    """The same case, with the answers that a person gave to every question."""
    who = Source(model="person", corrected_by="A. Grower")

    def given(answer):
        status = "not stated" if answer.value is None else "corrected"
        return Answer(question=answer.question, value=answer.value, status=status, source=who)

    terms = tuple(
        term.model_copy(update={"answers": tuple(given(one) for one in term.answers)})
        for term in case.decision.contributions
    )
    decision = case.decision.model_copy(update={"contributions": terms})
    return case.model_copy(
        update={"decision": decision, "original": decision, "corrections": (), "source": "answered by a person"}
    )


def test_texts_answered_by_a_person_name_no_language_model_and_no_corrections(case, reasons, entries, read):
    own = by_a_person(case)
    for letter in (
        reason_letter(own, reasons, entries=entries[:3]),
        explanation_letter(own, reasons, entries=entries[:3]),
    ):
        said = read(letter).check().text
        assert "language model" not in said.replace("no language model read it", "")
        assert "read from the file" not in said.lower()
        assert "→" not in said
        assert "changed" not in said
    assert "A person read the file" in said
    assert "Given by a person" in reason_letter(own, reasons)


def test_every_reason_says_who_gave_its_answer(case, read):
    def told(name, said, wording=""):
        reason = PrincipalReason(rank=1, questions=[name], said=said, points=0.3, lost=0.3, wording=wording)
        return read(reason_letter(case, [reason], wording=WORDING)).text

    assert "Too small Read from the file: Height – 41 cm" in told("height", "41 cm")
    assert "Pot: clay Given by a person" in told("pot", "clay")
    assert "Soil not told The file does not say: Soil – not stated" in told("soil", "not stated")
    assert "Light: unreadable No answer that could be used" in told("light", "unreadable", "light: unreadable")
    assert "Soil not told" not in told("pests", "not stated")
    raw = PrincipalReason(rank=1, questions=["tall"], said="no", points=0.3, lost=0.3, wording="tall: no")
    assert "Tall: no Read from the file" in read(reason_letter(case, [raw])).text


def test_missing_without_own_wording_is_said_in_words(case, read):
    reason = PrincipalReason(rank=1, questions=["soil"], said="not stated", points=0.3, lost=0.3,
                             wording="soil: not stated")  # fmt: skip
    said = read(reason_letter(case, [reason])).text
    assert "Soil: not stated The file does not say" in said
    assert "soil: not stated" not in said
    assert "Read from the file" not in said


def test_a_risk_beside_the_threshold_is_told_with_decimals(case, changes, read):
    near = case.model_copy(update={"decision": case.decision.model_copy(update={"probability": 0.4983})})
    found = changes.found[0].model_copy(update={"probability": 0.49996})
    said = read(explanation_letter(near, [], changes.model_copy(update={"found": (found,)}))).text
    assert "49.8% of “survived”, where 50% is the threshold" in said
    assert "would have been 49.996% instead of 49.8%" in said
