"""Cards as Markdown: a head that hubs can read, every item in its state, nothing guessed."""

import pytest

from pellucid.reporting._card_text import data_card_markdown, model_card_markdown
from pellucid.reporting._report import build_report
from pellucid.schema import ItemState

yaml = pytest.importorskip("yaml")


def head(text):
    _, first, rest = text.split("---\n", 2)
    assert rest.startswith("\n# ")
    return yaml.safe_load(first)


@pytest.fixture
def report(full_study):
    return build_report(full_study)


def test_head_of_the_model_card_has_the_figures_of_the_glass_box(report):
    made = head(model_card_markdown(report))
    assert "license" not in made
    assert "language" not in made
    metrics = made["model-index"][0]["results"][0]["metrics"]
    assert metrics[0] == {"type": "roc_auc", "value": 0.913, "name": "AUROC, 95% interval 0.873 to 0.943"}
    assert {"type": "slope", "value": 1.02, "name": "Slope"} in metrics


def test_head_is_understood_by_the_hub(report):
    hub = pytest.importorskip("huggingface_hub")
    card = hub.ModelCard(model_card_markdown(report), ignore_metadata_errors=False)
    assert len(card.data.eval_results) == 4
    assert card.data.eval_results[0].metric_value == 0.913
    assert hub.DatasetCard(data_card_markdown(report)).data.size_categories == ["1K<n<10K"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"model_card.licence": "Apache-2.0"}, {"license": "apache-2.0"}),
        ({"model_card.licence": "Ask us: first."}, {"license": "other", "license_name": "Ask us: first."}),
        ({"model_card.licence": "not applicable: a study"}, {}),
        ({"model_card.language": "en, de"}, {"language": ["en", "de"]}),
        ({"model_card.language": "English, mostly"}, {}),
    ],
)
def test_licence_and_language_come_from_a_person(full_study, answers, expected):
    made = head(model_card_markdown(build_report(full_study, answers=answers)))
    found = {key: value for key, value in made.items() if key in ("license", "license_name", "language")}
    assert found == expected


@pytest.mark.parametrize(("documents", "size"), [(999, "n<1K"), (1000, "1K<n<10K"), (20_000_000, "n>10M")])
def test_size_of_the_data_is_told_in_the_hubs_words(full_study, documents, size):
    comparison = full_study.comparison
    design = comparison.design.model_copy(update={"documents": documents})
    study = full_study.model_copy(update={"comparison": comparison.model_copy(update={"design": design})})
    assert head(data_card_markdown(build_report(study)))["size_categories"] == [size]


def test_every_item_stands_in_its_card_with_its_state(report):
    for card, text in (
        (report.model_card, model_card_markdown(report)),
        (report.data_card, data_card_markdown(report)),
    ):
        assert text.count("**Asked of a person:**") == sum(one.state is ItemState.ASKED for one in card.items)
        for item in card.items:
            assert f"\n### {item.title}\n" in text
        assert text.endswith("|\n")
        assert "\n\n\n" not in text


def test_hostile_text_stays_text(report):
    for text in (model_card_markdown(report), data_card_markdown(report)):
        body = text.split("---\n", 2)[2]
        assert "<script" not in body
        assert "<img" not in body
        assert "https://" not in body
        assert "{{ 7*7 }}" in body.replace("\\", "")


def test_footnotes_lead_to_rows(report):
    text = model_card_markdown(report)
    assert "| study.comparison.contenders\\[0\\].measures.auroc | 0.913 \\[0.873, 0.943\\] |" in text
    assert "SHA-256" in text


def test_study_without_a_glass_box_or_figures_has_no_index(full_study):
    comparison = full_study.comparison
    black = comparison.model_copy(update={"contenders": comparison.contenders[1:]})
    assert "model-index" not in model_card_markdown(build_report(full_study.model_copy(update={"comparison": black})))
    empty = comparison.contenders[0].model_copy(update={"measures": {}})
    bare = comparison.model_copy(update={"contenders": (empty, *comparison.contenders[1:])})
    assert "model-index" not in model_card_markdown(build_report(full_study.model_copy(update={"comparison": bare})))


def test_answer_of_a_person_is_marked(full_study):
    text = model_card_markdown(build_report(full_study, answers={"model_card.uses": "For *seedlings* only."}))
    assert "- In a person’s words: For \\*seedlings\\* only. \\[" in text
