"""How often prediction-powered intervals hold the truth and how narrow they are, on drawn and on recorded data.

`python benchmarks/powered_evaluation.py` prints both parts: drawn data whose truth is known (a quarter of an hour on
one core), and the three domains, where each draw hides all but 50 gold labels and the truth is what all labels say.
"""

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtri
from scipy.stats import norm

from pellucid.measures import MEASURES, POWERED, powered

AUROC = 0.85
SHARED = 0.5
"""Of the noise of the model's score, what the language model's label shares."""


class Drawn(NamedTuple):
    """Outcomes, the model's probabilities (which are right), and the language model's."""

    y: np.ndarray
    scores: np.ndarray
    llm: np.ndarray


def apart(auroc: float) -> float:
    """How far apart two normal classes stand for an AUROC."""
    return float(np.sqrt(2) * ndtri(auroc))


class Seen(NamedTuple):
    """What a language model's label may depend on."""

    y: np.ndarray
    log_odds: np.ndarray
    noise: np.ndarray
    rng: np.random.Generator
    prevalence: float

    def right(self, auroc: float) -> np.ndarray:
        """Right log-odds of a labeler that reaches an AUROC and shares some noise with the model."""
        own = self.rng.normal(size=len(self.y))
        seen = apart(auroc) * self.y + np.sqrt(SHARED) * self.noise + np.sqrt(1 - SHARED) * own
        return logit(self.prevalence) + apart(auroc) * (seen - apart(auroc) / 2)


def good(seen: Seen) -> np.ndarray:
    return expit(seen.right(0.95))


def good_labels(seen: Seen) -> np.ndarray:
    return np.round(good(seen))


def bad(seen: Seen) -> np.ndarray:
    return expit(1.5 * seen.rng.normal(size=len(seen.y)))


def biased(seen: Seen) -> np.ndarray:
    """Too sure of itself, too high, and leaning towards what the model says."""
    return expit(2 * seen.right(0.90) + 1.5 + seen.log_odds - logit(seen.prevalence))


def twin(seen: Seen) -> np.ndarray:
    """The model was distilled from it."""
    return expit(2 * seen.log_odds + 0.6 * seen.rng.normal(size=len(seen.y)))


def nearly_right(seen: Seen) -> np.ndarray:
    return np.round(expit(seen.right(0.99)))


LABELERS: dict[str, Callable[[Seen], np.ndarray]] = {
    "good": good,
    "good, labels only": good_labels,
    "bad": bad,
    "biased": biased,
    "twin": twin,
    "nearly right, labels only": nearly_right,
}


def draw(rng: np.random.Generator, n: int, prevalence: float, labeler: str) -> Drawn:
    """Draw documents with binormal scores of AUROC 0.85."""
    y = (rng.random(n) < prevalence).astype(float)
    noise = rng.normal(size=n)
    score = apart(AUROC) * y + np.sqrt(SHARED) * noise + np.sqrt(1 - SHARED) * rng.normal(size=n)
    log_odds = logit(prevalence) + apart(AUROC) * (score - apart(AUROC) / 2)
    return Drawn(y, expit(log_odds), LABELERS[labeler](Seen(y, log_odds, noise, rng, prevalence)))


