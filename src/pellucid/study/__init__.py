"""One domain through the whole chain, and any documents through a questionnaire; what command line and app stand on."""

from pellucid.study._answer_files import check_answers_file, write_readings
from pellucid.study._attack import AttackReport, AttackRow, adversarial_texts, run_attack
from pellucid.study._audited import audit_groups
from pellucid.study._contenders import ABOUT, DIRECT, GLASS_BOXES
from pellucid.study._decisions import HeldOut, explain_document, held_out_decisions, stratified_folds
from pellucid.study._documents import TEXT, ReadDomain, cautions, read_domain
from pellucid.study._label_bench import LabelBench, bench_labels, trace_labels
from pellucid.study._label_contenders import Labelled, label_contenders, labelled_domain
from pellucid.study._label_review import review_labels
from pellucid.study._label_text import bench_text, curves_text
from pellucid.study._predictions import StoredPredictions, read_predictions
from pellucid.study._reading import Documents, QuestionTally, ReadingSummary, ReadingTally, read_into
from pellucid.study._record import RecordedDomain, record_domain
from pellucid.study._report_files import write_report
from pellucid.study._run import StudyResult, compare_domain, run_study, write_study
from pellucid.study._tables import count_documents, open_documents

__all__ = [
    "ABOUT",
    "DIRECT",
    "GLASS_BOXES",
    "TEXT",
    "AttackReport",
    "AttackRow",
    "Documents",
    "HeldOut",
    "LabelBench",
    "Labelled",
    "QuestionTally",
    "ReadDomain",
    "ReadingSummary",
    "ReadingTally",
    "RecordedDomain",
    "StoredPredictions",
    "StudyResult",
    "adversarial_texts",
    "audit_groups",
    "bench_labels",
    "bench_text",
    "cautions",
    "check_answers_file",
    "compare_domain",
    "count_documents",
    "curves_text",
    "explain_document",
    "held_out_decisions",
    "label_contenders",
    "labelled_domain",
    "open_documents",
    "read_domain",
    "read_into",
    "read_predictions",
    "record_domain",
    "review_labels",
    "run_attack",
    "run_study",
    "stratified_folds",
    "trace_labels",
    "write_readings",
    "write_report",
    "write_study",
]
