"""The area under the ROC curve under labels that may be probabilities, and each document's part in its error."""

import numpy as np

from pellucid.measures._kinds import Floats
from pellucid.measures._powered_parts import Parts


def auroc_parts(labels: Floats, scores: Floats, weights: Floats) -> Parts:
    """Return the AUROC as a U-statistic of two samples, and the projection of it on each document.

    With labels 0 and 1 the parts are DeLong's placements, scaled by the class shares.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        From 0 to 1.
    scores : ndarray of shape (n,)
        Higher for class 1.
    weights : ndarray of shape (n,)

    Returns
    -------
    Parts

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas
    under two or more correlated receiver operating characteristic curves: a
    nonparametric approach. Biometrics 44, 837-845.
    van der Vaart, A. W. (1998). Asymptotic Statistics. Cambridge University Press,
    chapter 12.

    Examples
    --------
    >>> auroc_parts(np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.8]), np.ones(4)).parts
    array([ 0.25, -0.25, -0.25,  0.25])
    """
    above, below = weights * labels, weights * (1 - labels)
    ones, zeros = above.sum(), below.sum()
    if ones <= 0 or zeros <= 0:
        return Parts(np.nan, np.full(len(scores), np.nan))
    place = np.unique(scores, return_inverse=True)[1]
    beaten = _lower(place, below) / zeros
    lost_to = 1 - _lower(place, above) / ones
    value = float((above * beaten).sum() / ones)
    total = weights.sum()
    parts = labels * (beaten - value) * total / ones + (1 - labels) * (lost_to - value) * total / zeros
    return Parts(value, parts)


def _lower(place: np.ndarray, held: Floats) -> Floats:
    """Sum the weights at lower scores, and half of those at the same."""
    at = np.bincount(place, held)
    found: Floats = (np.cumsum(at) - at / 2)[place]
    return found
