"""DeLong: the reference vector, the definition by all pairs, clusters, repeats, and what is undefined."""

import numpy as np
import pytest
from scipy.special import ndtr
from sklearn.metrics import roc_auc_score

from pellucid.exceptions import InvalidInputError
from pellucid.measures._delong import delong

Y = np.repeat([0, 1], [12, 8])
A = [1, 2, 2, 3, 1, 4, 5, 2, 3, 1, 6, 2, 4, 5, 6, 7, 3, 8, 5, 6]
B = [3, 1, 4, 2, 5, 3, 6, 1, 2, 4, 5, 3, 4, 3, 6, 5, 2, 7, 6, 4]


def some(seed=0, n=60, k=3, ties=True):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 3 == 0).astype(int)
    scores = rng.normal(size=n) + 0.5 * rng.normal(size=(k, n)) + y
    return y, scores.round(0 if ties else 9)


def by_all_pairs(y, scores):
    """DeLong, DeLong and Clarke-Pearson as printed: a kernel over all pairs of a positive and a negative."""
    above, below = scores[:, y == 1, None], scores[:, None, y == 0]
    wins = (above > below) + 0.5 * (above == below)
    by_positive, by_negative = wins.mean(axis=2), wins.mean(axis=1)
    covariance = np.cov(by_positive) / by_positive.shape[1] + np.cov(by_negative) / by_negative.shape[1]
    return wins.mean(axis=(1, 2)), covariance, by_positive, by_negative


def by_obuchowski(y, scores, clusters):
    """Obuchowski 1997, sums over clusters written out."""
    values, _, by_positive, by_negative = by_all_pairs(y, scores)
    part = np.empty_like(scores)
    part[:, y == 1] = by_positive - values[:, None]
    part[:, y == 0] = by_negative - values[:, None]
    names = np.unique(clusters)
    sums = {code: np.array([part[:, (clusters == c) & (y == code)].sum(axis=1) for c in names]) for code in (0, 1)}
    held = {code: len(np.unique(clusters[y == code])) for code in (0, 1)}
    many = {code: (y == code).sum() for code in (0, 1)}
    own = sum(held[c] / (held[c] - 1) * sums[c].T @ sums[c] / many[c] ** 2 for c in (0, 1))
    cross = len(names) / (len(names) - 1) * sums[1].T @ sums[0] / (many[0] * many[1])
    return own + cross + cross.T


def test_the_reference_vector():
    found = delong(Y, np.array([A, B]))
    assert found.values == pytest.approx([0.890625, 0.7239583333333334], abs=1e-12)
    difference = found.difference(0, 1)
    assert difference.z == pytest.approx(1.8315739231816341, abs=1e-9)
    assert difference.p == pytest.approx(0.06701492484463094, abs=1e-9)
    assert difference.measure.value == pytest.approx(0.16666666666666666, abs=1e-12)
    assert found.difference(1, 0).z == pytest.approx(-1.8315739231816341, abs=1e-9)


def test_limits_of_a_difference_are_normal_ones_at_95_and_90():
    difference = delong(Y, np.array([A, B])).difference(0, 1)
    value, se = difference.measure.value, difference.se
    assert (difference.measure.low, difference.measure.high) == pytest.approx(
        (value - 1.959963984540054 * se, value + 1.959963984540054 * se)
    )
    assert (difference.low90, difference.high90) == pytest.approx(
        (value - 1.6448536269514722 * se, value + 1.6448536269514722 * se)
    )
    assert difference.measure.method == "DeLong"


