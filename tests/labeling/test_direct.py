"""The LLM asked directly."""

import numpy as np
import pytest

from pellucid._checks import NotFittedError
from pellucid.exceptions import InvalidInputError, ModelReplyError
from pellucid.labeling import DirectLLMClassifier
from pellucid.llm import Recording, ScriptedModel

TEXTS = ["Feels well.", "Feels unwell.", "Feels so-so."]
P = [0.1, 0.8, 0.5]


def recording(prompt="direct/1", **last):
    replies = [{"outcome": {"probability": p, "rationale": f"said {p}"}} for p in P]
    replies[2]["outcome"].update(last)
    return Recording.of("demo", prompt, [(f"d{n}", TEXTS[n], replies[n]) for n in range(3)])


def test_it_repeats_what_the_model_said():
    direct = DirectLLMClassifier(recording()).fit(TEXTS, ["no", "yes", "no"])
    assert direct.predict_proba(TEXTS)[:, 1].tolist() == P
    assert direct.predict(TEXTS).tolist() == ["no", "yes", "no"]
    read = direct.read(TEXTS)
    assert (read[1].rationale, read[1].document, read[1].source.prompt) == ("said 0.8", "d1", "direct/1")


def test_another_prompt_can_be_replayed():
    direct = DirectLLMClassifier(recording("checklist/1"), prompt="checklist/1").fit(TEXTS, [0, 1, 1])
    assert direct.predict(TEXTS[1:2]).tolist() == [1]


def test_a_live_model_is_asked_and_says_the_same():
    model = ScriptedModel(lambda request: '{"probability": 0.75, "rationale": "because"}')
    direct = DirectLLMClassifier(model, task="Will it rain?").fit(TEXTS, [0, 1, 1])
    np.testing.assert_allclose(direct.predict_proba(TEXTS)[:, 1], 0.75)
    assert "Will it rain?" in model.requests[0].prompt
    assert TEXTS[0] in model.requests[0].prompt


@pytest.mark.parametrize("probability", [None, "0.5", True, 0, 1, -0.1, 1.2])
def test_an_unreadable_probability_is_never_replaced_by_a_number(probability):
    direct = DirectLLMClassifier(recording(probability=probability)).fit(TEXTS, [0, 1, 1])
    assert direct.read(TEXTS)[2].probability is None
    with pytest.raises(ModelReplyError, match=r"1 of 3 documents: d2 \(the probability is not a number"):
        direct.predict_proba(TEXTS)


def test_an_unreadable_live_reply_names_its_cause_and_not_the_text():
    model = ScriptedModel(lambda request: "I cannot help with that.")
    direct = DirectLLMClassifier(model, task="Rain?").fit(TEXTS, [0, 1, 1])
    with pytest.raises(ModelReplyError, match="no JSON object") as caught:
        direct.predict_proba(TEXTS)
    assert "Feels" not in str(caught.value)


def test_a_rationale_that_is_not_text_is_dropped():
    direct = DirectLLMClassifier(recording(rationale=["because"])).fit(TEXTS, [0, 1, 1])
    assert direct.read(TEXTS)[2].rationale == ""


@pytest.mark.parametrize(
    ("y", "said"),
    [
        ([0, 0, 0], "of one class"),
        ([0, 1, 2], "got 3 classes; a direct prediction speaks of two"),
        ([0, 1, np.nan], "1 labels are missing"),
        ([0, 1], "got 2 labels for 3 documents"),
    ],
)
def test_labels_that_do_not_fit_are_refused(y, said):
    with pytest.raises(InvalidInputError, match=said):
        DirectLLMClassifier(recording()).fit(TEXTS, y)


def test_a_live_model_must_be_told_the_outcome():
    with pytest.raises(InvalidInputError, match="task: a live model must be told the outcome"):
        DirectLLMClassifier(ScriptedModel({})).fit(TEXTS, [0, 1, 1])


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="call fit"):
        DirectLLMClassifier(recording()).predict(TEXTS)


def test_tags_say_two_classes_and_text():
    tags = DirectLLMClassifier(recording()).__sklearn_tags__()
    assert not tags.classifier_tags.multi_class
    assert tags.input_tags.string
