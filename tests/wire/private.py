#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a resource that only some may read shows to the others: nothing, whichever way they ask.

    private.py PROGRAM

Every query is asked before the resource exists and again when it does and is hidden: the answers must be the same to
the byte for those who may not read it, and for most of them another one for those who may.
"""
import json
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
HUSH = "http://example.org/hush"
FORMATS = ("application/sparql-results+json", "text/csv")
BODY = """@prefix pair: <http://virtual-assembly.org/ontologies/pair#> .
<> a pair:Organization, <http://example.org/Secret> ; pair:label "Zanzibar" ; <{hush}> <{base}/organizations/halage> ;
   <http://example.org/level> 41 ; <http://example.org/part> [ <{hush}> "deep" ] ."""

# Asked with {secret}, {known} (what the secret speaks of) and {hush} filled in. The flag: whether a reader sees more.
QUERIES = [
    ("ASK {{ ?s <{hush}> ?o }}", True),
    ("ASK {{ <{secret}> ?p ?o }}", True),
    ("ASK {{ ?s ?p \"Zanzibar\" }}", True),
    ("ASK {{ GRAPH <{secret}> {{ ?s ?p ?o }} }}", True),
    ("ASK FROM <{secret}> {{ ?s ?p ?o }}", True),
    ("ASK FROM NAMED <{secret}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", True),
    ("SELECT (COUNT(*) AS ?n) {{ ?s <{hush}> ?o }}", True),
    ("SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(?p NOT IN (ldp:contains, dc:modified)) }}", True),
    ("SELECT (COUNT(DISTINCT ?p) AS ?n) {{ ?s ?p ?o }}", True),
    ("SELECT (COUNT(DISTINCT ?g) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} }}", True),
    ("SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} }} ORDER BY ?g", True),
    ("SELECT DISTINCT ?p {{ ?s ?p ?o }} ORDER BY ?p", True),
    ("SELECT DISTINCT ?t {{ ?s a ?t }} ORDER BY ?t", True),
    ("SELECT ?t (COUNT(*) AS ?n) {{ ?s a ?t }} GROUP BY ?t ORDER BY ?t", True),
    ("SELECT (MAX(?l) AS ?m) (SUM(?l) AS ?n) (GROUP_CONCAT(?l) AS ?c) (SAMPLE(?l) AS ?x) "
     "{{ ?s <http://example.org/level> ?l }}", True),
    ("SELECT ?x {{ BIND(EXISTS {{ ?s <{hush}> ?o }} AS ?x) }}", True),
    ("SELECT ?x {{ BIND(NOT EXISTS {{ <{secret}> ?p ?o }} AS ?x) }}", True),
    ("SELECT ?k {{ VALUES ?k {{ <{known}> }} FILTER EXISTS {{ ?s <{hush}> ?k }} }}", True),
    ("SELECT ?k {{ VALUES ?k {{ <{known}> }} MINUS {{ ?s <{hush}> ?k }} }}", True),
    ("SELECT ?k ?s {{ VALUES ?k {{ <{known}> }} OPTIONAL {{ ?s <{hush}> ?k }} }}", True),
    ("SELECT ?x {{ <{known}> ^<{hush}> ?x }}", True),
    ("SELECT ?x {{ ?x <{hush}>+ <{known}> }}", True),
    ("SELECT ?x {{ <{known}> (^<{hush}>|<http://example.org/part>)* ?x FILTER(isIRI(?x)) }}", True),
    ("SELECT ?x {{ ?x <http://example.org/part>/<{hush}> \"deep\" }}", True),
    ("SELECT (COUNT(*) AS ?n) {{ ?x !(ldp:contains|dc:modified) ?y }}", True),
    ("SELECT (COUNT(*) AS ?n) {{ ?x !(ldp:contains|dc:modified|^ldp:contains|^dc:modified)* ?y FILTER(?y = <{known}>) }}", True),
    ("SELECT ?l {{ {{ SELECT ?s {{ ?s <{hush}> ?o }} }} ?s pair:label ?l }}", True),
    ("SELECT ?l {{ {{ ?s <{hush}> ?o }} UNION {{ ?s a <http://example.org/Secret> }} ?s pair:label ?l }}", True),
    ("SELECT ?s {{ ?s pair:label ?l FILTER(REGEX(?l, 'zanz', 'i')) }}", True),
    ("CONSTRUCT {{ ?s <{hush}> ?o }} {{ ?s <{hush}> ?o }}", True),
    ("CONSTRUCT WHERE {{ <{secret}> <http://example.org/level> ?o }}", True),
    ("DESCRIBE <{secret}>", True),
    ("DESCRIBE ?s {{ ?s <{hush}> ?o }}", True),
    ("SELECT (1/?l AS ?x) {{ ?s <http://example.org/level> ?l }}", True),
    ("SELECT (xsd:integer(?l) AS ?x) {{ ?s pair:label ?l FILTER(?l = 'Zanzibar') }}", True),
    ("SELECT ?s {{ ?s <{hush}> ?o }} LIMIT 0", False),
]
PREFIXES = ("PREFIX pair: <http://virtual-assembly.org/ontologies/pair#> PREFIX ldp: <http://www.w3.org/ns/ldp#> "
            "PREFIX dc: <http://purl.org/dc/terms/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> ")


