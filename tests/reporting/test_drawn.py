"""A decision that draws itself is still a decision."""

import pickle
import re

from pellucid.reporting import DrawnDecision
from pellucid.schema import Decision, ExplainedDocument


def test_it_is_equal_to_the_plain_one_and_its_json_is_the_same(decision):
    drawn = DrawnDecision.of(decision)
    assert drawn == decision
    assert decision == drawn
    assert hash(drawn) == hash(DrawnDecision.of(decision))
    assert drawn != decision.model_copy(update={"document": "other"})
    assert drawn != "a decision"
    assert drawn.model_dump_json() == decision.model_dump_json()
    assert Decision.model_validate_json(drawn.model_dump_json()) == drawn
    assert pickle.loads(pickle.dumps(drawn)) == drawn  # noqa: S301 - our own
    kept = ExplainedDocument(text="x" * 500, decision=drawn, observed="yes")
    assert ExplainedDocument.model_validate_json(kept.model_dump_json()) == kept


def test_a_notebook_gets_terms_with_quotes_and_no_script(decision, read):
    markup = DrawnDecision.of(decision)._repr_html_()
    page = read(markup).check()
    assert not page.of("a")
    rows = [(attrs["data-term"], float(attrs["data-points"])) for attrs in page.of("tr") if "data-term" in attrs]
    assert rows == [(" × ".join(term.questions), term.points) for term in decision.ranked()]
    assert re.findall(r'class="loose" dir="auto">(.*?)</q>', markup) == ["mites &lt;b&gt;"]  # it alone was not found
    assert "Height 41 cm, leaves" in page.text
    assert "look at this <script>" in page.text
    assert "<script" not in markup
