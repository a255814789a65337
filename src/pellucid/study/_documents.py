"""A domain's documents, read from its recordings, with what must be said about them."""

from typing import NamedTuple

import pandas as pd

from pellucid.exceptions import InvalidInputError
from pellucid.extraction import LLMFeatureExtractor
from pellucid.llm import Recording
from pellucid.schema import Domain, Reading

TEXT = "document text"
"""Column of the texts; no question can have that name."""


class ReadDomain(NamedTuple):
    """A domain's documents, read.

    Attributes
    ----------
    domain : Domain
    recording : Recording
    readings : list of Reading
    table : DataFrame, index: document id
        One column per question, and `TEXT`.
    outcome : Series of int, index: document id
    """

    domain: Domain
    recording: Recording
    readings: list[Reading]
    table: pd.DataFrame
    outcome: "pd.Series[int]"

    @property
    def has_direct(self) -> bool:
        """Whether the language model's own predictions are recorded."""
        return any(prompt.startswith("direct/") for prompt in self.recording.prompts)

    @property
    def questions(self) -> list[str]:
        """Columns that are features."""
        return list(self.domain.questionnaire.ids)


def read_domain(domain: Domain) -> ReadDomain:
    """Read every document of a domain from its recordings.

    Parameters
    ----------
    domain : Domain

    Returns
    -------
    ReadDomain

    Raises
    ------
    InvalidInputError
        If the domain has no recordings, or two documents have the same text.
    """
    paths = domain.recordings()
    if not paths:
        raise InvalidInputError(f"domain {domain.name!r} has no recordings; put them into {domain.folder}/recordings")
    recording = Recording.from_file(*paths)
    documents = domain.documents()
    twice = documents[documents.duplicated(keep=False)]
    if len(twice):
        raise InvalidInputError(
            f"domain {domain.name!r}: {twice.index[0]!r} and {twice[twice == twice.iloc[0]].index[1]!r} have the same "
            "text; they would stand on both sides of a fold and flatter whatever remembers texts. Keep one of each"
        )
    extractor = LLMFeatureExtractor(domain.questionnaire, recording).fit(documents)
    readings = extractor.read(documents)
    table = extractor.to_features(readings, index=documents.index).assign(**{TEXT: documents})
    return ReadDomain(domain, recording, readings, table, domain.outcome())


def cautions(domain: Domain) -> tuple[str, ...]:
    """Return what must be said before any number of a domain.

    Parameters
    ----------
    domain : Domain

    Returns
    -------
    tuple of str
    """
    return tuple(said for said in (domain.uses, domain.contamination, domain.caution) if said)
