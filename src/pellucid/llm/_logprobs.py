"""Probabilities of options, worked out from the log probabilities of the tokens a reply was written in."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pellucid.llm._client import Part

TOLERANCE = 0.01
"""A part is left out where more of the probability than this cannot be given to an option."""

_BLANK = b" \t\r\n"
_BLANKS = re.compile(r"[ \t\r\n]*")
_FOLLOWS = b",} \t\r\n"
_DECODER = json.JSONDecoder(strict=False)
_LOWEST = -1e9
"""Servers write very different numbers for a token the grammar forbids; all below are taken as impossible."""


class Token(NamedTuple):
    """One token of a reply.

    Attributes
    ----------
    raw : bytes
        May be part of a character.
    logprob : float
        Natural logarithm.
    top : dict of bytes to float
        Log probabilities of the likeliest tokens at this place, this one included where
        it is among them.
    """

    raw: bytes
    logprob: float
    top: Mapping[bytes, float]


class _Member(NamedTuple):
    """One member of a JSON object in a text: where its value stands, in characters; `colon` is behind that sign."""

    key: str
    colon: int
    start: int
    end: int
    value: Any


class _Step(NamedTuple):
    """One token of a value: what of it belongs before the value, what of the value came before it, and itself."""

    head: bytes
    typed: bytes
    token: Token


class _Found(NamedTuple):
    """The value of a part, and the tokens it was written in."""

    value: Any
    steps: tuple[_Step, ...]


class _Way(NamedTuple):
    """What of a value is said once a token is written, and the options still possible then."""

    said: bytes
    options: frozenset[str]


def read_tokens(choice: Mapping[str, Any]) -> list[Token]:
    """Read the tokens of a chat completion's choice.

    Parameters
    ----------
    choice : Mapping
        With ``logprobs.content`` where the server gives it.

    Returns
    -------
    list of Token
        Empty where the server gives none, or not in the known form.

    Examples
    --------
    >>> said = {"token": "no", "bytes": [110, 111], "logprob": -0.1, "top_logprobs": []}
    >>> read_tokens({"logprobs": {"content": [said]}})
    [Token(raw=b'no', logprob=-0.1, top={})]
    >>> read_tokens({"logprobs": None})
    []
    """
    try:
        return [_token(said) for said in choice["logprobs"]["content"]]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return []


def probabilities(parts: Sequence[Part], text: str, tokens: Sequence[Token]) -> dict[str, dict[str, float]]:
    """Work out the probability of every option of every part.

    The tokens of a value are followed one by one. Where the options still possible
    part, the probability is shared among the tokens that lead to an option, which is
    what a reply held to the options would have been drawn from; blanks before the
    value make no difference. So P(option) is that of the whole label, given what
    stands before it.

    A server lists only the likeliest tokens, and nothing of what would have followed
    on one that was not written. An unlisted token is at most as likely as the last one
    listed, and there are only so many ways to go on to an option: that much, and
    listed tokens that lead to several options in another way than the reply did, stay
    without an owner. Where they come to more than `TOLERANCE`, the part is left out;
    otherwise they are taken as zero.

    Parameters
    ----------
    parts : sequence of Part
        Those without options are passed over.
    text : str
        The reply as it was received.
    tokens : sequence of Token

    Returns
    -------
    dict of str to dict of str to float
        By part; "" stands for null. A part is left out where anything does not fit:
        the value is none of the options, stands twice, or is not in the tokens.

    Examples
    --------
    >>> def token(text, **top):
    ...     chances = {name.encode(): math.log(chance) for name, chance in top.items()}
    ...     return Token(text.encode(), chances.get(text.encode(), 0.0), chances)
    >>> tokens = [token('{"pain": {"value": "'), token("no", no=0.6, yes=0.3, maybe=0.1), token('"}}')]
    >>> part = Part(key="pain", ask="Pain?", options=("no", "yes"), nullable=False)
    >>> found = probabilities([part], '{"pain": {"value": "no"}}', tokens)
    >>> {option: round(p, 3) for option, p in found["pain"].items()}
    {'no': 0.667, 'yes': 0.333}
    """
    located = _located([part for part in parts if part.options], text, tokens)
    shared = {part.key: _shared(part, *located[part.key]) for part in parts if part.key in located}
    return {key: shares for key, shares in shared.items() if shares}


def kept_to(part: Part, text: str, tokens: Sequence[Token]) -> float | None:
    """Return how far the listed tokens keep to a part's options: the smallest share over the tokens of its value.

    Parameters
    ----------
    part : Part
    text : str
        The reply as it was received.
    tokens : sequence of Token

    Returns
    -------
    float or None
        1 where nothing but what leads to an option is listed; None where the value
        cannot be found in the tokens.
    """
    literals = {option: {_literal(option, True), _literal(option, False)} for option in part.options}
    shares = []
    for step in _located([part], text, tokens).get(part.key, _Found(None, ())).steps:
        kept = math.fsum(_masses(step, literals).values())
        everything = math.fsum(math.exp(logprob) for logprob in _listed(step.token).values())
        shares.append(kept / everything if everything else 0.0)
    return min(shares, default=None)


def _token(said: Mapping[str, Any]) -> Token:
    top: dict[bytes, float] = {}
    for one in said.get("top_logprobs") or ():
        top.setdefault(_raw(one), _logprob(one))  # two tokens of the same bytes: the likelier stands first
    return Token(_raw(said), _logprob(said), top)


def _raw(said: Mapping[str, Any]) -> bytes:
    given = said.get("bytes")
    return bytes(given) if isinstance(given, list) else _bytes(said["token"])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _logprob(said: Mapping[str, Any]) -> float:
    logprob = float(said["logprob"])
    if math.isnan(logprob) or logprob > 0.01:
        raise ValueError("not a log probability")
    return min(max(logprob, _LOWEST), 0.0)


def _located(parts: Sequence[Part], text: str, tokens: Sequence[Token]) -> dict[str, _Found]:
    """Find the values of parts, and the tokens they were written in."""
    # The last occurrence: what a model thought before it replied may stand among the tokens too.
    shift = b"".join(token.raw for token in tokens).rfind(_bytes(text)) if parts and tokens else -1
    values = _values(text) if shift >= 0 else {}
    found = {}
    for part in parts:
        if member := values.get(part.key):
            start, end = (shift + len(_bytes(text[:at])) for at in (member.colon, member.end))
            found[part.key] = _Found(member.value, tuple(_steps(tokens, start, end)))
    return found


def _values(text: str) -> dict[str, _Member]:
    """Find the value of every part in a reply of the form {part: {"value": ...}}; none where it is not of that form."""
    try:
        outer = list(_members(text, text.index("{")))
        inner = [
            (key, member)
            for key, _, start, *_ in outer
            if text[start] == "{"
            for member in _members(text, start)
            if member.key == "value"
        ]
    except (ValueError, IndexError, RecursionError):
        return {}
    once = {key for key, times in Counter(member.key for member in outer).items() if times == 1}
    once &= {key for key, times in Counter(key for key, _ in inner).items() if times == 1}
    return {key: member for key, member in inner if key in once}


def _members(text: str, at: int) -> Iterator[_Member]:
    """Go through the members of the object that begins at a place."""
    at = _behind_blank(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        colon = _behind_blank(text, at) + 1
        if not isinstance(key, str) or text[colon - 1] != ":":
            raise ValueError("no member")
        start = _behind_blank(text, colon)
        value, end = _DECODER.raw_decode(text, start)
        yield _Member(key, colon, start, end, value)
        at = _behind_blank(text, end)
        if text[at] not in ",}":
            raise ValueError("no end of a member")
        if text[at] == ",":
            at = _behind_blank(text, at + 1)


def _behind_blank(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _steps(tokens: Sequence[Token], start: int, end: int) -> Iterator[_Step]:
    """Go through the tokens that reach into a value, given in bytes from behind the colon to its end."""
    at, typed = 0, b""
    for token in tokens:
        begin, at = at, at + len(token.raw)
        if at <= start:
            continue
        if begin >= end:
            return
        head = token.raw[: max(start - begin, 0)]
        yield _Step(head, typed, token)
        typed += token.raw[len(head) :]


def _shared(part: Part, value: Any, steps: Sequence[_Step]) -> dict[str, float]:
    """Follow a value's tokens, and share the probability among the options; nothing where too little is known."""
    literals = {option: {_literal(option, True), _literal(option, False)} for option in part.options}
    if part.nullable:
        literals[""] = {b"null"}
    given = "" if value is None else value
    if not isinstance(given, str) or given not in literals or (given == "") != (value is None):
        return {}
    owned, onward, ownerless = dict.fromkeys(literals, 0.0), 1.0, 0.0
    possible = frozenset(literals)
    for step in steps:
        if len(possible) == 1:
            break
        ahead = {option: literals[option] for option in possible}
        written = _leads_to(step, step.token.raw, ahead)
        masses = _masses(step, ahead)
        if written.said:
            masses.pop(_Way(b"", possible), None)  # blanks alone say nothing of the value
        unlisted = _unlisted(step, ahead)
        total = math.fsum(masses.values()) + unlisted
        if given not in written.options or total <= 0:
            return {}
        for way, mass in masses.items():
            if way != written and len(way.options) == 1:
                owned[next(iter(way.options))] += onward * mass / total
            elif way != written:
                ownerless += onward * mass / total
        ownerless += onward * unlisted / total
        onward *= masses[written] / total
        possible = written.options
    owned[given] += onward
    if len(possible) > 1 or ownerless > TOLERANCE:
        return {}
    whole = math.fsum(owned.values())
    return {option: mass / whole for option, mass in owned.items()}


