"""Probabilities of options from log probabilities: exact against enumeration, left out where they are not known."""

import itertools
import json
import math
import random

import pytest

from pellucid.llm._client import Part
from pellucid.llm._logprobs import TOLERANCE, Token, probabilities, read_tokens

HEAD = '{"pain": {"value":'


def token(text, top=None, logprob=None):
    """A token; `top` gives probabilities by text."""
    raw = text if isinstance(text, bytes) else text.encode()
    listed = {
        (name if isinstance(name, bytes) else name.encode()): math.log(p) if p else -math.inf
        for name, p in (top or {}).items()
    }
    return Token(raw, listed.get(raw, 0.0) if logprob is None else logprob, listed)


def part(*options, key="pain", nullable=True):
    return Part(key=key, ask="Well?", options=options, nullable=nullable)


def joined(tokens):
    return b"".join(one.raw for one in tokens).decode()


def found(tokens, *options, nullable=True):
    return probabilities([part(*options, nullable=nullable)], joined(tokens), tokens).get("pain")


def test_one_deciding_token_shares_its_probability_among_the_options():
    tokens = [token(HEAD), token(' "', {' "': 0.9, " null": 0.1}), token("no", {"no": 0.6, "yes": 0.4}), token('"}}')]
    assert found(tokens, "no", "yes") == pytest.approx({"no": 0.54, "yes": 0.36, "": 0.1})


def test_what_leads_to_no_option_is_left_aside_before_a_mask():
    top = {"no": 0.3, "yes": 0.2, "maybe": 0.4, "none": 0.1}
    tokens = [token(HEAD + ' "'), token("no", top), token('"', {'"': 0.8, "ne": 0.2}), token("}}")]
    assert found(tokens, "no", "yes", nullable=False) == pytest.approx({"no": 0.6, "yes": 0.4})


def test_labels_with_a_common_beginning_are_told_apart_by_what_follows():
    tokens = [
        token(HEAD + ' "'),
        token("no", {"no": 0.7, "yes": 0.3}),
        token('"', {'"': 0.5, "rmal": 0.3, " evidence": 0.2}),
        token("}}"),
    ]
    wanted = {"no": 0.7 * 0.5, "normal": 0.7 * 0.3, "no evidence": 0.7 * 0.2, "yes": 0.3}
    assert found(tokens, "no", "normal", "no evidence", "yes", nullable=False) == pytest.approx(wanted)


def test_tokens_may_reach_over_quote_marks_and_beyond_the_value():
    tokens = [
        token('{"pain": {"value'),
        token('":"', {'":"': 0.8, '":null': 0.2}),
        token('no",', {'no",': 0.5, 'no"': 0.1, "yes": 0.2, 'yes",': 0.2}),
        token('"quote": ""}}'),
    ]
    assert found(tokens, "no", "yes") == pytest.approx({"no": 0.48, "yes": 0.32, "": 0.2})


def test_a_whole_literal_in_one_token_and_null_written():
    tokens = [token(HEAD), token(" null", {" null": 0.5, ' "no"': 0.2, ' "yes"': 0.3}), token(', "quote": null}}')]
    assert found(tokens, "no", "yes") == pytest.approx({"no": 0.2, "yes": 0.3, "": 0.5})


def test_blanks_before_the_value_make_no_difference():
    top = {' "': 0.4, '"': 0.2, '\n"': 0.0, " ": 0.3, " null": 0.05, "null": 0.05}
    tokens = [token(HEAD), token(' "', top), token("no", {"no": 0.6, "yes": 0.4}), token('"}}')]
    six, one = 0.6 / 0.7, 0.1 / 0.7
    assert found(tokens, "no", "yes") == pytest.approx({"no": six * 0.6, "yes": six * 0.4, "": one})


def test_a_blank_of_its_own_may_come_first():
    tokens = [
        token(HEAD),
        token("\n", {"\n": 0.7, ' "no': 0.1, " null": 0.2}),
        token("  ", {"  ": 1.0}),
        token('"', {'"': 0.5, "null": 0.5}),
        token("yes", {"no": 0.5, "yes": 0.5}),
        token('"}}'),
    ]
    assert found(tokens, "no", "yes") == pytest.approx({"no": 0.1 + 0.175, "yes": 0.175, "": 0.2 + 0.35})


