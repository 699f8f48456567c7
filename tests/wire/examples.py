#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The examples that people are shown, on the demo territory: those of the endpoint's page, and all code in docs/sparql.md.

    examples.py PROGRAM

A ```sparql block is sent as it stands, to be answered with something; a ```sh block is run, and must succeed.
"""
import html
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import ROOT, Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
WRITES = re.compile(r"^\s*(PREFIX\s+\S+\s+\S+\s+)*(INSERT|DELETE|WITH|CLEAR|DROP|COPY|MOVE|ADD)\b", re.I)


def need(holds, what):
    if not holds:
        raise AssertionError(what)


def page(node):
    shown = node.ask("GET", "/sparql", {"Accept": "text/html"}).text
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', shown)
    for address, title in links:
        yield f"page: {html.unescape(title)}", lambda address=address: rows(node, html.unescape(address))
    yield "page: its number of examples", lambda: need(len(links) >= 12, len(links))


def rows(node, address):
    table = node.ask("GET", address, {"Accept": "text/csv, application/n-triples;q=0.5"})
    need(table.status == 200 and table.text.count("\n") > 1, f"{table.status} {table.text[:200]}")
    whole = node.ask("GET", address, {"Accept": "text/html"})
    need(whole.status == 200 and "<tbody>\n<tr>" in whole.text, whole.text[:300])


def send(node, text):
    if WRITES.match(text):
        got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text, by="admin")
        need(got.status == 204, f"{got.status} {got.text}")
        return
    accept = "text/turtle, text/csv;q=0.9"
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": accept}, text)
    need(got.status == 200 and got.text.count("\n") > 1, f"{got.status} {got.text[:300]}")


def run(node, text):
    script = text.replace("http://localhost:3000", node.base).replace("$TOKEN", node.tokens["admin"])
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, timeout=60, cwd=node.folder)
    need(done.returncode == 0, f"{done.stdout[-300:]}{done.stderr[-600:]}")


def document(node):
    text = (ROOT / "docs/sparql.md").read_text(encoding="utf-8").replace("http://localhost:3000", node.base)
    for found in re.finditer(r"^```(sparql|sh)\n(.*?)^```", text, flags=re.M | re.S):
        kind, code = found.groups()
        line = text[:found.start()].count("\n") + 1
        yield f"docs/sparql.md:{line}", lambda kind=kind, code=code: (send if kind == "sparql" else run)(node, code)


if __name__ == "__main__":
    served = Node(PROGRAM)
    served.account("admin", "--admin")
    with served:
        cases.run([*page(served), *document(served)])
