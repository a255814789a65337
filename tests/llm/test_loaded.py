import json
import shutil
import warnings

import pytest
import safetensors.torch
import torch
import transformers
from tests.llm.tiny_model import tiny_model

from pellucid.exceptions import InvalidInputError, ModelAccessError, PellucidWarning
from pellucid.llm import _loaded
from pellucid.llm._loaded import Wanted, load, name_of, precision, where


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny") / "model")


@pytest.fixture
def copied(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "model")


def wanted(model, **others):
    return Wanted(
        **{"model": str(model), "revision": None, "device": "cpu", "dtype": "auto", "assistant": None, **others}
    )


def named(folder):
    name_of.cache_clear()
    return name_of(str(folder), None)


def test_a_directory_is_loaded_and_questions_can_be_packed(folder, capfd):
    loaded = load(wanted(folder))
    assert (loaded.scoring, loaded.context, loaded.assistant) == ("packed", 4096, None)
    assert loaded.model.dtype is torch.float32
    assert not loaded.model.training
    assert capfd.readouterr() == ("", "")


def test_progress_bars_of_the_library_are_left_as_they_were(folder):
    assert transformers.utils.logging.is_progress_bar_enabled()
    load(wanted(folder))
    assert transformers.utils.logging.is_progress_bar_enabled()


def test_a_model_that_cannot_be_packed_says_so(folder, tmp_path):
    windowed = tmp_path / "windowed"
    config = transformers.MistralConfig(
        vocab_size=478, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, sliding_window=16,
    )  # fmt: skip
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(windowed)
    transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(windowed)
    with pytest.warns(PellucidWarning, match="has a window, so questions are scored one by one"):
        assert load(wanted(windowed)).scoring == "one by one"


def test_a_model_whose_trial_fails_is_not_packed(folder, monkeypatch):
    monkeypatch.setattr(_loaded, "disagreement", lambda *_: 0.3)
    with pytest.warns(PellucidWarning, match=r"come out differently \(by 0.3 of their spread\)"):
        assert load(wanted(folder)).scoring == "one by one"


def test_the_name_changes_with_the_weights_and_not_with_the_place(copied, folder):
    first = named(folder)
    assert first.startswith("model@")
    assert named(copied) == first
    weights = copied / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x07")
    assert named(copied) != first


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "chat_template.jinja"])
def test_the_name_changes_with_configuration_tokenizer_and_template(copied, name):
    first = named(copied)
    with (copied / name).open("a") as file:
        file.write(" ")
    assert named(copied) != first


def test_the_name_does_not_change_with_a_readme(copied):
    first = named(copied)
    (copied / "README.md").write_text("Hello.")
    assert named(copied) == first


def test_large_weights_are_sampled(tmp_path):
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(bytes(6_000_000))
    first = named(tmp_path)
    weights.write_bytes(bytes(3_000_000) + b"\x01" * 20_000 + bytes(2_980_000))
    assert named(tmp_path) != first


@pytest.mark.parametrize("model", ["./nowhere", "/nowhere/at/all", "~/nowhere"])
def test_a_directory_that_is_missing_is_not_looked_for_elsewhere(model):
    with pytest.raises(InvalidInputError, match="there is no directory"):
        load(wanted(model))


def test_a_model_that_is_not_there_is_named(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelAccessError, match=r"empty.*cannot be loaded"):
        load(wanted(tmp_path / "empty"))


def test_a_hub_model_is_named_by_its_commit(monkeypatch):
    opened = []

    class Config:
        _commit_hash = "0a1b2c"

    monkeypatch.setattr(_loaded, "_open", lambda kind, model, revision: opened.append((model, revision)) or Config())
    name_of.cache_clear()
    assert name_of("some/model", "main") == "some/model@0a1b2c"
    assert opened == [("some/model", "main")]
    name_of.cache_clear()


def test_a_broken_file_of_weights_is_an_access_error(copied):
    (copied / "model.safetensors").write_bytes(b"not weights")
    with warnings.catch_warnings(), pytest.raises(ModelAccessError, match="cannot be loaded"):
        load(wanted(copied))


class Bomb:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return open, (self.mark, "w")


def test_weights_that_are_a_pickle_are_refused_and_not_run(copied, tmp_path):
    (copied / "model.safetensors").unlink()
    torch.save({"model.norm.weight": Bomb(str(tmp_path / "mark"))}, copied / "pytorch_model.bin")
    with warnings.catch_warnings(), pytest.raises(ModelAccessError, match="cannot be loaded"):
        load(wanted(copied))
    assert not (tmp_path / "mark").exists()


def test_code_that_a_model_brings_along_is_not_run(copied, tmp_path):
    config = json.loads((copied / "config.json").read_text())
    of_its_own = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
    (copied / "config.json").write_text(json.dumps({**config, "model_type": "own", "auto_map": of_its_own}))
    (copied / "own.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\n")
    with pytest.raises(ModelAccessError, match="needs no code of its own"):
        load(wanted(copied))
    assert not (tmp_path / "mark").exists()


def test_missing_weights_are_not_drawn_at_random(copied):
    weights = safetensors.torch.load_file(copied / "model.safetensors")
    del weights["model.norm.weight"]
    safetensors.torch.save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelAccessError, match="lacks 1 of its weights"):
        load(wanted(copied))


@pytest.mark.parametrize(("device", "dtype"), [("cpu", "float32"), ("cuda:1", "bfloat16")])
def test_precision_follows_the_device(device, dtype):
    assert where(device) == device
    assert precision("auto", device) == dtype
    assert precision("float16", device) == "float16"
