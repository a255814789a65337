"""The report and the Annex IV view: complete, closed, escaped, every link leading somewhere."""

import re
from html.parser import HTMLParser

import pytest

from pellucid.reporting._report import build_report
from pellucid.reporting._report_page import annex_page, plots, report_page
from pellucid.reporting._report_view import PLACES
from pellucid.reporting._wording import figure, shown
from pellucid.schema import ContenderResult, Curve, Report

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Checks that tags balance; collects attributes, ids and text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.attributes, self.ids, self.tags, self.text = [], [], [], set(), []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def report(full_study):
    return build_report(
        full_study, answers={"tripod.17": "The board <b>agreed</b>.", "annex.8": "not applicable: a study."}
    )


@pytest.fixture(params=[report_page, annex_page], ids=["report", "annex"])
def page(request, report):
    return request.param(report)


def words(page):
    return " ".join("".join(Page(page).text).split())


def test_tags_balance_ids_are_unique_and_links_lead_somewhere(page):
    parsed = Page(page)
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids)) > 25
    targets = [value for _, name, value in parsed.attributes if name == "href"]
    assert len(targets) > 30
    for target in targets:
        assert target.startswith("#")
        assert target[1:] in parsed.ids, target


def test_page_asks_for_nothing_and_runs_nothing(page):
    parsed = Page(page)
    assert not parsed.tags & {"script", "iframe", "object", "embed", "link", "img", "form", "base"}
    for tag, name, value in parsed.attributes:
        assert name not in {"src", "srcset", "data", "poster", "action"}, (tag, name, value)
        assert not name.startswith("on"), (tag, name, value)
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">" in page
    assert "url(" not in page
    assert "{{ 7*7 }}" in page
    assert shown(page) == page


def test_same_report_gives_the_same_page(report):
    again = Report.model_validate_json(report.to_json())
    assert report_page(again) == report_page(report)
    assert annex_page(again) == annex_page(report)


def test_every_item_of_tripod_stands_on_the_page_with_its_state_and_place(report):
    page = report_page(report)
    for item in report.tripod:
        article = page.split(f'id="item-{item.name}"')[1].split("</article>")[0]
        assert f'<span class="state {item.state.value.replace(" ", "-")}">{item.state.value}</span>' in article
        assert f'<a href="#item-{item.name}">{item.name}</a>' in page
        for anchor in item.where:
            assert f'<a href="#{anchor}">{PLACES[anchor]}</a>' in article
    said = words(page)
    for statement in (one for item in report.tripod for one in item.statements):
        assert " ".join(shown(statement.said).split()) in said
    assert said.count("Asked of a person:") == sum(item.state.value == "asked" for item in report.tripod)


def test_every_point_of_the_annex_stands_on_its_page(report):
    page = annex_page(report)
    for item in report.annex:
        assert f'id="item-{item.name}"' in page
    said = words(page)
    assert "It is no declaration of conformity" in said
    assert "“The models” in the study report" in said
    assert "9 items in 27 parts" in said


def test_every_figure_of_the_comparison_names_its_row(report):
    page = report_page(report)
    checked = 0
    for place, contender in enumerate(report.study.comparison.contenders):
        for name, measure in contender.measures.items():
            digits = {"slope": 2}.get(name, 3)
            cell = f'<td title="study.comparison.contenders[{place}].measures.{name}">{figure(measure, digits)}</td>'
            assert cell in page
            checked += 1
    assert checked == 9
    assert 'title="study.audit.subgroups[0].measures.auroc, DeLong">0.900 [0.850, 0.940]</td>' in page


def test_answers_are_marked_as_a_persons_and_escaped(report):
    page = report_page(report)
    article = page.split('id="item-17"')[1].split("</article>")[0]
    assert "said by a person" in article
    assert "The board &lt;b&gt;agreed&lt;/b&gt;." in article


def test_evidence_stands_among_the_results(report):
    page = report_page(report)
    parts = ('id="item-24"', *(f'id="{name}"' for name in ("comparison", "plots", "groups", "audit", "reading")))
    parts += ('id="models"', 'id="decisions"', 'id="item-25"', 'id="trace"')
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_study_without_parts_is_still_a_page(study):
    bare = study.model_copy(update={"reading": (), "views": (), "decisions": (), "cautions": (), "sources": ()})
    comparison = bare.comparison.model_copy(
        update={"contenders": (ContenderResult(name="a", measures={}),), "reference": "a", "differences": ()}
    )
    said = words(report_page(build_report(bare.model_copy(update={"comparison": comparison}))))
    for part in ("no audit of questions and groups", "no figures by group", "nothing to draw", "no reading table"):
        assert f"The record holds {part}" in said


def test_audit_without_findings_says_so(full_study):
    audit = full_study.audit.model_copy(update={"findings": (), "looked_for": ()})
    said = words(report_page(build_report(full_study.model_copy(update={"audit": audit}))))
    assert "Nothing was found by these tests." in said


def test_plots_are_those_the_record_holds(full_study):
    assert [title.split(":")[0].split(",")[0] for title, _, _ in plots(full_study)][:2] == [
        "AUROC of every contender", "AUROC",
    ]  # fmt: skip
    curve = Curve(kind="roc", contender="EBM on answers", x=(0.0, 0.5, 1.0), y=(0.0, 0.9, 1.0))
    comparison = full_study.comparison.model_copy(update={"curves": (curve,)})
    drawn = plots(full_study.model_copy(update={"comparison": comparison}))
    assert len(drawn) == len(plots(full_study)) + 1
    assert "ROC curves" in [title for title, _, _ in drawn]
    for _, _, drawing in drawn:
        assert re.search(r'<svg[^>]* role="img"[^>]* aria-label="[^"]{10,}"', drawing)
