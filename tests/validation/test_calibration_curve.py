"""Calibration curves: groups against counts, the line against statsmodels and known truth."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.schema import CurveKind
from pellucid.validation._calibration_curve import _basis, calibration_curves


def stated(seed, n=400, slope=1.0):
    """Outcomes that happen with the stated probability, or with one that is `slope` times as far on the log-odds."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-0.5, 1.2, n)
    return rng.binomial(1, expit(slope * odds)), expit(odds)


def test_groups_hold_equal_numbers_with_wilson_limits():
    y, p = stated(0)
    groups, _ = calibration_curves(y, {"a": p[None]})
    assert groups.kind is CurveKind.CALIBRATION
    assert groups.counts == (40,) * 10
    order = np.argsort(p)
    for place, rows in enumerate(order.reshape(10, 40)):
        share = wilson(int(y[rows].sum()), 40)
        assert groups.x[place] == pytest.approx(p[rows].mean())
        assert (groups.y[place], groups.low[place], groups.high[place]) == pytest.approx(
            (share.value, share.low, share.high)
        )


def test_equal_probabilities_stay_in_one_group():
    p = np.repeat([0.1, 0.2, 0.6], (70, 20, 10))
    y = (np.arange(100) % 5 == 0).astype(int)
    groups, _ = calibration_curves(y, {"a": p[None]})
    assert groups.counts == (70, 20, 10)
    assert groups.x == pytest.approx((0.1, 0.2, 0.6))


def test_repeats_of_the_same_predictions_make_nothing_surer():
    y, p = stated(1)
    once, thrice = (calibration_curves(y, {"a": np.tile(p, (repeats, 1))}) for repeats in (1, 3))
    for one, other in zip(once, thrice, strict=True):
        assert one.counts == other.counts
        for part in ("x", "y", "low", "high"):
            assert getattr(other, part) == pytest.approx(getattr(one, part), abs=1e-9)


def test_line_and_band_are_those_of_statsmodels():
    y, p = stated(2)
    _, line = calibration_curves(y, {"a": p[None]})
    odds = logit(p)
    knots = np.quantile(odds, (0.05, 0.35, 0.65, 0.95), method="inverted_cdf")
    fitted = sm.GLM(y, _basis(odds, knots), family=sm.families.Binomial()).fit(cov_type="HC0")
    there = _basis(logit(np.array(line.x)), knots)
    middle = there @ fitted.params
    wide = np.sqrt(400 / 399 * np.einsum("ij,jk,ik->i", there, fitted.cov_params(), there))
    assert line.y == pytest.approx(expit(middle), abs=1e-6)
    assert line.low == pytest.approx(expit(middle - 1.959964 * wide), abs=1e-5)
    assert line.high == pytest.approx(expit(middle + 1.959964 * wide), abs=1e-5)


def test_spline_is_straight_outside_its_knots_and_bent_between():
    x = np.linspace(-5, 5, 201)
    bent = _basis(x, np.array([-1.0, 0.0, 1.0]))[:, 2]
    second = np.diff(bent, 2)
    assert np.abs(second[x[1:-1] < -1.1]).max() < 1e-9
    assert np.abs(second[x[1:-1] > 1.1]).max() < 1e-9
    assert np.abs(second).max() > 1e-4


def test_band_holds_the_truth_about_as_often_as_it_says():
    held = []
    for seed in range(100):
        y, p = stated(seed)
        _, line = calibration_curves(y, {"a": p[None]})
        held.append((np.array(line.low) <= line.x) & (line.x <= np.array(line.high)))
    assert 0.9 <= np.mean(held) <= 0.98


def test_overconfidence_is_seen():
    y, p = stated(3, n=2000, slope=0.3)
    _, line = calibration_curves(y, {"a": p[None]})
    assert line.high[-1] < line.x[-1]
    assert line.low[0] > line.x[0]


def test_clusters_make_limits_and_band_wider():
    y, p = stated(4)
    copies, clusters = (np.tile(y, 4), {"a": np.tile(p, 4)[None]}), np.tile(np.arange(400), 4)
    naive, whole, alone = (
        calibration_curves(*copies),
        calibration_curves(*copies, clusters=clusters),
        calibration_curves(y, {"a": p[None]}),
    )
    assert whole[0].low == pytest.approx(alone[0].low)
    assert whole[0].high[3] - whole[0].low[3] > 1.5 * (naive[0].high[3] - naive[0].low[3])
    assert whole[1].low == pytest.approx(alone[1].low, abs=1e-9)
    assert "clusters" in whole[0].method


def test_no_line_where_there_is_nothing_to_fit():
    y = np.array([0, 1] * 30)
    for p in (np.full(60, 0.5), np.where(y == 1, 0.9, 0.1) + np.linspace(0, 0.05, 60)):
        made = calibration_curves(y, {"a": p[None]})
        assert [bool(curve.counts) for curve in made] == [True]


def test_stated_certainty_is_taken():
    y, p = stated(5)
    rounded = np.round(p, 1)
    assert {0.0, 1.0} & set(rounded)
    groups, line = calibration_curves(y, {"a": rounded[None]})
    assert len(groups.counts) <= 10
    assert np.isfinite([*line.low, *line.high]).all()


def test_few_documents_get_fewer_knots():
    y, p = stated(6, n=60)
    assert "with 3 knots" in calibration_curves(y, {"a": p[None]})[1].method
    two = calibration_curves([0, 1, 1] * 20, {"a": np.tile([0.2, 0.4, 0.4], 20)[None]})
    assert len(two) == 1  # told apart without error
    y, p = np.tile([0, 1, 1, 0], 20), np.tile([0.2, 0.2, 0.4, 0.4], 20)
    assert "straight" in calibration_curves(y, {"a": p[None]})[1].method


def test_one_group_is_refused():
    with pytest.raises(InvalidInputError, match="groups"):
        calibration_curves([0, 1], {"a": np.array([[0.1, 0.9]])}, groups=1)
