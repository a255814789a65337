"""Domains read from folders, and the clear refusal of wrong ones."""

import json

import pytest

from pellucid.exceptions import FileFormatError
from pellucid.schema import Domain, LabelPrompt, PromptKind

DOMAIN = """\
name = "demo"
title = "A demonstration"
task = "Will it rain?"
unit = "day"
outcomes = ["dry", "rain"]

[[licences]]
title = "Own notes"
creators = "The authors"
terms = "CC0"
"""
QUESTIONS = 'name = "demo"\n[[questions]]\nid = "cloud"\nask = "Clouds?"\ntype = "yes/no"\n'
LABELS = '[[prompts]]\nid = "direct"\nask = "Say a probability."\nprobability = "verbalised"\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "domain.toml").write_text(DOMAIN)
    (tmp_path / "questions.toml").write_text(QUESTIONS)
    (tmp_path / "labels.toml").write_text(LABELS)
    (tmp_path / "card.md").write_text("# Card\n")
    rows = [{"id": "a", "text": "Clouds."}, {"id": "b", "text": "Sun."}]
    (tmp_path / "documents.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "outcomes.csv").write_text("id,outcome\nb,0\na,1\n")
    (tmp_path / "facts.jsonl").write_text('{"id": "b", "cloud": null}\n{"id": "a", "cloud": "yes"}\n')
    (tmp_path / "protected.csv").write_text("id,region\na,north\nb,\n")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "answers.jsonl").write_text("")
    return tmp_path


def test_everything_is_read_in_the_order_of_the_documents(folder):
    domain = Domain.from_folder(folder)
    assert domain.outcome().to_dict() == {"a": 1, "b": 0}
    assert domain.documents()["b"] == "Sun."
    assert domain.facts()["cloud"].tolist() == ["yes", None]
    assert domain.protected()["region"].tolist() == ["north", ""]
    assert domain.label_prompts[0].id == "direct"
    assert domain.card() == "# Card\n"
    assert [path.name for path in domain.recordings()] == ["answers.jsonl"]


def test_what_only_audits_need_may_be_left_out(folder):
    for name in ("facts.jsonl", "protected.csv", "labels.toml"):
        (folder / name).unlink()
    domain = Domain.from_folder(folder)
    assert domain.facts().shape == (2, 0)
    assert domain.protected().shape == (2, 0)
    assert domain.label_prompts == ()


@pytest.mark.parametrize(
    ("file", "text", "read", "said"),
    [
        ("documents.jsonl", '{"id": "a"}\n', "documents", "line 1: a document has exactly"),
        ("documents.jsonl", '{"id": "a", "text": 3}\n', "documents", "both strings"),
        ("documents.jsonl", '{"id": "a", "text": "x"}\n' * 2, "documents", "line 2: id 'a' stands twice"),
        ("outcomes.csv", "id,outcome\na,1\n", "outcome", "no row for 1 document.s., the first is 'b'"),
        ("outcomes.csv", "id,outcome\na,1\nb,\n", "outcome", "line 3: outcome of .b. is ..; 0 or 1 is expected"),
        ("outcomes.csv", "id,outcome\na,1\na,0\n", "outcome", "unique values"),
        ("outcomes.csv", "document,outcome\na,1\n", "outcome", "needs a column 'id'"),
        ("outcomes.csv", "id,outcome\na,1\nb,0\nc,1\n", "outcome", "1 id.s. that are no document, the first is 'c'"),
        ("outcomes.csv", "", "outcome", "is not a table: No columns"),
        ("outcomes.csv", 'id,outcome\n"a,1\n', "outcome", "is not a table"),
        ("facts.jsonl", '{"id": ["a"], "cloud": "yes"}\n', "facts", "line 1: expected 'id'"),
        ("facts.jsonl", '{"id": "a", "cloud": "yes"}\n' * 2, "facts", "line 2: id 'a' stands twice"),
        ("documents.jsonl", '{"id": "a", "text": "\\ud800"}\n', "documents", "line 1: holds half a character"),
        ("outcomes.csv", "id,outcome,extra\na,1,2\n", "outcome", "line 1: expected the columns id,outcome"),
        ("facts.jsonl", '{"id": "a", "moon": 1}\n', "facts", r"line 1: .* got \['moon'\]"),
        ("protected.csv", "id,region\na,north\n", "protected", "no row for 1 document.s."),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(folder, file, text, read, said):
    (folder / file).write_text(text)
    with pytest.raises(FileFormatError, match=said) as caught:
        getattr(Domain.from_folder(folder), read)()
    assert file in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rules]]\nquestion = "moon"\n', "rules.toml, line 2: key 'rules.0.question': there is no question 'moon'"),
        ('[[rules]]\nquestion = "cloud"\nstep = 3\n', "line 3: key 'rules.0.step': 'cloud' is no number"),
        ('[[rules]]\nquestion = "cloud"\nway = "up"\n', "line 3: key 'rules.0.way': is unknown"),
        ('[[rules]]\nquestion = "cloud"\n\n[[rules]]\nquestion = "cloud"\n', "'cloud' has two rules; give it one"),
        (
            '[[rules]]\nquestion = "cloud"\namong = ["some"]\n',
            "line 3: key 'rules.0.among': 'some' is not one of the options of 'cloud'; there are no, yes",
        ),
        (
            '[[joint]]\nwhen = { question = "cloud", among = ["yes"] }\nthen = { question = "sun", among = ["no"] }\n',
            "line 3: key 'joint.0.then.question': there is no question 'sun'",
        ),
    ],
)
def test_rules_that_do_not_fit_the_questionnaire_are_refused_with_the_file_named(folder, text, said):
    (folder / "rules.toml").write_text(text)
    with pytest.raises(FileFormatError) as caught:
        Domain.from_folder(folder).change_rules()
    assert said in str(caught.value)
    assert str(folder / "rules.toml") in str(caught.value)