class Room:
    def __init__(self, node):
        self.node = node
        self.known = node.base + "/organizations/halage"
        self.secret = node.base + "/organizations/secret"
        self.failures, self.passed = [], 0

    def check(self, name, holds, what=""):
        if holds:
            self.passed += 1
        else:
            self.failures.append(f"{name}: {what}")

    def answers(self, by):
        """Every query in every format that fits; status and body."""
        found = {}
        for query, _ in QUERIES:
            text = PREFIXES + query.format(secret=self.secret, known=self.known, hush=HUSH)
            graph = query.startswith(("CONSTRUCT", "DESCRIBE"))
            for accept in ("application/n-triples", "text/turtle") if graph else FORMATS:
                got = self.node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": accept},
                                    text, by)
                found[query, accept] = (got.status, got.body)
        for name in ("default-graph-uri", "named-graph-uri"):
            pattern = "?s ?p ?o" if name.startswith("default") else "GRAPH ?g { ?s ?p ?o }"
            got = self.node.ask("GET", f"/sparql?query={quote('ASK { ' + pattern + ' }')}&{name}={quote(self.secret)}",
                                by=by)
            found[name, ""] = (got.status, got.body)
        got = self.node.ask("GET", "/sparql/graphs?graph=" + quote(self.secret), {"Accept": "text/turtle"}, by=by)
        found["graph store", ""] = (got.status, got.body)
        got = self.node.ask("HEAD", "/sparql/graphs?graph=" + quote(self.secret), by=by)
        found["graph store, HEAD", ""] = (got.status, b"")
        return found

    def hide(self, owner, reader):
        """Lets its owner and one other alone read it."""
        users = self.node.base + "/users/"
        rights = (f"@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#Read> acl:agent <{users}{owner}>, <{users}{reader}> . "
                  f"<#Write> acl:agent <{users}{owner}> . <#Control> acl:agent <{users}{owner}> .")
        path = self.secret.replace(self.node.base, self.node.base + "/_acl")
        got = self.node.ask("PUT", path, {"Content-Type": "text/turtle"}, rights, by=owner)
        self.check("hiding", got.status == 204, got.text)

    def update(self, text, by=None):
        return self.node.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text, by)


def queries(room):
    before = {by: room.answers(by) for by in (None, "bob")}
    made = room.node.ask("POST", "/organizations", {"Content-Type": "text/turtle", "Slug": "secret"},
                         BODY.format(hush=HUSH, base=room.node.base), by="alice")
    room.check("made", made.status == 201 and made.header("Location") == room.secret, made.text)
    room.hide("alice", "carol")
    after = {by: room.answers(by) for by in (None, "bob", "alice", "carol", "admin")}
    for by in (None, "bob"):
        for key, answer in before[by].items():
            room.check(f"{key} by {by}", after[by][key] == answer, f"{answer} became {after[by][key]}")
    seeing = {query for query, sees in QUERIES if sees} | {"default-graph-uri", "named-graph-uri", "graph store"}
    for by in ("alice", "carol", "admin"):
        for key, answer in before[None].items():
            if key[0] in seeing:
                room.check(f"{key} by {by}", after[by][key] != answer, "a reader sees no more than a stranger")


