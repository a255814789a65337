"""Every kind of block can fail: a page that says what is not so is found out."""

import pytest
from tests.docs_blocks import BlockError, Page, blocks_of, commands_of


def page(*blocks):
    return "\n\n".join(f"```{kind}\n{code}\n```" for kind, code in blocks)


def run(folder, *blocks, **more):
    return Page("page.md", folder, **more).run(page(*blocks))


KEPT = [
    [("python", "x = 1"), ("python", "print(x + 1)"), ("text", "2")],
    [("python", "print('a 1'); print('b'); print('c')"), ("text", "a …\n…\nc")],
    [("console", "$ echo one; echo two; echo three\none\n…\nth…e\n$ true")],
    [("console", "$ echo a \\\n>   b\na b")],
    [("console", "$ echo why >&2; exit 3\nwhy\n[exit code 3]")],
    [("python", "from pathlib import Path; _ = Path('a').write_text('x')"), ("console", "$ cat a\nx")],
    [("toml", "# file: in/a.toml\nx = 1"), ("console", "$ tail -1 in/a.toml\nx = 1")],
    [("json", '{"a": 1}'), ("yaml", "a: 1"), ("xml", "<a/>"), ("ini", "[a]\nb = 1"), ("jsonl", "{}\n[]")],
    [("sh", "pip install x\nKEY=1 pellucid read a.csv --model m --url http://x | tee log && pellucid --version")],
    [("sh", "# comment it's\ndocker run pellucid nonsense --x")],
    [("csv", "a,b"), ("{toctree}", "a")],
]
BROKEN = [
    ([("python", "print(1)"), ("text", "2")], "page.md:5: does not stand in what was printed"),
    ([("python", "1 / 0")], "page.md:1: the block failed\n.*ZeroDivisionError"),
    ([("python", "import warnings; warnings.warn('old')")], "UserWarning: old"),
    ([("python", "raise SystemExit")], "page.md:1: the block failed"),
    ([("python", "import os; os._exit(0)")], "page.md:1: the block failed"),
    ([("python", "x = 1"), ("python", "y")], "page.md:5: the block failed"),
    ([("python", "print('ab')"), ("text", "a")], "does not stand"),
    ([("python", "print('a 1'); print('wrong'); print('b')"), ("text", "a …b")], "does not stand"),
    ([("text", "no block before it")], "stands after no python block"),
    ([("python", "print(1)"), ("text", "1"), ("text", "2")], "stands after no python block"),
    ([("console", "echo a")], "no line begins with"),
    ([("sh", "sudo -u x pellucid raed a.csv")], "no command 'raed'"),
    ([("sh", "if true; then timeout 5 pellucid raed; fi")], "no command 'raed'"),
    ([("console", "$ false")], "ended with 1, not 0"),
    ([("console", "$ true\n[exit code 1]")], "ended with 0, not 1"),
    ([("console", "$ echo a\nb")], "says something else:\na"),
    ([("console", "$ echo a; echo b\na")], "says something else"),
    ([("console", "$ echo a")], "says something else"),
    ([("console", "$ pellucid explain nowhere --document a\n…")], "ended with 1"),
    ([("toml", "x = ")], "is no toml"),
    ([("json", "{'a': 1}")], "is no json"),
    ([("jsonl", "{}\n{")], "is no jsonl"),
    ([("yaml", "a: [")], "is no yaml"),
    ([("xml", "<a>")], "is no xml"),
    ([("ini", "a = 1")], "is no ini"),
    ([("sh", "if true")], "bash does not understand"),
    ([("sh", "true && pellucid read a.csv --model m --no-such-option")], "(?i)no such option"),
    ([("sh", "pellucid read a.csv")], "(?i)missing option"),
    ([("sh", "X=1 .venv/bin/pellucid read a.csv b.csv --model m")], "(?i)unexpected extra argument"),
    ([("sh", "pellucid raed a.csv")], "no command 'raed'"),
    ([("sh", "pellucid log chek")], "no command 'chek'"),
    ([("pyhton", "print(1)")], "a block of kind 'pyhton'"),
    ([("", "no kind")], "a block of kind ''"),
]


@pytest.mark.parametrize("blocks", KEPT, ids=str)
def test_a_page_that_keeps_its_word_passes(blocks, tmp_path):
    run(tmp_path, *blocks)


@pytest.mark.parametrize(("blocks", "reason"), BROKEN, ids=str)
def test_a_page_that_does_not_is_told_where_and_why(blocks, reason, tmp_path):
    with pytest.raises(BlockError, match=f"(?s){reason}"):
        run(tmp_path, *blocks)


def test_addresses_are_replaced_and_what_was_printed_comes_back(tmp_path):
    blocks = [("python", "print('http://there')"), ("console", "$ echo http://there\nhttp://here")]
    assert run(tmp_path, *blocks, replaced={"http://there": "http://here"}) == "http://here\n\n"


def test_blocks_in_lists_are_found_without_their_indentation():
    (block,) = blocks_of("1. First:\n\n   ```console\n   $ echo a\n   a\n   ```\n")
    assert (block.kind, block.code, block.line) == ("console", "$ echo a\na\n", 3)


def test_a_text_that_is_only_shown_says_so(tmp_path):
    Page("page.md", tmp_path).run("<!-- shown -->\n```text\na drawing\n```\n")


@pytest.mark.parametrize("text", ["~~~python\n1\n~~~\n", "```python\n1\n"])
def test_a_block_that_could_be_missed_is_refused(text):
    with pytest.raises(BlockError, match="line 1: "):
        blocks_of(text)


def test_a_comment_above_the_fence_names_a_file_and_longer_fences_hold_shorter_ones():
    text, named = blocks_of('````markdown\n```python\nx\n```\n````\n\n<!-- file: a.json -->\n```json\n{"a": 1}\n```\n')
    assert (text.kind, text.code) == ("markdown", "```python\nx\n```\n")
    assert (named.file, named.after) == ("a.json", "")


def test_only_commands_are_taken_for_commands():
    script = "pip install pellucid\ncat < pellucid\npellucid demo --out a > b\necho pellucid read\n"
    assert list(commands_of(script)) == [["demo", "--out", "a"]]
