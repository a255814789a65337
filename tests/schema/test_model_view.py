"""A model laid open, as a record."""

import pytest
from pydantic import ValidationError

from pellucid.schema import ModelView, Shape, Step

STEP = Step(said="yes", points=0.5, documents=3)


def test_json_goes_both_ways():
    shape = Shape(questions=("pain",), numeric=False, importance=0.2, steps=(STEP,))
    view = ModelView(model="EBMClassifier", outcome="1", unit="log-odds", intercept=-0.1, shapes=(shape,))
    assert ModelView.model_validate_json(view.model_dump_json()) == view


def test_units_are_two_and_counts_are_not_negative():
    with pytest.raises(ValidationError, match="String should match pattern"):
        ModelView(model="m", outcome="1", unit="percent", intercept=0, shapes=())
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        Step(said="yes", points=0.5, documents=-1)
