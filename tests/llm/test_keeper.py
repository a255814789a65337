"""One document's place in a store; without a store, nothing is kept and nothing is in the way."""

from pellucid.llm import AnswerStore, ScriptedModel
from pellucid.llm._keeper import Keeper, key_for, wording_digest
from pellucid.schema import Question

ASKED = {"age": "d1", "pain": "d2"}
AGE = {"age": {"value": 41, "quote": "41"}}


def test_without_a_store_everything_is_to_be_asked():
    keeper = Keeper(None, "a", key_for(ScriptedModel({}), "text", prompt="answers/1"), ASKED)
    keeper.put(AGE)
    assert keeper.begin() == keeper.replies() == {}
    keeper.release()


def test_while_one_asks_another_waits_until_the_last_reply_is_put(tmp_path):
    key = key_for(ScriptedModel({}), "text", prompt="answers/1")
    with AnswerStore(tmp_path / "a.db") as mine, AnswerStore(tmp_path / "a.db") as theirs:
        one, other = Keeper(mine, "a", key, ASKED), Keeper(theirs, "a", key, ASKED)
        assert one.begin() == {}
        assert other.begin() is None
        one.put(AGE, last=False)
        assert other.begin() is None
        assert other.replies() == AGE
        one.put({"pain": {"value": None}})
        assert set(other.begin()) == {"age", "pain"}
        assert theirs.claim(key, ASKED)  # nothing is left claimed


def test_what_changes_an_answer_changes_the_key():
    model, other = ScriptedModel({}), ScriptedModel({}, name="other")
    hot = ScriptedModel({})
    hot.settings = "temperature 1"
    keys = {
        key_for(model, "text", prompt="answers/1"),
        key_for(model, "text ", prompt="answers/1"),
        key_for(model, "text", prompt="answers/2"),
        key_for(other, "text", prompt="answers/1"),
        key_for(hot, "text", prompt="answers/1"),
        key_for(hot, "text", prompt="answers/1", settings="redacted"),
    }
    assert len(keys) == 6
    assert key_for(hot, "text", prompt="p", settings="redacted").settings == "temperature 1; redacted"


def test_a_wordings_digest_changes_with_every_word():
    question = Question(id="age", ask="How old?", type="number", minimum=0)
    digests = {wording_digest(question), wording_digest(question.model_copy(update={"minimum": 1.0}))}
    assert len(digests | {wording_digest(question.model_copy(update={"ask": "How old??"}))}) == 3
    assert all(len(one) == 16 for one in digests)
