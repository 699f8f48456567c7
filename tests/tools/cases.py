# SPDX-License-Identifier: Apache-2.0
"""Cases of a test program in Python: each a function, counted and reported alike."""
import sys
import traceback


def succeeds(name, check):
    """Runs one case; says what went wrong."""
    try:
        check()
    except Exception as wrong:
        place = traceback.extract_tb(wrong.__traceback__)[-1]
        print(f"{name}: {type(wrong).__name__} at {place.filename}:{place.lineno}: {wrong}")
        return False
    return True


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


def run(cases):
    """Runs (name, function) pairs and ends the program as the test runner wants it."""
    results = [succeeds(name, check) for name, check in cases]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)
