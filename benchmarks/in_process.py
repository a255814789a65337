"""Reading in process: documents times questions, each way of scoring them, as ratios measured in one run.

Run with `make bench`, or on a GPU with `--device cuda --dtype bfloat16 --documents 500`. The
model has the shape of SmolLM2-135M and random weights, the tokens are random too: speed
depends on neither. Documents have about 400 tokens, questions about 18 (`--question-tokens`),
answers are yes or no.

The ways:

- *generate per pair*: one `generate()` of one token for each document and question, which is
  how imodelsX's QAEmb asks.
- *pass per pair*: one forward pass for each document and question, the questions of a document
  in one unpadded batch (here all questions are made equally long for it).
- *pipeline("decision")* of transformers 5.23: its `_forward` takes the prompts of a document one
  after another, each in a pass of its own over document and question, without a cache, and keeps
  only the logits before the answer. Measured here with the very same calls on the same tokens; its
  prompts and templates cost extra, and its labels must be single tokens.
- *shared prefix*: ours. The document once, all questions packed into one pass against its cache.
- *matrix products*: nothing but the linear layers, over the same tokens in the same passes as ours,
  and the output layer over the positions that are read. Ours does these and everything else.

Batches of documents of similar length take their turns through all ways (A B C A B C), and each
ratio is the median of the ratios of single batches, by document. The slow ways, a pass or more per
pair, get a fifth of the documents in the first `--slow` batches. On a CPU, times are those of the
processor, so that other programs disturb them less. Probabilities of ours and of the pass per pair
are compared wherever both ran.
"""

import argparse
import itertools
import statistics
import time

import numpy as np
import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from pellucid.llm._packing import Choice, plan
from pellucid.llm._prefix import PACK_TOKENS, Encoded, score_one_by_one

VOCABULARY = 49_152


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--document-tokens", type=int, default=400)
    parser.add_argument("--question-tokens", type=int, default=18)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--batch", type=int, help="documents at once; by default 1 on a CPU, 50 on a GPU")
    parser.add_argument("--slow", type=int, default=3, help="batches of which the slow ways get a fifth")
    return parser.parse_args()


def model_of_135m(device, dtype):
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
        num_key_value_heads=3, vocab_size=VOCABULARY, max_position_embeddings=8192, tie_word_embeddings=True,
        initializer_range=0.06, bos_token_id=None, eos_token_id=None, pad_token_id=None,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval().to(device=device, dtype=getattr(torch, dtype))
    model.generation_config = GenerationConfig(bos_token_id=None, eos_token_id=None, pad_token_id=0)
    return model


def texts(options):
    draw = np.random.default_rng(0)
    spread = options.document_tokens // 5
    lengths = draw.integers(options.document_tokens - spread, options.document_tokens + spread, options.documents)
    documents = [draw.integers(0, VOCABULARY, size).tolist() for size in lengths]
    labels = tuple((token,) for token in draw.integers(0, VOCABULARY, 2).tolist())
    suffix = lambda: tuple(draw.integers(0, VOCABULARY, options.question_tokens).tolist())  # noqa: E731
    return documents, tuple(Choice(suffix(), labels) for _ in range(options.questions))


def yes(logits, choice):
    return logits.float()[[label[0] for label in choice.labels]].softmax(-1)[1].item()


def generate_per_pair(model, batch, choices):
    return [
        [
            yes(model.generate(torch.tensor([[*document, *choice.suffix]], device=model.device), max_new_tokens=1,
                               do_sample=False, output_logits=True, return_dict_in_generate=True).logits[0][0], choice)
            for choice in choices
        ]
        for document in batch
    ]  # fmt: skip


def pass_per_pair(model, batch, choices):
    found = []
    for document in batch:
        ids = torch.tensor([[*document, *choice.suffix] for choice in choices], device=model.device)
        logits = model(input_ids=ids, use_cache=False, logits_to_keep=1).logits[:, -1]
        found.append([yes(row, choice) for row, choice in zip(logits, choices, strict=True)])
    return found


def decision_pipeline(model, batch, choices):
    found = []
    for document, choice in itertools.product(batch, choices):
        ids = torch.tensor([[*document, *choice.suffix]], device=model.device)
        marks = torch.tensor([ids.shape[1]])
        logits = model(input_ids=ids, use_cache=False, logits_to_keep=marks - 1).logits[0]
        found.append(yes(logits[0], choice))
    return [found[start : start + len(choices)] for start in range(0, len(found), len(choices))]


def shared_prefix(model, batch, choices):
    scored = Encoded(model, batch).score(choices)
    return [[float(np.exp(labels[1])) for labels in document] for document in scored]


def matrix_products(model, batch, choices):
    packs = plan(tuple(choices), PACK_TOKENS)
    passes = [(max(map(len, batch)), 1), *((len(pack.tokens), len(pack.reads)) for pack in packs)]
    for tokens, reads in passes:
        linear_layers(model, len(batch) * tokens, len(batch) * reads)


