"""Entries of the log in words."""

from pellucid.reporting._entry_words import entry_rows
from pellucid.schema import EntryKind


def test_every_kind_is_told(entries):
    rows = entry_rows(entries)
    assert {entry.kind for entry in entries} == set(EntryKind)
    assert [row.words.split(" <script>")[0] for row in rows] == [
        "Before seeing the model’s answer: 40%.",
        "Pot: plastic (answered) → not stated. Why: misread.",
        "Risk 57%, decided by the model: “survived”, after 2 corrected answers; the person decided the same.",
        "Risk 57%, decided by the model: “survived”, after 2 corrected answers; the person decided “died”. "
        "Reason: there is new information.",
        "Height: relabelled as 42.",
        f"Reasons, SHA-256 {'cd' * 32}.",
        "Stop.",
        "Go on.",
    ]
    assert rows[0].when == "2026-11-21 10:15 UTC"
    assert rows[0].digest.startswith(rows[0].short)
    assert rows[3].note.startswith("<script>")


def test_one_corrected_answer_is_one(entries):
    body = {**entries[2].body, "corrections": 1}
    assert ", after 1 corrected answer;" in entry_rows([entries[2].model_copy(update={"body": body})])[0].words


def test_an_altered_body_is_not_dropped(entries):
    broken = entries[0].model_copy(update={"body": {"probability": "<b>high</b>"}})
    (row,) = entry_rows([broken])
    assert row.words == "What was signed cannot be read; verify the log."


def test_the_place_of_evidence_is_told(entries):
    body = {**entries[1].body, "after": "clay", "start": 1200, "end": 1210}
    (row,) = entry_rows([entries[1].model_copy(update={"body": body})])
    assert row.words.endswith("Evidence at characters 1,200 to 1,210.")


def test_a_letter_names_how_its_reasons_were_found(entries):
    body = {**entries[5].body, "method": "against best"}
    (row,) = entry_rows([entries[5].model_copy(update={"body": body})])
    assert row.words.startswith("Reasons, against best, SHA-256 ")
