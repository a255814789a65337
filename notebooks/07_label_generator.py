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
# # A language model's judgement, in a model you can read
#
# You have documents, a questionnaire, and a language model that answers it. What you lack is outcomes: gold labels
# take years to collect, or a committee to agree on. This notebook teaches a glass box with few gold labels or none,
# on the three recorded domains, and shows when that is a bad idea. Nothing here needs a network.

# %%
import numpy as np
import pandas as pd

from pellucid import DistilledClassifier, EBMClassifier
from pellucid.domains import load
from pellucid.study import labelled_domain

domains = {name: labelled_domain(load(name)) for name in ("healthcare", "finance", "law")}
pd.Series({name: len(one.table) for name, one in domains.items()}, name="documents")

# %% [markdown]
# **Before anything else.** In healthcare and finance the language model said that it recognised the public records
# the notes were written from. What it says of them may be memory rather than judgement, so every figure below may
# be too good there. Of law it said nothing of the kind.

# %%
for name, one in domains.items():
    print(f"{name}: {one.read.domain.contamination or 'nothing known'}\n")

# %% [markdown]
# ## Without a single gold label
#
# A third of the documents is set aside for testing. The glass box learns from what the language model said of the
# others, and sees no outcome. A second one learns from all their outcomes. Then both decide on the answers alone.


# %%
def parted(one):
    """Set every third document aside."""
    test = np.arange(len(one.table)) % 3 == 0
    table = one.table[[*one.read.questions, *one.teachers]]
    return table[~test], one.read.outcome[~test], table[test], one.read.outcome[test]


# %%
from sklearn.metrics import roc_auc_score

rows, twins, golds = {}, {}, {}
for name, one in domains.items():
    X, y, X_test, y_test = parted(one)
    twins[name] = DistilledClassifier(teacher=one.teachers, classes=(0, 1)).fit(X)
    golds[name] = EBMClassifier().fit(X[one.read.questions], y)
    rows[name] = {
        "gold labels": roc_auc_score(y_test, golds[name].decision_function(X_test[one.read.questions])),
        "no gold label": roc_auc_score(y_test, twins[name].decision_function(X_test)),
        "the LLM asked directly": roc_auc_score(y_test, X_test[one.direct]),
        "twin's correlation with the LLM": twins[name].fidelity_.correlation,
    }
pd.DataFrame(rows).T.round(3)

# %% [markdown]
# Now the intervals, for law. A hundred test documents say little: each AUROC is sure to about ± 0.1, and which of the
# three ranks better is open. `pellucid labels bench` repeats this 50 times on all documents;
# [the page on labels](../docs/how-to/labels.md) has the table.

# %%
from pellucid.reporting import interval_figure, shape_figure
from pellucid.validation import Analysis, compare_predictions

one, twin = domains["law"], twins["law"]
X, y, X_test, y_test = parted(one)
said = {
    "gold labels": golds["law"].predict_proba(X_test[one.read.questions])[:, 1],
    "no gold label": twin.predict_proba(X_test)[:, 1],
    "the LLM asked directly": X_test[one.direct].astype(float),
}
compared = compare_predictions(y_test, said, Analysis("the LLM asked directly", draws=200), subject="law")
interval_figure(compared, "auroc")

# %% [markdown]
# ## It is a glass box
#
# Every point of a decision belongs to one question.

# %%
decision = twin.contributions(X_test).iloc[0]
shown = pd.DataFrame({"answer": X_test.iloc[0][decision.index], "points": decision.round(2)})
shown.sort_values("points", key=abs, ascending=False).head(6)

# %% [markdown]
# And every question has one curve for all decisions. This is what the twin has learnt, from the language model alone,
# about the question that moves its decisions most.

# %%
view = twin.glass_box_.view()
shape_figure(view.shapes[0], view)

# %% [markdown]
# Where does it depart from the language model? For these answers the language model says more, or less, than the
# glass box, and chance does not explain it. That is where to look for a missing question.

