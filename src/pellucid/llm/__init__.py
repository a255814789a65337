"""How a language model is spoken to, and how its replies are kept; knows no questions."""

from pellucid.llm._client import Finish, LanguageModel, Part, Reply, Request, Shared, ask
from pellucid.llm._exchange import Exchange, open_exchange
from pellucid.llm._recording import Recording
from pellucid.llm._scripted import ScriptedModel

__all__ = [
    "Exchange",
    "Finish",
    "LanguageModel",
    "Part",
    "Recording",
    "Reply",
    "Request",
    "ScriptedModel",
    "Shared",
    "ask",
    "open_exchange",
]
