"""What people sent is never printed: Gradio's own errors, which repeat it, leave their kind and place only."""

import logging
import traceback

import gradio.routes
import pytest

from pellucid.app.layout_quiet import keep_words_private

SECRET = "a-secret-word"  # noqa: S105


def first_with_inputs(browser, queued):
    config = browser.get("/weather/config").json()
    return next(one for one in config["dependencies"] if len(one["inputs"]) > 1 and one["queue"] is queued)


@pytest.mark.parametrize("data", [[SECRET], [], [SECRET] * 200])
def test_a_wrong_number_of_inputs_prints_nothing_of_them(signed_in, data, capfd, caplog):
    browser = signed_in()
    event = first_with_inputs(browser, queued=False)
    body = {"fn_index": event["id"], "data": data, "session_hash": "page of rob", "event_data": None}
    answer = browser.post("/weather/gradio_api/run/predict", json=body)
    if len(data) < len(event["inputs"]):
        assert answer.status_code == 500
        assert "ValueError in validate_inputs (blocks.py, line " in caplog.text
        assert SECRET not in answer.text
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


def test_other_errors_are_noted_by_kind_and_place(caplog, capfd):
    keep_words_private()
    keep_words_private()
    with caplog.at_level(logging.ERROR, "pellucid.app"):
        try:
            int(SECRET)
        except ValueError:
            gradio.routes.traceback.print_exc()
        gradio.routes.traceback.print_exc()  # outside of an error: nothing to say
    assert caplog.messages[0].startswith("ValueError in test_other_errors_are_noted_by_kind_and_place")
    assert len(caplog.messages) == 1
    assert SECRET not in "".join(capfd.readouterr())
    assert gradio.routes.traceback.format_exc is traceback.format_exc


def test_every_file_of_gradio_that_prints_errors_is_kept_quiet():
    import_of = keep_words_private.__globals__["_PRINTING"]
    for module in import_of:
        assert type(module.traceback).__name__ == "_WithoutWords"
