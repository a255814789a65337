"""Models laid out by what their record holds."""

from pellucid.reporting._model_page import model_kind, model_page


def test_kind_follows_the_record(views):
    assert [model_kind(view) for view in views] == ["curves", "card", "weights", "tree"]


def test_card_shows_risk_beside_what_was_seen(views, study):
    page = model_page(views[1], study.outcomes, study.questionnaire)
    assert [(row.score, row.risk, row.observed) for row in page.risks] == [("−2", "4%", ""), ("3", "43%", "42%")]
    assert [step.points for step in page.terms[0].steps] == ["0", "+3", "−2"]
    assert page.outcome == "survived"


def test_weights_carry_the_unit(views, study):
    page = model_page(views[2], study.outcomes, study.questionnaire)
    assert page.terms[0].slope == "−0.0123 per cm"
    assert page.terms[0].ask == "How tall, <in> cm?"


def test_every_piece_stands_in_the_table(views, study):
    for view in views:
        page = model_page(view, study.outcomes, study.questionnaire)
        assert [len(term.steps) for term in page.terms] == [len(shape.steps) for shape in view.shapes]
