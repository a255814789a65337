"""The further panels of a case: basis, second opinion, similar cases, what would change, corrections, signatures."""

from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup

from pellucid.reporting._case_view import case_rows, case_view, main_reasons, scale
from pellucid.reporting._case_words import (
    case_warnings,
    changed_answers,
    counted,
    read_by_person,
    risk_words,
    said,
    worded,
)
from pellucid.reporting._decision_view import gap_words, outcome_words
from pellucid.reporting._entry_words import entry_rows
from pellucid.reporting._templates import render
from pellucid.reporting._wording import direction, label, number, percent, points_text, question_label
from pellucid.schema import CaseFile, Counterfactual, CounterfactualSet, Entry, SimilarCase, Status


def basis_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw what a decision rests on, so that a person can review it: inputs, missing data, logic, validation, limits.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    rows = [
        {"name": label(answer.question), "said": said(case.questionnaire, answer), "status": answer.status.value}
        for answer in case.answers()
    ]
    silent = {status.value for status in (Status.NOT_STATED, Status.UNREADABLE, Status.UNSUPPORTED)}
    given = [answer for answer in case.answers() if answer.value is not None and answer.status.value not in silent]
    names = {label(answer.question) for answer in given}
    return render(
        "case_basis.html.j2",
        case=case,
        prefix=prefix,
        level=level,
        outcome=outcome_words(case.decision, case.outcomes)[0],
        used=len(given),
        asked=len(case.questionnaire.questions),
        inputs=[row for row in rows if row["name"] in names],
        missing=[row for row in rows if row["name"] not in names],
        threshold=percent(case.threshold),
        trained=counted(case.trained_on, "document"),
        by_person=read_by_person(case),
        limits=case_warnings(case),
    )


def second_opinion_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw the glass box beside the language model asked directly, and where they part.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    decision, direct = case.decision, case.direct
    _, decided = outcome_words(decision, case.outcomes)
    other = case.outcomes[int(direct is not None and direct >= case.threshold)]
    return render(
        "case_second.html.j2",
        case=case,
        prefix=prefix,
        level=level,
        scale=scale(case, direct=True),
        risk=risk_words(decision.probability, case.threshold)[0],
        decided=decided,
        reasons=main_reasons(case_rows(decision, case.questionnaire), decision)[:3],
        direct="" if direct is None else percent(direct),
        direct_decided=other,
        agree=other == decided,
        gap="" if direct is None else gap_words(decision.probability, direct),
    )


def similar_panel(
    case: CaseFile, similar: Sequence[SimilarCase], *, base_url: str = "", prefix: str = "case", level: int = 3
) -> Markup:
    """Draw the cases that the model treats most like this one, with what really happened.

    Parameters
    ----------
    case : CaseFile
    similar : sequence of SimilarCase
        Nearest first.
    base_url : str, default=""
        Such as ``"/finance/"``: cases then are links to ``<base_url>?case=<id>``.
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    rows = [
        {
            "document": one.document,
            "url": case_url(base_url, one.document),
            "risk": percent(one.probability),
            "predicted": one.predicted,
            "observed": one.observed,
            "agrees": one.predicted == one.observed,
            "distance": number(one.distance),
            "terms": [
                {
                    "name": question_label(term.questions),
                    "said": term.said,
                    "said_here": term.said_here,
                    "quote": term.quote,
                    "points": points_text(term.points),
                    "points_here": points_text(term.points_here),
                }
                for term in one.terms
            ],
        }
        for one in similar
    ]
    ended = sum(one.observed == case.outcomes[1] for one in similar)
    told = f"Of these {len(similar)}, {ended} had the outcome “{case.outcomes[1]}”; so few prove nothing."
    return render("case_similar.html.j2", cases=rows, ended=told if similar else "", prefix=prefix, level=level)


def changes_panel(changes: CounterfactualSet, case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw the smallest changes of answers that would lead to another decision.

    Parameters
    ----------
    changes : CounterfactualSet
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
        Where there are none, why.
    """
    rows = [
        {
            "told": change_words(one),
            "risk": risk_words(one.probability, case.threshold)[0],
            "exact": repr(one.probability),
            "predicted": one.predicted,
            "changes": [
                {
                    "name": label(change.question),
                    "before": change.before_said,
                    "after": change.after_said,
                    "points": points_text(change.points),
                    "kind": direction(change.points).replace(" ", "-"),
                }
                for change in one.changes
            ],
        }
        for one in changes.found
    ]
    return render(
        "case_changes.html.j2",
        found=rows,
        reason=worded(changes.reason, case.questionnaire),
        target=changes.target,
        risk=risk_words(case.decision.probability, case.threshold)[0],
        prefix=prefix,
        level=level,
    )


def corrections_panel(case: CaseFile, *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw every answer that a person changed: before, after, who, when, why; risk before and now.

    Parameters
    ----------
    case : CaseFile
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    return render(
        "case_corrections.html.j2",
        changes=changed_answers(case),
        before=risk_words(case.original.probability, case.threshold)[0],
        now=case_view(case).risk,
        prefix=prefix,
        level=level,
    )


def signed_panel(entries: Sequence[Entry], *, prefix: str = "case", level: int = 3) -> Markup:
    """Draw what people signed on a case.

    Parameters
    ----------
    entries : sequence of Entry
        Those of one case, in the order in which they are to be shown.
    prefix : str, default="case"
    level : int, default=3

    Returns
    -------
    markupsafe.Markup
    """
    return render("case_signed.html.j2", entries=entry_rows(entries), prefix=prefix, level=level)


def change_words(one: Counterfactual) -> str:
    """Say a change as the first half of a sentence.

    Examples
    --------
    >>> from pellucid.schema import Change
    >>> change = Change(question="size", before=9, after=5, before_said="9 cm", after_said="5 cm", points=-0.4)
    >>> change_words(Counterfactual(document="d", changes=[change], distance=1.0, score=-0.1, probability=0.48,
    ...                             predicted="no"))
    'If size were “5 cm” instead of “9 cm”,'
    """
    parts = [f"{label(made.question).lower()} were “{made.after_said}” instead of “{made.before_said}”"
             for made in one.changes]  # fmt: skip
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"If {joined},"


def case_url(base_url: str, document: str) -> str:
    """Return the address of a case; empty without a base.

    Examples
    --------
    >>> case_url("/weather/", "we 1&x"), case_url("", "we-1")
    ('/weather/?case=we%201%26x', '')
    """
    return f"{base_url}?case={quote(document, safe='')}" if base_url else ""
