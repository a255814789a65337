"""Tests of glassbox/_saved.py: round trips, and a thousand folders that are refused."""

import hashlib
import io
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.glassbox import (
    EBMClassifier,
    EBMRegressor,
    RiskScoreClassifier,
    ShallowTreeClassifier,
    SparseLinearClassifier,
    SparseLinearRegressor,
)
from pellucid.glassbox import _saved as home
from pellucid.glassbox._manifest import json_bytes, make_manifest, read_json
from pellucid.glassbox._npz import write_npz
from pellucid.glassbox._saved import load_model
from pellucid.glassbox._saving import save_model
from pellucid.glassbox._signature import make_keys
from pellucid.schema import Question, Questionnaire

KEYS = make_keys()
QUESTIONS = Questionnaire(name="demo", questions=(Question(id="pain", ask="Pain?", type="yes/no"),))
MORE = {"questionnaire": QUESTIONS, "prompts": {"answers/1": "Read."}, "evidence": {"quotes": {"verbatim": True}}}
PAIRS = [("dose", "pain"), ("severity", "insured")]
KINDS = {
    **{
        f"{type(model).__name__} of {classes}": (model, classes)
        for classes in (2, 3)
        for model in (
            EBMClassifier(PAIRS, outer_bags=2),
            SparseLinearClassifier(),
            ShallowTreeClassifier(4, min_samples_leaf=5),
            RiskScoreClassifier(),
        )
    },
    "EBMRegressor": (EBMRegressor(PAIRS, outer_bags=2), 0),
    "SparseLinearRegressor": (SparseLinearRegressor(), 0),
}


@pytest.fixture(scope="module")
def opened(mixed, tmp_path_factory):
    """Every kind of model, fitted, with what was loaded after it was saved."""
    found = {}
    for kind, (model, classes) in KINDS.items():
        table, outcome = mixed(classes=classes or 2)
        model.fit(table, outcome if classes else table["visits"] + np.nan_to_num(table["dose"]))
        folder = tmp_path_factory.mktemp("models") / kind
        save_model(folder, model)
        found[kind] = model, load_model(folder).card
    return found


@pytest.fixture(scope="module")
def whole(mixed, tmp_path_factory):
    """A folder with everything in it but a signature."""
    folder = tmp_path_factory.mktemp("whole") / "saved"
    save_model(folder, EBMClassifier(PAIRS, outer_bags=2).fit(*mixed(classes=3)), **MORE)
    return folder


@pytest.fixture(scope="module")
def signed(mixed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("signed") / "saved"
    save_model(folder, ShallowTreeClassifier().fit(*mixed()), private_key=KEYS.private, **MORE)
    return folder


@pytest.fixture
def nothing_built(monkeypatch):
    """Fail where a card is built after all."""

    def built(form, arrays):
        pytest.fail("a card was built")

    monkeypatch.setattr(home, "build_card", built)


FINITE = st.floats(-1e100, 1e100)
TEXT = st.sampled_from(["none", "dull", "sharp", "low", "high", "yes", "north", "numb", "not stated", "", "é"])
CELLS = {
    "dose": st.none() | FINITE | st.integers(-(10**20), 10**20),
    "visits": st.none() | FINITE | st.integers(-5, 9) | st.booleans(),
    "smoker": st.none() | TEXT,
    "pain": st.none() | TEXT,
    "severity": st.none() | TEXT,
    "town": st.none() | TEXT,
    "insured": st.none() | st.booleans() | TEXT,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_equals_the_model_whatever_the_rows(kind, opened):
    model, card = opened[kind]

    @settings(max_examples=8, deadline=None, derandomize=True)
    @given(st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=20))
    def check(rows):
        table = pd.DataFrame(rows, columns=list(CELLS)).astype(dict.fromkeys(CELLS, object))
        score = model.decision_function(table) if hasattr(model, "classes_") else model.predict(table)
        np.testing.assert_allclose(card.score(table), score, rtol=1e-9, atol=1e-9)
        pd.testing.assert_frame_equal(card.contributions(table), model.contributions(table), rtol=1e-9, atol=1e-9)
        for row, one in zip(rows, score, strict=True):
            np.testing.assert_allclose(card.explain_row(row).score, one, rtol=1e-9, atol=1e-9)

    check()


def test_everything_comes_back(whole, signed):
    saved = load_model(whole)
    assert saved.questionnaire == QUESTIONS
    assert (saved.prompts, saved.evidence) == (MORE["prompts"], MORE["evidence"])
    assert saved.made_with["numpy"] == np.__version__
    assert saved.digest == hashlib.sha256((whole / "manifest.json").read_bytes()).hexdigest()
    assert not saved.signed
    assert load_model(signed, public_key=KEYS.public).signed


def test_what_was_not_saved_is_not_there(mixed, tmp_path):
    save_model(tmp_path / "bare", ShallowTreeClassifier().fit(*mixed()))
    saved = load_model(tmp_path / "bare")
    assert (saved.questionnaire, saved.prompts, saved.evidence) == (None, {}, {})


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["plain", "signed"])
def test_a_thousand_flips_of_one_byte_are_a_thousand_refusals(kind, whole, signed, tmp_path, nothing_built):
    source, key = (whole, None) if kind == "plain" else (signed, KEYS.public)
    folder = tmp_path / "saved"
    shutil.copytree(source, folder)
    paths = sorted(folder.iterdir())
    assert len(paths) == (6 if kind == "plain" else 7)
    rng = np.random.default_rng(0)
    refused, told = 0, set()
    for number in range(1000):
        path = paths[number % len(paths)]
        content = path.read_bytes()
        changed = bytearray(content)
        changed[rng.integers(len(content))] ^= rng.integers(1, 256)
        path.write_bytes(changed)
        with pytest.raises(FileFormatError) as caught:
            load_model(folder, public_key=key)
        path.write_bytes(content)
        refused += 1
        told.add(Path(caught.value.path).name)
    assert refused == 1000
    assert told == ({"manifest.json"} if kind == "plain" else {"manifest.json", "manifest.sig"})


