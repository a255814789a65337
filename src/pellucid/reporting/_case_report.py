"""Everything about one decision as one HTML file: document, decision, reasons, doubts, changes, signatures, digests."""

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.reporting._case_panels import case_css, decision_panel, document_panel, sureness_panel, warnings_panel
from pellucid.reporting._case_tabs import (
    basis_panel,
    changes_panel,
    corrections_panel,
    second_opinion_panel,
    signed_panel,
    similar_panel,
)
from pellucid.reporting._standing import signed_words
from pellucid.reporting._templates import render
from pellucid.schema import CaseFile, CounterfactualSet, Entry, SimilarCase, text_digest


def decision_report(
    case: CaseFile,
    similar: Sequence[SimilarCase] = (),
    changes: CounterfactualSet | None = None,
    entries: Sequence[Entry] = (),
) -> str:
    """Write everything about one decision as one HTML file.

    Parameters
    ----------
    case : CaseFile
    similar : sequence of SimilarCase
    changes : CounterfactualSet or None, default=None
        None where it was not looked for; then the page does not speak of it.
    entries : sequence of Entry
        The decision log of the case.

    Returns
    -------
    str
        HTML without script that asks no host for anything; light, dark and print. To be
        written as UTF-8 with line ends unchanged (``newline=""``).
    """
    parts = [
        warnings_panel(case, level=2),
        decision_panel(case, level=2),
        document_panel(case, level=2),
        corrections_panel(case, level=2),
        sureness_panel(case, level=2),
        second_opinion_panel(case, level=2),
        *([changes_panel(changes, case, level=2)] if changes is not None else []),
        similar_panel(case, similar, level=2),
        signed_panel(entries, level=2),
        basis_panel(case, level=2),
    ]
    return str(
        render(
            "case_report.html.j2",
            case=case,
            parts=parts,
            standing=" ".join(signed_words(case, entries)),
            style=Markup(case_css()),  # noqa: S704 - our own file
            text_digest=text_digest(case.text),
        )
    )
