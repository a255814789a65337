"""A report: never blank, traceable to the row, the same bytes, refused when it is something else."""

import json

import pytest
from pydantic import ValidationError

from pellucid.exceptions import FileFormatError, InvalidInputError
from pellucid.schema import (
    Card,
    Comparison,
    ContenderResult,
    Design,
    ItemState,
    Measure,
    Question,
    Questionnaire,
    Report,
    ReportItem,
    Statement,
    Study,
    row_path,
)

AUROC = "study.comparison.contenders[0].measures.auroc"


def item(key, **more):
    return ReportItem(
        **{"key": key, "section": "S", "title": "T", "asks": "A.", "state": "asked", "wanted": "W?"} | more
    )


def make_report(*statements, **more):
    design = Design(documents=9, classes={"no": 5, "yes": 4}, splits=3, repeats=1, seed=0, draws=9, interval="")
    measures = {"auroc": Measure(value=0.8, low=0.7, high=0.9), 'in the "large"': Measure(value=0.1)}
    comparison = Comparison(
        subject="demo", design=design, contenders=[ContenderResult(name="EBM", glass_box=True, measures=measures)],
        reference="EBM", verdict="Too few.", rules=[],
    )  # fmt: skip
    study = Study(
        name="demo", title="Demo", task="Will it hold?", unit="case", outcomes=("no", "yes"),
        questionnaire=Questionnaire(name="demo", questions=[Question(id="a", ask="A?", type="yes/no")]),
        comparison=comparison, reading=[], views=[], decisions=[],
    )  # fmt: skip
    first = item("tripod.1", state="filled", statements=statements) if statements else item("tripod.1")
    held = {
        "study": study,
        "model": "EBM",
        "tripod": [first],
        "annex": [item("annex.1")],
        "model_card": Card(kind="model", title="M", items=[item("model_card.what")]),
        "data_card": Card(kind="data", title="D", items=[item("data_card.what")]),
    }
    return Report(**held | more)


def test_item_that_is_asked_says_what_is_wanted():
    with pytest.raises(ValidationError, match="an item that is asked says what is wanted"):
        item("tripod.1", wanted=" ")


@pytest.mark.parametrize("state", ["filled", "not applicable"])
def test_item_that_is_not_asked_says_something(state):
    with pytest.raises(ValidationError, match=f"an item that is '{state}' says something"):
        item("tripod.1", state=state)


@pytest.mark.parametrize("said", ["", "  ", "\n"])
def test_statement_is_never_blank(said):
    with pytest.raises(ValidationError):
        Statement(said=said)


def test_item_is_named_without_its_list():
    assert item("tripod.23a").name == "23a"
    assert item("tripod.23a").state is ItemState.ASKED


def test_path_leads_to_the_row():
    report = make_report(Statement(said="AUROC 0.800.", rows=[AUROC]), answers={"tripod.1": "yes"})
    assert report.row(AUROC) == Measure(value=0.8, low=0.7, high=0.9)
    assert report.row("study.outcomes[1]") == "yes"
    assert report.row('answers["tripod.1"]') == "yes"
    odd = row_path("study.comparison.contenders", 0, "measures", 'in the "large"')
    assert odd == 'study.comparison.contenders[0].measures["in the \\"large\\""]'
    assert report.row(odd).value == 0.1


def test_path_is_the_way_through_the_json_too():
    report = make_report()
    found = json.loads(report.to_json())
    for step in ("study", "comparison", "contenders", 0, "measures", "auroc", "value"):
        found = found[step]
    assert found == report.row(f"{AUROC}.value") == 0.8


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "study.nothing",
        "study.comparison.contenders[7]",
        "study.comparison.contenders.EBM",
        "study.outcomes[-1]",
        "study.title[0]",
        "study.__class__",
        "study.model_fields",
        "study..title",
        "study title",
        'answers["\\x"]',
        'answers["none"]',
    ],
)
def test_path_that_leads_nowhere_is_refused(path):
    with pytest.raises(InvalidInputError, match="path: got"):
        make_report().row(path)
    with pytest.raises(ValidationError, match="path: got"):
        make_report(Statement(said="So it is.", rows=[path]))


def test_keys_stand_once_and_the_model_is_a_contender():
    with pytest.raises(ValidationError, match="every key may stand once"):
        make_report(annex=[item("tripod.1")])
    with pytest.raises(ValidationError, match="is not among the contenders"):
        make_report(model="another")


def test_report_goes_to_json_and_back(tmp_path):
    report = make_report(Statement(said="AUROC 0.800.", rows=[AUROC]))
    path = tmp_path / "report.json"
    path.write_text(report.to_json(), encoding="utf-8", newline="")
    again = Report.from_file(path)
    assert again == report
    assert again.to_json() == report.to_json()
    assert report.to_json().endswith("}\n")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 2}', '{"study": 1}'])
def test_file_that_is_no_report_is_refused(tmp_path, text):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(FileFormatError, match="is not a report of form 1"):
        Report.from_file(path)


def test_report_of_another_form_is_refused(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(make_report().to_json().replace('"format": 1\n}', '"format": 2\n}'))
    with pytest.raises(FileFormatError, match="form 1: format"):
        Report.from_file(path)


def test_refusal_does_not_repeat_what_stands_in_the_file(tmp_path):
    path = tmp_path / "report.json"
    path.write_text(make_report().to_json().replace('"Too few."', '["secret words"]'))
    with pytest.raises(FileFormatError) as refused:
        Report.from_file(path)
    assert "secret" not in str(refused.value)
