"""Shared-prefix scoring: documents are encoded once, and all questions are read against that one cache."""

import copy
import inspect
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid._optional import import_extra
from pellucid.llm._packing import Choice, Pack, plan

PASS_TOKENS = 4096
"""Tokens of a document that go through the model in one pass."""

PACK_TOKENS = 2048
"""Tokens of questions that go through the model in one pass."""

MASK_CELLS = 2**26
"""Places in an attention mask, at most, as far as smaller passes can help it: about 256 MB."""

LogProbabilities = list[list[float]]
"""By question, by label; those of one question are renormalised, in log space."""


class Encoded:
    """Documents that a model has read, with the keys and values of all their tokens.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        For which `packing_fault` finds none.
    documents : sequence of sequence of int
        Token ids, none empty. Shorter ones are padded to the longest.
    pass_tokens, pack_tokens : int
        Tokens per document in one pass, of documents and of questions.
    """

    def __init__(
        self,
        model: Any,
        documents: Sequence[Sequence[int]],
        *,
        pass_tokens: int = PASS_TOKENS,
        pack_tokens: int = PACK_TOKENS,
    ) -> None:
        self._torch = import_extra("torch", extra="local", purpose="TransformersModel")
        self._model = model
        self._pack_tokens = pack_tokens
        self.lengths = [len(document) for document in documents]
        with self._torch.inference_mode():
            self._cache = self._read(documents, pass_tokens)

    def score(self, choices: Sequence[Choice]) -> list[LogProbabilities]:
        """Give every label of every question its probability, by document.

        Parameters
        ----------
        choices : sequence of Choice

        Returns
        -------
        list of list of list of float
            Log-probabilities by document, question and label.
        """
        totals = np.zeros((len(self.lengths), sum(len(choice.labels) for choice in choices)))
        with self._torch.inference_mode():
            size = _bounded(self._pack_tokens, len(self.lengths) * max(self.lengths))
            for pack in plan(tuple(choices), size):
                found = self._pass(pack)
                for row, values in enumerate(found):
                    np.add.at(totals[row], pack.owners, values)
        return [_renormalised(row, choices) for row in totals]

    def continuation(self, row: int) -> Any:
        """Return a cache that holds one document and can be written on; the original stays as it is.

        Parameters
        ----------
        row : int
            Which of the documents.

        Returns
        -------
        transformers.DynamicCache
        """
        return self._fresh(slice(row, row + 1), self.lengths[row])

    def _fresh(self, rows: slice, length: int) -> Any:
        """Make a cache over the same tensors: writing on it makes new ones."""
        cache = copy.copy(self._cache)
        cache.layers = [copy.copy(layer) for layer in self._cache.layers]
        for layer in cache.layers:
            layer.keys, layer.values = layer.keys[rows, :, :length], layer.values[rows, :, :length]
        return cache

    def _read(self, documents: Sequence[Sequence[int]], pass_tokens: int) -> Any:
        transformers = import_extra("transformers", extra="local", purpose="TransformersModel")
        torch, longest = self._torch, max(self.lengths)
        ids = torch.zeros(len(documents), longest, dtype=torch.long)
        for row, document in enumerate(documents):  # padding stands behind: in a causal pass nothing sees it
            ids[row, : len(document)] = torch.tensor(document)
        ids = ids.to(self._model.device)
        cache = transformers.DynamicCache()
        size = _bounded(pass_tokens, longest)
        for start in range(0, longest, size):
            chunk = ids[:, start : start + size]
            places = torch.arange(start, start + chunk.shape[1], device=ids.device).expand(len(documents), -1)
            self._model(
                input_ids=chunk, position_ids=places, past_key_values=cache, use_cache=True, **keep(self._model, 1)
            )
        return cache

    def _pass(self, pack: Pack) -> NDArray[np.float64]:
        """Log-probability of every wanted token, by document."""
        torch, device = self._torch, self._model.device
        longest, documents = max(self.lengths), len(self.lengths)
        reads = torch.from_numpy(pack.reads).to(device)
        lengths = torch.tensor(self.lengths, device=device)[:, None]
        logits = self._model(
            input_ids=torch.from_numpy(pack.tokens).to(device).expand(documents, -1),
            attention_mask=self._mask(pack, lengths, longest),
            position_ids=lengths + torch.from_numpy(pack.depths).to(device),
            past_key_values=self._fresh(slice(None), longest),
            use_cache=True,
            **keep(self._model, reads),
        ).logits
        if logits.shape[1] != len(reads):  # a model that always gives all of them
            logits = logits[:, reads]
        rows, wanted = torch.from_numpy(pack.rows).to(device), torch.from_numpy(pack.wanted).to(device)
        found = [each.log_softmax(-1)[rows, wanted] for each in map(torch.Tensor.float, logits)]
        return torch.stack(found).double().cpu().numpy()

    def _mask(self, pack: Pack, lengths: Any, longest: int) -> Any:
        """Mask of shape (documents, 1, tokens, longest + tokens): the whole document, and one's own ancestors."""
        torch, device = self._torch, lengths.device
        own = torch.from_numpy(pack.sees).to(device)
        document = torch.arange(longest, device=device)[None] < lengths
        sees = torch.cat([document[:, None].expand(-1, len(own), -1), own[None].expand(len(document), -1, -1)], dim=-1)[
            :, None
        ]
        # Added rather than boolean: every layer would turn a boolean one into this, over again.
        dtype = self._model.dtype
        return torch.zeros(sees.shape, dtype=dtype, device=device).masked_fill_(~sees, torch.finfo(dtype).min)


