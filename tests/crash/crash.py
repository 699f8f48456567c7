#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing acknowledged is lost: kills a node with SIGKILL again and again under writers, and looks at what is left.

    crash.py PROGRAM [KILLS [WRITERS [SEED]]]

Each writer owns some documents. It replaces one with two triples that carry the same number, or makes one, or deletes
one, and writes down what was acknowledged. After every kill the node starts again and every document must be in the
state that was last acknowledged, or, where the answer was cut off, in the one before or the one asked for; never
half of one. At the end `bocage check` must find nothing.
"""
import random
import re
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

DOCUMENTS = 5
TURTLE = {"Content-Type": "text/turtle"}


def body(number):
    return (f'<> a <http://virtual-assembly.org/ontologies/pair#Organization> ; '
            f'<http://virtual-assembly.org/ontologies/pair#label> "n{number}" ; '
            f'<http://virtual-assembly.org/ontologies/pair#comment> "n{number}" .')


class Writer(threading.Thread):
    def __init__(self, node, name, states, counter):
        super().__init__(daemon=True)
        self.node, self.name_, self.states, self.counter = node, name, states, counter
        self.random = random.Random(f"{name}-{counter}")
        self.acknowledged = 0
        self.wrong = None

    def run(self):
        connection = self.node.connect(timeout=10)
        while True:
            document = f"/organizations/{self.name_}-{self.random.randrange(DOCUMENTS)}"
            sure, _ = self.states[document]
            self.counter += 1
            delete = sure is not None and self.random.random() < 0.2
            wanted = None if delete else self.counter
            self.states[document] = (sure, [wanted])
            try:
                headers = {} if delete else TURTLE if sure is not None else {**TURTLE, "If-None-Match": "*"}
                got = self.node.ask("DELETE" if delete else "PUT", document, headers,
                                    None if delete else body(wanted), by="admin", connection=connection)
            except OSError:
                return
            except Exception as cut:  # http.client has many names for an answer that was cut off
                if "http.client" not in type(cut).__module__:
                    self.wrong = repr(cut)
                return
            if got.status not in (200, 201, 204):
                self.wrong = f"{document}: {got.status} {got.text[:300]}"
                return
            self.states[document] = (wanted, [])
            self.acknowledged += 1


def found(node, document, connection):
    got = node.ask("GET", document, {"Accept": "text/turtle"}, connection=connection)
    if got.status in (404, 410):
        return None
    numbers = re.findall(r'"n(\d+)"', got.text)
    if got.status != 200 or len(numbers) != 2 or numbers[0] != numbers[1]:
        return f"half of a write: {got.status} {got.text[:300]}"
    return int(numbers[0])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    kills, writers, seed = (int(value) for value in (sys.argv[2:] + [100, 8, 1][len(sys.argv) - 2:]))
    chance = random.Random(seed)
    node = Node(sys.argv[1])
    node.account("admin", "--admin")
    names = [f"w{n}" for n in range(writers)]
    states = {f"/organizations/{name}-{n}": (None, []) for name in names for n in range(DOCUMENTS)}
    faults, acknowledged, counter, began, restart = [], 0, 0, time.monotonic(), 0.0
    node.start()
    for kill in range(kills):
        threads = [Writer(node, name, states, counter + 1_000_000 * at) for at, name in enumerate(names)]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.01, 0.6))
        node.kill()
        for thread in threads:
            thread.join(timeout=30)
            acknowledged += thread.acknowledged
            if thread.wrong:
                faults.append(f"kill {kill}: {thread.wrong}")
        counter += 10_000
        before = time.monotonic()
        node.start()
        restart = max(restart, time.monotonic() - before)
        connection = node.connect()
        for document, (sure, unsure) in states.items():
            now = found(node, document, connection)
            if now not in [sure, *unsure]:
                faults.append(f"kill {kill}: {document} is {now}, acknowledged was {sure}, asked for {unsure}")
            states[document] = (now if isinstance(now, int) else None, [])
        connection.close()
        if len(faults) > 10:
            break
    if not node.stop():
        faults.append("the node did not end cleanly")
    report = node.run("check", check=False)
    if "0 faults" not in report:
        faults.append("bocage check: " + report.strip()[-500:])
    node.close()
    for fault in faults:
        print(fault)
    print(f"{kills} kills, {acknowledged} acknowledged writes by {writers} writers, slowest restart {restart:.2f} s, "
          f"{time.monotonic() - began:.0f} s")
    if acknowledged < kills * 5:
        faults.append("too few writes")
        print("too few writes were acknowledged for this to mean anything")
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
