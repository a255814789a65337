"""Models by fold: each document is decided by one that has not seen it."""

import numpy as np
import pytest

from pellucid.casework._fitted import fit_domain, names_of
from pellucid.schema import Domain
from pellucid.study import read_domain


@pytest.fixture(scope="module")
def read(weather):
    return read_domain(Domain.from_folder(weather))


@pytest.fixture(scope="module")
def fitted(read):
    steps = []
    made = fit_domain(read, "sparse linear", splits=4, seed=0, n_jobs=None, step=lambda: steps.append(1))
    assert len(steps) == 5
    return made


def test_no_model_has_seen_the_documents_it_decides(read, fitted):
    for place in range(len(read.table)):
        assert place not in fitted.unseen_by(place).rows
    assert sorted(np.concatenate([model.rows for model in fitted.folds]).tolist()) == sorted(list(range(80)) * 3)
    assert fitted.whole.rows.tolist() == list(range(80))


def test_each_decision_is_that_of_its_model(read, fitted):
    for place in (0, 17, 79):
        model = fitted.unseen_by(place)
        again = model.classifier.explain_readings([read.readings[place]] * 2, names=names_of(read))[0]
        assert again == fitted.decisions[place]
        assert again.document == read.table.index[place]


def test_digests_tell_models_apart_and_stay(read, fitted):
    digests = [model.digest for model in (*fitted.folds, fitted.whole)]
    assert len(set(digests)) == 5
    again = fit_domain(read, "sparse linear", splits=4, seed=0, n_jobs=None, step=lambda: None)
    assert [model.digest for model in (*again.folds, again.whole)] == digests
    other = fit_domain(read, "sparse linear", splits=4, seed=1, n_jobs=None, step=lambda: None)
    assert other.fold_of != fitted.fold_of


def test_every_glass_box_is_quick(read):
    for name in ("EBM", "shallow tree", "risk score"):
        made = fit_domain(read, name, splits=2, seed=0, n_jobs=None, step=lambda: None)
        assert made.whole.quick is not None
