"""The house: floors, room sizes, quiet import, public names, mirrored tests, and what every file says first."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import pellucid

ROOT = Path(__file__).parents[1]
HOMES = {"src/pellucid": "pellucid", "app": "pellucid.app", "domains": "pellucid.domains"}
FILES = sorted(path for home in HOMES for path in (ROOT / home).rglob("*.py"))
FLOORS = {
    "exceptions": 1,
    "schema": 2,
    "_checks": 2,
    "_optional": 2,
    "measures": 3,
    "llm": 4,
    "glassbox": 4,
    "validation": 4,
    "reporting": 4,
    "ledger": 4,
    "domains": 4,
    "extraction": 5,
    "explanation": 5,
    "memorisation": 5,
    "labeling": 6,
    "discovery": 6,
    "text_classifier": 6,
    "cascade": 6,
    "study": 7,
    "casework": 8,
    "app": 9,
    "cli": 9,
}
HEAVY = {
    "alembic",
    "gradio",
    "interpret",
    "pandas",
    "plotly",
    "pydantic",
    "shap",
    "sklearn",
    "sqlalchemy",
    "torch",
    "transformers",
    "xgboost",
}
DOMAIN_WORDS = re.compile(r"\b(patient|clinic|loan|borrower|defendant|court|diagnos)", re.IGNORECASE)


def room(path):
    parts = path.relative_to(ROOT).parts
    return parts[0] if parts[0] in ("app", "domains") else Path(parts[2]).stem


def name(path):
    return str(path.relative_to(ROOT))


@cache
def tree(path):
    return ast.parse(path.read_text())


@cache
def imports(path):
    """Every module of ours that a file imports, with the line."""
    return tuple(_imports(path))


def _imports(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name.startswith("pellucid."))
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno} is a relative import"
            if (node.module or "").startswith("pellucid."):
                yield node.module, node.lineno


def test_the_search_finds_the_house():
    assert len(FILES) > 40
    assert {"schema", "llm", "glassbox", "validation", "reporting", "extraction", "labeling", "cli"} <= {
        room(path) for path in FILES
    }
    assert sum(1 for path in FILES for _ in imports(path)) > 100


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_only_go_down(path):
    here = room(path)
    if here == "__init__":
        return
    for module, line in imports(path):
        there = module.split(".")[1]
        if there != here:
            assert FLOORS[there] < FLOORS[here], f"{name(path)}:{line} reaches up or across to {module}"


@pytest.mark.parametrize("path", FILES, ids=name)
def test_other_rooms_are_entered_by_their_door(path):
    for module, line in imports(path):
        parts = module.split(".")
        inside = len(parts) > 2 and parts[2].startswith("_")
        assert not inside or parts[1] == room(path), f"{name(path)}:{line} reaches into {module}"


def libraries(path):
    """Every library that a file imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_gradio_stands_in_layout_files_only_and_nobody_imports_the_app():
    using = {name(path) for path in FILES if "gradio" in libraries(path)}
    assert {"app/layout.py", "app/layout_case.py"} <= using
    assert all(path.startswith("app/layout") for path in using)
    others = [path for path in FILES if room(path) != "app"]
    assert not [name(path) for path in others for module, _ in imports(path) if module.startswith("pellucid.app")]
    deep = {module for path in FILES if path.name.startswith("handlers") for module, _ in imports(path)}
    assert not [module for module in deep if module.startswith(("pellucid.app.layout", "pellucid.app.server"))]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_import_hides_in_a_function(path):
    functions = [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    hidden = [n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not hidden


@pytest.mark.parametrize("path", FILES, ids=name)
def test_rooms_are_small_and_say_what_they_are_for(path):
    assert path.read_text().count("\n") <= 400
    parsed = tree(path)
    assert ast.get_docstring(parsed), "a file opens with one sentence saying what it is for"
    for node in ast.walk(parsed):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            lines = node.end_lineno - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)
            assert lines <= 40, f"{node.name} has {lines} lines of code"


@pytest.mark.parametrize("path", [path for path in FILES if room(path) != "domains"], ids=name)
def test_domain_words_live_in_domains(path):
    assert not DOMAIN_WORDS.search(path.read_text())


def test_templates_hold_no_domain_words_either():
    templates = [path for path in (ROOT / "src/pellucid/reporting/templates").iterdir() if path.is_file()]
    assert len(templates) >= 3
    assert not [path.name for path in templates if DOMAIN_WORDS.search(path.read_text())]


@pytest.mark.parametrize("path", [path for path in FILES if path.name not in ("__init__.py", "__main__.py")], ids=name)
def test_every_file_has_a_test_of_its_name(path):
    home = ROOT / "tests" / ("" if path.parent.name == "pellucid" else room(path))
    assert (home / f"test_{path.stem.lstrip('_')}.py").exists()


@pytest.mark.parametrize(
    "folder",
    [
        "casework",
        "cli",
        "explanation",
        "extraction",
        "glassbox",
        "labeling",
        "ledger",
        "llm",
        "measures",
        "memorisation",
        "reporting",
        "schema",
        "study",
        "validation",
    ],
)
def test_files_inside_folders_are_private_and_public_names_sorted_and_documented(folder):
    files = [path for path in (ROOT / "src/pellucid" / folder).glob("*.py") if path.name != "__init__.py"]
    assert files
    assert all(path.name.startswith("_") for path in files)
    module = importlib.import_module(f"pellucid.{folder}")
    assert module.__all__ == sorted(module.__all__, key=constants_then_classes_then_functions)
    for public in module.__all__:
        found = getattr(module, public)
        if inspect.isclass(found) or inspect.isfunction(found):
            assert found.__doc__, public


def test_the_packages_names_are_sorted_and_each_can_be_had():
    assert pellucid.__all__ == sorted(pellucid.__all__)
    assert len(pellucid.__all__) >= 20
    for public in pellucid.__all__:
        assert getattr(pellucid, public).__doc__
    assert set(pellucid.__all__) <= set(dir(pellucid))
    with pytest.raises(AttributeError, match="no attribute 'oracle'"):
        pellucid.oracle  # noqa: B018


def constants_then_classes_then_functions(public):
    return (not public.isupper(), not public[0].isupper(), public)


def run(code, *flags):
    return subprocess.run([sys.executable, *flags, "-c", code], capture_output=True, text=True, check=True)


def test_import_is_quick_and_quiet():
    loaded = run("import sys, pellucid; print(*{name.split('.')[0] for name in sys.modules})").stdout.split()
    assert "pellucid" in loaded
    assert not HEAVY & set(loaded)
    said = run("import pellucid", "-X", "importtime").stderr.splitlines()
    microseconds = [int(line.split("|")[1]) for line in said if line.endswith("| pellucid")]
    assert len(microseconds) == 1
    assert microseconds[0] < 200_000


def test_reading_and_explaining_need_neither_network_nor_heavy_extras():
    code = "import sys, pellucid.study; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = set(run(code).stdout.split())
    assert not {"gradio", "torch", "transformers", "shap", "xgboost", "plotly"} & loaded
