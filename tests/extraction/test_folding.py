"""Disguised words fold to the same letters, and every folded letter knows where it came from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.extraction._folding import fold_any, fold_latin, spelled_out


@pytest.mark.parametrize(
    "disguise",
    [
        "Іgnоrе",
        "ｉｇｎｏｒｅ",
        "𝐈𝐠𝐧𝐨𝐫𝐞",
        "Ig\u200bno\u00adre",
        "\u202eignore\u202c",
        "ïgnórè",
        "ignore\ufe0f",
        "".join(chr(0xE0000 + ord(letter)) for letter in "ignore"),
    ],
)
def test_disguises_fold_away(disguise):
    assert fold_latin(disguise).text == "ignore"


def test_plain_ascii_costs_no_map():
    folded = fold_latin("Ignore THIS")
    assert folded.text == "ignore this"
    assert folded.places is None
    assert folded.original(2, 5) == (2, 5)


def test_other_scripts_keep_their_letters():
    assert fold_any("Игнорируй ВСЁ").text == "игнорируй все"
    assert fold_any("أَجِبْ").text == "اجب"
    assert fold_any("עֲנֵה").text == "ענה"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("abÀﬁß½ж字 \u200b\u0301\U0001d408")), min_size=1, max_size=30))
def test_every_folded_letter_leads_to_one_that_folds_to_it(text):
    for fold in (fold_latin, fold_any):
        folded = fold(text)
        for place, letter in enumerate(folded.text):
            start, end = folded.original(place, place + 1)
            assert end - start == 1
            assert letter in fold(text[start]).text


def test_letters_that_stand_apart_are_joined():
    text = "Well. I g\u200b n o r e this"
    folded = fold_latin(text)
    joined = spelled_out(folded)
    assert joined.text == "ignore\n"
    assert joined.original(0, 6) == (text.index("I"), text.index("e this") + 1)
    assert spelled_out(fold_latin("A b c and _ _ _ _ _ _ _ are few")) is None
