"""Labels, curated: what is believed of each, how much it counts, and what a person is shown."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.exceptions import InvalidInputError
from pellucid.measures import Floats
from pellucid.schema import ReviewAction, ReviewQueue

_LOWERED = 0.1
"""Chance to be wrong from which a label counts for less."""
_NEVER = 1e-6


class Curated(NamedTuple):
    """Labels, curated.

    Attributes
    ----------
    classes : tuple of label
    documents : tuple of str
    codes : ndarray of int, shape (n,)
        The labeler's label as the number of its class; -1 where it gave none.
    stated : ndarray of shape (n, n_classes)
        The labeler's probabilities, held off 0 and 1; where it gave labels only, 98 in 100
        for the label.
    beliefs : ndarray of shape (n, n_classes)
        Chance of each class to be the label that should stand there; 1 where a person said so.
    known : ndarray of bool, shape (n,)
        Where a person said so.
    actions : ndarray of str, shape (n,)
        ``"keep"``, ``"lower"`` or ``"review"``; the last counts for less until a person answers.
    queue : ReviewQueue
        Every document that is not known, by expected gain.
    """

    classes: tuple[Any, ...]
    documents: tuple[str, ...]
    codes: NDArray[np.intp]
    stated: Floats
    beliefs: Floats
    known: NDArray[np.bool_]
    actions: NDArray[Any]
    queue: ReviewQueue

    @property
    def wrong(self) -> Floats:
        """Chance that each label is wrong, shape (n,); NaN where there is no label."""
        chance = 1 - self.beliefs[np.arange(len(self.codes)), self.codes]
        return np.where(self.codes >= 0, np.clip(chance, 0, 1), np.nan)

    @property
    def weights(self) -> Floats:
        """How much each label should count in training, 0 to 1, shape (n,); for ``sample_weight``.

        1 where a person said so or the label is hardly doubtful, else one less twice the
        chance that it is wrong, never below 0; 0 where there is no label.
        """
        wrong = np.nan_to_num(self.wrong, nan=1.0)
        return np.where(self.known | (wrong < _LOWERED), 1.0, np.clip(1 - 2 * wrong, 0, 1))

    @property
    def labels(self) -> NDArray[Any]:
        """The person's label where there is one, else the labeler's; None where neither is, shape (n,)."""
        places = np.where(self.known, self.beliefs.argmax(axis=1), self.codes)
        return np.array([None if place < 0 else self.classes[place] for place in places], dtype=object)

    @property
    def probabilities(self) -> Floats:
        """The labeler's probabilities, mixed with those in which its label and another class are swapped.

        Of shape (n, n_classes); the shares of the mixture are `beliefs`. Where a person said
        so they are the labeler's own, swapped if it has to be: training on them keeps how sure
        the labeler is. Where there is no label they are `beliefs`.
        """
        rows = np.arange(len(self.codes))
        mixed = np.zeros_like(self.beliefs)
        for code in range(len(self.classes)):
            swapped = self.stated.copy()
            swapped[rows, code] = self.stated[rows, self.codes]
            swapped[rows, self.codes] = self.stated[rows, code]
            mixed += self.beliefs[:, [code]] * swapped
        return np.where(self.codes[:, None] >= 0, mixed, self.beliefs)

    @property
    def error_rates(self) -> dict[Any, float]:
        """Estimated share of wrong ones among the labels of each class; NaN for a class nobody gave."""
        return {
            label: float(self.wrong[self.codes == code].mean()) if (self.codes == code).any() else np.nan
            for code, label in enumerate(self.classes)
        }

    def with_answers(self, queue: ReviewQueue) -> "Curated":
        """Take in a person's answers, without learning anything anew.

        Parameters
        ----------
        queue : ReviewQueue
            This one with verdicts, such as it was read from a file.

        Returns
        -------
        Curated
            Answered documents are known, kept, and no longer in the queue. To let the answers
            speak for other documents too, curate again with ``gold``.

        Raises
        ------
        InvalidInputError
            If an answered document is none of these, or the queue has other classes.
        """
        places = {name: place for place, name in enumerate(self.documents)}
        verdicts = queue.answered()
        strange = [name for name in verdicts.index if name not in places]
        if strange or tuple(queue.classes) != self.classes:
            what = f"document {strange[0]!r:.60}" if strange else f"classes {queue.classes!r:.80}"
            raise InvalidInputError(f"queue: got {what}, which is not of these labels; pass the queue made of them")
        beliefs, known, actions = self.beliefs.copy(), self.known.copy(), self.actions.copy()
        for name, verdict in verdicts.items():
            place = places[str(name)]
            beliefs[place] = np.arange(len(self.classes)) == self.classes.index(verdict)
            known[place], actions[place] = True, ReviewAction.KEEP.value
        left = tuple(item for item in queue.items if item.verdict is None)
        return self._replace(
            beliefs=beliefs, known=known, actions=actions, queue=queue.model_copy(update={"items": left})
        )


def expected_gains(codes: NDArray[np.intp], stated: Floats, beliefs: Floats, spread: Floats | None) -> Floats:
    """Give the expected drop in the log loss of each label if a person answers.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
    stated, beliefs : ndarray of shape (n, n_classes)
    spread : ndarray of shape (n,) or None
        Standard deviation of stated log-odds; it makes them smaller before they count.

    Returns
    -------
    ndarray of shape (n,)
        In nats; the entropy of the beliefs where there is no label.

    References
    ----------
    MacKay, D. J. C. (1992). The evidence framework applied to classification networks.
    Neural Computation 4(5), 720-736.

    Examples
    --------
    >>> stated, beliefs = np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([[0.5, 0.5], [0.5, 0.5]])
    >>> expected_gains(np.array([0, 0]), stated, beliefs, None).round(2).tolist()
    [1.1, 0.2]
    """
    logs = np.log(stated)
    odds = logs.max(axis=1, keepdims=True) - logs
    if spread is not None:
        odds = odds / np.sqrt(1 + np.pi * spread[:, None] ** 2 / 8)
    entropy = -(beliefs * np.log(np.clip(beliefs, _NEVER, 1))).sum(axis=1)
    return np.maximum(np.where(codes >= 0, (beliefs * odds).sum(axis=1), entropy), 0.0)
