"""How a language model is spoken to, and how its replies are kept; knows no questions."""

from pellucid.llm._capabilities import Capabilities
from pellucid.llm._client import Finish, LanguageModel, Part, Reply, Request, Shared, ask
from pellucid.llm._course import Course, run
from pellucid.llm._exchange import Exchange, open_exchange
from pellucid.llm._keeper import Keeper, key_for, wording_digest
from pellucid.llm._limits import Budget, Limits, Prices, Usage
from pellucid.llm._openai import OpenAIModel
from pellucid.llm._probe import probe_server
from pellucid.llm._recording import Recording
from pellucid.llm._scripted import ScriptedModel
from pellucid.llm._speculation import Speculation
from pellucid.llm._store import AnswerStore, Key, StoreCount
from pellucid.llm._transformers import TransformersModel

__all__ = [
    "AnswerStore",
    "Budget",
    "Capabilities",
    "Course",
    "Exchange",
    "Finish",
    "Keeper",
    "Key",
    "LanguageModel",
    "Limits",
    "OpenAIModel",
    "Part",
    "Prices",
    "Recording",
    "Reply",
    "Request",
    "ScriptedModel",
    "Shared",
    "Speculation",
    "StoreCount",
    "TransformersModel",
    "Usage",
    "ask",
    "key_for",
    "open_exchange",
    "probe_server",
    "run",
    "wording_digest",
]
