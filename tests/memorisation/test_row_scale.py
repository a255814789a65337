"""How near a row that came back is to the true one, and how near without memory."""

import numpy as np
import pytest

from pellucid.memorisation import RawTable
from pellucid.memorisation._row_scale import DECOYS, RowScale


def scale_of(*rows, header="a,b"):
    return RowScale(RawTable.of_lines("t", [header, *rows]))


def spread(rows=120, seed=0, columns=2):
    random = np.random.default_rng(seed)
    return [",".join(f"{value:.3f}" for value in random.normal(size=columns)) for _ in range(rows)]


def test_word_for_word_means_every_compared_cell():
    rows = spread()
    scale = scale_of(*rows)
    assert scale.is_word_for_word(rows[5], 5)
    assert not scale.is_word_for_word(rows[6], 5)
    assert not scale.is_word_for_word(rows[5].split(",")[0], 5)
    assert not scale.is_word_for_word("", 5)


def test_a_given_away_column_is_neither_needed_nor_enough():
    rows = [f"{n},{value}" for n, value in enumerate(spread(columns=1))]
    scale = scale_of(*rows)
    assert scale.columns == (1,)
    assert scale.is_word_for_word("999," + rows[5].split(",")[1], 5)
    assert not scale.is_word_for_word("5,0", 5)


def test_nearest_is_nearer_than_every_decoy_and_a_tie_is_not():
    rows = spread()
    scale = scale_of(*rows)
    assert scale.is_nearest(rows[5], 5)
    a, b = (float(cell) for cell in rows[5].split(","))
    assert scale.is_nearest(f"{a + 0.001},{b - 0.001}", 5)
    assert not scale.is_nearest(rows[6], 5)
    assert not scale.is_nearest("high,low", 5)
    assert not scale.is_nearest("1", 5)


def test_words_count_by_being_equal_and_numbers_by_being_near():
    rows = [f"{n % 7 + n * n % 5},{'xyz'[n * n % 3]}" for n in range(100)]
    rows[40], rows[41] = "90.5,x", "80.5,x"
    scale = scale_of(*rows)
    assert scale.is_nearest("90,x", 40)
    assert not scale.is_nearest("80,x", 40)
    assert scale.is_nearest("80,x", 41)


def test_rows_in_no_order_have_the_blind_chance():
    chance = scale_of(*spread(600)).nearest_chance
    assert 1 / (DECOYS + 1) <= chance.share <= 1 / (DECOYS + 1) + 0.03


def test_where_rows_follow_each_other_copying_is_the_chance():
    random = np.random.default_rng(2)
    walk = np.cumsum(random.normal(size=(300, 2)), axis=0)
    scale = scale_of(*(f"{a:.3f},{b:.3f}" for a, b in walk))
    chance = scale.nearest_chance
    assert chance.share > 0.2
    assert "copying" in chance.said
    twice = [row for row in spread(100) for _ in range(2)]
    assert scale_of(*twice).word_for_word_chance.share == pytest.approx(100 / 199)


def test_where_rows_come_in_blocks_or_on_a_line_that_is_the_chance():
    blocks = [row for block in range(40) for row in spread(3, seed=block % 2)]
    assert scale_of(*blocks).word_for_word_chance.share == pytest.approx(1.0)
    slopes = np.repeat(np.random.default_rng(1).normal(size=(12, 2)), 25, axis=0)
    lines = np.cumsum(slopes, axis=0)
    chance = scale_of(*(f"{a:.4f},{b:.4f}" for a, b in lines)).nearest_chance
    assert chance.share > 0.9
    assert "straight line" in chance.said


def test_the_chance_of_a_whole_row_is_the_share_of_the_commonest():
    rows = spread(100)
    assert scale_of(*rows).word_for_word_chance.share == pytest.approx(1 / 80)
    random = np.random.default_rng(0)
    few = [f"{a},{b}" for a, b in random.integers(0, 2, (200, 2))]
    counts = max(few.count(row) for row in set(few))
    found = scale_of(*few).word_for_word_chance
    assert found.share >= counts / 180


def test_the_first_value_is_of_the_first_column_that_varies():
    random = np.random.default_rng(0)
    rows = [f"{int(random.random() < 0.1)},{random.integers(0, 4)}" for _ in range(200)]
    scale = scale_of(*rows)
    assert scale.first == 1
    assert scale.is_first(rows[3], 3)
    assert not scale.is_first(f"0,{(int(rows[3][-1]) + 1) % 4}", 3)
    assert not scale.is_first("", 3)
    counts = max(sum(row.endswith(str(level)) for row in rows) for level in range(4))
    assert scale.first_chance.share >= counts / 180


def test_a_value_that_follows_from_the_one_before_has_that_chance():
    rows = [f"{'abc'[n % 3]},{value}" for n, value in enumerate(spread(90, columns=1))]
    chance = scale_of(*rows).first_chance
    assert chance.share == pytest.approx(1.0)
    assert "value before" in chance.said


def test_without_a_column_that_varies_there_is_no_first_value():
    random = np.random.default_rng(0)
    scale = scale_of(*(f"{int(random.random() < 0.1)},{int(random.random() < 0.1)}" for _ in range(200)))
    assert scale.first is None
    assert not scale.is_first("1,1", 0)


def test_huge_and_missing_numbers_do_no_harm():
    random = np.random.default_rng(0)
    rows = [f"{random.choice(['1e308', '-1e308', '', '?'])},{random.normal():.3f}" for _ in range(100)]
    scale = scale_of(*rows)
    assert scale.is_nearest(rows[4], 4)
    assert 0 <= scale.nearest_chance.share < 0.3
