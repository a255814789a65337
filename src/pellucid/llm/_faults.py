"""What one call came to: an answer, or which of the known faults; decided from status, codes and fixed patterns."""

import hashlib
import re
from enum import StrEnum
from typing import Any, NamedTuple

from pellucid.llm._wire import Answered


class Kind(StrEnum):
    """What is to be done about a call."""

    ANSWER = "answer"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    TOO_LONG = "too long"
    PROTOCOL = "not a reply"  # once more
    LOST = "lost"  # again, on a new connection
    LIMITED = "limited"  # again, when told
    UNTAKEN = "a part of the request is not taken"  # again without that part
    REJECTED = "rejected"  # for a reason we do not know
    ACCESS = "no access"  # never again


class Outcome(NamedTuple):
    """A call, judged.

    Attributes
    ----------
    kind : Kind
    text : str
        The answer.
    cause : str
        In our own words: a server's may repeat the document.
    part : str
        Of the request, that is not taken.
    trace : str
        Tells whether two failures are the same; empty where it does not matter.
    choice : dict
        Where there is an answer, for its logprobs.
    """

    kind: Kind
    text: str = ""
    cause: str = ""
    part: str = ""
    trace: str = ""
    choice: dict[str, Any] = {}  # noqa: RUF012 - never written to


_NO_QUOTA = {"insufficient_quota", "insufficient_balance", "billing_hard_limit_reached", "billing_not_active"}
_FILTERED = {"content_filter", "content_policy_violation", "data_inspection_failed"}
_FULL = {"context_length_exceeded", "exceed_context_size_error", "context_window_exceeded"}
_FULL_WORDS = re.compile(
    r"(maximum|available|model's|exceeds?( the)?) context (length|size|window)|context window of|context_length|"
    r"maximum (model|input|sequence) length|longer than the (maximum )?(model|context)|"
    r"(prompt|input) (is|was) too long|too many (input )?tokens|reduce the length of the (messages|prompt|input)|"
    r"tokens`?.{0,40} must be <= \d",
    re.IGNORECASE,
)
_SYSTEM_WORDS = re.compile(r"system (role|message|prompt)s? (is |are )?not (supported|allowed)", re.IGNORECASE)
_PARTS = (  # the first that fits; the longer names stand before those they contain
    ("max_tokens", re.compile(r"max_completion_tokens")),
    ("logprobs", re.compile(r"logprobs")),
    ("form", re.compile(r"response_?format|json_schema|json_object|structured_outputs|guided_|grammar|schema")),
    ("temperature", re.compile(r"temperature")),
    ("seed", re.compile(r"\bseed\b")),
)
_LOOKED_AT = 600
"""Characters of a server's message that are looked at: further on it may repeat what it was sent."""


def judge(answered: Answered) -> Outcome:
    """Decide what a call came to.

    Parameters
    ----------
    answered : Answered

    Returns
    -------
    Outcome

    Examples
    --------
    >>> judge(Answered(503, {}, None)).kind, judge(Answered(404, {}, None)).kind
    (<Kind.LOST: 'lost'>, <Kind.ACCESS: 'no access'>)
    """
    status, payload = answered.status, answered.payload
    if status == 0:
        return Outcome(Kind.LOST, cause=answered.cause)
    if 200 <= status < 300:
        return _reply(payload)
    names, message = _error(payload)
    if names & _FULL or (status >= 400 and status != 429 and _FULL_WORDS.search(message)) or status == 413:
        return Outcome(Kind.TOO_LONG, cause="by the server's own count")
    cause = f"HTTP {status}"
    if status == 429:
        quota = names & _NO_QUOTA
        return (
            Outcome(Kind.ACCESS, cause=f"{cause}: the quota is used up") if quota else Outcome(Kind.LIMITED, "", cause)
        )
    if status in (408, 409, 425) or status >= 500:
        return Outcome(Kind.LOST, cause=cause, trace=_trace(message) if status == 500 else "")
    if status in (400, 422):
        return _rejected(names, message, cause)
    return Outcome(
        Kind.ACCESS, cause=_NO_ACCESS.get(status, _REDIRECT if status < 400 else "not allowed").format(cause)
    )


_REDIRECT = "{}: the server sends callers elsewhere, and documents do not follow; give the final address as url"
_NO_ACCESS = {
    401: "{}: the key is missing or wrong",
    402: "{}: the account has to be paid for",
    403: "{}: the key may not do this",
    404: "{}: no such model, or not the base of an OpenAI-compatible API; look at model and url",
}


def _reply(payload: dict[str, Any] | None) -> Outcome:
    """Read a proper completion; whatever is none is no answer."""
    choices = payload.get("choices") if payload is not None else None
    if payload is None:
        return Outcome(Kind.PROTOCOL, cause="no JSON object came back")
    if payload.get("error") or not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        said = "an error" if payload.get("error") else "no choices"
        return Outcome(Kind.PROTOCOL, cause=f"{said} with HTTP 200")
    choice, reason = choices[0], choices[0].get("finish_reason")
    message = choice.get("message")
    if not isinstance(message, dict):
        return Outcome(Kind.PROTOCOL, cause="a choice without a message")
    if reason == "content_filter":
        return Outcome(Kind.REFUSED, cause="content filter")
    if message.get("refusal"):
        return Outcome(Kind.REFUSED, cause="the model refused")
    if reason in ("length", "max_tokens"):
        return Outcome(Kind.TRUNCATED)
    if reason in ("error", "abort"):
        return Outcome(Kind.PROTOCOL, cause="the server gave up on the reply")
    text = _text(message.get("content"))
    if text is None:
        return Outcome(Kind.PROTOCOL, cause="content that is no text")
    if not text.strip():
        return Outcome(Kind.REFUSED, cause="empty reply")
    return Outcome(Kind.ANSWER, text, choice=choice)


def _text(content: Any) -> str | None:
    """Join a message's content, which may come in pieces; None where it is something else."""
    if content is None:
        return ""
    if isinstance(content, list) and all(isinstance(piece, dict) for piece in content):
        pieces = [piece.get("text", "") for piece in content if piece.get("type") == "text"]
        content = "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else None
    return content if isinstance(content, str) else None


def _error(payload: dict[str, Any] | None) -> tuple[set[str], str]:
    """Return an error's names (code, type, parameter) and the beginning of its message."""
    error = (payload or {}).get("error", payload) or {}
    if not isinstance(error, dict):
        return set(), str(error)[:_LOOKED_AT]
    names = {str(error.get(key)) for key in ("code", "type", "param") if error.get(key) is not None}
    for key in ("message", "detail"):
        if error.get(key):
            return names, str(error[key])[:_LOOKED_AT]
    return names, ""


def _rejected(names: set[str], message: str, cause: str) -> Outcome:
    """Find out which part of a request a server does not take."""
    if names & _FILTERED:
        return Outcome(Kind.REFUSED, cause="content filter")
    if names & _NO_QUOTA:
        return Outcome(Kind.ACCESS, cause=f"{cause}: the quota is used up")
    if _SYSTEM_WORDS.search(message):
        return Outcome(Kind.UNTAKEN, cause=cause, part="system")
    for said in (" ".join(names), message):
        for part, words in _PARTS:
            if words.search(said):
                return Outcome(Kind.UNTAKEN, cause=cause, part=part)
    return Outcome(Kind.REJECTED, cause=cause)


def _trace(message: str) -> str:
    """Digest of a server's message, numbers aside: they may count time or tokens."""
    return hashlib.sha256(re.sub(r"\d+", "0", message).encode("utf-8", "replace")).hexdigest()
