"""A case's decision laid out: the answer in words, main reasons, every term, and a total that adds up."""

from dataclasses import dataclass
from decimal import Decimal

from pellucid.reporting._case_words import changed_answers, hundred_words, plural, range_words, risk_words
from pellucid.reporting._decision_view import AnswerRow, TermRow, outcome_words, term_rows, whole_words
from pellucid.reporting._figures import Waterfall, speaks_in_risk, waterfall
from pellucid.reporting._wording import number, percent, signed
from pellucid.schema import CaseFile, Contribution, Decision, Questionnaire

MOST_REASONS, LEAST_REASONS = 5, 3
FAINT = 0.2
"""Share of the largest points below which a fourth or fifth reason is not worth a line."""


@dataclass(frozen=True)
class CaseRow:
    """One term of a decision, as a row and as a reason.

    Attributes
    ----------
    term : TermRow
    ids : str
        Ids of its questions, for tests and programs.
    points : str
        ``repr`` of the points.
    arrow : str
        ``"↑"``, ``"↓"`` or empty.
    x, width : float
        A bar from zero, in percent of the space for it.
    lead : AnswerRow or None
        The first of its answers whose quote stands in the document.
    """

    term: TermRow
    ids: str
    points: str
    arrow: str
    x: float
    width: float
    lead: AnswerRow | None


@dataclass(frozen=True)
class Total:
    """The foot of the table: what is shown above it adds up to what is shown here.

    Attributes
    ----------
    intercept, score : str
        To two decimals, with sign.
    rounding : str
        What has to be added to the shown parts to get the shown score; empty where nothing.
    whole : str
        Total on a risk score's card; empty for other models.
    """

    intercept: str
    score: str
    rounding: str
    whole: str


@dataclass(frozen=True)
class Scale:
    """Probability, threshold and spread on a line from 0 to 100 percent.

    Attributes
    ----------
    at, threshold : float
    low, high : float or None
    direct : float or None
        The language model's own probability.
    words : str
        The same for those who do not see it.
    """

    at: float
    threshold: float
    low: float | None
    high: float | None
    direct: float | None
    words: str


@dataclass(frozen=True)
class CaseView:
    """Everything the decision panel shows.

    Attributes
    ----------
    risk, hundred, units : str
    outcome, decided : str
    threshold : str
    side : str
        ``"at or above"`` or ``"below"`` the threshold.
    before : str
        Risk before corrections and drafts; empty where there are none.
    changed : int
        How many answers were changed.
    draft : bool
        Whether any of them is only tried out.
    spread : str
        Range over the bags; empty without bags.
    bags : int
    scale : Scale
    reasons, rows : tuple of CaseRow
    has_spread : bool
    total : Total
    drawing : Waterfall
    in_risk : bool
        Whether the drawing is marked in risk.
    """

    risk: str
    hundred: str
    units: str
    outcome: str
    decided: str
    threshold: str
    side: str
    before: str
    changed: int
    draft: bool
    spread: str
    bags: int
    scale: Scale
    reasons: tuple[CaseRow, ...]
    rows: tuple[CaseRow, ...]
    has_spread: bool
    total: Total
    drawing: Waterfall
    in_risk: bool


def case_view(case: CaseFile) -> CaseView:
    """Lay out the decision of a case.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    CaseView
    """
    decision = case.decision
    outcome, decided = outcome_words(decision, case.outcomes)
    changes = [one for one in changed_answers(case) if one.stands]
    bags = case.sureness.bags
    risk, threshold = risk_words(decision.probability, case.threshold)
    rows = case_rows(decision, case.questionnaire)
    return CaseView(
        risk=risk,
        hundred=hundred_words(decision.probability),
        units=plural(case.unit),
        outcome=outcome,
        decided=decided,
        threshold=threshold,
        side="at or above" if decision.probability >= case.threshold else "below",
        before=risk_words(case.original.probability, case.threshold)[0] if changes else "",
        changed=len(changes),
        draft=any(one.draft for one in changes),
        spread="" if bags is None else range_words(bags),
        bags=0 if bags is None else bags.bags,
        scale=scale(case),
        reasons=main_reasons(rows, decision),
        rows=rows,
        has_spread=any(row.term.spread for row in rows),
        total=total(decision),
        drawing=waterfall(decision),
        in_risk=speaks_in_risk(decision),
    )


