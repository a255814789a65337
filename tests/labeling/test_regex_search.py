"""A search in a process of its own: stopped when it takes too long, started again, and never left behind."""

import sys

import pytest

from pellucid.exceptions import PellucidError
from pellucid.labeling._regex_search import RegexSearch


def test_patterns_are_searched_and_one_process_serves_all_texts():
    with RegexSearch(["sun", "rain"], seconds=30) as search:
        assert search.matching("Rain.") == [1]
        process = search._process
        assert search.matching("Rain\nand \ud83d sun " * 50_000) == [0, 1]
        assert search._process is process
    assert search._process is None
    assert process._popen.returncode is not None


def test_a_search_that_takes_too_long_gives_nothing_and_a_new_process_goes_on():
    with RegexSearch(["(x+x+)+y"], seconds=0.3) as search:
        assert search.matching("x" * 60) is None
        assert search._process is None
        assert search.matching("xxy") == [0]


def test_a_process_that_dies_is_no_match_either():
    with RegexSearch(["sun"], seconds=30) as search:
        assert search.matching("sun") == [0]
        search._process._popen.kill()
        assert search.matching("sun") is None
        assert search.matching("sun") == [0]


def test_an_error_outside_leaves_no_process_behind():
    started = []

    def fail():
        with RegexSearch(["sun"], seconds=30) as search:
            search.matching("sun")
            started.append(search._process)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert started[0]._popen.returncode is not None


def test_a_process_that_does_not_start_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr("pellucid.labeling._regex_search._WORKER", tmp_path / "missing.py")
    with RegexSearch(["sun"], seconds=1) as search, pytest.raises(PellucidError, match="did not start"):
        search.matching("sun")


def test_nothing_is_started_before_there_is_a_text(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere")
    with RegexSearch(["sun"], seconds=1):
        pass
