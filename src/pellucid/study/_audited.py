"""The audit of a domain: questions, leaks, echoes, groups of people; every test says what it looked for."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from pellucid.glassbox import SparseLinearClassifier
from pellucid.labeling import DirectLLMClassifier
from pellucid.measures import Codes, Floats, delong
from pellucid.schema import Audit, Decision, Finding, ModelView, QuestionAudit, SubgroupRow
from pellucid.study._contenders import DIRECT, GLASS_BOXES
from pellucid.study._decisions import stratified_folds
from pellucid.study._documents import TEXT, ReadDomain
from pellucid.validation import (
    Told,
    audit_extraction_by_group,
    audit_labels_by_group,
    audit_questions,
    audit_subgroups,
    find_twins,
    label_echo,
    permuted_signal,
    predict_alone,
    pure_level_leaks,
    question_findings,
    question_leaks,
    quote_leaks,
    tfidf_rival,
    wording_leaks,
)

_WHOLE = next(iter(GLASS_BOXES))
"""The glass box that stands for the whole model."""

_PERMUTATIONS = 10
_FEW = 8  # different numbers, such as codes, that are groups as they stand


PARTS = 9
"""How often `audit_domain` calls `step`."""


class _Found(NamedTuple):
    """What one test found and looked for."""

    findings: Sequence[Finding]
    looked_for: str
    rows: Sequence[SubgroupRow] = ()


def audit_domain(
    read: ReadDomain,
    predictions: Mapping[str, Floats],
    decisions: Sequence[Decision],
    view: ModelView,
    *,
    splits: int,
    seed: int,
    step: Callable[[], None],
) -> Audit:
    """Look for everything that could make a comparison on a domain wrong, and describe every question.

    Parameters
    ----------
    read : ReadDomain
    predictions : mapping of str to ndarray of shape (repeats, n)
        Out-of-fold probabilities by contender, as the validator keeps them.
    decisions : sequence of Decision
        One per document, by a model that had not seen it.
    view : ModelView
        Of the glass box that stands for the whole model, fitted on all documents.
    splits, seed : int
        Of the folds that `decisions` were made in.
    step : callable
        Called after each part.

    Returns
    -------
    Audit
    """
    outcome: Codes = np.asarray(read.outcome, dtype=np.int64)
    answers = read.table[read.questions]
    alone = {
        name: delong(outcome, predict_alone(answers[name], outcome, seed=seed)[None]).measure()
        for name in read.questions
    }
    questions = audit_questions(
        read.readings,
        read.domain.questionnaire,
        facts=read.domain.facts(),
        contributions=_points(read, decisions, splits, seed),
        alone=alone,
    )
    sways = _sways(view)
    questions = tuple(one.model_copy(update={"sway": sways.get(one.question, 0.0)}) for one in questions)
    parts: list[_Found] = []
    for test in _tests(read, answers, outcome, predictions, questions, seed):
        parts += test()
        step()
    findings = list(chain.from_iterable(part.findings for part in parts))
    return Audit(
        looked_for=tuple(part.looked_for for part in parts),
        findings=tuple(sorted(findings, key=lambda one: not one.alarm)),
        questions=questions,
        subgroups=tuple(chain.from_iterable(part.rows for part in parts)),
    )


def audit_groups(read: ReadDomain, predictions: Mapping[str, Floats]) -> Audit:
    """Look at predictions, extraction and the language model's own labels by protected attribute, and at nothing else.

    Parameters
    ----------
    read : ReadDomain
    predictions : mapping of str to ndarray of shape (repeats, n)
        Out-of-fold probabilities by contender.

    Returns
    -------
    Audit
        Empty where the domain has no protected attributes.
    """
    parts = _groups(read, predictions)
    findings = chain.from_iterable(part.findings for part in parts)
    return Audit(
        looked_for=tuple(part.looked_for for part in parts),
        findings=tuple(sorted(findings, key=lambda one: not one.alarm)),
        subgroups=tuple(chain.from_iterable(part.rows for part in parts)),
    )


def _tests(
    read: ReadDomain,
    answers: pd.DataFrame,
    outcome: Codes,
    predictions: Mapping[str, Floats],
    questions: Sequence[QuestionAudit],
    seed: int,
) -> tuple[Callable[[], list[_Found]], ...]:
    """List everything that is looked for, as calls still to be made."""
    asked, names = read.domain.questionnaire.questions, read.domain.outcomes
    return (
        lambda: [_said(question_leaks(answers, outcome, whole=predictions[_WHOLE], seed=seed))],
        lambda: [_said(pure_level_leaks(answers, outcome, statuses=_statuses(read)))],
        lambda: [_said(wording_leaks(asked, names))],
        lambda: [_said(quote_leaks(read.readings, _texts(read), terms=names))],
        lambda: [_twins(read)],
        lambda: [_found(question_findings(questions))],
        lambda: _echo(read, seed),
        lambda: _groups(read, {name: predictions[name] for name in (_WHOLE, DIRECT) if name in predictions}),
        lambda: [_permuted(read, seed)],
    )


def _sways(view: ModelView) -> dict[str, float]:
    """Add up, over the terms of each question, how far apart their points lie."""
    found: dict[str, float] = {}
    for shape in view.shapes:
        points = [step.points * view.log_odds_per_point for step in shape.steps]
        for question in shape.questions:
            found[question] = found.get(question, 0.0) + (max(points) - min(points) if points else 0.0)
    return found


def _said(looked: Any) -> _Found:
    return _Found(looked.findings, looked.looked_for())


def _found(audit: Any) -> _Found:
    return _Found(audit.findings, audit.looked_for, getattr(audit, "rows", ()))


def _twins(read: ReadDomain) -> _Found:
    twins = find_twins(read.table[TEXT].tolist(), ids=list(read.table.index))
    return _Found(twins.findings(), twins.looked_for())


def _points(read: ReadDomain, decisions: Sequence[Decision], splits: int, seed: int) -> list[pd.DataFrame]:
    """Lay the points of all decisions out by term, one table per fold."""
    rows = [{" × ".join(one.questions): one.points for one in decision.contributions} for decision in decisions]
    table = pd.DataFrame(rows, index=read.table.index)
    folds = stratified_folds(read, splits, seed)
    return [table.iloc[test].dropna(axis=1, how="all").fillna(0.0) for _, test in folds]


def _statuses(read: ReadDomain) -> pd.DataFrame:
    rows = [{answer.question: answer.status.value for answer in reading.answers} for reading in read.readings]
    return pd.DataFrame(rows, index=read.table.index)[read.questions]


def _texts(read: ReadDomain) -> dict[str, str]:
    return dict(zip((reading.document for reading in read.readings), read.table[TEXT], strict=True))


def _echo(read: ReadDomain, seed: int) -> list[_Found]:
    """Hold the model's own verdict against outcome, answers, and facts (words, where there are no facts)."""
    if not read.has_direct:
        return []
    outcome = read.outcome.to_numpy()
    verdict = _verdicts(read, None)
    decided = (verdict >= 0.5).astype(int)
    if min(np.bincount(decided, minlength=2)) < 10:
        return [_said(label_echo(outcome, verdict, seed=seed))]
    facts = read.domain.facts().dropna(axis=1, how="all")
    told = _told(SparseLinearClassifier(), read.table[read.questions], decided, outcome, seed)
    if facts.shape[1]:
        known = _told(SparseLinearClassifier(), facts.loc[read.table.index], decided, outcome, seed)
        return [_said(label_echo(outcome, verdict, answers=told, baseline=known, kind="facts", seed=seed))]
    words = _told(tfidf_rival(), read.table[TEXT], decided, outcome, seed)
    return [_said(label_echo(outcome, verdict, answers=told, baseline=words, kind="text", seed=seed))]


