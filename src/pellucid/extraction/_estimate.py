"""What a reading would cost, before anything is sent."""

from collections.abc import Iterable
from typing import Any

from pellucid._checks import check_option
from pellucid.extraction._prompt import ask_questionnaire
from pellucid.extraction._reading import Manner
from pellucid.extraction._sent import Redact, Sent
from pellucid.extraction._sentences import numbered
from pellucid.llm import AnswerStore, LanguageModel, Request, key_for
from pellucid.schema import Questionnaire, Record

REPLY_TOKENS = 30
"""Tokens assumed for the answer to one question: its id, a value and a short quote, as JSON."""

BYTES_PER_TOKEN = 4
"""UTF-8 bytes assumed per token, where the model cannot count: about right for English, too few for no language."""


class Estimate(Record):
    """What a reading would take; counted or assumed, never measured.

    Attributes
    ----------
    documents : int
    stored : int
        Documents whose answers are all in the store already; they cost nothing.
    requests : int
        One per document that is left; re-asking and parts of long documents come on top.
    prompt_tokens, reply_tokens : int
        Of all requests. Counted with the model's own `count` where it has one, else
        taken from the length; a reply is taken as 30 tokens per question.
    cost : float or None
        In the money of the model's prices; None where it has none.
    seconds : float or None
        The least that its limits per minute allow; None where it has none.
    """

    documents: int
    stored: int
    requests: int
    prompt_tokens: int
    reply_tokens: int
    cost: float | None = None
    seconds: float | None = None


def estimate(
    documents: Iterable[tuple[str, str]],
    questionnaire: Questionnaire,
    model: LanguageModel,
    *,
    store: AnswerStore | None = None,
    redact: Redact | None = None,
    evidence: str = "quote",
) -> Estimate:
    """Say what reading documents would take; nothing is sent.

    Parameters
    ----------
    documents : iterable of (str, str)
        Name and text of each; any number.
    questionnaire, model, store, redact, evidence : as in `read_stream`
        The model may have `count(text)`, `prices` and `limits`.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> from pellucid.llm import ScriptedModel
    >>> from pellucid.schema import Question
    >>> pain = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> estimate([("a-1", "Today no pain.")], pain, ScriptedModel({})).requests
    1
    """
    check_option("evidence", evidence, ("quote", "sentence"))
    manner = Manner(questionnaire, model, store, redact, evidence == "sentence")
    seen = requests = prompt_tokens = reply_tokens = 0
    for name, text in documents:
        seen += 1
        sent = Sent(text, manner.redact)
        left = _left(text, sent, manner)
        if left is None:
            continue
        requests += 1
        marked = numbered(sent.text) if manner.sentences else None
        asked = ask_questionnaire(left, document=name, text=sent.text, numbered=marked)
        prompt_tokens += _count(manner.model, asked)
        reply_tokens += REPLY_TOKENS * len(left.questions)
    return Estimate(
        documents=seen,
        stored=seen - requests,
        requests=requests,
        prompt_tokens=prompt_tokens,
        reply_tokens=reply_tokens,
        cost=_cost(manner.model, prompt_tokens, reply_tokens),
        seconds=_seconds(manner.model, requests, prompt_tokens + reply_tokens),
    )


def _left(text: str, sent: Sent, manner: Manner) -> Questionnaire | None:
    """Return the questions that the store cannot answer for a text; None where it answers all."""
    known: dict[str, Any] = {}
    if manner.store is not None:
        key = key_for(manner.model, text, prompt=manner.prompt, settings=sent.settings)
        known = manner.store.replies(key, manner.asked)
    whole = manner.questionnaire
    left = tuple(question for question in whole.questions if question.id not in known)
    return Questionnaire(name=whole.name, version=whole.version, questions=left) if left else None


def _count(model: LanguageModel, request: Request) -> int:
    text = f"{request.system}\n{request.prompt}"
    counted = getattr(model, "count", None)
    return int(counted(text)) if counted else len(text.encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN + 1


def _cost(model: LanguageModel, prompt_tokens: int, reply_tokens: int) -> float | None:
    prices = getattr(model, "prices", None)
    return None if prices is None else (prompt_tokens * prices.prompt + reply_tokens * prices.reply) / 1e6


def _seconds(model: LanguageModel, requests: int, tokens: int) -> float | None:
    limits = getattr(model, "limits", None)
    pairs = (
        (requests, getattr(limits, "requests_per_minute", None)),
        (tokens, getattr(limits, "tokens_per_minute", None)),
    )
    return max((60 * amount / rate for amount, rate in pairs if rate), default=None)
