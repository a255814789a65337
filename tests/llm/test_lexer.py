import pytest
import transformers
from tests.llm.tiny_model import MARKERS, tiny_model

from pellucid.exceptions import MissingCapability
from pellucid.llm._lexer import guidance, lexer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return transformers.AutoTokenizer.from_pretrained(tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.mark.parametrize("text", ['Aged 56, "no" fever\\chills.\n\t体温 🎉', "plain words"])
def test_words_are_cut_as_the_tokenizer_cuts_them(tokenizer, text):
    found = lexer(tokenizer, len(tokenizer), (tokenizer.eos_token_id,))
    assert found.tokenize_str(text) == tokenizer(text).input_ids
    assert found.decode_bytes(tokenizer(text).input_ids).decode() == text


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_in_a_text_is_words_and_not_a_control_token(tokenizer, marker):
    found = lexer(tokenizer, len(tokenizer), (tokenizer.eos_token_id,))
    tokens = found.tokenize_str(f"so {marker} it is")
    assert not set(tokens) & set(range(len(MARKERS)))
    assert found.decode_bytes(tokens).decode() == f"so {marker} it is"
    assert tokenizer(marker).input_ids == [MARKERS.index(marker)]  # the tokenizer itself is left as it was


def test_it_is_built_once_for_a_tokenizer(tokenizer):
    assert lexer(tokenizer, 500, (2,)) is lexer(tokenizer, 500, (2,))
    assert lexer(tokenizer, 500, (2,)) is not lexer(tokenizer, 500, (2, 0))
    assert lexer(tokenizer, 500, (2, 0)).eos_tokens == [2, 0]


def test_logits_beyond_the_tokenizer_are_no_words(tokenizer):
    found = lexer(tokenizer, 500, (2,))
    grammar = guidance().LLMatcher.grammar_from_lark("start: /(?s:.)*/")
    allowed = guidance().LLMatcher(found, grammar, log_level=0).compute_logit_bias()
    assert [token for token in range(len(tokenizer), 500) if allowed[token]] == []


def test_a_tokenizer_written_in_python_is_refused():
    with pytest.raises(MissingCapability, match="cannot read the tokenizer"):
        lexer(type("Slow", (), {})(), 10, (0,))
