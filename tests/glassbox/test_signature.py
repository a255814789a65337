"""Tests of glassbox/_signature.py: who vouches for a saved folder."""

import sys

import pytest

from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.glassbox._signature import check_signature, make_keys, sign

KEYS = make_keys()


def test_a_signature_fits_its_content_and_key_only():
    signature = sign(b"content", KEYS.private)
    assert len(signature) == 64
    assert check_signature(b"content", signature, KEYS.public)
    assert not check_signature(b"contents", signature, KEYS.public)
    assert not check_signature(b"content", signature, make_keys().public)
    assert not check_signature(b"content", signature[:-1], KEYS.public)
    assert not check_signature(b"content", b"", KEYS.public)


def test_a_signature_of_the_bare_content_does_not_fit():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    bare = Ed25519PrivateKey.from_private_bytes(KEYS.private).sign(b"content")
    assert not check_signature(b"content", bare, KEYS.public)


def test_signing_twice_gives_the_same_bytes():
    assert sign(b"content", KEYS.private) == sign(b"content", KEYS.private)


def test_keys_are_new_and_the_private_one_does_not_show():
    assert make_keys() != KEYS
    assert KEYS.private.hex() not in repr(KEYS)
    assert repr(KEYS.private) not in repr(KEYS)
    assert KEYS.public.hex() in repr(KEYS)


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33, "x" * 32, None])
def test_what_is_no_key_is_refused_and_not_repeated(key):
    with pytest.raises(InvalidInputError, match="private_key: got .*; 32 bytes") as caught:
        sign(b"content", key)
    assert "short" not in str(caught.value)
    with pytest.raises(InvalidInputError, match="public_key: got .*; 32 bytes"):
        check_signature(b"content", b"x" * 64, key)


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(MissingExtraError, match=r"pellucid\[sign\]"):
        make_keys()
