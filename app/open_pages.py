"""Which pages are open, and whose: what a page showed is forgotten when its owner signs out."""

import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_PAGES = 2_000


class Pages:
    """Pages by person; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._closing: dict[str, Callable[[str], object]] = {}

    def __repr__(self) -> str:
        return f"Pages({len(self._owner)})"

    def on_close(self, domain: str, act: Callable[[str], object]) -> None:
        """Say what forgets a page of a domain.

        Parameters
        ----------
        domain : str
        act : callable
            Called with the page's id.
        """
        self._closing[domain] = act

    def opened(self, person: str, domain: str, page: str) -> None:
        """Note whose a page is.

        Parameters
        ----------
        person, domain, page : str
        """
        with self._lock:
            self._owner[domain, page] = person
            while len(self._owner) > MOST_PAGES:
                self._owner.popitem(last=False)

    def people(self) -> frozenset[str]:
        """Return whose pages are open.

        Returns
        -------
        frozenset of str
        """
        with self._lock:
            return frozenset(self._owner.values())

    def close(self, person: str) -> None:
        """Forget a person's pages.

        Parameters
        ----------
        person : str
        """
        with self._lock:
            theirs = [key for key, owner in self._owner.items() if owner == person]
            for key in theirs:
                del self._owner[key]
        for domain, page in theirs:
            if domain in self._closing:
                self._closing[domain](page)
