"""What one test of an audit looked for."""

from pellucid.schema import Finding, FindingKind
from pellucid.validation._looked import Looked, alarms_first


def finding(subject, alarm):
    return Finding(kind=FindingKind.LEAK, subject=subject, alarm=alarm, said="Found.")


def test_alarms_stand_first_and_else_the_order_stays():
    found = alarms_first([finding("a", False), finding("b", True), finding("c", False), finding("d", True)])
    assert [one.subject for one in found] == ["b", "d", "a", "c"]


def test_a_result_tells_its_alarms_and_what_it_looked_for():
    looked = Looked((finding("b", True), finding("a", False)), "Copies were looked for.")
    assert [one.subject for one in looked.alarms] == ["b"]
    assert looked.looked_for() == "Copies were looked for."
