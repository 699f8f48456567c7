#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logging in through a real CAS server (npm's cas-server), as a browser does it for an "sso" front end.

    cas.py PROGRAM FOLDER-WITH-NODE_MODULES
"""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tools"))
import cases  # noqa: E402
from node import Node, free_port  # noqa: E402
from sso import AS_PROGRAM, FRONT, GOAL, NPM, PROGRAM, Browser, claims_of  # noqa: E402

PEOPLE = {"jeanne": {"mail": "Jeanne@Example.org", "givenName": "Jeanne", "sn": "Désirée"}, "admin": {}}
CASES = []


def case(check):
    CASES.append((check.__name__, check))
    return check


class Scene:
    def __init__(self, *more):
        self.folder = tempfile.TemporaryDirectory()
        self.node = Node(PROGRAM, folder=self.folder.name)
        self.port = free_port()
        self.cas = f"http://127.0.0.1:{self.port}"
        self.node.settings = ["--cas-server", self.cas + "/", "--front-ends", FRONT, "--allow-insecure-peers",
                              "--login-tries", "1000", *more]

    def __enter__(self):
        self.server = subprocess.Popen(["node", NPM + "/node_modules/cas-server/server.js", "-c", str(Path(__file__).parent / "cas.cjs")],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=NPM,
                                       env={"PATH": "/usr/bin:/bin:/usr/local/bin", "CAS_NODE": self.node.base,
                                            "CAS_PORT": str(self.port), "CAS_PEOPLE": json.dumps(PEOPLE)})
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                Browser().ask(self.cas + "/login")
                break
            except OSError:
                time.sleep(0.1)
        self.node.start()
        return self

    def __exit__(self, *_):
        self.node.close()
        self.server.kill()
        self.server.wait()
        self.folder.cleanup()

    def begin(self, browser):
        """The CAS server's address that the node sends to."""
        got, text = browser.ask(f"{self.node.base}/auth?redirectUrl={quote(GOAL, safe='')}")
        assert got.status == 302, text
        return got.getheader("Location")

    def ticket(self, browser, person):
        """Logs in at the CAS server; the address that leads back to the node."""
        there = self.begin(browser)
        assert there.startswith(self.cas + "/login?service="), there
        _, text = browser.ask(there)
        action = re.search(r'action="([^"]+)"', text).group(1)
        token = re.search(r'name="loginToken" value="([^"]+)"', text).group(1)
        got, text = browser.ask(self.cas + action, {"loginToken": token, "username": person, "password": "x"})
        assert got.status in (302, 303), (got.status, text)
        return got.getheader("Location")

    def login(self, person, browser=None):
        browser = browser or Browser()
        got, text = browser.ask(self.ticket(browser, person))
        assert got.status == 302, text
        end = got.getheader("Location")
        assert end.startswith(GOAL), end
        return {name: values[0] for name, values in parse_qs(urlsplit(end).query).items()}

    def account(self, token):
        return self.node.ask("GET", "/auth/account", {"Authorization": "Bearer " + token})


@case
def a_first_and_a_second_login():
    with Scene("--trust-email") as scene:
        first = scene.login("jeanne")
        assert first["new"] == "true" and set(first) == {"login", "token", "new"}, first
        account = scene.account(first["token"]).json()
        assert account["username"] == "jeanne" and account["email"] == "Jeanne@Example.org", account
        person = scene.node.ask("GET", account["webId"], {"Accept": "application/ld+json"}).json()
        assert person["pair:label"] == "Jeanne DÉSIRÉE" and person["pair:lastName"] == "Désirée", person
        second = scene.login("jeanne")
        assert second["new"] == "false" and claims_of(second["token"])["webId"] == account["webId"], second
        other = scene.login("admin")  # a name that is kept for the node itself gets a number
        assert scene.account(other["token"]).json()["username"] == "admin2", other


@case
def an_address_is_not_believed_by_itself():
    with Scene() as scene:
        scene.node.run("account", "add", "marie", "--email", "jeanne@example.org", input="un mot de passe\n")
        token = scene.login("jeanne")["token"]
        account = scene.account(token).json()
        assert account["username"] == "jeanne" and "email" not in account, account


