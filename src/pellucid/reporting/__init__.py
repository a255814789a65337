"""Drawing: records of `pellucid.schema` as self-contained pages and as plain text.

A record is first laid out (`_comparison_view`, `_decision_view`, `_model_page`: words
and rounded numbers), then turned into drawings (`_figures`, `_shape_figures`: frozen
coordinates), and only then into markup, which stands in ``templates/`` and nowhere
else. `_wording` holds every rule of rounding, so that page and terminal agree.
"""

from pellucid.reporting._evidence_view import highlight
from pellucid.reporting._study_page import study_page
from pellucid.reporting._text import comparison_text, decision_text
from pellucid.reporting._wording import one_line

__all__ = ["comparison_text", "decision_text", "highlight", "one_line", "study_page"]
