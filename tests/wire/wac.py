#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of wac.cases, once with each policy of rights.

    wac.py PROGRAM [LINE]
"""
import re
import sys
from itertools import count
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import cases  # noqa: E402
from graphs import need  # noqa: E402
from node import Node  # noqa: E402

POLICIES = ("semapps", "solid")
TURTLE, UPDATE = "text/turtle", "application/sparql-update"
THING = "<> a <http://example.org/Thing> ; <http://example.org/says> 'un' ."
GOOD = (200, 201, 204)
NOBODY = "http://nobody.example/"


class Row:
    def __init__(self, number, text):
        self.number, self.text = number, text
        self.lists, self.who, self.what, *self.expected = [part.strip() for part in text.split("|")]
        self.goes_on = self.lists.startswith("then")
        self.changes = [one.strip() for one in self.lists.removeprefix("then").split(";") if one.strip()]
        self.by, _, self.origin = self.who.partition(" via ")


def read_rows():
    lines = (HERE / "wac.cases").read_text(encoding="utf-8").splitlines()
    return [Row(number, text) for number, text in enumerate(lines, 1) if "|" in text and not text.startswith("#")]


class World:
    """A node with one policy, and the three resources of the row that is played."""

    def __init__(self, program, policy):
        self.policy = policy
        self.node = Node(program, settings=["--access-policy", policy, "--trusted-origins", "https://trusted.example",
                                            "--front-ends", "https://front.example", "--anyone-may", "",
                                            "--members-may", ""])
        self.node.account("admin", "--admin")
        self.node.account("alice")
        self.node.account("bob")
        self.numbers = count(1)
        self.group = None

    def make(self, container, body):
        got = self.node.ask("POST", container, {"Content-Type": TURTLE, "Slug": f"t{next(self.numbers)}"}, body, "admin")
        need(got.status == 201, got.text)
        return got.header("Location")

    def begin(self):
        container = "<> a <http://www.w3.org/ns/ldp#BasicContainer> ."
        self.top = self.make("/", container)
        self.mid = self.make(self.top, container)
        self.leaf = self.make(self.mid, THING)
        self.new = self.mid + "/new"
        self.tags = {}
        for place in (self.top, self.mid, self.leaf):
            self.clear(place)
        self.gather(["bob"])

    def list_of(self, place):
        return place.replace(self.node.base, self.node.base + "/_acl")

    def clear(self, place):
        """No list; with `semapps` none can be without, so one that means nobody."""
        if self.policy == "solid":
            got = self.node.ask("DELETE", self.list_of(place), by="admin")
            need(got.status in (204, 404), got.text)
            return
        self.put_list(place, [f"<#Read> <http://www.w3.org/ns/auth/acl#agent> <{NOBODY}> ."] + (
            [f"<#DefaultRead> <http://www.w3.org/ns/auth/acl#agent> <{NOBODY}> ."] if place != self.leaf else []))

    def put_list(self, place, lines):
        got = self.node.ask("PUT", self.list_of(place), {"Content-Type": TURTLE}, "\n".join(lines), "admin")
        need(got.status == 204, f"{got.status} {got.text}")

    def agent(self, word):
        acl, users = "http://www.w3.org/ns/auth/acl#", self.node.base + "/users/"
        return {"anyone": f"<{acl}agentClass> <http://xmlns.com/foaf/0.1/Agent>",
                "members": f"<{acl}agentClass> <{acl}AuthenticatedAgent>",
                "voisins": f"<{acl}agentGroup> <{self.group}>"}.get(
                    word, f"<{acl}origin> <{word}>" if "://" in word else f"<{acl}agent> <{users}{word}>")

    def gather(self, members):
        """Puts exactly these into the group."""
        users = self.node.base + "/users/"
        if self.group is None:
            made = self.node.ask("POST", "/_groups", {"Slug": "voisins"}, by="admin")
            need(made.status == 201, made.text)
            self.group = made.header("Location")
        there = self.node.ask("GET", self.group, by="admin").json()
        for one in {users + name for name in members} - set(there):
            self.node.ask("PATCH", self.group, {"Content-Type": "application/json"}, '{"memberUri": "%s"}' % one, "admin")
        for one in set(there) - {users + name for name in members}:
            self.node.ask("PUT", self.group, {"Content-Type": "application/json"}, '{"deleteUserUri": "%s"}' % one, "admin")

    def change(self, changes):
        """What a resource's list says is put as a whole: all that is said of it, for itself and for what it holds."""
        lists = {}
        for text in changes:
            if text.startswith("no "):
                self.clear(getattr(self, text[3:]))
                continue
            name, _, rest = text.partition(":")
            if name == "voisins":
                self.gather(rest.split())
                continue
            is_default, place = name.startswith("in "), getattr(self, name.removeprefix("in ").strip())
            for part in rest.split(","):
                agent, *modes = part.split()
                for mode in modes:
                    node = ("Default" if is_default else "") + mode.capitalize()
                    lists.setdefault(place, []).append(f"<#{node}> {self.agent(agent)} .")
        for place, lines in lists.items():
            if self.policy == "semapps" and place != self.leaf and not any("Default" in line for line in lines):
                lines.append(f"<#DefaultRead> <http://www.w3.org/ns/auth/acl#agent> <{NOBODY}> .")
            self.put_list(place, lines)

    def ask(self, row, method, path, headers=None, body=None, by=None):
        by = by or row.by
        headers = dict(headers or {})
        if row.origin:
            headers["Origin"] = self.node.base if row.origin == "here" else row.origin
        return self.node.ask(method, path, headers, body, None if by == "stranger" else by)

    def do(self, row, what, by=None):
        method, _, name = what.partition(" ")
        is_list = name.endswith("'s list")
        place = getattr(self, name.removesuffix("'s list") if is_list else name)
        if is_list:
            body = f"<#Read> {self.agent('alice')}, <{NOBODY}> ." if method in ("PUT", "PATCH") else None
            return self.ask(row, method, self.list_of(place), {"Content-Type": TURTLE} if body else {}, body, by)
        if method.startswith("PATCH"):
            update = f"INSERT DATA {{ <{place}> <http://example.org/says> 'deux' }}"
            if method == "PATCH-":
                update = f"DELETE {{ <{place}> a ?t }} INSERT {{ <{place}> a <http://example.org/Other> }} WHERE {{ <{place}> a ?t }}"
            if method == "PATCH-" and place == self.mid:
                update = f"INSERT DATA {{ <{place}> <http://purl.org/dc/terms/description> 'un milieu' }}"
            return self.ask(row, "PATCH", place, {"Content-Type": UPDATE}, update, by)
        if method in ("PUT", "POST"):
            return self.ask(row, method, place, {"Content-Type": TURTLE}, THING, by)
        headers = {"Accept": TURTLE}
        if method == "GET?":
            headers["If-None-Match"] = self.tags[name, row.who]
        got = self.ask(row, method.rstrip("?"), place, headers, None, by)
        self.tags[name, row.who] = got.header("ETag")
        return got

    def outcome(self, row):
        if row.what.startswith("SEE"):
            return "seen" if f"<{self.leaf}>" in self.ask(row, "GET", self.mid, {"Accept": "application/n-triples"}).text else "hidden"
        status = self.do(row, row.what).status
        return "ok" if status in GOOD else str(status)

    def check_allow(self, row, name, probes):
        """WAC-Allow against what methods answer, for the one who asks and for strangers."""
        got = self.ask(row, "GET", getattr(self, name), {"Accept": TURTLE})
        if got.status != 200:
            need(got.header("WAC-Allow") is None, f"a refusal has WAC-Allow: {got.header('WAC-Allow')}")
            return
        said = dict(re.findall(r'(\w+)="([^"]*)"', got.header("WAC-Allow")))
        for group, by in (("user", row.by), ("public", "stranger")):
            answers = {mode: self.do(row, what, by).status in GOOD for mode, what in probes.items()}
            found = {mode for mode, good in answers.items() if good}
            need(found == set(said[group].split()), f"{name}: WAC-Allow says {group}='{said[group]}', and methods {found}")


