"""How good a consensus of labelers is: on drawn labelers, on recorded ones, and on 14 hosted models.

    python benchmarks/label_consensus.py drawn --sets 20
    python benchmarks/label_consensus.py recorded
    python benchmarks/label_consensus.py models path/to/dataset.csv --repeats 5

`drawn` needs no data: labelers of known accuracy, correlated within groups, with missing
votes. `models` takes the file of Roumeliotis et al. (2025), doi 10.3390/electronics14061070:
1,000 complaints, 5 classes, the zero-shot answer of 14 models each.
"""

import argparse
import itertools
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import norm
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from pellucid.domains import load, names
from pellucid.labeling import DirectLLMClassifier, KeywordLabeler, LabelConsensus, labels_to_votes
from pellucid.llm import Recording

GROUPS = {5: ((0, 1, 2), (3,), (4,)), 10: ((0, 1, 2, 3), (4, 5, 6), (7,), (8,), (9,))}
LEAST = 1e-6
"""Probabilities are held this far from 0 in every log loss, whoever states them."""


class Cell(NamedTuple):
    """A way to draw labelers: classes, documents, labelers, missing votes, correlation within groups, and how."""

    k: int
    n: int
    m: int
    missing: float
    correlation: float
    kind: str


CELLS = [
    Cell(k, n, m, missing, correlation, "threshold")
    for k, n, m, missing, correlation in itertools.product(
        (2, 5), (300, 1000), (5, 10), (0.1, 0.6), (0.0, 0.3, 0.6, 0.9)
    )
]
CELLS += [Cell(2, 300, 5, 0.3, correlation, "copies") for correlation in (0.0, 0.3, 0.6, 0.9)]
CELLS += [Cell(5, 300, 10, 0.3, correlation, "copies") for correlation in (0.0, 0.3, 0.6, 0.9)]


def draw(cell, seed):
    """Draw true classes and votes, -1 where missing; accuracies 0.60 to 0.90 (2 classes) or 0.45 to 0.85 (5)."""
    rng = np.random.default_rng([seed, cell.k, cell.n, cell.m, round(10 * cell.missing), round(10 * cell.correlation)])
    truth = rng.choice(cell.k, size=cell.n, p=rng.dirichlet(np.full(cell.k, 8.0)))
    votes = np.empty((cell.n, cell.m), dtype=int)
    for group in GROUPS[cell.m]:
        says = confusions(rng, cell.k, len(group))
        fill = thresholds if cell.kind == "threshold" else copies
        votes[:, list(group)] = fill(rng, says, truth, cell.correlation)
    votes[rng.random(votes.shape) < cell.missing] = -1
    return votes, truth


def confusions(rng, k, size):
    """Draw confusions of a group, whose labelers mistake the same classes for the same others."""
    low, high = (0.60, 0.90) if k == 2 else (0.45, 0.85)
    others = rng.dirichlet(np.full(k - 1, 2.0), size=k)
    found = np.empty((size, k, k))
    for labeler in range(size):
        overall = rng.uniform(low, high)
        for code in range(k):
            right = np.clip(overall + rng.normal(0, 0.05), 0.3, 0.97)
            found[labeler, code] = np.insert((1 - right) * others[code], code, right)
    return found


def thresholds(rng, says, truth, correlation):
    """Draw normal scores that go together, and cut each by what its labeler says: a Gaussian copula."""
    n, k = len(truth), says.shape[1]
    shared = np.sqrt(correlation) * rng.normal(size=(n, 1))
    place = norm.cdf(shared + np.sqrt(1 - correlation) * rng.normal(size=(n, len(says))))
    order = np.array([[code, *(other for other in range(k) if other != code)] for code in range(k)])[truth]
    found = np.empty((n, len(says)), dtype=int)
    for labeler, own in enumerate(says):
        cumulated = np.take_along_axis(own[truth], order, 1).cumsum(axis=1)
        cumulated[:, -1] = 1.0
        which = (place[:, labeler, None] > cumulated).sum(axis=1)
        found[:, labeler] = np.take_along_axis(order, which[:, None], 1)[:, 0]
    return found


