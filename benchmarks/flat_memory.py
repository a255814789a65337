"""Memory while documents stream through a reading: 1,000 against 100,000, CSV in, store and JSON Lines out.

Run with `make bench`, or alone with `--documents`. The model is a function in the same process, so
what is measured is the reading itself; peaks are of whole processes, one for each number.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from pellucid.llm import AnswerStore, Reply
from pellucid.schema import Question, Questionnaire
from pellucid.study import Documents, read_into

LIMIT_MB = 50


class Forty:
    """Says the same of every document and remembers none."""

    name = "forty"
    batch_size = 16

    def reply(self, requests):
        said = json.dumps({"age": {"value": 41, "quote": "Aged 41"}})
        return [Reply(text=said) for _ in requests]


def read(folder):
    asked = Questionnaire(name="demo", questions=[Question(id="age", ask="How old?", type="number")])
    with AnswerStore(folder / "answers.db") as store:
        documents = Documents.of_file(folder / "notes.csv")
        found = read_into(documents, asked, Forty(), store=store, out=folder / "answers.jsonl")
    print(found.documents, found.answered, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def peak(count):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "notes.csv").open("w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "text"])
            writer.writerows([f"note-{n}", f"Aged 41. Entry {n}. " + "Slept well. " * 40] for n in range(count))
        command = [sys.executable, __file__, "--read", name]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
        rows = (folder / "answers.jsonl").read_bytes().count(b"\n")
    assert [int(said[0]), int(said[1]), rows] == [count] * 3
    return int(said[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    few, many = peak(1_000), peak(options.documents)
    print(f"Memory while streaming: 1,000 documents {few} MB, {options.documents:,} documents {many} MB at most, "
          f"a difference of {many - few} MB (at most {LIMIT_MB})")  # fmt: skip
    sys.exit(many - few > LIMIT_MB)


if __name__ == "__main__":
    main()
