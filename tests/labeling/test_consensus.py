"""Several labelers into one label."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from pellucid._checks import NotFittedError
from pellucid.domains import load, names
from pellucid.exceptions import InvalidInputError, PellucidWarning
from pellucid.labeling import DirectLLMClassifier, LabelConsensus
from pellucid.llm import Recording

N = 300
TRUTH = np.random.default_rng(0).integers(0, 2, N)


def voter(share, seed, missing=0.2):
    rng = np.random.default_rng(seed)
    said = np.where(rng.random(N) < share, 1 - TRUTH, TRUTH).astype(object)
    said[rng.random(N) < missing] = None
    return said


def table():
    copied = voter(0.3, 1, 0.0)
    return pd.DataFrame(
        {"a1": copied, "a2": copied, "a3": copied, "b": voter(0.25, 2), "c": voter(0.2, 3), "d": voter(0.25, 4)},
        index=[f"doc-{n}" for n in range(N)],
        dtype=object,
    )


def loss(chances, truth=TRUTH):
    return -np.log(np.clip(np.asarray(chances)[np.arange(len(truth)), truth], 1e-6, 1)).mean()


def test_copies_are_found_and_count_as_one():
    votes = table()
    consensus = LabelConsensus().fit(votes)
    assert consensus.groups_ == (("a1", "a2", "a3"), ("b",), ("c",), ("d",))
    apart = LabelConsensus(groups=None).fit(votes)
    assert loss(consensus.predict_proba(votes)) < loss(apart.predict_proba(votes)) - 0.1
    first = consensus.dependence_.iloc[0]
    assert first["labelers"] == ("a1", "a2", "a3")
    assert first["worth"] < 1.3
    assert apart.dependence_.empty


@pytest.mark.parametrize(
    "groups",
    [{"a1": "m", "a2": "m", "a3": "m", "b": "other"}, [["a1", "a2", "a3"]], (("a3", "a1", "a2"), ("c",))],
)
def test_groups_can_be_told_in_several_forms(groups):
    assert LabelConsensus(groups=groups).fit(table()).groups_[0] == ("a1", "a2", "a3")


def test_what_was_fitted_can_be_read_and_new_documents_are_labelled():
    votes = table()
    consensus = LabelConsensus(classes=(0, 1)).fit(votes)
    assert consensus.probabilities_.index.tolist() == votes.index.tolist()
    assert consensus.probabilities_.columns.tolist() == [0, 1]
    np.testing.assert_allclose(consensus.probabilities_, consensus.predict_proba(votes))
    assert consensus.accuracies_["labeler"].unique().tolist() == list(votes.columns)
    assert consensus.prevalence_.sum() == pytest.approx(1)
    new = pd.DataFrame({"b": [1, None], "a1": [1, None]}, dtype=object)
    found = consensus.predict_proba(new)
    assert found[0, 1] > 0.7
    np.testing.assert_allclose(found[1], consensus.prevalence_)
    assert consensus.predict(new).tolist()[0] == 1


def test_fit_is_the_same_every_time_and_clones_are_unfitted():
    one, other = (LabelConsensus().fit(table(), np.where(np.arange(N) < 60, TRUTH, np.nan)) for _ in "ab")
    assert (one.predict_proba(table()) == other.predict_proba(table())).all()
    with pytest.raises(NotFittedError, match="call fit with votes"):
        clone(one).predict(table())


def test_gold_labels_are_certain_and_correct_a_consensus_that_is_too_sure():
    votes = pd.DataFrame({name: voter(0.3, 1, 0.0) for name in "abcde"})  # five copies, taken as independent
    gold = np.where(np.arange(N) < 150, TRUTH, np.nan)
    without = LabelConsensus(groups=None).fit(votes)
    corrected = LabelConsensus(groups=None).fit(votes, gold)
    assert corrected.correction_.scale < 1
    assert loss(corrected.predict_proba(votes)[150:], TRUTH[150:]) < 0.7
    assert loss(without.predict_proba(votes)) > 0.9
    assert (corrected.probabilities_.to_numpy()[np.arange(150), TRUTH[:150]] == 1).all()
    assert LabelConsensus(groups=None).fit(votes, np.where(np.arange(N) < 15, TRUTH, None)).correction_ is None


def test_one_labeler_is_believed_as_far_as_accuracy_says():
    votes = pd.DataFrame({"a": TRUTH[:40]})
    found = LabelConsensus(accuracy=0.8).fit(votes).predict_proba(votes)
    assert (found.argmax(axis=1) == TRUTH[:40]).all()
    assert 0.6 < found.max(axis=1).min() <= found.max(axis=1).max() < 0.95


def test_constant_labels_are_defined_where_classes_are_named():
    votes = pd.DataFrame({"a": [1] * 20, "b": [1] * 20})
    found = LabelConsensus(classes=(0, 1)).fit(votes)
    np.testing.assert_allclose(found.predict_proba(votes), 0.5)  # who always says the same says nothing
    half = pd.DataFrame({"a": [1, None] * 10}, dtype=object)
    said = LabelConsensus(classes=(0, 1)).fit(half).predict_proba(half)
    assert (said[::2, 1] > said[1::2, 1]).all()
    with pytest.raises(InvalidInputError, match=r"classes: 1 class\(es\) occur"):
        LabelConsensus().fit(votes)


def test_a_rule_that_only_says_one_thing_does_not_drown_the_others():
    votes = table()
    alone = LabelConsensus().fit(votes)
    with_rules = votes.assign(**{f"r{n}": [1 if n <= at % 9 else None for at in range(N)] for n in range(4)})
    both = LabelConsensus().fit(with_rules)
    assert (both.predict(with_rules) == TRUTH).mean() > (alone.predict(votes) == TRUTH).mean() - 0.15
    rules = both.accuracies_[both.accuracies_["labeler"] == "r0"]
    assert len(rules) == 2


def test_labelers_without_overlap_keep_the_accuracy_they_were_given_and_a_warning_says_so():
    votes = pd.DataFrame({"a": [1, 0, 1, None, None, None], "b": [None, None, None, 0, 1, 0]}, dtype=object)
    with pytest.warns(PellucidWarning, match="no document was labelled by two"):
        found = LabelConsensus().fit(votes)
    assert found.predict(votes).tolist() == [1, 0, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("votes", "y", "options", "said"),
    [
        (pd.DataFrame({"a": [None, None]}), None, {"classes": (0, 1)}, "every vote is missing"),
        (pd.DataFrame({"a": [0, 7]}), None, {"classes": (0, 1)}, r"votes\['a'\]: got the label 7; allowed are 0, 1"),
        (pd.DataFrame({"a": [0, 1]}), [0, 3], {"classes": (0, 1)}, "y: got the label 3"),
        (pd.DataFrame({"a": [0, 1]}), [0], {}, "y: got 1 labels for 2 documents"),
        (None, None, {"classes": (0, 1)}, "got no documents"),
        (pd.DataFrame({"a": [0, 1]}), None, {"classes": (0,)}, "classes: got"),
        (pd.DataFrame({"a": [0, 1]}), None, {"method": "vote"}, "method: got 'vote'; allowed are 'correlated'"),
        (pd.DataFrame({"a": [0, 1]}), None, {"groups": "some"}, "groups: got 'some'; allowed are 'find'"),
        (pd.DataFrame({"a": [0, 1]}), None, {"groups": ["a"]}, "names that are not in groups"),
        (pd.DataFrame({"a": [0, 1]}), None, {"groups": 3}, "names that are not in groups"),
        (pd.DataFrame({"a": [0, 1]}), None, {"groups": [["b"]]}, "'b' is no labeler, or stands twice"),
        (pd.DataFrame({"a": [0, 1]}), None, {"accuracy": 1.5}, "accuracy: got 1.5"),
        (pd.DataFrame({"a": [0, 1]}), None, {"max_iter": 0}, "max_iter: got 0"),
    ],
)
def test_bad_input_is_refused(votes, y, options, said):
    with pytest.raises(InvalidInputError, match=said):
        LabelConsensus(**options).fit(votes, y)


@pytest.mark.parametrize("method", ["majority", "dawid-skene", "glad", "mace"])
def test_classical_methods_have_the_same_face(method):
    pytest.importorskip("crowdkit")
    votes = table().iloc[:80]
    consensus = LabelConsensus(method, max_iter=15).fit(votes, np.where(np.arange(80) < 5, TRUTH[:80], np.nan))
    assert (consensus.predict(votes) == TRUTH[:80]).mean() > 0.6
    assert consensus.groups_ == tuple((name,) for name in votes)
    assert consensus.dependence_.empty
    assert (consensus.probabilities_.to_numpy()[np.arange(5), TRUTH[:5]] == 1).all()
    assert len(consensus.accuracies_) == 12


@pytest.mark.parametrize("name", names())
def test_recorded_prompts_together_lose_nothing_against_the_better_of_them(name):
    domain = load(name)
    X, y = domain.documents(), domain.outcome()
    truth = (np.asarray(y) == np.unique(y)[1]).astype(int)
    recording = Recording.from_file(*domain.recordings())
    said = {
        prompt: DirectLLMClassifier(recording, prompt=prompt).fit(X, y).predict_proba(X)
        for prompt in ("direct/1", "checklist/1")
    }
    consensus = LabelConsensus(classes=(0, 1)).fit(probabilities=said)
    assert consensus.groups_ == (("direct/1", "checklist/1"),)
    assert loss(consensus.predict_proba(probabilities=said), truth) < min(loss(one, truth) for one in said.values())


@pytest.mark.slow
@pytest.mark.no_cover
def test_correlated_labelers_are_better_than_classical_ones_and_independent_ones_no_worse():
    rng = np.random.default_rng(0)
    lost = {rho: [] for rho in (0.0, 0.9)}
    for rho in lost:
        for _ in range(10):
            truth = rng.integers(0, 2, 500)
            votes = np.column_stack([np.where(rng.random(500) < right, truth, 1 - truth) for right in [0.75] * 6])
            common = np.where(rng.random(500) < 0.75, truth, 1 - truth)
            copies = rng.random((500, 3)) < np.sqrt(rho)
            votes[:, :3] = np.where(copies, common[:, None], votes[:, :3])
            frame = pd.DataFrame(votes, columns=list("abcdef")).astype(object)
            frame = frame.mask(rng.random(votes.shape) < 0.3, None)
            own, apart = (LabelConsensus(groups=one, classes=(0, 1)).fit(frame) for one in ("find", None))
            lost[rho].append(loss(own.predict_proba(frame), truth) - loss(apart.predict_proba(frame), truth))
    assert np.mean(lost[0.0]) < 0.005
    assert np.mean(lost[0.9]) < -0.1
