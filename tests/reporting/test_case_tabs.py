"""The further panels of a case."""

import pytest

from pellucid.reporting import (
    basis_panel,
    changes_panel,
    corrections_panel,
    second_opinion_panel,
    signed_panel,
    similar_panel,
)
from pellucid.schema import CounterfactualSet, Source


@pytest.fixture
def all_of_them(case, similar, changes, entries):
    return [
        basis_panel(case),
        second_opinion_panel(case),
        similar_panel(case, similar, base_url="/seedlings/"),
        changes_panel(changes, case),
        corrections_panel(case),
        signed_panel(entries),
    ]


def test_each_is_one_element_and_nothing_runs(all_of_them, read):
    for fragment in all_of_them:
        assert fragment.startswith('<div class="pellucid ')
        read(fragment).check()
    read("".join(all_of_them)).check()


def test_basis_names_inputs_gaps_logic_validation_and_limits(case, read):
    said = read(basis_panel(case)).text
    for words in (
        "5 of 8 questions got an answer", "Soil (not stated), Pests (unsupported), Light (unreadable)",
        "EBM decided: every answer adds points", "1,299 documents; this document was not among them",
        "EBM; AUROC 0.80.", "Look <script>", "It may know.", "ab" * 32, "Pot: clay (corrected)",
    ):  # fmt: skip
        assert words in said


def test_basis_of_a_persons_answers_names_no_reader(case, read):
    terms = [
        term.model_copy(
            update={"answers": tuple(one.model_copy(update={"source": Source(model="person")}) for one in term.answers)}
        )
        for term in case.decision.contributions
    ]
    own = case.model_copy(update={"decision": case.decision.model_copy(update={"contributions": terms})})
    said = read(basis_panel(own)).text
    assert "A person answered fixed questions about the document; no language model read it." in said
    assert "A language model answered" not in said
    assert "A language model answered fixed questions" in read(basis_panel(case)).text


def test_changes_just_across_the_threshold_are_not_written_as_it(case, changes, read):
    found = changes.found[0].model_copy(update={"probability": 0.4983})
    said = read(changes_panel(changes.model_copy(update={"found": (found,)}), case)).text
    assert "the risk would be 49.8% instead of 68%" in said


def test_second_opinion_says_where_they_part_and_hides_the_outcome(case, read):
    said = read(second_opinion_panel(case)).text
    assert "Language model, asked directly 31% died" in said
    assert "They decide differently: the language model’s risk is 37 percentage points lower." in said
    assert "<details><summary>What really happened</summary>" in second_opinion_panel(case)
    same = read(second_opinion_panel(case.model_copy(update={"direct": 0.7, "rationale": ""}))).text
    assert "They decide alike" in same
    assert "It gave no reason." in same
    silent = read(second_opinion_panel(case.model_copy(update={"direct": None, "observed": None}))).text
    assert "was not asked directly" in silent
    assert "really happened" not in silent


def test_similar_cases_lead_to_them_and_say_what_happened(case, similar, read):
    page = read(similar_panel(case, similar, base_url="/seedlings/"))
    assert page.of("a")[0]["href"].startswith("/seedlings/?case=doc-7%20%3Cscript%3E")
    assert "What happened: died (not as decided). Distance 0.31." in page.text
    assert "Of these 1, 0 had the outcome “survived”" in page.text
    assert not read(similar_panel(case, similar)).of("a")
    assert "no other case" in similar_panel(case, ())


def test_changes_carry_the_records_numbers_or_the_reason(case, changes, read):
    page = read(changes_panel(changes, case))
    assert page.of("li")[0]["data-probability"] == "0.475"
    assert (
        "If pot were “plastic” instead of “clay” and height were “30 cm” instead of “41 cm”, "
        "the risk would be 48% instead of 68%, and the decision “died”." in page.text
    )
    none = CounterfactualSet(document="doc-1", target="died", found=(), reason="No allowed change <b> reaches it.")
    assert "No allowed change <b> reaches it." in read(changes_panel(none, case)).text


def test_corrections_show_the_risk_before_and_now(case, read):
    assert "Risk before: 75%. Risk now: 68%." in read(corrections_panel(case)).text
    untouched = case.model_copy(update={"decision": case.original, "corrections": ()})
    assert "No answer was changed" in corrections_panel(untouched)


def test_signatures_are_all_there(entries, read):
    page = read(signed_panel(entries))
    assert len(page.of("li")) == len(entries)
    assert all(entry.digest in page.text for entry in entries)
    assert "no person has accepted or overridden" in signed_panel([])
