"""Presidio as a redactor: refuses what it does not know, and sends nothing anywhere."""

import importlib.util
import socket
import sys

import pytest

from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.extraction._presidio import PresidioRedactor, _apart
from pellucid.extraction._redaction import Redacted, Redaction

HERE = importlib.util.find_spec("presidio_analyzer") is not None
needed = pytest.mark.skipif(not HERE, reason="presidio-analyzer is not installed: pip install 'pellucid[redact]'")

TEXT = (
    "Mail ana@sub.example.co.uk, not x@y. Card 4111 1111 1111 1111, IP 10.0.0.12, born 12.05.1968, call +49 30 901820."
)


@pytest.fixture
def calls(monkeypatch):
    made = []

    def refused(*arguments, **named):
        made.append(arguments)
        raise OSError("the network is closed")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    return made


@needed
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_has_a_form_is_found_without_the_network(calls):
    redactor = PresidioRedactor()
    found = Redacted.of(TEXT, redactor(TEXT))
    assert found.text == ("Mail [EMAIL 1], not x@y. Card [CARD 1], IP [IP 1], born 12.05.1968, call [PHONE 1].")
    assert redactor.name.startswith("presidio ")
    assert "EMAIL" in redactor.name
    assert calls == []


@needed
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_only_the_kinds_that_are_named_are_found():
    assert [found.label for found in PresidioRedactor(kinds=["DATE"])(TEXT)] == ["DATE"]
    assert list(PresidioRedactor(kinds=["PHONE"], least_score=1.0)(TEXT)) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kinds": ["NAME"]}, "kinds: got 'NAME'; allowed are 'CARD'"),
        ({"kinds": "EMAIL"}, "kinds: got 'EMAIL'; give a list"),
        ({"kinds": []}, "give a list"),
        ({"least_score": 2}, "least_score: got 2"),
    ],
)
def test_what_it_does_not_know_is_refused(wrong, message):
    with pytest.raises(InvalidInputError, match=message):
        PresidioRedactor(**wrong)


def test_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    monkeypatch.setitem(sys.modules, "presidio_analyzer.predefined_recognizers", None)
    with pytest.raises(MissingExtraError, match=r"pellucid\[redact\]"):
        list(PresidioRedactor()("text"))
    with pytest.raises(MissingExtraError, match=r"pellucid\[redact\]"):
        PresidioRedactor().name  # noqa: B018


def test_a_failure_does_not_repeat_the_text():
    class Broken:
        def analyze(self, text, entities, artifacts):
            raise ValueError(text)

    redactor = PresidioRedactor()
    redactor.__dict__["_recognisers"] = {"EMAIL": Broken()}
    with pytest.raises(InvalidInputError, match=r"Presidio failed on a document \(ValueError\)") as raised:
        list(redactor("secret"))
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_finds_that_overlap_are_joined_under_the_surer():
    found = [(0, 5, 0.4, "PHONE"), (3, 9, 0.8, "CARD"), (9, 12, 0.5, "IP")]
    assert list(_apart(found)) == [Redaction(0, 9, "CARD"), Redaction(9, 12, "IP")]
