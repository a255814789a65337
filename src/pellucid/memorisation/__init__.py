"""Does a language model know a data set by heart? Tests that can be run on any model; they report what was found."""

from pellucid.memorisation._chance import ALARM_RATE
from pellucid.memorisation._memory_test import MemoryTest
from pellucid.memorisation._perturbed import perturbed_test, shift_numbers
from pellucid.memorisation._raw_table import RawTable
from pellucid.memorisation._report import MemorisationReport, MemorisationTest
from pellucid.memorisation._row_tests import table_tests
from pellucid.memorisation._run import MemorisationEstimate, estimate_tests, run_tests
from pellucid.memorisation._text_test import continuation_test

__all__ = [
    "ALARM_RATE",
    "MemorisationEstimate",
    "MemorisationReport",
    "MemorisationTest",
    "MemoryTest",
    "RawTable",
    "continuation_test",
    "estimate_tests",
    "perturbed_test",
    "run_tests",
    "shift_numbers",
    "table_tests",
]
