"""The documentation's code runs as it stands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.llm.fault_server import FaultServer

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


def test_the_guide_to_live_models_runs_from_top_to_bottom(tmp_path):
    def answer(call):
        age = "41" if "Aged 41" in call.prompt else "67"
        quote = "Aged 41" if age == "41" else "67-year-old"
        said = {"age": {"value": int(age), "quote": quote}, "pain": {"value": "yes", "quote": "pain"}}
        return json.dumps(said)

    code = blocks("docs/live-models.md")
    assert len(code) == 2
    with FaultServer(answer=answer) as server:
        done = run("\n".join(code).replace("http://127.0.0.1:8000/v1", server.url), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 requests\n    age pain\n0  41.0  yes\n1  67.0  yes\n0 requests are left" in done.stdout
    assert "('my-model',) 4 answers\n2 documents" in done.stdout


def test_the_guide_to_validation_runs_from_top_to_bottom(tmp_path):
    code = blocks("docs/validation.md")
    assert len(code) == 3
    done = run("\n".join(code), tmp_path)
    assert done.returncode == 0, done.stderr
    for said in (
        "Use a glass box: “sparse linear” ranks better than “words”",
        "with 200 documents, 100 of them with the outcome",
        "ALARM ward | At some levels of “ward” (30 of 200 documents)",
        "NearPair(first=0, second=1, similarity=1.0)",
        "card.json: its size or SHA-256 is another",
    ):
        assert said in done.stdout


def test_the_page_on_labels_runs_from_top_to_bottom(tmp_path):
    code = blocks("docs/labels.md")
    assert len(code) == 7
    done = run("\n".join(code), tmp_path)
    assert done.returncode == 0, done.stderr
    for said in ("0 gold labels, correlation with the LLM 0.9", "with 50 gold labels", "la-0001", "AUROC 0."):
        assert said in done.stdout


DOCS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/app.md",
    "docs/architecture.md",
    "docs/coverage.md",
    "docs/experiments.md",
    "docs/labels.md",
    "docs/live-models.md",
    "docs/validation.md",
    "docs/your-own-domain.md",
]


@pytest.mark.parametrize("name", DOCS)
def test_links_inside_the_project_lead_somewhere(name):
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", (ROOT / name).read_text())
    assert [link for link in links if not ((ROOT / name).parent / link).exists()] == []
