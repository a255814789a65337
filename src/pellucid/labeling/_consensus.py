"""Several labelers, some of whom repeat one another, into one probabilistic label."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from pellucid._checks import NotFittedError, check_alike, check_number, check_option
from pellucid.exceptions import InvalidInputError, PellucidWarning
from pellucid.labeling._classical import METHODS, fit_classical
from pellucid.labeling._consensus_gold import FEWEST, Correction, features_of, fit_correction, gold_folds
from pellucid.labeling._consensus_mixture import Mixture, fit_mixture
from pellucid.labeling._consensus_tables import Facts, accuracy_table, dependence_table
from pellucid.labeling._consensus_tree import Prior
from pellucid.labeling._consensus_votes import Ballots, learn_classes, read_ballots
from pellucid.labeling._label_classes import class_places
from pellucid.measures import Codes, Floats


class LabelConsensus(ClassifierMixin, BaseEstimator):
    """Learn how far each labeler can be trusted, and what several of them say together.

    Two prompts to one language model err together. Taken as independent, their repeated
    vote passes for two, and labels come out surer than they are. ``"correlated"`` puts such
    labelers in a group: the true class gives what the group reads, and that what each of
    its labelers says, both by confusions that are estimated and drawn to a prior. Groups
    are given, or found from agreement beyond what the labelers' accuracies allow; what is
    not certain is averaged over.

    Where probabilities are stated and there are fewer than three sources (groups, or labelers
    alone), they stand as they are, and votes count only where none is stated, until gold
    labels show that votes add something: a rule repeats what a reader has weighed already.
    A labeler that only ever votes for one class cannot be judged by agreement; it is taken
    to be right as often as `accuracy` says, and its vote counts the less the oftener it votes.

    Without gold labels, agreement is all there is. A mistake that all labelers share cannot
    be seen in it, and where most labelers repeat one another, which of two clusters is right
    rests on the prior: that labelers are about equally good. Then the probabilities are too
    sure; a hundred gold labels tell, and from twenty on they correct the result.

    Parameters
    ----------
    method : {"correlated", "majority", "dawid-skene", "glad", "mace"}, default="correlated"
        All but the first need the extra ``labels``, take labelers as independent and
        probabilities as votes; of them only Dawid-Skene learns from gold labels.
    classes : sequence or None, default=None
        All classes, in order; None takes those that occur, sorted.
    groups : "find", None, mapping of labeler to group, or sequence of sequences of labelers
        Labelers not named are each alone, and None leaves all of them so. ``"find"``, the
        default, needs at least four that vote. Groups that are given are weighed against
        none by likelihood. See `labeler_groups`.
    accuracy : float, default=0.75
        How often a labeler is expected to be right.
    strength : float, default=12.0
        How many votes per class that expectation counts for.
    smoothing : float, default=1.0
        Votes that majority adds to each class.
    max_iter : int, default=80
        Steps of EM, at most.
    random_state : int, default=0
        Deals gold labels into folds, and starts MACE.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    labelers_ : tuple of str
    prevalence_ : ndarray of shape (n_classes,)
    accuracies_ : DataFrame
        Columns labeler, class, accuracy, low, high, documents, gold.
    groups_ : tuple of tuple of str
        The likeliest grouping.
    dependence_ : DataFrame
        A row per group of several: labelers, probability, shared, worth, words.
    probabilities_ : DataFrame of shape (n_documents, n_classes)
        Consensus on the documents of `fit`; a gold label stands as certain.
    correction_ : Correction or None
        What gold labels changed; None where they are too few or change nothing for the better.

    References
    ----------
    Dawid, A. P. and Skene, A. M. (1979). Maximum likelihood estimation of observer
    error-rates using the EM algorithm. Applied Statistics 28, 20-28.
    Ratner, A. et al. (2019). Training complex models with multi-task weak supervision.
    AAAI 33, 4763-4771.

    Examples
    --------
    >>> votes = pd.DataFrame({"a": [1, 1, 0, 0], "b": [1, 1, 0, 0], "c": [1, 0, 0, None]})
    >>> consensus = LabelConsensus(classes=(0, 1)).fit(votes)
    >>> consensus.predict(votes)
    array([1, 1, 0, 0])
    >>> bool(consensus.predict_proba(votes)[0, 1] > consensus.predict_proba(votes)[1, 1])
    True
    """

    def __init__(
        self,
        method: str = "correlated",
        *,
        classes: Any = None,
        groups: Any = "find",
        accuracy: float = 0.75,
        strength: float = 12.0,
        smoothing: float = 1.0,
        max_iter: int = 80,
        random_state: int = 0,
    ) -> None:
        self.method = method
        self.classes = classes
        self.groups = groups
        self.accuracy = accuracy
        self.strength = strength
        self.smoothing = smoothing
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, votes: Any = None, y: Any = None, *, probabilities: Any = None) -> Self:
        """Learn accuracies, prevalence and groups.

        Parameters
        ----------
        votes : DataFrame of shape (n_documents, n_labelers), or None
            A column per labeler; None, NaN or NA where it does not vote.
        y : array-like of shape (n_documents,) or None, default=None
            Gold labels; None, NaN or NA where there is none.
        probabilities : DataFrame, mapping of str to array-like, or None, default=None
            Of labelers that give them: shape (n_documents, n_classes), or (n_documents,) for
            the second of two classes; NaN where none. They go before votes of the same labeler.

        Returns
        -------
        LabelConsensus

        Raises
        ------
        InvalidInputError
            If there is no vote at all, a label is outside the classes, or shapes do not match.
        MissingExtraError
            If a classical method is asked for without crowd-kit.
        """
        self._check()
        check_alike(votes, y)
        classes = learn_classes(votes, y, self.classes)
        ballots = read_ballots(votes, probabilities, classes)
        gold = np.full(len(ballots.said), -1, dtype=np.intp)
        if y is not None:
            gold = class_places(y, classes, n=len(ballots.said))
        if not ballots.given.any():
            raise InvalidInputError("votes: every vote is missing; at least one labeler must say something")
        self.classes_ = np.asarray(classes)
        self.labelers_ = ballots.labelers
        prior = Prior(accuracy=self.accuracy, strength=self.strength)
        if self.method == "correlated":
            fitted = self._fit_correlated(ballots, gold, prior)
        else:
            fitted = self._fit_classical(ballots, gold)
        fitted[gold >= 0] = np.eye(len(classes))[gold[gold >= 0]]
        self.probabilities_ = pd.DataFrame(fitted, index=ballots.documents, columns=list(classes))
        facts = Facts(ballots, classes, fitted, gold)
        self.accuracies_ = accuracy_table(facts, prior)
        self.dependence_ = dependence_table(facts, self._model if isinstance(self._model, Mixture) else None)
        return self

    def predict_proba(self, votes: Any = None, *, probabilities: Any = None) -> NDArray[np.float64]:
        """Return the probability of each class.

        Parameters
        ----------
        votes, probabilities : as in `fit`
            A labeler that is left out says nothing.

        Returns
        -------
        ndarray of shape (n_documents, n_classes)
            Prevalence where no labeler said anything; 1 / n_classes by majority.
        """
        if not hasattr(self, "classes_"):
            raise NotFittedError("this LabelConsensus is not fitted yet; call fit with votes")
        ballots = read_ballots(votes, probabilities, tuple(self.classes_.tolist()), self.labelers_)
        return self._posterior(ballots)

    def predict(self, votes: Any = None, *, probabilities: Any = None) -> NDArray[Any]:
        """Return the likeliest class; the first of them at a tie.

        Parameters
        ----------
        votes, probabilities : as in `fit`

        Returns
        -------
        ndarray of shape (n_documents,)
        """
        likeliest = self.predict_proba(votes, probabilities=probabilities).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def _check(self) -> None:
        check_option("method", self.method, ("correlated", *METHODS))
        check_number("accuracy", self.accuracy, low=0.01, high=0.99)
        check_number("strength", self.strength, low=0.01)
        check_number("smoothing", self.smoothing, low=1e-9)
        check_number("max_iter", self.max_iter, low=1, whole=True)
        check_number("random_state", self.random_state, low=0, whole=True)

    def _posterior(self, ballots: Ballots) -> Floats:
        if not isinstance(self._model, Mixture):
            return self._model.posterior(ballots.hard())
        found = self._model.posterior(ballots)
        if self.correction_ is None:
            return found
        return self.correction_.probabilities(found, features_of(ballots))

    def _fit_classical(self, ballots: Ballots, gold: Codes) -> Floats:
        self._model: Any = fit_classical(
            self.method,
            ballots.hard(),
            gold,
            smoothing=self.smoothing,
            steps=self.max_iter,
            seed=self.random_state,
        )
        self.correction_: Correction | None = None
        self.prevalence_ = self._model.prevalence
        self.groups_: tuple[tuple[str, ...], ...] = tuple((name,) for name in self.labelers_)
        return np.asarray(self._model.fitted.copy())

    def _fit_correlated(self, ballots: Ballots, gold: Codes, prior: Prior) -> Floats:
        together = ballots.given.astype(np.int64)
        if len(self.labelers_) > 1 and (gold < 0).all() and (together.sum(axis=1) < 2).all():
            warnings.warn(
                "votes: no document was labelled by two labelers, so how good they are is what accuracy= says; "
                "give gold labels, or have some documents labelled twice",
                PellucidWarning,
                stacklevel=3,
            )
        groups = _places(self.groups, ballots.labelers)
        mixture = fit_mixture(ballots, gold, prior, groups, self.max_iter)
        self._model = mixture
        self.correction_ = self._learn_correction(mixture, ballots, gold, prior)
        self.prevalence_ = np.einsum("t,tk->k", mixture.weights, np.array([one.prevalence for one in mixture.trees]))
        likeliest = mixture.trees[int(np.argmax(mixture.weights))].grouping
        self.groups_ = tuple(tuple(ballots.labelers[one] for one in group) for group in mixture.labelers(likeliest))
        return self._posterior(ballots)

    def _learn_correction(self, mixture: Mixture, ballots: Ballots, gold: Codes, prior: Prior) -> Correction | None:
        """Correct by gold labels, each document's consensus being fitted without its own."""
        rows = np.flatnonzero(gold >= 0)
        if len(rows) < FEWEST or len(np.unique(gold[rows])) < 2:
            return None
        folds = gold_folds(gold[rows], self.random_state)
        known = ballots.only(rows)
        consensus = np.empty((len(rows), len(self.classes_)))
        for fold in np.unique(folds):
            hidden = gold.copy()
            hidden[rows[folds == fold]] = -1
            again = mixture.refitted(ballots, prior, hidden, self.max_iter)
            consensus[folds == fold] = again.posterior(known.only(folds == fold))
        return fit_correction(consensus, features_of(known), gold[rows], folds)


