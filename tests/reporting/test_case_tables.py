"""Worklist, log and review as tables."""

from tests.reporting.conftest import HOSTILE

from pellucid.reporting import audit_table, review_table, worklist_table
from pellucid.schema import LogCheck, LogProblem, WorkItem


def test_worklist_keeps_the_order_and_the_numbers(read):
    items = [
        WorkItem(document=f"a {HOSTILE}", probability=0.512345, direct=0.2, disagreement=0.312345, missing=2,
                 reasons=["near the threshold", HOSTILE]),
        WorkItem(document="b", probability=0.1, status="accepted", corrected=3),
    ]  # fmt: skip
    page = read(worklist_table(items, "/x/")).check()
    assert [float(attrs["data-probability"]) for attrs in page.of("tr") if "data-probability" in attrs] == [
        0.512345,
        0.1,
    ]
    assert page.of("a")[0]["href"].startswith("/x/?case=a%20%3Cscript%3E")
    assert "51% 20% 31 points 2 0 near the threshold; <script>" in page.text
    assert "2 documents, those first that most need a person. 1 open." in page.text
    assert not read(worklist_table(items)).of("a")
    assert "nothing to look at" in worklist_table([])


def test_log_says_what_is_broken_and_where(entries, read):
    problems = [LogProblem(number=3, what="the digest is another"), LogProblem(number=None, what="the end is missing")]
    check = LogCheck(entries=8, intact=False, problems=problems)
    page = read(audit_table(entries, check)).check()
    assert [attrs["data-digest"] for attrs in page.of("tr") if "data-digest" in attrs] == [
        one.digest for one in entries
    ]
    assert "not intact 8 entries verified" in page.text
    assert "Entry 3: the digest is another the end is missing" in page.text
    broken = [attrs for attrs in page.of("tr") if attrs.get("class") == "broken"]
    assert [attrs["data-number"] for attrs in broken] == ["3"]
    whole = read(audit_table(entries, LogCheck(entries=8, intact=True))).text
    assert "every digest fits the entry before it" in whole
    assert "verified" not in audit_table(entries)
    assert "no entry that fits" in audit_table([])


def test_review_shows_answers_and_what_was_said_of_them(case, entries, read):
    answers = [(case.document, answer) for answer in case.answers()]
    page = read(review_table(answers, questionnaire=case.questionnaire, entries=entries, base_url="/s/")).check()
    assert len([attrs for attrs in page.of("tr") if "data-question" in attrs]) == len(answers) == 8
    assert "8 answers to review. 1 reviewed." in page.text
    assert "relabelled as 42. R. Meier" in page.text
    assert "the reader gave it 93%" in page.text
    assert "not found in the document" in page.text
    assert "no answer to review" in review_table([], questionnaire=case.questionnaire)
