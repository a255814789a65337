"""Texts that attack whoever shows them: in Chromium nothing of them is done, and every character of them is shown."""

import re

import pytest
from tests.app.running_app import needs_chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.no_cover, needs_chromium]

MARK = "window.attacked = (window.attacked || 0) + 1; alert(1)"
HOSTILE = {
    "scripts": f"</div></body><script>{MARK}</script><script src=https://attack.example/x.js></script> Aged 28.",
    "handlers": f'<img src=x onerror="{MARK}"><svg onload="{MARK}"><a href="javascript:{MARK}">x</a> \' onfocus=x "',
    "pictures": "![a](https://attack.example/a.png) [b](https://attack.example/b) <img src=//attack.example/c.png>",
    "styles": "<style>*{display:none}</style><link rel=stylesheet href=//attack.example/x.css><base href=//a.b/>",
    "templates": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %> {{constructor.constructor('alert(1)')()}} $\\x^2$",
    "directions": "שלום \u202eturned\u202c \u2066apart\u2069 zero\u200bwidth\ufeff e\u0301 👩\u200d👩\u200d👧",
    "controls": "\u0000 nul \u0007 bell \x1b[31m red",
    "spaces": "a\ttab  two   three\nline\n\n\nlines\u00a0hard\u2028line\u2029end",
}
SHOWN = """() => ({
  text: document.querySelector("#app-text .document")?.textContent,
  attacked: window.attacked ?? 0,
  scripts: document.querySelector("#app-text .document").querySelectorAll("script, img, style, link, svg, b").length,
})"""


def opened(person, text):
    """Open a text as somebody would who has it in a file from elsewhere, and wait for its case."""
    page = person.go("/law/text")
    file = {"name": "from-elsewhere.txt", "mimeType": "text/plain", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Open it").click()
    page.locator("#app-text .document").wait_for()
    return page


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_is_shown_to_the_letter_and_does_nothing(people, kind):
    person = people["light"]
    before = len(person.seen.requests)
    page = opened(person, HOSTILE[kind])
    page.wait_for_timeout(300)  # what it would do, it would do by now
    found = page.evaluate(SHOWN)
    shown = found["text"]
    for character in ("\x00", "\x07", "\x1b"):  # drawn as the pictures that stand for them
        shown = shown.replace(chr(0x2400 + ord(character)), character)
    assert shown == HOSTILE[kind]
    assert (found["attacked"], found["scripts"]) == (0, 0)
    assert person.seen.dialogs == []
    assert len(person.seen.requests) > before
    assert person.seen.outside(person.app.url) == []
    assert person.stored() == {}


def test_a_long_text_is_shown_whole_and_one_of_two_megabytes_is_refused_in_words(people):
    person = people["dark"]
    large = ("Aged 28, no prior offences. <b>Not</b> bold. " * 20_000)[:390_000]
    page = opened(person, large)
    assert page.evaluate(SHOWN)["text"] == large
    page = person.go("/law/text")
    page.locator("textarea[name=text]").evaluate("(area) => { area.removeAttribute('maxlength'); }")
    page.locator("textarea[name=text]").evaluate("(area) => { area.value = 'x'.repeat(2_000_000); }")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text(re.compile(r"[Aa]t most [\d,]+ (bytes|characters)")).first.wait_for()
    assert person.seen.outside(person.app.url) == []
