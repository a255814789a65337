"""Wrong passwords by the address they come from, in bounded memory: one place cannot lock name after name."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from starlette.requests import HTTPConnection

from pellucid.exceptions import AccessError, LockedOut

MOST_WRONG = 20
"""Wrong passwords from one address at once; an office may share one."""

EVERY_S = 180.0
"""After so many seconds one of them is forgotten, so that an address has 20 an hour for good."""

MOST_ADDRESSES = 4_096
"""Addresses that are remembered; who was quiet longest makes room."""


class ClientLimits:
    """Counts wrong passwords by address; safe to use from several threads.

    Parameters
    ----------
    clock : callable, default=time.monotonic
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __repr__(self) -> str:
        return f"ClientLimits({len(self._wrong)})"

    @contextmanager
    def counted(self, address: str) -> Iterator[None]:
        """Count what happens inside as a wrong password where it raises `AccessError`.

        Parameters
        ----------
        address : str
            As `client_of` gives it; nothing is counted for an empty one.

        Yields
        ------
        None

        Raises
        ------
        LockedOut
            If there were too many from this address.
        """
        if not address:
            yield
            return
        # Counted first, so that many at once are no more.
        self._add(address, 1.0)
        wrong = False
        try:
            yield
        except AccessError:
            wrong = True
            raise
        finally:
            if not wrong:
                self._add(address, -1.0)

    def _add(self, address: str, more: float) -> None:
        now = self._clock()
        with self._lock:
            level, at = self._wrong.pop(address, (0.0, now))
            level = max(0.0, level - (now - at) / EVERY_S)
            refused = level + more > MOST_WRONG
            after = level if refused else level + more
            if after > 0:
                self._wrong[address] = (after, now)
            while len(self._wrong) > MOST_ADDRESSES:
                self._wrong.popitem(last=False)
        if refused:
            raise LockedOut((level + more - MOST_WRONG) * EVERY_S)


def client_of(request: HTTPConnection, proxies: Iterable[str]) -> str:
    """Return where a request comes from: of IPv6 the network, which one household or office has to itself.

    Parameters
    ----------
    request : HTTPConnection
    proxies : iterable of str
        Addresses whose word is taken for where a request came from.

    Returns
    -------
    str
        Empty where it is not known, as behind a proxy that does not say it.
    """
    said = request.client.host if request.client else ""
    if said in proxies:
        # The last one is the proxy's own word; what stands before it, the browser may have made up.
        said = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
        if not said:
            return ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said[:100]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address.packed[:8] + bytes(8), 64)))
    return str(address)
