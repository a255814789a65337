"""The recorded labels of a domain as a review queue."""

from pellucid.domains import load
from pellucid.study import review_labels


def test_labels_at_odds_with_the_answers_come_first_and_no_outcome_is_looked_at(weather):
    domain = load(weather)
    queue = review_labels(domain)
    assert len(queue.items) == 80
    gains = [item.gain for item in queue.items]
    assert gains == sorted(gains, reverse=True)
    assert {item.document for item in queue.items} == set(domain.documents().index)
