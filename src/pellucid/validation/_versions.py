"""Which libraries shaped the numbers."""

import platform
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = ("interpret-core", "numpy", "pandas", "pellucid", "scikit-learn", "scipy", "xgboost")


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape the numbers.

    Returns
    -------
    dict of str to str
        By name; a library that is not installed is left out.

    Examples
    --------
    >>> "numpy" in library_versions()
    True
    """
    found = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:  # an extra that is not there shaped nothing
            continue
    return found
