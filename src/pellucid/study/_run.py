"""One domain through the whole chain: read, compare, fit, explain, write."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.base import clone

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import study_page
from pellucid.schema import Comparison, Decision, Domain, ModelView, ReadingRow, Study, to_json, write_files
from pellucid.study._contenders import DIRECT, GLASS_BOXES, contenders
from pellucid.study._decisions import featured, held_out_decisions
from pellucid.study._documents import ReadDomain, cautions, read_domain
from pellucid.validation import Validator, audit_reading, reading_caveats

Progress = Callable[[int, int], None]
"""Called with (fits done, fits in all)."""


class StudyResult(NamedTuple):
    """What a study found.

    Attributes
    ----------
    study : Study
        All that a report shows.
    decisions : tuple of Decision
        One per document, each by a model that had not seen it.
    """

    study: Study
    decisions: tuple[Decision, ...]


def compare_domain(
    domain: Domain,
    *,
    splits: int = 5,
    repeats: int = 5,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare the glass boxes with the direct LLM and the baselines on one domain.

    Parameters
    ----------
    domain : Domain
        With recordings of kind ``answers`` and ``direct``.
    splits, repeats : int, default=5
        Folds per repeat, and repeats.
    seed : int, default=0
    n_jobs : int or None, default=None
        Processes; None is one.
    progress : callable or None, default=None
        Called with (fits done, fits in all).

    Returns
    -------
    Comparison
    """
    read = read_domain(domain)
    return _compare(read, audit_reading(read.readings, domain.facts()), splits, repeats, seed, n_jobs, progress)


def run_study(
    domain: Domain,
    *,
    splits: int = 5,
    repeats: int = 5,
    seed: int = 0,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> StudyResult:
    """Put a domain through the whole chain.

    Parameters
    ----------
    domain, splits, repeats, seed, n_jobs, progress
        As in `compare_domain`.
    command : str, default=""
        What reproduces the study, for the report.

    Returns
    -------
    StudyResult
    """
    read = read_domain(domain)
    steps = _Steps(progress, more=splits + len(GLASS_BOXES))
    rows = audit_reading(read.readings, domain.facts())
    comparison = _compare(read, rows, splits, repeats, seed, n_jobs, steps.compare)
    decisions = held_out_decisions(read, splits=splits, seed=seed, n_jobs=n_jobs, step=steps.one)
    views = _views(read, comparison, steps)
    study = Study(
        name=domain.name,
        title=domain.title,
        task=domain.task,
        unit=domain.unit,
        outcomes=domain.outcomes,
        questionnaire=domain.questionnaire,
        comparison=comparison,
        reading=rows,
        views=views,
        decisions=featured(read, decisions),
        cautions=cautions(domain),
        sources=tuple(
            f"{one.title}. {one.creators}. Terms: {one.terms}. {one.note}".strip() for one in domain.licences
        ),
        command=command,
    )
    return StudyResult(study, tuple(one.decision for one in decisions))


def write_study(result: StudyResult, folder: Path) -> dict[str, Path]:
    """Write a study's report, comparison and decisions, all or none.

    Parameters
    ----------
    result : StudyResult
    folder : Path
        Made where it is missing.

    Returns
    -------
    dict of str to Path
        ``report``, ``comparison`` and ``decisions``.
    """
    paths = {
        "report": folder / "report.html",
        "comparison": folder / "comparison.json",
        "decisions": folder / "decisions.jsonl",
    }
    comparison = result.study.comparison.model_dump(mode="json")
    rows = (to_json(decision.model_dump(mode="json")) for decision in result.decisions)
    write_files(
        {
            paths["report"]: study_page(result.study),
            paths["comparison"]: to_json(comparison, indent=2) + "\n",
            paths["decisions"]: "".join(f"{row}\n" for row in rows),
        }
    )
    return paths


class _Steps:
    """One count of fits over the parts of a study."""

    def __init__(self, progress: Progress | None, more: int) -> None:
        self._progress = progress
        self._more = more
        self._done = self._total = 0

    def compare(self, done: int, total: int) -> None:
        """Count the comparison's fits, leaving room for what follows."""
        self._done, self._total = done, total + self._more
        self._tell()

    def one(self) -> None:
        """Count one step after the comparison."""
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


def _compare(
    read: ReadDomain,
    rows: Sequence[ReadingRow],
    splits: int,
    repeats: int,
    seed: int,
    n_jobs: int | None,
    progress: Progress | None,
) -> Comparison:
    if not read.has_direct:
        raise InvalidInputError(
            f"domain {read.domain.name!r}: recorded are {', '.join(read.recording.prompts)}; a comparison also needs "
            "the language model's own predictions, recorded for a prompt such as 'direct/1'"
        )
    validator = Validator(
        contenders(read),
        reference=DIRECT,
        splits=splits,
        repeats=repeats,
        seed=seed,
        n_jobs=n_jobs,
        progress=progress,
    )
    return validator.run(
        read.table,
        read.outcome,
        subject=read.domain.name,
        caveats=[*(said for said in (read.domain.uses, read.domain.caution) if said), *reading_caveats(rows)],
    )


def _views(read: ReadDomain, comparison: Comparison, steps: _Steps) -> tuple[ModelView, ...]:
    """Fit every glass box on all documents and lay it open."""
    views = []
    for name, box in GLASS_BOXES.items():
        view = clone(box).fit(read.table[read.questions], read.outcome).view()
        views.append(view.model_copy(update={"note": _fared(name, comparison)}))
        steps.one()
    return tuple(views)


def _fared(name: str, comparison: Comparison) -> str:
    """Say how a glass box fared on documents it had not seen, and how far it stands from the first of them."""
    first = next(iter(GLASS_BOXES))
    mine, best = comparison[name].measures["auroc"], comparison[first].measures["auroc"]
    said = f"On documents it had not seen: AUROC {mine.text()}"
    if name == first or mine.value is None or best.value is None:
        return f"{said}."
    gap = mine.value - best.value
    return f"{said}, {abs(gap):.3f} {'below' if gap < 0 else 'above'} the {first}'s {best.value:.3f}."
