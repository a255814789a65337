"""What a reading shows: the bar, the summary, the estimate, the way on."""

import pytest
import typer

from pellucid.cli._reading_view import counted, estimate_text, resume_line, summary_text, watched
from pellucid.exceptions import DeadlineExceeded, InvalidInputError
from pellucid.extraction._estimate import Estimate
from pellucid.study._reading import QuestionTally, ReadingSummary, ReadingTally

TALLY = ReadingTally(
    documents=3, total=1200, prompt_tokens=9000, reply_tokens=345, not_stated=4, unsupported=1, cost=0.25
)


def summary(**changed):
    fields = {"model": "demo", "documents": 3, "causes": {}, "questions": (QuestionTally(question="age"),)}
    return ReadingSummary(**{**fields, **changed})


def test_beside_the_bar_stand_tokens_cost_and_what_was_not_answered():
    assert counted(TALLY) == "9,345 tokens, cost 0.25, not stated 4, unsupported 1, unreadable 0"


def test_a_summary_says_what_came_of_it_where_it_is_and_what_to_do():
    causes = {f"cause {n}": 1 for n in range(12)}
    said = summary_text(summary(unreadable=12, causes=causes, flagged=2, out="a.csv"), "s.sqlite")
    for word in ("12 unreadable", "cause 7 (1); 4 more", "2 of the documents", "s.sqlite", "a.csv", "--again"):
        assert word in said
    plain = summary_text(summary(), "s.sqlite")
    assert "causes" not in plain
    assert "--again" not in plain


def test_a_summary_cannot_steer_the_terminal():
    assert "\x1b" not in summary_text(summary(causes={"\x1b[31mred": 1}), "s\x1b[2J")


def test_an_estimate_says_what_is_not_known():
    said = estimate_text(Estimate(documents=10, stored=2, requests=8, prompt_tokens=8000, reply_tokens=480))
    assert "10, 2 of them in the store" in said
    assert "unknown; give --price-prompt" in said
    known = Estimate(documents=10, stored=2, requests=8, prompt_tokens=8000, reply_tokens=480, cost=0.5, seconds=60)
    assert "about 0.5" in estimate_text(known)
    assert "at least 60 s" in estimate_text(known)


def test_the_way_on_names_how_far_it_came():
    assert resume_line(TALLY) == "3 of 1,200 documents are in the store; run the same command to go on"
    assert resume_line(ReadingTally(documents=3)).startswith("3 documents are")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped; 3 of 1,200 documents are in the store; run the same command to go on\n"),
        (DeadlineExceeded("time is over"), 1, "error: time is over; 3 of 1,200 documents are in the store"),
    ],
)
def test_a_stop_is_one_line_and_its_exit_code(capsys, error, code, said):
    def run(watch):
        watch(TALLY)
        raise error

    with pytest.raises(typer.Exit) as caught:
        watched("reading", 1200, run)
    assert caught.value.exit_code == code
    assert said in capsys.readouterr().err
    assert watched("reading", 1200, lambda watch: "done") == "done"


def test_what_cannot_be_used_at_all_is_not_told_to_go_on():
    def run(watch):
        raise InvalidInputError("out: is a folder")

    with pytest.raises(InvalidInputError, match="is a folder"):
        watched("reading", 3, run)
