"""Glass boxes on a table: models whose terms add up to their score; they know nothing of text."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.glassbox._base import GlassBox, GlassBoxClassifier, GlassBoxRegressor
    from pellucid.glassbox._ebm import EBMClassifier, EBMRegressor
    from pellucid.glassbox._risk_score import RiskScoreClassifier
    from pellucid.glassbox._shallow_tree import ShallowTreeClassifier
    from pellucid.glassbox._sparse_linear import SparseLinearClassifier, SparseLinearRegressor

__all__ = [
    "EBMClassifier",
    "EBMRegressor",
    "GlassBox",
    "GlassBoxClassifier",
    "GlassBoxRegressor",
    "RiskScoreClassifier",
    "ShallowTreeClassifier",
    "SparseLinearClassifier",
    "SparseLinearRegressor",
    "terms_of",
]

# Loaded by name on first use, because importing the boosting library takes seconds.
_HOMES = {
    "EBMClassifier": "_ebm",
    "EBMRegressor": "_ebm",
    "GlassBox": "_base",
    "GlassBoxClassifier": "_base",
    "GlassBoxRegressor": "_base",
    "RiskScoreClassifier": "_risk_score",
    "ShallowTreeClassifier": "_shallow_tree",
    "SparseLinearClassifier": "_sparse_linear",
    "SparseLinearRegressor": "_sparse_linear",
    "terms_of": "_terms",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
