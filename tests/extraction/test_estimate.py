"""What a reading would take is known before anything is sent."""

import json
from types import SimpleNamespace

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.extraction import LLMFeatureExtractor
from pellucid.llm import AnswerStore, Recording, ScriptedModel
from pellucid.schema import Question, Questionnaire

PAIN = Questionnaire(name="demo", questions=[Question(id="pain", ask="Pain?", type="yes/no")])
TEXTS = ["No pain.", "In pain.", "Some pain."]


def say(request):
    return json.dumps({"pain": {"value": "yes", "quote": "pain"}})


def test_requests_and_tokens_are_counted_and_nothing_is_sent():
    model = ScriptedModel(say)
    found = LLMFeatureExtractor(PAIN, model).fit(TEXTS).estimate(TEXTS)
    assert (found.documents, found.stored, found.requests) == (3, 0, 3)
    assert 300 < found.prompt_tokens < 1500
    assert found.reply_tokens == 90
    assert (found.cost, found.seconds) == (None, None)
    assert model.requests == []


def test_what_is_stored_costs_nothing(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        extractor = LLMFeatureExtractor(PAIN, ScriptedModel(say), store=store).fit(TEXTS)
        extractor.read(TEXTS[:2])
        found = extractor.estimate(TEXTS)
    assert (found.documents, found.stored, found.requests) == (3, 2, 1)


def test_a_models_own_count_prices_and_limits_are_used():
    model = ScriptedModel(say)
    model.count = lambda text: 100
    model.prices = SimpleNamespace(prompt=2.0, reply=10.0)
    model.limits = SimpleNamespace(requests_per_minute=6, tokens_per_minute=None)
    found = LLMFeatureExtractor(PAIN, model).fit(TEXTS).estimate(TEXTS)
    assert found.prompt_tokens == 300
    assert found.cost == pytest.approx((300 * 2 + 90 * 10) / 1e6)
    assert found.seconds == pytest.approx(30)


def test_a_recording_has_nothing_to_estimate():
    recording = Recording.of("demo", "answers/1", [("a", TEXTS[0], {"pain": {"value": None}})])
    with pytest.raises(InvalidInputError, match="a recording costs nothing"):
        LLMFeatureExtractor(PAIN, recording).fit(TEXTS).estimate(TEXTS)
