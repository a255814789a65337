"""Sentences on results: effects before p-values, alarms first, nothing claimed that the record does not hold."""

from pellucid.reporting import _statements_results as found
from pellucid.schema import ContenderResult, Difference, Finding, Measure


def said(statements):
    return " ".join(one.said for one in statements)


def with_contenders(study, *contenders):
    comparison = study.comparison.model_copy(update={"contenders": contenders, "reference": contenders[0].name})
    return study.model_copy(update={"comparison": comparison})


def box(name, value):
    return ContenderResult(name=name, glass_box=True, measures={"auroc": Measure(value=value)})


def test_best_glass_box_is_the_highest_the_first_of_equals_or_none(full_study):
    boxes = [box("a", 0.7), box("b", 0.8), box("c", 0.8), box("d", None)]
    assert found.best_glass_box(with_contenders(full_study, *boxes).comparison) == "b"
    assert found.best_glass_box(with_contenders(full_study, boxes[3]).comparison) == "d"
    black = ContenderResult(name="black", measures={"auroc": Measure(value=0.99)})
    assert found.best_glass_box(with_contenders(full_study, black).comparison) == ""
    assert found.best_glass_box(full_study.comparison) == "EBM on answers"


def test_performance_gives_levels_then_differences_with_their_rows(full_study):
    told = found.performance(full_study)
    assert told[0].said == "EBM on answers: AUROC 0.913 [0.873, 0.943]."
    assert told[0].rows == ("study.comparison.contenders[0].measures.auroc",)
    assert told[3].said == (
        "AUROC of “EBM on answers” minus that of “asked directly”, on the same documents: +0.013 [−0.021, +0.046]; "
        "not worse by more than the margin, with a margin of 0.02; DeLong, p = 0.620 after Holm."
    )
    assert told[3].rows == ("study.comparison.differences[0]",)
    assert found.performance(with_contenders(full_study, ContenderResult(name="a", measures={}))) == ()


def test_no_difference_is_never_said(full_study):
    undecided = Difference(contender="a", reference="b", measure="auroc", value=0.0, low=-0.1, high=0.1)
    assert "no difference" not in found.difference_words(undecided).lower()
    assert "no difference" not in said(found.performance(full_study)).lower()


def test_folds_completion_and_costs_are_told_where_they_are_recorded(full_study, study):
    assert said(found.fold_ranges(full_study)) == "EBM on answers: AUROC from 0.880 to 0.930 over 3 folds."
    assert said(found.completion(full_study)).startswith("EBM on answers: usable predictions for a share of 0.995")
    assert said(found.costs(full_study)) == (
        "EBM on answers: 1,303 requests, 912,000 prompt tokens, 80,111 reply tokens, a price of 1.50 EUR and 0.42 "
        "seconds per document."
    )
    for teller in (found.fold_ranges, found.completion, found.costs):
        assert teller(study) == ()


def test_alarms_come_first_and_the_rest_is_counted(full_study):
    told = found.findings(full_study)
    assert told[0].said.startswith("Alarm, leak, leaves: AUROC 0.990")
    assert told[0].rows == ("study.audit.findings[1]",)
    assert told[1].said.startswith("To know, subgroup, bed = north")
    many = tuple(Finding(kind="duplicate", subject=str(n), alarm=False, said="Twice.") for n in range(50))
    audit = full_study.audit.model_copy(update={"findings": many})
    told = found.findings(full_study.model_copy(update={"audit": audit}))
    assert len(told) == found.SHOWN_FINDINGS + 1
    assert told[-1].said == "50 findings of this kind in all."


def test_audit_that_found_nothing_says_what_it_looked_for(full_study, study):
    audit = full_study.audit.model_copy(update={"findings": ()})
    told = said(found.looked_for(full_study.model_copy(update={"audit": audit})))
    assert "Looked for: Exact and near duplicates." in told
    assert told.endswith("None of these tests found anything.")
    assert "None of these" not in said(found.looked_for(full_study))
    assert said(found.looked_for(study)) == "No audit of questions and groups was made."
    assert (
        found.findings(study) == found.fairness(study) == found.group_sizes(study) == found.answers_given(study) == ()
    )


def test_groups_are_sized_once_and_small_ones_counted(full_study):
    assert "3 rows in all" in said(found.fairness(full_study))
    assert "1 row was too small for figures." in said(found.fairness(full_study))
    assert "Selection rate 0.20" in said(found.fairness(full_study))
    assert "AUROC 0.990" not in said(found.fairness(full_study))
    assert len(found.group_sizes(full_study)) == 2


def test_answers_are_described_by_quartiles_or_counts(full_study):
    told = found.answers_given(full_study)
    assert told[0].said == "Height: quartiles 10, 20.5 and 41."
    assert "103 “limp”" in told[1].said


def test_limits_hold_cautions_caveats_of_all_and_alarms_once(full_study):
    told = said(found.limits(full_study))
    for part in ("Not for use on plants", "Few documents.", ": odd", "leaves: AUROC 0.990"):
        assert told.count(part) == 1
    assert "Selection rate" not in told


def test_models_are_told_by_terms_or_rules(full_study):
    told = [one.said for one in found.whole_models(full_study)]
    assert told[0] == "EBM: 4 terms, intercept −0.400; first Height, Leaves and Height × Leaves."
    assert told[3] == "Tree: 2 rules."


def test_nothing_explained_is_nothing_told(full_study):
    assert "2 decisions explained" in said(found.explained(full_study))
    assert found.explained(full_study.model_copy(update={"decisions": ()})) == ()
