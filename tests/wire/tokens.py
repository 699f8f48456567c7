#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens over HTTP: which count, which don't, how they end, and that documents for everyone answer whatever the token.

    tokens.py PROGRAM
"""
import base64
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
PASSWORD = "un mot de passe assez long"
PUBLIC = ("/.well-known/void", "/.well-known/context.jsonld", "/.well-known/shapes", "/.well-known/nodeinfo",
          "/nodeinfo/2.1", "/.well-known/webfinger?resource=acct:relay@localhost")
PRIVATE = ("/", "/organizations", "/users", "/_acl/organizations", "/_rights/organizations", "/_groups", "/auth/account")
CASES = []


def case(check):
    CASES.append((check.__name__, check))
    return check


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


class Key:
    """An RSA key that signs as SemApps does, by openssl."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.private, self.public = (str(Path(self.folder.name) / name) for name in ("jwtRS256.key", "jwtRS256.key.pub"))
        subprocess.run(["openssl", "genrsa", "-out", self.private, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", self.private, "-pubout", "-out", self.public], check=True, capture_output=True)

    def token(self, claims, header=None):
        content = b64(header or {"alg": "RS256", "typ": "JWT"}) + "." + b64(claims)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.private], input=content.encode(),
                                   check=True, capture_output=True).stdout
        return content + "." + b64(signature)


def bearer(token):
    return {"Authorization": "Bearer " + token}


def refused(node, token, path="/organizations"):
    got = node.ask("GET", path, bearer(token))
    assert got.status == 401, (path, got.status, got.text[:200])
    body = got.json()
    assert body["type"] == "INVALID_TOKEN" and body["code"] == 401, body
    assert got.header("WWW-Authenticate"), got.headers


def accepted(node, token):
    got = node.ask("GET", "/auth/account", bearer(token))
    assert got.status == 200, got.text
    return got.json()


def claims_of(token):
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def post(node, path, body, headers=None):
    return node.ask("POST", path, {"Content-Type": "application/json", **(headers or {})}, json.dumps(body))


def login(node, name, password=PASSWORD):
    got = post(node, "/auth/login", {"username": name, "password": password})
    assert got.status == 200, got.text
    return got.json()["token"]


@case
def bad_tokens_are_refused_and_public_documents_answer():
    node, key = Node(PROGRAM, settings=["--login-tries", "1000"]), Key()
    good = node.account("alice")
    webid = claims_of(good)["webId"]
    now = int(time.time())
    bad = {
        "no token": "x", "empty": "", "two parts": "a.b", "four parts": good + ".x",
        "cut off": good[:-3], "none": b64({"alg": "none"}) + "." + b64({"webId": webid, "exp": now + 99, "aud": node.base}) + ".",
        "none, our signature": b64({"alg": "none"}) + "." + good.split(".", 1)[1],
        "HS256": b64({"alg": "HS256"}) + "." + good.split(".", 1)[1],
        "another key": key.token({"webId": webid, "iat": now, "exp": now + 9999, "aud": node.base}),
        "SemApps, not imported": key.token({"webId": webid, "iat": now}),
        "other claims": good.split(".")[0] + "." + b64({**claims_of(good), "webId": node.base + "/users/admin"}) + "." + good.split(".")[2],
        "a whole book": "a" * 20000,
    }
    with node:
        for path in PUBLIC + PRIVATE:
            got = node.ask("GET", path, bearer(good))
            assert got.status == 200 or path.startswith("/.well-known/webfinger"), (path, got.status)
        for name, token in bad.items():
            for path in PRIVATE:
                try:
                    refused(node, token, path)
                except AssertionError as wrong:
                    raise AssertionError(name, wrong)
        for path in PUBLIC:
            plain = node.ask("GET", path)
            got = node.ask("GET", path, bearer(bad["another key"]))
            assert got.status == plain.status and got.body == plain.body, (path, got.status)
        for scheme in ("Basic YTpi", "bearer", "Bearerx " + good, "DPoP " + good):
            got = node.ask("GET", "/organizations", {"Authorization": scheme})
            assert got.status == 200, (scheme, got.status)
        wrote = node.ask("PUT", "/organizations/x", {"Content-Type": "text/turtle", **bearer(bad["none"])}, "<> <http://e/p> 1 .")
        assert wrote.status == 401 and node.ask("GET", "/organizations/x").status == 404, wrote.text


