"""The small model curates the big model's labels."""

import sys

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import clone

from pellucid.domains import load
from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.glassbox import ShallowTreeClassifier, SparseLinearRegressor
from pellucid.labeling import DirectLLMClassifier, LabelCuration
from pellucid.schema import ReviewQueue
from pellucid.study._documents import TEXT, read_domain

N = 90
RNG = np.random.default_rng(0)
SIZE, TONE = RNG.normal(size=(2, N))
X = pd.DataFrame({"size": SIZE, "tone": TONE}, index=[f"d{place}" for place in range(N)])
ODDS = 2 * SIZE - TONE + RNG.normal(0, 0.3, N)
SAID = pd.Series(1 / (1 + np.exp(-ODDS)), index=X.index)
FLIPPED = np.zeros(N, dtype=bool)
FLIPPED[RNG.choice(N, 18, replace=False)] = True
SPOILT = SAID.where(~FLIPPED, 1 - SAID)
FAST = LabelCuration(SparseLinearRegressor(cv=2), repeats=1)


def test_flipped_labels_stand_first_in_the_queue():
    curated = FAST.curate(X, SPOILT)
    first = [item.document for item in curated.queue.items[:30]]
    assert pd.Series(FLIPPED, index=X.index)[first].sum() >= 15
    assert curated.weights[FLIPPED].mean() < 0.3 < 0.8 < curated.weights[~FLIPPED].mean()
    assert abs(np.nanmean(curated.wrong) - 0.2) < 0.07
    assert "20%" in curated.queue.about or "2" in curated.queue.about


def test_every_document_has_one_action_and_stands_in_the_queue_by_gain():
    curated = FAST.curate(X, SPOILT)
    assert set(curated.actions) == {"keep", "lower", "review"}
    gains = [item.gain for item in curated.queue.items]
    assert gains == sorted(gains, reverse=True)
    assert sorted(item.document for item in curated.queue.items) == sorted(X.index)
    for item in curated.queue.items:
        place = X.index.get_loc(item.document)
        assert item.action.value == curated.actions[place]
        assert item.wrong == pytest.approx(curated.wrong[place])
        assert (item.action.value == "review") == (item.wrong >= 0.5)
        assert item.reasons


def test_a_budget_takes_the_front_of_the_queue():
    curated = clone(FAST).set_params(budget=7).curate(X, SPOILT)
    assert [item.action.value for item in curated.queue.items[:7]] == ["review"] * 7
    assert (curated.actions == "review").sum() == 7
    assert not (clone(FAST).set_params(budget=0).curate(X, SPOILT).actions == "review").any()


def test_answers_go_round_by_a_file_and_come_back_as_gold(tmp_path):
    curated = FAST.curate(X, SPOILT)
    queue = curated.queue
    for item in queue.items[:20]:
        queue = queue.answer(item.document, int(SAID[item.document] > 0.5), person="R. M.")
    queue.write(tmp_path / "queue.jsonl")
    gold = ReviewQueue.read(tmp_path / "queue.jsonl").answered().reindex(X.index)
    again = FAST.curate(X, SPOILT, gold=gold)
    quick = curated.with_answers(queue)
    assert (again.known == quick.known).all()
    assert again.known.sum() == 20
    assert (again.labels[again.known] == (SAID > 0.5).astype(int)[again.known]).all()
    assert len(again.queue.items) == N - 20
    assert (again.weights[again.known] == 1).all()


def test_labels_of_three_classes_are_curated():
    names = np.array(["low", "middle", "high"])
    true = names[np.searchsorted([-0.6, 0.6], SIZE)]
    labels = true.copy()
    spoilt = np.flatnonzero(np.abs(SIZE) > 1.0)[:6]
    labels[spoilt] = np.where(SIZE[spoilt] > 0, "low", "high")
    curated = LabelCuration(ShallowTreeClassifier(), repeats=1).curate(X, labels)
    assert {item.document for item in curated.queue.items[:12]} >= set(X.index[spoilt])
    assert curated.classes == ("high", "low", "middle")
    assert curated.probabilities.shape == (N, 3)


