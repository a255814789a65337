"""What tests of the ledger share: a log with entries, quick hashes, and a real PostgreSQL."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import argon2
import psycopg
import pytest

from pellucid.ledger import Accounts, DecisionLog
from pellucid.ledger._database import Database
from pellucid.ledger._passwords import Passwords
from pellucid.schema import CorrectionBody, DecisionBody, EstimateBody, Person

SECRET = "secret-of-the-test"  # noqa: S105
BODIES = (
    ("accepted", DecisionBody(probability=0.57, score=0.28, predicted="rain", decided="rain", model="EBM")),
    (
        "overridden",
        DecisionBody(
            probability=0.57, score=0.28, predicted="rain", decided="dry", reason="other", note="I looked.", model="EBM"
        ),
    ),
    ("corrected", CorrectionBody(question="clouds", before="yes", before_status="answered", after=None, why="misread")),
    ("estimate", EstimateBody(probability=0.25)),
)


def fill(log, count=12):
    """Append entries of several kinds, by two people, about five documents."""
    for n in range(count):
        kind, body = BODIES[n % len(BODIES)]
        person = Person(name=("R. Meier", "Åsa Öz")[n % 2], role=("reviewer", "admin")[n % 2])
        log.append(kind=kind, domain="weather", document=f"we-{n % 5}", person=person, body=body)


@pytest.fixture
def log(tmp_path):
    with DecisionLog.open(tmp_path / "log.db") as opened:
        fill(opened)
        yield opened


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def cheap():
    """Real hashes at the lowest cost."""
    return Passwords(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def accounts(tmp_path, clock, cheap):
    with Accounts(Database(tmp_path / "log.db"), passwords=cheap, clock=clock) as opened:
        yield opened


def quick_place():
    """A folder in memory where there is room: thousands of commits then measure us and not the disk."""
    shared = Path("/dev/shm")  # noqa: S108
    has_room = os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2**30
    return shared if has_room else Path(tempfile.gettempdir())


@pytest.fixture
def quick_folder():
    with tempfile.TemporaryDirectory(prefix="pellucid-", dir=quick_place()) as folder:
        yield Path(folder)


def binaries():
    """Folder of PostgreSQL's programs, the newest; None where there is none."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return debian[-1].parent if debian else None


def unprivileged():
    """Whom to run PostgreSQL as, which refuses to run as root."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Cluster:
    """A private PostgreSQL that waits for the disk as a real one does."""

    def __init__(self, folder):
        self.folder, self.bin, self.who, self.port = folder, binaries(), unprivileged(), free_port()
        secret = folder / "secret"
        secret.write_text(SECRET)
        for path in (folder, secret):
            os.chown(path, self.who.get("user", -1), self.who.get("group", -1))
        options = ["--username=owner", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
        self.program("initdb", f"--pgdata={folder}/data", "--no-sync", *options)
        self.start()

    def program(self, name, *arguments):
        call = [str(self.bin / name), *arguments]
        subprocess.run(call, check=True, capture_output=True, cwd=self.folder, timeout=120, **self.who)

    def start(self):
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        settings |= {"fsync": "on", "shared_buffers": "32MB", "max_connections": 60}
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        call = [str(self.bin / "postgres"), "-D", f"{self.folder}/data", *given]
        with (self.folder / "messages").open("ab") as messages:
            self.server = subprocess.Popen(call, stdout=messages, stderr=messages, cwd=self.folder, **self.who)
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if self.server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def dsn(self, database):
        return f"host=127.0.0.1 port={self.port} user=owner password={SECRET} dbname={database}"

    def url(self, database, *, tcp=False):
        if tcp:
            return f"postgresql+psycopg://owner:{SECRET}@127.0.0.1:{self.port}/{database}"
        return f"postgresql+psycopg://owner:{SECRET}@/{database}?host={self.folder}&port={self.port}"

    def run(self, database, *statements):
        """Run statements as the owner, who may drop every guard; return the rows of the last."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def crash(self):
        """End every process of it at once, as a power cut would."""
        self.program("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
        self.server.wait(30)

    def stop(self):
        self.server.send_signal(signal.SIGQUIT)  # at once: nobody needs it any more
        self.server.wait(30)


@pytest.fixture(scope="session")
def cluster():
    if binaries() is None:
        pytest.skip("no PostgreSQL here: install Debian's package `postgresql`, or put initdb on the PATH")
    with tempfile.TemporaryDirectory(prefix="pellucid-", dir=quick_place()) as folder:
        running = Cluster(Path(folder))
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def database(cluster, request):
    """A fresh database, by name."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**12}"
    cluster.run("postgres", f"CREATE DATABASE {name}")
    return name
