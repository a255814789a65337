"""Several readings of the same documents held against each other."""

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.measures import wilson
from pellucid.measures._agreement import cohen_kappa, icc, krippendorff_alpha
from pellucid.schema import Answer, Question, Questionnaire, Reading, Source
from pellucid.validation._reliability import reliability, repeatability

SOURCE = Source(model="demo")
PAIN = Question(id="pain", ask="Any pain?", type="yes/no")
GRADE = Question(id="grade", ask="Which grade?", type="ordinal", options=["low", "mid", "high"])
AGE = Question(id="age", ask="How old?", type="number")
SILENT, LOST = "not stated", "unreadable"


def answer(question, value):
    if value in (SILENT, LOST):
        return Answer(question=question.id, value=None, status=value, source=SOURCE)
    return Answer(question=question.id, value=value, status="answered", source=SOURCE)


def asked(*questions):
    return Questionnaire(name="demo", questions=questions)


def readings(question, *values):
    """Readings by reading and document."""
    return [
        [Reading(document=f"d{n}", answers=(answer(question, value),)) for n, value in enumerate(read)]
        for read in values
    ]


def answers(question, *values):
    return [[answer(question, value) for value in read] for read in values]


def test_a_document_flips_once_however_many_readings_differ_and_a_lost_reply_is_a_difference():
    found = reliability(
        PAIN,
        answers(
            PAIN,
            ["yes", "no", "no", SILENT, "no", "no"],
            ["yes", "yes", "no", "no", LOST, "no"],
            ["yes", "no", "no", "no", "no", "no"],
        ),
    )
    assert found["flip rate"] == wilson(3, 6)


def test_two_readings_have_cohens_kappa_with_silence_as_a_level_and_without_lost_replies():
    one = ["yes", "no", "no", SILENT, "no", "yes", "yes", LOST]
    two = ["yes", "yes", "no", SILENT, "no", "yes", "no", "no"]
    found = reliability(PAIN, answers(PAIN, one, two))
    assert found["kappa"] == cohen_kappa([1, 0, 0, 2, 0, 1, 1], [1, 1, 0, 2, 0, 1, 0])
    assert found["kappa"].low is not None
    coded = [[1, 0, 0, 2, 0, 1, 1, np.nan], [1, 1, 0, 2, 0, 1, 0, 0]]
    assert found["alpha"] == krippendorff_alpha(coded)


def test_more_readings_have_the_mean_kappa_over_pairs_without_an_interval():
    reads = [["yes", "no", "no", "yes"], ["yes", "no", "yes", "yes"], ["no", "no", "no", "yes"]]
    found = reliability(PAIN, answers(PAIN, *reads))["kappa"]
    pairs = [cohen_kappa(reads[i], reads[j]).value for i, j in ((0, 1), (0, 2), (1, 2))]
    assert found.value == pytest.approx(np.mean(pairs))
    assert (found.low, found.method) == (None, "mean over pairs of readings")


def test_kappa_is_undefined_where_a_pair_says_one_level_or_has_nothing_in_common():
    assert reliability(PAIN, answers(PAIN, ["no", "no"], ["no", "no"], ["no", "yes"]))["kappa"].value is None
    assert reliability(PAIN, answers(PAIN, [LOST, "no"], ["no", LOST]))["kappa"].value is None


def test_an_ordinal_question_is_judged_by_order_on_stated_answers():
    near = reliability(
        GRADE, answers(GRADE, ["low", "mid", "high", "low", SILENT], ["low", "mid", "mid", "low", "high"])
    )
    far = reliability(
        GRADE, answers(GRADE, ["low", "mid", "high", "low", SILENT], ["low", "mid", "low", "low", "high"])
    )
    assert near["alpha"].value > far["alpha"].value
    assert near["alpha"] == krippendorff_alpha([[0, 1, 2, 0, np.nan], [0, 1, 1, 0, 2]], "ordinal")
    assert near["flip rate"] == wilson(2, 5)


def test_a_number_has_alpha_and_the_intraclass_correlation_of_documents_stated_every_time():
    found = reliability(AGE, answers(AGE, [30, 41, 52.5, SILENT, 60], [30, 40, 52.5, 18, 61]))
    assert set(found) == {"flip rate", "alpha", "icc"}
    assert found["icc"] == icc([[30, 41, 52.5, 60], [30, 40, 52.5, 61]])
    assert found["alpha"] == krippendorff_alpha([[30, 41, 52.5, np.nan, 60], [30, 40, 52.5, 18, 61]], "interval")
    assert reliability(AGE, answers(AGE, [30, SILENT], [30, 4]))["icc"].value is None


