"""Pairs of answers that no training document had are found, and only where several would be expected."""

import numpy as np
import pandas as pd
import pytest

from pellucid.explanation import Combinations
from pellucid.schema import Question, Questionnaire

SKY = Questionnaire(
    name="sky",
    questions=[
        Question(id="wind", ask="Wind?", type="number", unit="knots"),
        Question(id="cloud", ask="Cloud?", type="choice", options=["none", "some", "all", "odd"]),
        Question(id="rain", ask="Rain?", type="yes/no"),
    ],
)
WEIGHTS = {("wind",): 0.5, ("cloud",): 1.0, ("rain",): 0.7}


@pytest.fixture
def seen():
    random = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "wind": random.integers(0, 30, 120).astype(float),
            "cloud": random.choice(["none", "some", "all"], 120),
            "rain": random.choice(["yes", "no"], 120),
        }
    )
    table.loc[table["cloud"] == "none", "rain"] = "no"
    table.loc[(table["wind"] >= 20) & (table["rain"] == "yes"), "rain"] = None
    table.loc[0, ["cloud", "rain"]] = ["odd", "no"]
    return table


def test_a_pair_never_met_is_named_in_words(seen):
    known = Combinations(seen, SKY, WEIGHTS)
    assert known.unseen({"wind": 3, "cloud": "none", "rain": "yes"}) == ("cloud none with rain yes",)
    (windy,) = known.unseen({"wind": 29, "cloud": "all", "rain": "yes"})
    assert windy == f"wind {np.quantile(seen['wind'], 2 / 3, method='higher'):g} knots or more with rain yes"
    (said,) = known.warnings({"wind": 29, "cloud": "none", "rain": "yes"})
    assert said.startswith("no training document had together: wind ")
    assert said.endswith("; cloud none with rain yes")


def test_what_was_met_what_is_missing_and_what_is_rare_gives_no_warning(seen):
    known = Combinations(seen, SKY, WEIGHTS)
    assert known.warnings({"wind": 3, "cloud": "all", "rain": "yes"}) == ()
    assert known.warnings({"wind": None, "cloud": "none", "rain": None}) == ()
    assert known.warnings({"wind": 3, "cloud": "odd", "rain": "yes"}) == ()
    assert known.warnings({"wind": "gale", "cloud": 3}) == ()
    assert Combinations(seen, SKY, WEIGHTS, expected=0.1).warnings({"cloud": "odd", "rain": "yes"}) != ()


def test_every_training_document_passes(seen):
    known = Combinations(seen, SKY, WEIGHTS, expected=0.0)
    for row in seen.to_dict("records"):
        assert known.unseen({name: None if pd.isna(value) else value for name, value in row.items()}) == ()


def test_only_leading_questions_and_the_models_pairs_are_looked_at(seen):
    lead = Combinations(seen, SKY, WEIGHTS, top=1)
    assert lead.unseen({"cloud": "none", "rain": "yes"}) == ()
    pair = Combinations(seen, SKY, {**WEIGHTS, ("cloud", "rain"): 0.1}, top=1)
    assert pair.unseen({"cloud": "none", "rain": "yes"}) == ("cloud none with rain yes",)


def test_many_are_counted_and_three_named():
    many = Questionnaire(name="m", questions=[Question(id=f"q{n}", ask="?", type="yes/no") for n in range(4)])
    table = pd.DataFrame({f"q{n}": ["yes" if k == n else "no" for k in range(4)] * 15 for n in range(4)})
    known = Combinations(table, many, {(f"q{n}",): 1.0 for n in range(4)})
    (said,) = known.warnings({f"q{n}": "yes" for n in range(4)})
    assert said.endswith("; q0 yes with q3 yes, and 3 more")
