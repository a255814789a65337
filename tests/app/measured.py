"""How quick the app is: in process, in Chromium, and for twenty people at once; for tests and benchmark."""

import re
import statistics
import threading
import time
from dataclasses import dataclass

import httpx
from tests.app.running_app import ADMIN, PASSWORD, Person

from pellucid.casework import Casework

SCORE = re.compile(r'class="pellucid decision-panel"[^>]*data-score="([^"]+)"')

KEPT = httpx.Limits(keepalive_expiry=2)
"""The server closes connections that were idle for five seconds; so that none is closed while it is taken up again."""


def varied(work: Casework, document: str, step: int) -> dict[str, object]:
    """The answers of a document with its first number moved."""
    values = dict(work.values(work.case(document)))
    question = first_number(work)
    values[question.id] = question.minimum + 1 + step % 40
    return values


def first_number(work: Casework):
    """The first question that a number answers."""
    return next(one for one in work.questionnaire.questions if one.type.value == "number" and one.minimum is not None)


def numbered(values: dict[str, object]) -> list[object]:
    """Answers as the controls of the page hold them."""
    return ["not stated" if value is None else value for value in values.values()]


class Caller:
    """Somebody whose page is open, and who sends what it would send."""

    def __init__(self, url: str, domain: str, cookies: httpx.Cookies | None = None) -> None:
        self.http = httpx.Client(limits=KEPT, base_url=url, timeout=60, cookies=cookies)
        if cookies is None:
            self.http.post("/login", data={"name": ADMIN, "password": PASSWORD})
        config = self.http.get(f"/{domain}/config", params={"page": ""}).json()
        self.path = f"/{domain}/gradio_api/run/predict"
        self.page = f"page{id(self):x}"
        wired = config["dependencies"]
        for one in wired:  # what a browser sends once the page is there
            if any(event == "load" for _, event in one["targets"]) and one["backend_fn"]:
                self._send(one["id"], [])
        self.try_out = next(
            one["id"]
            for one in wired
            if len(one["targets"]) > 3 and {event for _, event in one["targets"]} == {"input"}
        )

    def _send(self, function: int, data: list[object]) -> httpx.Response:
        body = {"fn_index": function, "data": data, "session_hash": self.page, "event_data": None}
        return self.http.post(self.path, json=body)

    def rescore(self, document: str, values: dict[str, object]) -> float:
        """Try answers out; the score that comes back."""
        answer = self._send(self.try_out, [document, *values.values()])
        assert answer.status_code == 200, answer.text[:500]
        return float(SCORE.search(answer.json()["data"][0])[1])


@dataclass(frozen=True)
class Load:
    """What people met who all corrected at once."""

    seconds: list[float]
    wrong: list[str]

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]


def crowd(url: str, work: Casework, *, people: int = 20, each: int = 5, pause_s: float = 0.0) -> Load:
    """Let so many people correct so often at once, each another document; compare every score with the library's."""
    domain, documents = work.domain.name, work.documents
    first = Caller(url, domain)
    callers = [first, *(Caller(url, domain, first.http.cookies) for _ in range(people - 1))]
    wanted = {
        (who, step): work.rescored(work.case(documents[who]), varied(work, documents[who], step)).decision.score
        for who in range(people)
        for step in range(each)
    }
    seconds: list[float] = []
    wrong: list[str] = []
    together = threading.Barrier(people)

    def act(who: int) -> None:
        changes = [varied(work, documents[who], step) for step in range(each)]
        together.wait()
        for step, values in enumerate(changes):
            began = time.perf_counter()
            try:
                score = callers[who].rescore(documents[who], values)
            except (AssertionError, httpx.HTTPError) as error:
                wrong.append(f"{documents[who]}: {error!r}")
                continue
            seconds.append(time.perf_counter() - began)
            if score != wanted[who, step]:
                wrong.append(f"{documents[who]}: {score}, not {wanted[who, step]}")
            time.sleep(pause_s)

    threads = [threading.Thread(target=act, args=(who,)) for who in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for caller in callers:
        caller.http.close()
    return Load(seconds, wrong)


WATCH = """([label, value]) => new Promise((done) => {
  const labels = [...document.querySelectorAll("#app-form label")];
  const field = labels.find((one) => one.textContent.includes(label)).querySelector("input");
  const score = () => document.querySelector(".decision-panel")?.dataset.score;
  const before = score(), began = performance.now();
  const watch = new MutationObserver(() => {
    if (score() === before) return;
    watch.disconnect();
    requestAnimationFrame(() => done((performance.now() - began) / 1000));
  });
  watch.observe(document.querySelector("#app-answer"), {subtree: true, childList: true, attributes: true});
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, String(value));
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""


def in_browser(person: Person, work: Casework, times: int = 15) -> list[float]:
    """Seconds from a changed answer to the new score on the screen."""
    document, question = work.documents[0], first_number(work)
    person.open(work.domain.name, document)
    label = question.id.replace("_", " ").capitalize()
    person.page.locator("#app-form label").filter(has_text=label).first.wait_for()
    found: list[float] = []
    before = work.case(document).decision.score
    for step in range(40 * times):
        values = varied(work, document, step)
        score = work.rescored(work.case(document), values).decision.score
        if score == before:
            continue  # only what moves the score can be seen to arrive
        before = score
        found.append(person.page.evaluate(WATCH, [label, values[question.id]]))
        if len(found) == times:
            break
    return found
