#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A SemApps instance becomes a node: what its datasets hold is taken over, compared graph by graph and right by right,
and used: old passwords, old tokens, old keys. And the public part of a live node is copied.

    migration.py PROGRAM
"""
import base64
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import rdflib
from rdflib.compare import isomorphic

rdflib.NORMALIZE_LITERALS = False  # what was written is what counts
warnings.simplefilter("ignore", DeprecationWarning)
import crypt  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import cases  # noqa: E402
from node import Node, free_port  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
ALICE, BOB = "users/e8686b85-3cac-4d34-807b-c6ceaea6e8f3", "users/b0b00000-3cac-4d34-807b-c6ceaea6e8f3"
WEBACL, MIRROR = rdflib.URIRef("http://semapps.org/webacl"), rdflib.URIRef("http://semapps.org/mirror")
LDP, PAIR = rdflib.Namespace("http://www.w3.org/ns/ldp#"), "http://virtual-assembly.org/ontologies/pair#"
PASSWORD = "le mot de passe d'avant"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def openssl(*words, input=None):
    return subprocess.run(["openssl", *words], input=input, capture_output=True, check=True).stdout


class Instance:
    """What an instance has on disk."""

    def __init__(self, base):
        self.base, self.folder = base, Path(tempfile.mkdtemp(prefix="bocage-semapps-"))
        for name in ("jwt", "actors", "uploads/files"):
            (self.folder / name).mkdir(parents=True)
        alice, self.tokens = self.key("alice.key"), self.key("jwt/jwtRS256.key")
        (self.folder / "jwt/jwtRS256.key.pub").write_text(self.tokens[1])
        (self.folder / "actors/bob.key").write_text(self.key("bob.pem")[0])
        (self.folder / "uploads/files/photo.png").write_bytes(PNG)
        filled = {"{alice_private}": alice[0].replace("\n", "\\n"), "{alice_public}": alice[1].replace("\n", "\\n"),
                  "{hash}": crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)),
                  "http://localhost:3000": base}
        self.main = rdflib.Dataset()
        self.main.parse(data=self.fill("main.trig", filled), format="trig")
        accounts = rdflib.Dataset()
        accounts.parse(data=self.fill("accounts.ttl", filled), format="trig")
        for name, data in (("localData.nq.gz", self.main), ("settings.nq.gz", accounts)):
            (self.folder / name).write_bytes(gzip.compress(self.lines(data).encode()))

    @staticmethod
    def lines(data):
        """N-Quads as Fuseki writes them: nothing behind triples of the default graph."""
        return re.sub(r" <urn:x-rdflib:default> \.$", " .", data.serialize(format="nquads"), flags=re.M)

    @staticmethod
    def fill(name, values):
        text = (HERE / "migration" / name).read_text(encoding="utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        return text

    def key(self, name):
        private = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        (self.folder / name).write_bytes(private)
        return private.decode(), openssl("pkey", "-pubout", input=private).decode()

    def token(self, webid):
        """As SemApps issues them: no end, no audience."""
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                 for part in ({"alg": "RS256", "typ": "JWT"}, {"webId": webid, "iat": int(time.time())})]
        signed = openssl("dgst", "-sha256", "-sign", str(self.folder / "jwt/jwtRS256.key"), input=".".join(parts).encode())
        return ".".join([*parts, base64.urlsafe_b64encode(signed).decode().rstrip("=")])

    def arguments(self):
        return ["semapps", "--dump", str(self.folder / "localData.nq.gz"), "--accounts", str(self.folder / "settings.nq.gz"),
                "--uploads", str(self.folder / "uploads"), "--jwt", str(self.folder / "jwt"), "--actors", str(self.folder / "actors")]

    def graph_of(self, iri):
        """What the main dataset says of a resource, with its blank nodes."""
        default, out, todo = self.main.default_context, rdflib.Graph(), [rdflib.URIRef(iri)]
        while todo:
            subject = todo.pop()
            for triple in default.triples((subject, None, None)):
                mended = triple[2] == rdflib.URIRef("semapps:File")  # what old versions wrote for the class
                out.add((*triple[:2], rdflib.URIRef("http://semapps.org/ns/core#File")) if mended else triple)
                if isinstance(triple[2], rdflib.BNode):
                    todo.append(triple[2])
        return out


def fresh(settings=()):
    """A node that is to become an instance: nothing in it yet."""
    port = free_port()
    return Node(PROGRAM, pack=None, port=port, settings=["--imported-tokens-until", "2999-01-01", *settings])


def counted(report, what):
    found = re.search(rf"^ +(\d+) {re.escape(what)}( \(|:|$)", report, re.M)
    return int(found.group(1)) if found else 0


def the_instance_becomes_a_node():
    node = fresh()
    instance = Instance(node.base)
    report = node.run("import", *instance.arguments())
    check_report(report)
    with node:
        node.tokens["alice"], node.tokens["bob"] = instance.token(f"{node.base}/{ALICE}"), instance.token(f"{node.base}/{BOB}")
        for check in (same_graphs, same_rights, who_sees_what, people, files, front_end):
            check(node, instance)
        before = node.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", by="bob")
        changed_and_run_again(node, instance)
    assert before


def check_report(report):
    for what, number in {"lists of rights": 12, "accounts": 2, "keys": 2, "groups": 2, "tombstones": 1, "activities": 1,
                         "items of collections": 3}.items():
        assert counted(report, what) == number, f"{what}: {counted(report, what)} instead of {number}\n{report}"
    for reason in ("mirrored from other instances", "documents of private keys", "activities that are not public",
                   "memberships of what has no content", "blank nodes that belong to no resource", "rights for what is not there",
                   "internal agent", "accounts with a name", "another account has here", "accounts that were deleted",
                   "other subjects of the accounts"):
        assert reason in report, f"nothing is said of {reason}:\n{report}"
    assert "PRIVATE" not in report and "$2b$" not in report, "the report tells secrets"


def resources(instance):
    apart = re.compile(r"/key/|/activities/|/(outbox|followers)$|/themes/ancien$")
    return sorted({str(s) for s in instance.main.default_context.subjects() if isinstance(s, rdflib.URIRef)
                   and not apart.search(str(s))})


def same_graphs(node, instance):
    """Every resource has the very statements it had; containers lack what is no resource here."""
    for iri in resources(instance):
        got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": "text/turtle"},
                       f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", by="bob")
        is_graph = rdflib.Graph().parse(data=got.text, format="turtle")
        was = instance.graph_of(iri)
        for member in list(was.objects(rdflib.URIRef(iri), LDP.contains)):
            if re.search(r"fant|/key/|/activities/|/(outbox|followers)$", str(member)):
                was.remove((rdflib.URIRef(iri), LDP.contains, member))
        if iri in (node.base + "/", node.base + "/users"):  # they also hold this node's own actors
            is_graph = rdflib.Graph() + [t for t in is_graph if t in was]
        assert isomorphic(was, is_graph), f"{iri}:\n{was.serialize()}\nis now\n{is_graph.serialize()}"


def rights_of(graph, list_iri):
    """The agents of each mode of a list."""
    acl = rdflib.Namespace("http://www.w3.org/ns/auth/acl#")
    return {(str(s), str(o)) for p in (acl.agent, acl.agentClass, acl.agentGroup) for s, _, o in graph.triples((None, p, None))
            if str(s).split("#")[0] == list_iri and not str(o).endswith("/system")}


def same_rights(node, instance):
    lists = instance.main.graph(WEBACL)
    for list_iri in sorted({str(s).split("#")[0] for s in lists.subjects() if "/_acl/" in str(s)}):
        if list_iri.endswith(("/rien", "/like-1")):
            continue
        got = node.ask("GET", list_iri, {"Accept": "text/turtle"}, by="bob")
        assert got.status == 200, (list_iri, got.status, got.text)
        now = rights_of(rdflib.Graph().parse(data=got.text, format="turtle", publicID=list_iri), list_iri)
        assert now == rights_of(lists, list_iri), f"{list_iri}: {now}"


def who_sees_what(node, _):
    seen = {"organizations/les-jardins-de-tara": (200, 200), "organizations/secrete": (403, 200), "projects/projet-un": (403, 200),
            "reserve/note": (403, 200), "themes/eau": (200, 200), "key/0001": (404, 404)}
    for path, wanted in seen.items():
        got = node.ask("GET", "/" + path).status, node.ask("GET", "/" + path, by="alice").status
        assert got == wanted, (path, got)
    assert node.ask("GET", "/themes/ancien").status == 410
    assert "Secrète" not in node.ask("GET", "/organizations").text and "Secrète" in node.ask("GET", "/organizations", by="alice").text
    everything = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": "text/csv"},
                          "SELECT ?o { GRAPH ?g { ?s ?p ?o } }", by="bob").text
    assert "PRIVATE KEY" not in everything and "$2b$" not in everything


def people(node, instance):
    got = node.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                   json.dumps({"username": "alice", "password": PASSWORD}))
    assert got.status == 200 and got.json()["webId"] == f"{node.base}/{ALICE}", got.text
    assert node.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                    json.dumps({"username": "alice", "password": "autre chose"})).status == 401
    assert node.ask("GET", "/auth/account", by="alice").json()["email"] == "alice@example.org"
    assert node.ask("DELETE", "/projects/rien", by="bob").status == 404, "bob is no administrator any more"
    followers = node.ask("GET", f"/{ALICE}/followers?page=1", by="alice").json()
    assert sorted(followers["orderedItems"]) == sorted([f"{node.base}/{BOB}", "https://mastodon.example/users/zoe"]), followers
    like = node.ask("GET", "/activities/like-1", {"Accept": "application/activity+json"}).json()
    assert like["type"] == "Like" and like["actor"] == f"{node.base}/{ALICE}" and like["published"].startswith("2026-11-23"), like
    assert node.ask("GET", "/activities/secret").status == 404
    posted = node.ask("POST", f"/{ALICE}/outbox", {"Content-Type": "application/ld+json"},
                      json.dumps({"type": "Like", "object": node.base + "/themes/eau"}), by="alice")
    assert posted.status == 201, posted.text


def files(node, _):
    got = node.ask("GET", "/files/photo.png")
    assert got.status == 200, got.status
    about = node.ask("GET", "/files/photo.png", {"Accept": "text/turtle"})
    assert "photo.png" in about.text or about.body == PNG, about.text[:200]


def front_end(node, _):
    """The requests of a page that lists organisations, as an unmodified front end makes them."""
    described = node.ask("GET", "/.well-known/void", {"Accept": "application/ld+json"}).json()
    parts = {part["void:uriSpace"]: part["void:class"] for part in described["@graph"][0]["void:classPartition"]}
    assert parts[node.base + "/organizations"] == "pair:Organization", parts
    listed = node.ask("GET", "/organizations", {"Accept": "application/ld+json"}).json()
    tara = next(one for one in listed["ldp:contains"] if one["id"].endswith("/les-jardins-de-tara"))
    assert tara["pair:label"] == "Les Jardins de Tara" and tara["dc:created"] == "2026-11-23T21:01:58.736Z", tara
    for path in ("/_acl/organizations", "/_acl/organizations/les-jardins-de-tara"):
        assert isinstance(node.ask("GET", path, {"Accept": "application/ld+json"}).json()["@graph"], list)


def changed_and_run_again(node, instance):
    label = f'INSERT DATA {{ <{node.base}/themes/eau> <{PAIR}comment> "changé ici" }}'
    assert node.ask("PATCH", "/themes/eau", {"Content-Type": "application/sparql-update"}, label, by="bob").status == 204
    new = f'<> a <{PAIR}Theme> ; <{PAIR}label> "Le vent" .'
    assert node.ask("PUT", "/themes/vent", {"Content-Type": "text/turtle"}, new, by="bob").status == 201
    report = node.run("import", *instance.arguments())
    assert counted(report, "resources") == counted(report, "accounts") == counted(report, "items of collections") == 0, report
    assert counted(report, "lists of rights") == counted(report, "groups") == 0, report
    assert counted(report, "resources that are here already and differ: they stay as they are") == 1, report
    assert "changé ici" in node.ask("GET", "/themes/eau").text and "Le vent" in node.ask("GET", "/themes").text
    report = node.run("import", *instance.arguments(), "--replace")
    assert counted(report, "resources") == 1 and "changé ici" not in node.ask("GET", "/themes/eau").text, report
    assert "Le vent" in node.ask("GET", "/themes").text


def an_instance_moves_to_another_address():
    node = fresh()
    instance = Instance("https://ancien.example")
    node.run("import", *instance.arguments(), "--rewrite-base", f"https://ancien.example={node.base}")
    with node:
        got = node.ask("GET", "/organizations/les-jardins-de-tara", {"Accept": "text/turtle"})
        assert got.status == 200 and "ancien.example" not in got.text, got.text
        assert node.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                        json.dumps({"username": "alice", "password": PASSWORD})).json()["webId"] == f"{node.base}/{ALICE}"
        assert node.ask("GET", "/organizations/secrete").status == 403


def what_can_not_be_taken_over():
    node = fresh()
    instance = Instance(node.base)
    other = Node(PROGRAM)

    def refused(on, *arguments):
        done = subprocess.run([PROGRAM, "import", *arguments, "--data", str(on.folder)], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0, done.stdout
        return done.stderr
    assert "--rewrite-base" in refused(other, *instance.arguments())
    assert "--dump" in refused(node, "semapps")
    assert "--dump" in refused(node, "semapps", "--dump", "x.nq", "--from", "https://example.org")
    assert "'drupal' is not known" in refused(node, "drupal")
    broken = instance.folder / "broken.nq"
    broken.write_text("<http://a/b> <http://a/c> <http://a/d> .\n<http://a/b> nonsense .\n")
    assert "line 2" in refused(node, "semapps", "--dump", str(broken))
    broken.write_text("<http://a/b> <http://a/c> <http://a/d> .\n")
    assert "no containers" in refused(node, "semapps", "--dump", str(broken))
    assert "jwtRS256.key.pub" in refused(node, *instance.arguments()[:-4], "--jwt", str(instance.folder))
    assert "rewrite-base" in refused(node, *instance.arguments(), "--rewrite-base", "https://example.org")
    other.close()


def the_public_part_of_a_live_node_is_copied():
    live = Node(PROGRAM)
    live.account("alice")
    with live:
        body = f'<> a <{PAIR}Idea> ; <{PAIR}label> "{{}}" .'
        for path, label in (("/ideas/publique", "Publique"), ("/ideas/secrete", "Secrète")):
            assert live.ask("PUT", path, {"Content-Type": "text/turtle"}, body.format(label), by="alice").status == 201
        acl = ("@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#a> a acl:Authorization ; acl:mode acl:Read, acl:Control ; "
               f"acl:accessTo <{live.base}/ideas/secrete> ; acl:agent <{live.base}/users/alice> .")
        assert live.ask("PUT", "/_acl/ideas/secrete", {"Content-Type": "text/turtle"}, acl, by="alice").status == 204
        copy = Node(PROGRAM, pack=None)
        crawl = ["semapps", "--from", live.base + "/", "--allow-insecure-peers", "--crawl-pause", "5ms"]
        report = copy.run("import", *crawl)
        assert counted(report, "resources") > 20, report
        again = copy.run("import", *crawl)
        assert counted(again, "resources") == 0 and counted(again, "were here already") > 20, again
        few = subprocess.run([PROGRAM, "import", *crawl, "--crawl-most", "5", "--data", str(copy.folder)], capture_output=True, text=True)
        assert few.returncode != 0 and "more than 5 documents" in few.stderr, few.stderr
        was = live.sparql(f"SELECT ?s ?l {{ ?s <{PAIR}label> ?l FILTER(ISIRI(?s)) }} ORDER BY ?s ?l")
    copy.port, copy.base = live.port, live.base
    with copy:
        now = copy.sparql(f"SELECT ?s ?l {{ ?s <{PAIR}label> ?l FILTER(ISIRI(?s)) }} ORDER BY ?s ?l")
        assert now == was, f"{[one for one in now if one not in was]} instead of {[one for one in was if one not in now]}"
        listed = copy.ask("GET", "/ideas").text
        assert "Publique" in listed and "Secrète" not in listed
    nobody = subprocess.run([PROGRAM, "import", *crawl, "--data", str(copy.folder)], capture_output=True, text=True)
    assert nobody.returncode != 0 and nobody.stderr, "nobody is there any more"
    live.close()


if __name__ == "__main__":
    cases.run([(run.__name__.replace("_", " "), run) for run in (
        the_instance_becomes_a_node, an_instance_moves_to_another_address, what_can_not_be_taken_over,
        the_public_part_of_a_live_node_is_copied)])
