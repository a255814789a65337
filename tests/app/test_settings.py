"""How the app is started: under which names it may be asked."""

from pellucid.app.settings import Settings


def test_on_this_machine_only_its_own_names_count():
    assert Settings().allowed_hosts == ("127.0.0.1", "[::1]", "localhost")
    assert Settings(hosts=("Here.example",)).allowed_hosts[-1] == "here.example"


def test_beyond_this_machine_names_are_checked_where_they_are_given():
    assert Settings(host="192.168.0.9").allowed_hosts == ()
    assert Settings(host="192.168.0.9", hosts=("here.example",)).allowed_hosts == ("192.168.0.9", "here.example")
