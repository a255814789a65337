"""One measure in every group of people, with its interval, method beside method."""

from collections.abc import Sequence

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._figures import IntervalFigure, intervals
from pellucid.reporting._wording import figure, label, measure_words
from pellucid.schema import Measure, SubgroupRow


def subgroup_figure(rows: Sequence[SubgroupRow], measure: str, attribute: str) -> IntervalFigure:
    """Lay out one measure by the groups of one attribute.

    Parameters
    ----------
    rows : sequence of SubgroupRow
        Such as ``audit.subgroups``, or the ``rows`` of `pellucid.validation.audit_subgroups`.
    measure : str
        Such as ``"false positive rate"``.
    attribute : str
        Such as ``"race"``.

    Returns
    -------
    IntervalFigure
        Group by group, and in a group every subject in the order of `rows`. A group too
        small for figures keeps its row, says so and has no mark.

    Raises
    ------
    InvalidInputError
        If no row has the attribute, or none of its groups that measure.

    Examples
    --------
    >>> rows = [SubgroupRow(subject="EBM", attribute="sex", group="female", documents=90, events=30,
    ...                     measures={"sensitivity": Measure(value=0.8, low=0.6, high=0.9)}),
    ...         SubgroupRow(subject="EBM", attribute="sex", group="male", documents=7, events=2, small=True)]
    >>> [(row.name, row.text) for row in subgroup_figure(rows, "sensitivity", "sex").rows]
    [('female: EBM', '0.800 [0.600, 0.900] of 90'), ('male: EBM', 'too few (7)')]
    """
    held = [row for row in rows if row.attribute == attribute]
    if not held:
        there = ", ".join(map(repr, dict.fromkeys(row.attribute for row in rows))) or "none"
        raise InvalidInputError(f"attribute: got {attribute!r}; there are {there}")
    if not any(measure in row.measures for row in held):
        there = ", ".join(map(repr, dict.fromkeys(name for row in held for name in row.measures))) or "none"
        raise InvalidInputError(f"measure: got {measure!r}; there are {there}")
    groups = list(dict.fromkeys(row.group for row in held))
    words = measure_words(measure)
    found: dict[str, Measure | None] = {}
    texts: dict[str, str] = {}
    for row in sorted(held, key=lambda row: groups.index(row.group)):
        name = f"{row.group}: {row.subject}"
        found[name] = row.measures.get(measure)
        measured = f"{figure(found[name], words.digits)} of {row.documents:,}"
        texts[name] = f"too few ({row.documents:,})" if row.small else measured
    title = f"{words.label} by {label(attribute).lower()}, with 95% interval"
    return intervals(title, found, texts, dict.fromkeys(found, False), ())
