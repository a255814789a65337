"""A decision row by row."""

import pytest

from pellucid.reporting._decision_view import gap_words, outcome_words, question_numbers, term_rows
from pellucid.schema import DRAFT, Source


def test_questions_are_numbered_in_ranked_order(decision):
    assert list(question_numbers(decision).items())[:3] == [("pests", 1), ("height", 2), ("soil", 3)]


def test_pair_points_to_the_rows_of_its_questions(decision):
    rows = {row.name: row for row in term_rows(decision)}
    pair = rows["Height × Soil"]
    assert [answer.number for answer in pair.answers] == [2, 3]
    assert not any(answer.home for answer in pair.answers)
    assert rows["Height"].answers[0].home


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [(None, ("1", "1")), (("died", "survived"), ("survived", "survived")), (("0", "1"), ("1", "1"))],
)
def test_outcome_is_worded_by_the_study(decision, outcomes, words):
    assert outcome_words(decision, outcomes) == words


def test_other_class_gets_its_own_word(decision):
    no = decision.model_copy(update={"predicted": "0"})
    assert outcome_words(no, ("died", "survived")) == ("survived", "died")


def test_gap_counts_percentage_points():
    assert gap_words(0.5, 0.51) == "1 percentage point higher"
    assert gap_words(0.9, 0.4) == "50 percentage points lower"


def test_what_is_only_tried_out_is_said_to_be_unsigned(decision):
    term = next(term for term in decision.contributions if term.questions == ("pot",))
    tried = term.answers[0].model_copy(update={"source": Source(model="person", corrected_by=DRAFT)})
    changed = decision.model_copy(update={"contributions": (term.model_copy(update={"answers": (tried,)}),)})
    (row,) = term_rows(changed)
    assert row.answers[0].remark == "Tried out; nobody has signed it."
