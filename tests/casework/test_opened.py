"""A domain, opened: what is told meanwhile, what is refused, and what is computed once."""

import pytest

from pellucid.casework import Casework
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Domain, Reading


def test_opening_tells_how_far_it_is(weather):
    seen = []
    opened = Casework.open(
        Domain.from_folder(weather), glass_box="shallow tree", splits=2, progress=lambda *done: seen.append(done)
    )
    assert seen == [(n, 5) for n in range(1, 6)]
    found = opened.case("we-001")
    assert found.decision.model == "ShallowTreeClassifier"
    assert found.sureness.bags is None
    draft = opened.rescored(found, {"pressure": 985})
    reading = Reading(document="we-001", answers=draft.answers())
    classifier = opened._desk.model_of(found).classifier
    assert classifier.explain_readings([reading] * 2, names={0: "dry", 1: "rain"})[0].score == pytest.approx(
        draft.decision.score, abs=1e-9
    )


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"glass_box": "oracle"}, "glass_box"),
        ({"splits": 1}, "splits"),
        ({"splits": 2.5}, "splits"),
        ({"splits": 41}, "splits: got 41"),
    ],
)
def test_what_cannot_be_opened_is_refused(weather, how, said):
    with pytest.raises(InvalidInputError, match=f"^{said}"):
        Casework.open(Domain.from_folder(weather), **how)


def test_the_list_is_computed_once_and_updated_where_something_was_signed(work, case, monkeypatch):
    first = work.worklist()
    assert len(first) == 80
    assert [one.rank for one in first] == sorted((one.rank for one in first), reverse=True)
    made = work.correction(case, "clouds", None, person="ann", why="misread")
    seen = []
    real = work.case
    monkeypatch.setattr(work, "case", lambda *given: seen.append(given[0]) or real(*given), raising=True)
    second = {one.document: one for one in work.worklist({"we-001": [made]})}
    assert set(seen) == {"we-001"}
    assert (second["we-001"].corrected, second["we-001"].missing) == (1, 1)
    assert all(one == second[one.document] for one in first if one.document != "we-001")
    with pytest.raises(InvalidInputError, match="has no document 'we-999'"):
        work.worklist({"we-999": [made]})


def test_what_models_rest_on_is_computed_once(work):
    assert work.model_view() is work.model_view()
    assert work.comparison() is work.comparison()
    assert work.groups() is work.groups()
    assert work.card() == "# Rain\n"
    assert "For tests." in work.cautions


def test_the_first_case_finds_everything_warm(weather):
    opened = Casework.open(Domain.from_folder(weather), splits=2)
    kept = set(opened._beside._kept._found)
    opened.rescored(opened.case("we-001"), {"pressure": 985})
    assert set(opened._beside._kept._found) == kept
