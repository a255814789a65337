"""Untrusted text as Markdown that says only what it says, and plain data as a YAML head."""

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from pellucid.reporting._wording import one_line
from pellucid.schema import to_json

_MARKS = re.compile(r"([\\`*_\[\]{}|~$!#])")
_LEADS = re.compile(r"^([-+=]|\d{1,9}(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"(?i)(?<=[a-z])(:)(?=//)|(?<=\bwww)(\.)|(?<=\S)(@)(?=\S)|(?<=\bmailto)(:)|(?<=\bxmpp)(:)")
_BREAKS = re.compile("[\u2028\u2029\ufeff]")

YamlValue = str | int | float | bool | Sequence["YamlValue"] | Mapping[str, "YamlValue"]


def markdown(text: str) -> Markup:
    r"""Write a text so that Markdown, and HTML within Markdown, take it for plain words on one line.

    Parameters
    ----------
    text : str

    Returns
    -------
    markupsafe.Markup
        Line ends become spaces; signs of Markdown get a backslash, ``<``, ``>`` and ``&``
        become entities; nothing in it becomes a link, a heading, a list or an image.

    Examples
    --------
    >>> print(markdown("# <b>[a](javascript:b)</b> *c* at www.example.org"))
    \# &lt;b&gt;\[a\](javascript:b)&lt;/b&gt; \*c\* at www\.example.org
    """
    flat = one_line(text).strip()
    flat = _MARKS.sub(r"\\\1", flat)
    flat = _LINKS.sub(lambda found: "\\" + found[0], flat)
    lead = _LEADS.match(flat)
    if lead is not None:
        at = lead.end() if lead[1][0].isdigit() else 0
        flat = f"{flat[:at]}\\{flat[at:]}"
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(flat)  # noqa: S704 - escaped above, for Markdown instead of HTML


def yaml_head(values: Mapping[str, YamlValue]) -> Markup:
    """Write plain data as YAML: strings in double quotes, so that none is taken for anything else.

    Parameters
    ----------
    values : Mapping[str, YamlValue]
        Keys are plain identifiers.

    Returns
    -------
    markupsafe.Markup
        Ends with a line end.

    Examples
    --------
    >>> print(yaml_head({"tags": ["a: b", "no"], "index": [{"value": 0.5}]}), end="")
    tags:
    - "a: b"
    - "no"
    index:
    - value: 0.5
    """
    return Markup("".join(f"{line}\n" for line in _lines(values)))  # noqa: S704 - quoted; not HTML


def _lines(value: Mapping[str, YamlValue]) -> list[str]:
    """Write a mapping, one line per scalar."""
    lines = []
    for key, held in value.items():
        if isinstance(held, Mapping):
            lines += [f"{key}:", *(f"  {line}" for line in _lines(held))]
        elif isinstance(held, Sequence) and not isinstance(held, str):
            lines += [f"{key}:", *(line for one in held for line in _entry(one))]
        else:
            lines.append(f"{key}: {_scalar(held)}")
    return lines


def _entry(one: YamlValue) -> list[str]:
    """Write one entry of a list."""
    if isinstance(one, Mapping):
        return [f"{'- ' if at == 0 else '  '}{line}" for at, line in enumerate(_lines(one))]
    return [f"- {_scalar(one)}"]


def _scalar(value: YamlValue) -> str:
    """Write a string, number or truth as JSON, which YAML reads as well."""
    if not isinstance(value, str):
        return to_json(value)
    return to_json(_BREAKS.sub(" ", one_line(value)))
