"""Whether a person's signature holds for a case as it stands, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pellucid.reporting._case_words import counted, moment
from pellucid.reporting._decision_view import outcome_words
from pellucid.schema import OVERRIDE_REASONS, CaseFile, DecisionBody, Entry, EntryKind, text_digest


@dataclass(frozen=True)
class Standing:
    """The last signed decision on a case, held against the case as it stands.

    Attributes
    ----------
    entry : Entry or None
        None where nobody has signed.
    body : DecisionBody or None
        What was signed.
    void : tuple of str
        What has changed since; the signature holds only where nothing has.
    """

    entry: Entry | None = None
    body: DecisionBody | None = None
    void: tuple[str, ...] = ()

    @property
    def holds(self) -> DecisionBody | None:
        """What was signed, where it holds for the case as it stands."""
        return None if self.void else self.body

    @property
    def overrides(self) -> DecisionBody | None:
        """What was signed, where it holds and is not the model's own."""
        held = self.holds
        return held if held is not None and held.decided != held.predicted else None


def standing(case: CaseFile, entries: Sequence[Entry]) -> Standing:
    """Find the decision signed last, and whether it was on this case as it stands.

    Parameters
    ----------
    case : CaseFile
    entries : sequence of Entry
        The decision log of the case; those on other documents are passed over.

    Returns
    -------
    Standing
        Void where an answer was corrected later, where the model or the text is another
        one, and where an answer is only tried out.
    """
    ours = [one for one in entries if one.document == case.document]
    kinds = (EntryKind.ACCEPTED, EntryKind.OVERRIDDEN)
    last = max((one for one in ours if one.kind in kinds), key=lambda one: one.number, default=None)
    body = None if last is None else last.signed()
    if last is None or not isinstance(body, DecisionBody):
        return Standing()
    later = sum(one.kind is EntryKind.CORRECTED and one.number > last.number for one in ours)
    found = {
        f"{counted(later, 'correction')} of answers {'was' if later == 1 else 'were'} signed": later > 0,
        "the model has become another one": body.model_digest != case.model_digest,
        "the text has become another one": bool(body.text_digest) and body.text_digest != text_digest(case.text),
        "an answer was changed without a signature": case.is_draft,
    }
    return Standing(last, body, tuple(words for words, holds in found.items() if holds))


def signed_words(case: CaseFile, entries: Sequence[Entry]) -> tuple[str, str]:
    """Say what was decided, and who signed it.

    Parameters
    ----------
    case : CaseFile
    entries : sequence of Entry

    Returns
    -------
    tuple of (str, str)
        The last accepted or overridden entry counts, as long as it holds for the case as it
        stands; without one, that nobody has signed.
    """
    found = standing(case, entries)
    model = f"The model’s result is: “{outcome_words(case.decision, case.outcomes)[1]}”."
    if found.entry is None or found.body is None:
        return model, "No person has signed a decision yet; it is not final."
    who = f"{found.entry.person} ({found.entry.role.value})"
    when = moment(found.entry.at)
    if found.void:
        return model, (
            f"It is not signed as it stands. On {when}, {who} signed “{found.body.decided}” on an earlier state of the "
            f"case; since then {' and '.join(found.void)}. A person has to decide anew; it is not final."
        )
    told = f"Decided on {when} by {who}, a person, who saw the model’s result"
    decided = f"The decision is: “{found.body.decided}”."
    if found.overrides is None:
        return decided, f"{told} and came to the same."
    return decided, f"{told}, “{found.body.predicted}”, and decided otherwise. {override_words(found.body, note=True)}"


def override_words(body: DecisionBody, *, note: bool) -> str:
    """Say why a person decided otherwise than the model.

    Parameters
    ----------
    body : DecisionBody
        An override.
    note : bool
        Whether the person's own words are told; where the coded reason says nothing by
        itself, they always are.

    Returns
    -------
    str

    Examples
    --------
    >>> body = DecisionBody(probability=0.7, score=0.8, predicted="rain", decided="dry", reason="new", note="Wind.",
    ...                     model="EBM")
    >>> override_words(body, note=True)
    'Reason: there is new information. In the person’s words: “Wind.”'
    """
    own = body.note.strip()
    if body.reason == "other":
        return f"Reason, in the person’s words: “{own}”"
    words = OVERRIDE_REASONS[body.reason]
    told = f"Reason: {words[:1].lower()}{words[1:]}."
    return f"{told} In the person’s words: “{own}”" if note and own else told


def decided_words(case: CaseFile, entries: Sequence[Entry]) -> str:
    """Return what stands: the decision that a person signed on this case as it stands, else the model's.

    Parameters
    ----------
    case : CaseFile
    entries : sequence of Entry

    Returns
    -------
    str
        One of the case's outcomes, in words.
    """
    held = standing(case, entries).holds
    return outcome_words(case.decision, case.outcomes)[1] if held is None else held.decided
