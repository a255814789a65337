import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.extraction import Evidence
from pellucid.llm._pieces import is_quotable, pieces

texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" .,-(\"'5a体\n\u0301\u200d🎉")), max_size=60
)


@given(texts, st.integers(1, 40))
def test_the_pieces_are_the_text_and_none_is_longer_than_half_a_quote(text, longest):
    found = pieces(text, longest)
    assert "".join(found) == text
    assert all(0 < len(piece) <= max(longest // 2, 1) for piece in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aged 56, no fever.", ["Aged", " ", "56", ",", " ", "no", " ", "fever", "."]),
        ("-3.5 .5 1,000.", ["-3.5", " ", ".5", " ", "1,000", "."]),
        ('("no"), he said', ["(", '"', "no", '"', ")", ",", " ", "he", " ", "said"]),
        ("non-anginal it's", ["non-anginal", " ", "it's"]),
        ("体温は38.5度。", ["体", "温", "は", "38.5", "度", "。"]),
        ("ไข้ ๓๘", ["ไ", "ข้", " ", "๓๘"]),
        ("cafe\u0301 e\u0301", ["cafe\u0301", " ", "e\u0301"]),
        ("👩\u200d👩\u200d👧 ok", ["👩\u200d👩\u200d👧", " ", "ok"]),
        ("...and", [".", ".", ".", "and"]),
        ("non-体", ["non-体"]),
        ("", []),
    ],
)
def test_words_numbers_and_characters_stay_whole(text, expected):
    assert pieces(text) == expected


@given(texts)
def test_evidence_finds_every_run_of_pieces_between_white_space(text):
    document, found = Evidence(text), pieces(text)
    places = [place for place, piece in enumerate(found) if is_quotable(piece)]
    for first in places[:5]:
        for last in [place for place in places if place >= first][:5]:
            quote = "".join(found[first : last + 1])
            if text.find(quote) == len("".join(found[:first])):  # stands elsewhere first otherwise, perhaps cut
                assert document.locate(quote) is not None, (found, quote)


@pytest.mark.parametrize("text", ["." * 200_000 + "a", '("' * 100_000 + "a", "体\u200d" * 100_000, "aB3" * 70_000])
def test_hostile_runs_take_no_longer_than_others(text):
    began = time.process_time()
    assert "".join(pieces(text)) == text
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("piece", "expected"),
    [("no", True), ("56", True), (".5", True), ("$", True), ("🎉", True), ("--", False), (".", False), (" a", False)],
)
def test_a_piece_is_quotable_when_it_tells_something(piece, expected):
    assert is_quotable(piece) is expected
