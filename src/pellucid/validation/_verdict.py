"""The verdict in words, by rules that were fixed before the numbers were seen and stand beside it.

Nothing here knows a contender by its name: what it is follows from its flags and from
which one is the reference.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pellucid.schema import ContenderResult, Difference, Measure
from pellucid.validation._rules import AUROC, MINUS, Judged, Standing, standing


def verdict(
    contenders: Sequence[ContenderResult],
    differences: Sequence[Difference],
    *,
    reference: str,
    margin: float,
    documents: int,
    judged: Judged = AUROC,
) -> str:
    """Say in words what follows from the numbers.

    Parameters
    ----------
    contenders : sequence of ContenderResult
    differences : sequence of Difference
        Of the measures of `judged`, for every ordered pair of contenders.
    reference : str
    margin : float
        In units of the measure that is judged by.
    documents : int
        How many were tested.
    judged : Judged, default=AUROC

    Returns
    -------
    str
        Some plain sentences, one per line; the first is the recommendation.
    """
    field = _Field.of(contenders, differences, reference, margin, documents, judged)
    if all(one.measures[judged.measure].value is None for one in contenders):
        return f"Nothing can be said: no contender has a defined {judged.label} on these documents."
    if not any(field.beats_chance(one) for one in contenders):
        return _nothing_found(field)
    if field.glass is None:
        return _without_glass_box(field)
    sentences = [*_recommendation(field), *_beside_baseline(field), *_beside_black_box(field), *_probabilities(field)]
    return "\n".join(sentences)


class _Field(NamedTuple):
    """Who plays which part, and how any two compare."""

    reference: ContenderResult
    glass: ContenderResult | None  # the best glass box
    baseline: ContenderResult | None  # the best that is no glass box and uses no answers
    black: ContenderResult | None  # the best that uses answers and is no glass box
    best: ContenderResult  # the highest of all
    pairs: Mapping[tuple[str, str, str], Difference]
    margin: float
    documents: int
    judged: Judged

    @classmethod
    def of(
        cls,
        contenders: Sequence[ContenderResult],
        differences: Sequence[Difference],
        reference: str,
        margin: float,
        documents: int,
        judged: Judged,
    ) -> "_Field":
        """Give every contender its part."""
        others = [one for one in contenders if one.name != reference]

        def highest(some: Sequence[ContenderResult]) -> ContenderResult | None:
            return max(some, key=lambda one: _value(one, judged), default=None)

        return cls(
            reference=next(one for one in contenders if one.name == reference),
            glass=highest([one for one in others if one.glass_box]),
            baseline=highest([one for one in others if not one.glass_box and not one.uses_answers]),
            black=highest([one for one in others if not one.glass_box and one.uses_answers]),
            best=max(contenders, key=lambda one: _value(one, judged)),
            pairs={(one.contender, one.reference, one.measure): one for one in differences},
            margin=margin,
            documents=documents,
            judged=judged,
        )

    def difference(self, contender: ContenderResult, other: ContenderResult, measure: str = "") -> Difference:
        """Return the paired difference between two contenders."""
        return self.pairs[contender.name, other.name, measure or self.judged.measure]

    def beats_chance(self, contender: ContenderResult) -> bool:
        """Whether its interval lies above what prevalence reaches."""
        low = contender.measures[self.judged.measure].low
        return low is not None and low > self.judged.chance

    def standing(self, contender: ContenderResult, other: ContenderResult) -> Standing:
        """Judge one contender against another."""
        return standing(self.difference(contender, other), self.margin)

    def suffices(self, contender: ContenderResult, other: ContenderResult) -> bool:
        """Whether one contender is at least as good as another within the margin."""
        return self.standing(contender, other) in (Standing.BETTER, Standing.AS_GOOD)

    def baseline_wins(self) -> bool:
        """Whether the plain baseline is as good as the best glass box and the reference."""
        if self.baseline is None or self.glass is None or not self.beats_chance(self.baseline):
            return False
        return self.suffices(self.baseline, self.glass) and self.suffices(self.baseline, self.reference)

    def glass_wins(self) -> bool:
        """Whether the best glass box is as good as the reference, and not worse than the plain baseline."""
        if self.glass is None or not self.beats_chance(self.glass) or not self.suffices(self.glass, self.reference):
            return False
        return self.baseline is None or self.standing(self.glass, self.baseline) is not Standing.WORSE

    def reference_wins(self) -> bool:
        """Whether the best glass box is worse than the reference by more than chance."""
        if self.glass is None or not self.beats_chance(self.reference):
            return False
        return self.standing(self.glass, self.reference) is Standing.WORSE


def _recommendation(field: _Field) -> list[str]:
    """Name the method to use, or say that these documents do not settle it."""
    glass, reference, baseline = field.glass, field.reference, field.baseline
    assert glass is not None  # noqa: S101 - for the type checker; verdict() has turned back without one
    against = _compared(field, glass, reference)
    if baseline is not None and field.baseline_wins():
        return [
            f"Use “{baseline.name}”: it needs no answers, and it is as good as the best glass box, “{glass.name}”, and "
            f"as “{reference.name}” within the margin of {field.margin:g}.",
            _compared(field, baseline, reference),
        ]
    if field.glass_wins():
        return [_glass_box_sentence(field, glass), against]
    if field.reference_wins():
        return [*_reference_sentences(field, glass), against]
    return [_undecided_sentence(field, glass), against, *_needed(field, glass)]


def _glass_box_sentence(field: _Field, glass: ContenderResult) -> str:
    """Recommend the glass box, as better, as good, or as good though measurably lower."""
    found, name = field.difference(glass, field.reference), field.reference.name
    if field.standing(glass, field.reference) is Standing.BETTER:
        return f"Use a glass box: “{glass.name}” ranks better than “{name}” by more than chance."
    lower = ", though lower by more than chance" if found.high is not None and found.high < 0 else ""
    return f"Use a glass box: “{glass.name}” is as good as “{name}” within the margin of {field.margin:g}{lower}."


def _reference_sentences(field: _Field, glass: ContenderResult) -> list[str]:
    """Recommend the reference, tempered where it carries a caveat."""
    name = field.reference.name
    if not field.reference.caveats:
        return [f"Use “{name}” directly: the best glass box, “{glass.name}”, ranks worse by more than chance."]
    return [
        f"On these documents “{name}” leads: the best glass box, “{glass.name}”, ranks worse by more than chance. But "
        f"“{name}” carries a caveat, so its lead may not carry over: {' '.join(field.reference.caveats)}",
        f"Use “{name}” directly only if it leads again on documents to which this does not apply.",
    ]


def _undecided_sentence(field: _Field, glass: ContenderResult) -> str:
    name = field.reference.name
    if field.suffices(glass, field.reference):
        # As good as the reference, yet held back: by the baseline, or by not being above chance itself.
        reason = "a baseline ranks better" if field.beats_chance(glass) else "it does not rank better than chance"
        return f"Undecided: the best glass box, “{glass.name}”, is as good as “{name}”, but {reason}."
    return (
        f"Undecided: these {field.documents:,} documents do not settle whether the best glass box, “{glass.name}”, is "
        f"as good as “{name}” within the margin of {field.margin:g}, or worse."
    )


def _needed(field: _Field, glass: ContenderResult) -> list[str]:
    """Say what taking the glass box may cost, and how many documents would narrow the interval to the margin."""
    found = field.difference(glass, field.reference)
    if found.low is None or found.high is None or field.suffices(glass, field.reference):
        return []
    sentence = f"Whoever prefers a glass box may lose up to {-found.low:.3f} of {field.judged.label}."
    half = (found.high - found.low) / 2
    if half > field.margin > 0:
        needed = float(f"{field.documents * (half / field.margin) ** 2:.2g}")
        sentence += f" For an interval of ±{field.margin:g}, about {needed:,.0f} documents would be needed."
    return [sentence]


def _beside_baseline(field: _Field) -> list[str]:
    """Compare the best glass box with the best baseline that uses no answers."""
    glass, baseline = field.glass, field.baseline
    if glass is None or baseline is None:
        return []
    earned = "The answers earn their cost: the" if glass.uses_answers else "The"
    said = {
        Standing.BETTER: f"{earned} glass box ranks better than “{{}}” by more than chance",
        Standing.AS_GOOD: "The glass box is as good as “{}” within the margin, but not better by more than chance",
        Standing.UNDECIDED: "Whether the glass box is as good as “{}” is undecided",
        Standing.WORSE: "The glass box ranks worse than “{}” by more than chance",
    }[field.standing(glass, baseline)]
    return [f"{said.format(baseline.name)} ({_change(field.difference(glass, baseline))})."]


def _beside_black_box(field: _Field) -> list[str]:
    """Compare the best glass box with the best black box on the same answers."""
    glass, black = field.glass, field.black
    if glass is None or black is None:
        return []
    said = {
        Standing.BETTER: "The glass box ranks better than “{}”, a black box on the same answers, by more than chance",
        Standing.AS_GOOD: "A black box gains nothing beyond the margin: the glass box is as good as “{}”",
        Standing.UNDECIDED: "Whether the glass box gets as much out of the answers as “{}”, a black box, is undecided",
        Standing.WORSE: "The answers hold more: the glass box ranks worse than “{}”, a black box, by more than chance",
    }[field.standing(glass, black)]
    return [f"{said.format(black.name)} ({_change(field.difference(glass, black))})."]


def _probabilities(field: _Field) -> list[str]:
    """Compare Brier scores, and name those whose calibration slope is off."""
    glass, reference = field.glass, field.reference
    if glass is None or not field.judged.beside:
        return []
    found = field.difference(glass, reference, field.judged.beside)
    sentences = []
    if found.low is not None and found.high is not None:
        way = "does not differ by more than chance"
        if found.low > 0 or found.high < 0:
            way = f"is {'higher, so worse,' if found.low > 0 else 'lower, so better,'} by more than chance"
        sentences.append(f"The Brier score of “{glass.name}” {way} ({_change(found)} against “{reference.name}”).")
    return sentences + [said for one in (glass, reference) if (said := _slope_sentence(one))]


def _slope_sentence(contender: ContenderResult) -> str:
    slope = contender.measures.get("calibration_slope", Measure(value=None))
    if slope.low is None or slope.high is None or slope.low <= 1 <= slope.high:
        return ""
    way = "too extreme" if slope.high < 1 else "too timid"
    return f"The probabilities of “{contender.name}” are {way} (calibration slope {slope.text(2)})."


def _nothing_found(field: _Field) -> str:
    best, judged = field.best.measures[field.judged.measure].text(), field.judged
    return (
        f"No method is better than prevalence: no {judged.label} has an interval above {judged.chance:.3g} (the "
        f"highest is that of “{field.best.name}”, {best}, on {field.documents:,} documents). Use none of them; other "
        "questions, other documents or more of them are needed."
    )


def _without_glass_box(field: _Field) -> str:
    best = field.best.measures[field.judged.measure].text()
    return (
        f"No glass box took part beside “{field.reference.name}”, so there is none to recommend. The highest "
        f"{field.judged.label} is that of “{field.best.name}”, {best}."
    )


def _compared(field: _Field, contender: ContenderResult, other: ContenderResult) -> str:
    judged = field.judged
    return (
        f"{judged.label} {_value(contender, judged):.3f} against {_value(other, judged):.3f}, "
        f"difference {_change(field.difference(contender, other))}."
    )


def _change(found: Difference) -> str:
    """Write a difference with sign and interval, such as ``−0.010 [−0.021, +0.002]``."""
    if found.value is None:
        return "undefined"
    if found.low is None or found.high is None:
        return _signed(found.value)
    return f"{_signed(found.value)} [{_signed(found.low)}, {_signed(found.high)}]"


def _signed(value: float) -> str:
    written = f"{abs(value):.3f}"
    if not written.strip("0."):
        return written
    return f"{MINUS if value < 0 else '+'}{written}"


def _value(contender: ContenderResult, judged: Judged) -> float:
    value = contender.measures[judged.measure].value
    return -1.0 if value is None else value
