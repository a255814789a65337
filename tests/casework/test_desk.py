"""Where cases are made: which model decides, what is signed, what the language model said of its own."""

import pytest

from pellucid.casework._desk import direct_predictions, signed
from pellucid.exceptions import InvalidInputError
from pellucid.schema import Domain
from pellucid.study import read_domain


def test_each_case_keeps_the_model_that_decided_it(work, case):
    own = work._desk.model_of(case)
    assert own.digest == case.model_digest
    assert work.documents.index("we-001") not in own.rows
    new = work.new_case("new", "Not one cloud.", answers={"clouds": "no"})
    assert work._desk.model_of(new) is work._desk._fitted.whole
    assert len({work.case(name).model_digest for name in work.documents}) == 3


def test_a_held_out_case_of_an_unknown_text_is_refused(work, case):
    with pytest.raises(InvalidInputError, match="one of 'weather' is expected"):
        work._desk.model_of(case.model_copy(update={"text": case.text + " More."}))


def test_what_is_signed_leaves_drafts_aside(work, case):
    draft = work.rescored(case, {"clouds": None})
    assert signed(draft) == case.answers() != draft.answers()
    made = work.correction(draft, "clouds", "no", person="ann", why="misread")
    assert signed(work.case("we-001", [made]))[1] == made.after


def test_the_language_models_own_word_is_kept_with_its_reason(weather):
    read = read_domain(Domain.from_folder(weather))
    found = direct_predictions(read)
    assert list(found) == list(read.table.index)
    assert all(0 <= one.probability <= 1 for one in found.values())
    assert direct_predictions(read._replace(recording=Only(read.recording))) == {}


class Only:
    """A recording of answers alone."""

    prompts = ("answers/1",)

    def __init__(self, recording):
        self._recording = recording
