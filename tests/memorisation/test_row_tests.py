"""Tests on a table: who knows it is found, who does not is left alone, who refuses is not cleared."""

import json

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.llm import ScriptedModel
from pellucid.memorisation import ALARM_RATE, RawTable, run_tests, table_tests
from pellucid.memorisation._report import NOT_FOUND, NOTHING_TO_SAY
from pellucid.memorisation._row_tests import CUTS, LEAST_ROWS, SHOWN
from pellucid.schema import FindingKind

NAMES = [
    "beginning of the file: nearest",
    "beginning of the file: word for word",
    "row completion: nearest",
    "row completion: word for word",
    "first value",
]


def report_of(table, model, **options):
    return run_tests(table_tests(table, **options), model, subject=table.name)


def test_a_model_that_knows_the_rows_is_found_by_every_test(make_table, knows_rows):
    table = make_table()
    report = report_of(table, knows_rows(table))
    assert [test.name for test in report.tests] == NAMES
    assert [finding.subject for finding in report.findings] == NAMES
    assert {finding.kind for finding in report.findings} == {FindingKind.MEMORISED}
    assert all(test.hits == test.trials > 0 for test in report.tests)
    assert report.requests == len(CUTS) + 25
    assert report.findings[0].documents == tuple(f"made up, row {row}" for row in range(5, 25))


def test_a_model_that_knows_a_third_of_the_rows_is_found(make_table, knows_rows):
    found = []
    for seed in range(6):
        table = make_table(seed)
        found.append(bool(report_of(table, knows_rows(table, 0.33, seed), seed=seed).findings))
    assert sum(found) == 6


def test_a_model_that_knows_only_the_beginning_is_found_there(make_table, knows_rows):
    table = make_table()
    knows = knows_rows(table)

    def script(request):
        return knows.script(request) if "rows 1 to" in request.document else json.dumps({"rows": [table.lines[0]]})

    report = report_of(table, ScriptedModel(script))
    assert [finding.subject for finding in report.findings] == NAMES[:2]


def test_a_model_that_refuses_is_not_cleared(make_table, refuses):
    report = report_of(make_table(), refuses)
    assert report.said == NOTHING_TO_SAY
    assert [test.unread for test in report.tests] == [20, 20, 25, 25, 25]
    assert not report.findings


def test_rows_of_another_form_are_misses_and_missing_rows_too(make_table):
    table = make_table()
    model = ScriptedModel(lambda request: json.dumps({"rows": ["one cell"]}))
    report = report_of(table, model)
    assert all((test.hits, test.unread) == (0, 0) for test in report.tests)
    assert report.said == NOT_FOUND


@pytest.mark.parametrize("way", ["mix", "copy"])
def test_a_model_that_knows_nothing_seldom_alarms(make_table, guesses_rows, way):
    alarms = sum(bool(report_of(make_table(seed), guesses_rows(seed, way), seed=seed).findings) for seed in range(40))
    assert alarms <= 40 * ALARM_RATE


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("way", ["mix", "copy"])
@pytest.mark.parametrize("order", ["none", "walk"])
def test_false_alarms_are_at_most_five_in_a_hundred_reports(make_table, guesses_rows, way, order):
    alarms = 0
    for seed in range(80):
        table = make_table(seed)
        if order == "walk":
            random = np.random.default_rng(seed)
            walk = np.cumsum(random.normal(size=(150, 2)), axis=0)
            table = RawTable.of_lines("walk", ["n,a,b", *(f"{n},{a:.1f},{b:.1f}" for n, (a, b) in enumerate(walk))])
        alarms += bool(report_of(table, guesses_rows(seed, way), seed=seed).findings)
    assert alarms / 80 <= ALARM_RATE


def test_nothing_that_is_compared_with_stands_in_the_prompt(make_table):
    table = make_table()
    beginning, rows = table_tests(table, trials=10, seed=3)
    for cut, request in zip(CUTS, beginning.requests, strict=True):
        assert request.text == "\n".join([table.header, *table.lines[:cut]])
    assert len(rows.requests) == 10
    for request in rows.requests:
        place = int(request.document.rsplit(" ", 1)[1]) - 1
        assert request.text == "\n".join([table.header, *table.lines[place - SHOWN : place]])
        assert table.lines[place] not in request.prompt


def test_the_seed_draws_the_rows(make_table):
    table = make_table()
    drawn = [[one.prompt for one in table_tests(table, seed=seed)[1].requests] for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_small_tables_and_those_their_order_gives_away_are_not_asked_about(make_table):
    small = make_table(rows=LEAST_ROWS - 1)
    running = RawTable.of_lines("t", ["a,b", *(f"{n},{3 * n}" for n in range(100))])
    for table, reason in ((small, f"at least {LEAST_ROWS}"), (running, "gives every column away")):
        tests = table_tests(table)
        assert [test.requests for test in tests] == [(), ()]
        assert all(reason in test.score([])[0].not_run for test in tests)
    assert all(test.requests for test in table_tests(make_table(rows=LEAST_ROWS)))


def test_where_every_value_is_common_the_first_value_is_not_asked(refuses):
    random = np.random.default_rng(0)
    lines = ["a,b", *(f"{int(random.random() < 0.1)},{int(random.random() < 0.1)}" for _ in range(100))]
    report = report_of(RawTable.of_lines("t", lines), refuses)
    assert "more than 80%" in report.tests[-1].not_run


def test_trials_below_one_are_refused(make_table):
    with pytest.raises(InvalidInputError, match="trials"):
        table_tests(make_table(), trials=0)
