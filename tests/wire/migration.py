#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A SemApps instance becomes a node: what its datasets hold is taken over, compared graph by graph and right by right,
and used: old passwords, old tokens, old keys. And the public part of a live node is copied.

    migration.py PROGRAM
"""
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402
from semapps import PASSWORD, PNG, Instance, counted, fresh, same_graphs, same_rights  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
ALICE, BOB = "users/e8686b85-3cac-4d34-807b-c6ceaea6e8f3", "users/b0b00000-3cac-4d34-807b-c6ceaea6e8f3"
PAIR = "http://virtual-assembly.org/ontologies/pair#"


def the_instance_becomes_a_node():
    node = fresh(PROGRAM)
    instance = Instance(node.base)
    instance.upload("files/photo.png", PNG)
    (instance.folder / "actors/bob.key").write_text(instance.key("bob.pem")[0])
    report = node.run("import", *instance.arguments())
    check_report(report)
    with node:
        node.tokens["alice"], node.tokens["bob"] = instance.token(f"{node.base}/{ALICE}"), instance.token(f"{node.base}/{BOB}")
        for check in (same_as_there, who_sees_what, people, files, front_end):
            check(node, instance)
        before = node.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", by="bob")
        changed_and_run_again(node, instance)
    assert before


def check_report(report):
    for what, number in {"lists of rights": 12, "accounts": 3, "files with their bytes": 1, "keys": 2, "groups": 2, "tombstones": 1, "activities": 1,
                         "items of collections": 3}.items():
        assert counted(report, what) == number, f"{what}: {counted(report, what)} instead of {number}\n{report}"
    for reason in ("mirrored from other instances", "documents of private keys", "activities that are not public",
                   "memberships of what has no content", "blank nodes that belong to no resource", "rights for what is not there",
                   "internal agent", "files without their bytes", "accounts with a name", "addresses that another account has here",
                   "accounts that were deleted", "an identity provider knows", "other subjects of the accounts"):
        assert reason in report, f"nothing is said of {reason}:\n{report}"
    assert "PRIVATE" not in report and "$2b$" not in report, "the report tells secrets"


def same_as_there(node, instance):
    same_graphs(node, instance, by="bob")
    same_rights(node, instance, by="bob", gone=("/rien", "/like-1"))


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
    assert (got.status, got.body, got.header("Content-Type")) == (200, PNG, "image/png"), (got.status, got.headers)
    assert "photo.png" in node.ask("GET", "/files/photo.png", {"Accept": "text/turtle"}).text


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
    node = fresh(PROGRAM)
    instance = Instance("https://ancien.example")
    node.run("import", *instance.arguments(), "--rewrite-base", f"https://ancien.example={node.base}")
    with node:
        got = node.ask("GET", "/organizations/les-jardins-de-tara", {"Accept": "text/turtle"})
        assert got.status == 200 and "ancien.example" not in got.text, got.text
        assert node.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                        json.dumps({"username": "alice", "password": PASSWORD})).json()["webId"] == f"{node.base}/{ALICE}"
        assert node.ask("GET", "/organizations/secrete").status == 403


def what_can_not_be_taken_over():
    node = fresh(PROGRAM)
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
