"""Readings out: three forms, whole or not at all, and no formula in a spreadsheet."""

import csv
import json
import re

import pyarrow.parquet
import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError, PellucidError
from pellucid.schema import Answer, Flag, Question, Questionnaire, Reading, Source
from pellucid.study._answer_files import check_answers_file, write_readings

ASKED = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="How old?", type="number"),
        Question(id="pain", ask="Pain?", type="yes/no"),
    ],
)
SOURCE = Source(model="demo", prompt="answers/1")


def reading(name="a-1", age=41, quote="aged 41"):
    answered = Answer(
        question="age", value=age, status="answered", quote=quote, start=3, end=10, probability=0.5, source=SOURCE
    )
    unread = Answer(question="pain", value=None, status="unreadable", cause="no JSON object", source=SOURCE)
    return Reading(document=name, answers=(answered, unread), flags=(Flag(start=0, end=3, kind="order"),))


def test_json_lines_hold_every_reading_in_full(tmp_path):
    path = tmp_path / "deep" / "a.jsonl"
    assert write_readings(path, [reading(), reading("a-2")], ASKED) == 2
    rows = path.read_text().splitlines()
    assert [Reading.model_validate_json(row) for row in rows] == [reading(), reading("a-2")]
    assert json.loads(rows[0])["answers"][0]["quote"] == "aged 41"


def test_a_csv_has_a_row_per_document_and_columns_per_question(tmp_path):
    path = tmp_path / "a.csv"
    write_readings(path, [reading()], ASKED)
    with path.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["id"] == "a-1"
    assert row["document.flags"] == "1"
    assert [row[f"age{end}"] for end in ("", ".status", ".quote", ".start", ".end", ".probability", ".cause")] == [
        "41",
        "answered",
        "aged 41",
        "3",
        "10",
        "0.5",
        "",
    ]
    assert [row["pain"], row["pain.status"], row["pain.cause"]] == ["", "unreadable", "no JSON object"]


def test_parquet_has_the_same_columns_with_types_in_groups(tmp_path):
    path = tmp_path / "a.parquet"
    values = [41, 1.5, 10**30]
    assert write_readings(path, (reading(f"a-{n}", age=values[n % 3]) for n in range(1500)), ASKED) == 1500
    table = pyarrow.parquet.read_table(path)
    rows = table.slice(0, 3).to_pylist()
    assert [row["age"] for row in rows] == [41.0, 1.5, 1e30]
    assert rows[0]["age.start"] == 3
    assert rows[0]["pain"] is None
    assert table.num_rows == 1500
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 2
    assert [str(table.schema.field(name).type) for name in ("id", "age", "age.end", "pain", "pain.probability")] == [
        "string",
        "double",
        "int64",
        "string",
        "double",
    ]


def test_parquet_without_a_reading_still_has_its_columns(tmp_path):
    path = tmp_path / "a.parquet"
    assert write_readings(path, [], ASKED) == 0
    assert "age.quote" in pyarrow.parquet.read_schema(path).names


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("'=1", "''=1"),
        ("-12", "-12"),
        ("+3.5", "+3.5"),
        ("'tis well", "'tis well"),
        ("a=b", "a=b"),
    ],
)
def test_a_cell_that_looks_like_a_formula_gets_an_apostrophe_that_can_be_taken_away(tmp_path, cell, written):
    path = tmp_path / "a.csv"
    write_readings(path, [reading(cell, quote=cell)], ASKED)
    with path.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["id"] == row["age.quote"] == written
    guarded = re.match(r"'+\s*[=+\-@＝]|'+[\t\r\n]", written)
    assert (written[1:] if guarded else written) == cell


def test_negative_values_stay_numbers(tmp_path):
    path = tmp_path / "a.csv"
    write_readings(path, [reading(age=-4.5)], ASKED)
    assert ",-4.5,,answered," in path.read_text()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_stop_leaves_the_old_file_and_no_half_one(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    path.write_text("old")

    def stopped():
        yield reading()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_readings(path, stopped(), ASKED)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == [f"a.{ending}"]


def test_what_a_killed_run_left_is_replaced(tmp_path):
    (tmp_path / "a.csv.part").write_text("half a row")
    write_readings(tmp_path / "a.csv", [reading()], ASKED)
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_two_runs_into_one_file_do_not_mix(tmp_path):
    path = tmp_path / "a.jsonl"

    def meanwhile():
        yield reading("first")
        write_readings(path, [reading("second")], ASKED)

    with pytest.raises(PellucidError, match="another run writes to the same file"):
        write_readings(path, meanwhile(), ASKED)
    assert Reading.model_validate_json(path.read_text()).document == "second"
    assert [one.name for one in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_path_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    with pytest.raises(InvalidInputError, match=r"ends in '.xlsx'; give one of .csv, .jsonl, .ndjson, .parquet"):
        check_answers_file(tmp_path / "a.xlsx", ASKED)
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(InvalidInputError, match="is a folder"):
        check_answers_file(tmp_path / "b.csv", ASKED)
    (tmp_path / "c").write_text("")
    with pytest.raises(FileFormatError, match="is a file; a folder is needed"):
        check_answers_file(tmp_path / "c" / "a.csv", ASKED)
    called_id = Questionnaire(name="demo", questions=[Question(id="id", ask="Which?", type="yes/no")])
    with pytest.raises(InvalidInputError, match="a question is called 'id'"):
        check_answers_file(tmp_path / "a.csv", called_id)
    check_answers_file(tmp_path / "a.jsonl", called_id)
