"""The documentation's code runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def blocks(name):
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)


def run(code, folder):
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("number", "said"), [(0, "vessels: 2 vessels, “fluoroscopy"), (1, "pain\n0   no")])
def test_each_python_block_of_the_readme_runs_and_prints_what_it_shows(number, said, tmp_path):
    assert len(blocks("README.md")) == 2
    done = run(blocks("README.md")[number], tmp_path)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


def test_the_guide_to_a_domain_runs_from_top_to_bottom(tmp_path):
    code = blocks("docs/your-own-domain.md")
    assert len(code) == 5
    done = run("\n".join(code), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "clouds     answered 60, not stated 0, unsupported 0, unreadable 0, right 60 of 60" in done.stdout
    assert "AUROC" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/your-own-domain.md"])
def test_links_inside_the_project_lead_somewhere(name):
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", (ROOT / name).read_text())
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []
