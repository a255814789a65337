"""The rules: every alternative compiles, and a space stands for any gap between words."""

import re

import pytest

from pellucid.extraction import _order_rules as rules

TABLES = {name: getattr(rules, name) for name in ("IMPERATIVE", "PHRASES", "SIGNS")}


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_stands_for_itself(table):
    for each in TABLES[table].values():
        assert each
        for rule in each:
            compiled = rules.literal({"one": (rule,)}) if table == "SIGNS" else rules.compiled({"one": (rule,)})
            assert not compiled.fullmatch("")


def test_no_repetition_is_unbounded():
    every = [rule for table in TABLES.values() for each in table.values() for rule in each]
    assert len(every) > 50
    for rule in every:
        assert not re.search(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}", rule), rule


def test_the_group_is_the_kind_and_gaps_are_wide():
    found = rules.worded({"some kind": ("good (?:day|night)",)}).search("a GOOD *** night".lower())
    assert (found.lastgroup, found[0]) == ("some_kind", "good *** night")
    assert rules.compiled({"kind": ("good day",)}, joined=True).search("xgoodday")
    assert not rules.worded({"kind": ("good day",)}).search("xgood day")


@pytest.mark.parametrize(
    "before", ["", "He left. ", "please ", "you must ", "it is important for you to ", "- ", 'wrote: "']
)
def test_an_order_can_begin_here(before):
    assert rules.BEFORE.search(before)


@pytest.mark.parametrize("before", ["he was told to ", "often ", "nurses ", "tends to ", "did not "])
def test_a_report_begins_so(before):
    assert not rules.BEFORE.search(before)
