"""Presidio's pattern recognisers as a redactor: a second line, without a language model and without the network."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any, NamedTuple

from pellucid._checks import check_number, check_option
from pellucid._optional import import_extra
from pellucid.exceptions import InvalidInputError
from pellucid.extraction._redaction import Redaction

_EXTRA = "redact"
_PURPOSE = "PresidioRedactor"


class _Kind(NamedTuple):
    """How Presidio finds something: its recogniser, and what it calls the entity."""

    recogniser: str
    entity: str


_KINDS = {
    "CARD": _Kind("CreditCardRecognizer", "CREDIT_CARD"),
    "DATE": _Kind("DateRecognizer", "DATE_TIME"),
    "EMAIL": _Kind("EmailRecognizer", "EMAIL_ADDRESS"),
    "IBAN": _Kind("IbanRecognizer", "IBAN_CODE"),
    "IP": _Kind("IpRecognizer", "IP_ADDRESS"),
    "MAC": _Kind("MacAddressRecognizer", "MAC_ADDRESS"),
    "PHONE": _Kind("PhoneRecognizer", "PHONE_NUMBER"),
    "SSN": _Kind("UsSsnRecognizer", "US_SSN"),
    "WALLET": _Kind("CryptoRecognizer", "CRYPTO"),
}

_FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class PresidioRedactor:
    """Finds e-mail addresses, phones, cards, accounts and machines with Microsoft Presidio's patterns.

    A second line of defence, never de-identification: without a language model Presidio
    finds no names, places or anything told in words. Nothing is looked up outside this
    machine: Presidio's own check of e-mail addresses fetches a list of domain endings,
    so it is replaced by the copy of that list that is installed with it.

    Needs the extra ``redact``; loaded when first used.

    Parameters
    ----------
    kinds : collection of str, default=("CARD", "EMAIL", "IBAN", "IP", "MAC", "PHONE", "SSN", "WALLET")
        Any of these and ``"DATE"``, which is left out because answers may stand in dates.
    least_score : float, default=0.4
        Presidio's own score, 0 to 1, below which a find does not count.

    Raises
    ------
    InvalidInputError
        If a kind is unknown or the score is no number from 0 to 1.
    MissingExtraError
        When first used, if Presidio is not installed.

    Examples
    --------
    >>> PresidioRedactor(kinds=["EMAIL"])
    PresidioRedactor(kinds=('EMAIL',), least_score=0.4)
    """

    def __init__(
        self,
        *,
        kinds: Collection[str] = ("CARD", "EMAIL", "IBAN", "IP", "MAC", "PHONE", "SSN", "WALLET"),
        least_score: float = 0.4,
    ) -> None:
        if isinstance(kinds, str) or not kinds:
            raise InvalidInputError(f"kinds: got {kinds!r}; give a list of {', '.join(_KINDS)}")
        for kind in kinds:
            check_option("kinds", kind, _KINDS)
        check_number("least_score", least_score, low=0, high=1)
        self.kinds = tuple(sorted(set(kinds)))
        self.least_score = least_score

    def __repr__(self) -> str:
        return f"PresidioRedactor(kinds={self.kinds}, least_score={self.least_score:g})"

    @property
    def name(self) -> str:
        """What finds what; goes into the key of stored answers."""
        import_extra("presidio_analyzer", extra=_EXTRA, purpose=_PURPOSE)
        return f"presidio {version('presidio-analyzer')}: {', '.join(self.kinds)} from {self.least_score:g}"

    def __call__(self, text: str) -> Iterator[Redaction]:
        """Find spans to take out.

        Parameters
        ----------
        text : str

        Yields
        ------
        Redaction
            In order; none overlap. Where two kinds claim the same words, they are joined
            under the one with the higher score.

        Raises
        ------
        MissingExtraError, InvalidInputError
        """
        try:
            found = [
                (result.start, result.end, result.score, kind)
                for kind, recogniser in self._recognisers.items()
                for result in recogniser.analyze(text, [_KINDS[kind].entity], None) or ()
                if result.score >= self.least_score
            ]
        except _FAULTS as error:  # its words may hold the text
            raise InvalidInputError(f"redact: Presidio failed on a document ({type(error).__name__})") from None
        yield from _apart(found)

    @cached_property
    def _recognisers(self) -> dict[str, Any]:
        package = import_extra("presidio_analyzer.predefined_recognizers", extra=_EXTRA, purpose=_PURPOSE)
        made = {kind: getattr(package, _KINDS[kind].recogniser)() for kind in self.kinds}
        if "EMAIL" in made:
            made["EMAIL"].validate_result = _offline_check()
        return made


def _offline_check() -> Callable[[str], bool]:
    """Check an e-mail address's ending against the installed list, never against the one on the network."""
    package = import_extra("tldextract", extra=_EXTRA, purpose=_PURPOSE)
    endings = package.TLDExtract(cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True)
    return lambda address: endings(address).fqdn != ""


def _apart(found: Sequence[tuple[int, int, float, str]]) -> Iterator[Redaction]:
    """Join finds that overlap."""
    joined: list[tuple[int, int, float, str]] = []
    for start, end, score, kind in sorted(found):
        if joined and start < joined[-1][1]:
            first, last, best, label = joined[-1]
            joined[-1] = (first, max(last, end), max(best, score), kind if score > best else label)
        else:
            joined.append((start, end, score, kind))
    return (Redaction(start, end, kind) for start, end, _, kind in joined)
