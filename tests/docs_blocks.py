"""Runs the code blocks of a documentation page as a reader would, and says where a block does not keep its word.

| fence | what is done |
|---|---|
| `python` | run: all blocks of a page in order, in one process, warnings are errors |
| `text` right after `python` | has to stand in what that block printed; `…` stands for anything; elsewhere a page has |
| | to say `<!-- shown -->` above it |
| `console` | each line that begins with `$ ` is run by bash; what stands below it is its output, `…` alone for any |
| | lines, within a line for any text; it ends with 0, or with what a last line `[exit code N]` says |
| `toml`, `json`, `jsonl`, `yaml`, `xml`, `ini` | has to parse |
| `sh` | is not run; bash has to understand it, and our command line every `pellucid …` in it |
| the rest of `KNOWN` | is not checked |

A block of the third kind, or of `csv`, is also written to the page's folder where its first line is `# file: NAME` or
the line before its fence is `<!-- file: NAME -->`.
"""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer
import yaml

from pellucid.cli import app

ANY = "…"
BASH = shutil.which("bash") or "bash"
LIMIT = 180
"""Seconds a page may take before it is stopped."""

KNOWN = {"python", "text", "console", "toml", "json", "jsonl", "yaml", "xml", "ini", "sh"}
KNOWN |= {"nginx", "caddy", "dockerfile", "csv", "markdown", "html"}

FENCE = re.compile(r"(?P<indent>[ \t>]*)(?P<ticks>`{3,}|:{3,}|~{3,})(?P<kind>[^`\n]*)")
NAMED = re.compile(r"<!-- file: (\S+) -->")
FIRST = re.compile(r"# file: (\S+)")

# Runs in the page's process: takes a block from a line of its input, runs it, and says so with a mark of its own.
DRIVER = """
import json, linecache, sys, traceback
space = sys.modules["__main__"].__dict__
for line in sys.stdin:
    block = json.loads(line)
    linecache.cache[block["name"]] = (len(block["code"]), None, block["code"].splitlines(True), block["name"])
    try:
        exec(compile(block["code"], block["name"], "exec"), space)
    except BaseException:
        traceback.print_exc()
        print("\\n" + block["mark"] + "failed", flush=True)
        sys.stderr.flush()
    else:
        print("\\n" + block["mark"] + "done", flush=True)
"""


class Block(NamedTuple):
    """A fenced block of a page."""

    kind: str
    code: str
    line: int
    file: str = ""
    after: str = ""
    """The kind of the block before it, where only blank lines stand between."""
    shown: bool = False
    """Whether its page says that it is only shown."""


class BlockError(AssertionError):
    """A block does not do what its page says."""


def blocks_of(page: str) -> list[Block]:
    """Take a page's blocks, in order; those in lists lose their indentation."""
    lines, found, place, before = page.splitlines(), [], 0, ""
    while place < len(lines):
        opened = FENCE.fullmatch(lines[place].rstrip())
        if opened is None:
            before = before if not lines[place].strip() else ""
            place += 1
            continue
        if opened["ticks"][0] == "~":
            raise BlockError(f"line {place + 1}: fences are of backticks or colons, so that every block is found")
        end = place + 1
        closing = re.compile(rf" *{re.escape(opened['ticks'])}[`:]*")
        while end < len(lines) and not closing.fullmatch(lines[end].rstrip()):
            end += 1
        if end == len(lines):
            raise BlockError(f"line {place + 1}: a block that is never closed")
        code = [line.removeprefix(opened["indent"]) for line in lines[place + 1 : end]]
        above = NAMED.fullmatch(lines[place - 1].strip()) if place else None
        kind = opened["kind"].strip()
        within = FIRST.fullmatch(code[0].strip()) if code and kind != "python" else None
        name = (above or within or [None, ""])[1]
        shown = place > 0 and lines[place - 1].strip() == "<!-- shown -->"
        found.append(Block(kind, "\n".join(code) + "\n", place + 1, name, before, shown))
        before, place = kind, end + 1
    return found


