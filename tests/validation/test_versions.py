"""Which libraries shaped the numbers."""

from pellucid.validation._versions import library_versions


def test_libraries_that_shape_the_numbers_are_named():
    assert set(library_versions()) >= {"python", "numpy", "pandas", "scikit-learn", "pellucid", "interpret-core"}


def test_a_library_that_is_not_there_is_left_out(monkeypatch):
    monkeypatch.setattr("pellucid.validation._versions._LIBRARIES", ("numpy", "no-such-library"))
    assert set(library_versions()) == {"python", "numpy"}
