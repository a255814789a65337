"""How far do gold labels, the language model's labels, and both together bring a glass box, on recorded domains."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pellucid.schema import Comparison, Domain, GoldCurves
from pellucid.study._contenders import DIRECT
from pellucid.study._label_contenders import (
    BOTH,
    DISTILLED,
    DISTILLED_ALL,
    GOLD_ONLY,
    OPINION,
    RECALIBRATED,
    WORDS,
    label_contenders,
    labelled_domain,
)
from pellucid.study._provenance import traced
from pellucid.validation import CrossValidation, GoldRules, Validator, gold_curves

Progress = Callable[[int, int], None]

TRACED = (GOLD_ONLY, DISTILLED, BOTH, OPINION, DIRECT, RECALIBRATED, WORDS)
"""Contenders whose learning curves are traced."""

_SHOWN = ("auroc", "brier", "log_loss")


class LabelBench(NamedTuple):
    """What was found on several domains.

    Attributes
    ----------
    comparisons : dict of str to Comparison
        By domain; with learning curves where they were asked for.
    """

    comparisons: dict[str, Comparison]

    def to_frame(self) -> pd.DataFrame:
        """Return the figures as a table.

        Returns
        -------
        DataFrame
            Index: domain, contender. Of AUROC, Brier score and log loss the value over all
            documents with the ends of its 95% interval, and the mean AUROC of the folds.
        """
        rows = {}
        for domain, comparison in self.comparisons.items():
            for one in comparison.contenders:
                row: dict[str, float | None] = {"auroc_of_folds": float(np.mean(one.folds)) if one.folds else None}
                for name in _SHOWN:
                    measure = one.measures[name]
                    row |= {name: measure.value, f"{name}_low": measure.low, f"{name}_high": measure.high}
                rows[domain, one.name] = row
        frame = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
        frame.index = pd.MultiIndex.from_tuples(list(rows), names=["domain", "contender"])
        return frame

    def questions(self) -> list[tuple[str, bool, str]]:
        """Answer the questions that were settled beforehand.

        Returns
        -------
        list of (str, bool, str)
            The question, whether it holds, and the figures.
        """
        every = self.to_frame().reset_index()
        table, brier, loss = (
            every.pivot_table(index="domain", columns="contender", values=name)
            for name in ("auroc_of_folds", "brier", "log_loss")
        )
        found = []
        for name in (DISTILLED, DISTILLED_ALL):
            gap = float((table[DIRECT] - table[name]).mean())
            found.append((f"{name}: mean AUROC within 0.015 of the direct LLM's", gap <= 0.015, f"{gap:+.3f} below it"))
        for name in (BOTH, OPINION):
            short = (table[[GOLD_ONLY, DISTILLED]].max(axis=1) - table[name]).max()
            found.append(
                (f"{name}: below neither gold nor LLM alone by more than 0.005", short <= 0.005, f"{short:+.3f}")
            )
            worse = max((brier[name] - brier[RECALIBRATED]).max(), (loss[name] - loss[RECALIBRATED]).max())
            found.append(
                (
                    f"{name}: Brier score and log loss within 0.01 of the recalibrated LLM's in each domain",
                    bool(worse <= 0.01),
                    f"worst {worse:+.3f}",
                )
            )
            behind = (table[DIRECT] - table[name]).max()
            found.append(
                (f"{name}: at least the direct LLM's AUROC in each domain", behind <= 0, f"worst {-behind:+.3f}")
            )
        return [(question, bool(holds), figures) for question, holds, figures in found]


def bench_labels(
    domain: Domain,
    *,
    splits: int = 5,
    repeats: int = 10,
    seed: int = 0,
    n_jobs: int | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
    command: str = "",
) -> Comparison:
    """Compare glass boxes taught by gold labels, by the language model, and by both, on the same folds.

    Parameters
    ----------
    domain : Domain
        With answers and direct predictions recorded.
    splits : int, default=5
    repeats : int, default=10
    seed : int, default=0
    n_jobs : int or None, default=None
        Processes; None is one. Does not change results.
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
    labelled = labelled_domain(domain)
    validator = Validator(
        label_contenders(labelled),
        CrossValidation(splits, repeats),
        reference=DIRECT,
        seed=seed,
        twins="group",
        checkpoint=checkpoint,
        n_jobs=n_jobs,
        progress=progress,
    )
    return validator.run(
        labelled.table,
        labelled.read.outcome,
        text_column="document text",
        subject=domain.name,
        provenance=traced(labelled.read, command),
        caveats=[said for said in (domain.uses, domain.contamination, domain.caution) if said],
    )


def trace_labels(
    domain: Domain,
    *,
    sizes: Sequence[int] = (0, 10, 25, 50, 100, 200),
    splits: int = 5,
    repeats: int = 2,
    seed: int = 0,
    n_jobs: int | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> GoldCurves:
    """Trace how the same contenders do with more and more gold labels.

    Parameters
    ----------
    domain, splits, seed, n_jobs, checkpoint, progress
        As in `bench_labels`.
    sizes : sequence of int, default=(0, 10, 25, 50, 100, 200)
        Gold labels in a fold, those it has not so many of left out; its other documents
        are unlabelled.
    repeats : int, default=2

    Returns
    -------
    GoldCurves
        With the number of labels from which each contender is better than the direct LLM,
        and gold labels alone better than the LLM's.
    """
    labelled = labelled_domain(domain)
    outcome = labelled.read.outcome
    every = label_contenders(labelled)
    plan = CrossValidation(splits, repeats).plan(outcome.to_numpy(), groups=None, times=None, seed=seed)
    most = min(len(part.train) for part in plan.parts)
    rules = GoldRules(
        sizes=[size for size in sizes if size <= most],
        reference=DIRECT,
        pairs=((GOLD_ONLY, DISTILLED), (GOLD_ONLY, BOTH)),
        seed=seed,
    )
    chosen = {name: every[name] for name in TRACED}
    return gold_curves(
        chosen, labelled.table, outcome, plan, rules, n_jobs=n_jobs, progress=progress, checkpoint=checkpoint
    )