def test_characters_cut_across_tokens_are_put_together_as_bytes():
    grün, größer = "grün".encode(), "größer".encode()
    tokens = [
        token('{"note": "é 漢", "pain": {"value": "'),
        token("gr", {"gr": 1.0}),
        token(grün[2:3], {grün[2:3]: 1.0}),
        token(grün[3:4], {grün[3:4]: 0.7, größer[3:4]: 0.3}),
        token('n"}}'),
    ]
    assert found(tokens, "grün", "größer", nullable=False) == pytest.approx({"grün": 0.7, "größer": 0.3})


def test_an_option_may_be_written_with_json_escapes():
    tokens = [token(HEAD + ' "gr'), token("\\u00fcn", {"\\u00fcn": 0.8, "au": 0.2}), token('"}}')]
    assert found(tokens, "grün", "grau", nullable=False) == pytest.approx({"grün": 0.8, "grau": 0.2})


def test_a_token_that_leads_to_several_options_in_another_way_leaves_the_part_out_unless_it_is_rare():
    def tokens(rare):
        return [
            token(HEAD + ' "'),
            token("yes", {"yes": 0.6, "no": 0.1, "normal": 0.3 - rare, "n": rare}),
            token('"}}'),
        ]

    assert found(tokens(0.2), "no", "normal", "yes", nullable=False) is None  # "no" leads to two as well
    tops = {"yes": 0.6, 'no"': 0.1, "normal": 0.295, "n": 0.005}
    kept = found([token(HEAD + ' "'), token("yes", tops), token('"}}')], "no", "normal", "yes", nullable=False)
    assert kept == pytest.approx({"no": 0.1 / 0.995, "normal": 0.295 / 0.995, "yes": 0.6 / 0.995})


def test_another_way_to_the_same_labels_is_not_taken_for_the_way_the_reply_went():
    tokens = [token(HEAD + ' "'), token("no", {"no": 0.6, "n": 0.4}), token('"', {'"': 0.5, "rmal": 0.5}), token("}}")]
    assert found(tokens, "no", "normal", nullable=False) is None


def test_an_unlisted_alternative_is_zero_where_the_bound_is_small_and_leaves_the_part_out_where_not():
    sure = [token(HEAD + ' "'), token("no", {"no": 0.9985, "maybe": 0.001, "x": 0.00001}), token('"}}')]
    assert found(sure, "no", "yes", nullable=False) == pytest.approx({"no": 1.0, "yes": 0.0})
    flat = [token(HEAD + ' "'), token("no", {"no": 0.1, "maybe": 0.1, "x": 0.05}), token('"}}')]
    assert found(flat, "no", "yes", nullable=False) is None


def test_only_the_written_token_is_known_where_no_list_is_given():
    def tokens(p):
        return [token(HEAD + ' "'), token("no", logprob=math.log(p)), token('"}}')]

    assert found(tokens(0.9), "no", "yes", nullable=False) is None
    assert found(tokens(0.995), "no", "yes", nullable=False) == pytest.approx({"no": 1.0, "yes": 0.0})


def test_the_written_token_counts_even_where_the_list_lacks_it():
    tokens = [token(HEAD + ' "'), token("no", {"yes": 0.7, "x": 0.2}, logprob=math.log(0.1)), token('"}}')]
    assert found(tokens, "no", "yes", nullable=False) == pytest.approx({"no": 0.125, "yes": 0.875})


def test_a_control_token_without_text_leads_nowhere():
    tokens = [token(HEAD + ' "'), token("no", {"no": 0.5, "yes": 0.25, "": 0.25}), token('"}}'), token(b"")]
    assert found(tokens, "no", "yes", nullable=False) == pytest.approx({"no": 2 / 3, "yes": 1 / 3})


def test_tokens_around_the_text_do_not_matter():
    body = [token(HEAD + ' "'), token("no", {"no": 0.6, "yes": 0.4}), token('"}}')]
    thought = [token("<think>"), *[token(one.raw) for one in body], token("</think>\n\n")]
    tokens = [*thought, *body, token("<|im_end|>")]
    got = probabilities([part("no", "yes", nullable=False)], joined(body), tokens)
    assert got["pain"] == pytest.approx({"no": 0.6, "yes": 0.4})


