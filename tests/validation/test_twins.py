"""Copies, near copies and shared persons: found, named, and kept together."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.schema import FindingKind
from pellucid.validation import _shingles
from pellucid.validation._twins import find_row_twins, find_twins, grouped_by_twins


def notes(n=60, seed=0, length=80):
    rng = np.random.default_rng(seed)
    vocabulary = np.array([f"word{number}" for number in range(800)])
    return [" ".join(rng.choice(vocabulary, length)) for _ in range(n)]


def test_a_planted_copy_a_near_copy_and_a_shared_person_are_found_and_named():
    texts = notes()
    texts[40] = texts[3].upper().replace(" ", "\n")
    texts[50] = texts[7].replace(texts[7].split()[30], "changed", 1)
    persons = [None] * 58 + ["p", "p"]
    ids = [f"d{number}" for number in range(60)]
    twins = find_twins(texts, ids=ids, persons=persons)
    assert [pair[:2] for pair in twins.exact] == [(3, 40)]
    assert [pair[:2] for pair in twins.near] == [(7, 50)]
    assert 0.8 <= twins.near[0].similarity < 1
    assert twins.persons == ((58, 59),)
    found = {finding.kind: finding for finding in twins.findings()}
    assert set(found) == {FindingKind.DUPLICATE, FindingKind.NEAR_DUPLICATE, FindingKind.SHARED_PERSON}
    assert all(finding.alarm for finding in found.values())
    assert found[FindingKind.NEAR_DUPLICATE].documents == ("d7", "d50")
    assert "“d3” and “d40”" in found[FindingKind.DUPLICATE].said
    assert not any(word in finding.said for finding in found.values() for word in texts[7].split())
    assert "60 documents" in twins.looked_for()
    assert "given column" in twins.looked_for()


def test_clean_texts_raise_no_alarm():
    alarms = sum(bool(find_twins(notes(40, seed)).findings()) for seed in range(50))
    assert alarms == 0


def test_twins_within_one_group_are_only_to_be_known():
    texts = ["one and the same"] * 2 + ["another text here"]
    inside = find_twins(texts).findings(groups=["x", "x", "y"])
    across = find_twins(texts).findings(groups=["x", "y", "y"])
    assert [finding.alarm for finding in inside] == [False]
    assert [finding.alarm for finding in across] == [True]


def test_components_join_over_copies_near_copies_and_persons():
    texts = notes(6)
    texts[1] = texts[0]
    texts[2] = texts[1] + " more"
    twins = find_twins(texts, persons=["a", "b", "c", "c", float("nan"), None])
    assert twins.components.tolist() == [0, 0, 0, 0, 1, 2]


def test_many_sets_are_counted_after_the_first_twenty():
    texts = [text for text in notes(30) for _ in range(2)]
    found = find_twins(texts).findings()
    assert len(found) == 21
    assert found[-1].subject == "10 more sets"
    assert found[-1].alarm


def test_a_large_set_is_named_by_its_first_twenty():
    finding = find_twins(["all the same"] * 30).findings()[0]
    assert finding.subject == "“row 0” and 29 others"
    assert len(finding.documents) == 20


def test_bounds_are_told_in_words(monkeypatch):
    monkeypatch.setattr(_shingles, "POSTINGS", 5)
    base = " ".join(f"w{number}" for number in range(150))
    alike = [f"{base} own{number}" for number in range(60)]
    assert "nearest in length were compared" in find_twins(alike).looked_for()
    monkeypatch.setattr(_shingles, "POSTINGS", 300)
    said = find_twins(alike).looked_for()
    assert "nearest in length were compared" not in said
    assert "are listed; all that were found are joined" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"texts": []}, "documents: got none"),
        ({"texts": "one text"}, "a list of strings"),
        ({"texts": ["a", 1]}, "a list of strings"),
        ({"texts": ["a", "b"], "ids": ["x", "x"]}, "each needs its own"),
        ({"texts": ["a"], "jaccard": 0.2}, "jaccard"),
        ({"texts": ["a"], "shingle": 0}, "shingle"),
        ({"texts": ["a"], "persons": []}, "persons: got 0 for 1"),
    ],
)
def test_what_cannot_be_searched_is_refused(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        find_twins(**arguments)


def test_groups_and_sets_of_twins_are_joined_by_chains():
    assert grouped_by_twins(np.array([0, 1, 2, 2, 3]), ["x", "y", "y", "z", None]).tolist() == [0, 1, 1, 1, 2]
    assert grouped_by_twins(np.array([0, 0, 1])).tolist() == [0, 0, 1]
    assert grouped_by_twins(np.array([0, 1, 1]), np.array([5, 5, 6])).tolist() == [0, 0, 0]
    with pytest.raises(InvalidInputError, match="groups: got 1"):
        grouped_by_twins(np.array([0, 1]), ["x"])
    with pytest.raises(InvalidInputError, match="components: got shape"):
        grouped_by_twins(np.zeros((2, 2)))


def table(seed, n=300, columns=10):
    """Correlated columns: numbers in whole steps and options, as questionnaires give them."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=n)
    return pd.DataFrame(
        {f"q{at}": np.round(2 * hidden + rng.normal(size=n) * (1 + at % 3)) for at in range(columns - 4)}
        | {f"o{at}": np.where(hidden + rng.normal(size=n) > at - 1, "yes", None) for at in range(4)}
    )


def test_planted_equal_rows_are_an_alarm():
    data = table(1)
    data.iloc[250:255] = data.iloc[10:15].to_numpy()
    twins = find_row_twins(data)
    assert {pair[:2] for pair in twins.exact} >= {(10 + at, 250 + at) for at in range(5)}
    assert all(finding.alarm for finding in twins.findings())
    assert twins.findings()


def test_clean_tables_raise_at_most_one_alarm_in_twenty():
    for columns in (5, 8):
        alarms = sum(
            any(one.alarm for one in find_row_twins(table(seed, columns=columns)).findings()) for seed in range(60)
        )
        assert alarms <= 3


def test_equal_rows_of_coarse_columns_are_named_as_chance():
    rng = np.random.default_rng(0)
    twins = find_row_twins(pd.DataFrame({"a": rng.integers(0, 2, 100), "b": rng.integers(0, 3, 100)}))
    assert twins.by_chance
    assert twins.findings()
    assert not any(finding.alarm for finding in twins.findings())
    assert "by chance" in twins.findings()[0].said


def test_missing_cells_equal_each_other_and_persons_count_for_tables_too():
    twins = find_row_twins(pd.DataFrame({"a": [1, None, None]}), persons=["x", "x", "y"])
    assert [pair[:2] for pair in twins.exact] == [(1, 2)]
    assert twins.components.tolist() == [0, 0, 0]
    with pytest.raises(InvalidInputError, match="at least one column"):
        find_row_twins(pd.DataFrame(index=[0, 1]))
