"""The answer store: nothing put is lost, nothing is asked twice, and it is a recording."""

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.base import clone

import pellucid.domains
from pellucid.exceptions import FileFormatError, InvalidInputError, StoreError
from pellucid.llm import AnswerStore, Key, Recording, StoreCount
from pellucid.schema import read_json_lines, text_digest

TEXT = "Aged 41, no pain."
KEY = Key(text_digest(TEXT), "answers/1", "demo", "temperature 0")
ASKED = {"age": "d1", "pain": "d2"}
AGE = {"age": {"value": 41, "quote": "Aged 41", "probability": 0.9}}
PAIN = {"pain": {"unreadable": "refused"}}
ROW = {
    "document": "a-1",
    "sha256": KEY.sha256,
    "model": "demo",
    "prompt": "answers/1",
    "replies": AGE,
    "settings": "temperature 0",
    "questions": {"age": "d1"},
}
NAMES = pellucid.domains.names()
RECORDINGS = [path for name in NAMES for path in sorted(pellucid.domains.load(name).folder.glob("recordings/*.jsonl"))]


@pytest.fixture
def store(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as made:
        yield made


def lines(*paths):
    return [row for path in paths for _, row in read_json_lines(path)]


def test_what_was_put_is_there_also_for_the_next_run(store):
    assert store.replies(KEY, ASKED) == {}
    assert store.put("a-1", KEY, AGE, ASKED) == 1
    assert store.put("a-1", KEY, {**AGE, **PAIN}, ASKED) == 1
    store.close()
    with AnswerStore(store.path) as again:
        assert again.replies(KEY, ASKED) == {**AGE, **PAIN}
        assert list(again.replies(KEY, ASKED)) == ["age", "pain"]
        assert again.replies(KEY, {"age": "d1"}) == AGE
        assert len(again) == 2


def test_a_direct_prediction_is_an_answer_too(store):
    said = {"outcome": {"probability": 0.7, "rationale": "so it seems"}}
    store.put("a-1", KEY._replace(prompt="direct/2"), said, {"outcome": "t1"})
    assert store.replies(KEY._replace(prompt="direct/2"), {"outcome": "t1"}) == said


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"prompt": "p"}, {"model": "m"}, {"settings": ""}])
def test_another_key_is_not_answered(store, change):
    store.put("a-1", KEY, AGE, ASKED)
    assert store.replies(KEY._replace(**change), ASKED) == {}


def test_only_the_very_wording_counts_unless_no_digest_was_kept(store):
    store.put("a-1", KEY, AGE, ASKED)
    assert store.replies(KEY, {"age": "other"}) == {}
    store.add([{**ROW, "sha256": "0" * 64, "questions": {}}])
    assert store.replies(KEY._replace(sha256="0" * 64), {"age": "other"}) == AGE
    assert store.replies(KEY._replace(sha256="0" * 64), {"pain": ""}) == {}


def test_the_first_answer_stays_unless_asked_again(store):
    other = {"age": {"value": 42, "quote": "42"}}
    store.put("a-1", KEY, AGE, ASKED)
    assert store.put("a-1", KEY, AGE, ASKED) == 0
    assert store.put("a-1", KEY, other, ASKED) == 0
    assert store.replies(KEY, ASKED) == AGE
    assert store.put("a-1", KEY, other, ASKED, replace=True) == 1
    assert store.replies(KEY, ASKED) == other
    assert store.put("a-1", KEY, {}, ASKED) == 0


