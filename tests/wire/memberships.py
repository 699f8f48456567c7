#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Disassembly: what is written into an organisation as its memberships becomes resources of /membership-associations.

    memberships.py PROGRAM
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
case, CASES = cases.on_nodes(PROGRAM, ["admin", "--admin"], ["alice"], ["bob"])
PAIR = "http://virtual-assembly.org/ontologies/pair#"
JSONLD = {"Content-Type": "application/ld+json"}
UPDATE = {"Content-Type": "application/sparql-update"}
MEMBERS, MEMBERSHIPS = "pair:organizationOfMembership", "pair:actorOfMembership"


def get(node, path, by=None):
    got = node.ask("GET", path, {"Accept": "application/ld+json"}, by=by)
    assert got.status == 200, (path, got.status, got.text)
    return got.json()


def listed(value):
    return value if isinstance(value, list) else [value] if value else []


def person(node, name):
    return json.loads(node.ask("GET", "/auth/account", by=name).text)["webId"]


def membership(actor, **more):
    return {"type": "pair:MembershipAssociation", "pair:membershipActor": actor, **more}


def organization(node, *members, label="La ferme"):
    return json.dumps({"type": "pair:Organization", "pair:label": label, MEMBERS: list(members)})


def put(node, *members, path="/organizations/ferme", by="alice", status=204, **more):
    got = node.ask("PUT", path, JSONLD, organization(node, *members, **more), by=by)
    assert got.status == status, (got.status, got.text)
    return [one for one in listed(get(node, path).get(MEMBERS))] if status < 300 else got


def contained(node):
    return {one["id"] for one in get(node, "/membership-associations")["ldp:contains"]}


@case()
def a_membership_becomes_a_resource_that_both_sides_know(node):
    alice = person(node, "alice")
    got = node.ask("POST", "/organizations", {**JSONLD, "Slug": "ferme"}, organization(node, membership(alice)), by="alice")
    assert got.status == 201, got.text
    ferme = got.header("Location")
    (made,) = listed(get(node, ferme)[MEMBERS])
    assert made.startswith(node.base + "/membership-associations/"), made
    said = get(node, made)
    assert (said["type"], said["pair:membershipActor"], said["pair:membershipOrganization"]) == (
        "pair:MembershipAssociation", alice, ferme), said
    assert "dc:creator" not in said and "dc:created" in said, said
    assert get(node, alice)[MEMBERSHIPS] == made
    assert contained(node) == {made}


@case()
def those_that_are_named_stay_and_the_others_go(node):
    alice, bob = person(node, "alice"), person(node, "bob")
    (first,) = put(node, membership(alice), status=201)
    both = put(node, first, membership(bob))
    assert first in both and len(both) == 2, both
    second = next(one for one in both if one != first)
    assert put(node, second) == [second]
    assert node.ask("GET", first).status == 410
    assert MEMBERSHIPS not in get(node, alice) and get(node, bob)[MEMBERSHIPS] == second
    assert put(node) == [] and contained(node) == set()
    assert MEMBERSHIPS not in get(node, bob)


@case()
def saying_the_same_again_changes_nothing(node):
    alice, bob = person(node, "alice"), person(node, "bob")
    before = put(node, membership(alice), membership(bob, **{"pair:membershipRole": node.base + "/membership-roles/x"}), status=201)
    after = put(node, membership(bob, **{"pair:membershipRole": node.base + "/membership-roles/x"}), membership(alice))
    assert set(before) == set(after), (before, after)
    other = put(node, membership(bob), membership(alice))
    assert len(set(before) & set(other)) == 1, (before, other)
    assert contained(node) == set(other)


@case()
def one_that_is_named_and_says_more_is_changed(node):
    alice, role = person(node, "alice"), node.base + "/membership-roles/x"
    (made,) = put(node, membership(alice), status=201)
    changed = {**membership(alice), "id": made, "pair:membershipRole": role}
    assert put(node, changed) == [made]
    said = get(node, made)
    assert said["pair:membershipRole"] == role and said["pair:membershipOrganization"].endswith("/ferme"), said
    version = node.ask("GET", made, {"Accept": "text/turtle"}).header("ETag")
    assert put(node, changed) == [made]
    assert node.ask("GET", made, {"Accept": "text/turtle"}).header("ETag") == version


