"""One domain, opened: its cases as they are recorded, which to look at first, and what its models rest on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Self

from pellucid._checks import check_number, check_option
from pellucid.casework._basis import Basis
from pellucid.casework._beside import Beside, Kept
from pellucid.casework._desk import Desk, direct_predictions
from pellucid.casework._fitted import FittedDomain, fit_domain
from pellucid.casework._worklist import OPEN, ranked, statuses, work_item
from pellucid.exceptions import InvalidInputError
from pellucid.schema import (
    Audit,
    CaseFile,
    ChangeRules,
    Comparison,
    Correction,
    Domain,
    Entry,
    ModelView,
    Questionnaire,
    WorkItem,
)
from pellucid.study import GLASS_BOXES, ReadDomain, cautions, read_domain

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


class OpenedDomain:
    """The recorded cases of one domain, and everything that is said of all of them together.

    Parameters
    ----------
    read : ReadDomain
    fitted : FittedDomain
    glass_box : str
        One of `pellucid.study.GLASS_BOXES`.
    """

    def __init__(self, read: ReadDomain, fitted: FittedDomain, glass_box: str) -> None:
        self.domain = read.domain
        self.glass_box = glass_box
        self.documents: tuple[str, ...] = tuple(map(str, read.table.index))
        self.questionnaire: Questionnaire = read.domain.questionnaire
        self.rules: ChangeRules = read.domain.change_rules()
        self.cautions = cautions(read.domain)
        self._place = {name: place for place, name in enumerate(self.documents)}
        direct = direct_predictions(read)
        said = {name: one.probability for name, one in direct.items() if one.probability is not None}
        self._basis = Basis(read, fitted, glass_box, said)
        self._beside = Beside(read, fitted, self.rules)
        self._desk = Desk(read, fitted, self._basis, self._beside, direct)
        self._kept = Kept()

    @classmethod
    def open(
        cls,
        domain: Domain,
        *,
        glass_box: str = "EBM",
        splits: int = 5,
        seed: int = 0,
        n_jobs: int | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Read a domain's recordings, and fit and decide everything that is recorded.

        Parameters
        ----------
        domain : Domain
            With recordings of kind ``answers``; those of kind ``direct`` are used where
            they are.
        glass_box : str, default="EBM"
            One of `pellucid.study.GLASS_BOXES`.
        splits : int, default=5
            Folds; each model is fitted without one.
        seed : int, default=0
            Of the folds.
        n_jobs : int or None, default=None
            Processes; None is one, which is quickest for a few hundred documents.
        progress : callable or None, default=None
            Called with (steps done, steps in all) after each step.

        Returns
        -------
        Casework

        Raises
        ------
        InvalidInputError
            If a parameter or the domain cannot be used.
        """
        check_option("glass_box", glass_box, tuple(GLASS_BOXES))
        check_number("splits", splits, low=2, whole=True)
        steps = _Steps(progress, splits + 3)
        read = read_domain(domain)
        rarest = int(read.outcome.value_counts().reindex([0, 1], fill_value=0).min())
        if rarest < splits:
            raise InvalidInputError(
                f"splits: got {splits}; {domain.name!r} has {rarest} documents of its rarer outcome; a fold needs one"
            )
        steps()
        fitted = fit_domain(read, glass_box, splits=splits, seed=seed, n_jobs=n_jobs, step=steps)
        made = cls(read, fitted, glass_box)
        made._beside.warm()
        steps()
        return made

    def case(self, document: str, corrections: Sequence[Correction] = ()) -> CaseFile:
        """Return the case of a recorded document.

        Parameters
        ----------
        document : str
            Its id.
        corrections : sequence of Correction, default=()
            In the order in which they were made; of several to one question the last holds.

        Returns
        -------
        CaseFile

        Raises
        ------
        InvalidInputError
            If there is no such document, or a correction does not fit the questionnaire.
        """
        if document not in self._place:
            raise InvalidInputError(
                f"document: {self.domain.name!r} has no {document!r:.80}; its {len(self.documents)} documents run from "
                f"{self.documents[0]!r} to {self.documents[-1]!r}"
            )
        place = self._place[document]
        case = self._kept.once(("case", place), lambda: self._desk.recorded(place))
        return self._desk.with_corrections(case, corrections) if corrections else case

    def worklist(
        self, corrections: Mapping[str, Sequence[Correction]] | None = None, entries: Sequence[Entry] = ()
    ) -> tuple[WorkItem, ...]:
        """Return all recorded documents, those first that a person should look at first.

        Parameters
        ----------
        corrections : mapping of str to sequence of Correction, or None, default=None
            By document.
        entries : sequence of Entry, default=()
            Of the decision log; they say what was accepted or overridden.

        Returns
        -------
        tuple of WorkItem
            Ranked by disagreement with the language model, nearness to the threshold and
            missing answers; what is signed stands last.
        """
        made = corrections or {}
        strange = [name for name in made if name not in self._place]
        if strange:
            raise InvalidInputError(f"corrections: {self.domain.name!r} has no document {strange[0]!r:.80}")
        known = self._kept.once("items", lambda: {name: work_item(self.case(name)) for name in self.documents})
        signed_as = statuses(entries, self.domain.name)
        return ranked(
            work_item(self.case(name, made.get(name, ())), signed_as.get(name, OPEN))
            if made.get(name) or name in signed_as
            else item
            for name, item in known.items()
        )

    def model_view(self) -> ModelView:
        """Lay open the model fitted on all documents.

        Returns
        -------
        ModelView
            Its note says how models fared on documents they had not seen.
        """
        return self._kept.once("view", self._basis.view)

    def comparison(self) -> Comparison:
        """Hold the glass box against the language model asked directly, on the same documents.

        Returns
        -------
        Comparison
            Of held-out decisions, with AUROC, Brier score, log loss, calibration, their
            intervals and curves. It takes seconds, once.
        """
        return self._kept.once("comparison", self._basis.comparison)

    def groups(self) -> Audit:
        """Say how glass box and language model fare in every group of people.

        Returns
        -------
        Audit
            Empty where the domain has no protected attributes. It takes seconds, once.
        """
        return self._kept.once("groups", self._basis.groups)

    def card(self) -> str:
        """Return the domain's card, as Markdown.

        Returns
        -------
        str
        """
        return self.domain.card()


class _Steps:
    """Counts the steps of opening."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def __call__(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)
