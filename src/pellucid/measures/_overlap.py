"""Differences fold by fold where the folds' training documents overlap."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from pellucid._checks import check_number
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Measure


def corrected_resampled_t(differences: ArrayLike, test_to_train: float) -> Measure:
    """Return the mean difference over folds with a 95% interval that also covers the luck of training.

    Folds share training documents, so their differences are not independent and
    variance / J is too small. Here it is variance × (1 / J + test / train), with J - 1
    degrees of freedom. The correction is a rule of thumb, no exact test; docs/explanation/coverage.md
    counts how often it errs.

    Parameters
    ----------
    differences : array-like of shape (J,)
        Contender minus reference in each fold of every repeat.
    test_to_train : float
        Documents tested on in a fold over documents trained on, such as 1/4 for five folds.

    Returns
    -------
    Measure
        Without value where a fold is undefined (NaN) or there is none, without limits
        for one fold; method ``"Nadeau-Bengio"``.

    Raises
    ------
    InvalidInputError
        If `differences` is not flat, or `test_to_train` is not a number above 0.

    References
    ----------
    Nadeau, C. and Bengio, Y. (2003). Inference for the generalization error. Machine
    Learning 52, 239-281.
    Bouckaert, R. R. and Frank, E. (2004). Evaluating the replicability of significance
    tests for comparing learning algorithms. PAKDD 2004, 3-12.

    Examples
    --------
    >>> corrected_resampled_t([0.02, 0.01, 0.03, 0.00, 0.02], test_to_train=1 / 4).text()
    '0.016 [-0.005, 0.037]'
    """
    found = np.asarray(differences, dtype=float)
    check_number("test_to_train", test_to_train, low=np.nextafter(0, 1))
    if found.ndim != 1:
        raise InvalidInputError(f"differences: got shape {found.shape}; one number per fold is expected")
    if not len(found) or not np.isfinite(found).all():
        return Measure(value=None)
    value = float(found.mean())
    if len(found) == 1:
        return Measure(value=value)
    se = float(np.sqrt(found.var(ddof=1) * (1 / len(found) + test_to_train)))
    reach = float(t.ppf(0.975, len(found) - 1)) * se
    return Measure(value=value, low=value - reach, high=value + reach, method="Nadeau-Bengio")
