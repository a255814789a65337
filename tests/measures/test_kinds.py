"""What measures share: means of nothing are undefined, and rows of evaluators are theirs."""

import numpy as np

from pellucid.measures._kinds import each_against_the_rest, only_two_classes, part, ratio, weighted_mean


def share(y, predicted):
    return lambda weights: np.stack([(y * predicted) @ weights, weights.sum(axis=0)])


def test_a_mean_over_no_documents_is_undefined():
    weights = np.array([[1.0, 0.0], [3.0, 0.0]])
    np.testing.assert_array_equal(weighted_mean(np.array([[2.0, 4.0]]), weights), [[3.5, np.nan]])


def test_a_ratio_to_nothing_is_undefined_not_infinite():
    np.testing.assert_array_equal(ratio(np.array([1.0, 0.0, 3.0]), np.array([0.0, 0.0, 2.0])), [np.nan, np.nan, 1.5])


def test_classes_against_the_rest_are_averaged_and_two_are_left_as_they_are():
    y, weights = np.array([0, 1, 2]), np.ones((3, 2))
    P = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
    found = each_against_the_rest(share)(y, P)(weights)
    np.testing.assert_allclose(found, [[(0.5 + 0.8 + 0.4) / 3] * 2, [3, 3]])
    np.testing.assert_array_equal(each_against_the_rest(share)(y == 1, P[:, 1])(weights)[0], [0.8, 0.8])


def test_a_measure_of_two_classes_is_undefined_for_three():
    found = only_two_classes(share, 2)(np.array([0, 1, 2]), np.eye(3))(np.ones((3, 4)))
    assert found.shape == (2, 4)
    assert np.isnan(found).all()


def test_a_part_is_one_row():
    y, p, weights = np.array([0, 1]), np.array([0.2, 0.7]), np.ones((2, 1))
    assert part(share, 1)(y, p, weights)[0] == 2
