"""Events: who is asking comes from the door, errors become sentences, nothing of them reaches a log."""

import logging
from types import SimpleNamespace

import gradio as gr
import pytest

from pellucid.app.layout_parts import answering
from pellucid.exceptions import InvalidInputError, LedgerError


def asking(person):
    return SimpleNamespace(request=SimpleNamespace(state=SimpleNamespace(person=person)))


def test_an_event_gets_who_is_asking(viewer):
    assert answering(lambda person, word: f"{person.name} {word}")(asking(viewer), "here") == "vic here"


def test_nobody_signed_in_is_told_so():
    with pytest.raises(gr.Error, match="not signed in"):
        answering(lambda person: person)(asking(None))


def test_an_error_of_ours_becomes_a_sentence_in_its_place(viewer):
    def refuse(person):
        raise InvalidInputError("clouds: <b> is not one of the options")

    places = answering(refuse, outputs=3, said=1)(asking(viewer))
    assert "&lt;b&gt; is not one" in places[1]
    assert 'role="alert"' in places[1]
    assert places[0] == places[2] == gr.skip()
    with pytest.raises(gr.Error, match="not one of the options"):
        answering(refuse)(asking(viewer))


def test_any_other_error_is_told_and_logged_without_its_words(viewer, caplog):
    def fail(person):
        raise RuntimeError("words of a document")

    with caplog.at_level(logging.ERROR, "pellucid.app"):
        said = answering(fail, said=0)(asking(viewer))
    assert "Something went wrong" in said
    assert "words of a document" not in said + caplog.text
    assert "RuntimeError in fail (test_layout_parts.py, line " in caplog.text


def test_a_log_that_is_shut_is_told_without_its_place(viewer, caplog):
    def fail(person):
        raise LedgerError("db sqlite:///secret/place.db: disk full")

    said = answering(fail, said=0)(asking(viewer))
    assert "nothing was signed" in said
    assert "secret" not in said
    assert "secret" in caplog.text
