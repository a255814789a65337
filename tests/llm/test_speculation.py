import pytest
import torch
import transformers
from pydantic import ValidationError
from tests.llm.tiny_model import tiny_model

from pellucid.exceptions import InvalidInputError
from pellucid.llm import Part
from pellucid.llm._constrained import decode
from pellucid.llm._grammar import reply_grammar
from pellucid.llm._speculation import Speculation, generate

TEXT = 'Aged 56, "no" fever. Pulse 72 (regular), 体温は38.5度。 Pain: none.'
PARTS = [
    Part(key="age", ask="Age?", minimum=0, maximum=120, nullable=False),
    Part(key="pain", ask="Pain?", options=("no", "yes"), nullable=False),
]
GRAMMARS = [None, reply_grammar(PARTS, TEXT)]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    load = transformers.AutoModelForCausalLM.from_pretrained
    same = tiny_model(folder / "same")
    other = tiny_model(folder / "other", seed=7, layers=1)
    return {
        "model": load(same).eval(),
        "twin": load(same).eval(),
        "stranger": load(other).eval(),
        "tokenizer": transformers.AutoTokenizer.from_pretrained(same),
    }


def prompts(models):
    return [models["tokenizer"](f"{TEXT}\nQuestion {number}?").input_ids for number in range(2)]


@pytest.mark.parametrize("grammar", GRAMMARS, ids=["free", "grammar"])
@pytest.mark.parametrize("assistant", ["twin", "stranger"])
def test_an_assistant_changes_no_token_of_what_is_written(models, assistant, grammar):
    model, tokenizer = models["model"], models["tokenizer"]
    for ids in prompts(models):
        alone, passes = generate(model, tokenizer, ids, grammar=grammar, max_new_tokens=50)
        drawn, spent = generate(model, tokenizer, ids, assistant=models[assistant], grammar=grammar, max_new_tokens=50)
        assert (drawn.text, drawn.complete, drawn.tokens) == (alone.text, alone.complete, alone.tokens)
        assert (passes.drafted, passes.accepted, passes.tokens_per_step) == (0, 0, 1)
        assert passes.acceptance_rate is None
        assert spent.tokens == passes.tokens
        assert spent.steps == drawn.passes <= alone.passes


def test_a_twin_is_always_right_and_a_stranger_almost_never(models):
    model, tokenizer = models["model"], models["tokenizer"]
    total = {"twin": Speculation(), "stranger": Speculation()}
    for ids in prompts(models):
        for name in total:
            total[name] += generate(model, tokenizer, ids, assistant=models[name], max_new_tokens=50)[1]
    assert total["twin"].acceptance_rate > 0.97
    assert total["twin"].tokens_per_step > 1.9
    assert total["stranger"].acceptance_rate < 0.1
    assert total["stranger"].tokens_per_step < 1.1


def test_the_counts_are_those_of_transformers_own_generator(models, monkeypatch):
    seen = []
    kind = transformers.generation.candidate_generator.AssistedCandidateGenerator
    update = kind.update_candidate_strategy

    def noted(self, input_ids, scores, num_matches):
        seen.append((scores.shape[1] - 1, int(num_matches)))
        return update(self, input_ids, scores, num_matches)

    monkeypatch.setattr(kind, "update_candidate_strategy", noted)
    for assistant in ("twin", "stranger"):
        for grammar in GRAMMARS:
            seen.clear()
            _, spent = generate(
                models["model"], models["tokenizer"], prompts(models)[0],
                assistant=models[assistant], grammar=grammar, max_new_tokens=50,
            )  # fmt: skip
            assert spent.steps == len(seen)
            assert (spent.drafted, spent.accepted) == tuple(map(sum, zip(*seen, strict=True)))


def test_under_a_grammar_the_text_is_that_of_decode(models):
    model, tokenizer = models["model"], models["tokenizer"]
    for ids in prompts(models):
        ours = decode(model, tokenizer, ids, transformers.DynamicCache(), GRAMMARS[1])
        assert generate(model, tokenizer, ids, grammar=GRAMMARS[1])[0].text == ours.text


def test_a_text_cut_off_is_not_complete_and_the_model_keeps_no_hook(models):
    model, tokenizer = models["model"], models["tokenizer"]
    drawn, _ = generate(
        model, tokenizer, prompts(models)[0], assistant=models["twin"], grammar=GRAMMARS[1], max_new_tokens=12
    )
    assert (drawn.complete, drawn.tokens) == (False, 12)
    assert not model._forward_pre_hooks


def test_what_cannot_assist_is_refused(models, tmp_path):
    model, tokenizer = models["model"], models["tokenizer"]
    with pytest.raises(InvalidInputError, match="assists itself"):
        generate(model, tokenizer, [10], assistant=model)
    smaller = transformers.AutoModelForCausalLM.from_config(model.config.__class__(**_shape(model, 400))).eval()
    with pytest.raises(InvalidInputError, match="400 tokens"):
        generate(model, tokenizer, [10], assistant=smaller)
    with pytest.raises(InvalidInputError, match="prompt"):
        generate(model, tokenizer, [])


def _shape(model, vocabulary):
    return {"vocab_size": vocabulary, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
            "num_attention_heads": 4, "num_key_value_heads": 4}  # fmt: skip


def test_records_add_up_and_count_nothing_below_zero():
    total = Speculation(drafted=4, accepted=3, steps=2, tokens=5) + Speculation(
        drafted=4, accepted=1, steps=3, tokens=4
    )
    assert total == Speculation(drafted=8, accepted=4, steps=5, tokens=9)
    assert (total.acceptance_rate, total.tokens_per_step) == (0.5, 1.8)
    assert (Speculation().acceptance_rate, Speculation().tokens_per_step) == (None, None)
    with pytest.raises(ValidationError):
        Speculation(drafted=-1)
    with pytest.raises(TypeError):
        Speculation() + 1
    assert torch.is_inference_mode_enabled() is False
