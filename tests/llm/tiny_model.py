"""A tiny language model with random weights, made on the spot: a real directory that real libraries load.

    from tests.llm.tiny_model import tiny_model

    folder = tiny_model(tmp_path / "tiny")  # Llama, about 113,000 parameters, byte-level BPE, chat template

It says nonsense, and always the same nonsense: weights follow from the seed alone.
"""

from pathlib import Path

MARKERS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>")
"""Control tokens of the tiny model's tokenizer; their ids are 0 to 4."""

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

_CORPUS = """\
Aged 56, seen on Monday morning because of pain in the chest; no fever, no cough, blood pressure 128 over 81.
The amount was 12,500 over 36 months at a rate of 4.5 percent. Wind from the north, pressure 1013 hPa, not one cloud.
Questions: is there pain? One of "no", "yes"; null if not stated. A number in years at least 0 and at most 120.
{"pain": {"value": "yes", "quote": "pain in the chest"}, "age": {"value": 56, "quote": "Aged 56"}}
{"fever": {"value": "no", "quote": "no fever"}, "wind": {"value": null, "quote": null}, "sentence": "s3"}
You read one document and answer questions about it. Answer from the document alone, for people who check every answer.
"""


def tiny_model(
    folder,
    *,
    seed=0,
    chat=True,
    vocabulary=544,
    hidden=64,
    layers=2,
    heads=4,
    context=4096,
    spread=0.15,
    ends=(),
):
    """Write a model and its tokenizer into a folder.

    Parameters
    ----------
    folder : str or Path
        Made where it is missing.
    seed : int
        Of the weights.
    chat : bool
        Whether the tokenizer has a chat template.
    vocabulary : int
        At most so many tokens; the corpus alone gives 478.
    hidden, layers, heads, context : int
        Shape of the model; context is what its positions reach.
    spread : float
        Standard deviation of the weights: the larger, the more the model prefers some tokens over others.
    ends : iterable of int
        Further tokens that end a reply, for a model that does not go on until it is cut off.

    Returns
    -------
    Path
    """
    import torch
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

    encoder = tokenizer(vocabulary, chat)
    config = LlamaConfig(
        vocab_size=len(encoder),
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        max_position_embeddings=context,
        initializer_range=spread,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=encoder.eos_token_id,
        pad_token_id=encoder.pad_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config).eval()
    model.generation_config = GenerationConfig(
        eos_token_id=[encoder.eos_token_id, *ends], pad_token_id=encoder.pad_token_id, bos_token_id=None
    )
    model.save_pretrained(folder)
    encoder.save_pretrained(folder)
    return Path(folder)


def tokenizer(vocabulary=544, chat=True):
    """Train the tokenizer alone; needs no torch."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(MARKERS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator([_CORPUS], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bare,
        eos_token="<|im_end|>",  # noqa: S106 - a name, no secret
        pad_token="<|endoftext|>",  # noqa: S106
        chat_template=CHAT_TEMPLATE if chat else None,
        clean_up_tokenization_spaces=False,
    )
