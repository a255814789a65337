"""What decisions of a domain rest on: how the glass box fares on documents it has not seen, and for whom."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pellucid.casework._fitted import FittedDomain
from pellucid.measures import delong
from pellucid.schema import Audit, Comparison, ModelView
from pellucid.study import ABOUT, DIRECT, ReadDomain, audit_groups
from pellucid.validation import Analysis, Entry, compare_predictions


class Basis:
    """Figures on one domain's decisions, each computed when first asked for.

    Parameters
    ----------
    read : ReadDomain
    fitted : FittedDomain
    glass_box : str
        Its name in tables.
    direct : mapping of str to float
        The language model's own probability, by document; empty where none are recorded.
    """

    def __init__(self, read: ReadDomain, fitted: FittedDomain, glass_box: str, direct: Mapping[str, float]) -> None:
        self._read = read
        self._fitted = fitted
        self._glass_box = glass_box
        self._direct = direct
        second = read.domain.outcomes[1]
        self._held_out = np.array([one.probabilities[second] for one in fitted.decisions])
        self._area = delong(self._outcome, self._held_out[None]).measure()

    def note(self, trained_on: int, *, held_out: bool) -> str:
        """Say what one decision rests on, in a few sentences.

        Parameters
        ----------
        trained_on : int
            Documents the model was fitted on.
        held_out : bool
            Whether the document was left out of them.

        Returns
        -------
        str
        """
        domain, n = self._read.domain, len(self._read.table)
        this = "this one not among them" if held_out else "all there are"
        limits = " ".join(said for said in (domain.uses, domain.caution) if said)
        return (
            f"{self._glass_box}: {ABOUT[self._glass_box]} Fitted on {trained_on} of {n} recorded documents, {this}. "
            f"On documents it had not seen: AUROC {self._area.text()}. {limits}"
        ).strip()

    def comparison(self) -> Comparison:
        """Hold the glass box against the language model asked directly, on the same documents.

        Every document is decided by a model that has not seen it.

        Returns
        -------
        Comparison
            With AUROC, Brier score, log loss and calibration, each with its interval, and
            the curves; of the glass box alone where no direct predictions are recorded.
        """
        read, domain = self._read, self._read.domain
        predictions: dict[str, NDArray[np.float64]] = {self._glass_box: self._held_out}
        entries = {self._glass_box: Entry(about=ABOUT[self._glass_box], glass_box=True, uses_answers=True)}
        if self._direct:
            predictions[DIRECT] = np.array([self._direct.get(name, np.nan) for name in read.table.index])
            entries[DIRECT] = Entry(
                about="The language model's own stated probability; it was trained on none of these outcomes here.",
                caveats=(domain.contamination,) if domain.contamination else (),
            )
        return compare_predictions(
            self._outcome,
            predictions,
            Analysis(DIRECT if self._direct else self._glass_box),
            entries=entries,
            subject=domain.name,
            caveats=[said for said in (domain.uses, domain.caution) if said],
        )

    def groups(self) -> Audit:
        """Figure the glass box and the language model in every group of people.

        Returns
        -------
        Audit
            Empty where the domain has no protected attributes.
        """
        predictions = {self._glass_box: self._held_out[None]}
        if len(self._direct) == len(self._held_out):
            predictions[DIRECT] = np.array([self._direct[name] for name in self._read.table.index])[None]
        return audit_groups(self._read, predictions)

    def view(self) -> ModelView:
        """Lay open the model fitted on all documents.

        Returns
        -------
        ModelView
        """
        note = self.note(len(self._read.table), held_out=False)
        return self._fitted.whole.classifier.view().model_copy(update={"note": note})

    @property
    def _outcome(self) -> NDArray[np.int64]:
        return np.asarray(self._read.outcome, dtype=np.int64)
