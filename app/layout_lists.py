"""Worklist, model page and audit page."""

from typing import Any

import gradio as gr

from pellucid.app import handlers_lists, handlers_record
from pellucid.app.handlers import message
from pellucid.app.handlers_lists import ORDERS, STATES
from pellucid.app.layout_parts import QUICK, SLOW, answering, header, panel
from pellucid.app.session import Session
from pellucid.schema import Person, Role


def worklist_page(session: Session, domain: str, blocks: gr.Blocks) -> None:
    """Build the worklist.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    """
    header(session, domain, blocks, "worklist", "Worklist")
    with gr.Row():
        order = gr.Dropdown([(said, key) for key, said in ORDERS.items()], label="Order", value="rank", min_width=200)
        status = gr.Dropdown([("all", ""), *((one, one) for one in STATES)], label="State", value="", min_width=160)
        search = gr.Textbox(label="Part of an id", value="", max_length=80, min_width=160)
    shown = panel("app-worklist")

    def draw(person: Person, by: str, state: str, part: str) -> Any:
        return handlers_lists.worklist(
            session, person, domain, order=by or "rank", status=state or "", search=part or ""
        )

    controls = [order, status, search]
    blocks.load(answering(draw, said=0), controls, shown, **QUICK)
    triggers = [order.input, status.input, search.input]
    gr.on(triggers, answering(draw, said=0), controls, shown, trigger_mode="always_last", **QUICK)


def model_page(session: Session, domain: str, blocks: gr.Blocks) -> None:
    """Build the model page.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    """
    header(session, domain, blocks, "model", "Model")
    shown = panel("app-model")

    def drawing(measured: bool) -> Any:
        return answering(lambda person: handlers_lists.model(session, person, domain, measured=measured))

    learnt = blocks.load(drawing(measured=False), None, shown, **QUICK)
    learnt.then(drawing(measured=True), None, shown, **SLOW)


def audit_page(session: Session, domain: str, blocks: gr.Blocks) -> None:
    """Build the audit page.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    """
    header(session, domain, blocks, "audit", "Audit")
    with gr.Row(elem_classes="app-buttons"):
        verify = gr.Button("Verify the whole log", min_width=200)
    with gr.Column(visible=False) as for_admins:
        panel("app-export", value=f'<a href="/{domain}/export/log">Export the log of this domain (JSON Lines)</a>')
        with gr.Accordion("Pause or resume decisions", open=False):
            why = gr.Textbox(label="Why", value="", max_length=2_000)
            with gr.Row(elem_classes="app-buttons"):
                pause = gr.Button("Pause decisions", variant="stop")
                resume = gr.Button("Resume decisions")
    said, shown = panel("app-said"), panel("app-audit")

    def draw(person: Person) -> list[Any]:
        return ["", handlers_lists.audit(session, person, domain), gr.update(visible=person.role.may(Role.ADMIN))]

    def verified(person: Person) -> list[Any]:
        return ["", handlers_lists.verify(session, person, domain)]

    def switched(act: Any) -> Any:
        def switch(person: Person, words: str) -> list[Any]:
            done = act(session, person, domain, words or "")
            return [message(done), handlers_lists.audit(session, person, domain)]

        return answering(switch, outputs=2, said=0)

    blocks.load(answering(draw, outputs=3, said=0), None, [said, shown, for_admins], **QUICK)
    verify.click(answering(verified, outputs=2, said=0), None, [said, shown], **SLOW)
    pause.click(switched(handlers_record.pause), why, [said, shown], **QUICK)
    resume.click(switched(handlers_record.resume), why, [said, shown], **QUICK)