@pytest.mark.parametrize(
    ("key", "replies", "said"),
    [
        (KEY._replace(sha256="short"), AGE, "64 lower-case"),
        (KEY._replace(prompt=""), AGE, "non-empty strings"),
        (KEY, {"cough": {"value": "no"}}, "asked: has no digest for cough"),
        (KEY, {"age": 41}, "an object of objects"),
        (KEY, {"age": {"value": float("inf")}}, "not plain JSON"),
        (KEY, {**AGE, "pain": {"value": object()}}, "the one to 'pain' is not plain JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(store, key, replies, said):
    with pytest.raises(InvalidInputError, match=said):
        store.put("a-1", key, replies, ASKED)
    assert len(store) == 0


def test_half_a_character_goes_in_and_out(store, tmp_path):
    said = {"age": {"value": None, "quote": "\ud83d and 😀"}}
    key = Key(text_digest("\ud83d"), "answers/1", "demo")
    store.put("\udcff", key, said, ASKED)
    assert store.replies(key, ASKED) == said
    store.to_file(tmp_path / "out.jsonl")
    assert Recording.from_file(tmp_path / "out.jsonl").reply("\ud83d", asked="age", prompt="answers/1") == said["age"]
    assert lines(tmp_path / "out.jsonl")[0]["document"] == "\udcff"


def test_an_empty_store_is_still_a_store(store):
    assert len(store) == 0
    assert store


def test_its_repr_tells_path_and_count_and_opens_nothing(tmp_path):
    store = AnswerStore(tmp_path / "answers.db")
    assert repr(store) == f"AnswerStore('{store.path}')"
    assert not store.path.exists()
    store.put("a-1", KEY, AGE, ASKED)
    assert repr(store) == f"AnswerStore('{store.path}', 1 answers)"
    store.close()


def test_clones_share_it_and_another_process_opens_its_own(store):
    store.put("a-1", KEY, AGE, ASKED)
    assert clone(store) is store
    assert copy.deepcopy(store) is store
    sent = pickle.loads(pickle.dumps(AnswerStore(store.path, durable=True, lease_s=5)))  # noqa: S301 - our own bytes
    assert (sent.durable, sent.lease_s) == (True, 5)
    assert sent.replies(KEY, ASKED) == AGE
    sent.close()


def test_counts_prompts_and_models_are_told(store):
    store.put("a-1", KEY, {**AGE, **PAIN}, ASKED)
    store.put("a-1", KEY._replace(model="another"), AGE, ASKED)
    assert store.counts() == (
        StoreCount("answers/1", "another", "temperature 0", documents=1, answers=1, unreadable=0),
        StoreCount("answers/1", "demo", "temperature 0", documents=1, answers=2, unreadable=1),
    )
    assert (store.prompts, store.models) == (("answers/1",), ("another", "demo"))


def test_unreadable_answers_can_be_forgotten_and_asked_again(store):
    store.put("a-1", KEY, {**AGE, **PAIN}, ASKED)
    assert store.forget(unreadable=True, model="other") == 0
    assert store.forget(unreadable=True) == 1
    assert store.replies(KEY, ASKED) == AGE
    assert store.forget(asked="age") == 1
    assert (len(store), store.prompts) == (0, ())
    with pytest.raises(InvalidInputError, match="name what; to forget everything, delete the file"):
        store.forget()


def test_a_claim_ends_with_what_is_put_with_release_and_with_close(store):
    with AnswerStore(store.path) as other:
        assert store.claim(KEY, ASKED)
        assert not other.claim(KEY, ASKED)
        store.put("a-1", KEY, AGE, ASKED)
        assert not other.claim(KEY, ASKED)
        store.put("a-1", KEY, PAIN, ASKED)
        assert other.claim(KEY, ASKED)
        other.release(KEY)
        assert store.claim(KEY, ASKED)
        store.close()
        assert other.claim(KEY, ASKED)


def test_a_store_nobody_has_any_more_claims_nothing(store):
    forgotten = AnswerStore(store.path)
    assert forgotten.claim(KEY, ASKED)
    del forgotten
    assert store.claim(KEY, ASKED)


def test_a_claim_older_than_the_lease_is_taken_over(store):
    assert store.claim(KEY, ASKED)
    with AnswerStore(store.path, lease_s=0.0) as other:
        assert other.claim(KEY, ASKED)


def test_errors_come_early_and_say_what_to_do(tmp_path):
    with pytest.raises(StoreError, match="is a folder; name a file"), AnswerStore(tmp_path):
        pass
    broken = AnswerStore(tmp_path / "no" / "answers.db")
    for use in (
        broken.counts,
        broken.__len__,
        lambda: broken.claim(KEY, ASKED),
        lambda: broken.to_file(tmp_path / "o"),
    ):
        with pytest.raises(StoreError, match="its folder does not exist; make it first"):
            use()
    assert list(tmp_path.iterdir()) == []


def test_the_domains_recordings_go_in_and_come_out_as_they_were(tmp_path):
    assert len(RECORDINGS) == 9
    for number, path in enumerate(RECORDINGS):
        with AnswerStore(tmp_path / f"{number}.db") as store:
            rows = lines(path)
            assert store.import_file(path) == sum(len(row["replies"]) for row in rows)
            assert store.to_file(tmp_path / "out.jsonl") == len(rows)
            assert store.import_file(path) == 0
        Recording.from_file(path).to_file(tmp_path / "same.jsonl")
        assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "same.jsonl").read_bytes()
        assert lines(tmp_path / "out.jsonl") == rows


def test_many_recordings_share_a_store_and_each_can_be_had_again(store, tmp_path):
    store.import_file(*RECORDINGS)
    opened = pellucid.domains.load("law")
    recording = store.recording(prompt="answers/1")
    text = opened.documents().iloc[0]
    original = Recording.from_file(opened.folder / "recordings" / "answers.jsonl")
    question = opened.questionnaire.ids[0]
    assert recording.reply(text, asked=question, prompt="answers/1") == original.reply(
        text, asked=question, prompt="answers/1"
    )
    assert recording.prompts == ("answers/1",)
    store.to_file(tmp_path / "direct.jsonl", prompt="direct/1", model=recording.models[0])
    assert {row["prompt"] for row in lines(tmp_path / "direct.jsonl")} == {"direct/1"}


def test_a_row_with_settings_and_digests_round_trips(store, tmp_path):
    store.add([ROW])
    store.to_file(tmp_path / "out.jsonl")
    assert lines(tmp_path / "out.jsonl") == [ROW]
    assert store.replies(KEY, ASKED) == AGE


def test_an_import_with_a_wrong_line_keeps_nothing(store, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, "sha256": "x"}) + "\n")
    with pytest.raises(FileFormatError, match="line 2: sha256"):
        store.import_file(path)
    assert len(store) == 0


