"""The app in Chromium without the internet: who is asked, what is kept, who can read it, who can do without a mouse."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.app.running_app import SCHEMES, needs_chromium

from pellucid.ledger import DecisionLog

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.no_cover, needs_chromium]

CASE = "la-0001"
TABS = ("Correct an answer, and what would change", "How sure", "Second opinion", "Similar cases", "Record")
GRADIO_PAGES = {
    "/law/worklist": "#app-worklist table",
    "/law/model": "#app-model svg",
    "/law/audit": "#app-audit .pellucid",
    "/law/review": "#app-queue .pellucid",
}
PLAIN_PAGES = (
    "/",
    "/law/text",
    f"/law/print/report?case={CASE}",
    f"/law/print/reasons?case={CASE}",
    f"/law/print/explanation?case={CASE}",
)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FEWER_ROWS = "() => document.querySelectorAll('tbody tr:nth-child(n+6)').forEach((row) => row.remove())"
"""Rows of a table are alike, and the looking takes a tenth of a second for each: the first five are looked at."""

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def choose(page, tab):
    """Open a tab; where there is no room for its name, out of the menu that holds it then."""
    named = page.get_by_role("tab", name=tab, exact=True)
    if not named.count() or not named.first.is_visible():
        page.locator(".overflow-menu > button").first.click()
        named = page.locator(".overflow-dropdown button", has_text=tab)
    named.first.click()
    page.wait_for_timeout(150)  # a tab draws itself after the click


def every_page(person):
    """Open every page and every tab, and name each once it shows what it is for."""
    page = person.open("law", CASE)
    for tab in TABS:
        choose(page, tab)
        yield f"decision, {tab}"
    for path, shows in GRADIO_PAGES.items():
        person.go(path)
        page.locator(shows).first.wait_for()
        page.wait_for_function(
            "() => !document.querySelector('.pending, .generating')"
            " && !document.body.innerText.includes('Being held against')"
        )
        page.wait_for_timeout(300)  # what was pale while it was awaited is dark again
        yield path
    for path in PLAIN_PAGES:
        person.go(path)
        page.locator("h1").first.wait_for()
        yield path


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_asks_anybody_outside_keeps_anything_or_breaks_a_rule_of_accessibility(people, scheme):
    person, found, stored, seen = people[scheme], {}, {}, 0
    for name in every_page(person):
        person.page.evaluate(FEWER_ROWS if name in GRADIO_PAGES else "() => {}")
        report = Axe().run(person.page, options={"runOnly": STANDARD}).response
        assert len(report["passes"]) > 5, name
        for one in report["violations"]:
            found[name, one["id"]] = [node["html"][:120] for node in one["nodes"]]
        stored |= person.stored()
        seen += 1
    assert seen == len(TABS) + len(GRADIO_PAGES) + len(PLAIN_PAGES)
    assert found == {}
    assert stored == {}
    assert len(person.seen.requests) > 100
    assert person.seen.outside(person.app.url) == []
    assert (person.seen.errors, person.seen.dialogs) == ([], [])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_at_320_pixels_no_page_has_to_be_pushed_sideways(people, scheme):
    person, wide = people[scheme], {}
    before = person.page.viewport_size
    person.page.set_viewport_size({"width": 320, "height": 800})
    try:
        for name in every_page(person):
            wider = person.page.evaluate(WIDER)
            if wider > 0:
                wide[name] = wider
    finally:
        person.page.set_viewport_size(before)
    assert wide == {}


def test_who_has_not_signed_in_sees_the_sign_in_alone_and_it_is_accessible(chromium, running):
    for scheme in SCHEMES:
        context = chromium.new_context(color_scheme=scheme, viewport={"width": 320, "height": 700})
        page = context.new_page()
        page.goto(f"{running.url}/law/?case={CASE}")
        assert page.url.startswith(f"{running.url}/login?next=")
        assert Axe().run(page, options={"runOnly": STANDARD}).response["violations"] == []
        assert page.evaluate(WIDER) <= 0
        context.close()


def focused(page, pick):
    """Tab on until what is focused is what is looked for, as somebody without a mouse would."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(f"() => {{ const here = document.activeElement; return Boolean({pick}); }}"):
            return
    raise AssertionError(f"the keyboard never gets to {pick}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_whole_way_from_a_case_to_its_print_can_be_gone_by_keyboard(people, scheme):
    # Past the fifty whose numbers are compared with the library's: what is corrected here stays corrected.
    person, document = people[scheme], {"light": "la-0107", "dark": "la-0108"}[scheme]
    page = person.open("law", document)
    # A contribution leads to its words, and they lead back.
    focused(page, "here.matches('.terms a[href*=\"-mark-\"]')")
    page.keyboard.press("Enter")
    page.wait_for_function("() => /-mark-\\d+$/.test(location.hash) && document.activeElement.matches('a.ref')")
    assert page.evaluate("() => document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.wait_for_function("() => /-row-\\d+$/.test(location.hash)")
    assert f"case={document}" in page.url
    # A corrected answer moves the score at once.
    before = page.locator(".decision-panel").first.get_attribute("data-score")
    page.get_by_role("tab", name=TABS[0]).focus()
    focused(page, "here.matches('#app-form input[type=number]')")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("61")  # at once: on the way to 61 lies 6, with a score of its own
    page.wait_for_function("before => document.querySelector('.decision-panel')?.dataset.score !== before", arg=before)
    drafted = page.locator(".decision-panel").first.get_attribute("data-score")
    page.get_by_text("A draft:").first.wait_for()
    # It is kept with a reason and a signature.
    focused(page, "here.matches('button') && here.textContent.includes('Keep this correction')")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign and keep").wait_for()
    focused(page, "here.matches('input[type=radio]') && !here.closest('#app-form')")
    page.keyboard.press("Space")
    focused(page, "here.matches('button') && here.textContent.trim() === 'Sign and keep'")
    page.keyboard.press("Enter")
    page.locator("#app-corrections").get_by_text("By Ann Admin").first.wait_for()
    assert float(page.locator(".decision-panel").first.get_attribute("data-score")) == float(drafted)
    # And the decision is signed.
    page.get_by_role("tab", name="Record").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Accept the decision").wait_for()
    focused(page, "here.matches('button') && here.textContent.trim() === 'Accept the decision'")
    page.keyboard.press("Enter")
    page.locator("#app-said-record").get_by_text(re.compile(r"Entry \d+: Ann Admin signed")).wait_for()
    focused(page, "here.matches('a[href*=\"print/report\"]')")
    with person.context.expect_page() as opened:
        page.keyboard.press("Enter")
    report = opened.value
    report.wait_for_load_state()
    assert report.url.endswith(f"/law/print/report?case={document}")
    assert "Ann Admin" in report.locator("body").inner_text()
    report.close()
    with DecisionLog.open(person.app.database) as log:
        kinds = [entry.kind.value for entry in log.entries(document=document)]
        assert kinds[:2] == ["corrected", "accepted"]
        assert log.verify().intact
