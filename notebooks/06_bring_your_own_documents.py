# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bring your own documents
#
# From a CSV file to decisions that show their evidence, in a quarter of an hour: write the questions, let a model
# read, stop it half-way, go on, decide, and ask how good it is. The documents are sixty invented tickets of a
# building's maintenance desk, and the "language model" is four rules, so that all of this runs here without a
# network. Put your own CSV in, change one line, and a live model reads instead. You will see a reading resume
# without asking anything twice, and a made-up quote that gets nowhere.
#
# ## A CSV file
#
# One row per document: an id, the text, and, for those whose end is known, the outcome. Did the repair take more
# than a day?

# %%
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

desk, rows = np.random.default_rng(4), []
for n in range(60):
    device, age, leaks = desk.choice(["boiler", "lift", "printer"]), desk.integers(1, 21), desk.random() < 0.4
    years = f", {age} years old," if n % 6 else ""
    text = f"Ticket {n}: the {device} on floor {desk.integers(6)}{years} has stopped. "
    text += "Water drips from it. " if leaks else "The floor around it is dry. "
    text += f"Repair: {desk.choice(['can wait', 'this week', 'today'])}."
    rows.append({"id": f"t-{n:02}", "text": text, "outcome": int(desk.random() < 0.1 + age / 40 + 0.3 * leaks)})

# %%
home = tempfile.TemporaryDirectory()
pd.DataFrame(rows).to_csv(Path(home.name) / "tickets.csv", index=False)

# From here on it could be your file.
tickets = pd.read_csv(Path(home.name) / "tickets.csv")
for text in tickets["text"].head(4):
    print(text)

# %% [markdown]
# ## A folder
#
# A domain is a folder that Pellucid reads. The shipped ones get no privilege.

# %%
folder = Path(home.name) / "tickets"
folder.mkdir()
(folder / "domain.toml").write_text("""
name = "tickets"
title = "Slow repairs, from maintenance tickets"
task = "Tickets of a building's maintenance desk. Outcome: the repair took more than a day (yes/no)."
unit = "ticket"
outcomes = ["done within a day", "took more than a day"]
""")
tickets[["id", "text"]].to_json(folder / "documents.jsonl", orient="records", lines=True)
tickets[["id", "outcome"]].to_csv(folder / "outcomes.csv", index=False)

# %% [markdown]
# The questions are yours. Write down what an experienced person would look for, so that a stranger could answer
# from the document alone. There are four types: `number`, `yes/no`, `choice` and `ordinal` (options from low to high).

# %%
from pellucid import Domain

(folder / "questions.toml").write_text("""
name = "tickets"
version = 1
questions = [
  {id = "device", ask = "Which device has stopped?", type = "choice", options = ["boiler", "lift", "printer"]},
  {id = "age", ask = "How old is the device?", type = "number", unit = "years", minimum = 0, maximum = 60},
  {id = "leak", ask = "Does water leak from it?", type = "yes/no"},
  {id = "urgency", ask = "How soon is it wanted?", type = "ordinal", options = ["can wait", "this week", "today"]},
]
""")
domain = Domain.from_folder(folder)
texts, outcome = domain.documents(), domain.outcome()
domain.questionnaire.ids

# %% [markdown]
# ## A model that reads
#
# This stand-in finds words by four rules and understands nothing. It has one bad habit on purpose: where a ticket
# does not tell the age, it says ten years and makes up a quote.

# %%
import json
import re

RULES = {"device": "boiler|lift|printer", "age": r"\d+ years old", "leak": "drips|is dry"}
RULES["urgency"] = "can wait|this week|today"


def clerk(request):
    """Answer every question with a value and a quote, as JSON; asked for the outcome, say how likely it is."""
    if not request.parts:
        return json.dumps({"probability": 0.7 if "drips" in request.text else 0.3, "rationale": "water or none"})
    hits = {part.key: re.search(RULES[part.key], request.text) for part in request.parts}
    quotes = {key: hit.group() if hit else "10 years old" for key, hit in hits.items()}
    values = quotes | {"age": int(quotes["age"].split()[0]), "leak": "yes" if "drips" in quotes["leak"] else "no"}
    return json.dumps({key: {"value": values[key], "quote": quotes[key]} for key in quotes})


# %% [markdown]
# To let a live model read, take the second line in place of the first. It speaks to vLLM, llama.cpp, Ollama or a
# hosted service. Everything below stays as it is; only where the clerk is stopped, you would press Ctrl-C yourself.

