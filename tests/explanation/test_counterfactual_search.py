"""The search among sets of questions: fewest, then nearest, then in order; none holds all of an earlier one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.explanation._counterfactual_moves import Moves
from pellucid.explanation._counterfactual_points import Landscape
from pellucid.explanation._counterfactual_search import JointMasks, Search, all_sets
from pellucid.schema import JointRule


class Plain(Landscape):
    """Points given by hand, each question by itself."""

    links = frozenset()

    def __init__(self, gains):
        self.gains = [np.array(one, dtype=float) for one in gains]

    def bounds(self, sets, need):
        slack = np.array([sum(self.gains[place].max() for place in one) for one in sets.tolist()]) - need
        return np.where(slack < 0, np.inf, 0.0), slack

    def spare(self, place, slack):
        return self.gains[place] >= self.gains[place].max() - slack - 1e-12

    def block(self, places, picks):
        total = np.zeros([len(pick) for pick in picks])
        for axis, (place, pick) in enumerate(zip(places, picks, strict=True)):
            shape = [1] * len(places)
            shape[axis] = len(pick)
            total = total + self.gains[place][pick].reshape(shape)
        return total


def moves(distances):
    return [Moves(list(range(len(one))), np.arange(len(one), dtype=float), np.array(one)) for one in distances]


def everything(distances, gains, need, most, count):
    best = {}
    for size in range(1, most + 1):
        for places in itertools.combinations(range(len(gains)), size):
            for picks in itertools.product(*(range(len(gains[place])) for place in places)):
                pairs = list(zip(places, picks, strict=True))
                if sum(gains[place][pick] for place, pick in pairs) >= need:
                    way = sum(distances[place][pick] for place, pick in pairs)
                    best[places] = min(best.get(places, np.inf), way)
    kept = []
    for places in sorted(best, key=lambda one: (len(one), round(best[one], 7), one)):
        if not any(set(one) <= set(places) for one, _ in kept) and len(kept) < count:
            kept.append((places, pytest.approx(best[places])))
    return kept


@given(st.data())
@settings(deadline=None, max_examples=80)
def test_the_search_equals_trying_everything(data):
    n = data.draw(st.integers(1, 5))
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    whole = st.integers(1, 6)
    distances = [[d / 2 for d in data.draw(st.lists(whole, min_size=s, max_size=s))] for s in sizes]
    gains = [data.draw(st.lists(st.integers(-2, 5), min_size=s, max_size=s)) for s in sizes]
    need, count = data.draw(st.integers(1, 14)), data.draw(st.integers(1, 5))
    search = Search(moves(distances), Plain(gains), JointMasks([], moves(distances), [0] * n), need)
    found = search.run(4, count)
    assert [(one.places, one.distance) for one in found] == everything(distances, gains, need, 4, count)
    for one in found:
        assert sum(gains[place][pick] for place, pick in zip(one.places, one.picks, strict=True)) >= need


def test_joint_rules_bind_what_moves_to_what_stays_and_to_what_moves():
    two = [Moves(["a", "b"], np.array([0.0, 1.0]), np.ones(2)), Moves([1, 9], np.array([1.0, 9.0]), np.ones(2))]
    rule = JointRule(when={"question": "x", "among": ["b"]}, then={"question": "y", "at_least": 5})
    masks = JointMasks([(0, 1, rule)], two, ["a", 3])
    assert masks.links == {(0, 1)}
    assert masks.alone(0, (0,), 2).tolist() == [True, False]
    assert masks.alone(0, (0, 1), 2).tolist() == [True, True]
    assert masks.alone(1, (1,), 2).tolist() == [True, True]
    assert masks.together((0, 1), [np.arange(2), np.arange(2)]).tolist() == [[True, True], [False, True]]
    assert JointMasks([(0, 1, rule)], two, ["b", 7]).alone(1, (1,), 2).tolist() == [False, True]


def test_a_question_may_have_to_move_only_to_let_another(capsys):
    two = [Moves(["b"], np.array([1.0]), np.ones(1)), Moves([9], np.array([9.0]), np.ones(1))]
    rule = JointRule(when={"question": "x", "among": ["b"]}, then={"question": "y", "at_least": 5})
    search = Search(two, Plain([[3.0], [-1.0]]), JointMasks([(0, 1, rule)], two, ["a", 3]), 1.0)
    assert [one.places for one in search.run(4, 3)] == [(0, 1)]


def test_sets_are_listed_in_order():
    assert all_sets(4, 2).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert all_sets(2, 3).shape == (0, 3)
