"""What an audit found: of every question, of every group of people, and whatever must be named."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from pellucid.schema._measure import Measure
from pellucid.schema._record import Record

Count = Annotated[int, Field(ge=0)]


class FindingKind(StrEnum):
    """What kind of thing was found."""

    LEAK = "leak"
    LABEL_ECHO = "label echo"
    LATE_QUOTE = "quote after the index date"
    WORDING = "wording names the outcome"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near duplicate"
    SHARED_PERSON = "shared person"
    PERMUTATION = "signal in permuted labels"
    SUBGROUP = "subgroup"
    MEMORISED = "memorised"
    UNRELIABLE = "unreliable question"


class Finding(Record):
    """One thing that was found, named, with its figure.

    Attributes
    ----------
    kind : FindingKind
    subject : str
        What it is about: a question's id, a group such as ``"sex = female"``, two documents.
    alarm : bool
        True where it may make the comparison wrong; False where it is only to be known.
    said : str
        One or two sentences for a person, with the figure and the threshold it passed.
    figure : Measure
        Undefined where there is none.
    documents : tuple of str
        Ids, at most twenty.
    """

    kind: FindingKind
    subject: str
    alarm: bool
    said: str
    figure: Measure = Measure(value=None)
    documents: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class QuestionAudit(Record):
    """Everything that is known of one question.

    Attributes
    ----------
    question : str
    answered : Measure
        Share of documents with a usable answer (1 less abstention).
    values : dict of str to int
        How often each value was given; for a number the quartiles are in `quartiles` instead.
    quartiles : tuple of float
        Of a number's values; empty for other types.
    alone : Measure
        AUROC of the answer by itself, in the better direction, out of fold.
    importance : Measure
        Share of all points that are this question's (mean absolute points), with its
        range over the folds as limits.
    kept : float or None
        Share of folds in which the question has a term that is not zero everywhere.
    reliability : dict of str to Measure
        ``"flip rate"``, ``"kappa"``, ``"alpha"``, ``"icc"`` over repeats or paraphrases; empty
        where it was read once.
    accuracy : Measure
        Agreement with known facts; undefined where there are none.
    checked : Measure
        Agreement with answers a person checked; undefined where there are none.
    prompt_tokens : float or None
        Per document.
    sway : float or None
        Most that another answer to this question alone can move the score, in log-odds, in
        the glass box fitted on all documents; an upper bound where it has pairs.
    """

    question: str
    answered: Measure
    values: dict[str, Count] = Field(default_factory=dict)
    quartiles: tuple[float, ...] = ()
    alone: Measure = Measure(value=None)
    importance: Measure = Measure(value=None)
    kept: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    reliability: dict[str, Measure] = Field(default_factory=dict)
    accuracy: Measure = Measure(value=None)
    checked: Measure = Measure(value=None)
    prompt_tokens: Annotated[float, Field(ge=0.0)] | None = None
    sway: Annotated[float, Field(ge=0.0)] | None = None


class SubgroupRow(Record):
    """How one contender, or the reading, did in one group.

    Attributes
    ----------
    subject : str
        A contender's name, ``"answers"`` (errors of extraction) or the name of a labeler.
    attribute : str
        Such as ``"sex"``, or ``"sex × age"`` for an intersection.
    group : str
        Such as ``"female"``, or ``"female × 60 or older"``.
    documents, events : int
    measures : dict of str to Measure
        Such as ``"auroc"``, ``"selection rate"``, ``"false positive rate"``, ``"in the large"``.
    small : bool
        Whether it is below the smallest size for which figures are given; then `measures` is empty.
    """

    subject: str
    attribute: str
    group: str
    documents: Count
    events: Count
    measures: dict[str, Measure] = Field(default_factory=dict)
    small: bool = False


class Audit(Record):
    """Everything an audit looked for and found.

    Attributes
    ----------
    looked_for : tuple of str
        One sentence per test: what was tested, on what, with which threshold, so that
        "nothing found" means something.
    findings : tuple of Finding
        Alarms first.
    questions : tuple of QuestionAudit
    subgroups : tuple of SubgroupRow
    """

    looked_for: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[QuestionAudit, ...] = ()
    subgroups: tuple[SubgroupRow, ...] = ()
