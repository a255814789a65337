"""One domain through the whole chain; what the command line and the app stand on."""

from pellucid.study._contenders import GLASS_BOXES
from pellucid.study._decisions import explain_document
from pellucid.study._run import StudyResult, compare_domain, run_study, write_study

__all__ = ["GLASS_BOXES", "StudyResult", "compare_domain", "explain_document", "run_study", "write_study"]
