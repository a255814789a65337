"""Documents a public folder from its `__all__` when the site is built, so that no list of names is kept by hand.

A page holds the block ```` ```{public-names} pellucid.llm ````; in its place come a table of the folder's names and
then every name with signature and docstring, by kind.
"""

import enum
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment
from numpydoc import docscrape_sphinx
from numpydoc.xref import DEFAULT_LINKS
from pydantic import BaseModel
from pygments.lexers import JsonLexer, TextLexer
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

import pellucid

BLOCK = re.compile(r"^```\{public-names\} (\S+)\n```$", re.MULTILINE)
FENCE = "``````"
LONG_NUMBER = re.compile(r"(\[?)R[0-9a-f]{8,}-(\d+)(\]?)")
CLASSES, FUNCTIONS, RECORDS, CHOICES, ERRORS, VALUES = (
    "Classes",
    "Functions",
    "Records",
    "Choices",
    "Errors",
    "Values",
)
DIRECTIVES = {FUNCTIONS: "autofunction", ERRORS: "autoexception"}


def kind_of(found: Any) -> str:
    """Say in which section of a page a name stands."""
    if not inspect.isclass(found) or hasattr(found, "__origin__"):
        return FUNCTIONS if inspect.isroutine(found) else VALUES
    kinds = ((BaseException, ERRORS), (enum.Enum, CHOICES), (BaseModel, RECORDS))
    return next((kind for base, kind in kinds if issubclass(found, base)), CLASSES)


def members_of(found: type) -> list[str]:
    """Return the methods and properties to show: ours, with a docstring. Fields stand in the docstring of the class."""
    fields = {*getattr(found, "model_fields", ()), *getattr(found, "_fields", ())}
    shown = []
    for name in dir(found):
        what = inspect.getattr_static(found, name)
        inner = next((one for key in ("fget", "func", "__func__") if (one := getattr(what, key, None))), what)
        ours = (getattr(inner, "__module__", None) or "").startswith("pellucid")
        if (
            not name.startswith("_")
            and name not in fields
            and ours
            and inspect.isroutine(inner)
            and inspect.getdoc(inner)
        ):
            shown.append(name)
    return shown


def said_of(folder: ModuleType, name: str) -> str:
    """Return what stands below a value where it is set, in whichever file of the folder."""
    inner = [found.name for found in pkgutil.iter_modules(getattr(folder, "__path__", []), f"{folder.__name__}.")]
    for module in [folder.__name__, *(one for one in inner if one.rpartition(".")[2].startswith("_"))]:
        docs = ModuleAnalyzer.for_module(module).find_attr_docs()
        if ("", name) in docs:
            return "\n".join(docs["", name]).strip()
    return ""


def first_sentence(folder: ModuleType, name: str) -> str:
    """Return a name's docstring up to the first empty line, in one line."""
    found = getattr(folder, name)
    said = said_of(folder, name) if kind_of(found) is VALUES else inspect.getdoc(found) or ""
    return re.sub(r" \[\d+\]_", "", " ".join(said.split("\n\n")[0].split()))


def full_name(folder: ModuleType, name: str) -> str:
    """Return the name under which something is documented: that of its folder, where `pellucid` only hands it on."""
    home = getattr(folder, "_HOMES", {}).get(name, "") if folder is pellucid else ""
    return f"{home}.{name}" if home in documented() else f"{folder.__name__}.{name}"


def documented() -> set[str]:
    """Return the folders that have a page."""
    return {f"pellucid.{name}" for name in pellucid._FOLDERS} | {"pellucid.exceptions"}


def entry(folder: ModuleType, name: str) -> Iterator[str]:
    """Write the directive for one name, as reStructuredText."""
    found = getattr(folder, name)
    kind = kind_of(found)
    full = f"{folder.__name__}.{name}"
    if kind is VALUES:
        value = repr(found)
        yield f".. py:data:: {full}"
        if len(value) < 60:
            yield f"   :value: {value}"
        yield ""
        yield from (f"   {line}" for line in said_of(folder, name).splitlines())
    else:
        yield f".. {DIRECTIVES.get(kind, 'autoclass')}:: {full}"
        shown = members_of(found) if kind in (CLASSES, RECORDS) else []
        if kind is CHOICES:
            yield "   :members:"
        elif shown:
            yield f"   :members: {', '.join(shown)}"
    yield ""


def table(folder: ModuleType, names: list[str]) -> Iterator[str]:
    """Write a table of names, each with its first sentence, as reStructuredText."""
    yield from (".. list-table::", "   :widths: 30 70", "   :class: names", "")
    for name in names:
        yield f"   * - :py:obj:`~{full_name(folder, name)}`"
        yield f"     - {first_sentence(folder, name)}"
    yield ""


def page(folder: ModuleType) -> Iterator[str]:
    """Write a folder's page, as Markdown."""
    by_kind: dict[str, list[str]] = {}
    for name in sorted(folder.__all__, key=str.lower):
        by_kind.setdefault(kind_of(getattr(folder, name)), []).append(name)
    for kind in (CLASSES, FUNCTIONS, RECORDS, CHOICES, ERRORS, VALUES):
        names = by_kind.get(kind, [])
        if not names:
            continue
        own = [name for name in names if full_name(folder, name).rpartition(".")[0] == folder.__name__]
        yield from (f"## {kind}", "", f"{FENCE}{{eval-rst}}", *table(folder, names), FENCE, "")
        for name in own:
            yield from (f"{FENCE}{{eval-rst}}", *entry(folder, name), FENCE, "")


def fill_in(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Put what a folder holds where a page asks for it."""
    source[0] = BLOCK.sub(lambda found: "\n".join(page(importlib.import_module(found[1]))), source[0])


def link_types(_app: Sphinx, config: Any) -> None:
    """Let a type in a docstring lead to where it is documented."""
    known = {word: word for word in DEFAULT_LINKS}  # else they lead to pages on other hosts
    for name in sorted(documented()):
        folder = importlib.import_module(name)
        known |= {one: f"{name}.{one}" for one in folder.__all__}
    config.numpydoc_xref_aliases = known


def shorten(_app: Sphinx, doctree: nodes.document, _name: str) -> None:
    """Call a reference 1 again: numpydoc makes its number unique in the whole site, such as R89c36d6408d5-1."""
    for text in list(doctree.findall(nodes.Text)):
        if found := LONG_NUMBER.fullmatch(text):
            text.parent.replace(text, nodes.Text(f"{found[1]}{found[2]}{found[3]}"))


def quicken(app: Sphinx, _config: Any) -> None:
    """Save a quarter of the time: numpydoc compiles its template, and looks for a signature, once per docstring."""
    kept = SandboxedEnvironment(loader=FileSystemLoader(Path(docscrape_sphinx.__file__).parent / "templates"))
    docscrape_sphinx.SandboxedEnvironment = lambda loader: kept  # noqa: ARG005 - called with what it is called with
    asked = app.events.listeners["autodoc-process-signature"]
    asked[:] = [one for one in asked if one.handler.__module__ != "numpydoc.numpydoc"]


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this when it loads the extension."""
    app.connect("source-read", fill_in)
    app.connect("config-inited", link_types, priority=1)
    app.connect("config-inited", quicken, priority=999)
    app.connect("doctree-resolved", shorten)
    for alias, lexer in {"jsonl": JsonLexer, "csv": TextLexer, "caddy": TextLexer}.items():
        app.add_lexer(alias, lexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
