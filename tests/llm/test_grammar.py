import json

import numpy as np
import pytest
from llguidance import LLMatcher, LLTokenizer

from pellucid.exceptions import InvalidInputError
from pellucid.extraction import Evidence
from pellucid.llm import Part
from pellucid.llm._grammar import number_grammar, part_grammar, quote_grammar, reply_grammar

TEXT = (
    'Aged 56, "no" fever\\chills.\n\tPulse 72 (regular), 体温は38.5度。 Pain: none 🎉. \x01odd מה שלום non-anginal ...'
)
AGE = Part(key="age", ask="Age?", minimum=0, maximum=120)
PAIN = Part(key='pain "x"', ask="Pain?", options=("no", "yes", 'so "so"'))


@pytest.fixture(scope="module")
def bytewise():
    """A tokenizer of single bytes: what it accepts, the grammar accepts."""
    table = {"model": {"type": "BPE", "vocab": {}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel"}}
    codes = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names = {code: chr(code) for code in codes} | {
        code: chr(256 + place) for place, code in enumerate(sorted(set(range(256)) - set(codes)))
    }
    table["model"]["vocab"] = {names[code]: code for code in range(256)} | {"<end>": 256}
    table["pre_tokenizer"] |= {"add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    table["decoder"] = table["pre_tokenizer"]
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    table["added_tokens"] = [{"id": 256, "content": "<end>", **special}]
    return LLTokenizer(json.dumps({"version": "1.0", **table}), eos_token=256, slices=[])


def matcher(bytewise, grammar):
    found = LLMatcher(bytewise, LLMatcher.grammar_from_lark(grammar), log_level=0)
    assert not found.is_error(), found.get_error()
    return found


def accepts(bytewise, grammar, text):
    found = matcher(bytewise, grammar)
    written = list(text.encode())
    return found.validate_tokens(written) == len(written) and found.consume_tokens(written) and found.is_accepting()


def draws(bytewise, grammar, count, seed=0):
    """Walk at random through a grammar, every allowed byte as likely."""
    rng, found = np.random.default_rng(seed), matcher(bytewise, grammar)
    for _ in range(count):
        found.reset()
        written = []
        while not found.is_stopped():
            allowed = np.flatnonzero(np.unpackbits(np.frombuffer(found.compute_bitmask(), np.uint8), bitorder="little"))
            assert len(allowed), "a dead end"
            byte = int(rng.choice(allowed))
            if byte == 256:
                break
            assert found.consume_token(byte)
            written.append(byte)
        yield bytes(written).decode()


def reply(value, quote, key="age"):
    return json.dumps({key: {"value": value, "quote": quote}}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("value", "quote", "expected"),
    [
        (56, "Aged 56", True),
        (56, '"no" fever\\chills', True),
        (56, "chills.\n\tPulse", False),  # within a word that holds a backslash
        (56, "fever\\chills.\n\tPulse 72", True),
        (56, "🎉. \x01odd מה", True),
        (56, "体温は38.5", True),
        (56, "non-anginal ...", True),
        (56, "ged 56", False),
        (56, "Aged  56", False),
        (56, "aged 56", False),
        (56, "Aged 57", False),
        (56, "anginal", False),
        (56, ", ", False),
        (56, ".", False),
        (56, " Aged", False),
        (56, "Aged ", False),
        (56, "", False),
        (None, "", True),
        (None, "Aged", False),
        (121, "Aged 56", False),
        ("56", "Aged 56", False),
    ],
)
def test_a_value_needs_a_verbatim_quote_of_whole_words_and_null_none(bytewise, value, quote, expected):
    assert accepts(bytewise, reply_grammar([AGE], TEXT), reply(value, quote)) is expected


def test_the_empty_string_passes_the_bare_substring_and_not_our_quote(bytewise):
    bare = 'start: "\\"" Q "\\""\nQ: %regex {"substring_chunks": ["a", " ", "b"]}\n'
    assert accepts(bytewise, bare, '""')
    assert not accepts(bytewise, quote_grammar("a b"), '""')


def test_keys_stand_once_and_in_order(bytewise):
    grammar = reply_grammar([AGE, PAIN], TEXT)
    said = {"age": {"value": None, "quote": ""}, 'pain "x"': {"value": 'so "so"', "quote": "none"}}
    assert accepts(bytewise, grammar, json.dumps(said))
    assert not accepts(bytewise, grammar, json.dumps(dict(reversed(said.items()))))
    assert not accepts(bytewise, grammar, json.dumps({"age": said["age"]}))
    assert not accepts(bytewise, grammar, json.dumps(said)[:-1] + ', "age": {"value": null, "quote": ""}}')


def test_every_draw_is_strict_json_with_a_located_quote(bytewise):
    document, seen = Evidence(TEXT), set()
    for text in draws(bytewise, reply_grammar([AGE, PAIN], TEXT, longest=40), 150):
        found = json.loads(text)
        assert list(found) == ["age", 'pain "x"']
        assert found["age"]["value"] is None or 0 <= found["age"]["value"] <= 120
        assert found['pain "x"']["value"] in (None, *PAIN.options)
        for said in found.values():
            seen.add(said["quote"])
            assert (said["value"] is None) == (said["quote"] == "")
            assert len(said["quote"]) <= 40
            assert not said["quote"] or (said["quote"] in TEXT and document.locate(said["quote"]))
    assert len(seen) > 50


@pytest.mark.parametrize("longest", [1, 2, 7])
def test_a_short_bound_leaves_no_dead_end(bytewise, longest):
    text = "one sesquipedalian word, " + "x" * 50
    drawn = [json.loads(quote) for quote in draws(bytewise, quote_grammar(text, longest=longest), 60)]
    assert all(0 < len(quote) <= longest and quote in text for quote in drawn)


def test_a_settled_value_is_all_that_can_be_said(bytewise):
    grammar = reply_grammar([AGE, PAIN], TEXT, known={"age": 56.5, 'pain "x"': None})
    for text in draws(bytewise, grammar, 10):
        found = json.loads(text)
        assert found["age"]["value"] == 56.5
        assert found['pain "x"'] == {"value": None, "quote": ""}


@pytest.mark.parametrize("text", ["", " \n", "-- ... !"])
def test_a_text_that_says_nothing_leaves_null(bytewise, text):
    assert list(draws(bytewise, part_grammar(AGE, text), 3)) == ['{"value": null, "quote": ""}'] * 3
    must = AGE.model_copy(update={"nullable": False})
    assert all(json.loads(found)["quote"] == "" for found in draws(bytewise, part_grammar(must, text), 3))
    with pytest.raises(InvalidInputError, match="to quote"):
        quote_grammar(text)


def test_without_quotes_the_value_stands_alone(bytewise):
    part = Part(key="rate", ask="?", minimum=-0.5, maximum=0.5, nullable=False, quote=False)
    assert all(-0.5 <= json.loads(text)["value"] <= 0.5 for text in draws(bytewise, part_grammar(part, ""), 50))
    assert accepts(bytewise, number_grammar(-2, 3), "-1.25")
    assert accepts(bytewise, number_grammar(-2, 3), "null")
    assert not accepts(bytewise, number_grammar(-2, 3, nullable=False), "null")


@pytest.mark.parametrize(
    ("parts", "options", "message"),
    [
        ([], {}, "at least one"),
        ([AGE, AGE], {}, "key of its own"),
        ([AGE], {"known": {"other": 1}}, "no part has the key"),
        ([AGE], {"known": {"age": 121}}, "does not allow"),
        ([AGE], {"known": {"age": True}}, "does not allow"),
        ([PAIN], {"known": {PAIN.key: "perhaps"}}, "does not allow"),
        ([AGE.model_copy(update={"nullable": False})], {"known": {"age": None}}, "does not allow"),
        ([AGE], {"longest": 0}, "longest"),
        ([AGE.model_copy(update={"maximum": -1})], {}, "nothing is between"),
        ([Part(key="\ud800", ask="?")], {}, "surrogate"),
    ],
)
def test_what_cannot_be_asked_is_refused(parts, options, message):
    with pytest.raises(InvalidInputError, match=message):
        reply_grammar(parts, TEXT, **options)


def test_half_a_surrogate_pair_is_refused_without_quoting_the_text():
    with pytest.raises(InvalidInputError, match="surrogate") as caught:
        reply_grammar([AGE], "canary \ud83d")
    assert "canary" not in str(caught.value)
