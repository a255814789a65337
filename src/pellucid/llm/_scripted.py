"""A language model that answers from a script: for tests, documentation and rehearsals."""

from collections.abc import Callable, Mapping, Sequence

from pellucid.exceptions import NotRecorded
from pellucid.llm._client import Reply, Request, Shared


class ScriptedModel(Shared):
    """Answers every request from a script; asks nobody.

    Parameters
    ----------
    script : Mapping of str to (str or Reply), or callable of Request to (str or Reply)
        By document name, or computed from the request.
    name : str, default="scripted"

    Attributes
    ----------
    requests : list of Request
        What was asked so far, in order.

    Examples
    --------
    >>> model = ScriptedModel({"note 1": '{"age": {"value": 41, "quote": "aged 41"}}'})
    >>> model.reply([Request(document="note 1", prompt="How old?")])[0].text
    '{"age": {"value": 41, "quote": "aged 41"}}'
    """

    def __init__(
        self,
        script: Mapping[str, str | Reply] | Callable[[Request], str | Reply],
        name: str = "scripted",
    ) -> None:
        self.script = script
        self.name = name
        self.requests: list[Request] = []

    def __repr__(self) -> str:
        return f"ScriptedModel(name={self.name!r})"

    def reply(self, requests: Sequence[Request]) -> list[Reply]:
        """Answer every request from the script.

        Parameters
        ----------
        requests : sequence of Request

        Returns
        -------
        list of Reply

        Raises
        ------
        NotRecorded
            If the script has nothing for a document.
        """
        self.requests.extend(requests)
        return [self._one(request) for request in requests]

    def _one(self, request: Request) -> Reply:
        if callable(self.script):
            said = self.script(request)
        elif request.document in self.script:
            said = self.script[request.document]
        else:
            raise NotRecorded(request.document, "any question", self.name, "add it to the script")
        return said if isinstance(said, Reply) else Reply(text=said)