def play(world, row):
    if not row.goes_on:
        world.begin()
    world.change(row.changes)
    expected = row.expected[POLICIES.index(world.policy)]
    found = world.outcome(row)
    need(found == expected, f"{row.what} by {row.who} answers {found} instead of {expected} with '{row.lists}'")


def check_allow(world, row):
    """On resources of its own, since it changes them."""
    world.begin()
    world.change(row.changes)
    reading = "PATCH- leaf" if world.policy == "semapps" else "PUT leaf"
    world.check_allow(row, "leaf", {"read": "GET leaf", "append": "PATCH+ leaf", "write": reading, "control": "PATCH leaf's list"})
    world.check_allow(row, "mid", {"read": "GET mid", "append": "POST mid", "write": "PATCH- mid", "control": "PATCH mid's list"})


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    rows = [row for row in read_rows() if sys.argv[2:] in ([], [str(row.number)])]
    every = []
    worlds = [World(sys.argv[1], policy) for policy in POLICIES]
    for world in worlds:
        world.node.start()
        for row in rows:
            name = f"wac.cases:{row.number} {world.policy}"
            every.append((name, lambda world=world, row=row: play(world, row)))
            if not row.goes_on:
                every.append((name + " WAC-Allow", lambda world=world, row=row: check_allow(world, row)))
    try:
        cases.run(every)
    finally:
        for world in worlds:
            world.node.close()


if __name__ == "__main__":
    main()
