"""Tests of glassbox/_manifest.py: one form to the byte, and its own SHA-256."""

import json

import pytest
from pydantic import ValidationError

from pellucid.glassbox._manifest import check_files, json_bytes, make_manifest, read_json, read_manifest

FILES = {"card.json": b"{}\n", "arrays.npz": b"PK"}
WRITTEN = make_manifest(FILES)


def test_what_is_written_is_read():
    manifest = read_manifest(WRITTEN)
    assert {name: entry.bytes for name, entry in manifest.files.items()} == {"card.json": 3, "arrays.npz": 2}
    assert manifest.made_with["numpy"]
    assert make_manifest(FILES) == WRITTEN
    check_files(FILES, manifest, ["card.json", "arrays.npz"])


def test_every_change_of_a_byte_is_refused():
    for place in range(len(WRITTEN)):
        changed = bytearray(WRITTEN)
        changed[place] ^= 1
        with pytest.raises(ValueError):
            read_manifest(bytes(changed))


@pytest.mark.parametrize(
    ("old", "new"), [(b'"numpy"', b'"NUMPY"'), (b"{\n", b"{ \n"), (b"}\n", b"}"), (b'"format": 1', b'"format": 1.0')]
)
def test_another_layout_or_word_is_refused(old, new):
    assert old in WRITTEN
    with pytest.raises(ValueError):
        read_manifest(WRITTEN.replace(old, new))


@pytest.mark.parametrize("found", [0, 2, "1", None, True, [1]])
def test_another_format_is_refused(found):
    content = json_bytes({**json.loads(WRITTEN), "format": found})
    with pytest.raises(ValueError, match="not a manifest of format 1"):
        read_manifest(content)


@pytest.mark.parametrize("content", [b"[]\n", b"1\n", b"null\n"])
def test_other_json_is_refused(content):
    with pytest.raises(ValueError, match="not a manifest of format 1"):
        read_manifest(content)


@pytest.mark.parametrize("size", [-1, 1.0, "3"])
def test_other_sizes_are_refused(size):
    data = json.loads(WRITTEN)
    data["files"]["card.json"]["bytes"] = size
    with pytest.raises(ValidationError):
        read_manifest(json_bytes(data))


@pytest.mark.parametrize(
    "files",
    [
        {"card.json": b"{}\n"},
        {**FILES, "prompts.json": b"{}\n"},
        {**FILES, "card.json": b"{ }"},
        {**FILES, "card.json": b"{}"},
    ],
)
def test_files_that_do_not_fit_are_refused(files):
    with pytest.raises(ValueError, match="does not agree with the folder|its size or SHA-256"):
        check_files(files, read_manifest(WRITTEN), ["card.json", "arrays.npz", "prompts.json"])


@pytest.mark.parametrize("name", ["../card.json", "/etc/passwd", "manifest.json", ""])
def test_names_that_do_not_belong_are_refused(name):
    files = {**FILES, name: b""}
    with pytest.raises(ValueError, match="does not belong here"):
        check_files(files, read_manifest(make_manifest(files)), ["card.json", "arrays.npz"])


@pytest.mark.parametrize("value", [{}, [], {"quote": "37 °C 😀", "n": [1, 0.1, None, True]}, 1e-300, "text"])
def test_json_that_was_written_is_read(value):
    assert read_json(json_bytes(value)) == value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN\n",
        b"1e999\n",
        b"Infinity\n",
        b'{\n "a": 1,\n "a": 1\n}\n',
        b'{"a": 1}\n',
        b'"\\ud800"\n',
        b'"\\u0041"\n',
        b"9" * 5000 + b"\n",
        b"[" * 100_000,
        b"[" * 5000 + b"]" * 5000 + b"\n",
        b'{"a":' * 100_000,
    ],
    ids=range(14),
)
def test_any_other_json_is_refused_and_not_repeated(content):
    with pytest.raises(ValueError, match="^is not") as caught:
        read_json(content)
    assert len(str(caught.value)) < 100
