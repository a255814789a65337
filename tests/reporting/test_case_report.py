"""Everything about one decision in one file."""

import hashlib

from pellucid.reporting import decision_report


def test_one_file_holds_everything_and_runs_nothing(case, similar, changes, entries, read):
    page = decision_report(case, similar, changes, entries)
    found = read(page).check()
    assert found.of("html")[0]["lang"] == "en"
    assert [tag for tag, _ in found.elements if tag in ("header", "main", "footer")] == ["header", "main", "footer"]
    assert len(found.of("h1")) == 1
    assert "default-src 'none'" in found.of("meta")[1]["content"]
    for words in ("To look at", "What it adds up from", "Answers without a place", "How sure", "Second opinion",
                  "What would change", "Similar cases", "What was signed", "What the decision rests on"):  # fmt: skip
        assert words in found.text
    assert all(entry.digest in page for entry in entries)
    assert hashlib.sha256(case.text.encode()).hexdigest() in page
    assert case.model_digest in page
    assert "<script" not in page


def test_what_was_not_looked_for_is_not_spoken_of(case, read):
    found = read(decision_report(case)).check()
    assert "What would change" not in found.text
    assert "no person has accepted" in found.text
    assert "No person has signed a decision yet" in found.text


def test_a_report_on_a_case_that_changed_since_says_that_nobody_signed_it_so(case, similar, changes, entries, read):
    another = case.model_copy(update={"model_digest": "cd" * 32})
    said = read(decision_report(another, similar, changes, entries)).text
    assert "It is not signed as it stands." in said
    assert "who saw the model’s result" not in said
    assert "who saw the model’s result" in read(decision_report(case, similar, changes, entries)).text
