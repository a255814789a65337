"""The program that searches patterns answers each line with one."""

import io
import json

from pellucid.labeling._regex_worker import serve


def test_each_text_is_answered_with_the_numbers_of_the_patterns_that_match():
    out = io.StringIO()
    lines = [json.dumps(one) for one in (["sun", "r.in", "^R"], "Rain in the SUN", "wind", "ru\nin\ud83d")]
    serve(lines, out)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == ["ready", [0, 1, 2], [], [2]]


def test_nothing_is_said_before_there_are_patterns():
    out = io.StringIO()
    serve([], out)
    assert out.getvalue() == ""
