"""Arrays in and out of npz files whose every byte is fixed beforehand, so that nothing in them has to be parsed."""

import math
import struct
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pellucid.schema import Record

__all__ = ["MOST_BYTES", "ArrayForm", "read_npz", "write_npz"]

MOST_BYTES = 64 * 2**20
"""Largest npz file that is written or read, in bytes."""

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _DATE = 20, 0x21  # a plain zip file; the first of January 1980, the first day a zip file knows


class ArrayForm(Record):
    """Number type and shape of one array.

    Attributes
    ----------
    dtype : {"<f8", "<i8"}
        Floats or whole numbers of 64 bits; there are no objects.
    shape : tuple of int
        One to three lengths.
    """

    dtype: Literal["<f8", "<i8"]
    shape: Annotated[tuple[Annotated[int, Field(ge=0, le=MOST_BYTES)], ...], Field(min_length=1, max_length=3)]

    @classmethod
    def of(cls, array: NDArray[Any]) -> "ArrayForm":
        """Describe an array.

        Parameters
        ----------
        array : ndarray of float64 or int64

        Returns
        -------
        ArrayForm
        """
        return cls.model_validate({"dtype": array.dtype.newbyteorder("<").str, "shape": array.shape})

    @property
    def bytes(self) -> int:
        """Size of the numbers."""
        return 8 * math.prod(self.shape)


class _Member(NamedTuple):
    """What the zip file's two records of one array say alike, and where it begins."""

    name: bytes
    content: bytes
    begins: int

    @property
    def said(self) -> tuple[int, ...]:
        """Version, flags, method (stored), time, date, checksum, both sizes, length of the name."""
        size = len(self.content)
        return _VERSION, 0, 0, 0, _DATE, zlib.crc32(self.content), size, size, len(self.name)


def write_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Write arrays as an npz file: a zip file of npy files, stored without compression.

    `numpy.load` reads it. The same arrays give the same bytes, on every machine and with
    every version of Python and numpy.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Of float64 or int64; names are ASCII.

    Returns
    -------
    bytes

    References
    ----------
    PKWARE, "APPNOTE.TXT, .ZIP File Format Specification", 6.3.10, 4.3; NumPy
    Enhancement Proposal 1, "A simple file format for NumPy arrays".

    Examples
    --------
    >>> import io
    >>> content = write_npz({"cuts": np.array([50.0, 60.0])})
    >>> np.load(io.BytesIO(content), allow_pickle=False)["cuts"]
    array([50., 60.])
    """
    written, directory = bytearray(), bytearray()
    for name, array in arrays.items():
        form = ArrayForm.of(array)
        content = _head(form) + np.ascontiguousarray(array).astype(form.dtype, copy=False).tobytes()
        member = _Member(f"{name}.npy".encode("ascii"), content, len(written))
        directory += _CENTRAL.pack(b"PK\1\2", _VERSION, *member.said, 0, 0, 0, 0, 0, member.begins) + member.name
        written += _LOCAL.pack(b"PK\3\4", *member.said, 0) + member.name + content
    end = _END.pack(b"PK\5\6", 0, 0, len(arrays), len(arrays), len(directory), len(written), 0)
    return bytes(written + directory + end)


def read_npz(content: bytes, forms: Mapping[str, ArrayForm]) -> dict[str, NDArray[Any]]:
    """Read an npz file that `write_npz` wrote; everything else is refused.

    Names, number types and shapes come from `forms`. They say where each array's bytes
    stand; what is cut out there must, written again, give the same file to the last
    byte. So there is nothing to unpack, to unpickle or to follow: a compressed, added,
    renamed or missing member, another type or shape, or bytes that belong to no array
    make the file differ.

    Parameters
    ----------
    content : bytes
    forms : mapping of str to ArrayForm
        In the order of the file.

    Returns
    -------
    dict of str to ndarray
        Read-only.

    Raises
    ------
    ValueError
        If the file is any other, too large, or holds a number that is NaN or infinite.
    """
    if sum(form.bytes for form in forms.values()) > len(content) or len(content) > MOST_BYTES:
        raise ValueError(f"has {len(content)} bytes, which its header does not agree with")
    arrays: dict[str, NDArray[Any]] = {}
    begins = 0
    for name, form in forms.items():
        begins += _LOCAL.size + len(f"{name}.npy") + len(_head(form))
        numbers = np.frombuffer(content[begins : begins + form.bytes].ljust(form.bytes, b"\0"), dtype=form.dtype)
        arrays[name] = numbers.reshape(form.shape)
        begins += form.bytes
    if write_npz(arrays) != content:
        raise ValueError(
            "is not the plain, uncompressed npz file that its header describes: a name, a number type, a shape or "
            "some other byte differs"
        )
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"array {name!r} holds NaN or infinity; a card has finite numbers only")
    return arrays


def _head(form: ArrayForm) -> bytes:
    """Write the head of an npy file, version 1.0, padded to a multiple of 64 bytes."""
    lengths = ", ".join(map(str, form.shape)) + ("," if len(form.shape) == 1 else "")
    said = f"{{'descr': '{form.dtype}', 'fortran_order': False, 'shape': ({lengths}), }}"
    said += " " * (-(len(said) + 11) % 64) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(said)) + said.encode("ascii")
