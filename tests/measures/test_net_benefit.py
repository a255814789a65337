"""Net benefit against published decision curves, the closed form, and its average over thresholds."""

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.measures._net_benefit import THRESHOLDS, mean_net_benefit, net_benefit, net_benefit_treat_all

AT = [0.05, 0.10, 0.15, 0.20]
# 750 documents, 105 of class 1. The published benefits of acting on a family history (see below) leave only
# 24 true and 91 false positives: TP/750 - FP/750 × t/(1 - t) at two thresholds are two equations in two counts.
Y = np.repeat([1, 1, 0, 0], [24, 81, 91, 554])
HISTORY = np.repeat([1.0, 0.0, 1.0, 0.0], [24, 81, 91, 554])


def test_the_published_benefits_of_family_history_are_reproduced():
    assert net_benefit(Y, HISTORY, AT) == pytest.approx([0.025614, 0.018519, 0.010588, 0.001667], abs=5e-7)


def test_the_published_benefits_of_treating_all_are_reproduced_and_follow_the_closed_form():
    found = net_benefit_treat_all(Y, AT)
    assert found == pytest.approx([0.094737, 0.044444, -0.011765, -0.075], abs=5e-7)
    t = np.array(AT)
    np.testing.assert_allclose(found, 0.14 - 0.86 * t / (1 - t), atol=1e-15)


def test_no_other_counts_give_the_published_benefits():
    true, false = np.meshgrid(np.arange(106), np.arange(646), indexing="ij")
    wanted = dict(zip(AT, [0.025614, 0.018519, 0.010588, 0.001667], strict=True))
    fits = [np.abs(true / 750 - false / 750 * t / (1 - t) - benefit) < 5e-7 for t, benefit in wanted.items()]
    assert np.argwhere(np.logical_and.reduce(fits)).tolist() == [[24, 91]]


def test_treating_none_gives_nothing():
    assert net_benefit(Y, np.full(750, 0.01), AT).tolist() == [0, 0, 0, 0]


def test_weights_count_documents_as_often_as_they_say():
    rng = np.random.default_rng(0)
    y, p = np.arange(40) % 2, rng.random(40).round(1)
    weights = rng.integers(0, 3, size=(40, 5)).astype(float)
    found = net_benefit(y, p, AT, weights)
    assert found.shape == (4, 5)
    for column, w in zip(found.T, weights.T.astype(int), strict=True):
        np.testing.assert_allclose(column, net_benefit(np.repeat(y, w), np.repeat(p, w), AT), rtol=1e-12)


@pytest.mark.parametrize("thresholds", [THRESHOLDS, (0.5, 0.1, 0.3), (0.0, 0.2)])
def test_the_mean_is_that_of_the_curve(thresholds):
    rng = np.random.default_rng(1)
    y, p = np.arange(60) % 2, rng.random(60).round(1)
    weights = rng.integers(0, 3, size=(60, 5)).astype(float)
    found = mean_net_benefit(y, p, thresholds=thresholds)(weights)[0]
    np.testing.assert_allclose(found, net_benefit(y, p, thresholds, weights).mean(axis=0), atol=1e-14)


def test_more_classes_have_none():
    assert np.isnan(mean_net_benefit(np.array([0, 1, 2]), np.eye(3))(np.ones((3, 1)))[0, 0])


@pytest.mark.parametrize(
    ("thresholds", "message"), [([], "got"), ("0.1", "got '0'"), ([1.0], "got 1"), ([-0.1], "0.1")]
)
def test_thresholds_that_are_none_are_refused(thresholds, message):
    with pytest.raises(InvalidInputError, match=message):
        net_benefit(Y, HISTORY, thresholds)
