"""Letters to the person a decision is about: its principal reasons, and its explanation; HTML without script."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._case_tabs import change_words
from pellucid.reporting._case_view import case_view
from pellucid.reporting._case_words import case_warnings, changed_answers, counted, moment, worded
from pellucid.reporting._decision_view import outcome_words
from pellucid.reporting._templates import render
from pellucid.reporting._wording import label, percent, question_label
from pellucid.schema import (
    OVERRIDE_REASONS,
    CaseFile,
    CounterfactualSet,
    DecisionBody,
    Entry,
    EntryKind,
    LetterWording,
    PrincipalReason,
    ReasonMethod,
    Status,
)

MOST_REASONS = 4
_HELD = {
    ReasonMethod.AVERAGE: "against the average of the documents the model learnt from",
    ReasonMethod.BEST: "against the best that any document the model learnt from reached",
}


@dataclass(frozen=True)
class LetterReason:
    """One reason in a letter.

    Attributes
    ----------
    wording : str
    names, said, quote : str
        The question, what was read, and the words behind it.
    own : bool
        Whether the wording is more than question and answer.
    """

    wording: str
    names: str
    said: str
    quote: str
    own: bool


def reason_letter(
    case: CaseFile,
    reasons: Sequence[PrincipalReason],
    *,
    method: ReasonMethod | str = ReasonMethod.AVERAGE,
    entries: Sequence[Entry] = (),
    sender: str = "",
    recipient: str = "",
    date: str = "",
    contact: str = "",
    wording: LetterWording | None = None,
) -> str:
    """Write the letter that names the principal reasons of a decision, as one HTML page.

    Parameters
    ----------
    case : CaseFile
    reasons : sequence of PrincipalReason
        The weightiest first; the first four are named.
    method : ReasonMethod or str, default="against average"
        How they were found; the letter says so.
    entries : sequence of Entry, default=()
        The decision log of the case; its last signed decision counts, else the model's.
    sender, recipient, date, contact : str, default=""
        What is left out stands in square brackets, to be filled in.
    wording : LetterWording or None, default=None
        The domain's own words, of ``Domain.letter_wording()``; None uses general ones.

    Returns
    -------
    str
        HTML without script, for screen and print; to be written as UTF-8.

    Raises
    ------
    InvalidInputError
        If `method` is neither of the two.
    """
    words = wording or LetterWording()
    chosen = _method(method)
    decided = decided_words(case, entries)
    adverse = decided == case.outcomes[1]
    told = f"The result in the matter named in the reference is: “{decided}”."
    if not adverse:
        told += " It is not the unfavourable one; the factors below lay on the unfavourable side all the same."
    return str(
        render(
            "letter_reasons.html.j2",
            **_head(case, sender, recipient, date, contact),
            title=(words.subject if adverse else "") or "Reasons for the decision",
            decision=(words.decision if adverse else "") or told,
            reasons=letter_reasons(case, reasons, words),
            held=_HELD[chosen],
            how=f"Method: every factor’s points were held {_HELD[chosen]}; named are those that lie furthest on the "
            "unfavourable side.",
            corrected=_corrected(case),
            notices=words.notices,
        )
    )


def explanation_letter(
    case: CaseFile,
    reasons: Sequence[PrincipalReason],
    changes: CounterfactualSet | None = None,
    *,
    entries: Sequence[Entry] = (),
    sender: str = "",
    recipient: str = "",
    date: str = "",
    contact: str = "",
    wording: LetterWording | None = None,
) -> str:
    """Write the letter that explains a decision to the person it is about, as one HTML page.

    It says what part the system had, the main elements of the decision, which data were used
    and missing, to what extent other data would have led to another result, who decided, and
    how to contest it.

    Parameters
    ----------
    case : CaseFile
    reasons : sequence of PrincipalReason
    changes : CounterfactualSet or None, default=None
        None says that it was not looked for.
    entries : sequence of Entry
        The decision log of the case; its last signed decision is told.
    sender, recipient, date, contact : str, default=""
    wording : LetterWording or None, default=None

    Returns
    -------
    str
        HTML without script, for screen and print; to be written as UTF-8.
    """
    words = wording or LetterWording()
    decided, signed = signed_words(case, entries)
    answers = case.answers()
    silent = [one for one in answers if one.value is None or one.status is Status.UNSUPPORTED]
    missing = ", ".join(f"{label(one.question)} ({one.status.value})" for one in silent)
    return str(
        render(
            "letter_explanation.html.j2",
            **_head(case, sender, recipient, date, contact),
            title=words.explanation_subject or "Explanation of the decision",
            decided=decided,
            signed=signed,
            asked=counted(len(case.questionnaire.questions), "fixed question"),
            view=case_view(case),
            reasons=letter_reasons(case, reasons, words),
            used=f"{len(answers) - len(silent)} of {len(answers)} answers, each read from the file ({case.source}).",
            missing=missing,
            corrections=changed_answers(case),
            **_variation(case, changes),
            limits=case_warnings(case),
            notices=words.explanation_notices,
        )
    )


def letter_reasons(
    case: CaseFile, reasons: Sequence[PrincipalReason], wording: LetterWording
) -> tuple[LetterReason, ...]:
    """Word the first four reasons: in the domain's words, else in those of the record, else in general ones.

    Parameters
    ----------
    case : CaseFile
    reasons : sequence of PrincipalReason
    wording : LetterWording

    Returns
    -------
    tuple of LetterReason
    """
    values = {one.question: one.value for one in case.answers() if one.status is not Status.UNSUPPORTED}
    return tuple(
        _reason(one, wording.reason(one.questions, values) or one.wording)
        for one in sorted(reasons, key=lambda one: one.rank)[:MOST_REASONS]
    )


def signed_words(case: CaseFile, entries: Sequence[Entry]) -> tuple[str, str]:
    """Say what was decided, and who signed it.

    Parameters
    ----------
    case : CaseFile
    entries : sequence of Entry

    Returns
    -------
    tuple of (str, str)
        The last accepted or overridden entry counts; without one, that nobody has signed.
    """
    found = _signed(entries)
    if found is None:
        told = decided_words(case, entries)
        return f"The model’s result is: “{told}”.", "No person has signed a decision yet; it is not final."
    last, body = found
    who = f"Decided on {moment(last.at)} by {last.person} ({last.role.value}), a person, who saw the model’s result"
    if body.decided == body.predicted:
        return f"The decision is: “{body.decided}”.", f"{who} and came to the same."
    reason = OVERRIDE_REASONS[body.reason].lower()
    return (
        f"The decision is: “{body.decided}”.",
        f"{who}, “{body.predicted}”, and decided otherwise. Reason: {reason}.",
    )


def decided_words(case: CaseFile, entries: Sequence[Entry]) -> str:
    """Return what stands: the decision that a person signed last, else the model's.

    Parameters
    ----------
    case : CaseFile
    entries : sequence of Entry

    Returns
    -------
    str
        One of the case's outcomes, in words.
    """
    found = _signed(entries)
    return outcome_words(case.decision, case.outcomes)[1] if found is None else found[1].decided


def text_digest(case: CaseFile) -> str:
    """Return the SHA-256 of a case's document, as 64 hexadecimal digits."""
    return hashlib.sha256(case.text.encode("utf-8", "surrogatepass")).hexdigest()


