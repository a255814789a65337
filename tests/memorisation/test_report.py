"""What a report says: the strongest all-clear is that nothing was found."""

import pytest
from pydantic import ValidationError

from pellucid.memorisation import MemorisationReport, MemorisationTest
from pellucid.memorisation._chance import Chance, Trial, counted, judged
from pellucid.memorisation._report import NOT_FOUND, NOTHING_TO_SAY, finding_of, summed_up
from pellucid.schema import FindingKind


def result(hits, trials=20, name="row completion"):
    given = [Trial(f"d{place}", place < hits) for place in range(trials)]
    return counted(name, "a hit", given, Chance(0.05, "one of twenty"))


def test_an_alarm_is_named_with_figure_chance_and_threshold():
    (test,) = judged([result(15)])
    said = summed_up((test,))
    assert "row completion" in said
    assert "recalled instead of read" in said
    finding = finding_of(test)
    assert (finding.kind, finding.alarm, finding.subject) == (FindingKind.MEMORISED, True, "row completion")
    assert finding.figure == test.share
    assert finding.documents == tuple(f"d{place}" for place in range(15))
    for part in ("15 of 20", "0.75 [0.53, 0.89]", "at most 5.0% without memory (one of twenty)", "alarm below 0.05"):
        assert part in finding.said


def test_the_strongest_all_clear_is_that_nothing_was_found():
    said = summed_up(judged([result(1)]))
    assert said == NOT_FOUND
    assert "cannot show" in said


def test_tests_that_could_not_have_found_anything_are_counted_in_the_all_clear():
    small = MemorisationTest(name="u", looked_for="a hit", not_run="the table is too small")
    said = summed_up(judged([result(1), small]))
    assert said.startswith(NOT_FOUND)
    assert "1 of 2 tests could not have found anything" in said


def test_where_no_test_could_have_found_anything_nothing_is_cleared():
    small = MemorisationTest(name="u", looked_for="a hit", not_run="the table is too small")
    refused = counted("v", "a hit", [Trial("d", None)] * 20, Chance(0.05, "one of twenty"))
    assert summed_up(judged([small, refused])) == NOTHING_TO_SAY
    assert small.said() == "u: not run; the table is too small."
    assert judged([refused])[0].said() == "v: nothing could be counted, 20 unread."


def test_a_report_goes_to_json_and_back_and_is_read_line_by_line():
    tests = judged([result(15)])
    report = MemorisationReport(subject="s", model="m", requests=20, tests=tests, said=summed_up(tests))
    assert MemorisationReport.model_validate_json(report.model_dump_json()) == report
    first, second = report.to_lines()
    assert first.startswith("s, asked of 'm': The model gives back")
    assert second == f"- {tests[0].said()}"
    with pytest.raises(ValidationError):
        report.said = "all is well"
