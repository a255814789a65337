import json

import pytest
import torch
from tests.llm.tiny_model import tiny_model

from pellucid.exceptions import MissingCapability, ModelReplyError
from pellucid.llm import Finish, Part, Request, Usage, _in_memory
from pellucid.llm._in_memory import Worker
from pellucid.llm._loaded import Wanted, load
from pellucid.llm._prefix import score_one_by_one

PAIN = Part(key="pain", ask="Is there pain?", options=("no", "yes"))
KIND = Part(key="kind", ask="Which kind?", options=("mild", "mild pain", "none"), nullable=False)
AGE = Part(key="age", ask="How old?", minimum=0, maximum=120, nullable=False)
SURE = Part(key="sure", ask="Is it so?", options=("no", "yes"), nullable=False, quote=False)
TEXT = 'Aged 56, seen on Monday because of "pain" in the chest; no fever, Kälte \\ 体温.'
SENTENCE = {
    "type": "object",
    "properties": {
        "kind": {
            "type": "object",
            "properties": {"value": {"enum": [*KIND.options, None]}, "sentence": {"$ref": "#/$defs/sentence"}},
            "required": ["value", "sentence"],
            "additionalProperties": False,
        },
        "age": {
            "type": "object",
            "properties": {
                "value": {"type": ["number", "null"], "minimum": 0, "maximum": 120},
                "sentence": {"$ref": "#/$defs/sentence"},
            },
            "required": ["value", "sentence"],
            "additionalProperties": False,
        },
    },
    "required": ["kind", "age"],
    "additionalProperties": False,
    "$defs": {"sentence": {"enum": ["s1", "s2", None]}},
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(scope="module")
def loaded(folder):
    return load(Wanted(folder, None, "cpu", "float32", None))


@pytest.fixture
def worker(loaded):
    return Worker(loaded, 256, Usage())


def asking(*parts, text=TEXT, **others):
    material = f"<<< document >>>\n{text}\n<<< end of document >>>"
    prompt = f"{material}\n\nQuestions: ..."
    return Request(document="a", system="Answer.", prompt=prompt, text=text, material=material, parts=parts, **others)


def said(worker, *parts, **others):
    [reply] = worker.replies([asking(*parts, **others)])
    assert reply.finish is Finish.COMPLETE
    return json.loads(reply.text), reply


def test_options_are_scored_and_the_most_probable_is_the_value(worker):
    found, reply = said(worker, SURE)
    assert set(reply.probabilities) == {"sure"}
    assert sum(reply.probabilities["sure"].values()) == pytest.approx(1)
    assert found == {
        "sure": {"value": max(reply.probabilities["sure"], key=reply.probabilities["sure"].get), "quote": ""}
    }
    assert reply.reply_tokens == 0


def test_null_is_the_empty_option_and_has_no_quote(worker, monkeypatch):
    monkeypatch.setattr(_in_memory, "_probabilities", lambda part, found: {"no": 0.1, "yes": 0.2, "": 0.7})
    found, reply = said(worker, PAIN)
    assert found == {"pain": {"value": None, "quote": ""}}
    assert reply.reply_tokens == 0


def test_values_come_with_quotes_of_the_document_and_numbers_in_their_range(worker):
    found, reply = said(worker, AGE, KIND, SURE)
    assert list(found) == ["age", "kind", "sure"]
    assert 0 <= found["age"]["value"] <= 120
    assert found["kind"]["value"] in KIND.options
    for key in ("age", "kind"):
        assert found[key]["quote"]
        assert found[key]["quote"] in TEXT
    assert set(reply.probabilities) == {"kind", "sure"}
    assert reply.reply_tokens > 0


def test_probabilities_are_those_of_one_pass_for_each_option(worker, loaded):
    _, reply = said(worker, KIND, SURE)
    request = asking(KIND, SURE)
    prefix = loaded.chat.opening(request.system, request.material)
    expected = score_one_by_one(loaded.model, prefix, [loaded.chat.choice(part) for part in (KIND, SURE)])
    for part, logs in zip((KIND, SURE), expected, strict=True):
        probabilities = torch.tensor(logs).exp().tolist()
        assert list(reply.probabilities[part.key].values()) == pytest.approx(probabilities, abs=1e-5)


def test_scored_one_by_one_the_replies_are_the_same(worker, loaded):
    slow = Worker(loaded._replace(scoring="one by one"), 256, Usage())
    found, reply = said(worker, KIND, SURE)
    same, slow_reply = said(slow, KIND, SURE)
    assert found["sure"] == same["sure"]
    assert found["kind"]["value"] == same["kind"]["value"]
    assert same["kind"]["quote"] in TEXT
    assert slow_reply.prompt_tokens > 2 * reply.prompt_tokens
    for key, expected in reply.probabilities.items():
        assert slow_reply.probabilities[key] == pytest.approx(expected, abs=1e-5)


def test_requests_keep_their_order_whatever_goes_together(worker):
    texts = [f"{TEXT} {'Seen again. ' * size}" for size in (9, 1, 5, 2)]
    requests = [asking(*parts, text=text) for text in texts for parts in ((SURE,), (KIND, SURE))]
    together = worker.replies(requests)
    apart = [worker.replies([request])[0] for request in requests]
    for one, other in zip(together, apart, strict=True):
        assert json.loads(one.text) == json.loads(other.text)
        assert one.probabilities["sure"] == pytest.approx(other.probabilities["sure"], abs=1e-5)


def test_documents_go_together_by_length_as_far_as_memory_is_meant_for(worker, monkeypatch):
    sizes = []
    encoded = _in_memory.Encoded
    monkeypatch.setattr(_in_memory, "BATCH_TOKENS", 1000)
    monkeypatch.setattr(
        _in_memory,
        "Encoded",
        lambda model, prefixes: sizes.append([len(each) for each in prefixes]) or encoded(model, prefixes),
    )
    worker.replies([asking(SURE, text="Seen. " * size) for size in (90, 1, 70, 2, 80, 3)])
    assert [len(each) for each in sizes] != [6]
    lengths = [length for each in sizes for length in each]
    assert lengths == sorted(lengths)
    assert all(len(each) * max(each) <= 1000 or len(each) == 1 for each in sizes)


def test_where_memory_does_not_suffice_batches_are_halved(worker, monkeypatch):
    encoded = _in_memory.Encoded

    def cramped(model, prefixes):
        if len(prefixes) > 1 or len(prefixes[0]) > 400:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return encoded(model, prefixes)

    monkeypatch.setattr(_in_memory, "Encoded", cramped)
    replies = worker.replies([asking(SURE, text="Seen. " * size) for size in (1, 2, 300, 3)])
    assert [reply.finish for reply in replies] == [Finish.COMPLETE, Finish.COMPLETE, Finish.TOO_LONG, Finish.COMPLETE]


def test_what_is_longer_than_the_context_is_not_cut(worker):
    [reply] = worker.replies([asking(SURE, text="Seen again. " * 2000)])
    assert (reply.finish, reply.text, reply.probabilities) == (Finish.TOO_LONG, "", {})


def test_evidence_by_sentence_follows_the_schema(worker):
    found, _ = said(
        worker,
        KIND.model_copy(update={"quote": False}),
        AGE.model_copy(update={"quote": False}),
        reply_schema=SENTENCE,
    )
    assert [set(each) for each in found.values()] == [{"value", "sentence"}] * 2
    assert found["kind"]["value"] in KIND.options
    assert {each["sentence"] for each in found.values()} <= {"s1", "s2"}


def test_a_document_with_nothing_to_quote_gets_none(worker):
    found, _ = said(worker, KIND, text=". ; --- .")
    assert found["kind"]["quote"] == ""


def test_half_a_character_in_a_document_does_no_harm(worker):
    found, _ = said(worker, KIND, text=f"{TEXT} \ud800 again")
    assert found["kind"]["value"] in KIND.options


def test_what_is_cut_short_is_left_out(loaded):
    worker = Worker(loaded, 4, Usage())
    found, _ = said(worker, AGE, SURE)
    assert list(found) == ["sure"]
    [reply] = worker.replies([asking(AGE)])
    assert (reply.finish, reply.text) == (Finish.TRUNCATED, "{}")


def test_a_request_without_parts_is_written_by_its_schema(worker):
    schema = {
        "type": "object",
        "properties": {"probability": {"type": "number", "minimum": 0.01, "maximum": 0.99}},
        "required": ["probability"],
        "additionalProperties": False,
    }
    [reply] = worker.replies([Request(document="a", prompt="How likely?", reply_schema=schema)])
    assert 0.01 <= json.loads(reply.text)["probability"] <= 0.99


def test_a_free_reply_that_does_not_end_is_asked_once_more_with_twice_the_room(loaded):
    worker = Worker(loaded, 8, Usage())
    [reply] = worker.replies([Request(document="a", prompt="Tell me everything.")])
    if reply.finish is Finish.TRUNCATED:
        assert reply.reply_tokens == 24
    schema = {"type": "array", "items": {"type": "integer"}, "minItems": 40}
    [reply] = worker.replies([Request(document="a", prompt="Count.", reply_schema=schema)])
    assert (reply.finish, reply.reply_tokens) == (Finish.TRUNCATED, 24)


def test_an_assistant_changes_neither_values_nor_probabilities(folder, worker):
    assisted = Worker(load(Wanted(folder, None, "cpu", "float32", folder)), 256, Usage())
    found, reply = said(worker, KIND, SURE)
    same, assisted_reply = said(assisted, KIND, SURE)
    assert same["kind"]["value"] == found["kind"]["value"]
    assert same["kind"]["quote"] in TEXT
    assert assisted_reply.probabilities == reply.probabilities
    assert assisted.speculation.steps > 0
    assert assisted.speculation.tokens_per_step > 1


def test_a_model_that_computes_nonsense_is_stopped(worker, loaded, monkeypatch):
    forward = loaded.model.forward

    def broken(*given, logits_to_keep=0, **others):
        found = forward(*given, logits_to_keep=logits_to_keep, **others)
        found.logits.fill_(float("nan"))
        return found

    monkeypatch.setattr(loaded.model, "forward", broken)
    with pytest.raises(ModelReplyError, match="another precision"):
        worker.replies([asking(SURE)])


def test_a_document_that_cannot_be_made_harmless_stops_no_other(worker, loaded, monkeypatch):
    opening = type(loaded.chat).opening

    def careful(chat, system, material, **others):
        if "evil" in material:
            raise MissingCapability("the tokenizer cannot write a control token as ordinary text")
        return opening(chat, system, material, **others)

    monkeypatch.setattr(type(loaded.chat), "opening", careful)
    bad, good = worker.replies([asking(SURE, text="evil"), asking(SURE)])
    assert bad.finish is Finish.PROTOCOL
    assert good.finish is Finish.COMPLETE


def test_a_grammar_that_cannot_be_held_is_a_document_too_long(worker, monkeypatch):
    def refuse(*_, **__):
        raise MissingCapability("llguidance gave up")

    monkeypatch.setattr(_in_memory, "decode", refuse)
    [reply] = worker.replies([asking(KIND)])
    assert reply.finish is Finish.TOO_LONG


def test_tokens_are_counted(loaded):
    usage = Usage()
    replies = Worker(loaded, 256, usage).replies([asking(KIND, SURE), asking(AGE)])
    assert usage.requests == 2
    assert usage.prompt_tokens == sum(reply.prompt_tokens for reply in replies)
    assert usage.reply_tokens == sum(reply.reply_tokens for reply in replies)
    prefix = len(loaded.chat.opening("Answer.", asking().material))
    assert prefix < replies[0].prompt_tokens < 3 * prefix
