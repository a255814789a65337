"""Prediction-powered evaluation: what few gold labels say about a model where a language model labelled all else."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from pellucid._checks import check_alike, check_number, check_option
from pellucid.exceptions import InvalidInputError
from pellucid.measures._kinds import Floats
from pellucid.measures._powered_auroc import auroc_parts
from pellucid.measures._powered_calibration import large_parts, slope_parts
from pellucid.measures._powered_limits import Estimate, Sample, Scale, estimate, limits
from pellucid.measures._powered_parts import Parts, brier_parts, mean_parts
from pellucid.measures._thresholds import decided
from pellucid.schema import About, Measure, Powered

POWERED = (
    "prevalence",
    "accuracy",
    "sensitivity",
    "specificity",
    "auroc",
    "brier",
    "calibration_in_the_large",
    "calibration_slope",
)
"""The measures of `powered`, in reading order."""

FEWEST = 4
"""Gold documents that must stand on either side of a figure before the LLM's labels are used for it."""

_Find = Callable[[Floats, Floats, Floats], Parts]


class _Kind(NamedTuple):
    """What a measure is called, its parts under (labels, scores, weights), and on which scale its limits lie."""

    label: str
    find: _Find
    scale: Scale


def powered(
    y: Any,
    llm: Any,
    scores: Any = None,
    *,
    measures: Sequence[str] | None = None,
    threshold: float = 0.5,
    classes: Sequence[Any] | None = None,
    weights: Any = None,
    about: Literal["population", "documents"] = "population",
) -> dict[str, Powered]:
    """Estimate measures of a model of two classes from few gold labels and many labels of a language model.

    The gold labels say what is true, the LLM's labels of all documents how lucky the draw
    of the gold documents was. However wrong the LLM is, the intervals hold; the better it
    is, the narrower they are. How far it is trusted (lambda) is estimated from the gold
    documents, never below 0; where fewer than `FEWEST` gold documents stand on either side
    of a figure (hits and misses of a share; the two classes for all others) it is not used.

    **The gold documents must be a random sample of all**, or drawn with chances that are
    known and given as `weights`. Nothing in the numbers shows whether they were. Scores
    must come from a model that was not trained on these documents, such as out-of-fold ones.

    Parameters
    ----------
    y : array-like of shape (n,)
        Gold labels of two classes; None or NaN where there is none.
    llm : array-like of shape (n,) or (n, 2)
        Probability of ``classes[1]`` by the LLM, or of both classes; 0 and 1 where it only
        gave labels; NaN where it gave none, which counts as its mean.
    scores : array-like of shape (n,) or None, default=None
        Probability of ``classes[1]`` by the model that is evaluated; None leaves prevalence
        as the only measure.
    measures : sequence of str or None, default=None
        Of `POWERED`; None takes all that can be had.
    threshold : float, default=0.5
        Probability from which a document is decided for ``classes[1]``.
    classes : sequence of two labels or None, default=None
        None takes those found in `y`, sorted.
    weights : array-like of shape (n,) or None, default=None
        One over the chance of each document to be given a gold label, up to a common
        factor; read at gold documents only. None is the same chance for all.
    about : {"population", "documents"}, default="population"
        Whether intervals are to hold the figure of all documents that might come, or that
        which these documents would have if all had gold labels.

    Returns
    -------
    dict of str to Powered

    Raises
    ------
    InvalidInputError

    References
    ----------
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023).
    Prediction-powered inference. Science 382, 669-674.
    Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: efficient
    prediction-powered inference. arXiv:2311.01453.
    Zou, R., Witten, D. and Williamson, B. (2026). Generalized prediction-powered
    inference, with application to binary classifier evaluation. arXiv:2602.10332.
    Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial
    proportions in clustered surveys. Journal of Survey Statistics and Methodology 3, 484-503.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(400) < 0.4
    >>> llm, scores = (np.clip(truth * 0.4 + rng.normal(0.3, s, size=400), 0.01, 0.99) for s in (0.2, 0.3))
    >>> gold = np.where(np.arange(400) < 50, truth, np.nan)
    >>> found = powered(gold, llm, scores)
    >>> found["prevalence"].powered.text(), found["prevalence"].gold.text()
    ('0.349 [0.254, 0.458]', '0.380 [0.259, 0.518]')
    >>> round(found["auroc"].effective)
    56
    """
    check_number("threshold", threshold, low=0, high=1)
    check_option("about", about, ("population", "documents"))
    check_alike(y, llm)
    check_alike(y, scores)
    labels = _gold(y, classes)
    said = _llm(llm, len(labels))
    scored = None if scores is None else _scores(scores, len(labels))
    wanted = _wanted(measures, scored is not None)
    chosen = np.flatnonzero(~np.isnan(labels))
    drawn = _weights(weights, chosen, len(labels))
    sample = Sample(chosen, labels[chosen], drawn, len(labels), about == "documents")
    kinds = _kinds(threshold)
    held = np.zeros(len(labels)) if scored is None else scored
    return {name: _one(name, kinds[name], sample, said, held, weights is not None) for name in wanted}


