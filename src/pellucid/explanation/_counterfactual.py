"""What would have led to another decision: the smallest allowed changes of the answers, exact and scored anew."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from pellucid.exceptions import AdditivityError, InvalidInputError
from pellucid.explanation._counterfactual_moves import Floats, Moves, Room, level_room, number_room, readable_step
from pellucid.explanation._counterfactual_points import TermLandscape, TreeLandscape, edges_of
from pellucid.explanation._counterfactual_search import Found, JointMasks, Search
from pellucid.glassbox import Link, ScoreCard, TreePart
from pellucid.schema import (
    Change,
    ChangeRules,
    Condition,
    Counterfactual,
    CounterfactualSet,
    Direction,
    Questionnaire,
    QuestionType,
    Value,
)

MARGIN = 1e-9
"""Log-odds by which the score must pass 0, so that rounding never decides."""


class Counterfactuals:
    """Finds the smallest allowed changes of answers that turn a decision, over the glass box's own parts.

    Nothing is sampled: of every question the nearest allowed value in each part that the
    model tells apart is looked at, and sets of questions are searched with bounds that
    leave out only what cannot be nearer. So the answer is exact: no allowed change of
    fewer answers reaches the other class, and of as many none is nearer. Where several
    sets are equally near, the questionnaire's order decides. Every change that is given
    has been scored anew, with the card, and passes 0 by more than 1e-9.

    Distance is the sum, over changed answers, of the rule's cost times how far the answer
    moves: for a number in spans, for an ordinal in options, 1 for yes/no and choice.
    An answer is never changed into a missing one, nor the other way: that is no action.

    Numbers are changed to whole multiples of the rule's step. Without one this is the
    question's resolution: 1 where training had whole numbers only, else the largest of
    1, 2 or 5 times a power of ten that is at most a hundredth of the span. Where points
    follow a straight line, how far to go depends on what else changes, so every multiple
    is tried and the answer is exact to the step; without a rule's step, that of such a
    question is made coarser until 256 values cover its range.

    Parameters
    ----------
    card : ScoreCard
        Of a glass box for two classes.
    questionnaire : Questionnaire
    rules : ChangeRules, optional
        Without any, all answers may change within their training range.
    ranges : mapping of str to (float, float)
        Lowest and highest training value of every number; one that is not there stays.
    classes_words : sequence of two str
        The first and second class, in words.
    most_changes : int, default=4
    span : mapping of str to float or None, default=None
        Interquartile range of the training values; half the range where it is unknown or 0.
    seen : mapping of str to collection of str, or None, default=None
        Options that training met; None takes all that the card knows.

    Raises
    ------
    InvalidInputError
        If the card is not of two classes, or a rule speaks of what there is not.

    Examples
    --------
    >>> import pandas as pd
    >>> from pellucid.glassbox import EBMClassifier, score_card
    >>> from pellucid.schema import Question
    >>> table = pd.DataFrame({"depth": [1, 2, 3, 7, 8, 9] * 10, "colour": ["red", "blue"] * 30})
    >>> card = score_card(EBMClassifier(outer_bags=2).fit(table, [0, 0, 0, 1, 1, 1] * 10))
    >>> pool = Questionnaire(name="pool", questions=[
    ...     Question(id="depth", ask="How deep?", type="number", unit="m"),
    ...     Question(id="colour", ask="Which colour?", type="choice", options=["blue", "red"])])
    >>> finder = Counterfactuals.of(card, pool, table, classes_words=("calm", "rough"))
    >>> found = finder.find("pool 7", {"depth": 8, "colour": "red"}).found[0]
    >>> [(change.before_said, change.after_said) for change in found.changes], found.predicted
    ([('8 m', '4 m')], 'calm')
    """

    def __init__(
        self,
        card: ScoreCard,
        questionnaire: Questionnaire,
        rules: ChangeRules | None = None,
        *,
        ranges: Mapping[str, tuple[float, float]],
        classes_words: Sequence[str],
        most_changes: int = 4,
        span: Mapping[str, float] | None = None,
        seen: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.rules = ChangeRules() if rules is None else rules
        _check(card, questionnaire, self.rules, classes_words, most_changes)
        self._card, self._names, self._questionnaire = card, card.questions, questionnaire
        self._words, self._most = tuple(classes_words), most_changes
        edges, lines, used = edges_of(card)
        place_of = {name: place for place, name in enumerate(card.questions)}
        self._joint = [
            rule for rule in self.rules.joint if {rule.when.question, rule.then.question} <= set(card.questions)
        ]
        for rule in self._joint:
            for condition in (rule.when, rule.then):
                edges.setdefault(place_of[condition.question], []).extend(_limits(condition))
        named = {condition.question for rule in self._joint for condition in (rule.when, rule.then)}
        self._rooms: dict[int, Room] = {}
        for place, name in enumerate(card.questions):
            if self.rules.of(name).direction is Direction.FIXED or not (place in used or name in named):
                continue
            room = self._room(place, ranges, span or {}, seen, (edges.get(place, []), place in lines))
            if room is not None:
                self._rooms[place] = room

    @classmethod
    def of(
        cls,
        card: ScoreCard,
        questionnaire: Questionnaire,
        features: pd.DataFrame,
        rules: ChangeRules | None = None,
        *,
        classes_words: Sequence[str],
        most_changes: int = 4,
    ) -> Self:
        """Read ranges, spans and options met off the training features.

        Parameters
        ----------
        card : ScoreCard
        questionnaire : Questionnaire
        features : DataFrame of shape (n_documents, n_questions)
            What the glass box was fitted on.
        rules : ChangeRules or None, default=None
        classes_words : sequence of two str
        most_changes : int, default=4

        Returns
        -------
        Counterfactuals
        """
        ranges, span, seen = {}, {}, {}
        for name in card.questions:
            stated = features[name].dropna()
            if questionnaire[name].type is not QuestionType.NUMBER:
                seen[name] = frozenset(map(str, stated.unique()))
            elif len(stated):
                numbers = stated.to_numpy(dtype=np.float64)
                ranges[name] = (float(numbers.min()), float(numbers.max()))
                span[name] = float(np.subtract(*np.quantile(numbers, [0.75, 0.25])))
        return cls(
            card,
            questionnaire,
            rules,
            ranges=ranges,
            classes_words=classes_words,
            most_changes=most_changes,
            span=span,
            seen=seen,
        )

    def find(
        self, document: str | int, values: Mapping[str, Value | None], *, target: str | None = None, count: int = 3
    ) -> CounterfactualSet:
        """Find the smallest changes that reach a class.

        Parameters
        ----------
        document : str or int
            Id of the document, as a table's index has it; kept as text.
        values : mapping of str to int, float, str or None
            The answers as the glass box got them: None where it got none.
        target : str or None, default=None
            Class to be reached, in words; None takes the one not decided for.
        count : int, default=3
            How many different sets of questions are wanted at most.

        Returns
        -------
        CounterfactualSet
            With a reason where no allowed change reaches the class.

        Raises
        ------
        InvalidInputError
            If there is no such class or question, or `count` is below 1.
        """
        if target is not None and target not in self._words:
            raise InvalidInputError(
                f"target: got {target!r}; one of {' and '.join(map(repr, self._words))} is expected"
            )
        if count < 1:
            raise InvalidInputError(f"count: got {count}; at least 1 is expected")
        if strange := [name for name in values if name not in self._questionnaire.ids]:
            raise InvalidInputError(
                f"values: {strange[0]!r} is no question; there are {', '.join(self._questionnaire.ids)}"
            )
        document, row = str(document), {name: values.get(name) for name in self._names}
        score = self._score(row)
        wanted = self._words[int(score <= 0)] if target is None else target
        if wanted == self._words[int(score > 0)]:
            return CounterfactualSet(
                document=document, target=wanted, found=(), reason=f"The decision is {wanted!r} already."
            )
        sign = 1.0 if wanted == self._words[1] else -1.0
        asked, moves = self._movable(row)
        found: list[Found] = []
        if asked:
            found = self._search(row, asked, moves, sign, -sign * score).run(self._most, count)
        made = tuple(self._told(document, row, wanted, asked, moves, one) for one in found)
        return CounterfactualSet(
            document=document, target=wanted, found=made, reason="" if made else self._why_not(row, asked, wanted)
        )

    def _room(
        self,
        place: int,
        ranges: Mapping[str, tuple[float, float]],
        span: Mapping[str, float],
        seen: Mapping[str, Collection[str]] | None,
        parts: tuple[list[float], bool],
    ) -> Room | None:
        """Say where one question's answer may go; None where the card cannot tell."""
        name = self._names[place]
        question, column, rule = self._questionnaire[name], self._card.table.columns[place], self.rules.of(name)
        if column.levels is not None:
            met = question.levels if seen is None else seen.get(name, question.levels)
            return level_room(question, rule, column.levels, met)
        if name not in ranges or question.type is not QuestionType.NUMBER:
            return None
        low, high = ranges[name]
        width = span.get(name) or (high - low) / 2 or 1.0
        resolution = 1.0 if column.whole else readable_step(width / 100)
        edges, line = parts
        return number_room(
            question, rule, (low, high), span=width, resolution=resolution, edges=np.array(edges), line=line
        )

    def _score(self, row: Mapping[str, Any]) -> float:
        """Score one row with the card."""
        return float(self._card.explain_row(row).score)  # type: ignore[arg-type]

    def _movable(self, row: Mapping[str, Any]) -> tuple[list[int], list[Moves]]:
        """List the questions that have somewhere to go, and where."""
        moves: dict[str, Moves] = {}
        for place, room in self._rooms.items():
            name = self._names[place]
            if row[name] is not None and self._questionnaire[name].accepts(row[name]):
                moves[name] = room.moves(row[name])
        known = -1
        while known != (known := sum(len(own.values) for own in moves.values())):
            # What is left nowhere to go stays, and binds those that go together with it.
            moves = {name: own for name, own in moves.items() if own.values}
            for rule in self._joint:
                for name, other in ((rule.when.question, rule.then.question), (rule.then.question, rule.when.question)):
                    if name in moves and other not in moves:
                        fine = [rule.holds({**row, name: value}) for value in moves[name].values]
                        moves[name] = moves[name].only(np.array(fine, dtype=bool))
        return [self._names.index(name) for name in moves], list(moves.values())

    def _search(self, row: Mapping[str, Any], asked: list[int], moves: list[Moves], sign: float, need: float) -> Search:
        """Set up the search of one document."""
        kind = TreeLandscape if isinstance(self._card.parts, TreePart) else TermLandscape
        landscape = kind(self._card, self._codes(row), asked, moves, sign)
        names = self._names
        place_of = {names[question]: place for place, question in enumerate(asked)}
        joint = [
            (place_of[rule.when.question], place_of[rule.then.question], rule)
            for rule in self._joint
            if rule.when.question in place_of and rule.then.question in place_of
        ]
        masks = JointMasks(joint, moves, [row[names[question]] for question in asked])
        return Search(moves, landscape, masks, need + MARGIN)

    def _codes(self, row: Mapping[str, Any]) -> Floats:
        """Read a row as the card's codes, NaN where nothing is stated or known."""
        codes = np.full(len(row), np.nan)
        for place, column in enumerate(self._card.table.columns):
            value = row[column.name]
            if value is None:
                continue
            if column.levels is None:
                codes[place] = value
            elif value in column.levels:
                codes[place] = column.levels.index(value)
        return codes

    def _told(
        self,
        document: str,
        row: Mapping[str, Any],
        target: str,
        asked: Sequence[int],
        moves: Sequence[Moves],
        found: Found,
    ) -> Counterfactual:
        """Apply the moves, score anew, and say what each change brought."""
        changed, changes, score = dict(row), [], self._score(row)
        for place, pick in zip(found.places, found.picks, strict=True):
            question = self._questionnaire[self._names[asked[place]]]
            before, after = row[question.id], moves[place].values[pick]
            changed[question.id] = after
            now = self._score(changed)
            changes.append(
                Change(
                    question=question.id,
                    before=before,
                    after=after,
                    before_said=question.describe(before),
                    after_said=question.describe(after),
                    points=now - score,
                )
            )
            score = now
        explained = self._card.explain_row(changed)
        predicted = self._words[int(score > 0)]
        if predicted != target:
            raise AdditivityError(
                f"document {document!r}: changes that should reach {target!r} give a score of {score}"
            )
        return Counterfactual(
            document=document,
            changes=tuple(changes),
            distance=found.distance,
            score=score,
            probability=explained.probability,
            predicted=predicted,
        )

    def _why_not(self, row: Mapping[str, Any], asked: Sequence[int], target: str) -> str:
        """Say why nothing reaches the class."""
        free = [self._names[place] for place in asked]
        if not free:
            head = "none of the answers may change."
        elif len(free) > self._most:
            head = f"no {self._most} of the {len(free)} answers that may change are enough: {', '.join(free)}."
        else:
            many = (
                "the only answer that may change is not enough"
                if len(free) == 1
                else (f"the {len(free)} answers that may change are not enough, even together")
            )
            head = f"{many}: {', '.join(free)}."
        fixed = [name for name in row if row[name] is not None and self.rules.of(name).direction is Direction.FIXED]
        missing = [name for name in row if row[name] is None]
        notes = [f"{said}: {', '.join(names)}." for said, names in (("Fixed", fixed), ("Not stated", missing)) if names]
        return " ".join([f"No allowed change reaches {target!r}: {head}", *notes])


