"""What one test of an audit looked for, and what it found."""

from typing import NamedTuple

from pellucid.schema import Finding


class Looked(NamedTuple):
    """The result of one test: findings, alarms first, and a sentence that gives "nothing found" its meaning.

    Attributes
    ----------
    findings : tuple of Finding
    sentence : str
        What was tested, on what, with which threshold.

    Examples
    --------
    >>> Looked((), "Copies were looked for among 3 documents.").looked_for()
    'Copies were looked for among 3 documents.'
    """

    findings: tuple[Finding, ...]
    sentence: str

    def looked_for(self) -> str:
        """Return the sentence.

        Returns
        -------
        str
        """
        return self.sentence

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """The findings that may make a comparison wrong."""
        return tuple(finding for finding in self.findings if finding.alarm)


def alarms_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort findings so that alarms stand first, else in the order given.

    Parameters
    ----------
    findings : list of Finding

    Returns
    -------
    tuple of Finding
    """
    return tuple(sorted(findings, key=lambda finding: not finding.alarm))
