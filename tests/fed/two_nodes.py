#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two nodes on two ports: one finds the other, follows it, and mirrors what it publishes, even when it is killed.

    two_nodes.py PROGRAM
"""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from email.utils import formatdate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node, free_port  # noqa: E402

SETTINGS = ["--allow-insecure-peers", "--delivery-retry", "200ms"]
NEED = "https://w3id.org/bien-commun/ns#EssentialNeed"
LABEL = "http://virtual-assembly.org/ontologies/pair#label"
TURTLE = {"Content-Type": "text/turtle"}
CASES = []


def case(run):
    CASES.append(run)
    return run


def until(what, check, seconds=20):
    """Waits until check() holds; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        assert time.monotonic() < end, f"after {seconds} s it is still not so: {what}"
        time.sleep(0.05)


def said_of_a_need(label, territory):
    """What the shapes want to hear of a need."""
    return (f'a <{NEED}> ; <{LABEL}> "{label}" ; <https://w3id.org/bien-commun/ns#inTerritory> <{territory}> ; '
            f'<https://w3id.org/bien-commun/ns#needState> <https://w3id.org/bien-commun/scheme#needState-exprime>')


def need(label):
    return f"<> {said_of_a_need(label, '/territories/saint-denis')} ."


def labels(node, iri):
    """The labels that a node knows of a resource, in the graph of its name."""
    return sorted(row["l"] for row in node.sparql(f"SELECT ?l {{ GRAPH <{iri}> {{ <{iri}> <{LABEL}> ?l }} }}"))


def webfinger(node, resource):
    got = node.ask("GET", "/.well-known/webfinger?resource=" + resource)
    assert got.status == 200, (got.status, got.text)
    return next(link["href"] for link in got.json()["links"] if link["rel"] == "self")


def activities(node, actor, collection, by=None):
    """Every activity in an actor's collection, newest first."""
    found, page = [], f"{actor}/{collection}?page=1"
    while page:
        got = node.ask("GET", page, by=by)
        assert got.status == 200, (page, got.status, got.text)
        found += got.json()["orderedItems"]
        page = got.json().get("next")
    return found


@case
def an_organisation_is_found(a, b):
    iri = webfinger(a, f"acct:halage@localhost:{a.port}")
    assert iri == a.base + "/organizations/halage"
    got = a.ask("GET", iri, {"Accept": "application/activity+json"})
    assert got.status == 200 and got.json()["id"] == iri, got.text
    assert webfinger(a, iri) == iri
    relay = webfinger(a, f"acct:relay@localhost:{a.port}")
    document = a.ask("GET", relay, {"Accept": "application/activity+json"}).json()
    assert document["type"] == "Application" and document["inbox"] == relay + "/inbox", document
    assert "BEGIN PUBLIC KEY" in document["publicKey"]["publicKeyPem"], document


@case
def a_relay_follows_a_relay(a, b):
    b.run("follow", "--allow-insecure-peers", f"relay@localhost:{a.port}")
    relay = b.base + "/bots/relay"
    until("A has a follower", lambda: a.ask("GET", "/bots/relay/followers").json()["totalItems"] == 1)
    followers = a.ask("GET", "/bots/relay/followers?page=1").json()["orderedItems"]
    assert followers == [relay], followers
    until("B follows", lambda: b.ask("GET", "/bots/relay/following").json()["totalItems"] == 1)


