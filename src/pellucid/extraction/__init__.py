"""From documents to answers to features."""

from pellucid.extraction._cues import Cue, cues
from pellucid.extraction._estimate import Estimate, estimate
from pellucid.extraction._evidence import Evidence, Span
from pellucid.extraction._extractor import LLMFeatureExtractor
from pellucid.extraction._orders import Order, orders
from pellucid.extraction._parse import Unreadable, parse_object
from pellucid.extraction._presidio import PresidioRedactor
from pellucid.extraction._prompt import fenced
from pellucid.extraction._reader import read_documents, read_stream, recorded_prompt
from pellucid.extraction._redaction import PatternRedactor, Redacted, Redaction
from pellucid.extraction._sent import Redact, Sent

__all__ = [
    "Cue",
    "Estimate",
    "Evidence",
    "LLMFeatureExtractor",
    "Order",
    "PatternRedactor",
    "PresidioRedactor",
    "Redact",
    "Redacted",
    "Redaction",
    "Sent",
    "Span",
    "Unreadable",
    "cues",
    "estimate",
    "fenced",
    "orders",
    "parse_object",
    "read_documents",
    "read_stream",
    "recorded_prompt",
]
