"""Figures of a group and the group held against all others: against closed forms, other libraries and simulation."""

import numpy as np
import pytest
from scipy.stats import brunnermunzel, fisher_exact, ttest_ind
from scipy.stats import t as student
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pellucid.measures._delong import delong
from pellucid.validation._group_figures import Area, Ratio
from pellucid.validation._groups import SubgroupRules

RULES = SubgroupRules(draws=200)


def share(hits, counted=None, clusters=None, least=5, worse="higher"):
    hits = np.asarray(hits, dtype=float)
    counted = np.ones(len(hits)) if counted is None else np.asarray(counted, dtype=float)
    return Ratio("share", hits * counted, counted, least, clusters, RULES, worse=worse)


def first(count, n):
    return np.arange(n) < count


def test_a_share_has_wilsons_interval_of_those_that_count():
    hits, counted = first(12, 60), first(40, 60)
    found = share(hits, counted).figure(first(30, 60))
    low, high = proportion_confint(12, 30, method="wilson")
    assert (found.value, found.low, found.high) == (0.4, pytest.approx(low), pytest.approx(high))
    assert found.method == "Wilson"
    assert share(hits, counted, least=31).figure(first(30, 60)).value is None


@pytest.mark.parametrize(("inside", "outside"), [(12, 20), (0, 9), (30, 11), (7, 14)])
def test_a_share_is_tested_exactly_and_its_difference_has_newcombes_interval(inside, outside):
    hits = np.r_[first(inside, 30), first(outside, 60)]
    found = share(hits).contrast(first(30, 90))
    assert found.p == pytest.approx(fisher_exact([[inside, 30 - inside], [outside, 60 - outside]]).pvalue)
    low, high = confint_proportions_2indep(inside, 30, outside, 60, method="newcomb")
    assert found.difference.low == pytest.approx(low, abs=1e-6)
    assert found.difference.high == pytest.approx(high, abs=1e-6)
    assert (found.inside, found.outside) == (inside / 30, outside / 60)


def test_a_count_averaged_over_repeats_is_rounded_against_a_finding():
    hits = np.r_[first(12, 30), np.zeros(60)].astype(float)
    sure = share(hits).contrast(first(30, 90)).p
    hits[11] = 0.4
    softened = share(hits).contrast(first(30, 90))
    assert softened.inside == pytest.approx(11.4 / 30)
    assert softened.p >= share(np.r_[first(11, 30), np.zeros(60)]).contrast(first(30, 90)).p > sure


def test_a_mean_has_the_t_interval_and_welchs_test():
    rng = np.random.default_rng(0)
    errors = np.r_[rng.normal(0.2, 0.5, 40), rng.normal(0, 0.3, 80)]
    quantity = Ratio("mean", errors, np.ones(120), 20, None, RULES, share=False, worse="either")
    rows = first(40, 120)
    found = quantity.figure(rows)
    assert (found.low + found.high) / 2 == pytest.approx(found.value)
    assert (found.high - found.low) / 2 == pytest.approx(2.0227 * errors[:40].std(ddof=1) / np.sqrt(40), rel=1e-4)
    theirs = ttest_ind(errors[:40], errors[40:], equal_var=False)
    # The variance of the others is below everyone's and is taken up to it: more cautious than Welch.
    assert theirs.pvalue < quantity.contrast(rows).p < 3 * theirs.pvalue


def binormal(rng, n, apart=1.2):
    y = (rng.random(n) < 0.4).astype(int)
    return y, rng.normal(size=(1, n)) + apart * y


def test_an_area_is_delongs_and_its_parts_are_too():
    y, scores = binormal(np.random.default_rng(1), 150)
    rows = first(60, 150)
    quantity = Area(y, scores, None, RULES)
    theirs = delong(y[rows], scores[:, rows])
    assert quantity.figure(rows) == theirs.measure()
    ours = sum(one.variance / one.size for one in quantity._spreads(rows)[1])
    assert ours == pytest.approx(theirs.covariance[0, 0], rel=1e-12)


def test_an_areas_degrees_of_freedom_are_brunner_and_munzels():
    rng = np.random.default_rng(2)
    y, scores = binormal(rng, 40, apart=0.0)
    spreads = Area(y, scores, None, RULES)._spreads(np.ones(40, dtype=bool))[1]
    pieces = [(one.variance / one.size, one.size - 1) for one in spreads]
    free = sum(v for v, _ in pieces) ** 2 / sum(v**2 / d for v, d in pieces)
    theirs = brunnermunzel(scores[0, y == 0], scores[0, y == 1])
    area = Area(y, scores, None, RULES).figure(np.ones(40, dtype=bool)).value
    from_ours = (area - 0.5) / np.sqrt(sum(v for v, _ in pieces))
    assert abs(from_ours) == pytest.approx(abs(theirs.statistic), rel=1e-9)
    assert 2 * student.sf(abs(from_ours), free) == pytest.approx(theirs.pvalue, rel=1e-9)


def test_a_group_whose_scores_separate_by_luck_is_not_taken_for_certain():
    rng = np.random.default_rng(3)
    y, scores = binormal(rng, 300)
    rows = first(20, 300)
    y[:20] = first(8, 20)
    scores[0, :20] = np.where(y[:20] == 1, 5.0, -5.0) + rng.normal(size=20) * 0.1
    found = Area(y, scores, None, RULES).contrast(rows)
    assert found.inside == 1.0
    assert found.difference.low < found.inside - found.outside < found.difference.high
    assert 1e-6 < found.p < 0.1


