"""The yardstick that bounds on time are held against."""

import pytest
from tests import yardstick


def ticking(step):
    """A clock that moves by ``step`` seconds each time it is read."""
    now = [0.0]

    def clock():
        now[0] += step
        return now[0]

    return clock


def test_a_machine_half_as_fast_is_twice_as_slow():
    assert yardstick.slowness(ticking(2 * yardstick.REFERENCE_S)) == pytest.approx(2)


def test_a_quicker_machine_tightens_no_bound():
    assert yardstick.slowness(ticking(yardstick.REFERENCE_S / 3)) == 1.0


def test_its_work_is_the_same_every_time():
    assert yardstick.work() == yardstick.work() > 40_000
