"""A comparison of labels as plain text for the terminal."""

import pandas as pd

from pellucid.schema import GoldCurves
from pellucid.study._label_bench import LabelBench

_WIDTH = 42


def bench_text(bench: LabelBench) -> str:
    """Write a comparison of labels for the terminal.

    Parameters
    ----------
    bench : LabelBench

    Returns
    -------
    str
    """
    table = bench.to_frame()
    lines = []
    for domain, comparison in bench.comparisons.items():
        design = comparison.design
        lines += [
            f"{domain}: {design.documents} documents, {design.repeats} times repeated {design.splits}-fold, "
            "the same folds for all",
            f"  {'':<{_WIDTH}}{'AUROC [95%]':<22}{'of folds':<10}{'Brier':<8}{'log loss'}",
            *(_row(str(name), row) for name, row in table.loc[domain].iterrows()),
            "",
        ]
        lines += [f"  {said}" for said in comparison.caveats[:2]]
        lines += [""] if comparison.caveats else []
    lines += [
        "The AUROC “of folds” is the mean of those within each fold. The one over all documents mixes models of",
        "different folds, which costs a recalibrated model up to 0.01, though its ranking within a fold is the same.",
        "",
        *(f"{'yes' if holds else 'no ':<4}{question} ({figures})" for question, holds, figures in bench.questions()),
    ]
    return "\n".join(lines)


def curves_text(domain: str, found: GoldCurves) -> str:
    """Write learning curves over gold labels for the terminal.

    Parameters
    ----------
    domain : str
    found : GoldCurves

    Returns
    -------
    str
    """
    table = found.to_frame().xs("auroc", level="measure")
    lines = [f"{domain}: AUROC by gold labels", f"  {'':<{_WIDTH}}" + "".join(f"{size:>8,}" for size in table.columns)]
    for name, row in table.iterrows():
        cells = "".join(f"{'–' if pd.isna(value) else f'{value:.3f}':>8}" for value in row)
        lines.append(f"  {name!s:<{_WIDTH}}{cells}")
    lines += [
        f"  {one.contender} better than {one.rival}: {one.text()}" for one in found.crossings if one.measure == "auroc"
    ]
    return "\n".join(lines)


def _row(name: str, row: "pd.Series[float]") -> str:
    area = f"{row['auroc']:.3f} [{row['auroc_low']:.3f}, {row['auroc_high']:.3f}]"
    return f"  {name:<{_WIDTH}}{area:<22}{row['auroc_of_folds']:<10.3f}{row['brier']:<8.3f}{row['log_loss']:.3f}"
