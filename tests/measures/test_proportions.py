import pytest
from statsmodels.stats.proportion import proportion_confint

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 7), (10, 10), (281, 303)])
def test_wilson_agrees_with_statsmodels(k, n):
    low, high = proportion_confint(k, n, method="wilson")
    interval = wilson(k, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-12)


def test_a_share_of_nothing_is_undefined_and_more_than_all_is_refused():
    assert wilson(0, 0).value is None
    with pytest.raises(InvalidInputError, match="successes: got 3; a whole number from 0 to 2"):
        wilson(3, 2)
