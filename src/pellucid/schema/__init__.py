"""Immutable facts: what Pellucid reads, finds and writes, and their file forms."""

from typing import Any

from pellucid.schema._answer import PERSON, Answer, Context, DirectPrediction, Flag, Reading, Source, Status
from pellucid.schema._audit import Audit, Finding, FindingKind, QuestionAudit, SubgroupRow
from pellucid.schema._case import DRAFT, CaseFile, Correction, WorkItem
from pellucid.schema._case_parts import (
    AnswerStability,
    BagSpread,
    PredictionSet,
    PrincipalReason,
    ReasonMethod,
    SharedTerm,
    SimilarCase,
    Sureness,
)
from pellucid.schema._change import (
    Change,
    ChangeRule,
    ChangeRules,
    Condition,
    Counterfactual,
    CounterfactualSet,
    Direction,
    JointRule,
)
from pellucid.schema._comparison import (
    GOLD_SCALE,
    Comparison,
    ContenderResult,
    Cost,
    Crossing,
    Curve,
    CurveKind,
    Design,
    GoldCurves,
)
from pellucid.schema._decision import TOLERANCE, Contribution, Decision
from pellucid.schema._digest import text_digest
from pellucid.schema._domain import Domain, LabelPrompt, Licence, PromptKind
from pellucid.schema._entry import FIRST_PREVIOUS, Entry, LogCheck, LogProblem, canonical_json
from pellucid.schema._fidelity import Departure, Fidelity
from pellucid.schema._files import (
    check_writable,
    has_surrogate,
    read_json_lines,
    read_text,
    read_toml,
    to_json,
    write_files,
)
from pellucid.schema._label import ClassLabel, Label
from pellucid.schema._letter import LetterWording, ReasonWording
from pellucid.schema._measure import Conclusion, Difference, Measure
from pellucid.schema._model_view import ModelView, RiskRow, Shape, Step
from pellucid.schema._powered import About, Powered
from pellucid.schema._provenance import Provenance
from pellucid.schema._question import NOT_STATED, Question, Questionnaire, QuestionType, Value
from pellucid.schema._record import Record
from pellucid.schema._report import Card, ItemState, Report, ReportItem, Statement, row_path
from pellucid.schema._review import ReviewAction, ReviewItem, ReviewQueue
from pellucid.schema._signed import (
    OVERRIDE_REASONS,
    CorrectionBody,
    DecisionBody,
    EntryKind,
    EstimateBody,
    LetterBody,
    PauseBody,
    Person,
    ReviewBody,
    Role,
    body_of,
)
from pellucid.schema._study import ExplainedDocument, ReadingRow, Study

__all__ = [
    "DRAFT",
    "FIRST_PREVIOUS",
    "GOLD_SCALE",
    "NOT_STATED",
    "OVERRIDE_REASONS",
    "PERSON",
    "TOLERANCE",
    "About",
    "Answer",
    "AnswerStability",
    "Audit",
    "BagSpread",
    "Card",
    "CaseFile",
    "Change",
    "ChangeRule",
    "ChangeRules",
    "ClassLabel",
    "Comparison",
    "Conclusion",
    "Condition",
    "ContenderResult",
    "Context",
    "Contribution",
    "Correction",
    "CorrectionBody",
    "Cost",
    "Counterfactual",
    "CounterfactualSet",
    "Crossing",
    "Curve",
    "CurveKind",
    "Decision",
    "DecisionBody",
    "Departure",
    "Design",
    "Difference",
    "DirectPrediction",
    "Direction",
    "Domain",
    "Entry",
    "EntryKind",
    "EstimateBody",
    "ExplainedDocument",
    "Fidelity",
    "Finding",
    "FindingKind",
    "Flag",
    "GoldCurves",
    "ItemState",
    "JointRule",
    "Label",
    "LabelPrompt",
    "LetterBody",
    "LetterWording",
    "Licence",
    "LogCheck",
    "LogProblem",
    "Measure",
    "ModelView",
    "PauseBody",
    "Person",
    "Powered",
    "PredictionSet",
    "PrincipalReason",
    "PromptKind",
    "Provenance",
    "Question",
    "QuestionAudit",
    "QuestionType",
    "Questionnaire",
    "Reading",
    "ReadingRow",
    "ReasonMethod",
    "ReasonWording",
    "Record",
    "Report",
    "ReportItem",
    "ReviewAction",
    "ReviewBody",
    "ReviewItem",
    "ReviewQueue",
    "RiskRow",
    "Role",
    "Shape",
    "SharedTerm",
    "SimilarCase",
    "Source",
    "Statement",
    "Status",
    "Step",
    "Study",
    "SubgroupRow",
    "Sureness",
    "Value",
    "WorkItem",
    "body_of",
    "canonical_json",
    "check_writable",
    "has_surrogate",
    "json_schemas",
    "read_json_lines",
    "read_text",
    "read_toml",
    "row_path",
    "text_digest",
    "to_json",
    "write_files",
]


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of every record, by name.

    Returns
    -------
    dict of str to dict

    Examples
    --------
    >>> sorted(json_schemas()["Question"]["required"])
    ['ask', 'id', 'type']
    """
    records = (globals()[name] for name in __all__)
    return {
        record.__name__: record.model_json_schema()
        for record in records
        if isinstance(record, type) and issubclass(record, Record) and record is not Record
    }
