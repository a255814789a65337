"""What every Gradio page has: a header, a way to answer events, panels of ready HTML."""

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr
from markupsafe import Markup

from pellucid.app.access import person_of
from pellucid.app.handlers import message
from pellucid.app.plain import LOG_IS_SHUT, environment
from pellucid.app.security import place_of
from pellucid.app.session import Session
from pellucid.exceptions import ChangedMeanwhile, LedgerError, PellucidError
from pellucid.schema import Person

LOG = logging.getLogger("pellucid.app")

# What controls give comes as it was sent, since the handlers check it: Gradio would take a thread for each of them,
# and answer a number out of its range with an error in place of a sentence.
_EVERY: dict[str, Any] = {"api_visibility": "private", "preprocess": False}

QUICK: dict[str, Any] = {**_EVERY, "queue": False, "show_progress": "hidden"}
"""For events that are answered at once."""

SLOW: dict[str, Any] = {**_EVERY, "show_progress": "minimal", "concurrency_limit": 2}
"""For events that may take a second; they stand in a line."""

Act = Callable[..., Any]


def panel(name: str, **given: Any) -> gr.HTML:
    """Make a place for ready HTML; nothing in it is a template, nothing runs.

    Parameters
    ----------
    name : str
        Its id on the page.
    **given
        As `gradio.HTML` takes it.

    Returns
    -------
    gradio.HTML
    """
    return gr.HTML(elem_id=name, js_on_load=None, apply_default_css=False, **given)


def header(session: Session, domain: str, blocks: gr.Blocks, current: str, name: str) -> None:
    """Put the header of a page: where one is, where one can go, who one is.

    Parameters
    ----------
    session : Session
    domain : str
    blocks : gradio.Blocks
    current : str
        Path of the page, empty for the first.
    name : str
        Of the page.
    """
    opened = session.caseworks[domain].domain
    drawn = environment().get_template("header.html")

    def draw(person: Person | None) -> Markup:
        return Markup(  # noqa: S704 - escaped by the environment
            drawn.render(
                domain=opened, current=current, name=name, person=person, can_sign_out=not session.foreign_sign_on
            )
        )

    gr.components.Navbar(visible=False)
    shown = panel("app-header", value=draw(None))
    js = f"() => {{ document.title = {name!r} + ' · ' + {opened.title!r} + ' · Pellucid'; }}"

    def loaded(request: gr.Request) -> Any:
        person = person_of(request)
        if person is not None and request.session_hash:
            session.pages.opened(person.name, domain, request.session_hash)
        return answering(draw)(request)

    blocks.load(loaded, None, shown, **QUICK)
    blocks.load(None, None, None, js=js)


def answering(act: Act, *, outputs: int = 1, said: int | None = None) -> Act:
    """Turn a handler into an event: it gets who is asking, and its errors become a sentence on the page.

    Parameters
    ----------
    act : callable
        Called with the person, then with what the controls hold.
    outputs : int, default=1
        How many places the event fills.
    said : int or None, default=None
        Which of them takes the sentence; where None, a notice is shown.

    Returns
    -------
    callable
    """

    def run(request: gr.Request, *given: Any) -> Any:
        person = person_of(request)
        if person is None:
            raise gr.Error("You are not signed in any more. Load the page again.", print_exception=False)
        try:
            return act(person, *given)
        except ChangedMeanwhile as error:
            return _told(str(error), outputs, said)
        except LedgerError as error:
            LOG.error("%s", error)  # names the database, which is for whoever runs it
            return _told(LOG_IS_SHUT, outputs, said)
        except PellucidError as error:
            return _told(str(error), outputs, said)
        except Exception as error:  # noqa: BLE001 - whatever it is, its words may hold a document's
            LOG.error("%s", place_of(error))
            return _told("Something went wrong; it was noted without any text of yours.", outputs, said)

    return run


def _told(words: str, outputs: int, said: int | None) -> Any:
    """Leave every place as it is but the one that takes a sentence."""
    if said is None:
        raise gr.Error(words, print_exception=False)
    places: list[Any] = [gr.skip()] * outputs
    places[said] = message(words, alarm=True)
    return places[0] if outputs == 1 else places
