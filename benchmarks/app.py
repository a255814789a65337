"""The app: how long a correction takes until its new score is there, by its parts, and with twenty people at once.

Run with `make bench-app`; it needs Debian's chromium, and takes about two minutes. The app runs as
`pellucid app law` in a process of its own; documents are the recorded ones.

The parts of one correction, each timed in process as CPU time of its thread, medians over documents:

- *score*: the answers as they stand through the compiled model, with terms, quotes and warnings.
- *what would change*: the exact smallest changes from there.
- *draw*: everything the page shows of it, as HTML.
- *handler*: all three, as the server does them, with reading and checking the form.

*In the browser* is from the input event to the frame that shows the new score, in Chromium with its
resolver shut. *Twenty at once* are twenty signed-in connections that each correct a document of their
own without a pause; every score that comes back is compared with the library's.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import sync_playwright
from tests.app import measured
from tests.app.running_app import ARGUMENTS, CHROMIUM, Person, started

from pellucid.app import handlers
from pellucid.app.session import Session
from pellucid.casework import Casework
from pellucid.domains import load
from pellucid.ledger import Accounts, DecisionLog
from pellucid.reporting import changes_panel, decision_panel, warnings_panel
from pellucid.schema import Person as SignedIn

MOST_MS = {"handler": 20.0, "in the browser": 250.0, "twenty at once": 1000.0}


def timed(act: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of this thread's processor, and what came of it."""
    began = time.thread_time()
    made = act()
    return 1e3 * (time.thread_time() - began), made


def parts(work: Casework, folder: Path, times: int) -> dict[str, list[float]]:
    """Time the parts of corrections of many documents."""
    found: dict[str, list[float]] = {"score": [], "what would change": [], "draw": [], "handler": []}
    with DecisionLog.open(folder / "log.db") as log, Accounts.open(folder / "log.db") as accounts:
        session = Session({work.domain.name: work}, log=log, accounts=accounts)
        person = SignedIn(name="Bench", role="admin")
        for step, document in enumerate(islice(cycle(work.documents[:50]), times)):
            values = measured.varied(work, document, step)
            case = work.case(document)
            handlers.view(session, person, work.domain.name, document)  # open, as it is in a browser
            spent, draft = timed(lambda case=case, values=values: work.rescored(case, values))
            found["score"].append(spent)
            spent, ways = timed(lambda draft=draft: work.changes(draft))
            found["what would change"].append(spent)
            spent, _ = timed(
                lambda draft=draft, ways=ways: (
                    decision_panel(draft),
                    warnings_panel(draft),
                    changes_panel(ways, draft),
                )
            )
            found["draw"].append(spent)
            given = list(values.values())
            spent, _ = timed(
                lambda given=given, name=document: handlers.rescore(session, person, work.domain.name, name, given)
            )
            found["handler"].append(spent)
    return found


def show(name: str, milliseconds: list[float], whole: float) -> None:
    """One line: median, 95th percentile, and the median's ratio to the handler's."""
    middle, late = statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    print(f"{name:<20}{middle:>9.1f}{late:>9.1f}{middle / whole:>9.2f}")


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--domain", default="law")
    reader.add_argument("--times", type=int, default=60)
    reader.add_argument("--people", type=int, default=20)
    asked = reader.parse_args()
    work = Casework.open(load(asked.domain))
    with tempfile.TemporaryDirectory() as name:
        found = parts(work, Path(name), asked.times)
        with started(Path(name), asked.domain) as app, sync_playwright() as driver:
            crowd = measured.crowd(app.url, work, people=asked.people, each=10)
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            person = Person(chromium.new_context(viewport={"width": 1440, "height": 900}), app)
            person.sign_in()
            seconds = measured.in_browser(person, work, times=min(asked.times, 30))
            chromium.close()
    found["in the browser"] = [1e3 * one for one in seconds]
    found["twenty at once"] = [1e3 * one for one in crowd.seconds]
    whole = statistics.median(found["handler"])
    print(f"{'ms':<20}{'median':>9}{'p95':>9}{'ratio':>9}   (ratio of the median to the handler's)")
    for name, milliseconds in found.items():
        show(name, milliseconds, whole)
    lost = asked.people * 10 - len(crowd.seconds)
    print(f"\n{asked.people} people, 10 corrections each: {lost} lost, {len(crowd.wrong)} wrong")
    late = statistics.quantiles(found["twenty at once"], n=20)[-1]
    kept = whole < MOST_MS["handler"], statistics.median(found["in the browser"]) < MOST_MS["in the browser"]
    print("promised and kept:", *kept, late < MOST_MS["twenty at once"], not lost and not crowd.wrong)


if __name__ == "__main__":
    main()