def _one(name: str, kind: _Kind, sample: Sample, llm: Floats, scores: Floats, weighted: bool) -> Powered:
    own = scores[sample.chosen]
    gold = kind.find(sample.y, own, sample.weights)
    naive = kind.find(llm, scores, np.ones(sample.documents)) if not np.isnan(llm).any() else Parts(np.nan, llm)
    counted, few = _sides(name, sample, gold.parts)
    note = _note(gold, naive, few, sample)
    both: Estimate | None = None
    if np.isfinite(gold.value):
        both = estimate(gold, None if note else naive, sample, kind.scale)
    alone = None if both is None else estimate(gold, None, sample, kind.scale)
    return Powered(
        measure=name,
        label=kind.label,
        powered=_measure(both, sample, kind.scale, counted, gold.parts),
        gold=_measure(alone, sample, kind.scale, counted, gold.parts),
        llm=naive.value if np.isfinite(naive.value) else None,
        trust=0.0 if both is None else both.slope * (1 - len(sample.y) / sample.documents),
        documents=sample.documents,
        gold_documents=len(sample.y),
        effective=None if both is None else _effective(both, sample),
        about=About.DOCUMENTS if sample.finite else About.POPULATION,
        weighted=weighted,
        note=note,
    )


def _measure(found: Estimate | None, sample: Sample, scale: Scale, counted: np.ndarray, parts: Floats) -> Measure:
    return Measure(value=None) if found is None else limits(found, sample, scale, counted, parts)


def _effective(found: Estimate, sample: Sample) -> float:
    """How many gold labels alone would leave as much variance, of this population or these documents."""
    count, everything = len(sample.y), sample.documents
    return 1 / ((1 / count - 1 / everything) * found.kept + 1 / everything)


def _sides(name: str, sample: Sample, parts: Floats) -> tuple[np.ndarray, int]:
    """Say which gold documents a share is taken of, and how few stand on its rarer side."""
    ones = sample.y == 1
    counted = {"sensitivity": ones, "specificity": ~ones}.get(name, np.full(len(ones), True))
    hits = {"accuracy": parts > 0, "sensitivity": parts > 0, "specificity": parts > 0}.get(name, ones)[counted].sum()
    return counted, int(min(hits, counted.sum() - hits))


def _note(gold: Parts, llm: Parts, few: int, sample: Sample) -> str:
    """Say why the LLM's labels are not used; empty where they are."""
    if not np.isfinite(gold.value):
        return "the gold labels alone do not define it, so nothing is said"
    if len(sample.y) == sample.documents:
        return "every document has a gold label"
    if few < FEWEST:
        return f"fewer than {FEWEST} gold documents stand on its rarer side, so the LLM's labels are not used"
    return "" if np.isfinite(llm.value) else "the LLM's labels do not define it, so they are not used"


def _kinds(threshold: float) -> dict[str, _Kind]:
    rightly = partial(_share, threshold)
    return {
        "prevalence": _Kind("prevalence", lambda labels, _, weights: mean_parts(labels, weights), "share"),
        "accuracy": _Kind("accuracy", partial(rightly, None), "share"),
        "sensitivity": _Kind("sensitivity", partial(rightly, 1), "share"),
        "specificity": _Kind("specificity", partial(rightly, 0), "share"),
        "auroc": _Kind("AUROC", auroc_parts, "area"),
        "brier": _Kind("Brier score", brier_parts, "unit"),
        "calibration_in_the_large": _Kind("calibration in the large", large_parts, "line"),
        "calibration_slope": _Kind("calibration slope", slope_parts, "line"),
    }