def test_repeats_do_not_pass_for_more_documents():
    y, scores = binormal(np.random.default_rng(4), 200)
    rows = first(80, 200)
    once, often = (Area(y, np.repeat(scores, times, axis=0), None, RULES).contrast(rows) for times in (1, 5))
    assert once.p == pytest.approx(often.p)


def test_each_document_as_its_own_cluster_says_nearly_the_same_and_copies_do_not_add_certainty():
    rng = np.random.default_rng(5)
    y, scores = binormal(rng, 240)
    rows = first(100, 240)
    alone = Area(y, scores, None, RULES)
    single = Area(y, scores, np.arange(240), RULES)
    assert single.contrast(rows).p == pytest.approx(alone.contrast(rows).p, rel=0.2)
    copied = Area(np.tile(y, 4), np.tile(scores, 4), np.tile(np.arange(240), 4), RULES)
    blind = Area(np.tile(y, 4), np.tile(scores, 4), None, RULES)
    assert copied.contrast(np.tile(rows, 4)).p == pytest.approx(single.contrast(rows).p, rel=0.1)
    assert blind.contrast(np.tile(rows, 4)).p < 0.5 * copied.contrast(np.tile(rows, 4)).p


def test_a_share_of_clusters_is_wider_than_of_independent_documents():
    rng = np.random.default_rng(6)
    who = np.repeat(np.arange(40), 5)
    hits = rng.random(40)[who] < 0.4
    rows = who < 20
    wide, narrow = share(hits, clusters=who), share(hits)
    assert wide.figure(rows).method == "percentile bootstrap of clusters"
    assert wide.figure(rows).high - wide.figure(rows).low > 1.3 * (narrow.figure(rows).high - narrow.figure(rows).low)
    assert wide.contrast(rows).p > narrow.contrast(rows).p
    assert wide.figure(rows) == wide.figure(rows)


def test_draws_are_the_same_in_any_number_of_blocks(monkeypatch):
    hits, who = np.random.default_rng(0).random(90) < 0.3, np.repeat(np.arange(30), 3)
    once = share(hits, clusters=who).figure(first(90, 90))
    monkeypatch.setattr("pellucid.validation._group_figures._CELLS", 100)
    assert share(hits, clusters=who).figure(first(90, 90)) == once


def test_a_bootstrap_in_which_nothing_varies_gives_no_limits():
    found = share(np.zeros(60), clusters=np.repeat(np.arange(20), 3)).figure(first(60, 60))
    assert (found.value, found.low, found.high) == (0.0, None, None)


def test_too_few_clusters_are_too_few_however_many_documents():
    who = np.repeat(np.arange(4), 50)
    y, scores = binormal(np.random.default_rng(7), 200)
    assert not share(np.ones(200), clusters=who).enough(first(200, 200))
    assert not Area(y, scores, who, RULES).enough(first(200, 200))
    assert Area(y, scores, np.arange(200) // 4, RULES).enough(first(200, 200))


def test_where_nothing_varies_nothing_differs():
    y = np.tile([0, 1], 50)
    perfect = Area(y, y[None].astype(float), None, RULES).contrast(first(40, 100))
    assert (perfect.p, perfect.difference.value, perfect.difference.low) == (1.0, 0.0, None)
    assert share(np.zeros(100)).contrast(first(40, 100)).p == 1.0


def test_scores_that_are_the_same_for_everyone_cannot_differ():
    y, scores = binormal(np.random.default_rng(9), 60)
    assert not Area(y, np.full((2, 60), 0.4), None, RULES).may_differ()
    assert Area(y, scores, None, RULES).may_differ()
    assert Ratio("mean", np.zeros(60), np.ones(60), 20, None, RULES, share=False).may_differ()


def test_a_mirrored_contrast_speaks_of_the_others():
    hits = np.r_[first(12, 30), first(20, 60)]
    found, other = share(hits).contrast(first(30, 90)), share(hits).contrast(~first(30, 90))
    mirrored = found.mirrored()
    assert (mirrored.inside, mirrored.outside) == (other.inside, other.outside)
    assert mirrored.p == pytest.approx(other.p)
    assert mirrored.difference.low == pytest.approx(other.difference.low)
    assert mirrored.difference.high == pytest.approx(other.difference.high)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("clusters", [False, True])
def test_a_small_groups_area_is_tested_at_its_level(clusters):
    rng = np.random.default_rng(8)
    found = []
    for _ in range(400):
        who = np.repeat(np.arange(60), 2)
        y = (rng.random(120) < 0.4).astype(int)
        shared = rng.normal(size=60)[who] if clusters else 0
        scores = (rng.normal(size=120) + shared + y)[None]
        quantity = Area(y, scores, who if clusters else None, RULES)
        rows = who < 12
        if quantity.enough(rows):
            found.append(quantity.contrast(rows).p)
    assert len(found) > 300
    assert np.mean(np.array(found) < 0.05) < 0.07
    assert np.mean(np.array(found) < 0.005) < 0.0125
