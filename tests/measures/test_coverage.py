"""Coverage and error rates by simulation: that they hold, and that the committed table is what the code counts."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
RUNS = 2000
FIXED, SAMPLED = "Areas under the curve, paired", "The same where documents are sampled"
BOOTSTRAP = "The bootstrap where documents are sampled"


def module():
    spec = importlib.util.spec_from_file_location("coverage_benchmark", ROOT / "benchmarks" / "interval_coverage.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


BENCH = module()


def committed():
    """Figures of docs/explanation/coverage.md in percent, by part, column and row."""
    page = (ROOT / "docs" / "explanation" / "coverage.md").read_text()
    found = {}
    for block in page.split("\n## ")[1:]:
        title, *lines = block.splitlines()
        head, _, *rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
        found[title] = {
            cell: {row[0]: float(row[place + 1].split()[0]) for row in rows} for place, cell in enumerate(head[1:])
        }
    return found


def part(title):
    return next(one for one in BENCH.PARTS if one.title == title)


def figures(pattern, title):
    """All committed figures of the rows that match, at every size."""
    rows = [value for cell in committed()[title].values() for name, value in cell.items() if re.search(pattern, name)]
    assert rows, pattern
    return rows


def test_the_committed_table_has_every_part_and_size_and_enough_runs():
    found = committed()
    assert list(found) == [one.title for one in BENCH.PARTS]
    for one in BENCH.PARTS:
        assert list(found[one.title]) == [cell.words() for cell in one.cells]
        assert one.runs >= 2000


@pytest.mark.parametrize("title", [FIXED, SAMPLED])
def test_areas_cover_and_paired_tests_err_as_often_as_they_say(title):
    assert all(93.5 <= one <= 96.5 for one in figures(r"interval holds the truth", title))
    assert all(4 <= one <= 6 for one in figures(r"p < 5% of equal", title))
    assert all(one <= 5.5 for one in figures(r"after Holm", title))
    assert min(figures(r"without Holm", title)) > 8  # so that Holm had something to do


@pytest.mark.parametrize("title", [FIXED, SAMPLED])
def test_non_inferiority_is_rarely_shown_where_the_loss_is_as_large_as_the_margin(title):
    assert all(one <= 5.5 for one in figures(r"^non-inferiority", title))
    assert all(one <= 5.5 for one in figures(r"at 0.02: shown|conclusion at 0.02", title))  # the default margin


def test_bootstrap_intervals_of_the_main_measures_cover():
    main = r"^(AUROC|Brier score|log loss|accuracy|calibration slope|mean net benefit): interval"
    assert all(93 <= one <= 97.5 for one in figures(main, BOOTSTRAP))
    assert all(93.5 <= one <= 96.5 for one in figures(r"difference, normal limits: interval", BOOTSTRAP))
    assert all(one <= 6.5 for one in figures(r"difference, normal: p", BOOTSTRAP))


def test_normal_limits_of_differences_keep_their_level_better_than_bca():
    far = {kind: np.abs(np.subtract(figures(rf"{kind}: p < 5%", BOOTSTRAP), 5)).mean() for kind in ("normal", "BCa")}
    assert far["normal"] < far["BCa"]


def test_folds_that_overlap_need_their_correction():
    assert all(one <= 6 for one in figures("Nadeau-Bengio", "Overlapping folds"))
    assert min(figures("as independent", "Overlapping folds")) > 20


def test_clusters_need_theirs():
    assert np.mean(figures("Obuchowski", "Clusters")) > np.mean(figures("independent", "Clusters")) + 2


def test_mcnemar_keeps_its_level():
    assert all(one <= 6 for one in figures("McNemar", "Decisions"))
    assert all(93.5 <= one <= 97.5 for one in figures("Bonett-Price", "Decisions"))


def test_the_power_formula_says_what_was_counted():
    rows = committed()["What so many documents can show"].values()
    for row in rows:
        assert row["not worse by more than 0.02, by the 95% interval"] == pytest.approx(
            row["… by the formula"], abs=3.5
        )
    assert len(rows) == 4


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("cell", BENCH.CELLS, ids=lambda cell: cell.words())
def test_counting_areas_again_with_another_seed_stays_within_chance(cell):
    agrees(BENCH.rates(BENCH.areas(cell, 400, seed=1)), committed()[FIXED][cell.words()], 400)


@pytest.mark.slow
@pytest.mark.no_cover
def test_counting_bootstraps_again_with_another_seed_stays_within_chance():
    cell = BENCH.SAMPLED[0]
    agrees(BENCH.rates(BENCH.bootstrapped(cell, 100, seed=9)), committed()[BOOTSTRAP][cell.words()], 100)


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize("title", ["Clusters", "Decisions", "What so many documents can show"])
def test_counting_the_rest_again_with_another_seed_stays_within_chance(title):
    one = part(title)
    agrees(BENCH.rates(one.run(one.cells[0], 300, seed=1)), committed()[title][one.cells[0].words()], 300)


def agrees(again, table, runs):
    """Every share counted again lies within four standard errors of the committed one."""
    assert set(again) == set(table)
    for name, rate in again.items():
        wanted = table[name] / 100
        error = np.sqrt(max(wanted * (1 - wanted), 0.02) * (1 / runs + 1 / RUNS))
        assert abs(rate.share - wanted) < 4 * error, name
