"""One document's course through a questionnaire: what is asked, what is asked again, what becomes of each reply."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pellucid.extraction._parse import UNREADABLE, Unreadable, fault, parse_object
from pellucid.extraction._prompt import WORDING, ask_questionnaire
from pellucid.extraction._sent import AT, PARTS, Redact, Sent
from pellucid.extraction._sentences import Numbered, numbered
from pellucid.llm import AnswerStore, Finish, Keeper, LanguageModel, Reply, Request, key_for, wording_digest
from pellucid.schema import Questionnaire, Reading, Source

_SHORTEST = 400
"""Characters of text below which a document is not halved any further."""

_OVERLAP = 400
"""Characters that two halves share, at most."""

_Said = dict[str, Any]


@dataclass(frozen=True)
class Manner:
    """How documents are read: what is asked of whom, and what is kept where."""

    questionnaire: Questionnaire
    model: LanguageModel
    store: AnswerStore | None = None
    redact: Redact | None = None
    sentences: bool = False

    @property
    def prompt(self) -> str:
        """Name of the prompt, as answers and stores carry it."""
        kind = f"{WORDING}, sentences" if self.sentences else WORDING
        return f"answers/{self.questionnaire.version}, {kind}"

    @cached_property
    def asked(self) -> dict[str, str]:
        """Every question with a digest of its wording."""
        return {question.id: wording_digest(question) for question in self.questionnaire.questions}


class ReadingCourse:
    """Ask a questionnaire about one document; see `pellucid.llm.Course`.

    Known answers come from the store. What a reply leaves unreadable is asked once more;
    a document that does not fit the context is read in parts that overlap.

    Parameters
    ----------
    name, text : str
        Of the document.
    manner : Manner
    """

    def __init__(self, name: str, text: str, manner: Manner) -> None:
        self._name = name
        self._sent = Sent(text, manner.redact)
        self._manner = manner
        key = key_for(manner.model, text, prompt=manner.prompt, settings=self._sent.settings)
        self._keeper = Keeper(manner.store, name, key, manner.asked)
        self._known: dict[str, _Said] = {}
        self._found: defaultdict[str, list[_Said]] = defaultdict(list)
        self._passing: set[str] = set()
        self._open = 0
        self._offsets = {self._sent.text: 0}  # of every part that is asked about
        self._texts = 1
        self._later: list[Request] = []  # parts that wait until one of their size has fitted

    def begin(self) -> Sequence[Request] | None:
        """Ask whatever is not known yet, unless another process is asking it."""
        known = self._keeper.begin()
        if known is None:
            return None
        self._known = known
        missing = [name for name in self._manner.questionnaire.ids if name not in known]
        self._open = 1
        return [self._request(missing, self._sent.text)] if missing else []

    def take(self, request: Request, reply: Reply) -> Sequence[Request]:
        """Take in one reply; return what it leaves to be asked."""
        halves = self._halves(request) if reply.finish is Finish.TOO_LONG else []
        follow = halves[:1]
        self._later += halves[1:]
        if not halves:
            good, bad = self._read(request, reply)
            again = reply.finish is Finish.COMPLETE and request.attempt == 1
            follow = [self._request(list(bad), request.text, attempt=2)] if bad and again else []
            self._note(reply, good if follow else {**good, **bad})
            follow += self._released(reply)
        self._open += len(follow) - 1
        if self._texts == 1 or not self._open:
            self._keep()
        return follow

    def abandon(self) -> None:
        """Let others ask what was not answered."""
        self._keeper.release()

    def reading(self) -> Reading:
        """Return the answers, one per question, in order."""
        model, prompt = self._manner.model.name, self._manner.prompt
        found = {**self._known, **self._merged()}
        answers = tuple(
            self._sent.answer(
                question,
                found[question.id],
                Source(model=model, prompt=prompt, recorded=question.id in self._known),
            )
            for question in self._manner.questionnaire.questions
        )
        return Reading(document=self._name, answers=answers, flags=self._sent.flags)

    def _request(self, asked: Sequence[str], text: str, *, attempt: int = 1) -> Request:
        whole = self._manner.questionnaire
        wanted = tuple(question for question in whole.questions if question.id in asked)
        return ask_questionnaire(
            Questionnaire(name=whole.name, version=whole.version, questions=wanted),
            document=self._name,
            text=text,
            numbered=self._numbered(text),
            attempt=attempt,
        )

    def _numbered(self, text: str) -> Numbered | None:
        return numbered(text) if self._manner.sentences else None

    def _halves(self, request: Request) -> list[Request]:
        """Put the same to each half of a text that was too long; nothing where it cannot be halved."""
        if len(request.text) < _SHORTEST or request.attempt > 1:
            return []
        self._texts += 1
        asked, offset = [part.key for part in request.parts], self._offsets[request.text]
        halves = []
        for start, end in _halved(request.text):
            half = request.text[start:end]
            self._offsets.setdefault(half, offset + start)
            halves.append(self._request(asked, half))
        return halves

    def _released(self, reply: Reply) -> list[Request]:
        """Ask about the parts that waited; about none where not even the smallest part fitted."""
        later, self._later = self._later, []
        if reply.finish is not Finish.TOO_LONG:
            return later
        for request in later:
            self._note(reply, self._read(request, reply)[1])
        return []

    def _read(self, request: Request, reply: Reply) -> tuple[dict[str, _Said], dict[str, _Said]]:
        """Tell what can be read of a reply from what cannot, with its cause."""
        asked = [part.key for part in request.parts]
        try:
            said = parse_object(reply)
            if not set(said) <= set(asked):
                raise Unreadable("the reply answers questions that were not asked")
        except Unreadable as error:
            return {}, {name: {UNREADABLE: str(error)} for name in asked}
        good, bad = {}, {}
        shown = self._numbered(request.text)
        for name in asked:
            one = _quoted(said.get(name), shown, request.text) if shown else said.get(name)
            cause = fault(self._manner.questionnaire[name], one)
            if cause or not isinstance(one, Mapping):
                bad[name] = {UNREADABLE: cause}
                continue
            good[name] = _with_probability(one, reply.probabilities.get(name))
            begins = _begins(said[name], shown) if shown else None
            if begins is not None:
                good[name][AT] = self._offsets[request.text] + begins
        return good, bad

    def _note(self, reply: Reply, said: Mapping[str, _Said]) -> None:
        for name, one in said.items():
            self._found[name].append(one)
            if reply.finish.is_passing:
                self._passing.add(name)

    def _merged(self) -> dict[str, _Said]:
        """Return what was found so far, the parts of the document taken together."""
        return {name: _merge(each, self._texts) for name, each in self._found.items()}

    def _keep(self) -> None:
        kept = {name: said for name, said in self._merged().items() if name not in self._passing}
        self._keeper.put(kept, last=not self._open)


def _with_probability(said: Mapping[str, Any], probabilities: Mapping[str, float] | None) -> _Said:
    """Add the model's own probability of the value it gave, where it has one; a number it wrote down is none."""
    value = said["value"]
    plain = {key: one for key, one in said.items() if key != "probability"}
    if not probabilities or not (value is None or isinstance(value, str)):
        return plain
    known = probabilities.get(value or "")
    return plain if known is None else {**plain, "probability": min(1.0, max(0.0, known))}


