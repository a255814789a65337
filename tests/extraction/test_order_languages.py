"""The other languages: every rule compiles, begins with a word of its script, and repeats nothing without bound."""

import re

import pytest

from pellucid.extraction import _order_languages as languages
from pellucid.extraction._order_rules import compiled

TABLES = {name: getattr(languages, name) for name in ("FOREIGN", "SPACED", "UNSPACED")}
SCRIPTS = {"FOREIGN": "[a-z]", "SPACED": "[\u0370-\u1aff]", "UNSPACED": "[\u3040-\u9fff\uac00-\ud7af]"}


@pytest.mark.parametrize("table", TABLES)
def test_every_rule_stands_for_itself(table):
    rules = [rule for each in TABLES[table].values() for rule in each]
    assert len(rules) > 10
    for rule in rules:
        assert not compiled({"one": (rule,)}).fullmatch("")
        assert re.search(SCRIPTS[table], rule)
        assert not re.search(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}", rule), rule


@pytest.mark.parametrize("table", TABLES)
def test_rules_are_written_for_folded_text(table):
    for rule in (rule for each in TABLES[table].values() for rule in each):
        plain = re.sub(r"\\.", "", rule)
        assert plain == plain.lower()
        assert table != "FOREIGN" or plain.isascii()
