"""A signature holds only for the case that was signed."""

import pytest

from pellucid.reporting._standing import decided_words, override_words, signed_words, standing
from pellucid.schema import OVERRIDE_REASONS, DecisionBody, Entry, text_digest


def signed(case, number=5, **more):
    body = {"probability": 0.6, "score": 0.4, "predicted": "survived", "decided": "survived", "model": "EBM",
            "model_digest": case.model_digest, "text_digest": text_digest(case.text), **more}  # fmt: skip
    kind = "accepted" if body["decided"] == body["predicted"] else "overridden"
    return entry(case, number, kind, body)


def entry(case, number, kind, body, document=None):
    return Entry.sealed(number=number, at="2026-11-21T10:15:30.000000Z", kind=kind, domain="seedlings",
                        document=document or case.document, person="R. Meier", role="reviewer", body=body)  # fmt: skip


def corrected(case, number, document=None):
    body = {"question": "pot", "before": "clay", "before_status": "answered", "after": None, "why": "misread"}
    return entry(case, number, "corrected", body, document)


def test_a_signature_holds_for_the_case_that_was_signed(case):
    against = signed(case, 6, decided="died", reason="new")
    found = standing(case, [corrected(case, 2), signed(case), against, corrected(case, 7, "doc-2")])
    assert (found.entry, found.void, found.holds, found.overrides) == (against, (), found.body, found.body)
    assert standing(case, [signed(case)]).overrides is None
    assert standing(case, [corrected(case, 3)]).holds is None
    elsewhere = entry(case, 5, "accepted", signed(case).body, "doc-2")
    assert standing(case, [elsewhere]).entry is None


@pytest.mark.parametrize(
    ("change", "since"),
    [({"model_digest": "cd" * 32}, "the model has become another one"),
     ({"model_digest": ""}, "the model has become another one"),
     ({"text": "Height 41 cm, leaves limp." + " " * 900}, "the text has become another one")],
)  # fmt: skip
def test_another_model_or_text_voids_it(case, change, since):
    entries = [signed(case)]
    now = case.model_copy(update=change)
    assert standing(now, entries).void == (since,)
    assert standing(now, entries).holds is None
    result, told = signed_words(now, entries)
    assert result == "The model’s result is: “survived”."
    assert since in told
    assert "not signed as it stands" in told
    assert "who saw" not in told


def test_later_corrections_void_it_until_it_is_signed_anew(case):
    entries = [signed(case, decided="died", reason="misread"), corrected(case, 6), corrected(case, 8)]
    assert standing(case, entries).void == ("2 corrections of answers were signed",)
    assert decided_words(case, entries) == "survived"
    assert "2 corrections of answers were signed. A person has to decide anew" in signed_words(case, entries)[1]
    anew = [*entries, signed(case, 9, decided="died", reason="misread")]
    assert standing(case, anew).void == ()
    assert decided_words(case, anew) == "died"


@pytest.mark.parametrize("code", sorted(OVERRIDE_REASONS))
def test_an_override_tells_its_reason_and_the_note_where_it_is_wanted_or_the_only_one(code):
    body = DecisionBody(probability=0.3, score=-0.8, predicted="dry", decided="rain", reason=code, note=" Clouds. ",
                        model="EBM")  # fmt: skip
    assert "“Clouds.”" in override_words(body, note=True)
    assert ("“Clouds.”" in override_words(body, note=False)) is (code == "other")
    assert (OVERRIDE_REASONS[code].lower()[:12] in override_words(body, note=False).lower()) is (code != "other")
