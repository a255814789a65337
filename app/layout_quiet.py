"""Keeps Gradio from printing people's words: of its errors, which repeat them, kind and place are noted."""

import logging
import sys
import traceback
from typing import Any

import gradio.queueing
import gradio.route_utils
import gradio.routes

from pellucid.app.security import place_of

LOG = logging.getLogger("pellucid.app")

_PRINTING = (gradio.routes, gradio.queueing, gradio.route_utils)


class _WithoutWords:
    """Stands where Gradio's files look for `traceback`: everything of it, but errors are noted and not printed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def print_exc(self, *_: object, **__: object) -> None:
        """Note the error that is being handled."""
        error = sys.exception()
        if error is not None:
            LOG.error("%s", place_of(error))


def keep_words_private() -> None:
    """Have Gradio note errors without their words; doing it twice changes nothing."""
    for module in _PRINTING:
        module.traceback = _WithoutWords()  # what it imports is no name it offers
