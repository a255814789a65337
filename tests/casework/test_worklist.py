"""The list: why a document stands where it stands, and what signing does to it."""

import pytest

from pellucid.casework._worklist import ranked, statuses, work_item
from pellucid.schema import DecisionBody, Entry, Flag, PauseBody


def entry(number, kind, document="we-001", domain="weather"):
    body = PauseBody(why="x") if kind in ("paused", "resumed") else None
    if kind in ("accepted", "overridden"):
        reason = "" if kind == "accepted" else "new"
        decided = "rain" if kind == "accepted" else "dry"
        body = DecisionBody(probability=0.7, score=0.8, predicted="rain", decided=decided, reason=reason, model="EBM")
    return Entry.sealed(
        number=number,
        at="2026-01-31T09:30:00.000000Z",
        kind=kind,
        domain=domain,
        document=document,
        person="ann",
        role="reviewer",
        body={} if body is None else body.model_dump(mode="json"),
    )


def told(case, probability, direct=None, missing=0):
    """The case with another probability and with so many answers not stated."""
    answers = [
        one.model_copy(update={"value": None, "status": "not stated"}) if place < missing else one
        for place, one in enumerate(case.answers())
    ]
    terms = tuple(
        one.model_copy(update={"answers": (answer,)})
        for one, answer in zip(case.decision.contributions, answers, strict=False)
    )
    changed = case.decision.model_copy(
        update={"probabilities": {"dry": 1 - probability, "rain": probability}, "contributions": terms}
    )
    return case.model_copy(update={"decision": changed, "direct": direct})


@pytest.mark.parametrize(
    ("probability", "direct", "missing", "rank", "said"),
    [
        (0.5, None, 0, 0.5, ("near the threshold of 50%",)),
        (1.0, None, 0, 0.0, ()),
        (0.9, 0.1, 0, 0.8 + 0.1, ("the language model says 10%, the glass box 90%",)),
        (0.0, 0.0, 3, 0.5, ("3 of 3 questions have no value",)),
        (0.75, 0.75, 1, 0.25 + 1 / 6, ()),
    ],
)
def test_the_rank_is_the_documented_sum(case, probability, direct, missing, rank, said):
    item = work_item(told(case, probability, direct, missing))
    assert item.rank == pytest.approx(rank)
    assert item.reasons == said
    assert item.missing == missing
    assert item.disagreement == pytest.approx(0.0 if direct is None else abs(probability - direct))


def test_nearness_reaches_one_at_the_threshold_and_nought_at_the_far_end(case):
    moved = told(case, 0.2).model_copy(update={"threshold": 0.2})
    assert work_item(moved).nearness == 1.0
    assert work_item(told(case, 1.0).model_copy(update={"threshold": 0.2})).nearness == 0.0


def test_the_second_outcome_is_spoken_of(work):
    for name in work.documents[:10]:
        case = work.case(name)
        assert work_item(case).probability == case.decision.probability == case.decision.probabilities["rain"]


def test_orders_in_the_text_are_a_reason(case):
    flagged = case.model_copy(update={"flags": (Flag(start=0, end=3, kind="order"),)})
    assert "words in the document read like an order to the reader" in work_item(flagged).reasons


def test_what_is_signed_stands_last_and_a_correction_opens_it_again(work):
    signed = [entry(1, "accepted", "we-001"), entry(2, "overridden", "we-002"), entry(3, "accepted", "we-003")]
    items = work.worklist(entries=[*signed, entry(4, "corrected", "we-003")])
    assert {one.document: one.status for one in items[-2:]} == {"we-001": "accepted", "we-002": "overridden"}
    assert {one.status for one in items[:-2]} == {"open"}


def test_the_log_is_read_in_its_order_and_for_this_domain_alone():
    entries = [entry(3, "accepted"), entry(1, "overridden"), entry(2, "corrected"), entry(4, "estimate")]
    assert statuses(entries, "weather") == {"we-001": "accepted"}
    assert statuses(reversed(entries), "weather") == {"we-001": "accepted"}
    assert statuses(entries, "sea") == {}
    assert statuses([entry(1, "paused", "")], "weather") == {}


def test_equal_ranks_keep_their_order(case):
    items = [work_item(case).model_copy(update={"document": name, "rank": rank}) for name, rank in ("a1", "b2", "c1")]
    items = [one.model_copy(update={"rank": float(one.rank)}) for one in items]
    assert [one.document for one in ranked(items)] == ["b", "a", "c"]
