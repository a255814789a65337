"""A comparison and a decision as plain aligned text for a terminal."""

import textwrap
import unicodedata

from pellucid.exceptions import InvalidInputError
from pellucid.reporting._comparison_view import best_words, columns, difference_text, find_difference, main_measure
from pellucid.reporting._decision_view import AnswerRow, TermRow, gap_words, outcome_words, term_rows, whole_words
from pellucid.reporting._wording import figure, measure_words, number, one_line, percent, signed
from pellucid.schema import Comparison, Decision, Design, ExplainedDocument, Questionnaire

WIDTH = 100
NARROWEST = 72
LONGEST_NAME = 40
_LEGEND = (
    "Points are log-odds and add up to the score: +0.7 doubles the odds, −0.7 halves them. “Spread” is one standard "
    "deviation over the model's bags. Numbers after “at” are characters of the document."
)
_GAP = "  "
_FULL = ("average_precision", "brier", "accuracy", "balanced_accuracy", "macro_f1", "sensitivity", "specificity",
         "calibration_slope", "ici", "net_benefit")  # fmt: skip
"""Measures beside the main one; a comparison with more of them leaves the rest to its file and its report."""


def comparison_text(comparison: Comparison, *, width: int | None = None) -> str:
    """Write a comparison as a table of plain text, with the verdict under it.

    The main measure (AUROC where there is one) stands with its interval and its
    difference from the reference; the others stand as values alone, in the same
    table where the width allows, else in a second one. An asterisk marks glass boxes.

    Parameters
    ----------
    comparison : Comparison
    width : int or None, default=None
        Columns to fill, at least 72; None is 100. The terminal is not asked, so that
        the same comparison always gives the same text.

    Returns
    -------
    str
        Ends with a line end; no trailing white space.

    Raises
    ------
    InvalidInputError
        If `width` is below 72.

    Examples
    --------
    >>> from pellucid.schema import ContenderResult, Design, Measure
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> one = ContenderResult(name="EBM", glass_box=True, measures={
    ...     "auroc": Measure(value=0.8, low=0.7, high=0.9), "brier": Measure(value=0.15)})
    >>> print(comparison_text(Comparison(
    ...     subject="demo", design=design, contenders=[one], reference="EBM", verdict="Too few.", rules=[])))
    demo: 9 documents, 3 folds × 1, seed 0; in brackets 95% intervals
    <BLANKLINE>
    Contender  AUROC                 Difference  Brier
    ---------  --------------------  ----------  -----
    EBM *      0.800 [0.700, 0.900]  reference   0.150
    <BLANKLINE>
    * glass box. Difference: AUROC minus that of “EBM”, on the same documents.
    <BLANKLINE>
    Verdict: Too few.
    <BLANKLINE>
    """
    room = _room(width)
    design = comparison.design
    head = (
        f"{one_line(comparison.subject)}: {design.documents:,} documents, "
        f"{_design_words(design)}, seed {design.seed}; in brackets 95% intervals"
    )
    main, rest = _main_columns(comparison), _value_columns(comparison)
    names = ["Contender", *(_name(one.name, one.glass_box) for one in comparison.contenders)]
    whole = [names, *main, *rest]
    parts = [whole] if _fits(whole, room) else [[names, *block] for block in (main, rest) if block]
    tables = [_table(part, room) for part in parts]
    blocks = [_wrap(head, room), *tables, _wrap(_legend(comparison), room)]
    best = best_words(comparison)
    if best:
        blocks.append(_wrap(best, room))
    first, *more = comparison.verdict.split("\n")
    blocks.append([*_wrap(f"Verdict: {first}", room), *(line for one in more for line in _wrap(f"- {one}", room))])
    blocks += [_pair_lines(comparison, room), _wrap(comparison.power, room)]
    caveats = [f"Caveat: {caveat}" for caveat in comparison.caveats]
    caveats += [f"Caveat, {one.name}: {caveat}" for one in comparison.contenders for caveat in one.caveats]
    return _joined([*blocks, *(_wrap(caveat, room) for caveat in caveats)])


