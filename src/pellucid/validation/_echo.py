"""Answers that lean on the model's own verdict, and outcomes that are that verdict: label echo."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from pellucid._checks import check_number, check_option, check_outcome
from pellucid.exceptions import InvalidInputError
from pellucid.measures import MEASURES, Codes, Floats, delong, percentile_limits, stratified_draws
from pellucid.schema import Finding, FindingKind, Measure
from pellucid.validation._looked import Looked, alarms_first

SAME = 0.95
"""AUROC of the model's verdict for the outcome whose lower limit makes the outcome look like that verdict."""
MARGIN = {"facts": 0.02, "text": 1.25}
"""How much more the answers must tell of the verdict: AUROC above what facts do, or times what text does."""

_CEILING = 0.9999  # beyond it a separation is no longer told apart
_METHODS = {"facts": "stratified bootstrap", "text": "stratified bootstrap of a ratio"}


class Told(NamedTuple):
    """Predictions out of fold, from one and the same source, of two things.

    Attributes
    ----------
    verdict : ndarray of shape (n,) or (repeats, n)
        Probability that the language model's own verdict is yes.
    outcome : ndarray of shape (n,) or (repeats, n)
        Probability of the outcome.
    """

    verdict: Floats
    outcome: Floats


def label_echo(
    y: NDArray[Any],
    verdict: Floats,
    *,
    answers: Told | None = None,
    baseline: Told | None = None,
    kind: Literal["facts", "text"] = "facts",
    draws: int = 1_000,
    seed: int = 0,
) -> Looked:
    """Test whether a language model echoes its verdict, in the outcome or in its answers.

    *In the outcome.* An outcome that the model's verdict foretells with an AUROC whose
    lower 95% limit is at least 0.95 is hardly an independent one: an alarm. So small a gap
    is also left where the text states the outcome or the model has memorised it; which of
    these it is, the test cannot tell.

    *In the answers.* Two models are trained on the answers, for the verdict and for the
    outcome, and two on a baseline that did not come from the language model. Answers that
    only report what the documents say tell the verdict about as well as the baseline does.
    With known ``"facts"`` as the baseline it is an alarm when the answers tell the verdict
    better by an AUROC whose lower 95% limit is above 0.02, and the lower limit of that
    less their gain for the outcome is above 0. With plain ``"text"`` (such as words
    counted) as the baseline, which reads less well than any language model, the verdict is
    taken relative to the outcome: with z the normal quantile of an AUROC, a separation
    that worse reading shrinks alike for both, it is an alarm when z for the verdict over z
    for the outcome is more than 1.25 times as large for answers as for text by its lower
    95% limit. A lean short of that is named without alarm where the lower limit is above 0
    (or 1).

    It sees answers that carry the verdict beyond the facts, also by errors that answers and
    verdict share: both make a glass box agree with the model more than with the world. It
    does not see an echo where the facts are complete and the verdict follows from them,
    one that the baseline carries too, one by another model of the same family whose
    verdict is not given, or a small one in few documents. Against ``"text"`` it is coarse:
    it assumes that the text tells verdict and outcome apart in the same proportion as
    honest answers do, and a verdict that follows from a few facts only a reader can find
    may look like an echo. In simulated data of 400 documents an echo in half of the answers
    was found in 6 of 8 against text, one in a fifth of them in 7 of 8 against facts. Prefer
    facts, a person's answers or another model's.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Outcomes of two classes, as used for training and testing.
    verdict : ndarray of shape (n,)
        The model's own probability of the outcome, asked directly.
    answers, baseline : Told or None, default=None
        None for both leaves out the second test.
    kind : {"facts", "text"}, default="facts"
        What the baseline was trained on.
    draws : int, default=1_000
    seed : int, default=0

    Returns
    -------
    Looked

    Raises
    ------
    InvalidInputError

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 200)
    >>> echo = label_echo(y, np.where(y == 1, 0.9, 0.1))
    >>> [(found.subject, found.alarm) for found in echo.findings]
    [('outcome', True)]
    """
    check_option("kind", kind, tuple(MARGIN))
    check_number("draws", draws, low=100, whole=True)
    if (answers is None) != (baseline is None):
        raise InvalidInputError("answers, baseline: give both or none; one is tested against the other")
    codes = np.asarray(np.unique(check_outcome(y), return_inverse=True)[1], dtype=np.int64)
    if codes.max() > 1:
        raise InvalidInputError(f"y: got {codes.max() + 1} classes; two are expected: test one class against the rest")
    said = np.asarray(verdict, dtype=float)
    if said.shape != codes.shape or not np.all((said >= 0) & (said <= 1)):
        raise InvalidInputError("verdict: one probability from 0 to 1 per document is expected, and none missing")
    findings = _in_outcome(codes, said)
    sentence = (
        f"On {len(codes):,} documents the language model's verdict was compared with the outcome: an AUROC with a "
        f"lower 95% limit of at least {SAME:g} is an alarm."
    )
    if answers is not None and baseline is not None:
        findings += _in_answers(codes, (said >= 0.5).astype(np.int64), _Sources(answers, baseline), kind, draws, seed)
        sentence += (
            f" How well answers foretell that verdict was compared with how well {kind} do, beside the same for the "
            "outcome."
        )
    return Looked(alarms_first(findings), sentence)


