"""A decision that a notebook draws by itself."""

from typing import Any

from markupsafe import Markup

from pellucid.reporting._case_panels import case_css
from pellucid.reporting._case_view import case_rows, main_reasons, total
from pellucid.reporting._case_words import hundred_words
from pellucid.reporting._templates import render
from pellucid.reporting._wording import percent
from pellucid.schema import Decision


class DrawnDecision(Decision):
    """A `Decision` with a picture: a notebook shows the table of its terms with their quotes.

    It is equal to a plain decision that says the same, and adds nothing to its JSON.

    Examples
    --------
    >>> from pellucid.schema import Contribution
    >>> facts = dict(document="d", model="m", outcome="yes", predicted="yes", probability=0.6, probabilities={},
    ...              score=0.5, intercept=0.0, contributions=[Contribution(questions=["a"], said="4", points=0.5)])
    >>> DrawnDecision(**facts) == Decision(**facts), "raises +0.50" in DrawnDecision(**facts)._repr_html_()
    (True, True)
    """

    @classmethod
    def of(cls, decision: Decision) -> "DrawnDecision":
        """Return a decision with its picture.

        Parameters
        ----------
        decision : Decision

        Returns
        -------
        DrawnDecision
        """
        return DrawnDecision.model_construct(**decision.__dict__)  # checked already, when it was built

    def __eq__(self, other: Any) -> bool:
        """Whether two decisions say the same, drawn or not."""
        if not isinstance(other, Decision):
            return NotImplemented
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """Hash as the decision it is."""
        return hash((self.document, self.model, self.score, self.intercept))

    def _repr_html_(self) -> str:
        """Draw the decision for a notebook: no script, no server, nothing asked of any host."""
        rows = case_rows(self)
        view = {
            "rows": rows,
            "reasons": main_reasons(rows, self),
            "total": total(self),
            "risk": percent(self.probability),
            "has_spread": any(row.term.spread for row in rows),
        }
        return str(
            render(
                "case_drawn.html.j2",
                decision=self,
                view=view,
                hundred=hundred_words(self.probability),
                style=Markup(case_css()),  # noqa: S704 - our own file
                prefix="",
            )
        )
