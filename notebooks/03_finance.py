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
# # A credit analyst's view
#
# A loan is about to be declined, and the applicant may ask why. You will draft the letter with the principal reasons,
# find a reason in it that is hard to defend, take in a correction that turns the decision and one that does not, and
# hear the language model's own opinion.
#
# The memos were written from 300 records of the 1970s. This domain is for measuring methods, **not for use on
# people**, and the language model said that it recognised the records.

# %%
from pellucid.casework import Casework
from pellucid.domains import load

work = Casework.open(load("finance"))
case = work.case("fi-0158")
print(case.text)

# %% [markdown]
# ## The decision
#
# Made by a model that has not seen this memo. The outcome it speaks of is "the loan went bad".

# %%
from pellucid.reporting import DrawnDecision

DrawnDecision.of(case.decision)

# %% [markdown]
# ## The principal reasons
#
# Every term's points are held against the average of the memos the model learnt from. The four that lie furthest on
# the unfavourable side are the reasons. Only what was scored can be one: `scored` is looked up in the decision above.

# %%
import pandas as pd

reasons = work.reasons(case)
scored = {term.questions: term.points for term in case.decision.contributions}
table = pd.DataFrame([one.model_dump(include={"rank", "wording", "points", "quote"}) for one in reasons])
table.assign(scored=[scored[one.questions] for one in reasons]).set_index("rank").round(2)

# %% [markdown]
# ## The letter
#
# The domain has its own words for each reason. Nobody has signed, so the letter says in a box that it is a draft and
# that nothing is decided. What only the bank knows stands in square brackets. Scroll in it.

# %%
from pellucid.reporting import reason_letter, shown

shown(reason_letter(case, reasons, wording=work.domain.letter_wording()))

# %% [markdown]
# ## A reason that is hard to defend
#
# Second reason: the applicant *owns real estate*. Fourth: the applicant *owns the home*. Who would sign that? See what
# the answers say of the 278 loans whose memo states it:

# %%
from pellucid.study import read_domain

read = read_domain(work.domain)
share = read.outcome.groupby(read.table["property"], observed=True).agg(["size", "mean"])
share.set_axis(["loans", "went bad"], axis=1).round(2)

# %% [markdown]
# So the model did not make it up: in these records loans went bad *more* often where there was real estate. But 31
# loans are few, and the code table of these old records was once corrected; the card of this domain says which coding
# is used. Whether custom, coding or chance is at fault cannot be seen from here. The letter put it in front of you; a
# black box would have used it, too, in silence.
#
# ## A correction
#
# The applicant answers the letter: "I am not unemployed, I have had my own business for eight years." The memo
# contradicts itself here. Which answers would turn the decision, and which would not?

# %%
tried = {
    "employment": "7 years or more",
    "housing": "rents",
    "savings": "100 to 500 DM",
    "checking": "200 DM or more, or salary account",
}
drafts = {f"{name}: {value}": work.rescored(case, {name: value}).decision for name, value in tried.items()}
pd.DataFrame({said: {"risk": one.probability, "decided": one.predicted} for said, one in drafts.items()}).T

# %% [markdown]
# Those were drafts; no language model was asked, and nobody signed. An analyst who has seen the tax papers signs the
# first. The decision turns, by a hair.

# %%
signed = work.correction(case, "employment", "7 years or more", person="A. Analyst", why="tax papers shown")
after = work.with_corrections(case, [signed])
print(f"before {case.decision.probability:.1%}, {case.decision.predicted}")
print(f"after  {after.decision.probability:.1%}, {after.decision.predicted}; a draft: {after.is_draft}")

# %% [markdown]
# ## What could the applicant change?
#
# The past, the person and the purpose stay; terms, accounts, savings and guarantees may change. Within these rules the
# search is exact: what it lists are the smallest changes there are.

# %%
from pellucid.reporting import changes_panel

shown(changes_panel(work.changes(case), case))

# %% [markdown]
# "Bring a guarantor" looks like a strong offer. Before you write it into a letter, look at what it rests on:

# %%
from pellucid.reporting import shape_figure

view = work.model_view()
cosigner = next(shape for shape in view.shapes if shape.questions == ("cosigner",))
shape_figure(cosigner, view)

# %% [markdown]
# Thirteen guarantors among 300 memos, and models fitted on different parts of the memos disagree widely (the thin
# line). An exact search in a model that is unsure gives an exact answer that is unsure.
#
# ## The language model's own opinion

# %%
from pellucid.reporting import second_opinion_panel

shown(second_opinion_panel(case))

# %% [markdown]
# It gives half the risk. A warning stands on every memo where the two decide differently or are far apart. When they
# decide differently, who is right?

# %%
cases = [work.case(name) for name in work.documents]
apart = [one for one in cases if (one.direct >= one.threshold) != (one.decision.probability >= one.threshold)]
bad = pd.Series([one.observed == work.domain.outcomes[1] for one in apart])
glass_box = pd.Series([one.decision.probability >= one.threshold for one in apart])
print(f"they decide {len(apart)} memos differently; {sum(bool(one.warnings) for one in apart)} of them carry a warning")
print(f"right: glass box {(glass_box == bad).sum()} times, language model {(glass_box != bad).sum()} times")

# %% [markdown]
# Neither by much, and over all memos the language model ranks better, perhaps from memory. A disagreement does not say
# who is wrong. It says which memo a person should read.
#
# ## Where to go next
#
# - [The law, and an audit by group](04_law.py)
# - [Is the glass box as good as the language model?](05_validate_against_the_llm.py)
# - [The app](../docs/how-to/app.md), where an analyst does all this by hand, signs, and the letter is no draft
# - [Limits and intended use](../docs/explanation/limits.md) · [the card of this domain](../domains/finance/card.md)
