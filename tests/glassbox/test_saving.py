"""Tests of glassbox/_saving.py: what is written, and what cannot be."""

import json

import numpy as np
import pandas as pd
import pytest

from pellucid.exceptions import FileFormatError, InvalidInputError, InvalidTypeError
from pellucid.glassbox import ShallowTreeClassifier, SparseLinearRegressor
from pellucid.glassbox import _saved as parts
from pellucid.glassbox._compile import score_card
from pellucid.glassbox._saved import load_model
from pellucid.glassbox._saving import save_model
from pellucid.glassbox._signature import make_keys
from pellucid.schema import Question, Questionnaire

QUESTIONS = Questionnaire(name="demo", questions=(Question(id="pain", ask="Pain at 37 °C?", type="yes/no"),))
MORE = {"questionnaire": QUESTIONS, "prompts": {"answers/1": "Read."}, "evidence": {"quotes": {"verbatim": True}}}


@pytest.fixture(scope="module")
def model(mixed):
    return ShallowTreeClassifier().fit(*mixed())


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_model_gives_the_same_bytes(model, tmp_path):
    keys = make_keys()
    digests = {save_model(tmp_path / name, model, private_key=keys.private, **MORE) for name in "ab"}
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert digests == {load_model(tmp_path / "a", public_key=keys.public).digest}


def test_only_what_is_given_is_written(model, tmp_path):
    save_model(tmp_path / "bare", model)
    assert list(contents(tmp_path / "bare")) == ["arrays.npz", "card.json", "manifest.json"]
    save_model(tmp_path / "whole", model, private_key=make_keys().private, **MORE)
    assert sorted(contents(tmp_path / "whole")) == sorted(parts.LARGEST)


def test_a_card_is_saved_like_its_model(model, tmp_path):
    assert save_model(tmp_path / "model", model) == save_model(tmp_path / "card", score_card(model))


def test_everything_can_be_read_by_eye_and_by_numpy(model, tmp_path):
    save_model(tmp_path / "saved", model, **MORE)
    files = contents(tmp_path / "saved")
    assert json.loads(files["questionnaire.json"])["questions"][0]["ask"] == "Pain at 37 °C?"
    assert "37 °C" in files["questionnaire.json"].decode()
    assert json.loads(files["card.json"])["model"] == "ShallowTreeClassifier"
    with np.load(tmp_path / "saved" / "arrays.npz", allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["intercept"], [model.intercept_])


def test_nothing_is_overwritten(model, tmp_path):
    save_model(tmp_path / "saved", model)
    before = contents(tmp_path / "saved")
    with pytest.raises(FileFormatError, match="never overwritten"):
        save_model(tmp_path / "saved", model, **MORE)
    assert contents(tmp_path / "saved") == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"evidence": {"rule": object()}}, "evidence: cannot be written as JSON"),
        ({"evidence": {"share": float("nan")}}, "evidence: cannot be written as JSON"),
        ({"evidence": {1: "a"}}, "evidence: cannot be written as JSON"),
        ({"evidence": {"quote": "\ud83d"}}, "evidence: cannot be written as JSON"),
        ({"prompts": {"answers/1": 5}}, "prompts.json"),
        ({"private_key": b"short"}, "private_key: got 5 bytes"),
    ],
)
def test_what_cannot_be_written_as_plain_data_is_refused(model, tmp_path, more, said):
    with pytest.raises(InvalidInputError, match=said):
        save_model(tmp_path / "saved", model, **more)
    assert not list(tmp_path.iterdir())


def test_levels_that_are_no_plain_data_are_refused(tmp_path):
    days = pd.Categorical(pd.to_datetime(["2020-01-01", "2021-01-01"] * 20))
    model = ShallowTreeClassifier().fit(pd.DataFrame({"day": days}), [0, 1] * 20)
    with pytest.raises(InvalidInputError, match="levels or classes cannot be written as plain data"):
        save_model(tmp_path / "saved", model)


def test_points_that_are_not_finite_are_refused(tmp_path):
    X = np.arange(20.0)[:, None]
    model = SparseLinearRegressor().fit(X, X[:, 0])
    model.intercept_ = float("nan")
    with pytest.raises(InvalidInputError, match="'intercept' holds NaN or infinity"):
        save_model(tmp_path / "saved", model)


def test_what_is_too_large_is_refused(model, tmp_path):
    with pytest.raises(InvalidInputError, match=r"prompts.json: would have 4,194,\d+ bytes; 4,194,304 are the most"):
        save_model(tmp_path / "saved", model, prompts={"answers/1": "x" * 2**22})


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(InvalidTypeError, match="a fitted glass box"):
        save_model(tmp_path / "saved", {"intercept": 0.0})
