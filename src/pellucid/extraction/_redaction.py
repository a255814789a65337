"""Take spans out of a text before it is sent, put tags in their place, and map offsets back."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

from pellucid.exceptions import InvalidInputError
from pellucid.extraction._evidence import Span


class Redaction(NamedTuple):
    """A span that is not to be sent.

    Attributes
    ----------
    start, end : int
        In characters, end exclusive.
    label : str
        What stands there, such as ``"EMAIL"``: capitals, digits and single spaces. It is sent.
    """

    start: int
    end: int
    label: str


_LABEL = re.compile(r"[A-Z][A-Z0-9]*(?: [A-Z0-9]+)*")
_BRACKETED = re.compile(r"\[([^\[\]]{1,80})\]")


class Redacted:
    """A text with tags such as ``[EMAIL 1]`` in place of what was taken out.

    The same words under the same label always get the same tag, within one document. A
    tag that the document already has, in whatever case, is left out of the counting, so
    a tag always means one thing.

    Examples
    --------
    >>> text = "Write to ana@example.org today."
    >>> redacted = Redacted.of(text, [Redaction(9, 24, "EMAIL")])
    >>> redacted.text
    'Write to [EMAIL 1] today.'
    >>> redacted.original(Span(9, 24))  # "[EMAIL 1] today"
    Span(start=9, end=30)
    >>> redacted.restore("to [EMAIL 1]")
    'to ana@example.org'
    """

    def __init__(self, text: str, spans: Sequence[Span], tags: Sequence[str]) -> None:
        self._original = text
        self._spans = spans
        self._tags = tags
        gaps = [0, *(place for span in spans for place in span), len(text)]
        kept = [text[start:end] for start, end in list(pairwise(gaps))[::2]]
        self.text = "".join(piece for pair in zip(kept, [*tags, ""], strict=True) for piece in pair)
        self._starts = [done - len(tag) for done, tag in zip(accumulate(map(_longer, kept, tags)), tags, strict=False)]

    @classmethod
    def of(cls, text: str, redactions: Iterable[Redaction]) -> Self:
        """Take spans out of a text.

        Parameters
        ----------
        text : str
        redactions : iterable of Redaction
            In any order.

        Returns
        -------
        Redacted

        Raises
        ------
        InvalidInputError
            If one is not of that form, lies outside the text, is empty, or overlaps another.
        """
        wanted = sorted(_checked(redaction, len(text)) for redaction in redactions)
        for one, other in pairwise(wanted):
            if other.start < one.end:
                raise InvalidInputError(
                    f"redact: characters {one.start} to {one.end} ({one.label}) and {other.start} to {other.end} "
                    f"({other.label}) overlap; join them, or keep one"
                )
        tags = _Tags(text)
        return cls(
            text,
            [Span(each.start, each.end) for each in wanted],
            [tags.tag(each.label, text[each.start : each.end]) for each in wanted],
        )

    def __len__(self) -> int:
        """Return how many spans were taken out."""
        return len(self._spans)

    def __repr__(self) -> str:
        return f"Redacted({len(self)} spans taken out)"

    def original(self, span: Span) -> Span:
        """Return where a span of the redacted text stands in the original.

        Parameters
        ----------
        span : Span
            Offsets into `text`.

        Returns
        -------
        Span
            Where it touches a tag, all of what the tag stands for is in it.
        """
        first, last = self._tag_at(span.start), self._tag_at(span.end - 1)
        start = self._spans[first].start if first is not None else self._shifted(span.start)
        end = self._spans[last].end if last is not None else self._shifted(span.end)
        return Span(start, end)

    def is_cut_by(self, span: Span) -> bool:
        """Whether a span of the redacted text begins or ends within a tag.

        Parameters
        ----------
        span : Span
            Offsets into `text`.

        Returns
        -------
        bool
        """
        first, last = self._tag_at(span.start), self._tag_at(span.end - 1)
        begins_within = first is not None and span.start != self._starts[first]
        return begins_within or (last is not None and span.end != self._starts[last] + len(self._tags[last]))

    def restore(self, quote: str) -> str:
        """Put the original words back into a quote of the redacted text.

        Parameters
        ----------
        quote : str

        Returns
        -------
        str
        """
        known = {tag: self._original[span.start : span.end] for tag, span in zip(self._tags, self._spans, strict=True)}
        return _BRACKETED.sub(lambda found: known.get(found[0], found[0]), quote)

    def _tag_at(self, place: int) -> int | None:
        """Find the tag that a character of the redacted text belongs to."""
        number = bisect_right(self._starts, place) - 1
        inside = number >= 0 and place < self._starts[number] + len(self._tags[number])
        return number if inside else None

    def _shifted(self, place: int) -> int:
        """Give the original offset of a place that stands in no tag."""
        before = bisect_left(self._starts, place) - 1
        if before < 0:
            return place
        return place - self._starts[before] - len(self._tags[before]) + self._spans[before].end


class PatternRedactor:
    """Finds what has a form of its own: addresses of mail and machines, numbers of phones, cards, accounts, records.

    A second line of defence, never de-identification: names, places, dates and whatever
    is told in words stay in the text. Card and account numbers count where their check
    digits are right; any run of eight or more digits is taken for a record's number.

    Examples
    --------
    >>> text = "Call +49 30 901820 or write to ana@example.org."
    >>> Redacted.of(text, PatternRedactor()(text)).text
    'Call [PHONE 1] or write to [EMAIL 1].'
    """

    name = "patterns 1"
    """Goes into the key of stored answers; raised whenever a pattern changes."""

    def __repr__(self) -> str:
        return "PatternRedactor()"

    def __call__(self, text: str) -> Iterator[Redaction]:
        """Find spans to take out.

        Parameters
        ----------
        text : str

        Yields
        ------
        Redaction
            In order; none overlap.
        """
        for found in _FORMS.finditer(text):
            label = str(found.lastgroup)
            if label in _CHECKS and not _CHECKS[label](found[0]):
                label = "NUMBER" if re.search(r"\d{8}", found[0]) else ""
            if label:
                yield Redaction(found.start(), found.end(), label)


def _luhn(number: str) -> bool:
    """Whether the check digit of a card number is right."""
    digits = [int(digit) for digit in number if digit.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _iban(number: str) -> bool:
    """Whether the check digits of an account number are right."""
    plain = re.sub(r"\W", "", number).upper()
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def _ip(address: str) -> bool:
    """Whether it is an address of a machine; two colons alone are none."""
    try:
        ip_address(address)
    except ValueError:
        return False
    return len(address) > 4


_CHECKS = {"CARD": _luhn, "IBAN": _iban, "IP": _ip}

_FORMS = re.compile(
    r"(?P<EMAIL>(?<![\w.+-])[\w.+-]{1,128}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?P<IBAN>\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b)"
    r"|(?P<CARD>(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d))"
    r"|(?P<IP>(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![\w:]|\.\d))"
    r"|(?P<PHONE>(?<![\w.,+/-])(?:\+\d{1,3}+(?:[ ./-]{0,2}+\(?+\d{1,5}+\)?+){2,6}+"  # +49 30 901820
    r"|\(0?\d{2,5}\)[ ./-]{0,2}\d{2,5}(?:[ ./-]?\d{2,5}){0,4}"  # (030) 90 18 20
    r"|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"  # 555-010-0199
    r"|0\d{1,4}[ /-]\d{2,5}(?:[ -]?\d{2,5}){1,4})(?![\w]|[.,]\d))"  # 030 901820
    r"|(?P<NUMBER>(?<![\w.,])(?:\d{3}-\d{2}-\d{4}|\d{8,40})(?![\w]|[.,]\d))"
)


class _Tags:
    """Numbers what was taken out, by label; leaves out tags that a text already has."""

    def __init__(self, text: str) -> None:
        self._taken = {" ".join(inside.casefold().split()) for inside in _BRACKETED.findall(text)}
        self._given: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}

    def tag(self, label: str, words: str) -> str:
        """Return the stand-in for these words: the same each time they come, and in no text already."""
        if (label, words) not in self._given:
            number = self._last.get(label, 0) + 1
            while f"{label} {number}".casefold() in self._taken:
                number += 1
            self._last[label] = number
            self._given[label, words] = f"[{label} {number}]"
        return self._given[label, words]


def _longer(kept: str, tag: str) -> int:
    return len(kept) + len(tag)


def _checked(redaction: object, length: int) -> Redaction:
    """Take one redaction, or refuse it without a word of the text."""
    if not isinstance(redaction, tuple) or len(redaction) != 3:
        raise InvalidInputError(f"redact: got a {type(redaction).__name__}; Redaction(start, end, label) is expected")
    start, end, label = redaction
    if not all(isinstance(place, int) and not isinstance(place, bool) for place in (start, end)):
        raise InvalidInputError("redact: start and end are whole numbers, in characters")
    if not 0 <= start < end <= length:
        raise InvalidInputError(f"redact: got characters {start} to {end} of a text that has {length}, end exclusive")
    if not isinstance(label, str) or not _LABEL.fullmatch(label) or len(label) > 40:
        raise InvalidInputError("redact: a label has at most 40 capitals, digits and single spaces, such as 'EMAIL'")
    return Redaction(start, end, label)
