"""Letters to the person a decision is about: its principal reasons, and its explanation; HTML without script."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._case_tabs import change_words
from pellucid.reporting._case_view import case_view
from pellucid.reporting._case_words import (
    ChangedAnswer,
    by_person,
    case_warnings,
    changed_answers,
    counted,
    moment,
    read_by_person,
    risk_words,
    worded,
)
from pellucid.reporting._decision_view import outcome_words
from pellucid.reporting._standing import Standing, decided_words, override_words, signed_words, standing
from pellucid.reporting._templates import render
from pellucid.reporting._wording import label, question_label
from pellucid.schema import (
    Answer,
    CaseFile,
    CounterfactualSet,
    Entry,
    LetterWording,
    PrincipalReason,
    ReasonMethod,
    Status,
    text_digest,
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
        The question, its answer, and the words behind it.
    origin : str
        Who gave the answer, or that there is none.
    own : bool
        Whether the wording is more than question and answer.
    """

    wording: str
    names: str
    said: str
    quote: str
    origin: str
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
        The decision log of the case. Where its last signed decision does not hold for the case
        as it stands, the letter is marked as a draft. Where a person decided otherwise than the
        model, their reason leads, and the model's factors are not given as reasons.
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
    found = standing(case, entries)
    adverse = found.holds is not None and found.holds.decided == case.outcomes[1]
    title = "Reasons for the decision" if found.holds else "Reasons for the model’s result"
    return str(
        render(
            "letter_reasons.html.j2",
            **_head(case, found, sender, recipient, date, contact),
            title=(words.subject if adverse else "") or title,
            decision=(words.decision if adverse else "") or _told(case, entries, found),
            override="" if found.overrides is None else override_words(found.overrides, note=False),
            model=outcome_words(case.decision, case.outcomes)[1],
            reasons=letter_reasons(case, reasons, words),
            held=_HELD[chosen],
            how=f"Method: every factor’s points were held {_HELD[chosen]}; named are those that lie furthest on the "
            "unfavourable side.",
            corrected=_corrected(case, found),
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
    found = standing(case, entries)
    decided, signed = signed_words(case, entries)
    view = case_view(case)
    subject = words.explanation_subject if found.holds else "Explanation of the model’s result"
    silent = [one for one in case.answers() if _is_silent(one)]
    return str(
        render(
            "letter_explanation.html.j2",
            **_head(case, found, sender, recipient, date, contact),
            title=subject or "Explanation of the decision",
            decided=decided,
            signed=signed,
            override="" if found.overrides is None else override_words(found.overrides, note=True),
            asked=counted(len(case.questionnaire.questions), "fixed question"),
            view=view,
            elements=[(row, _given_by_person(case, row.ids.split(" × "))) for row in view.reasons],
            reasons=letter_reasons(case, reasons, words),
            used=_used(case, len(silent)),
            missing=", ".join(f"{label(one.question)} ({one.status.value})" for one in silent),
            corrections=_corrections(case, found),
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
    answers = {one.question: one for one in case.answers()}
    values = {name: one.value for name, one in answers.items()}
    found = []
    for one in sorted(reasons, key=lambda one: one.rank)[:MOST_REASONS]:
        behind = [answers[name] for name in one.questions if name in answers]
        # No wording speaks of an answer that could not be used: it is neither given nor "not stated".
        unusable = any(answer.status in (Status.UNSUPPORTED, Status.UNREADABLE) for answer in behind)
        bare = f"{' and '.join(one.questions)}: {one.said}"
        general = "" if one.wording == bare else one.wording
        own = "" if unusable else wording.reason(one.questions, values)
        found.append(_reason(one, own or general, _origin(behind)))
    return tuple(found)


def _variation(case: CaseFile, changes: CounterfactualSet | None) -> dict[str, object]:
    """Write the changes that would lead elsewhere, or why there are none."""
    if changes is None:
        return {"changes": (), "no_changes": "It was not looked for changes of the data."}
    told = [
        {"told": change_words(one), "risk": risk_words(one.probability, case.threshold)[0], "predicted": one.predicted}
        for one in changes.found
    ]
    return {"changes": told, "no_changes": worded(changes.reason, case.questionnaire)}


def _reason(one: PrincipalReason, wording: str, origin: str) -> LetterReason:
    """Write one reason; without a wording, as question and answer."""
    names = question_label(one.questions)
    plain = f"{names}: {one.said}"
    return LetterReason(wording or plain, names, one.said, one.quote, origin, own=bool(wording) and wording != plain)


def _origin(answers: Sequence[Answer]) -> str:
    """Say who gave the answers behind a reason."""
    if answers and all(by_person(one) for one in answers):
        return "Not stated, as a person says" if all(one.value is None for one in answers) else "Given by a person"
    if answers and all(one.status is Status.NOT_STATED for one in answers):
        return "The file does not say"
    if any(one.status in (Status.UNSUPPORTED, Status.UNREADABLE) for one in answers):
        return "No answer that could be used was read from the file"
    read = all(one.status is Status.ANSWERED for one in answers) and not any(map(by_person, answers))
    return "Read from the file" if answers and read else "Answers"


def _is_silent(answer: Answer) -> bool:
    """Whether the glass box got no value."""
    return answer.value is None or answer.status is Status.UNSUPPORTED


def _given_by_person(case: CaseFile, questions: Sequence[str]) -> bool:
    """Whether a person gave any of some answers."""
    return any(by_person(one) for one in case.answers() if one.question in questions and not _is_silent(one))


def _used(case: CaseFile, silent: int) -> str:
    """Say how many answers were used, and where they come from."""
    answers = case.answers()
    given = sum(by_person(one) for one in answers if not _is_silent(one))
    used = f"{len(answers) - silent} of {len(answers)} answers"
    if read_by_person(case):
        return f"{used}, each given by a person ({case.source})."
    read = len(answers) - silent - given
    return f"{used}: {read} read from the file ({case.source}), {given} given by a person."


def _told(case: CaseFile, entries: Sequence[Entry], found: Standing) -> str:
    """Say the result where the domain has no words for it."""
    if found.holds is None:
        return " ".join(signed_words(case, entries))
    decided = decided_words(case, entries)
    told = f"The result in the matter named in the reference is: “{decided}”."
    if decided == case.outcomes[1]:
        return told
    return f"{told} It is not the unfavourable one; the factors below lay on the unfavourable side all the same."


def _head(case: CaseFile, found: Standing, sender: str, recipient: str, date: str, contact: str) -> dict[str, object]:
    """Return what every letter's frame needs."""
    return {
        "case": case,
        "draft": found.holds is None,
        "void": bool(found.void),
        "by_person": read_by_person(case),
        "sender": sender,
        "recipient": recipient,
        "date": date,
        "contact": contact,
        "text_digest": text_digest(case.text),
    }


def _method(method: ReasonMethod | str) -> ReasonMethod:
    """Return the method, or refuse it."""
    try:
        return ReasonMethod(method)
    except ValueError:
        allowed = ", ".join(repr(one.value) for one in ReasonMethod)
        raise InvalidInputError(f"method: got {method!r}; give one of {allowed}") from None


def _corrections(case: CaseFile, found: Standing) -> tuple[tuple[str, tuple[ChangedAnswer, ...]], ...]:
    """Tell what people changed: before the decision, after it, or only tried out."""
    signed = [one for one in changed_answers(case) if not one.draft]
    tried = [one for one in changed_answers(case) if one.draft]
    later: list[ChangedAnswer] = []
    before = "A person changed:"
    if found.holds is not None:
        before = "A person changed before the decision:"
    elif found.entry is not None:
        number = found.entry.number
        later = [one for one in signed if one.number is not None and one.number > number]
        signed = [one for one in signed if one not in later]
        before = "A person changed before the decision that no longer stands:"
    after = "" if found.entry is None else f"Changed after the decision of {moment(found.entry.at)}:"
    told = ((before, signed), (after, later), ("Only tried out, signed by nobody:", tried))
    return tuple((heading, tuple(ones)) for heading, ones in told if ones)


def _corrected(case: CaseFile, found: Standing) -> str:
    """Say that answers were changed; empty where none was."""
    count = sum(one.stands for one in changed_answers(case) if not one.draft)
    if not count:
        return ""
    if found.holds is not None:
        return f"{counted(count, 'answer')} had been changed by a person before the decision."
    return f"{counted(count, 'answer')} {'was' if count == 1 else 'were'} changed by a person."
