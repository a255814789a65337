"""Ask a questionnaire about documents: from a recording, or of a live language model."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Any

from pellucid._checks import Texts, check_option, check_text, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.extraction._reading import Manner, ReadingCourse
from pellucid.extraction._sent import Redact, Sent
from pellucid.llm import AnswerStore, LanguageModel, Recording, run
from pellucid.schema import Questionnaire, Reading, Source

Progress = Callable[[int, int], None]
"""Called with (documents read, documents in all)."""


def read_documents(
    documents: Any,
    questionnaire: Questionnaire,
    model: Recording | LanguageModel,
    *,
    prompt: str | None = None,
    progress: Progress | None = None,
    store: AnswerStore | None = None,
    redact: Redact | None = None,
    evidence: str = "quote",
) -> list[Reading]:
    """Read documents through a questionnaire.

    Parameters
    ----------
    documents : iterable of str, Series, or DataFrame of one column
        Named by their index labels, where they have any.
    questionnaire, model, prompt, store, redact, evidence : as in `read_stream`
    progress : callable or None, default=None
        Called with (read, in all) after each document.

    Returns
    -------
    list of Reading
        One per document, in order; every question has an answer, whatever came back.

    Raises
    ------
    InvalidInputError
        If there is no document, or one is empty, too long or not a string.
    NotRecorded
        If a recording lacks a document or a question.
    ModelReplyError
        If a live model does not give one reply per request.
    """
    texts = documents if isinstance(documents, Texts) else check_texts(documents)
    stream = read_stream(
        zip(texts.names, texts.texts, strict=True),
        questionnaire,
        model,
        prompt=prompt,
        store=store,
        redact=redact,
        evidence=evidence,
        named=texts.named,
    )
    readings = []
    with closing(stream) as found:  # what is under way is given up at once, not when an error is forgotten
        for reading in found:
            readings.append(reading)
            if progress:
                progress(len(readings), len(texts.texts))
    return readings


def read_stream(
    documents: Iterable[tuple[str, str]],
    questionnaire: Questionnaire,
    model: Recording | LanguageModel,
    *,
    prompt: str | None = None,
    store: AnswerStore | None = None,
    redact: Redact | None = None,
    evidence: str = "quote",
    named: bool = True,
) -> Generator[Reading, None, None]:
    """Read any number of documents, one after another coming out in order.

    Only as many documents are held in memory as are worked on at once. Where there is a
    store, it is asked before the model, and every answer is put into it as it comes: a
    reading that was stopped goes on where it was.

    Parameters
    ----------
    documents : iterable of (str, str)
        Name and text of each.
    questionnaire : Questionnaire
    model : Recording or LanguageModel
    prompt : str or None, default=None
        Which recorded prompt to replay; None takes that of the questionnaire's version,
        such as ``"answers/1"``. A live model is always asked in the current wording.
    store : AnswerStore or None, default=None
        Where a live model's answers are kept.
    redact : callable or None, default=None
        Given a text, says which spans a live model is not to see; offsets of quotes are
        mapped back to the document. A recording that was made with one needs the same.
    evidence : {"quote", "sentence"}, default="quote"
        What a live model gives as evidence: its own quote, or the id of a sentence, which
        is always verbatim and usually longer.
    named : bool, default=True
        Whether the names are the caller's own; otherwise a recording may know better ones.

    Yields
    ------
    Reading
        One per document; every question has an answer, whatever came back.

    Raises
    ------
    NotRecorded
        If a recording lacks a document or a question.
    ModelAccessError, BudgetExceeded, DeadlineExceeded
        If a live model cannot go on; what was answered is in the store.

    Examples
    --------
    >>> from pellucid.llm import ScriptedModel
    >>> from pellucid.schema import Question
    >>> pain = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
    >>> model = ScriptedModel({"a-1": '{"pain": {"value": "no", "quote": "no pain"}}'})
    >>> [reading.answers[0].value for reading in read_stream([("a-1", "Today no pain.")], pain, model)]
    ['no']
    """
    check_option("evidence", evidence, ("quote", "sentence"))
    if isinstance(model, Recording):
        return _replay(documents, questionnaire, model, prompt=prompt, redact=redact, named=named)
    if not isinstance(model, LanguageModel):
        raise InvalidInputError(
            f"model: got {type(model).__name__}; a Recording, or an object with `name` and `reply(requests)`"
        )
    return _ask(documents, Manner(questionnaire, model, store, redact, evidence == "sentence"))


def _ask(documents: Iterable[tuple[str, str]], manner: Manner) -> Generator[Reading, None, None]:
    courses = (ReadingCourse(name, check_text(name, text), manner) for name, text in documents)
    with closing(run(courses, manner.model)) as finished:
        for course in finished:
            yield course.reading()


def _answers_prompt(recording: Recording, questionnaire: Questionnaire) -> str:
    """Return the prompt that recorded this version of a questionnaire; another version's answers are not its own."""
    wanted = f"answers/{questionnaire.version}"
    if wanted in recording.prompts:
        return wanted
    live = [prompt for prompt in recording.prompts if prompt.startswith(f"{wanted}, ")]  # as a store exports it
    if len(live) == 1:
        return live[0]
    if live:
        raise InvalidInputError(f"prompt: the recording holds {', '.join(live)}; name one with prompt=")
    raise InvalidInputError(
        f"prompt: the questionnaire is version {questionnaire.version}, so {wanted!r} is looked for; recorded "
        f"are {', '.join(recording.prompts) or 'none'}. Record again, or name the prompt if the questions stayed"
    )


def recorded_prompt(recording: Recording, kind: str, prompt: str | None) -> str:
    """Return the prompt to replay: the one named, or the only one of its kind.

    Parameters
    ----------
    recording : Recording
    kind : str
        Such as ``"answers"``.
    prompt : str or None

    Returns
    -------
    str

    Raises
    ------
    InvalidInputError
        If none or several of that kind were recorded and none is named.
    """
    if prompt is not None:
        return prompt
    found = [name for name in recording.prompts if name.startswith(f"{kind}/")]
    if not found:
        raise InvalidInputError(
            f"prompt: nothing of kind {kind!r} is recorded; recorded are {', '.join(recording.prompts) or 'none'}"
        )
    if len(found) > 1:
        raise InvalidInputError(f"prompt: the recording holds {', '.join(found)}; name one with prompt=")
    return found[0]


def _replay(
    documents: Iterable[tuple[str, str]],
    questionnaire: Questionnaire,
    recording: Recording,
    *,
    prompt: str | None,
    redact: Redact | None,
    named: bool,
) -> Generator[Reading, None, None]:
    prompt = prompt or _answers_prompt(recording, questionnaire)
    model = recording.model_for(prompt)
    source = Source(model=model, prompt=prompt, recorded=True)
    for name, text in documents:
        sent = Sent(text, redact)
        answers = tuple(
            sent.answer(
                question,
                recording.reply(text, asked=question.id, prompt=prompt, model=model, name=name),
                source,
            )
            for question in questionnaire.questions
        )
        yield Reading(document=recording.called(text, name, named=named), answers=answers, flags=sent.flags)
