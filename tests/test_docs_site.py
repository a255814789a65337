"""The documentation as a site: it builds without a warning, asks no other host, and leaves nobody behind."""

import importlib
import os
import re
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from filelock import FileLock

import pellucid

ROOT = Path(__file__).parents[1]
FOLDERS = ["pellucid", "pellucid.exceptions", *(f"pellucid.{folder}" for folder in pellucid._FOLDERS)]
RESOURCES = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
NO_RESOURCE = {"canonical", "prev", "next", "index", "search"}

pytestmark = pytest.mark.slow


class Found(HTMLParser):
    """What a page leads to, what it loads, and the places in it that can be led to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loaded, self.places = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places.add(given.get("id"))
        if tag == "a" and given.get("href"):
            self.links.add(given["href"])
        if tag in RESOURCES and given.get(RESOURCES[tag]) and given.get("rel") not in NO_RESOURCE:
            self.loaded.add(given[RESOURCES[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory, worker_id):
    """Build the site, once for all workers, without running the notebooks, which have a test of their own."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "html").exists():
            build(folder)
    return folder / "html"


def build(folder):
    """Build aside and rename, so that a site that is there is whole."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-c", "docs", "-D", "nb_execution_mode=off"]
    command += ["-d", str(folder / "doctrees"), ".", str(folder / "building")]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "building").rename(folder / "html")


@pytest.fixture(scope="module")
def pages(site):
    return {str(path.relative_to(site)): Found(path.read_text()) for path in sorted(site.rglob("*.html"))}


def test_every_source_has_its_page_and_every_page_is_reached_from_the_first(site, pages):
    sources = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("notebooks/*.py"), *ROOT.glob("domains/*/card.md")]
    sources += [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    wanted = {str(path.relative_to(ROOT).with_suffix(".html")) for path in sources}
    assert len(wanted) > 45
    assert wanted <= set(pages)
    reached, waiting = set(), ["index.html"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page in pages:
            reached.add(page)
            inside = [link for link in pages[page].links if not urlsplit(link).scheme]
            waiting += [os.path.normpath(os.path.join(os.path.dirname(page), urlsplit(one).path)) for one in inside]  # noqa: PTH118, PTH120
    assert wanted - reached == set()


def test_links_inside_the_site_lead_to_pages_and_to_places_in_them(site, pages):
    lost, anchors = [], 0
    for page, found in pages.items():
        for link in found.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (site / page).parent / unquote(parts.path) if parts.path else site / page
            inside = pages.get(os.path.relpath(target, site))
            anchors += bool(parts.fragment)
            if not target.exists() or (parts.fragment and inside and unquote(parts.fragment) not in inside.places):
                lost.append(f"{page}: {link}")
    assert lost == []
    assert anchors > 1000


def test_no_page_and_no_stylesheet_loads_anything_from_elsewhere(site, pages):
    outside = [
        f"{page}: {one}" for page, found in pages.items() for one in found.loaded if re.match(r"(https?:)?//", one)
    ]
    assert outside == []
    assert sum(len(found.loaded) for found in pages.values()) > 300
    sheets = list(site.rglob("*.css"))
    assert len(sheets) > 3
    loaded = re.compile(r"""url\(["']?(https?:)?//|@import\s+["'](https?:)?//""")
    assert [sheet.name for sheet in sheets if loaded.search(sheet.read_text())] == []
    assert "require.min.js" not in "".join(path.read_text() for path in site.glob("notebooks/*.html"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_public_name_is_described(folder, site, pages):
    names = importlib.import_module(folder).__all__
    page = f"docs/reference/api/{folder.removeprefix('pellucid.')}.html"
    text = (site / page).read_text()
    assert names
    for name in names:
        here = f"{folder}.{name}" in pages[page].places
        linked = any(link.endswith(f".{name}") for link in pages[page].links)
        assert here or (folder == "pellucid" and linked), f"{name} is not described in {page}"
    assert "model_config" not in text
    assert "model_fields" not in text


def test_a_description_has_signature_sections_and_types_that_lead_on(site, pages):
    page = (site / "docs/reference/api/schema.html").read_text()
    page = page[page.index('id="pellucid.schema.Question"') : page.index('id="pellucid.schema.QuestionAudit"')]
    said = " ".join(unescape(re.sub("<[^>]+>", "", page)).split())
    for part in ("Question(", "maximum=None", "Attributes", "Name of the question and of the feature made from it."):
        assert part in said
    for part in ("Examples", ">>> q.accepts(41)", "Say what is wrong with a value that is not allowed"):
        assert part in said
    assert 'href="#pellucid.schema.QuestionType"' in page
    assert "glassbox.html#pellucid.glassbox.EBMClassifier" in pages["docs/reference/api/pellucid.html"].links


def test_the_site_opens_at_its_root(site):
    assert 'url=docs/index.html"' in (site / "index.html").read_text()


def test_references_have_the_numbers_that_their_docstrings_give_them(site):
    text = (site / "docs/reference/api/glassbox.html").read_text()
    assert not re.search(r">\[?R[0-9a-f]{8,}-\d", text)
    assert re.search(r'<a class="reference internal" href="#r[0-9a-f]+-1"[^>]*><span>\[1\]</span>', text)
