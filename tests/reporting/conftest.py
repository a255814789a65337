"""A small study made by hand, with hostile text in every place that takes text."""

import math
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from pellucid.schema import (
    Answer,
    AnswerStability,
    Audit,
    BagSpread,
    CaseFile,
    Change,
    Comparison,
    Conclusion,
    ContenderResult,
    Contribution,
    Correction,
    Cost,
    Counterfactual,
    CounterfactualSet,
    Decision,
    DecisionBody,
    Design,
    Difference,
    Entry,
    ExplainedDocument,
    Finding,
    Measure,
    ModelView,
    PredictionSet,
    Provenance,
    QuestionAudit,
    Questionnaire,
    ReadingRow,
    RiskRow,
    Shape,
    SharedTerm,
    SimilarCase,
    Source,
    Step,
    Study,
    SubgroupRow,
    Sureness,
)

SOURCE = Source(model="demo", recorded=True)
HOSTILE = "<script>alert('x')</script> \"quoted\" {{ 7*7 }} {% raw %} & <img src=https://example.org/x onerror=a()>"
TEXT = (
    f"Seen {HOSTILE}\r\nHeight 41 cm, leaves limp.\r\n"
    "שלום עולם e\u0301 👩\u200d👩\u200d👧 zero\u200bwidth \u202eturned\u202c\n\ttab\rlone "
    "nul\x00 bell\x07 esc\x1b[31m del\x7f c1\x85 end."
)


def located(question, value, quote, text=TEXT, **more):
    """An answer whose quote stands in the text."""
    start = text.index(quote)
    return Answer(
        question=question,
        value=value,
        status="answered",
        quote=quote,
        start=start,
        end=start + len(quote),
        source=SOURCE,
        **more,
    )


def make_decision(terms, *, intercept=-0.4, document="doc-1", **more):
    """A decision whose score is the sum of its terms."""
    score = math.fsum([intercept, *(term.points for term in terms)])
    probability = 1 / (1 + math.exp(-score))
    return Decision(
        document=document,
        model="EBM",
        outcome="1",
        predicted="1" if probability > 0.5 else "0",
        probability=probability,
        probabilities={"0": 1 - probability, "1": probability},
        score=score,
        intercept=intercept,
        contributions=tuple(terms),
        **more,
    )


@pytest.fixture
def decision():
    """Overlapping, nested and equal spans, a pair, and every status."""
    height = located("height", 41, "Height 41 cm, leaves", probability=0.93)
    leaves = located("leaves", "limp", "leaves limp")
    nested = located("metric", "yes", "41 cm")
    same = located("tall", "no", "41 cm")
    silent = Answer(question="soil", value=None, status="not stated", source=SOURCE)
    unsupported = Answer(question="pests", value="yes", status="unsupported", quote="mites <b>", source=SOURCE)
    unreadable = Answer(question="light", value=None, status="unreadable", cause="two values", source=SOURCE)
    changed = Answer(
        question="pot",
        value="clay",
        status="corrected",
        source=Source(model="person", corrected_by="A. Grower"),
    )
    return make_decision(
        [
            Contribution(questions=["height"], said="41 cm", points=0.5243, spread=0.081, answers=[height]),
            Contribution(questions=["leaves"], said="limp", points=-0.3061, answers=[leaves]),
            Contribution(questions=["metric"], said="yes", points=0.0, answers=[nested]),
            Contribution(questions=["tall"], said="no", points=-0.0004, answers=[same]),
            Contribution(questions=["soil"], said="not stated", points=0.21, answers=[silent]),
            Contribution(questions=["pests"], said="yes", points=1.25, answers=[unsupported]),
            Contribution(questions=["light"], said="not stated", points=0.11, answers=[unreadable]),
            Contribution(questions=["pot"], said="clay", points=0.12, answers=[changed]),
            Contribution(
                questions=["height", "soil"], said="41 cm × not stated", points=-0.77, answers=[height, silent]
            ),
        ],
        warnings=(f"look at this {HOSTILE}",),
    )


