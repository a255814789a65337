"""Ed25519 signatures: who vouches for a saved folder."""

from typing import Any, NamedTuple

from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError

__all__ = ["SIGNATURE_BYTES", "KeyPair", "check_signature", "make_keys", "sign"]

SIGNATURE_BYTES = 64
"""Length of a signature."""

_KEY_BYTES = 32
_CONTEXT = b"pellucid saved model, format 1\n"
"""Stands before what is signed, so that a signature given for another purpose never fits."""


class KeyPair(NamedTuple):
    """A new pair of keys, 32 bytes each.

    Attributes
    ----------
    private : bytes
        Signs; to be kept where nobody else reads it. It does not show in `repr`.
    public : bytes
        Checks; to be handed to whoever loads.
    """

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"KeyPair(private=<32 bytes, not shown>, public={self.public.hex()!r})"


def make_keys() -> KeyPair:
    """Make a new pair of keys, at random.

    Returns
    -------
    KeyPair

    Raises
    ------
    MissingExtraError
        If the extra ``sign`` is not installed.

    References
    ----------
    S. Josefsson, I. Liusvaara, "Edwards-Curve Digital Signature Algorithm (EdDSA)",
    RFC 8032, 2017.

    Examples
    --------
    >>> keys = make_keys()
    >>> check_signature(b"text", sign(b"text", keys.private), keys.public)
    True
    """
    private = _ed25519().Ed25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def sign(content: bytes, private_key: bytes) -> bytes:
    """Sign some bytes.

    Parameters
    ----------
    content : bytes
    private_key : bytes
        32 bytes.

    Returns
    -------
    bytes
        64 bytes; always the same for the same content and key.

    Raises
    ------
    InvalidInputError
        If the key is none.
    MissingExtraError
        If the extra ``sign`` is not installed.
    """
    _check_key("private_key", private_key)
    return _ed25519().Ed25519PrivateKey.from_private_bytes(private_key).sign(_CONTEXT + content)


def check_signature(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Say whether a signature fits content and key.

    Parameters
    ----------
    content, signature : bytes
    public_key : bytes
        32 bytes.

    Returns
    -------
    bool

    Raises
    ------
    InvalidInputError
        If the key is none.
    MissingExtraError
        If the extra ``sign`` is not installed.
    """
    _check_key("public_key", public_key)
    ed25519 = _ed25519()
    invalid = import_extra("cryptography.exceptions", extra="sign", purpose="A signature").InvalidSignature
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _CONTEXT + content)
    except invalid:
        return False
    return True


def _check_key(name: str, key: object) -> None:
    """Refuse what cannot be a key, without showing it."""
    if not isinstance(key, bytes) or len(key) != _KEY_BYTES:
        got = f"{len(key)} bytes" if isinstance(key, bytes) else type(key).__name__
        raise InvalidInputError(
            f"{name}: got {got}; {_KEY_BYTES} bytes of an Ed25519 key are expected, see make_keys()"
        )


def _ed25519() -> Any:
    """Import the library's Ed25519."""
    return import_extra("cryptography.hazmat.primitives.asymmetric.ed25519", extra="sign", purpose="A signature")
