"""Grammars that a reply cannot leave: numbers within their range, quotes that stand in the document, whole replies."""

import json
import re
from collections.abc import Mapping, Sequence

from pellucid.exceptions import InvalidInputError
from pellucid.llm._client import Part
from pellucid.llm._pieces import CLOSING, is_quotable, pieces
from pellucid.llm._ranges import number_pattern
from pellucid.schema import has_surrogate

LONGEST = 300
"""Characters of the document in one quote, at most."""

Value = str | int | float | None

# One character of a JSON string as it is written: any; none that is white space; one to begin with; one that tells.
_ANY = r'(?:[^\\]|\\["\\\/bfnrt]|\\u[0-9a-f]{4})'
_ESCAPED = r'\\["\\\/b]|\\u00(?:0[0-7ef]|1[0-9ab])'
_SOLID = rf"(?:[^\s\\]|{_ESCAPED})"
_FIRST = rf"(?:[^\s\\{re.escape(CLOSING)}]|{_ESCAPED})"
_TELLING = r"[\p{L}\p{N}\p{So}\p{Sc}]"
_FORM = rf"(?s:(?:{_TELLING}|[.,]\p{{Nd}}|{_FIRST}{_ANY}*{_TELLING})(?:{_ANY}*{_SOLID})?)"


def reply_grammar(
    parts: Sequence[Part], text: str, *, known: Mapping[str, Value] | None = None, longest: int = LONGEST
) -> str:
    r"""Write the grammar of a whole reply: ``{"pain": {"value": "yes", "quote": "pain in the chest"}, ...}``.

    Every key stands there once, in order. Null goes with an empty quote, any other
    value with a quote that is not empty and stands verbatim in the text. What follows
    the grammar is strictly valid JSON.

    Parameters
    ----------
    parts : sequence of Part
    text : str
        The document that quotes are taken from. One with nothing to quote, neither
        letter nor digit nor symbol, leaves only null.
    known : mapping of str to (str or number or None) or None, default=None
        Values that are settled already, by the key of their part; only their quotes
        are then left to the model.
    longest : int, default=300
        Characters of the document in one quote, at most.

    Returns
    -------
    str
        In llguidance's Lark form. It holds the document's words: never log it.

    Raises
    ------
    InvalidInputError
        If there is no part, a key stands twice, a settled value is not allowed, a range is
        empty, or a text holds half a surrogate pair.

    Examples
    --------
    >>> grammar = reply_grammar([Part(key="age", ask="Age?", minimum=0, maximum=120)], "Aged 56.")
    >>> grammar.splitlines()[0]
    'start: "{" "\\"age\\": " part0 "}"'
    """
    known = known or {}
    keys = [part.key for part in parts]
    if not parts or len(set(keys)) != len(keys):
        raise InvalidInputError("parts: at least one is needed, each with a key of its own")
    strangers = set(known) - set(keys)
    if strangers:
        raise InvalidInputError(f"known: no part has the key {sorted(strangers)[0]!r}")
    rules = _Rules(text, longest, quoted=any(part.quote for part in parts))
    entries = ' ", " '.join(f"{_literal(_json(key) + ': ')} part{number}" for number, key in enumerate(keys))
    bodies = [rules.part(number, part, known) for number, part in enumerate(parts)]
    return "\n".join([f'start: "{{" {entries} "}}"', *bodies, *rules.terminals]) + "\n"


def part_grammar(part: Part, text: str, *, known: Mapping[str, Value] | None = None, longest: int = LONGEST) -> str:
    """Write the grammar of the reply to one part alone: ``{"value": 56, "quote": "Aged 56"}``.

    Parameters
    ----------
    part : Part
    text, known, longest
        As for `reply_grammar`.

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        As for `reply_grammar`.

    Examples
    --------
    >>> part_grammar(Part(key="pain", ask="Pain?", options=("no", "yes"), quote=False), "").splitlines()[0]
    'start: part0'
    """
    rules = _Rules(text, longest, quoted=part.quote)
    body = rules.part(0, part, known or {})
    return "\n".join(["start: part0", body, *rules.terminals]) + "\n"


