"""The decision page: the document beside its decision; below, answers to try, how sure, other views, signing."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from pellucid.app import form, handlers, handlers_corrections, handlers_record
from pellucid.app.handlers import CaseView, Draft
from pellucid.app.handlers_corrections import CORRECTION_WHYS
from pellucid.app.layout_parts import QUICK, answering, header, panel
from pellucid.app.session import Session
from pellucid.schema import OVERRIDE_REASONS, Person, Question

_KEEP_ADDRESS = (
    "(name) => { const here = new URL(window.location); here.searchParams.set('case', name); here.hash = ''; "
    "window.history.replaceState(window.history.state, '', here); }"
)
"""Brings the address into step with the case, so that the page can be loaded again or sent on."""


_TYPED = ("why", "why_note", "quote", "note", "reason", "estimate")
_NOTHING_TYPED = (None, "", "", "", None, None)
"""What a person types or chooses beside a case; it goes when the case changes, so that no reason lands on another."""


@dataclass(frozen=True)
class _Page:
    """The places and controls of the page."""

    case: gr.Textbox
    seen: gr.Textbox
    picker: gr.Dropdown
    text: gr.HTML
    decision: gr.HTML
    warnings: gr.HTML
    changes: gr.HTML
    said: gr.HTML
    sureness: gr.HTML
    second: gr.HTML
    similar: gr.HTML
    corrections: gr.HTML
    record: gr.HTML
    said_record: gr.HTML
    said_estimate: gr.HTML
    opened: gr.Column
    closed: gr.Column
    below: gr.Column
    typed: tuple[gr.components.Component, ...]
    controls: tuple[gr.components.Component, ...]

    def places(self) -> list[Any]:
        """Return everything that opening a case fills, in the order of `filled`."""
        return [
            self.case,
            self.seen,
            self.picker,
            self.text,
            *self.drafted(),
            self.sureness,
            self.second,
            self.similar,
            self.corrections,
            self.record,
            self.said_record,
            self.said_estimate,
            self.opened,
            self.closed,
            self.below,
            *self.typed,
            *self.controls,
        ]

    def drafted(self) -> list[Any]:
        """Return what a tried answer changes."""
        return [self.decision, self.warnings, self.changes, self.said]


def decision_page(session: Session, domain: str, blocks: gr.Blocks) -> None:
    """Build the page.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    """
    header(session, domain, blocks, "", "Decision")
    page, buttons = _placed(session, domain)
    _wire(session, domain, blocks, page, buttons)


def _placed(session: Session, domain: str) -> tuple[_Page, dict[str, Any]]:
    """Put everything where it belongs."""
    work = session.caseworks[domain]
    parts: dict[str, Any] = {"case": gr.Textbox(visible=False), "seen": gr.Textbox(visible=False)}
    buttons: dict[str, Any] = {}
    parts["picker"] = _picker(list(work.documents), buttons)
    with gr.Row(elem_id="app-case", equal_height=False):
        with gr.Column(min_width=420, scale=5, elem_id="app-document"):
            parts["text"] = panel("app-text")
            parts["warnings"] = panel("app-warnings")
        with gr.Column(min_width=420, scale=6, elem_id="app-decision"):
            with gr.Column(visible=False) as parts["closed"]:
                parts["said_estimate"] = _estimating(work.domain.outcomes[1], buttons)
            with gr.Column() as parts["opened"]:
                parts["decision"] = panel("app-answer")
    with gr.Column(elem_id="app-below") as parts["below"], gr.Tabs():
        with gr.Tab("Correct an answer, and what would change"), gr.Row(equal_height=False):
            with gr.Column(min_width=420, scale=6):
                parts |= _form(work.questionnaire.questions, buttons)
            with gr.Column(min_width=360, scale=5):
                parts["changes"] = panel("app-changes")
        with gr.Tab("How sure"):
            parts["sureness"] = panel("app-sureness")
        with gr.Tab("Second opinion"):
            parts["second"] = panel("app-second")
        with gr.Tab("Similar cases"):
            parts["similar"] = panel("app-similar")
        with gr.Tab("Record"):
            parts |= _signing(buttons)
    parts["typed"] = tuple(buttons[name] for name in _TYPED)
    return _Page(**parts), buttons


def _picker(documents: list[str], buttons: dict[str, Any]) -> gr.Dropdown:
    """Choose a case."""
    with gr.Row(elem_id="app-picker"):
        buttons["previous"] = gr.Button("Previous case", size="sm", min_width=110)
        shown = gr.Dropdown(
            documents, label="Case", value=None, filterable=True, allow_custom_value=True, min_width=220
        )
        buttons["next"] = gr.Button("Next case", size="sm", min_width=110)
    return shown


def _estimating(outcome: str, buttons: dict[str, Any]) -> gr.HTML:
    """Ask for the person's own estimate."""
    said = panel("app-said-estimate")
    buttons["estimate"] = gr.Number(
        minimum=0,
        maximum=100,
        label=f"Your own estimate: how probable is “{outcome}”? (percent, 0 to 100)",
        step=1,
        value=None,
    )
    with gr.Row(elem_classes="app-buttons"):
        buttons["give"] = gr.Button("Note my estimate and show the model's answer", variant="primary")
    return said


