"""Calibration under labels that may be probabilities: the figures of two classes, and influences."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from pellucid.measures import MEASURES
from pellucid.measures._powered_calibration import large_parts, slope_parts

spec = importlib.util.spec_from_file_location("parts_tests", Path(__file__).with_name("test_powered_parts.py"))
beside = importlib.util.module_from_spec(spec)
spec.loader.exec_module(beside)

BOTH = {"calibration_in_the_large": large_parts, "calibration_slope": slope_parts}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("seed", range(3))
def test_with_plain_labels_it_is_the_measure_of_that_name(name, seed):
    labels, scores, weights = beside.some(seed)
    wanted = MEASURES[name].values(labels.astype(int), scores, weights[:, None])[0]
    assert BOTH[name](labels, scores, weights).value == pytest.approx(wanted)


@pytest.mark.parametrize("name", BOTH)
def test_a_label_between_counts_as_two_documents_with_its_shares_as_weights(name):
    labels, scores, weights = beside.some(4, soft=True)
    y, twice = np.repeat([1, 0], 30), np.concatenate([weights * labels, weights * (1 - labels)])
    wanted = MEASURES[name].values(y, np.tile(scores, 2), twice[:, None])[0]
    assert BOTH[name](labels, scores, weights).value == pytest.approx(wanted)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("soft", [False, True])
def test_the_parts_are_influences(name, soft):
    labels, scores, weights = beside.some(5, soft=soft)
    assert BOTH[name](labels, scores, weights).parts == pytest.approx(
        beside.by_nudging(BOTH[name], labels, scores, weights), abs=1e-2
    )


@pytest.mark.parametrize("labels", [[0, 0, 0, 0], [1, 1, 1, 1]])
@pytest.mark.parametrize("name", BOTH)
def test_one_class_defines_neither(name, labels):
    assert np.isnan(BOTH[name](np.array(labels, float), np.array([0.1, 0.4, 0.6, 0.8]), np.ones(4)).value)


@pytest.mark.parametrize(
    ("labels", "scores"),
    [([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8]), ([1, 1, 0, 0], [0.1, 0.2, 0.2, 0.8]), ([0, 1, 0, 1], [0.5] * 4)],
)
def test_scores_that_separate_the_classes_or_are_all_the_same_have_no_slope(labels, scores):
    assert np.isnan(slope_parts(np.array(labels, float), np.array(scores), np.ones(4)).value)


def test_certain_scores_that_are_wrong_still_converge():
    labels, scores = np.array([0.0, 1, 0, 1, 1, 0]), np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    assert np.isfinite(slope_parts(labels, scores, np.ones(6)).value)
    assert abs(large_parts(labels, scores, np.ones(6)).value) < 1e-6
