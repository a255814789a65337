"""One document's course to a direct prediction: how the outcome is asked, and what is made of the reply."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from pellucid.labeling._label_course import Asked, OutcomeCourse
from pellucid.labeling._label_forms import (
    MATERIAL,
    SCORED,
    SCORED_SCHEMA,
    WRITTEN_SCHEMA,
    fault,
    is_scored,
    outcome_request,
    read_scored,
    read_written,
    words,
)
from pellucid.llm import Reply, Request
from pellucid.schema import DirectPrediction, Source

VERBALISED = "direct/2"
LOGPROB = "direct/3"
"""Versions of the two wordings: a probability written down, or yes and no scored."""

_WRITTEN = f"""\
You read one document and give your own probability of an outcome, as well calibrated as you can.
{MATERIAL}
Reply with one JSON object and nothing else: {{"probability": from 0.01 to 0.99, "rationale": "at most 25 words"}}."""


class DirectWording(NamedTuple):
    """How the outcome is asked: its task, in one of the two ways."""

    task: str
    scored: bool = False

    @property
    def prompt(self) -> str:
        """Name of the prompt, as predictions and stores carry it."""
        return LOGPROB if self.scored else VERBALISED

    @property
    def digest(self) -> str:
        """Digest of the task."""
        return hashlib.sha256(self.task.encode()).hexdigest()[:16]

    def request(self, document: str, text: str, attempt: int) -> Request:
        """Put the outcome to a text."""
        question = f"Does this hold? {self.task}" if self.scored else f"Outcome: {self.task}"
        system, schema = (SCORED, SCORED_SCHEMA) if self.scored else (_WRITTEN, WRITTEN_SCHEMA)
        return outcome_request(document, text, question, system=system, schema=schema, attempt=attempt)

    def read(self, reply: Reply) -> dict[str, Any]:
        """Return what a reply says, or why it cannot be read."""
        return read_scored(reply) if self.scored else read_written(reply, WRITTEN_SCHEMA)


class DirectCourse(OutcomeCourse):
    """Ask for the direct prediction of one document.

    Parameters
    ----------
    name, text : str
        Of the document.
    wording : DirectWording
    asked : Asked
    """

    def __init__(self, name: str, text: str, wording: DirectWording, asked: Asked) -> None:
        super().__init__(name, text, wording, asked)
        self._model = asked.model.name

    def prediction(self) -> DirectPrediction:
        """Return what was said."""
        source = Source(model=self._model, prompt=self.prompt, recorded=self.recorded)
        return to_prediction(self.name, self.said, source)


def to_prediction(document: str, said: Mapping[str, Any], source: Source) -> DirectPrediction:
    """Read one reply, live or kept; anything but a number between 0 and 1 is unreadable.

    Parameters
    ----------
    document : str
    said : Mapping
    source : Source

    Returns
    -------
    DirectPrediction
    """
    if cause := fault(said):
        return DirectPrediction(document=document, probability=None, cause=cause, source=source)
    return DirectPrediction(
        document=document,
        probability=said["probability"],
        rationale=words(said, "rationale"),
        kind="logprob" if is_scored(said) else "verbalised",
        source=source,
    )
