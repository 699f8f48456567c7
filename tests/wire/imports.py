#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PATCH on a container that attaches a resource of another node brings a copy of it here, as SemApps' front end
imports; and what PATCHes of data do in general.

    imports.py PROGRAM
"""
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
PAIR, LDP = "http://virtual-assembly.org/ontologies/pair#", "http://www.w3.org/ns/ldp#"
UPDATE, TURTLE, AS_JSON = {"Content-Type": "application/sparql-update"}, {"Content-Type": "text/turtle"}, {"Accept": "application/ld+json"}
CASES = []


def case(run):
    CASES.append((run.__name__.replace("_", " "), lambda: run(HERE, PEER)))
    return run


def make(node, path, text, status=201):
    got = node.ask("PUT", path, TURTLE, text, by="alice")
    assert got.status == status, (got.status, got.text)
    return node.base + path


def patch(node, path, text, by="alice"):
    return node.ask("PATCH", path, UPDATE, f"PREFIX ldp: <{LDP}> {text}", by=by)


def attach(node, container, *iris, by="alice"):
    links = " . ".join(f"<{node.base}{container}> ldp:contains <{iri}>" for iri in iris)
    return patch(node, container, f"INSERT DATA {{ {links} }};", by)


def detach(node, container, iri, by="alice"):
    return patch(node, container, f"DELETE DATA {{ <{node.base}{container}> ldp:contains <{iri}> }}", by)


def stop(node):
    """From here on it answers nobody."""
    node.process.send_signal(signal.SIGSTOP)
    while "State:\tT" not in Path(f"/proc/{node.process.pid}/status").read_text():
        time.sleep(0.01)


def members(node, container):
    got = node.ask("GET", container, AS_JSON)
    assert got.status == 200, got.text
    return {one["id"]: one for one in got.json()["ldp:contains"]}


@case
def a_resource_of_another_node_is_shown_in_full(here, peer):
    skill = make(peer, "/skills/tailler", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Tailler" ; <{PAIR}hasLocation> [ a <{PAIR}Place> ; <{PAIR}label> "Verger" ] .')
    got = attach(here, "/skills", skill)
    assert got.status == 204 and got.body == b"", (got.status, got.text)
    shown = members(here, "/skills")[skill]
    assert shown["type"] == "pair:Skill" and shown["pair:hasLocation"]["pair:label"] == "Verger", shown
    assert shown["semapps:singleMirroredResource"] == peer.base and "dc:created" in shown, shown
    text = here.ask("GET", "/skills", {"Accept": "text/turtle"}).text
    assert "Verger" in text and skill in text
    rows = here.sparql(f'SELECT ?s {{ ?s <{PAIR}label> "Tailler" }}')
    assert rows == [{"s": skill}], rows
    assert attach(here, "/skills", skill).status == 204
    assert list(members(here, "/skills")).count(skill) == 1


@case
def it_goes_with_its_last_container(here, peer):
    skill = make(peer, "/skills/semer", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Semer" .')
    assert here.ask("POST", "/", {**TURTLE, "Slug": "favoris"}, f"<> a <{LDP}Container> .", by="alice").status == 201
    assert attach(here, "/skills", skill).status == attach(here, "/favoris", skill).status == 204
    assert detach(here, "/skills", skill).status == 403
    assert detach(here, "/skills", skill, by="admin").status == 204
    assert skill not in members(here, "/skills") and skill in members(here, "/favoris")
    assert detach(here, "/favoris", skill).status == 204
    assert members(here, "/favoris") == {} and here.sparql(f'SELECT ?s {{ ?s <{PAIR}label> "Semer" }}') == []
    assert attach(here, "/favoris", skill).status == 204 and skill in members(here, "/favoris")
    assert peer.ask("GET", skill).status == 200


@case
def one_s_own_resource_is_attached_and_stays_when_detached(here, peer):
    skill = make(here, "/skills/greffer", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Greffer" .')
    assert here.ask("POST", "/", {**TURTLE, "Slug": "choix"}, f"<> a <{LDP}Container> .", by="alice").status == 201
    assert attach(here, "/choix", skill).status == 204 and skill in members(here, "/choix") and skill in members(here, "/skills")
    assert detach(here, "/choix", skill).status == 204
    assert here.ask("GET", skill).status == 200 and members(here, "/choix") == {}


@case
def what_can_not_be_imported(here, peer):
    got = attach(here, "/skills", peer.base + "/skills/nulle-part")
    assert got.status == 409 and "can't be imported" in got.json()["detail"], (got.status, got.text)
    got = attach(here, "/skills", peer.base + "/skills")
    assert got.status == 409 and "container" in got.json()["detail"], (got.status, got.text)
    theme = make(peer, "/themes/haies", f'<> a <{PAIR}Theme> ; <{PAIR}label> "Haies" .')
    got = attach(here, "/skills", theme)
    assert got.status == 422 and got.json()["type"] == "TYPE_NOT_ACCEPTED", (got.status, got.text)
    gone = make(peer, "/skills/perdue", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Perdue" .')
    assert peer.ask("DELETE", gone, by="alice").status == 204
    assert attach(here, "/skills", gone).status == 409
    page = make(peer, "/skills/close", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Close" .')
    assert attach(here, "/skills", page, by=None).status == 403
    many = [f"{peer.base}/skills/m{i}" for i in range(17)]
    for one in many:
        make(peer, one.removeprefix(peer.base), f'<> a <{PAIR}Skill> ; <{PAIR}label> "M" .')
    got = attach(here, "/skills", *many)
    assert got.status >= 400 and "16" in got.json()["detail"], (got.status, got.text)
    assert attach(here, "/skills", *many[:16]).status == 204
    assert set(many[:16]) < set(members(here, "/skills")) and theme not in members(here, "/skills")
    stop(peer)
    begun = time.monotonic()
    got = attach(here, "/skills", many[16])
    peer.process.send_signal(signal.SIGCONT)
    assert got.status >= 500 and time.monotonic() - begun < 40, (got.status, got.text)


@case
def a_private_network_is_not_asked(here, peer):
    closed = Node(PROGRAM)
    closed.account("alice")
    with closed:
        got = attach(closed, "/skills", peer.base + "/skills/tailler")
        assert got.status == 409, (got.status, got.text)


@case
def deletes_come_first_and_only_the_resource_itself_is_changed(here, peer):
    place = make(here, "/skills/lire", f'<> a <{PAIR}Skill> ; <{PAIR}label> "Lire" ; <{PAIR}comment> "a" .')
    got = patch(here, "/skills/lire", f'INSERT DATA {{ <{place}> <{PAIR}comment> "a", "b" . }};\nDELETE DATA {{ <{place}> <{PAIR}comment> "a" . }};')
    assert got.status == 204, got.text
    assert sorted(here.ask("GET", place, AS_JSON).json()["pair:comment"]) == ["a", "b"]
    for text in (f'INSERT DATA {{ <{here.base}/skills/greffer> <{PAIR}comment> "x" }}',
                 f'DELETE DATA {{ <{here.base}/skills/greffer> <{PAIR}label> "Greffer" }}',
                 f'INSERT DATA {{ GRAPH <{here.base}/skills/greffer> {{ <{here.base}/skills/greffer> <{PAIR}comment> "x" }} }}'):
        got = patch(here, "/skills/lire", text)
        assert got.status == 422 and "PATCH changes" in got.json()["detail"], (text, got.status, got.text)
    got = patch(here, "/skills", f'INSERT DATA {{ <{place}> <{PAIR}comment> "x" }}', by="admin")
    assert got.status == 422, (got.status, got.text)
    assert here.ask("GET", "/skills/greffer", AS_JSON).json()["pair:label"] == "Greffer"


HERE, PEER = Node(PROGRAM, settings=("--allow-insecure-peers",)), Node(PROGRAM)
for each in (HERE, PEER):
    each.account("admin", "--admin")
    each.account("alice")
with HERE, PEER:
    cases.run(CASES)