def _quoted(said: object, shown: Numbered, text: str) -> object:
    """Put the sentence itself in place of its id; what has another form or an unknown id becomes an empty reply."""
    if not isinstance(said, Mapping):
        return said
    named = said.get("sentence")
    span = shown.spans.get(named) if isinstance(named, str) else None
    if not set(said) <= {"value", "sentence", "probability"} or (span is None and named is not None):
        return {}
    rest = {key: value for key, value in said.items() if key != "sentence"}
    return {**rest, "quote": text[span.start : span.end] if span else ""}


def _begins(said: object, shown: Numbered) -> int | None:
    """Where the sentence that was named begins, in the text that was numbered."""
    span = shown.spans.get(said.get("sentence", "")) if isinstance(said, Mapping) else None
    return span.start if span else None


def _halved(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Cut a text in the middle, at white space where there is some, into two that overlap."""
    overlap = min(_OVERLAP, len(text) // 8)
    ends = text.find(" ", len(text) // 2 + overlap // 2)
    begins = text.rfind(" ", 0, len(text) // 2 - overlap // 2)
    ends = ends if 0 < ends < len(text) * 3 // 4 else len(text) // 2 + overlap // 2
    begins = begins if begins > len(text) // 4 else len(text) // 2 - overlap // 2
    return (0, ends), (begins, len(text))


def _merge(each: Sequence[_Said], texts: int) -> _Said:
    """Join what the parts of one document say to one question.

    Where they disagree nothing is said, nor where one could not be read: it might disagree.
    """
    if texts == 1:
        return each[0]
    unread = [said for said in each if UNREADABLE in said]
    if unread:
        return unread[0]
    stated = [said for said in each if said.get("value") is not None]
    if len({said["value"] for said in stated}) > 1:
        return {UNREADABLE: f"the {texts} parts of the document disagree"}
    return {**(stated or each)[0], PARTS: texts}