def test_an_export_never_replaces_the_store(store, tmp_path):
    store.put("a-1", KEY, AGE, ASKED)
    (tmp_path / "link").symlink_to(store.path)
    for path in (store.path, f"{store.path}-wal", tmp_path / "link"):
        with pytest.raises(InvalidInputError, match="is the store itself"):
            store.to_file(path)
    assert store.replies(KEY, ASKED) == AGE


def test_a_recording_of_two_wordings_is_refused_until_the_old_one_is_forgotten(store):
    store.put("a-1", KEY, AGE, ASKED)
    store.put("a-1", KEY, {"age": {"value": 42}}, {"age": "new"})
    with pytest.raises(InvalidInputError, match="two wordings of 'age'"):
        store.recording()
    store.forget(superseded=True)
    assert store.recording().reply(TEXT, asked="age", prompt="answers/1") == {"value": 42}


def test_a_recording_of_two_settings_can_be_chosen_from(store):
    store.put("a-1", KEY, AGE, ASKED)
    store.put("a-1", KEY._replace(settings="hot"), {"age": {"value": 42}}, ASKED)
    with pytest.raises(InvalidInputError, match="under the settings 'temperature 0' and 'hot'"):
        store.recording()
    assert store.recording(settings="hot").reply(TEXT, asked="age", prompt="answers/1") == {"value": 42}


def test_no_document_text_is_in_the_files(store):
    text = "Zephyrine Quillfeather, aged 41."
    key = Key(text_digest(text), "answers/1", "demo")
    store.claim(key, ASKED)
    store.put("a-1", key, {"age": {"value": 41, "quote": "aged 41"}}, ASKED)
    files = {path.name: path.read_bytes() for path in store.path.parent.iterdir()}
    assert {"answers.db", "answers.db-wal", "answers.db-shm"} <= set(files)
    assert not [name for name, content in files.items() if b"Zephyrine" in content or b"Quillfeather" in content]
    assert any(b"aged 41" in content for content in files.values())


