"""Models, copies, strangers and gold labels, put together."""

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import ShallowTreeClassifier, SparseLinearRegressor
from pellucid.labeling._curation_doubt import Manner, doubt_labels
from pellucid.labeling._curation_input import read_material

N = 80
SIZE = np.linspace(-2, 2, N)
X = pd.DataFrame({"size": SIZE}, index=[f"d{place}" for place in range(N)])
SAID = 1 / (1 + np.exp(-2 * SIZE))


def doubt(labels, box=None, *, texts=None, gold=None, table=X, spread=None):
    given = read_material(table, labels, classes=(0, 1), texts=texts, spread=spread, gold=gold)
    box = box or (SparseLinearRegressor(cv=2) if given.stated.soft else ShallowTreeClassifier())
    found, grounds = doubt_labels(given, Manner(box, 5, 1, False, 0, None))
    return 1 - found.beliefs[np.arange(N), given.stated.codes], grounds


def test_a_probability_turned_round_is_doubted_most():
    said = SAID.copy()
    said[70] = 1 - said[70]
    wrong, grounds = doubt(said)
    assert wrong.argmax() == 70
    assert wrong[70] > 0.9
    assert grounds.answers[70, 1] > 0.5


def test_a_swapped_label_is_doubted_most():
    labels = (SIZE > 0).astype(int)
    labels[[5, 70]] = 1 - labels[[5, 70]]
    wrong, _ = doubt(labels)
    assert set(np.argsort(-wrong)[:2]) == {5, 70}


def test_a_near_copy_with_another_label_makes_both_more_doubtful():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(list("abcdefghijklmnop"), 8)) + f" number {place}" for place in range(N)]
    labels = (SIZE > 0).astype(int)
    apart = texts.copy()
    labels[40] = 0
    apart[40] = apart[39].upper()  # the first document above 0, with the text and the label of the last below
    same = labels.copy()
    labels[39] = 1
    told, grounds = doubt(labels, texts=apart)
    alone, _ = doubt(labels, texts=texts)
    assert grounds.twins[39] == [40]
    assert told[39] > alone[39]
    agreed, _ = doubt(same, texts=apart)
    assert agreed[39] < 0.3


def test_a_document_like_no_other_is_judged_half_by_the_rest():
    table = X.assign(**{name: ["usual"] * N for name in "abcdef"})
    said = SAID.copy()
    said[70] = 1 - said[70]
    usual, _ = doubt(said, table=table)
    table.iloc[70, 1:] = "strange"
    strange, grounds = doubt(said, table=table)
    assert grounds.neighbours.outlying[70]
    assert strange[70] < usual[70]


def test_gold_labels_raise_the_doubt_of_their_class():
    gold = np.full(N, None, dtype=object)
    gold[60:76] = [0, 1] * 8
    before, _ = doubt(SAID)
    after, _ = doubt(SAID, gold=gold)
    assert after[76:].mean() > before[76:].mean() + 0.1
    np.testing.assert_allclose(after[:30], before[:30])


def test_a_regressor_cannot_learn_labels():
    with pytest.raises(InvalidInputError, match="glass_box: a regressor learns probabilities of two classes"):
        doubt((SIZE > 0).astype(int), SparseLinearRegressor())


def test_a_classifier_takes_probabilities_as_labels():
    said = SAID.copy()
    said[70] = 1 - said[70]
    wrong, _ = doubt(said, ShallowTreeClassifier())
    assert wrong.argmax() == 70
