"""What was tried to bring a distilled glass box nearer to its teacher: every variant on the same folds.

    python benchmarks/distillation.py [--repeats 2] [--domains healthcare] [--part teacher] [--part gold]

Prints, per domain and variant, the mean AUROC of the folds, Brier score and log loss over all documents. The language
model's labels are recorded; docs/explanation/experiments.md tells what came out.
"""

import argparse
import os
import sys
import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy import special
from scipy.stats import spearmanr
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import RidgeCV
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler

from pellucid.domains import load
from pellucid.glassbox import EBMClassifier, EBMRegressor, SparseLinearRegressor
from pellucid.labeling import DistilledClassifier
from pellucid.study import Labelled, labelled_domain

QUICK = {"learning_rate": 0.3, "max_rounds": 40}
PULLS = (0.5, 1.5, 4.0)
SHARES = (0.3, 0.6, 1.0)


class Case(NamedTuple):
    labelled: Labelled
    X: pd.DataFrame
    y: np.ndarray
    train: np.ndarray
    test: np.ndarray


def odds(table, columns):
    held = np.clip(table[columns].to_numpy(dtype=float), 0.005, 0.995)
    return np.log(held / (1 - held)).mean(axis=1)


def signs(X, said):
    """Directions in which the teacher's log-odds go with numbers and ordered levels, where they clearly do."""
    found = {}
    for name in X.columns:
        codes = X[name].cat.codes.where(X[name].notna()) if X[name].dtype == "category" else X[name]
        ordered = X[name].dtype != "category" or X[name].cat.ordered
        if ordered and codes.nunique() > 2:
            rows = codes.notna()
            rho = spearmanr(codes[rows].astype(float), said[rows.to_numpy()]).statistic
            if abs(rho) > 0.15:
                found[name] = int(np.sign(rho))
    return found


def teacher(case):
    """One label prompt or two averaged; the tested documents' labels unseen or seen."""
    labelled, X, _, train, test = case
    one, two = odds(labelled.table, [labelled.direct]), odds(labelled.table, list(labelled.teachers))
    return {
        "direct LLM": one[test],
        "two prompts averaged": two[test],
        "distilled from one prompt": EBMRegressor(**QUICK).fit(X.iloc[train], one[train]).predict(X.iloc[test]),
        "distilled from two": EBMRegressor(**QUICK).fit(X.iloc[train], two[train]).predict(X.iloc[test]),
        "distilled from two, tested documents too": EBMRegressor(**QUICK).fit(X, two).predict(X.iloc[test]),
        "distilled from probabilities": _logit(
            EBMRegressor(**QUICK).fit(X.iloc[train], special.expit(two)[train]).predict(X.iloc[test])
        ),
    }


def student(case):
    """What learns: EBMs of several kinds, lines, and a black box for the ceiling."""
    labelled, X, _, train, test = case
    said = odds(labelled.table, list(labelled.teachers))
    table = make_pipeline(OrdinalEncoder(encoded_missing_value=-1), StandardScaler()).fit_transform(X.astype(object))
    settings = {
        "EBM, slow as for gold labels": {},
        "EBM, larger and fewer steps": QUICK,
        "EBM, 25 bags": {**QUICK, "outer_bags": 25},
        "EBM, 6 pairs": {**QUICK, "interactions": 6},
        "EBM, 15 pairs": {**QUICK, "interactions": 15},
        "EBM, monotone where the teacher is": {**QUICK, "monotone_constraints": signs(X.iloc[train], said[train])},
    }
    found = {
        name: EBMRegressor(**given).fit(X.iloc[train], said[train]).predict(X.iloc[test])
        for name, given in settings.items()
    }
    found["sparse linear"] = SparseLinearRegressor().fit(X.iloc[train], said[train]).predict(X.iloc[test])
    ridge = RidgeCV(np.logspace(-1, 4, 20)).fit(table[train], said[train])
    forest = ExtraTreesRegressor(300, min_samples_leaf=3, max_features=0.4, random_state=0)
    return found | {
        "ridge on codes": ridge.predict(table[test]),
        "extremely random trees (black box)": forest.fit(table[train], said[train]).predict(table[test]),
    }


