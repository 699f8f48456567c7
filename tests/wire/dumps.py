#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Dumps as instances have them: one of Archipelago's own middleware, and what older versions, other configurations and
SemApps 2 wrote in another way.

    dumps.py PROGRAM
"""
import json
import sys
from pathlib import Path

import rdflib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402
from semapps import ACL, LDP, PASSWORD, WEBACL, Instance, counted, fresh, same_graphs, same_rights  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
SEMAPPS, AS = rdflib.Namespace("http://semapps.org/ns/core#"), rdflib.Namespace("https://www.w3.org/ns/activitystreams#")
SEC = rdflib.Namespace("https://w3id.org/security#")
ALICE, BOB = "users/e8686b85-3cac-4d34-807b-c6ceaea6e8f3", "users/b0b00000-3cac-4d34-807b-c6ceaea6e8f3"


def post(node, path, body, **headers):
    return node.ask("POST", path, {"Content-Type": "application/json", **headers}, json.dumps(body))


def login(node, name):
    got = post(node, "/auth/login", {"username": name, "password": PASSWORD})
    assert got.status == 200, got.text
    node.tokens[name] = got.json()["token"]
    return got.json()["webId"]


def take(node, instance, *more):
    """Imports; the report as text and as JSON."""
    instance.write()
    text = node.run("import", *instance.arguments(), *more)
    return text, json.loads((node.folder / "import-semapps.json").read_text())


def left(report, code):
    return next((one["which"] for one in report["left"] if one["code"] == code), [])


def archipelago():
    """What its middleware left on the disk after a session: SemApps 1.1.3 itself wrote this."""
    node = fresh(PROGRAM)
    with Instance(node.base, "archipelago", "archipelago-accounts") as instance:
        files = list(instance.main.default_context.subject_objects(SEMAPPS.localPath))
        for iri, place in files:
            instance.upload(str(place).removeprefix("uploads/"), f"bytes of {iri}".encode())
        text, report = take(node, instance)
        assert report["taken"]["accounts"] == 3 and report["taken"]["keys"] == 3 and report["taken"]["files"] == len(files) > 2, text
        again, report = take(node, instance)
        for what in set(report["taken"]) - {"unchanged"}:
            assert report["taken"][what] == 0, f"a second run changes something: {again}"
        node.account("admin", "--admin")
        with node:
            same_graphs(node, instance, by="admin")
            same_rights(node, instance, by="admin", gone=gone(instance))
            for iri, _ in files:
                assert node.ask("GET", iri, {"Accept": "*/*"}, by="admin").body == f"bytes of {iri}".encode(), iri
            for name in ("alice", "bob", "carol"):  # bcrypt, as SemApps hashed it
                webid = login(node, name)
                actor = node.ask("GET", webid, {"Accept": "application/ld+json"}).json()
                assert actor["inbox"] == webid + "/inbox" and "PRIVATE" not in json.dumps(actor), actor


def gone(instance):
    """The addresses of lists that nothing here could be under: of keys, boxes and what was deleted."""
    lists = {str(s).split("#")[0] for s in instance.main.graph(WEBACL).subjects()}
    everything = instance.main.default_context
    lost = {str(s) for s in everything.subjects(rdflib.RDF.type, AS.Tombstone)}
    lost |= {str(s) for s, p, _ in everything if p in (SEC.privateKeyPem, SEC.secretKeyMultibase)}
    return tuple(one for one in lists if one.endswith(("/inbox", "/outbox", "/followers", "/following"))
                 or one.replace("/_acl", "", 1) in lost)


def take_files(node, instance, *names):
    """Imports these files in the place of the usual dump: everything is as if it had been that one."""
    words = instance.arguments()
    words[words.index("--dump") + 1] = ",".join(str(instance.folder / name) for name in names)
    report = node.run("import", *words)
    assert counted(report, "lists of rights") == 12 and counted(report, "groups") == 2, report
    node.tokens["bob"] = instance.token(f"{node.base}/{BOB}")
    with node:
        same_graphs(node, instance, by="bob")
        same_rights(node, instance, by="bob", gone=("/rien", "/like-1"))


def graphs_one_by_one():
    """As Fuseki gives them one by one, without a graph's name: two files, whose blank nodes may have the same labels."""
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        parts = {"data.nt": instance.main.default_context, "rights.ttl": instance.main.graph(WEBACL)}
        for name, graph in parts.items():
            text = graph.serialize(format="turtle" if name.endswith("ttl") else "nt")
            (instance.folder / name).write_text(text, encoding="utf-8")
        take_files(node, instance, *parts)


