#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays what curl and an unmodified Archipelago front end asked SemApps 1.1.3 (session.jsonl) to a fresh node and
compares each answer with what was recorded: status, headers that matter, and the body field by field.

    replay.py PROGRAM [imported]

With `imported` the node is what an instance of Archipelago's middleware has become, taken over from its dumps.

excuses.txt says which differences are meant, and why: an excuse that nothing needs any more fails as a difference does.
"""
import fnmatch
import json
import re
import struct
import sys
import zlib
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]
import node  # noqa: E402
import shape  # noqa: E402

PEOPLE = ("alice", "bob", "carol")
TITLE = ("--title", "Archipelago")
THERE = "http://localhost:3000"  # where the imported instance was


def image(width=200, height=100):
    """A small PNG of one colour."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = zlib.compress(b"".join(b"\0" + b"\x20\x80\x40" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Session:
    """One node, with its people logged in, and what is called otherwise there than in the recording."""

    def __init__(self, server):
        self.server = server
        self.made = {}  # recorded path -> ours
        self.people = {}
        for name in PEOPLE:
            self.people[name] = json.loads(server.ask("GET", "/auth/account", by=name).text)["webId"].rsplit("/", 1)[-1]

    def ours(self, text):
        for recorded, path in self.made.items():
            text = text.replace(recorded, path)
        for name, segment in self.people.items():
            text = text.replace("{%s}" % name, segment)
        return text.replace("{base}", self.server.base)

    def recorded(self, text):
        text = text.replace(self.server.base, "{base}").replace(f"#localhost_{self.server.port}", "#localhost_3000")
        for recorded, path in sorted(self.made.items(), key=lambda pair: -len(pair[1])):
            text = re.sub(re.escape(path) + r"(?![\w.-])", lambda _: recorded, text)
        for name, segment in self.people.items():
            text = re.sub(r"/users/%s(?![\w.-])" % re.escape(segment), "/users/{%s}" % name, text)
        return text

    def ask(self, line):
        headers = {name: self.ours(value) for name, value in line.get("headers", {}).items()}
        body, by = line.get("body"), line.get("by")
        if by == "nobody":
            headers["Authorization"] = "Bearer bad.token"
            by = None
        data = image() if body == "<image>" else self.ours(body).encode() if body else None
        return self.server.ask(line["method"], self.ours(line["path"]), headers, data, by)

    def differences(self, line, want):
        got = self.ask(line)
        location = got.header("Location")
        if "location" in line["answer"] and location:
            recorded = line["answer"]["location"].removeprefix("{base}")
            self.made.setdefault(recorded, location.removeprefix(self.server.base))
        if got.status != line["status"]:
            yield f"status is {got.status} instead of {line['status']}: {got.text[:160]}"
            return
        kinds = [(kind or "").split(";")[0] for kind in (got.header("Content-Type"), line["answer"].get("content-type"))]
        if kinds[0] != kinds[1] and got.status < 300 and want:  # nothing more can be compared
            yield f"content-type is {kinds[0]!r} instead of {kinds[1]!r}"
            return
        for name, value in line["answer"].items():
            value = value.replace("; charset=utf-8", "")  # JSON has no charset
            yield from self.differing_header(name, value, got.header(name))
        if line["method"] == "HEAD" or got.status >= 400 and not want:
            return
        try:
            seen = shape.of_body(got.header("Content-Type"), self.recorded(got.text) if got.body else None)
        except Exception as error:
            yield f"the body can't be read: {error}"
            return
        if got.status >= 400:  # problem+json says more than SemApps' errors; what front ends look for counts
            want, seen = ({name: one.get(name) for name in ("code", "type") if name in want} for one in (want, seen))
        yield from shape.differences(want, seen)

    def differing_header(self, name, want, got):
        said = self.recorded(got).replace("; charset=utf-8", "") if got else got
        if name == "link":
            lacking = [link for link in want.split(", ") if link not in (said or "")]
            said, want = (said, want) if lacking else (want, want)
        if said != want:
            yield f"{name} is {said!r} instead of {want!r}"


def read_excuses():
    """Lines of REQUEST | DIFFERENCE | REASON with shell patterns."""
    for text in (HERE / "excuses.txt").read_text(encoding="utf-8").splitlines():
        if text.strip() and not text.startswith("#"):
            request, difference, reason = (part.strip() for part in text.split(" | ", 2))
            yield request, difference, reason


def literal(pattern):
    return pattern.replace("[", "[[]")


def call(server, name):
    """Gives a person the names that Archipelago's middleware takes from the identity provider."""
    pair = "http://virtual-assembly.org/ontologies/pair#"
    webid = json.loads(server.ask("GET", "/auth/account", by=name).text)["webId"]
    names = f'<{webid}> <{pair}firstName> "{name.title()}" ; <{pair}lastName> "Martin"'
    got = server.ask("PATCH", webid, {"Content-Type": "application/sparql-update"}, f"INSERT DATA {{ {names} }}", name)
    assert got.status == 204, got.text


def new_node(program):
    server = node.Node(program, pack=None, settings=TITLE)
    server.run("init", "--base-url", server.base)
    for name in PEOPLE:
        server.account(name)
    server.start()
    for name in PEOPLE:
        call(server, name)
    return server


def imported_node(program):
    import semapps
    server = node.Node(program, pack=None, settings=TITLE)
    server.run("init", "--base-url", server.base)  # which types its containers accept stands in no dump
    with semapps.Instance(THERE, "archipelago-new", "archipelago-accounts") as instance:
        server.run("import", *instance.arguments(), "--rewrite-base", f"{THERE}={server.base}")
    server.start()
    for name in PEOPLE:
        got = server.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                         json.dumps({"username": name, "password": semapps.PASSWORD}), connection=server.connect(timeout=120))
        server.tokens[name] = got.json()["token"]
    return server


def main(program, kind="new"):
    shapes = [json.loads(text) for text in (HERE / "shapes.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [json.loads(text) for text in (HERE / "session.jsonl").read_text(encoding="utf-8").splitlines()]
    excuses, used, found = [one for one in read_excuses() if kind == "imported" or not one[2].startswith("imported:")], set(), 0
    server = imported_node(program) if kind == "imported" else new_node(program)
    try:
        session = Session(server)
        for number, line in enumerate(lines, 1):
            line.setdefault("answer", {})
            want = shapes[line["shape"]] if "shape" in line else None
            request = f"{line['method']} {line['path']} by {line.get('by', 'anyone')}"
            for difference in session.differences(line, want):
                fits = [i for i, excuse in enumerate(excuses) if fnmatch.fnmatch(request, literal(excuse[0]))
                        and fnmatch.fnmatch(difference, literal(excuse[1]))]
                used.update(fits)
                if not fits:
                    found += 1
                    print(f"{number} {line['tag']}: {request}: {difference}")
    finally:
        server.close()
    idle = [excuse for i, excuse in enumerate(excuses) if i not in used and not excuse[2].startswith("open:")
            and (kind == "new" or excuse[2].startswith("imported:"))]  # the others are of new nodes
    for excuse in idle:
        print("no longer needed in excuses.txt:", " | ".join(excuse))
    print(f"{len(lines)} requests, {found} differences, {len(excuses)} excuses, {len(idle)} of them idle")
    return 1 if found or idle else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
