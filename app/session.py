"""What is open while the app runs: a casework for each domain, log, accounts, live model, people's own texts."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from pellucid.app.client_limits import ClientLimits
from pellucid.app.open_pages import Pages
from pellucid.app.own_texts import OwnTexts
from pellucid.casework import Casework
from pellucid.ledger import Accounts, DecisionLog
from pellucid.llm import LanguageModel
from pellucid.schema import CaseFile, Domain

Progress = Callable[[int, int], None]
MOST_CASES = 256
"""Recorded cases that are kept as they stand, so that a correction is scored at once."""


class Session:
    """What is open while the app runs; everything in it may be used from several threads.

    Parameters
    ----------
    caseworks : mapping of str to Casework
        By name of the domain.
    log : DecisionLog
    accounts : Accounts
    model : LanguageModel or None, default=None
        Reads texts that people open themselves.
    estimate_first : bool, default=False
        Whether a person estimates before the model's answer is shown.
    foreign_sign_on : bool, default=False
        Whether people sign in elsewhere.
    """

    def __init__(
        self,
        caseworks: Mapping[str, Casework],
        *,
        log: DecisionLog,
        accounts: Accounts,
        model: LanguageModel | None = None,
        estimate_first: bool = False,
        foreign_sign_on: bool = False,
    ) -> None:
        self.caseworks = dict(caseworks)
        self.log = log
        self.accounts = accounts
        self.model = model
        self.estimate_first = estimate_first
        self.foreign_sign_on = foreign_sign_on
        self.own_texts = OwnTexts()
        self.pages = Pages()
        self.clients = ClientLimits()
        # What one process holds of fits and of a domain is shared; a live model is asked one text at a time.
        self.reading = threading.Lock()
        self._cases: OrderedDict[tuple[str, str, int], CaseFile] = OrderedDict()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Session({', '.join(self.caseworks)})"

    @property
    def domains(self) -> tuple[str, ...]:
        """Names of the open domains."""
        return tuple(self.caseworks)

    def forget(self, person: str) -> None:
        """Forget what a person opened, and what pages of theirs still show.

        Parameters
        ----------
        person : str
        """
        self.own_texts.drop(person)
        self.pages.close(person)

    def sweep(self) -> None:
        """Forget what people opened who have no sign-in any more, in whichever browser; a proxy's sign-on has none."""
        if self.foreign_sign_on:
            return
        here = self.own_texts.people() | self.pages.people()
        for person in here - self.accounts.signed_in() if here else ():
            self.forget(person)

    def case(self, key: tuple[str, str, int], make: Callable[[], CaseFile]) -> CaseFile:
        """Return a case as it stands, made once.

        Parameters
        ----------
        key : tuple of str, str and int
            Domain, document and the number of its last correction.
        make : callable

        Returns
        -------
        CaseFile
        """
        with self._lock:
            found = self._cases.get(key)
            if found is not None:
                self._cases.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._cases[key] = made
            while len(self._cases) > MOST_CASES:
                self._cases.popitem(last=False)
        return made

    def close(self) -> None:
        """Close the log and the accounts."""
        self.log.close()
        self.accounts.close()


def open_caseworks(
    domains: Sequence[Domain], *, glass_box: str = "EBM", progress: Progress | None = None
) -> dict[str, Casework]:
    """Fit what the app decides with, one domain after the other.

    Parameters
    ----------
    domains : sequence of Domain
    glass_box : str, default="EBM"
    progress : callable or None, default=None
        Called with (done, in all).

    Returns
    -------
    dict of str to Casework
    """
    opened: dict[str, Casework] = {}
    for place, domain in enumerate(domains):
        opened[domain.name] = Casework.open(domain, glass_box=glass_box)
        if progress:
            progress(place + 1, len(domains))
    return opened
