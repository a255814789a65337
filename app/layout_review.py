"""The page on which answers are reviewed one by one."""

from typing import Any

import gradio as gr

from pellucid.app import form, handlers_review
from pellucid.app.handlers import message
from pellucid.app.handlers_review import KINDS, Action
from pellucid.app.layout_parts import QUICK, SLOW, answering, header, panel
from pellucid.app.session import Session
from pellucid.schema import NOT_STATED, Person

_NAMES = ("kind", "everything", "key", "right", "note", "said", "seen")


def review_page(session: Session, domain: str, blocks: gr.Blocks) -> None:
    """Build the page.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    """
    header(session, domain, blocks, "review", "Review answers")
    parts = _placed(domain)
    kind, everything, key, right, note, said, seen = (parts[name] for name in _NAMES)
    about, shown = parts["about"], parts["shown"]
    places = [said, key, about, right, seen, shown]

    def listed(person: Person, which: str, done: bool, words: str = "", chosen: str = "") -> list[Any]:
        items = handlers_review.queue(session, person, domain, kind=which or "", everything=bool(done))
        names = [item.key for item in items]
        first = chosen if chosen in names else next(iter(names), None)
        picked = _picked(session, person, domain, first)
        table = handlers_review.drawn(session, domain, items)
        return [message(words) if words else "", gr.update(choices=names, value=first), *picked, table]

    def picked(person: Person, name: str) -> list[Any]:
        return ["", *_picked(session, person, domain, name)]

    def doing(action: Action) -> Any:
        def act(person: Person, name: str, shown: str, value: Any, words: str, which: str, done: bool) -> list[Any]:
            given = {"seen": shown or "", "value": value, "note": words or ""}
            entry = handlers_review.review(session, person, domain, name or "", action, **given)
            return listed(person, which, done, f"Entry {entry.number}: {name} reviewed by {person.name}.")

        return answering(act, outputs=len(places), said=0)

    slow = answering(listed, outputs=len(places), said=0)
    blocks.load(slow, [kind, everything], places, **SLOW)
    gr.on([kind.input, everything.input], slow, [kind, everything], places, **SLOW)
    key.input(answering(picked, outputs=4, said=0), key, [said, about, right, seen], **QUICK)
    inputs = [key, seen, right, note, kind, everything]
    for action in ("keep", "relabel", "flag"):
        parts[action].click(doing(action), inputs, places, **SLOW)


def _placed(domain: str) -> dict[str, Any]:
    """Put everything where it belongs."""
    parts: dict[str, Any] = {"seen": gr.Textbox(visible=False)}
    with gr.Row():
        parts["kind"] = gr.Dropdown(
            [(said, key) for key, said in KINDS.items()], label="Which answers", value="", min_width=240
        )
        parts["everything"] = gr.Checkbox(label="Also those that were reviewed", value=False, min_width=240)
    with gr.Row(equal_height=False, elem_id="app-review"):
        with gr.Column(min_width=320):
            parts["key"] = gr.Dropdown([], label="Answer", value=None, allow_custom_value=True, filterable=True)
            parts["about"] = panel("app-about")
        with gr.Column(min_width=320):
            parts["right"] = gr.Dropdown(
                [], label="The right answer", value=None, allow_custom_value=True, filterable=True
            )
            parts["note"] = gr.Textbox(label="Note", value="", lines=2, max_length=2_000)
            with gr.Row(elem_classes="app-buttons"):
                parts["keep"] = gr.Button("It is right", min_width=120)
                parts["relabel"] = gr.Button("Correct it", variant="primary", min_width=120)
                parts["flag"] = gr.Button("Flag it", min_width=120)
            parts["said"] = panel("app-said")
    panel("app-export", value=f'<p><a href="/{domain}/export/review">Export the reviews (JSON Lines)</a></p>')
    parts["shown"] = panel("app-queue")
    return parts


def _picked(session: Session, person: Person, domain: str, key: str | None) -> list[Any]:
    """Show one answer: the question, the answer as it stands, a control for the right one."""
    if not key:
        return [message("Nothing is left to review here."), gr.update(choices=[], value=None), ""]
    found = handlers_review.asked(session, person, domain, key)
    offered = form.offered(found.question) or [NOT_STATED]
    value = handlers_review.value_words(found.answer.value)
    about = handlers_review.about(found.stands.case, found.question, found.answer)
    return [about, gr.update(choices=offered, value=value), found.seen]
