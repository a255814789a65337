"""What a study found, in sentences: performance, groups, models, limits; each sentence with the rows it stands on."""

from pellucid.reporting._comparison_view import main_measure
from pellucid.reporting._statements import (
    AUDIT,
    COMPARISON,
    DESIGN,
    Said,
    class_rows,
    class_words,
    counted,
    listed,
    say,
)
from pellucid.reporting._wording import figure, label, measure_words, number, question_label, short_number
from pellucid.schema import Comparison, ContenderResult, Difference, Statement, Study, SubgroupRow, row_path

SHOWN_FINDINGS = 40
"""Most findings told one by one; the rest are counted."""


def best_glass_box(comparison: Comparison) -> str:
    """Return the glass box that is highest in what contenders are judged by, the first of equals.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
        Empty where there is no glass box. Without any such figure, the first glass box.

    Notes
    -----
    Chosen on the same documents, which flatters it a little; wherever it is shown, that
    is said.
    """
    boxes = [one for one in comparison.contenders if one.glass_box]
    judged = comparison.judged
    found = [(one.measures[judged].value, one.name) for one in boxes if judged in one.measures]
    known = [(value, name) for value, name in found if value is not None]
    if known:
        highest = max(value for value, _ in known)
        return next(name for value, name in known if value == highest)
    return boxes[0].name if boxes else ""


def position(comparison: Comparison, name: str) -> int:
    """Return where a contender stands in the comparison."""
    return [one.name for one in comparison.contenders].index(name)


def difference_place(comparison: Comparison, contender: str, measure: str) -> int | None:
    """Return where the difference of a contender from the reference stands; None where the record has none."""
    wanted = (contender, comparison.reference, measure)
    keys = [(one.contender, one.reference, one.measure) for one in comparison.differences]
    return keys.index(wanted) if wanted in keys else None


def difference_words(one: Difference) -> str:
    """Write a difference in a sentence, the effect before any p-value.

    Examples
    --------
    >>> difference_words(Difference(contender="a", reference="b", measure="auroc", value=0.01, low=-0.02, high=0.04))
    'AUROC of “a” minus that of “b”, on the same documents: +0.010 [−0.020, +0.040].'
    """
    words = measure_words(one.measure)
    told = f"{words.label} of “{one.contender}” minus that of “{one.reference}”, on the same documents: "
    told += figure(one, words.digits, sign=True)
    if one.conclusion is not None and one.margin is not None:
        told += f"; {one.conclusion.value}, with a margin of {short_number(one.margin)}"
    if one.p_holm is not None:
        told += f"; {one.test or 'test'}, p = {p_words(one.p_holm)} after Holm"
    return f"{told}."


def p_words(p: float) -> str:
    """Write a p-value.

    Examples
    --------
    >>> p_words(0.0312), p_words(0.00002)
    ('0.031', 'below 0.001')
    """
    return "below 0.001" if p < 0.001 else number(p, 3)


def verdict(study: Study) -> Said:
    """Repeat the verdict, sentence by sentence."""
    lines = [line for line in study.comparison.verdict.split("\n") if line.strip()]
    return tuple(say(line, row_path(COMPARISON, "verdict")) for line in lines)


def performance(study: Study) -> Said:
    """Give the main measure of every contender, and the difference of each from the reference."""
    comparison = study.comparison
    measure = main_measure(comparison)
    if not measure:
        return ()
    words, said = measure_words(measure), []
    for place, one in enumerate(comparison.contenders):
        if measure in one.measures:
            path = row_path(COMPARISON, "contenders", place, "measures", measure)
            said.append(say(f"{one.name}: {words.label} {figure(one.measures[measure], words.digits)}.", path))
    for one in comparison.contenders:
        held = difference_place(comparison, one.name, measure)
        if held is not None and one.name != comparison.reference:
            path = row_path(COMPARISON, "differences", held)
            said.append(say(difference_words(comparison.differences[held]), path))
    return tuple(said)


def fold_ranges(study: Study) -> Said:
    """Say how far the main measure moved from fold to fold."""
    said = []
    for place, one in enumerate(study.comparison.contenders):
        if len(one.folds) > 1:
            low, high = number(min(one.folds), 3), number(max(one.folds), 3)
            path = row_path(COMPARISON, "contenders", place, "folds")
            said.append(say(f"{one.name}: AUROC from {low} to {high} over {len(one.folds):,} folds.", path))
    return tuple(said)


def completion(study: Study) -> Said:
    """Say for how many documents each contender gave a usable prediction."""
    return tuple(
        say(
            f"{one.name}: usable predictions for a share of {figure(one.completed, 3)} of the documents.",
            row_path(COMPARISON, "contenders", place, "completed"),
        )
        for place, one in enumerate(study.comparison.contenders)
        if one.completed.value is not None
    )


def costs(study: Study) -> Said:
    """Say what each contender spent, as far as it was recorded."""
    said = []
    for place, one in enumerate(study.comparison.contenders):
        told = _cost_words(one)
        if told:
            said.append(say(f"{one.name}: {told}.", row_path(COMPARISON, "contenders", place, "cost")))
    return tuple(said)


def _cost_words(one: ContenderResult) -> str:
    """Write one contender's cost; empty where nothing is known."""
    cost = one.cost
    if cost is None:
        return ""
    counts = (("request", cost.requests), ("prompt token", cost.prompt_tokens), ("reply token", cost.reply_tokens))
    parts = [counted(count, noun) for noun, count in counts if count is not None]
    if cost.price is not None:
        parts.append(f"a price of {number(cost.price, 2)} {cost.currency}".rstrip())
    if cost.seconds_per_document is not None:
        parts.append(f"{short_number(cost.seconds_per_document)} seconds per document")
    return listed(parts)


