import numpy as np
import pytest

from pellucid.llm._packing import Choice, plan


def seen(pack, place):
    return pack.tokens[pack.sees[place]].tolist()


def test_a_question_stands_once_and_labels_of_one_token_need_no_place():
    [pack] = plan((Choice((7, 8, 9), ((1,), (2,), (3,))),), 64)
    assert pack.tokens.tolist() == [7, 8, 9]
    assert pack.reads.tolist() == [2]
    assert pack.wanted.tolist() == [1, 2, 3]
    assert pack.owners.tolist() == [0, 1, 2]


def test_labels_share_their_common_beginning_and_end_before_their_last_token():
    [pack] = plan((Choice((7, 8), ((1, 2, 3), (1, 2, 4), (1, 5), (6,))),), 64)
    assert pack.tokens.tolist() == [7, 8, 1, 2]
    assert pack.depths.tolist() == [0, 1, 2, 3]
    assert sorted(zip(pack.owners.tolist(), pack.wanted.tolist(), strict=True)) == [
        (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 4), (2, 1), (2, 5), (3, 6),
    ]  # fmt: skip


def test_a_token_sees_its_own_question_and_label_and_nothing_else():
    [pack] = plan((Choice((7, 8), ((1, 2), (3, 4))), Choice((5, 6), ((1, 2), (3, 4)))), 64)
    assert pack.tokens.tolist() == [7, 8, 1, 3, 5, 6, 1, 3]
    assert [seen(pack, place) for place in range(8)] == [
        [7], [7, 8], [7, 8, 1], [7, 8, 3], [5], [5, 6], [5, 6, 1], [5, 6, 3],
    ]  # fmt: skip
    assert pack.depths.tolist() == [0, 1, 2, 2, 0, 1, 2, 2]


@pytest.mark.parametrize("limit", [1, 4, 7, 20, 1000])
def test_every_token_of_every_label_is_read_once_whatever_the_limit(limit):
    draw = np.random.default_rng(0)
    choices = tuple(
        Choice(
            tuple(draw.integers(0, 99, draw.integers(1, 6)).tolist()),
            tuple(tuple(draw.integers(0, 99, draw.integers(1, 5)).tolist()) for _ in range(6)),
        )
        for _ in range(9)
    )
    packs = plan(choices, limit)
    labels = [label for choice in choices for label in choice.labels]
    for number, label in enumerate(labels):
        read = [pack.wanted[pack.owners == number].tolist() for pack in packs]
        assert [token for part in read for token in part] == list(label)
    alone = max(len(choice.suffix) + max(map(len, choice.labels)) - 1 for choice in choices)
    assert max(len(pack.tokens) for pack in packs) <= max(limit, alone)
    if limit == 1000:
        assert len(packs) == 1


def test_a_plan_is_made_once_for_the_same_questions():
    choices = (Choice((1, 2), ((3,), (4,))),)
    assert plan(choices, 64) is plan(tuple(choices), 64)
