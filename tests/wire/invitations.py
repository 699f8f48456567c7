#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Invitation links: how they are made, shown, used, and how they end.

    invitations.py PROGRAM
"""
import base64
import datetime
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
case, CASES = cases.on_nodes(PROGRAM, ["alice"], ["bob"])
ROOM = "/vc/v0.3/credentials"
PAIR = "http://virtual-assembly.org/ontologies/pair#"
LABEL = PAIR + "label"


def secret(node, path="/ideas/secrete", by="alice"):
    """A resource that only its maker may read."""
    got = node.ask("PUT", path, {"Content-Type": "text/turtle"}, f'<> a <{PAIR}Idea> ; <{LABEL}> "Secrète" .', by=by)
    assert got.status in (201, 204), got.text
    acl = ("@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#a> a acl:Authorization ; acl:mode acl:Read, acl:Write, acl:Control ; "
           f"acl:accessTo <{node.base}{path}> ; acl:agent <{node.base}/users/{by}> .")
    got = node.ask("PUT", "/_acl" + path, {"Content-Type": "text/turtle"}, acl, by=by)
    assert got.status == 204, got.text


def ask(node, path, mode="acl:Read", by="alice", **more):
    credential = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "name": "Venez !",
                  "credentialSubject": {"apods:hasAuthorization": {"type": "acl:Authorization", "acl:mode": mode,
                                                                   "acl:accessTo": node.base + path}}, **more}
    return node.ask("POST", ROOM + "/issue", {"Content-Type": "application/json"}, json.dumps({"credential": credential}), by=by)


def invite(node, path, mode="acl:Read", **more):
    got = ask(node, path, mode, **more)
    assert got.status == 201, (got.status, got.text)
    made = got.json()["verifiableCredential"]
    assert got.header("Location") == made["id"]
    return made


def bearer(credential):
    def encode(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    presentation = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
                    "verifiableCredential": [credential]}
    return {"Authorization": f"Bearer {encode({'alg': 'none', 'typ': 'JWT'})}.{encode(presentation)}."}


def link(credential):
    return {"Authorization": "Capability " + credential["id"]}


def verified(node, credential):
    got = node.ask("POST", ROOM + "/verify", {"Content-Type": "application/json"},
                   json.dumps({"verifiableCredential": credential}))
    assert got.status == 200, got.text
    return got.json()["verified"]


@case()
def whoever_has_the_link_may_read(node):
    secret(node)
    made = invite(node, "/ideas/secrete")
    assert made["issuer"] == node.base + "/users/alice" and "id" not in made["credentialSubject"]
    assert made["proof"]["cryptosuite"] == "eddsa-rdfc-2022" and verified(node, made)
    shown = node.ask("GET", made["id"])
    assert shown.status == 200 and shown.json() == made and shown.header("Cache-Control") == "no-store"
    assert node.ask("GET", "/ideas/secrete").status == 403
    for headers in (link(made), bearer(made)):
        got = node.ask("GET", "/ideas/secrete", headers)
        assert got.status == 200 and "Secrète" in got.text, (got.status, got.text)
        rights = node.ask("GET", "/_rights/ideas/secrete", headers).json()
        assert rights == {"read": True, "write": False, "append": False, "control": False}, rights
        found = node.ask("POST", "/sparql", {**headers, "Content-Type": "application/sparql-query", "Accept": "text/csv"},
                         f'SELECT ?s {{ ?s <{LABEL}> "Secrète" }}')
        assert "/ideas/secrete" in found.text, found.text
        assert node.ask("DELETE", "/ideas/secrete", headers).status == 403
        assert node.ask("GET", "/auth/account", headers).status == 401
    assert "secrete" not in node.ask("GET", "/ideas").text
    assert "Secrète" in node.ask("GET", "/ideas", link(made)).text


@case()
def a_link_is_for_one_resource(node):
    secret(node)
    secret(node, "/ideas/autre")
    made = invite(node, "/ideas/secrete", ["acl:Read", "acl:Write"])
    assert node.ask("GET", "/ideas/autre", link(made)).status == 403
    body = f'<> a <{PAIR}Idea> ; <{LABEL}> "Changée" .'
    assert node.ask("PUT", "/ideas/autre", {**link(made), "Content-Type": "text/turtle"}, body).status == 403
    assert node.ask("PUT", "/ideas/secrete", {**link(made), "Content-Type": "text/turtle"}, body).status == 204
    assert "Changée" in node.ask("GET", "/ideas/secrete", by="alice").text
    acl = (f"@prefix acl: <http://www.w3.org/ns/auth/acl#> . <{node.base}/_acl/ideas/secrete#Control> acl:agent "
           f"<{node.base}/users/bob> .")
    assert node.ask("PATCH", "/_acl/ideas/secrete", {**link(made), "Content-Type": "text/turtle"}, acl).status == 403
    assert node.ask("GET", "/ideas/secrete", by="bob").status == 403, "the link made bob somebody"


@case()
def a_changed_credential_is_worth_nothing(node):
    secret(node)
    secret(node, "/ideas/autre")
    made = invite(node, "/ideas/secrete")
    forged = json.loads(json.dumps(made))
    forged["credentialSubject"]["apods:hasAuthorization"]["acl:accessTo"] = node.base + "/ideas/autre"
    got = node.ask("GET", "/ideas/autre", bearer(forged))
    assert got.status == 401 and got.json()["reason"] == "INVALID_CAPABILITY" and not verified(node, forged), got.text
    own = json.loads(json.dumps(made))
    own["id"] = own["id"][:-12] + "0" * 12
    assert node.ask("GET", "/ideas/secrete", bearer(own)).status == 401
    for wrong in ("Capability https://example.org/x", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer eyJhbGciOiJub25lIn0.W10."):
        got = node.ask("GET", "/ideas/secrete", {"Authorization": wrong})
        assert got.status == 401, (wrong, got.status)
    nothing = node.ask("GET", "/ideas/secrete", {"Authorization": "Capability"})
    assert nothing.status == 403, nothing.status  # who shows nothing is a stranger
    assert node.ask("GET", "/.well-known/void", bearer(own)).status == 200, "a public document answers all the same"


@case()
def a_link_runs_out(node):
    secret(node)
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
    made = invite(node, "/ideas/secrete", validUntil=soon.isoformat().replace("+00:00", "Z"))
    assert node.ask("GET", "/ideas/secrete", link(made)).status == 200
    time.sleep(1.2)
    got = node.ask("GET", "/ideas/secrete", link(made))
    assert got.status == 401 and "run out" in got.json()["detail"] and not verified(node, made), got.text


@case("--capability-life", "1s", "--capabilities-per-account", "2")
def links_are_few_and_short(node):
    secret(node)
    made = invite(node, "/ideas/secrete", validUntil="2999-01-01T00:00:00Z")
    assert made["validUntil"] < "2999"
    invite(node, "/ideas/secrete")
    got = ask(node, "/ideas/secrete")
    assert got.status == 429 and "2" in got.json()["detail"], got.text
    time.sleep(1.1)
    assert node.ask("GET", "/ideas/secrete", link(made)).status == 401
    assert node.ask("DELETE", made["id"], by="alice").status == 204
    invite(node, "/ideas/secrete")


@case()
def a_link_is_revoked(node):
    secret(node)
    made, kept = invite(node, "/ideas/secrete"), invite(node, "/ideas/secrete")
    mine = node.ask("GET", ROOM, by="alice").json()
    assert {one["id"] for one in mine} == {made["id"], kept["id"]} and node.ask("GET", ROOM, by="bob").json() == []
    assert node.ask("GET", ROOM).status == 401
    assert node.ask("DELETE", made["id"], by="bob").status == 403 and node.ask("DELETE", made["id"]).status == 403
    assert node.ask("DELETE", made["id"], link(made)).status == 403
    assert node.ask("DELETE", made["id"], by="alice").status == 204
    assert node.ask("GET", "/ideas/secrete", link(made)).status == 401 and not verified(node, made)
    assert node.ask("GET", made["id"]).status == 404
    assert node.ask("GET", "/ideas/secrete", link(kept)).status == 200


@case()
def a_link_ends_with_the_control_of_who_gave_it(node):
    secret(node)
    made = invite(node, "/ideas/secrete")
    acl = ("@prefix acl: <http://www.w3.org/ns/auth/acl#> . <#a> a acl:Authorization ; acl:mode acl:Read, acl:Control ; "
           f"acl:accessTo <{node.base}/ideas/secrete> ; acl:agent <{node.base}/users/bob> .")
    assert node.ask("PUT", "/_acl/ideas/secrete", {"Content-Type": "text/turtle"}, acl, by="alice").status == 204
    assert node.ask("GET", "/ideas/secrete", link(made)).status == 401


@case()
def who_may_invite(node):
    secret(node)
    assert ask(node, "/ideas/secrete", by="bob").status == 403 and ask(node, "/ideas/secrete", by=None).status == 401
    for mode in ("acl:Control", "acl:Fly", [], "Read"):
        assert ask(node, "/ideas/secrete", mode).status == 422, mode
    assert ask(node, "/ideas/rien").status == 422
    assert ask(node, "/ideas/secrete", validUntil="2001-01-01T00:00:00Z").status == 422
    assert ask(node, "/ideas/secrete", validUntil="demain").status == 422
    named = ask(node, "/ideas/secrete", credentialSubject={"id": node.base + "/users/bob"})
    assert named.status == 422 and "access control list" in named.json()["detail"], named.text
    for text in ("{", "[]", "{}", '{"credential": 1}'):
        assert node.ask("POST", ROOM + "/issue", {"Content-Type": "application/json"}, text, by="alice").status in (400, 422)


if __name__ == "__main__":
    cases.run(CASES)
