#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The node's caps, its TLS and its trust in proxies, each by the setting that governs it.

    limits.py PROGRAM

Every case starts a node with small caps, goes beyond one, sees the refusal, and then sees that the node still answers.
"""
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
CASES = []


def case(*settings):
    def keep(run):
        CASES.append((run, settings))
        return run
    return keep


def raw(node, data, wait=5.0):
    """What comes back for these very bytes, until the node closes or falls silent."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=wait) as link:
        link.sendall(data)
        got = b""
        try:
            while piece := link.recv(65536):
                got += piece
                if b"\r\n\r\n" in got and got.count(b"\r\n\r\n") and b"Content-Length: 0" in got:
                    break
        except (TimeoutError, ConnectionError):
            pass
        return got.decode("latin-1")


def answered(node, count):
    """How many of so many connections at once are served."""
    links = [socket.create_connection(("127.0.0.1", node.port), timeout=0.5) for _ in range(count)]
    served = 0
    for link in links:
        try:
            link.sendall(b"GET /.well-known/nodeinfo HTTP/1.1\r\nHost: localhost\r\n\r\n")
            served += link.recv(12) == b"HTTP/1.1 200"
        except OSError:
            pass
    for link in links:
        link.close()
    time.sleep(0.3)
    return served


@case("--body-cap", "64k")
def a_body_beyond_its_cap(node):
    big = '<> <http://example.org/p> "' + "x" * 70_000 + '" .'
    got = node.ask("POST", "/organizations", {"Content-Type": "text/turtle"}, big, by="admin")
    assert got.status == 413 and got.header("Content-Type") == "application/problem+json", (got.status, got.text)
    assert "64" in got.json()["detail"] or "65" in got.json()["detail"], got.text
    chunked = ("POST /organizations HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/turtle\r\n"
               f"Authorization: Bearer {node.tokens['admin']}\r\nTransfer-Encoding: chunked\r\n\r\n"
               + ("2000\r\n" + "y" * 0x2000 + "\r\n") * 12 + "0\r\n\r\n")
    answer = raw(node, chunked.encode())
    assert answer.startswith("HTTP/1.1 413") or answer == "", answer[:200]


@case("--head-cap", "16k")
def a_head_beyond_its_cap(node):
    answer = raw(node, ("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "h" * 200_000 + "\r\n\r\n").encode())
    assert answer == "" or answer.split(" ")[1] in ("413", "414", "431"), answer[:200]
    answer = raw(node, ("GET /" + "p" * 200_000 + " HTTP/1.1\r\nHost: localhost\r\n\r\n").encode())
    assert answer == "" or answer.split(" ")[1] in ("413", "414", "431"), answer[:200]


@case("--login-tries", "3", "--registration", "closed")
def guessing_passwords_and_closed_registration(node):
    def log_in(name):
        return node.ask("POST", "/auth/login", {"Content-Type": "application/json"},
                        json.dumps({"username": name, "password": "devine devine"}))
    assert [log_in("admin").status for _ in range(3)] == [401] * 3
    got = log_in("personne")
    assert got.status == 429 and got.header("Retry-After") == "60", (got.status, got.text)
    signup = node.ask("POST", "/auth/signup", {"Content-Type": "application/json"},
                      json.dumps({"username": "nouvelle", "password": "une longue phrase"}))
    assert signup.status == 403 and signup.json()["message"] == "registration.not-allowed", signup.text


@case("--connections-per-address", "8")
def too_many_connections_from_one_address(node):
    served = answered(node, 20)
    assert 1 <= served <= 8, f"{served} of 20 connections were served"


@case("--timeout", "2s")
def a_client_that_never_finishes_its_request(node):
    with socket.create_connection(("127.0.0.1", node.port), timeout=15) as link:
        link.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nquery=")
        began = time.monotonic()
        try:
            while link.recv(4096):
                pass
        except ConnectionError:
            pass
        assert time.monotonic() - began < 10, "the connection was kept open"


@case("--query-time", "200ms")
def a_query_beyond_its_time(node):
    began = time.monotonic()
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"},
                   "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert got.status in (503, 504), (got.status, got.text[:300])
    assert "200" in got.json()["detail"] or "time" in got.json()["detail"].lower(), got.text
    assert time.monotonic() - began < 3


@case("--query-rows", "10")
def a_query_with_too_many_rows(node):
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": "text/csv"},
                   "SELECT * { ?s ?p ?o }")
    assert got.status in (413, 503), (got.status, got.text[:300])
    assert "10" in got.json()["detail"], got.text


@case("--query-memory", "1M")
def a_query_that_needs_too_much_memory(node):
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"},
                   "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c")
    assert got.status == 413 and "memory" in got.json()["detail"], (got.status, got.text[:300])