class _Sources(NamedTuple):
    """The two sources that are compared."""

    answers: Told
    baseline: Told


def _in_outcome(y: Codes, verdict: Floats) -> list[Finding]:
    """Test whether the outcome is the verdict."""
    figure = delong(y, verdict[None]).measure(0)
    if figure.low is None or figure.low < SAME:
        return []
    said = (
        f"The language model's own verdict foretells the outcome with an AUROC of {figure.text()}. An outcome made "
        "independently is hardly told so well: find out whether it was labelled by that model, stands in the text, or "
        "was memorised. A comparison with the model's direct prediction then says nothing."
    )
    return [Finding(kind=FindingKind.LABEL_ECHO, subject="outcome", alarm=True, said=said, figure=figure)]


def _in_answers(y: Codes, label: Codes, sources: _Sources, kind: str, draws: int, seed: int) -> list[Finding]:
    """Test whether answers tell the verdict beyond the baseline."""
    strata = 2 * y + label
    if min(np.bincount(y, minlength=2).min(), np.bincount(label, minlength=2).min()) < 5:
        raise InvalidInputError(
            "verdict: fewer than 5 documents of a class, in the outcome or at a probability of 0.5 and more; too few "
            "to compare, so pass answers=None and baseline=None"
        )
    parts = [
        (target, _repeats(predicted, len(y)))
        for told in sources
        for target, predicted in ((label, told.verdict), (y, told.outcome))
    ]
    ones = np.ones((len(y), 1))
    weights = np.concatenate([ones, *stratified_draws(strata, draws, seed)], axis=1)
    areas = [
        np.mean([MEASURES["auroc"].values(target, one, weights) for one in found], axis=0) for target, found in parts
    ]
    lean, excess = _lean(areas, kind)
    if lean.value is None or lean.low is None:
        return []
    threshold, nothing = MARGIN[kind], 0.0 if kind == "facts" else 1.0
    alarm = lean.low > threshold and excess > 0
    if not alarm and not (lean.low > nothing and excess > 0):
        return []
    how = (
        "higher by an AUROC of"
        if kind == "facts"
        else "a separation that, relative to the outcome, is as many times as large:"
    )
    said = (
        f"The answers foretell the language model's own verdict with an AUROC of {areas[0][0]:.3f}, {kind} with "
        f"{areas[2][0]:.3f}; for the outcome it is {areas[1][0]:.3f} and {areas[3][0]:.3f}. That is {how} "
        f"{lean.text()} ({'above' if alarm else 'not surely above'} {threshold:g}). "
    )
    said += (
        "The answers seem to lean on the verdict, so they are not independent evidence for it."
        if alarm
        else "That is named, not an alarm."
    )
    return [Finding(kind=FindingKind.LABEL_ECHO, subject="answers", alarm=alarm, said=said, figure=lean)]


def _repeats(predicted: Floats, n: int) -> Floats:
    """Give predictions their axis of repeats, or refuse them."""
    found = np.asarray(predicted, dtype=float)
    found = found[None] if found.ndim == 1 else found
    if found.ndim != 2 or found.shape[1] != n or np.isnan(found).any():
        raise InvalidInputError(
            f"answers, baseline: got predictions of shape {np.shape(predicted)}; (n,) or (repeats, n) without NaN is "
            f"expected, n = {n}"
        )
    return found


def _lean(areas: list[Floats], kind: str) -> tuple[Measure, float]:
    """Return how much more the answers tell of the verdict, and the lower limit of that beyond the outcome."""
    verdict, outcome, base_verdict, base_outcome = areas
    if kind == "facts":
        gain = verdict - base_verdict
        low, high = percentile_limits(gain[1:])
        beyond = percentile_limits((gain - (outcome - base_outcome))[1:])[0]
        return Measure(value=float(gain[0]), low=low, high=high, method=_METHODS[kind]), beyond
    if min(float(area.min()) for area in areas) <= 0.5:
        return Measure(value=None), 0.0  # a source that may be at chance has no ratio
    told = [ndtri(np.minimum(area, _CEILING)) for area in areas]
    ratio = told[0] / told[1] / (told[2] / told[3])
    low, high = percentile_limits(ratio[1:])
    return Measure(value=float(ratio[0]), low=low, high=high, method=_METHODS[kind]), low