def test_identical_curves_differ_by_nothing_for_certain():
    difference = delong(Y, np.array([A, A])).difference(0, 1)
    assert (difference.z, difference.p, difference.se) == (0, 1, 0)
    assert (difference.measure.value, difference.measure.low, difference.measure.high) == (0, 0, 0)
    monotone = delong(Y, np.array([A, np.exp(A)])).difference(0, 1)
    assert (monotone.z, monotone.p) == (0, 1)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_midranks_agree_with_all_pairs_and_areas_with_scikit_learn(seed, ties):
    y, scores = some(seed, ties=ties)
    found = delong(y, scores)
    values, covariance, *_ = by_all_pairs(y, scores)
    np.testing.assert_allclose(found.values, values, atol=1e-12)
    np.testing.assert_allclose(found.values, [roc_auc_score(y, one) for one in scores], atol=1e-12)
    np.testing.assert_allclose(found.covariance, covariance, rtol=1e-9)
    variance = np.diag(covariance)
    np.testing.assert_allclose(found.spread, variance[:, None] + variance - 2 * covariance, atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_clusters_agree_with_obuchowski_and_single_ones_change_nothing(seed):
    y, scores = some(seed)
    clusters = np.random.default_rng(seed).integers(0, 15, size=len(y)) * 7 - 3
    found = delong(y, scores, clusters)
    np.testing.assert_allclose(found.covariance, by_obuchowski(y, scores, clusters), rtol=1e-9)
    variance = np.diag(found.covariance)
    np.testing.assert_allclose(found.spread, variance[:, None] + variance - 2 * found.covariance, atol=1e-15)
    assert found.fewest == len(np.unique(clusters[y == 1])) <= 15
    alone = delong(y, scores, np.random.default_rng(seed).permutation(len(y)))
    np.testing.assert_allclose(alone.covariance, delong(y, scores).covariance, rtol=1e-12)


def test_few_clusters_widen_the_limits_as_students_t_does():
    y, scores = some(3)
    clusters = np.arange(len(y)) // 10
    found = delong(y, scores, clusters)
    assert (found.fewest, found.degrees) == (6, 5)
    paired, normal = found.difference(0, 1), found._replace(degrees=np.inf).difference(0, 1)
    widened = (paired.measure.high - paired.measure.low) / (normal.measure.high - normal.measure.low)
    assert widened == pytest.approx(2.5705818366147395 / 1.959963984540054)
    assert paired.p > normal.p
    assert found.measure().low < found._replace(degrees=np.inf).measure().low


def test_the_same_document_five_times_is_one_document_to_clusters():
    y, scores = some(1)
    once, copied = delong(y, scores), delong(np.repeat(y, 5), np.repeat(scores, 5, axis=1))
    clustered = delong(np.repeat(y, 5), np.repeat(scores, 5, axis=1), np.repeat(np.arange(len(y)), 5))
    np.testing.assert_allclose(clustered.covariance, once.covariance, rtol=1e-9)
    assert (np.diag(copied.covariance) < 0.25 * np.diag(once.covariance)).all()


def test_repeats_average_the_area_and_do_not_pass_for_more_documents():
    y, scores = some(2)
    same = delong(y, np.repeat(scores[:, None], 4, axis=1))
    np.testing.assert_allclose(same.values, delong(y, scores).values, rtol=1e-12)
    np.testing.assert_allclose(same.covariance, delong(y, scores).covariance, rtol=1e-12)
    different = delong(y, scores[None])
    assert different.values[0] == pytest.approx(np.mean([roc_auc_score(y, one) for one in scores]))
    _, covariance, *_ = by_all_pairs(y, scores)
    assert different.covariance[0, 0] == pytest.approx(covariance.mean())  # of the mean of three areas


def test_a_column_per_class_averages_one_against_the_rest():
    rng = np.random.default_rng(3)
    y = rng.permutation(np.arange(90) % 3)
    raw = rng.normal(size=(2, 1, 90, 3)) + 1.2 * np.eye(3)[y]
    shares = np.exp(raw) / np.exp(raw).sum(axis=-1, keepdims=True)
    found = delong(y, shares)
    macro = [roc_auc_score(y, one[0], multi_class="ovr", average="macro") for one in shares]
    np.testing.assert_allclose(found.values, macro, atol=1e-12)
    two = np.stack([-np.array([A]), np.array([A])], axis=-1)[:, None]
    np.testing.assert_allclose(delong(Y, two).covariance, delong(Y, np.array([A])).covariance, rtol=1e-9)


def test_intervals_of_many_classes_cover():
    rng = np.random.default_rng(4)
    y, truth, covered = np.arange(120) % 3, ndtr(1 / np.sqrt(2)), 0
    for _ in range(250):
        found = delong(y, (rng.normal(size=(1, 1, 120, 3)) + np.eye(3)[y])).measure()
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 250 <= 0.98


def test_the_limits_of_an_area_stay_within_0_and_1_and_are_not_symmetric():
    found = delong(Y, np.array([A])).measure()
    assert 0 < found.low < found.value < found.high < 1
    assert found.value - found.low > found.high - found.value
    assert found.method == "DeLong"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_curve_gets_limits_that_the_rarer_class_allows(sign):
    found = delong(Y, sign * Y[None]).measure()
    far = max(abs(found.value - found.low), abs(found.value - found.high))
    assert found.value == (sign > 0)
    assert far == pytest.approx(1 - 8 / (8 + 1.959963984540054**2))
    assert "rarer" in found.method


def test_a_constant_score_is_worth_one_half_for_certain():
    found = delong(Y, np.zeros((1, 20))).measure()
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


def test_what_cannot_be_estimated_is_undefined_and_no_number():
    one_class = delong(np.zeros(5, int), np.random.default_rng(0).normal(size=(2, 5)))
    assert one_class.measure().value is None
    assert one_class.difference(0, 1).measure.value is None
    single = delong(np.array([0, 0, 0, 1]), np.array([[1, 2, 3, 2.5], [1, 2, 3, 1.5]]))
    assert (single.measure().value, single.measure().low) == (pytest.approx(2 / 3), None)
    assert (single.difference(0, 1).measure.value, single.difference(0, 1).p) == (pytest.approx(1 / 3), None)
    together = delong(Y, np.array([A]), np.where(Y == 1, 99, np.arange(20)))
    assert (together.fewest, together.measure().low) == (1, None)


def test_a_difference_whose_variance_is_estimated_as_0_has_no_test():
    found = delong(Y, np.array([Y, np.zeros(20)])).difference(0, 1)
    assert (found.measure.value, found.z, found.p) == (0.5, None, None)
    assert 0 < found.measure.low < 0.5 == found.measure.high
    assert found.measure.method == "score interval on the rarer class"


def test_input_that_does_not_fit_is_refused():
    with pytest.raises(InvalidInputError, match=r"scores: got shape \(20,\)"):
        delong(Y, np.array(A))
    with pytest.raises(InvalidInputError, match="scores: got shape"):
        delong(Y, np.zeros((2, 19)))
    with pytest.raises(InvalidInputError, match="scores: 1 are NaN"):
        delong(Y, np.r_[np.nan, A[1:]][None])
    with pytest.raises(InvalidInputError, match="class numbers from 0 to 1"):
        delong(Y + 1, np.array([A]))
    with pytest.raises(InvalidInputError, match="clusters: got 3 for 20"):
        delong(Y, np.array([A]), np.arange(3))


def test_ten_thousand_documents_take_no_table_of_all_pairs():
    rng = np.random.default_rng(5)
    y = (rng.random(40_000) < 0.5).astype(int)  # all pairs would take 3 GB a contender
    found = delong(y, rng.normal(size=(2, 40_000)) + y)
    assert found.values == pytest.approx(ndtr(1 / np.sqrt(2)), abs=0.01)
