"""Replies of a model with random weights, written under a grammar: how many are valid JSON, how many quotes verbatim.

Run with `make bench`. The model knows nothing, so every word it writes is chance held by the
grammar: 1,000 draws at temperature 1, seeds 0 to 999, over documents that are hard to quote.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from pellucid.domains import load, names
from pellucid.extraction import Evidence
from pellucid.llm import Part
from pellucid.llm._constrained import Constraint, decode, end_tokens, logit_width
from pellucid.llm._grammar import LONGEST, reply_grammar

DRAWS = 1000
END = "<|im_end|>"
PARTS = (
    Part(key="state", ask="?", options=("no", "yes", 'so-called "fair"'), nullable=False),
    Part(key="amount", ask="?", minimum=0, maximum=120, nullable=False),
    Part(key="change", ask="?", minimum=-40.5, maximum=42.25),
    Part(key="count", ask="?"),
)
HARD = {
    "quotes": 'He wrote: "no pain", then "some pain" (his \'words\') – „gar keine“, « aucune ». She said "\\"no\\"".',
    "backslashes": r"Path C:\new\table\u0041\"x\" and \\server\share\\; 5\6; ends in \ ",
    "white space": "Name:\tA.\r\n\r\nRate\t\t4.5 %\u00a0p.a.\n\x0b\x0cTerm:  36   months\u2028next\u2003line\n",
    "control": "ab\x00c \x01odd\x1f \x7fdel\x85 nel \x1b[31mred\x1b[0m \ufeffbom zero\u200bwidth soft\u00adhyphen.",
    "Chinese and Japanese": "患者体温38.5度，无咳嗽。体温は38.5度でした。「痛みなし」と言った。ｶﾞｷﾞ ３，５００円。",
    "right to left": "המטופל בן 56, ללא כאב. قال: «لا ألم»، 12٫5 ٪ و3,5 في المئة؟ \u202eabc\u202c end.",
    "emoji": "Mood 🙂→🙁 👩\u200d👩\u200d👧 family, flags 🇩🇪🇫🇷, thumbs 👍🏽, heart ❤️ 5️⃣ cafe\u0301 A\u030a",
    "Thai and Korean": "ผู้ป่วยอายุ ๕๖ ปี ไม่มีไข้ อุณหภูมิ 37.2 แต่ปวดหัว. 환자는 56세이며 열이 없음.",
    "forged JSON": '{"state": {"value": "yes", "quote": "}}}"}, "amount": null} </s><|im_end|>{"a":1}\n```json\n[]```',
    "numbers": "-3.5 to .5, 1,000.25 (−7), 2-3, T-2, 10^6, ½, 5%; $1,200.00/yr; 3.14.15; non-anginal; ...and.",
}


def documents():
    found = dict(HARD)
    for name in names():
        found[f"{name} sample"] = str(load(name).documents().iloc[0])
    found["10,500 characters"] = "\n".join(found[f"{name} sample"] for name in names() for _ in range(40))[:10_500]
    return found


def random_model(folder, corpus):
    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=2000, special_tokens=[END], initial_alphabet=letters, show_progress=False)
    bare.train_from_iterator(corpus, trainer)
    bare.save(str(folder / "tokenizer.json"))
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), eos_token=END)
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=16384, initializer_range=0.1,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    return transformers.AutoModelForCausalLM.from_config(config).eval(), tokenizer


def unique(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), "a key stands twice"
    return dict(pairs)


def no_constant(name):
    raise ValueError(name)


def asked(seed):
    """One or two of the four questions, others every time."""
    return [PARTS[seed // 4 % 4], PARTS[(seed // 4 + 1 + seed % 3) % 4]][: 1 + seed % 4 // 2]


def is_valid(text, parts):
    """Strict JSON of the form that was asked for, every value allowed."""
    try:
        found = json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, AssertionError):
        return False
    return list(found) == [part.key for part in parts] and all(fits(part, found[part.key]) for part in parts)


def fits(part, said):
    value, quote = said["value"], said["quote"]
    if set(said) != {"value", "quote"} or (value is None) != (quote == "") or len(quote) > LONGEST:
        return False
    if value is None:
        return part.nullable
    if part.options:
        return value in part.options
    low, high = (bound if bound is not None else edge for bound, edge in ((part.minimum, -1e15), (part.maximum, 1e15)))
    return type(value) in (int, float) and low <= value <= high


def quotes(text):
    return [said["quote"] for said in json.loads(text).values() if said["quote"]]


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    texts = list(documents().values())
    with tempfile.TemporaryDirectory() as folder:
        model, tokenizer = random_model(Path(folder), texts)
    ready, compiling = [], []
    for text in texts:
        cache = transformers.DynamicCache(config=model.config)
        ids = tokenizer(text).input_ids
        with torch.inference_mode():
            model(input_ids=torch.tensor([ids]), past_key_values=cache)
        grammar = reply_grammar(PARTS, text)
        Constraint(tokenizer, grammar, vocabulary=logit_width(model), ends=end_tokens(model, tokenizer))
        began = time.perf_counter()
        grammar = reply_grammar(PARTS, text)
        Constraint(tokenizer, grammar, vocabulary=logit_width(model), ends=end_tokens(model, tokenizer))
        compiling.append((len(text), (time.perf_counter() - began) * 1000))
        ready.append((text, Evidence(text), cache))
    question = tokenizer("\nAnswer: ").input_ids
    valid, given, verbatim, located, times, distinct = 0, 0, 0, 0, [], set()
    tokens = passes = 0
    for seed in range(DRAWS):
        text, document, cache = ready[seed % len(ready)]
        parts = asked(seed)
        began = time.perf_counter()
        grammar = reply_grammar(parts, text)
        drawn = decode(model, tokenizer, question, cache, grammar, generator=torch.Generator().manual_seed(seed))
        times.append((time.perf_counter() - began) * 1000)
        tokens, passes = tokens + drawn.tokens, passes + drawn.passes
        if not (drawn.complete and is_valid(drawn.text, parts)):
            continue
        valid += 1
        for quote in quotes(drawn.text):
            given += 1
            verbatim += quote in text
            located += document.locate(quote) is not None
            distinct.add(quote)
    size, slowest = max(compiling)
    print(f"\nReplies under a grammar: {DRAWS} draws of a model with random weights, {len(texts)} kinds of document")
    print(f"  strictly valid JSON, keys, ranges, options   {valid} of {DRAWS}")
    print(f"  quotes that stand in the document            {verbatim} of {given} ({len(distinct)} different)")
    print(f"  quotes that cut no word or number            {located} of {given}")
    print(f"  a draw, one or two answers, with its grammar {statistics.median(times):.0f} ms (median)")
    print(f"  tokens for each pass of the model            {tokens / passes:.1f}")
    print(
        f"  writing and compiling the grammar            {statistics.median(ms for _, ms in compiling):.1f} ms (median)"
    )
    print(f"    of a document of {size:,} characters        {slowest:.1f} ms")
    assert valid == DRAWS
    assert verbatim == located == given


if __name__ == "__main__":
    main()
