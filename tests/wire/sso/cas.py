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
from urllib.parse import parse_qs, quote, urlsplit

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


if __name__ == "__main__":
    cases.run(CASES)