def copies(rng, says, truth, correlation):
    """Let each labeler repeat one common reading with a chance whose square is the correlation."""

    def read(own):
        return (rng.random((len(truth), 1)) > own[truth].cumsum(axis=1)[:, :-1]).sum(axis=1)

    common = read(says.mean(axis=0))
    return np.column_stack([np.where(rng.random(len(truth)) < np.sqrt(correlation), common, read(own)) for own in says])


def dawid_skene(votes, k, steps=100):
    """Crowd-kit's Dawid-Skene, step for step, without pandas (`check` compares the two)."""
    hot = np.where(votes[:, :, None] == np.arange(k), 1.0, 0.0)
    there = hot.any(axis=(1, 2))
    flat = hot[there].reshape(there.sum(), -1)
    found = hot[there].sum(axis=1)
    found /= found.sum(axis=1, keepdims=True)
    for _ in range(steps):
        prevalence = np.maximum(found.mean(axis=0), 1e-10)
        says = np.maximum((found.T @ flat).reshape(k, -1, k), 1e-10)
        says /= says.sum(axis=2, keepdims=True)
        logs = np.log(prevalence) + flat @ np.log(says).reshape(k, -1).T
        found = np.exp(logs - logs.max(axis=1, keepdims=True))
        found /= found.sum(axis=1, keepdims=True)
    every = np.tile(found.mean(axis=0), (len(votes), 1))
    every[there] = found
    return every


def shares(votes, k):
    """Vote shares with one vote added to each class."""
    counts = (votes[:, :, None] == np.arange(k)).sum(axis=1) + 1.0
    return counts / counts.sum(axis=1, keepdims=True)


def loss(chances, truth):
    """Mean log loss."""
    return float(-np.log(np.clip(chances[np.arange(len(truth)), truth], LEAST, 1.0)).mean())


def frame(votes):
    """Votes as a DataFrame."""
    table = pd.DataFrame(votes, columns=[f"l{j}" for j in range(votes.shape[1])])
    return table.astype(object).mask(table < 0, None)


def one_set(cell, seed):
    """Log losses of all methods on one drawn set."""
    votes, truth = draw(cell, seed)
    table, classes = frame(votes), tuple(range(cell.k))
    told = [[f"l{j}" for j in group] for group in GROUPS[cell.m]]
    found = {"majority": loss(shares(votes, cell.k), truth), "dawid-skene": loss(dawid_skene(votes, cell.k), truth)}
    for name, groups in (("groups known", told), ("groups found", "find")):
        fitted = LabelConsensus(classes=classes, groups=groups).fit(table)
        found[name] = loss(fitted.predict_proba(table), truth)
    return found


def drawn(sets, jobs, only):
    """Print one row per cell: mean log losses, and the paired difference from the better of the two rivals."""
    print(f"{sets} sets per cell; mean log loss; less is better; [95% interval of the paired difference]")
    print("k    n  m missing rho kind      | majority Dawid-Skene | known  found  | known less better      found less")
    missed = {"groups known": [], "groups found": []}
    for cell in CELLS[only]:
        rows = pd.DataFrame(Parallel(jobs)(delayed(one_set)(cell, seed) for seed in range(sets)))
        mean = rows.mean()
        rival = "majority" if mean["majority"] <= mean["dawid-skene"] else "dawid-skene"
        told = f"{cell.k} {cell.n:4d} {cell.m:2d} {cell.missing:7.1f} {cell.correlation:.1f} {cell.kind:9s} |"
        told += f" {mean['majority']:8.3f} {mean['dawid-skene']:11.3f} |"
        told += f" {mean['groups known']:.3f} {mean['groups found']:.3f} |"
        for name, cells in missed.items():
            less = rows[name] - rows[rival]
            reach = 1.96 * less.std(ddof=1) / np.sqrt(sets)
            bad = less.mean() >= (0.005 if cell.correlation == 0 else 0.0)
            told += f" {less.mean():+.3f} [{less.mean() - reach:+.3f}, {less.mean() + reach:+.3f}]{'*' if bad else ' '}"
            cells += [cell] if bad else []
        print(told, flush=True)
    for name, cells in missed.items():
        print(f"{name}: {len(cells)} of {len(CELLS[only])} cells miss the mark (*)")


