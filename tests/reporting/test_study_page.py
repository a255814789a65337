"""The study page: complete, closed, escaped, the same every time."""

import html
import re
from html.parser import HTMLParser

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import study_page
from pellucid.reporting._wording import figure, percent, points_text, shown
from pellucid.schema import Study

VOID = {"meta", "link", "br", "hr", "img", "input"}
ASKS_FOR_MORE = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href"}


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
        assert self.open, f"</{tag}> closes nothing"
        opened = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def page(study):
    return study_page(study)


@pytest.fixture
def parsed(page):
    return Page(page)


def words(parsed):
    return " ".join("".join(parsed.text).split())


def test_tags_balance_and_ids_are_unique(parsed):
    assert parsed.open == []
    assert len(parsed.ids) > 20
    assert len(parsed.ids) == len(set(parsed.ids))


def test_every_link_leads_to_a_place_on_the_page(parsed):
    targets = [value for tag, name, value in parsed.attributes if name == "href"]
    assert len(targets) > 15
    for target in targets:
        assert target.startswith("#")
        assert target[1:] in parsed.ids


def test_page_asks_for_nothing_and_runs_nothing(page, parsed):
    assert not parsed.tags & {"script", "iframe", "object", "embed", "link", "img", "form", "base", "a:href"}
    assert "<script" not in page.lower()
    for tag, name, value in parsed.attributes:
        assert name not in ASKS_FOR_MORE, (tag, name, value)
        assert not name.startswith("on"), (tag, name, value)
    assert "url(" not in page
    assert "@import" not in page


def test_policy_forbids_requests_and_scripts(page):
    assert (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">" in page
    )


def test_templates_in_text_are_not_filled(page):
    assert "{{ 7*7 }}" in page
    assert "49" not in re.findall(r"&#34;quoted&#34; (\S+)", page)


def test_same_study_gives_the_same_page(study, page):
    again = Study.model_validate_json(study.model_dump_json())
    assert study_page(again) == page


def test_page_holds_nothing_that_html_cannot(page):
    assert shown(page) == page
    assert "\r" not in page
    page.encode("utf-8")


def test_parts_stand_in_order(page, study):
    parts = ("<h1>", "Before any number", 'id="verdict"', "Too close to call", "The rules this verdict")
    parts += ("<caption>Contenders", 'id="reading"', 'id="models"', 'id="decisions"', 'id="design"', study.command)
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_every_figure_of_the_comparison_is_shown(parsed, study):
    said = words(parsed)
    for contender in study.comparison.contenders:
        for name, measure in contender.measures.items():
            digits = {"auroc": 3, "brier": 3, "slope": 2}.get(name, 3)
            assert figure(measure, digits) in said
    assert "+0.013 [−0.021, +0.046]" in said
    assert "1,234.500" in said
    assert "undefined" in said
    assert "not measured" in said
    assert "1,303 (died: 700, survived: 603)" in said


def test_best_is_not_over_claimed(parsed):
    assert "Highest AUROC: EBM on answers" in words(parsed)
    assert "The intervals of 1 of the 1 others overlap" in words(parsed)


def test_reading_counts_every_status(page, parsed):
    row = page[page.index('<table class="reading">') :]
    row = row[: row.index("</table>")]
    assert re.findall(r'<td class="figure">([\d,]+)</td>', row)[:4] == ["1,296", "4", "2", "1"]
    assert "1,290 of 1,303" in row
    assert "99.0% [98.3, 99.4]" in row
    assert "no known facts" in row


def test_every_contribution_and_answer_is_shown(page, explained):
    article = page[page.index('id="decision-1"') : page.index('id="decision-2"')]
    table = html.unescape(article[article.index('<table class="stack"') : article.index("</table>")])
    rows = table.split("<tbody")[1].split("</tbody>")[0].split('<tr role="row">')[1:]
    ranked = explained.decision.ranked()
    assert len(rows) == len(ranked) == 9
    for row, term in zip(rows, ranked, strict=True):
        assert points_text(term.points) in row
        assert term.said in row
        for answer in term.answers:
            assert f">{answer.status.value}</span>" in row
            assert answer.quote in row
    for said in ("Not found in the document.", "The document does not say.", "The reply could not be read. "
                 "Cause: two values.", "Changed by A. Grower.", "the model gave it 93%"):  # fmt: skip
        assert said in table


def test_decision_is_said_in_words_and_percent(page, parsed, explained):
    said = words(parsed)
    risk = percent(explained.decision.probability)
    assert f"Risk {risk} of “survived”. Decided: survived. What happened: survived, as decided." in said
    assert "The language model, asked directly, said 93%: " in said
    assert "Risk under 1% of “survived”. Decided: died." in said
    assert "The language model was not asked directly." in said


def test_document_on_the_page_is_the_document(page, study):
    found = re.findall(r'<div class="document" dir="auto">(.*?)</div>', page, re.DOTALL)
    texts = [html.unescape(re.sub(r"<[^>]*>", "", one)) for one in found]
    assert texts == [shown(one.text) for one in study.decisions]
    assert "\r\n" in texts[0]


def test_score_card_can_be_added_up_and_looked_up(page):
    assert re.search(r'class="option">limp</th><td class="figure">\+3</td>', page)
    assert "log-odds = −2.100 + 0.610 × total points" in page
    assert "17 of 40 (42%)" in page
    assert "no documents" in page


def test_every_kind_of_model_is_laid_out(page, views):
    for view in views:
        assert f"<h3>{view.model}</h3>" in page
    assert "−0.0123 per cm" in page
    assert "height ≥ 10: risk 60%" in page
    assert "The 8 largest of 20 pieces" in page
    for piece in range(20):
        assert f'<th scope="row">piece {piece}</th>' in page


def test_every_drawing_is_named(page):
    drawings = re.findall(r"<svg[^>]*>", page)
    assert len(drawings) > 8
    for drawing in drawings:
        assert 'role="img"' in drawing
        assert re.search(r'aria-label="[^"]{10,}"', drawing)


def test_study_without_parts_is_still_a_page(study):
    bare = study.model_copy(update={"reading": (), "views": (), "decisions": (), "cautions": (), "sources": ()})
    said = words(Page(study_page(bare)))
    assert "The record holds no reading table." in said
    assert "The record holds no model." in said
    assert "The record holds no explained decision." in said


def test_evidence_outside_its_document_is_refused(study, explained):
    short = explained.model_copy(update={"text": "too short"})
    with pytest.raises(InvalidInputError, match="pass the document the decision was made on"):
        study_page(study.model_copy(update={"decisions": (short,)}))
