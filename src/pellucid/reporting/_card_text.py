"""The model card and the data card as Markdown, each with a head that hubs of models and data can read."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from pellucid.reporting._markdown import YamlValue, markdown, yaml_head
from pellucid.reporting._report_view import footnotes, trace_facts, trace_rows
from pellucid.reporting._statements_results import position
from pellucid.reporting._summary_page import chosen_words
from pellucid.reporting._templates import render
from pellucid.reporting._wording import measure_order, measure_words
from pellucid.schema import Card, ItemState, Measure, Report, ReportItem

_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HUB_NAMES = {"auroc": "roc_auc", "average_precision": "average_precision", "brier": "brier_score"}
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
_CARD_NOTE = (
    "Written from report.json by Pellucid. What only a person can say, and has not said yet, is marked as asked."
)


class _ItemText(NamedTuple):
    """One section of a card, escaped."""

    title: Markup
    state: str
    wanted: Markup
    said: tuple[Markup, ...]


def model_card_markdown(report: Report) -> str:
    """Write the model card as Markdown, with the YAML head of the Hugging Face Hub.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        Ends with a line end. A head without a licence or language means that no person
        has said it yet; nothing is guessed.

    References
    ----------
    Mitchell, M. et al. (2019). Model cards for model reporting. FAT* '19, 220-229.

    Examples
    --------
    >>> from pellucid.reporting import build_report
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Question, Questionnaire, Study
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> report = build_report(Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[ContenderResult(name="a", measures={})],
    ...                           reference="a", verdict="Too few documents to tell.", rules=[]),
    ...     reading=[], views=[], decisions=[]), answers={"model_card.licence": "apache-2.0"})
    >>> model_card_markdown(report).splitlines()[:4]
    ['---', 'license: "apache-2.0"', 'library_name: "pellucid"', 'pipeline_tag: "text-classification"']
    """
    head: dict[str, YamlValue] = {
        **_from_answers(report.model_card),
        "library_name": "pellucid",
        "pipeline_tag": "text-classification",
        "tags": ["interpretability", "glass-box", "tabular-classification"],
    }
    results = _model_index(report)
    if results:
        head["model-index"] = results
    note = " ".join(part for part in (_CARD_NOTE, chosen_words(report)) if part)
    return _card(report, report.model_card, head, note)


def data_card_markdown(report: Report) -> str:
    """Write the data card as Markdown, with the YAML head of the Hugging Face Hub.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        Ends with a line end.

    References
    ----------
    Gebru, T. et al. (2021). Datasheets for datasets. Communications of the ACM 64(12), 86-92.

    Examples
    --------
    >>> from pellucid.reporting import build_report
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Question, Questionnaire, Study
    >>> design = Design(documents=9, classes={}, splits=3, repeats=1, seed=0, draws=9, interval="")
    >>> report = build_report(Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[ContenderResult(name="a", measures={})],
    ...                           reference="a", verdict="Too few documents to tell.", rules=[]),
    ...     reading=[], views=[], decisions=[]))
    >>> 'pretty_name: "A demonstration"' in data_card_markdown(report)
    True
    """
    documents = report.study.comparison.design.documents
    size = next((name for limit, name in _SIZES if documents < limit), "n>10M")
    head: dict[str, YamlValue] = {
        **_from_answers(report.data_card),
        "pretty_name": report.study.title,
        "size_categories": [size],
        "task_categories": ["text-classification"],
        "tags": ["pellucid"],
    }
    return _card(report, report.data_card, head, _CARD_NOTE)


def _card(report: Report, card: Card, head: Mapping[str, YamlValue], note: str) -> str:
    """Fill the template of a card."""
    notes = footnotes(card.items)
    sections: dict[str, list[_ItemText]] = {}
    for item in card.items:
        sections.setdefault(item.section, []).append(_item_text(item, notes))
    facts = trace_facts(report)
    rows = [
        {"number": row.number, "path": markdown(row.path), "holds": markdown(row.holds)}
        for row in trace_rows(report, notes)
    ]
    return (
        str(
            render(
                "card.md.j2",
                head=yaml_head(head),
                title=markdown(card.title),
                note=markdown(note),
                sections=[(markdown(section), items) for section, items in sections.items()],
                trace=Markup(". ").join(Markup("{}: {}").format(markdown(name), markdown(fact)) for name, fact in facts)
                + Markup("."),
                rows=rows,
            )
        ).rstrip("\n")
        + "\n"
    )


def _item_text(item: ReportItem, notes: Mapping[str, int]) -> _ItemText:
    """Escape one section of a card, with the numbers of its rows."""
    said = []
    for one in item.statements:
        numbers = " ".join(f"[{notes[path]}]" for path in one.rows)
        who = "In a person’s words: " if one.by == "person" else ""
        said.append(markdown(f"{who}{one.said} {numbers}"))
    return _ItemText(markdown(item.title), item.state.value, markdown(item.wanted), tuple(said))


def _from_answers(card: Card) -> dict[str, YamlValue]:
    """Take licence and languages for the head from a person's answers, where they are identifiers."""
    head: dict[str, YamlValue] = {}
    licence, language = _answer(card, "licence"), _answer(card, "language")
    if licence:
        plain = _LICENCE.fullmatch(licence.lower()) is not None
        head |= {"license": licence.lower()} if plain else {"license": "other", "license_name": licence}
    codes = [code.strip() for code in language.split(",")]
    if all(_LANGUAGE.fullmatch(code) for code in codes):
        head["language"] = codes
    return head


def _answer(card: Card, name: str) -> str:
    """Return what a person said to an item; empty where nobody did, or it does not apply."""
    item = next(one for one in card.items if one.name == name)
    if item.state is not ItemState.FILLED:
        return ""
    return next((one.said for one in item.statements if one.by == "person"), "")


def _model_index(report: Report) -> list[YamlValue]:
    """Write the figures of the glass box in the form that hubs read; undefined ones are left out."""
    comparison = report.study.comparison
    if not report.model:
        return []
    contender = comparison.contenders[position(comparison, report.model)]
    metrics = [
        _metric(name, contender.measures[name])
        for name in measure_order(list(contender.measures))
        if contender.measures[name].value is not None
    ]
    if not metrics:
        return []
    task: YamlValue = {"type": "text-classification", "name": report.study.title}
    data: YamlValue = {"type": report.study.name, "name": report.study.title, "split": comparison.design.kind}
    found: YamlValue = {"task": task, "dataset": data, "metrics": metrics}
    return [{"name": f"{report.study.name}: {report.model}", "results": [found]}]


def _metric(name: str, measure: Measure) -> YamlValue:
    """Write one figure, with its interval in its name, since the form has no place for one."""
    words = measure_words(name)
    told = words.label
    if measure.low is not None and measure.high is not None:
        told += f", 95% interval {measure.low:.{words.digits}f} to {measure.high:.{words.digits}f}"
    kind = _HUB_NAMES.get(name, name.replace(" ", "_"))
    return {"type": kind, "value": round(measure.value or 0.0, words.digits), "name": told}
