"""How predictions, answers and labels fare in groups of people, and which groups fare otherwise than all others."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pellucid.exceptions import InvalidInputError
from pellucid.measures import Codes, Floats
from pellucid.schema import Reading
from pellucid.validation._audit import agrees
from pellucid.validation._group_figures import Area, Quantity, Ratio
from pellucid.validation._group_tests import SubgroupAudit, Subject, audit_groups
from pellucid.validation._groups import Group, SubgroupRules, cut_attributes, groups_of

ANSWERS = "answers"
"""Subject of the rows on errors of extraction."""

LENGTH = "length"
"""Attribute of the documents' length, where it is given."""


def audit_subgroups(
    y: ArrayLike,
    predictions: Mapping[str, ArrayLike],
    protected: pd.DataFrame,
    *,
    clusters: ArrayLike | None = None,
    cuts: Mapping[str, tuple[float, ...]] | None = None,
    rules: SubgroupRules | None = None,
) -> SubgroupAudit:
    """Figure every contender in every group, and name groups that fare otherwise than all others.

    Tested are AUROC, true and false positive rate and the mean of outcome less probability
    (``"in the large"``). Selection rate and positive predictive value are figured, not
    tested: both differ wherever the outcome is more common, also without any error.

    Parameters
    ----------
    y : array-like of int, shape (n,)
        Outcomes, 0 or 1.
    predictions : mapping of str to array-like of shape (repeats, n) or (n,)
        Probability of outcome 1, by contender.
    protected : DataFrame of shape (n, n_attributes)
        In the order of `y`; numbers are cut as `cut_attributes` says.
    clusters : array-like of shape (n,), or None, default=None
        Documents of one cluster, such as a person, hang together.
    cuts : mapping of str to tuple of float, or None, default=None
        Edges by attribute.
    rules : SubgroupRules or None, default=None
        None takes the defaults.

    Returns
    -------
    SubgroupAudit

    Raises
    ------
    InvalidInputError
        If lengths differ, an outcome is not 0 or 1, or a probability is missing or none.

    Notes
    -----
    Rates of repeated predictions are averaged over the repeats; the positive predictive
    value is pooled over them. Rates have Wilson intervals and Fisher's exact test, AUROC
    DeLong's interval and a test with Brunner and Munzel's degrees of freedom, means Welch's
    test. With clusters rates have a bootstrap of clusters, and tests add up what documents
    of a cluster do together. No variance in a test is taken below that of all documents.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
    Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y, sex = rng.integers(0, 2, 400), np.repeat(["f", "m"], 200)
    >>> said = np.where(sex == "f", rng.random(400), 0.2 + 0.6 * y + 0.2 * rng.random(400))
    >>> audit = audit_subgroups(y, {"model": said}, pd.DataFrame({"sex": sex}))
    >>> audit.findings[0].subject, audit.findings[0].alarm
    ('sex = f', True)
    """
    rules = rules or SubgroupRules()
    outcome = _binary(y)
    found = {name: _probabilities(name, said, len(outcome)) for name, said in predictions.items()}
    if not found:
        raise InvalidInputError("predictions: got none; at least one contender is needed")
    together = _clusters(clusters, len(outcome))
    subjects = [
        Subject(name, outcome == 1, _quantities(outcome, said, together, rules)) for name, said in found.items()
    ]
    return audit_groups(subjects, _groups(protected, cuts, len(outcome), rules), rules, "the predictions")


def audit_labels_by_group(
    y: ArrayLike,
    labels: Mapping[str, ArrayLike],
    protected: pd.DataFrame,
    *,
    clusters: ArrayLike | None = None,
    cuts: Mapping[str, tuple[float, ...]] | None = None,
    rules: SubgroupRules | None = None,
) -> SubgroupAudit:
    """Figure every labeler in every group, and name groups it labels otherwise than all others.

    Tested are true and false positive rate against the observed outcome, and abstention.

    Parameters
    ----------
    y : array-like of int, shape (n,)
        Observed outcomes, 0 or 1.
    labels : mapping of str to array-like of shape (n,)
        0 or 1 by labeler; NaN or None where it gave no label.
    protected, clusters, cuts, rules
        As in `audit_subgroups`.

    Returns
    -------
    SubgroupAudit
        Each labeler is a subject.

    Raises
    ------
    InvalidInputError
        As `audit_subgroups`; also if a label is anything but 0, 1 or missing.

    Examples
    --------
    >>> y, sex = np.tile([0, 1], 60), np.repeat(["f", "m"], 60)
    >>> labels = np.where(sex == "f", 1, y)
    >>> audit_labels_by_group(y, {"llm": labels}, pd.DataFrame({"sex": sex})).findings[0].subject
    'sex = f'
    """
    rules = rules or SubgroupRules()
    outcome = _binary(y)
    if not labels:
        raise InvalidInputError("labels: got none; at least one labeler is needed")
    together = _clusters(clusters, len(outcome))
    subjects = []
    for name, said in labels.items():
        given = _labels(name, said, len(outcome))
        quantities = _label_quantities(outcome, given, together, rules)
        subjects.append(Subject(name, outcome == 1, quantities))
    return audit_groups(subjects, _groups(protected, cuts, len(outcome), rules), rules, "the labels")


