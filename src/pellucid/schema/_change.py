"""What would change a decision: the rules of what may change, and the smallest changes found under them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from pellucid.schema._answer import Probability
from pellucid.schema._question import Identifier, Question, Questionnaire, QuestionType, Value
from pellucid.schema._record import Record


class Direction(StrEnum):
    """Which way an answer may move; options of an ordinal question go up in their order."""

    ANY = "any"
    UP = "up"
    DOWN = "down"
    FIXED = "fixed"


class ChangeRule(Record):
    """What may happen to one answer, and how hard it is.

    Attributes
    ----------
    question : str
    direction : Direction, default=ANY
        Choices have no order of their own: ``"up"`` asks for `among`, whose order then counts,
        with the options that it leaves out below it.
    step : float or None
        Numbers are changed to whole multiples of it, in the question's unit; None for the
        question's own resolution.
    minimum, maximum : float or None
        Inclusive bounds of the number changed to; the training range bounds it, too.
    among : tuple of str or None
        Options it may be changed to; None for all. Numbers have none.
    cost : float, default=1.0
        How much a move counts, against other questions; above 0.
    why : str
        The reason, for the person who reads the changes.

    Examples
    --------
    >>> ChangeRule(question="age", direction="fixed", why="nobody grows younger").allows(40, 30)
    False
    >>> ChangeRule(question="amount", direction="down", minimum=500).allows(2000, 1500)
    True
    """

    question: Identifier
    direction: Direction = Direction.ANY
    step: Annotated[float, Field(gt=0.0)] | None = None
    minimum: float | None = None
    maximum: float | None = None
    among: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    cost: Annotated[float, Field(gt=0.0)] = 1.0
    why: str = ""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum: {self.minimum:g} is above maximum {self.maximum:g}")
        return self

    def allows(self, before: float, after: float) -> bool:
        """Whether a number, or the place of an option in its order, may move so.

        Parameters
        ----------
        before, after : float

        Returns
        -------
        bool
            The step is not looked at.
        """
        if after == before:
            return True
        if self.direction is Direction.FIXED:
            return False
        if (after < before and self.direction is Direction.UP) or (after > before and self.direction is Direction.DOWN):
            return False
        return (self.minimum is None or after >= self.minimum) and (self.maximum is None or after <= self.maximum)


class Condition(Record):
    """One thing said of one answer; a missing answer fulfils none.

    Attributes
    ----------
    question : str
    among : tuple of (int, float or str) or None
        The answer is one of these.
    at_least, at_most : float or None
        The number lies within these bounds, both inclusive.

    Examples
    --------
    >>> Condition(question="age", at_least=18).holds(18), Condition(question="age", at_least=18).holds(None)
    (True, False)
    """

    question: Identifier
    among: Annotated[tuple[Value, ...], Field(min_length=1)] | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        bounded = self.at_least is not None or self.at_most is not None
        if (self.among is not None) == bounded:
            raise ValueError("among: give either the values allowed, or at_least and at_most")
        return self

    def holds(self, value: Value | None) -> bool:
        """Whether an answer fulfils the condition.

        Parameters
        ----------
        value : int, float, str or None

        Returns
        -------
        bool
        """
        if value is None:
            return False
        if self.among is not None:
            return value in self.among
        if isinstance(value, str):
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class JointRule(Record):
    """Values that only go together: where `when` holds, `then` must hold too.

    A rule that the document itself breaks asks only that no change breaks it anew: it
    binds as soon as one of its two answers is changed. Where the second answer is
    missing, the rule says nothing.

    Attributes
    ----------
    when, then : Condition
        Of two different questions.
    why : str

    Examples
    --------
    >>> rule = JointRule(when={"question": "sky", "among": ["clear"]}, then={"question": "rain", "among": ["no"]})
    >>> rule.holds({"sky": "clear", "rain": "yes"}), rule.holds({"sky": "grey", "rain": "yes"})
    (False, True)
    """

    when: Condition
    then: Condition
    why: str = ""

    @model_validator(mode="after")
    def _of_two(self) -> Self:
        if self.when.question == self.then.question:
            raise ValueError("then: must speak of another question than when; use a rule's minimum and maximum")
        return self

    def holds(self, values: Mapping[str, Value | None]) -> bool:
        """Whether answers go together.

        Parameters
        ----------
        values : mapping of str to int, float, str or None
            By question; one that is not there is missing.

        Returns
        -------
        bool
        """
        if not self.when.holds(values.get(self.when.question)):
            return True
        answer = values.get(self.then.question)
        return answer is None or self.then.holds(answer)


class ChangeRules(Record):
    """Which answers may change, how, and which values go together.

    Attributes
    ----------
    rules : tuple of ChangeRule
        At most one per question; a question without one may change within its training range.
    joint : tuple of JointRule
    note : str
        What a person should know of these rules.

    Examples
    --------
    >>> rules = ChangeRules(rules=[ChangeRule(question="age", direction="fixed")])
    >>> rules.of("age").direction.value, rules.of("amount").direction.value
    ('fixed', 'any')
    """

    rules: tuple[ChangeRule, ...] = ()
    joint: tuple[JointRule, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _unique(self) -> Self:
        seen: set[str] = set()
        for place, rule in enumerate(self.rules):
            if rule.question in seen:
                raise ValueError(f"rules.{place}.question: {rule.question!r} has two rules; give it one")
            seen.add(rule.question)
        return self

    def of(self, question: str) -> ChangeRule:
        """Return the rule of a question, or the default: any change within the training range.

        Parameters
        ----------
        question : str

        Returns
        -------
        ChangeRule
        """
        for rule in self.rules:
            if rule.question == question:
                return rule
        return ChangeRule(question=question)

    def fault(self, questionnaire: Questionnaire) -> str:
        """Say where the rules speak of what a questionnaire does not have.

        Parameters
        ----------
        questionnaire : Questionnaire

        Returns
        -------
        str
            Names the rule, such as ``"joint.0.then.among: ..."``; empty where all is well.
        """
        for place, rule in enumerate(self.rules):
            if found := _rule_fault(rule, questionnaire):
                return f"rules.{place}.{found}"
        for place, joint in enumerate(self.joint):
            for key, condition in (("when", joint.when), ("then", joint.then)):
                if found := _condition_fault(condition, questionnaire):
                    return f"joint.{place}.{key}.{found}"
        return ""


def _rule_fault(rule: ChangeRule, questionnaire: Questionnaire) -> str:
    """Hold one rule against its question."""
    if rule.question not in questionnaire.ids:
        return f"question: there is no question {rule.question!r}; there are {', '.join(questionnaire.ids)}"
    kind = questionnaire[rule.question].type
    if kind is QuestionType.CHOICE and (
        rule.direction is Direction.DOWN or (rule.direction is Direction.UP and rule.among is None)
    ):
        return "direction: options of a choice have no order; 'any', 'fixed', or 'up' along among is expected"
    bounds = {"step": rule.step, "minimum": rule.minimum, "maximum": rule.maximum}
    given = [key for key, value in bounds.items() if value is not None]
    if kind is not QuestionType.NUMBER and given:
        return f"{given[0]}: {rule.question!r} is no number; only a number has it"
    if rule.among is None:
        return ""
    if kind is QuestionType.NUMBER:
        return f"among: {rule.question!r} is a number; give minimum and maximum"
    return _options_fault(rule.among, questionnaire[rule.question])


def _condition_fault(condition: Condition, questionnaire: Questionnaire) -> str:
    """Hold one condition against its question."""
    if condition.question not in questionnaire.ids:
        return f"question: there is no question {condition.question!r}; there are {', '.join(questionnaire.ids)}"
    question = questionnaire[condition.question]
    if condition.among is None:
        return "" if question.type is QuestionType.NUMBER else f"among: {question.id!r} is no number; name its options"
    return _options_fault(condition.among, question)


def _options_fault(given: tuple[Value, ...], question: Question) -> str:
    """Say which of some values a question does not have."""
    wrong = [value for value in given if not question.accepts(value)]
    if not wrong:
        return ""
    allowed = ", ".join(question.levels) or "numbers within its range"
    return f"among: {wrong[0]!r} {question.fault(wrong[0])} of {question.id!r}; there are {allowed}"


class Change(Record):
    """One answer changed.

    Attributes
    ----------
    question : str
    before, after : int, float, str or None
    before_said, after_said : str
        The same in words, with units.
    points : float
        What this change adds to the score. Where changes share a pair, or a tree, each
        gets what it adds to those before it, in the questionnaire's order, so that all
        of them add up to the change of the score.
    """

    question: str
    before: Value | None = Field(repr=False)
    after: Value | None
    before_said: str = Field(repr=False)
    after_said: str
    points: float


class Counterfactual(Record):
    """Answers which, changed together, turn the decision.

    Attributes
    ----------
    document : str
    changes : tuple of Change
        In the questionnaire's order.
    distance : float
        Sum over the changes of cost times how far the answer moves, in spans: a number's
        interquartile range, one step of an ordinal, 1 for yes/no and choice.
    score, probability : float
        Log-odds and probability of the second outcome after the changes, scored anew.
    predicted : str
        The class decided for after the changes.
    """

    document: str
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]
    distance: Annotated[float, Field(ge=0.0)]
    score: float
    probability: Probability
    predicted: str


class CounterfactualSet(Record):
    """The smallest changes that reach a class, or why none does.

    Attributes
    ----------
    document : str
    target : str
        The class to be reached.
    found : tuple of Counterfactual
        Fewest answers changed first, then smallest distance; none changes all the
        questions of an earlier one.
    reason : str
        Why nothing was found; empty exactly where something was.
    """

    document: str
    target: str
    found: tuple[Counterfactual, ...]
    reason: str = ""

    @model_validator(mode="after")
    def _one_or_other(self) -> Self:
        if bool(self.found) == bool(self.reason):
            raise ValueError("reason: is given exactly where nothing was found")
        return self
