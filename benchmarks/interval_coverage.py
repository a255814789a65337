"""How often intervals hold the truth and tests err, counted on drawn data whose truth is known.

`python benchmarks/interval_coverage.py --write docs/explanation/coverage.md` writes the table that is
committed (a quarter of an hour on one core); without `--write` it is printed.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtri
from scipy.stats import norm, rankdata, t

from pellucid.measures import (
    MEASURES,
    bootstrap_p,
    conclude,
    corrected_resampled_t,
    delong,
    equivalence_p,
    half_width,
    holm,
    mcnemar,
    paired_share_difference,
    power_non_inferior,
    resample,
)
from pellucid.measures._bca import acceleration
from pellucid.measures._paired import bootstrap_difference
from pellucid.schema import Conclusion, Measure

AUROC, CORRELATION, DRAWS = 0.80, 0.8, 500
LOSSES = {0.02: 5, 0.05: 6, 0.10: 7}
"""Contenders 0 to 4 have AUROC 0.80; these are worse by exactly a margin."""
PAIRED = ("brier", "log_loss")
AT_THE_EDGE = ("ece", "ici")
"""Calibration errors: 0 for right probabilities, which no interval of a figure above 0 holds."""
SHOWN = (Conclusion.BETTER, Conclusion.EQUIVALENT, Conclusion.NON_INFERIOR)


class Cell(NamedTuple):
    """How many documents, which share of class 1, and whether class sizes vary from run to run."""

    n: int
    prevalence: float
    sampled: bool = False

    def outcomes(self, rng: np.random.Generator) -> np.ndarray:
        if self.sampled:
            return (rng.random(self.n) < self.prevalence).astype(int)
        return (np.arange(self.n) < round(self.n * self.prevalence)).astype(int)

    def words(self) -> str:
        return f"n = {self.n}, {self.prevalence:.0%}"


CELLS = [Cell(n, prevalence) for n in (100, 300) for prevalence in (0.2, 0.3)]
SAMPLED = [cell._replace(sampled=True) for cell in CELLS]
Counts = dict[str, float]


def shift(auroc: float) -> float:
    """How far apart two normal classes stand for an AUROC."""
    return float(np.sqrt(2) * ndtri(auroc))


def scores(rng: np.random.Generator, y: np.ndarray, aurocs: np.ndarray) -> np.ndarray:
    """Binormal scores of several contenders whose correlation within a class is 0.8."""
    common, own = rng.normal(size=len(y)), rng.normal(size=(len(aurocs), len(y)))
    shifts = np.array([shift(one) for one in aurocs])
    return np.sqrt(CORRELATION) * common + np.sqrt(1 - CORRELATION) * own + shifts[:, None] * y


def probabilities(score: np.ndarray, prevalence: float) -> np.ndarray:
    """The right probabilities of a score from `scores` with AUROC 0.80."""
    apart = shift(AUROC)
    return expit(logit(prevalence) + apart * score - apart**2 / 2)


class Rate(NamedTuple):
    """In which share of the runs something happened, and in which it was defined at all."""

    share: float
    defined: float

    def words(self) -> str:
        said = f"{100 * self.share:.1f}"
        return said if self.defined == 1 else f"{said} (of {100 * self.defined:.0f}%)"


def rates(found: Iterable[Counts]) -> dict[str, Rate]:
    """Count; what is undefined in a run (NaN) is left out and said."""
    rows = list(found)
    columns = {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}
    return {name: Rate(float(np.nanmean(one)), float((~np.isnan(one)).mean())) for name, one in columns.items()}


def areas(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """DeLong: one area, a difference, a family of four, and claims about a margin where they are false."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence)])
    aurocs = np.array([AUROC] * 5 + [AUROC - loss for loss in LOSSES])
    for _ in range(runs):
        y = cell.outcomes(rng)
        found = delong(y, scores(rng, y, aurocs))
        own, pairs = found.measure(0), [found.difference(i, 0) for i in range(1, 8)]
        counts = {
            "AUROC, DeLong: interval holds the truth": own.low <= AUROC <= own.high,
            "AUROC difference, DeLong: interval holds the truth": pairs[0].measure.low <= 0 <= pairs[0].measure.high,
            "AUROC difference, DeLong: p < 5% of equal contenders": pairs[0].p < 0.05,
            "… any of four, after Holm": min(holm([one.p for one in pairs[:4]])) < 0.05,
            "… any of four, without Holm": min(one.p for one in pairs[:4]) < 0.05,
        }
        for margin, place in LOSSES.items():
            one = pairs[place - 1]
            low, high = one.measure.low, one.measure.high
            said = conclude(one.measure.value, low, high, one.low90, one.high90, margin)
            counts[f"non-inferiority at {margin:.2f}: shown for a loss as large"] = low > -margin
            counts[f"any favourable conclusion at {margin:.2f} for a loss as large"] = said in SHOWN
        counts["equivalence at 0.10: shown for a loss as large"] = equivalence_p(one.measure.value, one.se, 0.10) < 0.05
        yield counts


