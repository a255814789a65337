"""How sure a decision is: the range over bags, classes that cannot be ruled out, answers read more than once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from pellucid._checks import check_number
from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.schema import AnswerStability, BagSpread, Measure, PredictionSet, Reading


def bag_range(scores: Sequence[float]) -> BagSpread | None:
    """Give the lowest and highest probability over a model's bags.

    It says how much the model hangs on which documents it was fitted on. It is not a
    confidence interval: bags share most of their documents.

    Parameters
    ----------
    scores : sequence of float
        Log-odds by each bag, as from `pellucid.glassbox.RowExplainer.bags`.

    Returns
    -------
    BagSpread or None
        None where there are no bags.

    Examples
    --------
    >>> bag_range([0.0, 1.0, 0.5])
    BagSpread(low=0.5, high=0.7310585786300049, bags=3)
    """
    if not len(scores):
        return None
    chances = expit(np.asarray(scores, dtype=np.float64))
    return BagSpread(low=float(chances.min()), high=float(chances.max()), bags=len(chances))


class ConformalSets:
    """Gives the classes that cannot be ruled out, by conformal prediction within each class [1]_ [2]_.

    A class stays in the set where the document's probability of it is not lower than that
    of nearly all known documents which really were of this class. Of documents like the
    known ones, at least the stated share gets a set with what really happened, in each
    class by itself; nothing is assumed of the model.

    Parameters
    ----------
    probabilities : DataFrame of shape (n_documents, n_classes), index: document id
        Probability of each class, columns in words, by models that had not seen the document.
    observed : sequence of str of length n_documents
        What really happened, in words.
    level : float, default=0.9
        Share of each class that shall be covered.
    folds : sequence of int of length n_documents, or None, default=None
        Which documents were held out together.

    Attributes
    ----------
    coverage : Measure
        Share of the known documents whose set holds what really happened, with Wilson's
        interval: each judged by all others, or, with folds, by those of the other folds.
        Leaving out one alone comes near the level by the very way sets are made; folds,
        each decided by another model, are the harder check.

    Raises
    ------
    MissingExtraError
        If crepes is not installed.
    InvalidInputError
        If a class has so few documents that none could ever be ruled out.

    References
    ----------
    .. [1] V. Vovk, A. Gammerman, G. Shafer, "Algorithmic learning in a random world", 2005.
    .. [2] H. Boström, "crepes: a Python package for generating conformal regressors and
       predictive systems", COPA 2022.

    Examples
    --------
    >>> chance = np.linspace(0.05, 0.95, 40)
    >>> table = pd.DataFrame({"sun": 1 - chance, "rain": chance})
    >>> sets = ConformalSets(table, ["sun"] * 20 + ["rain"] * 20)
    >>> sets.of({"sun": 0.9, "rain": 0.1}).classes, sets.coverage.value
    (('sun',), 0.9)
    """

    def __init__(
        self,
        probabilities: pd.DataFrame,
        observed: Sequence[str],
        *,
        level: float = 0.9,
        folds: Sequence[int] | None = None,
    ) -> None:
        # crepes and not MAPIE: it makes p-values from scores alone and within classes, where MAPIE wants to hold
        # the estimator; p-values are what a person is shown beside the set.
        crepes = import_extra("crepes", extra="app", purpose="the set of classes that cannot be ruled out")
        check_number("level", level, low=0.5, high=0.999)
        self._level = float(level)
        self._classes = [str(name) for name in probabilities.columns]
        self._documents = {str(name): place for place, name in enumerate(probabilities.index)}
        self._code = np.array([self._place(name) for name in observed], dtype=np.intp)
        if len(self._code) != len(probabilities):
            raise InvalidInputError(
                f"observed: got {len(self._code)}; one for each of {len(probabilities)} documents is expected"
            )
        least = int(np.ceil(1 / (1 - self._level) - 1e-9))
        for place, name in enumerate(self._classes):
            if (count := int((self._code == place).sum())) < least:
                raise InvalidInputError(
                    f"observed: {count} documents of {name!r}; at level {level:g} at least {least} are needed"
                )
        # How unlike its own class a document looks: 1 minus the probability of the class.
        table = probabilities.to_numpy(dtype=np.float64)
        self._strange = 1.0 - table[np.arange(len(table)), self._code]
        self._conformal = crepes.ConformalClassifier().fit(self._strange, bins=self._code)
        self.coverage = self._covered(None if folds is None else np.asarray(folds))

    def of(self, probabilities: Mapping[str, float], *, without: str | None = None) -> PredictionSet:
        """Give the set of one document.

        Parameters
        ----------
        probabilities : mapping of str to float
            Probability of every class, as `Decision.probabilities`.
        without : str or None, default=None
            Id of a known document that is left out: itself, where it is one of them.

        Returns
        -------
        PredictionSet
        """
        strange = 1.0 - np.array([probabilities[name] for name in self._classes])
        found = self._conformal.predict_p(strange, bins=np.arange(len(strange)), smoothing=False)
        known = len(self._code)
        if without is not None and without in self._documents:
            place, known = self._documents[without], known - 1
            own = self._code[place]
            count = int((self._code == own).sum())
            # The library counts how many are at least as strange, itself included; one is taken off both counts.
            found[own] = (found[own] * (count + 1) - (self._strange[place] >= strange[own])) / count
        chances = np.clip(found, 0.0, 1.0).tolist()
        kept = [name for name, p in zip(self._classes, chances, strict=True) if p > 1 - self._level + 1e-12]
        return PredictionSet(
            classes=tuple(kept),
            level=self._level,
            coverage=self.coverage,
            p_values=dict(zip(self._classes, chances, strict=True)),
            calibrated_on=known,
        )

    def _place(self, name: str) -> int:
        """Return the place of a class."""
        if name not in self._classes:
            raise InvalidInputError(f"observed: got {name!r}; the classes are {', '.join(self._classes)}")
        return self._classes.index(name)

    def _covered(self, folds: NDArray[Any] | None) -> Measure:
        """Judge every known document by the others of its class."""
        held = 0
        for place, own in enumerate(self._code.tolist()):
            others = self._code == own
            others &= np.arange(len(others)) != place if folds is None else folds != folds[place]
            p = (int((self._strange[others] >= self._strange[place]).sum()) + 1) / (int(others.sum()) + 1)
            held += p > 1 - self._level + 1e-12
        how = "Wilson, each judged by " + ("all others" if folds is None else "other folds")
        return wilson(int(held), len(self._code)).model_copy(update={"method": how})


def answer_stability(reading: Reading, others: Sequence[Reading]) -> tuple[AnswerStability, ...]:
    """Say how often repeated readings of a document gave the answers that were used.

    Parameters
    ----------
    reading : Reading
        The one that was used.
    others : sequence of Reading
        Of the same document, such as by other prompts or at other times.

    Returns
    -------
    tuple of AnswerStability
        One per question; empty where there are no other readings.

    Examples
    --------
    >>> from pellucid.schema import Answer
    >>> def read(value):
    ...     answer = Answer(question="pain", value=value, status="answered", source={"model": "demo"})
    ...     return Reading(document="a", answers=(answer,))
    >>> answer_stability(read("yes"), [read("yes"), read("no")])
    (AnswerStability(question='pain', readings=3, same=2),)
    """
    if not others:
        return ()
    said = [{answer.question: answer.value for answer in one.answers} for one in others]
    return tuple(
        AnswerStability(
            question=answer.question,
            readings=1 + sum(answer.question in one for one in said),
            same=1 + sum(answer.question in one and one[answer.question] == answer.value for one in said),
        )
        for answer in reading.answers
    )
