"""Own texts: bounded, each seen by its owner alone, gone at sign-out, never shown in a repr; what may be opened."""

import pytest

from pellucid._checks import MAX_CHARACTERS
from pellucid.app import own_texts
from pellucid.app.own_texts import LARGEST_TEXT, MOST_TEXTS, UNUSED_S, OwnTexts, checked_text, is_own, new_name
from pellucid.exceptions import InvalidInputError


@pytest.fixture
def case(weather_work):
    nothing = dict.fromkeys(weather_work.questionnaire.ids)
    return weather_work.new_case(new_name(), "A secret sky.", answers=nothing, person="rob")


def renamed(case, name):
    decision = case.decision.model_copy(update={"document": name})
    return case.model_copy(update={"document": name, "decision": decision, "original": decision})


def test_each_sees_their_own_alone_and_signing_out_forgets(case):
    texts = OwnTexts()
    texts.put("rob", case)
    assert texts.get("rob", "weather", case.document) is case
    assert texts.get("ann", "weather", case.document) is None
    assert texts.get("rob", "elsewhere", case.document) is None
    assert texts.names("rob", "weather") == (case.document,)
    assert "secret" not in repr(texts)
    texts.drop("rob")
    texts.drop("nobody")
    assert texts.names("rob", "weather") == ()


def test_the_oldest_makes_room(case, monkeypatch):
    texts = OwnTexts()
    for number in range(MOST_TEXTS + 3):
        texts.put("rob", renamed(case, f"own-{number}"))
    assert len(texts.names("rob", "weather")) == MOST_TEXTS
    assert texts.get("rob", "weather", "own-2") is None
    monkeypatch.setattr(own_texts, "MOST_PEOPLE", 1)
    texts.put("ann", case)
    assert texts.names("rob", "weather") == ()


def test_texts_that_were_not_used_for_half_a_day_are_forgotten(case):
    now = [0.0]
    texts = OwnTexts(clock=lambda: now[0])
    texts.put("rob", case)
    texts.put("ann", case)
    now[0] = UNUSED_S - 1
    assert texts.get("ann", "weather", case.document) is case
    now[0] = UNUSED_S
    texts.put("vic", case)
    assert texts.people() == {"ann", "vic"}
    texts.drop("vic")
    assert texts.people() == {"ann"}


def test_ids_are_told_apart_and_cannot_be_guessed():
    assert is_own(new_name())
    assert not is_own("we-001")


def test_a_recorded_document_may_have_a_name_that_begins_alike():
    assert not any(
        map(is_own, ("own-", "own-1", "own-home-2019", new_name() + "0", new_name().upper(), new_name() + "\n"))
    )
    assert len({new_name() for _ in range(50)}) == 50


def test_a_text_is_taken_as_it_is():
    assert checked_text("one\r\ntwo") == "one\ntwo"
    assert checked_text("", "a.TXT", "Wärme\r\n".encode()) == "Wärme\r\n"
    assert checked_text("", "a.md", b"\xef\xbb\xbfx") == "x"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("", "", b""), "paste a text or choose a file"),
        (("a text", "a.txt", b"x"), "one of the two"),
        (("", "a.pdf", b"x"), "only .txt and .md"),
        (("", "a.txt", b"\xff\xfe"), "UTF-8"),
        (("", "a.txt", b"  \n"), "empty"),
        (("x" * (LARGEST_TEXT + 1), "", b""), "bytes; at most"),
        (("x" * (MAX_CHARACTERS + 1), "", b""), "characters; at most"),
    ],
)
def test_what_cannot_be_opened_is_refused_without_a_word_of_it(given, said):
    with pytest.raises(InvalidInputError, match=said):
        checked_text(*given)


def test_a_case_that_does_not_stand_any_more_is_not_replaced(case):
    kept = OwnTexts()
    kept.put("rob", case)
    later = case.model_copy(update={"source": "answered later"})
    kept.put("rob", later, instead_of=case)
    with pytest.raises(InvalidInputError, match="nothing was kept"):
        kept.put("rob", case, instead_of=case)
    assert kept.get("rob", case.domain, case.document) is later
    kept.drop("rob")
    with pytest.raises(InvalidInputError, match="nothing was kept"):
        kept.put("rob", case, instead_of=later)
    assert kept.get("rob", case.domain, case.document) is None
