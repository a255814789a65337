"""A tokenizer as llguidance sees it: what bytes each token stands for, and no control token for words of a text."""

import copy
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from pellucid._optional import import_extra
from pellucid.exceptions import MissingCapability

_BUILT: WeakKeyDictionary[Any, dict[tuple[int, tuple[int, ...]], Any]] = WeakKeyDictionary()


def lexer(tokenizer: Any, vocabulary: int, ends: tuple[int, ...]) -> Any:
    """Give llguidance's view of a tokenizer; built once for each, as a large vocabulary takes some seconds.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerFast
    vocabulary : int
        Width of the model's logits, which may be more than the tokenizer knows.
    ends : tuple of int
        Tokens that end a text.

    Returns
    -------
    llguidance.LLTokenizer

    Raises
    ------
    MissingCapability
        If the tokenizer is of a kind that llguidance cannot read.
    """
    built = _BUILT.setdefault(tokenizer, {})
    if (vocabulary, ends) not in built:
        built[vocabulary, ends] = _build(tokenizer, vocabulary, ends)
    return built[vocabulary, ends]


def guidance(module: str = "llguidance") -> ModuleType:
    """Import llguidance or a module of it.

    Parameters
    ----------
    module : str, default="llguidance"

    Returns
    -------
    types.ModuleType

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    return import_extra(module, extra="local", purpose="writing under a grammar")


def _build(tokenizer: Any, vocabulary: int, ends: tuple[int, ...]) -> Any:
    llguidance = guidance()
    try:
        plain = guidance("llguidance.hf").from_tokenizer(tokenizer, n_vocab=vocabulary, eos_token=list(ends))
        words = llguidance.TokenizerWrapper(_Words(tokenizer, plain, ends))
        return llguidance.LLTokenizer(words, n_vocab=vocabulary, eos_token=list(ends))
    except ValueError as error:  # may quote the tokenizer's file, never a document
        raise MissingCapability(f"llguidance cannot read the tokenizer: {error}") from None


class _Words:
    """The form in which llguidance takes a tokenizer written in Python.

    Its own reading of a tokenizer turns a marker such as "<|im_end|>" that stands in a
    document into the control token: a quote of it would end the text, or fail.
    """

    def __init__(self, tokenizer: Any, plain: Any, ends: tuple[int, ...]) -> None:
        self.eos_token_id = ends[0]
        self.bos_token_id = None
        everything = range(plain.vocab_size)
        self.tokens = [plain.decode_bytes([token]) for token in everything]
        self.special_token_ids = [token for token in everything if token in ends or plain.is_special_token(token)]
        self._backend = copy.copy(tokenizer.backend_tokenizer)
        self._backend.no_padding()
        self._backend.no_truncation()
        self._backend.encode_special_tokens = True

    def __call__(self, text: str) -> list[int]:
        if not isinstance(text, str):  # llguidance tries bytes first, to see whether they are taken
            raise TypeError("a text is expected")
        return list(self._backend.encode(text, add_special_tokens=False).ids)