@case
def tokens_of_another_node_and_old_ones():
    with tempfile.TemporaryDirectory() as folder:
        another_time_and_place(folder)


def another_time_and_place(folder):
    one = Node(PROGRAM, folder=folder, settings=["--token-life", "1s"])
    one.account("alice")
    with one:
        token = login(one, "alice")
        accepted(one, token)
        said = claims_of(token)
        assert said["exp"] - said["iat"] == 1 and said["aud"] == one.base, said
        time.sleep(max(0, said["exp"] - time.time()) + 0.1)
        refused(one, token)
    # the same store and key, served under another name
    again = Node(PROGRAM, folder=folder)
    token = again.account("bob")
    again.base = f"http://127.0.0.1:{again.port}"
    with again:
        refused(again, token)


@case
def sessions_end_by_logout_password_and_administrator():
    node = Node(PROGRAM, settings=["--login-tries", "1000", "--front-ends", "https://carte.example"])
    node.account("alice")
    node.account("bob")
    with node:
        one, two, bobs = login(node, "alice"), login(node, "alice"), login(node, "bob")
        assert node.ask("POST", "/auth/logout", bearer(one)).status == 204
        refused(node, one)
        accepted(node, two)
        got = node.ask("GET", "/auth/logout?redirectUrl=https%3A%2F%2Fcarte.example%2Flogin%3Flogout%3Dtrue", bearer(two))
        assert got.status == 302 and got.header("Location") == "https://carte.example/login?logout=true", got.headers
        refused(node, two)

        asking, other = login(node, "alice"), login(node, "alice")
        got = post(node, "/auth/account", {"currentPassword": PASSWORD, "newPassword": "une tout autre phrase"}, bearer(asking))
        assert got.status == 200, got.text
        refused(node, other)
        accepted(node, asking)
        node.run("account", "logout", "alice")
        refused(node, asking)
        third = login(node, "alice", "une tout autre phrase")
        node.run("account", "password", "alice", input="encore une phrase\n")
        refused(node, third)
        accepted(node, bobs)
        node.run("account", "remove", "bob")
        refused(node, bobs)


@case
def a_migrating_instance_keeps_its_people_logged_in():
    with tempfile.TemporaryDirectory() as folder:
        migration(Node(PROGRAM, folder=folder), Key())


