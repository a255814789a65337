"""What an audit found, as records."""

import pytest
from pydantic import ValidationError

from pellucid.schema import Audit, Finding, FindingKind


def test_a_finding_names_at_most_twenty_documents():
    found = Finding(kind="leak", subject="age", alarm=True, said="It copies the outcome.", documents=["a"] * 20)
    assert Audit(findings=[found]).findings[0].kind is FindingKind.LEAK
    with pytest.raises(ValidationError, match="at most 20"):
        Finding(kind="leak", subject="age", alarm=True, said="It copies the outcome.", documents=["a"] * 21)
