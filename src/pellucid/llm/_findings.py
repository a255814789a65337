"""What the replies to a probe's trials show; whatever is not of a known form shows nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pellucid.llm._capabilities import LogprobKind
from pellucid.llm._client import Part
from pellucid.llm._logprobs import kept_to, read_tokens
from pellucid.llm._wire import Answered

# No model says this by itself: where it comes back, it was forced.
WORD = "zlat-7341"
_FORCED = {"qvorn": {"value": WORD, "sentence": "s9041"}}
SCHEMA = {
    "type": "object",
    "properties": {
        "qvorn": {
            "type": "object",
            "properties": {"value": {"enum": [WORD]}, "sentence": {"$ref": "#/$defs/sentence"}},
            "required": ["value", "sentence"],
            "additionalProperties": False,
        }
    },
    "required": ["qvorn"],
    "additionalProperties": False,
    "$defs": {"sentence": {"enum": ["s9041"]}},
}
_PART = Part(key="qvorn", ask="", options=(WORD,), nullable=False)
_MASKED, _UNMASKED = 0.999, 0.9


class Said(NamedTuple):
    """What came back to one request; no text where it was no proper completion."""

    status: int
    text: str | None = None
    finish: str = ""
    choices: tuple[Mapping[str, Any], ...] = ()
    prompt_tokens: int | None = None
    reply_tokens: int | None = None

    @property
    def done(self) -> bool:
        """Whether the request was taken."""
        return 200 <= self.status < 300

    @property
    def telling(self) -> bool:
        """Whether it says anything of the server: a lost reply does not, nor one that was cut off while thinking."""
        if self.done:
            return bool(self.text) or self.finish != "length"
        return 400 <= self.status <= 501 and self.status not in (408, 429)


def read(answered: Answered) -> Said:
    """Take a completion apart; whatever is not of the known form is left out."""
    payload = answered.payload or {}
    choices = payload.get("choices")
    if not 200 <= answered.status < 300 or not isinstance(choices, list):
        return Said(answered.status)
    proper = tuple(one for one in choices if isinstance(one, Mapping) and isinstance(one.get("message"), Mapping))
    text = proper[0]["message"].get("content") if proper else None
    finish = proper[0].get("finish_reason") if proper else None
    usage = payload.get("usage")
    counts = usage if isinstance(usage, Mapping) else {}
    return Said(
        answered.status,
        text if isinstance(text, str) else None,
        finish if isinstance(finish, str) else "",
        proper,
        _count(counts.get("prompt_tokens")),
        _count(counts.get("completion_tokens")),
    )


def keeps(said: Said) -> bool | None:
    """Whether a reply is the forced one; None where it does not tell."""
    if not said.telling:
        return None
    text = said.text or ""
    try:
        return bool(json.loads(text) == _FORCED)
    except (ValueError, RecursionError):
        begun = re.sub(r"\s", "", text)
        whole = json.dumps(_FORCED, separators=(",", ":"))
        return said.finish == "length" and len(begun) > len('{"qvorn"') and whole.startswith(begun)


def is_object(said: Said) -> bool | None:
    """Whether a reply that was to hold no JSON is a JSON object all the same; None where it does not tell."""
    if not said.telling:
        return None
    text = said.text or ""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return said.finish == "length" and text.lstrip().startswith("{")


def mask(said: Said) -> LogprobKind:
    """Find out whether log probabilities speak of all tokens, or of those the form allows."""
    if not said.choices or not said.text:
        return "unclear"
    share = kept_to(_PART, said.text, read_tokens(said.choices[0]))
    if share is None:
        return "unclear"
    if share > _MASKED:
        return "after mask"
    return "before mask" if share < _UNMASKED else "unclear"


def listed_models(answered: Answered) -> dict[str, int | None]:
    """Read the names of the models a server lists, each with its context where that is told."""
    data = (answered.payload or {}).get("data") if answered.status == 200 else None
    models = [one for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []
    return {name_in(one["id"]): _context(one) for one in models if name_in(one.get("id"))}


def _context(model: Mapping[str, Any]) -> int | None:
    names = ("max_model_len", "loaded_context_length", "context_length", "context_window")
    return next((length for name in names if (length := _count(model.get(name)))), None)


def context_of_props(answered: Answered) -> int | None:
    """Read the context llama.cpp's server tells; that of one slot, which is what a request has."""
    settings = (answered.payload or {}).get("default_generation_settings") if answered.status == 200 else None
    return _count(settings.get("n_ctx")) or None if isinstance(settings, Mapping) else None


def name_in(given: object) -> str:
    """Return a name that can be shown, or nothing."""
    return given if isinstance(given, str) and given.isprintable() else ""


def _count(given: object) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else None
