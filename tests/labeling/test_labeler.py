"""Labels out of label prompts: replayed, asked, repeated, pooled, counted."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from tests.llm.fault_server import FaultServer

from pellucid._checks import NotFittedError
from pellucid.domains import load, names
from pellucid.exceptions import InvalidInputError, MissingCapability, NotRecorded
from pellucid.extraction import Redaction
from pellucid.labeling import (
    DirectLLMClassifier,
    Labeler,
    LLMLabeler,
    labels_to_probabilities,
    labels_to_votes,
    recorded_prompts,
)
from pellucid.llm import AnswerStore, OpenAIModel, Recording, Reply, ScriptedModel, Usage
from pellucid.schema import Cost, LabelPrompt

TEXTS = pd.Series(["Wind and cloud.", "Sun.", "Grey."], index=["a", "b", "c"])
DIRECT = LabelPrompt(id="direct", ask="How likely?", probability="verbalised")
CHECKLIST = LabelPrompt(id="checklist", ask="Weigh it.", probability="verbalised", kind="checklist")
FEW_SHOT = LabelPrompt(id="few_shot", ask="Compare.", probability="verbalised", kind="few-shot")
SCORED = DIRECT.model_copy(update={"probability": "logprob"})
POOL = (["Rain fell at noon.", "Rain at night, seen by Ada.", "Dry all day.", "Dry at night."], [1, 1, 0, 0])


def reply(p, **more):
    return json.dumps({"probability": p, **more})


def scripted(*replies):
    """A model that gives one reply after another, whatever it is asked."""
    left = list(replies)
    return ScriptedModel(lambda request: left.pop(0), name="demo")


def ask(model, prompts=DIRECT, X=TEXTS[:1], **options):
    labeler = LLMLabeler(prompts, model, task="Will it rain?", **options)
    return labeler, labeler.label(X)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("prompt", ["direct", "checklist"])
def test_a_domains_recording_is_replayed_as_the_direct_rival_reads_it(name, prompt):
    domain = load(name)
    texts, recording = domain.documents(), Recording.from_file(*domain.recordings())
    (asked,) = [one for one in recorded_prompts(domain.label_prompts, recording) if one.id == prompt]
    labeler = LLMLabeler(asked, recording)
    rival = DirectLLMClassifier(recording, prompt=asked.name).fit(texts, domain.outcome())
    np.testing.assert_allclose(labeler.predict_proba(texts), rival.predict_proba(texts), atol=1e-12)
    assert [label.document for label in labeler.labels_] == texts.index.tolist()
    assert {label.labeler for label in labeler.labels_} == {f"{domain.recorded_model}: {prompt}/1"}
    said = [label.rationale or label.evidence_for for label in labeler.labels_]
    assert all(said)
    assert labeler.cost_ == Cost()


def test_the_recorded_prompts_of_a_domain_are_two_and_they_hardly_differ():
    domain = load("healthcare")
    texts, recording = domain.documents(), Recording.from_file(*domain.recordings())
    labeler = LLMLabeler(recorded_prompts(domain.label_prompts, recording), recording)
    said = labels_to_probabilities(labeler.label(texts))
    assert said.shape == (303, 2)
    assert np.corrcoef(np.log(said / (1 - said)).T)[0, 1] > 0.98
    assert labels_to_votes(labeler.labels_).notna().mean().min() > 0.95
    assert labeler.spread_.index.tolist() == texts.index.tolist()
    both = np.log(said / (1 - said)).mean(axis=1)
    np.testing.assert_allclose(labeler.predict_proba(texts)[:, 1], 1 / (1 + np.exp(-both)), atol=1e-12)


def test_a_prompt_that_was_not_recorded_is_refused_and_so_is_another_text():
    domain = load("law")
    recording = Recording.from_file(*domain.recordings())
    with pytest.raises(InvalidInputError, match="nothing is recorded for 'direct_2/1'"):
        LLMLabeler(domain.label_prompts, recording).label(domain.documents())
    with pytest.raises(InvalidInputError, match="nothing is recorded for 'direct/1, repeat 2'"):
        LLMLabeler(DIRECT, recording, repeats=2).label(domain.documents())
    with pytest.raises(NotRecorded):
        LLMLabeler(DIRECT, recording).label(TEXTS)


def test_every_prompt_wording_and_repeat_gives_a_label_in_that_order():
    paraphrased = DIRECT.model_copy(update={"wordings": ("What odds?",)})
    said = [reply(p, rationale="so") for p in (0.1, 0.2, 0.3, 0.4)] + [reply(p) for p in (0.6, 0.7)]
    labeler, labels = ask(scripted(*said), [paraphrased, CHECKLIST], repeats=2)
    assert [(one.labeler, one.repeat, one.probability) for one in labels] == [
        ("demo: direct/1", 1, 0.1),
        ("demo: direct/1", 2, 0.2),
        ("demo: direct_2/1", 1, 0.3),
        ("demo: direct_2/1", 2, 0.4),
        ("demo: checklist/1", 1, 0.6),
        ("demo: checklist/1", 2, 0.7),
    ]
    odds = np.log(np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7]) / (1 - np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.7])))
    assert labeler.spread_["a"] == pytest.approx(np.std(odds, ddof=1))
    assert labeler.to_frame().shape[0] == 6


def test_the_mean_over_prompts_and_repeats_is_one_of_log_odds():
    labeler = LLMLabeler(DIRECT, scripted(reply(0.9), reply(0.5)), task="Rain?", repeats=2, classes=("dry", "rain"))
    np.testing.assert_allclose(labeler.predict_proba(TEXTS[:1]), [[0.25, 0.75]])
    assert [one.label for one in labeler.labels_] == ["rain", None]


def test_what_cannot_be_read_is_nan_and_never_a_number():
    labeler = LLMLabeler(DIRECT, ScriptedModel({"a": "Hm.", "b": reply(0.8)}), task="Rain?")
    probabilities = labeler.predict_proba(TEXTS[:2])
    assert np.isnan(probabilities[0]).all()
    assert probabilities[1].tolist() == pytest.approx([0.2, 0.8])
    assert [one.cause for one in labeler.labels_] == ["no JSON object", ""]
    assert labeler.spread_.isna().all()


def test_a_checklist_keeps_facts_for_and_against():
    said = json.dumps({"for": "cloud", "against": "wind", "probability": 0.7, "label": 1})
    _, (label,) = ask(scripted(said), CHECKLIST)
    assert (label.label, label.evidence_for, label.evidence_against) == (1, "cloud", "wind")


def test_a_live_prompt_is_the_domains_task_with_the_words_of_its_file():
    domain = load("finance")
    (asked,) = [one for one in domain.label_prompts if one.id == "checklist"]
    model = ScriptedModel(lambda request: reply(0.2))
    LLMLabeler(asked, model, task=domain.task).label(domain.documents()[:1])
    assert f"Outcome: {domain.task}\n{asked.ask}" in model.requests[0].prompt


def test_examples_come_with_gold_labels_and_never_from_the_document_itself():
    model = ScriptedModel(lambda request: reply(0.2))
    X = [POOL[0][0], "Rain at dawn."]
    ask(model, FEW_SHOT, X, examples=POOL)
    first, second = (request.prompt.split("The document:")[0] for request in model.requests)
    assert POOL[0][0] not in first
    assert POOL[0][0] in second
    assert first.count("Outcome: yes") == 1  # the other example of that class is the document itself
    assert second.count("Outcome: yes") == second.count("Outcome: no") == 2


def test_examples_are_shown_to_few_shot_prompts_alone():
    model = ScriptedModel(lambda request: reply(0.2))
    ask(model, [DIRECT, FEW_SHOT], examples=POOL)
    assert ["Example:" in request.prompt for request in model.requests] == [False, True]


def test_an_examples_text_is_redacted_like_the_document():
    def hide(text):
        at = text.find("Ada")
        return [Redaction(at, at + 3, "PERSON")] if at >= 0 else []

    model = ScriptedModel(lambda request: reply(0.2))
    ask(model, FEW_SHOT, ["Rain again, says Ada."], examples=POOL, redact=hide)
    assert "Ada" not in model.requests[0].prompt
    assert "Rain at night, seen by" in model.requests[0].prompt


def test_replies_are_kept_and_other_examples_are_asked_anew(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        ask(scripted(reply(0.2), reply(0.3)), [DIRECT, FEW_SHOT], examples=POOL, store=store)
        _, labels = ask(scripted(), [DIRECT, FEW_SHOT], examples=POOL, store=store)
        assert [(one.probability, one.source.recorded) for one in labels] == [(0.2, True), (0.3, True)]
        other = (POOL[0][::-1], [1, 1, 0, 0])
        _, labels = ask(scripted(reply(0.4)), [DIRECT, FEW_SHOT], examples=other, store=store)
        assert [one.probability for one in labels] == [0.2, 0.4]


def test_what_a_store_exports_can_be_replayed_with_all_its_repeats(tmp_path):
    said = [reply(p, rationale="so") for p in (0.1, 0.3, 0.8, 0.9)]
    with AnswerStore(tmp_path / "answers.db") as store:
        _, live = ask(scripted(*said), X=TEXTS[:2], repeats=2, store=store)
        recording = store.recording()
    replayed = LLMLabeler(DIRECT, recording, repeats=2).label(TEXTS[:2])
    assert [one.model_copy(update={"source": None}) for one in replayed] == [
        one.model_copy(update={"source": None}) for one in live
    ]
    assert [one.source.prompt for one in replayed] == [one.source.prompt for one in live]


def test_a_prompt_of_word_probabilities_needs_a_model_that_gives_them():
    model = ScriptedModel(lambda request: Reply(text="{}", probabilities={"outcome": {"yes": 0.9, "no": 0.1}}))
    with pytest.raises(MissingCapability, match="prompts: model 'scripted' gives no probabilities of words"):
        ask(model, SCORED)
    model.scores = True
    _, (label,) = ask(model, SCORED)
    assert (label.label, label.probability) == (1, 0.9)


def test_what_was_spent_is_counted_by_replies_where_the_model_keeps_no_count():
    counted = Reply(text=reply(0.2), prompt_tokens=90, reply_tokens=10)
    labeler, _ = ask(scripted("Hm.", counted, reply(0.3)), X=TEXTS[:2])
    assert (labeler.cost_.requests, labeler.cost_.prompt_tokens, labeler.cost_.price) == (3, None, None)
    assert labeler.cost_.seconds_per_document > 0
    labeler, _ = ask(scripted(counted, counted), X=TEXTS[:2])
    assert (labeler.cost_.prompt_tokens, labeler.cost_.reply_tokens) == (180, 20)


def test_what_was_spent_is_what_this_call_added_to_the_models_own_count():
    model = ScriptedModel(lambda request: spend(), name="demo")
    model.usage = Usage(requests=5, prompt_tokens=50, reply_tokens=5, cost=1.0)

    def spend():
        model.usage.requests += 2  # a retry is a request too
        model.usage.prompt_tokens += 30
        model.usage.reply_tokens += 3
        model.usage.cost += 0.25
        return reply(0.2)

    labeler, _ = ask(model, X=TEXTS[:2])
    cost = labeler.cost_
    assert (cost.requests, cost.prompt_tokens, cost.reply_tokens, cost.price) == (4, 60, 6, 0.5)


def test_a_server_gets_another_seed_for_every_repeat_and_its_tokens_are_counted():
    with FaultServer(answer=lambda call: reply(0.2 + call.body["seed"] / 10, rationale="so")) as server:
        model = OpenAIModel("demo", url=server.url, temperature=0.7, probe=False)
        labeler, labels = ask(model, repeats=3)
        model.close()
    assert [one.probability for one in labels] == pytest.approx([0.2, 0.4, 0.6])  # seeds 0, 2, 4: odd ones ask again
    assert labeler.spread_["a"] > 0.5
    assert (labeler.cost_.requests, labeler.cost_.prompt_tokens, labeler.cost_.reply_tokens) == (3, 30, 15)


def test_progress_is_told_after_each_document():
    told = []
    labeler = LLMLabeler([DIRECT, CHECKLIST], ScriptedModel(lambda request: reply(0.2)), task="Rain?")
    labeler.label(TEXTS, progress=lambda *counts: told.append(counts))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"prompts": []}, "prompts: got list"),
        ({"task": ""}, "task: a live model must be told the outcome"),
        ({"classes": (0, 1, 2)}, "classes: got"),
        ({"repeats": 0}, "repeats: got 0"),
        ({"repeats": 1.5}, "repeats: got 1.5"),
        ({"model": "gpt"}, "model: got str; a Recording, or an object"),
        ({"prompts": FEW_SHOT}, "examples: a few-shot prompt needs some"),
        ({"prompts": FEW_SHOT, "examples": POOL[0]}, "examples: got list; a pair"),
        ({"prompts": FEW_SHOT, "examples": POOL, "n_examples": 1}, "n_examples: got 1"),
        ({"prompts": FEW_SHOT, "examples": (POOL[0], [1, 1, 1, None])}, "none with a gold label of class 0"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused(options, said):
    model = options.pop("model", ScriptedModel(lambda request: reply(0.2)))
    labeler = LLMLabeler(**{"prompts": DIRECT, "model": model, "task": "Rain?", **options})
    with pytest.raises(InvalidInputError, match=said):
        labeler.label(TEXTS)


def test_it_is_a_labeler_and_a_clone_shares_its_model():
    model = scripted()
    labeler = LLMLabeler(DIRECT, model, task="Rain?")
    assert isinstance(labeler, Labeler)
    assert labeler.name == "demo"
    assert clone(labeler).model is model
    assert LLMLabeler(DIRECT, Recording.of("m", "direct/1", [])).name == ""
    assert labeler.__sklearn_tags__().input_tags.string
    with pytest.raises(NotFittedError, match="call label with documents"):
        labeler.to_frame()
