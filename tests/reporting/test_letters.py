"""Letters: principal reasons, explanation; what they must say and must not."""

import re

import pytest
from tests.reporting.conftest import HOSTILE

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import explanation_letter, reason_letter
from pellucid.schema import CounterfactualSet, LetterWording, PrincipalReason, ReasonMethod, ReasonWording


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
def test_at_most_four_reasons_in_the_domains_words_or_general_ones(case, reasons, read, method):
    letter = reason_letter(case, list(reversed(reasons)), method=method.value, sender="A & Co\nStreet", wording=WORDING)
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
    assert "The result in the matter named in the reference is: “survived”." in body


def test_a_favourable_decision_is_never_worded_as_the_unfavourable_one(case, reasons, entries, read):
    letter = reason_letter(case, reasons, entries=entries, wording=WORDING)
    assert "<title>Reasons for the decision: doc-1</title>" in letter
    said = read(letter).text
    assert "We cannot take the seedling." not in said
    assert "is: “died”. It is not the unfavourable one" in said
    accepted = read(reason_letter(case, reasons, entries=entries[:3], wording=WORDING)).text
    assert "We cannot take the seedling." in accepted


def test_what_is_left_out_stands_in_brackets(case, reasons, read):
    said = read(reason_letter(case, reasons)).text
    assert all(word in said for word in ("[Sender]", "[Recipient]", "[Date]", "[contact]", "[Signature]"))
    assert "The principal reason is:" in read(reason_letter(case, reasons[:1])).text
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
        "the risk would have been 48% instead of 68%, and the result “died”.", "desk@example.org",
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