@case("--update-time", "300ms")
def an_update_beyond_its_time(node):
    text = ("INSERT { GRAPH <http://example.org/g> { ?a ?b ?c } } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
            "FILTER(STRLEN(STR(?c)) + STRLEN(STR(?l)) < 0) }")
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text, by="admin")
    assert got.status == 504 and "300 ms" in got.json()["detail"], (got.status, got.text[:300])
    assert not node.sparql("ASK { GRAPH <http://example.org/g> { ?s ?p ?o } }")


@case("--default-graph", "unnamed")
def the_default_graph_can_be_the_unnamed_one_alone(node):
    assert not node.sparql("ASK { ?s ?p ?o }") and node.sparql("ASK { GRAPH ?g { ?s ?p ?o } }")
    text = "INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
    got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text, by="admin")
    assert got.status == 204, got.text
    assert node.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [{"n": "1"}]
    described = node.ask("GET", "/sparql", {"Accept": "text/turtle"}).text
    assert "sd:endpoint" in described and "UnionDefaultGraph" not in described, described


@case("--connections", "8", "--connections-per-address", "100")
def too_many_connections_in_all(node):
    served = answered(node, 20)
    assert 1 <= served <= 8, f"{served} of 20 connections were served"


@case("--store-cap", "1M")
def a_store_that_is_full(node):
    statuses = []
    for n in range(40):
        body = (f'@prefix pair: <http://virtual-assembly.org/ontologies/pair#> . <> a pair:Organization ; pair:label "{n}" ; '
                f'pair:description "{n} {"x" * 50_000}" .')
        statuses.append(node.ask("PUT", f"/organizations/big{n}", {"Content-Type": "text/turtle"}, body, by="admin").status)
    assert statuses[-1] == 507, statuses
    assert node.ask("GET", "/organizations").status == 200, "a full store can't be read any more"


@case("--trusted-proxies", "127.0.0.1")
def a_trusted_proxy_speaks_for_its_client(node):
    got = node.ask("GET", "/.well-known/void", {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
    assert got.status == 200


@case()
def requests_that_are_no_http(node):
    for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100,
                     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello"):
        answer = raw(node, nonsense, wait=2)
        assert answer == "" or answer.split(" ")[1][0] in "45", answer[:200]


def tls():
    """The node speaks TLS itself when it is given a certificate and a key."""
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        node = Node(PROGRAM, settings=["--tls-certificate", certificate, "--tls-key", key])
        with node:
            trust = ssl.create_default_context(cafile=certificate)
            with socket.create_connection(("127.0.0.1", node.port)) as link:
                with trust.wrap_socket(link, server_hostname="localhost") as secure:
                    secure.sendall(b"GET /.well-known/nodeinfo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    got = b""
                    while piece := secure.recv(65536):
                        got += piece
            assert got.startswith(b"HTTP/1.1 200"), got[:200]
            json.loads(got.split(b"\r\n\r\n", 1)[1])


def bare():
    """A bare endpoint makes its store, has no resources and no accounts, and is there for this machine alone."""
    with Node(PROGRAM, pack=None, settings=["--sparql-only"]) as node:
        listening = [line.split()[1] for name in ("tcp", "tcp6") for line in open(f"/proc/net/{name}")
                     if line.split()[1].endswith(f":{node.port:04X}") and line.split()[3] == "0A"]
        assert listening == [f"0100007F:{node.port:04X}"], listening
        assert node.ask("GET", "/").status == 303 and node.ask("GET", "/organizations").status == 404
        assert node.ask("GET", "/.well-known/nodeinfo").status == 404
        text = "INSERT DATA { GRAPH <http://example.org/g> { <http://example.org/a> <http://example.org/b> 1 } }"
        got = node.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text)
        assert got.status == 204, got.text
        assert not node.sparql("ASK { ?s ?p ?o }"), "its default graph is not the unnamed one"
        page = node.ask("GET", "/sparql", {"Accept": "text/html"})
        assert page.status == 200 and "<form" in page.text and "besoins" not in page.text, page.text[:300]


def a_default_graph_of_no_such_name():
    try:
        Node(PROGRAM, pack=None, settings=["--sparql-only", "--default-graph", "nonsense"]).start()
    except RuntimeError as refused:
        assert "union or unnamed" in str(refused), refused
        return
    raise AssertionError("it takes any name")


def with_node(check, settings):
    def whole():
        node = Node(PROGRAM, settings=settings)
        node.account("admin", "--admin")
        with node:
            check(node)
            assert node.ask("GET", "/.well-known/nodeinfo").status == 200, "the node answers no more"
    return whole


if __name__ == "__main__":
    cases.run([(check.__name__, with_node(check, settings)) for check, settings in CASES] +
              [(check.__name__, check) for check in (tls, bare, a_default_graph_of_no_such_name)])
