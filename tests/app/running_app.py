"""The whole app in a process of its own, and browsers signed in to it, for the tests that drive a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from pellucid.ledger import Accounts

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; apt-get install chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PASSWORD = "four grey herons wade"  # noqa: S105 - of a database that lives as long as the test
ADMIN, REVIEWER = "Ann Admin", "Rob Reviewer"
SCHEMES = ("light", "dark")
WAIT_MS = 30_000
"""Much longer than anything takes: another test may hold the machine. What is quick is measured, not waited for."""


@dataclass(frozen=True)
class RunningApp:
    """The app as it was started: where it answers, and where it keeps its log."""

    url: str
    database: str


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def started(folder: Path, *domains: str, seconds: float = 240) -> Iterator[RunningApp]:
    """Run `pellucid app` as a user would, with two people who may sign in."""
    port, database = free_port(), f"sqlite:///{folder / 'app.db'}"
    accounts = Accounts.open(database)
    accounts.add(ADMIN, PASSWORD, "admin")
    accounts.add(REVIEWER, PASSWORD, "reviewer")
    accounts.close()
    command = [sys.executable, "-m", "pellucid.cli", "app", *domains, "--no-browser"]
    told = (folder / "told.txt").open("wb")
    # The folder is the home of everything it might write; nothing of this machine's settings reaches it.
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [*command, "--port", str(port), "--db", database], cwd=folder, env=environment, stdout=told, stderr=told
    )
    try:
        url, until = f"http://127.0.0.1:{port}", time.monotonic() + seconds
        while not _answers(f"{url}/login"):
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the app did not start: {(folder / 'told.txt').read_text()[-2_000:]}")
            time.sleep(0.1)
        yield RunningApp(url, database)
    finally:
        process.terminate()
        process.wait(timeout=30)
        told.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
            return True
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Seen:
    """What a browser did besides showing pages."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def outside(self, url: str) -> list[str]:
        """Requests to anybody but the app; pictures and fonts that stand in the page itself are none."""
        inside = (f"{url}/", f"{url.replace('http', 'ws', 1)}/", "data:", "blob:", "about:")
        return [one for one in self.requests if not one.startswith(inside)]


class Person:
    """Somebody with a browser of their own, in one colour scheme."""

    def __init__(self, context: BrowserContext, app: RunningApp) -> None:
        self.context, self.app, self.seen = context, app, Seen()
        context.set_default_timeout(WAIT_MS)
        context.on("request", lambda request: self.seen.requests.append(request.url))
        context.on("dialog", lambda dialog: (self.seen.dialogs.append(dialog.message), dialog.dismiss()))
        context.on("weberror", lambda error: self.seen.errors.append(str(error.error)))
        self.page: Page = context.new_page()

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.app.url}{path}", wait_until="load")
        return self.page

    def sign_in(self, name: str = ADMIN) -> None:
        page = self.go("/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{self.app.url}/")

    def open(self, domain: str, document: str) -> Page:
        page = self.go(f"/{domain}/?case={document}")
        self.shown(document)
        return page

    def shown(self, document: str) -> None:
        """Wait until the decision of this document is there."""
        self.page.locator(f'.decision-panel[data-document="{document}"]').first.wait_for()

    def stored(self) -> dict[str, object]:
        return self.page.evaluate("() => ({...localStorage, ...sessionStorage})")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with all three domains."""
    with started(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture(scope="module")
def chromium():
    # For one file only: while it is open, nothing else in this process can run an event loop of its own.
    with sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield one
        one.close()


@pytest.fixture(scope="module")
def people(running, chromium):
    """An administrator in light and in dark."""
    found: dict[str, Person] = {}
    for scheme in SCHEMES:
        # Still pictures: what is measured is the page, not how it slides.
        context = chromium.new_context(
            color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1440, "height": 900}
        )
        found[scheme] = Person(context, running)
        found[scheme].sign_in()
    yield found
    for one in found.values():
        one.context.close()
