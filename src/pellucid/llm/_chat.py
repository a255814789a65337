"""From text to tokens: a chat template's own control tokens are kept, those that stand in a text are not."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from jinja2 import TemplateError

from pellucid.exceptions import MissingCapability
from pellucid.llm._client import Part
from pellucid.llm._packing import Choice, Tokens

_SYSTEM, _USER = "⟦the system's words⟧", "⟦the user's words⟧"
_QUESTIONS = "\n\nQuestions:\n-"

Turns = tuple[str, str | None, str]
"""A rendered chat: what stands before the system's words, between those and the user's (None where
a template takes no system), and after them."""


class Chat:
    """Writes conversations for one tokenizer.

    Text from outside is encoded on its own, as ordinary text whatever it holds: no
    ``<|im_end|>`` in a document becomes the token that ends a turn.

    Parameters
    ----------
    tokenizer : transformers.PreTrainedTokenizerBase

    Raises
    ------
    MissingCapability
        If its chat template does not show what the user says.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._newline = self._encode("\n")
        self._turns = _turns(tokenizer)
        template = tokenizer.get_chat_template() if tokenizer.chat_template else ""
        # Never run: it is here for its words, so that the library knows which tokens control this chat.
        self._plain = "{% if false %}" + template + "{% endif %}{{ messages[0]['content'] }}"
        self._choices: dict[Part, Choice] = {}

    def opening(self, system: str, material: str, *, asks: bool = True) -> list[int]:
        """Write the beginning of a conversation, up to the end of what all questions share.

        Parameters
        ----------
        system, material : str
        asks : bool, default=True
            Whether questions follow.

        Returns
        -------
        list of int
        """
        before, between, _ = self._turns
        said = material + (_QUESTIONS if asks else "")
        first = self._first(before)
        if between is None:
            return first + self.plain(f"{system}\n\n{said}" if system else said)
        return first + self.plain(system) + self._middle(between) + self.plain(said)

    def closing(self, parts: Sequence[Part] = ()) -> list[int]:
        """Write the questions and the end of the user's turn, up to where the reply begins.

        Parameters
        ----------
        parts : sequence of Part, default=()

        Returns
        -------
        list of int
        """
        asked = "\n-".join(f" {part.key}: {part.ask}" for part in parts)
        return self.plain(asked) + self._middle(self._turns[2])

    def choice(self, part: Part) -> Choice:
        """Write one question with its options, as they stand in a JSON reply; the last is null where that may be said.

        Parameters
        ----------
        part : Part
            With options.

        Returns
        -------
        Choice

        Raises
        ------
        MissingCapability
            If the tokenizer cannot tell two options apart.
        """
        if part not in self._choices:
            if len(self._choices) > 4096:  # questionnaires are short; this is for a process that lives long
                self._choices.clear()
            start = f'{{{json.dumps(part.key, ensure_ascii=False)}: {{"value":'
            suffix = tuple(self.closing([part]) + self.plain(start))
            self._choices[part] = Choice(suffix, self._labels(part, start))
        return self._choices[part]

    def plain(self, text: str) -> list[int]:
        """Encode text that may hold anything, as nothing but text.

        Parameters
        ----------
        text : str

        Returns
        -------
        list of int

        Raises
        ------
        MissingCapability
            If the tokenizer makes a control token of it all the same.
        """
        if not text:
            return []
        message = {"role": "user", "content": "\n" + repaired(text)}
        try:
            ids = self._tokenizer.apply_chat_template(
                [message],
                chat_template=self._plain,
                tokenize=True,
                return_dict=False,
                sanitize_control_tokens=True,
            )
        except ValueError:  # its message may hold the text
            raise MissingCapability("the tokenizer cannot write a control token as ordinary text") from None
        return self._after_newline(ids) or self._encode(text)

    def _labels(self, part: Part, start: str) -> tuple[Tokens, ...]:
        values = [json.dumps(option, ensure_ascii=False) for option in part.options]
        # Without the closing quotation mark, which most tokenizers join to what follows it.
        labels = [self._label(start, f" {value[:-1]}") for value in values]
        labels += [self._label(start, " null")] if part.nullable else []
        if _one_begins_another(labels):
            end = "," if part.quote else "}"
            values += ["null"] if part.nullable else []
            labels = [self._label(start, f" {value}{end}") for value in values]
        if len(set(labels)) != len(labels) or _one_begins_another(labels):
            raise MissingCapability(f"{part.key}: the model's tokenizer cannot tell two of the options apart")
        return tuple(labels)

    def _label(self, start: str, label: str) -> Tokens:
        """Give the tokens of a label where it stands, which may not be those it has alone."""
        before, both = self.plain(start), self.plain(start + label)
        if both[: len(before)] == before and len(both) > len(before):
            return tuple(both[len(before) :])
        return tuple(self.plain(label))

    def _first(self, text: str) -> list[int]:
        if self._turns[1] is not None or self._tokenizer.chat_template:
            return self._encode(text)
        # Without a template a text begins as the tokenizer begins any.
        bare, whole = self._encode("a"), self._tokenizer.encode("a", add_special_tokens=True)
        return whole[: len(whole) - len(bare)] if whole[-len(bare) :] == bare else []

    def _middle(self, text: str) -> list[int]:
        """Encode a piece of the template; after a new line, because some tokenizers begin texts with a space."""
        return (self._after_newline(self._encode("\n" + text)) or self._encode(text)) if text else []

    def _after_newline(self, ids: list[int]) -> list[int]:
        size = len(self._newline)
        return ids[size:] if ids[:size] == self._newline else []

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))


def repaired(text: str) -> str:
    """Replace halves of surrogate pairs, which no tokenizer takes.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        As long as before, unless two halves stood together and are now one character.

    Examples
    --------
    >>> repaired("a" + chr(0xD800) + "b")
    'a\ufffdb'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _turns(tokenizer: Any) -> Turns:
    if not tokenizer.chat_template:
        return "", None, "\n\n"
    system, user = {"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}
    for messages in ([system, user], [user]):
        try:
            shown = tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
        except TemplateError:  # many templates refuse a system
            continue
        before, found, after = shown.partition(_USER)
        head, heard, between = before.partition(_SYSTEM)
        if not found or _USER in after or _SYSTEM in after + between:
            continue
        if heard:
            return head, between, after
        if len(messages) == 1:
            return before, None, after
    raise MissingCapability("the model's chat template does not show what the user says; it cannot be used here")


def _one_begins_another(labels: Sequence[Tokens]) -> bool:
    ordered = sorted(labels)
    return any(after[: len(before)] == before for before, after in pairwise(ordered))
