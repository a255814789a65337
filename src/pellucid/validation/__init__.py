"""Is the glass box as good as asking the language model? The same documents for all, paired intervals, fixed rules."""

from pellucid.validation._audit import audit_reading, reading_caveats
from pellucid.validation._calibration_curve import calibration_curves
from pellucid.validation._comparing import Analysis, Entry
from pellucid.validation._cross_fit import Contender
from pellucid.validation._curves import net_benefit_curves, roc_curves
from pellucid.validation._design import CrossValidation, External, StudyDesign, Temporal
from pellucid.validation._echo import Told, label_echo
from pellucid.validation._gold_curve import GoldRules, gold_curves
from pellucid.validation._group_tests import SubgroupAudit
from pellucid.validation._groups import SubgroupRules, cut_attributes
from pellucid.validation._leaks import predict_alone, question_leaks
from pellucid.validation._learning_curve import learning_curves
from pellucid.validation._looked import Looked
from pellucid.validation._permutation import permuted_signal
from pellucid.validation._pure_levels import pure_level_leaks
from pellucid.validation._question_audit import QuestionFindings, audit_questions, question_findings
from pellucid.validation._reliability import Repeatability, repeatability
from pellucid.validation._rivals import XGBoostRival, prevalence_rival, tfidf_rival
from pellucid.validation._stated_leaks import quote_leaks, wording_leaks
from pellucid.validation._stored import compare_predictions
from pellucid.validation._subgroups import audit_extraction_by_group, audit_labels_by_group, audit_subgroups
from pellucid.validation._twins import Twins, find_row_twins, find_twins, grouped_by_twins
from pellucid.validation._validator import Validator

__all__ = [
    "Analysis",
    "Contender",
    "CrossValidation",
    "Entry",
    "External",
    "GoldRules",
    "Looked",
    "QuestionFindings",
    "Repeatability",
    "StudyDesign",
    "SubgroupAudit",
    "SubgroupRules",
    "Temporal",
    "Told",
    "Twins",
    "Validator",
    "XGBoostRival",
    "audit_extraction_by_group",
    "audit_labels_by_group",
    "audit_questions",
    "audit_reading",
    "audit_subgroups",
    "calibration_curves",
    "compare_predictions",
    "cut_attributes",
    "find_row_twins",
    "find_twins",
    "gold_curves",
    "grouped_by_twins",
    "label_echo",
    "learning_curves",
    "net_benefit_curves",
    "permuted_signal",
    "predict_alone",
    "prevalence_rival",
    "pure_level_leaks",
    "question_findings",
    "question_leaks",
    "quote_leaks",
    "reading_caveats",
    "repeatability",
    "roc_curves",
    "tfidf_rival",
    "wording_leaks",
]
