"""What curated labels say: weights, mixtures, and a person's answers."""

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.labeling._curated import Curated, expected_gains
from pellucid.schema import ReviewItem, ReviewQueue


@pytest.fixture
def curated():
    stated = np.array([[0.9, 0.1], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8]])
    beliefs = np.array([[0.95, 0.05], [0.7, 0.3], [0.4, 0.6], [0.25, 0.75]])
    names = ("a", "b", "c", "d")
    items = tuple(
        ReviewItem(document=name, action="review", label=None, proposed="yes", probability=0.6, wrong=0.5, gain=1.0)
        for name in names
    )
    return Curated(
        ("no", "yes"),
        names,
        np.array([0, 1, -1, 1]),
        stated,
        beliefs,
        np.zeros(4, dtype=bool),
        np.array(["keep", "review", "review", "lower"], dtype=object),
        ReviewQueue(classes=("no", "yes"), items=items),
    )


def test_weights_fall_with_twice_the_chance_to_be_wrong(curated):
    np.testing.assert_allclose(curated.wrong, [0.05, 0.7, np.nan, 0.25])
    np.testing.assert_allclose(curated.weights, [1.0, 0.0, 0.0, 0.5])


def test_probabilities_are_mixed_with_those_turned_round(curated):
    second = [0.95 * 0.1 + 0.05 * 0.9, 0.3 * 0.7 + 0.7 * 0.3, 0.6, 0.75 * 0.8 + 0.25 * 0.2]
    np.testing.assert_allclose(curated.probabilities[:, 1], second)
    np.testing.assert_allclose(curated.probabilities.sum(axis=1), 1)


def test_of_more_classes_the_label_is_swapped_with_each_other_class(curated):
    three = curated._replace(
        classes=("x", "y", "z"),
        codes=np.array([0]),
        stated=np.array([[0.6, 0.3, 0.1]]),
        beliefs=np.array([[0.5, 0.3, 0.2]]),
        known=np.zeros(1, dtype=bool),
    )
    by_hand = 0.5 * np.array([0.6, 0.3, 0.1]) + 0.3 * np.array([0.3, 0.6, 0.1]) + 0.2 * np.array([0.1, 0.3, 0.6])
    np.testing.assert_allclose(three.probabilities[0], by_hand)


def test_error_rates_are_means_over_the_labels_of_a_class(curated):
    assert curated.error_rates == {"no": pytest.approx(0.05), "yes": pytest.approx((0.7 + 0.25) / 2)}
    assert np.isnan(curated._replace(codes=np.array([0, 0, -1, 0])).error_rates["yes"])


def test_a_persons_answers_are_taken_in(curated):
    queue = curated.queue.answer("b", "no").answer("c", "yes").answer("d", None)
    after = curated.with_answers(queue)
    assert after.labels.tolist() == ["no", "no", "yes", "yes"]
    assert after.actions.tolist() == ["keep", "keep", "keep", "lower"]
    np.testing.assert_allclose(after.weights, [1, 1, 1, 0.5])
    np.testing.assert_allclose(after.probabilities[1], [0.7, 0.3])  # the labeler's own, turned round
    assert [item.document for item in after.queue.items] == ["a", "d"]
    assert curated.labels.tolist() == ["no", "yes", None, "yes"]


def test_answers_to_something_else_are_refused(curated):
    with pytest.raises(InvalidInputError, match="document 'a', which is not of these labels"):
        curated._replace(documents=("1", "2", "3", "4")).with_answers(curated.queue.answer("a", "no"))
    with pytest.raises(InvalidInputError, match="classes"):
        curated.with_answers(ReviewQueue(classes=(0, 1), items=()))


def test_gains_are_the_chance_of_an_error_times_what_it_costs():
    codes = np.array([0, 1, -1])
    stated = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])
    beliefs = np.array([[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]])
    gains = expected_gains(codes, stated, beliefs, None)
    np.testing.assert_allclose(gains, [0.2 * np.log(9), 0.2 * np.log(1.5), np.log(2)])
    less = expected_gains(codes, stated, beliefs, np.array([2.0, 0.0, 0.0]))
    np.testing.assert_allclose(less[0], gains[0] / np.sqrt(1 + np.pi / 2))
