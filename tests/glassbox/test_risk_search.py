"""The search for whole-number points: near the best there is, and always within its limits."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.glassbox import _risk_fit
from pellucid.glassbox._risk_fit import (
    SLOPE_RANGE,
    Limits,
    fit_points,
    fit_supports,
    make_design,
    within_limits,
)
from pellucid.glassbox._risk_search import (
    beam_search,
    polish,
    round_along,
    round_pool,
    rounding_weights,
    search_points,
    widen_pool,
)

SMALL = Limits(max_groups=3, max_columns=3, columns_per_group=2, max_points=2, ridge=1.0)


def make_problem(seed, n=60, p=5, groups=3):
    """Binary columns in groups, and an outcome that some of them drive."""
    rng = np.random.default_rng(seed)
    B = (rng.random((n, p)) < rng.uniform(0.2, 0.8, p)).astype(float)
    z = B @ rng.normal(0, 1.5, p)
    y = (rng.random(n) < 1 / (1 + np.exp(-(z - np.median(z))))).astype(int)
    y[:2] = [0, 1]
    return B, y, rng.integers(0, groups, p)


def logistic_loss(z, y):
    return np.logaddexp(0, z).sum() - z @ y


def penalised_loss(found, B, y, ridge):
    z = found.intercept + found.slope * (B @ found.points)
    return logistic_loss(z, y) + 0.5 * ridge * found.slope**2 * (found.points**2).sum()


def every_point(design):
    """All points within the limits."""
    reach = range(-design.limits.max_points, design.limits.max_points + 1)
    points = np.array(list(product(reach, repeat=design.empty)))
    return points[within_limits(design, points)]


def test_equals_brute_force_on_small_problems():
    """Equal to the best of all points in at least 95% of problems, and never worse by more than 1%."""
    excess = []
    for seed in range(60):
        B, y, group = make_problem(seed, p=4 + seed % 3)
        design = make_design(B, y, group, SMALL)
        best = fit_points(design, every_point(design))[-1].min()
        found = search_points(B, y, group, SMALL)
        excess.append(found.loss / best - 1)
    assert min(excess) > -1e-7
    assert max(excess) < 0.01
    assert np.mean(np.array(excess) < 1e-6) >= 0.95


def test_three_stages_alone_come_near_brute_force():
    """Without the polish: within 5% of the best of all points, within 1% in most problems."""
    excess = []
    for seed in range(40):
        design = make_design(*make_problem(seed), SMALL)
        rounded = round_pool(design, widen_pool(design, beam_search(design)))
        best = fit_points(design, every_point(design))[-1].min()
        excess.append(fit_points(design, rounded)[-1].min() / best - 1)
    assert max(excess) < 0.05
    assert np.mean(np.array(excess) < 0.01) >= 0.8


@pytest.mark.parametrize("seed", range(12))
def test_wide_beam_finds_the_best_subset(seed):
    limits = SMALL._replace(beam_width=200, max_groups=2 + seed % 2)
    B, y, group = make_problem(seed, p=6)
    design = make_design(B, y, group, limits)
    losses = []
    for size in range(limits.max_columns + 1):
        for subset in combinations(range(6), size):
            held = np.isin(np.arange(6), subset).astype(int)
            if within_limits(design, held[None])[0]:
                support = np.array(subset, dtype=int)[None]
                losses.append(fit_supports(design, support, np.zeros((1, size + 1))).losses[0])
    assert beam_search(design).losses[0] == pytest.approx(min(losses), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), multiplier=st.floats(0.3, 8.0))
def test_auxiliary_loss_bounds_what_rounding_costs(seed, multiplier):
    """For any way of rounding each coefficient down or up, not only the one chosen."""
    rng = np.random.default_rng(seed)
    B, y, group = make_problem(seed, p=4)
    design = make_design(B, y, group, SMALL)
    lines = design.lines(np.arange(4)[None])
    stretched = rng.normal(0, 2, 5) * multiplier
    weights = rounding_weights(lines, design.y, stretched[None, None], np.array([[multiplier]]))[0, 0]
    before = logistic_loss(stretched / multiplier @ lines[0], y)
    for up in product([0, 1], repeat=4):
        rounded = np.append(np.floor(stretched[:4]) + up, stretched[4])
        rounded[:4] = np.clip(rounded[:4], np.floor(stretched[:4]), np.ceil(stretched[:4]))
        change = (rounded - stretched) / multiplier @ lines[0]
        bound = np.sqrt(len(y) * ((weights * change) ** 2).sum())
        assert logistic_loss(rounded / multiplier @ lines[0], y) - before <= bound + 1e-9


def test_rounding_beats_the_nearest_whole_numbers_on_the_auxiliary_loss():
    rng = np.random.default_rng(0)
    values, root = rng.normal(0, 2, (200, 5)), rng.normal(size=(200, 5, 8))
    squares = root @ root.transpose(0, 2, 1)
    error, nearest = round_along(values, squares) - values, np.rint(values) - values
    assert (np.abs(error) < 1).all()
    own, other = (np.einsum("ri,rij,rj->r", e, squares, e) for e in (error, nearest))
    assert own.mean() < 0.8 * other.mean()


def test_polish_never_raises_the_loss_and_ends_where_no_move_helps():
    for seed in range(10):
        B, y, group = make_problem(seed)
        design = make_design(B, y, group, SMALL)
        start = every_point(design)[seed * 7]
        found = polish(design, start)
        assert found.loss <= fit_points(design, start[None])[-1][0] + 1e-9
        assert polish(design, found.points).loss == pytest.approx(found.loss)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    n=st.integers(2, 40),
    p=st.integers(0, 9),
    limits=st.builds(
        Limits,
        max_groups=st.integers(1, 4),
        max_columns=st.integers(1, 6),
        columns_per_group=st.integers(1, 3),
        max_points=st.integers(1, 6),
        beam_width=st.integers(1, 6),
        pool_size=st.integers(1, 6),
        rays=st.integers(1, 6),
        ridge=st.sampled_from([1e-6, 0.5, 5.0]),
    ),
)
def test_limits_always_hold(seed, n, p, limits):
    B, y, group = make_problem(seed, n, p, groups=4)
    found = search_points(B, y, group, limits)
    used = found.points != 0
    assert np.abs(found.points).max(initial=0) <= limits.max_points
    assert used.sum() <= limits.max_columns
    assert len(set(group[used])) <= limits.max_groups
    assert np.bincount(group[used], minlength=1).max() <= limits.columns_per_group
    assert SLOPE_RANGE[0] <= found.slope <= SLOPE_RANGE[1]
    assert found.loss == pytest.approx(penalised_loss(found, B, y, limits.ridge), abs=1e-6)
    prior = logistic_loss(np.full(n, np.log(y.mean() / (1 - y.mean()))), y)
    assert found.loss <= prior + 1e-6


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_every_stage_keeps_the_limits(seed):
    limits = SMALL._replace(max_groups=2, columns_per_group=1 + seed % 2)
    design = make_design(*make_problem(seed, p=8, groups=4), limits)
    pool = widen_pool(design, beam_search(design))
    held = np.zeros((len(pool.losses), design.empty + 1), dtype=int)
    np.put_along_axis(held, pool.supports, 1, axis=1)
    assert within_limits(design, held[:, :-1]).all()
    assert within_limits(design, round_pool(design, pool)).all()
    assert (np.diff(pool.losses) >= -1e-6).all()
    assert len({tuple(support) for support in pool.supports}) == len(pool.losses)


def test_same_problem_same_points():
    B, y, group = make_problem(3, n=200, p=30, groups=8)
    first, again = (search_points(B, y, group, Limits()) for _ in range(2))
    np.testing.assert_array_equal(first.points, again.points)
    assert first[1:] == again[1:]


def test_order_of_the_documents_does_not_matter():
    B, y, group = make_problem(4, n=200, p=12)
    order = np.random.default_rng(0).permutation(200)
    first, again = search_points(B, y, group, SMALL), search_points(B[order], y[order], group, SMALL)
    np.testing.assert_array_equal(first.points, again.points)


def test_working_in_batches_changes_nothing(monkeypatch):
    B, y, group = make_problem(6, n=100, p=12, groups=5)
    whole = search_points(B, y, group, SMALL)
    monkeypatch.setattr(_risk_fit, "_BATCH", 250)
    parts = search_points(B, y, group, SMALL)
    np.testing.assert_array_equal(whole.points, parts.points)
    assert whole.loss == pytest.approx(parts.loss)


def test_more_points_never_mean_less_risk_even_where_the_data_say_so():
    B, y = np.array([[1.0], [0.0]] * 20), np.array([0, 1] * 20)
    design = make_design(B, y, np.array([0]), SMALL)
    _, slope, _ = fit_points(design, np.array([[2], [-2]]))
    assert slope[0] == SLOPE_RANGE[0]
    assert slope[1] > SLOPE_RANGE[0]


def test_constant_and_doubled_columns_get_no_points_of_their_own():
    B, y, _ = make_problem(5, n=200, p=3)
    columns = np.column_stack([B, B[:, 0], 1 - B[:, 1], np.ones(200), np.zeros(200)])
    found = search_points(columns, y, np.arange(7), Limits(max_points=3))
    assert (found.points != 0).sum() <= 3
    assert not found.points[5:].any()


def test_perfect_separation_stays_finite():
    y = np.array([0, 1] * 30)
    found = search_points(y[:, None].astype(float), y, np.array([0]), Limits(ridge=1e-6))
    assert np.isfinite([found.intercept, found.slope, found.loss]).all()
    z = found.intercept + found.slope * y * found.points[0]
    assert ((z > 0) == y).all()


def test_two_rows_are_enough():
    found = search_points(np.array([[0.0], [1.0]]), np.array([0, 1]), np.array([0]), Limits())
    assert found.points[0] > 0
