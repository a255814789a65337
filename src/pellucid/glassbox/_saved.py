"""A saved folder opened: every byte is checked before anything is built from it."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from pellucid.exceptions import FileFormatError
from pellucid.glassbox._card_form import CardForm, build_card
from pellucid.glassbox._folder import read_folder
from pellucid.glassbox._manifest import check_files, read_json, read_manifest
from pellucid.glassbox._npz import MOST_BYTES, read_npz
from pellucid.glassbox._scorecard import ScoreCard
from pellucid.glassbox._signature import SIGNATURE_BYTES, check_signature
from pellucid.schema import Questionnaire

__all__ = ["SavedModel", "load_model", "open_files"]

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CARD, ARRAYS = "card.json", "arrays.npz"
QUESTIONNAIRE, PROMPTS, EVIDENCE = "questionnaire.json", "prompts.json", "evidence.json"

LARGEST = {
    MANIFEST: 2**16,
    SIGNATURE: SIGNATURE_BYTES,
    CARD: 2**24,
    ARRAYS: MOST_BYTES,
    QUESTIONNAIRE: 2**22,
    PROMPTS: 2**22,
    EVIDENCE: 2**22,
}
"""Every file that may be in a saved folder, and its largest size in bytes."""

_TEXTS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


class SavedModel(NamedTuple):
    """What was in a saved folder.

    Attributes
    ----------
    card : ScoreCard
        Scores and explains.
    questionnaire : Questionnaire or None
        What is asked of documents; None where it was not saved.
    prompts : dict of str to str
        By name.
    evidence : dict of str to object
        Rules by which quotes are found and judged, as plain data.
    made_with : dict of str to str
        Versions of Python and the libraries that made it.
    digest : str
        SHA-256 of the manifest, which stands for all of it.
    signed : bool
        Whether it was checked against a public key.
    """

    card: ScoreCard
    questionnaire: Questionnaire | None
    prompts: dict[str, str]
    evidence: dict[str, Any]
    made_with: dict[str, str]
    digest: str
    signed: bool


def load_model(folder: str | os.PathLike[str], *, public_key: bytes | None = None) -> SavedModel:
    """Open a folder that `save_model` wrote, or refuse it before anything is built.

    Each file is read once, within a bound. In this order: names and kinds of files; the
    signature; the manifest, which holds its own SHA-256; size and SHA-256 of every file;
    the card's header; the arrays, byte for byte; only then is a card built. Nothing is
    unpickled, unpacked or run, and no boosting library is imported.

    Without a key, checks tell damage and every change that was made without making the
    manifest anew; only a signature tells who made the folder. A signed folder is opened
    with the key only, and with a key only a signed one.

    Parameters
    ----------
    folder : str or os.PathLike
    public_key : bytes or None, default=None
        32 bytes of the Ed25519 key whose owner is trusted.

    Returns
    -------
    SavedModel

    Raises
    ------
    FileFormatError
        If anything about the folder is not as it was written; file and reason are named.
    InvalidInputError
        If the key is none.
    MissingExtraError
        If there is a signature and the extra ``sign`` is not installed.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from pellucid.glassbox import SparseLinearRegressor, save_model
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]] * 5)
    >>> folder = tempfile.mkdtemp()
    >>> _ = save_model(folder, SparseLinearRegressor().fit(X, 2 * X[:, 0]))
    >>> round(load_model(folder).card.explain_row({"x0": 2.5}).score, 1)
    5.0
    """
    path = Path(folder)
    return open_files(path, read_folder(path, LARGEST), public_key)


def open_files(path: Path, files: Mapping[str, bytes], public_key: bytes | None) -> SavedModel:
    """Check the files of a saved folder, and build what is in them.

    Parameters
    ----------
    path : Path
        For messages.
    files : mapping of str to bytes
        Names are those of `LARGEST`.
    public_key : bytes or None

    Returns
    -------
    SavedModel

    Raises
    ------
    FileFormatError
    """
    if MANIFEST not in files:
        raise FileFormatError(path / MANIFEST, "is missing; the folder of a saved model is expected")
    _check_signature(path, files, public_key)
    contents = {name: content for name, content in files.items() if name not in (MANIFEST, SIGNATURE)}
    with _told(path / MANIFEST):
        manifest = read_manifest(files[MANIFEST])
        check_files(contents, manifest, [name for name in LARGEST if name not in (MANIFEST, SIGNATURE)])
    for name in (CARD, ARRAYS):
        if name not in contents:
            raise FileFormatError(path / name, "is missing; a saved model cannot do without it")
    with _told(path / CARD):
        form = CardForm.model_validate(read_json(contents[CARD]))
    with _told(path / ARRAYS):
        arrays = read_npz(contents[ARRAYS], form.arrays)
    questionnaire = None
    if QUESTIONNAIRE in contents:
        with _told(path / QUESTIONNAIRE):
            questionnaire = Questionnaire.model_validate(read_json(contents[QUESTIONNAIRE]))
    with _told(path / PROMPTS):
        prompts = _TEXTS.validate_python(read_json(contents.get(PROMPTS, b"{}\n")), strict=True)
    with _told(path / EVIDENCE):
        evidence = read_json(contents.get(EVIDENCE, b"{}\n"))
        if not isinstance(evidence, dict):
            raise ValueError("is no JSON object")
    with _told(path / ARRAYS):
        card = build_card(form, arrays)
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    return SavedModel(card, questionnaire, prompts, evidence, manifest.made_with, digest, public_key is not None)


def _check_signature(path: Path, files: Mapping[str, bytes], public_key: bytes | None) -> None:
    """Refuse a signature that is missing, wrong, or that nobody asked to check."""
    signature = files.get(SIGNATURE)
    if public_key is None:
        if signature is not None:
            raise FileFormatError(
                path / SIGNATURE, "signs this model; pass the public_key of whoever should have signed it"
            )
        return
    if signature is None:
        raise FileFormatError(path / SIGNATURE, "is missing: with a public_key only a signed model is opened")
    if not check_signature(files[MANIFEST], signature, public_key):
        raise FileFormatError(
            path / SIGNATURE, "does not fit manifest.json and public_key: it was changed, or somebody else signed it"
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Name the file in what a check says; values are never repeated."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        # Keys come from the file, so only places are named, and our own field names.
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in CardForm.model_fields)
        raise FileFormatError(path, f"{where or 'content'}: {first['msg']}") from None
    except ValueError as error:
        raise FileFormatError(path, str(error)) from None
