"""Fidelity as a record and as a table."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Departure, Fidelity

FOUND = Fidelity(
    documents=20,
    correlation=0.9,
    mean_absolute=0.4,
    level=-0.1,
    agreement=0.85,
    departures=(
        Departure(question="pain", said="yes", documents=8, mean=0.5, low=0.2, high=0.8, p=0.049),
        Departure(question="pain", said="no", documents=12, mean=-0.3, low=-0.7, high=0.1, p=0.05),
        Departure(question="age", said="< 40", documents=3, mean=2.0),
    ),
)


def test_only_what_chance_does_not_explain_is_marked():
    assert [one.marked for one in FOUND.departures] == [True, False, False]


def test_the_table_has_a_row_for_every_question_and_answer():
    frame = FOUND.to_frame()
    assert frame.columns.tolist() == ["question", "said", "documents", "mean", "low", "high", "p", "marked"]
    assert frame["marked"].tolist() == [True, False, False]
    assert frame.loc[2, ["low", "high", "p"]].isna().all()
    empty = Fidelity(documents=0, correlation=None, mean_absolute=0, level=0, agreement=0).to_frame()
    assert empty.shape == (0, 8)


def test_written_and_read_it_is_the_same():
    assert Fidelity.model_validate_json(FOUND.model_dump_json()) == FOUND


@pytest.mark.parametrize(
    "wrong", [{"correlation": 1.2}, {"documents": -1}, {"mean_absolute": -0.1}, {"agreement": 1.1}, {"extra": 1}]
)
def test_figures_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        Fidelity(**{**FOUND.model_dump(), **wrong})


def test_a_group_has_a_document_and_p_is_a_probability():
    for wrong in ({"documents": 0}, {"p": 1.5}):
        with pytest.raises(ValidationError):
            Departure(**{"question": "q", "said": "a", "documents": 1, "mean": 0.0, **wrong})