@pytest.fixture
def explained(decision):
    return ExplainedDocument(text=TEXT, decision=decision, observed="survived", direct=0.93)


@pytest.fixture
def comparison():
    def figures(auroc, slope=1.02):
        return {
            "brier": Measure(value=0.1234, low=0.1, high=0.15),
            "auroc": Measure(value=auroc, low=auroc - 0.04, high=auroc + 0.03),
            "slope": Measure(value=slope),
            "net_gain": Measure(value=1234.5),
        }

    contenders = (
        ContenderResult(name="EBM on answers", glass_box=True, uses_answers=True, measures=figures(0.9126)),
        ContenderResult(name="asked directly", about="the model's own", measures=figures(0.9)),
        ContenderResult(name=f"base rate {HOSTILE}", measures={"auroc": Measure(value=None)}, caveats=("odd",)),
    )
    differences = (
        Difference(contender="EBM on answers", reference="asked directly", measure="auroc", value=0.0126,
                   low=-0.021, high=0.046),
        Difference(contender=contenders[2].name, reference="asked directly", measure="auroc", value=None),
    )  # fmt: skip
    return Comparison(
        subject="seedlings",
        design=Design(
            documents=1303, classes={"died": 700, "survived": 603}, splits=5, repeats=2, seed=7, draws=2000,
            interval="paired bootstrap",
        ),
        contenders=contenders,
        differences=differences,
        reference="asked directly",
        verdict=f"Too close to call. {HOSTILE}",
        rules=("No worse by 0.02.", "Then the easiest to check."),
        caveats=("Few documents.",),
        versions={"numpy": "2.2"},
    )  # fmt: skip


@pytest.fixture
def views():
    steps = (
        Step(said="< 10", high=10, points=-0.8, spread=0.1, documents=12),
        Step(said="10 to < 40", low=10, high=40, points=0.1, spread=0.05, documents=1200),
        Step(said="40 and up", low=40, points=1.1, spread=0.3, documents=3),
        Step(said="not stated", points=0.3, spread=0.2, documents=7),
    )
    options = (
        Step(said=HOSTILE, points=-0.5, spread=0.1, documents=40),
        Step(said="limp", points=0.7, documents=30),
        Step(said="not stated", points=0.0, documents=0),
    )
    pairs = tuple(Step(said=f"piece {n}", points=n / 10 - 0.9, documents=n) for n in range(20))
    curves = ModelView(model="EBM", outcome="1", unit="log-odds", intercept=-0.4, shapes=(
        Shape(questions=["height"], numeric=True, importance=0.61, steps=steps),
        Shape(questions=["leaves"], numeric=False, importance=0.42, steps=options),
        Shape(questions=["height", "leaves"], numeric=False, importance=0.1, steps=pairs),
        Shape(questions=["constant"], numeric=True, importance=0.0, steps=(
            Step(said="any value", points=0.0, documents=9),)),
    ))  # fmt: skip
    card = ModelView(model="RiskScore", outcome="1", unit="points", intercept=-2.1, log_odds_per_point=0.61,
        shapes=(Shape(questions=["leaves"], numeric=False, importance=1.0, steps=(
            Step(said="fresh", points=0, documents=5), Step(said="limp", points=3, documents=4),
            Step(said="gone", points=-2, documents=4))),),
        risks=(RiskRow(score=-2, probability=0.035, documents=0, events=0),
               RiskRow(score=3, probability=0.43, documents=40, events=17)))  # fmt: skip
    line = ModelView(model="SparseLinear", outcome="1", unit="log-odds", intercept=0.2, shapes=(
        Shape(questions=["height"], numeric=True, importance=0.3, slope=-0.0123, steps=(
            Step(said="quarter: 10", points=0.2, documents=9), Step(said="half: 20", points=-0.2, documents=9))),
    ))  # fmt: skip
    tree = ModelView(model="Tree", outcome="1", unit="log-odds", intercept=0.0, shapes=(),
                     rules=(f"height < 10 and {HOSTILE}: risk 12%", "height ≥ 10: risk 60%"))  # fmt: skip
    return curves, card, line, tree


