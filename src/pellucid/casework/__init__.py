"""Cases for people: fitted models beside recorded documents and new texts, scored anew when an answer is corrected."""

from pellucid.casework._answers import allowed, check_values, value_of, values_of
from pellucid.casework._casework import Casework

__all__ = ["Casework", "allowed", "check_values", "value_of", "values_of"]
