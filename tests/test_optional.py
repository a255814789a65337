"""Extras: imported, or named."""

import sys

import pytest

from pellucid._optional import import_extra
from pellucid.exceptions import MissingExtraError


def test_a_missing_library_names_its_extra():
    with pytest.raises(MissingExtraError, match=r"drawing needs 'no_such_library'.*pip install 'pellucid\[app\]'"):
        import_extra("no_such_library", extra="app", purpose="drawing")


def test_a_library_that_is_there_but_broken_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text("import something_else_that_is_missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="something_else"):
        import_extra("broken_library", extra="app", purpose="drawing")
    assert "broken_library" not in sys.modules