def audit_extraction_by_group(
    readings: Sequence[Reading],
    facts: pd.DataFrame,
    protected: pd.DataFrame,
    *,
    lengths: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    cuts: Mapping[str, tuple[float, ...]] | None = None,
    rules: SubgroupRules | None = None,
) -> SubgroupAudit:
    """Figure errors of extraction in every group and by length, and name groups read worse than all others.

    An answer is wrong where it does not agree with its known fact, as `audit_reading` has
    it. Tested are the share of documents with any wrong answer, and each question by itself.

    Parameters
    ----------
    readings : sequence of Reading
    facts : DataFrame, index: document id, columns: question ids
        Known facts; None where the document is silent.
    protected : DataFrame of shape (n, n_attributes)
        In the order of the readings.
    lengths : array-like of int, shape (n,), or None, default=None
        Of the documents, in characters; cut at its quartiles.
    clusters, cuts, rules
        As in `audit_subgroups`; without clusters each document is one.

    Returns
    -------
    SubgroupAudit
        The one subject is ``"answers"``; its events are documents with a wrong answer.

    Raises
    ------
    InvalidInputError
        If there are no readings or facts to hold them against, or lengths differ.

    Examples
    --------
    >>> from pellucid.schema import Answer, Source
    >>> def read(number, value):
    ...     answer = Answer(question="age", value=value, status="answered", source=Source(model="m"))
    ...     return Reading(document=f"d{number}", answers=(answer,))
    >>> readings = [read(number, 40 if number < 50 else number) for number in range(100)]
    >>> facts = pd.DataFrame({"age": range(100)}, index=[f"d{number}" for number in range(100)])
    >>> people = pd.DataFrame({"sex": ["f"] * 50 + ["m"] * 50})
    >>> audit_extraction_by_group(readings, facts, people).findings[0].subject
    'sex = f'
    """
    rules = rules or SubgroupRules()
    wrong = _wrong(readings, facts)
    groups_in = protected if lengths is None else _with_length(protected, lengths)
    together = _clusters(clusters, len(readings))
    quantities = _reading_quantities(wrong, together, rules)
    subject = Subject(ANSWERS, wrong.any(axis=1).to_numpy(dtype=bool), quantities)
    return audit_groups([subject], _groups(groups_in, cuts, len(readings), rules), rules, "the answers")


def _quantities(y: Codes, said: Floats, clusters: Codes | None, rules: SubgroupRules) -> tuple[Quantity, ...]:
    """Return what is figured of probabilities."""
    everyone, event = np.ones(len(y)), (y == 1).astype(float)
    selected = (said >= rules.threshold).mean(axis=0)
    errors = event - said.mean(axis=0)
    few, fewer = rules.smallest, rules.smallest_class
    return (
        Area(y, said, clusters, rules),
        Ratio("selection rate", selected, everyone, few, clusters, rules),
        Ratio("true positive rate", selected * event, event, fewer, clusters, rules, worse="lower"),
        Ratio("false positive rate", selected * (1 - event), 1 - event, fewer, clusters, rules, worse="higher"),
        Ratio("positive predictive value", selected * event, selected, fewer, clusters, rules),
        Ratio("in the large", errors, everyone, few, clusters, rules, share=False, worse="either"),
    )


def _label_quantities(y: Codes, labels: Floats, clusters: Codes | None, rules: SubgroupRules) -> tuple[Quantity, ...]:
    """Return what is figured of labels; a missing one counts for abstention only."""
    everyone, event, given = np.ones(len(y)), (y == 1).astype(float), (~np.isnan(labels)).astype(float)
    yes = np.nan_to_num(labels)
    right = given * (yes == y)
    few, fewer = rules.smallest, rules.smallest_class
    hits, misses = given * event, given * (1 - event)
    return (
        Ratio("accuracy", right, given, few, clusters, rules),
        Ratio("selection rate", yes, given, few, clusters, rules),
        Ratio("true positive rate", yes * event, hits, fewer, clusters, rules, worse="lower"),
        Ratio("false positive rate", yes * (1 - event), misses, fewer, clusters, rules, worse="higher"),
        Ratio("positive predictive value", yes * event, yes, fewer, clusters, rules),
        Ratio("abstention", 1 - given, everyone, few, clusters, rules, worse="higher"),
    )


