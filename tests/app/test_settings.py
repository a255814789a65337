"""How the app is started: under which names it may be asked."""

import pytest

from pellucid.app.settings import Settings, is_loopback
from pellucid.exceptions import InvalidInputError


def test_on_this_machine_only_its_own_names_count():
    assert Settings().allowed_hosts == ("127.0.0.1", "[::1]", "localhost")
    assert Settings(hosts=("Here.example",)).allowed_hosts[-1] == "here.example"


def test_beyond_this_machine_names_have_to_be_given():
    for host in ("192.168.0.9", "0.0.0.0", "::", "pellucid.example"):  # noqa: S104
        with pytest.raises(InvalidInputError, match="add --allow-host NAME"):
            Settings(host=host)
    assert Settings(host="fd00::1", hosts=("here.example",)).allowed_hosts == ("[fd00::1]", "here.example")
    assert Settings(host="192.168.0.9", hosts=("here.example",)).allowed_hosts == ("192.168.0.9", "here.example")


def test_what_is_reached_from_this_machine_only():
    assert [is_loopback(host) for host in ("127.0.0.1", "127.1.2.3", "::1", "LocalHost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.example")] == [False] * 4  # noqa: S104
    assert Settings(host="127.0.0.2").allowed_hosts[-1] == "127.0.0.2"
