"""Ask a questionnaire about documents: from a recording, or of a live language model."""

from collections.abc import Callable
from typing import Any

from pellucid._checks import Texts
from pellucid.exceptions import InvalidInputError
from pellucid.extraction._evidence import Evidence
from pellucid.extraction._parse import Unreadable, parse_object, to_answer
from pellucid.extraction._prompt import WORDING, ask_questionnaire
from pellucid.llm import LanguageModel, Recording, Reply, ask
from pellucid.schema import Answer, Questionnaire, Reading, Source, Status

Progress = Callable[[int, int], None]
"""Called with (documents read, documents in all)."""


def read_documents(
    documents: Texts,
    questionnaire: Questionnaire,
    model: Recording | LanguageModel,
    *,
    prompt: str | None = None,
    progress: Progress | None = None,
) -> list[Reading]:
    """Read documents through a questionnaire.

    Parameters
    ----------
    documents : Texts
    questionnaire : Questionnaire
    model : Recording or LanguageModel
    prompt : str or None, default=None
        Which recorded prompt to replay; None takes that of the questionnaire's version,
        such as ``"answers/1"``. A live model is always asked in the current wording.
    progress : callable or None, default=None
        Called with (read, in all) after each document.

    Returns
    -------
    list of Reading
        One per document, in order; every question has an answer, whatever came back.

    Raises
    ------
    NotRecorded
        If a recording lacks a document or a question.
    ModelReplyError
        If a live model does not give one reply per request.
    """
    if isinstance(model, Recording):
        return _replay(documents, questionnaire, model, prompt, progress)
    if not isinstance(model, LanguageModel):
        raise InvalidInputError(
            f"model: got {type(model).__name__}; a Recording, or an object with `name` and `reply(requests)`"
        )
    return _ask(documents, questionnaire, model, progress)


def _answers_prompt(recording: Recording, questionnaire: Questionnaire) -> str:
    """Return the prompt that recorded this version of a questionnaire; another version's answers are not its own."""
    wanted = f"answers/{questionnaire.version}"
    if wanted not in recording.prompts:
        raise InvalidInputError(
            f"prompt: the questionnaire is version {questionnaire.version}, so {wanted!r} is looked for; recorded "
            f"are {', '.join(recording.prompts) or 'none'}. Record again, or name the prompt if the questions stayed"
        )
    return wanted


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
    documents: Texts,
    questionnaire: Questionnaire,
    recording: Recording,
    prompt: str | None,
    progress: Progress | None,
) -> list[Reading]:
    prompt = prompt or _answers_prompt(recording, questionnaire)
    model = recording.model_for(prompt)
    source = Source(model=model, prompt=prompt, recorded=True)
    readings = []
    for name, text in zip(documents.names, documents.texts, strict=True):
        evidence = Evidence(text)
        answers = tuple(
            to_answer(
                question,
                recording.reply(text, asked=question.id, prompt=prompt, model=model, name=name),
                evidence,
                source,
            )
            for question in questionnaire.questions
        )
        # The caller's own name counts: two documents may have the same text.
        known = None if documents.named else recording.document(text)
        readings.append(Reading(document=known or name, answers=answers))
        if progress:
            progress(len(readings), len(documents.texts))
    return readings


def _ask(
    documents: Texts, questionnaire: Questionnaire, model: LanguageModel, progress: Progress | None
) -> list[Reading]:
    requests = [
        ask_questionnaire(questionnaire, document=name, text=text)
        for name, text in zip(documents.names, documents.texts, strict=True)
    ]
    replies = ask(model, requests)
    source = Source(model=model.name, prompt=f"answers/{questionnaire.version}, {WORDING}")
    readings = []
    for name, text, reply in zip(documents.names, documents.texts, replies, strict=True):
        answers = _answers(questionnaire, reply, Evidence(text), source)
        readings.append(Reading(document=name, answers=answers))
        if progress:
            progress(len(readings), len(requests))
    return readings


def _answers(questionnaire: Questionnaire, reply: Reply, evidence: Evidence, source: Source) -> tuple[Answer, ...]:
    """Answer every question from one live reply; a fault in it makes all of them unreadable."""
    said: dict[str, Any] = {}
    cause = ""
    try:
        said = parse_object(reply)
    except Unreadable as error:
        cause = str(error)
    if not cause and not set(said) <= set(questionnaire.ids):
        cause = "the reply answers questions that were not asked"
    if cause:
        return tuple(
            Answer(question=name, value=None, status=Status.UNREADABLE, cause=cause, source=source)
            for name in questionnaire.ids
        )
    return tuple(to_answer(q, said.get(q.id), evidence, source) for q in questionnaire.questions)
