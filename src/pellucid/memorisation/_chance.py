"""Hits against chance: exact one-sided tests, and the alarm by a threshold shared among all tests of a report."""

from collections.abc import Sequence
from typing import NamedTuple

from scipy.stats import binomtest, fisher_exact

from pellucid.measures import wilson
from pellucid.memorisation._report import MOST_NAMED, MemorisationTest
from pellucid.schema import Measure

ALARM_RATE = 0.05
"""Chance that a report on a model without memory holds any alarm, at most; shared evenly among its tests."""


class Chance(NamedTuple):
    """How often a model without memory hits, at most, and where that is known from.

    Attributes
    ----------
    share : float
    said : str
    outside : tuple of (int, int) or None
        Hits and trials on material the model cannot know, where the share was counted there.
    """

    share: float
    said: str
    outside: tuple[int, int] | None = None

    def p(self, hits: int, trials: int) -> float:
        """Return the one-sided p of so many hits or more.

        Parameters
        ----------
        hits, trials : int

        Returns
        -------
        float
        """
        if self.outside is None:
            return float(binomtest(hits, trials, self.share, alternative="greater").pvalue)
        known, of = self.outside
        return float(fisher_exact([[hits, trials - hits], [known, of - known]], alternative="greater").pvalue)


class Trial(NamedTuple):
    """One thing that was asked for.

    Attributes
    ----------
    document : str
        Its id, such as ``"table.csv, row 88"``.
    hit : bool or None
        None where the reply could not be read.
    """

    document: str
    hit: bool | None


def counted(
    name: str,
    looked_for: str,
    trials: Sequence[Trial],
    chance: Chance,
    *,
    figures: dict[str, Measure] | None = None,
    unread: int = 0,
) -> MemorisationTest:
    """Count hits, misses and what could not be read.

    Parameters
    ----------
    name, looked_for : str
    trials : sequence of Trial
    chance : Chance
    figures : dict of str to Measure or None, default=None
    unread : int, default=0
        Replies that could not be read, beside those of the trials.

    Returns
    -------
    MemorisationTest
        Not yet judged: without threshold.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits
    illustrated in the case of the binomial. Biometrika 26, 404-413; Fisher, R. A. (1935).
    The logic of inductive inference. Journal of the Royal Statistical Society 98, 39-82.

    Examples
    --------
    >>> trials = [Trial("a", True), Trial("b", True), Trial("c", None), Trial("d", False)]
    >>> test = counted("demo", "a hit", trials, Chance(0.05, "one of twenty"))
    >>> test.hits, test.trials, test.unread, round(test.p, 5), test.documents
    (2, 3, 1, 0.00725, ('a', 'b'))
    """
    read = [trial for trial in trials if trial.hit is not None]
    found = [trial.document for trial in read if trial.hit]
    hits, n = len(found), len(read)
    return MemorisationTest(
        name=name,
        looked_for=looked_for,
        hits=hits,
        trials=n,
        unread=len(trials) - n + unread,
        share=share_of(hits, n),
        chance=chance.share,
        chance_said=chance.said,
        p=min(chance.p(hits, n), 1.0) if n else None,
        least_p=min(chance.p(n, n), 1.0) if n else None,
        documents=tuple(found[:MOST_NAMED]),
        figures=figures or {},
    )


def share_of(hits: int, trials: int) -> Measure:
    """Return a share with its Wilson interval, named so.

    Parameters
    ----------
    hits, trials : int

    Returns
    -------
    Measure
    """
    return wilson(hits, trials).model_copy(update={"method": "Wilson" if trials else ""})


def judged(tests: Sequence[MemorisationTest]) -> tuple[MemorisationTest, ...]:
    """Give every test that was run its share of the alarm rate, and say which alarm.

    Parameters
    ----------
    tests : sequence of MemorisationTest

    Returns
    -------
    tuple of MemorisationTest

    References
    ----------
    Bonferroni's inequality: the chance that any of k tests alarms is at most the sum of
    their thresholds, however they depend on each other.
    """
    run = sum(not test.not_run for test in tests)
    return tuple(test if test.not_run else _judged(test, ALARM_RATE / run) for test in tests)


def _judged(test: MemorisationTest, threshold: float) -> MemorisationTest:
    """Judge one test."""
    able = test.least_p is not None and test.least_p < threshold
    alarm = test.p is not None and test.p < threshold
    return test.model_copy(update={"threshold": threshold, "able": able, "alarm": alarm})
