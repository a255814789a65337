"""A text that is in no recording: checked, and its questions answered by a live model or by a person."""

import time
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from pellucid._checks import MAX_CHARACTERS, check_text
from pellucid.casework._answers import answered_by, check_quotes, check_values
from pellucid.exceptions import InvalidInputError, PellucidError
from pellucid.extraction import Sent, read_stream
from pellucid.labeling import DirectLLMClassifier
from pellucid.llm import LanguageModel
from pellucid.schema import DirectPrediction, Domain, Questionnaire, Reading, Value, has_surrogate

LONGEST_NAME = 200
"""Characters of a document's name at most."""


class ReadText(NamedTuple):
    """A new text with its answers.

    Attributes
    ----------
    reading : Reading
    source : str
        Who answered, in words.
    direct : DirectPrediction or None
        The language model's own probability, where it was asked.
    """

    reading: Reading
    source: str
    direct: DirectPrediction | None = None


def check_new_text(name: str, text: str, max_characters: int = MAX_CHARACTERS) -> None:
    """Refuse a name or a text that cannot be used; neither is repeated.

    Parameters
    ----------
    name, text : str
    max_characters : int, default=400_000

    Raises
    ------
    InvalidInputError
        If the name is empty, too long or holds control characters; if the text is empty,
        too long or holds half a character.
    """
    odd = not isinstance(name, str) or any(unicodedata.category(one) in ("Cc", "Cs") for one in name)
    if odd or not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInputError(f"name: 1 to {LONGEST_NAME} characters are expected, none of them a control character")
    check_text(name, text, max_characters)
    if has_surrogate(text):
        raise InvalidInputError(
            f"document {name!r} holds half a character (a lone surrogate), which no file can keep; remove it"
        )


def read_by_person(
    name: str,
    text: str,
    questionnaire: Questionnaire,
    answers: Mapping[str, Value | None],
    quotes: Mapping[str, str],
    person: str,
) -> ReadText:
    """Take the answers of a person.

    Parameters
    ----------
    name, text : str
        Checked already.
    questionnaire : Questionnaire
    answers : mapping of str to int, float, str or None
        What is not given is not stated.
    quotes : mapping of str to str
        Words of the document behind them.
    person : str
        Empty where nobody is named.

    Returns
    -------
    ReadText

    Raises
    ------
    InvalidInputError
        If an answer or a quote cannot be used.
    """
    values = check_values(questionnaire, answers, "answers")
    given = answered_by(person, questionnaire, values, check_quotes(quotes, values), text)
    reading = Reading(document=name, answers=given, flags=Sent(text).flags)
    return ReadText(reading, f"answered by {person}" if person else "answered by a person")


def read_by_model(name: str, text: str, domain: Domain, model: LanguageModel, *, ask_directly: bool) -> ReadText:
    """Ask a live model.

    Parameters
    ----------
    name, text : str
        Checked already.
    domain : Domain
    model : LanguageModel
    ask_directly : bool
        Whether it is also asked for the outcome itself.

    Returns
    -------
    ReadText
        `source` tells seconds and, where the model counts them, tokens; while others use
        the same model at the same time, their tokens are among them.

    Raises
    ------
    ModelAccessError, BudgetExceeded, DeadlineExceeded
        If the model cannot be asked.
    """
    before, began = _tokens(model), time.monotonic()
    (reading,) = read_stream([(name, text)], domain.questionnaire, model)
    direct, failed = _direct(name, text, domain, model) if ask_directly else (None, "")
    seconds, after = time.monotonic() - began, _tokens(model)
    spent = "" if before is None or after is None else f", {after - before:,} tokens"
    return ReadText(reading, f"read just now by {model.name} in {seconds:.1f} s{spent}{failed}", direct)


def _direct(name: str, text: str, domain: Domain, model: LanguageModel) -> tuple[DirectPrediction | None, str]:
    """Ask for the outcome itself; both classes are known, so nothing has to be fitted."""
    asked = DirectLLMClassifier(model, task=domain.task).fit([text, text], [0, 1])
    try:
        (found,) = asked.read(pd.Series([text], index=[name]))
    except PellucidError:  # a budget spent, a server gone: the answers that came before are not thrown away
        return None, "; its own probability could not be asked for"
    return found, ""


def _tokens(model: LanguageModel) -> int | None:
    """Add up what the model's own counter says, as far as it keeps one."""
    usage = getattr(model, "usage", None)
    parts: Sequence[object] = [getattr(usage, part, None) for part in ("prompt_tokens", "reply_tokens")]
    return sum(part for part in parts if isinstance(part, int)) if any(isinstance(p, int) for p in parts) else None
