"""A document as it is sent to a model, and the way back from there to the document itself."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from pellucid.extraction._cues import Cue, cues
from pellucid.extraction._evidence import Evidence, Span
from pellucid.extraction._orders import Order, orders
from pellucid.extraction._parse import to_answer
from pellucid.extraction._redaction import Redacted, Redaction
from pellucid.extraction._sentences import sentence_of
from pellucid.schema import Answer, Context, Flag, Question, Source, Status, text_digest

Redact = Callable[[str], Iterable[Redaction]]
"""Says what of a text is not to be sent."""

PARTS, AT = "parts", "at"
"""Keys under which a store keeps in how many parts a document was read, and where a numbered sentence begins."""

NEAR = 40
"""Characters between a quote and a word that may turn its meaning: farther off it seldom does."""

_ORDER = "the quote stands in words that read like an order to the reader"


class Sent:
    """One document: what is sent of it, where a quote of that stands, and what to be wary of.

    Parameters
    ----------
    text : str
        The document.
    redact : callable or None, default=None
        What to take out before anything is sent.
    """

    def __init__(self, text: str, redact: Redact | None = None) -> None:
        self.original = text
        self._redacted = Redacted.of(text, redact(text)) if redact else None
        self.text = self._redacted.text if self._redacted else text
        self._known_cues: dict[Span, Sequence[Cue]] = {}

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.text)

    @cached_property
    def orders(self) -> list[Order]:
        """Spans of the original that read like orders to whoever reads it."""
        return orders(self.original)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The same, as a reading keeps them."""
        return tuple(Flag(start=order.start, end=order.end, kind=order.kind) for order in self.orders)

    def _cues(self, sentence: Span) -> Sequence[Cue]:
        if sentence not in self._known_cues:  # several answers rest on the same sentence
            self._known_cues[sentence] = cues(self.original[sentence.start : sentence.end])
        return self._known_cues[sentence]

    @property
    def settings(self) -> str:
        """Tell a redacted text apart from the text itself, and from the same text redacted otherwise."""
        return f"redacted to {text_digest(self.text)[:16]}" if self._redacted else ""

    def locate(self, quote: str, at: int | None = None) -> Span | None:
        """Return where a quote of what was sent stands in the original, or None.

        Parameters
        ----------
        quote : str
        at : int or None, default=None
            Where it stands in what was sent, if that is known; it is looked up all the same.

        Returns
        -------
        Span or None
            None also for a quote without a letter, digit or symbol, and for one that cuts
            what stands in place of words that were taken out.
        """
        if all(unicodedata.category(character)[0] in "PZC" for character in quote):
            return None
        if at is not None and self.text.startswith(quote, at):
            span: Span | None = Span(at, at + len(quote))
        else:
            span = self._evidence.locate(quote)
        if span is None or self._redacted is None:
            return span
        return None if self._redacted.is_cut_by(span) else self._redacted.original(span)

    def answer(self, question: Question, said: Mapping[str, Any], source: Source) -> Answer:
        """Turn a reply, live or kept, into an answer with all that belongs to it.

        Parameters
        ----------
        question : Question
        said : Mapping
            As a store keeps it.
        source : Source

        Returns
        -------
        Answer
        """
        parts, at = said.get(PARTS, 1), said.get(AT)
        if parts != 1:
            source = source.model_copy(update={"prompt": f"{source.prompt}, in {parts} parts"})
        plain = {key: value for key, value in said.items() if key not in (PARTS, AT)}
        place = at if isinstance(at, int) and not isinstance(at, bool) and at >= 0 else None
        return self.weighed(to_answer(question, plain, _Placed(self, place), source))

    def weighed(self, answer: Answer) -> Answer:
        """Add what a person should see beside an answer's quote; a quote out of an order supports nothing."""
        if answer.start is None or answer.end is None:
            return answer
        if any(order.start < answer.end and answer.start < order.end for order in self.orders):
            changed = {"status": Status.UNSUPPORTED, "start": None, "end": None, "cause": _ORDER}
            return answer.model_copy(update=changed)
        around = sentence_of(self.original, answer.start, answer.end)
        at, end = answer.start - around.start, answer.end - around.start
        # A cue within the quote is read with it; one just outside may turn its meaning unseen.
        outside = [cue for cue in self._cues(around) if at - NEAR <= cue.end <= at or end <= cue.start <= end + NEAR]
        told = tuple(dict.fromkeys(f"{cue.kind} “{cue.word}”" for cue in outside))
        context = Context(start=around.start, end=around.end, cues=told)
        return answer.model_copy(update={"context": context})


class _Placed(NamedTuple):
    """A document in which a quote is looked for at one place first."""

    sent: Sent
    at: int | None

    def locate(self, quote: str) -> Span | None:
        """Where the quote stands."""
        return self.sent.locate(quote, self.at)
