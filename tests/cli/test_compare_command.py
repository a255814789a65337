"""`pellucid compare`, as its user meets it."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

import pellucid.cli

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, 120)


@pytest.fixture
def file(tmp_path):
    strong, weak = (np.clip(0.5 + shift * (Y - 0.5) + RNG.normal(0, 0.2, 120), 0.01, 0.99) for shift in (0.5, 0.1))
    lines = ["what,strong,weak,says,person"]
    lines += [
        f"{'yes' if y else 'no'},{a:.4f},{b:.4f},{'yes' if b > 0.5 else 'no'},{n // 2}"
        for n, (y, a, b) in enumerate(zip(Y, strong, weak, strict=True))
    ]
    path = tmp_path / "predictions.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def invoke(*arguments):
    return CliRunner().invoke(pellucid.cli.app, ["compare", *map(str, arguments), "--draws", "100"])


def test_a_table_a_verdict_and_what_so_many_documents_can_show(file):
    said = invoke(file, "--outcome", "what", "--contender", "strong", "--contender", "weak")
    assert said.exit_code == 0, said.output
    for word in ("predictions.csv: 120 documents, stored predictions", "strong", "worse", "With 120 documents"):
        assert word in said.output


def test_labels_are_judged_by_accuracy_and_json_is_all_there_is(file, tmp_path):
    out = tmp_path / "c.json"
    said = invoke(
        file, "--outcome", "what", "--contender", "strong", "--labels", "says", "--all-pairs", "--json", "--out", out
    )
    found = json.loads(said.stdout)
    assert found["judged"] == "accuracy"
    assert found["reference"] == "strong"
    assert json.loads(out.read_text()) == found
    assert len(found["provenance"]["documents"]) == 64


def test_other_pairs_stand_in_a_list_of_their_own(file):
    options = ["--outcome", "what", "--contender", "strong", "--contender", "weak", "--labels", "says"]
    said = invoke(file, *options, "--all-pairs").output
    assert "Other pairs, Accuracy of the first minus that of the second:" in said
    assert "weak − says:" in said
    assert "weak − strong" not in said  # that is a row of the table


def test_persons_and_another_reference_can_be_named(file):
    options = ["--outcome", "what", "--contender", "strong", "--contender", "weak"]
    found = json.loads(invoke(file, *options, "--group", "person", "--reference", "weak", "--json").stdout)
    assert found["design"]["groups"] == 60
    assert found["reference"] == "weak"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--outcome", "what"], "name at least one column"),
        (["--outcome", "what", "--labels", "says", "--contender", "says"], "a column is named twice"),
        (["--outcome", "gone", "--labels", "says"], "has no column 'gone'"),
        (["--outcome", "what", "--labels", "says", "--reference", "me"], "reference: got 'me'"),
        (["--outcome", "what", "--contender", "says"], "is no number"),
    ],
)
def test_what_cannot_be_done_is_said(file, options, message):
    said = invoke(file, *options)
    assert said.exit_code == 1
    assert message in str(said.exception)
