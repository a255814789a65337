import hashlib

from pellucid.schema import text_digest


def test_a_digest_is_that_of_the_bytes_a_file_would_hold():
    assert text_digest("") == hashlib.sha256(b"").hexdigest()
    assert text_digest("Größe 4\r\n") == hashlib.sha256(b"Gr\xc3\xb6\xc3\x9fe 4\r\n").hexdigest()


def test_texts_that_look_the_same_are_told_apart():
    assert len({text_digest(one) for one in ("é", "e\u0301", "é ", "é\n")}) == 4


def test_half_a_character_has_a_digest_of_its_own():
    halves = ("\ud83d", "\ud83c", "?", "\ufffd")
    assert text_digest(halves[0]) == hashlib.sha256(b"\xed\xa0\xbd").hexdigest()
    assert len({text_digest(one) for one in halves}) == 4
