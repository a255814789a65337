"""Tests of glassbox/_npz.py: npz files of which every byte is known."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from pellucid.glassbox._npz import MOST_BYTES, ArrayForm, read_npz, write_npz

ARRAYS = {"cuts": np.array([50.0, 60.0]), "points": np.arange(6.0).reshape(2, 3), "nodes": np.array([[1, -2]])}


def forms(arrays):
    return {name: ArrayForm.of(array) for name, array in arrays.items()}


def test_numpy_and_zipfile_read_what_is_written():
    content = write_npz(ARRAYS)
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        assert list(found) == list(ARRAYS)
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


def test_the_bytes_are_fixed():
    assert write_npz(ARRAYS) == write_npz({name: array.copy(order="F") for name, array in ARRAYS.items()})
    assert write_npz(ARRAYS) == write_npz(
        {name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()}
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z0-9_]{1,40}\Z"),
        hnp.arrays(
            st.sampled_from([np.dtype(np.float64), np.dtype(np.int64)]),
            hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4),
            elements={"allow_nan": False, "allow_infinity": False},
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read(arrays):
    found = read_npz(write_npz(arrays), forms(arrays))
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].shape == array.shape
        assert not found[name].flags.writeable


def other_files():
    """Files that numpy would open or stumble over, and which are not what was written."""
    whole = write_npz(ARRAYS)
    saved, packed, pickled, named = io.BytesIO(), io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez(saved, **ARRAYS)
    np.savez_compressed(packed, **ARRAYS)
    np.savez(pickled, **{**ARRAYS, "cuts": np.array([object(), {}])}, allow_pickle=True)
    with zipfile.ZipFile(named, "w") as archive:
        for name in ("../cuts.npy", "points.npy", "nodes.npy"):
            archive.writestr(name, b"")
    changed = {**ARRAYS, "cuts": np.array([50, 60])}
    turned = {**ARRAYS, "points": ARRAYS["points"].T}
    return {
        "numpy's own": saved.getvalue(),
        "compressed": packed.getvalue(),
        "with a pickle": pickled.getvalue(),
        "with a name that climbs": named.getvalue(),
        "of another number type": write_npz(changed),
        "of another shape": write_npz(turned),
        "of another order": write_npz(dict(reversed(ARRAYS.items()))),
        "with an array more": write_npz({**ARRAYS, "more": np.zeros(1)}),
        "with an array less": write_npz({"cuts": ARRAYS["cuts"], "points": ARRAYS["points"]}),
        "cut short": whole[:-1],
        "with bytes behind": whole + b"\0",
        "with bytes before": b"\0" + whole,
        "empty": b"",
    }


@pytest.mark.parametrize("kind", other_files())
def test_other_files_are_refused(kind):
    with pytest.raises(ValueError, match="is not the plain, uncompressed npz file|does not agree with"):
        read_npz(other_files()[kind], forms(ARRAYS))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(value):
    arrays = {"cuts": np.array([1.0, value])}
    with pytest.raises(ValueError, match="'cuts' holds NaN or infinity"):
        read_npz(write_npz(arrays), forms(arrays))


def test_a_header_cannot_ask_for_more_than_the_file_has():
    huge = {"cuts": ArrayForm(dtype="<f8", shape=(MOST_BYTES, MOST_BYTES))}
    with pytest.raises(ValueError, match="does not agree with"):
        read_npz(write_npz(ARRAYS), huge)


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("pellucid.glassbox._npz.MOST_BYTES", 100)
    with pytest.raises(ValueError, match="does not agree with"):
        read_npz(write_npz(ARRAYS), forms(ARRAYS))


@pytest.mark.parametrize(
    "form",
    [
        {"dtype": "|O", "shape": [1]},
        {"dtype": "<f4", "shape": [1]},
        {"dtype": "<f8", "shape": []},
        {"dtype": "<f8", "shape": [-1]},
        {"dtype": "<f8", "shape": [1, 1, 1, 1]},
        {"dtype": "<f8", "shape": [MOST_BYTES + 1]},
    ],
)
def test_other_number_types_and_shapes_are_refused(form):
    with pytest.raises(ValidationError):
        ArrayForm.model_validate(form)


def test_objects_are_not_written():
    with pytest.raises(ValidationError):
        write_npz({"cuts": np.array([object()])})
