"""Many documents under way at once come out in order, whatever each of them needs."""

import pytest

from pellucid.exceptions import ModelAccessError, PellucidWarning
from pellucid.llm import Reply, Request, ScriptedModel
from pellucid.llm._course import run


class Walk:
    """A course that asks `steps` times in a row; waits `waits` looks before it begins."""

    def __init__(self, name, steps=1, waits=0, at_once=1):
        self.name, self.steps, self.waits, self.at_once = name, steps, waits, at_once
        self.heard, self.abandoned = [], False

    def begin(self):
        if self.waits:
            self.waits -= 1
            return None
        return [self._next()] * self.at_once if self.steps else []

    def take(self, request, reply):
        self.heard.append(reply.text)
        return [self._next()] if len(self.heard) < self.steps else []

    def abandon(self):
        self.abandoned = True

    def _next(self):
        return Request(document=self.name, prompt=f"{self.name} {len(self.heard)}")


class Backwards(ScriptedModel):
    """Hands replies out last in, first out, and keeps count of what is under way."""

    slots = 3

    def __init__(self):
        super().__init__({})
        self.waiting, self.most, self.opened, self.closed = [], 0, 0, 0

    def exchange(self):
        self.opened += 1
        return self

    def put(self, key, request):
        self.waiting.append((key, request))
        self.most = max(self.most, len(self.waiting))

    def get(self):
        key, request = self.waiting.pop()
        if request.document == "fatal":
            raise ModelAccessError("no quota")
        return key, Reply(text=request.prompt)

    def arrived(self):
        return []

    def close(self):
        self.closed += 1


def test_courses_come_out_in_order_though_replies_do_not():
    model = Backwards()
    walks = [Walk(str(n), steps=1 + n % 3) for n in range(40)]
    done = list(run(walks, model))
    assert done == walks
    assert all(walk.heard == [f"{walk.name} {k}" for k in range(walk.steps)] for walk in walks)
    assert 3 <= model.most <= 6
    assert (model.opened, model.closed) == (1, 1)


def test_courses_are_taken_only_as_far_as_they_are_worked_on():
    taken = []

    def endless():
        n = 0
        while True:
            taken.append(n)
            yield Walk(str(n))
            n += 1

    stream = run(endless(), Backwards())
    for _ in range(50):
        next(stream)
    stream.close()
    assert len(taken) <= 50 + 4 * Backwards.slots + 2


def test_a_model_is_not_touched_where_nothing_is_asked():
    model = Backwards()
    assert len(list(run([Walk("a", steps=0), Walk("b", steps=0)], model))) == 2
    assert model.opened == 0


def test_a_course_asks_several_things_at_once():
    walk = Walk("a", steps=1, at_once=3)
    assert list(run([walk], Backwards())) == [walk]
    assert len(walk.heard) == 3


def test_a_course_another_process_is_asking_is_begun_later(monkeypatch):
    monkeypatch.setattr("pellucid.llm._course.PAUSE_S", 0)
    walks = [Walk("a", waits=3), Walk("b"), Walk("c", waits=1)]
    assert list(run(walks, Backwards())) == walks
    assert all(walk.heard for walk in walks)


def test_on_an_error_unfinished_courses_are_abandoned_and_finished_ones_are_not():
    walks = [Walk("a"), Walk("fatal"), Walk("c", steps=9)]
    model = Backwards()
    with pytest.raises(ModelAccessError):
        list(run(walks, model))
    assert walks[1].abandoned
    assert model.closed == 1


def test_a_caller_who_stops_abandons_the_rest():
    walks = [Walk("a"), Walk("b", steps=5), Walk("c", steps=5)]
    stream = run(walks, ScriptedModel(lambda request: request.prompt))
    assert next(stream) is walks[0]
    stream.close()
    assert [walk.abandoned for walk in walks] == [False, True, True]


class Slow(Backwards):
    """Has replies ready that nobody has fetched yet."""

    def get(self):
        key, request = self.waiting.pop(0)
        return key, Reply(text=request.prompt)

    def arrived(self):
        found = [(key, Reply(text=request.prompt)) for key, request in self.waiting]
        self.waiting.clear()
        return found


def test_replies_that_have_come_are_taken_in_when_the_caller_stops():
    walks = [Walk("a"), Walk("b"), Walk("c"), Walk("d", steps=2)]
    stream = run(walks, Slow())
    assert next(stream) is walks[0]
    stream.close()
    assert [walk.heard for walk in walks[1:]] == [["b 0"], ["c 0"], ["d 0"]]
    assert [walk.abandoned for walk in walks] == [False, False, False, True]


def test_a_course_whose_reply_could_not_be_taken_in_is_abandoned():
    class Full(Walk):
        def take(self, request, reply):
            raise OSError("disk full")

    walk = Full("a")
    with pytest.raises(OSError, match="disk full"):
        list(run([walk], ScriptedModel(lambda request: "x")))
    assert walk.abandoned


def test_a_person_is_told_of_a_long_wait_for_others(monkeypatch):
    monkeypatch.setattr("pellucid.llm._course.PAUSE_S", 0.001)
    monkeypatch.setattr("pellucid.llm._course.TOLD_AFTER_S", 0.003)
    with pytest.warns(PellucidWarning, match="another reading of the same store"):
        assert len(list(run([Walk("a", waits=9)], Backwards()))) == 1


def test_what_a_batch_has_answered_is_taken_in_when_the_caller_stops():
    model = ScriptedModel(lambda request: request.prompt)
    model.batch_size = 3
    walks = [Walk(str(n)) for n in range(6)]
    stream = run(walks, model)
    next(stream)
    stream.close()
    assert [walk.heard for walk in walks if walk.heard] == [[f"{n} 0"] for n in range(len(model.requests))]
    assert len(model.requests) > 1
