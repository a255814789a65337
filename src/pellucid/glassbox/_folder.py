"""A folder of a few plain files: written aside and renamed, read once and within bounds."""

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from pellucid.exceptions import FileFormatError

__all__ = ["read_folder", "write_folder"]

# Follow no link, wait for no pipe, change no line end: as far as the system has words for it.
_SAFELY = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def write_folder(folder: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Write a new folder, whole or not at all.

    Parameters
    ----------
    folder : str or os.PathLike
        Must be missing or empty; nothing is ever overwritten.
    files : mapping of str to bytes

    Raises
    ------
    FileFormatError
        If something stands there already.
    OSError
        If a file cannot be written; what was written is removed again.
    """
    target = Path(folder).absolute()
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise FileFormatError(target, "is there already; a saved model is never overwritten, choose a new folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    aside.mkdir()
    try:
        for name, content in files.items():
            with (aside / name).open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        if target.is_dir():
            target.rmdir()  # empty; on some systems a folder cannot be renamed onto another
        aside.rename(target)
    finally:
        if aside.is_dir():
            for name in files:
                (aside / name).unlink(missing_ok=True)
            aside.rmdir()


def read_folder(folder: str | os.PathLike[str], most: Mapping[str, int]) -> dict[str, bytes]:
    """Read the files of a folder, each once, so that what is checked is what is used.

    Parameters
    ----------
    folder : str or os.PathLike
    most : mapping of str to int
        Names that may be there, and the largest size of each in bytes.

    Returns
    -------
    dict of str to bytes
        Those that are there, in the order of `most`.

    Raises
    ------
    FileFormatError
        If there is anything else in the folder, a link or anything but a plain file, or a
        file that is too large or cannot be read.
    """
    path = Path(folder)
    found = set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name not in most:
                    raise FileFormatError(
                        path, f"holds {entry.name!r:.80}, which does not belong there; allowed are {', '.join(most)}"
                    )
                found.add(entry.name)
        return {name: _read(path / name, limit) for name, limit in most.items() if name in found}
    except (FileNotFoundError, NotADirectoryError):
        raise FileFormatError(
            path, "is no folder, or a file in it is gone; the folder of a saved model is expected"
        ) from None
    except OSError as error:
        raise FileFormatError(path, f"cannot be read ({error.strerror})") from None


def _read(path: Path, most: int) -> bytes:
    """Read one plain file of at most so many bytes."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise FileFormatError(path, "is a link or no plain file; a saved model is made of plain files")
    # Between the look and the opening another thing may take the file's place, so there is a second look.
    handle = os.open(path, os.O_RDONLY | _SAFELY)
    with os.fdopen(handle, "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            raise FileFormatError(path, f"is no plain file of at most {most:,} bytes")
        content = stream.read(most + 1)
    if len(content) > most:
        raise FileFormatError(path, f"is larger than {most:,} bytes")
    return content
