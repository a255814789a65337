"""Who takes part in a comparison of labels: glass boxes taught by people, by the language model or by both."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import EBMClassifier
from pellucid.labeling import DirectLLMClassifier, DistilledClassifier, RecalibratedLLMClassifier
from pellucid.schema import Domain
from pellucid.study._contenders import DIRECT
from pellucid.study._documents import TEXT, ReadDomain, read_domain
from pellucid.validation import Contender, tfidf_rival

GOLD_ONLY = "EBM, gold labels"
DISTILLED = "distilled, no gold label"
DISTILLED_ALL = "distilled, no gold label, all documents"
BOTH = "gold and LLM"
OPINION = "gold and LLM, with opinion"
RECALIBRATED = "direct LLM, recalibrated"
WORDS = "TF-IDF"

_CLASSES = (0, 1)


class Labelled(NamedTuple):
    """A domain's documents, read and labelled by the language model.

    Attributes
    ----------
    read : ReadDomain
    table : DataFrame, index: document id
        Answers, text, and one column per label prompt with the probability of the outcome.
    teachers : tuple of str
        Columns of the label prompts.
    direct : str
        The one of kind ``direct``.
    """

    read: ReadDomain
    table: pd.DataFrame
    teachers: tuple[str, ...]
    direct: str


def labelled_domain(domain: Domain) -> Labelled:
    """Read a domain's documents and what its recorded label prompts said of them.

    Parameters
    ----------
    domain : Domain

    Returns
    -------
    Labelled

    Raises
    ------
    InvalidInputError
        If no direct prediction is recorded.
    """
    read = read_domain(domain)
    asked = {f"{one.id}/{one.version}" for one in domain.label_prompts}
    prompts = [prompt for prompt in read.recording.prompts if prompt in asked or prompt.startswith("direct/")]
    direct = [prompt for prompt in prompts if prompt.startswith("direct/")]
    if not direct:
        raise InvalidInputError(
            f"domain {domain.name!r}: recorded are {', '.join(read.recording.prompts)}; labels need the language "
            "model's own predictions, recorded for a prompt such as 'direct/1'"
        )
    said = {f"LLM {prompt}": _said(read, prompt) for prompt in prompts}
    return Labelled(read, read.table.assign(**said), tuple(said), f"LLM {direct[0]}")


def label_contenders(labelled: Labelled) -> dict[str, Contender]:
    """Return everyone who takes part, by name.

    Parameters
    ----------
    labelled : Labelled

    Returns
    -------
    dict of str to Contender
    """
    read, teachers = labelled.read, list(labelled.teachers)
    known = (read.domain.contamination,) if read.domain.contamination else ()
    columns = [*read.questions, *teachers]

    def distilled(about: str, learns_from: str, **settings: object) -> Contender:
        model = DistilledClassifier(teacher=teachers, classes=_CLASSES, **settings)  # type: ignore[arg-type]
        return Contender(
            model, columns, about=about, glass_box=True, uses_answers=True, caveats=known, learns_from=learns_from
        )

    alone: Mapping[str, object] = {"strategy": "distilled", "recalibrate": False, "measure_fidelity": False}
    return {
        GOLD_ONLY: Contender(
            EBMClassifier(), read.questions, about="An EBM taught by gold labels.", glass_box=True, uses_answers=True
        ),
        DISTILLED: distilled("An EBM taught by the language model's log-odds alone.", "unlabelled", **alone),
        DISTILLED_ALL: distilled("The same, taught on the tested documents too.", "all", **alone),
        BOTH: distilled("EBMs taught by both, stacked and recalibrated.", "train"),
        OPINION: distilled(
            "The same, with what the language model says beyond it as one more term.", "train", opinion=True
        ),
        DIRECT: Contender(
            RecalibratedLLMClassifier(labelled.direct, classes=_CLASSES),
            [labelled.direct],
            about="The language model's own stated probability.",
            caveats=known,
            learns_from="unlabelled",
        ),
        RECALIBRATED: Contender(
            RecalibratedLLMClassifier(labelled.direct, classes=_CLASSES),
            [labelled.direct],
            about="The same, its level and slope settled on gold labels.",
            caveats=known,
            learns_from="train",
        ),
        WORDS: Contender(tfidf_rival(), TEXT, about="Words and word pairs, logistic regression; no language model."),
    }


def _said(read: ReadDomain, prompt: str) -> np.ndarray:
    """Return the recorded probability of the outcome for every document, NaN where a reply could not be read."""
    model = DirectLLMClassifier(read.recording, prompt=prompt).fit(read.table[TEXT], read.outcome)
    return np.array([one.probability for one in model.read(read.table[TEXT])], dtype=float)
