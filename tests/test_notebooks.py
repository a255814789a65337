"""Every notebook runs from its first cell to its last, as a reader would run it, on public names alone."""

import re

import pytest
from tests.notebook_rules import ROOT, faults, name_faults, run_notebook

FOLDER = ROOT / "notebooks"
NOTEBOOKS = (
    "01_first_decision",
    "02_healthcare",
    "03_finance",
    "04_law",
    "05_validate_against_the_llm",
    "06_bring_your_own_documents",
    "07_label_generator",
)
HEAD = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n\n"
TITLE, END = "# %% [markdown]\n# # A title\n\n", "# %% [markdown]\n# ## Where to go next\n# Nowhere.\n"
CELLS = "".join(f"# %%\nx = {n}\n\n" for n in range(5))


def test_the_notebooks_are_those_that_are_run():
    assert sorted(path.name for path in FOLDER.iterdir() if path.is_file()) == [f"{name}.py" for name in NOTEBOOKS]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_short_hides_nothing_and_uses_public_names_alone(name):
    assert faults((FOLDER / f"{name}.py").read_text(), FOLDER) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_top_to_bottom_without_network_or_warning(name, tmp_path):
    ran = run_notebook((FOLDER / f"{name}.py").read_text(), tmp_path)
    assert ran.passed, ran.said
    assert ran.refused == []
    assert [one.text for one in ran.outputs if one.get("name") == "stderr"] == []
    shown = [one.data.get("text/html", "") for one in ran.outputs if "data" in one]
    assert any("data:image/svg+xml" in one or 'class="pellucid' in one for one in shown)  # draws something
    assert not any("<script" in one for one in shown)
    outside = re.compile(r"""(?:src|srcset|href)\s*=\s*["']?\s*(?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""")
    assert not [found[0] for one in shown if (found := outside.search(one))]


@pytest.mark.slow
def test_a_notebook_that_warns_or_asks_another_machine_does_not_pass(tmp_path):
    cells = (
        "import socket, warnings\nfrom pathlib import Path",
        "try:\n    warnings.warn('old')\nexcept UserWarning:\n    Path('raised').touch()",
        "try:\n    socket.socket().connect(('192.0.2.1', 9))\nexcept PermissionError:\n    Path('refused').touch()",
        "here = socket.create_server(('127.0.0.1', 0))\nsocket.create_connection(here.getsockname())",
        "Path('came here').touch()",
        "1 / 0",
    )
    ran = run_notebook(HEAD + "".join(f"# %%\n{cell}\n\n" for cell in cells), tmp_path)
    assert not ran.passed
    assert "ZeroDivisionError" in ran.said
    assert ran.refused == ["socket.connect 192.0.2.1: only this machine may be spoken to here"]
    assert all((tmp_path / "room" / name).exists() for name in ("raised", "refused", "came here"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("from pellucid.reporting._drawn import DrawnDecision", "is not public"),
        ("from pellucid.schema import _record", "pellucid.schema._record is not public"),
        ("from pellucid.reporting import figure_for_nobody", "is not public"),
        ("from pellucid import reporting", "pellucid.reporting is not public"),
        ("import pellucid.reporting as r", "import the names that are used"),
        ("from tests.conftest import note", "is no public module"),
        ("from . import note", "is no public module"),
        ("model._compiled", "._compiled is not public"),
        ("!pip install anything", "is not plain Python"),
        ("%matplotlib inline", "is not plain Python"),
    ],
)
def test_names_that_are_not_public_are_found(code, said):
    (found,) = name_faults(code)
    assert said in found


def test_public_names_pass():
    code = (
        "from pellucid import Domain\nfrom pellucid.domains import load\nimport numpy as np\nfrom math import exp\nx.y_"
    )
    assert name_faults(code) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (TITLE + CELLS + '# %% tags=["hide-input"]\nx = 1\n\n' + END, "has metadata"),
        (TITLE + CELLS + '# %% jupyter={"source_hidden": true}\nx = 1\n\n' + END, "has metadata"),
        (HEAD.replace("# ---\n\n", "#   mystnb:\n#     x: 1\n# ---\n\n") + TITLE + CELLS + END, "metadata 'mystnb'"),
        (TITLE + 3 * CELLS + END, "15 cells of code"),
        (TITLE + "# %%\nx = 1\n\n" + END, "1 cells of code"),
        (TITLE + CELLS + "# %%\n" + 16 * "x = 1\n" + "\n" + END, "has 16 lines"),
        (CELLS + END, "does not begin with a title"),
        (TITLE + CELLS, "does not end with where to go next"),
        (TITLE + CELLS + END.replace("Nowhere", "[Nowhere](../docs/nowhere.md#at-all)"), "which is not there"),
        (TITLE + CELLS.replace("x = 0", "x._y = 0") + END, "._y is not public"),
    ],
)
def test_what_breaks_the_form_is_found(source, said):
    whole = source if source.startswith("# ---") else HEAD + source
    (found,) = faults(whole, FOLDER)
    assert said in found


def test_a_notebook_in_form_has_no_faults():
    kept = TITLE + 2 * CELLS + "# %%\n" + 15 * "x = 1\n" + "\n" + END.replace("Nowhere", "[Read](../README.md#x)")
    assert faults(HEAD + kept, FOLDER) == []
