"""The error tree."""

import pickle

import pytest
from sklearn.exceptions import NotFittedError as SklearnNotFittedError

from pellucid import exceptions
from pellucid._checks import NotFittedError

ERRORS = [getattr(exceptions, name) for name in exceptions.__all__ if not name.endswith("Warning")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_is_of_our_tree(error):
    assert issubclass(error, exceptions.PellucidError)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (exceptions.InvalidInputError, ValueError),
        (exceptions.InvalidTypeError, TypeError),
        (exceptions.MissingExtraError, ImportError),
        (exceptions.NotRecorded, LookupError),
        (NotFittedError, SklearnNotFittedError),
        (NotFittedError, exceptions.PellucidError),
    ],
)
def test_errors_are_also_what_a_caller_would_expect(error, builtin):
    assert issubclass(error, builtin)


def test_a_file_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(exceptions.FileFormatError("a.toml", "is wrong", 3)))  # noqa: S301 - our own bytes
    assert (error.path, error.line, str(error)) == ("a.toml", 3, "a.toml, line 3: is wrong")
