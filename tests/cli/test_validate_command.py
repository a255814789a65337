"""`pellucid validate`, as its user meets it."""

import json

import pytest
from typer.testing import CliRunner

import pellucid.cli

SMALL = ["--splits", "2", "--repeats", "1", "--jobs", "1"]


def invoke(*arguments):
    return CliRunner().invoke(pellucid.cli.app, [str(argument) for argument in arguments])


def test_validate_prints_a_table_or_json_and_writes_it_where_asked(weather, tmp_path):
    path = tmp_path / "c.json"
    table = invoke("validate", weather, *SMALL, "--out", path)
    assert table.exit_code == 0, table.output
    assert "direct LLM" in table.stdout
    printed = invoke("validate", weather, *SMALL, "--json")
    assert json.loads(printed.stdout) == json.loads(path.read_text())


def test_a_report_is_written_and_its_open_questions_can_be_answered(weather, tmp_path):
    folder = tmp_path / "out"
    said = invoke("validate", weather, *SMALL, "--report", folder)
    assert said.exit_code == 0, said.output
    for word in ("report.html", "summary.html", "annex-iv.html", "model-card.md", "to-answer.toml", "Verdict"):
        assert word in said.output
    asked = folder / "to-answer.toml"
    asked.write_text(asked.read_text().replace('17 = ""', '17 = "Approved."'))
    again = invoke("validate", weather, *SMALL, "--report", folder, "--answers", asked, "--json")
    assert json.loads(again.stdout)["format"] == 2
    assert "Approved." in (folder / "report.html").read_text()
    assert "Approved." in asked.read_text()


def test_a_run_goes_on_from_its_checkpoint(weather, tmp_path):
    first, second = (invoke("validate", weather, *SMALL, "--checkpoint", tmp_path / "kept", "--json") for _ in range(2))
    assert first.stdout == second.stdout
    assert len(list((tmp_path / "kept").iterdir())) == 2 * 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--answers", "a.toml"], "--answers: goes into a report"),
        (["--report", "file"], "--report: .* is a file"),
        (["--report", "out", "--answers", "gone.toml"], "does not exist"),
        (["--out", "."], "is a folder; name a file"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_fitted(weather, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    said = invoke("validate", weather, *SMALL, *options)
    assert said.exit_code == 1
    with pytest.raises(type(said.exception), match=message):
        raise said.exception