@pytest.fixture
def study(comparison, explained, views):
    questionnaire = Questionnaire.model_validate(
        {
            "name": "seedlings",
            "version": 3,
            "questions": [
                {"id": "height", "ask": "How tall, <in> cm?", "type": "number", "unit": "cm"},
                {"id": "leaves", "ask": "How are the leaves?", "type": "choice", "options": ["fresh", "limp", "gone"]},
            ],
        }
    )
    plain = make_decision([], intercept=-6.0, document="doc-2")
    return Study(
        name="seedlings",
        title=f"Seedlings {HOSTILE}",
        task="Will the seedling survive the winter?",
        unit="seedling",
        outcomes=("died", "survived"),
        questionnaire=questionnaire,
        comparison=comparison,
        reading=(
            ReadingRow(question="height", answered=1296, not_stated=4, unsupported=2, unreadable=1, checked=1303,
                       correct=1290, accuracy=Measure(value=1290 / 1303, low=0.983, high=0.9942)),
            ReadingRow(question="leaves", answered=0, not_stated=0, unsupported=0, unreadable=0, checked=0,
                       correct=0, accuracy=Measure(value=None)),
        ),
        views=views,
        decisions=(explained, ExplainedDocument(text="Nothing to see.", decision=plain, observed="died")),
        cautions=(f"Not for use on plants you love. {HOSTILE}",),
        sources=("Own records, CC0.",),
        command="pellucid study seedlings --seed 7",
    )  # fmt: skip


@pytest.fixture
def full_study(study):
    """The study with all that a validator adds: digests, costs, folds, groups of people, an audit; text is hostile."""
    digest = "ab" * 32
    comparison = study.comparison
    first = comparison.contenders[0].model_copy(
        update={
            "completed": Measure(value=0.995, low=0.98, high=0.999),
            "cost": Cost(requests=1303, prompt_tokens=912000, reply_tokens=80111, price=1.5, currency="EUR",
                         seconds_per_document=0.42),
            "folds": (0.88, 0.93, 0.91),
        }
    )  # fmt: skip
    difference = comparison.differences[0].model_copy(
        update={"margin": 0.02, "conclusion": Conclusion.NON_INFERIOR, "p": 0.4, "p_holm": 0.62, "test": "DeLong",
                "p_non_inferior": 0.0004, "p_equivalent": 0.3, "power": 0.38, "method": "DeLong"}
    )  # fmt: skip
    finding = Finding(kind="leak", subject="leaves", alarm=True, said=f"AUROC 0.990 by itself, above 0.95. {HOSTILE}",
                      figure=Measure(value=0.99, low=0.97, high=1.0), documents=("doc-1",))  # fmt: skip
    known = Finding(kind="subgroup", subject="bed = north", alarm=False, said="Selection rate 0.20 against 0.31.")
    audit = Audit(
        looked_for=("Any question with an AUROC of 0.95 or more.", "Exact and near duplicates."),
        findings=(known, finding),
        questions=(
            QuestionAudit(question="height", answered=Measure(value=0.9), quartiles=(10.0, 20.5, 41.0),
                          alone=Measure(value=0.7, low=0.6, high=0.8, method="DeLong"), kept=0.8,
                          reliability={"flip rate": Measure(value=0.02, low=0.01, high=0.05, method="Wilson")}),
            QuestionAudit(question="leaves", answered=Measure(value=1.0), values={HOSTILE: 1200, "limp": 103}),
        ),
        subgroups=(
            SubgroupRow(subject="EBM on answers", attribute="bed", group="north", documents=700, events=310,
                        measures={"auroc": Measure(value=0.9, low=0.85, high=0.94, method="DeLong"),
                                  "false positive rate": Measure(value=0.1, low=0.08, high=0.13, method="Wilson")}),
            SubgroupRow(subject="EBM on answers", attribute="bed", group=HOSTILE, documents=9, events=4, small=True),
            SubgroupRow(subject="answers", attribute="bed", group="north", documents=700, events=12),
        ),
    )  # fmt: skip
    return study.model_copy(
        update={
            "audit": audit,
            "comparison": comparison.model_copy(
                update={
                    "contenders": (first, *comparison.contenders[1:]),
                    "differences": (difference, *comparison.differences[1:]),
                    "margin": 0.02,
                    "power": "With 1,303 documents the 95% interval of a difference is about ±0.023 wide.",
                    "design": comparison.design.model_copy(update={"groups": 650, "trained_on": 1042, "folds": digest}),
                    "provenance": Provenance(
                        documents=digest, outcomes=digest, questionnaire=digest, predictions=digest,
                        prompts={"answers/1": digest}, recordings={"answers.jsonl": digest}, model=f"demo {HOSTILE}",
                    ),
                }
            ),
        }
    )  # fmt: skip


