"""What the tests for a memorised data set found; the strongest all-clear they give is that nothing was found."""

from typing import Annotated

from pydantic import Field

from pellucid.schema import Finding, Measure, Record
from pellucid.schema import FindingKind as Kind

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]

MOST_NAMED = 20
"""Documents a test or finding names, at most."""

FOUND = "The model gives back parts of this data set that are not in the prompt"
NOT_FOUND = "Nothing of the kind was found by these tests. They cannot show that the model has never seen the data."
NOTHING_TO_SAY = "Nothing can be said: no test had enough replies that could be read to find anything."


class MemorisationTest(Record):
    """One test: how often the model gave back what was hidden, against how often that happens without memory.

    Attributes
    ----------
    name : str
        Such as ``"row completion: word for word"``.
    looked_for : str
        What counts as a hit, in one sentence.
    hits, trials : int
        Of what was asked and could be read.
    unread : int
        Asked, and refused or not readable; such replies are neither hits nor misses.
    share : Measure
        Hits per trial with its 95% Wilson interval; undefined without trials.
    chance : float or None
        Share of hits that a model without memory reaches at most; None where not run.
    chance_said : str
        Where that figure comes from.
    p : float or None
        One-sided: so many hits or more, were chance all there is.
    least_p : float or None
        What `p` would be, were every trial a hit.
    threshold : float or None
        The test alarms where `p` is below it; fixed before anything was asked.
    able : bool
        Whether it could have raised an alarm: `least_p` is below the threshold.
    alarm : bool
    documents : tuple of str
        The first hits, by id, at most twenty.
    figures : dict of str to Measure
        What else was measured on the way, such as an accuracy.
    not_run : str
        Why it could not be run; empty where it was.
    """

    name: str
    looked_for: str
    hits: Count = 0
    trials: Count = 0
    unread: Count = 0
    share: Measure = Measure(value=None)
    chance: Share | None = None
    chance_said: str = ""
    p: Share | None = None
    least_p: Share | None = None
    threshold: Share | None = None
    able: bool = False
    alarm: bool = False
    documents: Annotated[tuple[str, ...], Field(max_length=MOST_NAMED)] = ()
    figures: dict[str, Measure] = Field(default_factory=dict)
    not_run: str = ""

    def said(self) -> str:
        """Say what came of it in one sentence, with chance and threshold.

        Returns
        -------
        str
        """
        if self.not_run:
            return f"{self.name}: not run; {self.not_run}."
        unread = f", {self.unread} unread" if self.unread else ""
        if not self.trials or self.chance is None or self.p is None or self.threshold is None:
            return f"{self.name}: nothing could be counted{unread}."
        against = f"at most {self.chance:.1%} without memory ({self.chance_said})"
        test = f"p = {self.p:.2g}, alarm below {self.threshold:.2g}"
        weak = "" if self.able else "; so few trials could not have raised an alarm"
        return f"{self.name}: {self.hits} of {self.trials} ({self.share.text(2)}){unread}; {against}; {test}{weak}."


class MemorisationReport(Record):
    """What was tried to find out whether a model knows a data set by heart, and what came of it.

    Attributes
    ----------
    subject : str
        Name of the data set.
    model : str
    requests : int
        Different prompts put to the model, or taken from a store; repeated ones not counted.
    tests : tuple of MemorisationTest
    findings : tuple of Finding
        One per alarm.
    looked_for : tuple of str
        One sentence per test, with its chance level and threshold.
    said : str
        The sum of it, in words.
    prompts : dict of str to str
        SHA-256 of all prompts of a test, in order, by the test's family.
    seed : int
        Draws what is asked.
    format : int
        Version of this form.
    """

    subject: str
    model: str
    requests: Count
    tests: tuple[MemorisationTest, ...]
    findings: tuple[Finding, ...] = ()
    looked_for: tuple[str, ...] = ()
    said: str
    prompts: dict[str, str] = Field(default_factory=dict)
    seed: int = 0
    format: int = 1

    def to_lines(self) -> list[str]:
        """Write the report for people.

        Returns
        -------
        list of str
        """
        return [f"{self.subject}, asked of {self.model!r}: {self.said}", *(f"- {test.said()}" for test in self.tests)]


def summed_up(tests: tuple[MemorisationTest, ...]) -> str:
    """Say what several tests found together; "nothing found" is only said where something could have been found.

    Parameters
    ----------
    tests : tuple of MemorisationTest

    Returns
    -------
    str
    """
    alarms = [test.name for test in tests if test.alarm]
    if alarms:
        advice = (
            "Its direct predictions on these records may be recalled instead of read; do not compare with them here."
        )
        return f"{FOUND}: {'; '.join(alarms)}. {advice}"
    able = [test for test in tests if test.able]
    if not able:
        return NOTHING_TO_SAY
    weak = len(tests) - len(able)
    return NOT_FOUND + (f" {weak} of {len(tests)} tests could not have found anything; see there." if weak else "")


def finding_of(test: MemorisationTest) -> Finding:
    """Make the finding of a test that alarmed.

    Parameters
    ----------
    test : MemorisationTest

    Returns
    -------
    Finding
    """
    return Finding(
        kind=Kind.MEMORISED,
        subject=test.name,
        alarm=True,
        said=test.said(),
        figure=test.share,
        documents=test.documents,
    )
