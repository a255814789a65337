"""Letters and reports as PDF: with text, tags and a language, so that a screen reader can use them."""

import re
import zlib

import pytest
from tests.app.running_app import needs_chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.no_cover, needs_chromium]


@pytest.mark.parametrize("domain", ["finance", "healthcare", "law"])
def test_every_letter_and_report_prints_as_a_tagged_pdf(people, domain):
    person = people["light"]
    page = person.go(f"/{domain}/")
    page.locator(".decision-panel").first.wait_for()
    document = page.locator(".decision-panel").first.get_attribute("data-document")
    for kind in ("report", "reasons", "explanation"):
        person.go(f"/{domain}/print/{kind}?case={document}")
        assert page.locator("script").count() == 0
        assert document in page.locator("body").inner_text()
        made = page.pdf(tagged=True)
        whole = made + b"".join(_streams(made))
        assert made.startswith(b"%PDF-")
        for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"/H1"):
            assert mark in whole, (kind, mark)
    assert person.seen.outside(person.app.url) == []


def _streams(made):
    """What stands compressed in a PDF."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", made, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            continue
