"""What deciding at a threshold does: accuracy, sensitivity, specificity and the predictive values."""

from functools import partial

import numpy as np

from pellucid.measures._kinds import Codes, Evaluator, Floats, MeasureKind, part, ratio


def accuracy(y: Codes, predicted: Floats, weights: Floats, threshold: float = 0.5) -> Floats:
    """Share of documents that were decided rightly.

    With two classes a document is decided for class 1 from the threshold on, as in every
    measure of this file; with more for the most probable class, a tie for the first.

    Parameters
    ----------
    y : ndarray of int, shape (n,)
        Class numbers from 0.
    predicted : ndarray of shape (n,) or (n, n_classes)
        Probability of class 1, or of every class.
    weights : ndarray of shape (n, draws)
        How often each document counts in each draw.
    threshold : float, default=0.5
        Probability of class 1 from which a document is decided for it.

    Returns
    -------
    ndarray of shape (draws,)

    Examples
    --------
    >>> accuracy(np.array([0, 1]), np.array([0.5, 0.4]), np.ones((2, 1)))
    array([0.])
    >>> accuracy(np.array([0, 1]), np.array([0.3, 0.4]), np.ones((2, 1)), threshold=0.4)
    array([1.])
    """
    right = (decided(predicted, threshold) == y).astype(float)
    return ratio(right @ weights, weights.sum(axis=0))


def sensitivity(y: Codes, predicted: Floats, weights: Floats, threshold: float = 0.5) -> Floats:
    """Share of the documents of class 1 that are decided for it; also true positive rate, or recall.

    Parameters
    ----------
    y, predicted, weights, threshold
        As in `accuracy`, for two classes.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw has no document of class 1, and for more than two classes.

    Examples
    --------
    >>> sensitivity(np.array([0, 1, 1]), np.array([0.7, 0.4, 0.5]), np.ones((3, 1)))
    array([0.5])
    """
    return decisions(y, predicted, threshold=threshold)(weights)[1]


def specificity(y: Codes, predicted: Floats, weights: Floats, threshold: float = 0.5) -> Floats:
    """Share of the documents of class 0 that are decided for it; one less the false positive rate.

    Parameters
    ----------
    y, predicted, weights, threshold
        As in `accuracy`, for two classes.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw has no document of class 0, and for more than two classes.

    Examples
    --------
    >>> specificity(np.array([0, 0, 1]), np.array([0.7, 0.4, 0.5]), np.ones((3, 1)))
    array([0.5])
    """
    return decisions(y, predicted, threshold=threshold)(weights)[2]


def ppv(y: Codes, predicted: Floats, weights: Floats, threshold: float = 0.5) -> Floats:
    """Positive predictive value: share of those decided for class 1 that are of it; also precision.

    Parameters
    ----------
    y, predicted, weights, threshold
        As in `accuracy`, for two classes.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw has none decided for class 1, and for more than two classes.

    Examples
    --------
    >>> ppv(np.array([0, 1, 1]), np.array([0.7, 0.8, 0.5]), np.ones((3, 1))).round(3)
    array([0.667])
    """
    return decisions(y, predicted, threshold=threshold)(weights)[3]


def npv(y: Codes, predicted: Floats, weights: Floats, threshold: float = 0.5) -> Floats:
    """Negative predictive value: share of those decided for class 0 that are of it.

    Parameters
    ----------
    y, predicted, weights, threshold
        As in `accuracy`, for two classes.

    Returns
    -------
    ndarray of shape (draws,)
        NaN where a draw has none decided for class 0, and for more than two classes.

    Examples
    --------
    >>> npv(np.array([0, 1, 1]), np.array([0.2, 0.4, 0.5]), np.ones((3, 1)))
    array([0.5])
    """
    return decisions(y, predicted, threshold=threshold)(weights)[4]


def decisions(y: Codes, predicted: Floats, *, threshold: float = 0.5) -> Evaluator:
    """Prepare accuracy, sensitivity, specificity, PPV and NPV, in this order.

    Parameters
    ----------
    y, predicted
        As in `accuracy`.
    threshold : float, default=0.5

    Returns
    -------
    callable
        (n, draws) weights -> (5, draws) figures; with more than two classes accuracy alone
        is defined, the others are NaN.
    """
    if predicted.ndim == 2:
        right = (decided(predicted) == y).astype(float)
        return lambda weights: np.vstack(
            [ratio(right @ weights, weights.sum(axis=0)), np.full((4, weights.shape[1]), np.nan)]
        )
    return _two_classes(y, predicted, threshold)


def decided(predicted: Floats, threshold: float = 0.5) -> Codes:
    """Return the class each document is decided for.

    Parameters
    ----------
    predicted : ndarray of shape (n,) or (n, n_classes)
    threshold : float, default=0.5
        For two classes: the probability of class 1 from which a document is decided for it.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> decided(np.array([0.2, 0.5])), decided(np.array([[0.4, 0.4, 0.2]]))
    (array([0, 1]), array([0]))
    """
    return (predicted >= threshold).astype(np.int64) if predicted.ndim == 1 else predicted.argmax(axis=1)


def threshold_kinds(threshold: float) -> dict[str, MeasureKind]:
    """Return the measures of decisions at a threshold, by name.

    Parameters
    ----------
    threshold : float

    Returns
    -------
    dict of str to MeasureKind
    """
    prepare = partial(decisions, threshold=threshold)

    def kind(label: str, row: int, counted: str) -> MeasureKind:
        trials = partial(_trials, counted, threshold)
        return MeasureKind(label, "higher", part(prepare, row), prepare, row, trials)

    return {
        "accuracy": kind("accuracy", 0, "all"),
        "sensitivity": kind("sensitivity", 1, "class 1"),
        "specificity": kind("specificity", 2, "class 0"),
        "ppv": kind("PPV", 3, "decided 1"),
        "npv": kind("NPV", 4, "decided 0"),
    }


def _two_classes(y: Codes, predicted: Floats, threshold: float) -> Evaluator:
    said, true = predicted >= threshold, y == 1
    cells = np.stack([true & said, ~true & said, true & ~said, ~true & ~said]).astype(float)

    def evaluate(weights: Floats) -> Floats:
        caught, alarms, missed, cleared = cells @ weights
        return np.stack(
            [
                ratio(caught + cleared, caught + alarms + missed + cleared),
                ratio(caught, caught + missed),
                ratio(cleared, cleared + alarms),
                ratio(caught, caught + alarms),
                ratio(cleared, cleared + missed),
            ]
        )

    return evaluate


def _trials(counted: str, threshold: float, y: Codes, predicted: Floats) -> int:
    """Count what a measure is a share of; with more than two classes only accuracy is one."""
    if predicted.ndim == 2 or counted == "all":
        return len(y)
    true, said = y == 1, predicted >= threshold
    return int({"class 1": true, "class 0": ~true, "decided 1": said, "decided 0": ~said}[counted].sum())
