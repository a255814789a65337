"""Several processes that write into one log at once; started as a script, and killed by some tests.

writers.py URL PROCESSES EACH       each process appends EACH entries; prints the seconds it took
writers.py URL endless              appends until killed; prints each number once it is acknowledged
"""

import os
import sys
import time

from pellucid.ledger import DecisionLog
from pellucid.schema import EstimateBody, Person


def append(log, person, n):
    return log.append(
        kind="estimate", domain="demo", document=f"d-{n}", person=person, body=EstimateBody(probability=0.5)
    )


def endless(url):
    with DecisionLog.open(url) as log:
        n = 0
        while True:
            n += 1
            entry = append(log, Person(name="W", role="reviewer"), n)
            os.write(1, f"{entry.number} {entry.digest}\n".encode())


def several(url, processes, each):
    start, end = os.pipe()
    children = []
    for child in range(processes):
        pid = os.fork()
        if pid == 0:
            with DecisionLog.open(url) as log:
                os.read(start, 1)
                for n in range(each):
                    append(log, Person(name=f"W{child}", role="reviewer"), n)
            os._exit(0)
        children.append(pid)
    began = time.perf_counter()
    os.write(end, b"." * processes)
    failed = [pid for pid in children if os.waitpid(pid, 0)[1]]
    sys.stdout.write(f"{time.perf_counter() - began}\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    endless(sys.argv[1]) if sys.argv[2] == "endless" else several(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
