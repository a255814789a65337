"""Decisions with their evidence, each by a glass box that had not seen the document."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedKFold

from pellucid._checks import check_option
from pellucid.exceptions import InvalidInputError
from pellucid.labeling import DirectLLMClassifier
from pellucid.schema import Decision, Domain, ExplainedDocument
from pellucid.study._contenders import GLASS_BOXES
from pellucid.study._documents import TEXT, ReadDomain, read_domain
from pellucid.text_classifier import GlassBoxTextClassifier


class HeldOut(NamedTuple):
    """A decision by a model that had not seen the document.

    Attributes
    ----------
    decision : Decision
    trained_on : int
        How many other documents the model was fitted on.
    """

    decision: Decision
    trained_on: int


def explain_document(domain: Domain, document: str, *, glass_box: str = "EBM") -> ExplainedDocument:
    """Explain the decision on one document by a glass box fitted on all the others.

    Parameters
    ----------
    domain : Domain
    document : str
        Id of the document.
    glass_box : str, default="EBM"
        One of `GLASS_BOXES`.

    Returns
    -------
    ExplainedDocument

    Raises
    ------
    InvalidInputError
        If there is no such document or glass box.
    """
    check_option("glass_box", glass_box, tuple(GLASS_BOXES))
    read = read_domain(domain)
    if document not in read.table.index:
        first, last = read.table.index[0], read.table.index[-1]
        raise InvalidInputError(
            f"document: {domain.name!r} has no {document!r}; "
            f"its {len(read.table)} documents run from {first!r} to {last!r}"
        )
    others = read.table.index != document
    model = _text_classifier(read, glass_box)
    model.fit(read.table.loc[others, TEXT], read.outcome[others])
    decision = model.explain(read.table.loc[[document], TEXT], names=_names(read))[0]
    return explained(read, [HeldOut(decision, int(others.sum()))])[0]


def stratified_folds(read: ReadDomain, splits: int, seed: int) -> list[tuple[Any, Any]]:
    """Part a domain's documents into folds with about the same share of each outcome.

    Parameters
    ----------
    read : ReadDomain
    splits, seed : int

    Returns
    -------
    list of (ndarray of int, ndarray of int)
        Positions that are learnt from and those left out; every document is left out once.
    """
    return list(StratifiedKFold(splits, shuffle=True, random_state=seed).split(read.table, read.outcome))


def held_out_decisions(
    read: ReadDomain, *, splits: int, seed: int, n_jobs: int | None, step: Callable[[], None]
) -> tuple[HeldOut, ...]:
    """Explain every document by an EBM that was fitted without it.

    Parameters
    ----------
    read : ReadDomain
    splits, seed : int
        Folds of one stratified cross-validation.
    n_jobs : int or None
        Processes.
    step : callable
        Called after each fold.

    Returns
    -------
    tuple of HeldOut
        In the order of the documents.
    """
    parts = stratified_folds(read, splits, seed)
    jobs = (delayed(_explain_fold)(read, train, test) for train, test in parts)
    found: dict[int, HeldOut] = {}
    for (train, test), made in zip(parts, Parallel(n_jobs=n_jobs, return_as="generator")(jobs), strict=True):
        found.update({place: HeldOut(one, len(train)) for place, one in zip(test.tolist(), made, strict=True)})
        step()
    return tuple(found[place] for place in range(len(read.table)))


def featured(read: ReadDomain, decisions: Sequence[HeldOut]) -> tuple[ExplainedDocument, ...]:
    """Pick ten decisions: four across the range, three most at odds with the LLM, three most wrong.

    Parameters
    ----------
    read : ReadDomain
    decisions : sequence of HeldOut
        One per document.

    Returns
    -------
    tuple of ExplainedDocument
    """
    shown = explained(read, decisions)
    risk = np.array([one.decision.probability for one in decisions])
    happened = np.array([one.observed == read.domain.outcomes[1] for one in shown])
    direct = np.array([one.direct for one in shown])
    by_risk = np.argsort(risk, kind="stable")
    spread = by_risk[np.linspace(0, len(by_risk) - 1, 4).round().astype(int)].tolist()
    chosen: dict[int, None] = dict.fromkeys(spread)
    for order in (
        np.argsort(-abs(risk - direct), kind="stable"),
        np.argsort(-abs(risk - happened), kind="stable"),
    ):
        fresh = [int(place) for place in order if int(place) not in chosen]
        chosen.update(dict.fromkeys(fresh[:3]))
    return tuple(shown[place] for place in chosen)


def _explain_fold(read: ReadDomain, train: Any, test: Any) -> list[Decision]:
    model = _text_classifier(read, "EBM")
    model.fit(read.table[TEXT].iloc[train], read.outcome.iloc[train])
    return model.explain(read.table[TEXT].iloc[test], names=_names(read))


def _text_classifier(read: ReadDomain, glass_box: str) -> GlassBoxTextClassifier:
    return GlassBoxTextClassifier(read.domain.questionnaire, read.recording, glass_box=GLASS_BOXES[glass_box])


def explained(read: ReadDomain, decisions: Sequence[HeldOut]) -> tuple[ExplainedDocument, ...]:
    """Put text, outcome and the LLM's own probability beside decisions.

    Parameters
    ----------
    read : ReadDomain
    decisions : sequence of HeldOut

    Returns
    -------
    tuple of ExplainedDocument
        Without direct predictions where none are recorded.
    """
    ids = [one.decision.document for one in decisions]
    texts, outcome = read.table[TEXT], read.outcome
    said: list[float | None] = [None] * len(ids)
    if read.has_direct:
        direct = DirectLLMClassifier(read.recording).fit(texts, outcome)
        said = direct.predict_proba(texts.loc[ids])[:, 1].tolist()
    return tuple(
        ExplainedDocument(
            text=texts[one.decision.document],
            decision=one.decision,
            observed=read.domain.outcomes[int(outcome[one.decision.document])],
            direct=probability,
            trained_on=one.trained_on,
        )
        for one, probability in zip(decisions, said, strict=True)
    )


def _names(read: ReadDomain) -> dict[int, str]:
    return dict(enumerate(read.domain.outcomes))
