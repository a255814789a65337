"""Which labels to keep, to count for less, or to show to a person: the small model curates the big one's labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from pellucid._checks import check_number, check_option
from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import GlassBoxClassifier, GlassBoxRegressor
from pellucid.labeling._curated import Curated, expected_gains
from pellucid.labeling._curation_doubt import Manner, doubt_labels
from pellucid.labeling._curation_input import Material, read_material
from pellucid.labeling._curation_words import Grounds
from pellucid.measures import Floats
from pellucid.schema import ReviewAction, ReviewItem, ReviewQueue

_DOUBTFUL = 0.5
"""Chance to be wrong from which a label goes to a person where no budget is given."""
_ALIKE = 20  # near copies named with an item


class LabelCuration(BaseEstimator):
    """Hold a labeler's labels against what models learnt from its other labels expect.

    A glass box on the answers, and words where texts are given, learn the labeler's labels in
    some folds and say those of the documents they did not see; copies and near copies stand
    in one fold. How far each model is trusted, and how often a label is wrong, is estimated
    together with the chance of each label to be wrong. Probabilities of two classes are
    learnt as log-odds, and a wrong one is taken to say the opposite; a second round then
    learns from what the first believes. Labels, and more classes, are learnt as classes, and
    a wrong one is taken to be swapped with the same chance in all documents of its class.

    A near copy with another label makes a label more doubtful. A document like no other is
    judged half by the share of wrong labels in general. Gold labels move the chances of all
    labels of their class, and tell what share of them is wrong by habit.

    What is found is a label that departs from the labeler's own habit. An error the labeler
    makes everywhere is a habit: only gold labels can show it. A labeler that is true to itself
    has next to no label doubted, however often it is at odds with outcomes.

    Parameters
    ----------
    glass_box : GlassBoxRegressor, GlassBoxClassifier or None, default=None
        Unfitted. A regressor takes probabilities of two classes; a classifier takes whatever
        there is as labels. None is `EBMRegressor` or `EBMClassifier`, by what there is.
    splits : int, default=5
    repeats : int, default=2
        Repeats of the folds in the first round; the second has one.
    budget : int or None, default=None
        Documents a person can look at: so many from the front of the queue are to be reviewed.
        None: those that are more likely wrong than right, and those without a label.
    noise : {"mixture", "confident"}, default="mixture"
        How the chances are estimated: as above, with what the base install has; or by
        confident learning [1]_, which needs the extra ``labels``.
    classes : sequence of label or None, default=None
        None takes the labels that are there, or (0, 1) for one column of probabilities.
    seed : int, default=0
        Of the folds. A glass box keeps its own.
    n_jobs : int or None, default=None
        Processes; does not change results.

    Notes
    -----
    The expected gain of a person's answer is the chance that the label is wrong, times the
    drop in its log loss when it is turned round: the log-odds of the label as the labeler
    states them (for a label without probability, those of 98 in 100). A doubtful label that
    was stated with little conviction gains little. A spread makes log-odds smaller before
    they are counted [2]_. A document without a label gains the entropy of what the models
    expect.

    Where the labeler gave probabilities, weights, mixed probabilities and a person's answers
    all won back nearly everything that turning a fifth of them round had cost. Where it gave
    labels only, the queue found the wrong ones nearly as well, but only a person's answers won
    the accuracy back (``benchmarks/label_curation.py``): ask a labeler for probabilities.

    The weight of a label is one less twice its chance to be wrong, and never below 0: what
    the expected slope of a loss is worth when the label may say the opposite [3]_.

    References
    ----------
    .. [1] C. G. Northcutt, L. Jiang, I. L. Chuang, "Confident learning: estimating
       uncertainty in dataset labels", Journal of Artificial Intelligence Research 70, 2021.
    .. [2] D. J. C. MacKay, "The evidence framework applied to classification networks",
       Neural Computation 4(5), 1992.
    .. [3] N. Natarajan, I. S. Dhillon, P. Ravikumar, A. Tewari, "Learning with noisy
       labels", NeurIPS 2013.

    Examples
    --------
    >>> from pellucid.glassbox import SparseLinearRegressor
    >>> import pandas as pd
    >>> X = pd.DataFrame({"size": np.arange(60.0)}, index=[f"d{n}" for n in range(60)])
    >>> said = 1 / (1 + np.exp((29.5 - X["size"]) / 10))
    >>> said["d55"] = 1 - said["d55"]
    >>> curated = LabelCuration(SparseLinearRegressor(), classes=("small", "large")).curate(X, said)
    >>> first = curated.queue.items[0]
    >>> first.document, first.label, first.proposed, first.action.value
    ('d55', 'small', 'large', 'review')
    """

    def __init__(
        self,
        glass_box: GlassBoxRegressor | GlassBoxClassifier | None = None,
        *,
        splits: int = 5,
        repeats: int = 2,
        budget: int | None = None,
        noise: str = "mixture",
        classes: Sequence[Any] | None = None,
        seed: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.glass_box = glass_box
        self.splits = splits
        self.repeats = repeats
        self.budget = budget
        self.noise = noise
        self.classes = classes
        self.seed = seed
        self.n_jobs = n_jobs

    def curate(self, X: Any, labels: Any, *, texts: Any = None, spread: Any = None, gold: Any = None) -> Curated:
        """Decide what becomes of each label.

        Parameters
        ----------
        X : DataFrame or array-like of shape (n, n_questions)
            Answers; the index of a DataFrame names the documents.
        labels : array-like of shape (n,) or (n, n_classes)
            Labels, or probabilities: one column of numbers between 0 and 1 for the second
            of two classes, or one column per class. None or NaN where the labeler gave none.
        texts : iterable of str or None, default=None
            The documents; with them words are a second opinion, and near copies are found.
        spread : array-like of shape (n,) or None, default=None
            Standard deviation of the labeler's log-odds over its repeats and paraphrases.
        gold : array-like of shape (n,) or None, default=None
            What is known for sure, such as ``queue.answered().reindex(X.index)``; None or NaN
            elsewhere.

        Returns
        -------
        Curated

        Raises
        ------
        InvalidInputError
            If something does not fit together, fewer than two labels differ, a fold would
            learn from one class only, or a label is none of the classes.
        MissingExtraError
            With ``noise="confident"``, if cleanlab is not installed.

        Notes
        -----
        Models learn from the labeler's labels only, also where gold is known: the question is
        what the labeler would say.
        """
        self._check_parameters()
        given = read_material(X, labels, classes=self.classes, texts=texts, spread=spread, gold=gold)
        manner = Manner(self.glass_box, self.splits, self.repeats, self.noise == "confident", self.seed, self.n_jobs)
        doubt, grounds = doubt_labels(given, manner)
        known = given.gold >= 0
        beliefs = np.where(known[:, None], given.gold[:, None] == np.arange(len(given.stated.classes)), doubt.beliefs)
        gains = expected_gains(given.stated.codes, given.stated.chances, beliefs, given.spread)
        curated = Curated(
            given.stated.classes,
            tuple(given.names),
            given.stated.codes,
            given.stated.chances,
            beliefs,
            known,
            np.full(len(known), ReviewAction.KEEP.value, dtype=object),
            ReviewQueue(classes=given.stated.classes, items=(), about=_about(given, self.noise, doubt.rate)),
        )
        return self._act(curated, given, grounds, gains)

    def _check_parameters(self) -> None:
        check_number("splits", self.splits, low=2, whole=True)
        check_number("repeats", self.repeats, low=1, whole=True)
        check_number("seed", self.seed, low=0, high=2**31 - 1, whole=True)
        check_option("noise", self.noise, ("mixture", "confident"))
        if self.budget is not None:
            check_number("budget", self.budget, low=0, whole=True)
        if not isinstance(self.glass_box, GlassBoxRegressor | GlassBoxClassifier | None):
            raise InvalidInputError(
                f"glass_box: got {type(self.glass_box).__name__}; an unfitted glass box is expected, or None"
            )

    def _act(self, curated: Curated, given: Material, grounds: Grounds, gains: Floats) -> Curated:
        """Decide on each label and put the rest into the queue."""
        order = np.flatnonzero(~curated.known)
        order = order[np.argsort(-gains[order], kind="stable")]
        wrong = np.nan_to_num(curated.wrong, nan=1.0)
        shown = order[wrong[order] >= _DOUBTFUL] if self.budget is None else order[: self.budget]
        actions = np.where(curated.weights < 1, ReviewAction.LOWER.value, ReviewAction.KEEP.value).astype(object)
        actions[shown] = ReviewAction.REVIEW.value
        curated = curated._replace(actions=actions)
        items = tuple(_item(at, curated, given, grounds, float(wrong[at]), float(gains[at])) for at in order.tolist())
        return curated._replace(queue=curated.queue.model_copy(update={"items": items}))


def _item(at: int, curated: Curated, given: Material, grounds: Grounds, wrong: float, gain: float) -> ReviewItem:
    """Put one document into the queue."""
    code, proposed = int(curated.codes[at]), int(curated.beliefs[at].argmax())
    return ReviewItem(
        document=given.names[at],
        action=curated.actions[at],
        label=None if code < 0 else curated.classes[code],
        stated=float(curated.stated[at, code]) if given.stated.soft and code >= 0 else None,
        proposed=curated.classes[proposed],
        probability=float(min(curated.beliefs[at, proposed], 1.0)),
        wrong=wrong,
        gain=gain,
        reasons=grounds.reasons(at, proposed),
        alike=tuple(given.names[twin] for twin in grounds.twins[at][:_ALIKE]),
    )


def _about(given: Material, noise: str, rate: float) -> str:
    share = "under 1%" if rate < 0.01 else f"{rate:.0%}"
    how = "confident learning" if noise == "confident" else "a mixture of right and wrong labels"
    return (
        f"{len(given.names):,} documents; {share} of the labels are estimated to be wrong, by {how}, against what "
        "models learnt from other documents' labels. The order is the expected drop in the log loss of a label if a "
        "person answers."
    )
