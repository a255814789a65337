"""The cases of one domain: each decided by a model that has not seen it, and decided anew when a person corrects it."""

import datetime
from collections.abc import Mapping, Sequence

from pellucid._checks import MAX_CHARACTERS
from pellucid.casework._answers import changed, check_quotes, check_values, corrected, value_of, values_of
from pellucid.casework._beside import Wording
from pellucid.casework._desk import signed
from pellucid.casework._new_text import check_new_text, read_by_model, read_by_person
from pellucid.casework._opened import OpenedDomain
from pellucid.exceptions import InvalidInputError
from pellucid.llm import LanguageModel
from pellucid.schema import (
    DRAFT,
    Answer,
    CaseFile,
    Correction,
    CounterfactualSet,
    PrincipalReason,
    ReasonMethod,
    SimilarCase,
    Value,
)


class Casework(OpenedDomain):
    """Every case of one domain, ready for people: fitted once, never changed after, safe for many threads.

    A recorded document is decided by the model of the fold that has not seen it, the same
    as in `pellucid.study.held_out_decisions`; a new text by the model fitted on all.
    Nothing is logged here: who keeps corrections hands them in.

    Attributes
    ----------
    domain : Domain
    glass_box : str
    documents : tuple of str
        Ids, in the order of the domain.
    questionnaire : Questionnaire
    rules : ChangeRules
        Which answers may change, as the domain says.
    cautions : tuple of str
        What must be said before any number.

    Examples
    --------
    >>> from pellucid.domains import load
    >>> work = Casework.open(load("healthcare"), glass_box="shallow tree", splits=2)
    >>> case = work.case(work.documents[0])
    >>> draft = work.rescored(case, {"exercise_angina": "no"})
    >>> draft.is_draft, draft.text == case.text, draft.corrections
    (True, True, ())
    """

    def values(self, case: CaseFile) -> dict[str, Value | None]:
        """Return what the glass box got for each question; a form for corrections begins with these.

        Parameters
        ----------
        case : CaseFile

        Returns
        -------
        dict of str to int, float, str or None
            None where nothing is stated, and where the quote is not in the document.
        """
        return values_of(case)

    def rescored(
        self, case: CaseFile, values: Mapping[str, Value | None], *, quotes: Mapping[str, str] | None = None
    ) -> CaseFile:
        """Return the case as it would be with other answers, without asking any model.

        Parameters
        ----------
        case : CaseFile
            As it stands, drafts included.
        values : mapping of str to int, float, str or None
            By question, those that differ; None is "not stated". One equal to what was
            signed takes the draft back.
        quotes : mapping of str to str or None, default=None
            Words of the document behind a value, by question.

        Returns
        -------
        CaseFile
            Answers that differ have status ``"corrected"``, by ``"draft"``; they have a
            place in the document only where they come with a quote.

        Raises
        ------
        InvalidInputError
            If a question is unknown, a value is not allowed, or a quote is not in the document.
        """
        wanted = check_values(self.questionnaire, values)
        found = check_quotes(quotes, wanted)
        before = {answer.question: answer for answer in signed(case)}
        drafts = {name: _draft(before[name], value, found.get(name, ""), case.text) for name, value in wanted.items()}
        answers = changed(case.answers(), drafts)
        return case if answers == case.answers() else self._desk.decided_anew(case, answers)

    def correction(
        self,
        case: CaseFile,
        question: str,
        value: Value | None,
        *,
        person: str,
        why: str,
        note: str = "",
        quote: str = "",
    ) -> Correction:
        """Return the correction of one answer, for whoever signs and keeps it.

        Parameters
        ----------
        case : CaseFile
        question : str
        value : int, float, str or None
            None is "not stated".
        person : str
            Who signs.
        why : str
            A code or a few words.
        note : str, default=""
        quote : str, default=""
            Words of the document behind the value.

        Returns
        -------
        Correction
            Of the answer that was signed last, drafts left aside.

        Raises
        ------
        InvalidInputError
            If nothing would change, nobody signs, or the value or the quote cannot be used.
        """
        checked = check_values(self.questionnaire, {question: value}, "value")
        if not person.strip() or person == DRAFT:
            raise InvalidInputError(f"person: got {person!r}; the name of whoever signs is expected")
        (before,) = [answer for answer in signed(case) if answer.question == question]
        if _same(before, checked[question]) and not quote.strip():
            raise InvalidInputError(f"value: {question!r} has that answer already; a correction changes it")
        return Correction(
            question=question,
            before=before,
            after=corrected(before, checked[question], person, quote=quote, text=case.text),
            why=why,
            note=note,
            person=person,
            at=_now(),
        )

    def with_corrections(self, case: CaseFile, corrections: Sequence[Correction]) -> CaseFile:
        """Return a case with more corrections signed, such as that of a text that was handed in.

        Parameters
        ----------
        case : CaseFile
            Its drafts are left aside.
        corrections : sequence of Correction
            In the order in which they were made, after those the case has.

        Returns
        -------
        CaseFile

        Raises
        ------
        InvalidInputError
            If a correction does not fit the questionnaire.
        """
        return self._desk.with_corrections(case, corrections)

    def new_case(
        self,
        name: str,
        text: str,
        *,
        answers: Mapping[str, Value | None] | None = None,
        quotes: Mapping[str, str] | None = None,
        model: LanguageModel | None = None,
        person: str = "",
        ask_directly: bool = True,
        max_characters: int = MAX_CHARACTERS,
    ) -> CaseFile:
        """Return the case of a text that is handed in.

        Parameters
        ----------
        name : str
            What to call it.
        text : str
        answers : mapping of str to int, float, str or None, or None, default=None
            A person's answers; what is not given is not stated.
        quotes : mapping of str to str or None, default=None
            Words of the text behind the person's answers.
        model : LanguageModel or None, default=None
            Who reads it, where no person does.
        person : str, default=""
            Who answered.
        ask_directly : bool, default=True
            Whether the model is also asked for the outcome itself.
        max_characters : int, default=400_000

        Returns
        -------
        CaseFile
            Decided by the model fitted on all documents. Where the text is that of a
            recorded document, and nobody answered it anew, it is that document's case
            under another name, decided by the model that has not seen it.

        Raises
        ------
        InvalidInputError
            If name, text, answers or quotes cannot be used, or nobody is there to read.
        ModelAccessError, BudgetExceeded, DeadlineExceeded
            If the language model cannot be asked.
        """
        check_new_text(name, text, max_characters)
        if answers is not None:
            read = read_by_person(name, text, self.questionnaire, answers, quotes or {}, person)
        elif (place := self._desk.place_of_text(text)) is not None:
            return self._desk.renamed(self.case(self.documents[place]), name)
        elif model is not None:
            read = read_by_model(name, text, self.domain, model, ask_directly=ask_directly)
        else:
            raise InvalidInputError(
                "answers, model: got neither, and the text is in no recording; give a person's answers, or a "
                "language model that reads it"
            )
        return self._desk.of_new_text(text, read)

    def changes(self, case: CaseFile, *, target: str | None = None, count: int = 3) -> CounterfactualSet:
        """Return the smallest changes of answers that would have led to another decision.

        Parameters
        ----------
        case : CaseFile
        target : str or None, default=None
            The outcome wanted, in words; None takes the other one.
        count : int, default=3

        Returns
        -------
        CounterfactualSet
        """
        return self._beside.changes(self._desk.model_of(case), case, target, count)

    def similar(self, case: CaseFile, *, count: int = 5) -> tuple[SimilarCase, ...]:
        """Return the recorded documents that the same model treats most alike, term by term.

        Parameters
        ----------
        case : CaseFile
        count : int, default=5

        Returns
        -------
        tuple of SimilarCase
            Nearest first, without the case itself. What is said of each is its own
            decision, by a model that had not seen it.
        """
        return self._beside.similar(self._desk.model_of(case), case, count)

    def reasons(
        self,
        case: CaseFile,
        method: ReasonMethod = ReasonMethod.AVERAGE,
        *,
        count: int = 4,
        wording: Wording | None = None,
        adverse_high: bool = True,
    ) -> tuple[PrincipalReason, ...]:
        """Return the main reasons of an unfavourable decision, for a letter.

        Parameters
        ----------
        case : CaseFile
        method : ReasonMethod, default="against average"
            What the points are held against: the average or the best of the documents the
            model was fitted on.
        count : int, default=4
        wording : mapping of tuple of str to str, callable or None, default=None
            Words of each reason.
        adverse_high : bool, default=True
            Whether the second outcome is the unfavourable one.

        Returns
        -------
        tuple of PrincipalReason
        """
        model, which = self._desk.model_of(case), ReasonMethod(method)
        return self._beside.reasons(
            model, case.decision, which, count=count, wording=wording, adverse_high=adverse_high
        )


def _same(answer: Answer, value: Value | None) -> bool:
    """Whether the glass box got that value already."""
    return value_of(answer) == value


def _draft(before: Answer, value: Value | None, quote: str, text: str) -> Answer:
    """Return the answer as it would be; as it was, where nothing changes."""
    if _same(before, value) and not quote.strip():
        return before
    return corrected(before, value, DRAFT, quote=quote, text=text)


def _now() -> str:
    """Return the time in UTC, to the microsecond."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
