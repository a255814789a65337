"""From reply to answer, without guessing: what cannot be read is unreadable, never a value."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from pellucid.exceptions import InvalidInputError
from pellucid.extraction._evidence import Span
from pellucid.llm import Finish, Reply
from pellucid.schema import Answer, Question, Source, Status, has_surrogate

UNREADABLE = "unreadable"
"""Key under which a store keeps the cause, where a model replied and nobody could read it."""

_KEYS = {"value", "quote", "probability"}


class Located(Protocol):
    """A document in which a quote can be looked for."""

    def locate(self, quote: str) -> Span | None:
        """Return where a quote stands, or None."""
        ...


class Unreadable(InvalidInputError):
    """A reply that cannot be read; the message is the cause and quotes nothing."""


def parse_object(reply: Reply) -> dict[str, Any]:
    """Read the one JSON object in a reply.

    A code fence or prose around the object is forgiven, control characters inside
    strings too. A second object, a repeated key or a cut-off text are not.

    Parameters
    ----------
    reply : Reply

    Returns
    -------
    dict

    Raises
    ------
    Unreadable
    """
    if reply.finish is not Finish.COMPLETE:
        raise Unreadable(": ".join(filter(None, (reply.finish.value, reply.cause))))
    first, last = reply.text.find("{"), reply.text.rfind("}")
    if first < 0 or last < first:
        raise Unreadable("no JSON object")
    try:
        found = json.loads(
            reply.text[first : last + 1],
            strict=False,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
        )
    except Unreadable:
        raise
    except ValueError:  # malformed, or a number of thousands of digits
        raise Unreadable("malformed JSON") from None
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None
    return dict(found)


def to_answer(question: Question, said: object, document: Located, source: Source) -> Answer:
    """Turn what was said about one question into an answer.

    Parameters
    ----------
    question : Question
    said : object
        Should be an object with ``value``, ``quote`` and, where given, ``probability``;
        or ``{"unreadable": cause}``, as kept where a model's reply could not be read.
    document : Evidence, or whatever else locates a quote
    source : Source

    Returns
    -------
    Answer
        ``unreadable`` where the form is wrong or the value is not allowed,
        ``not stated`` for null, ``unsupported`` where the quote is not found.
    """
    cause = _known_unreadable(said) or fault(question, said)
    if cause or not isinstance(said, Mapping):
        return Answer(question=question.id, value=None, status=Status.UNREADABLE, cause=cause, source=source)
    value, quote, probability = said["value"], said.get("quote") or "", said.get("probability")
    if value is None:
        return Answer(
            question=question.id, value=None, status=Status.NOT_STATED, probability=probability, source=source
        )
    span = document.locate(quote)
    return Answer(
        question=question.id,
        value=value,
        status=Status.ANSWERED if span else Status.UNSUPPORTED,
        probability=probability,
        quote=quote,
        start=span.start if span else None,
        end=span.end if span else None,
        cause="" if span else ("the quote is not in the document" if quote else "no quote was given"),
        source=source,
    )


def _known_unreadable(said: object) -> str:
    """Return the cause that was kept of a reply nobody could read; empty for any other reply."""
    cause = said.get(UNREADABLE) if isinstance(said, Mapping) and len(said) == 1 else None
    return cause if isinstance(cause, str) else ""


def fault(question: Question, said: object) -> str:
    """Say why a reply to one question cannot be read; empty where it can.

    Parameters
    ----------
    question : Question
    said : object

    Returns
    -------
    str
        Quotes nothing of the reply.
    """
    if said is None:
        return "no reply to this question"
    if not isinstance(said, Mapping) or "value" not in said or not set(said) <= _KEYS:
        return "not of the form value, quote"
    quote = said.get("quote") or ""
    if not isinstance(quote, str) or has_surrogate(quote):
        return "the quote is not text"
    if said["value"] is not None and not question.accepts(said["value"]):
        return f"the value {question.fault(said['value'])}"
    probability = said.get("probability")
    is_number = isinstance(probability, int | float) and not isinstance(probability, bool)
    if probability is not None and not (is_number and 0 <= probability <= 1):
        return "the probability is not between 0 and 1"
    return ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise Unreadable("a key stands twice")
    return dict(pairs)


def _no_constant(_: str) -> None:
    raise Unreadable("NaN or infinity")