QUESTIONS = [
    {"id": "height", "ask": "How tall, <in> cm?", "type": "number", "unit": "cm"},
    {"id": "leaves", "ask": "How are the leaves?", "type": "choice", "options": ["fresh", "limp", "gone"]},
    *({"id": name, "ask": f"{name}?", "type": "yes/no"} for name in ("metric", "tall", "soil", "pests", "light")),
    {"id": "pot", "ask": "Which pot?", "type": "choice", "options": ["clay", "plastic"]},
]


@pytest.fixture
def case(decision):
    """A case with hostile text in every place, every status, a signed correction, and all kinds of doubt."""
    pot = Answer(question="pot", value="plastic", status="answered", quote=f"a pot {HOSTILE}", source=SOURCE)
    clay = next(term.answers[0] for term in decision.contributions if term.questions == ("pot",))
    before = [
        term.model_copy(update={"answers": (pot,), "points": 0.5, "said": "plastic"})
        if term.questions == ("pot",)
        else term
        for term in decision.contributions
    ]
    made = Correction(
        question="pot", before=pot, after=clay, why="misread", note=HOSTILE, person=f"A. Grower {HOSTILE}",
        at="2026-11-21T10:15:30.000000Z", number=1234,
    )  # fmt: skip
    return CaseFile(
        domain="seedlings", title=f"Seedlings {HOSTILE}", unit="seedling", outcomes=("died", "survived"),
        document=decision.document, text=TEXT, flags=[{"start": 5, "end": 30, "kind": "order"}],
        questionnaire=Questionnaire.model_validate({"name": "seedlings", "version": 3, "questions": QUESTIONS}),
        decision=decision, original=make_decision(before), corrections=(made,), observed="died", direct=0.31,
        rationale=f"It says so. {HOSTILE}", direct_contaminated=f"It may know. {HOSTILE}", trained_on=1299,
        held_out=True, model_note=f"EBM; AUROC 0.80. {HOSTILE}", model_digest="ab" * 32,
        sureness=Sureness(
            bags=BagSpread(low=0.41, high=0.634, bags=14),
            prediction_set=PredictionSet(
                classes=("died", "survived"), level=0.9, coverage=Measure(value=0.907, low=0.87, high=0.94),
                p_values={"died": 0.31, "survived": 0.62}, calibrated_on=300,
            ),
            stability=[AnswerStability(question="height", readings=5, same=4),
                       AnswerStability(question="leaves", readings=5, same=5)],
        ),
        warnings=(f"Look {HOSTILE}",), source="recorded answers of demo",
    )  # fmt: skip


