"""Writes the parts of the reference that are taken from the code: the command line and the JSON Schemas of files.

`python docs/make_reference.py` replaces `docs/reference/cli.md` and `docs/reference/schemas/*.json`; the tests check
that both are what the code gives.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from pellucid.cli import app
from pellucid.schema import json_schemas, to_json

REFERENCE = Path(__file__).parent / "reference"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEAD = """# Command line

Taken from the program itself by `python docs/make_reference.py`; `pellucid COMMAND --help` says the same.

| exit code | what it means |
|---|---|
| 0 | done |
| 1 | it could not be done; the reason stands on standard error, in one line |
| 2 | wrong usage: an unknown command or option, a missing argument |
| 130 | stopped by Ctrl-C |

What a command finds goes to standard output, progress and reasons to standard error. With `--json`, standard output
holds one JSON document and nothing else.
"""


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk through a command and those below it, with their full names."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}")


def rows(command: Any, context: Any, kind: str) -> Iterator[str]:
    """Write the rows of a table of arguments or options."""
    for parameter in command.params:
        if parameter.param_type_name == kind and (record := parameter.get_help_record(context)):
            named, said = (" ".join(part.split()).replace("|", "\\|") for part in record)
            yield f"| `{named}` | {said} |"
    if kind == "option":
        yield "| `--help` | Show this message and exit. |"


def section(path: str, command: Any) -> Iterator[str]:
    """Write what one command does and takes."""
    context = typer.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    said = textwrap.fill(" ".join((command.help or "").split()), 120)
    yield from (f"## `{path}`", "", said, "", "<!-- shown -->", "```text", f"{path} {usage}", "```", "")
    for kind in ("argument", "option"):
        if found := list(rows(command, context, kind)):
            yield from (f"| {kind} | |", "|---|---|", *found, "")
    inner = [f"{path} {name}" for name in getattr(command, "commands", {})]
    if inner:
        yield from ("Commands:", *(f"- [`{one}`](#{one.replace(' ', '-')})" for one in inner), "")


def command_line() -> str:
    """Return the page on the command line."""
    lines = [HEAD]
    for path, command in commands(typer.main.get_command(app), "pellucid"):
        lines += section(path, command)
    return "\n".join(lines).rstrip() + "\n"


def closed(title: str, said: str, properties: dict[str, Any], required: list[str], **more: Any) -> dict[str, Any]:
    """Return the schema of an object without other keys."""
    return {
        "$schema": DIALECT,
        "title": title,
        "description": said,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **more,
    }


def of_record(record: str, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of a record, less the keys that come from elsewhere."""
    schema = json_schemas()[record]
    schema["properties"] = {name: said for name, said in schema["properties"].items() if name not in without}
    schema["required"] = [name for name in schema.get("required", []) if name not in without]
    used = str({key: said for key, said in schema.items() if key != "$defs"})
    inner = schema.pop("$defs", {})
    while added := {name: said for name, said in inner.items() if f"/$defs/{name}'" in used}:
        used += str(added)
        schema.setdefault("$defs", {}).update(added)
        inner = {name: said for name, said in inner.items() if name not in added}
    return {"$schema": DIALECT, **schema}


FACTS = {
    "$schema": DIALECT,
    "title": "Facts",
    "description": "One line of facts.jsonl: an id, and question ids with what the document states.",
    "type": "object",
    "properties": {"id": {"type": "string"}},
    "required": ["id"],
    "additionalProperties": {
        "type": ["number", "string", "null"],
        "description": "The fact as the document states it; null where not.",
    },
}


def schemas() -> dict[str, dict[str, Any]]:
    """Return every file form's schema by the name of its file."""
    text = {"type": "string"}
    prompt = json_schemas()["LabelPrompt"]
    inner = prompt.pop("$defs")
    return {
        "domain": of_record("Domain", without=("questionnaire", "label_prompts", "folder")),
        "questions": of_record("Questionnaire"),
        "labels": closed(
            "Labels",
            "The label prompts of a domain.",
            {"prompts": {"type": "array", "items": {"$ref": "#/$defs/LabelPrompt"}}},
            [],
            **{"$defs": {**inner, "LabelPrompt": prompt}},
        ),
        "rules": of_record("ChangeRules"),
        "letters": of_record("LetterWording"),
        "documents": closed("Document", "One line of documents.jsonl.", {"id": text, "text": text}, ["id", "text"]),
        "facts": FACTS,
        "recording": closed(
            "RecordedReplies",
            "One line of a recording: a document's replies to one prompt of one model.",
            {
                "document": text,
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the text, in UTF-8."},
                "model": text,
                "prompt": {"type": "string", "description": "Name and version, such as answers/1."},
                "replies": {"type": "object", "additionalProperties": {"type": "object"}},
                "settings": {"type": "string", "description": "What beside the model changed its replies."},
                "questions": {"type": "object", "additionalProperties": text, "description": "Digests of wordings."},
            },
            ["document", "sha256", "model", "prompt", "replies"],
        ),
        "reading": of_record("Reading"),
        "label": of_record("Label"),
        "decision": of_record("Decision"),
        "explained": of_record("ExplainedDocument"),
        "comparison": of_record("Comparison"),
        "report": of_record("Report"),
        "log": of_record("Entry"),
    }


def main() -> None:
    """Write all of it."""
    (REFERENCE / "cli.md").write_text(command_line())
    folder = REFERENCE / "schemas"
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.json"):
        stale.unlink()
    for name, schema in schemas().items():
        (folder / f"{name}.schema.json").write_text(to_json(schema, indent=2) + "\n")


if __name__ == "__main__":
    main()
