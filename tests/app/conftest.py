"""The small domain opened once, a log of its own for every test, people of every role, and a browser's stand-in."""

import asyncio
import os
import time

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import pytest
from starlette.testclient import TestClient
from tests.app.running_app import chromium, people, running  # noqa: F401 - fixtures

from pellucid.app.access import COOKIE, SignIns
from pellucid.app.cases import standing
from pellucid.app.server import create_app
from pellucid.app.session import Session
from pellucid.app.settings import Settings
from pellucid.casework import Casework
from pellucid.ledger import Accounts, DecisionLog
from pellucid.schema import Domain, Person

PASSWORD = "three grey herons"  # noqa: S105 - of people who live as long as a test
PEOPLE = {"vic": "viewer", "rob": "reviewer", "ann": "admin"}


@pytest.fixture(scope="session")
def weather_work(weather):
    return Casework.open(Domain.from_folder(weather), glass_box="sparse linear", splits=2)


@pytest.fixture(scope="session")
def peopled(tmp_path_factory):
    """A database with people in it; hashing passwords takes longest, so it is done once."""
    path = tmp_path_factory.mktemp("accounts") / "log.db"
    tokens = {}
    with Accounts.open(path) as accounts:
        for name, role in PEOPLE.items():
            accounts.add(name, PASSWORD, role)
            tokens[name] = accounts.sign_in(name, PASSWORD)
    return path.read_bytes(), tokens


@pytest.fixture
def database(peopled, tmp_path):
    path = tmp_path / "log.db"
    path.write_bytes(peopled[0])
    return path


@pytest.fixture(scope="session")
def shared(weather_work):
    """What the one app of these tests is built on; every test gives it a log and accounts of its own."""
    return Session({"weather": weather_work}, log=None, accounts=None)


@pytest.fixture
def session(shared, database):
    with DecisionLog.open(database) as log, Accounts.open(database) as accounts:
        pages = shared.pages
        shared.__init__(shared.caseworks, log=log, accounts=accounts)
        shared.pages = pages  # the built app has told it how to forget
        yield shared


@pytest.fixture
def viewer():
    return Person(name="vic", role="viewer")


@pytest.fixture
def reviewer():
    return Person(name="rob", role="reviewer")


@pytest.fixture
def admin():
    return Person(name="ann", role="admin")


@pytest.fixture
def given(weather_work):
    """What the controls of a case hold, by document; overrides change some."""

    def values(document, **changed):
        found = weather_work.values(weather_work.case(document)) | changed
        return [found[name] for name in weather_work.questionnaire.ids]

    return values


@pytest.fixture
def seen(session, reviewer):
    """What a page that is opened now would say that it shows, by document and person."""
    return lambda document, person=reviewer: standing(session, person, "weather", document).seen


@pytest.fixture(scope="session")
def built(shared):
    """The app, built once: Gradio's pages take seconds."""

    async def build():  # where no loop runs, Gradio makes one that nobody closes
        asked = Settings(hosts=("testserver",))
        return create_app(shared, asked, identity=lambda asking: SignIns(shared.accounts)(asking))

    return asyncio.run(build())


@pytest.fixture
def app(built, session):
    return built


@pytest.fixture
def client(app):
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def signed_in(app, peopled):
    """A browser's stand-in, signed in as somebody."""

    def enter(name="rob"):
        return TestClient(app, follow_redirects=False, cookies={COOKIE: peopled[1][name]})

    return enter


@pytest.fixture
def best_of():
    """The quickest of some runs: what the code takes, whatever else the machine does."""

    def seconds(act, times=7):
        found = []
        for _ in range(times):
            began = time.perf_counter()
            act()
            found.append(time.perf_counter() - began)
        return min(found)

    return seconds


@pytest.fixture
def event(signed_in):
    """Do on a page what a browser would: find the event by page, trigger and label, and send it."""

    def send(person, page, trigger, data, *, label=None, query=""):
        asking = signed_in(person)
        config = asking.get("/weather/config", params={"page": page}).json()
        parts = {part["id"]: part for part in config["components"]}
        found = [
            dependency
            for dependency in config["dependencies"]
            if any(
                event == trigger
                and (label is None or parts[target]["props"].get("label", parts[target]["props"].get("value")) == label)
                for target, event in dependency["targets"]
            )
            and dependency["backend_fn"]
        ]
        assert found, f"no event {trigger!r} of {label!r}"
        body = {"fn_index": found[-1]["id"], "data": data, "session_hash": f"page of {person}", "event_data": None}
        answer = asking.post(f"/weather/gradio_api/run/predict{query}", json=body)
        assert answer.status_code == 200, answer.text
        ids = [parts[one]["props"].get("elem_id") or parts[one]["props"].get("label") for one in found[-1]["outputs"]]
        return dict(zip(ids, answer.json()["data"], strict=True))

    return send