# %%
departures = twins["finance"].fidelity_.to_frame()
departures[departures["marked"]].round(2)

# %% [markdown]
# ## With fifty gold labels
#
# Labels that are missing stay missing. The model settles on held-out gold labels how far to trust the language model.

# %%
few = y.astype("Int64")
few.iloc[50:] = pd.NA
both = DistilledClassifier(teacher=one.teachers, classes=(0, 1)).fit(X, few)
print(f"trust in the language model: {both.trust_:.2f}, with {both.n_gold_} gold labels")
both.candidates_.round(3)

# %% [markdown]
# ## What do fifty gold labels say about it?
#
# Alone, fifty gold labels leave the AUROC in a wide interval. Joined with the language model's labels of all
# documents some intervals are a little narrower, and they hold even where the language model is wrong. The last
# column is what the language model's labels would claim if they were taken for true; it is *not* valid.

# %%
from pellucid.measures import powered

sample = np.random.default_rng(0).permutation(len(y_test))[:50]
gold = pd.Series(np.nan, index=y_test.index)
gold.iloc[sample] = y_test.iloc[sample]
found = powered(gold, X_test[one.direct], twin.predict_proba(X_test)[:, 1])
pd.DataFrame(
    {
        name: {
            "gold labels alone": figure.gold.text(),
            "with the LLM's labels": figure.powered.text(),
            "LLM taken for true (not valid)": figure.llm,
        }
        for name, figure in found.items()
    }
).T

# %% [markdown]
# ## Which labels should a person look at?
#
# The small model curates the big model's labels. To see whether it finds wrong ones, one label in five is turned
# round; how many of those stand in the first third of the queue?

# %%
from pellucid.glassbox import SparseLinearRegressor
from pellucid.labeling import LabelCuration

health = domains["healthcare"]
said = health.table[health.direct]
turned = np.random.default_rng(0).permutation(len(said))[: len(said) // 5]
spoiled = said.copy()
spoiled.iloc[turned] = 1 - spoiled.iloc[turned]
curated = LabelCuration(SparseLinearRegressor(), repeats=1).curate(health.table[health.read.questions], spoiled)
first = {item.document for item in curated.queue.items[: len(said) // 3]}
print(f"found in the first third: {np.mean([name in first for name in said.index[turned]]):.0%}")
curated.queue.to_frame().head(3).T

# %% [markdown]
# ## When not to do this
#
# A language model's bias is learnt with its judgement. Beside each other: how often the language model and its twin
# call a case positive that was none, by group of people.

# %%
law = domains["law"]
groups = law.read.domain.protected()
twin_says = pd.Series(twin.predict_proba(X_test)[:, 1], index=X_test.index)
wrongly = pd.DataFrame(
    {
        "LLM": (X_test[law.direct] > 0.5)[y_test == 0],
        "twin": (twin_says > 0.5)[y_test == 0],
    }
)
table = wrongly.groupby(groups["race"].loc[wrongly.index]).agg(["mean", "size"])
table[table["LLM", "size"] >= 8].round(2)

# %% [markdown]
# Groups this small prove nothing either way; `audit_labels_by_group` does the same with intervals, smallest sizes
# and one rule for all tests, and the subgroup audit of a report shows it for every method. Law's outcome is a new
# *arrest*, not a new crime, and is known to carry racial bias: a model that foretells it well copies that too.
#
# In short: distil where the language model has something to go by, keep a random sample of gold labels to measure
# with, look at the groups, and do not rely on what a language model says of records that it may know by heart.
#
# ## Where to go next
#
# - [Labels](../docs/how-to/labels.md): every step of this, with the measured tables.
# - [Is the glass box as good as asking the language model?](05_validate_against_the_llm.py): the question behind it.
# - [Bring your own documents](06_bring_your_own_documents.py): the same on your texts.
# - [Limits and intended use](../docs/explanation/limits.md): what none of this may be used for.