def migration(node, key):
    node.account("alice")
    webid = claims_of(node.tokens["alice"])["webId"]
    token = key.token({"webId": webid, "iat": 1795467654})
    assert "The key is kept" in node.run("account", "import-key", key.public)
    with node:
        refused(node, token)
    node.settings = ["--imported-tokens-until", "2200-01-01"]
    with node:
        assert accepted(node, token)["webId"] == webid
        refused(node, key.token({"webId": node.base + "/users/nobody", "iat": 1}))
        refused(node, key.token({"webId": webid, "iat": 1, "exp": 2}))
        refused(node, key.token({"webId": webid, "iat": 1, "aud": "https://autre.example"}))
        refused(node, Key().token({"webId": webid, "iat": 1}))
        assert node.ask("POST", "/auth/logout", bearer(token)).status == 204
        refused(node, token)
    node.settings = ["--imported-tokens-until", "2020-01-01"]
    node.account("bob")
    with node:
        refused(node, key.token({"webId": claims_of(node.tokens["bob"])["webId"], "iat": 1}))
    for wrong in ("demain", "2027-13-01", "2027-06-30T25:00:00Z"):
        done = subprocess.run([PROGRAM, "serve", "--data", str(node.folder), "--imported-tokens-until", wrong],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "imported-tokens-until" in done.stderr, (wrong, done.stderr)


@case
def who_deletes_a_profile_has_no_account():
    node = Node(PROGRAM, settings=["--login-tries", "1000"])
    person = {"email": "jeanne@example.org", "password": PASSWORD, "name": "Jeanne", "familyName": "d'Été"}
    with node:
        made = post(node, "/auth/signup", person).json()
        label = node.ask("GET", made["webId"], {"Accept": "application/ld+json"}).json()["pair:label"]
        assert label == "Jeanne D'ÉTÉ", label
        assert node.ask("DELETE", made["webId"], bearer(made["token"])).status == 204
        refused(node, made["token"])
        assert post(node, "/auth/login", {"username": person["email"], "password": PASSWORD}).status == 401
        again = post(node, "/auth/signup", person)
        assert again.status == 200 and again.json()["webId"] != made["webId"], again.text


@case
def no_answer_holds_a_password_or_its_hash():
    node = Node(PROGRAM, settings=["--login-tries", "1000"])
    node.account("alice", "--email", "alice@example.org")
    node.account("admin", "--admin")
    webid = claims_of(node.tokens["alice"])["webId"]
    with node:
        answers = [post(node, "/auth/account", {"currentPassword": PASSWORD, "email": "neuve@example.org",
                                                "newPassword": PASSWORD + "!"}, bearer(node.tokens["alice"])),
                   post(node, "/auth/login", {"username": "alice", "password": PASSWORD + "!"}),
                   post(node, "/auth/signup", {"username": "bob", "password": PASSWORD})]
        for by in (None, "alice", "admin"):
            for path in ("/auth/account", webid, "/users", "/", "/sparql?query=" + "CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D"):
                answers.append(node.ask("GET", path, {"Accept": "application/ld+json"}, by=by))
        assert sum(answer.status == 200 for answer in answers) >= 12, [answer.status for answer in answers]
        for answer in answers:
            assert "argon2" not in answer.text and PASSWORD not in answer.text, answer.text[:300]


@case
def tries_are_limited():
    node = Node(PROGRAM, settings=["--login-tries", "2", "--trusted-proxies", "127.0.0.1,::1"])
    node.account("alice")
    with node:
        def ask(path, body, peer):
            return post(node, path, body, {"X-Forwarded-For": peer}).status
        wrong = [ask("/auth/login", {"username": "alice", "password": "x" * 9}, f"192.0.2.{i}") for i in range(4)]
        assert wrong == [401] * 2 + [429] * 2, wrong  # one account, many addresses
        many = [ask("/auth/login", {"username": f"n{i}", "password": "x" * 9}, "198.51.100.1") for i in range(4)]
        assert many == [401] * 2 + [429] * 2, many  # one address, many accounts
        net = [ask("/auth/login", {"username": f"m{i}", "password": "x" * 9}, f"2001:db8::{i}") for i in range(4)]
        assert net == [401] * 2 + [429] * 2, net  # one IPv6 network
        got = post(node, "/auth/login", {"username": "alice", "password": PASSWORD}, {"X-Forwarded-For": "203.0.113.9"})
        assert got.status == 429 and got.header("Retry-After") and got.json()["message"] == "too-many-tries", got.text
        account = [node.ask("POST", "/auth/account", {"Content-Type": "application/json", **bearer(node.tokens["alice"]),
                                                      "X-Forwarded-For": f"203.0.113.{i}"},
                            json.dumps({"currentPassword": "faux faux"})).status for i in range(3)]
        assert account == [429] * 3, account
        ups = [ask("/auth/signup", {"username": f"neuf{i}", "password": "x" * 9}, "203.0.113.77") for i in range(4)]
        assert ups == [200] * 2 + [429] * 2, ups


if __name__ == "__main__":
    cases.run(CASES)
