"""Calibration panels: points, limits, counts and lines where the numbers say."""

import pytest

from pellucid.reporting._calibration_figure import calibration_figure
from pellucid.schema import Curve, CurveKind, Measure


@pytest.fixture
def drawn(comparison):
    first, _, third = (one.name for one in comparison.contenders)
    kind = CurveKind.CALIBRATION
    curves = (
        Curve(kind=kind, contender=first, x=(0.2, 0.8), y=(0.1, 0.9), low=(0, 0.7), high=(0.3, 1), counts=(50, 25),
              method="groups"),
        Curve(kind=kind, contender=first, x=(0.2, 0.8), y=(0.15, 0.85), low=(0.1, 0.7), high=(0.3, 0.9), method="line"),
        Curve(kind=kind, contender=third, x=(0.5,), y=(0.5,), counts=(75,), method="groups"),
    )  # fmt: skip
    rows = (
        comparison.contenders[0].model_copy(update={"measures": {"calibration_slope": Measure(value=0.9)}}),
        *comparison.contenders[1:],
    )
    return comparison.model_copy(update={"curves": curves, "contenders": rows})


def test_a_panel_for_everyone_with_groups_and_its_number_in_the_comparison(drawn):
    made = calibration_figure(drawn)
    assert [panel.style for panel in made.panels] == [1, 3]
    assert made.about == "Groups. Line."


def test_points_limits_and_counts_lie_where_the_numbers_say(drawn):
    made = calibration_figure(drawn)
    plane, panel = made.plane, made.panels[0]
    first, second = panel.groups
    assert first.x == pytest.approx(plane.left + 0.2 * (plane.right - plane.left))
    assert second.y == pytest.approx(plane.bottom - 0.9 * (plane.bottom - plane.top))
    assert first.low == plane.bottom
    assert second.high == plane.top
    assert [box.height for box in panel.counts] == pytest.approx([24, 12])
    assert panel.most == 50
    assert panel.counts[0].x + panel.counts[0].width / 2 == pytest.approx(first.x)
    assert len(panel.line.points) == 2
    assert len(panel.band.outline) == 4


def test_words_hold_every_group(drawn):
    panel, bare = calibration_figure(drawn).panels
    assert "stated 0.80, observed 0.90 [0.70, 1.00], 25 documents" in panel.description
    assert panel.text == "slope 0.90"
    assert bare.text == ""
    assert bare.line is bare.band is None
    assert bare.groups[0].low == bare.groups[0].high == bare.groups[0].y


def test_without_curves_there_are_no_panels_and_that_is_said(comparison):
    made = calibration_figure(comparison)
    assert made.panels == ()
    assert made.description == made.about == "No such curves were computed for this comparison."
