"""Names: kept as written, compared as people do."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.ledger._names import kept, key_of, tidy


def test_names_that_look_alike_are_one():
    assert key_of("Müller") == key_of("MU\u0308LLER ") == key_of("ｍüller")
    assert key_of("Müller") != key_of("Muller")
    assert key_of("A  B") == key_of("a b")
    assert key_of("Straße") == key_of("STRASSE")


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "a\u202eb", "a\u200bb", "x" * 101, "\ud800"])
def test_what_cannot_be_seen_is_no_name(name):
    with pytest.raises(InvalidInputError, match="^name: "):
        tidy(name)


def test_a_name_is_kept_in_one_form():
    assert tidy(" A\u030asa Öz ") == "Åsa Öz"


def test_tokens_are_kept_as_digests():
    assert len(kept("token")) == 64
    assert kept("a") != kept("b")
    assert len(kept("\ud800")) == 64
