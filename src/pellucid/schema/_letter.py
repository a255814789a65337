"""What a domain's letters say in its own words: subject, reasons per answer, notices the law asks for."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.schema._question import Identifier, Questionnaire, QuestionType, Value
from pellucid.schema._record import Record

Sentence = Annotated[str, Field(min_length=1)]


class ReasonWording(Record):
    """How a letter names one question as a reason, for some of its answers or for all.

    Attributes
    ----------
    question : str
    says : str
        The reason, such as ``"Length of employment"``. What claims something of the answer needs
        one of the conditions below; without any, it is said of every stated answer.
    among : tuple of (int, float or str)
        Only for these answers; empty where it is for all.
    at_least, at_most : float or None
        Only for numbers within these bounds, both inclusive.
    missing : bool
        Only where the document does not say; alone, without the other three.

    Examples
    --------
    >>> short = ReasonWording(question="months", says="Too short a time", at_most=6)
    >>> short.holds(3), short.holds(12), short.holds(None)
    (True, False, False)
    """

    question: Identifier
    says: Sentence
    among: tuple[Value, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    missing: bool = False

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        bounded = self.at_least is not None or self.at_most is not None
        if bool(self.among) + bounded + self.missing > 1:
            raise ValueError("among, at_least, at_most, missing: give a list, bounds, or missing, not several")
        return self

    def holds(self, value: Value | None) -> bool:
        """Whether this wording is for an answer.

        Parameters
        ----------
        value : int, float, str or None

        Returns
        -------
        bool
        """
        if self.missing or value is None:
            return self.missing and value is None
        if self.among:
            return value in self.among
        if self.at_least is None and self.at_most is None:
            return True
        if isinstance(value, str):
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class LetterWording(Record):
    """The file form of a domain's ``letters.toml``; everything in it may be left out.

    Attributes
    ----------
    subject : str
        Of the letter of reasons.
    decision : str
        What was decided, as the first sentence of that letter; used, like the subject, where
        a person signed the unfavourable decision (the domain's second outcome).
    reasons : tuple of ReasonWording
        The first that holds for an answer is taken.
    notices : tuple of str
        Paragraphs of the letter of reasons, such as those a law prescribes. What stands in
        square brackets is for the sender to fill in.
    explanation_subject : str
    explanation_notices : tuple of str
        Paragraphs of the letter of explanation.

    Examples
    --------
    >>> wording = LetterWording(reasons=[ReasonWording(question="months", says="Too short a time", at_most=6)])
    >>> wording.reason(["months"], {"months": 3}), wording.reason(["months"], {"months": 12})
    ('Too short a time', '')
    """

    subject: str = ""
    decision: str = ""
    reasons: tuple[ReasonWording, ...] = ()
    notices: tuple[Sentence, ...] = ()
    explanation_subject: str = ""
    explanation_notices: tuple[Sentence, ...] = ()

    def reason(self, questions: Sequence[str], values: Mapping[str, Value | None]) -> str:
        """Word a term as a reason.

        Parameters
        ----------
        questions : sequence of str
            One id, or two for an interaction.
        values : Mapping of str to int, float, str or None
            The answers; one that is not there counts as missing.

        Returns
        -------
        str
            Of a pair both wordings, joined; empty where there is no wording for one of them.
        """
        found = [self._one(question, values.get(question)) for question in questions]
        return "; ".join(dict.fromkeys(found)) if all(found) else ""

    def fault(self, questionnaire: Questionnaire) -> str:
        """Say what does not fit a questionnaire.

        Parameters
        ----------
        questionnaire : Questionnaire

        Returns
        -------
        str
            Such as ``"reasons.0.question: there is no question 'x'"``; empty where all is well.
        """
        for place, one in enumerate(self.reasons):
            if one.question not in questionnaire.ids:
                known = ", ".join(questionnaire.ids)
                return f"reasons.{place}.question: there is no question {one.question!r}; there are {known}"
            question = questionnaire[one.question]
            wrong = next((value for value in one.among if not question.accepts(value)), None)
            if wrong is not None:
                return f"reasons.{place}.among: {wrong!r} {question.fault(wrong)} of {one.question!r}"
            bounded = one.at_least is not None or one.at_most is not None
            if bounded and question.type is not QuestionType.NUMBER:
                return f"reasons.{place}.at_least: {one.question!r} is no number; name its options in among"
        return ""

    def _one(self, question: str, value: Value | None) -> str:
        """Word one question."""
        return next((one.says for one in self.reasons if one.question == question and one.holds(value)), "")
