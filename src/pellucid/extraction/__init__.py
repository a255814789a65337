"""From documents to answers to features."""

from pellucid.extraction._evidence import Evidence, Span
from pellucid.extraction._extractor import LLMFeatureExtractor
from pellucid.extraction._parse import Unreadable, parse_object
from pellucid.extraction._prompt import fenced
from pellucid.extraction._reader import read_documents, recorded_prompt

__all__ = [
    "Evidence",
    "LLMFeatureExtractor",
    "Span",
    "Unreadable",
    "fenced",
    "parse_object",
    "read_documents",
    "recorded_prompt",
]
