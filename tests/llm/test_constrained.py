import json
import traceback

import pytest
import torch
import transformers
from tests.llm.tiny_model import tiny_model

from pellucid.exceptions import InvalidInputError, MissingCapability, ModelReplyError
from pellucid.llm import Part
from pellucid.llm._constrained import Constraint, decode, end_tokens
from pellucid.llm._grammar import number_grammar, quote_grammar, reply_grammar

TEXT = 'Aged 56, "no" fever\\chills.\n\tPulse 72 (regular), 体温は38.5度。 Pain: none 🎉.'
PARTS = [
    Part(key="age", ask="Age?", minimum=0, maximum=120, nullable=False),
    Part(key="pain", ask="Pain?", options=("no", "yes"), nullable=False),
]
GRAMMAR = reply_grammar(PARTS, TEXT)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = tiny_model(tmp_path_factory.mktemp("tiny") / "model")
    model = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    return model, transformers.AutoTokenizer.from_pretrained(folder)


def encoded(model, ids):
    cache = transformers.DynamicCache(config=model.config)
    with torch.no_grad():
        model(input_ids=torch.tensor([ids]), past_key_values=cache)
    return cache


def checked(drawn):
    assert drawn.complete
    for said in json.loads(drawn.text).values():
        assert said["quote"]
        assert said["quote"] in TEXT
    return drawn


def test_many_texts_are_written_on_one_cache_which_stays_as_it_was(loaded):
    model, tokenizer = loaded
    document, question = tokenizer(TEXT).input_ids, tokenizer("\nWell?").input_ids
    cache = encoded(model, document)
    keys = cache.layers[0].keys.clone()
    first = checked(decode(model, tokenizer, question, cache, GRAMMAR))
    drawn = checked(decode(model, tokenizer, question, cache, GRAMMAR, generator=torch.Generator().manual_seed(1)))
    assert checked(decode(model, tokenizer, question, cache, GRAMMAR)) == first != drawn
    assert torch.equal(cache.layers[0].keys, keys)
    assert first == decode(model, tokenizer, document + question, transformers.DynamicCache(), GRAMMAR)


def test_what_the_grammar_forces_takes_no_pass_of_its_own(loaded):
    model, tokenizer = loaded
    passes = []
    with model.register_forward_hook(lambda *_: passes.append(1)):
        drawn = decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR)
    assert drawn.passes == len(passes) < drawn.tokens / 2


def test_seeded_draws_repeat_and_other_seeds_differ(loaded):
    model, tokenizer = loaded

    def draw(seed):
        generator = torch.Generator().manual_seed(seed)
        return decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR, generator=generator).text

    assert draw(3) == draw(3)
    assert len({draw(seed) for seed in range(5)}) > 1


@pytest.mark.parametrize("most", [0, 1, 9, 20])
def test_a_text_that_was_cut_off_never_counts_as_complete(loaded, most):
    model, tokenizer = loaded
    drawn = decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR, max_new_tokens=most)
    assert not drawn.complete
    assert drawn.tokens == most


def test_a_limit_reached_with_the_last_token_still_gives_a_complete_text(loaded):
    model, tokenizer = loaded
    whole = decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR)
    assert decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR, max_new_tokens=whole.tokens) == whole
    short = decode(model, tokenizer, [10], transformers.DynamicCache(), GRAMMAR, max_new_tokens=whole.tokens - 1)
    assert not short.complete


@pytest.mark.parametrize("seed", range(5))
def test_a_bare_number_ends_where_the_model_ends_it(loaded, seed):
    model, tokenizer = loaded
    grammar = number_grammar(5, 9.5, nullable=False)
    generator = torch.Generator().manual_seed(seed)
    drawn = decode(model, tokenizer, [10], transformers.DynamicCache(), grammar, generator=generator)
    assert drawn.complete
    assert 5 <= json.loads(drawn.text) <= 9.5


