"""Gold labels, the language model's labels, and both, compared on the same folds."""

from dataclasses import replace

import numpy as np
import pytest

from pellucid.domains import load
from pellucid.glassbox import EBMClassifier, SparseLinearClassifier
from pellucid.labeling import DistilledClassifier
from pellucid.schema import Comparison, ContenderResult, CurveKind, Design, Measure
from pellucid.study import LabelBench, _label_bench, bench_labels, label_contenders, trace_labels

NAMES = [
    "EBM, gold labels",
    "distilled, no gold label",
    "distilled, no gold label, all documents",
    "gold and LLM",
    "gold and LLM, with opinion",
    "direct LLM",
    "direct LLM, recalibrated",
    "TF-IDF",
]

KINDS = ("auroc", "brier", "log_loss")


def lighter(labelled):
    """The contenders, with glass boxes that are fitted in no time."""
    made = {}
    for name, one in label_contenders(labelled).items():
        model = one.estimator
        if isinstance(model, DistilledClassifier):
            model = model.set_params(glass_box=SparseLinearClassifier(), splits=2)
        if isinstance(model, EBMClassifier):
            model = EBMClassifier(outer_bags=2, max_rounds=30)
        made[name] = replace(one, estimator=model)
    return made


@pytest.fixture(scope="module", autouse=True)
def _quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_label_bench, "label_contenders", lighter)
        yield


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("fits")


@pytest.fixture(scope="module")
def comparison(weather, kept):
    return bench_labels(load(weather), splits=2, repeats=1, checkpoint=kept, command="pellucid labels bench")


@pytest.fixture(scope="module")
def curves(weather):
    return trace_labels(load(weather), sizes=(0, 20, 500), splits=2, repeats=1)


class TestBench:
    def test_every_contender_stands_on_the_same_folds_beside_the_direct_language_model(self, comparison):
        assert [one.name for one in comparison.contenders] == NAMES
        assert comparison.reference == "direct LLM"
        assert (comparison.design.splits, comparison.design.repeats, comparison.design.documents) == (2, 1, 80)
        assert all(len(one.folds) == 2 for one in comparison.contenders)
        assert comparison.provenance.command == "pellucid labels bench"
        assert {"For tests.", "The model may have seen these skies."} <= set(comparison.caveats)

    def test_who_was_fitted_on_tested_documents_says_so(self, comparison):
        said = {one.name: " ".join(one.caveats) for one in comparison.contenders}
        assert [name for name in NAMES if "also learnt from the documents it was tested on" in said[name]] == [NAMES[2]]

    def test_the_direct_language_model_is_scored_as_recorded(self, comparison, weather):
        labelled = _label_bench.labelled_domain(load(weather))
        y, said = labelled.read.outcome.to_numpy(), labelled.table[labelled.direct].clip(0.005, 0.995).to_numpy()
        assert comparison["direct LLM"].measures["brier"].value == pytest.approx(np.mean((said - y) ** 2))

    def test_the_next_run_goes_on_from_the_checkpoint_to_the_same_figures(self, comparison, weather, kept):
        seen = []
        again = bench_labels(
            load(weather),
            splits=2,
            repeats=1,
            checkpoint=kept,
            command="pellucid labels bench",
            progress=lambda *done: seen.append(done),
        )
        assert again == comparison
        assert seen[-1] == (16, 16)


class TestTheTable:
    def test_it_has_a_row_for_every_domain_and_contender(self, comparison):
        frame = LabelBench({"weather": comparison, "again": comparison}).to_frame()
        assert frame.index.names == ["domain", "contender"]
        assert frame.index.tolist() == [(domain, name) for domain in ("weather", "again") for name in NAMES]
        assert frame.columns.tolist() == [
            "auroc_of_folds",
            *(f"{name}{end}" for name in KINDS for end in ("", "_low", "_high")),
        ]
        row = frame.loc["weather", "TF-IDF"]
        result = comparison["TF-IDF"]
        assert row["auroc_of_folds"] == pytest.approx(np.mean(result.folds))
        assert (row["brier"], row["brier_low"]) == (result.measures["brier"].value, result.measures["brier"].low)

    def test_where_a_fold_has_no_figure_the_table_has_none(self):
        assert np.isnan(bench({"weather": figures(folds=())}).to_frame().loc[("weather", "TF-IDF"), "auroc_of_folds"])


