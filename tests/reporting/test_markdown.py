"""Untrusted text in Markdown, and YAML heads."""

import pytest

from pellucid.reporting._markdown import markdown, yaml_head

yaml = pytest.importorskip("yaml")
HOSTILE = [
    "# heading",
    "> quote",
    "- item",
    "+ item",
    "= line",
    "1. first",
    "12) twelfth",
    "```code```",
    "[text](javascript:alert(1))",
    "![image](https://example.org/x.png)",
    "<script>alert(1)</script>",
    "<https://example.org>",
    "a | b | c",
    "| --- |",
    "*bold* _slanted_ ~~gone~~ $x$",
    "line\nbreak\r\n\r\n# heading",
    "&lt;b&gt;",
    "\\*",
    "---",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text):
    made = str(markdown(text))
    assert "\n" not in made
    assert "<" not in made
    assert ">" not in made
    assert made[0] not in "#>-+=|*`!["
    for sign in "[]|*`_~$#":
        assert made.count(sign) == made.count(f"\\{sign}")


def test_nothing_becomes_a_link():
    made = str(markdown("https://example.org, HTTP://a.b www.example.org mailto:a@example.org"))
    assert "https\\://" in made
    assert "HTTP\\://" in made
    assert "www\\.example" in made
    assert "mailto\\:a\\@example" in made


def test_numbers_and_plain_words_stay_readable():
    assert markdown("AUROC 0.743 (−0.05 to 0.02), 95%: good.") == "AUROC 0.743 (−0.05 to 0.02), 95%: good."
    assert markdown("1. first") == "1\\. first"


def test_control_characters_and_turned_lines_are_shown():
    assert markdown("a\x00\x1b[31m\u202eb") == "a␀␛\\[31m⟨U+202E⟩b"


def test_markdown_can_be_read_back_as_the_text():
    commonmark = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    for text in HOSTILE:
        tokens = commonmark.parse(f"- {markdown(text)}\n")
        kinds = {token.type for token in tokens}
        assert kinds == {"bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close",
                         "list_item_close", "bullet_list_close"}, text  # fmt: skip
        inside = next(token for token in tokens if token.type == "inline").children
        assert {one.type for one in inside} <= {"text", "text_special"}, text


@pytest.mark.parametrize(
    "text", [*HOSTILE, "no", "null", "1e3", "a: b", '"', "{{ x }}", "a\x85b", "a\u2028b", "😀", ""]
)
def test_yaml_head_holds_strings_as_strings(text):
    head = yaml.safe_load(str(yaml_head({"a": text, "list": [text], "deep": [{"x": text, "y": {"z": 1}}]})))
    shown = head["a"]
    assert isinstance(shown, str)
    assert head == {"a": shown, "list": [shown], "deep": [{"x": shown, "y": {"z": 1}}]}
    if text.isprintable():
        assert shown == text


def test_yaml_head_holds_numbers_and_truths():
    assert yaml.safe_load(str(yaml_head({"a": 0.5, "b": True, "c": 3}))) == {"a": 0.5, "b": True, "c": 3}