def score_one_by_one(model: Any, document: Sequence[int], choices: Sequence[Choice]) -> LogProbabilities:
    """Give every label of every question its probability, in passes of their own over everything.

    Parameters
    ----------
    model : transformers.PreTrainedModel
    document : sequence of int
    choices : sequence of Choice

    Returns
    -------
    list of list of float
        Log-probabilities by question and label.
    """
    torch = import_extra("torch", extra="local", purpose="TransformersModel")
    totals = []
    with torch.inference_mode():
        for choice in choices:
            steps: dict[tuple[int, ...], Any] = {}  # labels of one token need no pass of their own
            for label in choice.labels:
                if label[:-1] not in steps:
                    ids = torch.tensor([[*document, *choice.suffix, *label[:-1]]], device=model.device)
                    logits = model(input_ids=ids, use_cache=False, **keep(model, len(label))).logits
                    steps[label[:-1]] = logits[0, -len(label) :].float().log_softmax(-1).double().cpu()
                found = steps[label[:-1]].gather(1, torch.tensor(label)[:, None])
                totals.append(float(found.sum()))
    return _renormalised(np.array(totals), choices)


def packing_fault(model: Any) -> str:
    """Say why questions cannot be packed for a model; empty where they can.

    Packing gives attention its mask and its positions. That is right where every layer
    attends to all that came before; not where it looks through a window, keeps a state
    of another kind, or takes positions from the order of the tokens.

    Parameters
    ----------
    model : transformers.PreTrainedModel

    Returns
    -------
    str
    """
    config = model.config.get_text_config(decoder=True)
    parameters = inspect.signature(model.forward).parameters
    lacking = [name for name in ("attention_mask", "position_ids", "past_key_values") if name not in parameters]
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"]) - {"full_attention"}
    if model.config.is_encoder_decoder:
        return "it has an encoder"
    if lacking:
        return f"it takes no {', '.join(lacking)}"
    if kinds:
        return f"it has layers of kind {', '.join(sorted(kinds))}"
    if getattr(config, "layer_types", None) is None and _has_window(config):
        return "its attention has a window"
    if config._attn_implementation not in ("sdpa", "eager"):
        return f"its attention is {config._attn_implementation}"
    return ""


def _has_window(config: Any) -> bool:
    names = ("sliding_window", "attention_chunk_size", "attention_window")
    return any(getattr(config, name, None) is not None for name in names) and getattr(
        config, "use_sliding_window", True
    )


def disagreement(model: Any, vocabulary: int) -> float:
    """Measure how far packed scoring is from one-by-one scoring, on a short made-up text.

    Parameters
    ----------
    model : transformers.PreTrainedModel
    vocabulary : int
        Token ids below it may be used.

    Returns
    -------
    float
        Mean (root of squares) difference of the log-probabilities, in units of their
        own spread, so that it means the same for a model that hardly prefers anything.
    """
    ids = np.random.default_rng(0).integers(0, vocabulary, size=96).tolist()
    labels = ((ids[0], ids[1]), (ids[0], ids[2], ids[3]), *dict.fromkeys((each,) for each in ids[4:40]))
    choices = [Choice(tuple(ids[60 + 9 * n : 69 + 9 * n]), labels) for n in range(4)]
    packed = np.array(Encoded(model, [ids[40:60], ids[10:57]], pass_tokens=16).score(choices))
    apart = np.array([score_one_by_one(model, document, choices) for document in (ids[40:60], ids[10:57])])
    return float(np.sqrt(np.mean((packed - apart) ** 2)) / max(apart[..., 2:].std(), 1e-12))


def keep(model: Any, positions: Any) -> dict[str, Any]:
    """Ask for the logits of some positions alone, where a model can leave out the rest.

    Parameters
    ----------
    model : transformers.PreTrainedModel
    positions : int or Tensor
        How many of the last, or which.

    Returns
    -------
    dict
        Arguments for its forward pass.
    """
    return {"logits_to_keep": positions} if "logits_to_keep" in inspect.signature(model.forward).parameters else {}


def _bounded(tokens: int, across: int) -> int:
    """Take fewer tokens in a pass where each of them looks at very many."""
    return min(tokens, max(128, MASK_CELLS // across))


def _renormalised(totals: NDArray[np.float64], choices: Sequence[Choice]) -> LogProbabilities:
    found, start = [], 0
    for choice in choices:
        own = totals[start : start + len(choice.labels)]
        start += len(choice.labels)
        largest = own.max()
        norm = largest + math.log(np.exp(own - largest).sum())
        found.append([float(value - norm) for value in own])
    return found
