"""How slow this machine is just now, so that a bound on time means the same on a slow or a busy one.

Bounds in seconds were set on one machine, where nothing else ran. Elsewhere, or beside other tests, the same work takes
longer, and so does the fixed piece of work here: what is compared with the bound is the ratio of the two.
"""

import json
import statistics
import time

import jinja2

REFERENCE_S = 0.009  # of the work below, where the bounds were set: two quiet cores, Python 3.11
_ROWS = [{"name": f"row {n}", "points": n / 7, "said": "<b>" * (n % 3)} for n in range(120)]
_PAGE = jinja2.Environment(autoescape=True).from_string(
    "{% for row in rows %}<li class='{{ row.name }}'>{{ '%.2f' % row.points }} {{ row.said }}{% if row.points > 3 %}"
    "<i>{{ row.name|upper }}</i>{% endif %}</li>{% endfor %}"
)


def work() -> int:
    """Do what much of our own time goes into: templates, dictionaries, text, sorting."""
    size = 0
    for _ in range(8):
        size += len(_PAGE.render(rows=_ROWS))
        again = json.loads(json.dumps(_ROWS))
        size += len(sorted(again, key=lambda row: (len(row["said"]), -row["points"])))
    return size


def slowness(clock=time.thread_time, times=5) -> float:
    """Say how many times longer than there the work takes here and now; at least 1, so that no bound grows tighter."""
    spent = []
    for _ in range(times):
        began = clock()
        work()
        spent.append(clock() - began)
    return max(1.0, statistics.median(spent) / REFERENCE_S)
