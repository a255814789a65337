"""Lists of cases as tables: the worklist, the decision log, answers to review."""

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.reporting._case_tabs import case_url
from pellucid.reporting._case_words import counted, moment, said
from pellucid.reporting._entry_words import entry_rows
from pellucid.reporting._templates import render
from pellucid.reporting._wording import label, percent, wording
from pellucid.schema import Answer, Entry, EntryKind, LogCheck, Questionnaire, WorkItem


def worklist_table(items: Sequence[WorkItem], base_url: str = "") -> Markup:
    """Draw the worklist as a table, in the order given.

    Parameters
    ----------
    items : sequence of WorkItem
    base_url : str, default=""
        Such as ``"/finance/"``: documents then are links to ``<base_url>?case=<id>``.

    Returns
    -------
    markupsafe.Markup

    Examples
    --------
    >>> table = worklist_table([WorkItem(document="we-1", probability=0.5, reasons=["near the threshold"])], "/we/")
    >>> 'href="/we/?case=we-1"' in table
    True
    """
    rows = [
        {
            "document": one.document,
            "url": case_url(base_url, one.document),
            "status": one.status,
            "risk": percent(one.probability),
            "exact": repr(one.probability),
            "direct": "not asked" if one.direct is None else percent(one.direct),
            "apart": "–" if one.direct is None else f"{one.disagreement * 100:.0f} points",
            "missing": f"{one.missing:,}",
            "corrected": f"{one.corrected:,}",
            "reasons": "; ".join(one.reasons),
        }
        for one in items
    ]
    return render("case_worklist.html.j2", rows=rows, open=sum(one.status == "open" for one in items))


def audit_table(entries: Sequence[Entry], check: LogCheck | None = None) -> Markup:
    """Draw entries of the decision log as a table, with what its verification found.

    Parameters
    ----------
    entries : sequence of Entry
        In the order in which they are to be shown.
    check : LogCheck or None, default=None
        None where the log was not verified; then nothing is said of it.

    Returns
    -------
    markupsafe.Markup
    """
    broken = {} if check is None else {f"{one.number:,}" for one in check.problems if one.number is not None}
    return render(
        "case_audit.html.j2",
        rows=entry_rows(entries),
        check=check,
        counted="" if check is None else counted(check.entries, "entry"),
        broken=broken,
    )


def review_table(
    answers: Sequence[tuple[str, Answer]],
    *,
    questionnaire: Questionnaire,
    entries: Sequence[Entry] = (),
    base_url: str = "",
) -> Markup:
    """Draw answers that a person should review, and what was said of them already.

    Parameters
    ----------
    answers : sequence of (str, Answer)
        Document and answer, in the order in which they are to be shown.
    questionnaire : Questionnaire
    entries : sequence of Entry
        Those of kind ``"reviewed"`` are looked at; the last one of an answer counts.
    base_url : str, default=""

    Returns
    -------
    markupsafe.Markup
    """
    kept = sorted((one for one in entries if one.kind is EntryKind.REVIEWED), key=lambda one: one.number)
    reviewed = {(entry.document, entry.body.get("question")): entry for entry in kept}
    rows = []
    for document, answer in answers:
        entry = reviewed.get((document, answer.question))
        rows.append(
            {
                "document": document,
                "url": case_url(base_url, document),
                "question": answer.question,
                "name": label(answer.question),
                "ask": wording(questionnaire, answer.question),
                "said": said(questionnaire, answer),
                "status": answer.status.value,
                "certainty": "" if answer.probability is None else percent(answer.probability),
                "quote": answer.quote,
                "located": answer.is_evidence,
                "cause": answer.cause,
                "review": "" if entry is None else entry_rows([entry])[0].words.split(": ", 1)[-1],
                "by": "" if entry is None else f"{entry.person}, {moment(entry.at)}",
            }
        )
    return render("case_review.html.j2", rows=rows, done=sum(bool(row["review"]) for row in rows))