@pytest.fixture
def entries():
    """What people signed: one entry of every kind, with hostile words."""
    decided = DecisionBody(probability=0.57, score=0.28, predicted="survived", decided="survived", model="EBM",
                           model_digest="ab" * 32, corrections=2)  # fmt: skip
    against = decided.model_copy(update={"decided": "died", "reason": "new", "note": HOSTILE})
    bodies = [
        ("estimate", {"probability": 0.4}),
        ("corrected", {"question": "pot", "before": "plastic", "before_status": "answered", "after": None,
                       "why": "misread", "note": HOSTILE}),
        ("accepted", decided.model_dump(mode="json")),
        ("overridden", against.model_dump(mode="json")),
        ("reviewed", {"question": "height", "action": "relabel", "after": 42.0}),
        ("letter", {"kind": "reasons", "digest": "cd" * 32}),
        ("paused", {"why": f"Stop. {HOSTILE}"}),
        ("resumed", {"why": "Go on."}),
    ]  # fmt: skip
    return [
        Entry.sealed(number=place, at="2026-11-21T10:15:30.000000Z", kind=kind, domain="seedlings", document="doc-1",
                     person=f"R. Meier {HOSTILE}", role="reviewer", body=body)
        for place, (kind, body) in enumerate(bodies, start=1)
    ]  # fmt: skip


@pytest.fixture
def similar():
    term = SharedTerm(questions=["height"], said="40 cm", said_here="41 cm", points=0.5, points_here=0.52,
                      quote=f"40 cm {HOSTILE}")  # fmt: skip
    return (
        SimilarCase(document=f"doc-7 {HOSTILE}", distance=0.314, probability=0.61, predicted="survived",
                    observed="died", terms=[term]),
    )  # fmt: skip


@pytest.fixture
def changes():
    pot = Change(question="pot", before="clay", after="plastic", before_said="clay", after_said="plastic", points=-0.3)
    tall = Change(question="height", before=41, after=30, before_said="41 cm", after_said="30 cm", points=-0.5)
    found = Counterfactual(document="doc-1", changes=[pot, tall], distance=1.2, score=-0.1, probability=0.475,
                           predicted="died")  # fmt: skip
    return CounterfactualSet(document="doc-1", target="died", found=[found])


VOID = {"meta", "br"}
BLOCKS = {"td", "th", "dt", "dd", "li", "p", "h2", "h3", "caption"}


class Reading(HTMLParser):
    """A page or a fragment as elements with their attributes, and its text; refuses what does not nest."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.parts = [], [], []
        self.feed(str(markup))
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS or dict(attrs).get("class") == "about":
            self.parts.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.parts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.parts).split())

    def of(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def check(self, *, anchors=True):
        """No script, nothing fetched, ids unique, anchors lead somewhere, headings in order, tables read."""
        tags = {name for name, _ in self.elements}
        assert not tags & {"script", "iframe", "object", "embed", "form", "img", "link", "base", "audio", "video"}
        for _, attrs in self.elements:
            assert not [name for name in attrs if name.startswith("on")]
            assert "style" not in attrs
            assert not (attrs.get("href") or "").startswith(("javascript:", "http:", "https:", "data:", "//"))
            assert "src" not in attrs
        found = [attrs["id"] for _, attrs in self.elements if "id" in attrs]
        assert len(found) == len(set(found))
        if anchors:
            inside = [attrs["href"][1:] for attrs in self.of("a") if attrs.get("href", "").startswith("#")]
            assert set(inside) <= set(found)
        levels = [int(name[1]) for name, _ in self.elements if len(name) == 2 and name[0] == "h" and name[1].isdigit()]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        tables = [name for name, _ in self.elements if name == "table"]
        assert len(tables) == len(self.of("caption"))
        assert all("scope" in attrs for attrs in self.of("th"))
        for _, attrs in self.elements:
            if attrs.get("tabindex") == "0":
                assert attrs.get("role") == "region"
                assert attrs.get("aria-label")
        return self


@pytest.fixture
def read():
    return Reading
