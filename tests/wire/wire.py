#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs wire dialogues against a real node: requests and the answers they must get, one story a file.

    wire.py PROGRAM [FILE...]

A file is a list of exchanges:

    # a comment
    > PUT /organizations/le-jardin by alice      a request; `by` names an account (alice, bob or admin)
    > Content-Type: text/turtle                  its headers
    >                                            an empty line, then its body
    > <> a <http://example.org/Garden> .
    < 201                                        the answer's status (4xx: any of the four hundreds)
    < Location: {base}/organizations/le-jardin   a header, to the letter
    < Link ~ rel="?type                          a header in which a pattern is found
    < !WWW-Authenticate                          a header that must be absent
    < ETag -> tag                                a header whose value is kept as {tag}
    | text ~ pattern      | text !~ pattern      the body holds a pattern, or does not
    | json a.b.0 = value  | json a.b ~ pattern   a value inside a JSON body
    | ask { ?s ?p ?o }                           a SPARQL pattern that holds in the RDF that was answered (by rdflib)
    | count 3 { ?s ?p ?o }                       and how many times it does

Every RDF answer to a GET is read by rdflib, asked for again in the other syntaxes, and all must be the same graph.
A line `> ...` may hold {base}, {port}, kept names, and {repeat:N:x} for N times x.
"""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from graphs import SYNTAXES, Contexts, Mismatch, graph_of, need  # noqa: E402
from node import Node  # noqa: E402

from rdflib.compare import isomorphic  # noqa: E402

PREFIXES = {
    "pair": "http://virtual-assembly.org/ontologies/pair#", "ldp": "http://www.w3.org/ns/ldp#",
    "obc": "https://w3id.org/bien-commun/ns#", "dc": "http://purl.org/dc/terms/",
    "as": "https://www.w3.org/ns/activitystreams#", "acl": "http://www.w3.org/ns/auth/acl#",
}


def same_in_every_syntax(node, exchange, graph, contexts):
    for media in SYNTAXES:
        headers = {**exchange.headers, "Accept": media}
        headers.pop("If-None-Match", None)  # a tag of another syntax
        other = node.ask("GET", exchange.path, headers, by=exchange.by)
        need(other.status == 200, f"as {media} it answers {other.status}")
        got = graph_of(other, contexts, node.base + exchange.path)
        need(got is not None, f"asked for {media} it answers {other.header('Content-Type')}")
        need(isomorphic(graph, got), f"{media} is another graph: {len(got)} triples against {len(graph)}")


class Exchange:
    def __init__(self, line, request, answer, checks):
        self.line = line
        first, _, rest = request[0].partition(" ")
        self.method = first
        self.path, _, by = rest.partition(" by ")
        self.path = self.path.strip()
        self.by = by.strip() or None
        split = request.index("") if "" in request else len(request)
        self.headers = dict(re.split(r":\s*", header, maxsplit=1) for header in request[1:split])
        body = "\n".join(request[split + 1:])
        self.body = re.sub(r"\{repeat:(\d+):([^}]*)\}", lambda m: int(m.group(1)) * m.group(2), body) or None
        self.answer, self.checks = answer, checks

    def play(self, node, kept, contexts):
        def fill(text):
            return re.sub(r"\{(\w+)\}", lambda m: kept.get(m.group(1), m.group()), text)
        self.path = fill(self.path)
        self.headers = {key: fill(value) for key, value in self.headers.items()}
        got = node.ask(self.method, self.path, self.headers, fill(self.body) if self.body else None, self.by)
        problem = got.text[:400] if got.status >= 400 else ""
        wanted = self.answer[0].replace("x", ".")
        need(re.fullmatch(wanted, str(got.status)), f"answered {got.status} instead of {self.answer[0]} {problem}")
        for line in self.answer[1:]:
            self.header(fill(line), got, kept)
        graph = graph_of(got, contexts, node.base + self.path) if got.status == 200 and self.method == "GET" else None
        if graph is not None:
            same_in_every_syntax(node, self, graph, contexts)
        for line in self.checks:
            self.check(fill(line), got, graph)

    def header(self, line, got, kept):
        if line.startswith("!"):
            need(got.header(line[1:]) is None, f"{line[1:]} is there: {got.header(line[1:])}")
            return
        name, mark, wanted = re.match(r"([\w-]+)\s*(:|~|->)\s*(.*)", line).groups()
        value = got.header(name)
        need(value is not None, f"no {name} header")
        if mark == ":":
            need(value == wanted, f"{name} is '{value}' instead of '{wanted}'")
        elif mark == "~":
            need(re.search(wanted, value), f"{name} is '{value}', which has no {wanted}")
        else:
            kept[wanted] = value

    def check(self, line, got, graph):
        kind, _, rest = line.partition(" ")
        if kind == "text":
            mark, _, pattern = rest.partition(" ")
            found = re.search(pattern, got.text, re.S) is not None
            need(found == (mark == "~"), f"the body {'lacks' if mark == '~' else 'holds'} {pattern}: {got.text[:300]}")
        elif kind == "json":
            path, mark, wanted = rest.split(" ", 2)
            value = got.json()
            for step in path.split("."):
                value = value[int(step)] if isinstance(value, list) else value.get(step)
                need(value is not None, f"no {path} in {got.text[:300]}")
            text = value if isinstance(value, str) else json.dumps(value)
            good = text == wanted if mark == "=" else re.search(wanted, text)
            need(good, f"{path} is {text} instead of {wanted}")
        elif kind in ("ask", "count"):
            need(graph is not None, f"the answer is {got.header('Content-Type')}, not RDF")
            number, _, pattern = rest.partition(" ") if kind == "count" else (None, None, rest)
            rows = len(list(graph.query(f"SELECT (1 AS ?row) {pattern}", initNs=PREFIXES)))
            good = rows == int(number) if number else rows > 0
            need(good, f"{pattern} holds {rows} times in:\n{graph.serialize(format='turtle')}")
        else:
            raise Mismatch(f"unknown check '{line}'")


def exchanges_of(path):
    blocks, current = [], None
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        mark, rest = line[:1], line[2:]
        if mark == ">":
            if current is None or current[2]:
                current = (number, [], [], [])
                blocks.append(current)
            current[1].append(rest)
        elif mark == "<":
            current[2].append(rest)
        elif mark == "|":
            current[3].append(rest)
        elif line.strip() and mark != "#":
            raise SystemExit(f"{path}:{number}: a line starts with >, <, | or #")
    return [Exchange(*block) for block in blocks]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    files = [Path(name) for name in sys.argv[2:]] or sorted(Path(__file__).parent.glob("*.wire"))
    passed, failed = 0, 0
    node = Node(sys.argv[1], settings=["--login-tries", "1000", "--front-ends", "https://f.example",
                                       "--title", "Observatoire d'essai"])
    node.account("admin", "--admin")
    node.account("alice")
    node.account("bob")
    with node:
        contexts = Contexts(node)
        for path in files:
            kept = {"base": node.base, "port": str(node.port)}
            for exchange in exchanges_of(path):
                try:
                    exchange.play(node, kept, contexts)
                    passed += 1
                except Exception as wrong:  # a broken answer must not hide the exchanges behind it
                    failed += 1
                    print(f"{path.name}:{exchange.line}: {exchange.method} {exchange.path}: {wrong}")
        if node.process.poll() is not None:
            failed += 1
            print("the node ended:\n" + node.tail())
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
