"""Direct predictions on the records as published, and with their facts moved a little."""

import re

import numpy as np
import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.memorisation import ALARM_RATE, perturbed_test, shift_numbers
from pellucid.memorisation._chance import judged

PERSON = "Aged {age}, weight {weight:.1f} kg, {points} points."


def people(seed, n=150):
    """Texts, outcomes that depend on two of their numbers, and the numbers."""
    random = np.random.default_rng(seed)
    facts = np.column_stack([random.integers(20, 90, n), random.normal(75, 12, n), random.integers(100, 900, n)])
    logit = (facts[:, 0] - 55) / 12 + (facts[:, 1] - 75) / 10
    y = (random.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    return [PERSON.format(age=int(a), weight=w, points=int(p)) for a, w, p in facts], y


def reads(texts):
    """Reads the numbers, and knows how the outcome depends on them."""
    numbers = [[float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)] for text in texts]
    return [1 / (1 + np.exp(-((age - 55) / 12 + (weight - 75) / 10))) for age, weight, _ in numbers]


def recalls(texts, y):
    known = dict(zip(texts, y, strict=True))
    return lambda asked: [0.99 if known[text] else 0.01 for text in asked if text in known] or reads(asked)


def test_a_model_that_recalls_outcomes_is_found():
    texts, y = people(0)
    (test,) = judged([perturbed_test(texts, y, recalls(texts, y))])
    assert test.alarm
    assert test.figures["accuracy, original"].value == 1.0
    assert test.figures["accuracy, perturbed"].value < 0.85
    assert test.share.value == 1.0


@pytest.mark.slow
@pytest.mark.no_cover
def test_a_model_that_reads_is_left_alone():
    alarms, changed = 0, 0
    for seed in range(200):
        (test,) = judged([perturbed_test(*people(seed), reads, seed=seed)])
        alarms += test.alarm
        changed += test.trials
    assert changed > 1000
    assert alarms / 200 <= ALARM_RATE


def test_a_prediction_that_does_not_change_is_no_trial():
    texts, y = people(0)
    test = perturbed_test(texts, y, lambda asked: [0.9] * len(asked))
    assert (test.trials, test.unread, test.p, test.not_run) == (0, 0, None, "")
    assert test.figures["accuracy, original"] == test.figures["accuracy, perturbed"]


def test_what_could_not_be_read_does_not_count():
    texts, y = people(0)
    test = perturbed_test(texts, y, lambda asked: [None] * len(asked))
    assert (test.trials, test.unread, test.p) == (0, 100, None)
    assert test.figures["accuracy, original"].value is None


def test_texts_without_numbers_are_not_asked_about():
    def never(asked):
        raise AssertionError("nothing is to be asked")

    test = perturbed_test(["Feels well.", "Feels unwell."], [0, 1], never)
    assert "no text holds a fact" in test.not_run


def test_a_function_of_ones_own_moves_the_facts():
    asked = []

    def predict(texts):
        asked.append(texts)
        return [0.5] * len(texts)

    perturbed_test(["He is red.", "She is red."], [0, 1], predict, perturb=lambda text, _: text.replace("red", "blue"))
    assert sorted(asked[0]) == ["He is red.", "She is red."]
    assert sorted(asked[1]) == ["He is blue.", "She is blue."]
    assert len(asked) == 2


def test_no_more_texts_are_drawn_than_asked_for_and_the_seed_draws_them():
    texts, y = people(0)
    asked = []

    def predict(one):
        asked.append(list(one))
        return reads(one)

    for seed in (0, 0, 1):
        perturbed_test(texts, y, predict, trials=10, seed=seed)
    assert [len(one) for one in asked] == [10] * 6
    assert asked[:2] == asked[2:4] != asked[4:]


@pytest.mark.parametrize("given", [[0.5], [1.5, 0.5], [[0.5], [0.5]]])
def test_predictions_that_are_no_probabilities_are_refused(given):
    with pytest.raises(InvalidInputError, match="predict"):
        perturbed_test(["Aged 41.", "Aged 42."], [0, 1], lambda texts: given)


def test_outcomes_have_to_be_0_and_1():
    with pytest.raises(InvalidInputError, match="0 and 1"):
        perturbed_test(["Aged 41.", "Aged 42."], [1, 2], reads)


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 and 1987.",
        "On 2026-03-14, at 14:30, or 14.03.2026 or 3/14/2026.",
        "A-77, B12, x_14, ward7b, 3rd, v1.2.3, #42, 10-20.",
        "Has 2 jobs and 3 children.",
        "Number 123456789012345678901234567890.",
        "No numbers.",
    ],
)
def test_years_dates_ids_and_small_counts_stay(text):
    for seed in range(5):
        assert shift_numbers(text, np.random.default_rng(seed)) == text


def test_every_other_number_changes_a_little_in_its_own_form():
    for seed in range(50):
        said = shift_numbers("Earns $52,300.50; 41 kg (0.9) is -7.25%.", np.random.default_rng(seed))
        earns, weight, share, rate = re.fullmatch(
            r"Earns \$(\d\d,\d{3}\.\d\d); (\d\d) kg \((\d\.\d)\) is -(\d\.\d\d)%\.", said
        ).groups()
        for given, was in ((earns.replace(",", ""), 52300.5), (weight, 41), (share, 0.9), (rate, 7.25)):
            assert float(given) != was
            assert float(given) == pytest.approx(was, rel=0.12)


def test_the_same_number_moves_alike_everywhere():
    said = shift_numbers("Aged 41. At 41, 41 of them, 82 in all.", np.random.default_rng(0))
    numbers = re.findall(r"\d+", said)
    assert len(set(numbers[:3])) == 1
    assert numbers[0] != "41"


def test_tiny_numbers_do_not_go_below_nothing():
    for seed in range(20):
        said = shift_numbers("Level 0.0 and 0.1.", np.random.default_rng(seed))
        assert re.fullmatch(r"Level 0\.1 and 0\.[02]\.", said)


@pytest.mark.parametrize("spread", [0, 1, -0.1])
def test_the_spread_is_between_0_and_1(spread):
    with pytest.raises(InvalidInputError, match="spread"):
        shift_numbers("Aged 41.", np.random.default_rng(0), spread=spread)
