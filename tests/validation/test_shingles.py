"""The near-twin join against comparing all pairs, and its bounds."""

import time

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pellucid.validation import _shingles
from pellucid.validation._shingles import PARTNERS, near_pairs, words


def all_pairs(texts, size, jaccard):
    sets = []
    for text in texts:
        spoken = words(text)
        spoken += [""] * (size - len(spoken)) if spoken else []
        sets.append({tuple(spoken[at : at + size]) for at in range(len(spoken) - size + 1)})
    return {
        (i, j): len(one & sets[j]) / len(one | sets[j])
        for i, one in enumerate(sets)
        for j in range(i + 1, len(sets))
        if one and sets[j] and len(one & sets[j]) >= jaccard * len(one | sets[j])
    }


def sets_of(pairs, n):
    ends = np.array(list(pairs), dtype=int).reshape(-1, 2)
    return connected_components(coo_array((np.ones(len(ends)), ends.T), shape=(n, n)), directed=False)[1].tolist()


def mutated(seed, n=30):
    """A few texts of a small vocabulary, copied with single words changed."""
    rng = np.random.default_rng(seed)
    letters = list("abcdefgh")
    bases = [list(rng.choice(letters, rng.integers(0, 25))) for _ in range(8)]
    texts = []
    for _ in range(n):
        spoken = list(bases[rng.integers(8)])
        for _ in range(rng.integers(0, 3) if spoken else 0):
            spoken[rng.integers(len(spoken))] = rng.choice(letters)
        texts.append(" ".join(spoken))
    return texts


def test_the_join_finds_the_pairs_that_comparing_all_finds():
    found = 0
    for seed in range(60):
        texts = mutated(seed)
        size, jaccard = 1 + seed % 5, (0.5, 0.6, 0.8, 0.9, 1.0)[seed % 7 % 5]
        expected = all_pairs(texts, size, jaccard)
        pairs = {
            (pair.first, pair.second): pair.similarity
            for pair in near_pairs(texts, shingle=size, jaccard=jaccard).pairs
        }
        assert all(pairs[one] == pytest.approx(expected[one]) for one in pairs)
        assert sets_of(pairs, len(texts)) == sets_of(expected, len(texts))
        found += len(pairs)
    assert found > 500


def test_all_pairs_are_listed_where_no_sets_are_equal_and_twins_are_few():
    base = [f"w{number}" for number in range(120)]
    texts = [" ".join([*base[:at], "other", *base[at + 1 :]]) for at in range(0, 100, 10)] + [
        "nothing like these at all"
    ]
    found = near_pairs(texts, shingle=5, jaccard=0.8)
    assert {pair[:2] for pair in found.pairs} == set(all_pairs(texts, 5, 0.8))
    assert len(found.pairs) == 45
    assert (found.searched_all, found.listed_all) == (True, True)


def test_a_similarity_just_at_the_threshold_counts_and_just_below_does_not():
    texts = ["a b c d e f g h i", "a b c d e f g h j"]  # 8 of 10 words in common
    assert [pair.similarity for pair in near_pairs(texts, shingle=1, jaccard=0.8).pairs] == [0.8]
    assert near_pairs(texts, shingle=1, jaccard=0.81).pairs == ()


def test_more_twins_than_are_listed_are_still_joined():
    base = [f"w{number}" for number in range(150)]
    texts = [" ".join([*base, f"own{number}"]) for number in range(200)]
    found = near_pairs(texts, shingle=5, jaccard=0.8)
    assert not found.listed_all
    assert len(found.pairs) <= PARTNERS * len(texts)
    assert set(sets_of([pair[:2] for pair in found.pairs], len(texts))) == {0}


def test_a_bound_on_common_shingles_is_told(monkeypatch):
    monkeypatch.setattr(_shingles, "POSTINGS", 5)
    base = [f"w{number}" for number in range(150)]
    found = near_pairs([" ".join([*base, f"own{number}"]) for number in range(30)], shingle=5, jaccard=0.8)
    assert not found.searched_all
    assert len(found.pairs) >= 29


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aged 56; NO  pain.", ["aged", "56", "no", "pain"]),
        ("“Straße” (ﬁne)…", ["strasse", "fine"]),
        ("她头痛。Yes", ["她", "头", "痛", "yes"]),
        ("... !", []),
    ],
)
def test_words_are_small_and_free_of_punctuation_and_scripts_without_spaces_give_characters(text, expected):
    assert words(text) == expected


def test_texts_without_words_are_no_twins():
    assert near_pairs(["...", "!!", "a b"], shingle=5, jaccard=0.8).pairs == ()
    assert near_pairs(["...", "!!"], shingle=5, jaccard=0.8).pairs == ()
    assert near_pairs(["", "a b", "A, b!"], shingle=5, jaccard=0.8).pairs == ((1, 2, 1.0),)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("boilerplate", [190])  # without any it is quicker
def test_ten_thousand_documents_take_seconds_also_with_boilerplate(boilerplate):
    rng = np.random.default_rng(boilerplate)
    vocabulary = np.array([f"w{number}" for number in range(5_000)])
    common = list(rng.choice(vocabulary, boilerplate))
    texts = [" ".join([*common, *rng.choice(vocabulary, 200 - boilerplate)]) for _ in range(10_000)]
    texts[9_000] = texts[17] + " and a few words more"
    start = time.process_time()
    found = near_pairs(texts, shingle=5, jaccard=0.8)
    assert time.process_time() - start < 40
    assert boilerplate == 190 or [pair[:2] for pair in found.pairs] == [(17, 9_000)]
    assert boilerplate != 190 or set(sets_of([pair[:2] for pair in found.pairs], len(texts))) == {0}
