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
# # A first decision, checked by hand
#
# One clinic note goes through a questionnaire. A language model answers it with quotes, and a glass box turns the
# answers into a decision. You will find every quote in the note, add up the points yourself, correct one answer, and
# see what a made-up quote is worth. Everything replays from a recording: no network, no key.
#
# The three domains that come with Pellucid are for measuring methods, **not for use on people**. The language model
# also said that it recognised the records behind these notes.

# %%
from pellucid.domains import load

domain = load("healthcare")
texts, outcome = domain.documents(), domain.outcome()
text = texts["hc-0010"]
print(text)

# %% [markdown]
# ## The questions
#
# Shorthand, written in a hurry. The questionnaire asks fourteen things of every note. They were written once, by a
# person, and are the same for all.

# %%
import pandas as pd

pd.options.display.max_colwidth = 100
questions = domain.questionnaire.questions
pd.DataFrame([{"question": one.id, "type": one.type.value, "wording": one.ask} for one in questions])

# %% [markdown]
# ## The answers
#
# A language model read all 303 notes once, and its replies were kept. A recording stands wherever a language model
# could stand; it answers what it was asked before and nothing else.

# %%
from pellucid import LLMFeatureExtractor, Recording

recording = Recording.from_file(*domain.recordings())
extractor = LLMFeatureExtractor(domain.questionnaire, recording).fit(texts)
reading = extractor.read(texts[["hc-0010"]])[0]


def answers(reading):
    """Lay the answers of one document out as a table."""
    kept = ["question", "value", "status", "quote", "start", "end"]
    table = pd.DataFrame([one.model_dump(mode="json", include=set(kept)) for one in reading.answers])
    return table[kept].astype({"start": "Int64", "end": "Int64"}).set_index("question")


answers(reading)

# %% [markdown]
# Two facts are *not stated*. The note says nothing of a thallium scan, so there is no answer: not "normal", not zero.
# Silence has points of its own, learnt from other notes that are silent.
#
# ## Is it really in the note?
#
# `start` and `end` count characters. Cut the note there, and the quote must come out. Here for this note, then for
# all 303.

# %%
for one in reading.answers[:3]:
    print(f"{one.question}: {text[one.start : one.end]!r}")

quoted = [(texts[each.document], one) for each in extractor.read(texts) for one in each.answers if one.quote]
found = sum(note[one.start : one.end] == one.quote for note, one in quoted)
print(f"{found:,} of {len(quoted):,} quotes stand where they are said to stand")

# %% [markdown]
# ## The decision
#
# A glass box learns from the answers and outcomes of the 302 *other* patients. Here it is an explainable boosting
# machine (EBM): one learnt curve per question, and a decision is their sum.

# %%
from pellucid import GlassBoxTextClassifier

others = texts.drop("hc-0010")
model = GlassBoxTextClassifier(domain.questionnaire, recording).fit(others, outcome.drop("hc-0010"))
decision = model.explain_readings([reading], names=dict(enumerate(domain.outcomes)))[0]
decision

# %% [markdown]
# The same as a staircase: from the start, one step per question, down to the score.

# %%
from pellucid.reporting import waterfall

waterfall(decision)

# %% [markdown]
# ## Add it up
#
# Points are log-odds. The start plus the points of all questions is the score, and the score is the probability in
# another unit. Nothing else goes in.

# %%
import math

import numpy as np

points = {term.questions[0]: term.points for term in decision.contributions}
score = decision.intercept + math.fsum(points.values())
print(f"start {decision.intercept:+.3f} and {len(points)} terms {math.fsum(points.values()):+.3f} give {score:+.3f}")
print(f"probability 1 / (1 + exp(-score)) = {1 / (1 + math.exp(-score)):.3f}")

np.testing.assert_allclose(score, decision.score, rtol=0, atol=1e-9)
np.testing.assert_allclose(1 / (1 + math.exp(-score)), decision.probability, rtol=0, atol=1e-9)

# %% [markdown]
# A decision whose terms do not add up cannot even be built. Try to slip in half a point:

# %%
from pellucid.exceptions import AdditivityError
from pellucid.schema import Decision

try:
    Decision.model_validate(decision.model_dump() | {"score": decision.score + 0.5})
except AdditivityError as refused:
    print(refused)

# %% [markdown]
# ## Correct an answer
#
# The thallium result arrives by post: a normal scan. A person adds it, and the decision is made anew. No language
# model is asked, and only the row of that question changes. Here is what each possible result would have done:

# %%
from pellucid.schema import Status


def corrected(reading, question, value):
    """Put a person's answer in place of the one that was read."""
    new = {"value": value, "status": Status.CORRECTED}
    answers = [one.model_copy(update=new) if one.question == question else one for one in reading.answers]
    return reading.model_copy(update={"answers": tuple(answers)})


for value in (None, "normal", "fixed defect", "reversible defect"):
    (after,) = model.explain_readings([corrected(reading, "thallium", value)])
    moved = after.score - decision.score
    print(f"thallium {value or 'not stated':18} moves the score by {moved:+.2f}, risk {after.probability:.0%}")

# %% [markdown]
# ## What is a made-up quote worth?
#
# Now a language model that invents. A scripted one repeats all the answers above, and adds a finding that sounds
# right, with a quote that sounds right.

# %%
import json

from pellucid.llm import ScriptedModel

claims = {one.question: {"value": one.value, "quote": one.quote} for one in reading.answers}
claims["thallium"] = {"value": "reversible defect", "quote": "thallium scan shows a reversible defect"}
inventive = ScriptedModel({"hc-0010": json.dumps(claims)})
invented = LLMFeatureExtractor(domain.questionnaire, inventive).fit(texts).read(texts[["hc-0010"]])[0]
answers(invented).loc[["thallium"]]

# %% [markdown]
# The words are not in the note, so the answer is *unsupported*. The glass box gets no value, and the decision is what
# it was before, to the last digit, with a warning beside it. To move the score, a model has to point at something
# that is there.

# %%
(after,) = model.explain_readings([invented])
print(f"risk before {decision.probability:.6f}, after {after.probability:.6f}")
print(*after.warnings, sep="\n")

# %% [markdown]
# What this does not catch: a model that quotes the right words and reads them wrongly. That is for the person who
# looks, and the quote shows where.
#
# ## Where to go next
#
# - [A clinician's view](02_healthcare.py): the whole domain, three kinds of glass box, how sure a decision is
# - [A credit analyst's view](03_finance.py): reasons, a letter, a correction
# - [The law, and an audit by group](04_law.py)
# - [Your own domain](../docs/tutorial/your-own-domain.md): the same with your documents