def pattern(expected: str, any_text: str) -> str:
    """Turn expected lines into a regular expression; `…` alone in a line stands for any lines, also for none."""
    parts = []
    for line in expected.rstrip("\n").split("\n"):
        if line.strip() == ANY:
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(any_text.join(re.escape(part) for part in line.rstrip().split(ANY)) + r"\n")
    return "".join(parts)


def tidy(said: str) -> str:
    """Take white space away from the ends of lines, and empty lines from the end."""
    return "\n".join(line.rstrip() for line in said.rstrip().split("\n")) + "\n"


class Page:
    """A page being run in a folder of its own."""

    def __init__(self, name: str, folder: Path, replaced: dict[str, str] | None = None) -> None:
        self.name, self.folder, self.replaced = name, folder, replaced or {}
        self.errors = folder.parent / f"{folder.name}.stderr"
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_COLOR": "1",
        }
        self.environment.pop("COLUMNS", None)
        self.process: subprocess.Popen[str] | None = None
        self.printed = ""

    def run(self, page: str) -> str:
        """Run all blocks; return everything that python blocks printed."""
        said = ""
        try:
            for block in blocks_of(page):
                if block.kind not in KNOWN and not block.kind.startswith("{"):
                    raise self.fault(block, f"a block of kind {block.kind!r}; there are {', '.join(sorted(KNOWN))}")
                if block.file:
                    path = self.folder / block.file
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(block.code)
                if check := CHECKS.get(block.kind):
                    check(self, block)
                said += self.printed if block.kind == "python" else ""
        finally:
            if self.process:
                self.process.stdin.close()
                self.process.stdout.close()
                self.process.kill()
                self.process.wait()
        return said

    def fault(self, block: Block, reason: str) -> BlockError:
        """Say what is wrong, with page and line."""
        return BlockError(f"{self.name}:{block.line}: {reason}")

    def code_of(self, block: Block) -> str:
        """Return a block with the test's own addresses in it."""
        code = block.code
        for old, new in self.replaced.items():
            code = code.replace(old, new)
        return code

    def python(self, block: Block) -> None:
        """Run a block in the page's process and keep what it printed."""
        if self.process is None:
            command = [sys.executable, "-W", "error", "-c", DRIVER]
            with self.errors.open("w") as errors:
                self.process = subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=self.environment,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                )
        mark = f"<<{os.urandom(8).hex()}>>"
        job = {"code": self.code_of(block), "name": f"{self.name}:{block.line}", "mark": mark}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        timer = threading.Timer(LIMIT, self.process.kill)
        timer.start()
        lines = []
        for line in self.process.stdout:
            if line.startswith(mark):
                break
            lines.append(line)
        timer.cancel()
        self.printed = "".join(lines)
        if not lines or line != f"{mark}done\n":
            raise self.fault(block, "the block failed\n" + self.errors.read_text()[-3000:])

    def text(self, block: Block) -> None:
        """Look for what a page shows in what the block before it printed."""
        if block.shown:
            return
        if block.after != "python":
            raise self.fault(block, "stands after no python block; say <!-- shown --> above one that is only shown")
        if not re.search("^" + pattern(block.code, r"[^\n]*"), tidy(self.printed), re.M):
            raise self.fault(block, f"does not stand in what was printed:\n{self.printed}")

    def console(self, block: Block) -> None:
        """Run commands and compare what they say."""
        session = list(session_of(self.code_of(block)))
        if not session:
            raise self.fault(block, "no line begins with '$ '")
        for command, expected in session:
            try:
                done = subprocess.run(
                    [BASH, "-c", command],
                    cwd=self.folder,
                    env=self.environment,
                    text=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=LIMIT,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise self.fault(block, f"{command!r} did not end within {LIMIT} seconds") from None
            wanted = re.search(r"(?:^|\n)\[exit code (\d+)\]\n?$", expected)
            code = int(wanted[1]) if wanted else 0
            if done.returncode != code:
                raise self.fault(block, f"{command!r} ended with {done.returncode}, not {code}:\n{done.stdout}")
            shown = expected[: wanted.start()] if wanted else expected
            if not re.fullmatch(pattern(tidy(shown), r"[^\n]*"), tidy(done.stdout)):
                raise self.fault(block, f"{command!r} says something else:\n{done.stdout}")

    def parsed(self, block: Block) -> None:
        """Read data in its own form."""
        try:
            PARSERS[block.kind](block.code)
        except Exception as error:  # noqa: BLE001 - every parser has errors of its own
            raise self.fault(block, f"is no {block.kind}: {error}") from None

    def shell(self, block: Block) -> None:
        """Have bash read the block, and our own parser each of our commands."""
        done = subprocess.run([BASH, "-n"], input=block.code, text=True, capture_output=True, check=False)
        if done.returncode:
            raise self.fault(block, f"bash does not understand it: {done.stderr}")
        for arguments in commands_of(block.code):
            if reason := refusal(arguments):
                raise self.fault(block, f"pellucid {' '.join(arguments)}: {reason}")


def session_of(code: str) -> Iterator[tuple[str, str]]:
    """Split a session into commands, each with the output shown below it."""
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:[^\n]*\\\n)*[^\n]*\n", part)[0]
        yield re.sub(r"\\\n(?:> )?", "\\\n", command).strip(), part[len(command) :]


