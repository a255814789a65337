"""What stands beside a decision: how sure it is, what to look at, what would change it, and what it resembles."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pandas as pd

from pellucid.casework._answers import values_of
from pellucid.casework._fitted import FittedDomain, FittedModel
from pellucid.exceptions import InvalidInputError, MissingExtraError
from pellucid.explanation import (
    Combinations,
    ConformalSets,
    Counterfactuals,
    SimilarCases,
    bag_range,
    disagreement_warnings,
    principal_reasons,
    reference_points,
)
from pellucid.schema import (
    CaseFile,
    ChangeRules,
    Contribution,
    CounterfactualSet,
    Decision,
    PrincipalReason,
    ReasonMethod,
    SimilarCase,
    Sureness,
)
from pellucid.study import TEXT, ReadDomain

Wording = Mapping[tuple[str, ...], str] | Callable[[Contribution], str]
"""Words of a reason, by the term's questions, or made from the term."""

T = TypeVar("T")


class Kept:
    """What was computed once, by name; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[Any, threading.RLock] = {}
        self._found: dict[Any, Any] = {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """Return what stands under a key, and compute it first where nothing does.

        Parameters
        ----------
        key : hashable
        make : callable

        Returns
        -------
        object
            Of whatever type `make` gives.
        """
        if key not in self._found:
            with self._lock:
                own = self._locks.setdefault(key, threading.RLock())
            with own:  # computed by one, awaited by those who want the same
                if key not in self._found:
                    self._found[key] = make()
        found: T = self._found[key]
        return found


class Beside:
    """Computes what stands beside the decisions of one domain; what is heavy, when first asked for.

    Parameters
    ----------
    read : ReadDomain
    fitted : FittedDomain
    rules : ChangeRules
        Which answers may change.
    """

    def __init__(self, read: ReadDomain, fitted: FittedDomain, rules: ChangeRules) -> None:
        self._read, self._fitted, self._rules = read, fitted, rules
        self._kept = Kept()
        self._id_of = {text: str(name) for name, text in read.table[TEXT].items()}

    def warm(self) -> None:
        """Compute what every case needs, so that the first one is as quick as the next."""
        for model in (*self._fitted.folds, self._fitted.whole):
            self._combinations(model)
            if model.quick is not None:
                model.quick.bags(dict.fromkeys(self._read.questions))
        self._sets()

    def sureness(self, case: CaseFile, model: FittedModel) -> Sureness:
        """Say how sure the decision of a case is.

        Parameters
        ----------
        case : CaseFile
        model : FittedModel
            The one that decided it.

        Returns
        -------
        Sureness
            Without a prediction set where there are too few documents of a class, or the
            library for it is not installed.
        """
        scores = () if model.quick is None else model.quick.bags(values_of(case))
        sets = self._sets()
        found = None if sets is None else sets.of(case.decision.probabilities, without=self._id_of.get(case.text))
        return Sureness(bags=bag_range(scores), prediction_set=found)

    def warnings(self, case: CaseFile, model: FittedModel) -> tuple[str, ...]:
        """Say everything a person should look at in a case.

        Parameters
        ----------
        case : CaseFile
        model : FittedModel

        Returns
        -------
        tuple of str
            Those of the decision, then answers that no training document had together,
            then disagreement with the language model.
        """
        together = self._combinations(model).warnings(values_of(case))
        return (*case.decision.warnings, *together, *disagreement_warnings(case.decision, case.direct))

    def changes(self, model: FittedModel, case: CaseFile, target: str | None, count: int) -> CounterfactualSet:
        """Find the smallest allowed changes that lead to another decision.

        Parameters
        ----------
        model : FittedModel
        case : CaseFile
        target : str or None
        count : int

        Returns
        -------
        CounterfactualSet
        """
        finder = self._kept.once(("changes", model.digest), lambda: self._finder(model))
        return finder.find(case.document, values_of(case), target=target, count=count)

    def similar(self, model: FittedModel, case: CaseFile, count: int) -> tuple[SimilarCase, ...]:
        """Find the recorded documents that the model treats most alike, the case itself left out.

        Parameters
        ----------
        model : FittedModel
        case : CaseFile
        count : int

        Returns
        -------
        tuple of SimilarCase
        """
        known = self._kept.once(("similar", model.digest), lambda: self._similar(model))
        own = self._id_of.get(case.text)
        return known.of(case.decision, count=count, without=() if own is None else (own,))

    def reasons(
        self,
        model: FittedModel,
        decision: Decision,
        method: ReasonMethod,
        *,
        count: int,
        wording: Wording | None,
        adverse_high: bool,
    ) -> tuple[PrincipalReason, ...]:
        """Name what costs most, against the documents the model was fitted on.

        Parameters
        ----------
        model : FittedModel
        decision : Decision
        method : ReasonMethod
        count : int
        wording : mapping, callable or None
        adverse_high : bool
            Whether the second outcome is the unfavourable one.

        Returns
        -------
        tuple of PrincipalReason
        """
        references = self._kept.once(
            ("references", model.digest, method, adverse_high),
            lambda: reference_points(self._terms(model).iloc[model.rows], method, adverse_high),
        )
        return principal_reasons(decision, references, count=count, wording=wording, adverse_high=adverse_high)

    def _terms(self, model: FittedModel) -> pd.DataFrame:
        """Return the points of every recorded document by one model."""
        box = model.classifier.glass_box_
        return self._kept.once(
            ("terms", model.digest), lambda: box.contributions(self._read.table[self._read.questions])
        )

    def _features(self, model: FittedModel) -> pd.DataFrame:
        """Return what a model was fitted on."""
        return self._read.table[self._read.questions].iloc[model.rows]

    def _combinations(self, model: FittedModel) -> Combinations:
        def make() -> Combinations:
            weights = self._terms(model).iloc[model.rows].abs().mean().tolist()
            terms = dict(zip(model.classifier.glass_box_.terms_, weights, strict=True))
            return Combinations(self._features(model), self._read.domain.questionnaire, terms)

        return self._kept.once(("combinations", model.digest), make)

    def _sets(self) -> ConformalSets | None:
        return self._kept.once("sets", self._conformal)

    def _conformal(self) -> ConformalSets | None:
        names, decisions = self._read.domain.outcomes, self._fitted.decisions
        chances = pd.DataFrame([one.probabilities for one in decisions], index=self._read.table.index)[list(names)]
        observed = [names[code] for code in self._read.outcome.tolist()]
        try:
            return ConformalSets(chances, observed, folds=self._fitted.fold_of)
        except (MissingExtraError, InvalidInputError):
            return None

    def _finder(self, model: FittedModel) -> Counterfactuals:
        domain = self._read.domain
        if model.quick is None:
            raise InvalidInputError(
                f"case: its {type(model.classifier.glass_box_).__name__} has no score card to search"
            )
        return Counterfactuals.of(
            model.quick.card, domain.questionnaire, self._features(model), self._rules, classes_words=domain.outcomes
        )

    def _similar(self, model: FittedModel) -> SimilarCases:
        names = self._read.domain.outcomes
        observed = {str(name): names[code] for name, code in self._read.outcome.items()}
        return SimilarCases(self._terms(model), self._fitted.decisions, observed)