COMMON = """
import sys
from pellucid.llm import AnswerStore, Key
from pellucid.schema import text_digest
path, who = sys.argv[1], sys.argv[2]
def key(n):
    return Key(text_digest(f"text {n}"), "answers/1", "demo")
"""
WRITER = (
    COMMON
    + """
with AnswerStore(path) as store:
    for n in range(250):
        store.put(f"{who}-{n}", key(f"{who}-{n}"), {"age": {"value": n}}, {"age": "d1"})
"""
)
ASKER = (
    COMMON
    + """
import time
from pathlib import Path
asked = {"age": "d1"}
with AnswerStore(path) as store:
    left = list(range(300)) if who == "0" else list(range(299, -1, -1))
    n = left.pop(0)
    assert store.claim(key(n), asked)
    Path(path).with_name(who).touch()
    while not Path(path).with_name("1" if who == "0" else "0").exists():
        time.sleep(0.001)  # each has one before either goes on, however slow the machine
    print(n)
    store.put(str(n), key(n), {"age": {"value": n}}, asked)
    while left:
        n = left.pop(0)
        if store.replies(key(n), asked):
            continue
        if not store.claim(key(n), asked):
            left.append(n)
        elif store.replies(key(n), asked):
            store.release(key(n))
        else:
            print(n)
            store.put(str(n), key(n), {"age": {"value": n}}, asked)
"""
)


def start(code, path, who):
    return subprocess.Popen([sys.executable, "-c", code, str(path), str(who)], stdout=subprocess.PIPE, text=True)


def finished(processes):
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return said


@pytest.mark.slow
def test_four_processes_write_to_one_store_and_every_row_is_there(tmp_path):
    finished([start(WRITER, tmp_path / "answers.db", who) for who in range(4)])
    with AnswerStore(tmp_path / "answers.db") as store:
        assert len(store) == 1000
        for who in range(4):
            for n in (0, 249):
                key = Key(text_digest(f"text {who}-{n}"), "answers/1", "demo")
                assert store.replies(key, {"age": "d1"}) == {"age": {"value": n}}


@pytest.mark.slow
def test_two_processes_over_the_same_keys_ask_nothing_twice(tmp_path):
    said = [list(map(int, out.split())) for out in finished([start(ASKER, tmp_path / "a.db", n) for n in range(2)])]
    assert sorted(said[0] + said[1]) == list(range(300))
    assert all(said)


KILLED = (
    COMMON
    + """
import json, os, random, signal, time
lost_is = []
chooser = random.Random(0)
for turn in range(10):
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        store = AnswerStore(path)
        store.claim(key(f"{turn} claimed"), {"age": "d1"})
        n = 0
        while True:
            name = f"{turn} {n}"
            store.put(name, key(name), {"age": {"value": n, "quote": "x" * 300}}, {"age": "d1"})
            os.write(writing, f"{name}\\n".encode())
            n += 1
    os.close(writing)
    os.read(reading, 1)  # it has begun
    time.sleep(chooser.uniform(0.005, 0.1))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with open(reading) as pipe:
        names = [f"{turn} 0", *pipe.read().split("\\n")[1:-1]]
    with AnswerStore(path) as store:
        taken = store.claim(key(f"{turn} claimed"), {"age": "d1"})
        lost = [name for name in names if not store.replies(key(name), {"age": "d1"})]
        print(json.dumps({"put": len(names), "lost": lost, "taken": taken, "all": len(store)}))
"""
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_ten_kills_in_the_middle_of_writing_lose_nothing_that_was_put(tmp_path):
    (said,) = finished([start(KILLED, tmp_path / "answers.db", "")])
    turns = [json.loads(line) for line in said.splitlines()]
    assert len(turns) == 10
    assert not any(turn["lost"] for turn in turns)
    assert all(turn["taken"] for turn in turns)
    put = sum(turn["put"] for turn in turns)
    assert put > 100
    assert put <= turns[-1]["all"] <= put + 10  # at most one was put and not yet said


FULL = (
    COMMON
    + """
import resource
from pellucid.exceptions import StoreError
with AnswerStore(path) as store:
    store.put("a", key("a"), {"age": {"value": 1}}, {"age": "d1"})
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
    try:
        for n in range(1000):
            store.put(str(n), key(n), {"age": {"value": n, "quote": "secret " * 100}}, {"age": "d1"})
    except StoreError as error:
        assert "secret" not in str(error) and path in str(error), error
        print(n, len(store), store.replies(key("a"), {"age": "d1"}))
"""
)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the size of files")
def test_a_full_disk_stops_with_the_reason_and_everything_stored_is_readable(tmp_path):
    (said,) = finished([start(FULL, tmp_path / "answers.db", "")])
    put, there, first = said.split(maxsplit=2)
    assert int(there) == int(put) + 1
    assert first == "{'age': {'value': 1}}\n"
    with AnswerStore(Path(tmp_path / "answers.db")) as store:
        assert len(store) == int(there)
