"""The nearest documents by answers."""

import numpy as np
import pandas as pd

from pellucid.labeling._neighbours import find_neighbours


def test_distance_is_gowers_with_ranks_and_levels():
    table = pd.DataFrame(
        {
            "size": [1.0, 2.0, 1000.0, np.nan],
            "side": pd.Categorical(["left", "left", "right", None]),
            "new": [True, False, True, True],
        }
    )
    near = find_neighbours(table, k=1)
    # Ranks 1/3, 2/3, 1; row 0 to row 1: (1/3 + 0 + 1) / 3, to row 2: (2/3 + 1 + 0) / 3,
    # to row 3: (1/6 + 1/2 + 1 + 0) / 3, which is the same as row 2's.
    assert near.places[0].tolist() == [1]
    np.testing.assert_allclose(near.distance[0], (1 / 3 + 1) / 3)


def test_a_document_like_no_other_is_outlying():
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(0, 2, (60, 8)) > 0).astype(str)
    table.iloc[7] = "unheard of"
    assert np.flatnonzero(find_neighbours(table).outlying).tolist() == [7]


def test_equal_documents_are_no_outliers():
    near = find_neighbours(pd.DataFrame({"size": [1.0] * 10, "never": [np.nan] * 10}))
    assert not near.outlying.any()
    assert near.distance.max() == 0


def test_one_document_has_no_neighbours():
    assert find_neighbours(pd.DataFrame({"size": [1.0]})).places.shape == (1, 0)