def test_every_part_has_its_own_and_those_without_options_none():
    tokens = [
        token('{"a": {"value": "'),
        token("no", {"no": 0.75, "yes": 0.25}),
        token('"}, "n": {"value": 12'),
        token('}, "b": {"quote": "no", "value": "'),
        token("east", {"east": 0.5, "west": 0.5}),
        token('"}}'),
    ]
    parts = [
        part("no", "yes", key="a", nullable=False),
        part("east", "west", key="b", nullable=False),
        part(key="n"),
        part("no", "yes", key="missing"),
    ]
    got = probabilities(parts, joined(tokens), tokens)
    assert got == {"a": pytest.approx({"no": 0.75, "yes": 0.25}), "b": pytest.approx({"east": 0.5, "west": 0.5})}


@pytest.mark.parametrize(
    "text",
    [
        '{"pain": {"value": "maybe"}}',
        '{"pain": {"value": 1}}',
        '{"pain": {"value": ["no"]}}',
        '{"pain": {"value": "no", "value": "yes"}}',
        '{"pain": {"value": "no"}, "pain": {"value": "yes"}}',
        '{"pain": "no"}',
        '{"pain": {"quote": "no"}}',
        '{"pain": {"value": "no"',
        '{"pain" {"value": "no"}}',
        '{"pain": {"value": "no"} "x": 1}',
        '{1: {"value": "no"}}',
        '["no"]',
        "no",
        "",
        '{"pain": ' + "[" * 100_000,
        '{"pain": {"value": ""}}',
    ],
)
def test_what_is_not_of_the_form_is_left_out(text):
    tokens = [token(one, {one: 1.0}) for one in text] if len(text) < 100 else [token(text)]
    assert probabilities([part("no", "yes")], text, tokens) == {}


def test_null_where_it_may_not_be_answered_is_left_out():
    tokens = [token(HEAD), token(" null", {" null": 0.5, ' "no"': 0.5}), token("}}")]
    assert found(tokens, "no", "yes", nullable=False) is None


def test_tokens_that_do_not_spell_the_text_give_nothing():
    tokens = [token('{"pain": {"value": "no"}}')]
    assert probabilities([part("no", "yes")], '{"pain": {"value": "yes"}}', tokens) == {}
    assert probabilities([part("no", "yes")], '{"pain": {"value": "yes"}}', []) == {}


def test_a_sole_option_has_the_whole_probability():
    assert found([token(HEAD), token(' "no"}}', {})], "no", nullable=False) == {"no": 1.0}


def test_prose_and_a_fence_around_the_object_are_passed_over():
    tokens = [token("```json\n" + HEAD + ' "'), token("no", {"no": 0.6, "yes": 0.4}), token('"}}\n```')]
    assert found(tokens, "no", "yes", nullable=False) == pytest.approx({"no": 0.6, "yes": 0.4})


# Against enumeration: a toy model whose next-token probabilities depend on everything before.

OPTIONS = ["no", "normal", "no evidence", "yes", "unsure", "größer", "grün"]
SPELLED = {
    "no": ["no", '"'],
    "normal": ["no", "rmal", '"'],
    "no evidence": ["no", " evi", "dence", '"'],
    "yes": ["yes", '"'],
    "unsure": ["un", "sure", '"'],
    "größer": ["gr", "ö", "ßer", '"'],
    "grün": ["gr", "ü", "n", '"'],
}
PATHS = {option: [' "', *spelled] for option, spelled in SPELLED.items()} | {"": [" null"]}


def distributions(seed, mask, sharp=1):
    """Next-token probabilities after every prefix of every path; before a mask other words are likely too."""
    chance = random.Random(seed)  # noqa: S311
    tables = {}
    for path in PATHS.values():
        for length in range(len(path)):
            prefix = tuple(path[:length])
            following = sorted({other[length] for other in PATHS.values() if other[:length] == path[:length]})
            noise = [] if mask else ["maybe", "?", " perhaps"]
            weights = [(chance.expovariate(1) + 0.01) ** sharp for _ in [*following, *noise]]
            tables[prefix] = {
                name: weight / sum(weights) for name, weight in zip([*following, *noise], weights, strict=True)
            }
    return tables


def enumerated(tables, paths):
    """The probability of every whole label, token by token among those that lead to a label."""
    chances = {}
    for option, path in paths.items():
        chances[option] = 1.0
        for length, one in enumerate(path):
            table = tables[tuple(path[:length])]
            leading = {other[length] for other in paths.values() if other[:length] == path[:length]}
            chances[option] *= table[one] / sum(table[name] for name in leading)
    return chances


