"""Decisions at a threshold: from it on, shares of nothing undefined, and what each is a share of."""

import numpy as np
import pytest

from pellucid.measures._thresholds import accuracy, decided, npv, ppv, sensitivity, specificity, threshold_kinds

Y = np.array([1, 1, 1, 0, 0, 0, 0])
P = np.array([0.9, 0.6, 0.2, 0.6, 0.3, 0.2, 0.1])
ONES = np.ones((7, 1))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [(accuracy, 5 / 7), (sensitivity, 2 / 3), (specificity, 3 / 4), (ppv, 2 / 3), (npv, 3 / 4)],
)
def test_counted_by_hand_with_the_threshold_itself_counted_as_positive(measure, expected):
    assert measure(Y, P, ONES, 0.6)[0] == pytest.approx(expected)
    assert measure(Y, P, ONES, 0.5)[0] == pytest.approx(expected)


def test_just_above_the_threshold_the_tie_is_lost():
    assert sensitivity(Y, P, ONES, 0.6 + 1e-9)[0] == pytest.approx(1 / 3)


def test_a_share_of_nothing_is_undefined():
    assert np.isnan(ppv(Y, P, ONES, 0.95)[0])
    assert np.isnan(npv(Y, P, ONES, 0.0)[0])
    assert np.isnan(sensitivity(Y, P, np.r_[np.zeros((3, 1)), np.ones((4, 1))])[0])


def test_each_share_knows_what_it_is_a_share_of():
    kinds = threshold_kinds(0.25)
    counted = {name: kind.trials(Y, P) for name, kind in kinds.items()}
    assert counted == {"accuracy": 7, "sensitivity": 3, "specificity": 4, "ppv": 4, "npv": 3}
    three = np.full((7, 3), 1 / 3)
    assert kinds["accuracy"].trials(Y, three) == 7


def test_more_classes_are_decided_by_the_highest_and_have_an_accuracy_alone():
    y, P3 = np.array([0, 2, 1]), np.array([[0.4, 0.4, 0.2], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1]])
    assert decided(P3).tolist() == [0, 2, 0]
    assert accuracy(y, P3, np.ones((3, 1)))[0] == pytest.approx(2 / 3)
    assert np.isnan(sensitivity(y, P3, np.ones((3, 1)))[0])
