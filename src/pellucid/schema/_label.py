"""A label: an outcome as given by one labeler, with what it said for it."""

from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, field_validator, model_validator

from pellucid.schema._answer import Probability, Source
from pellucid.schema._record import Record

ClassLabel = StrictBool | StrictInt | StrictFloat | StrictStr
"""What a class may be called: whatever stands in ``y``, as plain Python."""


class Label(Record):
    """What one labeler says of one document: a class, a probability, both, or nothing.

    Attributes
    ----------
    document : str
        Id of the document.
    labeler : str
        Who says it; the same for every document and repeat of one labeler.
    label : bool, int, float, str or None
        The class; None where the labeler votes for none.
    probability : float or None
        Of the second of two classes, where the labeler gives one.
    probabilities : dict of str to float
        Of every class, by its name as text, where there are more than two.
    cause : str
        Why there is neither class nor probability, such as ``"no word found"``; empty where
        there is one.
    rationale : str
        The labeler's reason, in its own words.
    evidence_for, evidence_against : str
        The strongest fact for and against the second class, where the labeler was asked.
    source : Source or None
        Model and prompt, or ``"person"``; None for a rule.
    repeat : int
        1 the first time, 2 when the same was asked once again, and so on.
    spread : float or None
        Standard deviation of the log-odds that were pooled into this label.

    Examples
    --------
    >>> label = Label(document="a-1", labeler="demo: direct/1", label=1, probability=0.8)
    >>> label.is_given, Label(document="a-2", labeler="words", label=None, cause="no word found").is_given
    (True, False)
    """

    document: str
    labeler: Annotated[str, Field(min_length=1)]
    label: ClassLabel | None
    probability: Probability | None = None
    probabilities: dict[str, Probability] = Field(default_factory=dict)
    cause: str = ""
    rationale: str = Field(default="", repr=False)
    evidence_for: str = Field(default="", repr=False)
    evidence_against: str = Field(default="", repr=False)
    source: Source | None = None
    repeat: Annotated[int, Field(ge=1)] = 1
    spread: Annotated[float, Field(ge=0.0)] | None = None

    @field_validator("label", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        """Take a class out of an array as the plain value it is."""
        return value.item() if hasattr(value, "item") and hasattr(value, "dtype") else value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.is_given and self.cause:
            raise ValueError("cause: it says why there is no label; this one has a label")
        if not self.is_given and not self.cause:
            raise ValueError("cause: a label that is not given needs one, such as 'no word found'")
        if self.probabilities and abs(sum(self.probabilities.values()) - 1) > 0.01:
            raise ValueError("probabilities: they add up to 1")
        return self

    @property
    def is_given(self) -> bool:
        """Whether there is a class or a probability."""
        return self.label is not None or self.probability is not None or bool(self.probabilities)
