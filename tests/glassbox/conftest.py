"""Tables of every kind of column, with missing answers, for the tests of glass boxes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

Mixed = tuple[pd.DataFrame, np.ndarray]


def make_mixed(n: int = 160, seed: int = 0, classes: int = 2) -> Mixed:
    """Make numbers, yes/no, choices, ordered levels, text and booleans; all but two with gaps."""
    rng = np.random.default_rng(seed)
    severity = rng.integers(0, 3, n)
    dose = rng.normal(50, 15, n).round(1)
    pain = rng.integers(0, 4, n)
    signal = 0.06 * (dose - 50) + 1.2 * (severity - 1) + 1.5 * (pain == 2) + rng.logistic(size=n)
    table = pd.DataFrame(
        {
            "dose": np.where(rng.random(n) < 0.1, np.nan, dose),
            "visits": rng.integers(0, 5, n),
            "smoker": pd.Categorical(rng.choice(["no", "yes"], n), categories=["no", "yes"]),
            "pain": pd.Categorical.from_codes(
                np.where(rng.random(n) < 0.1, -1, pain), categories=["none", "dull", "sharp", "burning", "other"]
            ),
            "severity": pd.Categorical.from_codes(
                np.where(rng.random(n) < 0.1, -1, severity), categories=["low", "middle", "high"], ordered=True
            ),
            "town": np.where(rng.random(n) < 0.1, None, rng.choice(["north", "south", "west"], n)),
            "insured": rng.random(n) < 0.5,
        },
        index=[f"row-{number}" for number in range(n)],
    )
    names = np.array(["calm", "mild", "worse", "severe"][:classes], dtype=object)
    outcome = names[np.searchsorted(np.quantile(signal, np.arange(1, classes) / classes), signal)]
    return table, outcome


@pytest.fixture(scope="session")
def mixed() -> Callable[..., Mixed]:
    return make_mixed
