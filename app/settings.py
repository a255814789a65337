"""How the app is started: where it listens, where it keeps its log, who may be trusted."""

import ipaddress
from dataclasses import dataclass

from pellucid.exceptions import InvalidInputError

DEFAULT_DATABASE = "runs/app/pellucid.db"


@dataclass(frozen=True)
class Settings:
    """How the app is started.

    Attributes
    ----------
    host : str
        Address to listen at.
    port : int
    database : str
        URL of decision log and accounts.
    glass_box : str
        Which glass box decides.
    estimate_first : bool
        Whether a person estimates before the model's answer is shown.
    trust_header : str
        Header in which a reverse proxy names who has signed in; empty for our own sign-in.
    proxies : tuple of str
        Addresses of the proxy: from there that header is believed, and where a browser is.
    hosts : tuple of str
        Further names under which the server may be asked; beyond this machine at least one.
    https : bool
        Whether browsers come by HTTPS alone, so that they never send the cookie otherwise.

    Raises
    ------
    InvalidInputError
        If it listens beyond this machine, and no name is given under which it may be asked.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    database: str = DEFAULT_DATABASE
    glass_box: str = "EBM"
    estimate_first: bool = False
    trust_header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    hosts: tuple[str, ...] = ()
    https: bool = False

    def __post_init__(self) -> None:
        if not is_loopback(self.host) and not self.hosts:
            raise InvalidInputError(
                f"host: {self.host!r:.60} is reached from other machines, so the names have to be given under which "
                "browsers may ask; add --allow-host NAME, or leave --host out"
            )

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Names under which the server may be asked, without a port."""
        own = f"[{self.host}]" if ":" in self.host else self.host
        here = ("127.0.0.1", "[::1]", "localhost") if is_loopback(self.host) else ()
        return tuple(dict.fromkeys((*here, own.casefold(), *(name.casefold() for name in self.hosts))))


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only.

    Parameters
    ----------
    host : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("192.168.0.9")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
