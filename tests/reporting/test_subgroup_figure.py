"""One measure by group: group by group, small groups named, and what is not there refused."""

import pytest

from pellucid.exceptions import InvalidInputError
from pellucid.reporting import figure_svg, subgroup_figure
from pellucid.schema import Measure, SubgroupRow


def row(subject, group, *, attribute="sex", **more):
    value = {"recall": Measure(value=0.5, low=0.4, high=0.7), "auroc": Measure(value=None)}
    return SubgroupRow(
        subject=subject, attribute=attribute, group=group, documents=1200, events=9, **{"measures": value, **more}
    )


ROWS = [
    row("EBM", "female"),
    row("EBM", "male <b>"),
    row("EBM", "old", attribute="age"),
    row("LLM", "female", small=True, measures={}),
    row("LLM", "male <b>", measures={"recall": Measure(value=0.9, low=0.8, high=1.0)}),
]


def test_methods_stand_beside_each_other_in_every_group():
    made = subgroup_figure(ROWS, "recall", "sex")
    assert [one.name for one in made.rows] == [
        "female: EBM",
        "female: LLM",
        "male <b>: EBM",
        "male <b>: LLM",
    ]
    assert made.title == "Recall by sex, with 95% interval"
    first, small, _, last = made.rows
    assert first.low < first.at < first.high < last.high
    assert (small.text, small.at, small.low) == ("too few (1,200)", None, None)
    assert "male <b>: LLM: 0.900 [0.800, 1.000] of 1,200" in made.description
    assert "male &lt;b&gt;: LLM" in figure_svg(made)


def test_an_undefined_figure_says_so_and_has_no_mark():
    made = subgroup_figure([row("EBM", "female")], "auroc", "sex")
    assert (made.rows[0].text, made.rows[0].at) == ("undefined of 1,200", None)


@pytest.mark.parametrize(
    ("measure", "attribute", "said"),
    [
        ("recall", "race", "attribute: got 'race'; there are 'sex', 'age'"),
        ("precision", "sex", "measure: got 'precision'; there are 'recall', 'auroc'"),
    ],
)
def test_what_was_not_measured_is_refused(measure, attribute, said):
    with pytest.raises(InvalidInputError, match=said):
        subgroup_figure(ROWS, measure, attribute)


def test_without_rows_it_says_that_there_are_none():
    with pytest.raises(InvalidInputError, match="there are none"):
        subgroup_figure([], "recall", "sex")
