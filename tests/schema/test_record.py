"""What holds for every record."""

from functools import cache

import pytest
from pydantic import ValidationError

from pellucid import schema
from pellucid.schema import Record, json_schemas

RECORDS = [getattr(schema, name) for name in schema.__all__ if isinstance(getattr(schema, name), type)]
RECORDS = [record for record in RECORDS if issubclass(record, Record) and record is not Record]
schemas = cache(json_schemas)  # of all records at once; they do not change


def test_there_are_records():
    assert {"Question", "Answer", "Decision", "Comparison", "Domain"} <= {record.__name__ for record in RECORDS}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_record_is_frozen_closed_and_has_a_json_schema(record):
    assert record.model_config["frozen"]
    assert record.model_config["hide_input_in_errors"]
    assert schemas()[record.__name__]["additionalProperties"] is False
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        record.model_validate({"no_such_key": 1})
