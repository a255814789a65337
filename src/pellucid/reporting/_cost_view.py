"""What contenders cost, counted one way for all, and which of them another beats on cost and AUROC."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from pellucid._checks import check_option
from pellucid.schema import Comparison, Cost


class CostKind(NamedTuple):
    """A way of counting cost.

    Attributes
    ----------
    label : str
        What is counted, per what.
    value : callable
        (Cost, documents) -> float, or None where not recorded.
    """

    label: str
    value: Callable[[Cost, int], float | None]


class Standing(NamedTuple):
    """Where a contender stands.

    Attributes
    ----------
    cost, auroc : float
    """

    cost: float
    auroc: float


def _price(cost: Cost, documents: int) -> float | None:
    return None if cost.price is None else 1000 * cost.price / documents


def _tokens(cost: Cost, documents: int) -> float | None:
    if cost.prompt_tokens is None or cost.reply_tokens is None:
        return None
    return (cost.prompt_tokens + cost.reply_tokens) / documents


def _seconds(cost: Cost, documents: int) -> float | None:  # noqa: ARG001 - one shape for all
    return cost.seconds_per_document


def _requests(cost: Cost, documents: int) -> float | None:
    return None if cost.requests is None else cost.requests / documents


COSTS: Mapping[str, CostKind] = MappingProxyType(
    {
        "price": CostKind("price per 1,000 documents", _price),
        "tokens": CostKind("tokens per document", _tokens),
        "seconds": CostKind("seconds per document", _seconds),
        "requests": CostKind("requests per document", _requests),
    }
)
"""Ways of counting cost; the first that was recorded for two contenders is drawn."""


def cost_kind(comparison: Comparison, by: str | None = None) -> str:
    """Choose how cost is counted.

    Parameters
    ----------
    comparison : Comparison
    by : {"price", "tokens", "seconds", "requests"} or None, default=None
        None takes the first of these that was recorded for two contenders or more.

    Returns
    -------
    str
        One of `COSTS`; ``"price"`` where nothing was recorded. Prices in different
        currencies are not compared.

    Raises
    ------
    InvalidInputError
        If `by` is unknown.
    """
    if by is not None:
        check_option("by", by, tuple(COSTS))
        return by
    return next((name for name in COSTS if len(standings(comparison, name)) >= 2), "price")


def cost_label(comparison: Comparison, kind: str) -> str:
    """Name what is counted, a price with its currency."""
    found = {one.cost.currency for one in comparison.contenders if one.cost is not None and one.cost.currency}
    return f"{COSTS[kind].label}{f' ({found.pop()})' if kind == 'price' and len(found) == 1 else ''}"


def standings(comparison: Comparison, kind: str) -> dict[str, Standing]:
    """Return cost and AUROC of the contenders that have both.

    Parameters
    ----------
    comparison : Comparison
    kind : str
        One of `COSTS`.

    Returns
    -------
    dict of str to Standing
        Empty for prices in several currencies.
    """
    priced = [one.cost for one in comparison.contenders if one.cost is not None and one.cost.price]
    if kind == "price" and len({cost.currency for cost in priced}) > 1:
        return {}
    made = {}
    for one in comparison.contenders:
        cost = None if one.cost is None else COSTS[kind].value(one.cost, comparison.design.documents)
        auroc = one.measures["auroc"].value if "auroc" in one.measures else None
        if cost is not None and auroc is not None:
            made[one.name] = Standing(cost, auroc)
    return made


def dominated(held: Mapping[str, Standing]) -> dict[str, str]:
    """Say who is beaten on both: another costs no more, ranks no worse, and is better in one of the two.

    Parameters
    ----------
    held : mapping of str to Standing

    Returns
    -------
    dict of str to str
        By contender the name of who beats it, of several the one with the highest AUROC
        and then the lowest cost; empty for those that nobody beats.

    Examples
    --------
    >>> dominated({"a": Standing(1.0, 0.9), "b": Standing(2.0, 0.9), "c": Standing(0.0, 0.5)})
    {'a': '', 'b': 'a', 'c': ''}
    """
    made = {}
    for name, one in held.items():
        better = [
            (-other.auroc, other.cost, rival)
            for rival, other in held.items()
            if other.cost <= one.cost and other.auroc >= one.auroc and other != one
        ]
        made[name] = min(better)[2] if better else ""
    return made
