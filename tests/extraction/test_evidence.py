"""Quotes are located exactly, or after folding that changes no word; offsets are true in any script."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.extraction import Evidence
from pellucid.extraction._evidence import _joins


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("aged 41, well", "aged 41", "aged 41"),
        ("aged 41, well", "  aged 41 ", "aged 41"),
        ("line\r\nend", "line\r", "line"),
        ("Aged\r\n 41", "aged 41", "Aged\r\n 41"),
        ("one\u00a0two\u2003three", "one two three", "one\u00a0two\u2003three"),
        ("STRASSE 5", "Straße 5", "STRASSE 5"),
        ("Die Straße 5", "strasse 5", "Straße 5"),
        ("cafe\u0301 au lait", "café au lait", "cafe\u0301 au lait"),
        ("café au lait", "cafe\u0301", "café"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
        ("He said “no pain”.", 'said "no pain"', "said “no pain”"),
        ("İstanbul 1", "i̇stanbul 1", "İstanbul 1"),
        ("مرحبا بالعالم", "بالعالم", "بالعالم"),
        ("血圧は134です", "134", "134"),
        ("高血圧あり", "血圧", "血圧"),
        ("2-3 times", "3 times", "3 times"),
        ("T-2 lesion", "2 lesion", "2 lesion"),
        ("female, male", "male", "male"),
        ("non-anginal pain", "non-anginal", "non-anginal"),
        ("a 56-year-old", "56", "56"),
        ("Seen. 5 mg given", "5 mg", "5 mg"),
        ("ok 👩‍⚕️ ok", "👩‍⚕️", "👩‍⚕️"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("का कि", "कि", "कि"),
    ],
)
def test_a_true_quote_is_found_with_offsets_into_the_original(text, quote, found):
    span = Evidence(text).locate(quote)
    assert span is not None
    assert text[span.start : span.end] == found


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("aged 41", ""),
        ("aged 41", "   "),
        ("", "aged"),
        ("denies chest pain", "reports chest pain"),
        ("134 mm", "34 mm"),
        ("fell by 1.9 mm", "fell by 1"),
        ("fell by 1.9 mm", "9 mm"),
        ("1,250 DM", "250 DM"),
        ("The woman is female.", "male"),
        ("painless", "pain"),
        ("non-anginal pain", "anginal pain"),
        ("an EX-SMOKER", "smoker"),
        ("dose .5 mg", "5 mg"),
        ("painless", "PAIN"),
        ("it was -5 today", "5 today"),
        ("it was −5 today", "5 TODAY"),
        ("cafe\u0301", "cafe"),
        ("Straße", "tras"),
        ("no\u200bpain", "nopain"),
        ("pаin", "pain"),
        ("👩‍⚕️", "👩"),
        ("👍🏽", "👍"),
        ("\u1112\u1161\u11ab", "\u1112\u1161"),
        ("short", "much longer than the document"),
    ],
)
def test_what_is_not_in_the_document_is_not_found(text, quote):
    assert Evidence(text).locate(quote) is None


def test_a_later_whole_match_is_taken_when_an_earlier_one_would_cut_a_number():
    assert Evidence("134 mm then 34 mm").locate("34 mm") == (12, 17)
    assert Evidence("134 MM then 34 MM").locate("34 mm") == (12, 17)


def test_a_short_quote_is_found_behind_many_places_that_cut_something():
    text = "value 140; " * 1_001 + "value 40;"
    assert Evidence(text).locate("40") == (len(text) - 3, len(text) - 1)


def test_one_folded_search_skips_matches_that_cut_a_character():
    assert Evidence("ẞ ss").locate("S S") is None
    assert Evidence("Maß SS").locate("ss") == (4, 6)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=60), st.data())
def test_every_span_that_is_found_says_the_quote_after_folding(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    span = Evidence(text).locate(quote)
    if span is not None:
        assert folded(text[span.start : span.end]) == folded(quote.strip())


def folded(text):
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    for mark in "‘’‚‛′":
        text = text.replace(mark, "'")
    for mark in "“”„‟″":
        text = text.replace(mark, '"')
    return unicodedata.normalize("NFC", text.casefold())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["Pain", "é", "ß", "denies", "über", "41", "한글"]), min_size=1, max_size=12))
def test_changed_case_space_and_composition_are_always_found(words):
    text = " ".join(words)
    for changed in (text.upper(), "\r\n".join(words), unicodedata.normalize("NFD", text), text.title()):
        assert Evidence(f"Note: {changed} .").locate(text) is not None


def test_no_character_composes_with_one_before_it_unless_it_is_known_to_join():
    composed = 0
    for code in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second = chr(int(parts[1], 16))
            composed += 1
            assert _joins(second), f"U+{code:04X}"
    assert composed > 900


@pytest.mark.parametrize(
    ("text", "quote"),
    [("1" * 400_000, "1" * 200_000), ("ß" * 100_000, "s" * 50_001), ("a" + "\u0301\u0323" * 200_000, "b")],
)
def test_a_quote_made_to_be_slow_is_given_up_soon(text, quote):
    began = time.perf_counter()
    assert Evidence(text).locate(quote) is None
    assert time.perf_counter() - began < 5


def test_time_is_linear_in_the_length_of_the_document():
    piece = "The quíck brown fox  jumps – over the lazy dog. "

    def seconds(times):
        evidence = Evidence(piece * times + "Ünïque\r\nEND")
        began = time.perf_counter()
        assert evidence.locate("ünïque end") is not None
        return time.perf_counter() - began

    seconds(100)
    small = min(seconds(2_000) for _ in range(3))
    large = min(seconds(20_000) for _ in range(3))
    assert large < 40 * small
