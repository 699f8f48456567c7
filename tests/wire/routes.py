#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks all routes, as the program lists them itself, with every method, by somebody unknown and with a token that is none.

    routes.py PROGRAM [--show]

`bocage routes` says which methods a path has and whether its tokens are checked; routes.txt says with which status each
method answers somebody unknown who sends nothing. All else follows: what the Allow header names, 405 and 501 for other
methods, HEAD as GET without a body, 401 for a bad token where tokens are checked. Every refusal must be a problem+json that
says what and where. A route without a line in routes.txt is a fault, and so is a line without a route; when all has been asked,
nothing may have been stored. routes_bare.txt is the same for a bare SPARQL endpoint. --show prints the lines as the node answers now.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
from node import Node  # noqa: E402

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
BAD = {"Authorization": "Bearer not.a.token"}


class Route:
    def __init__(self, line):
        self.pattern, tokens, methods = line.split(maxsplit=2)
        self.lenient, self.methods = tokens == "any", methods.split(", ")


def expectations(name):
    """(pattern, path) -> the status of each method; None for those that the path does not have."""
    rows = {}
    for line in (Path(__file__).resolve().parent / name).read_text().splitlines():
        if line and not line.startswith("#"):
            pattern, path, *cells = line.split()
            rows[pattern, path] = dict(zip(METHODS, (None if cell == "-" else int(cell) for cell in cells), strict=True))
    return rows


class Walk:
    def __init__(self, node):
        self.node, self.faults, self.asked = node, [], 0

    def ask(self, method, path, headers=None):
        self.asked += 1
        got = self.node.ask(method, path, headers)
        self.faults += [f"{method} {path}{' with a bad token' if headers == BAD else ''}: {what}"
                        for what in refusal_faults(method, path, got)]
        return got

    def need(self, holds, what):
        if not holds:
            self.faults.append(what)

    def path(self, route, path, wanted):
        """Everything that can be asked of one path."""
        for method in METHODS:
            has = method in route.methods
            self.need(has == (wanted[method] is not None), f"{path}: the expectation and 'bocage routes' differ about {method}")
            got = self.ask(method, path)
            status = wanted[method] if has else 405
            self.need(got.status == status, f"{method} {path} answers {got.status} instead of {status}: {got.text[:150]}")
            if not has:
                self.allows(got, route, f"{method} {path}")
            self.bad_token(route, method, path, got)
            if method == "GET":
                self.head(path, got)
        options = self.ask("OPTIONS", path)
        self.need(options.status == 200 and not options.body, f"OPTIONS {path} answers {options.status}")
        self.allows(options, route, f"OPTIONS {path}")
        brew = self.ask("BREW", path)
        self.need(brew.status == 501, f"BREW {path} answers {brew.status}")
        self.allows(brew, route, f"BREW {path}")

    def allows(self, got, route, what):
        """A container is not replaced, nothing is posted to other resources, and lists of rights are only deleted with
        the policy solid: there one method less can be done."""
        allow, table = set((got.header("Allow") or "").split(", ")), set(route.methods)
        may_lack = {"/*": ({"PUT"}, {"POST"}), "/_acl/*": ({"DELETE"},)}.get(route.pattern, ())
        self.need(allow <= table and (allow == table or table - allow in may_lack),
                  f"{what}: Allow names {sorted(allow)}, the table {route.methods}")

    def bad_token(self, route, method, path, plain):
        got = self.ask(method, path, BAD)
        checked = method in route.methods and not route.lenient
        status = 401 if checked else plain.status
        self.need(got.status == status, f"{method} {path} answers a bad token with {got.status} instead of {status}")
        if checked and got.status == 401:
            self.need(got.json()["type"] == "INVALID_TOKEN", f"{method} {path}: a bad token's problem is {got.text}")

    def head(self, path, get):
        head = self.ask("HEAD", path)
        self.need(head.status == get.status and not head.body, f"HEAD {path} answers {head.status}, GET {get.status}")
        for name in ("Content-Type", "ETag", "Allow", "Link", "WAC-Allow"):
            self.need(head.header(name) == get.header(name),
                      f"HEAD {path}: {name} is {head.header(name)}, with GET {get.header(name)}")


def refusal_faults(method, path, got):
    """What is missing in an answer, and in a refusal above all."""
    if got.header("Access-Control-Allow-Origin") != "*":
        yield "no CORS headers"
    if got.status >= 500 and got.status != 501:
        yield f"answered with {got.status}"
    if got.status == 401 and not got.header("WWW-Authenticate"):
        yield "401 without WWW-Authenticate"
    if got.status == 405 and method in (got.header("Allow") or "").split(", "):
        yield "405, and Allow names it"
    if got.status < 400 or method == "HEAD":
        return
    if got.header("Content-Type") != "application/problem+json":
        yield f"{got.status} as {got.header('Content-Type')}: {got.text[:80]}"
        return
    body = got.json()
    for member in ("type", "title", "detail", "message"):
        if not isinstance(body.get(member), str) or not body[member]:
            yield f"{got.status} without {member}"
    if body.get("status") != got.status or body.get("code") != got.status:
        yield f"{got.status} tells of {body.get('status')}"
    if body.get("instance") != path.partition("?")[0]:
        yield f"instance is {body.get('instance')}"
    if len(body.get("detail", "").split()) < 3:
        yield f"'{body.get('detail')}' is no sentence"


def show(walk, routes, rows):
    for route in routes:
        for path in [path for pattern, path in rows if pattern == route.pattern] or [route.pattern]:
            cells = [str(walk.node.ask(method, path).status) if method in route.methods else "-" for method in METHODS]
            print(f"{route.pattern:<30} {path:<44}" + "".join(f"{cell:<7}" for cell in cells).rstrip())


def walk_all(name, node, flags, shown):
    """Walks the routes of one kind of node; how much is wrong with them."""
    routes = [Route(line) for line in node.run("routes", *flags).splitlines()]
    rows = expectations(name)
    with node:
        walk = Walk(node)
        if shown:
            show(walk, routes, rows)
            return 0
        before = node.run("dump"), node.run("stats")
        by_pattern = {route.pattern: route for route in routes}
        for pattern in by_pattern.keys() - {pattern for pattern, _ in rows}:
            walk.faults.append(f"{pattern} is a route without a line in {name}")
        for (pattern, path), wanted in rows.items():
            if pattern in by_pattern:
                walk.path(by_pattern[pattern], path, wanted)
            else:
                walk.faults.append(f"{name}: {pattern} is no route")
        walk.need((node.run("dump"), node.run("stats")) == before, "something was stored")
    for fault in walk.faults:
        print(fault)
    print(f"{name}: {len(rows)} paths, {walk.asked} requests, {len(walk.faults)} faults")
    return len(walk.faults)


def main():
    shown = "--show" in sys.argv
    node = Node(sys.argv[1], settings=["--login-tries", "100000"])
    node.account("admin", "--admin")
    faults = walk_all("routes.txt", node, [], shown)
    bare = Node(sys.argv[1], pack=None, settings=["--sparql-only"])
    faults += walk_all("routes_bare.txt", bare, ["--sparql-only"], shown)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
