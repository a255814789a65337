"""Every group against all others: what is tested, what counts once, and in which order findings come."""

import numpy as np
import pandas as pd

from pellucid.validation._group_figures import Ratio
from pellucid.validation._group_tests import EVERYONE, Subject, audit_groups
from pellucid.validation._groups import SubgroupRules, cut_attributes, groups_of

RULES = SubgroupRules(smallest=20, margin=0.1)
SEX = np.repeat(["f", "m"], [100, 300])


def audit(hits, people=None, worse="higher", rules=RULES, intersections=1):
    table = cut_attributes(pd.DataFrame({"sex": SEX}) if people is None else people)
    hits = np.asarray(hits, dtype=float)
    quantity = Ratio("failure", hits, np.ones(len(hits)), 20, None, rules, worse=worse)
    return audit_groups([Subject("tool", hits == 1, (quantity,))], groups_of(table, intersections), rules, "the tools")


def shares(f, m):
    """So many failures among 100 and 300."""
    return np.r_[np.arange(100) < f, np.arange(300) < m]


def test_a_failing_group_is_named_once_with_both_sides_and_their_sizes():
    found = audit(shares(40, 30))
    assert [(one.subject, one.alarm, one.kind.value) for one in found.findings] == [("sex = f", True, "subgroup")]
    said = found.findings[0].said
    assert "failure is 0.400 in sex = f (100 documents, 40 events) and 0.100 among all others (300, 30)" in said
    assert "p below 0.001 after Holm over 1 tests" in said
    assert found.findings[0].figure.value == 0.30000000000000004


def test_of_two_groups_the_worse_is_named_whichever_comes_first():
    assert audit(shares(10, 120)).findings[0].subject == "sex = m"
    assert audit(shares(10, 120), worse="lower").findings[0].subject == "sex = f"
    assert audit(shares(40, 30), worse="lower").findings[0].subject == "sex = m"


def test_either_way_names_the_side_that_is_further_off():
    errors = np.r_[np.full(100, -0.3), np.full(300, 0.02)] + np.random.default_rng(0).normal(0, 0.1, 400)
    quantity = Ratio("error", errors, np.ones(400), 20, None, RULES, share=False, worse="either")
    groups = groups_of(cut_attributes(pd.DataFrame({"sex": SEX})), 1)
    found = audit_groups([Subject("tool", errors > 0, (quantity,))], groups, RULES, "the tools")
    assert [one.subject for one in found.findings] == ["sex = f"]


def test_groups_that_part_the_documents_alike_are_one_test():
    people = pd.DataFrame({"sex": SEX, "copied": SEX, "third": np.tile(["a", "b", "c", "d"], 100)})
    assert "5 tests" in audit(shares(40, 30), people).looked_for
    assert "1 tests" in audit(shares(40, 30)).looked_for


def test_a_difference_below_the_margin_is_told_without_alarm_and_after_the_alarms():
    people = pd.DataFrame({"sex": np.repeat(SEX, 50), "site": np.repeat(["a", "b"], [19_900, 100])})
    hits = np.repeat(shares(14, 30), 50)
    hits[-100:] = True
    found = audit(hits, people)
    assert [(one.subject, one.alarm) for one in found.findings] == [("site = b", True), ("sex = f", False)]
    assert found.findings[1].said.endswith("Smaller than the margin of 0.1 fixed beforehand.")


def test_small_groups_are_listed_without_figures_and_not_tested():
    people = pd.DataFrame({"site": np.repeat(["a", "b", "c"], [19, 20, 361])})
    found = audit(np.r_[np.ones(19), np.zeros(381)], people)
    assert [(row.group, row.small, bool(row.measures)) for row in found.rows] == [
        (EVERYONE, False, True),
        ("a", True, False),
        ("b", False, True),
        ("c", False, True),
    ]
    assert "2 tests (failure) in 2 groups" in found.looked_for
    assert "1 of 3 groups have fewer than 20 documents" in found.looked_for


def test_what_is_not_to_be_tested_is_only_figured():
    found = audit(shares(90, 0), worse="not tested")
    assert (found.findings, "0 tests (none)" in found.looked_for) == ((), True)
    assert found.rows[1].measures["failure"].value == 0.9


def test_a_share_that_cannot_differ_is_no_test_and_costs_the_others_nothing():
    assert "0 tests (none)" in audit(shares(0, 0)).looked_for
    assert "0 tests (none)" in audit(shares(100, 300)).looked_for
    assert "1 tests (failure)" in audit(shares(0, 1)).looked_for


def test_holm_is_taken_over_all_subjects_and_groups():
    hits = shares(21, 30)
    quantity = Ratio("failure", hits.astype(float), np.ones(400), 20, None, RULES, worse="higher")
    groups = groups_of(cut_attributes(pd.DataFrame({"sex": SEX})), 1)
    few = audit_groups([Subject("tool", hits, (quantity,))], groups, RULES, "the tools")
    many = audit_groups([Subject(f"tool {n}", hits, (quantity,)) for n in range(40)], groups, RULES, "the tools")
    assert (len(few.findings), len(many.findings)) == (1, 0)
    assert "40 tests" in many.looked_for
