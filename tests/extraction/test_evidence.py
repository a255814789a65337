"""Quotes are located exactly, or after folding that changes no word; offsets are true in any script."""

import re
import sys
import time
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.domains import load, names
from pellucid.extraction import Evidence, _evidence
from pellucid.extraction._evidence import _fold, _fold_cluster, _is_whole, _joins


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
        ("the patient's pain", "patient", "patient"),
        ("the patient's pain", "patient's pain", "patient's pain"),
        ("signes d'hypertension", "hypertension", "hypertension"),
        ("signes d'e\u0301tat", "\u00e9tat", "e\u0301tat"),
        ("he said 'no pain'", "no pain", "no pain"),
        ("between 3-$5", "$5", "$5"),
        ("cost - $5", "$5", "$5"),
        ("12 000 DM", "12 000", "12 000"),
        ("12'000 CHF", "12’000", "12'000"),
        ("in 2019 300 people", "2019", "2019"),
        ("in 2019 300 people", "300 people", "300 people"),
        ("at 12:30 120 mmHg", "120 mmHg", "120 mmHg"),
        ("2020-01-12 120 mmHg", "120 mmHg", "120 mmHg"),
        ("factor 0.5 100 ml", "100 ml", "100 ml"),
        ("B12 300 mg", "300 mg", "300 mg"),
        ("aged 54\n120 mmHg", "54", "54"),
        ("aged 54\r\n120 mmHg", "120 MMHG", "120 mmHg"),
        ("age 54 1200 steps", "54", "54"),
        ("age 54 12 drugs", "54", "54"),
        ("code 05 123", "123", "123"),
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
        ("cafe\u0301pain", "pain"),
        ("pain \u0301today", "pain today"),
        ("a balance of -$5", "$5"),
        ("a balance of -$5", "5"),
        ("a balance of −€5,10", "€5,10"),
        ("-$5", "$5"),
        ("a change of -.5 mm", ".5 mm"),
        ("the patient's pain", "s pain"),
        ("the patient’s PAIN", "s pain"),
        ("he isn't well", "t well"),
        ("he can't walk", "he can"),
        ("he CAN’T walk", "he can"),
        ("п'ять", "ять"),
        ("12 000 DM", "12"),
        ("12 000 DM", "000 DM"),
        ("12 000 DM", "000 dm"),
        ("12'000 CHF", "12"),
        ("12’000 CHF", "000 CHF"),
        ("5\u202f250\u202f000 DM", "250"),
        ("DM 250 000 in all", "dm 250"),
        ("from 5 000-10 000 DM", "10"),
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


TRICKY = [
    *"aAsSnNtT ßẞéeŉİ19 0.,-−$'’ゔ가👍🏽\t\n\r\xa0\u2009\u200d\u0301\u0323\u0345ﬁक",
    "\u1112\u1161\u11ab",
    "\u1161",
    "्",
    "12 000",
]


@pytest.mark.parametrize(("chunk", "few"), [(4096, 32), (3, 0)], ids=["as it is", "many borders, patterns at once"])
@settings(max_examples=500, deadline=None)
@given(text=st.lists(st.sampled_from(TRICKY), max_size=30).map("".join), data=st.data())
def test_the_fast_search_finds_just_what_plain_folding_finds(chunk, few, text, data):
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : start + data.draw(st.integers(1, 6))]
    quote = data.draw(st.sampled_from([str, str.upper, str.casefold, nfd, spread]))(quote)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_evidence, "_CHUNK", chunk)
        patch.setattr(_evidence, "_FEW", few)
        assert Evidence(text).locate(quote) == plainly_located(text, quote)


def nfd(text):
    return unicodedata.normalize("NFD", text)


def spread(text):
    return text.replace(" ", "\r\n ")


def plainly_located(text, quote):
    """Search verbatim, then in the folded text: every cluster folded, its place kept for each of its characters."""
    quote = quote.strip()
    for start in range(len(text)) if quote else ():
        if text.startswith(quote, start) and _is_whole(text, start, start + len(quote)):
            return (start, start + len(quote))
    wanted, document = plainly_folded(quote), plainly_folded(text)
    for at in range(len(document) - len(wanted) + 1) if quote else ():
        match = document[at : at + len(wanted)]
        if [letter for letter, _, _ in match] == [letter for letter, _, _ in wanted]:
            inside = (at > 0 and document[at - 1][1:] == match[0][1:]) or (
                at + len(match) < len(document) and document[at + len(match)][1:] == match[-1][1:]
            )
            if not inside and _is_whole(text, match[0][1], match[-1][2]):
                return (match[0][1], match[-1][2])
    return None


