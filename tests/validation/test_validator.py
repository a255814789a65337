"""The whole comparison: planted winners, permuted labels, determinism, refusals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from pellucid.exceptions import InvalidInputError, InvalidTypeError
from pellucid.measures import MEASURES
from pellucid.schema import Comparison
from pellucid.validation import (
    Contender,
    CrossValidation,
    External,
    Temporal,
    Validator,
    prevalence_rival,
    tfidf_rival,
)
from pellucid.validation._versions import library_versions


class Said(ClassifierMixin, BaseEstimator):
    """Returns the probability that stands in its column, as a direct prediction does."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        said = np.asarray(X, dtype=float)
        return np.column_stack([1 - said, said])


def documents(n=120, seed=0):
    """Numbers that carry the outcome, an unrelated number, a text, and somebody's weak guess."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    X = pd.DataFrame(
        {
            "strong": rng.normal(size=n) + 2.5 * y,
            "noise": rng.normal(size=n),
            "text": rng.choice(["calm day", "busy day"], size=n),
            "said": 1 / (1 + np.exp(-(rng.normal(size=n) + 0.3 * (2 * y - 1)))),
        },
        index=[f"d{number}" for number in range(n)],
    )
    return X, pd.Series(y, index=X.index)


def contenders():
    return {
        "points": Contender(LogisticRegression(), columns=["strong", "noise"], glass_box=True, uses_answers=True),
        "LLM": Contender(Said(), columns="said", about="Asked directly.", caveats=("It may know these.",)),
        "words": Contender(tfidf_rival(), columns="text"),
        "prevalence": Contender(prevalence_rival(), columns=["noise"]),
    }


def validator(who=None, **more):
    settings = {"reference": "LLM", "draws": 200, "design": CrossValidation(3, 2)} | more
    return Validator(contenders() if who is None else who, **settings)


@pytest.fixture(scope="module")
def run():
    made = validator()
    return made, made.run(*documents(), subject="planted", caveats=["Made up."])


def test_the_planted_winner_wins(run):
    _, found = run
    best = max(found.contenders, key=lambda one: one.measures["auroc"].value)
    assert best.name == "points"
    ahead = next(one for one in found.differences if one.contender == "points" and one.measure == "auroc")
    assert ahead.low > 0
    assert found.verdict.startswith("Use a glass box: “points” ranks better than “LLM”")


def test_every_contender_has_every_measure_and_a_difference_from_the_reference(run):
    _, found = run
    assert [one.name for one in found.contenders] == ["points", "LLM", "words", "prevalence"]
    assert all(list(one.measures) == list(MEASURES) for one in found.contenders)
    pairs = {(one.contender, one.reference) for one in found.differences}
    assert pairs == {(name, "LLM") for name in ("points", "words", "prevalence")}
    assert len(found.differences) == 3 * len(MEASURES)


def test_figures_come_from_the_predictions_that_are_kept(run):
    made, found = run
    y = documents()[1]
    for name, predicted in made.predictions_.items():
        assert predicted.shape == (2, 120)
        by_hand = np.mean([roc_auc_score(y, repeat) for repeat in predicted])
        assert found[name].measures["auroc"].value == pytest.approx(by_hand)


def test_flags_words_design_and_caveats_are_carried_over(run):
    _, found = run
    assert found.subject == "planted"
    assert found.caveats == ("Made up.",)
    assert found.design.classes == {"0": 60, "1": 60}
    assert (found.design.documents, found.design.splits, found.design.repeats, found.design.draws) == (120, 3, 2, 200)
    assert found["points"].glass_box
    assert found["points"].uses_answers
    assert found["LLM"].about == "Asked directly."
    assert found["LLM"].caveats == ("It may know these.",)
    assert any("0.02" in rule for rule in found.rules)
    assert set(library_versions()) >= {"python", "numpy", "pandas", "scikit-learn", "pellucid", "interpret-core"}


def test_prevalence_is_exactly_at_chance_and_says_why(run):
    _, found = run
    measures = found["prevalence"].measures
    assert measures["auroc"].value == measures["auroc"].high == 0.5
    assert measures["calibration_slope"].value is None
    assert "says the same of every document" in found["prevalence"].caveats[0]


def test_a_comparison_survives_its_file_form(run):
    _, found = run
    assert Comparison.model_validate_json(found.model_dump_json()) == found


def test_the_same_seed_gives_the_same_bytes_on_one_process_and_on_two(run):
    X, y = documents()
    expected = run[1].model_dump_json()
    assert validator().run(X, y, subject="planted", caveats=["Made up."]).model_dump_json() == expected
    heard = []
    shared = validator(n_jobs=2, progress=lambda *counts: heard.append(counts))
    assert shared.run(X, y, subject="planted", caveats=["Made up."]).model_dump_json() == expected
    assert heard == [(done, 24) for done in range(1, 25)]
    assert validator(seed=1).run(X, y, subject="planted", caveats=["Made up."]).model_dump_json() != expected


def test_permuted_labels_give_chance():
    X, y = documents(n=200)
    permuted = np.random.default_rng(5).permutation(y)
    found = validator(design=CrossValidation(3, 3)).run(X, permuted)
    for one in found.contenders:
        assert one.measures["auroc"].value == pytest.approx(0.5, abs=2.5 * np.sqrt(201 / (12 * 100 * 100)))
    assert found.verdict.startswith("No method is better than prevalence")


def test_three_classes_are_compared_with_macro_measures():
    rng = np.random.default_rng(0)
    y = np.array(["low", "mid", "high"] * 30)
    X = pd.DataFrame({"a": rng.normal(size=90) + np.tile([0, 2, 4], 30)})
    who = {
        "points": Contender(LogisticRegression(), glass_box=True),
        "prevalence": Contender(prevalence_rival()),
        "tree": Contender(DecisionTreeClassifier(max_depth=2)),
    }
    made = validator(who, reference="tree")
    found = made.run(X, y)
    assert made.predictions_["points"].shape == (2, 90, 3)
    assert list(made.classes_) == ["high", "low", "mid"]
    assert found["points"].measures["auroc"].value > 0.8
    assert found["points"].measures["macro_f1"].value > 0.6
    assert "calibration_slope" not in found["points"].measures
    assert found["prevalence"].measures["auroc"].value == 0.5
    assert found.design.classes == {"high": 30, "low": 30, "mid": 30}


def test_a_class_as_small_as_the_number_of_splits_is_enough():
    X, _ = documents(n=40)
    y = np.r_[np.ones(3, int), np.zeros(37, int)]
    assert validator().run(X, y).design.classes == {"0": 37, "1": 3}


def test_labels_that_cannot_be_split_are_refused():
    X, y = documents(n=30)
    with pytest.raises(InvalidInputError, match="y: 1 labels are missing"):
        validator().run(X, y.astype(float).where(y.index != "d3"))
    with pytest.raises(InvalidInputError, match="one class"):
        validator().run(X, np.ones(30))
    with pytest.raises(InvalidInputError, match=r"class .1. has 2 documents, fewer than splits=3"):
        validator().run(X, np.r_[1, 1, np.zeros(28, int)])
    with pytest.raises(InvalidInputError, match="29 labels for 30"):
        validator().run(X, y.to_numpy()[:-1])
    with pytest.raises(InvalidInputError):
        validator().run(X, np.array([0, "a"] * 15, dtype=object))


def test_labels_in_another_order_are_refused_not_misread():
    X, y = documents(n=30)
    with pytest.raises(InvalidInputError, match=r"y\.loc\[X\.index\]"):
        validator().run(X, y[::-1])


def test_tables_that_cannot_be_used_are_refused():
    X, y = documents(n=30)
    with pytest.raises(InvalidInputError, match="document 'd0' is there twice"):
        validator().run(X.rename(index={"d1": "d0"}), y.to_numpy())
    with pytest.raises(InvalidInputError, match="column 'noise' is there twice"):
        validator().run(X.rename(columns={"strong": "noise"}), y)
    with pytest.raises(InvalidInputError, match="at least one row"):
        validator().run(X.iloc[:0], y.iloc[:0])
    with pytest.raises(InvalidTypeError, match="DataFrame"):
        validator().run(X.to_numpy(), y)


def test_contenders_that_cannot_take_part_are_refused():
    X, y = documents(n=30)
    with pytest.raises(InvalidInputError, match=r"reference: got 'nobody'; allowed are 'points'"):
        validator(reference="nobody").run(X, y)
    with pytest.raises(InvalidInputError, match="wants column 'gone'"):
        validator({"LLM": Contender(Said(), columns=["said", "gone"])}).run(X, y)
    with pytest.raises(InvalidInputError, match="no predict_proba"):
        validator({"LLM": Contender(LinearSVC())}).run(X, y)
    with pytest.raises(InvalidInputError, match="contenders: got none"):
        validator({}).run(X, y)
    with pytest.raises(InvalidTypeError, match="a Contender is expected"):
        validator({"LLM": Said()}).run(X, y)
    with pytest.raises(InvalidTypeError, match="the name 1"):
        validator({"LLM": Contender(Said(), columns="said"), 1: Contender(Said(), columns="said")}).run(X, y)


def test_one_string_of_caveats_is_not_taken_letter_by_letter():
    X, y = documents(n=30)
    with pytest.raises(InvalidTypeError, match="caveats: a tuple or list"):
        validator().run(X, y, caveats="Seen before.")
    with pytest.raises(InvalidTypeError, match="caveats of 'LLM'"):
        validator({"LLM": Contender(Said(), columns="said", caveats="Seen before.")}).run(X, y)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("draws", 39),
        ("seed", -1),
        ("margin", -0.1),
        ("threshold", 1.5),
        ("n_jobs", 0),
        ("n_jobs", -2),
        ("twins", "hide"),
    ],
)
def test_parameters_that_cannot_be_used_are_named(name, value):
    with pytest.raises(InvalidInputError, match=f"{name}: got {value!r}"):
        validator(**{name: value}).run(*documents(n=30))


def test_repeats_of_one_text_are_refused_or_kept_in_one_fold():
    X, y = documents(n=60)
    words = np.random.default_rng(2).choice(["rain", "sun", "wind", "snow", "fog", "hail", "dew", "frost"], (60, 40))
    X["text"] = [" ".join(row) for row in words]
    X.loc["d1", "text"] = X.loc["d0", "text"]
    with pytest.raises(InvalidInputError, match="X: 1 pairs .* 'd0' and 'd1'.*twins=\"group\""):
        validator().run(X, y, text_column="text")
    found = validator(twins="group").run(X, y, text_column="text")
    assert found.design.kind == "repeated grouped folds"
    assert found.design.groups == 59
    assert "they were kept in one fold" in found.caveats[0]
    assert validator(twins="ignore").run(X, y, text_column="text").design.groups is None
    with pytest.raises(InvalidInputError, match="text_column: the table has no column 'words'"):
        validator().run(X, y, text_column="words")


def test_persons_stay_together_and_widen_the_intervals():
    X, y = documents(n=40)
    many = pd.concat([X.rename(index=lambda name, copy=copy: f"{name}-{copy}") for copy in range(4)])
    persons, labels = np.tile(np.arange(40), 4), np.tile(y, 4)
    apart, together = (validator().run(many, labels, groups=groups) for groups in (None, persons))
    assert together.design.groups == 40
    wide, narrow = (found["LLM"].measures for found in (together, apart))
    for measure in ("auroc", "brier"):
        assert wide[measure].high - wide[measure].low > 1.5 * (narrow[measure].high - narrow[measure].low)


def test_time_is_looked_at_in_one_direction():
    X, y = documents(n=80)
    made = validator(design=Temporal(3))
    found = made.run(X, y, times=pd.date_range("2020-01-01", periods=80))
    assert (found.design.kind, found.design.documents, found.design.trained_on) == ("temporal", 60, 20)
    assert list(made.documents_) == list(X.index[20:])
    assert found.differences[0].folds is None


def test_another_set_is_tested_by_models_that_learnt_from_the_first():
    X, y = documents(n=80)
    there, outcome = documents(n=30, seed=9)
    there.index = [f"x{number}" for number in range(30)]
    made = validator(design=External(there, outcome.to_numpy()))
    found = made.run(X, y)
    assert (found.design.kind, found.design.documents, found.design.trained_on) == ("external", 30, 80)
    assert list(made.documents_) == list(there.index)
    expected = LogisticRegression().fit(X[["strong", "noise"]], y).predict_proba(there[["strong", "noise"]])[:, 1]
    np.testing.assert_allclose(made.predictions_["points"][0], expected)
    assert found["LLM"].measures["auroc"].value == pytest.approx(roc_auc_score(outcome, there["said"]))


@pytest.mark.parametrize(
    ("design", "more", "message"),
    [
        (External(pd.DataFrame({"a": [1.0, 2.0]}, index=["x", "z"]), [0, 1]), {}, "column 'strong' is missing"),
        (None, {"groups": [1, 2]}, r"groups: got shape \(2,\); one value for each of 30"),
        (None, {"groups": [None] * 30}, "groups: 30 are missing"),
        ("folds", {}, "design: got str"),
    ],
)
def test_what_does_not_belong_together_is_refused(design, more, message):
    with pytest.raises(InvalidInputError, match=message):
        validator(design=design).run(*documents(n=30), **more)


def test_persons_are_told_of_both_sets_or_of_neither():
    X, y = documents(n=30)
    there = X.rename(index=lambda name: f"x{name}")
    with pytest.raises(InvalidInputError, match="given for one set only"):
        validator(design=External(there, y.to_numpy(), groups=np.arange(30))).run(X, y)
    with pytest.raises(InvalidInputError, match="30 stand in both sets"):
        validator(design=External(there, y.to_numpy(), groups=np.arange(30))).run(X, y, groups=np.arange(30))


def test_every_pair_can_be_compared_and_p_values_are_adjusted_over_all():
    found = validator(all_pairs=True).run(*documents())
    ranked = [one for one in found.differences if one.measure == "auroc"]
    assert len(ranked) == 6
    assert all(one.p_holm >= one.p for one in ranked)
    assert max(one.p_holm / one.p for one in ranked if one.p) == pytest.approx(6)


def test_numbers_can_be_traced_to_what_went_in(run):
    _, found = run
    digests = found.provenance
    assert all(len(one) == 64 for one in (digests.documents, digests.outcomes, digests.predictions, found.design.folds))
    X, y = documents()
    assert validator().run(X.assign(noise=0.0), y).provenance.documents != digests.documents
    assert validator(seed=3).run(X, y).provenance.predictions != digests.predictions


def test_a_run_that_was_stopped_finds_its_fits_again(tmp_path):
    X, y = documents()
    expected = validator().run(X, y)
    validator(checkpoint=tmp_path).run(X, y)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(kept) == 24
    assert validator(checkpoint=tmp_path).run(X, y) == expected
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_every_difference_says_what_follows_and_what_so_many_documents_can_show(run):
    _, found = run
    judged = [one for one in found.differences if one.measure == "auroc"]
    assert [one.conclusion is None for one in judged] == [False] * 3
    assert {one.margin for one in judged} == {0.02}
    assert all(
        0 <= one.power <= 1 and one.test == "DeLong and Nadeau-Bengio, the larger" and one.folds.value is not None
        for one in judged
    )
    assert found.power.startswith("points against LLM: with 120 documents, 60 of them with the outcome")
    assert {curve.contender for curve in found.curves} == {*contenders(), "treat all", "treat none"}


class Told(Said):
    """Takes labels of which some are None."""

    def fit(self, X, y):
        return super().fit(X, [label for label in y if label is not None])


def test_one_who_learnt_from_the_tested_documents_too_says_so_in_its_row():
    X, y = documents()
    who = {"LLM": Contender(Said(), columns="said"), "told": Contender(Told(), columns="said", learns_from="all")}
    found = Validator(who, CrossValidation(3, 1), reference="LLM", draws=50).run(X, y)
    assert "tested on, never from their outcomes" in found["told"].caveats[0]
    assert found["LLM"].caveats == ()
    assert found["told"].measures == found["LLM"].measures
