"""Drawing: records of `pellucid.schema` as self-contained pages and as plain text.

A record is first laid out (`_comparison_view`, `_decision_view`, `_model_page`: words
and rounded numbers), then turned into drawings (`_figures`, `_shape_figures`: frozen
coordinates), and only then into markup, which stands in ``templates/`` and nowhere
else. `_wording` holds every rule of rounding, so that page and terminal agree.
"""

from pellucid.reporting._calibration_figure import calibration_figure
from pellucid.reporting._card_text import data_card_markdown, model_card_markdown
from pellucid.reporting._case_model import model_panel
from pellucid.reporting._case_panels import case_css, decision_panel, document_panel, sureness_panel, warnings_panel
from pellucid.reporting._case_report import decision_report
from pellucid.reporting._case_tables import audit_table, review_table, worklist_table
from pellucid.reporting._case_tabs import (
    basis_panel,
    changes_panel,
    corrections_panel,
    second_opinion_panel,
    signed_panel,
    similar_panel,
)
from pellucid.reporting._cost_figure import cost_figure
from pellucid.reporting._curve_figure import decision_curve_figure, learning_curve_figure, roc_figure
from pellucid.reporting._curve_tables import (
    calibration_table,
    cost_table,
    crossing_table,
    decision_curve_table,
    forest_table,
    gold_curve_table,
    learning_curve_table,
    roc_table,
)
from pellucid.reporting._drawn import DrawnDecision
from pellucid.reporting._evidence_view import highlight
from pellucid.reporting._figure_svg import figure_markup, figure_svg
from pellucid.reporting._figures import interval_figure, waterfall
from pellucid.reporting._forest_figure import forest_figure
from pellucid.reporting._gold_figure import gold_curve_figure
from pellucid.reporting._letters import explanation_letter, reason_letter
from pellucid.reporting._report import build_report, questions_toml, read_answers
from pellucid.reporting._report_page import annex_page, report_page
from pellucid.reporting._shape_figures import shape_figure
from pellucid.reporting._shown import shown
from pellucid.reporting._study_page import study_page
from pellucid.reporting._subgroup_figure import subgroup_figure
from pellucid.reporting._summary_page import summary_page
from pellucid.reporting._text import comparison_text, decision_text
from pellucid.reporting._wording import one_line, percent, question_label

__all__ = [
    "DrawnDecision",
    "annex_page",
    "audit_table",
    "basis_panel",
    "build_report",
    "calibration_figure",
    "calibration_table",
    "case_css",
    "changes_panel",
    "comparison_text",
    "corrections_panel",
    "cost_figure",
    "cost_table",
    "crossing_table",
    "data_card_markdown",
    "decision_curve_figure",
    "decision_curve_table",
    "decision_panel",
    "decision_report",
    "decision_text",
    "document_panel",
    "explanation_letter",
    "figure_markup",
    "figure_svg",
    "forest_figure",
    "forest_table",
    "gold_curve_figure",
    "gold_curve_table",
    "highlight",
    "interval_figure",
    "learning_curve_figure",
    "learning_curve_table",
    "model_card_markdown",
    "model_panel",
    "one_line",
    "percent",
    "question_label",
    "questions_toml",
    "read_answers",
    "reason_letter",
    "report_page",
    "review_table",
    "roc_figure",
    "roc_table",
    "second_opinion_panel",
    "shape_figure",
    "shown",
    "signed_panel",
    "similar_panel",
    "study_page",
    "subgroup_figure",
    "summary_page",
    "sureness_panel",
    "warnings_panel",
    "waterfall",
    "worklist_table",
]
