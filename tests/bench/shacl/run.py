#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SHACL beside rdf-validate-shacl, on the shapes of this project, in one run.

    run.py OURS WORK-FOLDER [SECONDS]

npm packages are installed into WORK-FOLDER; a peer that is not there is left out with a word. Figures are microseconds of
CPU a validation, medians of three turns, and the peer's time divided by ours. Both must find the same number of faults.
"""
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHAPES = HERE.parent.parent.parent / "shapes/obc-shapes.ttl"
TURNS = 3


def measure(command, folder=None):
    """Microseconds and the number of results."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, cwd=folder)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it failed"])[-1])
    micros, results = done.stdout.split()
    return float(micros), int(results)


def install(work):
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "peer.mjs"):
        shutil.copy(HERE / name, work)
    if not (work / "node_modules/rdf-validate-shacl").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True, timeout=300)


def main():
    ours, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    seconds = sys.argv[3] if len(sys.argv) > 3 else "1"
    peer = True
    try:
        install(work)
    except (OSError, subprocess.SubprocessError) as wrong:
        peer = print(f"rdf-validate-shacl is left out: {wrong}")
    failed = 0
    for name in ("good", "bad"):
        data = HERE / f"{name}.ttl"
        mine, theirs = [], []
        for _ in range(TURNS):
            mine.append(measure([ours, SHAPES, data, seconds]))
            if peer:
                theirs.append(measure(["node", "peer.mjs", SHAPES, data, seconds], work))
        took = statistics.median(micros for micros, _ in mine)
        line = f"{name}: {took:.1f} us"
        if peer:
            other = statistics.median(micros for micros, _ in theirs)
            line += f", rdf-validate-shacl {other:.0f} us: {other / took:.0f} times"
            failed += {results for _, results in mine} != {results for _, results in theirs}
        print(line)
    print(f"{2 - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
