"""Cues are found as whole words and phrases, by kind, with true offsets."""

from itertools import pairwise

import pytest

from pellucid.extraction._cues import cues


def found(sentence):
    return [(cue.kind, cue.word) for cue in cues(sentence)]


@pytest.mark.parametrize(
    ("sentence", "kind", "word"),
    [
        ("Denies chest pain.", "negation", "Denies"),
        ("He is not well.", "negation", "not"),
        ("It isn’t so.", "negation", "isn’t"),
        ("Free of\n pain.", "negation", "Free of"),
        ("Fracture ruled out.", "negation", "ruled out"),
        ("A non-smoker.", "negation", "non"),
        ("Er hat keine Schmerzen.", "negation", "keine"),
        ("Il n'a pas mal.", "negation", "pas"),
        ("No es grave, sin dolor.", "negation", "sin"),
        ("他没有疼痛", "negation", "没有"),
        ("у него нет боли", "negation", "нет"),
        ("لا يشعر بألم", "negation", "لا"),
        ("His mother had it.", "other person", "mother"),
        ("The brother's asthma.", "other person", "brother's"),
        ("A relative had it.", "other person", "relative"),
        ("Relatives tell of it.", "other person", "Relatives"),
        ("Family history of asthma.", "other person", "Family history"),
        ("Her mother-in-law fell.", "other person", "mother-in-law"),
        ("If pain returns, call.", "hypothetical", "If"),
        ("Should he fall, call.", "hypothetical", "Should he"),
        ("At risk of falls.", "hypothetical", "At risk"),
        ("We cannot exclude it.", "uncertainty", "cannot exclude"),
        ("It may be broken.", "uncertainty", "may"),
        ("Possible fracture.", "uncertainty", "Possible"),
    ],
)
def test_a_word_that_turns_a_meaning_is_found(sentence, kind, word):
    assert (kind, word) in found(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Known pain since Monday.",
        "Room No. 5 is noted.",
        "On May 3 he fell.",
        "A knot in the canon.",
        "Nothings",
        "ST depression of 1.9 mm relative to rest.",
    ],
)
def test_other_words_are_no_cues(sentence):
    assert found(sentence) == []


def test_the_longer_phrase_is_taken_and_none_overlap():
    sentence = "It cannot be excluded that there is no longer any pain, not in his father."
    assert [word for _, word in found(sentence)] == ["cannot be excluded", "no longer", "not", "father"]
    all_of_them = cues(sentence)
    assert all(one.end <= other.start for one, other in pairwise(all_of_them))
    assert all(" ".join(sentence[cue.start : cue.end].split()) == cue.word for cue in all_of_them)