def _share(threshold: float, code: int | None, labels: Floats, scores: Floats, weights: Floats) -> Parts:
    """Return the share of rightly decided documents, of one class or of all."""
    for_one = decided(scores, threshold).astype(float)
    if code is None:
        return mean_parts(labels * for_one + (1 - labels) * (1 - for_one), weights)
    return mean_parts(for_one if code else 1 - for_one, weights, labels if code else 1 - labels)


def _wanted(measures: Sequence[str] | None, scored: bool) -> Sequence[str]:
    if measures is None:
        return POWERED if scored else POWERED[:1]
    for name in measures:
        check_option("measures", name, POWERED)
    if not scored and any(name != "prevalence" for name in measures):
        raise InvalidInputError(
            "scores: got None; without them prevalence is the only measure: pass the model's scores"
        )
    return measures


def _gold(y: Any, classes: Sequence[Any] | None) -> Floats:
    """Turn gold labels into 0, 1 and NaN."""
    given = np.asarray(y, dtype=object)
    if given.ndim != 1:
        raise InvalidInputError(f"y: got shape {given.shape}; one label per document, or None, is expected")
    there = ~pd.isna(given)
    found = pd.unique(given[there]).tolist()
    if len(found) == 0:
        raise InvalidInputError(f"y: none of {len(given)} documents has a gold label; at least one is needed")
    pair = sorted(found, key=lambda one: (type(one).__name__, one)) if classes is None else list(classes)
    if len(pair) != 2:
        raise InvalidInputError(
            f"{'y' if classes is None else 'classes'}: got {len(pair)} classes; two are expected"
            + (": name both with classes=, the second being the one that scores speak of" if classes is None else "")
        )
    strange = [one for one in found if one not in pair]
    if strange:
        raise InvalidInputError(f"y: got {strange[0]!r:.40}; allowed are {pair[0]!r:.40}, {pair[1]!r:.40} and None")
    labels = np.full(len(given), np.nan)
    labels[there] = [one == pair[1] for one in given[there]]
    return labels


def _llm(llm: Any, n: int) -> Floats:
    """Take the LLM's probabilities of the second class; those that are missing become the mean of the others."""
    said = _numbers("llm", llm)
    if said.ndim == 2 and said.shape[1] == 2:
        said = said[:, 1]
    if said.shape != (n,):
        raise InvalidInputError(f"llm: got shape {said.shape}; ({n},) or ({n}, 2) is expected, as many as in y")
    _check_probabilities("llm", said[~np.isnan(said)])
    there = ~np.isnan(said)
    return np.where(there, said, said[there].mean()) if there.any() else said


def _scores(scores: Any, n: int) -> Floats:
    scored = _numbers("scores", scores)
    if scored.shape != (n,):
        raise InvalidInputError(f"scores: got shape {scored.shape}; ({n},) is expected, as many as there are in y")
    _check_probabilities("scores", scored)
    return scored


def _weights(weights: Any, chosen: np.ndarray, n: int) -> Floats:
    """Take one over each gold document's chance of being drawn, made to sum to the number of all documents."""
    if weights is None:
        return np.full(len(chosen), n / len(chosen))
    given = _numbers("weights", weights)
    if given.shape != (n,):
        raise InvalidInputError(f"weights: got shape {given.shape}; ({n},) is expected, as many as there are in y")
    held = given[chosen]
    if not (np.isfinite(held).all() and (held > 0).all()):
        raise InvalidInputError(
            "weights: a gold document has none above 0; give one over the chance with which each was drawn"
        )
    found: Floats = held * (n / held.sum())
    return found


def _check_probabilities(name: str, values: Floats) -> None:
    outside = ~((values >= 0) & (values <= 1))
    if outside.any():
        raise InvalidInputError(
            f"{name}: got {values[outside][0]!s} and {int(outside.sum()) - 1} more outside [0, 1]; probabilities of "
            "the second class are expected"
        )


def _numbers(name: str, values: Any) -> Floats:
    try:
        return np.asarray(
            values.to_numpy(float, na_value=np.nan) if hasattr(values, "to_numpy") else values, dtype=float
        )
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name}: got something that is no number; probabilities are expected") from None