@case
def tickets_that_prove_nothing():
    with Scene() as scene:
        browser, other = Browser(), Browser()
        there = scene.ticket(browser, "jeanne")
        got, text = other.ask(there, headers=AS_PROGRAM)  # another browser
        assert got.status == 400 and json.loads(text)["reason"] == "login.unknown", text
        path, ticket = there.split("?")
        for address in (scene.node.base + "/auth/cas/x?" + ticket, scene.node.base + "/auth?" + ticket, path + "x?" + ticket):
            got, text = browser.ask(address)
            assert got.status == 400 and got.getheader("Location") is None, (address, got.status)
        mine = Browser()
        for query, said in (("ticket=ST-invented", "échoué"), ("ticket=", "refusée")):
            place = parse_qs(urlsplit(scene.begin(mine)).query)["service"][0]
            got, _ = mine.ask(place + "?" + query)
            assert said in parse_qs(urlsplit(got.getheader("Location")).query)["error"][0], got.getheader("Location")


@case
def logging_out():
    with Scene() as scene:
        browser = Browser()
        token = scene.login("jeanne", browser)["token"]
        assert scene.account(token).status == 200
        back = quote(FRONT + "/login?logout=true", safe="")
        got, _ = browser.ask(f"{scene.node.base}/auth/logout?global=true&redirectUrl={back}")
        assert got.getheader("Location") == f"{scene.cas}/logout?service={back}", got.getheader("Location")
        assert scene.account(token).status == 401


def ends(scene, body, path="/auth/cas/over"):
    return scene.node.ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, urlencode({"logoutRequest": body}))


def request_for(ticket, outer="samlp:LogoutRequest", inner="samlp:SessionIndex"):
    return (f'<{outer} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:x="urn:x" ID="1" Version="2.0">'
            f"<{inner}>{ticket}</{inner}></{outer}>")


@case
def the_server_ends_a_session():
    """Logging out at the CAS server ends what was opened by its tickets, in that browser alone."""
    with Scene() as scene:
        browser, elsewhere = Browser(), Browser()
        token, other, stranger = (scene.login(*who)["token"] for who in (("jeanne", browser), ("jeanne", elsewhere), ("admin",)))
        browser.ask(scene.cas + "/logout")
        end = time.monotonic() + 20
        while scene.account(token).status == 200 and time.monotonic() < end:
            time.sleep(0.05)
        assert scene.account(token).status == 401, "its session goes on"
        assert scene.account(other).status == 200 and scene.account(stranger).status == 200


@case
def requests_that_end_nothing():
    with Scene() as scene:
        browser = Browser()
        there = scene.ticket(browser, "jeanne")
        ticket = parse_qs(urlsplit(there).query)["ticket"][0]
        got, _ = browser.ask(there)
        token = parse_qs(urlsplit(got.getheader("Location")).query)["token"][0]
        bad = ("", "x", "<a/>", request_for(""), request_for(ticket, outer="x:LogoutRequest"), request_for(ticket, inner="x:SessionIndex"),
               f"<x>{request_for(ticket)}</x>", request_for(f"<b>{ticket}</b>"), "<" * 2000, request_for("x" * 5000))
        for body in bad:
            answer = ends(scene, body)
            assert answer.status == 400, (body[:100], answer.status, answer.text)
            assert scene.account(token).status == 200, body[:100]
        assert scene.node.ask("POST", "/auth/cas/over", {"Content-Type": "text/xml"}, request_for(ticket)).status == 400
        for unknown in (ticket[:-1], ticket + "x", "ST-invented"):
            answer = ends(scene, request_for(unknown))  # it does not tell which tickets there are
            assert answer.status == 200 and scene.account(token).status == 200, unknown
        answer = ends(scene, request_for(f"\n  {ticket}\n"))
        assert answer.status == 200 and answer.body == b"" and scene.account(token).status == 401, answer.text
    with Node(PROGRAM) as node:
        assert node.ask("POST", "/auth/cas/over", {"Content-Type": "application/x-www-form-urlencoded"}, "logoutRequest=x").status == 404


@case
def tries_are_limited():
    with Scene() as scene:
        scene.node.stop()
        scene.node.settings += ["--login-tries", "3"]
        scene.node.start()
        codes = [Browser().ask(scene.node.base + "/auth/cas/state?ticket=ST-x")[0].status for _ in range(5)]
        assert codes == [400] * 3 + [429] * 2, codes


if __name__ == "__main__":
    cases.run(CASES)
