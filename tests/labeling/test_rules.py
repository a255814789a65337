"""Rules on words: whole words and patterns vote for a class or for none."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling import KeywordLabeler, Labeler, RegexLabeler

WORDS = {1: ["rain", "heavy cloud", "C++"], 0: ["sun"]}


def votes(labeler, *texts):
    return [one.label for one in labeler.label(list(texts))]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("RAIN.", 1),
        ("Heavy\n  cloud", 1),
        ("in c++, so", 1),
        ("training", None),
        ("rain_fall", None),
        ("heavy, cloud", None),
        ("The sun.", 0),
        ("Sunday", None),
        ("Sun and rain", None),
        ("no rain", 1),
    ],
)
def test_words_are_found_whole_and_in_any_case(text, label):
    assert votes(KeywordLabeler(WORDS), text) == [label]


def test_a_label_says_which_words_were_found_or_why_there_is_no_vote():
    found = KeywordLabeler(WORDS).label(["Rain, rain and a heavy cloud.", "Sun and rain.", "Wind."])
    assert [(one.rationale, one.cause) for one in found] == [
        ("“rain”, “heavy cloud”", ""),
        ("", "rules for several classes apply: “rain”, “sun”"),
        ("", "no rule applies"),
    ]
    assert (found[0].document, found[0].labeler) == ("row 0", "keywords")


def test_classes_may_be_texts_and_one_class_is_enough():
    assert votes(KeywordLabeler({"wet": ["rain"]}, name="wet"), "Rain.", "Sun.") == ["wet", None]


def test_patterns_match_anywhere_and_in_any_case():
    labeler = RegexLabeler({1: [r"\brain(ed|s)?\b", "(?-i:RAIN)"], 0: [r"(?<!no )sun"]})
    assert votes(labeler, "It RAINED.", "no sun", "A sunny day", "sun, rain", "\ud83d rain ☔") == [1, None, 0, None, 1]
    assert labeler.label(["RAIN"])[0].rationale == "“\\brain(ed|s)?\\b”, “(?-i:RAIN)”"


def test_a_search_that_never_ends_is_stopped_and_the_next_document_is_searched():
    labeler = RegexLabeler({1: ["(a+)+$"], 0: ["sun"]}, seconds=0.5)
    trap, after = labeler.label(["a" * 60 + "!", "sun"])
    assert (trap.label, trap.cause) == (None, "the search did not end within 0.5 seconds")
    assert after.label == 0


@pytest.mark.parametrize("labeler", [KeywordLabeler, RegexLabeler])
@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, "got dict; a mapping of class to texts"),
        (["rain"], "got list; a mapping of class to texts"),
        ({1: "rain"}, "class 1 has none; a list of texts"),
        ({1: []}, "class 1 has none"),
        ({1: ["rain", " "]}, "class 1 has one that is empty"),
        ({1: [3]}, "class 1 has one that is empty or no text"),
        ({1: ["rain"], 0: ["rain"]}, "'rain' stands for two classes"),
        ({None: ["rain"]}, "classes: one is missing"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(labeler, rules, said):
    with pytest.raises(InvalidInputError, match=said):
        labeler(rules)


def test_words_that_differ_in_case_alone_are_the_same_word():
    with pytest.raises(InvalidInputError, match="stands for two classes"):
        KeywordLabeler({1: ["Heavy  rain"], 0: ["heavy rain"]})


def test_a_pattern_that_is_none_is_named():
    with pytest.raises(InvalidInputError, match=r"patterns: '\(rain' of class 1 cannot be used: missing \)"):
        RegexLabeler({1: ["(rain"]})


def test_there_is_a_limit_of_time():
    with pytest.raises(InvalidInputError, match="seconds: got 0"):
        RegexLabeler({1: ["rain"]}, seconds=0)


@pytest.mark.parametrize("labeler", [KeywordLabeler(WORDS), RegexLabeler({1: ["rain"]})])
def test_rules_are_labelers_and_say_what_they_are(labeler):
    assert isinstance(labeler, Labeler)
    assert labeler.name in repr(labeler)
    with pytest.raises(InvalidInputError, match="is empty"):
        labeler.label(["Rain.", ""])
