"""Import a library that an extra brings, or say which extra to install."""

import importlib
from types import ModuleType

from pellucid.exceptions import MissingExtraError


def import_extra(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional library.

    Parameters
    ----------
    module : str
        Module to import, such as ``"xgboost"``.
    extra : str
        Name of Pellucid's extra that installs it.
    purpose : str
        What needs it, for the message.

    Returns
    -------
    types.ModuleType

    Raises
    ------
    MissingExtraError
        If the library is not installed.

    Examples
    --------
    >>> import_extra("json", extra="validate", purpose="an example").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise  # the library is there; something it needs is broken, which is another story
        raise MissingExtraError(
            f"{purpose} needs {module!r}, which is not installed: pip install 'pellucid[{extra}]'"
        ) from error