# %%
from pellucid import AnswerStore, LLMFeatureExtractor
from pellucid.llm import Budget, OpenAIModel, Prices, ScriptedModel

model = ScriptedModel(clerk, name="clerk")
# model = OpenAIModel("my-model", url="http://127.0.0.1:8000/v1")

store = AnswerStore(Path(home.name) / "answers.db")
extractor = LLMFeatureExtractor(domain.questionnaire, model, store=store).fit(texts)

# %% [markdown]
# What would a live model cost? An estimate asks nobody; the prices, per million tokens, are yours to fill in.

# %%
priced = OpenAIModel("my-model", url="http://127.0.0.1:8000/v1", budget=Budget(prices=Prices(prompt=0.5, reply=2.0)))
print(LLMFeatureExtractor(domain.questionnaire, priced).fit(texts).estimate(texts))

# %% [markdown]
# ## Stop it, and go on
#
# Every answer goes into the store as it comes. Here somebody presses Ctrl-C at ticket 40. The second run asks for
# what is missing and nothing else. (A stand-in replies in batches, so what was in the broken batch is asked again.)


# %%
def tired(request):
    """Answer as the clerk does, until somebody presses Ctrl-C."""
    if request.document == "t-40":
        raise KeyboardInterrupt
    return clerk(request)


left = [extractor.estimate(texts).requests]
try:
    LLMFeatureExtractor(domain.questionnaire, ScriptedModel(tired, name="clerk"), store=store).fit(texts).read(texts)
except KeyboardInterrupt:
    left.append(extractor.estimate(texts).requests)
readings = extractor.read(texts)
left.append(extractor.estimate(texts).requests)
print(f"requests left: {left[0]} at first, {left[1]} when it was stopped, {left[2]} now")
print(f"asked in the second run: {left[1] - left[2]}")

# %% [markdown]
# ## Look at the reading first
#
# The first ticket does not tell the age. The clerk's "10 years old" stands nowhere in it: the answer is
# `unsupported`, and no number comes out of it. Its other answers were found in the text, word for word.

# %%
print(texts["t-00"])
kept = ["question", "value", "status", "quote"]
answers = pd.DataFrame([one.model_dump(mode="json") for one in readings[0].answers])[kept]
print(extractor.transform(texts).iloc[0].to_dict())
answers

# %% [markdown]
# ## A decision on a new ticket
#
# The glass box learns from the sixty. Then a ticket comes in that nobody has seen. Every point belongs to a question,
# and every answer shows its quote.

# %%
from pellucid import GlassBoxTextClassifier

box = GlassBoxTextClassifier(domain.questionnaire, model, store=store).fit(texts, outcome)
new = "Ticket 61: the lift on floor 2, 17 years old, has stopped. Water drips from it. Repair: today."
box.explain([new])[0]

# %% [markdown]
# What has it learnt about age? Steps where there are many values, a bar of its own for tickets that do not say, and at
# the foot how many tickets stand behind each step. The band is wide: sixty tickets make bold curves of few facts, so
# the risk above is bolder than it should be.

# %%
from pellucid.reporting import forest_figure, shape_figure

view = box.view()
age = next(one for one in view.shapes if one.questions == ("age",))
shape_figure(age, view)

# %% [markdown]
# ## Is it any good?
#
# `record_domain` writes the answers, and the model's own guess at the outcome, into the folder. Then the folder is
# a whole domain, and `pellucid validate`, `pellucid explain` and `pellucid app` take it too. Five folds, once, to keep
# this quick.

# %%
from pellucid import compare_domain
from pellucid.study import record_domain

record_domain(domain, model, folder, store=store)
found = compare_domain(Domain.from_folder(folder), splits=5, repeats=1)
print(found.verdict, *found.caveats, sep="\n")
forest_figure(found, names=["EBM", "risk score", "direct LLM", "TF-IDF"])

# %% [markdown]
# "Undecided", and it says how many documents it would take. Sixty are enough to try everything out and to mend the
# questions; they are not enough to decide which method to trust. It also noticed the clerk's made-up quotes.

# %%
store.close()
priced.close()
home.cleanup()

# %% [markdown]
# ## Where to go next
#
# - [Your own domain](../docs/tutorial/your-own-domain.md): every file of the folder, step by step.
# - [Write a questionnaire](../docs/how-to/write-a-questionnaire.md): questions that can be answered from the text.
# - [Connect a model](../docs/how-to/connect-a-model.md) and [resume a read](../docs/how-to/resume-a-read.md).
# - [A language model's judgement, in a model you can read](07_label_generator.py): when outcomes are what you lack.