def test_rules_of_change_are_read_and_without_any_everything_may_change(folder):
    free = Domain.from_folder(folder).change_rules()
    assert (free.rules, free.joint) == ((), ())
    assert "every answer may change" in free.note
    (folder / "rules.toml").write_text('note = "Now."\n[[rules]]\nquestion = "cloud"\ndirection = "down"\n')
    rules = Domain.from_folder(folder).change_rules()
    assert (rules.note, rules.of("cloud").direction.value) == ("Now.", "down")


def test_two_outcomes_of_the_same_name_are_refused(folder):
    (folder / "domain.toml").write_text(DOMAIN.replace('"rain"]', '"dry"]'))
    with pytest.raises(FileFormatError, match="the two outcomes need different names") as caught:
        Domain.from_folder(folder)
    assert caught.value.line == 5


def test_a_missing_file_is_named(folder):
    (folder / "outcomes.csv").unlink()
    with pytest.raises(FileFormatError, match=r"outcomes\.csv: does not exist"):
        Domain.from_folder(folder).outcome()


def test_a_label_prompt_says_its_kind_and_its_other_wordings(folder):
    more = 'kind = "checklist"\nwordings = ["And now?", "And then?"]\n'
    (folder / "labels.toml").write_text(LABELS + more)
    (prompt,) = Domain.from_folder(folder).label_prompts
    assert prompt.kind is PromptKind.CHECKLIST
    assert [(one.name, one.ask, one.kind) for one in prompt.each()] == [
        ("direct/1", "Say a probability.", PromptKind.CHECKLIST),
        ("direct_2/1", "And now?", PromptKind.CHECKLIST),
        ("direct_3/1", "And then?", PromptKind.CHECKLIST),
    ]
    assert all(one.each() == (one,) for one in prompt.each())


def test_a_label_prompt_is_zero_shot_unless_it_says_otherwise():
    prompt = LabelPrompt(id="direct", ask="How likely?", probability="logprob")
    assert (prompt.kind, prompt.each()) == (PromptKind.ZERO_SHOT, (prompt,))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('kind = "guess"\n', "labels.toml, line 5: key 'prompts.0.kind'"),
        ('wordings = [""]\n', "prompts.0.wordings.0"),
        ('wordings = ["And?"]\n' + LABELS.replace("direct", "direct_2"), "prompts.1.id': 'direct_2' stands twice"),
        (LABELS, "'direct' stands twice"),
    ],
)
def test_a_wrong_label_prompt_is_named(folder, more, said):
    (folder / "labels.toml").write_text(LABELS + more)
    with pytest.raises(FileFormatError, match=said):
        Domain.from_folder(folder)


def test_a_checklist_writes_its_probability_down(folder):
    (folder / "labels.toml").write_text(LABELS.replace("verbalised", "logprob") + 'kind = "checklist"\n')
    with pytest.raises(FileFormatError, match="a checklist is written out"):
        Domain.from_folder(folder)