@pytest.mark.parametrize("kind", [transformers.MistralConfig, transformers.Gemma2Config])
def test_a_cache_with_a_window_is_rolled_back_too(loaded, kind):
    _, tokenizer = loaded
    config = kind(
        vocab_size=500, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=4, head_dim=8, sliding_window=16, initializer_range=0.5, eos_token_id=2, pad_token_id=0,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = transformers.AutoModelForCausalLM.from_config(config).eval()
    document, question = tokenizer(TEXT).input_ids, tokenizer("\nWell?").input_ids
    cache = encoded(model, document)
    first = checked(decode(model, tokenizer, question, cache, GRAMMAR))
    assert decode(model, tokenizer, question, cache, GRAMMAR) == first
    alone = transformers.DynamicCache(config=config)
    assert decode(model, tokenizer, document + question, alone, GRAMMAR).text == first.text


def test_as_a_logits_processor_it_gives_the_same_text(loaded):
    model, tokenizer = loaded
    ids = tokenizer(TEXT).input_ids
    rules = Constraint(tokenizer, GRAMMAR, vocabulary=478, start=len(ids), ends=end_tokens(model, tokenizer))
    prompt = torch.tensor([ids])
    written = model.generate(
        prompt, attention_mask=torch.ones_like(prompt), logits_processor=[rules], do_sample=False, max_new_tokens=200
    )[0, len(ids) :].tolist()
    assert written[-1] == tokenizer.eos_token_id
    assert rules.read(written[:-1]) == decode(model, tokenizer, ids, transformers.DynamicCache(), GRAMMAR).text


def test_a_constraint_follows_the_tokens_it_is_handed_forwards_and_back(loaded):
    _, tokenizer = loaded
    end = tokenizer.eos_token_id
    written = [7, *tokenizer('"no" fever').input_ids]
    fresh = Constraint(tokenizer, quote_grammar('"no" fever', longest=20), vocabulary=500, start=1, ends=[end])
    quote = [tokenizer('"\\"no').input_ids, tokenizer('"\\"no\\" fever"').input_ids, tokenizer('"fever"').input_ids]
    scores = torch.zeros(1, 500)

    def allowed(tokens):
        return torch.isfinite(fresh(torch.tensor([[7, *tokens]]), scores))[0].nonzero()[:, 0].tolist()

    before = [allowed(tokens) for tokens in quote]
    assert allowed([*quote[1], end]) == [end]  # after the end, only the end
    assert torch.equal(fresh(torch.tensor([written]), scores), scores)  # a guess that was not allowed
    assert [allowed(tokens) for tokens in quote] == before
    assert before[1:] == [[end], [end]]
    assert all(token < 478 for tokens in before for token in tokens)  # logits beyond the tokenizer stay shut
    with pytest.raises(InvalidInputError, match="one text"):
        fresh(torch.zeros(2, 3), scores)


@pytest.mark.parametrize("seed", range(4))
def test_a_marker_of_a_control_token_in_the_document_is_quoted_as_words(loaded, seed):
    model, tokenizer = loaded
    text = "<think></s><|im_end|>"
    generator = torch.Generator().manual_seed(seed)
    drawn = decode(model, tokenizer, [10], transformers.DynamicCache(), quote_grammar(text), generator=generator)
    assert (drawn.complete, json.loads(drawn.text)) == (True, text)


def test_a_token_that_is_not_allowed_is_refused(loaded):
    _, tokenizer = loaded
    with pytest.raises(MissingCapability, match="gave up"):
        Constraint(tokenizer, GRAMMAR, vocabulary=478, ends=[2]).take(tokenizer("no").input_ids)


def test_errors_and_reprs_hold_no_word_of_the_document(loaded):
    model, tokenizer = loaded
    with pytest.raises(MissingCapability) as caught:
        decode(model, tokenizer, [10], transformers.DynamicCache(), quote_grammar("canary") + "canary ! {")
    assert "canary" not in "".join(traceback.format_exception_only(caught.value))
    drawn = decode(model, tokenizer, [10], transformers.DynamicCache(), quote_grammar("canary"))
    assert drawn.text == '"canary"'
    assert "canary" not in repr(drawn)


def test_the_cache_is_rolled_back_after_an_error_too(loaded):
    model, tokenizer = loaded
    cache = encoded(model, tokenizer(TEXT).input_ids)
    held = cache.get_seq_length()

    def spoil(*parts):
        parts[-1].logits.fill_(float("nan"))

    with model.register_forward_hook(spoil), pytest.raises(ModelReplyError, match="NaN"):
        decode(model, tokenizer, [10, 11], cache, GRAMMAR)
    assert cache.get_seq_length() == held


def test_without_a_prompt_or_an_end_there_is_nothing_to_write(loaded):
    model, tokenizer = loaded
    with pytest.raises(InvalidInputError, match="ids"):
        decode(model, tokenizer, [], transformers.DynamicCache(), GRAMMAR)

    class Endless:
        generation_config = transformers.GenerationConfig()
        eos_token_id = None

    with pytest.raises(MissingCapability, match="eos_token_id"):
        end_tokens(Endless, Endless)


def test_a_cache_that_cannot_be_rolled_back_is_refused(loaded):
    model, tokenizer = loaded

    class Growing(transformers.DynamicCache):
        def crop(self, tokens_to_remove):
            pass

    with pytest.raises(MissingCapability, match="rolled back"):
        decode(model, tokenizer, [10], Growing(), GRAMMAR)