def plainly_folded(text):
    """Fold cluster by cluster; for every folded character, the characters of the original it came from."""
    clusters = []
    for at, letter in enumerate(text):
        begin = clusters[-1] if clusters else 0
        after_space = at > 0 and text[at - 1].isspace()
        joins = after_space if letter.isspace() else _joins(letter) and not after_space
        if not clusters or not joins or (not letter.isspace() and at - begin >= 32):
            clusters.append(at)
    spans = list(pairwise([*clusters, len(text)]))
    return [(letter, *span) for span in spans for letter in _fold_cluster(text[slice(*span)])]


@pytest.mark.parametrize(
    "text", ["e" + "\u0323\u0301" * 50 + " x", "\u0301" * 70 + "é", "A\u1161" + "\u11ab\u0301" * 40 + "B  c"]
)
def test_endless_marks_fold_like_any_others(text):
    for start in range(0, len(text), 7):
        for quote in (text[start:], text[start:].upper(), text[start : start + 32].lower()):
            assert Evidence(text).locate(quote) == plainly_located(text, quote)


def test_every_character_folds_in_a_text_as_it_folds_alone():
    assigned = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in ("Cn", "Co")]
    letters = [letter for letter in assigned if not letter.isspace() and not _joins(letter)]
    assert len(letters) > 100_000
    assert _fold("".join(letters)) == "".join(map(_fold_cluster, letters))


def test_white_space_and_marks_that_are_known_by_heart_are_what_they_are_taken_for():
    everything = [chr(code) for code in range(sys.maxunicode + 1)]
    assert {*_evidence._SPACES, " "} == {letter for letter in everything if letter.isspace()}
    cased = re.findall(_evidence._CASED, "".join(everything))
    assert len(cased) > 300
    assert all(letter.isalpha() and letter.lower() != letter.upper() for letter in cased)
    joining = re.findall(_evidence._JOINING, "".join(everything))
    assert all(_evidence._cuts(f" {letter}", 1) for letter in joining)


def test_no_quote_with_one_word_edited_is_found():
    chance = np.random.default_rng(3)
    documents = [text for name in names() for text in load(name).documents()[:40]]
    vocabulary = sorted({word for text in documents for word in text.split()})
    false = 0
    for _ in range(500):
        text = documents[chance.integers(len(documents))]
        words = text.split()
        start = chance.integers(len(words) - 6)
        quote = words[start : start + 6]
        assert Evidence(text).locate(" ".join(quote).upper()) is not None
        quote[chance.integers(6)] = vocabulary[chance.integers(len(vocabulary))]
        stands = folded(" ".join(quote)) in folded(text)  # the same word may have been put back
        false += Evidence(text).locate(" ".join(quote)) is not None and not stands
    assert false == 0


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
    began = time.process_time()
    assert Evidence(text).locate(quote) is None
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "value 140; " * 90_000 + "value 40;",
        "to -40; " * 100_000 + "value 40;",
        "12 000 " * 100_000 + "and 40",
        "non-anginal 40  pain " * 50_000 + "Anginal 40 pain",
    ],
    ids=["digits", "minus", "thousands", "hyphen"],
)
def test_many_places_that_cut_something_do_not_make_the_search_slow(text):
    quote = "anginal 40 pain" if "anginal" in text else "40" if "40;" in text else "12"
    began = time.process_time()
    assert (Evidence(text).locate(quote) is None) == (quote == "12")
    assert time.process_time() - began < 1


def test_time_is_linear_in_the_length_of_the_document():
    piece = "The quíck brown fox  jumps – over the lazy dog. "

    def seconds(times):
        evidence = Evidence(piece * times + "Ünïque\r\nEND")
        began = time.process_time()
        assert evidence.locate("ünïque end") is not None
        return time.process_time() - began

    seconds(100)
    small = min(seconds(2_000) for _ in range(3))
    large = min(seconds(20_000) for _ in range(3))
    assert large < 40 * small
