"""How a language model is spoken to, and how its replies are kept; knows no questions."""

from pellucid.llm._client import Finish, LanguageModel, Reply, Request, Shared, ask
from pellucid.llm._scripted import ScriptedModel
from pellucid.llm._store import Recording

__all__ = ["Finish", "LanguageModel", "Recording", "Reply", "Request", "ScriptedModel", "Shared", "ask"]
