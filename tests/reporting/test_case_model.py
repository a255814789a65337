"""The model page as a fragment."""

from pellucid.reporting import model_panel


def test_every_kind_of_model_is_drawn_with_counts_and_silence(study, read):
    for view in study.views:
        fragment = model_panel(view, questionnaire=study.questionnaire, outcomes=study.outcomes, card="# Card <b>")
        page = read(fragment).check()
        assert float(page.of("div")[0]["data-intercept"]) == view.intercept
        assert "# Card <b>" in page.text
        for shape in view.shapes:
            for step in shape.steps:
                assert f"{step.documents:,}" in page.text
    assert any(step.said == "not stated" for view in study.views for shape in view.shapes for step in shape.steps)


def test_comparison_and_groups_are_shown(full_study, read):
    study = full_study
    page = read(model_panel(study.views[0], comparison=study.comparison, audit=study.audit)).check()
    assert "1,303 documents" in page.text
    assert "0.913" in page.text
    assert "Too close to call." in page.text
    for finding in study.audit.findings:
        assert finding.subject in page.text
    for row in study.audit.subgroups:
        assert " ".join(row.group.split()) in page.text


def test_a_view_alone_is_enough(study, read):
    for view in study.views:
        assert view.outcome in read(model_panel(view)).text