def case_rows(decision: Decision, questionnaire: Questionnaire | None = None) -> tuple[CaseRow, ...]:
    """Lay out every term of a decision, largest first; none is left out.

    Parameters
    ----------
    decision : Decision
    questionnaire : Questionnaire or None, default=None

    Returns
    -------
    tuple of CaseRow
    """
    ranked = decision.ranked()
    largest = max((abs(term.points) for term in ranked), default=0.0) or 1.0
    rows = zip(term_rows(decision, questionnaire), ranked, strict=True)
    return tuple(_row(term, held, largest) for term, held in rows)


def main_reasons(rows: tuple[CaseRow, ...], decision: Decision) -> tuple[CaseRow, ...]:
    """Choose the main reasons: the three largest terms, and up to two more that are not faint beside them.

    Parameters
    ----------
    rows : tuple of CaseRow
        In the order of ``decision.ranked()``.
    decision : Decision

    Returns
    -------
    tuple of CaseRow
        Fewer where fewer terms have any effect.
    """
    sizes = [abs(term.points) for term in decision.ranked()]
    return tuple(
        row
        for place, (row, size) in enumerate(zip(rows, sizes, strict=True))
        if size > 0 and (place < LEAST_REASONS or (place < MOST_REASONS and size >= FAINT * sizes[0]))
    )


def total(decision: Decision) -> Total:
    """Lay out intercept and score, with the difference that rounding makes as a row of its own.

    Parameters
    ----------
    decision : Decision

    Returns
    -------
    Total

    Examples
    --------
    >>> from pellucid.schema import Contribution
    >>> terms = [Contribution(questions=[name], said="1", points=0.004) for name in "abc"]
    >>> total(Decision(document="d", model="m", outcome="yes", predicted="yes", probability=0.5, probabilities={},
    ...                score=0.012, intercept=0.0, contributions=terms)).rounding
    '+0.01'
    """
    parts = (decision.intercept, *(term.points for term in decision.contributions))
    shown = sum((_hundredths(part) for part in parts), Decimal(0))
    left = _hundredths(decision.score) - shown
    return Total(
        intercept=signed(decision.intercept),
        score=signed(decision.score),
        rounding=signed(float(left)) if left else "",
        whole=whole_words(decision.total_points),
    )


def scale(case: CaseFile, *, direct: bool = False) -> Scale:
    """Place a case's probability on a line from 0 to 100 percent.

    Parameters
    ----------
    case : CaseFile
    direct : bool, default=False
        Whether the language model's own probability is placed beside it.

    Returns
    -------
    Scale
    """
    bags = case.sureness.bags
    risk, threshold = risk_words(case.decision.probability, case.threshold)
    words = [f"Risk {risk} on a line from 0 to 100%, threshold {threshold}"]
    if bags is not None:
        words.append(f"range over the bags {range_words(bags)}")
    if direct and case.direct is not None:
        words.append(f"the language model said {percent(case.direct)}")
    return Scale(
        at=case.decision.probability * 100,
        threshold=case.threshold * 100,
        low=None if bags is None else bags.low * 100,
        high=None if bags is None else bags.high * 100,
        direct=case.direct * 100 if direct and case.direct is not None else None,
        words="; ".join(words),
    )


def _row(term: TermRow, held: Contribution, largest: float) -> CaseRow:
    """Lay out one term."""
    share = held.points / largest * 50
    return CaseRow(
        term=term,
        ids=" × ".join(held.questions),
        points=repr(held.points),
        arrow={"raises": "↑", "lowers": "↓"}.get(term.kind, ""),
        x=50 + min(share, 0.0),
        width=abs(share),
        lead=next((answer for answer in term.answers if answer.located), None),
    )


def _hundredths(value: float) -> Decimal:
    """Round as `number` does."""
    return Decimal(number(value).replace("−", "-").replace(",", ""))
