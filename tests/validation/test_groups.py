"""Which groups an audit looks into."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.validation._groups import UNKNOWN, SubgroupRules, cut_attributes, groups_of


def test_numbers_written_as_text_are_cut_at_their_quartiles():
    table = cut_attributes(pd.DataFrame({"age": [str(age) for age in range(20, 60)]}))
    assert table["age"].value_counts().to_dict() == {
        "below 29.75": 10,
        "29.75 to below 39.5": 10,
        "39.5 to below 49.25": 10,
        "49.25 and above": 10,
    }


def test_few_numbers_are_levels_and_stay_as_they_are():
    table = cut_attributes(pd.DataFrame({"sex": ["0.0", "1.0"] * 20}))
    assert set(table["sex"]) == {"0.0", "1.0"}
    assert set(cut_attributes(pd.DataFrame({"score": range(5)}), levels=4)["score"]) != {"0", "1", "2", "3", "4"}


def test_truth_values_are_never_cut():
    flags = pd.DataFrame({"flag": [True, False] * 10})
    assert set(cut_attributes(flags)["flag"]) == {"True", "False"}


def test_given_edges_win_and_a_value_at_an_edge_belongs_above():
    table = cut_attributes(pd.DataFrame({"age": [29.9, 30, 59, 60]}), {"age": (30, 60)})
    assert table["age"].tolist() == ["below 30", "30 to below 60", "30 to below 60", "60 and above"]


def test_what_is_missing_is_a_group_and_no_document_is_lost():
    people = pd.DataFrame({"sex": ["f", None, " ", "m"], "age": [1, np.nan, 3, 4]})
    table = cut_attributes(people, {"age": (2,)})
    assert table["sex"].tolist() == ["f", UNKNOWN, UNKNOWN, "m"]
    assert table["age"].tolist() == ["below 2", UNKNOWN, "2 and above", "2 and above"]


def test_a_number_that_most_share_makes_no_empty_range():
    table = cut_attributes(pd.DataFrame({"count": [0] * 60 + list(range(1, 31))}))
    groups = groups_of(table, 1)
    assert sum(group.rows.sum() for group in groups) == 90
    assert all(group.rows.any() for group in groups)


def test_groups_come_in_reading_order_and_crossings_after_them():
    people = pd.DataFrame({"sex": ["m", "f", "f", None], "age": [70, 9, 30, 30]})
    groups = groups_of(cut_attributes(people, {"age": (10, 60)}), 2)
    assert [group.subject for group in groups] == [
        "sex = f",
        "sex = m",
        "sex = not recorded",
        "age = below 10",
        "age = 10 to below 60",
        "age = 60 and above",
        "sex × age = f × below 10",
        "sex × age = f × 10 to below 60",
        "sex × age = m × 60 and above",
        "sex × age = not recorded × 10 to below 60",
    ]
    assert groups[5].rows.tolist() == [True, False, False, False]
    assert groups[7].rows.tolist() == [False, False, True, False]
    assert len(groups_of(cut_attributes(people, {"age": (10, 60)}), 1)) == 6


def test_attributes_that_cannot_be_used_are_refused():
    people = pd.DataFrame({"sex": ["f", "m"]})
    with pytest.raises(InvalidTypeError, match="protected: got list"):
        cut_attributes(["f", "m"])
    with pytest.raises(InvalidInputError, match="'age' is no attribute; there are sex"):
        cut_attributes(people, {"age": (1,)})
    with pytest.raises(InvalidInputError, match="'sex' holds something that is no number"):
        cut_attributes(people, {"sex": (1,)})
    for edges in ((), (2, 1), (1, 1), (1, np.inf)):
        with pytest.raises(InvalidInputError, match="numbers that rise are expected"):
            cut_attributes(pd.DataFrame({"age": [1, 2]}), {"age": edges})
    with pytest.raises(InvalidInputError, match="stands there twice"):
        cut_attributes(pd.DataFrame([[1, 2]], columns=["a", "a"]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1.5},
        {"smallest": 5},
        {"smallest_class": 1},
        {"intersections": 4},
        {"margin": -1},
        {"level": 0.9},
        {"draws": 3},
        {"seed": -1},
    ],
)
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InvalidInputError, match=f"{next(iter(wrong))}: got"):
        SubgroupRules(**wrong)
