"""One domain through the whole chain: read, compare, fit, explain, write."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sklearn.base import clone

from pellucid.exceptions import InvalidInputError
from pellucid.measures import Floats
from pellucid.reporting import study_page
from pellucid.schema import Comparison, Decision, Domain, GoldCurves, ModelView, ReadingRow, Study, to_json, write_files
from pellucid.study._audited import PARTS, audit_domain
from pellucid.study._contenders import DIRECT, GLASS_BOXES, contenders
from pellucid.study._decisions import featured, held_out_decisions
from pellucid.study._documents import TEXT, ReadDomain, cautions, read_domain
from pellucid.study._provenance import traced
from pellucid.validation import CrossValidation, Validator, audit_reading, reading_caveats

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

    def with_gold_curves(self, found: GoldCurves) -> "StudyResult":
        """Return the same with learning curves over gold labels.

        Parameters
        ----------
        found : GoldCurves

        Returns
        -------
        StudyResult
        """
        comparison = found.onto(self.study.comparison)
        return self._replace(study=self.study.model_copy(update={"comparison": comparison}))


def compare_domain(
    domain: Domain,
    *,
    splits: int = 5,
    repeats: int = 5,
    seed: int = 0,
    n_jobs: int | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    command: str = "",
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
    checkpoint : Path or None, default=None
        Folder where finished fits are kept; the next run goes on from there.
    progress : callable or None, default=None
        Called with (fits done, fits in all).
    command : str, default=""
        What reproduces it.

    Returns
    -------
    Comparison
    """
    read = read_domain(domain)
    how = _How(splits, repeats, seed, n_jobs, checkpoint, command)
    return _compare(read, audit_reading(read.readings, domain.facts()), how, progress)[0]


def run_study(
    domain: Domain,
    *,
    splits: int = 5,
    repeats: int = 5,
    seed: int = 0,
    n_jobs: int | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> StudyResult:
    """Put a domain through the whole chain.

    Parameters
    ----------
    domain, splits, repeats, seed, n_jobs, checkpoint, progress, command
        As in `compare_domain`.

    Returns
    -------
    StudyResult
    """
    how = _How(splits, repeats, seed, n_jobs, checkpoint, command)
    read = read_domain(domain)
    steps = _Steps(progress, more=how.splits + len(GLASS_BOXES) + PARTS)
    rows = audit_reading(read.readings, domain.facts())
    comparison, predictions = _compare(read, rows, how, steps.compare)
    held_out = held_out_decisions(read, splits=how.splits, seed=how.seed, n_jobs=how.n_jobs, step=steps.one)
    decisions = tuple(one.decision for one in held_out)
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
        decisions=featured(read, held_out),
        cautions=cautions(domain),
        sources=tuple(
            f"{one.title}. {one.creators}. Terms: {one.terms}. {one.note}".strip() for one in domain.licences
        ),
        command=how.command,
        audit=audit_domain(read, predictions, decisions, views[0], splits=how.splits, seed=how.seed, step=steps.one),
    )
    return StudyResult(study, decisions)


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


class _How(NamedTuple):
    """How a domain is compared."""

    splits: int
    repeats: int
    seed: int
    n_jobs: int | None
    checkpoint: Path | None
    command: str


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
    read: ReadDomain, rows: Sequence[ReadingRow], how: _How, progress: Progress | None
) -> tuple[Comparison, dict[str, Floats]]:
    if not read.has_direct:
        raise InvalidInputError(
            f"domain {read.domain.name!r}: recorded are {', '.join(read.recording.prompts)}; a comparison also needs "
            "the language model's own predictions, recorded for a prompt such as 'direct/1'"
        )
    validator = Validator(
        contenders(read),
        CrossValidation(how.splits, how.repeats),
        reference=DIRECT,
        seed=how.seed,
        twins="group",
        checkpoint=how.checkpoint,
        n_jobs=how.n_jobs,
        progress=progress,
    )
    comparison = validator.run(
        read.table,
        read.outcome,
        text_column=TEXT,
        subject=read.domain.name,
        provenance=traced(read, how.command),
        caveats=[*(said for said in (read.domain.uses, read.domain.caution) if said), *reading_caveats(rows)],
    )
    return comparison, validator.predictions_


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