def gold(case):
    """Gold labels joined with the teacher's: how far each pulls, how much of a correction is taken."""
    labelled, X, y, train, test = case
    said = odds(labelled.table, list(labelled.teachers))
    taught = EBMRegressor(**QUICK).fit(X.iloc[train], said[train])
    base = taught.predict(X)
    found = {
        "gold labels alone": EBMClassifier().fit(X.iloc[train], y[train]).decision_function(X.iloc[test]),
        "distilled alone": base[test],
    }
    for pull in PULLS:
        target = said[train] + pull * (2 * y[train] - 1)
        found[f"soft labels, pulled by {pull:g}"] = (
            EBMRegressor(**QUICK).fit(X.iloc[train], target).predict(X.iloc[test])
        )
    correction = EBMClassifier().fit(X.iloc[train], y[train], init_score=base[train]).decision_function(X.iloc[test])
    found |= {f"corrected, {share:.0%} of it taken": base[test] + share * correction for share in SHARES}
    return found | _fitted(case, {"stacked (DistilledClassifier)": {}})


def opinion(case):
    """The teacher's own word as one more term."""
    labelled, test = case.labelled, case.test
    said = {"direct LLM": odds(labelled.table, [labelled.direct])[test]}
    return said | _fitted(case, {"stacked, with opinion": {"opinion": True}})


def _fitted(case, variants):
    labelled, _, y, train, test = case
    teachers = list(labelled.teachers)
    table = labelled.table[[*labelled.read.questions, *teachers]]
    return {
        name: DistilledClassifier(teacher=teachers, classes=(0, 1), **given)
        .fit(table.iloc[train], y[train])
        .decision_function(table.iloc[test])
        for name, given in variants.items()
    }


def _logit(chances):
    held = np.clip(chances, 0.005, 0.995)
    return np.log(held / (1 - held))


PARTS = {"teacher": teacher, "student": student, "gold": gold, "opinion": opinion}


def folds(y, repeats):
    return [
        (repeat, train, test)
        for repeat in range(repeats)
        for train, test in StratifiedKFold(5, shuffle=True, random_state=repeat).split(y, y)
    ]


def report(domain, part, repeats):
    labelled = labelled_domain(load(domain))
    X, y = labelled.table[labelled.read.questions], labelled.read.outcome.to_numpy()
    plan = folds(y, repeats)
    results = Parallel(os.cpu_count())(
        delayed(PARTS[part])(Case(labelled, X, y, train, test)) for _, train, test in plan
    )
    print(f"\n{domain}, {part}: {len(y)} documents, {repeats} times 5-fold")
    print(f"  {'':<44}{'AUROC of folds':>16}{'Brier':>8}{'log loss':>10}")
    for name in results[0]:
        chances = np.full((repeats, len(y)), np.nan)
        areas = []
        for (repeat, _, test), found in zip(plan, results, strict=True):
            chances[repeat, test] = special.expit(found[name])
            areas.append(roc_auc_score(y[test], found[name]))
        brier = np.mean([brier_score_loss(y, row) for row in chances])
        loss = np.mean([log_loss(y, row) for row in chances])
        print(f"  {name:<44}{np.mean(areas):>16.4f}{brier:>8.4f}{loss:>10.4f}", flush=True)


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--repeats", type=int, default=2)
    asked.add_argument("--domains", nargs="+", default=["healthcare", "finance", "law"])
    asked.add_argument("--part", choices=tuple(PARTS), action="append")
    given = asked.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    for part in given.part or PARTS:
        for domain in given.domains:
            report(domain, part, given.repeats)
    return 0


if __name__ == "__main__":
    sys.exit(main())