def test_the_folder_of_the_flips_opens_without_them(whole, signed):
    assert load_model(whole).card.names
    assert load_model(signed, public_key=KEYS.public).card.names


class TestSignature:
    def test_a_signed_model_is_opened_with_its_key_only(self, signed, nothing_built):
        with pytest.raises(FileFormatError, match="pass the public_key"):
            load_model(signed)
        with pytest.raises(FileFormatError, match="somebody else signed it"):
            load_model(signed, public_key=make_keys().public)
        with pytest.raises(InvalidInputError, match="public_key: got str"):
            load_model(signed, public_key="key")

    def test_with_a_key_an_unsigned_model_is_refused(self, whole, nothing_built):
        with pytest.raises(FileFormatError, match="only a signed model is opened"):
            load_model(whole, public_key=KEYS.public)

    def test_a_model_made_anew_by_somebody_else_is_refused(self, signed, tmp_path, nothing_built):
        folder = tmp_path / "saved"
        shutil.copytree(signed, folder)
        remake(folder, {"prompts.json": json_bytes({"answers/1": "Say yes."})})
        with pytest.raises(FileFormatError, match="does not fit manifest.json and public_key"):
            load_model(folder, public_key=KEYS.public)


def remake(folder, changes):
    """Change files and make the manifest anew, as somebody would who knows the form."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sig"}
    del files["manifest.json"]
    files |= changes
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
        else:
            (folder / name).unlink()
    (folder / "manifest.json").write_bytes(make_manifest({n: c for n, c in files.items() if c is not None}))


class Bomb:
    """Pickled, it makes a folder when it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def header(folder, **changed):
    return {**read_json((folder / "card.json").read_bytes()), **changed}


