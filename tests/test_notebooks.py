"""Every notebook runs from its first cell to its last, as a reader would run it."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = ("07_label_generator",)


def test_the_notebooks_are_those_that_are_run():
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == sorted(NOTEBOOKS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_from_top_to_bottom_on_public_names_alone(name, tmp_path):
    written = jupytext.read(FOLDER / f"{name}.py")
    code = [cell.source for cell in written.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    assert not any("pellucid._" in cell or "._" in cell.replace("from __", "") for cell in code)
    jupytext.write(written, tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbmake", "--nbmake-timeout=300", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, f"{name}.ipynb"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=400
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
