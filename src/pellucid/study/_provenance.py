"""Digests of everything a study was computed from, so that each number can be traced."""

import hashlib

from pellucid.schema import Provenance, text_digest, to_json
from pellucid.study._documents import ReadDomain


def traced(read: ReadDomain, command: str = "") -> Provenance:
    """Return the digests of a domain's documents, outcomes, questionnaire, prompts and recordings.

    Parameters
    ----------
    read : ReadDomain
    command : str, default=""
        What repeats the study.

    Returns
    -------
    Provenance
    """
    domain = read.domain
    texts = domain.documents()
    return Provenance(
        documents=text_digest(to_json([[name, text] for name, text in texts.items()])),
        outcomes=text_digest(to_json([[name, int(value)] for name, value in read.outcome.items()])),
        questionnaire=text_digest(domain.questionnaire.model_dump_json()),
        prompts={name: text_digest(_wording(read, name)) for name in read.recording.prompts},
        recordings={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in domain.recordings()},
        model=domain.recorded_model,
        command=command,
    )


def _wording(read: ReadDomain, prompt: str) -> str:
    """Return what was asked under a name: the words of the domain, or its questionnaire."""
    for one in read.domain.label_prompts:
        if prompt == f"{one.id}/{one.version}":
            return f"{read.domain.task}\n{one.ask}"
    return read.domain.questionnaire.model_dump_json()
