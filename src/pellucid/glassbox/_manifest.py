"""The manifest of a saved folder: every file with its size and SHA-256, in one form to the byte."""

import hashlib
import json
import sys
from collections.abc import Collection, Mapping
from importlib import metadata
from typing import Annotated, Any, Literal

from pydantic import Field

from pellucid.schema import Record, to_json

__all__ = ["Manifest", "json_bytes", "make_manifest", "read_json", "read_manifest"]

Digest = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Short = Annotated[str, Field(max_length=100)]

_LIBRARIES = ("pellucid", "numpy", "pandas", "scikit-learn", "interpret-core")


class FileEntry(Record):
    """One file.

    Attributes
    ----------
    bytes : int
    sha256 : str
    """

    bytes: Annotated[int, Field(ge=0, strict=True)]
    sha256: Digest


class Manifest(Record):
    """What stands in a saved folder, and what it was made with.

    Attributes
    ----------
    format : int
        Version of the folder's form; 1.
    made_with : dict of str to str
        Versions of Python and the libraries.
    files : dict of str to FileEntry
    sha256 : str
        Of this manifest, as it is written with an empty `sha256`.
    """

    format: Literal[1] = 1
    made_with: Annotated[dict[Short, Short], Field(max_length=20)]
    files: Annotated[dict[Short, FileEntry], Field(max_length=20)]
    sha256: Digest | Literal[""] = ""

    def written(self) -> bytes:
        """Write it, always the same bytes for the same content.

        Returns
        -------
        bytes
        """
        return json_bytes(self.model_dump())

    def digest(self) -> str:
        """Give the SHA-256 of its content.

        Returns
        -------
        str
        """
        return hashlib.sha256(self.model_copy(update={"sha256": ""}).written()).hexdigest()


def make_manifest(files: Mapping[str, bytes]) -> bytes:
    """Write the manifest of some files.

    Parameters
    ----------
    files : mapping of str to bytes

    Returns
    -------
    bytes

    Examples
    --------
    >>> manifest = read_manifest(make_manifest({"card.json": b"{}"}))
    >>> manifest.files["card.json"].bytes
    2
    """
    entries = {
        name: FileEntry(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    }
    made_with = {"python": ".".join(map(str, sys.version_info[:3]))}
    made_with |= {name: metadata.version(name) for name in _LIBRARIES}
    manifest = Manifest(made_with=made_with, files=entries)
    return manifest.model_copy(update={"sha256": manifest.digest()}).written()


def read_manifest(content: bytes) -> Manifest:
    """Read a manifest that `make_manifest` wrote.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Manifest

    Raises
    ------
    ValueError
        If a byte of it was changed, or it is no manifest of format 1.
    """
    data = read_json(content)
    found = data.get("format") if isinstance(data, dict) else None
    if found != 1 or isinstance(found, bool):
        raise ValueError("is not a manifest of format 1, the only one that this version of Pellucid reads")
    manifest = Manifest.model_validate(data)
    if manifest.written() != content or manifest.sha256 != manifest.digest():
        raise ValueError("was changed after it was written: its own SHA-256 does not fit")
    return manifest


def check_files(files: Mapping[str, bytes], manifest: Manifest, known: Collection[str]) -> None:
    """Hold files against the manifest.

    Parameters
    ----------
    files : mapping of str to bytes
    manifest : Manifest
    known : collection of str
        Names that may stand in a manifest at all.

    Raises
    ------
    ValueError
        If one is unknown, missing, there without being named, or of another size or SHA-256.
    """
    if not set(manifest.files) <= set(known):
        raise ValueError(f"names a file that does not belong here; known are {', '.join(known)}")
    if set(files) != set(manifest.files):
        odd = sorted(set(files) ^ set(manifest.files))
        raise ValueError(f"does not agree with the folder about {', '.join(odd)}: missing, or added later")
    for name, content in files.items():
        entry = manifest.files[name]
        if len(content) != entry.bytes or hashlib.sha256(content).hexdigest() != entry.sha256:
            raise ValueError(f"does not fit {name}: its size or SHA-256 is another, so it was changed or cut short")


def json_bytes(value: object) -> bytes:
    """Write plain data as JSON, always the same bytes for the same data.

    Parameters
    ----------
    value : object

    Returns
    -------
    bytes
        UTF-8, indented by one space, with a line end.

    Examples
    --------
    >>> json_bytes(["37 °C"]).decode().split()
    ['[', '"37', '°C"', ']']
    """
    return (to_json(value, indent=1) + "\n").encode("utf-8")


def read_json(content: bytes) -> Any:
    """Read JSON that `json_bytes` wrote, and no other.

    What was read, written again, must give the same bytes; so a key that stands twice,
    NaN, infinity, half a character and another layout are refused.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If it is anything else, such as nested too deeply.
    """
    try:
        value = json.loads(content.decode("utf-8"))
        same = json_bytes(value) == content
    except RecursionError:
        raise ValueError("is not JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg} at line {error.lineno})") from None
    except ValueError:
        # The decoder's own words may quote the content.
        raise ValueError("is not JSON in UTF-8, with finite numbers only") from None
    if not same:
        raise ValueError("is not the JSON that was saved: a layout or a key differs")
    return value
