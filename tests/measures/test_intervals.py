"""The bootstrap: draws shared, limits that cover, the same bytes on any number of processes."""

import time

import numpy as np
import pytest
from scipy.special import expit, ndtr
from sklearn.metrics import roc_auc_score

from pellucid.exceptions import InvalidInputError
from pellucid.measures._intervals import interval_words, paired_difference, resample, stratified_draws
from pellucid.measures._measures import MEASURES, measures_for

AREA = {"auroc": MEASURES["auroc"]}


def scored(rng, y, strength, repeats=1):
    """Probabilities whose AUROC is Phi(strength / sqrt 2)."""
    return ndtr(rng.normal(size=(repeats, len(y))) + strength * y)


def test_a_figure_is_the_mean_over_repeats():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    P = scored(rng, y, 1.0, repeats=3)
    found = resample(y, {"a": P}, draws=50, seed=0)["a"]["auroc"]
    assert found.value == pytest.approx(np.mean([roc_auc_score(y, p) for p in P]))


def test_draws_are_those_of_the_documents_repeated():
    rng = np.random.default_rng(1)
    y = np.arange(40) % 2
    P = scored(rng, y, 1.0)
    weights = np.hstack(list(stratified_draws(y, 5, seed=7)))
    assert weights.shape == (40, 5)
    by_hand = [roc_auc_score(np.repeat(y, w), np.repeat(P[0], w)) for w in weights.T.astype(int)]
    np.testing.assert_allclose(resample(y, {"a": P}, draws=5, seed=7)["a"]["auroc"].draws, by_hand)


def test_the_same_predictions_differ_by_exactly_nothing():
    rng = np.random.default_rng(2)
    y = np.arange(50) % 2
    P = scored(rng, y, 1.0, repeats=2)
    found = paired_difference(resample(y, {"a": P, "b": P.copy()}, draws=60, seed=0), "a", "b", "auroc")
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_a_paired_difference_has_the_sign_of_the_better_and_is_narrower_than_an_unpaired_one():
    rng = np.random.default_rng(3)
    y = np.arange(200) % 2
    shared = rng.normal(size=200)
    strong, weak = (ndtr(shared + slope * y + 0.3 * rng.normal(size=200))[None] for slope in (2.0, 1.0))
    figures = resample(y, {"strong": strong, "weak": weak}, AREA, draws=400, seed=0)
    there = paired_difference(figures, "strong", "weak", "auroc")
    back = paired_difference(figures, "weak", "strong", "auroc")
    assert there.low > 0
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
    apart = [figures[name]["auroc"].measure() for name in ("strong", "weak")]
    assert there.high - there.low < np.hypot(*[one.high - one.low for one in apart])


def test_intervals_cover_the_true_area_about_as_often_as_they_say():
    rng = np.random.default_rng(4)
    y, strength, runs = np.arange(120) % 2, 1.2, 150
    truth = ndtr(strength / np.sqrt(2))
    predictions = [scored(rng, y, strength) for _ in range(runs)]
    found = [
        resample(y, {"a": P}, AREA, draws=200, seed=run)["a"]["auroc"].measure() for run, P in enumerate(predictions)
    ]
    covered = sum(one.low <= truth <= one.high for one in found)
    assert 0.89 <= covered / runs <= 0.99  # 95% less or more three standard errors


def test_an_undefined_side_makes_the_difference_undefined():
    rng = np.random.default_rng(5)
    y = np.arange(40) % 2
    figures = resample(y, {"a": scored(rng, y, 1.0), "flat": np.full((1, 40), 0.5)}, draws=50, seed=0)
    assert paired_difference(figures, "a", "flat", "calibration_slope").value is None
    assert paired_difference(figures, "a", "flat", "auroc").value is not None


def test_the_words_say_what_is_not_covered():
    assert "BCa" in interval_words(2000)
    assert "the 12 clusters" in interval_words(2000, clusters=12)
    assert "2,000" in interval_words(2000)
    assert "trained on is not covered" in interval_words(2000)


def test_identical_runs_are_bytewise_equal_on_any_number_of_processes_and_another_seed_is_not(monkeypatch):
    monkeypatch.setattr("pellucid.measures._intervals.WORTH_SHARING", 0)
    rng = np.random.default_rng(6)
    y = (rng.random(300) < 0.3).astype(np.int64)
    stored = {"a": scored(rng, y, 1.0), "b": scored(rng, y, 1.2, repeats=2)}
    runs = [resample(y, stored, draws=150, seed=seed, n_jobs=jobs) for seed, jobs in ((0, None), (0, 2), (1, None))]
    texts = [repr([[figure.measure() for figure in row.values()] for row in run.values()]) for run in runs]
    assert texts[0] == texts[1] != texts[2]
    assert runs[0]["a"]["ici"].draws.tobytes() == runs[1]["a"]["ici"].draws.tobytes()


def test_every_measure_of_two_classes_has_an_interval_around_it_with_its_method():
    rng = np.random.default_rng(7)
    y = (rng.random(400) < 0.4).astype(np.int64)
    p = expit(3 * scored(rng, y, 1.5)[0] - 2.0)[None]
    for name, figure in resample(y, {"a": p}, draws=500, seed=0)["a"].items():
        found = figure.measure()
        assert found.low <= found.value <= found.high, name
        assert found.method == "stratified BCa bootstrap", name
        assert 0.5 < figure.draws.std() / ((found.high - found.low) / 3.92) < 1.6, name


