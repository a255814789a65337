"""Examples for a few-shot prompt: the nearest documents with gold labels, as many of each class."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from pellucid._checks import MAX_CHARACTERS, check_alike, check_number, check_texts
from pellucid.exceptions import InvalidInputError
from pellucid.extraction import orders
from pellucid.labeling._label_classes import check_classes, class_places
from pellucid.validation import find_twins

_AT_ONCE = 12  # candidates that are held against the document together


class Example(NamedTuple):
    """One document whose gold label is shown.

    Attributes
    ----------
    name, text : str
    label : int
        Place of its class, 0 or 1 where there are two.
    similarity : float
        TF-IDF cosine with the document it is shown beside.
    """

    name: str
    text: str
    label: int
    similarity: float


class ExampleRetriever:
    """Choose examples for a document out of documents whose gold labels are known.

    Nearness is the cosine of TF-IDF vectors of character trigrams to pentagrams, so that it
    needs no language's words. The classes get as many examples each. Never shown are the
    document itself, by id or text, its copies and near copies (see
    `pellucid.validation.find_twins`), two near copies of each other, and documents that
    read like orders to the reader: their words would speak in every prompt they stand in.

    Parameters
    ----------
    X : iterable of str, Series or DataFrame
        Documents.
    y : array-like of shape (n,)
        Gold labels; None or NaN where there is none, and such documents are left out.
    classes : sequence, default=(0, 1)
    text_column : str or None, default=None
    max_characters : int, default=400_000

    Raises
    ------
    InvalidInputError
        If a label is not of the classes, or a class has no example.

    Examples
    --------
    >>> texts = ["Rain all day.", "Rain at noon.", "Sun all day.", "Sun at noon."]
    >>> retriever = ExampleRetriever(texts, [1, 1, 0, 0])
    >>> [(one.text, one.label) for one in retriever.choose("Sun, then rain at noon.", 2)]
    [('Sun at noon.', 0), ('Rain at noon.', 1)]
    """

    def __init__(
        self,
        X: Any,
        y: Any,
        *,
        classes: Sequence[Any] = (0, 1),
        text_column: str | None = None,
        max_characters: int = MAX_CHARACTERS,
    ) -> None:
        check_classes(classes)
        check_alike(X, y)
        documents = check_texts(X, column=text_column, max_characters=max_characters)
        places = class_places(y, classes, n=len(documents.texts), name="examples")
        rows = zip(documents.names, documents.texts, places, strict=True)
        kept = [(name, text, int(place)) for name, text, place in rows if place >= 0 and not orders(text)]
        missing = [str(label) for at, label in enumerate(classes) if at not in {place for *_, place in kept}]
        if missing:
            raise InvalidInputError(
                f"examples: there is none with a gold label of class {', '.join(missing)} that can be shown; give at "
                "least one of each class, or leave out the few-shot prompt"
            )
        self._named = documents.named
        self._names, self._texts, self._places = (list(part) for part in zip(*kept, strict=True))
        self._n_classes = len(classes)
        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._vectors = self._vectorizer.fit_transform(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def choose(self, text: str, n: int, *, name: str | None = None) -> tuple[Example, ...]:
        """Choose the examples shown beside a document.

        Parameters
        ----------
        text : str
        n : int
            At most so many; where they cannot be shared evenly, the class of the nearest
            examples gets one more.
        name : str or None, default=None
            Id of the document, where it has one: an example of that id is the document itself.

        Returns
        -------
        tuple of Example
            The nearest comes last. The same for the same document and examples.

        Raises
        ------
        InvalidInputError
            If there are fewer examples asked for than classes.
        """
        check_number("n_examples", n, low=self._n_classes, whole=True)
        near = np.asarray((self._vectors @ self._vectorizer.transform([text]).T).toarray()).ravel().round(9)
        ranked = np.lexsort((np.arange(len(near)), -near))
        own = name if self._named else None
        by_class = [self._candidates(text, own, near, ranked, place) for place in range(self._n_classes)]
        share = n // self._n_classes
        chosen = [one for candidates in by_class for one in islice(candidates, share)]
        rest = [one for candidates in by_class for one in islice(candidates, 1)]
        chosen += sorted(rest, key=lambda one: -one.similarity)[: n - share * self._n_classes]
        return tuple(sorted(chosen, key=lambda one: (one.similarity, one.name)))

    def _candidates(self, text: str, name: str | None, near: Any, ranked: Any, place: int) -> Iterator[Example]:
        """Give a class's examples, the nearest first, without the document and its copies."""
        others = [
            at for at in ranked.tolist() if self._places[at] == place and (name is None or self._names[at] != name)
        ]
        held = [text]  # what no further example may be a copy of
        for start in range(0, len(others), _AT_ONCE):
            several = others[start : start + _AT_ONCE]
            sets = find_twins([*held, *(self._texts[at] for at in several)]).components.tolist()
            seen, before = set(sets[: len(held)]), len(held)
            for at, number in zip(several, sets[before:], strict=True):
                if number not in seen:
                    seen.add(number)
                    held.append(self._texts[at])
                    yield Example(self._names[at], self._texts[at], place, float(near[at]))


def check_examples(examples: Any) -> tuple[Any, Any]:
    """Take the pair of documents and gold labels, or say that it is one.

    Parameters
    ----------
    examples : object

    Returns
    -------
    (X, y)

    Raises
    ------
    InvalidInputError
    """
    if not isinstance(examples, tuple) or len(examples) != 2 or isinstance(examples[0], str):
        raise InvalidInputError(
            f"examples: got {type(examples).__name__}; a pair (documents, gold labels) is expected, such as (X, y) "
            "with None where no gold label is known"
        )
    if isinstance(examples[0], pd.Series | pd.DataFrame | list | tuple | np.ndarray):
        return examples
    return list(examples[0]), examples[1]