def _told(model: Any, X: Any, verdict: NDArray[Any], outcome: NDArray[Any], seed: int) -> Told:
    return Told(*(_out_of_fold(model, X, target, seed) for target in (verdict, outcome)))


def _out_of_fold(model: Any, X: Any, target: NDArray[Any], seed: int) -> Floats:
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    found: Floats = cross_val_predict(model, X, target, cv=folds, method="predict_proba")[:, 1]
    return found


def _verdicts(read: ReadDomain, prompt: str | None) -> Floats:
    direct = DirectLLMClassifier(read.recording, prompt=prompt).fit(read.table[TEXT], read.outcome)
    found: Floats = direct.predict_proba(read.table[TEXT])[:, 1]
    return found


def _groups(read: ReadDomain, predictions: Mapping[str, Floats]) -> list[_Found]:
    """Look at predictions, extraction and the model's own labels by protected attribute."""
    people = _numbers(read.domain.protected())
    if people.empty or not len(people.columns):
        return []
    outcome = read.outcome.to_numpy()
    labelers = [one for one in read.recording.prompts if one.split("/")[0] in {p.id for p in read.domain.label_prompts}]
    labels = {f"label {name}": (_verdicts(read, name) >= 0.5).astype(float) for name in labelers}
    found = [_found(audit_subgroups(outcome, predictions, people))]
    facts = read.domain.facts()
    if facts.notna().to_numpy().any():
        lengths = read.table[TEXT].str.len()
        found.append(_found(audit_extraction_by_group(read.readings, facts, people, lengths=lengths)))
    if labels:
        found.append(_found(audit_labels_by_group(outcome, labels, people)))
    return found


def _numbers(people: pd.DataFrame) -> pd.DataFrame:
    """Read columns of many numbers as numbers, so that they are cut and not taken value by value."""
    made = people.copy()
    for column in made.columns:
        read = pd.to_numeric(made[column], errors="coerce")
        if read.notna().all():
            made[column] = read if read.nunique() > _FEW else [f"{value:g}" for value in read]
    return made


def _permuted(read: ReadDomain, seed: int) -> _Found:
    """Fit and test on permuted outcomes."""
    answers = read.table[read.questions]

    def run(labels: NDArray[Any]) -> float:
        chances = _out_of_fold(SparseLinearClassifier(), answers, labels, seed)
        return float(delong(labels, chances[None]).values[0])

    return _said(permuted_signal(run, read.outcome.to_numpy(), repeats=_PERMUTATIONS, seed=seed))
