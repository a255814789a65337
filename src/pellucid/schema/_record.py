"""The base of every immutable fact: frozen, closed, JSON both ways, silent about its input."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Frozen pydantic model that refuses unknown keys, NaN and infinity.

    Validation errors never repeat the offending input, because it may be the text
    of a document.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
        str_strip_whitespace=False,
    )
