"""Where cases are made: of recorded documents, of new texts, and of either when answers change."""

from collections.abc import Sequence

from pellucid.casework._answers import changed
from pellucid.casework._basis import Basis
from pellucid.casework._beside import Beside
from pellucid.casework._fitted import FittedDomain, FittedModel, names_of
from pellucid.casework._new_text import ReadText
from pellucid.exceptions import InvalidInputError
from pellucid.labeling import DirectLLMClassifier
from pellucid.schema import Answer, CaseFile, Correction, Decision, DirectPrediction, Reading, Sureness
from pellucid.study import TEXT, ReadDomain


class Desk:
    """Makes cases of one domain; holds nothing that changes.

    Parameters
    ----------
    read : ReadDomain
    fitted : FittedDomain
    basis : Basis
    beside : Beside
    direct : mapping of str to DirectPrediction
        By document; empty where none are recorded.
    """

    def __init__(
        self,
        read: ReadDomain,
        fitted: FittedDomain,
        basis: Basis,
        beside: Beside,
        direct: dict[str, DirectPrediction],
    ) -> None:
        self._read, self._fitted, self._basis, self._beside, self._direct = read, fitted, basis, beside, direct
        self._names = names_of(read)
        self._by_text = {text: place for place, text in enumerate(read.table[TEXT])}

    def place_of_text(self, text: str) -> int | None:
        """Return which recorded document has a text; None where none has."""
        return self._by_text.get(text)

    def recorded(self, place: int) -> CaseFile:
        """Return the case of the recorded document at a place.

        Parameters
        ----------
        place : int

        Returns
        -------
        CaseFile
        """
        reading = self._read.readings[place]
        model = self._fitted.unseen_by(place)
        return self._case(
            reading,
            self._read.table[TEXT].iloc[place],
            self._fitted.decisions[place],
            model,
            source=f"recorded answers of {reading.answers[0].source.model}",
            direct=self._direct.get(reading.document),
            observed=self._read.domain.outcomes[int(self._read.outcome.iloc[place])],
        )

    def of_new_text(self, text: str, read: ReadText) -> CaseFile:
        """Return the case of a text that is in no recording.

        Parameters
        ----------
        text : str
        read : ReadText

        Returns
        -------
        CaseFile
        """
        model = self._fitted.whole
        decision = self._decision(model, read.reading)
        return self._case(read.reading, text, decision, model, source=read.source, direct=read.direct, observed=None)

    def renamed(self, case: CaseFile, name: str) -> CaseFile:
        """Return the same case under another name.

        Parameters
        ----------
        case : CaseFile
            Of a recorded document.
        name : str

        Returns
        -------
        CaseFile
        """
        source = f"{case.source}; the text is that of {case.document}"
        decision = case.decision.model_copy(update={"document": name})
        update = {"document": name, "decision": decision, "original": decision, "source": source}
        return case.model_copy(update=update)

    def with_corrections(self, case: CaseFile, corrections: Sequence[Correction]) -> CaseFile:
        """Return a case with more signed corrections, without drafts.

        Parameters
        ----------
        case : CaseFile
        corrections : sequence of Correction
            Made after those it has.

        Returns
        -------
        CaseFile
        """
        asked = case.questionnaire.ids
        strange = [one.question for one in corrections if one.question not in asked]
        if strange:
            raise InvalidInputError(f"corrections: got {strange[0]!r:.80}; questions are {', '.join(asked)}")
        case = case.model_copy(update={"corrections": (*case.corrections, *corrections)})
        return self.decided_anew(case, signed(case))

    def decided_anew(self, case: CaseFile, answers: Sequence[Answer]) -> CaseFile:
        """Return a case with other answers; whatever follows from them is computed anew.

        Parameters
        ----------
        case : CaseFile
        answers : sequence of Answer

        Returns
        -------
        CaseFile
        """
        model = self.model_of(case)
        reading = Reading(document=case.document, answers=tuple(answers), flags=case.flags)
        decision = self._decision(model, reading)
        return self._finished(case.model_copy(update={"decision": decision}), model)

    def model_of(self, case: CaseFile) -> FittedModel:
        """Return the model that decides a case.

        Parameters
        ----------
        case : CaseFile

        Returns
        -------
        FittedModel

        Raises
        ------
        InvalidInputError
            If the case is not of this domain.
        """
        place = self._by_text.get(case.text)
        if case.domain != self._read.domain.name or (case.held_out and place is None):
            raise InvalidInputError(
                f"case: {case.document!r} is a case of {case.domain!r}; one of {self._read.domain.name!r} is expected"
            )
        return self._fitted.unseen_by(place) if case.held_out and place is not None else self._fitted.whole

    def _decision(self, model: FittedModel, reading: Reading) -> Decision:
        return model.classifier.explain_readings([reading], names=self._names)[0]

    def _case(
        self,
        reading: Reading,
        text: str,
        decision: Decision,
        model: FittedModel,
        *,
        source: str,
        direct: DirectPrediction | None,
        observed: str | None,
    ) -> CaseFile:
        domain, held_out = self._read.domain, model is not self._fitted.whole
        case = CaseFile(
            domain=domain.name,
            title=domain.title,
            unit=domain.unit,
            outcomes=domain.outcomes,
            document=reading.document,
            text=text,
            flags=reading.flags,
            questionnaire=domain.questionnaire,
            decision=decision,
            original=decision,
            observed=observed,
            direct=None if direct is None else direct.probability,
            rationale="" if direct is None else direct.rationale,
            direct_contaminated=domain.contamination,
            trained_on=len(model.rows),
            held_out=held_out,
            model_note=self._basis.note(len(model.rows), held_out=held_out),
            model_digest=model.digest,
            sureness=Sureness(),
            source=source,
        )
        return self._finished(case, model)

    def _finished(self, case: CaseFile, model: FittedModel) -> CaseFile:
        """Set what follows from the decision."""
        update = {
            "sureness": self._beside.sureness(case, model),
            "warnings": self._beside.warnings(case, model),
        }
        return case.model_copy(update=update)


def signed(case: CaseFile) -> tuple[Answer, ...]:
    """Return the answers without drafts: those of the document, with signed corrections.

    Parameters
    ----------
    case : CaseFile

    Returns
    -------
    tuple of Answer
    """
    first = {answer.question: answer for term in case.original.contributions for answer in term.answers}
    replaced = {one.question: one.after for one in case.corrections}
    return changed([first[name] for name in case.questionnaire.ids], replaced)


def direct_predictions(read: ReadDomain) -> dict[str, DirectPrediction]:
    """Return what the language model said when asked for the outcome itself, by document.

    Parameters
    ----------
    read : ReadDomain

    Returns
    -------
    dict of str to DirectPrediction
        Empty where nothing is recorded.
    """
    if not read.has_direct:
        return {}
    texts = read.table[TEXT]
    found = DirectLLMClassifier(read.recording).fit(texts, read.outcome).read(texts)
    return dict(zip(map(str, texts.index), found, strict=True))
