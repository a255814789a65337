"""One domain through the whole chain."""

import json

import pytest

from pellucid import study
from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
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
        assert set(contender["measures"]["auroc"]) == {"value", "low", "high", "method"}


def without(weather, folder, *lines, **changes):
    """Copy the domain, leaving out recorded rows, or changing text in a file."""
    for path in weather.rglob("*.*"):
        (folder / path.relative_to(weather)).parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text()
        for old, new in changes.get(path.stem, ()):
            assert old in text
            text = text.replace(old, new)
        if path.name not in lines:
            (folder / path.relative_to(weather)).write_text(text)
    return load(folder)


def test_badly_read_answers_are_said_before_the_verdict_can_mislead(weather, tmp_path):
    domain = without(weather, tmp_path, answers=[("Wind from the north", "Wind of the north")])
    comparison = study.compare_domain(domain, splits=2, repeats=1)
    assert any("Reading “wind” failed in 20 of 80 documents (20 quotes" in said for said in comparison.caveats)


def test_a_comparison_without_direct_predictions_says_what_it_needs(weather, tmp_path):
    domain = without(weather, tmp_path, "direct.jsonl")
    with pytest.raises(InvalidInputError, match="recorded are answers/1; a comparison also needs the language model's"):
        study.compare_domain(domain, splits=2, repeats=1)
    explained = study.explain_document(domain, "we-000", glass_box="risk score")
    assert explained.direct is None
    assert explained.trained_on == 79
    points = [term.whole_points for term in explained.decision.contributions]
    assert explained.decision.total_points == sum(points)
