"""A test that cannot be made asks nothing and says why."""

from pellucid.memorisation._memory_test import not_possible


def test_what_the_data_do_not_allow_asks_nothing_and_says_why():
    test = not_possible("row completion", "a hit", "the table has 3 rows")
    assert test.requests == ()
    (result,) = test.score([])
    assert (result.name, result.not_run, result.trials) == ("row completion", "the table has 3 rows", 0)