def check():
    """Compare the Dawid-Skene of this file with crowd-kit's."""
    for cell in (CELLS[0], CELLS[-1]):
        votes, _ = draw(cell, 0)
        fitted = LabelConsensus("dawid-skene", classes=tuple(range(cell.k)), max_iter=100).fit(frame(votes))
        there = (votes >= 0).any(axis=1)
        apart = np.abs(fitted.probabilities_.to_numpy() - dawid_skene(votes, cell.k, 100))[there].max()
        print(f"largest difference from crowd-kit's Dawid-Skene: {apart:.1e}")


WORDS = {
    "healthcare": {1: ["reversible defect", "asymptomatic", "flat"], 0: ["upsloping", "non-anginal"]},
    "finance": {1: ["no checking account", "unemployed", "new car"], 0: ["savings: 1000", "all credits", "guarantor"]},
    "law": {1: ["felony", "juvenile felony"], 0: ["no prior offences", "0 prior offences"]},
}
"""A person's first guess at a few words, written without looking at outcomes."""


def recorded(draws=2000):
    """Print log loss and AUROC of recorded labelers and their consensus, no gold label used."""
    for name in names():
        domain = load(name)
        X, y = domain.documents(), domain.outcome()
        truth = (np.asarray(y) == np.unique(y)[1]).astype(int)
        recording = Recording.from_file(*domain.recordings())
        said = {
            prompt: DirectLLMClassifier(recording, prompt=prompt).fit(X, y).predict_proba(X)[:, 1]
            for prompt in ("direct/1", "checklist/1")
        }
        votes = labels_to_votes(KeywordLabeler(WORDS[name]).label(X))
        print(f"{name}: {len(truth)} documents, keywords vote on {votes.notna().mean().iloc[0]:.0%}")
        alone = {one: scores(chances, truth) for one, chances in said.items()}
        for told, groups in (("found", "find"), ("given", [["direct/1", "checklist/1"]])):
            for with_words in (False, True):
                fitted = LabelConsensus(classes=(0, 1), groups=groups)
                given = {"votes": votes if with_words else None, "probabilities": said}
                chances = fitted.fit(**given).predict_proba(**given)[:, 1]
                label = f"consensus, groups {told}, {'with' if with_words else 'without'} keywords"
                alone[label] = scores(chances, truth)
                compare(label, chances, said, truth, draws)
        for one, (area, lost) in alone.items():
            print(f"  {one:45s} AUROC {area:.4f}  log loss {lost:.4f}")


def scores(chances, truth):
    """AUROC and log loss."""
    return roc_auc_score(truth, chances), log_loss(truth, np.clip(chances, LEAST, 1 - LEAST))


