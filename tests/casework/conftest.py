"""The cases of the small domain, opened once."""

import pytest

from pellucid.casework import Casework
from pellucid.schema import Domain


@pytest.fixture(scope="session")
def work(weather):
    return Casework.open(Domain.from_folder(weather), splits=3)


@pytest.fixture
def case(work):
    return work.case("we-001")
