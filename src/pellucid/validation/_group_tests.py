"""Every figure of every group in one table, every group held against all others, and Holm's rule over all of it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from pellucid.measures import holm
from pellucid.schema import Finding, FindingKind, SubgroupRow
from pellucid.validation._group_figures import Contrast, Quantity
from pellucid.validation._groups import Group, Rows, SubgroupRules

EVERYONE = "all documents"
"""Group of the first row of every subject, to hold the others against."""

_WORDS = {"auroc": "AUROC", "in the large": "observed share less mean probability"}
_SHOWN = 6


class SubgroupAudit(NamedTuple):
    """What an audit of groups found.

    Attributes
    ----------
    rows : tuple of SubgroupRow
        Of every subject: all documents, groups of each attribute, then crossings.
    findings : tuple of Finding
        Groups that differ from all others; alarms first, the surest first.
    looked_for : str
        One sentence: what was tested, how often, by which rule.
    """

    rows: tuple[SubgroupRow, ...]
    findings: tuple[Finding, ...]
    looked_for: str


class Subject(NamedTuple):
    """Whose figures they are, which documents count as events, and what can be figured."""

    name: str
    events: Rows
    quantities: tuple[Quantity, ...]


class _Test(NamedTuple):
    """One group held against all others in one figure of one subject."""

    subject: Subject
    group: Group
    quantity: Quantity
    contrast: Contrast


def audit_groups(
    subjects: Sequence[Subject], groups: Sequence[Group], rules: SubgroupRules, what: str
) -> SubgroupAudit:
    """Figure all, test all that is large enough, and keep what survives Holm's rule.

    Parameters
    ----------
    subjects : sequence of Subject
        At least one.
    groups : sequence of Group
    rules : SubgroupRules
    what : str
        What fares otherwise, for the sentence.

    Returns
    -------
    SubgroupAudit
    """
    everyone = Group("all", EVERYONE, np.ones(len(subjects[0].events), dtype=bool))
    rows = [_row(subject, group, rules) for subject in subjects for group in (everyone, *groups)]
    tests = [test for subject in subjects for test in _tests(subject, groups, rules)]
    adjusted = holm([test.contrast.p for test in tests])
    found = [(test, p) for test, p in zip(tests, adjusted, strict=True) if p is not None and p < rules.level]
    findings = [_finding(test, p, len(tests), rules) for test, p in sorted(found, key=_surest)]
    return SubgroupAudit(
        tuple(rows), tuple(sorted(findings, key=lambda one: not one.alarm)), _looked_for(tests, groups, rules, what)
    )


def _surest(found: tuple[_Test, float]) -> tuple[float, float]:
    return found[1], -abs(found[0].contrast.inside - found[0].contrast.outside)


def _row(subject: Subject, group: Group, rules: SubgroupRules) -> SubgroupRow:
    documents = int(group.rows.sum())
    small = documents < rules.smallest
    return SubgroupRow(
        subject=subject.name,
        attribute=group.attribute,
        group=group.name,
        documents=documents,
        events=int((subject.events & group.rows).sum()),
        measures={} if small else {one.name: one.figure(group.rows) for one in subject.quantities},
        small=small,
    )


def _tests(subject: Subject, groups: Sequence[Group], rules: SubgroupRules) -> Iterable[_Test]:
    """Hold each group against all others; two groups that part the documents in the same way are one test."""
    found: dict[tuple[str, bytes], _Test] = {}
    tested = [one for one in subject.quantities if one.worse != "not tested" and one.may_differ()]
    for group in groups:
        if min(group.rows.sum(), (~group.rows).sum()) < rules.smallest:
            continue
        split = min(group.rows.tobytes(), (~group.rows).tobytes())
        for quantity in tested:
            if not (quantity.enough(group.rows) and quantity.enough(~group.rows)):
                continue
            known = found.get((quantity.name, split))
            if known is None:
                found[quantity.name, split] = _Test(subject, group, quantity, quantity.contrast(group.rows))
            elif not np.array_equal(known.group.rows, group.rows):
                mirrored = known.contrast.mirrored()
                if _is_worse(quantity, mirrored):
                    found[quantity.name, split] = _Test(subject, group, quantity, mirrored)
    return found.values()


def _is_worse(quantity: Quantity, contrast: Contrast) -> bool:
    if quantity.worse == "either":
        return abs(contrast.inside) > abs(contrast.outside)
    return (contrast.inside < contrast.outside) == (quantity.worse == "lower")


def _finding(test: _Test, p: float, tests: int, rules: SubgroupRules) -> Finding:
    contrast, rows = test.contrast, test.group.rows
    alarm = abs(contrast.inside - contrast.outside) >= rules.margin
    name = _WORDS.get(test.quantity.name, test.quantity.name)
    certain = "below 0.001" if p < 0.001 else f"{p:.3f}"
    below = "" if alarm else f" Smaller than the margin of {rules.margin:g} fixed beforehand."
    return Finding(
        kind=FindingKind.SUBGROUP,
        subject=test.group.subject,
        alarm=alarm,
        said=(
            f"{test.subject.name}: {name} is {contrast.inside:.3f} in {test.group.subject} ({rows.sum()} documents, "
            f"{(rows & test.subject.events).sum()} events) and {contrast.outside:.3f} among all others "
            f"({(~rows).sum()}, {(~rows & test.subject.events).sum()}): difference {contrast.difference.text()}, "
            f"p {certain} after Holm over {tests} tests.{below}"
        ),
        figure=contrast.difference,
    )


def _looked_for(tests: Sequence[_Test], groups: Sequence[Group], rules: SubgroupRules, what: str) -> str:
    names = sorted({_WORDS.get(test.quantity.name, test.quantity.name) for test in tests})
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    tested = len({test.group.subject for test in tests})
    small = sum(bool(group.rows.sum() < rules.smallest) for group in groups)
    return (
        f"Groups in which {what} fare otherwise than among all others: {len(tests)} tests ({shown or 'none'}) in "
        f"{tested} groups, p below {rules.level:g} after Holm over all of them; an alarm where the difference is at "
        f"least {rules.margin:g}. {small} of {len(groups)} groups have fewer than {rules.smallest} documents and "
        "were not figured."
    )
