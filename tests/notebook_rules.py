"""What a notebook must keep to: public names, short cells, nothing hidden; and how it is run, strictly and alone."""

import ast
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import jupytext
import nbformat

ROOT = Path(__file__).parents[1]
MOST_CELLS, FEWEST_CELLS, MOST_LINES = 14, 5, 15
PLAIN = {"jupytext", "kernelspec"}
SPACING = {"lines_to_next_cell"}  # blank lines in the jupytext file
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")

# Runs in the kernel before the first cell, and leaves no name behind.
STRICT = """
def _strict():
    import sys, warnings
    from pathlib import Path

    sys.path.insert(0, {root!r})
    from tests.llm.socket_guard import SocketGuard
    sys.path.pop(0)
    told = Path({told!r})

    class Guard(SocketGuard):
        def heard(self, event, host, address):
            try:
                super().heard(event, host, address)
            except PermissionError as refused:
                told.write_text(told.read_text() + str(refused) + "\\n")
                raise

    told.write_text("")
    Guard().__enter__()
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", module="ipykernel")  # the kernel's own, when it is shut down

_strict()
del _strict
"""


class Ran(NamedTuple):
    """What came of a run.

    Attributes
    ----------
    passed : bool
    said : str
        What nbmake printed.
    refused : list of str or None
        What would have left this machine; None where the guard was not there.
    outputs : list
        Of all cells.
    """

    passed: bool
    said: str
    refused: list[str] | None
    outputs: list


def run_notebook(source, folder):
    """Run a notebook by nbmake: every warning is an error, and nothing leaves this machine."""
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    told = folder / "told.txt"
    (startup / "00-strict.py").write_text(STRICT.format(root=str(ROOT), told=str(told)))
    room = folder / "room"
    room.mkdir()
    path = room / "notebook.ipynb"
    jupytext.write(jupytext.reads(source, "py:percent"), path)
    command = [sys.executable, "-m", "pytest", "--nbmake", "--overwrite", "--nbmake-timeout=300", "-q"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", path.name],
        cwd=room,
        env={**os.environ, "IPYTHONDIR": str(folder / "ipython")},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    read = nbformat.read(path, as_version=4)
    return Ran(
        done.returncode == 0 and "1 passed" in done.stdout,
        done.stdout + done.stderr,
        told.read_text().splitlines() if told.exists() else None,
        [output for cell in read.cells for output in cell.get("outputs", [])],
    )


def faults(source, home):
    """Say what in a notebook breaks the rules; an empty list where nothing does.

    Parameters
    ----------
    source : str
        Of the jupytext file.
    home : Path
        The folder that relative links start from.
    """
    notebook = jupytext.reads(source, "py:percent")
    cells = notebook.cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    found = [f"notebook metadata {name!r} may hide something" for name in sorted(set(notebook.metadata) - PLAIN)]
    found += [f"cell {at} has metadata" for at, cell in enumerate(cells) if set(cell.metadata) - SPACING]
    if not FEWEST_CELLS <= len(code) <= MOST_CELLS:
        found.append(f"{len(code)} cells of code; {FEWEST_CELLS} to {MOST_CELLS} are allowed")
    for at, cell in enumerate(code):
        lines = sum(bool(line.strip()) for line in cell.splitlines())
        found += [f"code cell {at} has {lines} lines"] if lines > MOST_LINES else []
        found += [f"code cell {at}: {fault}" for fault in name_faults(cell)]
    first, last = cells[0], cells[-1]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        found.append("does not begin with a title")
    if last.cell_type != "markdown" or "## Where to go next" not in last.source:
        found.append("does not end with where to go next")
    words = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    links = [link for link in LINK.findall(words) if "://" not in link]
    found += [f"link to {link}, which is not there" for link in links if not (home / link).exists()]
    return found


def name_faults(code):
    """Say which names in a cell are not public, or not plain Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        return [f"is not plain Python: {error.msg}"]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "pellucid":
            found += [f"{node.module}.{name.name} is not public" for name in node.names if not is_public(node, name)]
        elif isinstance(node, ast.Import):
            whole = [name.name for name in node.names if name.name.split(".")[0] in ("pellucid", "tests")]
            found += [f"import {name}: import the names that are used" for name in whole]
        elif isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "tests"):
            found.append(f"{node.module or '.'} is no public module")
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            found.append(f".{node.attr} is not public")
    return found


def is_public(node, name):
    """Whether a name is imported from the ``__all__`` of a public folder."""
    if any(part.startswith("_") for part in node.module.split(".")):
        return False
    return name.name in getattr(importlib.import_module(node.module), "__all__", ())
