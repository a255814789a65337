"""Agreement of raters, against published examples and independent libraries."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from pellucid.exceptions import InvalidInputError
from pellucid.measures._agreement import cohen_kappa, icc, krippendorff_alpha

NAN = np.nan
# Krippendorff (2011): four observers, twelve units.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)
# Shrout and Fleiss (1979), table 2: four judges, six targets.
JUDGES = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]])


def pairs(table):
    """Two raters from a table of counts."""
    cells = [(row, column) for row, line in enumerate(table) for column, count in enumerate(line) for _ in range(count)]
    return tuple(zip(*cells, strict=True))


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_is_that_of_krippendorffs_own_example(level, value):
    found = krippendorff_alpha(OBSERVERS, level)
    assert found.value == pytest.approx(value, abs=5e-4)
    assert found.low < found.value < found.high <= 1
    assert found.method == "percentile bootstrap of items"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("ICC1,1", 0.17), ("ICC2,1", 0.29), ("ICC3,1", 0.71), ("ICC1,k", 0.44), ("ICC2,k", 0.62), ("ICC3,k", 0.91)],
)
def test_intraclass_correlations_are_those_of_shrout_and_fleiss(kind, value):
    assert icc(JUDGES, kind).value == pytest.approx(value, abs=5e-3)


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    # As R's psych 2.x prints them for the same table.
    [
        ("ICC1,1", -0.133, 0.723),
        ("ICC2,1", 0.019, 0.761),
        ("ICC3,1", 0.342, 0.946),
        ("ICC1,k", -0.884, 0.912),
        ("ICC2,k", 0.071, 0.927),
        ("ICC3,k", 0.676, 0.986),
    ],
)
def test_limits_of_the_intraclass_correlation_are_those_of_another_program(kind, low, high):
    found = icc(JUDGES, kind)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))
    assert found.method == "F distribution"


def test_kappa_is_that_of_cohens_and_fleisss_published_tables():
    assert cohen_kappa(*pairs([[106, 10, 4], [22, 28, 10], [2, 12, 6]])).value == pytest.approx(0.429, abs=5e-4)
    assert cohen_kappa(*pairs([[75, 1, 4], [5, 4, 1], [0, 0, 10]])).value == pytest.approx(0.676, abs=5e-4)


@pytest.mark.parametrize(("weights", "other"), [(None, None), ("linear", "linear"), ("quadratic", "fc")])
@pytest.mark.parametrize("table", [[[106, 10, 4], [22, 28, 10], [2, 12, 6]], [[20, 5, 0], [3, 7, 2], [0, 1, 30]]])
def test_kappa_and_its_limits_are_those_of_statsmodels(table, weights, other):
    theirs = cohens_kappa(np.array(table), wt=other)
    found = cohen_kappa(*pairs(table), weights=weights)
    assert found.value == pytest.approx(theirs.kappa, abs=1e-12)
    assert found.low == pytest.approx(theirs.kappa_low, abs=1e-9)
    assert found.high == pytest.approx(theirs.kappa_upp, abs=1e-9)
    assert found.method == "large-sample error"


def test_kappa_is_undefined_for_one_level_and_has_no_limits_for_full_agreement():
    assert cohen_kappa(["no"] * 5, ["no"] * 5).value is None
    full = cohen_kappa(["no", "yes"] * 5, ["no", "yes"] * 5)
    assert (full.value, full.low, full.high) == (1.0, None, None)


def test_kappa_takes_levels_that_nobody_used_and_their_order():
    first, second = ["low", "high", "mid", "low"], ["mid", "high", "mid", "low"]
    ordered = cohen_kappa(first, second, levels=["low", "mid", "high", "top"], weights="quadratic")
    scored = cohen_kappa([0, 2, 1, 0], [1, 2, 1, 0], levels=[0, 1, 2, 3], weights="quadratic")
    assert ordered == scored
    assert ordered.value > cohen_kappa(first, second).value


def test_kappa_refuses_raters_that_cannot_be_compared():
    with pytest.raises(InvalidInputError, match="got 2 and 1 items"):
        cohen_kappa(["a", "b"], ["a"])
    with pytest.raises(InvalidInputError, match="an item is missing"):
        cohen_kappa(["a", None], ["a", "b"])
    with pytest.raises(InvalidInputError, match="1 values are not among the 2 levels"):
        cohen_kappa(["a", "b"], ["a", "c"], levels=["a", "b"])
    with pytest.raises(InvalidInputError, match="weights: got 'cubic'"):
        cohen_kappa(["a", "b"], ["a", "b"], weights="cubic")


def by_definition(ratings, distance):
    """Alpha from all pairs of values, one by one."""
    units = [[v for v in unit if not np.isnan(v)] for unit in ratings.T]
    units = [unit for unit in units if len(unit) > 1]
    everything = [v for unit in units for v in unit]
    observed = sum(distance(a, b) / (len(unit) - 1) for unit in units for a in unit for b in unit) / len(everything)
    n = len(everything)
    expected = sum(distance(a, b) for a in everything for b in everything) / (n * (n - 1))
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("level", "distance"),
    [
        ("nominal", lambda a, b: a != b),
        ("interval", lambda a, b: (a - b) ** 2),
        ("ratio", lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_what_its_definition_says_pair_by_pair(level, distance, seed):
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 5, (4, 15)).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = NAN
    assert krippendorff_alpha(ratings, level, draws=40).value == pytest.approx(by_definition(ratings, distance))


def test_alpha_takes_strings_and_does_not_ask_their_order():
    said = [["a", "b", None, "c"], ["a", "b", "b", "a"]]
    coded = [[3, 1, NAN, 2], [3, 1, 1, 3]]
    assert krippendorff_alpha(said, draws=50) == krippendorff_alpha(coded, draws=50)


def test_alpha_is_1_for_full_agreement_and_undefined_without_variation_or_pairs():
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]], "interval").value == 1
    assert krippendorff_alpha([[1, 1, 1], [1, 1, 1]]).value is None
    assert krippendorff_alpha([[1, NAN], [NAN, 1]]).value is None
    assert krippendorff_alpha([["a", None], [None, None]]).value is None


def test_alpha_gives_no_limits_where_a_draw_has_one_value_only():
    lone = krippendorff_alpha([[0] * 19 + [1], [0] * 19 + [1]])
    assert (lone.value, lone.low, lone.high) == (1.0, None, None)


def test_alpha_is_the_same_for_the_same_seed_and_in_any_number_of_blocks(monkeypatch):
    ratings = np.random.default_rng(1).integers(0, 3, (3, 40)).astype(float)
    once = krippendorff_alpha(ratings, "ordinal", draws=100, seed=4)
    monkeypatch.setattr("pellucid.measures._agreement._CELLS", 400)
    assert krippendorff_alpha(ratings, "ordinal", draws=100, seed=4) == once
    assert krippendorff_alpha(ratings, "ordinal", draws=100, seed=5) != once


def test_the_interval_of_alpha_covers_what_it_should():
    rng = np.random.default_rng(0)
    truth, covered = 0.64, 0  # two raters who each copy a fair coin with probability 0.8, else toss anew
    for seed in range(200):
        coin = rng.random(100) < 0.5
        raters = [np.where(rng.random(100) < 0.8, coin, rng.random(100) < 0.5).astype(float) for _ in range(2)]
        found = krippendorff_alpha(raters, draws=200, seed=seed)
        covered += found.low <= truth <= found.high
    assert 180 <= covered <= 198


def test_what_cannot_be_rated_is_refused():
    with pytest.raises(InvalidInputError, match=r"got shape \(3,\); \(raters, items\)"):
        krippendorff_alpha([1, 2, 3])
    with pytest.raises(InvalidInputError, match="no number; only level 'nominal' takes strings"):
        krippendorff_alpha([["a", "b"], ["a", "b"]], "interval")
    with pytest.raises(InvalidInputError, match="below 0"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")
    with pytest.raises(InvalidInputError, match="infinite"):
        icc([[1, np.inf], [1, 2]])
    with pytest.raises(InvalidInputError, match="level: got 'fuzzy'"):
        krippendorff_alpha(OBSERVERS, "fuzzy")
    with pytest.raises(InvalidInputError, match="kind: got 'ICC4,1'"):
        icc(JUDGES, "ICC4,1")
    with pytest.raises(InvalidInputError, match="with 1 missing"):
        icc([[1, NAN], [1, 2]])


@pytest.mark.parametrize("kind", ["ICC1,1", "ICC2,1", "ICC3,k"])
def test_exact_agreement_of_numbers_has_no_limits_and_no_spread_no_value(kind):
    same = icc([[1, 2, 3], [1, 2, 3]], kind)
    assert (same.value, same.low, same.high) == (1.0, None, None)
    assert icc([[4, 4], [4, 4]], kind).value is None
