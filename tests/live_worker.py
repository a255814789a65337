"""A process that reads documents from a server into a store, and may be killed at any moment."""

import json

from pellucid.extraction import read_stream
from pellucid.llm import AnswerStore, Limits, OpenAIModel
from pellucid.schema import Question, Questionnaire

QUESTIONNAIRE = Questionnaire(
    name="demo",
    questions=[
        Question(id="age", ask="How old?", type="number", minimum=0, maximum=2000),
        Question(id="pain", ask="Pain?", type="yes/no"),
    ],
)


def number_of(call):
    return int(call.prompt.split("Entry ")[1][:5])


def answer(call):
    """Only what was asked, as a good server would."""
    n = number_of(call)
    said = {"age": {"value": n, "quote": f"Aged {n}"}, "pain": {"value": "yes", "quote": "in pain"}}
    asked = call.prompt.rpartition("Questions:")[2]
    return json.dumps({name: said[name] for name in said if f"- {name}:" in asked})


def documents(n):
    return ((f"d{k}", f"Entry {k:05d}. Aged {k}, in pain. Came alone.") for k in range(n))


def open_model(url, limits=None, **options):
    limits = limits or Limits(concurrency=16, retries=5, backoff_s=0.05)
    return OpenAIModel("demo", url=url, probe=False, limits=limits, **options)


def work(url, path, n):
    with AnswerStore(path) as store, open_model(url, Limits(concurrency=8)) as model:
        for reading in read_stream(documents(n), QUESTIONNAIRE, model, store=store):
            assert all(one.status.value == "answered" for one in reading.answers), reading.answers
