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
# # Is the glass box as good as asking the language model?
#
# A glass box can be checked. That is worth little if it decides badly. Here three glass boxes, word counts and the
# language model itself are put to the same documents, under rules that are written down first. You will see the
# answer come out as "no", see what that "no" rests on, and see which tests can tell whether it means anything.
# Nothing here needs a network, and the records are **for measuring methods, not for use on people**.

# %%
import numpy as np
import pandas as pd

from pellucid import Contender, CrossValidation, DirectLLMClassifier, Validator
from pellucid.domains import load
from pellucid.glassbox import EBMClassifier, RiskScoreClassifier, SparseLinearClassifier
from pellucid.study import TEXT, read_domain

read = read_domain(load("healthcare"))
print(read.domain.task)
print(f"\n{len(read.table)} notes, {len(read.questions)} questions, {read.outcome.sum()} with the outcome")

# %% [markdown]
# ## First the rules
#
# A comparison that is planned after its numbers are seen can show anything. So, before any number: the glass box
# counts as good enough if its AUROC is at most **0.03** below the language model's, with the 95% interval on our
# side. Every contender is fitted on the same training notes and tested on the same others.

# %%
from pellucid.validation import tfidf_rival

MARGIN, REFERENCE = 0.03, "direct LLM"
box = {"columns": read.questions, "glass_box": True, "uses_answers": True}
contenders = {
    "EBM": Contender(EBMClassifier(), **box),
    "sparse linear": Contender(SparseLinearClassifier(), **box),
    "risk score": Contender(RiskScoreClassifier(max_questions=6), **box),
    REFERENCE: Contender(DirectLLMClassifier(read.recording), columns=TEXT, caveats=[read.domain.contamination]),
    "TF-IDF": Contender(tfidf_rival(), columns=TEXT),
}

# %% [markdown]
# ## Then the numbers
#
# Five folds, twice, and 200 bootstrap draws keep this notebook quick; a report takes five repeats and 2,000 draws
# (`pellucid validate healthcare --report FOLDER`). A higher AUROC ranks better; a lower Brier score is nearer to
# the truth.

# %%
design = CrossValidation(splits=5, repeats=2)
validator = Validator(contenders, design, reference=REFERENCE, margin=MARGIN, draws=200)
found = validator.run(read.table, read.outcome, text_column=TEXT, subject="healthcare")
found.to_frame()[["auroc", "brier"]].round(3)

# %% [markdown]
# The intervals of the glass boxes and of the language model overlap, and that says nothing: all contenders were tested
# on the same notes, so what counts is the *difference* on those notes. The shaded zone is the margin. A filled mark is
# a conclusion, a hollow one none.

# %%
from pellucid.reporting import calibration_figure, decision_curve_figure, forest_figure

forest_figure(found)

# %% [markdown]
# ## The bottom line, as the validator says it
#
# The rules that make these sentences stand in `found.rules`. None of them can say "there is no
# difference": where nothing was shown, the sentence says that, and how many documents would be needed.

# %%
print(found.verdict)

# %% [markdown]
# So the answer is no: on these notes the language model ranks better. And in the same breath: it said that it knew
# the records. A lead that may be memory is no reason to hand decisions to a model that nobody can check, nor a
# reason to say that the glass box is as good. It is a reason to repeat this with records the model cannot know.
#
# ## What can 300 documents show?

# %%
from pellucid.measures import half_width, power_non_inferior

print(found.power)
best = next(one for one in found.differences if one.contender == "sparse linear" and one.measure == "auroc")
error = max(best.high - best.low, best.folds.high - best.folds.low) / (2 * half_width(1.0))
sizes = [100, 300, 1000, 3000]
errors = [error * np.sqrt(len(read.table) / n) for n in sizes]
reach = {"interval reaches ±": [half_width(one) for one in errors]}
chance = {"chance to show “not worse”": [power_non_inferior(one, MARGIN) for one in errors]}
pd.DataFrame(reach | chance, index=pd.Index(sizes, name="documents")).round(3)

