"""McNemar: reference values, statsmodels, hopeless counts, and the interval of the difference."""

import numpy as np
import pytest
from scipy.stats import binom
from statsmodels.stats.contingency_tables import mcnemar as theirs

from pellucid.exceptions import InvalidInputError
from pellucid.measures._mcnemar import mcnemar, paired_share_difference


@pytest.mark.parametrize(
    ("kind", "statistic", "p"),
    [("chi2", 17.3559322, 3.0993e-05), ("corrected", 16.8177966, 4.1146e-05), ("exact", 86, 3.7159361e-05)],
)
def test_the_reference_table(kind, statistic, p):
    found = mcnemar(86, 150, kind)
    assert found.statistic == pytest.approx(statistic, abs=1e-7)
    assert found.p == pytest.approx(p, rel=2e-5 if kind != "exact" else 1e-7)
    assert mcnemar(150, 86, kind) == found


@pytest.mark.parametrize(
    ("b", "c", "kind", "p"),
    [
        (0, 0, "exact", 1),
        (0, 6, "exact", 0.03125),
        (1, 9, "exact", 0.021484375),
        (5, 5, "exact", 1),
        (1, 9, "mid-p", 0.01171875),
        (5, 5, "mid-p", 1),
        (0, 0, "mid-p", 1),
        (0, 0, "chi2", 1),
        (0, 0, "corrected", 1),
        (4, 4, "corrected", 1),
    ],
)
def test_small_counts(b, c, kind, p):
    assert mcnemar(b, c, kind).p == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(("b", "c"), [(3, 11), (20, 9), (40, 41), (0, 30)])
def test_statsmodels_agrees(b, c):
    table = [[50, b], [c, 70]]
    for kind, options in (
        ("exact", {"exact": True}),
        ("chi2", {"exact": False, "correction": False}),
        ("corrected", {"exact": False, "correction": True}),
    ):
        wanted = theirs(table, **options)
        assert mcnemar(b, c, kind) == pytest.approx((wanted.statistic, wanted.pvalue), abs=1e-12)


def test_mid_p_lies_nearer_to_its_level_than_the_exact_test_and_neither_far_above():
    level = {"exact": 0.0, "mid-p": 0.0}  # summed over every outcome of 40 documents, 30% of them discordant
    for b, c in ((fewer, more) for more in range(41) for fewer in range(min(more, 40 - more) + 1)):
        chance = binom.pmf(b + c, 40, 0.3) * binom.pmf(b, b + c, 0.5) * (1 if b == c else 2)
        for kind in level:
            level[kind] += chance * (mcnemar(b, c, kind).p < 0.05) if chance > 1e-7 else 0
    assert 0.01 < level["exact"] < level["mid-p"] < 0.0501


def test_the_interval_of_the_difference_covers_and_stays_in_range():
    rng = np.random.default_rng(1)
    pairs = rng.multinomial(100, [0.12, 0.06, 0.82], size=2000)[:, :2]
    found = [paired_share_difference(int(b), int(c), 100) for b, c in pairs]
    assert 0.935 <= np.mean([one.low <= 0.06 <= one.high for one in found]) <= 0.97
    edge = paired_share_difference(3, 0, 3)
    assert -1 <= edge.low < edge.value == edge.high == 1
    assert paired_share_difference(0, 0, 0).value is None


def test_the_interval_agrees_with_the_published_formula():
    found = paired_share_difference(9, 1, 100)
    more, less = 10 / 102, 2 / 102
    reach = 1.959963984540054 * np.sqrt((more + less - (more - less) ** 2) / 102)
    assert (found.value, found.low, found.high) == pytest.approx((0.08, more - less - reach, more - less + reach))
    assert found.method == "Bonett-Price"


def test_counts_and_kinds_that_are_none_are_refused():
    with pytest.raises(InvalidInputError, match="b: got -1"):
        mcnemar(-1, 2)
    with pytest.raises(InvalidInputError, match="c: got 2.5"):
        mcnemar(1, 2.5)
    with pytest.raises(InvalidInputError, match="kind: got 'yates'; allowed are 'exact'"):
        mcnemar(1, 2, "yates")
    with pytest.raises(InvalidInputError, match="c: got 6; a whole number from 0 to 5"):
        paired_share_difference(5, 6, 10)
