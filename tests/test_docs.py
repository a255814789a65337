"""The documentation keeps its word: every code block runs, every link leads somewhere, the reference is the code's."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
from tests.docs_blocks import Page, blocks_of
from tests.llm.fault_server import FaultServer

from pellucid.domains import names
from pellucid.schema import read_json_lines

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SERVER = "http://127.0.0.1:8000/v1"


def name(path):
    return str(path.relative_to(ROOT))


PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md"), *(ROOT / "domains").glob("*/card.md")], key=name
)
LINKED = sorted([*PAGES, ROOT / "CHANGELOG.md", *(ROOT / "notebooks").glob("*.py")], key=name)
WITH_CODE = [path for path in PAGES if any(block.kind[:1] != "{" for block in blocks_of(path.read_text()))]


def answer_visit(call):
    """Play the language model of the guide to live models."""
    age = "41" if "Aged 41" in call.prompt else "67"
    quote = "Aged 41" if age == "41" else "67-year-old"
    said = {"age": {"value": int(age), "quote": quote}, "pain": {"value": "yes", "quote": "pain"}}
    return json.dumps(said)


SERVED = {"docs/how-to/live-models.md": answer_visit}
SAID = {
    "docs/tutorial/your-own-domain.md": (
        "clouds     answered 60, not stated 0, unsupported 0, unreadable 0, right 60 of 60",
        "AUROC",
    ),
    "docs/how-to/live-models.md": (
        "2 requests\n    age pain\n0  41.0  yes\n1  67.0  yes\n0 requests are left",
        "('my-model',) 4 answers\n2 documents",
    ),
    "docs/how-to/validation.md": (
        "Use a glass box: “sparse linear” ranks better than “words”",
        "with 200 documents, 100 of them with the outcome",
        "ALARM ward | At some levels of “ward” (30 of 200 documents)",
        "NearPair(first=0, second=1, similarity=1.0)",
        "card.json: its size or SHA-256 is another",
    ),
    "docs/how-to/labels.md": (
        "0 gold labels, correlation with the LLM 0.9",
        "with 50 gold labels",
        "la-0001",
        "AUROC 0.",
    ),
}


def test_the_search_finds_the_pages():
    assert len(PAGES) >= 45
    assert len(WITH_CODE) >= 15
    kinds = {part.name for part in DOCS.iterdir() if part.is_dir() and not part.name.startswith("_")}
    assert kinds == {"tutorial", "how-to", "reference", "explanation"}
    assert {*SERVED, *SAID} <= set(map(name, WITH_CODE))


@pytest.mark.parametrize("path", WITH_CODE, ids=name)
def test_every_code_block_of_a_page_does_what_the_page_says(path, tmp_path):
    folder = tmp_path / "page"
    folder.mkdir()
    with FaultServer(answer=SERVED.get(name(path), answer_visit)) as server:
        printed = Page(name(path), folder, {SERVER: server.url}).run(path.read_text())
    for said in SAID.get(name(path), ()):
        assert said in printed


def prose(path):
    """Return a page without its code."""
    text = path.read_text()
    if path.suffix == ".py":
        return "\n".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))
    return re.sub(r"^( *)(`{3,}).*?^\1\2`*$", "", text, flags=re.MULTILINE | re.DOTALL)


def links_of(path):
    """Return a page's links inside the project as (file, anchor)."""
    for link in re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", prose(path)):
        file, _, anchor = link.partition("#")
        yield (path.parent / file if file else path), anchor