# %% [markdown]
# The table carries the sentence over to other sizes, as if intervals shrank with the root of the number. With a hundred
# documents, two methods that are equally good would be left "undecided" more often than not; and "undecided" is not
# "equal".
#
# ## Can the probabilities be believed?
#
# Ranking is not all: a stated 70% should come true seven times in ten. Points on the straight line keep that promise.

# %%
calibration_figure(found, names=["sparse linear", REFERENCE, "TF-IDF"])

# %% [markdown]
# ## Would it help to act on it?
#
# Net benefit counts true alarms, less false ones at the price that the threshold sets. A method is of use only where
# its line lies above both "treat all" and "treat none".

# %%
decision_curve_figure(found, names=["sparse linear", REFERENCE, "TF-IDF"])

# %% [markdown]
# ## What could make all of this wrong?
#
# A question may give the outcome away. Each one is tested as if it were the whole model. To see that the test can
# fail, a leak is planted beside the honest questions: something that is only known *after* the outcome.

# %%
from pellucid.validation import label_echo, question_leaks

rng = np.random.default_rng(0)
sent = np.where(rng.random(len(read.outcome)) < 0.99, read.outcome, 1 - read.outcome)
planted = read.table[read.questions].assign(sent_to_surgery=np.where(sent == 1, "yes", "no"))
for table in (read.table[read.questions], planted):
    leaks = question_leaks(table, read.outcome)
    print(leaks.looked_for())
    print("  found:", [f"{one.subject}, alarm: {one.alarm}" for one in leaks.findings] or "nothing", "\n")

# %% [markdown]
# And the outcomes may be an echo: if the language model's verdict foretells them almost without error, somebody may
# have labelled with a language model.

# %%
said = DirectLLMClassifier(read.recording).fit(read.table[TEXT], read.outcome).predict_proba(read.table[TEXT])[:, 1]
for labels in (read.outcome, (said > 0.5).astype(int)):
    echo = label_echo(labels, said)
    print(echo.looked_for())
    print("  found:", [one.said for one in echo.findings] or "nothing", "\n")

# %% [markdown]
# ## Does a model read, or recite?
#
# A live model can be tested for memory (`pellucid memorised`). One test moves the facts of a note a little. A model
# that reads becomes wrong about as often as right; one that recites was right on what it knew and loses it. Two
# stand-ins show it: the first looks at the age in the note, the second has learnt the outcomes by heart.

# %%
import re

from pellucid.llm import ScriptedModel
from pellucid.memorisation import perturbed_test, run_tests

by_heart = dict(zip(read.table[TEXT], read.outcome, strict=True))


def reads(texts):
    """Say yes to those above 55."""
    return [0.8 if int(re.search(r"\d+", text).group()) > 55 else 0.2 for text in texts]


def recites(texts):
    """Say what was learnt by heart, and read where nothing was."""
    return [by_heart.get(text, guess) for text, guess in zip(texts, reads(texts), strict=True)]


# %%
for name, predict in (("reads", reads), ("recites", recites)):
    test = perturbed_test(read.table[TEXT], read.outcome, predict)
    report = run_tests([], ScriptedModel({}, name=name), subject="healthcare", also=[test])
    print(f"{name}: {report.said}")
    print("  ", {what: figure.text(2) for what, figure in test.figures.items()}, "\n")

# %% [markdown]
# The recording holds no live model, so these tests were not put to the one that was recorded. All that is known of
# its memory is what it said itself; that is why the verdict carries a caveat, and why no test here can lift it.
#
# In short: write the margin down first, look at the paired difference, ask what so many documents can show, look for
# leaks and echoes, and take a "no" for what it is.
#
# ## Where to go next
#
# - [Bring your own documents](06_bring_your_own_documents.py): the same verdict on your own texts.
# - [A language model's judgement, in a model you can read](07_label_generator.py): closing the gap that you saw.
# - [Comparing, testing, auditing, reporting](../docs/how-to/validation.md): every figure and rule.
# - [Read an audit](../docs/how-to/read-an-audit.md): what each finding means, and what to do about it.
