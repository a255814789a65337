"""The rules that stand beside the verdict, and how one difference is called."""

import pytest

from pellucid.schema import Difference
from pellucid.validation._rules import Judged, Standing, standing, verdict_rules

MARGIN = 0.02


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.001, 0.05, Standing.BETTER),
        (-0.019, 0.05, Standing.AS_GOOD),
        (-0.019, -0.001, Standing.AS_GOOD),
        (-0.02, 0.05, Standing.UNDECIDED),
        (-0.05, 0.0, Standing.UNDECIDED),
        (-0.05, -0.001, Standing.WORSE),
        (None, None, Standing.UNDECIDED),
    ],
)
def test_standing_follows_the_limits_and_the_margin(low, high, expected):
    assert standing(Difference(contender="a", reference="b", measure="auroc", value=0, low=low, high=high), MARGIN) is (
        expected
    )


def test_the_rules_name_the_margin_and_own_up_to_the_choice_of_the_best():
    rules = " ".join(verdict_rules(0.03))
    assert "−0.03" in rules
    assert "flatters the chosen one" in rules
    assert "caveat" in rules


def test_where_labels_are_judged_nothing_is_said_of_probabilities():
    rules = " ".join(verdict_rules(0.02, Judged("accuracy", "accuracy", 0.2, "")))
    assert "judged by accuracy" in rules
    assert "lies above 0.2" in rules
    assert "Brier" not in rules
    assert len(verdict_rules(0.02)) == 11
