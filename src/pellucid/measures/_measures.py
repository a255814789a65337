"""Which measures a comparison takes: the list for two classes, for more, and for numbers.

Every measure is a function of outcome, prediction and a matrix of weights with one column
per draw, and returns one value per draw, so that a bootstrap of 2,000 draws is a few
calls; a column of ones gives the plain measure. Predictions have shape (n,), the
probability of the second class or a number, or (n, n_classes).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Literal

from pellucid._checks import check_number, check_option
from pellucid.measures._calibration import (
    binned,
    calibration_in_the_large,
    calibration_intercept,
    calibration_slope,
    expected_calibration_error,
    recalibration,
)
from pellucid.measures._integrated import integrated, integrated_calibration_index
from pellucid.measures._kinds import CLIP, Codes, Floats, MeasureKind, part
from pellucid.measures._multiclass import balanced_accuracy, confusion, kappa, macro_f1
from pellucid.measures._net_benefit import THRESHOLDS, checked_thresholds, mean_net_benefit
from pellucid.measures._numbers import (
    errors,
    mae,
    number_intercept,
    number_slope,
    r_squared,
    rank_correlation,
    rmse,
    spearman,
)
from pellucid.measures._ranking import auroc, average_precision, ranking
from pellucid.measures._scores import brier, log_loss, scores
from pellucid.measures._thresholds import accuracy, threshold_kinds

__all__ = [
    "CLIP",
    "MEASURES",
    "Codes",
    "Floats",
    "MeasureKind",
    "accuracy",
    "auroc",
    "average_precision",
    "brier",
    "calibration_slope",
    "log_loss",
    "measures_for",
]


def measures_for(
    kind: Literal["binary", "multiclass", "number"],
    *,
    threshold: float = 0.5,
    thresholds: Sequence[float] = THRESHOLDS,
) -> Mapping[str, MeasureKind]:
    """Return the measures of a comparison, in reading order.

    Parameters
    ----------
    kind : {"binary", "multiclass", "number"}
        Of the outcome.
    threshold : float, default=0.5
        Probability of class 1 from which a document is decided for it; for two classes.
    thresholds : sequence of float, default=THRESHOLDS
        Over which net benefit is averaged; for two classes.

    Returns
    -------
    mapping of str to MeasureKind

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> list(measures_for("number"))
    ['rmse', 'mae', 'r_squared', 'calibration_slope', 'calibration_intercept', 'spearman']
    >>> list(measures_for("binary"))[:5]
    ['auroc', 'average_precision', 'brier', 'log_loss', 'accuracy']
    """
    check_option("kind", kind, ("binary", "multiclass", "number"))
    check_number("threshold", threshold, low=0, high=1)
    checked_thresholds(thresholds)
    if kind == "number":
        return MappingProxyType(_NUMBERS)
    if kind == "multiclass":
        return MappingProxyType(_SEVERAL)
    mean_benefit = partial(mean_net_benefit, thresholds=tuple(thresholds))
    return MappingProxyType(
        {
            **_PROBABILITIES,
            **threshold_kinds(threshold),
            **_MEANING,
            "net_benefit": MeasureKind("mean net benefit", "higher", part(mean_benefit, 0), mean_benefit),
        }
    )


_PROBABILITIES = {
    "auroc": MeasureKind("AUROC", "higher", auroc, ranking, 0),
    "average_precision": MeasureKind("average precision", "higher", average_precision, ranking, 1),
    "brier": MeasureKind("Brier score", "lower", brier, scores, 0),
    "log_loss": MeasureKind("log loss", "lower", log_loss, scores, 1),
}
_ECE = MeasureKind("expected calibration error", "lower", expected_calibration_error, binned)
_MEANING = {
    "calibration_slope": MeasureKind("calibration slope", "nearest 1", calibration_slope, recalibration, 0),
    "calibration_intercept": MeasureKind("calibration intercept", "nearest 0", calibration_intercept, recalibration, 1),
    "calibration_in_the_large": MeasureKind(
        "calibration in the large", "nearest 0", calibration_in_the_large, recalibration, 2
    ),
    "ece": _ECE,
    "ici": MeasureKind("integrated calibration index", "lower", integrated_calibration_index, integrated),
}
_SEVERAL = {
    **_PROBABILITIES,
    "accuracy": MeasureKind("accuracy", "higher", accuracy, confusion, 0, threshold_kinds(0.5)["accuracy"].trials),
    "balanced_accuracy": MeasureKind("balanced accuracy", "higher", balanced_accuracy, confusion, 1),
    "macro_f1": MeasureKind("macro F1", "higher", macro_f1, confusion, 2),
    "kappa": MeasureKind("kappa", "higher", kappa, confusion, 3),
    "ece": _ECE,
}
_NUMBERS = {
    "rmse": MeasureKind("root mean squared error", "lower", rmse, errors, 0),
    "mae": MeasureKind("mean absolute error", "lower", mae, errors, 1),
    "r_squared": MeasureKind("R squared", "higher", r_squared, errors, 2),
    "calibration_slope": MeasureKind("calibration slope", "nearest 1", number_slope, errors, 3),
    "calibration_intercept": MeasureKind("calibration intercept", "nearest 0", number_intercept, errors, 4),
    "spearman": MeasureKind("rank correlation", "higher", spearman, rank_correlation),
}

MEASURES = measures_for("binary")
"""The measures of every comparison of two classes at the threshold one half, in reading order."""
