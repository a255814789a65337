"""Asking a live model for the outcome: scored or written down, once more where unreadable, kept."""

import json

import pytest

from pellucid.exceptions import MissingCapability
from pellucid.labeling import DirectLLMClassifier
from pellucid.llm import AnswerStore, Finish, Reply, ScriptedModel

TEXTS = ["Feels well.", "Feels unwell."]
WRITTEN = '{"probability": 0.7, "rationale": "said so"}'


def model(*replies, scores=False):
    left = list(replies)
    asked = ScriptedModel(lambda request: left.pop(0))
    asked.scores = scores
    return asked


def predict(asked, texts=TEXTS[:1], **options):
    direct = DirectLLMClassifier(asked, task="Will it rain?", **options).fit(TEXTS, [0, 1])
    return [(one.probability, one.kind, one.cause, one.source.recorded) for one in direct.read(texts)]


def scored(p):
    return Reply(text='{"outcome": {"value": "yes"}}', probabilities={"outcome": {"yes": p, "no": 1 - p}})


def test_a_model_that_scores_words_is_asked_for_yes_or_no():
    asked = model(scored(0.9), scores=True)
    assert predict(asked) == [(0.9, "logprob", "", False)]
    part = asked.requests[0].parts[0]
    assert (part.options, part.nullable, part.quote) == (("no", "yes"), False, False)


def test_a_score_rounded_to_one_is_a_probability():
    assert predict(model(scored(1.0), scores=True))[0][:2] == (1.0, "logprob")


def test_it_can_still_be_asked_to_write_one_down():
    assert predict(model(WRITTEN, scores=True), probability="verbalised") == [(0.7, "verbalised", "", False)]


def test_scores_are_not_replaced_by_something_else_where_they_are_wanted():
    with pytest.raises(MissingCapability, match="gives no probabilities of words"):
        predict(model(WRITTEN), probability="logprob")
    lost = Reply(text='{"outcome": {"value": "yes"}}')
    assert predict(model(lost, lost, scores=True))[0][2] == "the model gave no probabilities of yes and no"


@pytest.mark.parametrize("first", ["Hm.", '{"probability": 1.5}', '{"probability": "high"}', '{"probability": NaN}'])
def test_what_cannot_be_read_is_asked_once_more(first):
    asked = model(first, WRITTEN)
    assert predict(asked)[0][0] == 0.7
    assert [request.attempt for request in asked.requests] == [1, 2]


def test_a_refusal_is_kept_and_not_asked_again(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        assert predict(model(Reply(text="", finish=Finish.REFUSED)), store=store) == [
            (None, "verbalised", "refused", False)
        ]
        assert predict(model(), store=store) == [(None, "verbalised", "refused", True)]


def test_predictions_are_kept_by_task_and_kind(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        assert predict(model(WRITTEN), store=store)[0][0] == 0.7
        assert predict(model(), store=store) == [(0.7, "verbalised", "", True)]
        assert predict(model(scored(0.4), scores=True), store=store)[0][:2] == (0.4, "logprob")
        other = DirectLLMClassifier(model(json.dumps({"probability": 0.2})), task="Snow?", store=store)
        assert other.fit(TEXTS, [0, 1]).read(TEXTS[:1])[0].probability == 0.2


@pytest.mark.parametrize("finish", [Finish.TRANSPORT, Finish.TOO_LONG])
def test_what_did_not_arrive_is_asked_again_in_the_next_run(finish, tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        assert predict(model(Reply(text="", finish=finish)), store=store)[0][2] == finish.value
        assert predict(model(WRITTEN), store=store)[0][0] == 0.7


@pytest.mark.parametrize("more", ["cause", "unreadable", "kind"])
def test_what_a_store_keeps_of_its_own_is_not_for_a_model_to_say(more, tmp_path):
    said = json.dumps({"probability": 0.3, more: "SECRET words of a note"})
    with AnswerStore(tmp_path / "answers.db") as store:
        found = predict(model(said, said), store=store)
    assert found == [(None, "verbalised", "not of the form probability, rationale", False)]