def resources(room):
    ask = room.node.ask
    for by, status in ((None, 403), ("bob", 403), ("alice", 200), ("carol", 200), ("admin", 200)):
        for accept in ("text/turtle", "application/ld+json", "text/html"):
            got = ask("GET", room.secret, {"Accept": accept}, by=by)
            room.check(f"GET by {by}", got.status == status, got.status)
            room.check(f"GET by {by}", ("Zanzibar" in got.text) == (status == 200), got.text[:200])
    # In an order in which a cache that forgets who asks would give itself away.
    for by in ("alice", None, "bob", "carol", None):
        for accept in ("text/turtle", "application/ld+json", "text/html"):
            for path in ("/organizations", "/", "/organizations/halage"):
                got = ask("GET", path, {"Accept": accept}, by=by)
                hidden = by in (None, "bob")
                room.check(f"{path} by {by}", got.status == 200, got.status)
                room.check(f"{path} by {by}", not (hidden and "Zanzibar" in got.text), f"{accept} shows it")
                if path == "/organizations" and not hidden:
                    room.check(f"{path} by {by}", "Zanzibar" in got.text, f"{accept} hides it from a reader")


def updates(room):
    bobs = room.node.base + "/organizations/chez-bob"
    nothing = room.node.base + "/organizations/nothing"
    pair = "http://virtual-assembly.org/ontologies/pair#"
    start = (f'INSERT DATA {{ GRAPH <{bobs}> {{ <{bobs}> a <{pair}Organization> ; <{pair}label> "Chez Bob" }} }}')
    room.check("bob's own", room.update(start, "bob").status == 204)
    copying = (f"INSERT {{ GRAPH <{bobs}> {{ <{bobs}> <http://example.org/copied> ?o }} }} "
               f"WHERE {{ GRAPH ?g {{ ?s <{HUSH}> ?o }} }}")
    room.check("copying by WHERE", room.update(copying, "bob").status == 204)
    using = (f"INSERT {{ GRAPH <{bobs}> {{ <{bobs}> <http://example.org/copied> ?o }} }} USING <{room.secret}> "
             f"WHERE {{ ?s ?p ?o }}")
    room.check("copying by USING", room.update(using, "bob").status == 204)
    for verb in ("COPY", "ADD", "MOVE"):
        got, other = (room.update(f"{verb} <{place}> TO <{bobs}>", "bob") for place in (room.secret, nothing))
        same = json.loads(got.body.replace(b"secret", b"nothing")) == json.loads(other.body)
        room.check(f"{verb}", got.status == other.status >= 400 and same, f"{got.text} but {other.text}")
    shown = room.node.ask("GET", bobs, {"Accept": "text/turtle"}).text
    room.check("nothing was copied", "copied" not in shown and "Zanzibar" not in shown, shown)
    for text in (f"CLEAR GRAPH <{room.secret}>", f"DROP SILENT GRAPH <{room.secret}>",
                 f"INSERT DATA {{ GRAPH <{room.secret}> {{ <{room.secret}> a <http://example.org/Mine> }} }}"):
        got = room.update(text, "bob")
        room.check(text, got.status == 403 and "Zanzibar" not in got.text, got.text)
    room.check("a reader is no writer", room.update(f"CLEAR GRAPH <{room.secret}>", "carol").status == 403)
    still = room.node.ask("GET", room.secret, {"Accept": "text/turtle"}, by="alice").text
    room.check("it is whole", "Zanzibar" in still and "Mine" not in still, still)


def main():
    node = Node(PROGRAM)
    node.account("admin", "--admin")
    for name in ("alice", "bob", "carol"):
        node.account(name)
    with node:
        room = Room(node)
        for part in (queries, resources, updates):
            part(room)
        room.check("alive", node.process.poll() is None, node.tail())
    print("\n".join(room.failures))
    print(f"{room.passed} passed, {len(room.failures)} failed")
    sys.exit(1 if room.failures else 0)


if __name__ == "__main__":
    main()
