"""How fast a score card explains: against `explain_local` and `eval_terms` of interpret, and SHAP's TreeExplainer.

Run with `make bench`, or alone. Prints medians of alternating runs of the same process: one
decision of a 20-question EBM, and a million rows with all terms. Fails where the card is
not at least 50 and 1.3 times as fast.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import statistics
import time

import numpy as np
import shap
from xgboost import XGBClassifier

from pellucid.glassbox import EBMClassifier, score_card

QUESTIONS, ROWS = 20, 1_000_000


def seconds(call, times):
    began = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - began) / times


def medians(calls, runs):
    """Median seconds of each call, over runs that take turns, after one of each that does not count."""
    for call, _ in calls.values():
        call()
    found = {name: [] for name in calls}
    for _ in range(runs):
        for name, (call, times) in calls.items():
            found[name].append(seconds(call, times))
    return {name: statistics.median(times) for name, times in found.items()}


def main():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, QUESTIONS))
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.logistic(size=2000) > 0).astype(int)
    model = EBMClassifier().fit(X, y)
    card = score_card(model)
    trees = shap.TreeExplainer(XGBClassifier(n_estimators=100, max_depth=4, n_jobs=1, random_state=0).fit(X, y))
    library = model._model

    array = X[:1]
    row = dict(zip(card.questions, array[0].tolist(), strict=True))
    told = card.explain_row(row)
    assert abs(told.score - model.decision_function(array)[0]) < 1e-9
    assert np.allclose([points for _, points in told.terms], library.eval_terms(array)[0], rtol=0, atol=1e-9)
    one = medians(
        {
            "score card": (lambda: card.explain_row(row), 2000),
            "explain_local": (lambda: library.explain_local(array), 20),
            "TreeExplainer": (lambda: trees.shap_values(array), 20),
        },
        runs=7,
    )
    print(f"one decision of an EBM of {QUESTIONS} questions (XGBoost: 100 trees of depth 4)")
    for name, taken in one.items():
        print(f"  {name:<14} {taken * 1e6:8.1f} µs   {taken / one['score card']:6.0f} times the card's")

    many = rng.normal(size=(ROWS, QUESTIONS))
    many[rng.random(many.shape) < 0.05] = np.nan
    assert np.array_equal(card.terms(many), library.eval_terms(many))
    batch = medians(
        {"score card": (lambda: card.terms(many), 1), "eval_terms": (lambda: library.eval_terms(many), 1)}, runs=5
    )
    print(f"{ROWS:,} rows with all terms (equal to the last bit)")
    for name, taken in batch.items():
        print(f"  {name:<14} {taken:8.2f} s    {taken / batch['score card']:6.1f} times the card's")
    assert min(one["explain_local"], one["TreeExplainer"]) >= 50 * one["score card"]
    assert batch["eval_terms"] >= 1.3 * batch["score card"]


if __name__ == "__main__":
    main()
