"""Pages without scripts: escaped, their own files only, errors of our own."""

import pytest
from jinja2 import UndefinedError

from pellucid.app.plain import ASSETS, as_page, environment, error_page, page

HTML = {"accept": "text/html"}


def test_every_value_is_escaped(viewer):
    shown = page("error.html", title="<b>", person=viewer, heading="<i>", said="<script>")
    assert b"<b>" not in shown.body
    assert b"<script>" not in shown.body
    assert b"vic (viewer)" in shown.body


def test_a_value_that_is_left_out_is_noticed():
    with pytest.raises(UndefinedError):
        page("login.html", title="Sign in")
    assert environment() is environment()


def test_half_a_character_does_not_break_a_page():
    assert as_page("\ud800").body == b"?"


def test_templates_ask_no_other_host_and_run_no_script():
    files = sorted(ASSETS.glob("*.html"))
    assert len(files) >= 6
    for file in files:
        text = file.read_text()
        assert "http" not in text, file.name
        assert "<script" not in text, file.name
        assert "style=" not in text, file.name


def test_files_are_served_by_name_only(client):
    assert client.get("/files/plain.css").headers["content-type"].startswith("text/css")
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    for name in ("base.html", "..%2Fplain.py", "anchors.js"):
        assert client.get(f"/files/{name}").status_code == 404


def test_errors_are_pages_for_people_and_json_for_programs(signed_in):
    browser = signed_in()
    shown = browser.get("/weather/nothing", headers=HTML)
    assert shown.status_code == 404
    assert browser.get("/nowhere", headers=HTML).status_code == 404
    assert "There is nothing here" in browser.get("/nowhere", headers=HTML).text
    assert browser.get("/nowhere").json() == {"error": "There is nothing here"}


def test_a_form_without_its_fields_is_told_without_repeating_it(client):
    answer = client.post("/login", data={"name": "very secret"}, headers=HTML)
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_unknown_errors_have_words_too():
    assert b"Something went wrong" in error_page(500).body
    assert b"own words" in error_page(404, "own words").body
