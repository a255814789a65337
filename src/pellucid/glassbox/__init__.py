"""Glass boxes on a table: models whose terms add up to their score; they know nothing of text."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.glassbox._base import GlassBox, GlassBoxClassifier, GlassBoxRegressor
    from pellucid.glassbox._card_parts import LinePart, SlopedPart, TablePart, TreePart
    from pellucid.glassbox._compile import score_card
    from pellucid.glassbox._ebm import EBMClassifier, EBMRegressor
    from pellucid.glassbox._risk_score import RiskScoreClassifier
    from pellucid.glassbox._row_explainer import RowExplainer, RowPoints
    from pellucid.glassbox._saved import SavedModel, load_model
    from pellucid.glassbox._saving import save_model
    from pellucid.glassbox._scorecard import ExplainedRow, Link, ScoreCard
    from pellucid.glassbox._shallow_tree import ShallowTreeClassifier
    from pellucid.glassbox._signature import KeyPair, make_keys
    from pellucid.glassbox._soft_labels import fit_soft, with_classes
    from pellucid.glassbox._sparse_linear import SparseLinearClassifier, SparseLinearRegressor
    from pellucid.glassbox._summed import SummedClassifier

__all__ = [
    "EBMClassifier",
    "EBMRegressor",
    "ExplainedRow",
    "GlassBox",
    "GlassBoxClassifier",
    "GlassBoxRegressor",
    "KeyPair",
    "LinePart",
    "Link",
    "RiskScoreClassifier",
    "RowExplainer",
    "RowPoints",
    "SavedModel",
    "ScoreCard",
    "ShallowTreeClassifier",
    "SlopedPart",
    "SparseLinearClassifier",
    "SparseLinearRegressor",
    "SummedClassifier",
    "TablePart",
    "TreePart",
    "fit_soft",
    "load_model",
    "make_keys",
    "save_model",
    "score_card",
    "terms_of",
    "with_classes",
]

# Loaded by name on first use, because importing the boosting library takes seconds.
_HOMES = {
    "EBMClassifier": "_ebm",
    "EBMRegressor": "_ebm",
    "ExplainedRow": "_scorecard",
    "GlassBox": "_base",
    "GlassBoxClassifier": "_base",
    "GlassBoxRegressor": "_base",
    "KeyPair": "_signature",
    "LinePart": "_card_parts",
    "Link": "_scorecard",
    "RiskScoreClassifier": "_risk_score",
    "RowExplainer": "_row_explainer",
    "RowPoints": "_row_explainer",
    "SavedModel": "_saved",
    "ScoreCard": "_scorecard",
    "ShallowTreeClassifier": "_shallow_tree",
    "SlopedPart": "_card_parts",
    "SparseLinearClassifier": "_sparse_linear",
    "SparseLinearRegressor": "_sparse_linear",
    "SummedClassifier": "_summed",
    "TablePart": "_card_parts",
    "TreePart": "_card_parts",
    "fit_soft": "_soft_labels",
    "load_model": "_saved",
    "make_keys": "_signature",
    "save_model": "_saving",
    "score_card": "_compile",
    "terms_of": "_terms",
    "with_classes": "_soft_labels",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