def linear_layers(model, tokens, reads):
    like = {"device": model.device, "dtype": model.dtype}
    layers = [
        [layer for layer in block.modules() if isinstance(layer, torch.nn.Linear)] for block in model.model.layers
    ]
    inputs = {size: torch.full((tokens, size), 0.5, **like) for size in {layer.in_features for layer in layers[0]}}
    for layer in itertools.chain.from_iterable(layers):
        torch.nn.functional.linear(inputs[layer.in_features], layer.weight)
    torch.nn.functional.linear(inputs[model.config.hidden_size][:reads], model.lm_head.weight)


WAYS = (shared_prefix, matrix_products, pass_per_pair, decision_pipeline, generate_per_pair)


def seconds(way, model, batch, choices):
    if model.device.type != "cuda":  # one thread: its processor time is not disturbed by other programs' turns
        began = time.process_time()
        found = way(model, batch, choices)
        return time.process_time() - began, found
    torch.cuda.synchronize()
    began = time.perf_counter()
    found = way(model, batch, choices)
    torch.cuda.synchronize()
    return time.perf_counter() - began, found


def measure(model, batches, choices, slow):
    """Let every batch take its turn through all ways; return seconds a document, and what ours and pairs said."""
    spent = {way.__name__: [] for way in WAYS}
    ours, pairs = [], []
    for way in WAYS:
        seconds(way, model, batches[0][:1], choices[:2])  # the first of each does not count
    for number, batch in enumerate(batches):
        sample = slice(len(batch) // 2, len(batch) // 2 + max(1, len(batch) // 5))
        for way in WAYS if number < slow else WAYS[:2]:
            texts = batch if way in WAYS[:2] else batch[sample]
            took, found = seconds(way, model, texts, choices)
            spent[way.__name__].append(took / len(texts))
            ours += found[sample] if way is shared_prefix and number < slow else []
            pairs += found if way is pass_per_pair else []
    return spent, np.array(ours), np.array(pairs)


def report(spent, ours, theirs):
    base = spent["shared_prefix"]
    print(f"{'way':20} {'seconds a document':>18} {'time / ours':>12}  batches")
    for name, took in spent.items():
        ratio = statistics.median(one / other for one, other in zip(took, base, strict=False))
        print(f"{name.replace('_', ' '):20} {statistics.median(took):18.4f} {ratio:12.2f}  {len(took)} of {len(base)}")
    ratios = [one / other for one, other in zip(base, spent["matrix_products"], strict=True)]
    print(f"ours / bare matrix products: {statistics.median(ratios):.2f}")
    flips = int(((ours > 0.5) != (theirs > 0.5)).sum())
    spread = f"probabilities of yes from {theirs.min():.3f} to {theirs.max():.3f}"
    print(f"ours against a pass per pair: largest difference {np.abs(ours - theirs).max():.1e}, "
          f"{flips} of {ours.size} decisions flipped ({spread})")  # fmt: skip


def main():
    options = arguments()
    on_gpu = options.device.startswith("cuda")
    if not on_gpu:
        torch.set_num_threads(1)
    model = model_of_135m(options.device, options.dtype)
    documents, choices = texts(options)
    size = options.batch or (50 if on_gpu else 1)
    documents.sort(key=len)
    batches = [documents[start : start + size] for start in range(0, len(documents), size)]
    np.random.default_rng(1).shuffle(batches)
    where = torch.cuda.get_device_name() if on_gpu else "CPU, one thread"
    print(f"In process: {options.documents} documents of about {options.document_tokens} tokens x {options.questions} "
          f"questions of {options.question_tokens}; SmolLM2-135M's shape with random weights, {options.dtype}, "
          f"{where}, {size} documents at once")  # fmt: skip
    with torch.inference_mode():
        report(*measure(model, batches, choices, options.slow))
        pairs = score_one_by_one(model, documents[0], choices)
        ours = Encoded(model, documents[:1]).score(choices)[0]
        print(f"ours against passes of one label: largest difference {np.abs(np.exp(pairs) - np.exp(ours)).max():.1e}")
        if options.dtype != "float32":
            against_float32(model, batches[0], choices)


def against_float32(model, batch, choices):
    """Say how far each way is from the same weights in full precision: neither half-precision way is the truth."""
    halves = {way: np.array(way(model, batch, choices)) for way in (shared_prefix, pass_per_pair)}
    truth = np.array(pass_per_pair(model.float(), batch, choices))
    for way, half in halves.items():
        apart = np.abs(half - truth)
        flips = int(((half > 0.5) != (truth > 0.5)).sum())
        print(f"{way.__name__.replace('_', ' ')} against float32: median difference {np.median(apart):.1e}, "
              f"largest {apart.max():.1e}, {flips} of {truth.size} decisions flipped")  # fmt: skip


if __name__ == "__main__":
    main()
