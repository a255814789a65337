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
# # The law, and an audit by group
#
# People were arrested and released before trial; were they arrested again within two years? You will see one person
# whom every score got wrong, hold glass box and language model against each other group by group, find out where a
# gap comes from, and read what an audit of 300 people cannot tell.

# %%
from pellucid.casework import Casework
from pellucid.domains import load

work = Casework.open(load("law"))
print(*work.cautions, sep="\n\n")

# %% [markdown]
# **Arrest is not crime.** Some people are watched more than others, so the same conduct leads to arrest more often.
# Whoever foretells arrests well foretells policing, too, and no audit of predictions against arrests can take that
# out. This domain is for measuring methods, **not for use on people**.
#
# ## One person
#
# First on the worklist: little is stated, the risk is near the threshold, and two opinions are 24 points apart.

# %%
from pellucid.reporting import second_opinion_panel, shown

case = work.case("la-0236")
print(case.text)
shown(second_opinion_panel(case))

# %% [markdown]
# ## Who the people are
#
# Protected attributes stand in a file of their own, for audits only. Race and sex are in no question and in no text.
# Age is both: the questionnaire asks for it.

# %%
people = work.domain.protected()
print("also asked by the questionnaire:", set(people.columns) & set(work.questionnaire.ids))
print(f"{case.document}: {people.loc[case.document].to_dict()}; what happened: {case.observed}")
people["race"].value_counts().to_frame("people").T

# %% [markdown]
# The glass box said 58%, the language model 82%, and the county's own score put him into the highest of ten classes.
# He was not arrested again. One person proves nothing about a method, and everything about what a probability is.
#
# ## False alarms, by race
#
# Of the people who were *not* arrested again: what share was called a risk of 50% or more? The glass box (an EBM) and
# the language model asked directly (LLM), with 95% intervals. The glass box decides on people it has not learnt from.

# %%
import pandas as pd

from pellucid.validation import audit_subgroups

cases = [work.case(name) for name in work.documents]
arrested = work.domain.outcome()
said = {"EBM": [one.decision.probability for one in cases], "LLM": [one.direct for one in cases]}
audit = audit_subgroups(arrested, said, people[["race"]])
print(f"{len(audit.rows)} rows: one per method and group")

# %%
from pellucid.reporting import subgroup_figure

subgroup_figure(audit.rows, "false positive rate", "race")

# %% [markdown]
# Among Black people who were not arrested again, the glass box raises a false alarm about twice as often as among
# white people; the language model's gap points the same way. Groups below twenty people get no figure, because
# it would say more about chance than about them.
#
# ## What did the audit find?

# %%
print(f"findings: {len(audit.findings)}")
print(audit.looked_for)

# %% [markdown]
# Nothing. Every group is tested against all others, on four measures, for two methods, and p is corrected for all of
# them; with this few people the gap above does not pass. **"Nothing found" is not "fair".** Look at how wide the
# intervals are: an audit of 300 people can only see a landslide.
#
# ## Equally calibrated, and still not equal
#
# Are the probabilities of the glass box right in each group? The last column is the observed share less the mean
# probability: zero is right.

# %%
rows = [row for row in audit.rows if row.subject == "EBM" and not row.small]
wanted = ["false positive rate", "true positive rate", "in the large"]
table = {row.group: {name: row.measures[name].text() for name in wanted} for row in rows}
base = {row.group: f"{row.events / row.documents:.2f}" for row in rows}
pd.DataFrame(table).T.assign(**{"arrested again": base})[["arrested again", *wanted]]

# %% [markdown]
# Calibration shows no clear error in any group, and false alarms differ all the same. That is arithmetic: where one
# group is arrested more often, no imperfect score can be calibrated and have equal error rates in both (Chouldechova
# 2017; Kleinberg, Mullainathan and Raghavan 2016). Which of the two matters more is for people to decide.
#
# ## Where does the gap come from?
#
# The model never saw race. But it is a sum, so the gap between two groups is a sum, too: question by question.

# %%
points = pd.DataFrame([{term.questions[0]: term.points for term in one.decision.contributions} for one in cases])
means = points.groupby(people["race"].to_numpy()).mean()
gap = means.loc["African-American"] - means.loc["Caucasian"]
print(f"mean gap in log-odds, terms together: {gap.sum():+.2f}")
gap.sort_values(key=abs, ascending=False).head(4).round(2).to_frame("points")

# %% [markdown]
# Most of it is the number of earlier offences on record, and age. A record counts arrests, and arrests are
# what is in doubt. To leave race out of the questions was not enough; of a black box you could not have said where
# it comes back in.
#
# ## Every attribute at once
#
# `groups()` looks at all attributes and their pairs, at both methods and at the language model's labels.

# %%
groups = work.groups()
alarms = pd.Series([finding.subject.split(" = ")[0] for finding in groups.findings])
print(alarms.value_counts().to_string(), end="\n\n")
print(*(finding.said for finding in groups.findings if finding.subject.startswith("age =")), sep="\n\n")

# %% [markdown]
# Two alarms by age alone (`label direct/1` is the language model's verdict, taken as a label). Of the people of 39 and
# above who *were* arrested again, the glass box saw one in four coming; and the language model raises false alarms
# among those of 24 to 29. Age is a question here, so the model may weigh it, and the audit says what that costs. (The
# alarms by `compas_decile` are no news: that score read the same record.)
#
# ## What this audit cannot show
#
# - It holds predictions against *arrests*. Where those are biased, a biased prediction looks right.
# - It sees groups that somebody wrote down, and groups of twenty or more.
# - It says nothing of what is done with a decision, nor of those who were never released.
# - The language model read notes written for this project. Real files may hint at a person's origin; these do not.
#
# ## Where to go next
#
# - [Is the glass box as good as the language model?](05_validate_against_the_llm.py)
# - [Read an audit](../docs/how-to/read-an-audit.md): every column and every alarm
# - [Limits and intended use](../docs/explanation/limits.md) · [the card of this domain](../domains/law/card.md)
