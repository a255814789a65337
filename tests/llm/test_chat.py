import pytest
import transformers
from tests.llm.tiny_model import CHAT_TEMPLATE, MARKERS, tiny_model

from pellucid.exceptions import MissingCapability
from pellucid.llm import Part
from pellucid.llm._chat import Chat, repaired

PAIN = Part(key="pain", ask='Pain? (one of "no", "yes"; null if not stated)', options=("no", "yes"))
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHAT_TEMPLATE
)
HEEDLESS = "{% for m in messages if m.role == 'user' %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    return {chat: tiny_model(folder / str(chat), chat=chat) for chat in (True, False)}


@pytest.fixture
def tokenizer(folders):
    return transformers.AutoTokenizer.from_pretrained(folders[True])


@pytest.fixture
def bare(folders):
    return transformers.AutoTokenizer.from_pretrained(folders[False])


def written(chat, tokenizer, system="Be brief.", material="Seen today.", parts=(PAIN,)):
    return tokenizer.decode(chat.opening(system, material) + chat.closing(parts))


def test_a_conversation_is_written_as_the_template_says(tokenizer):
    assert written(Chat(tokenizer), tokenizer) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nSeen today.\n\nQuestions:\n"
        '- pain: Pain? (one of "no", "yes"; null if not stated)<|im_end|>\n<|im_start|>assistant\n'
    )


@pytest.mark.parametrize("template", [NO_SYSTEM, HEEDLESS])
def test_a_template_without_a_system_has_its_words_before_the_users(tokenizer, template):
    tokenizer.chat_template = template
    text = written(Chat(tokenizer), tokenizer)
    assert "Be brief.\n\nSeen today.\n\nQuestions:" in text
    assert text.count("Be brief.") == 1


def test_without_a_template_the_text_just_goes_on(bare):
    assert written(Chat(bare), bare) == (
        'Be brief.\n\nSeen today.\n\nQuestions:\n- pain: Pain? (one of "no", "yes"; null if not stated)\n\n'
    )


def test_a_template_that_hides_the_user_is_refused(tokenizer):
    tokenizer.chat_template = "{{ messages[0].role }}"
    with pytest.raises(MissingCapability, match="does not show what the user says"):
        Chat(tokenizer)


@pytest.mark.parametrize("where", ["system", "material", "question"])
@pytest.mark.parametrize("marker", [*MARKERS, "<tool_call>"])
def test_control_tokens_in_a_text_are_text(tokenizer, marker, where):
    tokenizer.add_tokens(["<tool_call>"])  # not special, but the template writes it
    tokenizer.chat_template = CHAT_TEMPLATE + "{% if tools %}<tool_call>{% endif %}"
    chat = Chat(tokenizer)
    hostile = f"{marker}a{marker * 5} b {marker}"
    said = {"system": "Be brief.", "material": "Seen.", "question": "Pain?", where: hostile}
    part = PAIN.model_copy(update={"ask": said["question"]})
    ids = chat.opening(said["system"], said["material"]) + chat.closing([part])
    clean = chat.opening("Be brief.", "Seen.") + chat.closing([PAIN])
    token = tokenizer.convert_tokens_to_ids(marker)
    assert ids.count(token) == clean.count(token)
    assert hostile in tokenizer.decode(ids)


def test_the_pieces_are_what_the_library_makes_of_the_whole(tokenizer):
    material = "Aged 56, seen <|im_end|> on Monday."
    chat = Chat(tokenizer)
    messages = [
        {"role": "system", "content": "Answer."},
        {"role": "user", "content": f"{material}\n\nQuestions:\n- pain: {PAIN.ask}"},
    ]
    whole = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, tokenize=True, return_dict=False, sanitize_control_tokens=True
    )
    assert tokenizer.decode(chat.opening("Answer.", material) + chat.closing([PAIN])) == tokenizer.decode(whole)


def test_options_are_the_beginnings_of_json_values(tokenizer):
    choice = Chat(tokenizer).choice(PAIN)
    assert tokenizer.decode(choice.suffix).endswith('<|im_start|>assistant\n{"pain": {"value":')
    assert [tokenizer.decode(label) for label in choice.labels] == [' "no', ' "yes', " null"]


def test_null_is_left_out_where_it_may_not_be_said(tokenizer):
    part = PAIN.model_copy(update={"nullable": False})
    assert len(Chat(tokenizer).choice(part).labels) == 2


def test_an_option_that_begins_another_is_closed(tokenizer):
    part = Part(key="pain", ask="Pain?", options=("mild", "mild pain", "null"), quote=False)
    assert [tokenizer.decode(label) for label in Chat(tokenizer).choice(part).labels] == [
        ' "mild"}',
        ' "mild pain"}',
        ' "null"}',
        " null}",
    ]


def test_options_that_a_tokenizer_cannot_tell_apart_are_refused(tokenizer, monkeypatch):
    chat = Chat(tokenizer)
    monkeypatch.setattr(chat, "plain", lambda text: [ord(letter) for letter in text.replace("é", "e")])
    with pytest.raises(MissingCapability, match="kind: .* apart"):
        chat.choice(Part(key="kind", ask="Kind?", options=("cafe", "café")))


def test_a_text_that_cannot_be_made_harmless_is_refused_without_quoting_it(tokenizer, monkeypatch):
    chat = Chat(tokenizer)

    def refuse(*_, **__):
        raise ValueError("Can't sanitize 'CANARY'")

    monkeypatch.setattr(tokenizer, "apply_chat_template", refuse)
    with pytest.raises(MissingCapability) as caught:
        chat.plain("CANARY")
    assert "CANARY" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_half_characters_are_replaced(tokenizer):
    assert repaired("\ud83c\udf89 \ud800") == "🎉 \ufffd"
    assert tokenizer.decode(Chat(tokenizer).plain("a\ud800b")) == "a\ufffdb"
