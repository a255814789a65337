"""The main panels of a case: document with evidence, decision, warnings, how sure; each a fragment without script."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.reporting._case_view import case_view
from pellucid.reporting._case_words import ChangedAnswer, case_warnings, changed_answers, said
from pellucid.reporting._decision_view import question_numbers
from pellucid.reporting._evidence_view import evidence_note, highlight
from pellucid.reporting._templates import render
from pellucid.reporting._wording import label, percent, percent_figure
from pellucid.schema import Answer, CaseFile, Status

_ROOT = re.compile(r"\.pellucid(?=[\s:,{])")
"""Said thrice, so that a rule outweighs a host page's own."""

_LONGEST_ORDER = 300
_MARKS = range(1, 81)
"""Numbers of marks whose every piece lights up when it is the target; of later ones only the first."""

_GROUPS = {
    Status.NOT_STATED: "The document does not say.",
    Status.UNSUPPORTED: "An answer was given, but its quote is not in the document.",
    Status.UNREADABLE: "The reply could not be read.",
    Status.CORRECTED: "A person changed the answer.",
    Status.ANSWERED: "Answered without words that could be found.",
}


@dataclass(frozen=True)
class Placeless:
    """One answer that has no place in the text, or whose place is a person's word.

    Attributes
    ----------
    name, said, quote, cause : str
    number : int or None
        Of its row in the table of terms.
    change : ChangedAnswer or None
    """

    name: str
    said: str
    quote: str
    cause: str
    number: int | None
    change: ChangedAnswer | None = None


@dataclass(frozen=True)
class Group:
    """Answers of one status.

    Attributes
    ----------
    status, about : str
    answers : tuple of Placeless
    """

    status: str
    about: str
    answers: tuple[Placeless, ...]


@dataclass(frozen=True)
class Order:
    """Words of a document that read like an order.

    Attributes
    ----------
    kind, words : str
    start, end : str
    """

    kind: str
    words: str
    start: str
    end: str


def case_css() -> str:
    """Return the style of all fragments.

    Every rule stands under ``.pellucid``, so that nothing else on a page changes, and is
    strong enough for a host page's own rules of headings and tables. Light and dark: as
    the device is set, and inside Gradio as its own switch says.

    Returns
    -------
    str
        CSS for a ``<style>`` or a file of its own.

    Examples
    --------
    >>> ".pellucid" in case_css()
    True
    """
    return _ROOT.sub(".pellucid.pellucid.pellucid", str(render("case.css", marks=_MARKS)))


def document_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw the document of a case with its evidence marked, and what has no place in it.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
        Begins every id; the same for the decision panel beside it, and unique on a page.
    level : int, default=3
        Of its heading.

    Returns
    -------
    markupsafe.Markup
        One ``<div class="pellucid …">`` without script.
    """
    return render(
        "case_document.html.j2",
        case=case,
        prefix=prefix,
        level=level,
        text=highlight(case.text, case.decision, prefix=prefix, linked=True),
        note=evidence_note(case.text),
        orders=_orders(case),
        groups=placeless(case),
    )


def decision_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw the decision of a case: the answer in words, the main reasons, every term, and the sum.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
        The same as of the document panel it leads to.
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
        Its element carries ``data-score``, ``data-probability`` and ``data-intercept``, every
        row ``data-term`` and ``data-points``: the record's numbers, unrounded.
    """
    decision = case.decision
    return render(
        "case_decision.html.j2",
        case=case,
        prefix=prefix,
        level=level,
        view=case_view(case),
        score=repr(decision.score),
        probability=repr(decision.probability),
        intercept=repr(decision.intercept),
    )


def warnings_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw what a person should look at before trusting the decision.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    return render("case_warnings.html.j2", warnings=case_warnings(case), prefix=prefix, level=level)


def sureness_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw how sure the decision is: threshold, bags, classes not ruled out, repeated readings.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
        Says of each that it is not known where it is not.
    """
    bags, found = case.sureness.bags, case.sureness.prediction_set
    stability = case.sureness.stability
    steady = sum(one.same == one.readings for one in stability)
    return render(
        "case_sureness.html.j2",
        prefix=prefix,
        level=level,
        view=case_view(case),
        gap=_gap(case.decision.probability, case.threshold),
        crosses=bags is not None and bags.low < case.threshold <= bags.high,
        set=None
        if found is None
        else {
            "classes": found.classes,
            "level": percent(found.level),
            "coverage": percent_figure(found.coverage),
            "documents": f"{found.calibrated_on:,}",
            "p_values": [(name, percent(p)) for name, p in found.p_values.items()],
        },
        steady=f"{steady} of {len(stability)} answers were the same in every reading.",
        read_again=bool(stability),
        unsteady=[
            {"name": label(one.question), "same": one.same, "readings": one.readings}
            for one in stability
            if one.same < one.readings
        ],
    )


def placeless(case: CaseFile) -> tuple[Group, ...]:
    """Group the answers that have no words in the text, and those a person changed.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    tuple of Group
        By status, without empty ones.
    """
    changes: dict[str, ChangedAnswer] = {one.question: one for one in changed_answers(case) if one.stands}
    numbers = question_numbers(case.decision)
    groups = []
    for status, about in _GROUPS.items():
        found = [one for one in case.answers() if _belongs(one, status)]
        if found:
            rows = tuple(_placeless(case, one, numbers.get(one.question), changes.get(one.question)) for one in found)
            groups.append(Group(status.value, about, rows))
    return tuple(groups)


def _belongs(answer: Answer, status: Status) -> bool:
    """Whether an answer is told in the group of a status."""
    return answer.status is status and (status is not Status.ANSWERED or not answer.is_evidence)


def _placeless(case: CaseFile, answer: Answer, number: int | None, change: ChangedAnswer | None) -> Placeless:
    """Write one answer."""
    told = answer.status in (Status.UNSUPPORTED, Status.ANSWERED, Status.CORRECTED)
    return Placeless(
        name=label(answer.question),
        said=said(case.questionnaire, answer) if told else "",
        quote=answer.quote,
        cause=answer.cause,
        number=number,
        change=change if answer.status is Status.CORRECTED else None,
    )


def _orders(case: CaseFile) -> tuple[Order, ...]:
    """Write the spans that read like orders, cut where they are long."""
    return tuple(
        Order(
            flag.kind,
            case.text[flag.start : min(flag.end, flag.start + _LONGEST_ORDER)]
            + ("…" if flag.end - flag.start > _LONGEST_ORDER else ""),
            f"{flag.start:,}",
            f"{flag.end:,}",
        )
        for flag in case.flags
    )


def _gap(probability: float, threshold: float) -> str:
    """Say how far a probability is from the threshold."""
    points = f"{abs(probability - threshold) * 100:.0f}"
    if points == "0":
        return "less than one percentage point away"
    return f"{points} percentage {'point' if points == '1' else 'points'} away"
