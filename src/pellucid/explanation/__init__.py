"""A decision, further: what one answer could change; on glass boxes and tables alone."""

from pellucid.explanation._sway import Sway, candidates, largest_sway

__all__ = ["Sway", "candidates", "largest_sway"]
