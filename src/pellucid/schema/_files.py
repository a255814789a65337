"""Files in and out: read with the line named, written aside and renamed."""

import errno
import json
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pellucid.exceptions import FileFormatError


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a UTF-8 file without touching its line ends.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    str

    Raises
    ------
    FileFormatError
        If the file is missing, cannot be read, or is not UTF-8.
    """
    try:
        return Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(path, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except FileNotFoundError:
        raise FileFormatError(path, "does not exist") from None
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from None


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    dict

    Raises
    ------
    FileFormatError
        If the file cannot be read or is not TOML; the reason carries the line.
    """
    try:
        return tomllib.loads(read_text(path))
    except RecursionError:
        raise FileFormatError(path, "is not TOML: nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise FileFormatError(path, f"is not TOML: {error}") from None


def read_json_lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a JSON Lines file, one object per line; blank lines are skipped.

    Parameters
    ----------
    path : str or os.PathLike

    Yields
    ------
    tuple of (int, dict)
        Line number counted from 1, and the object.

    Raises
    ------
    FileFormatError
        At the first line that is not one JSON object, or that repeats a key.
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            reason = f"is not JSON ({error.msg} at column {error.colno}); one object per line is expected"
            raise FileFormatError(path, reason, number) from None
        except RecursionError:
            raise FileFormatError(path, "is not JSON (nested too deeply)", number) from None
        except ValueError as error:
            raise FileFormatError(path, str(error), number) from None
        if not isinstance(row, dict):
            reason = f"holds a {type(row).__name__}; one JSON object per line is expected"
            raise FileFormatError(path, reason, number)
        yield number, row


def to_json(value: object, *, indent: int | None = None) -> str:
    """Write plain data as JSON, always the same bytes for the same data.

    Parameters
    ----------
    value : object
        Dictionaries, sequences, strings, finite numbers, booleans, None.
    indent : int or None, default=None
        Spaces per level; None writes one line.

    Returns
    -------
    str

    Examples
    --------
    >>> to_json({"quote": "37 °C"})
    '{"quote": "37 °C"}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def has_surrogate(text: str) -> bool:
    r"""Whether a text holds half a character (a lone surrogate), which cannot be written as UTF-8.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> has_surrogate("\ud83d"), has_surrogate("😀")
    (True, False)
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def write_files(files: Mapping[Path, str]) -> None:
    """Write text files so that a stop at any moment leaves each one old or new, never half.

    Every file is written aside in its own folder first; only when all are complete
    are they renamed into place, one after the other.

    Parameters
    ----------
    files : Mapping[Path, str]
        Target path to text, written as UTF-8 with line ends as given.

    Raises
    ------
    OSError
        If a folder cannot be made, a file cannot be written, or a folder stands where a
        file should go; nothing is replaced then.
    """
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder; a file is to be written there", str(path))
    aside: list[tuple[str, Path]] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
            aside.append((name, path))
            with os.fdopen(handle, "wb") as stream:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o666 & ~_umask())
        while aside:
            name, path = aside[0]
            Path(name).replace(path)
            aside.pop(0)
    finally:
        for name, _ in aside:
            Path(name).unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Refuse a folder that could not be made or written, before long work is done for it.

    Parameters
    ----------
    folder : Path
        May be missing; nothing is made.

    Raises
    ------
    FileFormatError
    """
    found = folder.absolute()
    while not found.exists() and found != found.parent:
        found = found.parent
    if not found.is_dir():
        raise FileFormatError(found, "is a file; a folder is needed to write into")
    if not os.access(found, os.W_OK | os.X_OK):
        raise FileFormatError(found, "cannot be written to; choose another folder")


def _umask() -> int:
    """Permission bits the process withholds from new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same thing twice."""
    row = dict(pairs)
    if len(row) != len(pairs):
        seen: set[str] = set()
        twice = sorted({key for key, _ in pairs if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
        raise ValueError(f"repeats the key {twice[0]!r}; every key may stand once")
    return row


def _no_constant(name: str) -> None:
    """Refuse NaN and infinities, which JSON does not have."""
    raise ValueError(f"holds {name}, which is not JSON; use null for a missing number")
