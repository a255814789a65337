"""ROC and decision curves: against scikit-learn, hand-counted values and known truth."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score, roc_curve

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.schema import CurveKind
from pellucid.validation._curves import FALSE_POSITIVE_RATES, net_benefit_curves, roc_curves


def binormal(seed, n=300, shift=1.2, share=0.3):
    """Outcomes and probabilities whose ranking is that of two normal distributions."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) < round(share * n)).astype(int)
    return y, norm.cdf(rng.normal(size=n) + shift * y)


def test_roc_curve_is_that_of_scikit_learn_read_at_fixed_rates():
    y, score = binormal(1)
    (curve,) = roc_curves(y, {"a": score[None]}, draws=40)
    across, up, _ = roc_curve(y, score, drop_intermediate=False)
    assert curve.kind is CurveKind.ROC
    assert curve.x == tuple(FALSE_POSITIVE_RATES.tolist())
    assert curve.y == pytest.approx(np.interp(curve.x, across, up))
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(roc_auc_score(y, score), abs=0.01)


def test_ties_count_one_half_as_in_the_auroc():
    y = np.array([0, 0, 1, 1] * 10)
    (curve,) = roc_curves(y, {"a": np.full((1, 40), 0.3)}, draws=40)
    assert curve.y == pytest.approx(curve.x)
    assert curve.low == pytest.approx(curve.x)


def test_repeats_are_averaged_upright():
    y, one = binormal(2)
    _, other = binormal(3)
    both = roc_curves(y, {"a": np.stack([one, other])}, draws=40)[0]
    alone = [roc_curves(y, {"a": score[None]}, draws=40)[0].y for score in (one, other)]
    assert both.y == pytest.approx(np.mean(alone, axis=0))


def test_band_holds_the_true_curve_about_as_often_as_it_says():
    truth = norm.sf(norm.isf(0.2) - 1.2)
    held = 0
    for seed in range(60):
        y, score = binormal(seed, n=200)
        (curve,) = roc_curves(y, {"a": score[None]}, draws=100, seed=seed)
        held += curve.low[20] <= truth <= curve.high[20]
    assert 51 <= held <= 60


def test_same_seed_gives_the_same_band_and_another_seed_another():
    y, score = binormal(4)
    made = [roc_curves(y, {"a": score[None]}, draws=100, seed=seed)[0] for seed in (0, 0, 1)]
    assert made[0] == made[1]
    assert made[0].low != made[2].low
    assert made[0].y == made[2].y


def test_contenders_share_their_draws():
    y, score = binormal(5)
    one, other = roc_curves(y, {"a": score[None], "b": score[None]}, draws=60)
    assert one.low == other.low


def test_copies_of_a_document_count_once_where_they_are_clusters():
    y, score = binormal(6)
    copies = np.tile(y, 6), np.tile(score, 6)[None]
    clusters = np.tile(np.arange(len(y)), 6)
    plain = roc_curves(y, {"a": score[None]}, draws=400)[0]
    naive = roc_curves(copies[0], {"a": copies[1]}, draws=400)[0]
    whole = roc_curves(copies[0], {"a": copies[1]}, draws=400, clusters=clusters)[0]
    width = {name: one.high[20] - one.low[20] for name, one in (("p", plain), ("n", naive), ("w", whole))}
    assert width["n"] < 0.6 * width["w"]
    assert width["w"] == pytest.approx(width["p"], rel=0.25)
    assert "clusters" in whole.method


def test_clusters_that_can_be_drawn_without_a_class_leave_no_band():
    y, score = np.array([1, 0, 0, 0, 1]), np.linspace(0, 1, 5)[None]
    (curve,) = roc_curves(y, {"a": score}, clusters=["one", "two", "two", "two", "two"])
    assert curve.low == curve.high == ()
    assert len(curve.y) == 101
    assert roc_curves(y, {"a": score})[0].low


def test_net_benefit_of_a_family_history_and_of_treating_all():
    """750 documents, 105 with the outcome; the test is positive for 24 of these and 91 of the others."""
    y = np.repeat([1, 0], (105, 645))
    flagged = np.r_[np.arange(105) < 24, np.arange(645) < 91].astype(float)
    at = [0.05, 0.10, 0.15, 0.20]
    history, every, none = net_benefit_curves(y, {"history": flagged[None]}, thresholds=at, draws=40)
    assert history.y == pytest.approx([0.025614, 0.018519, 0.010588, 0.001667], abs=5e-7)
    assert every.y == pytest.approx([0.094737, 0.044444, -0.011765, -0.075], abs=5e-7)
    assert (every.contender, none.contender, none.y) == ("treat all", "treat none", (0.0,) * 4)
    assert every.low[0] < every.y[0] < every.high[0]
    assert none.low == ()


def test_probability_equal_to_the_threshold_is_treated():
    curve = net_benefit_curves([0, 1], {"a": np.array([[0.0, 0.1]])}, thresholds=[0.1], draws=40)[0]
    assert curve.y == (0.5,)


def test_band_of_net_benefit_is_that_of_its_share():
    """Where nobody without the outcome is flagged, net benefit is the share of those flagged."""
    y = np.repeat([1, 0], (200, 200))
    flagged = np.r_[np.arange(200) < 120, np.zeros(200)].astype(float)
    curve = net_benefit_curves(y, {"a": flagged[None]}, thresholds=[0.3], draws=2000)[0]
    share = wilson(120, 400)
    assert (curve.low[0], curve.high[0]) == pytest.approx((share.low, share.high), abs=0.01)


@pytest.mark.parametrize(
    ("y", "found", "said"),
    [
        ([0, 0], np.zeros((1, 2)), "both among them"),
        ([0, 2], np.zeros((1, 2)), "one 0 or 1"),
        ([[0, 1]], np.zeros((1, 2)), "one 0 or 1"),
        ([0, 1], np.zeros(2), r"\(repeats, 2\)"),
        ([0, 1], np.zeros((1, 2, 3)), r"\(repeats, 2\)"),
        ([0, 1], np.array([[0.0, 1.5]]), "no probabilities"),
        ([0, 1], np.array([[0.0, np.nan]]), "no probabilities"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(y, found, said):
    with pytest.raises(InvalidInputError, match=said):
        roc_curves(y, {"a": found})


def test_other_refusals():
    good = {"a": np.array([[0.1, 0.9]])}
    with pytest.raises(InvalidInputError, match="predictions: got none"):
        roc_curves([0, 1], {})
    with pytest.raises(InvalidInputError, match=r"clusters: got shape \(3,\)"):
        roc_curves([0, 1], good, clusters=[1, 2, 3])
    with pytest.raises(InvalidInputError, match="draws"):
        roc_curves([0, 1], good, draws=10)
    with pytest.raises(InvalidInputError, match="'treat all' is the name of a line"):
        net_benefit_curves([0, 1], {"treat all": good["a"]})
    for wrong in ([0.0, 0.5], [0.5, 1.0], [0.5, 0.4], []):
        with pytest.raises(InvalidInputError, match="thresholds"):
            net_benefit_curves([0, 1], good, thresholds=wrong)
