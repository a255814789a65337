"""What is taken out stays out, tags mean one thing, and every offset leads back to the original."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.extraction._evidence import Evidence, Span
from pellucid.extraction._redaction import PatternRedactor, Redacted, Redaction


def redacted(text, *words, label="NAME"):
    found = []
    for word in words:
        start = text.find(word)
        while start >= 0:
            found.append(Redaction(start, start + len(word), label))
            start = text.find(word, start + 1)
    return Redacted.of(text, found)


def test_the_same_words_get_the_same_tag():
    one = redacted("Ana met Bo; Bo thanked Ana.", "Bo", "Ana")
    assert one.text == "[NAME 1] met [NAME 2]; [NAME 2] thanked [NAME 1]."
    assert one.restore("met [NAME 2]; [NAME 9]") == "met Bo; [NAME 9]"
    assert len(one) == 4


def test_a_tag_the_document_has_is_not_used():
    one = redacted("Ana [NAME 1] and [name  2] too.", "Ana")
    assert one.text == "[NAME 3] [NAME 1] and [name  2] too."
    assert one.restore("[NAME 1]") == "[NAME 1]"


def test_a_quote_that_touches_a_tag_leads_to_all_it_stands_for():
    text = "Mail ana@example.org or call."
    one = redacted(text, "ana@example.org", label="EMAIL")
    quote = "Mail [EMAIL 1] or"
    span = one.original(Evidence(one.text).locate(quote))
    assert text[span.start : span.end] == "Mail ana@example.org or"
    half = one.original(Span(one.text.index("AIL 1"), one.text.index(" or")))
    assert text[half.start : half.end] == "ana@example.org"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab []1N", max_size=40), st.data())
def test_offsets_lead_back_and_nothing_else_changes(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    one = Redacted.of(text, [Redaction(start, end, "N") for start, end in pairs][::-1])
    assert one.restore(one.text) == text
    inside = {place for start, end in pairs for place in range(start, end)}
    kept = [place for place in range(len(text)) if place not in inside]
    back = [one.original(Span(place, place + 1)) for place in range(len(one.text))]
    whole = {Span(*pair) for pair in pairs}
    assert [span.start for span in back if span not in whole or span.start not in inside] == kept
    assert all(span in whole or span.end - span.start == 1 for span in back)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([Redaction(0, 3, "A"), Redaction(2, 5, "B")], r"0 to 3 \(A\) and 2 to 5 \(B\) overlap"),
        ([Redaction(4, 4, "A")], "got characters 4 to 4"),
        ([Redaction(-1, 4, "A")], "got characters -1 to 4"),
        ([Redaction(0, 99, "A")], "of a text that has 10"),
        ([Redaction(0, 1, "email")], "a label has at most 40 capitals"),
        ([Redaction(0, 1, "A]")], "a label has"),
        ([Redaction(0.0, 1, "A")], "whole numbers"),
        ([(0, 1)], "got a tuple"),
        (["secret"], "got a str"),
    ],
)
def test_what_cannot_be_taken_out_is_refused_without_the_text(found, message):
    with pytest.raises(InvalidInputError, match=message) as raised:
        Redacted.of("secret has", found)
    assert "secret" not in str(raised.value)


def test_neither_shows_the_text():
    assert "Ana" not in repr(redacted("Ana", "Ana"))
    assert repr(PatternRedactor()) == "PatternRedactor()"
    assert PatternRedactor.name == "patterns 1"


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("ana.gomez+x@mail.example.org", "EMAIL"),
        ("+49 30 901820", "PHONE"),
        ("(030) 90 18 20", "PHONE"),
        ("555-010-0199", "PHONE"),
        ("0171 2345678", "PHONE"),
        ("4111 1111 1111 1111", "CARD"),
        ("4111-1111-1111-1111", "CARD"),
        ("192.168.0.12", "IP"),
        ("fe80::1ff:fe23", "IP"),
        ("DE89 3704 0044 0532 0130 00", "IBAN"),
        ("12345678", "NUMBER"),
        ("4111111111111112", "NUMBER"),
        ("123-45-6789", "NUMBER"),
    ],
)
def test_what_has_a_form_is_found(words, label):
    text = f"It is {words}, he said."
    assert list(PatternRedactor()(text)) == [Redaction(6, 6 + len(words), label)]


@pytest.mark.parametrize(
    "text",
    [
        "Blood pressure 134/80, pulse 72, 98.6 degrees, aged 56.",
        "On 2017-03-04 at 12:30:15, version 1.2.3.",
        "It cost 1,250,000.00 or 1250000 DM, 12345678.50 in all.",
        "4111 1111 1111 1112 is no card, DE00 3704 0044 0532 0130 00 no account.",
        "Note :: see 300.1.1.1 and a@b.",
    ],
)
def test_other_numbers_stay(text):
    assert list(PatternRedactor()(text)) == []


@pytest.mark.parametrize("piece", ["a", "a.", "1 ", "1", "+1 ", "1:", "AA11 ", "a@", "a@a.", "0 1-"])
def test_hostile_text_takes_no_longer(piece):
    text = (piece * 500_000)[:500_000]
    began = time.process_time()
    Redacted.of(text, PatternRedactor()(text))
    assert time.process_time() - began < 5


def test_a_date_with_slashes_is_no_phone_number():
    assert list(PatternRedactor()("Seen 12/03/2024, again 1/4/2025.")) == []


def test_endless_almost_numbers_take_no_time():
    text = ("+1" + "1" * 30 + "x ") * 300
    began = time.process_time()
    assert list(PatternRedactor()(text)) == []
    assert time.process_time() - began < 1
