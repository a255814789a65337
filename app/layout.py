"""The Gradio side of the app: one set of pages for each domain, mounted on the server."""

import warnings
from collections.abc import Callable

import gradio as gr
from fastapi import FastAPI
from starlette.requests import Request

from pellucid.app.access import person_of
from pellucid.app.layout_case import decision_page
from pellucid.app.layout_lists import audit_page, model_page, worklist_page
from pellucid.app.layout_quiet import keep_words_private
from pellucid.app.layout_review import review_page
from pellucid.app.plain import ASSETS
from pellucid.app.session import Session
from pellucid.reporting import case_css

PAGES: tuple[tuple[str, str, Callable[[Session, str, gr.Blocks], None]], ...] = (
    ("worklist", "Worklist", worklist_page),
    ("model", "Model", model_page),
    ("audit", "Audit", audit_page),
    ("review", "Review answers", review_page),
)

MOST_PAGES = 200
"""Open pages of a domain that Gradio remembers."""


def mount_domains(app: FastAPI, session: Session) -> None:
    """Mount the pages of every domain under its name.

    Parameters
    ----------
    app : FastAPI
    session : Session
    """
    keep_words_private()
    for name in session.domains:
        _mount(app, session, name)


def _mount(app: FastAPI, session: Session, name: str) -> None:
    blocks = pages_of(session, name)
    # What a page showed stays in memory for its events; ten thousand pages, Gradio's own bound, would fill it.
    blocks.state_session_capacity = MOST_PAGES
    with warnings.catch_warnings():
        # It says that several pages cannot be drawn on the server, which nobody asked for.
        warnings.filterwarnings("ignore", message="SSR mode", category=UserWarning)
        gr.mount_gradio_app(
            app,
            blocks,
            path=f"/{name}",
            auth_dependency=_signed_in,
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            enable_monitoring=False,
            max_file_size=1,
            theme=theme(),
            css=(ASSETS / "gradio.css").read_text(encoding="utf-8"),
            # in the head, as it is: what goes through `css` loses its container queries, and narrow screens with them
            head=f"<style>{case_css()}</style><script>{(ASSETS / 'anchors.js').read_text(encoding='utf-8')}</script>",
        )
    mounted = app.routes[-1].app  # type: ignore[attr-defined] # the one mounted just now
    session.pages.on_close(name, lambda page: mounted.state_holder.session_data.pop(page, None))


def pages_of(session: Session, domain: str) -> gr.Blocks:
    """Build the pages of one domain; no document stands in them before somebody opens it.

    Parameters
    ----------
    session : Session
    domain : str

    Returns
    -------
    gradio.Blocks
    """
    title = session.caseworks[domain].domain.title
    with gr.Blocks(title=f"{title} · Pellucid", analytics_enabled=False, fill_width=True) as blocks:
        decision_page(session, domain, blocks)
    for path, name, build in PAGES:
        with blocks.route(name, path):
            build(session, domain, blocks)
    return blocks.queue(default_concurrency_limit=4, max_size=64, api_open=False)


def theme() -> gr.themes.Base:
    """Return colours and fonts: no outside font, and contrast that passes WCAG AA.

    Returns
    -------
    gradio.themes.Base
    """
    return gr.themes.Default(
        primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        block_title_text_color="*neutral_800",
        block_title_text_color_dark="*neutral_100",
    )


def _signed_in(request: Request) -> str | None:
    person = person_of(request)
    return None if person is None else person.name