def test_a_number_written_otherwise_is_the_same_number():
    assert reliability(AGE, answers(AGE, [30, 41], [30.0, 41.0]))["flip rate"].value == 0


def test_five_readings_of_a_hundred_documents_give_every_figure():
    rng = np.random.default_rng(0)
    truth = rng.random(100) < 0.4
    flipped = rng.random((5, 100)) < 0.03
    values = np.where(truth ^ flipped, "yes", "no")
    chances = np.clip(np.where(truth ^ flipped, 0.8, 0.3) + rng.normal(0, 0.02, (5, 100)), 0, 1)
    found = repeatability(readings(PAIN, *values.tolist()), asked(PAIN), probabilities=chances)
    changed = int((flipped.any(axis=0) & ~flipped.all(axis=0)).sum())
    assert changed > 5
    assert (found.documents, found.readings, found.changed) == (100, 5, wilson(changed, 100))
    assert found.decisions_changed == wilson(changed, 100)
    assert found.probability_sd.value == pytest.approx(np.sqrt(chances.var(axis=0, ddof=1).mean()))
    assert found.probability_sd.low < found.probability_sd.value < found.probability_sd.high
    assert found.probability_sd.method == "percentile bootstrap of documents"
    assert found.answers_changed.value == changed / 100
    assert found.questions["pain"]["alpha"].value == pytest.approx(1 - 2 * 0.03 * 0.97 / 0.48, abs=0.1)
    assert found.said.startswith(f"In {changed} of 100 documents, read 5 times, an answer changed; {changed} decisions")


def test_answers_of_one_document_are_drawn_together():
    both = asked(PAIN, AGE)
    once = [Reading(document=f"d{n}", answers=(answer(PAIN, "no"), answer(AGE, 4))) for n in range(4)]
    again = [once[0].model_copy(update={"answers": (answer(PAIN, "yes"), answer(AGE, 5))}), *once[1:]]
    found = repeatability([once, again], both)
    assert (found.changed.value, found.answers_changed.value) == (0.25, 0.25)
    assert found.said == "In 1 of 4 documents, read 2 times, an answer changed."
    assert found.probability_sd.value is None


def test_the_order_of_documents_does_not_matter_and_nothing_changed_has_no_bootstrap_limits():
    once, again = readings(PAIN, ["yes", "no", "no"], ["yes", "no", "no"])
    found = repeatability([once, again[::-1]], asked(PAIN), probabilities=np.full((2, 3), 0.5))
    assert found.changed == wilson(0, 3)
    assert (found.answers_changed.value, found.answers_changed.low) == (0.0, None)
    assert (found.probability_sd.value, found.probability_sd.high) == (0.0, None)


def test_a_probability_at_the_threshold_is_decided_for():
    reads = readings(PAIN, ["yes", "no"], ["yes", "no"])
    found = repeatability(reads, asked(PAIN), probabilities=[[0.5, 0.2], [0.49, 0.2]], threshold=0.5)
    assert found.decisions_changed.value == 0.5


def test_readings_that_do_not_fit_together_are_refused():
    once, again = readings(PAIN, ["yes", "no"], ["yes", "no"])
    with pytest.raises(InvalidInputError, match="got 1 readings; at least two"):
        repeatability([once], asked(PAIN))
    with pytest.raises(InvalidInputError, match="reading 2 has 1 different documents among 1, the first has 2"):
        repeatability([once, again[:1]], asked(PAIN))
    with pytest.raises(InvalidInputError, match="reading 1 has 1 different documents among 2"):
        repeatability([once[:1] * 2, again], asked(PAIN))
    with pytest.raises(InvalidInputError, match="reading 1 has 0 different documents"):
        repeatability([[], []], asked(PAIN))
    with pytest.raises(InvalidInputError, match="'d0' does not answer the questions of questionnaire 'demo'"):
        repeatability([once, again], asked(AGE))
    for wrong in ([[0.1, 0.2]], [[0.1, 0.2], [0.1, 1.2]], [[0.1, 0.2], [0.1, np.nan]]):
        with pytest.raises(InvalidInputError, match="probabilities: got shape"):
            repeatability([once, again], asked(PAIN), probabilities=wrong)
