#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No update is lost: clients change one document, each from the state that it read, while the node is killed.

    torture.py PROGRAM [CLIENTS [ROUNDS [KILLS [SEED]]]]

A client reads the document with its ETag and puts it back with a number of its own added, If-Match what it read; told
412 it reads again. Every number that was acknowledged must be in the document at the end, no other but those whose
answer was cut off, and the number of all writes must be what the document counts. No ETag stands for two states.
"""
import random
import re
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

DOCUMENT = "/organizations/torture"
PAIR = "http://virtual-assembly.org/ontologies/pair#"
CUT_OFF = (OSError, EOFError)


def body(count, numbers):
    notes = ", ".join(f'"{number}"' for number in sorted(numbers))
    return (f'<> a <{PAIR}Organization> ; <{PAIR}label> "count {count}"' +
            (f" ; <{PAIR}comment> {notes}" if notes else "") + " .")


def parse(text):
    count = re.findall(r'"count (\d+)"', text)
    return int(count[0]) if len(count) == 1 else None, frozenset(re.findall(r'"(\d+-\d+)"', text))


class Tale:
    """What all clients saw: acknowledged and unsure numbers; the state of each ETag."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sure, self.unsure = set(), set()
        self.states, self.faults = {}, []

    def saw(self, etag, state):
        with self.lock:
            if self.states.setdefault(etag, state) != state:
                self.faults.append(f"one ETag {etag} for two states")

    def fault(self, text):
        with self.lock:
            self.faults.append(text)


class Client(threading.Thread):
    def __init__(self, node, name, rounds, tale):
        super().__init__(daemon=True)
        self.node, self.name_, self.rounds, self.tale = node, name, rounds, tale
        self.conflicts = 0

    def read(self):
        got = self.node.ask("GET", DOCUMENT, {"Accept": "text/turtle"}, by="admin")
        if got.status != 200:
            raise RuntimeError(f"GET: {got.status} {got.text[:200]}")
        etag, state = got.header("ETag"), parse(got.text)
        self.tale.saw(etag, state)
        return etag, state

    def add(self, number):
        """Returns when it was acknowledged."""
        while True:
            etag, (count, numbers) = self.read()
            got = self.node.ask("PUT", DOCUMENT, {"Content-Type": "text/turtle", "If-Match": etag},
                                body(count + 1, numbers | {number}), by="admin")
            if got.status in (200, 201, 204):
                return
            if got.status != 412:
                raise RuntimeError(f"PUT: {got.status} {got.text[:200]}")
            self.conflicts += 1

    def run(self):
        for at in range(self.rounds):
            number, tries = f"{self.name_}-{at}", 0
            while True:
                try:
                    self.add(f"{number}{tries}")
                    self.tale.sure.add(f"{number}{tries}")
                    break
                except Exception as cut:  # a killed node, in all the ways http.client has of saying so
                    if not isinstance(cut, CUT_OFF) and "http.client" not in type(cut).__module__:
                        return self.tale.fault(f"{number}: {cut!r}")
                    self.tale.unsure.add(f"{number}{tries}")
                    tries += 1
                    time.sleep(0.05)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    clients, rounds, kills, seed = (int(value) for value in (sys.argv[2:] + [8, 25, 5, 1][len(sys.argv) - 2:]))
    chance = random.Random(seed)
    node, tale = Node(sys.argv[1]), Tale()
    node.account("admin", "--admin")
    node.start()
    made = node.ask("PUT", DOCUMENT, {"Content-Type": "text/turtle"}, body(0, ()), by="admin")
    if made.status not in (200, 201, 204):
        sys.exit(f"PUT: {made.status} {made.text[:300]}")
    began = time.monotonic()
    threads = [Client(node, name, rounds, tale) for name in range(clients)]
    for thread in threads:
        thread.start()
    killed = 0
    while any(thread.is_alive() for thread in threads) and time.monotonic() - began < 200:
        if killed < kills:
            time.sleep(chance.uniform(0.1, 0.8))
            node.kill()
            node.start()
            killed += 1
        time.sleep(0.02)
    for thread in threads:
        thread.join(timeout=30)
        if thread.is_alive():
            tale.fault("a client came to no end")
    got = node.ask("GET", DOCUMENT, {"Accept": "text/turtle"}, by="admin")
    tale.saw(got.header("ETag"), parse(got.text))
    count, numbers = parse(got.text)
    faults = list(tale.faults)
    if tale.sure - numbers:
        faults.append(f"lost: {sorted(tale.sure - numbers)}")
    if numbers - tale.sure - tale.unsure:
        faults.append(f"from nowhere: {sorted(numbers - tale.sure - tale.unsure)}")
    if count != len(numbers):
        faults.append(f"the document counts {count} writes and holds {len(numbers)}")
    if len(tale.sure) != clients * rounds:
        faults.append(f"{len(tale.sure)} of {clients * rounds} were acknowledged")
    if not node.stop():
        faults.append("the node did not end cleanly")
    report = node.run("check", check=False)
    if "0 faults" not in report:
        faults.append("bocage check: " + report.strip()[-500:])
    node.close()
    for fault in faults:
        print(fault)
    conflicts = sum(thread.conflicts for thread in threads)
    print(f"{len(tale.sure)} acknowledged by {clients} clients, {len(tale.unsure)} cut off, {conflicts} conflicts, "
          f"{killed} kills, {len(tale.states)} states, {time.monotonic() - began:.0f} s")
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
