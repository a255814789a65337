"""The program of the process that searches regular expressions: lines of JSON in, lines of JSON out."""

import json
import re
import sys
from collections.abc import Iterable
from typing import TextIO


def serve(lines: Iterable[str], out: TextIO) -> None:
    r"""Compile the patterns of the first line, then say for each further line which of them match.

    Parameters
    ----------
    lines : iterable of str
        A list of patterns, then one text per line, all in JSON.
    out : text stream
        Gets ``"ready"``, then a list of numbers of patterns for each text.

    Examples
    --------
    >>> import io
    >>> said = io.StringIO()
    >>> serve(['["sun", "rain"]', '"Rain at noon."'], said)
    >>> said.getvalue()
    '"ready"\n[1]\n'
    """
    patterns: list[re.Pattern[str]] | None = None
    for line in lines:
        if patterns is None:
            patterns = [re.compile(pattern, re.IGNORECASE) for pattern in json.loads(line)]
            reply: object = "ready"
        else:
            text = json.loads(line)
            reply = [number for number, pattern in enumerate(patterns) if pattern.search(text)]
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
