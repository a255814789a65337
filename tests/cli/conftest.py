"""What tests of live commands share: documents, a questionnaire, and a real server on loopback that answers them."""

import csv
import json
import re
import sys
from dataclasses import dataclass

import pytest
from tests.llm.fault_server import FaultServer
from typer.testing import CliRunner

import pellucid.cli

QUESTIONS = """\
name = "demo"
[[questions]]
id = "age"
ask = "How old?"
type = "number"
minimum = 0
maximum = 120
[[questions]]
id = "pain"
ask = "Any pain?"
type = "yes/no"
"""


def answer(call):
    """Answer from the document itself; whoever is called Unreadable gets no answer that can be read."""
    if "Unreadable" in call.prompt:
        return "I cannot say."
    years = re.search(r"Aged (\d+)", call.prompt)
    if years is None or "Questions:" not in call.prompt:
        return "yes"
    known = {"age": {"value": int(years[1]), "quote": years[0]}, "pain": {"value": None, "quote": ""}}
    return json.dumps({name: said for name, said in known.items() if f"- {name}: " in call.prompt})


@pytest.fixture
def server():
    with FaultServer(answer) as running:
        yield running


@pytest.fixture
def asked(server):
    """The calls about documents, without those of a probe."""
    return lambda: [call for call in server.calls if "Questions:" in call.prompt]


@pytest.fixture
def folder(tmp_path):
    """Ten documents in a table, and questions.toml."""
    (tmp_path / "questions.toml").write_text(QUESTIONS)
    with (tmp_path / "notes.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "text"])
        writer.writerows([f"a-{n}", f"Aged {n}, seen on Monday."] for n in range(30, 40))
    return tmp_path


@pytest.fixture
def read(server, folder):
    """Arguments of `pellucid read` for these documents and this server."""
    options = {"model": "demo", "url": server.url, "store": folder / "s.sqlite", "questions": folder / "questions.toml"}

    def arguments(*more, **changed):
        said = {**options, **changed}
        pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in said.items() if value is not None]
        return ["read", str(folder / "notes.csv"), *(part for pair in pairs for part in pair), *map(str, more)]

    return arguments


@dataclass(frozen=True)
class Ended:
    """How a run of the whole command line ended, and what it printed."""

    code: int | str | None
    out: str
    err: str


@pytest.fixture
def main(monkeypatch, capsys):
    """Run the command line as its script does, in this process: errors are turned into lines and exit codes."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["pellucid", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            pellucid.cli.main()
        return Ended(ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def invoke():
    return lambda *arguments: CliRunner().invoke(pellucid.cli.app, [str(argument) for argument in arguments])