def test_clusters_drawn_as_wholes_give_wider_intervals_and_say_so():
    rng = np.random.default_rng(8)
    clusters = np.repeat(np.arange(60), 10)
    leaning = rng.normal(size=60)[clusters]
    y = (rng.random(600) < expit(leaning)).astype(np.int64)
    p = expit(0.3 * rng.normal(size=600) - 1)[None]
    brier = {"brier": MEASURES["brier"]}
    together = resample(y, {"a": p}, brier, draws=500, seed=0, clusters=clusters)["a"]["brier"].measure()
    apart = resample(y, {"a": p}, brier, draws=500, seed=0)["a"]["brier"].measure()
    assert together.method == "cluster BCa bootstrap"
    assert together.value == apart.value
    assert together.high - together.low > 1.1 * (apart.high - apart.low)


def test_clusters_of_one_document_are_documents():
    rng = np.random.default_rng(9)
    y = np.arange(80) % 2
    P = scored(rng, y, 1.0)
    one = resample(y, {"a": P}, AREA, draws=50, seed=3)["a"]["auroc"]
    other = resample(y, {"a": P}, AREA, draws=50, seed=3, clusters=np.arange(80))["a"]["auroc"]
    np.testing.assert_array_equal(one.draws, other.draws)
    np.testing.assert_array_equal(one.jackknife, other.jackknife)


def test_class_sizes_that_were_chosen_make_narrower_intervals_of_what_depends_on_prevalence_alone():
    rng = np.random.default_rng(10)
    y = (np.arange(300) < 60).astype(np.int64)
    P = expit(-2.2 + 2 * scored(rng, y, 1.5))
    widths = {}
    for sizes in ("drawn", "kept"):
        found = resample(y, {"a": P}, draws=1000, seed=0, class_sizes=sizes)["a"]
        widths[sizes] = {name: figure.standard_error() for name, figure in found.items()}
    assert widths["kept"]["auroc"] == pytest.approx(widths["drawn"]["auroc"], rel=0.1)
    assert widths["kept"]["calibration_in_the_large"] < 0.5 * widths["drawn"]["calibration_in_the_large"]


def test_numbers_and_more_classes_have_their_intervals():
    rng = np.random.default_rng(11)
    y = rng.normal(size=120)
    found = resample(y, {"a": (y + rng.normal(size=120))[None]}, measures_for("number"), draws=200, seed=0)["a"]
    assert {figure.measure().method for figure in found.values()} == {"BCa bootstrap"}
    codes = np.arange(120) % 3
    chances = rng.dirichlet([1, 1, 1], size=120) * 0.6 + 0.4 * np.eye(3)[codes]
    several = resample(codes, {"a": chances[None]}, measures_for("multiclass"), draws=200, seed=0)["a"]
    assert set(several) == set(measures_for("multiclass"))
    assert all(figure.measure().low is not None for figure in several.values())


def test_a_share_of_all_or_none_has_wilsons_limits_for_as_many_as_it_is_a_share_of():
    y = np.repeat([0, 1], [30, 12])
    p = np.where(y == 1, 0.9, 0.1)[None]
    found = resample(y, {"a": p}, draws=50, seed=0)["a"]
    assert found["sensitivity"].measure().low == pytest.approx(12 / (12 + 3.8414588), abs=1e-6)
    assert found["sensitivity"].measure().method == "Wilson"
    assert found["specificity"].measure().low == pytest.approx(30 / (30 + 3.8414588), abs=1e-6)
    clusters = np.repeat(np.arange(6), 7)
    few = resample(y, {"a": p}, draws=50, seed=0, clusters=clusters)["a"]["accuracy"].measure()
    assert few.low == pytest.approx(6 / (6 + 3.8414588), abs=1e-6)


def test_a_measure_of_ones_own_needs_no_evaluator():
    y = np.arange(40) % 2
    mine = MEASURES["brier"]._replace(prepare=None)
    P = scored(np.random.default_rng(12), y, 1.0)
    own = resample(y, {"a": P}, {"mine": mine}, draws=40, seed=0)["a"]["mine"]
    known = resample(y, {"a": P}, {"brier": MEASURES["brier"]}, draws=40, seed=0)["a"]["brier"]
    np.testing.assert_array_equal(own.draws, known.draws)


@pytest.mark.parametrize(
    ("predictions", "clusters", "message"),
    [
        ({}, None, "predictions: got none"),
        ({"a": np.full(4, 0.5)}, None, r"predictions: 'a' has shape \(4,\); \(repeats, 4\) or"),
        ({"a": np.full((1, 3), 0.5)}, None, r"'a' has shape \(1, 3\)"),
        ({"a": np.array([[0.1, np.nan, 0.2, 0.3]])}, None, "'a' has values that are missing or infinite"),
        ({"a": np.full((1, 4), 0.5)}, np.zeros(3), r"clusters: got shape \(3,\)"),
    ],
)
def test_what_does_not_fit_the_outcome_is_refused(predictions, clusters, message):
    with pytest.raises(InvalidInputError, match=message):
        resample(np.array([0, 1, 0, 1]), predictions, draws=10, seed=0, clusters=clusters)


@pytest.mark.slow
@pytest.mark.no_cover
def test_a_thousand_rows_of_four_contenders_take_no_time_to_speak_of():
    rng = np.random.default_rng(13)
    y = (rng.random(1000) < 0.2).astype(np.int64)
    stored = {str(i): scored(rng, y, 1.0) for i in range(4)}
    start = time.process_time()
    resample(y, stored, draws=2000, seed=0)
    assert time.process_time() - start < 20  # about 2 s where nothing else runs