def compare(label, chances, said, truth, draws):
    """Print how far the consensus is from the best labeler by each measure, with a paired bootstrap interval."""
    rng = np.random.default_rng(0)
    for place, measure in ((0, "AUROC"), (1, "log loss")):
        sign = (-1) ** place
        best = max(said, key=lambda one: sign * scores(said[one], truth)[place])
        found = []
        for _ in range(draws // 4):
            rows = rng.integers(0, len(truth), len(truth))
            found.append(scores(chances[rows], truth[rows])[place] - scores(said[best][rows], truth[rows])[place])
        value = scores(chances, truth)[place] - scores(said[best], truth)[place]
        low, high = np.percentile(found, [2.5, 97.5])
        print(f"    {label}: {measure} less that of {best} {value:+.4f} [{low:+.4f}, {high:+.4f}]")


def small_model():
    """A small model of the text."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    return make_pipeline(words, LogisticRegression(C=10, max_iter=500))


def models(path, repeats):
    """Print accuracies of 14 models, of their consensus, and of models and a small model of the text together."""
    table = pd.read_csv(path)
    columns = [one for one in table if one.endswith("_prediction")]
    truth = table["product"].to_numpy(dtype=object)
    classes = tuple(sorted(set(truth)))
    votes = table[columns].astype(object).rename(columns=lambda one: one.removesuffix("_prediction"))
    votes = votes.where(votes.isin(classes), None)
    single = {one: float((votes[one] == truth).mean()) for one in votes}
    print(f"best single {max(single, key=single.get)} {max(single.values()):.3f}")
    maker = {one: "gpt" if one.startswith("gpt") else one.replace("-", "_").split("_")[0] for one in votes}
    for label, options in {
        "majority": {"method": "majority"},
        "dawid-skene": {"method": "dawid-skene"},
        "correlated, nobody repeats": {"groups": None},
        "correlated, groups found": {},
        "correlated, groups by maker": {"groups": maker},
    }.items():
        fitted = LabelConsensus(classes=classes, **options).fit(votes)
        right = fitted.predict(votes) == truth
        reach = 1.96 * right.std() / np.sqrt(len(right))
        chances = np.clip(fitted.predict_proba(votes), LEAST, 1)
        lost = loss(chances, np.array([classes.index(one) for one in truth]))
        print(f"no gold label, {label:28s} accuracy {right.mean():.3f} ± {reach:.3f}, log loss {lost:.3f}", flush=True)
    text = table["narrative"].astype(str).to_numpy(dtype=object)
    for seed in range(repeats):
        found = [fold(text, votes, truth, classes, maker, *rows, seed) for rows in folds(truth, seed)]
        mean = pd.DataFrame(found).mean()
        print(f"gold labels, 5 folds, seed {seed}: " + ", ".join(f"{k} {v:.3f}" for k, v in mean.items()), flush=True)


def folds(truth, seed):
    return StratifiedKFold(5, shuffle=True, random_state=seed).split(truth, truth)


def fold(text, votes, truth, classes, maker, train, test, seed):
    """Accuracies on one fold; what the small model says of training documents is out of fold."""
    inner = StratifiedKFold(5, shuffle=True, random_state=seed)
    own = cross_val_predict(small_model(), text[train], truth[train], cv=inner, method="predict_proba")
    fitted = small_model().fit(text[train], truth[train])
    held = fitted.predict_proba(text[test])
    found = {"small model": (fitted.classes_[held.argmax(axis=1)] == truth[test]).mean()}
    for label, known, said in (("models", None, None), ("models and small model", {"text": own}, {"text": held})):
        consensus = LabelConsensus(classes=classes, groups=maker, random_state=seed)
        consensus.fit(votes.iloc[train], truth[train], probabilities=known)
        chances = consensus.predict_proba(votes.iloc[test], probabilities=said)
        found[label] = (consensus.classes_[chances.argmax(axis=1)] == truth[test]).mean()
        found[f"{label} (log loss)"] = loss(chances, np.array([classes.index(one) for one in truth[test]]))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("drawn", "recorded", "models", "check"))
    parser.add_argument("path", nargs="?", type=Path, help="the file of the 14 models")
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cells", default=":", help="a slice of the cells, such as 0:16")
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.part == "drawn":
        ends = [int(one) if one else None for one in chosen.cells.split(":")]
        drawn(chosen.sets, chosen.jobs, slice(*ends))
    elif chosen.part == "models":
        models(chosen.path, chosen.repeats)
    else:
        {"recorded": recorded, "check": check}[chosen.part]()


if __name__ == "__main__":
    main()
