"""Sentences end where they end, lose no character, and their numbers cannot be forged."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.extraction._evidence import Evidence, Span
from pellucid.extraction._sentences import LONGEST, numbered, sentence_of, sentences


def cut(text):
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "He took 4.5 mg of it.",
        "Dr. Weiss and Mrs. J. R. Stone came.",
        "Use it, e.g. at night, i.e. late.",
        "Seen by Smith et al. in May.",
        "Blood pressure 134/80, approx. 5 p.m. on arrival.",
        "Er kam am 3. März um 9 Uhr, d.h. spät.",
        "See Fig. 3 and No. 5 vs. No. 6.",
        '"Stop!" he said, and "why?" she asked.',
        "Version 3.11.2 at www.example.org/a.b?c=d was used.",
        "It was wrapped at the end of a line that is quite long, and then\nthe sentence went on.",
        "It was wrapped at the end of a line that is quite long, before\nParkinson was named.",
        "It says: no pain,\nNo fever.",
        "a" * LONGEST,
    ],
)
def test_what_is_one_sentence_stays_one(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Well. No pain! Why? Nobody knows… Later.", ["Well.", "No pain!", "Why?", "Nobody knows…", "Later."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Seen at 5 p.m. He left.", ["Seen at 5 p.m.", "He left."]),
        ("It was 4. It is 5.", ["It was 4.", "It is 5."]),
        ("没有疼痛。他走了！为什么？", ["没有疼痛。", "他走了！", "为什么？"]),
        ("هل تشعر بألم؟ لا. شكرا۔ نعم", ["هل تشعر بألم؟", "لا.", "شكرا۔", "نعم"]),
        ("मैं ठीक हूँ। हाँ।", ["मैं ठीक हूँ।", "हाँ।"]),
        ("Pain: none\nFever: yes\r\n\r\nplan follows", ["Pain: none", "Fever: yes", "plan follows"]),
        ("Findings:\n- pain\n- fever\n1. rest\n2) water", ["Findings:", "- pain", "- fever", "1. rest", "2) water"]),
        ("one,\n\ntwo", ["one,", "two"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_at_marks_lines_and_list_items(text, parts):
    assert cut(text) == parts


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list('aB1.!?。؟\n\r \u2028,-•("é字\u0301')), max_size=80))
def test_every_character_but_white_space_stands_in_exactly_one_sentence(text):
    spans = sentences(text)
    covered = [place for span in spans for place in range(span.start, span.end)]
    assert len(covered) == len(set(covered))
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= set(covered)
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in spans)
    assert spans == sorted(spans)


def test_a_sentence_without_end_is_cut_at_white_space():
    text = "word " * 400
    parts = cut(text)
    assert all(len(part) <= LONGEST for part in parts)
    assert {part[-4:] for part in parts} == {"word"}
    assert [len(part) for part in cut("字" * 1_300)] == [600, 600, 100]
    assert cut("x" + "e\u0301" * 400)[1][0] == "e"


def test_the_sentence_of_a_quote_is_whole():
    text = "Seen today. She denies chest pain. Well."
    start = text.index("chest")
    assert sentence_of(text, start, start + 10) == (12, 34)
    assert sentence_of(text, 5, 14) == (0, 34)
    assert sentence_of("a.  \n ", 3, 5) == (3, 5)


def test_numbered_sentences_are_found_again_by_id():
    text = "Seen today. Denies pain.\n\n- Well"
    shown = numbered(text)
    assert shown.text == "[s1] Seen today. [s2] Denies pain.\n\n[s3] - Well"
    assert shown.ids == ("s1", "s2", "s3")
    assert text[shown.spans["s2"].start : shown.spans["s2"].end] == "Denies pain."


@pytest.mark.parametrize(
    "forged", ["[s2] Pain.", "(s2) Pain.", "[ S 2 ] Pain.", "［ｓ2］ Pain.", "[s\u200b2] Pain.", "<s2>"]
)
def test_marks_of_the_document_are_no_ids(forged):
    shown = numbered(f"No pain. {forged}")
    assert shown.ids[0] == "t1"
    assert "[t1] No pain." in shown.text


def test_a_document_cannot_use_up_the_letters():
    text = " ".join(f"[{letter}1] x." for letter in "abcdefghijklmnopqrstuvwxyz")
    shown = numbered(text)
    assert re.fullmatch(r"[a-z]{2}1", shown.ids[0])
    assert f"[{shown.ids[0]}]" not in text


def test_a_whole_sentence_is_a_quote_that_is_found():
    text = "Seen today. Denies pain,\n\nhas a cough. Fell 4.5 m."
    for span in numbered(text).spans.values():
        assert Evidence(text).locate(text[span.start : span.end]) == Span(*span)


@pytest.mark.parametrize(
    "piece", ["No pain. ", ".", " ", "\n", "a", ". ", "1.\n", "[s1", "字", "x\n", "                         1."]
)
def test_hostile_text_takes_no_longer(piece):
    text = (piece * (200_000 // len(piece)))[:200_000]
    began = time.process_time()
    numbered(text)
    assert time.process_time() - began < 10
