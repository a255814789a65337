"""Labelers that are rules on answers: a question, a comparison, a value, and the class it speaks for."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd

from pellucid._checks import check_option
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._label_classes import plain
from pellucid.labeling._rules import vote
from pellucid.schema import Label, Question, Questionnaire, QuestionType, Reading, Status

_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}
COMPARISONS = ("==", "!=", *_ORDERED, "in")


class AnswerRule(NamedTuple):
    """One rule: where the answer to a question compares so with a value, it speaks for a class.

    Attributes
    ----------
    question : str
        Id.
    comparison : {"==", "!=", "<", "<=", ">", ">=", "in"}
    value : int, float, str, or a sequence of them for ``"in"``
    label : bool, int, float or str
        The class.
    """

    question: str
    comparison: str
    value: Any
    label: Any

    @property
    def words(self) -> str:
        """The rule as a person reads it."""
        value = " or ".join(map(str, self.value)) if self.comparison == "in" else str(self.value)
        return f"{self.question} {self.comparison.replace('==', 'is').replace('!=', 'is not')} {value}"


class AnswerRuleLabeler:
    """Vote by rules on the answers a language model, or whoever else, gave to a questionnaire.

    A rule on an answer that is not there does not apply. A document to which no rule
    applies, or rules for several classes do, gets no vote.

    Parameters
    ----------
    rules : AnswerRule or sequence of AnswerRule
    questionnaire : Questionnaire
        Says which values a question allows, and the order of ordinal ones.
    name : str, default="answer rules"

    Raises
    ------
    InvalidInputError
        If a rule asks what the questionnaire does not, compares with a value that is not
        allowed, or asks for an order where there is none.

    Examples
    --------
    >>> wind = Questionnaire(name="demo", questions=[Question(id="wind", ask="How strong?", type="number")])
    >>> labeler = AnswerRuleLabeler(AnswerRule("wind", ">=", 8, label=1), wind)
    >>> [one.label for one in labeler.label(pd.DataFrame({"wind": [9.0, 3.0, None]}))]
    [1, None, None]
    """

    def __init__(
        self, rules: AnswerRule | Sequence[AnswerRule], questionnaire: Questionnaire, *, name: str = "answer rules"
    ) -> None:
        self.rules = (rules,) if isinstance(rules, AnswerRule) else tuple(rules)
        self.questionnaire = questionnaire
        self.name = name
        if not self.rules or not all(isinstance(rule, AnswerRule) for rule in self.rules):
            raise InvalidInputError(
                "rules: at least one AnswerRule is expected, such as AnswerRule('age', '>=', 65, 1)"
            )
        for rule in self.rules:
            _check(rule, questionnaire)

    def __repr__(self) -> str:
        return f"AnswerRuleLabeler({len(self.rules)} rules, name={self.name!r})"

    def label(self, X: Any) -> tuple[Label, ...]:
        """Label documents by their answers.

        Parameters
        ----------
        X : DataFrame of shape (n_documents, n_questions), or sequence of Reading
            A table has a column for each question that a rule asks; its index names the
            documents. Of readings, answers count that are supported by the document or
            were corrected by a person.

        Returns
        -------
        tuple of Label
            One per document; the rules that applied are its rationale.

        Raises
        ------
        InvalidInputError
            If a column is missing, or an answer is none that its question allows.
        """
        return tuple(
            vote(name, self.name, [(rule.words, rule.label) for rule in self.rules if self._applies(rule, name, said)])
            for name, said in self._answers(X)
        )

    def _answers(self, X: Any) -> list[tuple[str, dict[str, Any]]]:
        """Return name and answers of each document; what was not answered is left out."""
        if not isinstance(X, pd.DataFrame):
            return _of_readings(X)
        asked = list(dict.fromkeys(rule.question for rule in self.rules))
        missing = [name for name in asked if name not in X.columns]
        if missing:
            raise InvalidInputError(
                f"X: has no column {missing[0]!r}, which a rule asks; it has {', '.join(X.columns[:20])}"
            )
        rows = X[asked].astype(object).to_dict(orient="records")
        return [
            (str(name), {str(asked): plain(value) for asked, value in row.items() if not pd.isna(value)})
            for name, row in zip(X.index, rows, strict=True)
        ]

    def _applies(self, rule: AnswerRule, document: str, said: dict[str, Any]) -> bool:
        if rule.question not in said:
            return False
        question, value = self.questionnaire[rule.question], said[rule.question]
        if not question.accepts(value):
            raise InvalidInputError(
                f"X: document {document!r}, question {question.id!r}: the answer {question.fault(value)}"
            )
        if rule.comparison == "in":
            return value in rule.value
        if rule.comparison in ("==", "!="):
            return (value == rule.value) is (rule.comparison == "==")
        return _ORDERED[rule.comparison](_place(question, value), _place(question, rule.value))


def _of_readings(X: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(X, str | bytes) or not isinstance(X, Sequence) or not all(isinstance(one, Reading) for one in X):
        raise InvalidInputError(f"X: got {type(X).__name__}; a table of answers, or a sequence of Reading, is expected")
    counted = (Status.ANSWERED, Status.CORRECTED)
    return [
        (
            reading.document,
            {one.question: one.value for one in reading.answers if one.status in counted and one.value is not None},
        )
        for reading in X
    ]


def _place(question: Question, value: Any) -> Any:
    return value if question.type is QuestionType.NUMBER else question.levels.index(value)


def _check(rule: AnswerRule, questionnaire: Questionnaire) -> None:
    """Refuse a rule that cannot be applied."""
    check_option("comparison", rule.comparison, COMPARISONS)
    if rule.question not in questionnaire.ids:
        raise InvalidInputError(
            f"question: got {rule.question!r}; the questionnaire asks {', '.join(questionnaire.ids)}"
        )
    question = questionnaire[rule.question]
    several = rule.comparison == "in"
    if several and (isinstance(rule.value, str) or not isinstance(rule.value, Sequence) or not rule.value):
        raise InvalidInputError(f"value: got {rule.value!r}; with 'in' a list of values is expected")
    wrong = [value for value in (rule.value if several else [rule.value]) if not question.accepts(value)]
    if wrong:
        raise InvalidInputError(
            f"value: got {wrong[0]!r} for question {question.id!r}, which {question.fault(wrong[0])}"
        )
    if rule.comparison in _ORDERED and question.type not in (QuestionType.NUMBER, QuestionType.ORDINAL):
        raise InvalidInputError(
            f"comparison: got {rule.comparison!r}, but the options of {question.id!r} have no order; take '==' or 'in'"
        )