def figures(folds=None, **auroc):
    """A comparison in which every contender does alike, but for those named."""
    values = dict.fromkeys(NAMES, (0.8, 0.15, 0.45))
    for name in NAMES:
        key = name.replace(", ", "_").replace(" ", "_").replace("-", "_").lower()
        values[name] = auroc.pop(key, values[name])
    assert not auroc
    design = Design(documents=10, classes={"0": 5, "1": 5}, splits=2, repeats=1, seed=0, draws=10, interval="none")
    rows = [
        ContenderResult(
            name=name,
            measures={one: Measure(value=value) for one, value in zip(KINDS, three, strict=True)},
            folds=(three[0] - 0.01, three[0] + 0.01) if folds is None else folds,
        )
        for name, three in values.items()
    ]
    return Comparison(
        subject="demo", design=design, contenders=rows, reference="direct LLM", verdict="None.", rules=("r",)
    )


def bench(comparisons):
    return LabelBench(comparisons)


class TestQuestionsSettledBeforehand:
    def answers(self, **comparisons):
        return {question: (holds, said) for question, holds, said in bench(comparisons).questions()}

    def test_where_all_do_alike_everything_holds(self):
        found = self.answers(one=figures(), two=figures())
        assert len(found) == 8
        assert all(holds for holds, _ in found.values())

    def test_the_distilled_one_is_held_against_the_direct_one_on_average(self):
        question = "distilled, no gold label: mean AUROC within 0.015 of the direct LLM's"
        behind = figures(distilled_no_gold_label=(0.775, 0.15, 0.45))
        assert self.answers(one=behind, two=figures())[question] == (True, "+0.013 below it")
        assert self.answers(one=behind, two=behind)[question] == (False, "+0.025 below it")

    def test_both_together_are_held_against_each_alone_in_every_domain(self):
        question = "gold and LLM: below neither gold nor LLM alone by more than 0.005"
        ahead = figures(ebm_gold_labels=(0.81, 0.15, 0.45))
        assert self.answers(one=figures(), two=ahead)[question] == (False, "+0.010")
        assert self.answers(one=figures(), two=figures(ebm_gold_labels=(0.804, 0.15, 0.45)))[question][0] is True

    def test_brier_score_and_log_loss_are_held_against_the_recalibrated_model_in_every_domain(self):
        question = "gold and LLM: Brier score and log loss within 0.01 of the recalibrated LLM's in each domain"
        assert self.answers(one=figures(), two=figures(gold_and_llm=(0.8, 0.155, 0.455)))[question][0] is True
        assert self.answers(one=figures(), two=figures(gold_and_llm=(0.8, 0.15, 0.47)))[question] == (
            False,
            "worst +0.020",
        )

    def test_the_aim_beyond_is_the_direct_models_auroc_in_every_domain(self):
        question = "gold and LLM, with opinion: at least the direct LLM's AUROC in each domain"
        found = self.answers(one=figures(), two=figures(gold_and_llm_with_opinion=(0.79, 0.15, 0.45)))
        assert found[question] == (False, "worst -0.010")

    def test_answers_are_plain_truth_values(self):
        assert {type(holds) for holds, _ in self.answers(one=figures()).values()} == {bool}


class TestCurves:
    def test_each_contender_has_a_point_where_it_can_learn(self, curves):
        auroc = {one.contender: one for one in curves.curves if one.measure == "auroc"}
        assert list(auroc) == [name for name in NAMES if name != NAMES[2]]
        for name, one in auroc.items():
            assert one.kind is CurveKind.GOLD
            assert one.x == ((20.0,) if name in ("EBM, gold labels", "TF-IDF") else (0.0, 20.0))
        for name in ("distilled, no gold label", "direct LLM"):
            assert auroc[name].y[0] == auroc[name].y[1]

    def test_without_a_gold_label_both_together_is_the_distilled_one(self, curves):
        auroc = {one.contender: one for one in curves.curves if one.measure == "auroc"}
        assert auroc["gold and LLM"].y[0] == auroc["distilled, no gold label"].y[0]
        assert auroc["direct LLM, recalibrated"].y[0] == auroc["direct LLM"].y[0]

    def test_crossings_are_with_the_direct_model_and_of_gold_with_the_models_labels(self, curves):
        pairs = {(one.contender, one.rival) for one in curves.crossings}
        assert {rival for contender, rival in pairs if contender != "EBM, gold labels"} == {"direct LLM"}
        assert ("EBM, gold labels", "distilled, no gold label") in pairs
        assert ("EBM, gold labels", "gold and LLM") in pairs