@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_equal_to_enumeration_of_whole_labels(seed, mask):
    tables = distributions(seed, mask)
    for written in PATHS:
        # Every label that leaves the path of the written one by a token of its own: only those can be told apart.
        seen = told_apart(written)
        wanted = enumerated(tables, {option: PATHS[option] for option in seen})
        assert math.isclose(sum(wanted.values()), 1.0)
        got = found(reply(written, tables), *[option for option in OPTIONS if option in seen], nullable="" in seen)
        assert got == pytest.approx(wanted, abs=1e-9)


def test_with_branches_that_were_not_seen_the_part_is_left_out_or_right_within_the_tolerance():
    given = 0
    for seed in range(100):
        tables = distributions(seed, mask=True, sharp=4)
        wanted = enumerated(tables, PATHS)
        for written in PATHS:
            got = found(reply(written, tables), *OPTIONS)
            assert got is None or got == pytest.approx(wanted, abs=TOLERANCE)
            given += got is not None
    assert 100 < given < 700


def reply(written, tables):
    path = PATHS[written]
    body = [token(one, tables[tuple(path[:length])]) for length, one in enumerate(path)]
    return [token(HEAD), *body, token("}}", {"}}": 1.0})]


def told_apart(written):
    path, groups = PATHS[written], {}
    for option, other in PATHS.items():
        common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(path, other, strict=False)))
        groups.setdefault(common, {}).setdefault(other[common] if common < len(other) else None, []).append(option)
    return {options[0] for branches in groups.values() for options in branches.values()} | {written}


# What servers send.


def entry(text, logprob, top=()):
    return {
        "token": text,
        "bytes": list(text.encode()),
        "logprob": logprob,
        "top_logprobs": [{"token": name, "bytes": list(name.encode()), "logprob": p} for name, p in top],
    }


def test_tokens_are_read_from_a_choice():
    choice = {"logprobs": {"content": [entry("no", -0.5, [("no", -0.5), ("yes", -1.0)])]}}
    assert read_tokens(choice) == [Token(b"no", -0.5, {b"no": -0.5, b"yes": -1.0})]


def test_bytes_are_taken_before_text_and_text_where_there_are_none():
    broken = {"token": "\ufffd", "bytes": [0xC3], "logprob": -0.1, "top_logprobs": None}
    plain = {"token": "é", "bytes": None, "logprob": -0.1}
    assert [one.raw for one in read_tokens({"logprobs": {"content": [broken, plain]}})] == [b"\xc3", "é".encode()]


def test_a_forbidden_token_may_be_written_as_any_very_small_number():
    tops = [("no", -0.01), ("x", -9999.0), ("y", -1e38), ("z", -math.inf)]
    (one,) = read_tokens({"logprobs": {"content": [entry("no", -0.01, tops)]}})
    assert sum(map(math.exp, one.top.values())) == pytest.approx(math.exp(-0.01))


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"logprobs": None},
        {"logprobs": []},
        {"logprobs": {"content": None}},
        {"logprobs": {"content": ["no"]}},
        {"logprobs": {"content": [{"token": "no"}]}},
        {"logprobs": {"content": [{"logprob": -1.0}]}},
        {"logprobs": {"content": [entry("no", 3.0)]}},
        {"logprobs": {"content": [entry("no", math.nan)]}},
        {"logprobs": {"content": [entry("no", "often")]}},
        {"logprobs": {"content": [{"token": "no", "bytes": [300], "logprob": -1}]}},
        {"logprobs": {"tokens": ["no"], "token_logprobs": [-1.0]}},
    ],
)
def test_what_is_not_of_the_known_form_is_no_tokens(choice):
    assert read_tokens(choice) == []


def test_a_long_reply_with_many_parts_is_quick():
    keys = [f"q{n}" for n in range(200)]
    text = json.dumps({key: {"value": "no", "quote": "x" * 200} for key in keys})
    tokens = [token(text[at : at + 4], {text[at : at + 4]: 1.0}) for at in range(0, len(text), 4)]
    got = probabilities([part("no", "yes", key=key) for key in keys], text, tokens)
    assert set(got) == set(keys)