def figures(y: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> dict[str, float]:
    """Every measure where all gold labels are known."""
    held = np.ones(len(y)) if weights is None else weights
    found = {
        name: float(MEASURES[name].values(y.astype(int), scores, held[:, None])[0])
        for name in POWERED
        if name in MEASURES
    }
    return {"prevalence": float(y.mean()), **found}


def truths(prevalence: float) -> dict[str, float]:
    """Every measure on the whole population: a fine grid of scores, weighted by its density."""
    grid = np.linspace(-8, 10, 4001)
    y = np.repeat([0.0, 1.0], len(grid))
    weights = np.r_[(1 - prevalence) * norm.pdf(grid), prevalence * norm.pdf(grid - apart(AUROC))]
    scores = expit(logit(prevalence) + apart(AUROC) * (np.r_[grid, grid] - apart(AUROC) / 2))
    return {**figures(y, scores, weights), "prevalence": prevalence}


class Tally:
    """Counts of one measure over runs."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []

    def add(self, found, truth: float) -> None:
        both, gold = found.powered, found.gold
        there = both.low is not None and gold.low is not None
        self.rows.append(
            (
                both.low <= truth <= both.high if there else np.nan,
                gold.low <= truth <= gold.high if there else np.nan,
                both.high - both.low if there else np.nan,
                gold.high - gold.low if there else np.nan,
                np.nan if found.llm is None else found.llm - truth,
                np.nan if found.effective is None else found.effective,
            )
        )

    def summary(self) -> "Summary":
        rows = np.array(self.rows, dtype=float)
        kept = rows[~np.isnan(rows[:, 0])]
        if not len(kept):
            return Summary(*[np.nan] * 4, 0.0, np.nan, np.nan)
        ratio = kept[:, 2] / np.maximum(kept[:, 3], 1e-12)
        return Summary(
            100 * kept[:, 0].mean(),
            100 * kept[:, 1].mean(),
            float(np.median(ratio)),
            float(np.quantile(ratio, 0.99)),
            100 * len(kept) / len(rows),
            float(np.nanmean(rows[:, 4])),
            float(np.nanmedian(rows[:, 5])),
        )


class Summary(NamedTuple):
    """Coverage in percent, width against gold alone, runs with an interval, error of the LLM's figure, gain."""

    covered: float
    gold: float
    width: float
    widest: float
    defined: float
    naive: float
    effective: float


def simulate(
    labeler: str, gold: int, n: int, prevalence: float, *, runs: int, seed: int = 0, truth=None, about="population"
) -> dict[str, Summary]:
    """Count one cell."""
    truth = truths(prevalence) if truth is None else truth
    rng = np.random.default_rng([seed, gold, n, round(100 * prevalence), list(LABELERS).index(labeler)])
    tallies = {name: Tally() for name in POWERED}
    for _ in range(runs):
        drawn = draw(rng, n, prevalence, labeler)
        y = np.where(np.arange(n) < gold, drawn.y, np.nan)
        wanted = truth if about == "population" else figures(drawn.y, drawn.scores)
        for name, found in powered(y, drawn.llm, drawn.scores, classes=(0, 1), about=about).items():
            tallies[name].add(found, wanted[name])
    return {name: tally.summary() for name, tally in tallies.items()}


def recorded(name: str) -> Drawn:
    """A domain's outcomes, out-of-fold probabilities of an EBM on its answers, and the direct LLM's."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    from pellucid.domains import load
    from pellucid.extraction import LLMFeatureExtractor
    from pellucid.glassbox import EBMClassifier
    from pellucid.labeling import DirectLLMClassifier
    from pellucid.llm import Recording

    domain = load(name)
    recording = Recording.from_file(*domain.recordings())
    documents = domain.documents()
    y = (domain.outcome().loc[documents.index] == domain.outcome().max()).to_numpy(float)
    table = LLMFeatureExtractor(domain.questionnaire, recording).set_output(transform="pandas").fit_transform(documents)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    box = EBMClassifier(interactions=0, random_state=0)
    scores = cross_val_predict(box, table, y.astype(int), cv=folds, method="predict_proba")[:, 1]
    direct = DirectLLMClassifier(recording, prompt="direct/1").fit(documents, y)
    return Drawn(y, scores, direct.predict_proba(documents)[:, 1])


def redraw(data: Drawn, gold: int, runs: int, seed: int = 0) -> dict[str, Summary]:
    """Hide all but some gold labels again and again; the truth is what all of them say."""
    rng, truth = np.random.default_rng([seed, gold]), figures(data.y, data.scores)
    tallies = {name: Tally() for name in POWERED}
    for _ in range(runs):
        y = np.full(len(data.y), np.nan)
        held = rng.permutation(len(y))[:gold]
        y[held] = data.y[held]
        for name, found in powered(y, data.llm, data.scores, classes=(0, 1), about="documents").items():
            tallies[name].add(found, truth[name])
    return {name: tally.summary() for name, tally in tallies.items()}


def table(title: str, columns: dict[str, dict[str, Summary]]) -> Iterator[str]:
    """Lines of one table: coverage (gold alone), median width against gold alone, error of the LLM's own figure."""
    yield f"\n{title}\n"
    yield f"{'':26s}" + "".join(f"{name:>38s}" for name in columns)
    for measure in POWERED:
        cells = []
        for column in columns.values():
            one = column[measure]
            share = "" if one.defined > 99.5 else f" of {one.defined:.0f}%"
            cells.append(f"{one.covered:.1f} ({one.gold:.1f}) ×{one.width:.2f} LLM {one.naive:+.2f}{share}")
        yield f"{measure:26s}" + "".join(f"{cell:>38s}" for cell in cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--prevalence", type=float, nargs="*", default=[0.3])
    parser.add_argument("--labelers", nargs="*", default=list(LABELERS), choices=list(LABELERS))
    parser.add_argument("--only", choices=["drawn", "recorded"], default=None)
    chosen = parser.parse_args()
    print("coverage in % (gold alone), median width against gold alone, mean error of the LLM's labels taken for true")
    if chosen.only != "recorded":
        for prevalence in chosen.prevalence:
            truth = truths(prevalence)
            for gold, n in ((50, 300), (50, 3000), (100, 300), (100, 3000)):
                columns = {
                    name: simulate(name, gold, n, prevalence, runs=chosen.runs, truth=truth) for name in chosen.labelers
                }
                title = f"{gold} gold labels of {n} documents, prevalence {prevalence:.0%}, {chosen.runs:,} runs"
                print("\n".join(table(title, columns)), flush=True)
    if chosen.only != "drawn":
        data = {name: recorded(name) for name in ("healthcare", "finance", "law")}
        for gold in (50, 100):
            columns = {name: redraw(one, gold, chosen.runs) for name, one in data.items()}
            print("\n".join(table(f"{gold} gold labels of the domains' documents, {chosen.runs:,} draws", columns)))
            for name, column in columns.items():
                gains = ", ".join(f"{measure} {one.effective:.0f}" for measure, one in column.items())
                print(f"{name}: as sure as so many gold labels alone (median): {gains}", flush=True)


if __name__ == "__main__":
    main()
