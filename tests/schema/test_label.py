"""A label says a class, a probability, or why it has neither."""

import numpy as np
import pytest
from pydantic import ValidationError

from pellucid.schema import Label, Source


def label(**more):
    return Label(**{"document": "a", "labeler": "x", "label": 1, **more})


@pytest.mark.parametrize("value", [True, 1, 0.5, "yes", np.int64(1), np.bool_(True), np.str_("yes")])
def test_a_class_keeps_its_kind_and_comes_back_out_of_json(value):
    plain = value.item() if isinstance(value, np.generic) else value
    found = label(label=value)
    assert found.label == plain
    assert type(found.label) is type(plain)
    assert type(Label.model_validate_json(found.model_dump_json()).label) is type(plain)


def test_a_label_that_is_not_given_says_why():
    with pytest.raises(ValidationError, match="cause: a label that is not given needs one"):
        label(label=None)
    with pytest.raises(ValidationError, match="cause: it says why there is no label"):
        label(cause="no word found")
    assert not label(label=None, cause="no word found").is_given


def test_a_probability_alone_is_given():
    assert label(label=None, probability=0.5).is_given
    assert label(label=None, probabilities={"x": 0.25, "y": 0.75}).is_given


def test_probabilities_add_up():
    with pytest.raises(ValidationError, match="add up to 1"):
        label(probabilities={"x": 0.25, "y": 0.5})


@pytest.mark.parametrize("more", [{"probability": 1.1}, {"repeat": 0}, {"spread": -1.0}, {"labeler": ""}])
def test_values_out_of_range_are_refused(more):
    with pytest.raises(ValidationError):
        label(**more)


def test_what_was_said_is_not_shown_in_the_repr():
    shown = repr(label(rationale="SECRET", evidence_for="SECRET", source=Source(model="demo")))
    assert "SECRET" not in shown
