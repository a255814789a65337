"""What moves are worth equals what the card says of the changed row, alone and together."""

import itertools

import numpy as np
import pandas as pd
import pytest

from pellucid.explanation._counterfactual_moves import Moves
from pellucid.explanation._counterfactual_points import TermLandscape, TreeLandscape, edges_of
from pellucid.glassbox import EBMClassifier, ShallowTreeClassifier, SparseLinearClassifier, score_card


@pytest.fixture(scope="module")
def cards():
    random = np.random.default_rng(0)
    table = pd.DataFrame({name: random.integers(0, 6, 200).astype(float) for name in ("a", "b", "c")})
    y = ((table["a"] - 2.5) * (table["b"] - 2.5) + table["c"] > 3).astype(int)
    boxes = {
        "pairs": EBMClassifier(interactions=3, outer_bags=2),
        "tree": ShallowTreeClassifier(),
        "line": SparseLinearClassifier(),
    }
    return {name: score_card(box.fit(table, y)) for name, box in boxes.items()}


def landscape(card, codes, asked, sign=1.0):
    moves = []
    for question in asked:
        values = np.array([value for value in range(6) if value != codes[question]], dtype=float)
        moves.append(Moves(values.tolist(), values, np.abs(values - codes[question])))
    kind = TreeLandscape if card.model == "ShallowTreeClassifier" else TermLandscape
    return kind(card, np.array(codes), asked, moves, sign), moves


@pytest.mark.parametrize("kind", ["pairs", "tree", "line"])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_every_combination_is_worth_what_the_card_says(cards, kind, sign):
    card, codes = cards[kind], [1.0, 4.0, 2.0]
    made, moves = landscape(card, codes, [0, 1, 2], sign)
    before = card.score(np.array([codes]))[0]
    for size in (1, 2, 3):
        for places in itertools.combinations(range(3), size):
            picks = [np.arange(len(moves[place].values)) for place in places]
            found = made.block(places, picks)
            for at in itertools.product(*picks):
                after = list(codes)
                for place, pick in zip(places, at, strict=True):
                    after[place] = moves[place].codes[pick]
                assert found[at] == pytest.approx(sign * (card.score(np.array([after]))[0] - before))


@pytest.mark.parametrize("kind", ["pairs", "tree", "line"])
def test_bounds_never_rule_out_what_can_be_had(cards, kind):
    card = cards[kind]
    for codes in itertools.product([0.0, 3.0, 5.0], repeat=3):
        made, moves = landscape(card, list(codes), [0, 1, 2])
        for need in (0.05, 0.8, 2.0):
            for size in (1, 2, 3):
                sets = np.array(list(itertools.combinations(range(3), size)))
                nearest, slack = made.bounds(sets, need)
                for row, places in enumerate(sets.tolist()):
                    gains = made.block(places, [np.arange(len(moves[place].values)) for place in places])
                    ways = [
                        sum(moves[place].distances[pick] for place, pick in zip(places, at, strict=True))
                        for at in zip(*np.nonzero(gains >= need), strict=True)
                    ]
                    assert nearest[row] <= min(ways, default=np.inf) + 1e-9
                    if ways:
                        assert slack[row] >= gains.max() - need - 1e-9
                        at = np.unravel_index(gains.argmax(), gains.shape)
                        assert all(made.spare(p, slack[row])[i] for p, i in zip(places, at, strict=True))


def test_pairs_and_trees_hang_together_and_lines_do_not(cards):
    assert landscape(cards["pairs"], [1.0, 1.0, 1.0], [0, 1, 2])[0].links
    assert landscape(cards["tree"], [1.0, 1.0, 1.0], [0, 2])[0].links == {(0, 1)}
    assert not landscape(cards["line"], [1.0, 1.0, 1.0], [0, 1, 2])[0].links


def test_edges_are_those_of_terms_pairs_and_splits(cards):
    edges, lines, used = edges_of(cards["pairs"])
    assert {0, 1, 2} == set(edges) == used
    assert not lines
    assert edges_of(cards["line"])[1] <= {0, 1, 2}
    assert edges_of(cards["line"])[1]
    edges, lines, used = edges_of(cards["tree"])
    assert used
    assert all(len(edges[question]) for question in used)