def _reading_quantities(wrong: pd.DataFrame, clusters: Codes | None, rules: SubgroupRules) -> tuple[Quantity, ...]:
    """Return what is figured of errors; those of one document hang together."""
    everyone, few = np.ones(len(wrong)), rules.smallest
    counts = wrong.to_numpy(dtype=float)
    together = np.arange(len(wrong)) if clusters is None else clusters
    any_wrong = (counts.max(axis=1) > 0).astype(float)
    return (
        Ratio("share of wrong answers", counts.mean(axis=1), everyone, few, together, rules),
        Ratio("documents with a wrong answer", any_wrong, everyone, few, clusters, rules, worse="higher"),
        *(
            Ratio(f"wrong answers to {name}", part, everyone, few, clusters, rules, worse="higher")
            for name, part in zip(wrong.columns, counts.T, strict=True)
        ),
    )


def _groups(
    protected: pd.DataFrame, cuts: Mapping[str, tuple[float, ...]] | None, n: int, rules: SubgroupRules
) -> tuple[Group, ...]:
    table = cut_attributes(protected, cuts)
    if len(table) != n:
        raise InvalidInputError(f"protected: got {len(table)} rows for {n} documents; one each is expected, in order")
    return groups_of(table, rules.intersections)


def _binary(y: ArrayLike) -> Codes:
    """Return outcomes as codes, refusing all but 0 and 1."""
    found = np.asarray(y)
    if found.ndim != 1 or not len(found) or not np.isin(found, (0, 1)).all():
        raise InvalidInputError(
            f"y: got shape {found.shape}; outcomes 0 and 1 are expected, one per document. With more than two "
            "classes audit one class against the rest: (y == class) and the probability of that class"
        )
    return found.astype(np.int64)


def _probabilities(name: str, said: ArrayLike, n: int) -> Floats:
    """Return probabilities of shape (repeats, n)."""
    found: Floats = np.asarray(said, dtype=float)
    if found.ndim == 1:
        found = found[None]
    if found.ndim != 2 or found.shape[1] != n:
        raise InvalidInputError(
            f"predictions: {name!r} has shape {found.shape}; (repeats, {n}) is expected, the probability of outcome 1"
        )
    wrong = int((~((found >= 0) & (found <= 1))).sum())
    if wrong:
        raise InvalidInputError(
            f"predictions: {name!r} has {wrong} values that are missing or no probabilities; leave those documents out"
        )
    return found


def _labels(name: str, said: ArrayLike, n: int) -> Floats:
    """Return labels as 0, 1 or NaN."""
    found = pd.Series(np.asarray(said, dtype=object))
    if len(found) != n or not (found.isna() | found.isin([0, 1])).all():
        raise InvalidInputError(
            f"labels: {name!r} has {len(found)} values for {n} documents; 0, 1 or None is expected for each"
        )
    return np.asarray(found.astype(float), dtype=np.float64)


def _clusters(clusters: ArrayLike | None, n: int) -> Codes | None:
    if clusters is None:
        return None
    named: Any = np.asarray(clusters)
    if named.shape != (n,) or pd.isna(named).any():
        raise InvalidInputError(f"clusters: got shape {named.shape}; one per document is expected, {n} of them")
    return pd.factorize(named)[0].astype(np.int64)


def _wrong(readings: Sequence[Reading], facts: pd.DataFrame) -> pd.DataFrame:
    """Say of every document and question with known facts whether the answer is wrong."""
    if not readings:
        raise InvalidInputError("readings: got none; at least one document is needed")
    missing = [reading.document for reading in readings if reading.document not in facts.index]
    if missing:
        raise InvalidInputError(f"facts: {len(missing)} documents have none, the first is {missing[0]!r}")
    known = [answer.question for answer in readings[0].answers if answer.question in facts.columns]
    if not known:
        raise InvalidInputError("facts: has a column for none of the questions; nothing can be checked")
    rows = []
    for reading in readings:
        answers = {answer.question: answer for answer in reading.answers}
        if not answers.keys() >= set(known):
            raise InvalidInputError("readings: the documents were read through different questionnaires")
        rows.append([not agrees(answers[name], facts.loc[reading.document, name]) for name in known])
    return pd.DataFrame(rows, columns=known)


def _with_length(protected: pd.DataFrame, lengths: ArrayLike) -> pd.DataFrame:
    """Add the documents' length to the attributes."""
    found = np.asarray(lengths, dtype=float)
    if found.shape != (len(protected),) or not np.isfinite(found).all():
        raise InvalidInputError(
            f"lengths: got shape {found.shape} for {len(protected)} documents; one number each is expected"
        )
    if LENGTH in protected.columns:
        raise InvalidInputError(f"protected: an attribute is called {LENGTH!r} already; rename it, or give no lengths")
    return protected.assign(**{LENGTH: found})
