import functools
import math

import numpy as np
import pytest
import torch
import transformers
from tests.llm.tiny_model import tiny_model

from pellucid.llm import _prefix
from pellucid.llm._packing import Choice
from pellucid.llm._prefix import Encoded, disagreement, packing_fault, score_one_by_one

SMALL = {
    "vocab_size": 300,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "initializer_range": 0.3,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module", params=["sdpa", "eager"])
def model(request, tmp_path_factory):
    folder = tiny_model(tmp_path_factory.mktemp("tiny") / "model")
    return transformers.AutoModelForCausalLM.from_pretrained(folder, attn_implementation=request.param).eval()


def made(config):
    torch.manual_seed(0)
    return transformers.AutoModelForCausalLM.from_config(config).eval()


def ids(draw, low, high):
    return tuple(draw.integers(5, 299, draw.integers(low, high)).tolist())


def questions(draw, count=5):
    return [Choice(ids(draw, 3, 25), tuple(ids(draw, 1, 6) for _ in range(draw.integers(2, 5)))) for _ in range(count)]


def largest(found, expected):
    assert [len(each) for each in found] == [len(each) for each in expected]
    return max(np.abs(np.exp(a) - np.exp(b)).max() for a, b in zip(found, expected, strict=True))


@pytest.mark.parametrize("sizes", [(4096, 2048), (17, 30), (64, 9)])
def test_probabilities_are_those_of_one_pass_for_each_label(model, sizes):
    pass_tokens, pack_tokens = sizes
    draw = np.random.default_rng(0)
    documents, choices = [ids(draw, 5, 300) for _ in range(4)], questions(draw)
    scored = Encoded(model, documents, pass_tokens=pass_tokens, pack_tokens=pack_tokens).score(choices)
    for document, found in zip(documents, scored, strict=True):
        expected = score_one_by_one(model, document, choices)
        assert largest(found, expected) < 1e-5
        assert [int(np.argmax(each)) for each in found] == [int(np.argmax(each)) for each in expected]


def test_passes_become_smaller_where_masks_would_not_fit(model, monkeypatch):
    draw = np.random.default_rng(4)
    document, choices = ids(draw, 400, 401), questions(draw, 12)
    expected = Encoded(model, [document]).score(choices)[0]
    widths = []
    model_forward = model.forward
    monkeypatch.setattr(
        model,
        "forward",
        functools.wraps(model_forward)(
            lambda **given: widths.append(given["input_ids"].shape[1]) or model_forward(**given)
        ),
    )
    monkeypatch.setattr(_prefix, "MASK_CELLS", 400 * 130)
    assert largest(Encoded(model, [document]).score(choices)[0], expected) < 1e-5
    assert max(widths) <= 130
    assert len(widths) > 4


def test_probabilities_of_a_question_add_up_and_do_not_depend_on_the_others(model):
    draw = np.random.default_rng(1)
    document, choices = ids(draw, 50, 60), questions(draw)
    encoded = Encoded(model, [document])
    [together] = encoded.score(choices)
    apart = [encoded.score([choice])[0][0] for choice in choices]
    assert largest(together, apart) < 1e-5
    assert all(math.isclose(np.exp(each).sum(), 1.0) for each in together)


def test_the_naive_sum_over_a_whole_sequence_agrees(model):
    draw = np.random.default_rng(2)
    document, choice = ids(draw, 20, 30), Choice((9, 8, 7), ((4, 5, 6), (4,), (11, 12)))
    totals = []
    for label in choice.labels:
        whole = torch.tensor([[*document, *choice.suffix, *label]])
        with torch.inference_mode():
            steps = model(whole).logits[0].log_softmax(-1)
        start = whole.shape[1] - len(label)
        totals.append(sum(float(steps[start + n - 1, token]) for n, token in enumerate(label)))
    expected = np.array(totals) - np.logaddexp.reduce(totals)
    assert np.exp(Encoded(model, [document]).score([choice])[0][0]) == pytest.approx(np.exp(expected), abs=1e-5)


def test_very_unlikely_labels_keep_their_logarithm(model):
    [[found]] = Encoded(model, [(9, 8, 7)]).score([Choice((5,), ((6,), tuple([7, 3] * 60)))])
    assert math.isfinite(found[1])
    assert found[1] < -100


def test_scoring_and_continuing_leave_the_encoded_document_as_it_is(model):
    draw = np.random.default_rng(3)
    documents, choices = [ids(draw, 5, 9), ids(draw, 30, 40)], questions(draw)
    encoded = Encoded(model, documents)
    first = encoded.score(choices)
    for row, document in enumerate(documents):
        cache = encoded.continuation(row)
        assert cache.get_seq_length() == len(document)
        with torch.inference_mode():
            following = model(torch.tensor([[9, 8]]), past_key_values=cache).logits[0, -1]
            expected = model(torch.tensor([[*document, 9, 8]])).logits[0, -1]
        assert torch.allclose(following, expected, atol=1e-4)
    assert encoded.score(choices) == first


def test_in_half_precision_nothing_is_far_off(model):
    half = made(model.config).to(torch.bfloat16)
    assert not packing_fault(half)
    assert disagreement(half, 300) < 0.1


@pytest.mark.parametrize("name", ["Llama", "Qwen2", "Qwen3", "GPT2", "GPTNeoX", "Phi3", "Olmo2"])
def test_models_that_attend_to_all_that_came_before_are_packed(name):
    extra = {} if name in ("GPT2", "GPTNeoX") else {"num_key_value_heads": 1}
    if name not in ("GPT2",):
        extra["intermediate_size"] = 64
    small = made(getattr(transformers, f"{name}Config")(**SMALL, **extra))
    assert packing_fault(small) == ""
    assert disagreement(small, 300) < 1e-4


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (transformers.MistralConfig(**SMALL, intermediate_size=64, num_key_value_heads=1, sliding_window=8), "window"),
        (transformers.Gemma2Config(**SMALL, intermediate_size=64, num_key_value_heads=1, head_dim=16), "sliding_att"),
        (transformers.MambaConfig(vocab_size=300, hidden_size=32, num_hidden_layers=2), "position_ids"),
        (transformers.BloomConfig(vocab_size=300, hidden_size=32, n_layer=2, n_head=2), "position_ids"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_models_that_do_not_are_told_by_their_configuration(config, fault):
    assert fault in packing_fault(made(config))


def test_a_model_with_an_encoder_is_told():
    config = transformers.T5Config(vocab_size=99, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    assert "encoder" in packing_fault(transformers.T5ForConditionalGeneration(config))


@pytest.mark.parametrize("mistake", ["positions", "mask"])
def test_the_trial_notices_a_model_that_ignores_what_it_is_given(model, mistake, monkeypatch):
    assert disagreement(model, 300) < 1e-4
    forward = model.forward

    def careless(input_ids, attention_mask=None, position_ids=None, past_key_values=None, logits_to_keep=0, **others):
        if mistake == "positions":
            position_ids = None
        elif attention_mask is not None:  # every question sees those before it
            attention_mask = torch.zeros_like(attention_mask).masked_fill(
                ~torch.ones_like(attention_mask, dtype=torch.bool).tril(attention_mask.shape[-1] - input_ids.shape[1]),
                torch.finfo(attention_mask.dtype).min,
            )
        return forward(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            logits_to_keep=logits_to_keep,
            **others,
        )

    monkeypatch.setattr(model, "forward", careless)
    assert disagreement(model, 300) > 1e-2
