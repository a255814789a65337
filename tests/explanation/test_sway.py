"""How far one answer alone can move a score: found by trying every value, for every kind of glass box."""

import numpy as np
import pandas as pd
import pytest

from pellucid.explanation import candidates, largest_sway
from pellucid.glassbox import EBMClassifier, RiskScoreClassifier, ShallowTreeClassifier, SparseLinearClassifier


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "pressure": random.normal(1000, 10, 200),
            "clouds": pd.Categorical(random.choice(["no", "yes"], 200), categories=["no", "yes"]),
            "wind": pd.Categorical(random.choice(["calm", "breeze", "storm"], 200), ["calm", "breeze", "storm"], True),
        }
    )
    frame.loc[::11, "pressure"] = np.nan
    score = (frame["clouds"] == "yes") * 4.0 - 2 + random.normal(0, 0.5, 200)
    return frame, (score > 0).astype(int).to_numpy()


@pytest.mark.parametrize(
    "box", [EBMClassifier(), SparseLinearClassifier(), ShallowTreeClassifier(), RiskScoreClassifier()]
)
def test_no_single_change_moves_the_score_further(table, box):
    frame, y = table
    box.fit(frame, y)
    row = frame[3:4]
    found = largest_sway(box, row, candidates(frame))
    assert found.question == "clouds"
    before = box.decision_function(row)[0]
    for name, values in candidates(frame).items():
        for value in values:
            other = row.copy()
            other[name] = pd.Series([value], index=row.index, dtype=frame[name].dtype)
            assert abs(box.decision_function(other)[0] - before) <= found.change + 1e-12
    assert found.change > 0.5


def test_every_level_and_nothing_at_all_are_tried(table):
    tried = candidates(table[0])
    assert tried["wind"][:3] == ["calm", "breeze", "storm"]
    assert all(pd.isna(values[-1]) for values in tried.values())
    assert len(tried["pressure"]) == 66
    assert candidates(pd.DataFrame({"silent": [np.nan, np.nan]}))["silent"][:-1] == []


def test_several_classes_count_too(table):
    frame, y = table
    three = np.where(frame["wind"] == "storm", 2, y)
    box = SparseLinearClassifier().fit(frame, three)
    assert largest_sway(box, frame[:1], candidates(frame)).question in ("clouds", "wind")
