"""How the app is started: where it listens, where it keeps its log, who may be trusted."""

from dataclasses import dataclass

LOOPBACK = ("127.0.0.1", "::1", "localhost")

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
        Addresses from which that header is believed.
    hosts : tuple of str
        Further names under which the server may be asked.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    database: str = DEFAULT_DATABASE
    glass_box: str = "EBM"
    estimate_first: bool = False
    trust_header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    hosts: tuple[str, ...] = ()

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Names under which the server may be asked; none where it listens beyond this machine and none is given."""
        if self.host in LOOPBACK:
            return ("127.0.0.1", "[::1]", "localhost", *(name.casefold() for name in self.hosts))
        return (self.host.casefold(), *(name.casefold() for name in self.hosts)) if self.hosts else ()
