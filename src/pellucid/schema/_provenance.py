"""Where numbers come from: digests of everything that went in, so that each can be traced and repeated."""

from pydantic import Field

from pellucid.schema._record import Record


class Provenance(Record):
    """SHA-256 digests (64 hexadecimal digits) of what a result was computed from; empty where there was none.

    Attributes
    ----------
    documents : str
        Of ids and texts, or of the table where there are no texts.
    outcomes : str
        Of ids and outcomes.
    questionnaire : str
    prompts : dict of str to str
        By the prompt's name, such as ``"answers/1"``.
    recordings : dict of str to str
        By file name.
    model : str
        Name (and revision) of the language model, as recorded.
    predictions : str
        Of all predictions the figures were computed from.
    command : str
        What repeats it.
    """

    documents: str = ""
    outcomes: str = ""
    questionnaire: str = ""
    prompts: dict[str, str] = Field(default_factory=dict)
    recordings: dict[str, str] = Field(default_factory=dict)
    model: str = ""
    predictions: str = ""
    command: str = ""
