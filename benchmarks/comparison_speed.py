"""Stored predictions to intervals: 10,000 rows × 10 contenders × 2,000 draws, all measures, twice the same bytes.

Run with `make bench`, or alone with smaller `--rows`, `--contenders`, `--draws`. Timed is everything between
arrays and intervals: draws, all measures of two classes with BCa limits, and all differences to a reference.
"""

import argparse
import hashlib
import sys
import time

import numpy as np
from scipy.special import expit

from pellucid.measures import MEASURES, paired_difference, resample

LIMIT_SECONDS = 30


def predictions(rows, contenders, seed=0):
    """Outcomes of one in five, and probabilities of contenders that see the truth more or less dimly."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(-1.9, 1.4, size=rows)
    y = (rng.random(rows) < expit(truth)).astype(np.int64)
    dim = np.linspace(0.3, 1.2, contenders)
    return y, {f"contender {i}": expit(truth + d * rng.normal(size=rows))[None] for i, d in enumerate(dim)}


def compare(y, stored, draws, cores):
    """Every figure and every difference with its interval, as one text."""
    figures = resample(y, stored, draws=draws, seed=0, n_jobs=cores)
    reference, *others = stored
    lines = [f"{name} {measure} {figures[name][measure].measure()!r}" for name in stored for measure in MEASURES]
    lines += [repr(paired_difference(figures, name, reference, measure)) for name in others for measure in MEASURES]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--contenders", type=int, default=10)
    parser.add_argument("--draws", type=int, default=2_000)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    y, stored = predictions(options.rows, options.contenders)
    seconds, worked, digests = [], [], []
    for cores in (options.cores, 1):
        start, before = time.perf_counter(), time.process_time()
        found = compare(y, stored, options.draws, cores)
        seconds.append(time.perf_counter() - start)
        worked.append(time.process_time() - before)
        digests.append(hashlib.sha256(found.encode()).hexdigest())
    same = digests[0] == digests[1]
    print(f"{options.rows:,} rows × {options.contenders} contenders × {options.draws:,} draws, {len(MEASURES)} "
          f"measures, {found.count(chr(10)) + 1} BCa intervals: {seconds[0]:.1f} s on {options.cores} cores (at most "
          f"{LIMIT_SECONDS}; {worked[0]:.1f} s of processor), {seconds[1]:.1f} s on one ({worked[1]:.1f}); the same "
          f"seed gives {'the same bytes' if same else 'OTHER BYTES'} ({digests[0][:12]})")  # fmt: skip
    sys.exit(not same or seconds[0] > LIMIT_SECONDS)


if __name__ == "__main__":
    main()
