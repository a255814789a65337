"""How doubtful each label is: models learn from the others' labels, and near copies and strangers are allowed for."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, softmax

from pellucid.exceptions import InvalidInputError
from pellucid.glassbox import EBMClassifier, EBMRegressor, GlassBoxClassifier, GlassBoxRegressor
from pellucid.labeling._curation_confident import confident
from pellucid.labeling._curation_folds import (
    Split,
    deal,
    expect_classes,
    expect_classes_of_texts,
    expect_numbers,
    expect_numbers_of_texts,
)
from pellucid.labeling._curation_input import Material
from pellucid.labeling._curation_noise import Doubt, mislabelled, shifted, told_by_gold, turned_round
from pellucid.labeling._curation_words import Grounds
from pellucid.labeling._neighbours import find_neighbours
from pellucid.measures import Floats
from pellucid.validation import find_twins

_NEVER = 1e-6
_SEED_STEP = 7919

Box = GlassBoxRegressor | GlassBoxClassifier | None
Codes = NDArray[np.intp]


class Manner(NamedTuple):
    """How labels are held against models; see `LabelCuration`."""

    box: Box
    splits: int
    repeats: int
    confidently: bool
    seed: int
    n_jobs: int | None


class Heard(NamedTuple):
    """What the models said.

    Attributes
    ----------
    doubt : Doubt
    answers, words : ndarray of shape (n, n_classes), or None
        Probabilities out of fold.
    terms : list of DataFrame
    """

    doubt: Doubt
    answers: Floats
    words: Floats | None
    terms: list[pd.DataFrame]


def doubt_labels(given: Material, manner: Manner) -> tuple[Doubt, Grounds]:
    """Say how likely each label is wrong, and keep what was found for the reasons.

    Parameters
    ----------
    given : Material
    manner : Manner

    Returns
    -------
    tuple of (Doubt, Grounds)

    Raises
    ------
    InvalidInputError
        If the glass box cannot learn such labels, or a fold would lack a class.
    MissingExtraError
    """
    stated = given.stated
    numbers = stated.soft and len(stated.classes) == 2 and not isinstance(manner.box, GlassBoxClassifier)
    if isinstance(manner.box, GlassBoxRegressor) and not numbers:
        raise InvalidInputError(
            "glass_box: a regressor learns probabilities of two classes; these are labels, or more classes: "
            "pass a classifier"
        )
    sets = _number_twins(given)
    heard = _by_numbers(given, manner, sets) if numbers else _by_classes(given, manner, sets)
    twins, near = _members(sets), find_neighbours(given.X)
    doubt = _less_sure(heard.doubt, stated.codes, near.outlying)
    doubt = _against_copies(doubt, stated.codes, twins)
    doubt = told_by_gold(doubt, stated.codes, given.gold, stated.chances)
    shown = (heard.answers, heard.words, heard.terms, twins, near, given.spread)
    return doubt, Grounds(given.names, stated.classes, stated.codes, *shown)


def _by_numbers(given: Material, manner: Manner, sets: Codes) -> Heard:
    """Learn log-odds, twice: the second time from what the first round believes."""
    codes, chances = given.stated.codes, given.stated.chances
    said = np.where(codes >= 0, np.log(chances[:, 1] / chances[:, 0]), np.nan)
    box = manner.box if isinstance(manner.box, GlassBoxRegressor) else EBMRegressor()
    splits = _deal(codes, sets, manner, 0)
    words = None if given.texts is None else expect_numbers_of_texts(given.texts, said, splits).values
    answers = expect_numbers(box, given.X, said, splits, n_jobs=manner.n_jobs)
    if manner.confidently:
        both = _beside(answers.values, words)
        doubt = confident(np.stack([-np.logaddexp(0, both), -np.logaddexp(0, -both)], axis=2), codes)
    else:
        doubt = turned_round(_beside(answers.values, words), said, given.spread)
        believed = (1 - 2 * np.where(said > 0, doubt.beliefs[:, 0], doubt.beliefs[:, 1])) * said
        answers = expect_numbers(box, given.X, believed, _deal(codes, sets, manner, 1), n_jobs=manner.n_jobs)
        doubt = turned_round(_beside(answers.values, words), said, given.spread)
    return Heard(doubt, _two(answers.values), None if words is None else _two(words), answers.terms)


def _by_classes(given: Material, manner: Manner, sets: Codes) -> Heard:
    """Learn classes, once."""
    codes, n_classes = given.stated.codes, len(given.stated.classes)
    box = manner.box if isinstance(manner.box, GlassBoxClassifier) else EBMClassifier()
    splits = _deal(codes, sets, manner, 0)
    found = [expect_classes(box, given.X, codes, n_classes, splits, n_jobs=manner.n_jobs)]
    if given.texts is not None:
        found.append(expect_classes_of_texts(given.texts, codes, n_classes, splits))
    views = np.stack([one.values for one in found], axis=1)
    doubt = confident(views, codes) if manner.confidently else mislabelled(views, codes)
    shown = [np.asarray(softmax(one.values, axis=1)) for one in found]
    return Heard(doubt, shown[0], shown[1] if len(shown) > 1 else None, found[0].terms)


def _deal(codes: Codes, sets: Codes, manner: Manner, round_: int) -> list[Split]:
    """Deal folds for one round; the second has one repeat."""
    return deal(
        codes,
        sets,
        splits=manner.splits,
        repeats=1 if round_ else manner.repeats,
        learn=codes >= 0,
        seed=manner.seed + _SEED_STEP * round_,
    )


def _number_twins(given: Material) -> Codes:
    """Give each set of copies and near copies a number."""
    if given.texts is None:
        return np.arange(len(given.names))
    return np.asarray(find_twins(given.texts, ids=given.names).components)


def _members(sets: Codes) -> list[list[int]]:
    """List the other members of each document's set."""
    held: dict[int, list[int]] = {}
    for place, number in enumerate(sets.tolist()):
        held.setdefault(number, []).append(place)
    return [[other for other in held[number] if other != place] for place, number in enumerate(sets.tolist())]


