"""What a study says of itself in sentences: data, questions, design; each sentence with the rows it stands on."""

from pellucid.reporting._wording import label, measure_order, measure_words, short_number
from pellucid.schema import Statement, Study, row_path

Said = tuple[Statement, ...]
"""Sentences for one item; empty where the record knows nothing."""

COMPARISON = "study.comparison"
DESIGN = "study.comparison.design"
PROVENANCE = "study.comparison.provenance"
AUDIT = "study.audit"
_STORED = "stored predictions"
_OWN_FOLDS = ("repeated stratified folds", "repeated grouped folds")


def say(said: str, *rows: str) -> Statement:
    """Make one sentence of the run."""
    return Statement(said=said, rows=rows)


def counted(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "document"), counted(1200, "document"), counted(0, "class", "classes")
    ('1 document', '1,200 documents', '0 classes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """Write words as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def title(study: Study) -> Said:
    """Name the study for what it is."""
    made = "Evaluation" if study.comparison.design.kind == _STORED else "Development and evaluation"
    return (
        say(
            f"{made} of models that predict “{study.outcomes[1]}” for one {study.unit} from a text: {study.title}.",
            "study.title",
            "study.outcomes[1]",
            "study.unit",
        ),
    )


def objectives(study: Study) -> Said:
    """Say what was compared with what, and the margin stated beforehand."""
    comparison = study.comparison
    said = [
        say(
            f"To find out whether any of {counted(len(comparison.contenders), 'contender')} can stand in for "
            f"“{comparison.reference}” on this task.",
            row_path(COMPARISON, "contenders"),
            row_path(COMPARISON, "reference"),
        ),
        say(f"The task, as put to the language model: {study.task}", "study.task"),
    ]
    if comparison.margin is not None:
        said.append(
            say(
                f"Stated beforehand: {measure_words(comparison.judged).label} that is lower by less than "
                f"{short_number(comparison.margin)} still counts as good.",
                row_path(COMPARISON, "judged"),
                row_path(COMPARISON, "margin"),
            )
        )
    return tuple(said)


def sources(study: Study) -> Said:
    """Name where the records come from, with their terms."""
    return tuple(say(source, row_path("study.sources", place)) for place, source in enumerate(study.sources))


def size(study: Study) -> Said:
    """Count the documents by class."""
    documents = counted(study.comparison.design.documents, "document")
    classes = class_words(study)
    return (say(f"{documents}: {classes}." if classes else f"{documents}.", *class_rows()),)


def class_words(study: Study) -> str:
    """Count the documents of every class, in the words of the outcomes; empty where the record has no counts."""
    names = dict(zip(("0", "1"), study.outcomes, strict=True))
    classes = study.comparison.design.classes
    return listed([f"{count:,} “{names.get(name, name)}”" for name, count in classes.items()])


def class_rows() -> tuple[str, ...]:
    """Name the rows that hold documents and classes."""
    return row_path(DESIGN, "documents"), row_path(DESIGN, "classes"), "study.outcomes"


def power(study: Study) -> Said:
    """Repeat what so many documents can say."""
    return (say(study.comparison.power, row_path(COMPARISON, "power")),) if study.comparison.power else ()


def digests(study: Study) -> Said:
    """Give the SHA-256 of everything that went in."""
    held = study.comparison.provenance
    plain = [(name, getattr(held, name)) for name in ("documents", "outcomes", "questionnaire", "predictions")]
    said = [say(f"SHA-256 of the {name}: {digest}.", row_path(PROVENANCE, name)) for name, digest in plain if digest]
    for kind in ("prompts", "recordings"):
        rows = getattr(held, kind)
        said += [
            say(f"SHA-256 of the {kind[:-1]} “{name}”: {digest}.", row_path(PROVENANCE, kind, name))
            for name, digest in rows.items()
        ]
    return tuple(said)


def language_model(study: Study) -> Said:
    """Name the language model, where the record names it."""
    model = study.comparison.provenance.model
    return (say(f"The language model is recorded as “{model}”.", row_path(PROVENANCE, "model")),) if model else ()


def preparation(study: Study) -> Said:
    """Say how a document becomes a row of a table."""
    asked = study.questionnaire
    return (
        say(
            f"A language model put {counted(len(asked.questions), 'question')} (questionnaire “{asked.name}”, version "
            f"{asked.version}) to every document. An answer needs a quote that stands in the document; without one it "
            "is unsupported, and a reply that cannot be read is unreadable. Neither is turned into a value.",
            "study.questionnaire.questions",
            "study.questionnaire.name",
            "study.questionnaire.version",
        ),
    )


def outcome(study: Study) -> Said:
    """Name the two outcomes."""
    no, yes = study.outcomes
    return (say(f"Each {study.unit} has one of two outcomes: “{no}” or “{yes}”.", "study.outcomes", "study.unit"),)


def predictors(study: Study) -> Said:
    """Say what the glass boxes may look at."""
    return (
        say(
            f"The {counted(len(study.questionnaire.questions), 'question')} of the questionnaire are the predictors of "
            "every contender that uses the answers; what the others saw stands in their rows of the comparison.",
            "study.questionnaire.questions",
        ),
    )


def reading(study: Study) -> Said:
    """Count the answers by status over all questions."""
    if not study.reading:
        return ()
    statuses = ("answered", "not_stated", "unsupported", "unreadable")
    counts = [f"{sum(getattr(row, status) for row in study.reading):,} {label(status).lower()}" for status in statuses]
    return (say(f"Answers over all questions and documents: {listed(counts)}.", "study.reading"),)


def accuracy(study: Study) -> Said:
    """Say how many of the answers with a known fact were right, and which question was read worst."""
    checked = [(place, row) for place, row in enumerate(study.reading) if row.accuracy.value is not None]
    if not checked:
        return ()
    right, of = sum(row.correct for _, row in checked), sum(row.checked for _, row in checked)
    total = say(f"Of {of:,} answers with a known fact, {right:,} were right.", "study.reading")
    place, worst = min(checked, key=lambda one: one[1].accuracy.value or 0.0)
    if right == of:
        return (total,)
    return (
        total,
        say(
            f"Read worst: “{label(worst.question)}”, {worst.correct:,} of {worst.checked:,} right "
            f"({worst.accuracy.text()}).",
            row_path("study.reading", place),
        ),
    )


def missing(study: Study) -> Said:
    """Say how missing answers were kept, and how many there were."""
    return (*reading(study), *level(study)) if study.reading else ()


def level(study: Study) -> Said:  # noqa: ARG001 - a teller, like all the others
    """Say what a missing answer is to a glass box."""
    return (
        say("A missing answer stays missing: it is a level of its own, “not stated”, and never becomes 0 or “no”."),
    )


def partition(study: Study) -> Said:
    """Say how the documents were divided."""
    design = study.comparison.design
    kind = say(f"Design: {design.kind}.", row_path(DESIGN, "kind"))
    if not from_folds(study):
        return (kind, *_trained(study))
    folds = say(
        f"{counted(design.splits, 'fold')}, {counted(design.repeats, 'time')} over, the same for every contender, "
        f"drawn with seed {design.seed}.",
        row_path(DESIGN, "splits"),
        row_path(DESIGN, "repeats"),
        row_path(DESIGN, "seed"),
    )
    digest = (say(f"SHA-256 of the folds: {design.folds}.", row_path(DESIGN, "folds")),) if design.folds else ()
    return (kind, folds, *_trained(study), *digest)


def _trained(study: Study) -> Said:
    """Say on how many documents models were trained."""
    trained = study.comparison.design.trained_on
    if not trained:
        return ()
    return (say(f"Each model was trained on {counted(trained, 'document')}.", row_path(DESIGN, "trained_on")),)


def clusters(study: Study) -> Said:
    """Say whether documents belong together."""
    groups = study.comparison.design.groups
    if groups is None:
        return (say("Documents were taken as independent; the record names no groups.", row_path(DESIGN, "groups")),)
    return (
        say(
            f"{counted(groups, 'group')} of documents were kept whole, both in the folds and in the draws.",
            row_path(DESIGN, "groups"),
        ),
    )


def models(study: Study) -> Said:
    """List who was compared, and what each one is."""
    said = []
    for place, one in enumerate(study.comparison.contenders):
        kind = "a glass box" if one.glass_box else "not a glass box"
        about = f" {one.about}" if one.about else ""
        said.append(say(f"{one.name}: {kind}.{about}", row_path(COMPARISON, "contenders", place)))
    return tuple(said)


def measures(study: Study) -> Said:
    """List the measures with what each says, and how intervals were made."""
    comparison = study.comparison
    names = measure_order([name for one in comparison.contenders for name in one.measures])
    words = [measure_words(name) for name in names]
    told = "; ".join(f"{word.label} ({word.about})" if word.about else word.label for word in words)
    design = comparison.design
    return (
        say(f"Measures: {told}.", row_path(COMPARISON, "contenders")),
        say(
            f"Intervals of 95%: {(design.interval or 'as named in each row').rstrip('.')}. "
            f"{counted(design.draws, 'draw')}, seed {design.seed}.",
            row_path(DESIGN, "interval"),
            row_path(DESIGN, "draws"),
            row_path(DESIGN, "seed"),
        ),
        *(say(f"Rule: {rule}", row_path(COMPARISON, "rules", place)) for place, rule in enumerate(comparison.rules)),
    )


def unseen(study: Study) -> Said:
    """Say which model predicted which document."""
    if study.comparison.design.kind == _STORED:
        said = "Predictions were handed in as stored; the record cannot say how they were made."
        return (say(said, row_path(DESIGN, "kind")),)
    return (say("Every document was predicted by models that had not been trained on it."),)


def imbalance(study: Study) -> Said:
    """Count the classes, and say that nothing was re-balanced as far as is known."""
    return (
        *size(study),
        say("The record names no re-weighting and no re-sampling of classes. AUROC does not depend on the base rate."),
    )


def output(study: Study) -> Said:
    """Say what comes out of a model, and from where on it counts as positive."""
    threshold = study.comparison.design.threshold
    boxes = any(one.glass_box for one in study.comparison.contenders)
    terms = " A glass box also gives the terms it is the sum of, each with the answer and the quote behind it."
    return (
        say(f"The probability of “{study.outcomes[1]}”.{terms if boxes else ''}", "study.outcomes[1]"),
        say(
            f"A document counts as positive from a probability of {short_number(threshold)}; a setting "
            "of the run, not chosen from its numbers.",
            row_path(DESIGN, "threshold"),
        ),
    )


def train_and_test(study: Study) -> Said:
    """Say how training and evaluation documents differ by design."""
    if from_folds(study):
        return (
            say(
                "Training and evaluation documents come from one set, divided by folds; performance elsewhere or "
                "later was not measured.",
                row_path(DESIGN, "kind"),
            ),
        )
    return partition(study)


def software(study: Study) -> Said:
    """Name the libraries that shape the numbers, and the form of the record."""
    versions = study.comparison.versions
    if not versions:
        return ()
    named = listed([f"{name} {version}" for name, version in versions.items()])
    return (say(f"Software: {named}.", row_path(COMPARISON, "versions")),)


def command(study: Study) -> Said:
    """Say what makes the study again."""
    if study.command:
        return (say(f"To make it again: {study.command}", "study.command"),)
    repeats = study.comparison.provenance.command
    return (say(f"To make it again: {repeats}", row_path(PROVENANCE, "command")),) if repeats else ()


def from_folds(study: Study) -> bool:
    """Whether training and evaluation documents are one set, divided by folds."""
    return study.comparison.design.kind in _OWN_FOLDS