def commands_of(code: str) -> Iterator[list[str]]:
    """Find our own commands in a script, wherever a command can stand in a line."""
    for line in code.replace("\\\n", " ").splitlines():
        reader = shlex.shlex(line, posix=True, punctuation_chars=True)
        reader.whitespace_split = True
        words: list[str] = []
        for word in [*reader, ";"]:
            if not set(word) <= set(";&|()<>"):
                words.append(word)
                continue
            starts = [place for place, one in enumerate(words) if re.fullmatch(r"(?:.*bin/)?pellucid", one)]
            starts = [place for place in starts if words[place - 1 : place] not in (["-u"], ["-o"], ["-g"])]
            if starts and not OTHERS & set(words[: starts[0]]):
                yield words[starts[0] + 1 :]
            words = ["<"] if set(word) & set("<>") else []  # what follows is a file, no command


OTHERS = {"<", "createdb", "cat", "docker", "echo", "install", "pip", "pip3", "python3", "ls", "cd", "git", "useradd"}
"""Programs that take our name as an argument."""


def refusal(arguments: list[str]) -> str:
    """Say why our command line would not take these arguments; empty where it would."""
    command: Any = typer.main.get_command(app)
    name, rest = "pellucid", list(arguments)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"there is no command {rest[0]!r}"
        name, command, rest = f"{name} {rest[0]}", command.commands[rest[0]], rest[1:]
    try:
        command.make_context(name, rest)
    except typer.Exit:  # --help, --version
        return ""
    except Exception as error:  # noqa: BLE001 - whose class depends on the version of typer
        return error.format_message() if hasattr(error, "format_message") else str(error)
    return ""


def read_ini(code: str) -> None:
    """Read an INI file or a systemd unit, which may name a key twice."""
    configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True).read_string(code)


def read_json_lines(code: str) -> None:
    """Read a JSON document in each line."""
    for line in code.splitlines():
        json.loads(line)


PARSERS: dict[str, Callable[[str], object]] = {
    "toml": tomllib.loads,
    "json": json.loads,
    "jsonl": read_json_lines,
    "yaml": yaml.safe_load,
    "xml": ElementTree.fromstring,
    "ini": read_ini,
}
CHECKS: dict[str, Callable[[Page, Block], None]] = {
    "python": Page.python,
    "text": Page.text,
    "console": Page.console,
    "sh": Page.shell,
    **dict.fromkeys(PARSERS, Page.parsed),
}
