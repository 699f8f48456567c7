#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Answers that go out while they are made, queries that nobody waits for any more, and too many at once.

    streams.py PROGRAM

Every case starts a bare endpoint over 1,000 triples; a product of patterns makes as many rows as are wanted.
"""
import http.client
import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
CASES = []
TRIPLES = 1000
MILLION = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
MANY = f"{MILLION[:-1]} . VALUES ?g {{ {' '.join(map(str, range(1000)))} }} }}"


def case(*settings):
    def keep(run):
        CASES.append((run, ["--sparql-only", *([] if "--query-time" in settings else ["--query-time", "5m"]), *settings]))
        return run
    return keep


def get(node, query, accept="text/csv", method="GET", timeout=120):
    link = node.connect(timeout)
    link.request(method, "/sparql?query=" + quote(query), headers={"Accept": accept})
    return link, link.getresponse()


def memory(node):
    """The most memory that it ever had, in bytes."""
    status = Path(f"/proc/{node.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def cpu(node):
    """The processor's time that it has used, in seconds."""
    fields = Path(f"/proc/{node.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_idle(node, within=10):
    """Whether it stops to work: on a busy machine too, what works gets some of the processor in half a second."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        before = cpu(node)
        time.sleep(0.5)
        if cpu(node) - before < 0.02:
            return True
    return False


def begins(node, since):
    end = time.monotonic() + 10
    while cpu(node) - since < 0.1 and time.monotonic() < end:
        time.sleep(0.05)
    return time.monotonic() < end


@case()
def a_small_answer_is_whole(node):
    link, got = get(node, "SELECT * { ?s ?p ?o } LIMIT 3")
    body = got.read()
    assert got.getheader("Content-Length") == str(len(body)) and body.count(b"\r\n") == 4, body
    assert got.getheader("Transfer-Encoding") is None


@case()
def a_large_answer_streams_in_constant_memory(node):
    get(node, f"{MILLION} LIMIT 100000")[1].read()
    before = memory(node)
    link, got = get(node, MILLION, accept="application/sparql-results+json")
    assert got.status == 200 and got.getheader("Transfer-Encoding") == "chunked", got.getheaders()
    assert got.getheader("Access-Control-Allow-Origin") == "*", got.getheaders()
    size, last = 0, b""
    while piece := got.read(1 << 20):
        size += len(piece)
        last = (last + piece)[-200:]
    assert size > 100 << 20, size
    assert last.endswith(b"}]}}"), last
    grown = memory(node) - before
    assert grown < 32 << 20, f"{size} bytes were sent, and memory grew by {grown}"
    link.request("GET", "/sparql?query=ASK%7B%7D")
    assert json.loads(link.getresponse().read())["boolean"], "the connection can't be used again"


@case()
def every_row_arrives(node):
    link, got = get(node, "SELECT ?c ?f { ?a ?b ?c . ?d ?e ?f FILTER(?f < 300) }")
    rows = got.read().split(b"\r\n")[1:-1]
    assert len(rows) == len(set(rows)) == TRIPLES * 300, (len(rows), len(set(rows)))


@case()
def graphs_stream_too(node):
    link, got = get(node, "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f FILTER(?f < 100) }", "application/n-triples")
    assert got.getheader("Transfer-Encoding") == "chunked"
    lines = got.read().split(b"\n")[:-1]
    assert len(set(lines)) == TRIPLES * 100 and all(line.endswith(b" .") for line in lines), len(lines)


@case()
def a_head_of_a_large_answer(node):
    link, got = get(node, MILLION, method="HEAD")
    assert got.status == 200 and got.getheader("Content-Type").startswith("text/csv") and got.read() == b""
    assert is_idle(node), "the query goes on though only its head was asked for"


@case("--query-rows", "100000")
def a_limit_behind_the_head_breaks_the_answer_off(node):
    link, got = get(node, MILLION)
    assert got.status == 200
    try:
        body = got.read()
        raise AssertionError(f"it looks whole, with {len(body)} bytes")
    except http.client.IncompleteRead as cut:
        assert cut.partial.count(b"\n") > 1000, "hardly anything arrived"
    got = get(node, "SELECT * { ?s ?p ?o }")[1]
    assert got.read().count(b"\n") == TRIPLES + 1


@case("--query-bytes", "5k")
def a_cap_of_bytes_before_the_head(node):
    got = get(node, "SELECT * { ?s ?p ?o }")[1]
    assert got.status == 413 and "5120 bytes" in json.loads(got.read())["detail"]
    got = get(node, "SELECT * { ?s ?p ?o } LIMIT 10")[1]
    assert got.status == 200 and len(got.read()) < 5120


@case("--query-bytes", "1M")
def a_cap_of_bytes_behind_the_head(node):
    got = get(node, MILLION)[1]
    try:
        got.read()
        raise AssertionError("it looks whole")
    except http.client.IncompleteRead as cut:
        assert len(cut.partial) <= 1 << 20


@case("--query-memory", "1M")
def a_graph_that_must_be_gathered_has_a_cap(node):
    query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f FILTER(?f < 100) }"
    got = get(node, query, "application/ld+json")[1]
    assert got.status == 413 and "memory" in json.loads(got.read())["detail"]


@case("--query-memory", "8M", "--graph-window", "64k")
def turtle_beyond_the_window_goes_out_a_triple_a_line(node):
    query = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f FILTER(?f < %d) }"
    few = get(node, "CONSTRUCT { <x:a> <x:b> ?f } { ?d ?e ?f FILTER(?f < 10) }", "text/turtle")[1].read().decode()
    many = get(node, query % 100, "text/turtle")[1]
    lines = many.read().decode().splitlines()
    assert "," in few, few
    assert many.status == 200 and len(lines) == 100000, (many.status, len(lines), lines[:3])
    assert all(line.startswith("<") and line.endswith(" .") for line in lines)


@case()
def a_client_that_goes_away_while_the_query_works(node):
    link = socket.create_connection(("127.0.0.1", node.port))
    before = cpu(node)
    link.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert begins(node, before), "it did not even begin"
    link.close()
    assert is_idle(node), "the query goes on though its client has gone"


@case("--query-rows", "0")
def a_client_that_goes_away_in_the_middle_of_its_answer(node):
    link = socket.create_connection(("127.0.0.1", node.port))
    link.sendall(f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert len(link.recv(1 << 16)) > 0
    link.close()
    assert is_idle(node), "the query goes on though its client has gone"


@case("--query-time", "2s", "--queries", "1", "--query-rows", "0")
def a_client_that_reads_nothing_holds_nothing_for_long(node):
    link = socket.create_connection(("127.0.0.1", node.port))
    link.sendall(f"GET /sparql?query={quote(MANY)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    began = time.monotonic()
    got = get(node, "ASK {}", "application/sparql-results+json")[1]  # waits for the only worker of queries
    assert json.loads(got.read())["boolean"] and time.monotonic() - began < 15, time.monotonic() - began
    data = b""
    while piece := link.recv(1 << 20):
        data = (data + piece)[-7:]
    assert data != b"\r\n0\r\n\r\n", "the answer looks whole"


@case("--queries", "1", "--query-queue", "1", "--query-time", "5s")
def too_many_queries_at_once(node):
    answers = []

    def endless():
        got = get(node, ENDLESS)[1]
        answers.append((got.status, got.read()))
    threads = [threading.Thread(target=endless) for _ in range(2)]
    for thread in threads:
        thread.start()
        time.sleep(1)
    got = get(node, "ASK {}")[1]
    assert got.status == 503 and int(got.getheader("Retry-After")) > 0, (got.status, got.read())
    assert node.ask("GET", "/static/bocage.css").status == 200, "other requests wait for queries"
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [504, 504], answers
    assert "5000 ms" in json.loads(answers[0][1])["detail"], answers
    assert get(node, "ASK {}", "application/sparql-results+json")[1].status == 200


@case("--query-rows", "0")
def stopping_breaks_queries_off(node):
    link, got = get(node, MANY)
    got.read(1 << 16)
    began = time.monotonic()
    assert node.stop() and time.monotonic() - began < 15, f"it took {time.monotonic() - began} s"


def play(check, settings):
    node = Node(PROGRAM, pack=None, settings=settings)
    data = node.folder / "data.nt"
    data.write_text("".join(f"<http://example.org/thing/{i}> <http://example.org/is> "
                            f'"{i}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n' for i in range(TRIPLES)))
    node.run("load", str(data))
    with node:
        check(node)
        if node.process.poll() is None:
            assert node.ask("GET", "/sparql?query=ASK%7B%7D").status == 200, "it answers no more"
            assert node.stop(), "it did not end cleanly:\n" + node.tail()


if __name__ == "__main__":
    cases.run([(check.__name__, lambda check=check, settings=settings: play(check, settings))
               for check, settings in CASES if check.__name__ in sys.argv[2:] or len(sys.argv) == 2])
