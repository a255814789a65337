"""What few gold labels say, as a record and in words."""

import pytest
from pydantic import ValidationError

from pellucid.schema import About, Measure, Powered

SOME = {
    "measure": "accuracy",
    "label": "accuracy",
    "powered": Measure(value=0.8, low=0.7, high=0.88),
    "gold": Measure(value=0.78, low=0.65, high=0.87),
    "llm": 0.95,
    "trust": 0.7,
    "documents": 1300,
    "gold_documents": 50,
    "effective": 91.4,
}


def test_it_says_what_is_known_how_sure_and_that_the_llm_alone_proves_nothing():
    assert Powered(**SOME).text() == (
        "accuracy 0.800 [0.700, 0.880] with 50 gold labels and the LLM's labels of 1,300 documents: as sure as 91 gold "
        "labels alone. Gold labels alone: 0.780 [0.650, 0.870]. The LLM's labels taken for true: 0.950, not valid."
    )


def test_where_the_llm_was_not_used_it_says_so_and_why():
    said = Powered(**SOME | {"trust": 0.0, "llm": None, "note": "too few"}).text(1)
    assert (
        said == "accuracy 0.8 [0.7, 0.9] with 50 gold labels of 1,300 documents; the LLM's labels add nothing. Too few."
    )


def test_it_says_under_which_drawing_it_is_valid():
    assert "at random" in Powered(**SOME).condition
    assert "chances that were given" in Powered(**SOME | {"weighted": True}).condition


def test_it_is_about_the_population_unless_said_otherwise_and_survives_json():
    found = Powered(**SOME)
    assert found.about is About.POPULATION
    assert Powered.model_validate_json(found.model_dump_json()) == found


def test_trust_is_never_negative():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Powered(**SOME | {"trust": -0.1})
