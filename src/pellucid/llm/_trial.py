"""What is known on the way: of a run, of a request in it, and of the server that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pellucid.exceptions import ModelAccessError
from pellucid.llm._capabilities import Capabilities
from pellucid.llm._client import Request
from pellucid.llm._form import Form
from pellucid.llm._markers import Broken
from pellucid.llm._wire import Answered


@dataclass(eq=False)
class Run:
    """One run of requests.

    Attributes
    ----------
    deadline : float or None
        On the limiter's clock.
    stopped : bool
        Whether nothing more may be sent; what is on its way may still arrive.
    flying : set of asyncio.Task
        Those that wait for the server at this moment.
    """

    deadline: float | None = None
    stopped: bool = False
    flying: set[Any] = field(default_factory=set)


@dataclass(eq=False)
class Trial:
    """A request on its way, and what has been met so far."""

    request: Request
    sent: Broken  # the prompt as it is sent
    form: Form
    max_tokens: int
    prompt_tokens: int
    calls: int = 0
    lost: int = 0  # failures of server or network
    odd: int = 0  # replies that were none
    limited: int = 0  # 429 in a row, while nobody else got through either
    limited_at: int = -1
    trace: str = ""  # of the last HTTP 500
    doubled: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)  # of the last call


@dataclass(eq=False)
class Known:
    """What is known of a server and the model behind it.

    Attributes
    ----------
    form : Form
        What is asked of it now.
    context : int or None
        Most tokens of prompt and reply together.
    capabilities : Capabilities or None
        What the probe found.
    proven : bool
        Whether a reply came in the present form.
    served : str
        Name that its replies carry; empty before the first.
    """

    form: Form = field(default_factory=Form)
    context: int | None = None
    capabilities: Capabilities | None = None
    proven: bool = False
    served: str = ""

    def worked(self, form: Form) -> bool:
        """Take in that a reply came in a form, and go on in it unless a stricter one had worked before.

        Parameters
        ----------
        form : Form

        Returns
        -------
        bool
            Whether that is the form in which everything is asked now.
        """
        same = form is self.form or form == self.form
        if not same and not self.proven:
            self.form, same = form, True
        self.proven = self.proven or same
        return same

    def check_model(self, answered: Answered, *, model: str, fingerprint: str) -> None:
        """Stop when another model answers under the same name: its answers would be kept as the first one's.

        Parameters
        ----------
        answered : Answered
        model : str
            Name that was asked for.
        fingerprint : str
            What a reply has to give as ``system_fingerprint``; empty allows any.

        Raises
        ------
        ModelAccessError
        """
        payload = answered.payload
        if payload is None or not 200 <= answered.status < 300 or "choices" not in payload:
            return
        served = payload.get("model")
        if isinstance(served, str) and served:
            self.served = self.served or served
            if served != self.served:
                raise ModelAccessError(
                    f"model {model!r}: the server's replies name another model than at first, and answers of the two "
                    "would be kept as one; make a new OpenAIModel, with revision= set"
                )
        if fingerprint and payload.get("system_fingerprint") != fingerprint:
            raise ModelAccessError(
                f"revision: {fingerprint!r} was asked for, and the server's system_fingerprint is not that"
            )


def count_tokens(text: str) -> int:
    """Estimate the tokens of a text from its bytes, on the high side for most languages: one for every three.

    Parameters
    ----------
    text : str

    Returns
    -------
    int

    Examples
    --------
    >>> count_tokens("No chest pain today.")
    7
    """
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return -(-size // 3)


def tries(number: int) -> str:
    """Say how often something was tried."""
    return "1 try" if number == 1 else f"{number} tries"


def counted(answered: Answered) -> tuple[int | None, int | None]:
    """Return the server's own count of prompt and reply tokens, where it gives one."""
    usage = (answered.payload or {}).get("usage")
    if not isinstance(usage, dict):
        return None, None
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    prompt, reply = (one if isinstance(one, int) and one >= 0 else None for one in counts)
    return prompt, reply


def took(answered: Answered) -> tuple[int | None, int | None]:
    """Return what a call took: nothing where the server says that it failed or never got it."""
    if not answered.arrived or answered.status >= 300:
        return 0, 0
    return counted(answered)
