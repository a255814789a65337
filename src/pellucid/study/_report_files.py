"""A study's report as files: pages to read, cards to publish, one JSON that all of them are drawn from."""

from collections.abc import Mapping
from pathlib import Path

from pellucid.reporting import (
    annex_page,
    build_report,
    data_card_markdown,
    model_card_markdown,
    questions_toml,
    report_page,
    summary_page,
)
from pellucid.schema import Card, to_json, write_files
from pellucid.study._run import StudyResult

FILES = {
    "report": "report.html",
    "summary": "summary.html",
    "annex": "annex-iv.html",
    "model card": "model-card.md",
    "data card": "data-card.md",
    "to answer": "to-answer.toml",
    "data": "report.json",
}
"""What a report consists of, by what it is called; the cards as JSON and the decisions stand beside them."""


def write_report(result: StudyResult, folder: Path, *, answers: Mapping[str, str] | None = None) -> dict[str, Path]:
    """Write the report on a study, all of its files or none.

    Parameters
    ----------
    result : StudyResult
    folder : Path
        Made where it is missing.
    answers : mapping of str to str or None, default=None
        What a person says to the items that no run can fill, by item; see
        `pellucid.reporting.read_answers`.

    Returns
    -------
    dict of str to Path
        By the names in `FILES`. ``to answer`` lists what is still asked, with the answers
        that were given; filled in, it is what `answers` is read from.
    """
    report = build_report(result.study, answers=answers)
    paths = {name: folder / file for name, file in FILES.items()}
    write_files(
        {
            paths["report"]: report_page(report),
            paths["summary"]: summary_page(report),
            paths["annex"]: annex_page(report),
            paths["model card"]: model_card_markdown(report),
            paths["data card"]: data_card_markdown(report),
            paths["to answer"]: questions_toml(report),
            paths["data"]: report.to_json(),
            folder / "model-card.json": _card(report.model_card),
            folder / "data-card.json": _card(report.data_card),
            folder / "comparison.json": to_json(result.study.comparison.model_dump(mode="json"), indent=2) + "\n",
            folder / "decisions.jsonl": "".join(
                to_json(decision.model_dump(mode="json")) + "\n" for decision in result.decisions
            ),
        }
    )
    return paths


def _card(card: Card) -> str:
    return to_json(card.model_dump(mode="json"), indent=2) + "\n"
