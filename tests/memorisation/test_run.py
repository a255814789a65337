"""Tests put to a model and judged together, and what that would take."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.llm import AnswerStore, Prices, ScriptedModel
from pellucid.memorisation import (
    MemorisationReport,
    continuation_test,
    estimate_tests,
    perturbed_test,
    run_tests,
    table_tests,
)
from pellucid.schema import to_json


def test_all_tests_share_the_alarm_rate(make_table, make_texts, refuses):
    also = perturbed_test(["Aged 41.", "Aged 52."], [0, 1], lambda texts: [0.2, 0.8])
    tests = [*table_tests(make_table()), continuation_test(make_texts())]
    report = run_tests(tests, refuses, subject="all", also=[also], seed=7)
    assert len(report.tests) == 7
    assert {test.threshold for test in report.tests} == {0.05 / 7}
    assert report.tests[-1].name == also.name
    assert report.seed == 7
    assert set(report.prompts) == {"beginning of the file", "row completion", "text continuation"}
    assert all(len(digest) == 64 for digest in report.prompts.values())


def test_what_was_looked_for_is_said_whether_or_not_anything_was_found(make_table, guesses_rows):
    report = run_tests(table_tests(make_table()), guesses_rows(), subject="t")
    assert len(report.looked_for) == len(report.tests) == 5
    assert all("by chance; alarm where p < 0.01" in said for said in report.looked_for)
    short = run_tests([continuation_test(["Too short."])], guesses_rows(), subject="t")
    assert short.looked_for[0].endswith("; not run.")


def test_the_same_seed_gives_the_same_bytes(make_table, knows_rows):
    table = make_table()
    written = [
        to_json(run_tests(table_tests(table), knows_rows(table, 0.3), subject="t").model_dump(mode="json"))
        for _ in range(2)
    ]
    assert written[0] == written[1]
    assert MemorisationReport.model_validate_json(written[0]).model == "elephant"


def test_progress_is_told_prompt_by_prompt(make_texts, refuses):
    seen = []
    run_tests([continuation_test(make_texts(), trials=5)], refuses, subject="t", progress=lambda *now: seen.append(now))
    assert seen == [(done, 5) for done in range(1, 6)]


def test_without_tests_there_is_nothing_to_run(refuses):
    with pytest.raises(InvalidInputError, match="tests: got none"):
        run_tests([], refuses, subject="t")


def test_prompts_that_are_alike_are_put_once(make_texts, refuses):
    test = continuation_test(make_texts(), trials=5)
    report = run_tests([test, test], refuses, subject="t")
    assert report.requests == 5
    assert len(refuses.requests) == 10  # each asked once more, because the reply could not be read


def test_a_second_run_with_a_store_asks_nothing(make_table, knows_rows, tmp_path):
    table = make_table()
    model = knows_rows(table)
    with AnswerStore(tmp_path / "s") as store:
        tests = table_tests(table)
        before = estimate_tests(tests, model, store=store)
        first = run_tests(tests, model, subject="t", store=store)
        asked = len(model.requests)
        assert run_tests(tests, model, subject="t", store=store) == first
        after = estimate_tests(tests, model, store=store)
    assert len(model.requests) == asked == before.requests == 30
    assert (after.requests, after.stored, after.prompt_tokens) == (0, 30, 0)


def test_an_estimate_sends_nothing_and_counts_with_the_models_own_count_and_prices(make_texts):
    class Priced(ScriptedModel):
        prices = Prices(prompt=1e6, reply=0)

        def count(self, text):
            return 3

    model = Priced({})
    found = estimate_tests([continuation_test(make_texts(), trials=5)], model)
    assert (found.requests, found.prompt_tokens, found.reply_tokens, found.cost) == (5, 15, 5, 15.0)
    plain = estimate_tests([continuation_test(make_texts(), trials=5)], ScriptedModel({}))
    assert plain.cost is None
    assert plain.prompt_tokens > 500
    assert model.requests == []
