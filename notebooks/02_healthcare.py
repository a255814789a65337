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
# # A clinician's view
#
# 303 adults were referred for suspected coronary artery disease; angiography later told who had it. You will read
# what a glass box learnt, meet a curve that looks wrong, follow one borderline patient from note to decision, and add
# up the same patient's risk on a paper card.

# %%
from pellucid.casework import Casework
from pellucid.domains import load

work = Casework.open(load("healthcare"))
print(*work.cautions, sep="\n\n")

# %% [markdown]
# Take that seriously: this domain is for measuring methods, **not for use on people**. The patients came to one clinic
# in the 1980s, and the notes were written for this project from their records.
#
# ## The whole clinic at a glance
#
# `Casework` decides each patient by a model that has not seen them. Sorted by the risk it stated: how many had a
# narrowed vessel?

# %%
import pandas as pd

cases = [work.case(name) for name in work.documents]
risk = pd.Series([case.decision.probability for case in cases], name="stated risk")
narrowed = pd.Series([case.observed == work.domain.outcomes[1] for case in cases])
bands = pd.cut(risk, [0, 0.2, 0.4, 0.6, 0.8, 1], labels=["0–20%", "20–40%", "40–60%", "60–80%", "80–100%"])
found = pd.DataFrame({"patients": risk, "mean stated": risk, "narrowed": narrowed}).groupby(bands, observed=True)
found.agg({"patients": "size", "mean stated": "mean", "narrowed": "mean"}).round(2)

# %% [markdown]
# What is said and what came about are close, in groups. How close one can know with 303 patients is drawn below: the
# glass box, and the language model asked directly, with bands of 95%.

# %%
from pellucid.reporting import calibration_figure

calibration_figure(work.comparison())

# %% [markdown]
# ## A curve that looks wrong
#
# The model is laid open: for every question, what each answer adds. This is the weightiest one.

# %%
from pellucid.reporting import shape_figure

view = work.model_view()
pain = next(shape for shape in view.shapes if shape.questions == ("chest_pain",))
shape_figure(pain, view)

# %% [markdown]
# *No* chest pain raises the risk most, and *typical* angina lowers it. One would expect the reverse. The outcomes
# say the same without any model:

# %%
from pellucid.study import read_domain

read = read_domain(work.domain)
observed = read.outcome.groupby(read.table["chest_pain"], observed=True).agg(["size", "mean"])
observed.set_axis(["patients", "narrowed"], axis=1).round(2)

# %% [markdown]
# So the model learnt what is in the table. The likely cause is who was sent to this clinic: somebody *without* pain is
# referred when something else was alarming. That holds here and perhaps nowhere else, and it is no cause of disease.
# A black box would have used the same pattern without telling you.
#
# ## Three glass boxes
#
# The same answers, in three shapes: curves, a weighted sum of at most ten questions, whole points for at most six.

# %%
from pellucid import RiskScoreClassifier, SparseLinearClassifier

answers = read.table[read.questions]
linear = SparseLinearClassifier().fit(answers, read.outcome)
score = RiskScoreClassifier().fit(answers, read.outcome)
views = [view, linear.view(), score.view()]
weights = {one.model: {shape.questions[0]: shape.importance for shape in one.shapes} for one in views}
shares = pd.DataFrame(weights).apply(lambda column: column / column.sum())
shares.sort_values("EBMClassifier", ascending=False).map(lambda share: "" if pd.isna(share) else f"{share:.0%}")

# %% [markdown]
# The share of all points that each question has. They agree on the first three, and the smaller two leave out what
# they can do without.
#
# ## One patient
#
# The worklist puts those first whom a person should look at first: here because glass box and language
# model disagree.

# %%
from pellucid.reporting import DrawnDecision

print(*(f"{item.document}: {', '.join(item.reasons)}" for item in work.worklist()[:3]), sep="\n")
case = work.case("hc-0186")
DrawnDecision.of(case.decision)

# %% [markdown]
# ## How sure is that?
#
# The panels of the app are pieces of HTML without script; `shown` lets a notebook draw them.

