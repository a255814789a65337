"""What decisions rest on: figures of held-out decisions, and of groups of people."""

import shutil

import numpy as np
import pytest

from pellucid.casework import Casework
from pellucid.measures import delong
from pellucid.schema import CurveKind, Domain
from pellucid.study import DIRECT


def test_the_comparison_is_of_held_out_decisions(weather, work):
    found = work.comparison()
    outcome = Domain.from_folder(weather).outcome().to_numpy()
    chances = np.array([work.case(name).decision.probability for name in work.documents])
    area = delong(outcome, chances[None]).measure()
    assert found["EBM"].measures["auroc"] == area
    assert area.text() in work.case("we-000").model_note
    assert found["EBM"].measures["brier"].value == pytest.approx(((chances - outcome) ** 2).mean())
    said = np.array([work.case(name).direct for name in work.documents])
    assert found[DIRECT].measures["brier"].value == pytest.approx(((said - outcome) ** 2).mean())
    assert {"log_loss", "calibration_slope"} <= set(found["EBM"].measures)
    assert found.reference == DIRECT
    assert "The model may have seen these skies." in found[DIRECT].caveats
    assert "For tests." in found.caveats
    assert [one for one in found.curves if one.kind is CurveKind.CALIBRATION and one.contender == "EBM"]


def test_the_view_is_of_the_model_of_all(work):
    view = work.model_view()
    assert view.model == "EBMClassifier"
    assert "80 of 80 recorded documents, all there are" in view.note
    assert sum(step.documents for step in view.shapes[0].steps) == 80


def test_without_protected_attributes_there_are_no_groups(work):
    assert work.groups().subgroups == ()


def test_without_direct_predictions_the_glass_box_stands_alone_and_groups_are_figured(weather, tmp_path):
    folder = tmp_path / "weather"
    shutil.copytree(weather, folder)
    (folder / "recordings" / "direct.jsonl").unlink()
    rows = [f"we-{n:03d},{'hill' if n % 2 else 'vale'}" for n in range(80)]
    (folder / "protected.csv").write_text("\n".join(["id,place", *rows]) + "\n")
    opened = Casework.open(Domain.from_folder(folder), glass_box="sparse linear", splits=2)
    case = opened.case("we-001")
    assert (case.direct, case.rationale) == (None, "")
    assert [one.name for one in opened.comparison().contenders] == ["sparse linear"]
    groups = opened.groups()
    assert {(one.attribute, one.group) for one in groups.subgroups if one.subject == "sparse linear"} == {
        ("all", "all documents"),
        ("place", "hill"),
        ("place", "vale"),
    }
    assert groups.looked_for
    assert all(item.disagreement == 0 for item in opened.worklist())
