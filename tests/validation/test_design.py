"""Folds, groups, time and an external set: who is learnt from and who is tested."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.validation import CrossValidation, External, Temporal

Y = np.arange(60) % 2


def plan(design, y=Y, groups=None, times=None, seed=0):
    return design.plan(y, groups=groups, times=times, seed=seed)


def test_each_repeat_tests_every_document_once_and_learns_from_the_others():
    made = plan(CrossValidation(3, 4))
    assert (made.kind, made.repeats, made.splits) == ("repeated stratified folds", 4, 3)
    for repeat in range(4):
        tested = np.concatenate([part.test for part in made.parts if part.repeat == repeat])
        assert sorted(tested) == list(range(60))
    assert all(set(part.train) | set(part.test) == set(range(60)) for part in made.parts)
    assert made.tested(60).all()


def test_groups_are_never_on_both_sides():
    groups = np.repeat(np.arange(15), 4)
    made = plan(CrossValidation(5, 3), groups=groups)
    assert made.kind == "repeated grouped folds"
    assert len(made.parts) == 15
    assert not [part for part in made.parts if set(groups[part.train]) & set(groups[part.test])]


def test_repeats_have_other_folds_and_seeds_have_others_again():
    groups = np.repeat(np.arange(15), 4)
    for more in (None, groups):
        first, second = (plan(CrossValidation(5, 2), groups=more, seed=seed) for seed in (0, 7))
        assert first.parts[0].test.tolist() != first.parts[5].test.tolist()
        names = pd.Index([f"d{n}" for n in range(60)])
        assert first.digest(names) != second.digest(names)
        assert first.digest(names) == plan(CrossValidation(5, 2), groups=more).digest(names)


@given(
    times=st.lists(st.integers(0, 30), min_size=12, max_size=80).filter(lambda times: len(set(times)) >= 5),
    splits=st.integers(1, 4),
)
def test_time_never_runs_backwards(times, splits):
    times = np.array(times)
    y = np.zeros(len(times), dtype=int)
    made = plan(Temporal(splits), y=y, times=times)
    assert len(made.parts) == splits
    for part in made.parts:
        assert len(part.train)
        assert len(part.test)
        assert times[part.train].max() < times[part.test].min()
    tested = np.concatenate([part.test for part in made.parts])
    assert len(tested) == len(set(tested))
    assert not made.tested(len(times))[times == times.min()].any()


def test_times_as_text_must_sort_as_time_does():
    days = [str(day.date()) for day in pd.date_range("2020-09-28", periods=60)]
    made = plan(Temporal(2), times=np.array(days))
    assert [len(part.train) for part in made.parts] == [20, 40]
    for wrong in (["9/1/2021", "10/1/2021"] * 30, [str(n) for n in range(60)]):
        with pytest.raises(InvalidInputError, match="times: got text such as"):
            plan(Temporal(2), times=np.array(wrong))
    with pytest.raises(InvalidInputError):
        plan(Temporal(2), times=np.array([1, "a"] * 30, dtype=object))


def test_a_person_who_comes_again_is_not_learnt_from():
    groups = np.r_[np.arange(40), np.arange(20)]
    made = plan(Temporal(2), groups=groups, times=np.arange(60))
    assert [len(part.train) for part in made.parts] == [20, 20]
    assert not set(groups[made.parts[1].train]) & set(groups[made.parts[1].test])


def test_an_external_set_is_tested_and_never_learnt_from():
    made = plan(External(pd.DataFrame({"a": range(10)}), Y[:10]))
    assert [(len(part.train), len(part.test)) for part in made.parts] == [(50, 10)]
    assert made.tested(60).tolist() == [False] * 50 + [True] * 10


@pytest.mark.parametrize(
    ("design", "more", "message"),
    [
        (
            CrossValidation(),
            {"y": np.r_[np.zeros(20, int), np.ones(4, int)]},
            "class .1. has 4 documents, fewer than splits=5",
        ),
        (CrossValidation(5), {"groups": np.arange(60) % 4}, "got 4 different ones, fewer than splits=5"),
        (CrossValidation(), {"times": np.arange(60)}, "does not look at time"),
        (Temporal(), {}, "times: got none"),
        (Temporal(5), {"times": np.arange(60) % 5}, "got 5 different ones; splits=5 needs at least 6"),
        (
            Temporal(2),
            {"times": np.arange(60), "y": np.r_[np.zeros(30, int), np.ones(30, int)]},
            "do not hold every class",
        ),
        (External(pd.DataFrame({"a": range(10)}), Y[:10]), {"groups": np.arange(60) % 55}, "5 stand in both sets"),
        (
            CrossValidation(2, 1),
            {"groups": np.repeat([0, 1], 30), "y": np.repeat([0, 1], 30)},
            "do not hold every class",
        ),
    ],
)
def test_what_cannot_be_divided_is_refused(design, more, message):
    with pytest.raises(InvalidInputError, match=message):
        plan(design, **more)


def test_designs_that_make_no_sense_are_refused_when_they_are_made():
    with pytest.raises(InvalidInputError, match="splits: got 1"):
        CrossValidation(1)
    with pytest.raises(InvalidInputError, match="repeats: got 0"):
        CrossValidation(5, 0)
    with pytest.raises(InvalidInputError, match="splits: got 0"):
        Temporal(0)
    with pytest.raises(InvalidTypeError, match="External: X"):
        External([[1]], [0])
    with pytest.raises(InvalidInputError, match="got 2 labels for 1 documents"):
        External(pd.DataFrame({"a": [1]}), [0, 1])
    with pytest.raises(InvalidInputError, match="its index is not that of X"):
        External(pd.DataFrame({"a": [1, 2]}), pd.Series([0, 1], index=[1, 0]))


def test_a_design_does_not_show_its_documents():
    assert "41" not in repr(External(pd.DataFrame({"a": [41]}), [0]))


def test_a_plan_of_some_rows_is_laid_over_a_table_in_which_the_others_are_unlabelled():
    rows = np.array([1, 2, 5, 6, 7, 9])
    plan = CrossValidation(2, 1).plan(np.array([0, 1] * 3), groups=None, times=None, seed=0)
    wider = plan.among(rows, 10)
    for part, other in zip(plan.parts, wider.parts, strict=True):
        np.testing.assert_array_equal(other.train, rows[part.train])
        np.testing.assert_array_equal(other.test, rows[part.test])
        assert other.unlabelled.tolist() == [0, 3, 4, 8]
    assert np.flatnonzero(wider.tested(10)).tolist() == rows.tolist()
    names = pd.Index([f"d{number}" for number in range(10)])
    assert wider.digest(names) != wider._replace(
        parts=tuple(p._replace(unlabelled=p.test) for p in wider.parts)
    ).digest(names)


def test_a_plan_knows_its_groups_and_cannot_be_laid_over_rows_whose_groups_are_unknown():
    groups = np.arange(12) // 2
    plan = CrossValidation(2, 1).plan(np.array([0, 1] * 6), groups=groups, times=None, seed=0)
    np.testing.assert_array_equal(plan.groups, groups)
    with pytest.raises(InvalidInputError, match="plan: it keeps groups together"):
        plan.among(np.arange(12), 20)
