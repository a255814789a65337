"""Labelers that are rules on words: keywords and regular expressions, each voting for a class or for none."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pellucid._checks import MAX_CHARACTERS, check_number, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.labeling._label_classes import check_classes
from pellucid.labeling._regex_search import RegexSearch
from pellucid.schema import Label

NO_LABEL = "no rule applies"
"""Cause of a label that a rule does not give."""


class KeywordLabeler:
    r"""Vote for the class whose words stand in the document.

    Words are found whole and in any case; several in a row may be parted by any space. A
    document with words of no class, or of several, gets no vote. Nothing is understood:
    "no pain" holds the word "pain". In scripts without spaces between words nothing is
    whole; take a `RegexLabeler` there.

    Parameters
    ----------
    words : mapping of class to sequence of str
    name : str, default="keywords"
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Raises
    ------
    InvalidInputError
        If a class has no words, or one word stands for two classes.

    Examples
    --------
    >>> rain = KeywordLabeler({1: ["cloud", "clouds"], 0: ["clear sky"]})
    >>> [one.label for one in rain.label(["CLOUDS all over.", "A clear\n sky.", "Wind."])]
    [1, 0, None]
    """

    def __init__(
        self,
        words: Mapping[Any, Sequence[str]],
        *,
        name: str = "keywords",
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        self.words = words
        self.name = name
        self.text_column = text_column
        self.max_characters = max_characters
        self._rules = [
            (word, label, re.compile(_whole(word), re.IGNORECASE)) for word, label in _flat(words, "words", _folded)
        ]

    def __repr__(self) -> str:
        return f"KeywordLabeler({len(self._rules)} words, name={self.name!r})"

    def label(self, X: Any) -> tuple[Label, ...]:
        """Label documents.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)

        Returns
        -------
        tuple of Label
            One per document; the words that were found are its rationale.
        """
        documents = check_texts(X, column=self.text_column, max_characters=self.max_characters)
        return tuple(
            vote(name, self.name, [(word, label) for word, label, found in self._rules if found.search(text)])
            for name, text in zip(documents.names, documents.texts, strict=True)
        )


class RegexLabeler:
    r"""Vote for the class whose regular expressions match somewhere in the document.

    A document matched for no class, or for several, gets no vote. Patterns are yours and
    documents are not to be trusted: a pattern such as ``(a+)+$`` takes years on a text
    made for it. The search therefore runs in a Python process of its own, which is stopped
    after `seconds`; the document then gets no vote and its label says why.

    Parameters
    ----------
    patterns : mapping of class to sequence of str
        In the syntax of `re`; any case matches, ``(?-i:...)`` heeds it.
    name : str, default="patterns"
    seconds : float, default=5.0
        Longest search of one document, by the clock. Ordinary patterns take milliseconds.
    text_column : str or None, default=None
        Column of a DataFrame that holds the text; needed where it has several.
    max_characters : int, default=400_000

    Raises
    ------
    InvalidInputError
        If a pattern is none, a class has no patterns, or one stands for two classes.

    Examples
    --------
    >>> rain = RegexLabeler({1: [r"\bclouds?\b"], 0: [r"clear\s+sky"]})
    >>> [one.label for one in rain.label(["CLOUDS all over.", "A clear sky.", "Wind."])]
    [1, 0, None]
    """

    def __init__(
        self,
        patterns: Mapping[Any, Sequence[str]],
        *,
        name: str = "patterns",
        seconds: float = 5.0,
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        check_number("seconds", seconds, low=0.1)
        self.patterns = patterns
        self.name = name
        self.seconds = seconds
        self.text_column = text_column
        self.max_characters = max_characters
        self._rules = _flat(patterns, "patterns", str)
        for pattern, label in self._rules:
            try:
                re.compile(pattern, re.IGNORECASE)
            except (re.error, OverflowError, RecursionError) as error:
                raise InvalidInputError(f"patterns: {pattern!r} of class {label!r} cannot be used: {error}") from None

    def __repr__(self) -> str:
        return f"RegexLabeler({len(self._rules)} patterns, name={self.name!r})"

    def label(self, X: Any) -> tuple[Label, ...]:
        """Label documents.

        Parameters
        ----------
        X : iterable of str, Series, DataFrame, or ndarray of shape (n,) or (n, 1)

        Returns
        -------
        tuple of Label
            One per document; the patterns that matched are its rationale.
        """
        documents = check_texts(X, column=self.text_column, max_characters=self.max_characters)
        with RegexSearch([pattern for pattern, _ in self._rules], seconds=self.seconds) as search:
            found = [search.matching(text) for text in documents.texts]
        late = f"the search did not end within {self.seconds:g} seconds"
        return tuple(
            Label(document=name, labeler=self.name, label=None, cause=late)
            if numbers is None
            else vote(name, self.name, [self._rules[number] for number in numbers])
            for name, numbers in zip(documents.names, found, strict=True)
        )


def vote(document: str, labeler: str, found: Sequence[tuple[str, Any]]) -> Label:
    """Make a label of the rules that apply to a document.

    Parameters
    ----------
    document, labeler : str
    found : sequence of (str, class)
        Each rule in words, with the class it speaks for.

    Returns
    -------
    Label
        Without a class where no rule applies, or rules for several classes do.

    Examples
    --------
    >>> vote("a-1", "words", [("cloud", 1), ("sun", 0)]).cause
    'rules for several classes apply: “cloud”, “sun”'
    """
    said = ", ".join(f"“{rule}”" for rule, _ in found)
    labels = list(dict.fromkeys(label for _, label in found))
    if len(labels) == 1:
        return Label(document=document, labeler=labeler, label=labels[0], rationale=said)
    cause = f"rules for several classes apply: {said}" if found else NO_LABEL
    return Label(document=document, labeler=labeler, label=None, cause=cause)


def _whole(word: str) -> str:
    """Write the pattern of a whole word, or of several in a row."""
    return r"(?<!\w)" + r"\s+".join(re.escape(part) for part in word.split()) + r"(?!\w)"


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _flat(rules: Any, parameter: str, same: Callable[[str], str]) -> list[tuple[str, Any]]:
    """List rules with their classes, or refuse them."""
    if not isinstance(rules, Mapping) or not rules:
        raise InvalidInputError(
            f"{parameter}: got {type(rules).__name__}; a mapping of class to texts is expected: {{1: ['cloud']}}"
        )
    classes = check_classes(list(rules), at_least=1)
    flat: list[tuple[str, Any]] = []
    owners: dict[str, Any] = {}
    for label, texts in zip(classes, rules.values(), strict=True):
        if isinstance(texts, str) or not isinstance(texts, Sequence) or not texts:
            raise InvalidInputError(f"{parameter}: class {label!r} has none; a list of texts is expected")
        for text in texts:
            if not isinstance(text, str) or not text.strip():
                raise InvalidInputError(f"{parameter}: class {label!r} has one that is empty or no text")
            if owners.setdefault(same(text), label) != label:
                raise InvalidInputError(f"{parameter}: {text!r} stands for two classes; keep it to one")
            flat.append((text, label))
    return flat
