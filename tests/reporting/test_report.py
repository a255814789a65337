"""A report from a study: complete, traceable to the number, with a person's answers and questions for the rest."""

import re

import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.reporting._report import build_report, questions_toml, read_answers
from pellucid.schema import ItemState, Record, Report


@pytest.fixture
def report(full_study):
    return build_report(full_study)


def numbers_in(held):
    """Every number at or under a row, also those inside its texts, and how many entries it has."""
    if isinstance(held, Record):
        for name in type(held).model_fields:
            yield from numbers_in(getattr(held, name))
    elif isinstance(held, dict):
        yield len(held)
        for key, value in held.items():
            yield from numbers_in(key)
            yield from numbers_in(value)
    elif isinstance(held, tuple):
        yield len(held)
        for one in held:
            yield from numbers_in(one)
    elif isinstance(held, str):
        yield from (float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", held))
    elif isinstance(held, int | float):
        yield abs(float(held))


FIXED = {"95", "0"}
"""Numbers of the wording: 95% intervals, and “never becomes 0”."""


def traced(written, values, sums):
    digits = len(written.partition(".")[2])
    value = float(written.replace(",", ""))
    return written in FIXED or any(round(one, digits) == value for one in (*values, *sums))


def test_every_number_in_a_sentence_of_the_run_stands_in_the_rows_it_names(report):
    checked = 0
    for item in report.items():
        for statement in (one for one in item.statements if one.by == "run"):
            rows = [report.row(path) for path in statement.rows]
            values = [value for row in (*rows, *statement.rows) for value in numbers_in(row)]
            reading = [row for row in rows if row == report.study.reading]
            sums = [
                sum(getattr(one, part) for one in rows_of)
                for rows_of in reading
                for part in ("answered", "not_stated", "unsupported", "unreadable", "checked", "correct")
            ]
            plain = re.sub(r"SHA-256|Measures: .*|AUROC does not depend.*|[0-9a-f]{64}", "", statement.said)
            for contender in report.study.comparison.contenders:
                plain = plain.replace(contender.name, "")  # names are not figures
            for written in re.findall(r"\d[\d,]*(?:\.\d+)?", plain):
                assert traced(written.rstrip(","), values, sums), (item.key, written, statement.said)
                checked += 1
    assert checked > 300


def test_search_for_numbers_can_fail(report):
    values = list(numbers_in(report.row("study.comparison.contenders[0].measures.auroc")))
    assert traced("0.913", values, [])
    assert not traced("0.914", values, [])


def test_digests_are_given_whole(report):
    said = " ".join(one.said for item in report.tripod for one in item.statements)
    assert said.count("ab" * 32) >= 7


def test_no_item_is_blank_on_any_study(full_study, study):
    bare = study.model_copy(
        update={"reading": (), "views": (), "decisions": (), "cautions": (), "sources": (), "command": ""}
    )
    for one in (full_study, study, bare):
        held = list(build_report(one).items())
        assert len(held) > 100
        for item in held:
            assert item.statements or item.wanted
            assert item.state is not ItemState.ASKED or item.wanted


def test_same_study_gives_the_same_bytes_and_comes_back(report, full_study):
    assert build_report(full_study).to_json() == report.to_json()
    assert Report.model_validate_json(report.to_json()) == report


def test_answers_fill_what_was_asked(full_study):
    report = build_report(full_study, answers={"tripod.17": "The board.", "annex.8": "not applicable: a study only."})
    states = {item.key: item.state for item in report.items()}
    assert states["tripod.17"] is ItemState.FILLED
    assert states["annex.8"] is ItemState.NOT_APPLICABLE
    assert states["tripod.19"] is ItemState.ASKED
    assert report.row('answers["tripod.17"]') == "The board."


def test_glass_box_that_is_spoken_of_is_the_best_or_the_one_that_was_named(full_study):
    assert build_report(full_study).model == "EBM on answers"
    assert build_report(full_study, model="EBM on answers").model == "EBM on answers"
    with pytest.raises(
        InvalidInputError, match="model: got 'asked directly'; a glass box of the study is needed: EBM on"
    ):
        build_report(full_study, model="asked directly")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"tripod.99": "x"}, "'tripod.99' is not an item; did you mean"),
        ({"zzz": "x"}, "'zzz' is not an item; questions_toml"),
        ({"tripod.17": "  "}, "'tripod.17' says nothing"),
        ({"tripod.17": 4}, "'tripod.17' says nothing"),
        ({"tripod.17": "half \ud83d"}, "lone surrogate"),
        ({"x" * 300 + "\n\x1b[31m": "x"}, "…"),
    ],
)
def test_answer_that_cannot_be_used_is_refused(study, answers, message):
    with pytest.raises(InvalidInputError, match=re.escape(message)) as refused:
        build_report(study, answers=answers)
    assert len(str(refused.value)) < 300
    assert "\x1b" not in str(refused.value)


def test_questions_are_written_as_a_file_that_can_be_filled_in_and_read(report, full_study, tmp_path):
    path = tmp_path / "answers.toml"
    path.write_text(questions_toml(report), encoding="utf-8")
    assert read_answers(path) == {}
    asked = [item.key for item in report.items() if item.state is ItemState.ASKED]
    text = path.read_text(encoding="utf-8")
    assert len(asked) > 30
    assert text.count(' = ""') == len(asked)
    path.write_text(text.replace(' = ""', ' = "Said."'), encoding="utf-8")
    answers = read_answers(path)
    assert sorted(answers) == sorted(asked)
    again = build_report(full_study, answers=answers)
    assert not [item.key for item in again.items() if item.state is ItemState.ASKED]


def test_answers_given_stay_in_the_file_whatever_they_hold(full_study, tmp_path):
    odd = 'A "quoted" \\ answer\nin two lines\x7f\x00 ü {{ 7*7 }} \u2028 # [x]'
    report = build_report(full_study, answers={"tripod.3a": odd, "model_card.licence": "mit"})
    path = tmp_path / "answers.toml"
    path.write_text(questions_toml(report), encoding="utf-8", newline="")
    assert read_answers(path) == {"tripod.3a": odd, "model_card.licence": "mit"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tripod", "is not TOML"),
        ("[tripods]\n17 = 'x'", "'tripods' is not one of the tables [tripod], [annex]"),
        ("tripod = 'x'", "'tripod' is not one of the tables"),
        ("[tripod]\n170 = 'x'", "'tripod.170' is not an item; did you mean"),
        ("[tripod]\n17 = 4", "'tripod.17' holds a int; a string in quotes is expected"),
        ("[tripod.17]\nx = 'y'", "'tripod.17' holds a dict"),
    ],
)
def test_file_of_answers_that_is_wrong_is_refused(tmp_path, text, message):
    path = tmp_path / "answers.toml"
    path.write_text(text)
    with pytest.raises(FileFormatError, match=re.escape(message)):
        read_answers(path)


def test_file_of_answers_that_is_missing_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="does not exist"):
        read_answers(tmp_path / "none.toml")