@case
def a_need_arrives_changes_and_goes(a, b):
    made = a.ask("POST", "/needs", {**TURTLE, "Slug": "de l'ombre"}, need("De l'ombre"), by="admin")
    assert made.status == 201, made.text
    iri = made.header("Location")
    until("the need is at B", lambda: labels(b, iri) == ["De l'ombre"])
    kinds = b.sparql(f"SELECT ?n {{ ?n a <{NEED}> ; <{LABEL}> \"De l'ombre\" }}")
    assert [row["n"] for row in kinds] == [iri], kinds
    assert a.ask("PUT", iri, TURTLE, need("De l'ombre et de l'eau"), by="admin").status == 204
    until("its change is at B", lambda: labels(b, iri) == ["De l'ombre et de l'eau"])
    patch = f'INSERT DATA {{ <{iri}> <http://virtual-assembly.org/ontologies/pair#comment> "[]" }}'
    assert a.ask("PATCH", iri, {"Content-Type": "application/sparql-update"}, patch, by="admin").status == 204
    until("its patch is at B", lambda: b.sparql(f'ASK {{ GRAPH <{iri}> {{ ?s ?p "[]" }} }}'))
    assert a.ask("DELETE", iri, by="admin").status == 204
    until("its end is at B", lambda: labels(b, iri) == [])
    assert not b.sparql(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")


def rights(node, kind, reader):
    acl, admin = "http://www.w3.org/ns/auth/acl#", node.base + "/users/admin"
    return (f"<#Read> <{acl}{kind}> <{reader}> . <#Write> <{acl}agent> <{admin}> . "
            f"<#Control> <{acl}agent> <{admin}> .")


@case
def what_is_written_by_sparql_travels_too(a, b):
    def update(text):
        got = a.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text, by="admin")
        assert got.status == 204, (got.status, got.text)
    iri = a.base + "/needs/calme"
    calm = said_of_a_need("Du calme", a.base + "/territories/saint-denis")
    update(f'INSERT DATA {{ GRAPH <{iri}> {{ <{iri}> {calm} }} }}')
    until("the need is at B", lambda: labels(b, iri) == ["Du calme"])
    update(f'WITH <{iri}> DELETE {{ ?s <{LABEL}> ?l }} INSERT {{ ?s <{LABEL}> "Plus de calme" }} WHERE {{ ?s <{LABEL}> ?l }}')
    until("its change is at B", lambda: labels(b, iri) == ["Plus de calme"])
    assert a.ask("PUT", "/_acl/needs/calme", TURTLE, rights(a, "agent", a.base + "/users/admin"), by="admin").status == 204
    known = len(activities(a, a.base + "/bots/relay", "outbox"))
    update(f'INSERT DATA {{ GRAPH <{iri}> {{ <{iri}> <{LABEL}> "Entre nous" }} }}')
    assert len(activities(a, a.base + "/bots/relay", "outbox")) == known, "a hidden change was announced"
    everyone = rights(a, "agentClass", "http://xmlns.com/foaf/0.1/Agent")
    assert a.ask("PUT", "/_acl/needs/calme", TURTLE, everyone, by="admin").status == 204
    update(f"DROP GRAPH <{iri}>")
    until("its end is at B", lambda: labels(b, iri) == [])


