"""Decisions people can check: an LLM reads, a glass box decides, a person can verify every step.

Every public name is imported when it is first used, so that ``import pellucid`` is
quick and loads no model library.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Answer": "pellucid.schema",
    "AnswerStore": "pellucid.llm",
    "Comparison": "pellucid.schema",
    "Contender": "pellucid.validation",
    "Contribution": "pellucid.schema",
    "CrossValidation": "pellucid.validation",
    "Decision": "pellucid.schema",
    "DirectLLMClassifier": "pellucid.labeling",
    "DistilledClassifier": "pellucid.labeling",
    "Domain": "pellucid.schema",
    "EBMClassifier": "pellucid.glassbox",
    "EBMRegressor": "pellucid.glassbox",
    "GlassBoxTextClassifier": "pellucid.text_classifier",
    "LLMFeatureExtractor": "pellucid.extraction",
    "LLMLabeler": "pellucid.labeling",
    "LabelCuration": "pellucid.labeling",
    "LanguageModel": "pellucid.llm",
    "OpenAIModel": "pellucid.llm",
    "Question": "pellucid.schema",
    "Questionnaire": "pellucid.schema",
    "Recording": "pellucid.llm",
    "RiskScoreClassifier": "pellucid.glassbox",
    "ShallowTreeClassifier": "pellucid.glassbox",
    "SparseLinearClassifier": "pellucid.glassbox",
    "SparseLinearRegressor": "pellucid.glassbox",
    "TransformersModel": "pellucid.llm",
    "Validator": "pellucid.validation",
    "compare_domain": "pellucid.study",
    "compare_predictions": "pellucid.validation",
    "load_model": "pellucid.glassbox",
    "run_study": "pellucid.study",
    "save_model": "pellucid.glassbox",
    "score_card": "pellucid.glassbox",
    "write_report": "pellucid.study",
    "write_study": "pellucid.study",
}

_FOLDERS = (
    "app",
    "casework",
    "domains",
    "explanation",
    "extraction",
    "glassbox",
    "labeling",
    "ledger",
    "llm",
    "measures",
    "memorisation",
    "reporting",
    "schema",
    "study",
    "validation",
)

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    """Import a public name from the folder it lives in, or a folder itself."""
    if name in _FOLDERS:
        return importlib.import_module(f"pellucid.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'pellucid' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, *_FOLDERS])
