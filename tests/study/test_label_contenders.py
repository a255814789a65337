"""Who takes part in a comparison of labels."""

import json

import numpy as np
import pytest

from pellucid.domains import load
from pellucid.exceptions import InvalidInputError
from pellucid.labeling import DistilledClassifier
from pellucid.study import label_contenders, labelled_domain
from pellucid.study._documents import TEXT


@pytest.fixture(scope="module")
def labelled(weather):
    return labelled_domain(load(weather))


def copied(weather, folder, **changes):
    """Copy the domain; a change turns the lines of a recording into others."""
    for path in weather.rglob("*.*"):
        (folder / path.relative_to(weather)).parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text().splitlines()
        if path.suffix == ".jsonl" and path.stem in changes:
            lines = [json.dumps(one) for line in lines for one in changes[path.stem](json.loads(line))]
        if lines:
            (folder / path.relative_to(weather)).write_text("\n".join(lines) + "\n")
    return load(folder)


def second_prompt(row):
    """Add what another wording was answered."""
    said = row["replies"]["outcome"]["probability"]
    return [row, {**row, "prompt": "direct/2", "replies": {"outcome": {"probability": round(said**2, 4) or 0.01}}}]


def unreadable(row):
    return [row if row["document"] > "we-009" else {**row, "replies": {"outcome": {"probability": "often"}}}]


def test_what_each_prompt_said_stands_beside_answers_and_text(labelled, weather):
    assert labelled.teachers == ("LLM direct/1",)
    assert labelled.direct == "LLM direct/1"
    assert labelled.table.columns.tolist() == ["pressure", "clouds", "wind", TEXT, "LLM direct/1"]
    lines = (weather / "recordings" / "direct.jsonl").read_text().splitlines()
    said = {one["document"]: one["replies"]["outcome"]["probability"] for one in map(json.loads, lines)}
    assert labelled.table["LLM direct/1"].to_dict() == said


def test_every_recorded_prompt_is_a_teacher_and_the_first_direct_one_the_rival(weather, tmp_path):
    labelled = labelled_domain(copied(weather, tmp_path, direct=second_prompt))
    assert labelled.teachers == ("LLM direct/1", "LLM direct/2")
    assert labelled.direct == "LLM direct/1"
    contenders = label_contenders(labelled)
    assert contenders["gold and LLM"].estimator.teacher == ["LLM direct/1", "LLM direct/2"]
    assert contenders["gold and LLM"].columns == ["pressure", "clouds", "wind", "LLM direct/1", "LLM direct/2"]
    assert contenders["direct LLM"].columns == ["LLM direct/1"]


def test_a_reply_that_could_not_be_read_is_missing_and_no_number(weather, tmp_path):
    labelled = labelled_domain(copied(weather, tmp_path, direct=unreadable))
    assert labelled.table["LLM direct/1"].isna().tolist() == [True] * 10 + [False] * 70


def test_without_direct_predictions_it_says_what_it_needs(weather, tmp_path):
    domain = copied(weather, tmp_path, direct=lambda row: [])
    with pytest.raises(InvalidInputError, match="recorded are answers/1; labels need the language model's own"):
        labelled_domain(domain)


def test_who_takes_part_and_which_labels_each_is_shown(labelled):
    assert {name: one.learns_from for name, one in label_contenders(labelled).items()} == {
        "EBM, gold labels": "gold",
        "distilled, no gold label": "unlabelled",
        "distilled, no gold label, all documents": "all",
        "gold and LLM": "train",
        "gold and LLM, with opinion": "train",
        "direct LLM": "unlabelled",
        "direct LLM, recalibrated": "train",
        "TF-IDF": "gold",
    }


def test_who_learns_from_the_language_model_carries_what_it_may_have_seen(labelled):
    for name, one in label_contenders(labelled).items():
        warned = one.caveats == ("The model may have seen these skies.",)
        assert warned is (name not in ("EBM, gold labels", "TF-IDF"))
        assert one.glass_box is isinstance(one.estimator, DistilledClassifier) or name == "EBM, gold labels"
        assert one.uses_answers is one.glass_box
        assert one.about.endswith(".")


def test_those_without_gold_labels_learn_nothing_from_them(labelled):
    y = labelled.read.outcome
    for name in ("distilled, no gold label", "distilled, no gold label, all documents"):
        one = label_contenders(labelled)[name]
        model = one.estimator.set_params(glass_box=None, strategy="distilled")
        seen = one.sees(labelled.table)
        first, second = (model.fit(seen, gold).predict_proba(seen) for gold in (y, 1 - y))
        np.testing.assert_array_equal(first, second)


def test_the_direct_language_model_says_what_was_recorded(labelled):
    one = label_contenders(labelled)["direct LLM"]
    seen = one.sees(labelled.table)
    found = one.estimator.fit(seen, None).predict_proba(seen)[:, 1]
    np.testing.assert_allclose(found, labelled.table["LLM direct/1"].clip(0.005, 0.995))