def _form(questions: tuple[Question, ...], buttons: dict[str, Any]) -> dict[str, Any]:
    """One control per question, and what keeps or takes back a change."""
    said = panel("app-said")
    with gr.Row(elem_id="app-form"):
        controls = tuple(_control(question) for question in questions)
    with gr.Row(elem_classes="app-buttons"):
        buttons["reset"] = gr.Button("Put the answers back", min_width=200)
    with gr.Accordion("Keep this correction", open=False):
        choices = [(said, code) for code, said in CORRECTION_WHYS.items()]
        buttons["why"] = gr.Radio(choices, label="Why", value=None)
        buttons["quote"] = gr.Textbox(
            label="Words of the document that show it (optional)",
            info="Copied from the document. Only their place is logged.",
            max_lines=2,
            value="",
        )
        buttons["why_note"] = gr.Textbox(label="Note", max_lines=4, value="", max_length=2_000)
        with gr.Row(elem_classes="app-buttons"):
            buttons["keep"] = gr.Button("Sign and keep", variant="primary", min_width=200)
    corrections = panel("app-corrections")
    return {"said": said, "controls": controls, "corrections": corrections}


def _control(question: Question) -> gr.components.Component:
    name, offered = form.label(question), form.offered(question)
    shared: dict[str, Any] = {"label": name, "info": question.ask, "value": None, "min_width": 260}
    if not offered:
        step: dict[str, Any] = {"step": 1} if _is_whole(question) else {}
        return gr.Number(minimum=question.minimum, maximum=question.maximum, **shared, **step)
    if len(question.levels) <= form.FEW:
        return gr.Radio(offered, **shared)
    return gr.Dropdown(offered, filterable=True, **shared)


def _is_whole(question: Question) -> bool:
    ends = (question.minimum, question.maximum)
    return question.unit in ("years", "") and all(end is None or float(end).is_integer() for end in ends)


def _signing(buttons: dict[str, Any]) -> dict[str, Any]:
    """Accept or override, and what was signed before."""
    said = panel("app-said-record")
    with gr.Row(equal_height=False):
        with gr.Column(min_width=320):
            buttons["note"] = gr.Textbox(label="Note (optional when you accept)", lines=3, value="", max_length=4_000)
            with gr.Row(elem_classes="app-buttons"):
                buttons["accept"] = gr.Button("Accept the decision", variant="primary", min_width=200)
        with gr.Column(min_width=320):
            choices = [(words, code) for code, words in OVERRIDE_REASONS.items()]
            buttons["reason"] = gr.Radio(choices, label="Why the decision is overridden", value=None)
            with gr.Row(elem_classes="app-buttons"):
                buttons["override"] = gr.Button("Override the decision", min_width=200)
    record = panel("app-record")
    return {"said_record": said, "record": record}


def filled(view: CaseView, session: Session, person: Person, domain: str, *, signed: bool = False) -> list[Any]:
    """Return what opening a case puts into every place.

    Parameters
    ----------
    view : CaseView
    session : Session
    person : Person
    domain : str
    signed : bool, default=False
        Whether the sentence belongs to the signing, not to the form.

    Returns
    -------
    list
    """
    names = [*session.own_texts.names(person.name, domain), *session.caseworks[domain].documents]
    said = view.draft.said
    values = view.values or {}
    questions = session.caseworks[domain].questionnaire.ids
    return [
        view.document,
        view.seen,
        gr.update(value=view.document, choices=names),
        view.text,
        view.draft.decision,
        view.draft.warnings,
        view.draft.changes,
        "" if signed else said,
        view.sureness,
        view.second,
        view.similar,
        view.corrections,
        view.record,
        said if signed else "",
        said if view.closed else "",
        gr.update(visible=not view.closed),
        gr.update(visible=view.closed),
        gr.update(visible=not view.closed),
        *_NOTHING_TYPED,
        *(values.get(name) for name in questions),
    ]


