"""What several tests share: a small domain in a folder, complete with recordings."""

import hashlib
import json

import hypothesis
import numpy as np
import pytest

# How long one example takes says how busy the machine is; what has to be quick has a test of that.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

DOMAIN = """\
name = "weather"
title = "Rain from notes on the sky"
task = "Will it rain? In these notes it rained on about half the days."
unit = "day"
outcomes = ["dry", "rain"]
recorded_model = "demo-model"
contamination = "The model may have seen these skies."
uses = "For tests."

[[licences]]
title = "Invented notes"
creators = "The authors"
terms = "Apache-2.0"
"""
QUESTIONS = """\
name = "weather"
[[questions]]
id = "pressure"
ask = "What is the air pressure?"
type = "number"
unit = "hPa"
minimum = 900
maximum = 1100
[[questions]]
id = "clouds"
ask = "Are there clouds?"
type = "yes/no"
[[questions]]
id = "wind"
ask = "Where does the wind come from?"
type = "choice"
options = ["north", "east", "south", "west"]
"""


def pytest_collection_modifyitems(items):
    """Leave out of coverage what is slow or runs the same lines hundreds of times: counting nearly doubles the time."""
    for item in items:
        is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if is_property or "_grammar" in item.name or item.get_closest_marker("slow"):
            item.add_marker("no_cover")


def note(pressure, clouds, wind):
    sky = {"yes": "Clouds all over.", "no": "Not one cloud.", None: "Sky not seen."}[clouds]
    return f"Pressure {pressure} hPa. {sky} Wind from the {wind}."


def answers(pressure, clouds, wind):
    return {
        "pressure": {"value": pressure, "quote": f"Pressure {pressure} hPa"},
        "clouds": {
            "value": clouds,
            "quote": {"yes": "Clouds all over", "no": "Not one cloud", None: ""}[clouds],
        },
        "wind": {"value": wind, "quote": f"Wind from the {wind}"},
    }


@pytest.fixture(scope="session")
def weather(tmp_path_factory):
    """A domain of 80 notes, made the same way every time."""
    folder = tmp_path_factory.mktemp("domains") / "weather"
    (folder / "recordings").mkdir(parents=True)
    random = np.random.default_rng(7)
    documents, outcomes, replies, direct, facts = [], ["id,outcome"], [], [], []
    for n in range(80):
        name = f"we-{n:03d}"
        facts_of_day = (
            980 + n * 37 % 60,
            [None, "yes", "no", "yes"][n % 4],
            ["north", "east", "south", "west"][n * 7 % 4],
        )
        score = (1010 - facts_of_day[0]) / 8 + {"yes": 1.0, "no": -1.0, None: 0.0}[facts_of_day[1]]
        rain = int(random.random() < 1 / (1 + np.exp(-score)))
        text = note(*facts_of_day)
        text += f" Entry {n}."
        row = {
            "document": name,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "model": "demo-model",
        }
        documents.append({"id": name, "text": text})
        outcomes.append(f"{name},{rain}")
        facts.append({"id": name, "pressure": facts_of_day[0], "clouds": facts_of_day[1]})
        replies.append({**row, "prompt": "answers/1", "replies": answers(*facts_of_day)})
        said = round(float(1 / (1 + np.exp(-0.8 * score))), 2)
        direct.append({**row, "prompt": "direct/1", "replies": {"outcome": {"probability": said}}})
    (folder / "domain.toml").write_text(DOMAIN)
    (folder / "questions.toml").write_text(QUESTIONS)
    (folder / "card.md").write_text("# Rain\n")
    (folder / "outcomes.csv").write_text("\n".join(outcomes) + "\n")
    for path, rows in (
        ("documents.jsonl", documents),
        ("facts.jsonl", facts),
        ("recordings/answers.jsonl", replies),
        ("recordings/direct.jsonl", direct),
    ):
        (folder / path).write_text("".join(json.dumps(one) + "\n" for one in rows))
    return folder
