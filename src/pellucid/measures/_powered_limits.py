"""Gold and LLM labels brought together: how far the LLM's are trusted, the spread that is left, and the limits."""

from typing import Literal, NamedTuple

import numpy as np
from scipy.special import expit, logit, ndtri, stdtrit

from pellucid.measures._kinds import Floats
from pellucid.measures._powered_parts import Parts
from pellucid.schema import Measure

Scale = Literal["share", "unit", "area", "line"]
"""Shares of documents, other figures within [0, 1], areas under the curve, and figures without bounds."""

_REACH = float(ndtri(0.975))
_DOUBT = 2.0  # documents at which the LLM is taken to know nothing: 50 agreements are no proof of perfection
_HIGHEST = 0.9  # leverage
_FEWEST = 4  # documents that weights leave


class Sample(NamedTuple):
    """How the gold documents were drawn, and what they are.

    Attributes
    ----------
    chosen : ndarray of int, shape (n,)
        Places of the gold documents among all.
    y : ndarray of shape (n,)
        Their labels, 0.0 and 1.0.
    weights : ndarray of shape (n,)
        One over the chance of being drawn; they sum to the number of all documents.
    documents : int
        How many there are in all.
    finite : bool
        Whether only these documents are spoken of.
    """

    chosen: np.ndarray
    y: Floats
    weights: Floats
    documents: int
    finite: bool

    def worth(self, held: np.ndarray | None = None) -> float:
        """How many documents drawn with equal chances are worth as much as those held (Kish)."""
        kept = self.weights if held is None else self.weights[held]
        return float(kept.sum() ** 2 / (kept**2).sum()) if len(kept) else 0.0


class Estimate(NamedTuple):
    """A figure and its spread.

    Attributes
    ----------
    value : float
    shift : float
        By how much the LLM's labels moved the figure, before any bound.
    slope : float
        What one unit of the LLM's part says of the true part; 0 where it is not used.
    variance, degrees : float
        Of the figure, and the degrees of freedom that this variance is known with.
    kept : float
        Share of the sampling variance that the LLM's labels leave.
    """

    value: float
    shift: float
    slope: float
    variance: float
    degrees: float
    kept: float


def estimate(gold: Parts, llm: Parts | None, sample: Sample, scale: Scale) -> Estimate:
    """Take from a figure what the LLM's labels say was the luck of the draw.

    The LLM's parts are known for all documents, so their mean over the gold documents is
    known to be off by so much; the figure is corrected by a regression on it. With equal
    chances this is the power-tuned estimate of PPI++, for means exactly so and for other
    figures after linearisation.

    Parameters
    ----------
    gold : Parts
        On the gold documents.
    llm : Parts or None
        On all documents, under the LLM's labels; None uses gold alone.
    sample : Sample
    scale : {"share", "unit", "area", "line"}

    Returns
    -------
    Estimate

    References
    ----------
    Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: efficient
    prediction-powered inference. arXiv:2311.01453.
    Zou, R., Witten, D. and Williamson, B. (2026). Generalized prediction-powered
    inference, with application to binary classifier evaluation. arXiv:2602.10332.
    Sarndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling.
    Springer, chapter 6.
    """
    weights, count = sample.weights, sample.worth()
    if count < 2:
        return Estimate(gold.value, 0.0, 0.0, np.nan, 0.0, 1.0)
    factor = _class_sizes(sample) if scale == "area" else count / (count - 1)
    drawn = (factor * weights**2 * np.maximum(1 - 1 / weights, 0) * gold.parts**2).sum() / sample.documents**2
    common = 0.0 if sample.finite else (factor * weights * gold.parts**2).sum() / sample.documents**2
    degrees = _degrees(gold.parts, sample, scale, count - 1)
    alone = Estimate(gold.value, 0.0, 0.0, float(drawn + common), degrees, 1.0)
    if llm is None or count < _FEWEST:
        return alone
    said = llm.parts[sample.chosen]
    off = np.average(said, weights=weights)
    centred = said - off
    squares = (weights**2 * centred**2).sum()
    slope = (weights**2 * centred * gold.parts).sum() / squares if squares > 0 else 0.0
    if slope <= 0 or drawn <= 0:
        return alone
    shift = float(-slope * (off - llm.parts.mean()))
    rest = gold.parts - slope * centred
    leverage = np.minimum(weights**2 * centred**2 / squares, _HIGHEST)
    # Of a mean, each document's distance from a line fitted without it; the others' degrees are cautious enough.
    apart = rest / (1 - leverage) if scale in ("share", "unit") else rest * np.sqrt((count - 1) / (count - 2))
    left = (factor * weights**2 * np.maximum(1 - 1 / weights, 0) * apart**2).sum() / sample.documents**2
    kept = min(float((left * (count - 2) / drawn + _DOUBT) / (count - 2 + _DOUBT)), 1.0)
    variance = float(kept * drawn + common)
    of_rest = _degrees(rest, sample, scale, count - 2)
    mixed = variance**2 / ((kept * drawn) ** 2 / of_rest + common**2 / degrees)
    return Estimate(gold.value, shift, float(slope), variance, float(mixed), kept)


