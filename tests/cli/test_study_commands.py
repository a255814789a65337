"""The command line, as its user meets it."""

import json
import resource
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import pellucid.cli

SMALL = ["--splits", "2", "--repeats", "1", "--jobs", "1"]


def invoke(*arguments):
    return CliRunner().invoke(pellucid.cli.app, [str(argument) for argument in arguments])


def run(*arguments, **options):
    command = [sys.executable, "-m", "pellucid.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_help_is_quick_and_lists_the_commands():
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = run("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert said.returncode == 0
    assert all(command in said.stdout for command in ("demo", "validate", "explain", "domains", "schema"))
    assert min(seconds) < 0.5


def test_demo_writes_three_files_and_prints_table_and_paths(weather, tmp_path):
    said = invoke("demo", "--domain", weather, "--out", tmp_path / "runs", *SMALL)
    assert said.exit_code == 0, said.output
    folder = tmp_path / "runs" / "weather"
    assert sorted(path.name for path in folder.iterdir()) == [
        "comparison.json",
        "decisions.jsonl",
        "report.html",
    ]
    for word in ("EBM", "direct LLM", "prevalence", str(folder / "report.html"), "Done in"):
        assert word in said.stdout


def test_demo_can_speak_json_alone(weather, tmp_path):
    said = invoke("demo", "--domain", weather, "--out", tmp_path, *SMALL, "--json")
    assert json.loads(said.stdout)["weather"]["report"].endswith("report.html")


def test_explain_shows_terms_with_quotes(weather):
    said = invoke("explain", weather, "--document", "we-001", "--glass-box", "RISK SCORE")
    assert said.exit_code == 0, said.output
    assert "“Clouds all over” at" in said.stdout
    assert "point" in said.stdout.split("score  ")[1]
    as_json = invoke("explain", weather, "--document", "we-001", "--glass-box", "shallow tree", "--json")
    assert json.loads(as_json.stdout)["decision"]["document"] == "we-001"


def test_domains_lists_what_ships():
    assert "healthcare" in invoke("domains").stdout
    listed = json.loads(invoke("domains", "--json").stdout)
    assert [row["documents"] for row in listed] == [300, 303, 300]


def test_schema_prints_one_or_all():
    assert json.loads(invoke("schema", "Answer").stdout)["title"] == "Answer"
    assert "Questionnaire" in json.loads(invoke("schema").stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("validate", "astrology"),
            1,
            "error: domain: got 'astrology'; give one of finance, healthcare, law",
        ),
        (("schema", "Horoscope"), 1, "error: schema: got 'Horoscope'"),
        (("explain", "law", "--document", "la-9999"), 1, "error: document: 'law' has no 'la-9999'"),
        (("explain", "law"), 2, "Missing option '--document'"),
        (("validate", "law", "--splits", "1"), 2, "Invalid value"),
        (("predict",), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_an_exit_code(main, arguments, code, said):
    done = main(*arguments)
    assert done.code == code
    assert said in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_a_broken_recording_line_stops_the_demo_and_leaves_no_half_written_run(main, weather, tmp_path):
    broken = tmp_path / "broken"
    (broken / "recordings").mkdir(parents=True)
    for path in weather.rglob("*.*"):
        (broken / path.relative_to(weather)).write_bytes(path.read_bytes())
    path = broken / "recordings" / "answers.jsonl"
    lines = path.read_text().splitlines()
    lines[4] = lines[4][:50]
    path.write_text("\n".join(lines))
    done = main("demo", "--domain", broken, "--out", tmp_path / "runs", *SMALL)
    assert done.code == 1
    assert "answers.jsonl, line 5: is not JSON" in done.err
    assert not (tmp_path / "runs").exists()


def test_a_folder_that_cannot_be_written_is_named(main, weather, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = main("demo", "--domain", weather, "--out", tmp_path / "file", *SMALL)
    assert done.code == 1
    assert done.err == f"error: {tmp_path / 'file'}: is a file; a folder is needed to write into\n"


def test_main_turns_an_error_of_ours_into_one_line_that_cannot_steer_the_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["pellucid", "validate", "\x1b[31mred"])
    with pytest.raises(SystemExit) as caught:
        pellucid.cli.main()
    assert caught.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("error: domain: got")
    assert "\x1b" not in said


def test_version_is_said():
    assert invoke("--version").stdout == f"pellucid {pellucid.__version__}\n"


def test_a_folder_in_place_of_a_file_is_refused_before_the_work(weather, tmp_path):
    done = run("validate", weather, "--out", tmp_path, *SMALL)
    assert done.returncode == 1
    assert done.stderr == f"error: --out: {tmp_path} is a folder; name a file\n"


@pytest.fixture(scope="module")
def pages(weather, tmp_path_factory):
    """A report and a letter, written by one call."""
    folder = tmp_path_factory.mktemp("pages")
    html, letter = folder / "new" / "report.html", folder / "letter.html"
    said = invoke("explain", weather, "--document", "we-001", "--glass-box", "risk score", "--html", html,
                  "--letter", letter, "--method", "AGAINST BEST")  # fmt: skip
    assert said.exit_code == 0, said.output
    return said, html, letter


def test_explain_writes_report_and_letter(pages):
    said, html, letter = pages
    report = html.read_text(encoding="utf-8")
    assert "Clouds all over" in report
    assert "<script" not in report + letter.read_text(encoding="utf-8")
    assert "Principal reasons" in letter.read_text(encoding="utf-8")
    assert "against the best" in letter.read_text(encoding="utf-8")
    assert str(html) in said.stdout
    assert [path.name for path in html.parent.iterdir()] == ["report.html"]


def test_the_report_says_what_the_terminal_says(pages):
    said, html, _ = pages
    risk = said.stdout.split("score  ")[1].split("risk ")[1].split()[0].strip(",;")
    assert f"Risk {risk}" in html.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "reason"),
    [(("same.html", "same.html"), "both name the same file"), ((".", "other.html"), "is a folder; name a file")],
)
def test_explain_refuses_places_it_cannot_write_before_it_fits(weather, tmp_path, files, reason):
    html, letter = (tmp_path / name for name in files)
    said = run("explain", weather, "--document", "we-001", "--html", html, "--letter", letter)
    assert said.returncode == 1
    assert reason in said.stderr
    assert not list(tmp_path.iterdir())
