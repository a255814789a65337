"""A transformers model in memory: where it comes from, what it is called, what it can do."""

import hashlib
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError, ModelAccessError, PellucidWarning
from pellucid.llm._chat import Chat
from pellucid.llm._prefix import disagreement, packing_fault

PACKED, ONE_BY_ONE = "packed", "one by one"
"""The two ways of scoring: all questions in one pass against the document's cache, or a pass for each option."""

_SAMPLES, _SAMPLE = 1024, 4096
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth")
_FILES = (*_WEIGHTS, ".json", ".jinja", ".model", ".tiktoken", ".txt")


class Wanted(NamedTuple):
    """Which model is to be loaded, and how."""

    model: str
    revision: str | None
    device: str
    dtype: str
    assistant: str | None


class Loaded(NamedTuple):
    """A model ready for use.

    Attributes
    ----------
    model, tokenizer, assistant : object
        Of transformers; the assistant may be None.
    chat : Chat
    scoring : {"packed", "one by one"}
    context : int or None
        Tokens it takes, where it says.
    """

    model: Any
    tokenizer: Any
    assistant: Any
    chat: Chat
    scoring: str
    context: int | None


def load(wanted: Wanted) -> Loaded:
    """Load a model and see whether questions can be packed for it.

    Parameters
    ----------
    wanted : Wanted

    Returns
    -------
    Loaded

    Raises
    ------
    InvalidInputError
        If there is no such directory.
    ModelAccessError
        If there is no such model, it lacks weights, or it needs code of its own to run.
    MissingExtraError
        If torch or transformers is not installed.

    Warns
    -----
    PellucidWarning
        If its questions have to be scored one by one, which takes several times as long.
    """
    transformers = import_extra("transformers", extra="local", purpose="TransformersModel")
    device, dtype = where(wanted.device), precision(wanted.dtype, wanted.device)
    model = _open_weights(wanted.model, wanted.revision, dtype, device)
    tokenizer = _open(transformers.AutoTokenizer, wanted.model, wanted.revision)
    assistant = None if wanted.assistant is None else _open_weights(wanted.assistant, None, dtype, device)
    fault = packing_fault(model) or _disagrees(model, len(tokenizer))
    if fault:
        warnings.warn(
            f"model {wanted.model!r}: {fault}, so questions are scored one by one, which takes several times as long",
            PellucidWarning,
            stacklevel=2,
        )
    return Loaded(
        model, tokenizer, assistant, Chat(tokenizer), ONE_BY_ONE if fault else PACKED, _context(model, tokenizer)
    )


def where(device: str) -> str:
    """Say which device "auto" means here: the GPU where there is one.

    Parameters
    ----------
    device : str

    Returns
    -------
    str
    """
    if device != "auto":
        return device
    torch = import_extra("torch", extra="local", purpose="TransformersModel")
    return "cuda" if torch.cuda.is_available() else "cpu"


def precision(dtype: str, device: str) -> str:
    """Say which precision "auto" means here: bfloat16 on a GPU, float32 elsewhere.

    Parameters
    ----------
    dtype, device : str

    Returns
    -------
    str
    """
    if dtype != "auto":
        return dtype
    return "bfloat16" if where(device).startswith("cuda") else "float32"


@lru_cache(maxsize=64)
def name_of(model: str, revision: str | None) -> str:
    """Name a model so that another model never has the same name.

    Parameters
    ----------
    model : str
        A directory, or an id on the hub.
    revision : str or None

    Returns
    -------
    str
        The directory's own name with a digest of what is in it: whole texts and
        samples of the weights. Or the id with the commit.

    Raises
    ------
    ModelAccessError
        If the hub knows no such model.
    """
    folder = Path(model)
    if folder.is_dir():
        return f"{folder.resolve().name}@{_digest(folder)}"
    transformers = import_extra("transformers", extra="local", purpose="TransformersModel")
    config = _open(transformers.AutoConfig, model, revision)
    return f"{model}@{getattr(config, '_commit_hash', None) or revision or 'main'}"


def _open_weights(model: str, revision: str | None, dtype: str, device: str) -> Any:
    """Load a causal model, none of whose weights are missing: the library would draw those at random."""
    transformers = import_extra("transformers", extra="local", purpose="TransformersModel")
    found, told = _open(transformers.AutoModelForCausalLM, model, revision, dtype=dtype, output_loading_info=True)
    if told["missing_keys"]:
        raise ModelAccessError(f"model {model!r} lacks {len(told['missing_keys'])} of its weights; get it anew")
    return found.eval().to(device)


def _open(kind: Any, model: str, revision: str | None, **options: Any) -> Any:
    local = Path(model).is_dir()
    if not local and model.startswith((".", "/", "~")):
        raise InvalidInputError(f"model: there is no directory {model!r}")
    broken = import_extra("safetensors", extra="local", purpose="TransformersModel").SafetensorError
    try:
        with _quiet():
            return kind.from_pretrained(
                model, revision=revision or "main", local_files_only=local, trust_remote_code=False, **options
            )
    except (OSError, ValueError, KeyError, RuntimeError, pickle.UnpicklingError, broken) as error:
        raise ModelAccessError(
            f"model {model!r} cannot be loaded ({type(error).__name__}); give a directory with config.json, weights "
            "and tokenizer, or the id of a model on the hub that needs no code of its own"
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Without progress bars, which would run through those of the caller."""
    logging = import_extra("transformers.utils.logging", extra="local", purpose="TransformersModel")
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _disagrees(model: Any, vocabulary: int) -> str:
    """Try packing on a short text; say what is wrong, nothing where the two ways agree."""
    allowed = 1e-3 if str(model.dtype) in ("torch.float32", "torch.float64") else 0.1
    found = disagreement(model, min(vocabulary, model.get_input_embeddings().weight.shape[0]))
    return "" if found <= allowed else f"packed questions come out differently (by {found:.1g} of their spread)"


def _context(model: Any, tokenizer: Any) -> int | None:
    config = model.config.get_text_config(decoder=True)
    told = [getattr(config, "max_position_embeddings", None), getattr(tokenizer, "model_max_length", None)]
    # Tokenizers that do not know say 1e30.
    return min((int(size) for size in told if isinstance(size, int | float) and 0 < size < 1e9), default=None)


def _digest(folder: Path) -> str:
    """Digest of a model's files, the weights sampled at a thousand places, so that 20 GB take no time."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in _FILES and path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}\n".encode())
        with path.open("rb") as file:
            if path.suffix in _WEIGHTS and size > _SAMPLES * _SAMPLE:
                for number in range(_SAMPLES):
                    file.seek(number * (size - _SAMPLE) // (_SAMPLES - 1))
                    digest.update(file.read(_SAMPLE))
            else:
                digest.update(file.read())
    return digest.hexdigest()[:16]
