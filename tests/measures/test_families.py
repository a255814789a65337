"""Holm: reference values, statsmodels, undefined tests and the family's rate."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from pellucid.exceptions import InvalidInputError
from pellucid.measures._families import holm


@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        ((0.01, 0.02, 0.03, 0.04, 0.05), (0.05, 0.08, 0.09, 0.09, 0.09)),
        ((0.01, 0.04, 0.03), (0.03, 0.06, 0.06)),
        ((0.5, 0.9), (1, 1)),
        ((), ()),
    ],
)
def test_reference_values(p, adjusted):
    assert holm(p) == pytest.approx(adjusted, abs=1e-12)


def test_statsmodels_agrees_in_any_order():
    p = np.random.default_rng(0).random(30) ** 3
    assert holm(p.tolist()) == pytest.approx(multipletests(p, method="holm")[1].tolist(), abs=1e-12)


def test_an_undefined_test_stays_undefined_and_is_not_counted():
    assert holm([None, 0.01, None, 0.04, 0.03]) == (None, 0.03, None, 0.06, 0.06)
    assert holm([None, 0.02]) == (None, 0.02)
    assert holm([None]) == (None,)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(InvalidInputError, match=r"p\[1\]: got"):
        holm([0.5, p])
