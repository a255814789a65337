"""Items with footnotes, and the list of where numbers come from."""

import hashlib

import pytest

from pellucid.reporting._report import build_report
from pellucid.reporting._report_view import footnotes, section_views, state_words, trace_facts, trace_rows
from pellucid.schema import Provenance


@pytest.fixture
def report(full_study):
    return build_report(full_study, answers={"tripod.17": "The board."})


def test_footnotes_count_from_one_without_gaps_and_each_row_once(report):
    notes = footnotes(report.tripod)
    assert list(notes.values()) == list(range(1, len(notes) + 1))
    assert len(notes) > 40


def test_every_statement_refers_to_its_rows(report):
    notes = footnotes(report.tripod)
    views = [item for section in section_views(report.tripod, notes) for item in section.items]
    assert [view.name for view in views] == [item.name for item in report.tripod]
    for view, item in zip(views, report.tripod, strict=True):
        for shown, held in zip(view.statements, item.statements, strict=True):
            assert [path for _, path in shown.rows] == list(held.rows)
            assert [number for number, _ in shown.rows] == [notes[path] for path in held.rows]
    ethics = next(view for view in views if view.name == "17")
    assert (ethics.statements[-1].person, ethics.wanted, ethics.state) == (True, "", "filled")


def test_sections_stand_in_order(report):
    titles = [section.title for section in section_views(report.tripod, footnotes(report.tripod))]
    assert titles == [
        "Title and summary",
        "Introduction",
        "Methods",
        "Open science",
        "Involvement",
        "Results",
        "Discussion",
    ]


def test_states_are_counted_over_items_and_parts(report):
    words = state_words(report.tripod)
    assert words.startswith("27 items in 52 parts: ")
    counts = [int(word) for word in words.split(": ")[1].replace(",", "").split() if word.isdigit()]
    assert sum(counts) == 52


def test_rows_say_what_stands_there_and_how_it_was_made(report):
    rows = {row.path: row for row in trace_rows(report, footnotes(report.tripod))}
    assert rows["study.comparison.contenders[0].measures.auroc"].holds == "0.913 [0.873, 0.943]"
    difference = rows["study.comparison.differences[0]"]
    assert (difference.holds, difference.method) == ("+0.013 [−0.021, +0.046]", "DeLong")
    assert rows["study.comparison.contenders"].holds == "3 entries"
    assert rows["study.comparison.margin"].holds == "0.02"
    assert rows["study.comparison.contenders[0]"].holds == "ContenderResult"
    assert rows["study.comparison.design.seed"].holds == "7"
    assert all(len(row.holds) <= 90 for row in rows.values())


def test_facts_hold_every_digest_and_say_what_is_missing(report):
    facts = dict(trace_facts(report))
    assert facts["Documents"] == facts["Prompt “answers/1”"] == facts["Folds"] == "ab" * 32
    assert hashlib.sha256(report.to_json().encode()).hexdigest() in facts["This report as JSON"]
    comparison = report.study.comparison.model_copy(update={"provenance": Provenance()})
    bare = report.model_copy(update={"study": report.study.model_copy(update={"comparison": comparison})})
    facts = dict(trace_facts(bare))
    for words in ("Documents", "Outcomes", "Prompts", "Recordings", "Language model", "Predictions"):
        assert facts[words] == "not recorded"