def limits(found: Estimate, sample: Sample, scale: Scale, counted: np.ndarray, parts: Floats) -> Measure:
    """Return the figure with the 95% interval that its scale deserves.

    Shares have Wilson's interval for as many documents as the spread is worth; areas and
    other figures within [0, 1] limits symmetric in their log-odds; the rest symmetric ones.

    Parameters
    ----------
    found : Estimate
    sample : Sample
    scale : {"share", "unit", "area", "line"}
    counted : ndarray of bool, shape (n,)
        Gold documents that a share is taken of.
    parts : ndarray of shape (n,)
        Of the gold figure.

    Returns
    -------
    Measure
    """
    if not np.isfinite(found.value):
        return Measure(value=None)
    name = "prediction-powered" if found.slope else "gold labels alone"
    reach = float(stdtrit(found.degrees, 0.975)) if found.degrees > 0 else np.nan
    if scale == "share":
        value = float(np.clip(found.value + found.shift, 0, 1))
        low, high = _wilson(value, _worth(found, sample, counted, parts), reach if found.slope else _REACH)
        name += ", Wilson"
    elif scale == "line":
        value = found.value + found.shift
        half = reach * np.sqrt(found.variance)
        low, high = value - half, value + half
        name += ", Student's t"
    else:
        value, low, high = _within(found, reach, min((sample.y == code).sum() for code in (0, 1)))
        name += ", log-odds"
    if not np.isfinite([low, high]).all():
        return Measure(value=value)
    return Measure(value=value, low=float(low), high=float(high), method=name)


def _class_sizes(sample: Sample) -> Floats:
    """Undo the shrinkage within classes, as DeLong's variance does; NaN for one document."""
    sizes = [int((sample.y == code).sum()) for code in (0, 1)]
    factors = np.array([size / (size - 1) if size > 1 else np.nan for size in sizes])
    found: Floats = factors[sample.y.astype(int)]
    return found


def _degrees(parts: Floats, sample: Sample, scale: Scale, most: float) -> float:
    """How well the variance is known: after Welch for areas, by the kurtosis for figures without bounds."""
    squares = sample.weights**2 * parts**2
    if scale == "area":
        held = [(squares[sample.y == code].sum(), (sample.y == code).sum()) for code in (0, 1)]
        total = sum(part for part, _ in held)
        below = sum(part**2 / (size - 1) for part, size in held if size > 1)
        return float(total**2 / below) if below > 0 else most
    if scale == "line" and squares.sum() > 0:
        peaked = sample.worth() * (squares**2).sum() / squares.sum() ** 2
        return float(min(2 * sample.worth() / max(peaked - 1, 1e-9), most))
    return most


def _worth(found: Estimate, sample: Sample, counted: np.ndarray, parts: Floats) -> float:
    """How many documents, drawn one by one with equal chances, would make a share as sure."""
    held, count = sample.worth(counted), sample.worth()
    if found.variance > 0:
        simple = np.average(parts**2, weights=sample.weights) / (count - 1)
        return float(held * simple / found.variance)
    left = float(np.maximum(1 - 1 / sample.weights, 0).max()) if sample.finite else 1.0
    return held / left if left > 0 else np.inf


def _wilson(value: float, worth: float, reach: float) -> tuple[float, float]:
    """Wilson's score interval for a share of any number of documents, whole or not."""
    if worth == np.inf:
        return value, value
    square = reach**2 / worth
    centre = (value + square / 2) / (1 + square)
    half = np.sqrt(square * (value * (1 - value) + square / 4)) / (1 + square)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _within(found: Estimate, reach: float, fewest: int) -> tuple[float, float, float]:
    """Limits symmetric in log-odds; at 0 or 1 those of a score interval for a share of the rarer class."""
    value = found.value
    if not 0 < value < 1:
        far = fewest / (fewest + _REACH**2)
        return (value, far, 1.0) if value >= 1 else (value, 0.0, 1 - far)
    bend = value * (1 - value)
    middle, half = logit(value) + found.shift / bend, reach * np.sqrt(found.variance) / bend
    value, low, high = expit([middle, middle - half, middle + half]).tolist()
    return value, low, high
