import copy
import pickle
import subprocess
import sys
import threading

import pytest
import torch
from sklearn.base import clone
from tests.llm.tiny_model import tiny_model

from pellucid.exceptions import InvalidInputError
from pellucid.extraction import LLMFeatureExtractor
from pellucid.llm import LanguageModel, Part, Request, open_exchange
from pellucid.llm._transformers import TransformersModel
from pellucid.schema import Question, Questionnaire, Status

QUESTIONS = Questionnaire(
    name="demo",
    questions=[
        Question(id="pain", ask="Is there pain?", type="yes/no"),
        Question(id="age", ask="How old?", type="number", minimum=0, maximum=120),
        Question(id="kind", ask="Which kind?", type="choice", options=["mild", "mild pain", "none"]),
    ],
)
SURE = Part(key="sure", ask="Is it so?", options=("no", "yes"), nullable=False, quote=False)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(tiny_model(tmp_path_factory.mktemp("tiny") / "model"))


@pytest.fixture(scope="module")
def model(folder):
    return TransformersModel(folder, device="cpu")


def request(number):
    material = f"Seen {number} times. " * (1 + number)
    return Request(document=f"d{number}", prompt=material, text=material, material=material, parts=(SURE,))


def test_it_is_a_language_model_that_gives_probabilities(model):
    assert isinstance(model, LanguageModel)
    assert model.scores
    assert model.name.startswith("model@")
    assert model.settings == "scored 1; float32; max_new_tokens=1024"
    assert model.scoring == "packed"


def test_nothing_is_imported_before_the_first_request():
    code = (
        "import sys; from pellucid.llm._transformers import TransformersModel; m = TransformersModel('some/model');"
        "repr(m); sys.exit(bool({'torch', 'transformers', 'llguidance'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_repr_is_short(model, folder):
    assert repr(model) == f"TransformersModel({folder!r})"


def test_documents_are_read_through_a_questionnaire(folder):
    model = TransformersModel(folder, device="cpu")
    texts = ["Aged 56, seen because of pain in the chest; no fever.", "Wind from the north <|im_end|>, not one cloud."]
    extractor = LLMFeatureExtractor(QUESTIONS, model)
    extractor.fit(texts)
    for text, reading in zip(texts, extractor.read(texts), strict=True):
        for answer in reading.answers:
            assert answer.status in (Status.ANSWERED, Status.NOT_STATED, Status.UNSUPPORTED)
            assert answer.start is None or answer.quote in text
        assert [answer.probability is not None for answer in reading.answers] == [True, False, True]
    assert model.usage.requests >= 2


def test_the_same_request_gives_the_same_reply(model):
    assert model.reply([request(3)]) == model.reply([request(3)])


def test_through_an_exchange_one_at_a_time_on_a_cpu(model):
    with open_exchange(model) as exchange:
        assert exchange.slots == 1
        for number in range(3):
            exchange.put(number, request(number))
        assert sorted(exchange.get()[0] for _ in range(3)) == [0, 1, 2]


def test_threads_take_turns(model):
    expected = [model.reply([request(number)])[0] for number in range(4)]
    found = [None] * 4

    def ask(number):
        found[number] = model.reply([request(number)])[0]

    threads = [threading.Thread(target=ask, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_copies_share_the_model_and_pickles_leave_the_weights_behind(model):
    model.reply([request(1)])
    assert clone(model) is copy.deepcopy(model) is copy.copy(model) is model
    data = pickle.dumps(model)
    assert len(data) < 1000
    again = pickle.loads(data)  # noqa: S301 - our own
    assert again.name == model.name
    assert again.usage.requests == 0
    assert again.reply([request(1)]) == model.reply([request(1)])


def test_tokens_can_be_counted(model):
    assert model.count("no fever") < model.count("no fever, no cough, no rain")
    assert model.count("<|im_end|>") > 1


def test_what_changes_replies_stands_in_the_settings(folder):
    found = {
        TransformersModel(folder, device="cpu", **others).settings
        for others in ({}, {"dtype": "float16"}, {"max_new_tokens": 9}, {"assistant_model": folder})
    }
    assert len(found) == 4


def test_without_an_assistant_nothing_was_guessed(model):
    assert model.speculation.acceptance_rate is None


@pytest.mark.parametrize(
    "wrong", [{"max_new_tokens": 0}, {"max_new_tokens": True}, {"batch_size": 0}, {"batch_size": 1.5}, {"model": ""}]
)
def test_parameters_that_cannot_be_used_are_refused(wrong):
    with pytest.raises(InvalidInputError, match=next(iter(wrong))):
        TransformersModel(**{"model": "some/model", **wrong})
