"""Where labels come from: so far, the language model asked directly."""

from pellucid.labeling._direct import DirectLLMClassifier

__all__ = ["DirectLLMClassifier"]
