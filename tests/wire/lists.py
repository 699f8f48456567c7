#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Containers with many members: sent while they are gathered, in constant memory, each as the asker may see it.

    lists.py PROGRAM
"""
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
case, CASES = cases.on_nodes(PROGRAM, ["admin", "--admin"], ["alice"])
PAIR = "http://virtual-assembly.org/ontologies/pair#"
TURTLE, UPDATE = {"Content-Type": "text/turtle"}, {"Content-Type": "application/sparql-update"}
AS_JSON = {"Accept": "application/ld+json"}
MANY, TEXT = 10_000, "Une haie vive entre deux champs, plantée par les voisins. " * 20


def fill(node, count):
    """Members by one update; a container with many is filled by a pack, before the node starts."""
    graphs = "".join(f'GRAPH <{node.base}/ideas/i{i}> {{ <{node.base}/ideas/i{i}> a <{PAIR}Idea> ; <{PAIR}label> "Idée {i}" ; '
                     f'<{PAIR}description> "{TEXT}" }}\n' for i in range(count))
    got = node.ask("POST", "/sparql", UPDATE, f"INSERT DATA {{ {graphs} }}", by="alice")
    assert got.status == 204, got.text


def fill_before(node, count):
    pack = node.folder / "many"
    pack.mkdir()
    ideas = (f'<ideas/i{i}> a <{PAIR}Idea> ; <{PAIR}label> "Idée {i}" ; <{PAIR}description> "{TEXT}" .\n' for i in range(count))
    (pack / "ideas.ttl").write_text("".join(ideas), encoding="utf-8")
    node.run("init", "--pack", str(pack), "--base-url", node.base)


def memory(node):
    """What the process holds itself, in bytes; pages of the store's file are the system's."""
    status = Path(f"/proc/{node.process.pid}/status").read_text()
    return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) * 1024


def streamed(node, path, headers, by=None):
    """The answer's head, its length, its end, and the most memory that the node had meanwhile."""
    headers = dict(headers, **({"Authorization": "Bearer " + node.tokens[by]} if by else {}))
    link = node.connect(120)
    link.request("GET", path, headers=headers)
    got = link.getresponse()
    size, last, most = 0, b"", 0
    while piece := got.read(1 << 20):
        size, last = size + len(piece), (last + piece)[-200:]
        most = max(most, memory(node))
    link.close()
    return got, size, last, most


def shown(node, by=None):
    got = node.ask("GET", "/ideas", AS_JSON, by=by)
    assert got.status == 200, got.text
    return {one["id"].rsplit("/", 1)[-1]: one for one in got.json()["ldp:contains"]}, got.header("ETag")


def ten_thousand_members_stream_in_constant_memory():
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=4"  # what is freed counts as free
    node = Node(PROGRAM, settings=["--cache", "2M", "--query-time", "5m"])
    fill_before(node, MANY)
    with node:
        many_members_stream(node)


def many_members_stream(node):
    streamed(node, "/ideas", AS_JSON)
    before = memory(node)
    for headers, end in ((AS_JSON, b"]}"), ({"Accept": "text/turtle"}, b" .\n")):
        got, size, last, most = streamed(node, "/ideas", headers)
        assert got.status == 200 and got.getheader("Transfer-Encoding") == "chunked", got.getheaders()
        assert size > MANY * len(TEXT) and last.endswith(end), (size, last)
        assert most - before < 12 << 20, f"{size} bytes were sent, and memory grew by {most - before}"
    members, _ = shown(node)
    assert len(members) == MANY and members["i77"]["pair:label"] == "Idée 77"
    link = node.connect()
    link.request("GET", "/ideas", headers=AS_JSON)
    link.getresponse().read(1000)
    assert node.ask("GET", "/ideas/i5", AS_JSON).status == 200
    link.close()


@case()
def what_is_sent_whole_has_a_length_and_is_kept(node):
    fill(node, 300)
    first = node.ask("GET", "/ideas", AS_JSON)
    assert first.header("Content-Length") == str(len(first.body)) and len(first.json()["ldp:contains"]) >= 300
    again = node.ask("GET", "/ideas", AS_JSON)
    assert again.body == first.body and again.header("ETag") == first.header("ETag")


@case()
def the_tag_is_that_of_what_is_shown(node):
    fill(node, 3)
    members, before = shown(node)
    assert node.ask("PATCH", "/ideas/i1", UPDATE, f'INSERT DATA {{ <{node.base}/ideas/i1> <{PAIR}comment> "Neuf" }}', by="alice").status == 204
    members, after = shown(node)
    assert after != before and members["i1"]["pair:comment"] == "Neuf"
    got = node.ask("GET", "/ideas", {**AS_JSON, "If-None-Match": after})
    assert got.status == 304, got.status
    acl = (f"<#a> a <http://www.w3.org/ns/auth/acl#Authorization> ; <http://www.w3.org/ns/auth/acl#accessTo> <{node.base}/ideas/i1> ; "
           f"<http://www.w3.org/ns/auth/acl#mode> <http://www.w3.org/ns/auth/acl#Read>, <http://www.w3.org/ns/auth/acl#Control> ; "
           f"<http://www.w3.org/ns/auth/acl#agent> <{node.base}/users/alice> .")
    seen, alices = shown(node, by="alice")
    got = node.ask("PUT", "/_acl/ideas/i1", TURTLE, acl, by="alice")
    assert got.status == 204, got.text
    members, hidden = shown(node)
    assert hidden != after and "i1" not in members and "i2" in members
    assert node.ask("GET", "/ideas", {**AS_JSON, "If-None-Match": after}).status == 200
    members, alices = shown(node, by="alice")
    assert "i1" in members and alices != hidden, "two who see different things share an entity tag"
    text = node.ask("GET", "/ideas", {"Accept": "text/turtle"}).text + node.ask("GET", "/ideas", {"Accept": "application/n-triples"}).text
    assert "ideas/i1" not in text and "ideas/i2" in text
    assert node.ask("GET", "/ideas", {**AS_JSON, "If-None-Match": alices}, by="alice").status == 304


@case("--cache", "1M", "--query-time", "2s", "--queries", "1")
def a_client_that_does_not_read_keeps_nobody_waiting(node):
    fill(node, 1000)
    idle = [node.connect() for _ in range(3)]
    for link in idle:
        link.request("GET", "/ideas", headers=AS_JSON)
    begun = time.monotonic()
    for i in range(20):
        assert node.ask("GET", f"/ideas/i{i}", AS_JSON).status == 200
    assert time.monotonic() - begun < 10, "resources wait for those who read lists"
    for link in idle:
        link.close()


@case()
def a_context_of_ones_own(node):
    fill(node, 2)
    got = node.ask("GET", "/ideas", {**AS_JSON, "JsonLdContext": json.dumps({"@vocab": PAIR, "has": {"@id": "http://www.w3.org/ns/ldp#contains", "@container": "@set"}})})
    one = next(member for member in got.json()["has"] if member["@id"].endswith("/i1"))
    assert one["@type"] == "Idea" and one["label"] == "Idée 1" and "@context" not in one, one
    got = node.ask("GET", "/ideas", {**AS_JSON, "JsonLdContext": '"http://localhost:1/none"'})
    assert 400 <= got.status < 500, (got.status, got.text[:200])


cases.run([*CASES, ("ten thousand members stream in constant memory", ten_thousand_members_stream_in_constant_memory)])
