"""Digests of what went in."""

from pellucid.schema import Provenance


def test_what_there_was_none_of_is_empty_and_the_form_is_read_back():
    assert not any(Provenance().model_dump().values())
    made = Provenance(documents="ab" * 32, prompts={"answers/1": "cd" * 32})
    assert Provenance.model_validate(made.model_dump(mode="json")) == made
