"""A decision, further: what one answer could change, and what to look at; on glass boxes and schema alone."""

from pellucid.explanation._sway import Sway, candidates, largest_sway
from pellucid.explanation._warnings import answer_warnings, order_warnings, spread_warnings

__all__ = ["Sway", "answer_warnings", "candidates", "largest_sway", "order_warnings", "spread_warnings"]
