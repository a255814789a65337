"""What a browser is told of the pages: private events, nothing kept, no document before somebody opens it."""

import re

import pytest

from pellucid.app.layout import PAGES, theme

HTML = {"accept": "text/html"}
ALL = ["", *(path for path, _, _ in PAGES)]


@pytest.mark.parametrize("page", ALL)
def test_no_document_stands_in_a_page_or_its_description(signed_in, weather_work, page):
    browser = signed_in()
    for text in (
        browser.get(f"/weather/{page}", headers=HTML).text,
        browser.get("/weather/config", params={"page": page}).text,
        browser.get("/weather/config").text,
    ):
        assert "Pressure 9" not in text
        assert not any(weather_work.case(name).text in text for name in weather_work.documents[:3])


def test_events_are_private_and_nothing_is_kept_in_the_browser(signed_in):
    config = signed_in().get("/weather/config").json()
    assert len(config["dependencies"]) > 20
    assert {one["api_visibility"] for one in config["dependencies"]} == {"private"}
    assert config["run_history"] is False
    assert config["footer_links"] == []
    assert config["analytics_enabled"] is False


def test_quick_events_stand_in_no_line(signed_in):
    config = signed_in().get("/weather/config", params={"page": ""}).json()
    assert [one["id"] for one in config["dependencies"] if one["backend_fn"] and one["queue"]] == []


def test_the_page_says_its_language_and_who_is_signed_in(signed_in):
    text = signed_in().get("/weather/", headers=HTML).text
    assert re.search(r'<html\s+lang="en"', text)
    assert "Rain from notes on the sky · Pellucid" in text


def test_the_theme_asks_for_no_outside_font(signed_in):
    assert theme()._stylesheets == []
    assert "http" not in signed_in().get("/weather/theme.css").text.replace("http://www.w3.org/2000/svg", "")
