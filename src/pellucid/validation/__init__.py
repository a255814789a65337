"""Is the glass box as good as asking the language model? The same folds for all, paired intervals, fixed rules."""

from pellucid.validation._audit import audit_reading, reading_caveats, wilson
from pellucid.validation._cross_fit import Contender
from pellucid.validation._rivals import XGBoostRival, prevalence_rival, tfidf_rival
from pellucid.validation._validator import Validator

__all__ = [
    "Contender",
    "Validator",
    "XGBoostRival",
    "audit_reading",
    "prevalence_rival",
    "reading_caveats",
    "tfidf_rival",
    "wilson",
]