def _drafted(draft: Draft) -> list[Any]:
    return [draft.decision, draft.warnings, draft.changes, draft.said]


def _wire(session: Session, domain: str, blocks: gr.Blocks, page: _Page, buttons: dict[str, Any]) -> None:
    """Say what each control does."""
    places = page.places()
    case, controls = page.case, list(page.controls)
    in_form = places.index(page.said)

    def opened(person: Person, document: str) -> list[Any]:
        return filled(handlers.view(session, person, domain, document), session, person, domain)

    def moved(step: int) -> Any:
        return lambda person, document: opened(person, handlers.neighbour(session, domain, document or "", step))

    _wire_opening(session, domain, blocks, page, opened)
    for name, step in (("previous", -1), ("next", 1)):
        event = buttons[name].click(answering(moved(step), outputs=len(places), said=in_form), case, places, **QUICK)
        event.then(None, case, None, js=_KEEP_ADDRESS)
    buttons["reset"].click(answering(opened, outputs=len(places), said=in_form), case, places, **QUICK)

    def tried(person: Person, document: str, *given: Any) -> list[Any]:
        return _drafted(handlers.rescore(session, person, domain, document, given))

    gr.on(
        [control.input for control in controls],
        answering(tried, outputs=4, said=3),
        [case, *controls],
        page.drafted(),
        trigger_mode="always_last",
        **QUICK,
    )

    _wire_keeping(session, domain, page, buttons)
    _wire_signing(session, domain, page, buttons)


def _wire_opening(session: Session, domain: str, blocks: gr.Blocks, page: _Page, opened: Any) -> None:
    """Open the case that the address or the picker names."""
    places = page.places()
    in_form = places.index(page.said)

    def loaded(request: gr.Request) -> Any:
        wanted = str(dict(request.query_params).get("case") or session.caseworks[domain].documents[0])
        return answering(opened, outputs=len(places), said=in_form)(request, wanted)

    blocks.load(loaded, None, places, **QUICK)
    event = page.picker.input(answering(opened, outputs=len(places), said=in_form), page.picker, places, **QUICK)
    event.then(None, page.case, None, js=_KEEP_ADDRESS)


def _wire_keeping(session: Session, domain: str, page: _Page, buttons: dict[str, Any]) -> None:
    """Keep a correction, or note an estimate."""
    places, case, controls = page.places(), page.case, list(page.controls)
    in_form, in_estimate = places.index(page.said), places.index(page.said_estimate)

    def kept(person: Person, document: str, seen: str, why: str, note: str, quote: str, *given: Any) -> list[Any]:
        said = {"seen": seen or "", "why": why or "", "note": note or "", "quote": quote or ""}
        view = handlers_corrections.keep(session, person, domain, document, given, **said)
        return filled(view, session, person, domain)

    given = [case, page.seen, buttons["why"], buttons["why_note"], buttons["quote"], *controls]
    buttons["keep"].click(answering(kept, outputs=len(places), said=in_form), given, places, **QUICK)

    def estimated(person: Person, document: str, percent: float | None) -> list[Any]:
        return filled(handlers.estimate(session, person, domain, document, percent), session, person, domain)

    asked = [case, buttons["estimate"]]
    buttons["give"].click(answering(estimated, outputs=len(places), said=in_estimate), asked, places, **QUICK)


def _wire_signing(session: Session, domain: str, page: _Page, buttons: dict[str, Any]) -> None:
    """Sign with what the person has seen."""
    places, controls = page.places(), list(page.controls)
    said = places.index(page.said_record)

    def accepted(person: Person, document: str, seen: str, note: str, *given: Any) -> list[Any]:
        view = handlers_record.accept(session, person, domain, document, given, seen=seen or "", note=note or "")
        return filled(view, session, person, domain, signed=True)

    def overridden(person: Person, document: str, seen: str, note: str, reason: str, *given: Any) -> list[Any]:
        view = handlers_record.override(
            session, person, domain, document, given, seen=seen or "", reason=reason or "", note=note or ""
        )
        return filled(view, session, person, domain, signed=True)

    seen = [page.case, page.seen, buttons["note"]]
    buttons["accept"].click(answering(accepted, outputs=len(places), said=said), [*seen, *controls], places, **QUICK)
    buttons["override"].click(
        answering(overridden, outputs=len(places), said=said), [*seen, buttons["reason"], *controls], places, **QUICK
    )
