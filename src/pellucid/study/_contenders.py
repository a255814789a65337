"""Who takes part in a study: four glass boxes, the LLM itself, and three baselines."""

from collections.abc import Mapping
from typing import Any

from pellucid.glassbox import EBMClassifier, RiskScoreClassifier, ShallowTreeClassifier, SparseLinearClassifier
from pellucid.labeling import DirectLLMClassifier
from pellucid.study._documents import TEXT, ReadDomain
from pellucid.validation import Contender, XGBoostRival, prevalence_rival, tfidf_rival

GLASS_BOXES: Mapping[str, Any] = {
    "EBM": EBMClassifier(),
    "sparse linear": SparseLinearClassifier(),
    "shallow tree": ShallowTreeClassifier(),
    "risk score": RiskScoreClassifier(max_questions=6),
}
"""The glass boxes every study compares, by the name they have in its tables."""

ABOUT: Mapping[str, str] = {
    "EBM": "A sum of one learnt curve per question (explainable boosting machine).",
    "sparse linear": "A weighted sum of at most ten questions (L1 logistic regression).",
    "shallow tree": "At most three questions on the way to a leaf.",
    "risk score": "Whole points for at most six questions, added by hand.",
}
"""What each glass box is, in a sentence."""

DIRECT = "direct LLM"
"""The contender that all others are compared with."""


def contenders(read: ReadDomain) -> dict[str, Contender]:
    """Return everyone who takes part, by name.

    Parameters
    ----------
    read : ReadDomain

    Returns
    -------
    dict of str to Contender
    """
    domain, questions = read.domain, read.questions
    known = (domain.contamination,) if domain.contamination else ()
    glass = {
        name: Contender(box, columns=questions, about=ABOUT[name], glass_box=True, uses_answers=True)
        for name, box in GLASS_BOXES.items()
    }
    return {
        **glass,
        DIRECT: Contender(
            DirectLLMClassifier(read.recording),
            columns=TEXT,
            about="The language model's own stated probability; it was trained on none of these outcomes here.",
            caveats=known,
        ),
        "XGBoost": Contender(
            XGBoostRival(),
            columns=questions,
            about="A black box on the same answers: the ceiling for what they carry.",
            uses_answers=True,
        ),
        "TF-IDF": Contender(
            tfidf_rival(),
            columns=TEXT,
            about="Words and word pairs, logistic regression; no language model.",
        ),
        "prevalence": Contender(
            prevalence_rival(), columns=questions, about="The training share of the outcome, for everyone."
        ),
    }
