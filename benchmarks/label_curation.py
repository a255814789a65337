"""Flipped labels: how many the queue finds, and what retraining recovers.

`python benchmarks/label_curation.py --seeds 10 --domains healthcare finance law` turns a fifth
of the language model's labels round at random, curates them, and trains on what comes out.
The language model's recorded probabilities (or, with `--labels`, the labels they make at one
half) are mirrored; in five folds, curation sees the training part only, and models are tested
on the other part's real outcomes. "Lowered": nobody answers, labels count by their weights.
"Mixed": nobody answers, training on the mixed probabilities. "Answered": a person restores
what was turned round in the first third of the queue; the rest counts by its weights.
"Dropped": the first third is left out. Intervals are 95% (t) over seeds. A seed of one
domain takes about half a minute of one core. Models that learn hard labels are too sure of
them, and flips make them less so: there only AUROC can be recovered.
"""

import argparse
import sys

import numpy as np
import pandas as pd
from scipy.stats import t
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from pellucid.domains import load, names
from pellucid.glassbox import EBMClassifier, EBMRegressor
from pellucid.labeling import DirectLLMClassifier, LabelCuration
from pellucid.study._documents import TEXT, read_domain

RATE = 0.2


def material(name):
    read = read_domain(load(name))
    texts = read.table[TEXT]
    direct = DirectLLMClassifier(read.recording, prompt="direct/1").fit(texts, read.outcome)
    said = pd.Series(direct.predict_proba(texts)[:, 1], index=texts.index)
    return read.table[read.questions], texts, read.outcome.to_numpy(), said


def flips(n, seed):
    flipped = np.zeros(n, dtype=bool)
    flipped[np.random.default_rng(seed).choice(n, round(RATE * n), replace=False)] = True
    return flipped


def odds(chances):
    return np.log(chances / (1 - chances))


class Soft:
    """Probabilities, learnt as log-odds."""

    classes = (0, 1)

    @staticmethod
    def turned(said, flipped):
        return said.where(~flipped, 1 - said)

    @staticmethod
    def score(X, labels, test, weights=None):
        return EBMRegressor().fit(X, odds(np.asarray(labels)), sample_weight=weights).predict(test)

    @staticmethod
    def restored(curated):
        return np.clip(curated.probabilities[:, 1], 0.01, 0.99)


class Hard:
    """Labels, learnt as classes."""

    classes = (0, 1)

    @staticmethod
    def turned(said, flipped):
        return ((said > 0.5) ^ flipped).astype(int)

    @staticmethod
    def score(X, labels, test, weights=None):
        return EBMClassifier().fit(X, np.asarray(labels).astype(int), sample_weight=weights).decision_function(test)

    @staticmethod
    def restored(curated):
        return curated.labels


def answered(curated, true, share):
    queue = curated.queue
    for item in queue.first(int(np.ceil(len(queue.items) * share))).items:
        queue = queue.answer(item.document, int(true[item.document]))
    return curated.with_answers(queue)


def found(curated, flipped, share=1 / 3):
    first = curated.queue.first(int(np.ceil(len(curated.queue.items) * share)))
    return flipped[[item.document for item in first.items]].sum() / flipped.sum()


def one_seed(X, texts, y, said, kind, seed, noise):
    flipped = pd.Series(flips(len(X), seed), index=X.index)
    clean, noisy = kind.turned(said, pd.Series(False, index=X.index)), kind.turned(said, flipped)
    scores, recall = {}, []
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(X, y):
        rows, to_say, labels = X.iloc[train], X.iloc[test], noisy.iloc[train]
        curation = LabelCuration(repeats=1, classes=kind.classes, seed=seed, noise=noise)
        curated = curation.curate(rows, labels, texts=texts.iloc[train])
        recall.append(found(curated, flipped.iloc[train]))
        person = answered(curated, (clean > 0.5).astype(int), 1 / 3)
        drop = curated.weights.copy()
        drop[person.known] = 0.0
        ways = {
            "clean": (clean.iloc[train], None),
            "flipped": (labels, None),
            "lowered": (labels, curated.weights),
            "answered": (kind.restored(person), person.weights),
            "dropped": (labels, drop),
        }
        for way, (target, weights) in ways.items():
            scores.setdefault(way, np.empty(len(X)))[test] = kind.score(rows, target, to_say, weights)
        scores.setdefault("mixed", np.empty(len(X)))[test] = Soft.score(rows, Soft.restored(curated), to_say)
    rows = {
        way: {"AUROC": roc_auc_score(y, s), "log loss": log_loss(y, 1 / (1 + np.exp(-s)))} for way, s in scores.items()
    }
    return float(np.mean(recall)), rows


def interval(values):
    values = np.asarray(values, dtype=float)
    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.3f} ({values.mean() - half:.3f} to {values.mean() + half:.3f})"


def show(name, kind, noise, recalls, rows):
    print(f"{name}, {kind.__name__.lower()} labels, {noise}: flips in the first third of the queue {interval(recalls)}")
    for measure in ("AUROC", "log loss"):
        table = pd.DataFrame([{way: row[way][measure] for way in row} for row in rows])
        better = 1 if measure == "AUROC" else -1
        lost = float(better * (table["clean"] - table["flipped"]).mean())
        print(f"  {measure}: " + "; ".join(f"{way} {interval(table[way])}" for way in table))
        for way in table.columns.drop(["clean", "flipped"]):
            won = better * (table[way] - table["flipped"])
            share = f"{float(won.mean()) / lost:.0%} of the loss" if lost > 0 else "the flips themselves lost nothing"
            print(f"    {way}: gains {interval(won)}, {share}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--domains", nargs="+", default=names())
    parser.add_argument("--labels", action="store_true", help="thresholded labels in place of probabilities")
    parser.add_argument("--noise", default="mixture", choices=("mixture", "confident"))
    given = parser.parse_args()
    kind = Hard if given.labels else Soft
    for name in given.domains:
        X, texts, y, said = material(name)
        done = [one_seed(X, texts, y, said, kind, seed, given.noise) for seed in range(given.seeds)]
        show(name, kind, given.noise, [recall for recall, _ in done], [rows for _, rows in done])


if __name__ == "__main__":
    main()
