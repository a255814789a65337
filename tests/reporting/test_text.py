"""Plain text: aligned, complete, safe to print."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import comparison_text, decision_text
from pellucid.reporting._wording import signed
from pellucid.schema import ContenderResult, Measure


@pytest.mark.parametrize("width", [72, 100, 160])
def test_comparison_keeps_the_width_and_every_figure(comparison, width):
    text = comparison_text(comparison, width=width)
    assert "0.913 [0.873, 0.943]" in text
    assert "+0.013 [−0.021, +0.046]" in text
    assert "reference" in text
    assert "undefined" in text
    assert "1,234.500" in text
    assert "Verdict: Too close to call." in text
    assert "Caveat: Few documents." in text
    assert text.endswith("\n")
    assert all(line == line.rstrip() for line in text.split("\n"))
    assert max(map(len, text.split("\n"))) <= width


def test_comparison_is_one_table_where_it_fits(comparison):
    assert comparison_text(comparison, width=160).count("Contender ") == 1
    assert comparison_text(comparison, width=72).count("Contender ") == 2


def test_columns_stay_aligned_with_wide_letters(comparison):
    wide = ContenderResult(name="直接聞いた", measures={"auroc": Measure(value=0.5)})
    text = comparison_text(comparison.model_copy(update={"contenders": (comparison.contenders[1], wide)}))
    lines = text.split("\n")
    row = next(line for line in lines if line.startswith("直"))
    other = next(line for line in lines if line.startswith("asked"))
    assert row.index("0.500") + 5 == other.index("0.900")  # five letters take two columns each


def test_same_record_gives_the_same_text(comparison, explained):
    assert comparison_text(comparison) == comparison_text(comparison)
    assert decision_text(explained) == decision_text(explained)


def test_decision_text_says_everything(explained, study):
    text = decision_text(explained, outcomes=study.outcomes, questionnaire=study.questionnaire)
    flat = " ".join(text.split())
    decision = explained.decision
    start = explained.text.index("Height 41 cm, leaves")
    assert flat.startswith("Document doc-1: risk 68% of “survived”. Decided: survived (EBM).")
    assert "What happened: survived, as decided. Language model asked directly: 93%, 25" in flat
    assert "To look at: look at this <script>" in flat
    for term in decision.contributions:
        assert term.said in flat
        assert abs(term.points) < 0.005 or signed(term.points) in flat
    for said in ("[not stated]", "[unsupported]", "[unreadable]", "[corrected]", "“mites <b>”", "How tall, <in> cm?",
                 "lowers <0.01", "Without points here:", "add up to the score",
                 "The model gave it 93%.", f"at {start}–{start + 20}"):  # fmt: skip
        assert said in flat
    assert max(map(len, text.split("\n"))) <= 100


def test_decision_alone_is_enough(decision):
    assert decision_text(decision).startswith("Document doc-1: risk 68% of “1”. Decided: 1 (EBM).")


def test_document_cannot_steer_the_terminal(explained):
    decision = explained.decision.model_copy(update={"document": "a\x1b[2J\u202eb\nc"})
    text = decision_text(decision)
    assert "a␛[2J⟨U+202E⟩b c" in text
    assert "\x1b" not in text


def test_too_narrow_is_refused(comparison, decision):
    with pytest.raises(InvalidInputError, match="width: got 10; at least 72"):
        comparison_text(comparison, width=10)
    with pytest.raises(InvalidInputError, match="width"):
        decision_text(decision, width=71)
