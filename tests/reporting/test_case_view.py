"""Reasons, totals and the line from 0 to 100 percent."""

import math
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.reporting._case_view import case_rows, case_view, main_reasons, scale, total
from pellucid.reporting._wording import number
from pellucid.schema import Contribution, Decision


def decide(points, intercept=-0.4):
    terms = [Contribution(questions=[f"q{place}"], said="1", points=one) for place, one in enumerate(points)]
    score = math.fsum([intercept, *points])
    return Decision(document="d", model="m", outcome="1", predicted="1", probability=0.5, probabilities={},
                    score=score, intercept=intercept, contributions=terms)  # fmt: skip


def hundredths(words):
    return Decimal(words.replace("−", "-").replace("+", "").replace(",", "") or "0")


@given(st.lists(st.floats(-9, 9, allow_nan=False), max_size=30), st.floats(-5, 5, allow_nan=False))
@settings(max_examples=100, deadline=None)
def test_shown_parts_and_rounding_add_up_to_the_shown_score(points, intercept):
    decision = decide(points, intercept)
    found = total(decision)
    parts = [hundredths(number(term.points)) for term in decision.contributions]
    assert sum(parts, hundredths(found.intercept)) + hundredths(found.rounding) == hundredths(found.score)
    assert found.rounding != "0.00"


def test_three_to_five_reasons_and_none_without_effect():
    def chosen(points):
        decision = decide(points)
        return [row.points for row in main_reasons(case_rows(decision), decision)]

    assert chosen([0.1, -2.0, 0.0, 0.05, 0.2]) == ["-2.0", "0.2", "0.1"]
    assert chosen([1.0, 0.9, -0.8, 0.7, 0.6, 0.5]) == ["1.0", "0.9", "-0.8", "0.7", "0.6"]
    assert chosen([0.0, 0.3]) == ["0.3"]
    assert chosen([0.0]) == chosen([]) == []


def test_bars_are_drawn_from_zero_on_one_scale():
    rows = case_rows(decide([1.0, -0.5, 0.0]))
    assert [(row.x, row.width, row.arrow) for row in rows] == [(50, 50, "↑"), (25, 25, "↓"), (50, 0, "")]


def test_every_term_is_there_with_its_ids(case):
    rows = case_view(case).rows
    assert [row.ids for row in rows] == [" × ".join(term.questions) for term in case.decision.ranked()]
    lead = {row.ids: row.lead for row in rows}
    assert lead["pests"] is None
    assert lead["height × soil"].quote == "Height 41 cm, leaves"


def test_the_line_holds_what_is_known(case):
    line = scale(case, direct=True)
    assert (line.at, line.threshold, line.direct) == (case.decision.probability * 100, 50, 31)
    assert line.words.endswith("range over the bags 41% to 63%; the language model said 31%")
    bare = case.model_copy(update={"sureness": case.sureness.model_copy(update={"bags": None})})
    assert scale(bare).low is None
    assert case_view(bare).spread == ""
    assert scale(bare).direct is None


def test_whole_points_and_the_side_of_the_threshold(case):
    view = case_view(case.model_copy(update={"threshold": 0.9}))
    assert view.side == "below"
    assert view.total.whole == ""
    assert (view.before, view.changed, view.draft) == ("75%", 1, False)
    plain = case_view(case.model_copy(update={"decision": case.original, "corrections": ()}))
    assert (plain.before, plain.changed) == ("", 0)


def test_a_risk_just_below_the_threshold_is_not_written_as_it(case):
    near = case_view(case.model_copy(update={"decision": case.decision.model_copy(update={"probability": 0.4983})}))
    assert (near.risk, near.side, near.threshold) == ("49.8%", "below", "50%")
    assert near.scale.words.startswith("Risk 49.8% on a line from 0 to 100%, threshold 50%")
