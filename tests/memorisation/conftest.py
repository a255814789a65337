"""What tests of memorisation share: made-up tables and texts, and models that know them or do not."""

import json

import numpy as np
import pytest

from pellucid.llm import ScriptedModel
from pellucid.memorisation import RawTable

WORDS = [a + b for a in ("ba", "do", "fi", "gu", "ke", "lo", "mi", "nu", "pe", "ro") for b in ("dal", "fen", "gor")]


def shown(request):
    """The material of a prompt, line by line."""
    return request.text.splitlines()


def rows_asked(request):
    return request.reply_schema["properties"]["rows"]["minItems"]


@pytest.fixture
def make_table():
    """A table of made-up rows in no order: a running number, two numbers, two words."""

    def make(seed=0, rows=150):
        random = np.random.default_rng(seed)
        lines = ["id,weight,length,colour,kind"]
        for number in range(rows):
            weight = random.normal(50, 12)
            lines.append(
                f"{number + 1},{weight:.1f},{2 * weight + random.normal(0, 9):.0f},"
                f"{random.choice(['red', 'green', 'blue'])},{random.choice(['yes', 'no'], p=[0.3, 0.7])}"
            )
        return RawTable.of_lines("made up", lines)

    return make


@pytest.fixture
def make_texts():
    """Made-up texts of 80 words each."""

    def make(seed=0, texts=40, words=80):
        random = np.random.default_rng(seed)
        return [" ".join(random.choice(WORDS, words)).capitalize() + "." for _ in range(texts)]

    return make


@pytest.fixture
def knows_rows():
    """A model that has a table by heart, or a share of its rows."""

    def make(table, share=1.0, seed=0):
        place = {line: number for number, line in enumerate(table.lines)}
        known = np.random.default_rng(seed).random(len(table.lines)) < share

        def script(request):
            first = place[shown(request)[-1]] + 1
            rows = range(first, first + rows_asked(request))
            given = [table.lines[row] if known[row] else table.lines[0] for row in rows]
            return f"From memory:\n```json\n{json.dumps({'rows': given})}\n```"

        return ScriptedModel(script, "elephant")

    return make


@pytest.fixture
def guesses_rows():
    """Models that know nothing: they copy the last row, or mix the columns of the rows that are shown."""

    def make(seed=0, way="mix"):
        random = np.random.default_rng(seed)

        def script(request):
            rows = [line.split(",") for line in shown(request)[1:]]
            last = int(rows[-1][0]) if rows[-1][0].isdigit() else 0
            given = []
            for step in range(rows_asked(request)):
                mixed = [rows[random.integers(len(rows))][column] for column in range(len(rows[0]))]
                pick = rows[-1] if way == "copy" else mixed
                given.append(",".join([str(last + 1 + step), *pick[1:]]))
            return json.dumps({"rows": given})

        return ScriptedModel(script, "guesser")

    return make


@pytest.fixture
def knows_texts():
    """A model that has texts by heart."""

    def make(texts):
        def script(request):
            whole = next((text for text in texts if text.startswith(request.text)), None)
            if whole is None:
                return json.dumps({"continuation": "and so on, as these things go on, more or less."})
            return json.dumps({"continuation": whole[len(request.text) :]})

        return ScriptedModel(script, "elephant")

    return make


@pytest.fixture
def refuses():
    """A model that says no in words."""
    return ScriptedModel(lambda request: "I cannot help with that.", "shy")