@case
def a_killed_node_receives_everything_once(a, b):
    made = []
    for n in range(40):
        got = a.ask("POST", "/needs", {**TURTLE, "Slug": f"rafale {n}"}, need(f"Rafale {n}"), by="admin")
        assert got.status == 201, got.text
        made.append(got.header("Location"))
        if n in (8, 20, 31):
            b.kill()
        if n in (12, 26, 39):
            b.start()
    for n, iri in enumerate(made):
        until(f"number {n} is at B", lambda: labels(b, iri) == [f"Rafale {n}"], 40)
    received = [each for each in activities(b, b.base + "/bots/relay", "inbox", by="admin")
                if each["type"] == "Create" and each["object"] in made]
    assert len(received) == len(made), f"{len(received)} activities for {len(made)} needs"
    assert len({each["id"] for each in received}) == len(made), "an activity is there twice"
    for iri in made:
        count = b.sparql(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")[0]["n"]
        own = a.sparql(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")[0]["n"]
        assert count == own, (iri, count, own)
    sent = [each for each in activities(a, a.base + "/bots/relay", "outbox") if each.get("object") in made]
    assert len(sent) == len(made), len(sent)


class Stranger:
    """Signs requests with a key that nobody vouches for."""

    def __init__(self, folder):
        self.key = f"{folder}/key.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.key, "2048"], check=True, capture_output=True)

    def post(self, node, key_id, body, date=None, host=None, digest=None, path="/bots/relay/inbox"):
        data = json.dumps(body).encode()
        host = host or f"localhost:{node.port}"
        date = date or formatdate(usegmt=True)
        digest = digest or "SHA-256=" + base64.b64encode(hashlib.sha256(data).digest()).decode()
        text = f"(request-target): post {path}\nhost: {host}\ndate: {date}\ndigest: {digest}"
        signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(),
                                capture_output=True, check=True).stdout
        signature = (f'keyId="{key_id}",algorithm="rsa-sha256",headers="(request-target) host date digest",'
                     f'signature="{base64.b64encode(signed).decode()}"')
        return node.ask("POST", path, {"Host": host, "Date": date, "Digest": digest, "Signature": signature,
                                       "Content-Type": "application/activity+json"}, data)


@case
def what_is_not_proven_is_refused(a, b):
    relay = a.base + "/bots/relay"
    forged = {"@context": "https://www.w3.org/ns/activitystreams", "id": a.base + "/activities/forged", "type": "Delete",
              "actor": relay, "object": a.base + "/needs/rafale-0"}
    inbox = "/bots/relay/inbox"
    with tempfile.TemporaryDirectory() as folder:
        stranger = Stranger(folder)
        key = relay + "#main-key"
        answers = {
            "no signature": b.ask("POST", inbox, {"Content-Type": "application/activity+json"}, json.dumps(forged)),
            "another's key": stranger.post(b, key, forged),
            "a wrong digest": stranger.post(b, key, forged, digest="SHA-256=" + base64.b64encode(b"0" * 32).decode()),
            "an old date": stranger.post(b, key, forged, date=formatdate(time.time() - 4000, usegmt=True)),
            "another host": stranger.post(b, key, forged, host="elsewhere.example"),
            "a key that is nowhere": stranger.post(b, f"http://localhost:{free_port()}/nobody#key", forged),
        }
    for what, answer in answers.items():
        assert answer.status == 401, (what, answer.status, answer.text)
        assert answer.header("Content-Type") == "application/problem+json", what
    reasons = {what: answer.json()["detail"] for what, answer in answers.items()}
    assert "Digest" in reasons["a wrong digest"] and "Date" in reasons["an old date"], reasons
    assert "elsewhere.example" in reasons["another host"], reasons
    time.sleep(0.5)
    assert labels(b, a.base + "/needs/rafale-0") == ["Rafale 0"], "a forged Delete was believed"
    assert b.ask("POST", "/users/nobody/inbox", {"Content-Type": "application/json"}, "{}").status == 404


@case
def an_endpoint_is_asked_by_a_query(a, b):
    organization = a.base + "/organizations/halage"
    query = f'SELECT ?l {{ VALUES ?n {{ <{organization}> }} SERVICE <{a.base}/sparql> {{ ?n <{LABEL}> ?l }} }}'
    known = [row["l"] for row in a.sparql(f"SELECT ?l {{ <{organization}> <{LABEL}> ?l }}")]
    assert known and [row["l"] for row in b.sparql(query)] == known, known
    for endpoint, status in ((b.base + "/sparql", 403), (a.base + "/nothing", 403)):
        got = b.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"},
                    f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
        assert got.status == status and "service-endpoints" in got.json()["detail"], (endpoint, got.status, got.text)
    got = a.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"}, query)
    assert got.status == 403, "A has no list of endpoints"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    a = Node(sys.argv[1], settings=SETTINGS)
    b = Node(sys.argv[1], settings=[*SETTINGS, "--service-endpoints", a.base + "/sparql"])
    a.account("admin", "--admin")
    b.account("admin", "--admin")
    passed = failed = 0
    with a, b:
        for check in CASES:
            try:
                check(a, b)
                passed += 1
            except Exception as wrong:
                failed += 1
                print(f"{check.__name__}: {type(wrong).__name__}: {wrong}")
        if failed:
            print("A says:", a.tail(), "B says:", b.tail(), sep="\n")
        for node in (a, b):
            node.stop()
            if "0 faults" not in node.run("check", check=False):
                failed += 1
                print("bocage check finds faults")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
