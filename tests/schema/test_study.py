"""A study's parts, as records."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Measure, ReadingRow


def test_counts_of_a_reading_row_are_not_negative():
    counts = {"answered": 3, "not_stated": 1, "unsupported": 0, "unreadable": 0, "checked": 4, "correct": 4}
    row = ReadingRow(question="age", **counts, accuracy=Measure(value=1.0, low=0.5, high=1.0))
    assert ReadingRow.model_validate_json(row.model_dump_json()) == row
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        ReadingRow(question="age", **{**counts, "correct": -1}, accuracy=Measure(value=None))
