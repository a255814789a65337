"""The cards: own JSON, complete."""

from pellucid.reporting._cards import DATA_CARD, MODEL_CARD, data_card, model_card
from pellucid.schema import Card, ItemState


def test_cards_hold_every_point_in_order_and_come_back_from_json(full_study):
    for made, points, kind in ((model_card, MODEL_CARD, "model"), (data_card, DATA_CARD, "data")):
        card = made(full_study, {})
        assert card.kind == kind
        assert [item.key for item in card.items] == [point.key for point in points]
        assert Card.model_validate_json(card.model_dump_json()) == card
        assert len(card.items) >= 15


def test_licence_and_language_are_asked_and_never_guessed(full_study):
    for card in (model_card(full_study, {}), data_card(full_study, {})):
        states = {item.name: item.state for item in card.items}
        assert states["licence"] is states["language"] is ItemState.ASKED


def test_cards_say_what_must_be_known_first(full_study):
    said = " ".join(one.said for item in model_card(full_study, {}).items for one in item.statements)
    assert "Not for use on plants you love." in said
    assert "AUROC 0.990 by itself" in said
