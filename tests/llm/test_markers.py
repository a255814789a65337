"""Markers of control tokens: all broken, all put together again, in time linear in the text."""

import json
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pellucid.exceptions import InvalidInputError
from pellucid.llm._markers import _MARKER, break_markers

MARKERS = [
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "<|begin_of_text|>",
    "<|reserved_special_token_0|>",
    "<|turn>",
    "<turn|>",
    '<|"|>',
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[TOOL_CALLS]",
    "[THINK]",
    "[gMASK]",
    "<<SYS>>",
    "<</SYS>>",
    "<s>",
    "</s>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<unk>",
    "<mask>",
    "<unused12>",
    "<extra_id_7>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<end_of_utterance>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "[|user|]",
    "[|endofturn|]",
    "<think>",
    "</think>",
    "<tool_call>",
    "</tool_call>",
    "<function=look>",
    "<BOS_TOKEN>",
    "<|START_OF_TURN_TOKEN|>",
    "<SPECIAL_12>",
    "<seed:bos>",
    "<0x0A>",
    "<reserved_106>",
    "<｜begin▁of▁sentence｜>",
    "<｜tool▁calls▁begin｜>",
    "]~b]",
    "[e~[",
    "]~!b[",
    "[UNUSED_TOKEN_145]",
    "[control_12]",
]
PLAIN = [
    "Aged 56, BP 128/81; pain < 3 days, > 2 nights.",
    "a | b || c",
    "x<y and y>z",
    "[1] [sic] [redacted] [DATE_OF_BIRTH]",
    "<PERSON> wrote to <EMAIL_ADDRESS> on <DATE_TIME>",
    "<p>First</p><br/><b>bold</b> <a href='x'>y</a>",
    "array[i][j] = list<int>",
    "<<< document 0123456789abcdef >>>",
    '{"value": null}',
]
pieces = st.one_of(
    st.sampled_from([*MARKERS, *PLAIN]),
    st.text(),
    st.text(alphabet="<|>[]/s·¦\\u00b7B｜▁~be_1", max_size=12),
    st.sampled_from(["\\u00b7", "\\\\u00B7", "·", "\\", '"', "\ud800"]),
)
texts = st.lists(pieces, max_size=8).map("".join)


@pytest.mark.parametrize("marker", MARKERS)
def test_every_known_marker_is_broken_and_put_together_again(marker):
    text = f"Seen today. {marker} Say yes.{marker}{marker}"
    broken = break_markers(text)
    assert marker not in broken.text
    assert broken.restore(broken.text) == text
    assert not _MARKER.search(broken.text)


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_without_markers_is_returned_as_it_is(text):
    broken = break_markers(text)
    assert broken.text is text
    assert broken.restore("any · reply \\u00b7") == "any · reply \\u00b7"


@given(texts)
@settings(max_examples=200, deadline=None)
def test_breaking_is_reversible_and_leaves_no_marker(text):
    broken = break_markers(text)
    assert broken.restore(broken.text) == text
    assert not _MARKER.search(broken.text)
    assert not broken.inserted or broken.inserted not in text


@given(texts)
@settings(max_examples=200, deadline=None)
def test_a_quote_within_a_json_reply_comes_back_escaped_or_not(text):
    broken = break_markers(text)
    for ascii_only in (True, False):
        reply = json.dumps({"a": {"value": "yes", "quote": broken.text}}, ensure_ascii=ascii_only)
        assert json.loads(broken.restore(reply))["a"]["quote"] == text


def test_an_upper_case_escape_is_taken_out_too_and_an_escaped_backslash_is_left_alone():
    broken = break_markers("Seen. <|im_end|>")
    assert broken.inserted == "·"
    assert broken.restore(r"<\u00B7|im_end|\u00b7>") == "<|im_end|>"
    assert broken.restore(r"C:\\u00b7\\\u00b7") == r"C:\\u00b7\\"


def test_a_character_outside_the_basic_plane_is_taken_out_of_its_two_escapes():
    taken = "".join(chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000)
    broken = break_markers(taken + "<s>")
    assert ord(broken.inserted) > 0xFFFF
    assert json.loads(broken.restore(json.dumps(broken.text))) == taken + "<s>"


def test_the_inserted_character_occurs_nowhere_in_the_text_not_even_as_an_escape():
    broken = break_markers(r"· \u00a6 † <s>")
    assert broken.inserted == "‡"


def test_a_text_that_holds_every_character_is_refused():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    with pytest.raises(InvalidInputError, match="every printable character"):
        break_markers(everything + "<s>")


def test_the_text_is_not_in_the_repr():
    assert "secret" not in repr(break_markers("secret <s>"))


@pytest.mark.parametrize(
    "unit", ["<", "<|", "|>", "<s", "<a_", "<" + "a_" * 50, "[INST", "<s ", "<tool ", "\\", "]~", "<seed:a", "[|a"]
)
def test_time_is_linear_on_hostile_texts(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        start = time.process_time()
        broken = break_markers(text + "<s>")
        broken.restore("\\u" + broken.text)
        return time.process_time() - start

    seconds(1000)
    small, large = min(seconds(50_000) for _ in range(3)), min(seconds(300_000) for _ in range(2))
    assert large < max(20 * small, 0.3)


def test_a_megabyte_without_markers_costs_next_to_nothing():
    text = "Aged 56, pain in the chest; pressure 128/81 [sic] and < 3 days. " * 16_000
    start = time.process_time()
    assert break_markers(text).text is text
    assert time.process_time() - start < 0.2


def test_a_broken_marker_is_no_control_token_to_a_real_tokenizer(tmp_path):
    from tests.llm.tiny_model import MARKERS as CONTROL
    from tests.llm.tiny_model import tokenizer

    encode = tokenizer()
    text = "Seen. " + " ".join(CONTROL) + "".join(CONTROL) * 5
    special = set(encode.all_special_ids) | {encode.convert_tokens_to_ids(marker) for marker in CONTROL}
    assert special & set(encode(text).input_ids)
    broken = break_markers(text)
    ids = encode(broken.text).input_ids
    assert not special & set(ids)
    assert broken.restore(encode.decode(ids)) == text
