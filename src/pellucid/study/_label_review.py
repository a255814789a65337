"""The recorded labels of a domain as a review queue."""

from pellucid.labeling import LabelCuration
from pellucid.schema import Domain, ReviewQueue
from pellucid.study._documents import TEXT
from pellucid.study._label_contenders import labelled_domain


def review_labels(domain: Domain, *, seed: int = 0, n_jobs: int | None = None) -> ReviewQueue:
    """Curate what a language model said of a domain's documents; no outcome is looked at.

    Parameters
    ----------
    domain : Domain
        With answers and direct predictions recorded.
    seed : int, default=0
    n_jobs : int or None, default=None
        Processes; None is one.

    Returns
    -------
    ReviewQueue
    """
    labelled = labelled_domain(domain)
    answers, said = labelled.table[labelled.read.questions], labelled.table[labelled.direct]
    curation = LabelCuration(seed=seed, n_jobs=n_jobs)
    return curation.curate(answers, said, texts=labelled.table[TEXT]).queue
