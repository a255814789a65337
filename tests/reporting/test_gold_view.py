"""The section on gold labels: sentences, tables with their rows, and nothing where nothing was traced."""

import pytest

from pellucid.reporting._gold_view import crossing_words, gold_view
from pellucid.reporting._report import build_report
from pellucid.reporting._report_page import report_page
from pellucid.reporting._study_page import study_page
from pellucid.schema import Crossing, Curve, CurveKind

HOSTILE = "<script>alert('x')</script> {{ 7*7 }} & \"both\""


def curve(name, measure="auroc", x=(0, 10, 40), y=(0.7, 0.75, 0.8), **more):
    return Curve(kind=CurveKind.GOLD, contender=name, x=x, y=y, measure=measure, method="drawn anew", **more)


def crossing(size=61.6, low=31.2, high=None, **more):
    given = {"contender": "EBM", "rival": "LLM", "measure": "auroc", "start": 10, "until": 200, "ahead": 0.9}
    return Crossing(size=size, low=low, high=high, **(given | more))


@pytest.fixture
def held(comparison):
    band = {"low": (0.6, 0.7, 0.75), "high": (0.8, 0.8, 0.85), "spread": (0.05, 0.02, 0.01)}
    curves = (
        Curve(kind="roc", contender="a", x=(0, 1), y=(0, 1)),
        curve("EBM", x=(10, 40), y=(0.6, 0.7), glass_box=True, about=f"Learns {HOSTILE}."),
        curve(comparison.reference, **band),
        curve("EBM", "brier", x=(10, 40), y=(0.3, 0.2)),
    )
    crossings = (crossing(), crossing(measure="brier", method="m"))
    return comparison.model_copy(update={"curves": curves, "crossings": crossings})


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({}, "“EBM” is ahead of “LLM” in AUROC from 62 gold labels on; 95% interval: 31 to beyond 200."),
        (
            {"size": 10.0, "low": 10.0, "high": 40.4},
            "“EBM” is ahead of “LLM” in AUROC from the start, with 10 gold labels; 95% interval: the start to 40.",
        ),
        (
            {"size": 10.0, "low": 10.0, "high": 10.0},
            "“EBM” is ahead of “LLM” in AUROC from the start, with 10 gold labels; 95% interval: the start.",
        ),
        (
            {"size": None, "low": None},
            "“EBM” is not ahead of “LLM” in AUROC with up to 200 gold labels; 95% interval: beyond 200.",
        ),
    ],
)
def test_a_crossing_is_said_in_a_sentence(ends, said):
    assert crossing_words(crossing(**ends)) == said


def test_without_curves_there_is_no_section(comparison, full_study):
    assert gold_view(comparison) is None
    for page in (study_page(full_study), report_page(build_report(full_study))):
        assert 'id="gold"' not in page
        assert "#gold" not in page


def test_figures_stand_with_band_spread_and_row_and_absent_ones_are_said(held):
    auroc, brier = gold_view(held).tables
    assert auroc.columns == ("0", "10", "40")
    ebm, reference = auroc.rows
    assert [cell.text for cell in ebm.cells] == ["needs gold labels", "0.600", "0.700"]
    assert reference.cells[0].text == "0.700 [0.600, 0.800] ± 0.050"
    assert reference.cells[2].path == "study.comparison.curves[2].y[2]"
    assert (ebm.marked, reference.tags) == (True, ("reference",))
    assert "± standard deviation between repeats" in auroc.caption
    assert "±" not in brier.caption
    assert "not traced" not in {cell.text for row in brier.rows for cell in row.cells}


def test_a_size_that_one_was_not_traced_at_is_said(comparison):
    curves = (curve("a"), curve("b", x=(0, 40), y=(0.1, 0.2)))
    (table,) = gold_view(comparison.model_copy(update={"curves": curves})).tables
    assert table.rows[1].cells[1].text == "not traced"


def test_crossings_are_told_in_the_judged_measure_and_listed_in_all(held):
    view = gold_view(held)
    assert view.sentences == (crossing_words(held.crossings[0]),)
    assert [row.cells[1].text for row in view.crossings.rows] == ["AUROC", "Brier"]
    row = view.crossings.rows[1]
    assert [cell.text for cell in row.cells] == ["LLM", "Brier", "62", "31 to beyond 200", "90%"]
    assert row.cells[2].path == "study.comparison.crossings[1].size"
    only_brier = held.model_copy(update={"curves": (held.curves[3],)})
    assert gold_view(only_brier).sentences == (crossing_words(held.crossings[1]),)


def test_both_pages_hold_the_section_escaped_and_linked(held, full_study):
    study = full_study.model_copy(update={"comparison": held})
    for page in (study_page(study), report_page(build_report(study))):
        assert page.count('id="gold"') == 1
        assert '<a href="#gold">How many gold labels are worth it</a>' in page
        assert "--c8" in page
        section = page.split('id="gold"')[1].split("</section>")[0]
        assert section.count("<svg") == 2
        assert "Lower is better." in section
        assert "<script" not in section
        assert "Learns &lt;script&gt;" in section
        assert "from 62 gold labels on" in section