def _places(groups: Any, labelers: tuple[str, ...]) -> list[tuple[int, ...]] | None:
    """Turn groups of names into groups of places; None where they are to be found."""
    if isinstance(groups, str):
        check_option("groups", groups, ("find",))
        return None
    told: Iterable[Any] = []
    if isinstance(groups, Mapping):
        by_group: dict[Any, list[Any]] = {}
        for name, group in groups.items():
            by_group.setdefault(group, []).append(name)
        told = by_group.values()
    elif groups is not None:
        told = groups if isinstance(groups, Iterable) else [groups]
    listed = list(told)
    if any(isinstance(one, str) or not isinstance(one, Iterable) for one in listed):
        raise InvalidInputError("groups: got names that are not in groups; pass [['a', 'b'], ['c']] or {'a': 'model'}")
    names = [[str(name) for name in group] for group in listed]
    flat = [name for group in names for name in group]
    wrong = sorted({name for name in flat if flat.count(name) > 1 or name not in labelers})
    if wrong:
        raise InvalidInputError(
            f"groups: {wrong[0]!r} is no labeler, or stands twice; labelers are {', '.join(map(repr, labelers))}"
        )
    alone = [(place,) for place, name in enumerate(labelers) if name not in flat]
    return [tuple(labelers.index(name) for name in group) for group in names if group] + alone