def a_graph_for_each_document():
    """SemApps 2: each document is in a graph of its own name, its rights in that of their list."""
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        old, new = instance.main, rdflib.Dataset()
        holders = {o: s for s, _, o in old.default_context if isinstance(o, rdflib.BNode)}

        def document(term):
            while term in holders:
                term = holders[term]
            return term if isinstance(term, rdflib.BNode) else rdflib.URIRef(str(term).split("#")[0])
        for graph in (old.default_context, old.graph(WEBACL)):
            for triple in graph:
                if isinstance(document(triple[0]), rdflib.BNode):
                    continue  # nobody's
                new.graph(document(triple[0])).add(triple)
        (instance.folder / "two.nq").write_text(instance.lines(new), encoding="utf-8")
        take_files(node, instance, "two.nq")


def old_vocabulary():
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        graph, iri = instance.main.default_context, rdflib.URIRef(node.base + "/files/vieux.txt")
        for name, value in (("fileName", "vieux.txt"), ("mimeType", "text/plain"), ("localPath", "uploads/files/vieux.txt")):
            graph.add((iri, rdflib.URIRef("http://semapps.org/ns#" + name), rdflib.Literal(value)))
        graph.add((iri, rdflib.RDF.type, rdflib.URIRef("http://semapps.org/ns#File")))
        instance.upload("files/vieux.txt", b"vieux")
        _, report = take(node, instance)
        assert report["taken"]["mended"] == 5 and report["taken"]["files"] == 1, report["taken"]
        node.account("admin", "--admin")
        with node:
            said = node.ask("GET", "/files/vieux.txt", {"Accept": "application/ld+json"}, by="admin").json()
            assert said["type"] == "semapps:File" and said["semapps:fileName"] == "vieux.txt", said
            assert node.ask("GET", "/files/vieux.txt", by="admin").body == b"vieux"