def _variation(case: CaseFile, changes: CounterfactualSet | None) -> dict[str, object]:
    """Write the changes that would lead elsewhere, or why there are none."""
    if changes is None:
        return {"changes": (), "no_changes": "It was not looked for changes of the data."}
    told = [
        {"told": change_words(one), "risk": percent(one.probability), "predicted": one.predicted}
        for one in changes.found
    ]
    return {"changes": told, "no_changes": worded(changes.reason, case.questionnaire)}


def _reason(one: PrincipalReason, wording: str) -> LetterReason:
    """Write one reason; without a wording, as question and answer."""
    names = question_label(one.questions)
    plain = f"{names}: {one.said}"
    return LetterReason(wording or plain, names, one.said, one.quote, own=bool(wording) and wording != plain)


def _signed(entries: Sequence[Entry]) -> tuple[Entry, DecisionBody] | None:
    """Find the decision that was signed last."""
    kinds = (EntryKind.ACCEPTED, EntryKind.OVERRIDDEN)
    last = max((one for one in entries if one.kind in kinds), key=lambda one: one.number, default=None)
    body = None if last is None else last.signed()
    return (last, body) if last is not None and isinstance(body, DecisionBody) else None


def _head(case: CaseFile, sender: str, recipient: str, date: str, contact: str) -> dict[str, object]:
    """Return what every letter's frame needs."""
    return {
        "case": case,
        "sender": sender,
        "recipient": recipient,
        "date": date,
        "contact": contact,
        "text_digest": text_digest(case),
    }


def _method(method: ReasonMethod | str) -> ReasonMethod:
    """Return the method, or refuse it."""
    try:
        return ReasonMethod(method)
    except ValueError:
        allowed = ", ".join(repr(one.value) for one in ReasonMethod)
        raise InvalidInputError(f"method: got {method!r}; give one of {allowed}") from None


def _corrected(case: CaseFile) -> str:
    """Say that answers were changed; empty where none was."""
    count = sum(one.stands for one in changed_answers(case))
    return f"{counted(count, 'answer')} had been changed by a person before the decision." if count else ""
