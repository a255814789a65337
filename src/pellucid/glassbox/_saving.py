"""A fitted glass box, and what it takes to use it, saved as a folder of JSON and plain arrays."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import _saved as parts
from pellucid.glassbox._base import GlassBox
from pellucid.glassbox._card_form import take_apart
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._folder import write_folder
from pellucid.glassbox._manifest import json_bytes, make_manifest
from pellucid.glassbox._npz import write_npz
from pellucid.glassbox._scorecard import ScoreCard
from pellucid.glassbox._signature import sign
from pellucid.schema import Questionnaire

__all__ = ["save_model"]


def save_model(
    folder: str | os.PathLike[str],
    model: GlassBox | ScoreCard,
    *,
    questionnaire: Questionnaire | None = None,
    prompts: Mapping[str, str] | None = None,
    evidence: Mapping[str, Any] | None = None,
    private_key: bytes | None = None,
) -> str:
    """Save a fitted glass box as a folder that holds no code.

    The folder has ``card.json`` and ``arrays.npz`` (the score card), what else was
    given as ``questionnaire.json``, ``prompts.json`` and ``evidence.json``, and
    ``manifest.json`` with size and SHA-256 of each, its own SHA-256, and the versions
    of the libraries; with a key also ``manifest.sig``. The same input gives the same
    bytes. It is written aside and renamed, after it was opened again in memory.

    Parameters
    ----------
    folder : str or os.PathLike
        Missing or empty; nothing is overwritten.
    model : GlassBox or ScoreCard
        A fitted model of this room, or its score card.
    questionnaire : Questionnaire or None, default=None
    prompts : mapping of str to str or None, default=None
        By name, such as ``{"answers/1": "..."}``.
    evidence : mapping of str to object or None, default=None
        Rules by which quotes are found and judged: dictionaries, lists, text, finite
        numbers, booleans, None.
    private_key : bytes or None, default=None
        32 bytes of an Ed25519 key, see `make_keys`; signs the manifest.

    Returns
    -------
    str
        SHA-256 of the manifest, which stands for the whole folder.

    Raises
    ------
    InvalidInputError
        If something given cannot be written as plain data, or is too large.
    FileFormatError
        If something stands at `folder` already.
    MissingExtraError
        If there is a key and the extra ``sign`` is not installed.

    References
    ----------
    The forms are JSON (RFC 8259), npz (NumPy Enhancement Proposal 1, in a zip file
    without compression), SHA-256 (FIPS 180-4) and Ed25519 (RFC 8032).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from pellucid.glassbox import SparseLinearRegressor
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]] * 5)
    >>> folder = tempfile.mkdtemp()
    >>> digest = save_model(folder, SparseLinearRegressor().fit(X, 2 * X[:, 0]))
    >>> sorted(path.name for path in Path(folder).iterdir())
    ['arrays.npz', 'card.json', 'manifest.json']
    """
    card = model if isinstance(model, ScoreCard) else score_card(model)
    files = _card_files(card)
    for name, value in (
        (parts.QUESTIONNAIRE, None if questionnaire is None else questionnaire.model_dump(mode="json")),
        (parts.PROMPTS, None if prompts is None else dict(prompts)),
        (parts.EVIDENCE, None if evidence is None else dict(evidence)),
    ):
        if value is not None:
            files[name] = _json(name, value)
    files[parts.MANIFEST] = make_manifest(files)
    if private_key is not None:
        files[parts.SIGNATURE] = sign(files[parts.MANIFEST], private_key)
    for name, content in files.items():
        if len(content) > parts.LARGEST[name]:
            raise InvalidInputError(f"{name}: would have {len(content):,} bytes; {parts.LARGEST[name]:,} are the most")
    unsigned = {name: content for name, content in files.items() if name != parts.SIGNATURE}
    saved = parts.open_files(Path(folder), unsigned, None)
    write_folder(folder, files)
    return saved.digest


def _card_files(card: ScoreCard) -> dict[str, bytes]:
    """Write the two files of a card."""
    try:
        form, arrays = take_apart(card)
    except ValueError:
        raise InvalidInputError(
            "model: its questions, levels or classes cannot be written as plain data; levels and classes are text, "
            "numbers or booleans, all different"
        ) from None
    return {parts.CARD: json_bytes(form.model_dump(mode="json")), parts.ARRAYS: write_npz(arrays)}


def _json(name: str, value: object) -> bytes:
    """Write plain data, or say that it is none; the data are not repeated."""
    try:
        _check_keys(value)
        return json_bytes(value)
    except (TypeError, ValueError, RecursionError):
        raise InvalidInputError(
            f"{name.removesuffix('.json')}: cannot be written as JSON; text, finite numbers, booleans, None, lists and "
            "dictionaries with keys of text can"
        ) from None


def _check_keys(value: object) -> None:
    """Refuse keys that are no text, which JSON would quietly turn into some."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError
        for part in value.values():
            _check_keys(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_keys(part)