@case()
def a_patch_takes_apart_too(node):
    put(node, status=201)
    ferme, bob = node.base + "/organizations/ferme", person(node, "bob")
    made = f"INSERT DATA {{ <{ferme}> <{PAIR}organizationOfMembership> [ a <{PAIR}MembershipAssociation> ; <{PAIR}membershipActor> <{bob}> ] }}"
    got = node.ask("PATCH", ferme, UPDATE, made, by="alice")
    assert got.status == 204, got.text
    link = get(node, ferme)[MEMBERS]
    assert get(node, bob)[MEMBERSHIPS] == link
    got = node.ask("PATCH", ferme, UPDATE, f"DELETE DATA {{ <{ferme}> <{PAIR}organizationOfMembership> <{link}> }}", by="alice")
    assert got.status == 204 and node.ask("GET", link).status == 410 and MEMBERSHIPS not in get(node, bob)
    in_graph = f"INSERT DATA {{ GRAPH <{ferme}> {{ {made[14:-2]} }} }}"
    got = node.ask("POST", "/sparql", UPDATE, in_graph, by="alice")
    assert got.status == 204, got.text
    assert get(node, ferme)[MEMBERS] == get(node, bob)[MEMBERSHIPS] != link


@case()
def memberships_go_with_what_they_belong_to(node):
    (made,) = put(node, membership(person(node, "bob")), status=201)
    assert node.ask("DELETE", "/organizations/ferme", by="alice").status == 204
    assert node.ask("GET", made).status == 410 and MEMBERSHIPS not in get(node, person(node, "bob"))
    (made,) = put(node, membership(person(node, "bob")), path="/organizations/autre", status=201)
    got = node.ask("POST", "/sparql", UPDATE, f"CLEAR GRAPH <{node.base}/organizations/autre>", by="alice")
    assert got.status == 204 and node.ask("GET", made).status == 410, got.text


@case()
def a_membership_of_others_is_not_taken_over(node):
    (made,) = put(node, membership(person(node, "bob")), status=201)
    got = put(node, made, path="/organizations/rivale", by="bob", status=403)
    assert "write" in got.json()["detail"], got.text
    assert node.ask("GET", "/organizations/rivale").status == 404
    inserted = f"<{node.base}/organizations/rivale> <{PAIR}organizationOfMembership> <{made}>"
    assert put(node, path="/organizations/rivale", by="bob", status=201) == []
    assert node.ask("PATCH", "/organizations/rivale", UPDATE, f"INSERT DATA {{ {inserted} }}", by="bob").status == 403
    got = node.ask("POST", "/sparql", UPDATE, f"INSERT DATA {{ GRAPH <{node.base}/organizations/rivale> {{ {inserted} }} }}", by="bob")
    assert got.status == 403, got.text
    assert get(node, made)["pair:membershipOrganization"] == node.base + "/organizations/ferme"


@case()
def a_person_ends_a_membership_from_their_own_profile(node):
    (made,) = put(node, membership(person(node, "bob")), status=201)
    profile = get(node, person(node, "bob"), by="bob")
    assert node.ask("PUT", profile["id"], JSONLD, json.dumps(profile), by="bob").status == 204
    assert node.ask("GET", made).status == 200
    del profile[MEMBERSHIPS]
    assert node.ask("PUT", profile["id"], JSONLD, json.dumps(profile), by="bob").status == 204
    assert node.ask("GET", made).status == 410 and MEMBERS not in get(node, "/organizations/ferme")


@case()
def what_is_wrong_with_a_part_stops_the_whole(node):
    put(node, membership(person(node, "bob")), status=201)
    before = contained(node)
    wrong = {"type": "pair:Skill", "pair:membershipActor": person(node, "alice")}
    got = put(node, wrong, status=422)
    assert got.json()["type"] == "TYPE_NOT_ACCEPTED" and "membership-associations" in got.json()["detail"], got.text
    assert contained(node) == before
    got = put(node, membership(person(node, "alice")), by="bob", status=403)
    assert contained(node) == before
    into = "<https://w3id.org/bien-commun/instance#into>"
    got = node.ask("PATCH", "/organizations", UPDATE,
                   f"DELETE {{ ?n {into} ?c }} INSERT {{ ?n {into} <{node.base}/nulle-part> }} WHERE {{ ?n {into} ?c }}", by="admin")
    assert got.status == 204, got.text
    got = put(node, membership(person(node, "alice")), status=409)
    assert "nulle-part" in got.json()["detail"], got.text


@case()
def many_memberships_at_once(node):
    actors = [f"{node.base}/users/p{i}" for i in range(500)]
    first = put(node, *map(membership, actors), status=201)
    assert len(first) == 500
    assert set(put(node, *map(membership, reversed(actors)))) == set(first)
    left = put(node, *map(membership, actors[:10]))
    assert len(left) == 10 and set(left) < set(first) and contained(node) == set(left)


cases.run(CASES)
