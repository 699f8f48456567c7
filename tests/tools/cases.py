# SPDX-License-Identifier: Apache-2.0
"""Cases of a test program in Python: each a function, counted and reported alike."""
import sys
import traceback


def fault_of(check):
    """Runs one case; None, or what went wrong."""
    try:
        check()
    except Exception as wrong:
        place = [frame for frame in traceback.extract_tb(wrong.__traceback__) if frame.name != "need"][-1]
        return f"{type(wrong).__name__} at {place.filename}:{place.lineno}: {wrong}"
    return None


def on_nodes(program, *accounts):
    """A decorator @case(SETTING...) and the list that it fills: each case is called with a node of these settings, which
    has an account for each of the lists of words."""
    from node import Node  # only these programs have one

    kept = []

    def play(check, settings):
        node = Node(program, settings=settings)
        for words in accounts:
            node.account(*words)
        with node:
            check(node)

    def case(*settings):
        def keep(check):
            kept.append((check.__name__.replace("_", " "), lambda: play(check, settings)))
            return check
        return keep
    return case, kept


def read_excuses(path):
    """Lines of 'case  reason'; # starts a comment. A case without a reason ends the program."""
    excuses = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, reason = line.strip().partition(" ")
        if name and not name.startswith("#"):
            excuses[name] = reason.strip() or sys.exit(f"{path}: '{name}' has no reason")
    return excuses


def run(cases, excuses=()):
    """Runs (name, function) pairs and ends the program as the test runner wants it. Cases that are excused must fail."""
    counts = {"passed": 0, "failed": 0, "excused": 0}
    left = set(excuses)
    for name, check in cases:
        fault = fault_of(check)
        if name in excuses:
            left.discard(name)
            fault, outcome = (None, "excused") if fault else ("passes though excuses.txt names it: take the line out", "failed")
        else:
            outcome = "failed" if fault else "passed"
        counts[outcome] += 1
        if fault:
            print(f"{name}: {fault}")
    for name in sorted(left):
        print(f"{name}: excuses.txt names it, and there is no such case")
    counts["failed"] += len(left)
    print(f"{counts['passed']} passed, {counts['failed']} failed" + (f", {counts['excused']} excused" if excuses else ""))
    sys.exit(0 if counts["failed"] == 0 else 1)
