"""Figures and differences as records."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Conclusion, Difference, Measure


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (Measure(value=None), "undefined"),
        (Measure(value=0.5), "0.500"),
        (Measure(value=0.9012, low=0.86, high=0.935), "0.901 [0.860, 0.935]"),
    ],
)
def test_measures_are_written_for_people(measure, text):
    assert measure.text() == text


def test_a_difference_says_what_follows_in_words_a_person_knows():
    found = Difference(contender="a", reference="b", measure="auroc", value=0.1, conclusion="inconclusive")
    assert found.conclusion is Conclusion.INCONCLUSIVE
    assert not [said for said in Conclusion if "no difference" in said]


def test_a_margin_is_above_zero():
    with pytest.raises(ValidationError, match="greater than 0"):
        Difference(contender="a", reference="b", measure="auroc", value=0.1, margin=0)