def _less_sure(doubt: Doubt, codes: Codes, outlying: NDArray[np.bool_]) -> Doubt:
    """Judge a document like no other half by the share of wrong labels in general."""
    base = float(logit(np.clip(doubt.rate, _NEVER, 1 - _NEVER)))
    return _move(doubt, codes, lambda wrong: np.where(outlying, (base - wrong) / 2, 0.0))


def _against_copies(doubt: Doubt, codes: Codes, twins: Sequence[Sequence[int]]) -> Doubt:
    """Let copies with another label count against a label, and those with the same for it, by half their evidence."""
    half = float(-logit(np.clip(doubt.rate, 0.01, 0.49))) / 2
    shift = np.zeros(len(codes))
    for place, others in enumerate(twins):
        same = [bool(codes[other] == codes[place]) for other in others if codes[other] >= 0]
        if not all(same):
            shift[place] = half * (len(same) - 2 * sum(same))
    return _move(doubt, codes, lambda _: shift)


def _move(doubt: Doubt, codes: Codes, by: Callable[[Floats], Floats]) -> Doubt:
    """Move the log-odds that labels are wrong."""
    beliefs = doubt.beliefs.copy()
    shift = by(logit(np.clip(1 - beliefs[np.arange(len(codes)), codes], _NEVER, 1 - _NEVER)))
    for code in range(beliefs.shape[1]):
        own = (codes == code) & (shift != 0)
        beliefs[own] = shifted(beliefs[own], code, shift[own])
    return doubt._replace(beliefs=beliefs)


def _beside(answers: Floats, words: Floats | None) -> Floats:
    return np.column_stack([answers] if words is None else [answers, words])


def _two(odds: Floats) -> Floats:
    """Turn log-odds into probabilities of two classes."""
    return np.column_stack([expit(-odds), expit(odds)])
