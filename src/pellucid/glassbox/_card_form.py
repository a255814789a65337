"""The file form of a score card: a header that says what there is, and arrays of numbers."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from pellucid.glassbox._card_parts import Axis, LinePart, Part, SlopedPart, TablePart, TreePart, ascending
from pellucid.glassbox._npz import ArrayForm
from pellucid.glassbox._scorecard import Link, ScoreCard
from pellucid.glassbox._table import Column, Table
from pellucid.schema import Record

__all__ = ["CardForm", "build_card", "take_apart"]

Plain = StrictBool | StrictInt | StrictFloat | StrictStr
Place = Annotated[int, Field(ge=0, lt=10_000, strict=True)]
Arrays = dict[str, NDArray[Any]]


class ColumnForm(Record):
    """One question; see `Column`."""

    name: Annotated[str, Field(max_length=1000)]
    levels: Annotated[tuple[Plain, ...], Field(max_length=100_000)] | None
    ordered: StrictBool
    missing: StrictBool
    whole: StrictBool


class TermForm(Record):
    """One term: a table of points, a straight line, both, or a sum over the steps of a tree."""

    kind: Literal["table", "line", "sloped", "tree"]
    questions: Annotated[tuple[Place, ...], Field(min_length=1, max_length=2)]


class CardForm(Record):
    """What a score card is, but for its numbers.

    Attributes
    ----------
    format : int
        Version of this form; 1.
    model : str
    link : Link
    classes : tuple
        Labels in order; empty for a regressor.
    columns : tuple of ColumnForm
    tree : bool
        Whether the terms are those of a tree.
    terms : tuple of TermForm
    arrays : dict of str to ArrayForm
        In the order of the npz file.
    """

    format: Literal[1] = 1
    model: Annotated[str, Field(max_length=100)]
    link: Link
    classes: Annotated[tuple[Plain, ...], Field(max_length=10_000)]
    columns: Annotated[tuple[ColumnForm, ...], Field(min_length=1, max_length=10_000)]
    tree: StrictBool
    terms: Annotated[tuple[TermForm, ...], Field(max_length=10_000)]
    arrays: Annotated[dict[Annotated[str, Field(pattern=r"\A[a-z0-9_]{1,40}\z")], ArrayForm], Field(max_length=40_000)]

    @property
    def scores(self) -> int:
        """How many scores a row has."""
        return 1 if self.link in (Link.LOGIT, Link.IDENTITY) else len(self.classes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        fewest, most = {Link.IDENTITY: (0, 0), Link.LOGIT: (2, 2)}.get(self.link, (3, 10_000))
        if not fewest <= len(self.classes) <= most:
            raise ValueError("classes: their number does not fit the link")
        if len({column.name for column in self.columns}) < len(self.columns):
            raise ValueError("columns: a name stands twice")
        for column in self.columns:
            if column.levels is not None and len(set(column.levels)) < len(column.levels):
                raise ValueError("columns: a level stands twice")
        for term in self.terms:
            if max(term.questions) >= len(self.columns) or len(set(term.questions)) < len(term.questions):
                raise ValueError("terms: a question is unknown, or stands twice")
            if (term.kind == "tree") != self.tree or (term.kind != "table" and len(term.questions) > 1):
                raise ValueError("terms: a kind does not fit")
            if term.kind in ("line", "sloped") and self.columns[term.questions[0]].levels is not None:
                raise ValueError("terms: only a number can have a line")
        if list(self.arrays) != list(self.needed()):
            raise ValueError("arrays: others are needed for these terms")
        return self

    def needed(self) -> Iterator[str]:
        """Name the arrays that the terms need, in order.

        Yields
        ------
        str
        """
        yield "intercept"
        if self.tree:
            yield from ("tree_nodes", "tree_cuts", "tree_points")
            return
        for place, term in enumerate(self.terms):
            if term.kind in ("line", "sloped"):
                yield f"term_{place}_line"
            if term.kind == "line":
                continue
            for axis, question in enumerate(term.questions):
                if self.columns[question].levels is None:
                    yield f"term_{place}_cuts_{axis}"
            yield f"term_{place}_points"


def take_apart(card: ScoreCard) -> tuple[CardForm, Arrays]:
    """Turn a card into its file form.

    Parameters
    ----------
    card : ScoreCard

    Returns
    -------
    tuple of (CardForm, dict of str to ndarray)

    Raises
    ------
    ValueError
        If a level or a class is neither text, number nor boolean.
    """
    arrays: Arrays = {"intercept": card.intercept}
    kinds = ["tree"] * len(card.term_questions)
    if isinstance(card.parts, TreePart):
        arrays |= {"tree_nodes": card.parts.nodes, "tree_cuts": card.parts.cuts, "tree_points": card.parts.points}
    else:
        kinds = [_KINDS[type(part)] for part in card.parts]
        for place, part in enumerate(card.parts):
            arrays |= {f"term_{place}_{name}": array for name, array in _numbers(part).items()}
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    form = CardForm.model_validate(
        {
            "model": card.model,
            "link": card.link,
            "classes": _plain(card.classes),
            "columns": [
                {
                    "name": column.name,
                    "levels": None if column.levels is None else _plain(column.levels),
                    "ordered": column.ordered,
                    "missing": column.missing,
                    "whole": column.whole,
                }
                for column in card.table.columns
            ],
            "tree": isinstance(card.parts, TreePart),
            "terms": [
                {"kind": kind, "questions": questions}
                for kind, questions in zip(kinds, card.term_questions, strict=True)
            ],
            "arrays": {name: ArrayForm.of(array) for name, array in arrays.items()},
        }
    )
    return form, arrays


def build_card(form: CardForm, arrays: Mapping[str, NDArray[Any]]) -> ScoreCard:
    """Build a card from its file form, after every number was checked.

    Parameters
    ----------
    form : CardForm
    arrays : mapping of str to ndarray
        Finite; of the types and shapes that the form says.

    Returns
    -------
    ScoreCard

    Raises
    ------
    ValueError
        If an array does not fit the questions and terms.
    """
    columns = tuple(Column(**{**dict(column), "levels": column.levels}) for column in form.columns)
    _shaped(arrays, "intercept", (form.scores,))
    parts: Any
    if form.tree:
        parts = _build_tree(form, arrays)
    else:
        parts = tuple(_BUILDERS[term.kind](form, arrays, place) for place, term in enumerate(form.terms))
    questions = tuple(term.questions for term in form.terms)
    return ScoreCard(form.model, Table(columns), form.classes, form.link, arrays["intercept"], questions, parts)


def _numbers(part: Part) -> Arrays:
    """Give the arrays of one term."""
    if isinstance(part, SlopedPart):
        return {**_numbers(part.line), **_numbers(part.table)}
    if isinstance(part, LinePart):
        return {"line": np.stack([np.full(len(part.slope), part.centre), part.slope, part.offset, part.absent])}
    cuts = {f"cuts_{place}": axis.cuts for place, axis in enumerate(part.axes) if axis.cuts is not None}
    return {**cuts, "points": part.points}


def _build_table(form: CardForm, arrays: Mapping[str, NDArray[Any]], place: int) -> TablePart:
    """Build a table of points."""
    axes = []
    for number, question in enumerate(form.terms[place].questions):
        levels = form.columns[question].levels
        if levels is not None:
            axes.append(Axis(question, len(levels)))
            continue
        name = f"term_{place}_cuts_{number}"
        cuts = _shaped(arrays, name, arrays[name].shape[:1])
        if not ascending(cuts):
            raise ValueError(f"array {name!r}: cuts do not ascend")
        axes.append(Axis(question, len(cuts) + 1, cuts))
    shape = (*(axis.parts + 1 for axis in axes), form.scores)
    return TablePart(tuple(axes), _shaped(arrays, f"term_{place}_points", shape))


def _build_line(form: CardForm, arrays: Mapping[str, NDArray[Any]], place: int) -> LinePart:
    """Build a straight line."""
    name = f"term_{place}_line"
    centre, slope, offset, absent = _shaped(arrays, name, (4, form.scores))
    if (centre != centre[0]).any():
        raise ValueError(f"array {name!r}: a line has one centre")
    return LinePart(form.terms[place].questions[0], float(centre[0]), slope, offset, absent)


def _build_sloped(form: CardForm, arrays: Mapping[str, NDArray[Any]], place: int) -> SlopedPart:
    """Build a table of points with a straight line."""
    return SlopedPart(_build_table(form, arrays, place), _build_line(form, arrays, place))


_KINDS: dict[type, str] = {TablePart: "table", LinePart: "line", SlopedPart: "sloped"}
_BUILDERS: dict[str, Callable[[CardForm, Mapping[str, NDArray[Any]], int], Part]] = {
    "table": _build_table,
    "line": _build_line,
    "sloped": _build_sloped,
}


def _build_tree(form: CardForm, arrays: Mapping[str, NDArray[Any]]) -> TreePart:
    """Build a tree that certainly ends: children stand after their parents."""
    nodes = _shaped(arrays, "tree_nodes", (*arrays["tree_nodes"].shape[:1], 5), "<i8")
    cuts = _shaped(arrays, "tree_cuts", (len(nodes),))
    points = _shaped(arrays, "tree_points", (len(nodes), len(form.terms), form.scores))
    kind, question, left, right, missing_left = nodes.T
    inner, place = kind != TreePart.LEAF, np.arange(len(nodes))
    sound = (
        len(nodes) > 0
        and np.isin(kind, (TreePart.LEAF, TreePart.BELOW, TreePart.OTHER, TreePart.STATED)).all()
        and ((question >= 0) & (question < len(form.columns)))[inner].all()
        and all(((child > place) & (child < len(nodes)))[inner].all() for child in (left, right))
        and np.isin(missing_left, (0, 1)).all()
    )
    if not sound:
        raise ValueError("array 'tree_nodes': a kind, a question or a child is unknown")
    return TreePart(nodes, cuts, points, tuple(question for term in form.terms for question in term.questions))


def _shaped(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...], dtype: str = "<f8") -> NDArray[Any]:
    """Give an array that has this shape and type, or refuse."""
    array = arrays[name]
    if array.shape != shape or array.dtype.str != dtype:
        raise ValueError(f"array {name!r}: its shape or number type does not fit the questions and terms")
    return array


def _plain(values: tuple[Any, ...]) -> list[Any]:
    """Turn numpy's scalars into Python's."""
    return [value.item() if isinstance(value, np.generic) else value for value in values]
