"""What a reading shows on the terminal: how far it is, what came of it, what it would take, how it goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

import pellucid
from pellucid.cli._shared import error_line
from pellucid.exceptions import InvalidInputError, MissingExtraError, ModelAccessError, PellucidError

# Loaded when first used; see _shared.py.
if TYPE_CHECKING:
    import pellucid.extraction
    import pellucid.reporting
    import pellucid.study

STOPPED = 130
"""Exit code after Ctrl-C, as shells have it."""

_CAUSES = 8
"""Causes shown; JSON has them all."""

T = TypeVar("T")


def watched(said: str, total: int | None, run: Callable[[Callable[["pellucid.study.ReadingTally"], None]], T]) -> T:
    """Run a reading under a progress bar; where it stops, say how far it came and how it goes on.

    Parameters
    ----------
    said : str
        What is going on.
    total : int or None
        Documents in all.
    run : callable
        Given what is to be called with each ReadingTally.

    Returns
    -------
    object
        What `run` returns.

    Raises
    ------
    typer.Exit
        With code 130 after Ctrl-C, 1 where the model could not go on.
    InvalidInputError
        From `run`, unchanged.
    """
    last = [pellucid.study.ReadingTally(total=total)]
    try:
        with reading_bar(said, total) as show:

            def watch(tally: "pellucid.study.ReadingTally") -> None:
                last[0] = tally
                show(tally)

            return run(watch)
    except KeyboardInterrupt:
        typer.echo(f"stopped; {resume_line(last[0])}", err=True)
        raise typer.Exit(STOPPED) from None
    except InvalidInputError:  # what was given cannot be used: nothing to go on with
        raise
    except PellucidError as error:
        lasting = isinstance(error, ModelAccessError | MissingExtraError) and not last[0].documents
        hint = "nothing was read" if lasting else resume_line(last[0])
        typer.echo(f"{error_line(str(error))}; {hint}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def reading_bar(said: str, total: int | None) -> Iterator[Callable[["pellucid.study.ReadingTally"], None]]:
    """Show on standard error how far a reading is.

    Parameters
    ----------
    said : str
        What is going on.
    total : int or None
        Documents in all.

    Yields
    ------
    callable
        To be called with a ReadingTally.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counted]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(said, total=total, counted="")

        def watch(tally: "pellucid.study.ReadingTally") -> None:
            bar.update(task, completed=tally.documents, counted=counted(tally))

        yield watch


def counted(tally: "pellucid.study.ReadingTally") -> str:
    """Write what stands beside the bar.

    Parameters
    ----------
    tally : ReadingTally

    Returns
    -------
    str
    """
    cost = "" if tally.cost is None else f"cost {tally.cost:.4g}, "
    return (
        f"{tally.prompt_tokens + tally.reply_tokens:,} tokens, {cost}not stated {tally.not_stated:,}, "
        f"unsupported {tally.unsupported:,}, unreadable {tally.unreadable:,}"
    )


def summary_text(found: "pellucid.study.ReadingSummary", store: str) -> str:
    """Write what came of a reading.

    Parameters
    ----------
    found : ReadingSummary
    store : str
        Where the answers are kept.

    Returns
    -------
    str
        Several lines.
    """
    rows = {
        "documents": f"{found.documents:,} in {found.seconds:.1f} s, {found.from_store:,} of them from the store",
        "answers": f"{found.answered:,} answered, {found.not_stated:,} not stated, "
        f"{found.unsupported:,} unsupported, {found.unreadable:,} unreadable",
        "asked": _asked(found),
        "causes": _causes(found.causes),
        "to look at": f"{found.flagged:,} of the documents hold words that read like orders" if found.flagged else "",
        "stored in": store,
        "written to": found.out or "",
    }
    lines = [f"{name:<12}{pellucid.reporting.one_line(said)}" for name, said in rows.items() if said]
    if found.unreadable:
        lines.append(
            "\nThe same command asks again what no server answered; --again also asks again what could not be read."
        )
    return "\n".join(lines)


def _asked(found: "pellucid.study.ReadingSummary") -> str:
    cost = "" if found.cost is None else f", cost {found.cost:.4g}"
    return (
        f"{found.requests:,} requests ({found.retries:,} repeated, {found.probes:,} to probe the server), "
        f"{found.prompt_tokens:,} tokens sent, {found.reply_tokens:,} received{cost}"
        f"{f'; replies held to {found.form}' if found.form else ''}"
    )


def _causes(causes: dict[str, int]) -> str:
    shown = [f"{cause} ({count:,})" for cause, count in list(causes.items())[:_CAUSES]]
    more = len(causes) - len(shown)
    return "; ".join([*shown, *([f"{more} more"] if more else [])])


def estimate_text(estimate: "pellucid.extraction.Estimate") -> str:
    """Write what a reading would take.

    Parameters
    ----------
    estimate : Estimate

    Returns
    -------
    str
        Several lines.
    """
    cost = "unknown; give --price-prompt and --price-reply" if estimate.cost is None else f"about {estimate.cost:.4g}"
    seconds = "not limited by a rate" if estimate.seconds is None else f"at least {estimate.seconds:,.0f} s"
    rows = {
        "documents": f"{estimate.documents:,}, {estimate.stored:,} of them in the store",
        "requests": f"{estimate.requests:,}",
        "tokens": f"about {estimate.prompt_tokens:,} sent, {estimate.reply_tokens:,} received",
        "cost": cost,
        "time": seconds,
    }
    return "\n".join([*(f"{name:<12}{said}" for name, said in rows.items()), "Nothing was sent."])


def resume_line(tally: "pellucid.study.ReadingTally") -> str:
    """Say where a reading that stopped goes on.

    Parameters
    ----------
    tally : ReadingTally
        As it stood last.

    Returns
    -------
    str
    """
    total = "" if tally.total is None else f" of {tally.total:,}"
    return f"{tally.documents:,}{total} documents are in the store; run the same command to go on"
