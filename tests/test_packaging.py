"""The wheel: every package and data file is in it, and it imports where it is installed."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text())


def packages():
    homes = {"src/pellucid": "pellucid", "app": "pellucid.app", "domains": "pellucid.domains"}
    for home, package in homes.items():
        for path in (ROOT / home).rglob("__init__.py"):
            inner = path.parent.relative_to(ROOT / home).parts
            yield ".".join([package, *inner])


def test_the_package_list_names_every_package():
    listed = SETUP["tool"]["setuptools"]["packages"]
    assert listed == sorted(packages())


def test_the_base_install_stays_light():
    base = {line.split(">")[0].split("[")[0] for line in SETUP["project"]["dependencies"]}
    assert "scikit-learn" in base
    assert not {"torch", "gradio", "shap", "plotly", "xgboost", "transformers", "interpret"} & base


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    made = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
    ]
    source = folder / "source"
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for file in filter(None, files.split("\0")):
        if (ROOT / file).is_file():
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            (source / file).write_bytes((ROOT / file).read_bytes())
    subprocess.run([*map(str, made), str(source)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_data_file(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "pellucid/domains/" + str(path.relative_to(ROOT / "domains"))
        for path in (ROOT / "domains").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted |= {
        "pellucid/reporting/templates/" + path.name for path in (ROOT / "src/pellucid/reporting/templates").iterdir()
    }
    assert len(wanted) > 30
    assert wanted <= inside
    assert "pellucid/py.typed" in inside


@pytest.mark.slow
def test_the_wheel_imports_and_opens_a_domain_where_it_is_installed(wheel, tmp_path):
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, wheel]
    subprocess.run([str(part) for part in install], check=True, capture_output=True)
    code = (
        "import pellucid, pellucid.domains, pellucid.reporting, pellucid.cli\n"
        "print(pellucid.__file__)\n"
        "print(len(pellucid.domains.load('law').documents()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert said == [str(target / "pellucid" / "__init__.py"), "300"]


def test_the_version_is_the_same_everywhere():
    code = "import pellucid; print(pellucid.__version__)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == SETUP["project"]["version"]
    assert f"## {SETUP['project']['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_citation_names_what_is_cited_and_its_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "type"} <= set(cited)  # by the format
    assert cited["version"] == SETUP["project"]["version"]
    assert cited["license"] == SETUP["project"]["license"]
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in SETUP["project"]["authors"]]
