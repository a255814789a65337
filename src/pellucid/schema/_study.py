"""A study: one domain put through the whole chain, with all that a report shows."""

from typing import Annotated

from pydantic import Field

from pellucid.schema._answer import Probability
from pellucid.schema._audit import Audit
from pellucid.schema._comparison import Comparison
from pellucid.schema._decision import Decision
from pellucid.schema._measure import Measure
from pellucid.schema._model_view import ModelView
from pellucid.schema._question import Questionnaire
from pellucid.schema._record import Record

Count = Annotated[int, Field(ge=0)]


class ReadingRow(Record):
    """How one question was read over all documents.

    Attributes
    ----------
    question : str
    answered, not_stated, unsupported, unreadable : int
        Documents by status of the answer.
    checked : int
        Documents with a known fact (stated or known to be left out); 0 for a judgement.
    correct : int
        Of those, answers equal to the fact ("not stated" where the document is silent).
    accuracy : Measure
        ``correct / checked`` with a Wilson interval; undefined where nothing was checked.
    """

    question: str
    answered: Count
    not_stated: Count
    unsupported: Count
    unreadable: Count
    checked: Count
    correct: Count
    accuracy: Measure


class ExplainedDocument(Record):
    """One decision with the document it was made on.

    Attributes
    ----------
    text : str
        The document, unchanged; offsets in the decision's answers count in it.
    decision : Decision
    observed : str
        What really happened, in the words of the domain's outcomes.
    direct : float or None
        The language model's own probability of the outcome, asked directly.
    trained_on : int or None
        How many other documents the model was fitted on.
    """

    text: str = Field(repr=False)
    decision: Decision
    observed: str
    direct: Probability | None = None
    trained_on: Annotated[int, Field(ge=0)] | None = None


class Study(Record):
    """Everything a report on one domain shows.

    Attributes
    ----------
    name, title, task, unit : str
        From the domain.
    outcomes : tuple of two str
    questionnaire : Questionnaire
    comparison : Comparison
    reading : tuple of ReadingRow
    views : tuple of ModelView
        The glass boxes fitted on all documents.
    decisions : tuple of ExplainedDocument
        Each predicted by a model that had not seen the document.
    cautions : tuple of str
        What to say before any number.
    sources : tuple of str
        Where the records come from, with licence.
    command : str
        What reproduces the study.
    audit : Audit or None
        What was looked for in questions and groups, and found.
    """

    name: str
    title: str
    task: str
    unit: str
    outcomes: tuple[str, str]
    questionnaire: Questionnaire
    comparison: Comparison
    reading: tuple[ReadingRow, ...]
    views: tuple[ModelView, ...]
    decisions: tuple[ExplainedDocument, ...]
    cautions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    command: str = ""
    audit: Audit | None = None