def fairness(study: Study) -> Said:
    """Say which groups were looked at, and what was found in them."""
    rows = study.audit.subgroups if study.audit is not None else ()
    if not rows:
        return ()
    attributes = list(dict.fromkeys(row.attribute for row in rows))
    small = sum(row.small for row in rows)
    path = row_path(AUDIT, "subgroups")
    said = [say(f"Figures by group were made for {listed(attributes)}, {counted(len(rows), 'row')} in all.", path)]
    if small:
        said.append(say(f"{counted(small, 'row')} {'was' if small == 1 else 'were'} too small for figures.", path))
    return (*said, *findings(study, ("subgroup",)))


def group_sizes(study: Study) -> Said:
    """Count the documents of every group once."""
    seen: dict[tuple[str, str], tuple[int, SubgroupRow]] = {}
    for place, row in enumerate(study.audit.subgroups if study.audit is not None else ()):
        seen.setdefault((row.attribute, row.group), (place, row))
    return tuple(
        say(
            f"{label(row.attribute)}, {row.group}: {counted(row.documents, 'document')}, "
            f"{row.events:,} with {'a wrong answer' if row.subject == 'answers' else 'the outcome'}.",
            row_path(AUDIT, "subgroups", place),
        )
        for place, row in seen.values()
        if " × " not in row.attribute
    )


def answers_given(study: Study) -> Said:
    """Describe the documents by their answers."""
    said = []
    for place, one in enumerate(study.audit.questions if study.audit is not None else ()):
        if one.quartiles:
            told = "quartiles " + listed([short_number(value) for value in one.quartiles])
        elif one.values:
            told = listed([f"{count:,} “{value}”" for value, count in one.values.items()])
        else:
            continue
        said.append(say(f"{label(one.question)}: {told}.", row_path(AUDIT, "questions", place)))
    return tuple(said)


def findings(study: Study, kinds: tuple[str, ...] = ()) -> Said:
    """Tell what the audit found, alarms first.

    Parameters
    ----------
    study : Study
    kinds : tuple of str, default=()
        Kinds to tell; () for all.
    """
    if study.audit is None:
        return ()
    held = [(place, one) for place, one in enumerate(study.audit.findings) if not kinds or one.kind.value in kinds]
    held.sort(key=lambda one: not one[1].alarm)
    said = [
        say(
            f"{'Alarm' if one.alarm else 'To know'}, {one.kind.value}, {one.subject}: {one.said}",
            row_path(AUDIT, "findings", place),
        )
        for place, one in held[:SHOWN_FINDINGS]
    ]
    if len(held) > SHOWN_FINDINGS:
        said.append(say(f"{len(held):,} findings of this kind in all.", row_path(AUDIT, "findings")))
    return tuple(said)


def looked_for(study: Study) -> Said:
    """Tell what the audit looked for, so that finding nothing means something."""
    if study.audit is None:
        return (say("No audit of questions and groups was made.", AUDIT),)
    tests = study.audit.looked_for
    told = tuple(say(f"Looked for: {one}", row_path(AUDIT, "looked_for", place)) for place, one in enumerate(tests))
    if study.audit.findings or not tests:
        return told
    return (*told, say("None of these tests found anything.", row_path(AUDIT, "findings")))


def limits(study: Study) -> Said:
    """List everything that limits the study: cautions, caveats, alarms."""
    comparison = study.comparison
    said = [*cautions(study)]
    said += [
        say(one, row_path(COMPARISON, "caveats", place))
        for place, one in enumerate(comparison.caveats)
        if one not in study.cautions
    ]
    for place, contender in enumerate(comparison.contenders):
        said += [
            say(f"{contender.name}: {one}", row_path(COMPARISON, "contenders", place, "caveats", at))
            for at, one in enumerate(contender.caveats)
        ]
    return (*said, *_alarms(study))


def _alarms(study: Study) -> list[Statement]:
    """Tell the alarms of the audit."""
    held = study.audit.findings if study.audit is not None else ()
    places = [place for place, one in enumerate(held) if one.alarm][:SHOWN_FINDINGS]
    return [say(f"{held[at].subject}: {held[at].said}", row_path(AUDIT, "findings", at)) for at in places]


def whole_models(study: Study) -> Said:
    """Say which models are laid open whole, with their most important terms."""
    said = []
    for place, view in enumerate(study.views):
        path = row_path("study.views", place)
        if view.shapes:
            first = listed([question_label(shape.questions) for shape in view.shapes[:3]])
            told = f"{view.model}: {counted(len(view.shapes), 'term')}, intercept {number(view.intercept, 3)}; "
            told += f"first {first}."
        else:
            told = f"{view.model}: {counted(len(view.rules), 'rule')}."
        said.append(say(told, path))
    return tuple(said)


def analysed(study: Study) -> Said:
    """Count documents and events of the analysis."""
    design = study.comparison.design
    classes = class_words(study)
    told = f"Figures were computed on {counted(design.documents, 'document')}"
    told += f" ({classes})" if classes else ""
    told += f"; models were trained on {design.trained_on:,}." if design.trained_on else "."
    return (say(told, *class_rows(), row_path(DESIGN, "trained_on")),)


def explained(study: Study) -> Said:
    """Say how many decisions are explained one by one."""
    if not study.decisions:
        return ()
    return (
        say(
            f"{counted(len(study.decisions), 'decision')} explained term by term, each with its quotes and made by a "
            "model that had not seen the document.",
            "study.decisions",
        ),
    )


def cautions(study: Study) -> Said:
    """Repeat what is to be said before any number."""
    return tuple(say(one, row_path("study.cautions", place)) for place, one in enumerate(study.cautions))
