"""Panels and letters in a notebook."""

import re
from html import unescape

from pellucid.reporting import case_css, decision_report, shown, warnings_panel


def test_panels_come_with_their_style_once_and_as_they_are(case):
    panel = warnings_panel(case)
    drawn = shown(panel, panel)._repr_html_()
    assert drawn.count("<style>") == 1
    assert case_css() in drawn
    assert drawn.count(str(panel)) == 2
    assert "<script" not in drawn
    assert "<iframe" not in drawn
    assert str(shown(panel, "b")) == f"{panel}\nb"


def test_a_page_stands_in_a_frame_that_runs_nothing_and_is_escaped_whole(case):
    page = decision_report(case)
    assert page.lstrip().lower().startswith("<!doctype html")
    drawn = shown(page)._repr_html_()
    (frame,) = re.findall(r"<iframe[^>]*>", drawn)
    assert 'sandbox=""' in frame
    assert re.search(r'title="[^"]{5,}"', frame)
    (kept,) = re.findall(r'srcdoc="([^"]*)"', frame)
    policy, whole = unescape(kept).split(">", 1)
    assert "Content-Security-Policy" in policy
    assert "default-src 'none'" in policy  # so that a page from elsewhere loads nothing either
    assert whole == page
    assert "<script" not in drawn


def test_plain_text_is_never_taken_for_a_panel():
    drawn = shown("<script>alert(1)</script>\n<img src=x onerror=alert(2)>")._repr_html_()
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert 'sandbox=""' in drawn
