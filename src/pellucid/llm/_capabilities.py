"""What a server was found to do, whatever it promises; and what to ask of it accordingly."""

from typing import Literal

from pellucid.llm._form import Form, Rung
from pellucid.schema import Record

Found = Literal["yes", "no", "unclear"]
LogprobKind = Literal["no", "before mask", "after mask", "unclear"]

_DONE = {True: "yes", False: "no", None: "not tried"}
_LOGPROBS = {
    "no": "no",
    "before mask": "yes, before what the form of the reply allows; shared among the options here",
    "after mask": "yes, among what the form of the reply allows",
    "unclear": "yes; whether before or after what the form of the reply allows is unclear",
}


class Capabilities(Record):
    """What a server really did with a dozen small requests.

    Attributes
    ----------
    url : str
        Base of its API.
    model : str
        Name that was asked for.
    served : tuple of str
        Names the server lists; empty where it lists none.
    answered_as : str
        Name its replies carry.
    context : int or None
        Most tokens of prompt and reply together, where the server says.
    json_schema, json_object : bool or None
        Whether the reply kept to a schema, or was at least a JSON object; None where not tried.
    object_schema : bool or None
        Whether a schema beside ``json_object`` was kept to.
    choice, grammar : bool or None
        Whether vLLM's ``structured_outputs`` and llama.cpp's ``grammar`` were kept to.
    logprobs : {"no", "before mask", "after mask", "unclear"}
        Whether log probabilities of tokens are given, and if those of the model itself
        or of what the form of the reply allows.
    top_logprobs : int
        How many tokens are listed at most, of 20 asked for.
    seed : {"yes", "no", "unclear"}
        Whether the same seed gave the same reply and another one another.
    temperature : {"yes", "no", "unclear"}
        Whether a high one made replies differ, and 0 did not.
    n : bool or None
        Whether several replies to one request can be had.
    limit : {"max_tokens", "max_completion_tokens", "no", "unclear"}
        Under which name the limit of a reply's length is kept to.
    control_tokens : {"yes", "no", "unclear"}
        Whether a marker in a text becomes a control token; "no" where none of those
        tried did.
    markers_broken : bool or None
        Where they do: whether breaking the markers prevented it.
    seconds : float
        Median time of a request after the first.
    requests : int
        How many were sent.

    Examples
    --------
    >>> found = Capabilities(url="http://127.0.0.1:8000/v1", model="demo", json_schema=False, json_object=True,
    ...                      logprobs="no")
    >>> found.rung.value, found.form().top_logprobs
    ('json_object', 0)
    """

    url: str = ""
    model: str
    served: tuple[str, ...] = ()
    answered_as: str = ""
    context: int | None = None
    json_schema: bool | None = None
    json_object: bool | None = None
    object_schema: bool | None = None
    choice: bool | None = None
    grammar: bool | None = None
    logprobs: LogprobKind = "no"
    top_logprobs: int = 0
    seed: Found = "unclear"
    temperature: Found = "unclear"
    n: bool | None = None
    limit: Literal["max_tokens", "max_completion_tokens", "no", "unclear"] = "unclear"
    control_tokens: Found = "unclear"
    markers_broken: bool | None = None
    seconds: float = 0.0
    requests: int = 0

    @property
    def rung(self) -> Rung:
        """The strictest way to ask for a form that the server keeps to, as far as is known."""
        if self.json_schema:
            return Rung.JSON_SCHEMA
        if self.object_schema:
            return Rung.JSON_OBJECT
        if self.choice:
            return Rung.GRAMMAR
        if self.json_schema is None:  # not known: the strictest may do, and replies are checked in any case
            return Rung.JSON_SCHEMA
        return Rung.PLAIN if self.json_object is False else Rung.JSON_OBJECT

    def form(self) -> Form:
        """Return what to ask of this server.

        Returns
        -------
        Form
        """
        return Form(
            rung=self.rung,
            object_schema=self.object_schema is not False,
            grammar=bool(self.choice),
            top_logprobs=self.top_logprobs if self.logprobs != "no" else 0,
            completion_tokens=self.limit == "max_completion_tokens",
        )

    def to_lines(self) -> list[str]:
        """Say it in plain words, one line each.

        Returns
        -------
        list of str

        Examples
        --------
        >>> print(Capabilities(url="http://127.0.0.1:8000/v1", model="demo").to_lines()[0])
        http://127.0.0.1:8000/v1, asked for 'demo'
        """
        return [
            f"{self.url}, asked for {self.model!r}" + (f", replied as {self.answered_as!r}" if self._other else ""),
            f"  models it lists: {', '.join(self.served) or 'none'}",
            f"  context: {f'{self.context:,} tokens' if self.context else 'not told'}",
            f"  keeps to a JSON schema: {_DONE[self.json_schema]}",
            f"  keeps to JSON objects: {_DONE[self.json_object]}; with a schema beside: {_DONE[self.object_schema]}",
            f"  keeps to structured_outputs (vLLM): {_DONE[self.choice]}; "
            f"to a grammar (llama.cpp): {_DONE[self.grammar]}",
            f"  so replies are asked for as: {self.rung.value}",
            f"  probabilities of tokens: {_LOGPROBS[self.logprobs]}"
            + (f" ({self.top_logprobs} listed)" if self.top_logprobs else ""),
            f"  temperature: {_told(self.temperature)}; seed: {_told(self.seed)}",
            f"  several replies to one request (n): {_DONE[self.n]}",
            f"  limit of a reply's length: {_limit(self.limit)}",
            f"  control tokens: {self._control()}",
            f"  time: {self.seconds:.2g} s per small request, median; {self.requests} were sent",
        ]

    @property
    def _other(self) -> bool:
        return self.answered_as not in ("", self.model)

    def _control(self) -> str:
        if self.control_tokens != "yes":
            return {"no": "no marker that was tried became one"}.get(self.control_tokens, "unclear")
        broken = {True: "broken, as documents are sent, it does not", None: "broken markers were not tried"}
        return "a marker in a text becomes one; " + broken.get(
            self.markers_broken, "and even when broken: do not send this server documents of strangers"
        )


def _told(found: Found) -> str:
    return {"yes": "kept to", "no": "ignored"}.get(found, "unclear")


def _limit(name: str) -> str:
    return {"no": "ignored", "unclear": "unclear"}.get(name, f"kept to, as {name}")
