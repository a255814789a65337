"""A study made into a report: every item of every standard brought to its state, with a person's answers."""

import difflib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.reporting._annex import ANNEX, annex_items
from pellucid.reporting._cards import DATA_CARD, MODEL_CARD, data_card, model_card
from pellucid.reporting._items import NOT_APPLICABLE
from pellucid.reporting._statements_results import best_glass_box
from pellucid.reporting._tripod import TRIPOD, tripod_items
from pellucid.reporting._wording import one_line
from pellucid.schema import ItemState, Report, ReportItem, Study, has_surrogate, read_toml, to_json

_HEADS = {
    "tripod": "TRIPOD+AI",
    "annex": "EU AI Act, Annex IV",
    "model_card": "Model card",
    "data_card": "Data card",
}


def build_report(study: Study, *, answers: Mapping[str, str] | None = None, model: str | None = None) -> Report:
    """Make the report that all pages and cards are drawn from.

    Parameters
    ----------
    study : Study
    answers : Mapping[str, str] or None, default=None
        What a person says, by item, such as ``{"tripod.17": "Approved by …"}``; see
        `read_answers`. One that begins with ``"not applicable:"`` gives the reason why
        its item does not apply. None gives no answers.
    model : str or None, default=None
        Name of the glass box that summary and model card speak of; None takes the one
        that is highest in what contenders are judged by, and the pages say so.

    Returns
    -------
    Report

    Raises
    ------
    InvalidInputError
        If an answer has no item, or says nothing, or `model` is not a glass box of the study.

    References
    ----------
    Collins, G. S. et al. (2024). BMJ 385, e078378 (TRIPOD+AI). Regulation (EU) 2024/1689, Annex IV.

    Examples
    --------
    >>> from pellucid.schema import Comparison, ContenderResult, Design, Measure, Question, Questionnaire
    >>> design = Design(documents=9, classes={"no": 5, "yes": 4}, splits=3, repeats=1, seed=0, draws=9,
    ...                 interval="bootstrap over documents")
    >>> one = ContenderResult(name="EBM", glass_box=True, measures={"auroc": Measure(value=0.8, low=0.7, high=0.9)})
    >>> study = Study(
    ...     name="demo", title="A demonstration", task="Will it hold?", unit="case", outcomes=("no", "yes"),
    ...     questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
    ...     comparison=Comparison(subject="demo", design=design, contenders=[one], reference="EBM",
    ...                           verdict="Too few documents to tell.", rules=["At least 100 documents."]),
    ...     reading=[], views=[], decisions=[])
    >>> report = build_report(study, answers={"tripod.17": "not applicable: invented records."})
    >>> {item.key: item.state.value for item in report.tripod if item.key in ("tripod.10", "tripod.17", "tripod.19")}
    {'tripod.10': 'filled', 'tripod.17': 'not applicable', 'tripod.19': 'asked'}
    """
    given = {} if answers is None else dict(answers)
    for key, text in given.items():
        _check_answer(key, text)
    return Report(
        study=study,
        model=_model(study, model),
        answers=given,
        tripod=tripod_items(study, given),
        annex=annex_items(study, given),
        model_card=model_card(study, given),
        data_card=data_card(study, given),
    )


def read_answers(path: str | os.PathLike[str]) -> dict[str, str]:
    r"""Read a person's answers from TOML: tables ``[tripod]``, ``[annex]``, ``[model_card]``, ``[data_card]``.

    Parameters
    ----------
    path : str or os.PathLike
        Each key is an item's name, such as ``17``; each value a string. An empty string
        counts as not answered yet, so that the file of `questions_toml` can be filled
        little by little.

    Returns
    -------
    dict of str to str
        By item, such as ``"tripod.17"``; only what was answered.

    Raises
    ------
    FileFormatError
        If the file is not TOML, names an item that does not exist, or holds something
        other than strings.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "answers.toml"
    >>> _ = path.write_text('[tripod]\n17 = "Approved by the board."\n18a = ""\n')
    >>> read_answers(path)
    {'tripod.17': 'Approved by the board.'}
    """
    found: dict[str, str] = {}
    for head, table in read_toml(path).items():
        if head not in _HEADS or not isinstance(table, dict):
            raise FileFormatError(path, f"{_quoted(head)} is not one of the tables [{'], ['.join(_HEADS)}]")
        for name, text in table.items():
            found |= _read_answer(path, f"{head}.{name}", text)
    return found


def questions_toml(report: Report) -> str:
    """Write all that a person is still asked as TOML, to be filled in and read with `read_answers`.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        With the answers that were given already; ends with a line end.
    """
    lines = [
        "# What only a person can say. Write between the quotes; what stays empty stays asked.",
        f"# An answer that begins with “{NOT_APPLICABLE}” gives the reason why its item does not apply.",
    ]
    parts: dict[str, Iterable[ReportItem]] = {
        "tripod": report.tripod,
        "annex": report.annex,
        "model_card": report.model_card.items,
        "data_card": report.data_card.items,
    }
    for head, items in parts.items():
        lines += ["", f"# {_HEADS[head]}", f"[{head}]"]
        for item in items:
            if item.state is ItemState.ASKED or item.key in report.answers:
                lines += ["", f"# {item.title}: {item.wanted}"]
                lines.append(f"{item.name} = {_toml_string(report.answers.get(item.key, ''))}")
    return "\n".join(lines) + "\n"


def _keys() -> list[str]:
    """List the keys of all items."""
    return [point.key for points in (TRIPOD, ANNEX, MODEL_CARD, DATA_CARD) for point in points]


def _model(study: Study, model: str | None) -> str:
    """Choose the glass box the summary speaks of, or check the one that was named."""
    if model is None:
        return best_glass_box(study.comparison)
    boxes = [one.name for one in study.comparison.contenders if one.glass_box]
    if model not in boxes:
        raise InvalidInputError(f"model: got {_quoted(model)}; a glass box of the study is needed: {', '.join(boxes)}")
    return model


def _check_answer(key: str, text: str) -> None:
    """Refuse an answer that has no item or says nothing."""
    if key not in _keys():
        raise InvalidInputError(f"answers: {_unknown(key)}")
    if not isinstance(text, str) or not text.strip():
        raise InvalidInputError(f"answers: {key!r} says nothing; leave it out, and its item stays asked")
    if has_surrogate(text):
        raise InvalidInputError(f"answers: {key!r} holds half a character (a lone surrogate), which no file can keep")


def _read_answer(path: str | os.PathLike[str], key: str, text: Any) -> dict[str, str]:
    """Check one answer of a file; empty ones are left out."""
    if key not in _keys():
        raise FileFormatError(path, _unknown(key))
    if not isinstance(text, str):
        raise FileFormatError(path, f"{key!r} holds a {type(text).__name__}; a string in quotes is expected")
    return {key: text.strip()} if text.strip() else {}


def _unknown(key: object) -> str:
    """Say that there is no such item, and which come near."""
    near = difflib.get_close_matches(str(key), _keys(), n=3, cutoff=0.6)
    hint = f"did you mean {', '.join(near)}?" if near else "questions_toml(report) lists the items that are asked"
    return f"{_quoted(key)} is not an item; {hint}"


def _quoted(key: object) -> str:
    """Write a key for an error message, on one line and not too long."""
    said = one_line(str(key))
    return repr(said if len(said) <= 60 else said[:59] + "…")


def _toml_string(text: str) -> str:
    """Write a string of TOML; JSON's strings are such strings, save for one control character."""
    return to_json(text).replace("\x7f", "\\u007f")
