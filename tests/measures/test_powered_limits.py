"""Gold and LLM labels together: the algebra by hand, and what the limits do at the edges."""

import numpy as np
import pytest
from scipy.stats import t

from pellucid.measures import wilson
from pellucid.measures._powered_limits import Sample, estimate, limits
from pellucid.measures._powered_parts import Parts, mean_parts


def sample_of(y, documents=200, finite=False, weights=None):
    y = np.asarray(y, float)
    drawn = np.full(len(y), documents / len(y)) if weights is None else np.asarray(weights, float)
    return Sample(np.arange(len(y)), y, drawn, documents, finite)


def some(seed=0, gold=40, n=200):
    rng = np.random.default_rng(seed)
    llm = rng.random(n)
    y = (rng.random(gold) < llm[:gold]).astype(float)
    return y, mean_parts(y, np.full(gold, n / gold)), mean_parts(llm, np.ones(n)), llm


def test_the_correction_is_a_regression_on_what_the_llm_says_was_luck():
    y, gold, said, llm = some()
    found = estimate(gold, said, sample_of(y), "line")
    slope = np.polyfit(llm[:40], y, 1)[0]
    assert found.slope == pytest.approx(slope)
    assert found.value + found.shift == pytest.approx(y.mean() + slope * (llm.mean() - llm[:40].mean()))


def test_the_variance_is_that_of_the_residuals_for_the_draw_and_of_the_whole_for_the_documents():
    y, gold, said, llm = some()
    found = estimate(gold, said, sample_of(y), "line")
    residual = y - np.polyval(np.polyfit(llm[:40], y, 1), llm[:40])
    kept = ((residual**2).sum() / 38 * 40 * 38 / 39 * 39 / 40 / y.var(ddof=1) + 2) / 40
    assert found.kept == pytest.approx(kept, rel=1e-6)
    spread = y.var(ddof=1)
    assert found.variance == pytest.approx(spread * (kept * (1 / 40 - 1 / 200) + 1 / 200))
    only_these = estimate(gold, said, sample_of(y, finite=True), "line")
    assert only_these.variance == pytest.approx(spread * kept * (1 / 40 - 1 / 200))


def test_an_llm_that_points_the_wrong_way_is_not_used_and_costs_nothing():
    y, gold, said, _ = some()
    turned = Parts(1 - said.value, -said.parts)
    assert estimate(gold, turned, sample_of(y), "share") == estimate(gold, None, sample_of(y), "share")


def test_fifty_agreements_are_no_proof_of_perfection():
    y = np.arange(50) % 2.0
    gold, said = mean_parts(y, np.full(50, 4.0)), mean_parts(np.arange(200) % 2.0, np.ones(200))
    assert estimate(gold, said, sample_of(y), "share").kept == pytest.approx(2 / 50)


@pytest.mark.parametrize("hits", [0, 1, 7, 20])
def test_a_share_from_gold_labels_alone_has_wilsons_interval(hits):
    y = (np.arange(20) < hits).astype(float)
    gold = mean_parts(y, np.full(20, 10.0))
    sample = sample_of(y)
    found = limits(estimate(gold, None, sample, "share"), sample, "share", np.full(20, True), gold.parts)
    wanted = wilson(hits, 20)
    assert (found.value, found.low, found.high) == pytest.approx((wanted.value, wanted.low, wanted.high), abs=1e-12)


def test_a_share_of_these_documents_is_the_surer_the_more_of_them_are_gold():
    y = (np.arange(40) < 12).astype(float)
    gold = mean_parts(y, np.full(40, 2.0))
    sample = sample_of(y, documents=80, finite=True)
    found = limits(estimate(gold, None, sample, "share"), sample, "share", np.full(40, True), gold.parts)
    wanted = wilson(24, 80)  # half of the variance is left
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


def test_a_share_of_documents_that_are_all_gold_is_known():
    y = (np.arange(40) < 12).astype(float)
    gold = mean_parts(y, np.ones(40))
    sample = sample_of(y, documents=40, finite=True)
    found = limits(estimate(gold, None, sample, "share"), sample, "share", np.full(40, True), gold.parts)
    assert (found.low, found.high) == pytest.approx((0.3, 0.3))


def test_weights_count_each_document_for_as_many_as_it_stands_for():
    y = np.array([1.0, 1, 1, 0, 0, 0, 1, 0, 0, 0])
    weights = np.repeat([30.0, 10.0], 5)
    gold = mean_parts(y, weights)
    found = estimate(gold, None, sample_of(y, weights=weights), "line")
    share = (3 * 30 + 10) / 200
    assert found.value == pytest.approx(share)
    count = 200**2 / (5 * 900 + 5 * 100)
    drawn = (weights**2 * (1 - 1 / weights) * (y - share) ** 2).sum() / 200**2
    common = (weights * (y - share) ** 2).sum() / 200**2
    assert found.variance == pytest.approx((drawn + common) * count / (count - 1))


def test_limits_of_a_figure_without_bounds_are_students():
    y, gold, _, _ = some()
    sample = sample_of(y)
    found = estimate(gold, None, sample, "line")
    measure = limits(found, sample, "line", np.full(40, True), gold.parts)
    assert measure.high - measure.value == pytest.approx(t.ppf(0.975, found.degrees) * np.sqrt(found.variance))


@pytest.mark.parametrize(("value", "inside"), [(1.0, (25 / (25 + 3.841459), 1.0)), (0.0, (0.0, 3.841459 / 28.841459))])
def test_a_perfect_area_has_the_score_interval_of_the_rarer_class(value, inside):
    y = np.repeat([0.0, 1.0], 25)
    perfect = Parts(value, np.zeros(50))
    sample = sample_of(y)
    found = limits(estimate(perfect, None, sample, "area"), sample, "area", np.full(50, True), perfect.parts)
    assert (found.low, found.high) == pytest.approx(inside)


def test_limits_within_zero_and_one_stay_there():
    y = np.repeat([0.0, 1.0], [45, 5])
    parts = np.where(y == 1, 0.09, -0.01) * np.linspace(0, 2, 50)
    high = Parts(0.98, parts - parts.mean())
    sample = sample_of(y)
    found = limits(estimate(high, None, sample, "area"), sample, "area", np.full(50, True), high.parts)
    assert 0 < found.low < 0.98 < found.high < 1


def test_one_gold_document_gives_no_spread():
    sample = sample_of([1.0])
    found = estimate(Parts(0.4, np.zeros(1)), None, sample, "line")
    assert limits(found, sample, "line", np.full(1, True), np.zeros(1)).low is None
