"""Tables in which every figure names its row."""

import pytest

from pellucid.reporting import _report_tables as tables
from pellucid.reporting._report import build_report
from pellucid.reporting._wording import figure
from pellucid.schema import Cost, Measure, Question, Questionnaire


@pytest.fixture
def report(full_study):
    return build_report(full_study)


def everything(study):
    return [
        *tables.comparison_tables(study),
        tables.difference_table(study),
        tables.cost_table(study),
        tables.question_table(study),
        tables.question_audit_table(study),
        *tables.subgroup_tables(study),
    ]


def test_every_cell_names_a_row_that_holds_it(report, full_study):
    checked = 0
    for table in everything(full_study):
        report.row(table.rows_at)
        for row in table.rows:
            assert len(row.cells) == len(table.columns)
            for cell in (one for one in row.cells if one.path):
                held = report.row(cell.path)
                if isinstance(held, Measure) and held.value is not None:
                    assert cell.text in {figure(held, digits) for digits in (2, 3)}
                    assert cell.method == held.method
                    checked += 1
    assert checked > 10


def test_origin_holds_path_and_method():
    assert tables.Cell("0.9", "study.x", "DeLong").origin == "study.x, DeLong"
    assert tables.Cell("0.9", "study.x").origin == "study.x"
    assert tables.Cell("0.9").origin == ""


def test_many_measures_are_laid_over_several_tables(full_study):
    assert len(tables.comparison_tables(full_study)) == 1
    comparison = full_study.comparison
    many = {f"measure_{place}": Measure(value=place / 20) for place in range(14)}
    first = comparison.contenders[0].model_copy(update={"measures": many})
    wide = full_study.model_copy(
        update={"comparison": comparison.model_copy(update={"contenders": (first, *comparison.contenders[1:])})}
    )
    made = tables.comparison_tables(wide)
    assert [len(table.columns) for table in made] == [6, 6, 6]
    assert [table.caption[-11:] for table in made] == [f"part {n} of 3" for n in (1, 2, 3)]
    assert sum(cell.text == "not measured" for table in made for row in table.rows for cell in row.cells) > 0


def test_differences_are_of_the_reference_and_of_one_measure_where_wanted(full_study):
    made = tables.difference_table(full_study, "auroc")
    assert [cell.text for cell in made.rows[0].cells] == [
        "AUROC", "+0.013 [−0.021, +0.046]", "not worse by more than the margin", "0.620", "below 0.001", "38%",
    ]  # fmt: skip
    assert [cell.text for cell in made.rows[1].cells] == [
        "AUROC", "undefined", "not judged", "not tested", "not tested", "not known",
    ]  # fmt: skip
    assert tables.difference_table(full_study, "brier").rows == ()
    comparison = full_study.comparison
    turned = comparison.differences[0].model_copy(update={"reference": "another"})
    other = full_study.model_copy(update={"comparison": comparison.model_copy(update={"differences": (turned,)})})
    assert tables.difference_table(other).rows == ()


def test_cost_that_was_not_recorded_is_not_zero(full_study):
    made = tables.cost_table(full_study)
    assert [cell.text for cell in made.rows[0].cells] == [
        "0.995 [0.980, 0.999]", "1,303", "912,000", "80,111", "1.50 EUR", "0.42",
    ]  # fmt: skip
    assert [cell.text for cell in made.rows[1].cells] == ["undefined", *["not recorded"] * 5]
    assert [cell.text for cell in tables._costs(Cost(requests=0), "x")] == ["0", *["not recorded"] * 4]


def test_allowed_answers_are_told_for_every_type(full_study):
    questions = [
        Question(id="a", ask="A?", type="number", minimum=1, maximum=9, unit="cm"),
        Question(id="b", ask="B?", type="number", minimum=1),
        Question(id="c", ask="C?", type="number", maximum=9.5, unit="cm"),
        Question(id="d", ask="D?", type="number"),
        Question(id="e", ask="E?", type="yes/no"),
        Question(id="f", ask="F?", type="choice", options=("x", "y")),
    ]
    asked = Questionnaire(name="q", questions=questions)
    made = tables.question_table(full_study.model_copy(update={"questionnaire": asked}))
    assert [row.cells[1].text for row in made.rows] == [
        "1 to 9 cm", "from 1", "up to 9.5 cm", "any number", "yes, no", "x, y",
    ]  # fmt: skip


def test_groups_that_are_too_small_have_no_figures(full_study):
    first, second = tables.subgroup_tables(full_study)
    assert first.columns[:3] == ("Documents", "With the outcome", "AUROC")
    assert [cell.text for cell in first.rows[1].cells] == ["9", "4", "too few", "too few"]
    assert second.caption.startswith("“answers” by group")


def test_study_without_an_audit_has_no_tables_of_it(study):
    assert tables.subgroup_tables(study) == ()
    assert tables.question_audit_table(study).rows == ()
