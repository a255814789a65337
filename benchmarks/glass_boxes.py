"""How the glass boxes' fits compare with the libraries they stand on: ratios, in one run.

Run with `make bench`. Prints, for each domain, the time of a fit as a ratio (medians of
alternating runs) and the AUROC of our EBM's defaults beside the library's, five times
repeated five-fold.
"""

import statistics
import time
import warnings

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold

from pellucid.domains import load, names
from pellucid.extraction import LLMFeatureExtractor
from pellucid.glassbox import EBMClassifier, SparseLinearClassifier
from pellucid.glassbox._sparse_linear import _SparseLinear
from pellucid.llm import Recording


def table(name):
    domain = load(name)
    extractor = LLMFeatureExtractor(domain.questionnaire, Recording.from_file(*domain.recordings()))
    return extractor.fit_transform(domain.documents()), domain.outcome()


def seconds(fit):
    began = time.perf_counter()
    fit()
    return time.perf_counter() - began


def ratio(ours, theirs, runs=3):
    """Median of theirs / ours over alternating runs, after one of each that does not count."""
    ours(), theirs()
    return statistics.median(seconds(theirs) / seconds(ours) for _ in range(runs))


def library_ebm(X):
    types = ["continuous" if X[name].dtype.kind == "f" else "nominal" for name in X]
    return ExplainableBoostingClassifier(interactions=0, feature_types=types, n_jobs=1, random_state=0)


def mean_auroc(make, X, y):
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=5, random_state=0)
    found = []
    for train, test in folds.split(X, y):
        model = make(X).fit(X.iloc[train], y.iloc[train])
        found.append(roc_auc_score(y.iloc[test], model.predict_proba(X.iloc[test])[:, 1]))
    return float(np.mean(found))


def design_of(X, y):
    """Catch the standardised design our sparse model solves on, so that both solve the same."""
    kept = {}

    class Spy(SparseLinearClassifier):
        def _problem(self, design, lesson):
            kept["design"] = design[:, 1:]
            return super()._problem(design, lesson)

    assert issubclass(Spy, _SparseLinear)
    Spy().fit(X, y)
    return kept["design"]


def scikit_learn(design, y, solver):
    return LogisticRegressionCV(
        Cs=np.logspace(-2, 1, 20), cv=5, l1_ratios=(1,), solver=solver, max_iter=2000,
        scoring="neg_log_loss", random_state=0, use_legacy_attributes=False,
    ).fit(design, y)  # fmt: skip


def main():
    warnings.filterwarnings("ignore", message="Missing values detected")
    for name in names():
        X, y = table(name)
        design = design_of(X, y)
        print(f"{name}: {X.shape[0]} documents, {X.shape[1]} questions, {design.shape[1]} columns in the linear design")
        slower = ratio(lambda X=X, y=y: EBMClassifier().fit(X, y), lambda X=X, y=y: library_ebm(X).fit(X, y))
        ours, theirs = mean_auroc(lambda _: EBMClassifier(), X, y), mean_auroc(library_ebm, X, y)
        print(
            f"  EBM: the library's defaults take {slower:.1f} times as long; AUROC ours {ours:.3f}, theirs {theirs:.3f}"
        )
        for solver in ("liblinear", "saga"):
            slower = ratio(
                lambda X=X, y=y: SparseLinearClassifier().fit(X, y),
                lambda design=design, y=y, solver=solver: scikit_learn(design, y, solver),
            )
            print(f"  sparse linear: scikit-learn's path with {solver} takes {slower:.0f} times as long")


if __name__ == "__main__":
    main()