def actors_of_old_instances():
    """Their key in a file and in a blank node of the profile; WebIDs in other containers, with the names of people."""
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        graph, room = instance.main.default_context, rdflib.URIRef(node.base + "/foaf/person")
        zoe, root = rdflib.URIRef(node.base + "/foaf/person/zoe"), rdflib.URIRef(node.base + "/")
        foaf, key = rdflib.URIRef(node.base + "/foaf"), rdflib.BNode()
        private, public = instance.key("zoe.pem")
        for triple in ((root, LDP.contains, foaf), (foaf, rdflib.RDF.type, LDP.Container), (foaf, LDP.contains, room),
                       (room, rdflib.RDF.type, LDP.Container), (room, LDP.contains, zoe), (zoe, rdflib.RDF.type, AS.Person),
                       (zoe, AS.preferredUsername, rdflib.Literal("zoe")), (zoe, LDP.inbox, zoe + "/inbox"),
                       (zoe, AS.outbox, zoe + "/outbox"), (zoe, AS.followers, zoe + "/followers"), (zoe, AS.following, zoe + "/following"),
                       (zoe, SEC.publicKey, key), (key, SEC.owner, zoe), (key, SEC.publicKeyPem, rdflib.Literal(public))):
            graph.add(triple)
        rights, given = instance.main.graph(WEBACL), rdflib.URIRef(node.base + "/_acl/foaf/person/zoe#Read")
        for p, o in ((rdflib.RDF.type, ACL.Authorization), (ACL.mode, ACL.Read), (ACL.accessTo, zoe), (ACL.agent, zoe)):
            rights.add((given, p, o))
        account = rdflib.BNode()  # accounts were blank nodes once
        for name, value in (("username", "zoe"), ("email", "zoe@example.org"), ("webId", str(zoe)), ("preferredLocale", "en")):
            instance.accounts.default_context.add((account, SEMAPPS[name], rdflib.Literal(value)))
        instance.accounts.default_context.add((account, rdflib.RDF.type, SEMAPPS.AuthAccount))
        (instance.folder / "actors/old").mkdir()
        (instance.folder / "actors/old/zoe.key").write_text(instance.key("older.pem")[0])
        (instance.folder / "actors/zoe.key").write_text(private)
        (instance.folder / "actors/old/alice.key").write_text(instance.key("older.pem")[0])  # hers is in the dataset
        _, report = take(node, instance)
        assert report["taken"]["keys"] == 2, report["taken"]
        assert left(report, "no-account") == [], report
        _, report = take(node, instance, "--replace")
        assert report["taken"]["keys"] == 0, f"the key of the dataset counts: {report['taken']}"
        with node:
            node.run("account", "password", "zoe", input=PASSWORD + "\n")
            assert login(node, "zoe") == str(zoe)
            assert node.ask("GET", "/auth/account", by="zoe").json()["preferredLocale"] == "en"
            actor = node.ask("GET", zoe, {"Accept": "application/activity+json"}, by="zoe").json()
            assert public.strip() in json.dumps(actor).replace("\\n", "\n"), actor
            sent = node.ask("POST", zoe + "/outbox", {"Content-Type": "application/ld+json"},
                            json.dumps({"type": "Like", "object": node.base + "/themes/eau"}), by="zoe")
            assert sent.status == 201, sent.text


def people_without_an_account():
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        ghost = rdflib.URIRef(node.base + "/users/fantome")
        instance.main.default_context.add((ghost, rdflib.RDF.type, AS.Person))
        solid = rdflib.URIRef(node.base + "/.well-known/solid")
        instance.main.default_context.add((solid, rdflib.RDF.type, SEMAPPS.SpecialEndpoint))
        _, report = take(node, instance)
        assert left(report, "no-account") == [str(ghost)], report
        assert left(report, "reserved") == [str(solid)], report


def subjects_of_an_identity_provider():
    """An account that its provider knows is bound to it, at the first import that is told which provider it is."""
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        _, report = take(node, instance)
        assert left(report, "subject-unbound") == ["bob"] and report["taken"]["bindings"] == 0, report
        _, report = take(node, instance, "--oidc-issuer", "https://login.example/realms/master")
        assert left(report, "subject-unbound") == [] and report["taken"]["bindings"] == 1, report
        assert report["taken"]["accounts"] == 0, report
        _, report = take(node, instance, "--oidc-issuer", "https://login.example/realms/master")
        assert report["taken"]["bindings"] == 0, report
        assert "provider" in next(line for line in node.run("account", "list").splitlines() if line.startswith("bob")), "the list tells"


def two_accounts_of_one_address():
    node = fresh(PROGRAM)
    with Instance(node.base) as instance:
        _, report = take(node, instance)
        assert left(report, "address-taken") == ["double"] and left(report, "account-taken") == [], report
        accounts = node.run("account", "list")
        assert "double" in accounts and accounts.count("alice@example.org") == 1, accounts


if __name__ == "__main__":
    cases.run([(run.__name__.replace("_", " "), run) for run in (
        archipelago, graphs_one_by_one, a_graph_for_each_document, old_vocabulary, actors_of_old_instances,
        people_without_an_account, subjects_of_an_identity_provider, two_accounts_of_one_address)])