def decision_text(
    document: ExplainedDocument | Decision,
    *,
    outcomes: tuple[str, str] | None = None,
    questionnaire: Questionnaire | None = None,
    width: int | None = None,
) -> str:
    """Write one decision as plain text: the risk in words, then every term with its quote.

    Parameters
    ----------
    document : ExplainedDocument or Decision
        With the first, what really happened and the language model's own probability
        are written too.
    outcomes : tuple of two str or None, default=None
        Words for the two classes; None writes the class names.
    questionnaire : Questionnaire or None, default=None
        Adds how each question is asked.
    width : int or None, default=None
        Columns to fill, at least 72; None is 100.

    Returns
    -------
    str
        Ends with a line end; no trailing white space. Control characters of a document
        are written as visible stand-ins, so that it cannot steer the terminal.

    Raises
    ------
    InvalidInputError
        If `width` is below 72.

    Examples
    --------
    >>> from pellucid.schema import Answer, Contribution, Source
    >>> answer = Answer(question="colour", value="red", status="answered", quote="a red one", start=2, end=11,
    ...                 source=Source(model="demo"))
    >>> term = Contribution(questions=["colour"], said="red", points=0.5, answers=[answer])
    >>> print(decision_text(Decision(
    ...     document="d1", model="EBM", outcome="yes", predicted="yes", probability=0.5986876601124521,
    ...     probabilities={}, score=0.4, intercept=-0.1, contributions=[term])))
    Document d1: risk 60% of “yes”. Decided: yes (EBM).
    <BLANKLINE>
    start    −0.10  intercept
    raises   +0.50  1. Colour: red
                    “a red one” at 2–11
    score    +0.40  risk 60%
    <BLANKLINE>
    Points are log-odds and add up to the score: +0.7 doubles the odds, −0.7 halves them. “Spread” is
    one standard deviation over the model's bags. Numbers after “at” are characters of the document.
    <BLANKLINE>
    """
    room = _room(width)
    explained = document if isinstance(document, ExplainedDocument) else None
    decision = document.decision if isinstance(document, ExplainedDocument) else document
    blocks = [_wrap(_verdict(decision, explained, outcomes), room)]
    blocks += [_wrap(f"To look at: {warning}", room) for warning in decision.warnings]
    lines = [_row("start", signed(decision.intercept), "intercept")]
    unused = []
    for term, contribution in zip(term_rows(decision, questionnaire), decision.ranked(), strict=True):
        places = {answer.question: (answer.start, answer.end) for answer in contribution.answers}
        if contribution.points == 0 and all(answer.status == "answered" for answer in term.answers):
            unused.append(f"{term.name} ({term.said})")
        else:
            lines += _term_lines(term, places, room)
    total = f", {whole}" if (whole := whole_words(decision.total_points)) else ""
    lines.append(_row("score", signed(decision.score), f"risk {percent(decision.probability)}{total}"))
    rest = _wrap(f"Without points here: {', '.join(unused)}.", room) if unused else []
    return _joined([*blocks, lines, rest, _wrap(_LEGEND, room)])


def _verdict(decision: Decision, explained: ExplainedDocument | None, outcomes: tuple[str, str] | None) -> str:
    """Say risk, decision, what happened and what the language model said."""
    outcome, decided = outcome_words(decision, outcomes)
    risk = percent(decision.probability)
    fitted = "" if explained is None or explained.trained_on is None else f", fitted on {explained.trained_on:,} others"
    said = f"Document {decision.document}: risk {risk} of “{outcome}”. Decided: {decided} ({decision.model}{fitted})."
    if explained is None:
        return said
    agrees = "as decided" if explained.observed == decided else "not as decided"
    said += f" What happened: {explained.observed}, {agrees}."
    if explained.direct is None:
        return said
    gap = gap_words(decision.probability, explained.direct)
    return f"{said} Language model asked directly: {percent(explained.direct)}, {gap}."


def _row(words: str, points: str, text: str) -> str:
    return f"{words:<7}{points:>7}{_GAP}{text}"


def _term_lines(term: TermRow, places: dict[str, tuple[int | None, int | None]], room: int) -> list[str]:
    """Write one term: direction, points, question and answer; under it the evidence."""
    written = term.points.removeprefix(term.kind).strip()
    points = "<0.01" if written.startswith("by less") else written
    word = "none" if term.kind == "no effect" else term.kind
    numbers = " × ".join(str(answer.number) for answer in term.answers)
    text = f"{numbers}. {term.name}: {term.said}" if numbers else f"{term.name}: {term.said}"
    if term.whole:
        text += f" ({term.whole})"
    if term.spread:
        text += f" (spread {term.spread})"
    indent = " " * (14 + len(_GAP))
    first, *more = textwrap.wrap(one_line(text), room - len(indent)) or [""]
    lines = [_row(word, points, first), *(indent + line for line in more)]
    for answer in term.answers:
        lines += [indent + line for line in _evidence_lines(answer, places[answer.question], room - len(indent))]
    return lines


def _evidence_lines(answer: AnswerRow, place: tuple[int | None, int | None], room: int) -> list[str]:
    """Write wording, quote, place and status of one answer."""
    said = [f"“{answer.quote}”"] if answer.quote else []
    if answer.located:
        said.append(f"at {place[0]}–{place[1]}")
    if answer.status != "answered":
        said.append(f"[{answer.status}]")
    if answer.remark:
        said.append(answer.remark)
    if answer.certainty:
        said.append(f"The model gave it {answer.certainty}.")
    asked = textwrap.wrap(one_line(answer.ask), room)
    return asked + textwrap.wrap(one_line(" ".join(said)), room)


def _main_columns(comparison: Comparison) -> list[list[str]]:
    """Write the main measure with its interval, and its difference from the reference."""
    measure = main_measure(comparison)
    if not measure:
        return []
    words = measure_words(measure)
    values = [figure(one.measures.get(measure), words.digits) for one in comparison.contenders]
    differences = [difference_text(comparison, one.name, measure) for one in comparison.contenders]
    made = [[words.label, *values], ["Difference", *(text or "not compared" for text in differences)]]
    found = [find_difference(comparison, one.name, measure) for one in comparison.contenders]
    said = [one.conclusion.short if one and one.conclusion else "" for one in found]
    return [*made, ["Which is", *said]] if any(said) else made


