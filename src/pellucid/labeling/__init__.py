"""Where labels come from, how several become one, how they are curated, and how a glass box learns from them."""

from pellucid.labeling._answer_rules import AnswerRule, AnswerRuleLabeler
from pellucid.labeling._consensus import LabelConsensus
from pellucid.labeling._curated import Curated
from pellucid.labeling._curation import LabelCuration
from pellucid.labeling._direct import DirectLLMClassifier
from pellucid.labeling._distilled import BEYOND, DistilledClassifier
from pellucid.labeling._few_shot import Example, ExampleRetriever
from pellucid.labeling._label_files import read_labels, write_labels
from pellucid.labeling._label_prompts import recorded_prompts
from pellucid.labeling._label_tables import (
    labeler_groups,
    labels_to_frame,
    labels_to_probabilities,
    labels_to_votes,
    pool_labels,
)
from pellucid.labeling._labeler import Labeler, LLMLabeler
from pellucid.labeling._people import PeopleLabels
from pellucid.labeling._recalibrated import RecalibratedLLMClassifier
from pellucid.labeling._rules import KeywordLabeler, RegexLabeler

__all__ = [
    "BEYOND",
    "AnswerRule",
    "AnswerRuleLabeler",
    "Curated",
    "DirectLLMClassifier",
    "DistilledClassifier",
    "Example",
    "ExampleRetriever",
    "KeywordLabeler",
    "LLMLabeler",
    "LabelConsensus",
    "LabelCuration",
    "Labeler",
    "PeopleLabels",
    "RecalibratedLLMClassifier",
    "RegexLabeler",
    "labeler_groups",
    "labels_to_frame",
    "labels_to_probabilities",
    "labels_to_votes",
    "pool_labels",
    "read_labels",
    "recorded_prompts",
    "write_labels",
]