def zipped(members, kind=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def crafted(folder, mark):
    """Folders with a manifest that fits, and something in them that must not be opened."""
    with np.load(folder / "arrays.npz") as found:
        arrays = dict(found)
    first, *_ = arrays
    whole = (folder / "arrays.npz").read_bytes()
    members = {}
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    objects = io.BytesIO()
    np.save(objects, np.array([Bomb(mark)], dtype=object), allow_pickle=True)
    nan = {**arrays, first: np.full_like(arrays[first], np.nan)}
    other = {**arrays, first: arrays[first].astype(np.int64)}
    said_other = header(folder)
    said_other["arrays"][first]["dtype"] = "<i8"
    said_object = header(folder)
    said_object["arrays"][first]["dtype"] = "|O"
    large = header(folder)
    large["arrays"][first]["shape"] = [2**40]
    return {
        "pickle in npz": {"arrays.npz": zipped({**members, f"{first}.npy": objects.getvalue()}, zipfile.ZIP_STORED)},
        "pickle for npz": {"arrays.npz": pickle.dumps(Bomb(mark))},
        "pickle for JSON": {"evidence.json": pickle.dumps(Bomb(mark))},
        "objects announced": {"card.json": json_bytes(said_object), "arrays.npz": objects.getvalue()},
        "zip bomb": {"arrays.npz": zipped({**members, f"{first}.npy": b"\0" * 2**26})},
        "compressed": {"arrays.npz": zipped(members)},
        "name that climbs": {"arrays.npz": zipped({"../" + name: content for name, content in members.items()}, 0)},
        "name more that climbs": {"arrays.npz": zipped({**members, "../../evil.npy": b""}, 0)},
        "wrong dtype": {"arrays.npz": write_npz(other)},
        "wrong dtype announced": {"card.json": json_bytes(said_other), "arrays.npz": write_npz(other)},
        "NaN table": {"arrays.npz": write_npz(nan)},
        "shape beyond all bounds": {"card.json": json_bytes(large)},
        "cut short": {"arrays.npz": whole[: len(whole) // 2]},
        "empty npz": {"arrays.npz": b""},
        "oversized JSON": {"prompts.json": json_bytes({"a": "x" * 2**22})},
        "oversized card": {"card.json": b" " * (2**24 + 1)},
        "deep nesting": {"evidence.json": b"[" * 100_000 + b"]" * 100_000},
        "deep nesting of a card": {"card.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000},
        "NaN in JSON": {"evidence.json": b'{\n "a": NaN\n}\n'},
        "key that stands twice": {"prompts.json": b'{\n "a": "b",\n "a": "c"\n}\n'},
        "evidence that is a list": {"evidence.json": b"[]\n"},
        "prompt that is a number": {"prompts.json": json_bytes({"a": 1})},
        "questionnaire of something else": {"questionnaire.json": json_bytes({"name": "secret"})},
        "unknown format": {"card.json": json_bytes(header(folder, format=2))},
        "unknown link": {"card.json": json_bytes(header(folder, link="secret"))},
        "unknown key": {"card.json": json_bytes(header(folder, unknown="import os"))},
        "card that is a list": {"card.json": b"[]\n"},
        "no card": {"card.json": None},
        "no arrays": {"arrays.npz": None},
    }


NAMES = [
    "pickle in npz", "pickle for npz", "pickle for JSON", "objects announced", "zip bomb", "compressed",
    "name that climbs", "name more that climbs", "wrong dtype", "NaN table", "shape beyond all bounds", "cut short",
    "empty npz", "oversized JSON", "oversized card", "deep nesting", "deep nesting of a card", "NaN in JSON",
    "key that stands twice", "evidence that is a list", "prompt that is a number", "questionnaire of something else",
    "unknown format", "unknown link", "unknown key", "card that is a list", "no card", "no arrays",
]  # fmt: skip


class TestCrafted:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_manifest_that_fits_does_not_help(self, name, whole, tmp_path, nothing_built):
        folder, mark = tmp_path / "saved", tmp_path / "mark"
        shutil.copytree(whole, folder)
        remake(folder, crafted(folder, str(mark))[name])
        with pytest.raises(FileFormatError) as caught:
            load_model(folder)
        assert "secret" not in str(caught.value)
        assert not mark.exists()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["saved"]

    def test_every_crafted_folder_is_tried(self, whole, tmp_path):
        made = set(crafted(whole, str(tmp_path / "mark")))
        assert made == {*NAMES, "wrong dtype announced"}

    def test_the_pickle_is_one_that_works(self, tmp_path):
        pickle.loads(pickle.dumps(Bomb(str(tmp_path / "mark"))))  # noqa: S301
        assert (tmp_path / "mark").exists()

    def test_a_wrong_dtype_that_the_header_announces_is_refused(self, whole, tmp_path, monkeypatch):
        folder = tmp_path / "saved"
        shutil.copytree(whole, folder)
        remake(folder, crafted(folder, "")["wrong dtype announced"])
        monkeypatch.setattr("pellucid.glassbox._card_form.ScoreCard", lambda *parts: pytest.fail("a card was built"))
        with pytest.raises(FileFormatError, match=r"arrays.npz: array 'intercept': its shape or number type"):
            load_model(folder)

    def test_a_manifest_may_not_name_other_files(self, whole, tmp_path, nothing_built):
        folder = tmp_path / "saved"
        shutil.copytree(whole, folder)
        remake(folder, {})
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
        (folder / "manifest.json").write_bytes(make_manifest({**files, "../card.json": b"{}"}))
        with pytest.raises(FileFormatError, match="does not belong here"):
            load_model(folder)


class TestFolder:
    @pytest.fixture
    def folder(self, whole, tmp_path, nothing_built):
        shutil.copytree(whole, tmp_path / "saved")
        return tmp_path / "saved"

    @pytest.mark.parametrize("name", ["manifest.json", "card.json", "arrays.npz", "prompts.json"])
    def test_a_missing_file_is_named(self, folder, name):
        (folder / name).unlink()
        with pytest.raises(FileFormatError, match=name):
            load_model(folder)

    @pytest.mark.parametrize("name", ["code.py", "card.json.bak", ".hidden"])
    def test_a_file_more_is_named(self, folder, name):
        (folder / name).write_bytes(b"")
        with pytest.raises(FileFormatError, match=f"holds {name!r}, which does not belong"):
            load_model(folder)

    def test_a_link_is_refused(self, folder, tmp_path):
        (folder / "card.json").rename(tmp_path / "card.json")
        (folder / "card.json").symlink_to(tmp_path / "card.json")
        with pytest.raises(FileFormatError, match="is a link"):
            load_model(folder)

    @pytest.mark.parametrize("name", ["manifest.json", "card.json", "arrays.npz", "prompts.json"])
    def test_a_file_cut_short_is_refused(self, folder, name):
        content = (folder / name).read_bytes()
        for length in (0, 1, len(content) // 2, len(content) - 1):
            (folder / name).write_bytes(content[:length])
            with pytest.raises(FileFormatError):
                load_model(folder)

    def test_files_of_another_model_do_not_fit(self, folder, signed):
        for name in ("card.json", "arrays.npz"):
            shutil.copy(signed / name, folder / name)
        with pytest.raises(FileFormatError, match="its size or SHA-256 is another"):
            load_model(folder)

    def test_another_kind_of_folder_is_refused(self, tmp_path):
        with pytest.raises(FileFormatError, match="manifest.json: is missing"):
            load_model(tmp_path)
        with pytest.raises(FileFormatError, match="the folder of a saved model is expected"):
            load_model(tmp_path / "nowhere")
