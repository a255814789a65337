"""Counts of true against decided class where draws lack one."""

import numpy as np
import pytest

from pellucid.measures._multiclass import balanced_accuracy, confusion, kappa, macro_f1

Y = np.array([0, 0, 1, 1, 2, 2])
P = np.eye(3)[[0, 1, 1, 1, 2, 0]]


def test_counted_by_hand():
    found = confusion(Y, P)(np.ones((6, 1)))[:, 0]
    assert found == pytest.approx([4 / 6, (0.5 + 1 + 0.5) / 3, (0.5 + 0.8 + 2 / 3) / 3, (4 / 6 - 1 / 3) / (2 / 3)])


def test_a_draw_without_a_class_has_no_balanced_accuracy_and_no_f1_where_it_is_not_decided_for_either():
    weights = np.array([[1.0], [1.0], [1.0], [1.0], [0.0], [0.0]])
    assert np.isnan(balanced_accuracy(Y, P, weights)[0])
    assert np.isnan(macro_f1(Y, P, weights)[0])
    assert kappa(Y, P, weights)[0] == pytest.approx((0.75 - 0.5) / 0.5)


def test_agreement_of_one_class_alone_is_undefined():
    assert np.isnan(kappa(np.zeros(4, np.int64), np.eye(2)[[0, 0, 0, 0]], np.ones((4, 1)))[0])


def test_probabilities_of_two_classes_are_decided_at_one_half():
    y, p = np.array([0, 0, 1, 1]), np.array([0.2, 0.7, 0.5, 0.9])
    assert balanced_accuracy(y, p, np.ones((4, 1)))[0] == 0.75
