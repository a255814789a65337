"""A decision, further: what one answer could change, and what to look at; on glass boxes and schema alone."""

from pellucid.explanation._combinations import Combinations
from pellucid.explanation._counterfactual import Counterfactuals
from pellucid.explanation._joined import Scored, join_evidence
from pellucid.explanation._reasons import principal_reasons, reference_points
from pellucid.explanation._similar import SimilarCases
from pellucid.explanation._sway import Sway, candidates, largest_sway
from pellucid.explanation._uncertainty import ConformalSets, answer_stability, bag_range
from pellucid.explanation._warnings import answer_warnings, disagreement_warnings, order_warnings, spread_warnings

__all__ = [
    "Combinations",
    "ConformalSets",
    "Counterfactuals",
    "Scored",
    "SimilarCases",
    "Sway",
    "answer_stability",
    "answer_warnings",
    "bag_range",
    "candidates",
    "disagreement_warnings",
    "join_evidence",
    "largest_sway",
    "order_warnings",
    "principal_reasons",
    "reference_points",
    "spread_warnings",
]
