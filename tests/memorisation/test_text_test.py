"""A test on texts: what can be had without memory of a text does not count."""

import json

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.llm import ScriptedModel
from pellucid.memorisation import ALARM_RATE, continuation_test, run_tests
from pellucid.memorisation._text_test import ALLOWED, LEAST_RUN, _longest_within, _plain


def report_of(texts, model, **options):
    return run_tests([continuation_test(texts, **options)], model, subject="texts")


def test_a_model_that_knows_the_texts_is_found(make_texts, knows_texts):
    texts = make_texts()
    report = report_of(texts, knows_texts(texts))
    (test,) = report.tests
    assert (test.hits, test.trials, test.alarm) == (25, 25, True)
    assert report.findings[0].documents == test.documents
    assert all(texts[int(name.removeprefix("row "))] for name in test.documents)
    assert test.chance == ALLOWED
    assert "an allowance, not measured" in test.said()


def test_with_texts_from_outside_the_chance_is_measured_on_them(make_texts, knows_texts):
    texts, outside = make_texts(), make_texts(seed=99)
    (test,) = report_of(texts, knows_texts(texts), outside=outside).tests
    assert (test.chance, test.alarm) == (0.0, True)
    assert "0 of 25 texts from outside" in test.said()


def test_a_model_that_goes_on_as_well_with_texts_from_outside_is_left_alone(make_texts, knows_texts):
    texts, outside = make_texts(), make_texts(seed=99)
    (test,) = report_of(texts, knows_texts([*texts, *outside]), outside=outside).tests
    assert (test.share.value, test.chance, test.alarm) == (1.0, 1.0, False)


@pytest.mark.slow
@pytest.mark.no_cover
def test_a_model_that_makes_things_up_is_left_alone_over_many_sets(make_texts):
    alarms = 0
    for seed in range(80):
        texts, made_up = make_texts(seed), iter(make_texts(seed + 1000, texts=200))
        model = ScriptedModel(lambda request, more=made_up: json.dumps({"continuation": next(more)}))
        alarms += bool(report_of(texts, model, seed=seed).findings)
    assert alarms <= 80 * ALARM_RATE


def test_a_model_that_repeats_another_text_or_what_is_shown_has_no_hit(make_texts):
    closing = " ".join(f"closing{n}" for n in range(30))
    texts = [f"{text} {closing}" for text in make_texts(words=60)]
    echoed = ScriptedModel(lambda request: json.dumps({"continuation": f"{request.text} {closing}"}))
    (test,) = report_of(texts, echoed).tests
    assert (test.hits, test.trials) == (0, 25)


def test_a_hit_needs_eight_words_in_a_row(make_texts):
    texts = make_texts()
    whole = {" ".join(text.split()[:40]): text.split()[40:] for text in texts}
    for words, hits in ((LEAST_RUN - 1, 0), (LEAST_RUN, 25)):
        model = ScriptedModel(
            lambda request, n=words: json.dumps({"continuation": " ".join(["Well:", *whole[request.text][:n], "etc"])})
        )
        assert report_of(texts, model).tests[0].hits == hits


def test_a_model_that_refuses_is_not_cleared(make_texts, refuses):
    texts = make_texts()
    (test,) = report_of(texts, refuses).tests
    assert (test.trials, test.unread, test.alarm, test.able) == (0, 25, False, False)


def test_where_the_replies_about_texts_from_outside_cannot_be_read_it_says_so(make_texts, knows_texts, refuses):
    texts, outside = make_texts(), make_texts(seed=99)
    knows = knows_texts(texts)
    model = ScriptedModel(lambda request: "No." if request.document.startswith("outside") else knows.script(request))
    (test,) = report_of(texts, model, outside=outside).tests
    assert "from outside could be read" in test.not_run
    assert not test.alarm


def test_the_hidden_words_are_not_shown(make_texts):
    texts = make_texts()
    for request in continuation_test(texts).requests:
        (text,) = [text for text in texts if text.startswith(request.text)]
        assert len(request.text.split()) == 40
        assert text.split()[45:60] != request.text.split()[-15:]
        assert " ".join(text.split()[40:48]) not in request.prompt


def test_short_and_repeated_texts_are_passed_over(make_texts):
    texts = make_texts(texts=3)
    assert len(continuation_test([*texts, *texts, "Too short."]).requests) == 3
    short = continuation_test(["Too short."] * 3)
    assert short.requests == ()
    assert "40 words" in short.score([])[0].not_run
    apart = continuation_test(texts, outside=["Too short."])
    assert "outside" in apart.score([])[0].not_run


def test_texts_whose_hidden_words_all_stand_elsewhere_are_passed_over(make_texts):
    texts = make_texts(texts=10)
    copies = [f"Prefixed {text}" for text in texts]
    assert continuation_test([*texts, *copies]).requests == ()


def test_the_seed_draws_the_texts(make_texts):
    texts = make_texts()
    drawn = [[one.prompt for one in continuation_test(texts, trials=9, seed=seed).requests] for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_what_is_no_text_is_refused():
    with pytest.raises(InvalidInputError):
        continuation_test(["  "])
    with pytest.raises(InvalidInputError, match="trials"):
        continuation_test(["a"], trials=0)


def test_the_longest_run_is_that_of_a_plain_search():
    random = np.random.default_rng(0)
    for _ in range(200):
        words = random.choice(["a", "b", "c"], 12).tolist()
        text = _plain(" ".join(random.choice(["a", "b", "c", "d"], 20)))
        runs = [
            stop - start
            for start in range(12)
            for stop in range(start + 1, 13)
            if f" {' '.join(words[start:stop])} " in text
        ]
        assert _longest_within(words, text) == max(runs, default=0)
