"""The summary: one sheet, the verdict in words, three numbers with their rows, what limits it."""

import re
import shutil
import subprocess

import pytest

from pellucid.reporting._report import build_report
from pellucid.reporting._summary_page import MOST_LIMITS, MOST_ROWS, cut, key_numbers, summary_page
from pellucid.schema import ContenderResult, Measure

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
def report(full_study):
    return build_report(full_study)


@pytest.fixture
def longest(full_study):
    """A study that says as much as it can everywhere."""
    comparison, words = full_study.comparison, "A long sentence of many words that goes on. " * 30
    contenders = tuple(
        ContenderResult(name=f"contender {n} {words}", glass_box=n % 2 == 0, caveats=(words,), about=words,
                        measures={"auroc": Measure(value=0.7 + n / 100, low=0.6, high=0.95)})
        for n in range(15)
    )  # fmt: skip
    one = comparison.differences[0]
    differences = tuple(
        one.model_copy(update={"contender": box.name, "reference": contenders[0].name}) for box in contenders[1:]
    )
    update = {
        "contenders": contenders, "differences": differences, "reference": contenders[0].name,
        "verdict": "\n".join([words] * 12), "caveats": tuple(f"{n} {words}" for n in range(20)),
        "versions": {f"library-{n}": "1.2.3" for n in range(40)},
    }  # fmt: skip
    return full_study.model_copy(
        update={"title": words, "comparison": comparison.model_copy(update=update), "cautions": (words,) * 9}
    )


def test_three_numbers_with_intervals_and_rows(report):
    numbers = key_numbers(report)
    assert [one.value for one in numbers] == ["0.913", "+0.013", "0.990"]
    assert numbers[0].interval == "95% interval [0.873, 0.943]"
    assert numbers[1].about.startswith("On the same documents: not worse by more than the margin; the margin is 0.02.")
    assert numbers[2].about == "Of the questions with known facts, “height” was read worst: 1,290 of 1,303 right."
    for one in numbers:
        assert f"{report.row(one.path).value:.3f}" in one.value
    page = summary_page(report)
    assert all(one.path in page for one in numbers)


def test_where_nothing_was_checked_the_third_number_is_the_calibration_slope(report):
    bare = report.model_copy(update={"study": report.study.model_copy(update={"reading": ()})})
    assert [one.words for one in key_numbers(bare)][-1] == "Calibration slope"
    assert key_numbers(bare)[-1].interval == "no interval"
    contender = bare.study.comparison.contenders[0].model_copy(update={"measures": {"auroc": Measure(value=0.9)}})
    comparison = bare.study.comparison.model_copy(
        update={"contenders": (contender, *bare.study.comparison.contenders[1:]), "differences": ()}
    )
    least = bare.model_copy(update={"study": bare.study.model_copy(update={"comparison": comparison})})
    assert len(key_numbers(least)) == 1


def test_reading_without_an_error_is_said_so(report):
    row = report.study.reading[0]
    right = row.model_copy(update={"correct": 1303, "accuracy": Measure(value=1.0, low=0.99, high=1.0)})
    whole = report.model_copy(update={"study": report.study.model_copy(update={"reading": (right,)})})
    assert "without an error" in key_numbers(whole)[-1].about


def test_margin_that_was_not_stated_is_not_spoken_of(study):
    assert key_numbers(build_report(study))[1].about == "On the same documents."


def test_study_without_a_glass_box_has_a_summary_without_numbers(full_study):
    comparison = full_study.comparison
    black = comparison.model_copy(update={"contenders": comparison.contenders[1:], "differences": (), "power": "",
                                          "caveats": ()})  # fmt: skip
    bare = full_study.model_copy(update={"comparison": black, "cautions": (), "audit": None})
    report = build_report(bare)
    assert report.model == ""
    assert key_numbers(report) == ()
    page = summary_page(report)
    assert "The numbers that matter" in page
    assert 'id="forest"' not in page


def test_page_says_verdict_limits_and_where_it_all_comes_from(report):
    page = summary_page(report)
    assert "Too close to call." in page
    assert "With 1,303 documents" in page
    assert "AUROC 0.990 by itself" in page
    assert re.search(r"SHA-256 [0-9a-f]{64}; documents SHA-256 (ab){32}; seed 7", page)
    assert "<script" not in page.lower()
    assert "{{ 7*7 }}" in page


def test_what_it_is_not_for_comes_before_alarms(report):
    limits = summary_page(report).split('id="limits"')[1]
    assert limits.index("Not for use on plants") < limits.index("AUROC 0.990 by itself")


def test_long_texts_are_cut_and_what_is_left_out_is_counted(longest):
    page = summary_page(build_report(longest))
    assert page.count("<circle") == MOST_ROWS
    assert "7 more contenders in the report" in page
    limits = page.split('id="limits"')[1].split("</ul>")[0]
    assert limits.count("<li>") == MOST_LIMITS
    assert re.search(r"\d+ more stand in the report\.", limits)


def test_cut_keeps_whole_words_and_says_that_it_cut():
    assert cut("one two three", 9) == "one two…"
    assert cut("one two three", 8) == "one two…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"
    assert cut(" one \n two ", 9) == "one two"
    assert all(len(cut("some words of some length", n)) <= n for n in range(2, 30))


@pytest.mark.browser
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_it_prints_on_one_sheet_whatever_the_study_says(full_study, longest, tmp_path):
    for name, study in (("usual", full_study), ("longest", longest)):
        page, sheet = tmp_path / f"{name}.html", tmp_path / f"{name}.pdf"
        page.write_text(summary_page(build_report(study)), encoding="utf-8", newline="")
        subprocess.run(
            [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'home'}",
             "--no-pdf-header-footer", f"--print-to-pdf={sheet}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        assert len(re.findall(rb"/Type\s*/Page\b", sheet.read_bytes())) == 1, name
