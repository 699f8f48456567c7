#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What waits for a node that is away: seen, retried, skipped and dropped, by the program and over HTTP.

    queue.py PROGRAM
"""
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

SETTINGS = ["--allow-insecure-peers", "--delivery-retry", "10m"]
NEED = "https://w3id.org/bien-commun/ns#EssentialNeed"
LABEL = "http://virtual-assembly.org/ontologies/pair#label"


def until(what, check, seconds=30):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"after {seconds} s it is still not so: {what}"
        time.sleep(0.05)


def make(node, name):
    said = (f'<> a <{NEED}> ; <{LABEL}> "{name}" ; <https://w3id.org/bien-commun/ns#inTerritory> '
            f'</territories/saint-denis> ; <https://w3id.org/bien-commun/ns#needState> '
            f'<https://w3id.org/bien-commun/scheme#needState-exprime> .')
    got = node.ask("POST", "/needs", {"Content-Type": "text/turtle", "Slug": name}, said, by="admin")
    assert got.status == 201, got.text
    return got.header("Location")


def knows(node, iri):
    return node.sparql(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")


def queue(node):
    got = node.ask("GET", "/_queue", by="admin")
    assert got.status == 200, got.text
    return got.json()


def act(node, body, status=200):
    got = node.ask("POST", "/_queue", {"Content-Type": "application/json"}, json.dumps(body), by="admin")
    assert got.status == status, (body, got.status, got.text)
    return got.json()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    a, b = Node(sys.argv[1], settings=SETTINGS), Node(sys.argv[1], settings=SETTINGS)
    for node in (a, b):
        node.account("admin", "--admin")
    a.account("marie")
    with a, b:
        b.run("follow", "--allow-insecure-peers", f"relay@localhost:{a.port}")
        until("B follows", lambda: b.ask("GET", "/bots/relay/following").json()["totalItems"] == 1)
        until("nothing waits", lambda: queue(a)["waiting"] == 0)
        b.kill()
        needs = [make(a, f"file {n}") for n in range(4)]
        until("B is known to be away", lambda: queue(a)["failing"] == 1 and queue(a)["hosts"][0]["activities"] == 4)
        line, = queue(a)["hosts"]
        assert line["host"] == b.base and line["activities"] == 4 and line["breaker"] == "open", line
        assert "reached" in line["lastError"] and line["nextTry"] > line["oldest"], line
        words = a.run("queue")
        assert b.base in words and "4 waiting" in words and "1 hosts wait, 1 fail, 0 are given up" in words, words
        assert json.loads(a.run("queue", "--json")) == queue(a)

        for who, status in ((None, 401), ("marie", 403)):
            assert a.ask("GET", "/_queue", by=who).status == status, who
            assert a.ask("POST", "/_queue", {}, json.dumps({"do": "retry"}), by=who).status == status, who
        assert "retry, skip or drop" in act(a, {"do": "mend", "host": b.base}, 400)["detail"]
        assert "only retry" in act(a, {"do": "drop"}, 400)["detail"]
        assert "nothing waits" in act(a, {"do": "retry", "host": "pod.example"}, 404)["detail"]

        assert act(a, {"do": "skip", "host": b.base}) == {"hosts": 1}
        until("it is tried again after a skip, and fails", lambda: queue(a)["hosts"][0]["failures"] == 2)
        assert queue(a)["hosts"][0]["activities"] == 3
        b.start()
        time.sleep(1.5)
        assert not knows(b, needs[1]), "it was not to be tried before its time"
        assert "1 host" in a.run("queue", "retry", f"localhost:{b.port}")
        for iri in needs[1:]:
            until(f"{iri} is at B", lambda: knows(b, iri))
        assert not knows(b, needs[0]), "what was skipped has come all the same"
        until("nothing waits", lambda: queue(a)["waiting"] == 0)
        assert queue(a)["hosts"][0]["passedOver"] == 1

        b.kill()
        dropped = make(a, "perdu")
        until("B is away again", lambda: queue(a)["failing"] == 1)
        a.run("queue", "drop", b.base)
        b.start()
        last = make(a, "arrive")
        until("what comes after a drop arrives", lambda: knows(b, last))
        assert not knows(b, dropped)
        for node in (a, b):
            node.stop()
    print("queue: passed")


if __name__ == "__main__":
    main()
