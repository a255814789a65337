"""Every number of fifty decision pages of every domain, read back from Chromium, is the library's."""

import re
from decimal import Decimal
from itertools import islice

import pytest
from tests.app.running_app import needs_chromium

from pellucid.casework import Casework
from pellucid.domains import load, names
from pellucid.reporting import (
    basis_panel,
    changes_panel,
    decision_panel,
    document_panel,
    percent,
    second_opinion_panel,
    similar_panel,
    sureness_panel,
    warnings_panel,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.no_cover, needs_chromium]

DOCUMENTS = 50
TABS = ("How sure", "Second opinion", "Similar cases")

READ = """(panels) => {
  const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
  const texts = {}, differ = {};
  for (const [place, html] of Object.entries(panels)) {
    const wanted = document.createElement("div");
    wanted.innerHTML = html;
    const shown = document.querySelector(place + " .pellucid")?.parentElement;
    if (!shown) differ[place] = "is not there";
    else if (words(shown) !== words(wanted)) differ[place] = [words(shown), words(wanted)];
  }
  const panel = document.querySelector(".decision-panel");
  const cell = (row) => [...row.children].at(-1).querySelector(".points, strong") ?? [...row.children].at(-1);
  return {
    differ,
    text: document.querySelector("#app-text .document").textContent,
    data: {...panel.dataset},
    big: panel.querySelector(".answer .big").textContent,
    rows: [...panel.querySelectorAll(".terms tbody tr")].map(
      (row) => [row.dataset.term, row.dataset.points, cell(row).textContent]),
    foot: [...panel.querySelectorAll(".terms tfoot tr")].map((row) => cell(row).textContent),
    ways: [...document.querySelectorAll(".changes-panel [data-probability]")].map((one) => one.dataset.probability),
  };
}"""


def figure(shown):
    """The number that a reader sees, exactly; what is too small for two decimals adds nothing to the sum."""
    if "less than 0.01" in shown:
        return Decimal(0)
    return Decimal(re.search(r"[+−±-]?\d+(?:\.\d+)?", shown)[0].replace("−", "-").replace("±", ""))


def check_numbers(found, case, ways):
    """What stands in the data and what a reader sees, both against the decision."""
    decision = case.decision
    data = found["data"]
    assert (float(data["score"]), float(data["probability"])) == (decision.score, decision.probability)
    assert float(data["intercept"]) == decision.intercept
    assert found["big"] == f"Risk {percent(decision.probability)}"
    assert {term: float(points) for term, points, _ in found["rows"]} == {
        " × ".join(term.questions): term.points for term in decision.contributions
    }
    for _, points, shown in found["rows"]:
        assert abs(figure(shown) - Decimal(points)) <= Decimal("0.005"), (shown, points)
        assert ("raises" in shown) == (float(points) > 0)
        assert ("lowers" in shown) == (float(points) < 0)
    *parts, total = map(figure, found["foot"])
    assert abs(total - Decimal(decision.score)) <= Decimal("0.005")
    assert sum(map(figure, (shown for *_, shown in found["rows"]))) + sum(parts) == total
    assert [float(one) for one in found["ways"]] == [way.probability for way in ways.found]
    assert found["text"] == case.text


@pytest.mark.parametrize("domain", names())
def test_every_number_of_fifty_pages_is_the_librarys(people, domain):
    work, person = Casework.open(load(domain)), people["light"]
    page = person.open(domain, work.documents[0])
    differences, seen = {}, []
    for number, document in enumerate(islice(work.documents, DOCUMENTS)):
        if number:
            page.get_by_role("button", name="Next case").click()
            person.shown(document)
        case = work.case(document)
        ways = work.changes(case)
        panels = {
            "#app-text": document_panel(case),
            "#app-answer": decision_panel(case),
            "#app-warnings": warnings_panel(case),
            "#app-changes": changes_panel(ways, case),
        }
        if number % 10 == 0:
            below = {
                "#app-sureness": sureness_panel(case) + basis_panel(case),
                "#app-second": second_opinion_panel(case),
                "#app-similar": similar_panel(case, work.similar(case)),
            }
            for tab, (where, drawn) in zip(TABS, below.items(), strict=True):
                page.get_by_role("tab", name=tab).click()
                page.locator(f"{where} .pellucid").first.wait_for()
                differ = page.evaluate(READ, {where: str(drawn)})["differ"]
                differences |= {(document, place): said for place, said in differ.items()}
            page.get_by_role("tab", name="Correct an answer").click()
            page.locator("#app-changes .pellucid").first.wait_for()
        found = page.evaluate(READ, {where: str(drawn) for where, drawn in panels.items()})
        differences |= {(document, place): said for place, said in found["differ"].items()}
        check_numbers(found, case, ways)
        seen.append(found["data"]["document"])
    assert seen == list(work.documents[:DOCUMENTS])
    assert differences == {}