def quote_grammar(text: str, *, longest: int = LONGEST) -> str:
    r"""Write the grammar of one verbatim quote, as a JSON string with its quotation marks.

    Parameters
    ----------
    text : str
    longest : int, default=300

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        If the text has nothing to quote, or holds half a surrogate pair.

    Examples
    --------
    >>> quote_grammar("Aged 56.").splitlines()[0]
    'start: "\\"" QUOTE "\\""'
    """
    rules = _Rules(text, longest, quoted=True)
    if not rules.quotable:
        raise InvalidInputError("text: there is neither letter nor digit nor symbol in it to quote")
    return "\n".join(['start: "\\"" QUOTE "\\""', *rules.terminals]) + "\n"


def number_grammar(minimum: float | None = None, maximum: float | None = None, *, nullable: bool = True) -> str:
    """Write the grammar of one JSON number within a range, or null.

    Parameters
    ----------
    minimum, maximum : float or None, default=None
        Inclusive.
    nullable : bool, default=True

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        If the range is empty or not finite.

    Examples
    --------
    >>> number_grammar(0, 9, nullable=False).splitlines()[0]
    'start: NUMBER'
    """
    choices = f"NUMBER | {_NULL}" if nullable else "NUMBER"
    return f"start: {choices}\nNUMBER: /{number_pattern(minimum, maximum)}/\n"


class _Rules:
    """The rules and terminals of one grammar."""

    def __init__(self, text: str, longest: int, *, quoted: bool) -> None:
        if longest < 1:
            raise InvalidInputError(f"longest: {longest!r} is not above 0")
        self.quotable = False
        self.terminals: list[str] = []
        if quoted:
            self._take(text, longest)

    def _take(self, text: str, longest: int) -> None:
        _refuse_surrogates(text)
        chunks = pieces(text, longest)
        self.quotable = any(is_quotable(chunk) for chunk in chunks)
        if self.quotable:
            written = _json({"substring_chunks": [_json(chunk)[1:-1] for chunk in chunks]})
            self.terminals += [
                f"QUOTE: VERBATIM & /{_FORM}/ & /(?s:{_ANY}{{1,{longest}}})/",
                f"VERBATIM: %regex {written}",
            ]

    def part(self, number: int, part: Part, known: Mapping[str, Value]) -> str:
        """Write the rule of one part; the pattern of a number goes among the terminals."""
        settled = part.key in known
        values = [_literal(_json(_allowed(part, known[part.key])))] if settled else self._values(number, part)
        null = f"{_NULL} {_NO_QUOTE}" if part.quote else _NULL
        if settled and known[part.key] is None:
            choices = [null]
        elif settled or not part.nullable:
            choices = [self._with_quote(value, part) for value in values]
        elif part.quote and not self.quotable:
            choices = [null]  # a text that says nothing states no value
        else:
            choices = [*(self._with_quote(value, part) for value in values), null]
        return f"part{number}: {_BEGIN} ({' | '.join(choices)}) {_END}"

    def _values(self, number: int, part: Part) -> list[str]:
        if part.options:
            return [_literal(_json(option)) for option in part.options]
        self.terminals.append(f"NUMBER{number}: /{number_pattern(part.minimum, part.maximum)}/")
        return [f"NUMBER{number}"]

    def _with_quote(self, value: str, part: Part) -> str:
        if not part.quote:
            return value
        if not self.quotable:
            return f"{value} {_NO_QUOTE}"
        return f"{value} {_QUOTE} QUOTE {_MARK}"


def _allowed(part: Part, value: Value) -> Value:
    """Check a settled value against its part."""
    if value is None:
        fits = part.nullable
    elif part.options:
        fits = value in part.options
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and _within(part, value)
    if not fits:
        raise InvalidInputError(f"known: a value that part {part.key!r} does not allow")
    return value


def _within(part: Part, value: float) -> bool:
    above = part.minimum is None or value >= part.minimum
    return above and (part.maximum is None or value <= part.maximum) and abs(value) < float("inf")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _literal(text: str) -> str:
    """Write a literal of a grammar, which is written as JSON writes a string."""
    _refuse_surrogates(text)
    return _json(text)


def _refuse_surrogates(text: str) -> None:
    if has_surrogate(text):
        raise InvalidInputError("text: it holds half a surrogate pair, which no JSON can carry; repair it first")


_BEGIN, _END, _NULL, _MARK = (_literal(text) for text in ('{"value": ', "}", "null", '"'))
_QUOTE, _NO_QUOTE = (_literal(text) for text in (', "quote": "', ', "quote": ""'))