def _value_columns(comparison: Comparison) -> list[list[str]]:
    """Write all other measures, as values alone."""
    made, main = [], main_measure(comparison)
    shown = [column for column in columns(comparison) if column.name != main]
    if len(shown) > len(_FULL):
        shown = [column for column in shown if column.name in _FULL]
    if len(comparison.contenders) > 1:
        shown = [column for column in shown if _is_filled(comparison, column.name)]
    for column in shown:
        found = [one.measures.get(column.name) for one in comparison.contenders]
        values = ["not measured" if one is None else number(one.value, column.digits) for one in found]
        made.append([column.label, *values])
    return made


def _pair_lines(comparison: Comparison, room: int) -> list[str]:
    """Write the differences of other pairs, where every contender was compared with every other."""
    measure = main_measure(comparison)
    others = [one for one in comparison.differences if one.measure == measure and one.reference != comparison.reference]
    if not others:
        return []
    digits = measure_words(measure).digits
    lines = [f"Other pairs, {measure_words(measure).label} of the first minus that of the second:"]
    for one in others:
        concluded = f", {one.conclusion.short}" if one.conclusion else ""
        p = "" if one.p_holm is None else f", p {'< 0.001' if one.p_holm < 0.001 else f'{one.p_holm:.3f}'} after Holm"
        lines += _wrap(f"{one.contender} − {one.reference}: {figure(one, digits, sign=True)}{p}{concluded}", room)
    return lines


def _is_filled(comparison: Comparison, measure: str) -> bool:
    """Whether at least half of the contenders have a figure."""
    found = [one.measures.get(measure) for one in comparison.contenders]
    return 2 * sum(one is not None and one.value is not None for one in found) >= len(found)


def _legend(comparison: Comparison) -> str:
    """Explain asterisk and difference."""
    marked = "* glass box. " if any(one.glass_box for one in comparison.contenders) else ""
    measure = main_measure(comparison)
    if not measure:
        return marked.strip()
    margin = f" The margin is {comparison.margin:g}." if comparison.margin else ""
    folds = any("Nadeau-Bengio" in one.test for one in comparison.differences if one.measure == measure)
    wider = " What a difference is called also rests on its spread over the folds." if folds else ""
    return (
        f"{marked}Difference: {measure_words(measure).label} minus that of “{comparison.reference}”, "
        f"on the same documents.{margin}{wider}"
    )


def _design_words(design: Design) -> str:
    """Say how documents were divided."""
    if design.kind == "temporal":
        return f"{design.splits} blocks of time, each predicted from all before"
    if design.kind == "external":
        return f"another set than the {design.trained_on:,} learnt from"
    grouped = f", {design.groups:,} groups kept together" if design.groups else ""
    if design.kind == "stored predictions":
        return f"{design.kind}{grouped}"
    return f"{design.splits} folds × {design.repeats}{grouped}"


def _name(name: str, glass_box: bool) -> str:
    return one_line(f"{name} *" if glass_box else name)


def _fits(cells: list[list[str]], room: int) -> bool:
    """Whether columns fit beside each other, the first wrapped down to 20 characters at most."""
    widths = _widths(cells)
    return min(widths[0], 20) + sum(widths[1:]) + len(_GAP) * (len(cells) - 1) <= room


def _widths(cells: list[list[str]]) -> list[int]:
    """Measure every column by its longest cell; a name longer than 40 columns will be wrapped."""
    names, *figures = (max(_columns(text) for text in column) for column in cells)
    return [min(names, LONGEST_NAME), *figures]


def _table(cells: list[list[str]], room: int) -> list[str]:
    """Align columns; the first is wrapped as needed. A table too wide stays too wide: nothing is cut."""
    widths = _widths(cells)
    taken = sum(widths[1:]) + len(_GAP) * (len(cells) - 1)
    first = max(min(widths[0], room - taken), min(widths[0], 20))
    widths[0] = first
    lines = []
    for row, texts in enumerate(zip(*cells, strict=True)):
        name, *more = textwrap.wrap(texts[0], first) or [""]
        lines.append(_GAP.join(_pad(text, size) for text, size in zip((name, *texts[1:]), widths, strict=True)))
        lines += [f"  {line}" for line in more]
        if row == 0:
            lines.append(_GAP.join("-" * size for size in widths))
    return lines


def _columns(text: str) -> int:
    """Count the columns a text takes in a terminal."""
    return sum(_letter_columns(letter) for letter in text)


def _letter_columns(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _pad(text: str, size: int) -> str:
    return text + " " * (size - _columns(text))


def _wrap(text: str, room: int) -> list[str]:
    return textwrap.wrap(one_line(text), room, break_long_words=False, break_on_hyphens=False)


def _joined(blocks: list[list[str]]) -> str:
    """Put blocks under each other with a blank line between them."""
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def _room(width: int | None) -> int:
    """Check the width."""
    room = WIDTH if width is None else width
    if room < NARROWEST:
        raise InvalidInputError(f"width: got {width!r}; at least {NARROWEST} columns are needed")
    return room
