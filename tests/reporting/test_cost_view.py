"""What contenders cost, and who is beaten on both."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._cost_view import Standing, cost_kind, cost_label, dominated, standings
from pellucid.schema import Cost


def priced(comparison, *costs):
    rows = tuple(one.model_copy(update={"cost": cost}) for one, cost in zip(comparison.contenders, costs, strict=False))
    return comparison.model_copy(update={"contenders": (*rows, *comparison.contenders[len(costs) :])})


def test_first_cost_recorded_for_two_is_counted(comparison):
    found = priced(comparison, Cost(price=1, currency="EUR", requests=1303), Cost(requests=2606))
    assert cost_kind(found) == "requests"
    assert standings(found, "requests")["asked directly"].cost == 2
    assert standings(found, "price")["EBM on answers"].cost == pytest.approx(1000 / 1303)
    assert cost_label(found, "price") == "price per 1,000 documents (EUR)"
    assert cost_label(found, "requests") == "requests per document"


def test_nothing_recorded_and_prices_in_two_currencies_give_no_standing(comparison):
    assert cost_kind(comparison) == "price"
    assert standings(comparison, "price") == {}
    mixed = priced(comparison, Cost(price=1, currency="EUR"), Cost(price=1, currency="USD"))
    assert standings(mixed, "price") == {}
    assert cost_label(mixed, "price") == "price per 1,000 documents"


def test_nothing_missing_is_taken_for_nothing_spent(comparison):
    found = priced(comparison, Cost(prompt_tokens=1303), Cost(prompt_tokens=1303, reply_tokens=0), Cost(requests=1))
    assert {name: one.cost for name, one in standings(found, "tokens").items()} == {"asked directly": 1}
    assert set(standings(found, "requests")) == set()  # the third has no AUROC
    seconds = priced(comparison, Cost(seconds_per_document=0.5))
    assert standings(seconds, "seconds")["EBM on answers"].cost == 0.5


def test_beaten_means_no_better_in_either_and_worse_in_one():
    held = {
        "dear": Standing(5, 0.9),
        "cheap": Standing(1, 0.8),
        "same": Standing(1, 0.8),
        "worst": Standing(6, 0.7),
        "middle": Standing(2, 0.8),
    }
    assert dominated(held) == {"dear": "", "cheap": "", "same": "", "worst": "dear", "middle": "cheap"}


def test_unknown_way_of_counting_is_refused(comparison):
    with pytest.raises(InvalidInputError, match="by: got 'steps'"):
        cost_kind(comparison, "steps")
