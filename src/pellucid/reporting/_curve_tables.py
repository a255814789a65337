"""The tables behind the drawings: every curve, difference and cost as rows, for all contenders."""

from collections.abc import Sequence

import pandas as pd

from pellucid.reporting._cost_view import COSTS, cost_kind, dominated, standings
from pellucid.schema import Comparison, Curve, CurveKind


def roc_table(comparison: Comparison) -> pd.DataFrame:
    """Return the ROC curves as rows.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``false positive rate``, ``sensitivity``, ``low``, ``high``, ``method``.
    """
    return _rows(comparison, CurveKind.ROC, "false positive rate", "sensitivity")


def decision_curve_table(comparison: Comparison) -> pd.DataFrame:
    """Return the decision curves as rows, treating all and none among them.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``threshold``, ``net benefit``, ``low``, ``high``, ``method``.
    """
    return _rows(comparison, CurveKind.NET_BENEFIT, "threshold", "net benefit")


def learning_curve_table(comparison: Comparison) -> pd.DataFrame:
    """Return the learning curves as rows.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``documents learnt from``, ``auroc``, ``low``, ``high``, ``method``.
    """
    return _rows(comparison, CurveKind.LEARNING, "documents learnt from", "auroc")


def gold_curve_table(comparison: Comparison) -> pd.DataFrame:
    """Return the curves over gold labels as rows, in every measure.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``measure``, ``gold labels``, ``value``, ``low``, ``high``,
        ``spread`` (missing with one repeat), ``method``.
    """
    rows = [
        {**row, "measure": curve.measure, "spread": curve.spread[place] if curve.spread else None}
        for curve in comparison.curves
        if curve.kind is CurveKind.GOLD
        for place, row in enumerate(_points(curve, "gold labels", "value"))
    ]
    columns = ["contender", "measure", "gold labels", "value", "low", "high", "spread", "method"]
    return pd.DataFrame(rows, columns=columns).astype({"gold labels": "Int64", "spread": float})


def crossing_table(comparison: Comparison) -> pd.DataFrame:
    """Return from how many gold labels on contenders are ahead of others.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        One row per crossing, with every figure of `pellucid.schema.Crossing`; ``size``,
        ``low`` and ``high`` are missing where it is not reached, and ``words`` says so.
    """
    columns = ["contender", "rival", "measure", "size", "low", "high", "start", "until", "ahead", "method", "words"]
    rows = [{**one.model_dump(mode="json"), "words": one.text()} for one in comparison.crossings]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("size", "low", "high"), float))


def calibration_table(comparison: Comparison) -> pd.DataFrame:
    """Return groups and smooth lines of calibration as rows.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``part`` (``"group"`` or ``"line"``), ``stated``,
        ``observed``, ``low``, ``high``, ``documents`` (missing for lines), ``method``.
    """
    held = [curve for curve in comparison.curves if curve.kind is CurveKind.CALIBRATION]
    rows = [
        {**row, "part": "group" if curve.counts else "line", "documents": curve.counts[place] if curve.counts else None}
        for curve in held
        for place, row in enumerate(_points(curve, "stated", "observed"))
    ]
    columns = ["contender", "part", "stated", "observed", "low", "high", "documents", "method"]
    return pd.DataFrame(rows, columns=columns).astype({"documents": "Int64"})


def forest_table(comparison: Comparison, measure: str = "auroc") -> pd.DataFrame:
    """Return the paired differences from the reference as rows.

    Parameters
    ----------
    comparison : Comparison
    measure : str, default="auroc"

    Returns
    -------
    pandas.DataFrame
        One row per contender, with every figure of `pellucid.schema.Difference` but the folds.
    """
    held = [one for one in comparison.differences if one.measure == measure and one.reference == comparison.reference]
    columns = [
        *("contender", "reference", "measure", "value", "low", "high", "method", "test", "p", "p_holm"),
        *("margin", "p_non_inferior", "p_equivalent", "power", "conclusion"),
    ]
    return pd.DataFrame([one.model_dump(mode="json", include=set(columns)) for one in held], columns=columns)


def cost_table(comparison: Comparison, by: str | None = None) -> pd.DataFrame:
    """Return what every contender cost, with its AUROC and who beats it on both.

    Parameters
    ----------
    comparison : Comparison
    by : {"price", "tokens", "seconds", "requests"} or None, default=None
        What the last column goes by; None as in the drawing.

    Returns
    -------
    pandas.DataFrame
        Columns ``contender``, ``requests``, ``prompt_tokens``, ``reply_tokens``, ``price``,
        ``currency`` (in all), ``price per 1,000 documents``, ``tokens per document``,
        ``seconds per document``, ``requests per document``, ``auroc``, ``low``, ``high``,
        ``dominated by`` (among all contenders; missing where its cost was not recorded,
        empty where nobody does). Missing where not recorded.
    """
    beaten = dominated(standings(comparison, cost_kind(comparison, by)))
    whole = ["requests", "prompt_tokens", "reply_tokens", "price", "currency"]
    rows = []
    for one in comparison.contenders:
        found = one.measures.get("auroc")
        row: dict[str, object] = {"contender": one.name, "dominated by": beaten.get(one.name)}
        if one.cost is not None:
            row |= one.cost.model_dump(include=set(whole))
            row |= {kind.label: kind.value(one.cost, comparison.design.documents) for kind in COSTS.values()}
        if found is not None:
            row |= {"auroc": found.value, "low": found.low, "high": found.high}
        rows.append(row)
    labels = [kind.label for kind in COSTS.values()]
    return pd.DataFrame(rows, columns=["contender", *whole, *labels, "auroc", "low", "high", "dominated by"])


def _rows(comparison: Comparison, kind: CurveKind, x: str, y: str) -> pd.DataFrame:
    held = [curve for curve in comparison.curves if curve.kind is kind]
    columns = ["contender", x, y, "low", "high", "method"]
    return pd.DataFrame([row for curve in held for row in _points(curve, x, y)], columns=columns)


def _points(curve: Curve, x: str, y: str) -> list[dict[str, object]]:
    """Return one row per point."""
    nothing: Sequence[float | None] = (None,) * len(curve.x)
    ends = zip(curve.x, curve.y, curve.low or nothing, curve.high or nothing, strict=True)
    return [
        {"contender": curve.contender, x: at, y: value, "low": low, "high": high, "method": curve.method}
        for at, value, low, high in ends
    ]