def _check(card: ScoreCard, questionnaire: Questionnaire, rules: ChangeRules, words: Sequence[str], most: int) -> None:
    """Refuse what cannot be searched."""
    if card.link is not Link.LOGIT:
        raise InvalidInputError(
            f"card: got one of {card.model} with {len(card.classes) or 'no'} classes; "
            "changes are found for two classes only"
        )
    if strange := [name for name in card.questions if name not in questionnaire.ids]:
        raise InvalidInputError(f"questionnaire: has no question {strange[0]!r}, which the card scores")
    if len(set(words)) != 2 or len(words) != 2:
        raise InvalidInputError(f"classes_words: got {len(words)} names; two different ones are expected")
    if most < 1:
        raise InvalidInputError(f"most_changes: got {most}; at least 1 is expected")
    if fault := rules.fault(questionnaire):
        raise InvalidInputError(f"rules: {fault}")


def _limits(condition: Condition) -> list[float]:
    """Give the numbers at which a condition begins, or ceases, to hold."""
    low = [] if condition.at_least is None else [condition.at_least]
    last = [] if condition.at_most is None else [condition.at_most]
    if condition.among is not None:
        numbers = [float(value) for value in condition.among if not isinstance(value, str)]
        low, last = low + numbers, last + numbers
    return low + np.nextafter(last, np.inf).tolist()