def test_documents_without_a_label_are_reviewed_and_get_a_proposal():
    said = SPOILT.copy()
    said.iloc[3] = np.nan
    curated = FAST.curate(X, said)
    item = next(item for item in curated.queue.items if item.document == "d3")
    assert (item.label, item.stated, item.action.value) == (None, None, "review")
    assert item.proposed == int(ODDS[3] > 0)
    assert curated.weights[3] == 0
    assert "gave no label" in item.reasons[0]


def test_the_same_seed_gives_the_same_queue_with_any_number_of_jobs():
    first = FAST.curate(X, SPOILT)
    with parallel_config(backend="threading"):  # processes of their own take longer to start than to fit
        second = clone(FAST).set_params(n_jobs=2).curate(X, SPOILT)
    assert first.queue == second.queue
    assert clone(FAST).set_params(seed=1).curate(X, SPOILT).queue != first.queue


def test_a_spread_lowers_the_gain():
    spread = np.zeros(N)
    curated = FAST.curate(X, SPOILT)
    place = X.index.get_loc(curated.queue.items[0].document)
    spread[place] = 4.0
    later = next(item for item in FAST.curate(X, SPOILT, spread=spread).queue.items if item.document == X.index[place])
    assert later.gain < curated.queue.items[0].gain
    assert any("vary" in reason for reason in later.reasons)


def test_nothing_of_a_text_is_in_the_queue():
    texts = [f"unmistakable {'rain' if odds > 0 else 'sun'} {place}" for place, odds in enumerate(ODDS)]
    queue = FAST.curate(X, SPOILT, texts=texts).queue
    assert "unmistakable" not in queue.model_dump_json()
    assert "its words" in queue.items[0].reasons[0]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"splits": 1}, "splits: got 1"),
        ({"repeats": 0}, "repeats: got 0"),
        ({"budget": -1}, "budget: got -1"),
        ({"seed": -1}, "seed: got -1"),
        ({"noise": "own"}, "noise: got 'own'; allowed are 'mixture', 'confident'"),
        ({"glass_box": "EBM"}, "glass_box: got str"),
        ({"classes": ("a",)}, "classes: got"),
        ({"splits": 91}, "splits: got 91 for 90 documents"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(parameters, said):
    with pytest.raises(InvalidInputError, match=said):
        clone(FAST).set_params(**parameters).curate(X, SPOILT)


def test_constant_labels_are_refused():
    for labels, classes in (([1] * N, None), ([1] * N, (0, 1))):
        with pytest.raises(InvalidInputError, match="label"):
            LabelCuration(ShallowTreeClassifier(), classes=classes).curate(X, labels)


def test_equal_probabilities_are_kept_as_they_are():
    curated = FAST.curate(X, np.full(N, 0.7))
    assert (curated.weights > 0.5).all()
    assert np.isfinite([item.gain for item in curated.queue.items]).all()


def test_confident_learning_without_its_extra_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.count", None)
    with pytest.raises(MissingExtraError, match=r"pellucid\[labels\]"):
        clone(FAST).set_params(noise="confident").curate(X, SPOILT)


@pytest.mark.slow
@pytest.mark.parametrize("labels", [False, True])
def test_confident_learning_finds_flipped_labels_too(labels):
    pytest.importorskip("cleanlab.count")
    box = ShallowTreeClassifier() if labels else FAST.glass_box
    said = (SPOILT > 0.5).astype(int) if labels else SPOILT
    queue = LabelCuration(box, repeats=1, noise="confident").curate(X, said).queue
    first = [item.document for item in queue.items[:30]]
    assert pd.Series(FLIPPED, index=X.index)[first].sum() >= 12
    assert "confident learning" in queue.about


@pytest.mark.slow
@pytest.mark.no_cover
def test_most_flips_of_a_recorded_models_probabilities_are_in_the_first_third():
    read = read_domain(load("healthcare"))
    texts = read.table[TEXT]
    direct = DirectLLMClassifier(read.recording, prompt="direct/1").fit(texts, read.outcome)
    said = pd.Series(direct.predict_proba(texts)[:, 1], index=texts.index)
    flipped = pd.Series(np.random.default_rng(0).permutation(len(said)) < 0.2 * len(said), index=said.index)
    queue = (
        LabelCuration(repeats=1).curate(read.table[read.questions], said.where(~flipped, 1 - said), texts=texts).queue
    )
    first = [item.document for item in queue.first(len(said) // 3).items]
    assert flipped[first].sum() / flipped.sum() > 0.9
