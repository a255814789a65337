"""One domain through the whole chain."""

import json

from pellucid import study
from pellucid.domains import load
from pellucid.schema import Comparison, Decision


def value(result, name):
    return result.study.comparison[name].measures["auroc"].value


def test_the_report_carries_what_must_be_said(result):
    assert result.study.cautions == ("For tests.", "The model may have seen these skies.")
    assert result.study.comparison["direct LLM"].caveats == ("The model may have seen these skies.",)
    assert result.study.comparison["EBM"].caveats == ()
    assert [view.model for view in result.study.views] == [
        "EBMClassifier",
        "SparseLinearClassifier",
        "ShallowTreeClassifier",
        "RiskScoreClassifier",
    ]
    risk = result.study.views[-1]
    gap = value(result, "risk score") - value(result, "EBM")
    assert f"{abs(gap):.3f} {'below' if gap < 0 else 'above'} the EBM's" in risk.note
    assert f"{value(result, 'EBM'):.3f}" in result.study.views[0].note
    rows = {row.question: row for row in result.study.reading}
    assert (rows["clouds"].checked, rows["clouds"].correct, rows["clouds"].not_stated) == (80, 80, 20)
    assert rows["wind"].checked == 0


def test_the_files_are_written_and_say_the_same(result, tmp_path):
    paths = study.write_study(result, tmp_path / "weather")
    assert Comparison.model_validate_json(paths["comparison"].read_text()) == result.study.comparison
    rows = [Decision.model_validate_json(line) for line in paths["decisions"].read_text().splitlines()]
    assert tuple(rows) == result.decisions
    assert paths["report"].read_text().startswith("<!doctype html>")
    assert sorted(path.name for path in (tmp_path / "weather").iterdir()) == [
        "comparison.json",
        "decisions.jsonl",
        "report.html",
    ]


def test_the_same_seed_gives_the_same_bytes(result, weather, tmp_path):
    again = study.run_study(load(weather), splits=2, repeats=1, n_jobs=2, command="pellucid demo")
    first = study.write_study(result, tmp_path / "a")
    second = study.write_study(again, tmp_path / "b")
    for name, path in first.items():
        assert path.read_bytes() == second[name].read_bytes(), name


def test_comparison_json_has_the_promised_form(result, tmp_path):
    path = study.write_study(result, tmp_path)["comparison"]
    for contender in json.loads(path.read_text())["contenders"]:
        assert set(contender["measures"]["auroc"]) == {"value", "low", "high"}
