"""A study of the small domain, made once."""

import pytest

from pellucid import study
from pellucid.domains import load


@pytest.fixture(scope="session")
def result(weather):
    seen = []
    made = study.run_study(
        load(weather), splits=2, repeats=1, progress=lambda *done: seen.append(done), command="pellucid demo"
    )
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1] > 0
    return made