def clustered(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """DeLong with clusters of five documents whose scores and outcomes depend on each other."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence), 5])
    groups = np.repeat(np.arange(cell.n // 5), 5)
    for _ in range(runs):
        latent, noise = (
            np.sqrt(0.5) * rng.normal(size=cell.n // 5)[groups] + np.sqrt(0.5) * rng.normal(size=cell.n) for _ in "ab"
        )
        y = (latent > norm.isf(cell.prevalence)).astype(int)
        score = (noise + shift(AUROC) * y)[None]
        held, naive = delong(y, score, groups).measure(), delong(y, score).measure()
        yield {
            "AUROC of clusters of five, DeLong after Obuchowski": held.low <= AUROC <= held.high,
            "… as though documents were independent": naive.low <= AUROC <= naive.high,
        }


def decisions(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """McNemar and the interval of a difference in accuracy: each is alone right on 15% of the documents."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence), 7])
    for b, c, _ in rng.multinomial(cell.n, [0.15, 0.15, 0.7], size=runs).tolist():
        interval = paired_share_difference(b, c, cell.n)
        yield {
            "accuracy difference, Bonett-Price: interval holds the truth": interval.low <= 0 <= interval.high,
            "accuracy difference, McNemar mid-p < 5%": mcnemar(b, c, "mid-p").p < 0.05,
            "accuracy difference, McNemar exact p < 5%": mcnemar(b, c).p < 0.05,
        }


def overlapping(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """Five times five folds, two linear discriminants that learn from as good, different columns."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence), 11])
    for _ in range(runs):
        y = cell.outcomes(rng)
        X = rng.normal(size=(cell.n, 10)) + shift(AUROC) / np.sqrt(5) * y[:, None]
        places = np.concatenate([folds_of(rng, y) for _ in range(5)])
        found = np.array([fold_area(X[:, :5], y, test) - fold_area(X[:, 5:], y, test) for test in places])
        interval = corrected_resampled_t(found, 1 / 4)
        plain = t.ppf(0.975, 24) * found.std(ddof=1) / 5
        yield {
            "five times five folds, Nadeau-Bengio: interval leaves out 0": not interval.low <= 0 <= interval.high,
            "… folds taken as independent": abs(found.mean()) > plain,
        }


def folds_of(rng: np.random.Generator, y: np.ndarray) -> np.ndarray:
    """Stratified five folds as (5, n) of bool."""
    order = np.lexsort((rng.random(len(y)), y))
    number = np.empty(len(y), int)
    number[order] = np.arange(len(y)) % 5
    return number == np.arange(5)[:, None]


def fold_area(X: np.ndarray, y: np.ndarray, test: np.ndarray) -> float:
    """AUROC in a fold of a linear discriminant trained on the rest."""
    train, label = X[~test], y[~test]
    means = np.array([train[label == code].mean(axis=0) for code in (0, 1)])
    pooled = np.cov((train - means[label]).T)
    ranks, positive = rankdata(X[test] @ np.linalg.solve(pooled, means[1] - means[0])), y[test] == 1
    above = positive.sum()
    return (ranks[positive].sum() - above * (above + 1) / 2) / (above * (~positive).sum())


def truths(prevalence: float) -> Counts:
    """Every measure on the whole population: a fine grid of scores, weighted by its density."""
    grid = np.linspace(-8, 10, 4001)
    y = np.repeat([0, 1], len(grid))
    weights = np.r_[(1 - prevalence) * norm.pdf(grid), prevalence * norm.pdf(grid - shift(AUROC))]
    predicted = probabilities(np.r_[grid, grid], prevalence)
    kinds = {name: kind for name, kind in MEASURES.items() if name not in AT_THE_EDGE}
    return {name: float(kind.values(y, predicted, weights[:, None])[0]) for name, kind in kinds.items()}


def bootstrapped(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """The bootstrap's intervals, of right probabilities and of the difference of two equally good contenders."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence), 13])
    truth = truths(cell.prevalence)
    sizes = {"class_sizes": "drawn" if cell.sampled else "kept", "draws": DRAWS}
    for run in range(runs):
        y = cell.outcomes(rng)
        both = probabilities(scores(rng, y, np.array([AUROC, AUROC])), cell.prevalence)
        own = resample(y, {"a": both[:1]}, {name: MEASURES[name] for name in truth}, seed=run, **sizes)["a"]
        counts = {
            f"{MEASURES[name].label}: interval holds the truth": holds(own[name].measure(), truth[name])
            for name in truth
        }
        other = resample(y, {"b": both[1:]}, {name: MEASURES[name] for name in PAIRED}, seed=run, **sizes)["b"]
        for name in PAIRED:
            paired, label = own[name].minus(other[name]), MEASURES[name].label
            normal = bootstrap_difference(paired.draws, paired.value)
            counts[f"{label}, difference, normal limits: interval holds the truth"] = holds(normal.measure, 0.0)
            counts[f"{label}, difference, BCa: interval holds the truth"] = holds(paired.measure(), 0.0)
            counts[f"{label}, difference, normal: p < 5% of equal contenders"] = normal.p < 0.05
            p = bootstrap_p(paired.draws, paired.value, acceleration(paired.jackknife))
            counts[f"{label}, difference, BCa: p < 5% of equal contenders"] = p < 0.05
        yield counts


def holds(measure: Measure, truth: float) -> float:
    if measure.low is None or measure.high is None:
        return np.nan
    return float(measure.low <= truth <= measure.high)


def shown(cell: Cell, runs: int, seed: int = 0) -> Iterator[Counts]:
    """How often two equally good contenders are shown to be so, and how often the formula says they would be."""
    rng = np.random.default_rng([seed, cell.n, round(100 * cell.prevalence), 17])
    for _ in range(runs):
        y = cell.outcomes(rng)
        found = delong(y, scores(rng, y, np.array([AUROC, AUROC]))).difference(0, 1)
        yield {
            "half-width of the 95% interval of a difference, in hundredths": half_width(found.se),
            "not worse by more than 0.02, by the 95% interval": found.measure.low > -0.02,
            "… by the formula": power_non_inferior(found.se, 0.02),
            "not worse by more than 0.02, by the 90% interval": found.low90 > -0.02,
            "… by the formula, at 90%": power_non_inferior(found.se, 0.02, level=0.90),
        }


class Part(NamedTuple):
    """A table of the page."""

    title: str
    said: str
    run: Callable[[Cell, int, int], Iterator[Counts]]
    cells: list[Cell]
    runs: int = 2000
    batches: int = 1

    def column(self, cell: Cell) -> dict[str, Rate]:
        """Count one cell, in batches with seeds 0, 1, ..."""
        each = self.runs // self.batches
        return rates(chain.from_iterable(self.run(cell, each, seed) for seed in range(self.batches)))


PARTS = [
    Part(
        "Areas under the curve, paired",
        "Class sizes as stated in every run. Two-sided tests should err in 5% of runs, a one-sided test by the 95% "
        "interval (non-inferiority) in 2.5%, equivalence (two one-sided tests) in at most 5%.",
        areas,
        CELLS,
        runs=3000,
    ),
    Part(
        "The same where documents are sampled",
        "Class sizes vary from run to run, as they do where documents come as they come.",
        areas,
        SAMPLED,
        runs=3000,
    ),
    Part(
        "Clusters",
        "Clusters of five documents; half of the variance of scores and of the leaning towards class 1 is shared.",
        clustered,
        CELLS,
    ),
    Part(
        "Decisions",
        "Two contenders, each alone right on 15% of the documents.",
        decisions,
        [Cell(100, 0.2), Cell(300, 0.2)],
    ),
    Part(
        "Overlapping folds",
        "Two models learn from equally good columns; the truth is no difference between the ways of training.",
        overlapping,
        [Cell(100, 0.3), Cell(300, 0.3)],
        batches=4,
    ),
    Part(
        "What so many documents can show",
        "Two equally good contenders: how often non-inferiority at 0.02 is shown, and what `power_non_inferior` says.",
        shown,
        [Cell(n, 0.2) for n in (200, 500, 1000, 2000)],
    ),
    Part(
        "The bootstrap where documents are sampled",
        f"Intervals of `resample` from {DRAWS} draws, of probabilities that are right, and differences of two equally "
        "good contenders by `bootstrap_difference` (normal limits) and by BCa. In brackets: the runs with an interval.",
        bootstrapped,
        [cell for cell in SAMPLED if cell.prevalence == 0.2],
        batches=8,
    ),
]


def table(part: Part, columns: list[dict[str, Rate]]) -> str:
    """One part as Markdown, with its figures in percent."""
    head = ["| share of runs, % |", *(f" {cell.words()} |" for cell in part.cells)]
    lines = ["".join(head), "|---" * (len(columns) + 1) + "|"]
    figures = {name: " | ".join(column[name].words() for column in columns) for name in columns[0]}
    lines += [f"| {name} | {row} |" for name, row in figures.items()]
    return f"## {part.title}\n\n{part.said} {part.runs:,} runs.\n\n" + "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page whose tables are replaced; its words stay")
    parser.add_argument("--only", default="", help="the parts whose title begins so")
    chosen = parser.parse_args()
    parts = [part for part in PARTS if part.title.startswith(chosen.only)]
    tables = []
    for part in parts:
        tables.append(table(part, [part.column(cell) for cell in part.cells]))
        print(tables[-1], flush=True)
    if chosen.write:
        words = chosen.write.read_text().split("\n## ")[0].rstrip()
        chosen.write.write_text("\n".join([words + "\n", *tables]))


if __name__ == "__main__":
    main()