def anchors_of(path):
    """Return the anchors of a page's headings, as repository browsers and the site make them."""
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose(path), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).strip()
        found.add(plain.replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", LINKED, ids=name)
def test_links_inside_the_project_lead_somewhere(path):
    lost = [str(file) for file, _ in links_of(path) if not file.exists()]
    assert lost == []
    missing = [f"{name(file.resolve())}#{at}" for file, at in links_of(path) if at and at not in anchors_of(file)]
    assert missing == []


def test_links_are_found_also_those_to_headings():
    found = [link for path in LINKED for link in links_of(path)]
    assert len(found) > 100
    assert any(anchor for _, anchor in found)
    assert "wrong-usage" not in anchors_of(DOCS / "reference" / "cli.md")
    assert "pellucid-labels-bench" in anchors_of(DOCS / "reference" / "cli.md")


def test_no_page_speaks_of_one_machine():
    own = re.compile(r"/tmp/(?!$)app|/work/|/root/|/home/(?!you|pellucid)\w+/")  # noqa: S108
    assert [name(path) for path in LINKED if own.search(path.read_text())] == []


@pytest.fixture(scope="module")
def reference():
    space = {"__name__": "make_reference", "__file__": str(DOCS / "make_reference.py")}
    exec((DOCS / "make_reference.py").read_text(), space)  # noqa: S102
    return space


def test_the_page_on_the_command_line_is_what_the_program_says(reference):
    page = (DOCS / "reference" / "cli.md").read_text()
    assert page == reference["command_line"](), "run python docs/make_reference.py"
    assert page.count("\n## `pellucid") > 15
    assert "`--max-cost <float>`" in page


def test_the_schemas_are_those_of_the_code(reference):
    kept = {path.name: json.loads(path.read_text()) for path in (DOCS / "reference" / "schemas").glob("*.json")}
    made = {f"{one}.schema.json": schema for one, schema in reference["schemas"]().items()}
    assert kept == made, "run python docs/make_reference.py"
    page = (DOCS / "reference" / "file-forms.md").read_text()
    assert [one for one in kept if f"schemas/{one}" not in page] == []


def faults(form, content):
    schema = json.loads((DOCS / "reference" / "schemas" / f"{form}.schema.json").read_text())
    # Old releases, which some libraries ask for, know no later draft; the schemas use nothing that differs.
    validator = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)
    return [error.message for error in validator(schema).iter_errors(content)]


@pytest.mark.parametrize("domain", names())
def test_every_file_of_a_domain_has_the_form_that_its_schema_says(domain):
    home = ROOT / "domains" / domain
    for form in ("domain", "questions", "labels", "rules", "letters"):
        assert faults(form, tomllib.loads((home / f"{form}.toml").read_text())) == []
    files = {"documents": [home / "documents.jsonl"], "facts": [home / "facts.jsonl"]}
    files["recording"] = sorted((home / "recordings").glob("*.jsonl"))
    for form, paths in files.items():
        rows = [row for path in paths for _, row in read_json_lines(path)]
        assert len(rows) >= 300
        assert not any(faults(form, row) for row in rows[:: len(rows) // 20])


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ("questions", {"name": "a", "questions": [{"id": "A", "ask": "?", "type": "number"}]}),
        ("documents", {"id": "a"}),
        ("recording", {"document": "a", "sha256": "x", "model": "m", "prompt": "p/1", "replies": {}}),
        ("labels", {"prompts": [{"id": "a"}]}),
        ("domain", {"name": "a", "unknown": 1}),
    ],
)
def test_a_file_of_another_form_is_refused_by_its_schema(form, wrong):
    assert faults(form, wrong)


def test_the_examples_of_file_forms_have_the_form_that_their_schema_says():
    page = (DOCS / "reference" / "file-forms.md").read_text()
    checked = []
    for section in page.split("\n## ")[1:]:
        found = re.search(r"schemas/(\w+)\.schema\.json", section)
        for block in blocks_of(section) if found else ():
            rows = {
                "toml": lambda code: [tomllib.loads(code)],
                "json": lambda code: [json.loads(code)],
                "jsonl": lambda code: [json.loads(line) for line in code.splitlines()],
            }.get(block.kind, lambda code: [])(block.code)
            for row in rows:
                assert faults(found[1], row) == [], section.splitlines()[0]
                checked.append(found[1])
    assert len(set(checked)) >= 12
