"""Wordings that name the outcome, quotes that state it, and quotes after the index date."""

from datetime import date

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.schema import Answer, Context, FindingKind, Question, Reading, Source
from pellucid.validation._stated_leaks import quote_leaks, wording_leaks

SOURCE = Source(model="demo")


def question(ask, name="q", options=()):
    kind = "choice" if options else "yes/no"
    return Question(id=name, ask=ask, type=kind, options=options)


def read(text, quote, context=None, name="a"):
    start = text.index(quote)
    answer = Answer(
        question="q",
        value="yes",
        status="answered",
        start=start,
        end=start + len(quote),
        source=SOURCE,
        context=context,
    )
    return Reading(document=name, answers=(answer,))


@pytest.mark.parametrize(
    ("ask", "options", "alarm"),
    [
        ("Was there a flood?", (), True),
        ("Did it end in flooding?", (), True),
        ("What followed?", ("the river flooded", "nothing"), True),
        ("How high was the river?", (), None),
        ("Was the dam breached?", (), False),
        ("Did a dam breach follow?", (), True),
    ],
)
def test_a_wording_that_holds_all_words_of_an_outcome_is_an_alarm_and_some_are_named(ask, options, alarm):
    looked = wording_leaks(
        [question(ask, options=options)],
        ["dry", "a flood", "a dam breach within two years follows"],
    )
    assert [one.alarm for one in looked.findings] == ([] if alarm is None else [alarm])
    assert all(one.kind is FindingKind.WORDING for one in looked.findings)


def test_a_given_term_is_an_alarm_and_only_as_whole_words():
    asked = [question("Was the ground soaked?", "ground"), question("Was it a groundhog?", "animal")]
    looked = wording_leaks(asked, [], terms=["the ground"])
    assert [one.subject for one in looked.alarms] == ["ground"]
    assert "2 questions" in looked.looked_for()
    assert len(looked.findings) == 1


def test_alarms_stand_first():
    asked = [question("Was a dam near?", "near"), question("Did the dam breach?", "breach")]
    assert [one.subject for one in wording_leaks(asked, ["dam breach"]).findings] == ["breach", "near"]


def test_an_outcome_without_a_word_to_look_for_is_refused():
    with pytest.raises(InvalidInputError, match="none holds a word"):
        wording_leaks([question("Was there wind?")], ["yes", "no"])


def test_a_quote_whose_sentence_states_the_outcome_is_an_alarm_that_does_not_repeat_the_text():
    text = "Wind from the west. Later the village was Flooded by secretword. All calm."
    looked = quote_leaks(
        [read(text, "Later"), read(text, "Wind", name="b")], {"a": text, "b": text}, terms=["was flooded"]
    )
    (found,) = looked.alarms
    assert (found.kind, found.subject, found.documents) == (FindingKind.LEAK, "q", ("a",))
    assert found.figure.value == 0.5
    assert "secretword" not in found.said
    assert "2 quotes" in looked.looked_for()


@pytest.mark.parametrize(
    ("written", "late"),
    [
        ("2024-06-01", True),
        ("2024/05/30", False),
        ("1.6.2024", True),
        ("01-06-2024", True),
        ("5/6/2024", True),
        ("31 May 2024", False),
        ("1st of June 2024", True),
        ("1. Jun. 2024", True),
        ("June 1, 2024", True),
        ("Dec 31st 2024", True),
        ("31.6.2024", False),
        ("31 June 2024", False),
        ("1.6.24", False),
        ("June 2024", False),
        ("0000-06-01", False),
        ("9999-13-01", False),
    ],
)
def test_days_after_the_index_date_are_read_in_all_their_forms_and_nothing_is_guessed(written, late):
    text = f"It rained. Measured again on {written} at noon; dry. Nothing else."
    looked = quote_leaks([read(text, "Measured")], {"a": text}, index_dates={"a": date(2024, 5, 31)})
    assert [one.kind for one in looked.findings] == [FindingKind.LATE_QUOTE] * late


def test_the_order_of_day_and_month_is_as_told():
    text = "Seen on 5/6/2024."
    given = ([read(text, "Seen")], {"a": text})
    days = {"a": date(2024, 5, 31)}
    assert quote_leaks(*given, index_dates=days).alarms
    assert not quote_leaks(*given, index_dates=days, day_first=False).alarms


def test_other_sentences_other_documents_and_answers_without_a_place_do_not_count():
    text = "Seen on 2030-01-01. Then calm."
    assert not quote_leaks([read(text, "calm")], {"a": text}, index_dates={"a": date(2024, 1, 1)}).findings
    assert not quote_leaks([read(text, "Seen")], {"a": text}, index_dates={"b": date(2024, 1, 1)}).findings
    silent = Reading(document="a", answers=(Answer(question="q", value=None, status="not stated", source=SOURCE),))
    assert "0 quotes" in quote_leaks([silent], {"a": text}, terms=["calm"]).looked_for()


def test_the_sentence_noted_with_the_answer_is_used():
    text = "Seen by Dr. Wind on 2030-01-01. Calm."
    days = {"a": date(2024, 1, 1)}
    assert not quote_leaks([read(text, "Seen")], {"a": text}, index_dates=days).findings
    noted = read(text, "Seen", context=Context(start=0, end=31))
    assert quote_leaks([noted], {"a": text}, index_dates=days).findings


def test_what_cannot_be_searched_is_refused():
    with pytest.raises(InvalidInputError, match="nothing to look for"):
        quote_leaks([], {})
    with pytest.raises(InvalidInputError, match="1 documents have none, the first is 'a'"):
        quote_leaks([read("Seen.", "Seen")], {}, terms=["x"])