def _literal(option: str, ascii_only: bool) -> bytes:
    return _bytes(json.dumps(option, ensure_ascii=ascii_only))


def _masses(step: _Step, ahead: Mapping[str, set[bytes]]) -> dict[_Way, float]:
    """Add up the probabilities of the listed tokens that come to the same, blanks before the value aside."""
    masses: dict[_Way, float] = {}
    for raw, logprob in _listed(step.token).items():
        way = _leads_to(step, raw, ahead)
        if way.options:
            masses[way] = masses.get(way, 0.0) + math.exp(logprob)
    return masses


def _leads_to(step: _Step, raw: bytes, ahead: Mapping[str, set[bytes]]) -> _Way:
    """Return the options that a token leaves possible; none where it leads elsewhere or ends the reply."""
    if not raw or not (raw.startswith(step.head) or step.head.startswith(raw)):
        return _Way(raw, frozenset())
    said = (step.typed + raw[len(step.head) :]).lstrip(_BLANK)
    fitting = (option for option, literals in ahead.items() if any(_agree(literal, said) for literal in literals))
    return _Way(said, frozenset(fitting))


def _agree(literal: bytes, said: bytes) -> bool:
    """Whether a value may begin so; a token may reach beyond its end."""
    return literal.startswith(said) or (said.startswith(literal) and said[len(literal)] in _FOLLOWS)


def _unlisted(step: _Step, ahead: Mapping[str, set[bytes]]) -> float:
    """Bound the probability of tokens that lead to an option and are not listed."""
    listed = _listed(step.token)
    outside = max(1.0 - math.fsum(math.exp(logprob) for logprob in listed.values()), 0.0)
    least = math.exp(min(step.token.top.values(), default=0.0))
    typed = step.typed.lstrip(_BLANK)
    ways = {
        literal[len(typed) : end]
        for literals in ahead.values()
        for literal in literals
        for end in range(len(typed) + 1, len(literal) + 1)
    }
    # Each option may also end in a token that reaches beyond it, and before the first sign a blank may stand.
    return min(outside, least * (len(ways - set(listed)) + len(ahead)) * (1 if typed else 2))


def _listed(token: Token) -> dict[bytes, float]:
    return {**token.top, token.raw: token.logprob}
