"""Groups of options, the line of an error, the bar."""

import inspect
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from pellucid.cli._shared import error_line, grouped, progress_bar


@dataclass(frozen=True)
class Paint:
    colour: Annotated[str, typer.Option(help="Which.")]
    coats: Annotated[int, typer.Option(min=1)] = 2
    matt: Annotated[bool, typer.Option("--matt")] = False


def test_a_group_of_options_is_one_parameter_of_the_command():
    seen = []

    @grouped
    def coat(wall: Annotated[str, typer.Argument()], paint: Paint, dry: bool = False) -> None:
        """Paint a wall."""
        seen.append((wall, paint, dry))

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(coat)
    assert list(inspect.signature(coat).parameters) == ["wall", "colour", "coats", "matt", "dry"]
    assert CliRunner().invoke(app, ["north", "--colour", "red", "--matt"]).exit_code == 0
    assert CliRunner().invoke(app, ["north", "--colour", "red", "--coats", "0"]).exit_code == 2
    assert CliRunner().invoke(app, ["north"]).exit_code == 2
    assert seen == [("north", Paint("red", 2, matt=True), False)]
    assert "Paint a wall." in CliRunner().invoke(app, ["--help"]).stdout


def test_an_error_is_one_line_that_cannot_steer_the_terminal():
    said = error_line("no\nsuch \x1b[31mthing")
    assert said.startswith("error: no such ")
    assert "\x1b" not in said


def test_a_bar_stands_on_standard_error_alone(capsys):
    with progress_bar("painting") as progress:
        progress(1, 2)
    assert capsys.readouterr().out == ""
