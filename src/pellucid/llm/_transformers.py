"""Language models in this process: options scored in one pass, numbers and quotes written under a grammar."""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pellucid.exceptions import InvalidInputError
from pellucid.llm._client import Reply, Request, Shared
from pellucid.llm._in_memory import Worker
from pellucid.llm._limits import Usage
from pellucid.llm._loaded import Loaded, Wanted, load, name_of, precision, where
from pellucid.llm._speculation import Speculation

GPU_BATCH, CPU_BATCH = 64, 1
"""Requests taken at once, where nobody says; on a CPU several together were hardly faster than one by one."""


class TransformersModel(Shared):
    """A causal language model of transformers, run in this process.

    Nothing is imported or loaded before the first request. A document is encoded once;
    all questions with options are then answered in a single pass against that one
    encoding, without writing anything: each option's probability is that of its whole
    label, renormalised over the question's options. Numbers, and the quotes of all
    answers, are written under a grammar that leaves no other form and no other words
    than the document's.

    Control tokens that stand in a document are read as ordinary text. A model never
    runs code of its own. The same request gives the same reply on the same machine.

    Parameters
    ----------
    model : str
        A directory, which is never looked for anywhere else, or the id of a model on the
        hub, which is downloaded unless it is there; ``HF_HUB_OFFLINE=1`` forbids that.
    revision : str or None, default=None
        Commit, branch or tag of a model on the hub.
    device : str, default="auto"
        Such as ``"cpu"`` or ``"cuda:1"``; "auto" takes a GPU where there is one.
    dtype : str, default="auto"
        Such as ``"float32"``; "auto" takes bfloat16 on a GPU and float32 elsewhere.
    assistant_model : str or None, default=None
        A smaller model with the same tokenizer, for speculative decoding. Everything that
        is written about a document is then written in one go.
    batch_size : int or None, default=None
        Requests taken at once; those of similar length go through the model together.
        None takes 64 on a GPU and 1 on a CPU.
    max_new_tokens : int, default=1024
        Longest text for one question; a reply that is cut short gets twice that, once.

    Attributes
    ----------
    name : str
        The directory's name with a digest of its files, or the id with the commit: another
        model never has the same name.
    settings : str
        What else changes replies.
    scores : bool
        True: replies carry probabilities.
    scoring : {"packed", "one by one"}
        How. Models whose attention looks through a window, or that keep a state of another
        kind, cannot be packed; they are told by their configuration and by a trial when
        they are loaded, with a `PellucidWarning`.
    usage : Usage
    speculation : Speculation
        How far the assistant guessed right, and tokens per pass of the model.

    Raises
    ------
    InvalidInputError
        If a parameter cannot be used.

    Examples
    --------
    >>> model = TransformersModel("models/demo", device="cpu")
    >>> model
    TransformersModel('models/demo')
    >>> model.settings
    'scored 1; float32; max_new_tokens=1024'
    """

    scores = True

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        device: str = "auto",
        dtype: str = "auto",
        assistant_model: str | None = None,
        batch_size: int | None = None,
        max_new_tokens: int = 1024,
    ) -> None:
        if not isinstance(model, str) or not model:
            raise InvalidInputError(f"model: got {model!r}; a directory or the id of a model is expected")
        for parameter, value in (("max_new_tokens", max_new_tokens), ("batch_size", batch_size)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise InvalidInputError(f"{parameter}: got {value!r}; a whole number of at least 1 is expected")
        self._wanted = Wanted(model, revision, device, dtype, assistant_model)
        self._batch_size = batch_size
        self._max_new_tokens = max_new_tokens
        self._prepare()

    def _prepare(self) -> None:
        self.usage = Usage()
        self._lock = threading.RLock()
        self._worker: Worker | None = None
        self._loaded: Loaded | None = None

    def __repr__(self) -> str:
        return f"TransformersModel({self._wanted.model!r})"

    def __getstate__(self) -> dict[str, Any]:
        """Weights are loaded anew where a copy arrives."""
        return {name: self.__dict__[name] for name in ("_wanted", "_batch_size", "_max_new_tokens")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    @cached_property
    def name(self) -> str:
        """What the model is called in answers and stores."""
        return name_of(self._wanted.model, self._wanted.revision)

    @cached_property
    def settings(self) -> str:
        """What beside the model changes replies: version of the wording, precision, length, what is written at once."""
        dtype = precision(self._wanted.dtype, self._wanted.device)
        together = "" if self._wanted.assistant is None else "; written together"
        return f"scored 1; {dtype}; max_new_tokens={self._max_new_tokens}{together}"

    @cached_property
    def batch_size(self) -> int:
        """Requests that are worth handing in at once."""
        return self._batch_size or (GPU_BATCH if where(self._wanted.device).startswith("cuda") else CPU_BATCH)

    @property
    def scoring(self) -> str:
        """How options are scored; loads the model."""
        return self._ready()[0].scoring

    @property
    def speculation(self) -> Speculation:
        """How far the assistant guessed right so far."""
        return self._worker.speculation if self._worker else Speculation()

    def count(self, text: str) -> int:
        """Count the tokens of a text; loads the model.

        Parameters
        ----------
        text : str

        Returns
        -------
        int
        """
        with self._lock:
            return len(self._ready()[0].chat.plain(text))

    def reply(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer every request, in order.

        Parameters
        ----------
        requests : sequence of Request

        Returns
        -------
        list of Reply
            One JSON object each, where the request has parts: for every part its value and
            quote. Questions with options have their probabilities beside it.

        Raises
        ------
        ModelAccessError
            If the model cannot be loaded.
        MissingCapability
            If its tokenizer or chat template cannot be used.
        ModelReplyError
            If what it computes is no number.
        MissingExtraError
            If torch, transformers or llguidance is needed and not installed.
        """
        with self._lock:
            return self._ready()[1].replies(requests)

    def _ready(self) -> tuple[Loaded, Worker]:
        with self._lock:
            if self._loaded is None or self._worker is None:
                self._loaded = load(self._wanted)
                self._worker = Worker(self._loaded, self._max_new_tokens, self.usage)
            return self._loaded, self._worker
