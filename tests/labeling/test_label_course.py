"""A course to a label: repeats are apart from each other, and each is asked twice at most."""

from pellucid.labeling._direct_course import DirectWording
from pellucid.labeling._label_course import Asked, OutcomeCourse, Spent, repeated, scores_words
from pellucid.llm import AnswerStore, Finish, Reply, ScriptedModel, run

WRITTEN = '{"probability": 0.7, "rationale": "said so"}'


def ask(*replies, repeats=1, store=None):
    """Ask with one reply for each attempt, in their order."""
    model = ScriptedModel(lambda request: replies[request.attempt - 1])
    asked = Asked(model, store)
    courses = [OutcomeCourse("a", "Wind.", DirectWording("Rain?"), asked, repeat=n + 1) for n in range(repeats)]
    return list(run(courses, model)), model


def test_every_attempt_of_every_repeat_has_a_number_of_its_own():
    courses, model = ask("Hm.", WRITTEN, "Hm.", "Hm.", WRITTEN, repeats=3)
    assert [request.attempt for request in model.requests] == [1, 3, 5, 2, 4]
    assert ["cause" in course.said for course in courses] == [False, True, False]
    assert [course.prompt for course in courses] == ["direct/2", "direct/2, repeat 2", "direct/2, repeat 3"]


def test_repeats_are_kept_apart(tmp_path):
    other = WRITTEN.replace("0.7", "0.4")
    with AnswerStore(tmp_path / "answers.db") as store:
        ask(WRITTEN, WRITTEN, other, repeats=2, store=store)
        courses, model = ask(repeats=2, store=store)
        assert [course.said["probability"] for course in courses] == [0.7, 0.4]
        assert all(course.recorded for course in courses)
        assert not model.requests
        assert len(store.recording()) == 2


def test_what_did_not_arrive_is_not_kept(tmp_path):
    with AnswerStore(tmp_path / "answers.db") as store:
        courses, _ = ask(Reply(text="", finish=Finish.TRANSPORT), store=store)
        assert courses[0].said == {"cause": "transport"}
        assert len(store) == 0


def test_what_was_sent_and_received_is_counted():
    counted = Reply(text=WRITTEN, prompt_tokens=100, reply_tokens=9)
    courses, _ = ask(Reply(text="Hm.", prompt_tokens=100, reply_tokens=2), counted)
    assert courses[0].spent == Spent(2, 200, 11)
    courses, _ = ask(WRITTEN)
    assert courses[0].spent == Spent(1, None, None)
    assert Spent(1, 5, None).plus(Spent(1, 5, 5)) == Spent(2, 10, None)


def test_only_repeats_change_the_name():
    assert repeated("direct/1", 1) == "direct/1"
    assert repeated("direct/1", 2) == "direct/1, repeat 2"


def test_a_server_is_asked_whether_it_gives_probabilities():
    model = ScriptedModel({})
    assert not scores_words(model)
    model.prepare = lambda: setattr(model, "scores", True)
    assert scores_words(model)
