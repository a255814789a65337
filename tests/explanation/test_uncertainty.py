"""How sure a decision is: ranges, sets that keep their promise within each class, repeated readings."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import pellucid.explanation._uncertainty as module
from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.explanation import ConformalSets, answer_stability, bag_range
from pellucid.schema import Answer, Reading, Source


def documents(n, seed, tilt=0.0):
    random = np.random.default_rng(seed)
    score = random.normal(0, 1.5, n)
    rain = random.random(n) < expit(score - 1)
    chance = expit(score + tilt)
    table = pd.DataFrame({"sun": 1 - chance, "rain": chance}, index=[f"d{i}" for i in range(n)])
    return table, np.where(rain, "rain", "sun").tolist()


def test_the_range_over_bags_is_that_of_their_probabilities():
    found = bag_range([-1.0, 0.5, 0.2])
    assert (found.low, found.high, found.bags) == (expit(-1.0), expit(0.5), 3)
    assert bag_range([]) is None


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_within_each_class_the_stated_share_of_new_documents_is_covered(level):
    # A model that leans far to one side is wrong, and the sets hold all the same.
    table, observed = documents(400, 1, tilt=1.5)
    sets = ConformalSets(table, observed, level=level)
    fresh, truth = documents(1500, 2, tilt=1.5)
    held = np.array([name in sets.of(row).classes for row, name in zip(fresh.to_dict("records"), truth, strict=True)])
    for name in ("sun", "rain"):
        share = held[np.array(truth) == name].mean()
        assert level - 0.05 < share < level + 0.06
    assert sets.coverage.value == pytest.approx(level, abs=0.02)
    assert sets.coverage.low < sets.coverage.value < sets.coverage.high
    assert sets.coverage.method == "Wilson, each judged by all others"


def test_a_known_document_is_judged_without_itself():
    table, observed = documents(80, 3)
    sets = ConformalSets(table, observed)
    for place in (0, 7, 40):
        kept = [at for at in range(80) if at != place]
        others = ConformalSets(table.iloc[kept], [observed[at] for at in kept])
        row = table.iloc[place].to_dict()
        here, there = sets.of(row, without=f"d{place}"), others.of(row)
        assert here.p_values == pytest.approx(there.p_values)
        assert (here.classes, here.calibrated_on) == (there.classes, 79)
    assert sets.of(table.iloc[0].to_dict(), without="unknown").calibrated_on == 80


def test_one_by_one_is_what_leaving_out_each_gives():
    table, observed = documents(60, 4)
    sets = ConformalSets(table, observed, level=0.8)
    held = sum(
        name in sets.of(row, without=document).classes
        for document, row, name in zip(table.index, table.to_dict("records"), observed, strict=True)
    )
    assert sets.coverage.value == pytest.approx(held / 60)


def test_folds_decided_by_unlike_models_show_in_the_coverage():
    table, observed = documents(200, 5)
    folds = np.repeat([0, 1], 100)
    tilted = table.copy()
    tilted.iloc[:100, 1] = expit(np.log(table["rain"].iloc[:100] / table["sun"].iloc[:100]) - 3)
    tilted["sun"] = 1 - tilted["rain"]
    assert ConformalSets(tilted, observed).coverage.value > 0.88
    assert ConformalSets(tilted, observed, folds=folds).coverage.value < 0.85
    assert ConformalSets(table, observed, folds=folds).coverage.value > 0.85


def test_what_cannot_be_calibrated_is_refused(monkeypatch):
    table, observed = documents(40, 6)
    with pytest.raises(InvalidInputError, match=r"4 documents of 'rain'; at level 0.9 at least 10 are needed"):
        ConformalSets(table, ["rain"] * 4 + ["sun"] * 36)
    with pytest.raises(InvalidInputError, match="got 'snow'"):
        ConformalSets(table, ["snow"] * 40)
    with pytest.raises(InvalidInputError, match="got 39"):
        ConformalSets(table, observed[:39])
    with pytest.raises(InvalidInputError, match="level"):
        ConformalSets(table, observed, level=1.2)

    def missing(name, **more):
        raise MissingExtraError("not installed: pip install 'pellucid[app]'")

    monkeypatch.setattr(module, "import_extra", missing)
    with pytest.raises(MissingExtraError, match="app"):
        ConformalSets(table, observed)


def test_repeated_readings_are_counted_by_question():
    def read(wind, rain):
        source = Source(model="demo")
        answers = [
            Answer(question="wind", value=wind, status="answered", source=source),
            Answer(question="rain", value=rain, status="answered" if rain else "not stated", source=source),
        ]
        return Reading(document="a", answers=answers)

    found = answer_stability(read(3, None), [read(3, "yes"), read(4, None)])
    assert [(one.question, one.readings, one.same) for one in found] == [("wind", 3, 2), ("rain", 3, 2)]
    assert answer_stability(read(3, "yes"), []) == ()
