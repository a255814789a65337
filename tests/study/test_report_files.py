"""A study's report as files: all from one JSON, the same bytes for the same study, what is asked stays asked."""

import hashlib
import json
import tomllib

from pellucid import study
from pellucid.reporting import read_answers
from pellucid.schema import Report


def test_all_files_are_there_and_the_pages_name_the_digest_of_the_json(result, tmp_path):
    paths = study.write_report(result, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        [
            "annex-iv.html",
            "comparison.json",
            "data-card.json",
            "data-card.md",
            "decisions.jsonl",
            "model-card.json",
            "model-card.md",
            "report.html",
            "report.json",
            "summary.html",
            "to-answer.toml",
        ]
    )
    content = paths["data"].read_bytes()
    assert Report.from_file(paths["data"]).study == result.study
    assert hashlib.sha256(content).hexdigest() in paths["report"].read_text()
    assert json.loads(content)["format"] == 1


def test_the_same_study_gives_the_same_bytes(result, tmp_path):
    first, second = (study.write_report(result, tmp_path / name) for name in "ab")
    for name, path in first.items():
        assert path.read_bytes() == second[name].read_bytes(), name


def test_what_a_person_answers_is_in_the_report_and_no_longer_asked(result, tmp_path):
    asked = study.write_report(result, tmp_path / "a")["to answer"]
    questions = tomllib.loads(asked.read_text())
    assert questions["tripod"]["17"] == ""
    asked.write_text(asked.read_text().replace('17 = ""', '17 = "Approved by the board."'))
    answers = read_answers(asked)
    assert answers == {"tripod.17": "Approved by the board."}
    paths = study.write_report(result, tmp_path / "b", answers=answers)
    assert "Approved by the board." in paths["report"].read_text()
    item = next(one for one in Report.from_file(paths["data"]).tripod if one.key == "tripod.17")
    assert item.state == "filled"
    assert item.statements[-1].by == "person"
