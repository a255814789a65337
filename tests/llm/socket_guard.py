"""A guard that sees every connection and every look-up of a name, and lets none leave this machine.

    with SocketGuard() as guard:
        ...                      # raises at the end if anything strayed
    guard.connections            # [("127.0.0.1", 43219), ...]

It listens to Python's own audit events, which every socket of Python raises, however it is
used: blocking, asyncio, connect or connect_ex. A native library that opens sockets past
Python is not seen.
"""

import ipaddress
import sys

_guards = []


class SocketGuard:
    """Records connections and look-ups while it is open, and refuses those that leave this machine.

    Attributes
    ----------
    connections : list of tuple
        Addresses connected to, those of Unix sockets aside.
    lookups : list of str
        Host names that were looked up.
    strays : list of str
        What would have left this machine.
    """

    def __init__(self):
        self.connections, self.lookups, self.strays = [], [], []

    def __enter__(self):
        if not _guards:
            sys.addaudithook(_heard)  # cannot be taken back: it stays, and finds no guard open
            _guards.append(None)
        _guards.append(self)
        return self

    def __exit__(self, kind, *_):
        _guards.remove(self)
        if kind is None:
            assert not self.strays, self.strays

    def heard(self, event, host, address):
        if event.startswith("socket.get"):
            self.lookups.append(host)
        else:
            self.connections.append(address)
        if not is_local(host):
            self.strays.append(f"{event} {host}")
            raise PermissionError(f"{event} {host}: only this machine may be spoken to here")


def is_local(host):
    """Whether a host is this machine; no name at all is."""
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _heard(event, arguments):
    if not event.startswith("socket.") or len(_guards) < 2:
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if isinstance(address, tuple):  # others are paths of Unix sockets, or a socket that is connected already
            _guards[-1].heard(event, _text(address[0]), address)
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
        _guards[-1].heard(event, _text(host), None)


def _text(host):
    return host.decode() if isinstance(host, bytes) else host