# %%
from pellucid.reporting import second_opinion_panel, shown, similar_panel, sureness_panel

shown(sureness_panel(case), second_opinion_panel(case))

# %% [markdown]
# Not sure at all. Eight models of the same kind, each fitted on another part of the patients, place this one
# anywhere between 15% and 75%, and neither outcome can be ruled out at a level of 90%. That is a result: "the note
# does not settle it". Who was like this patient, in the model's eyes, and what became of them?

# %%
shown(similar_panel(case, work.similar(case, count=3)))

# %% [markdown]
# Three patients whose vessels were *not* narrowed, and the model was wrong about all three. So few prove nothing; they
# are there to be read.
#
# ## The weightiest term is a silence
#
# Look at the first row of the decision: the note does not state the slope of the ST segment, and that lowers the score
# most of all. In these notes facts were left out by chance, so a silence should mean nothing. The model met about two
# dozen notes that are silent on it, and learnt from luck (± 0.36). You can see it, so you can ask for the fact:

# %%
for slope in work.questionnaire.questions[10].options:
    asked = work.rescored(case, {"st_slope": slope})
    print(f"slope {slope:12} risk {asked.decision.probability:.0%}")
print(f"\nWhat really happened: {case.observed}.")

# %% [markdown]
# Whatever the slope was: once stated, the patient is above 50%. The silence alone held the decision below. One patient
# proves nothing, but nobody has to guess where to look.
#
# ## What would change it?
#
# The domain has rules: blood pressure, cholesterol and blood sugar may improve, findings and symptoms stay, because
# making a test result look better does not change the vessels. How many of those above 50% have any allowed change
# that takes them below?

# %%
high = [one for one in cases if one.decision.predicted == work.domain.outcomes[1]]
open_ways = [one.document for one in high if work.changes(one).found]
highest = max(work.case(one).decision.probability for one in open_ways)
print(f"{len(open_ways)} of {len(high)} patients; the highest of their risks is {highest:.0%}\n")
print(work.changes(work.case("hc-0001")).reason)

# %% [markdown]
# For most patients the answer is "nothing you may change would do". Where there is a change, it is a property of the
# model, not advice on treatment: nobody measured what treating these patients did.
#
# ## On paper
#
# The risk score is made for a card. Its six questions, what each answer is worth, and what the note says of this
# patient:

# %%
pd.options.display.max_colwidth = 100
card = score.view()
said = {term.questions[0]: term.said for term in case.decision.contributions}
rows = {
    shape.questions[0]: {
        "worth": " · ".join(f"{step.said}: {step.points:.0f}" for step in shape.steps),
        "this patient": said[shape.questions[0]],
    }
    for shape in card.shapes
}
pd.DataFrame(rows).T

# %% [markdown]
# Add up: no chest pain 7, ischaemia 5, no vessel coloured 0, slope not stated 2, male 3, ST depression of 1.6 mm 0.

# %%
total = 7 + 5 + 0 + 2 + 3 + 0
assert total == score.total_points(answers.loc[["hc-0186"]])[0]
print(f"by hand {total}, by the model {score.total_points(answers.loc[['hc-0186']])[0]}")
risks = pd.DataFrame([row.model_dump() for row in card.risks]).set_index("score").loc[total - 2 : total + 2]
risks.rename(columns={"documents": "patients", "events": "narrowed"}).round({"probability": 2})

# %% [markdown]
# 17 points are a risk of 60%. The curves said 50% for the same patient: two honest models, two numbers. (This card
# was fitted on all patients, this one among them; the curves had not seen the patient.) The card also
# gives 2 points for an ST depression below 0.1 mm and none for one of 1 mm. Would you sign that? Small tables teach
# such things, and on a card you can see them and strike them out.
#
# ## Where to go next
#
# - [A credit analyst's view](03_finance.py): reasons, a letter, a correction
# - [The law, and an audit by group](04_law.py)
# - [Is the glass box as good as the language model?](05_validate_against_the_llm.py)
# - [Is it good enough?](../docs/how-to/validation.md) · [the card of this domain](../domains/healthcare/card.md)
