#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is sent wrongly: each gets a problem+json that says what is wrong, and nothing is stored.

    bad.py PROGRAM [--show]

A case is a request and what its refusal must be: the status, and a pattern that is found in its sentence. Behind each group
the whole store is compared with what it was. --show lists the answers.
"""
import base64
import hashlib
import hmac
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))
import cases  # noqa: E402
from node import Answer, Node  # noqa: E402

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else sys.exit(__doc__)
SHOW = "--show" in sys.argv
PAIR = "http://virtual-assembly.org/ontologies/pair#"
ORGANIZATION = f'<> a <{PAIR}Organization> ; <{PAIR}label> "Un nom" .'
TURTLE, JSONLD, UPDATE = "text/turtle", "application/ld+json", "application/sparql-update"
GROUPS = []


def group(make):
    GROUPS.append(make)
    return make


class Case:
    """One request and the refusal that it must get. `status` may be a 2xx: then it must be harmless."""

    def __init__(self, status, pattern, method, path, content=None, body=None, by="alice", **headers):
        self.status, self.pattern, self.method, self.path, self.body, self.by = status, pattern, method, path, body, by
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if content is not None:
            self.headers["Content-Type"] = content

    def ask(self, node):
        return node.ask(self.method, self.path, self.headers, self.body, self.by)

    def __str__(self):
        shown = self.body if isinstance(self.body, str) else repr(self.body)
        headers = {name: value[:60] for name, value in self.headers.items()}
        return f"{self.method} {self.path[:70]} {headers} {(shown or '')[:90]!r}"


class Raw(Case):
    """These very bytes; {token} stands for alice's. A connection that is closed, or waits for more, is an answer too where
    `status` has 0. What is no HTTP at all libmicrohttpd refuses itself."""

    def __init__(self, status, pattern, data):
        super().__init__(status, pattern, "RAW", "")
        self.body = data

    def ask(self, node):
        data = self.body.replace(b"{token}", node.tokens["alice"].encode())
        with socket.create_connection(("127.0.0.1", node.port), timeout=3) as link:
            got = b""
            try:
                link.sendall(data)
                while piece := link.recv(65536):
                    got += piece
            except OSError:
                pass
        if not got:
            return Answer(0, [], b"")
        while got.startswith(b"HTTP/1.1 100"):
            got = got.partition(b"\r\n\r\n")[2]
        head, _, body = got.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        return Answer(int(first.split(" ")[1]), [tuple(line.split(": ", 1)) for line in lines], body)


def faults(case, got):
    wanted = case.status if isinstance(case.status, tuple) else (case.status,)
    if got.status not in wanted:
        yield f"{got.status} instead of {case.status}: {got.text[:200]}"
        return
    if got.status == 302 and not re.match(r"http://localhost:\d+/|https://f\.example/", got.header("Location") + "/"):
        yield f"it sends to {got.header('Location')}"
    if got.status < 400:
        return
    if isinstance(case, Raw) and "<head><title>Request" in got.text:
        return
    if got.header("Content-Type") != "application/problem+json":
        yield f"{got.status} as {got.header('Content-Type')}: {got.text[:80]}"
        return
    problem = got.json()
    if problem.get("status") != got.status or problem.get("code") != got.status or not problem.get("message"):
        yield f"its members differ: {got.text[:200]}"
    if len(problem["detail"].split()) < 3:
        yield f"'{problem['detail']}' is no sentence"
    if not re.search(case.pattern, problem["detail"] + " " + problem["type"] + " " + problem.get("reason", "")):
        yield f"it says '{problem['detail']}' ({problem['type']}), nothing of {case.pattern}"


def post(status, pattern, body, content=TURTLE, path="/organizations", **more):
    return Case(status, pattern, "POST", path, content, body, **more)


@group
def turtle(node):
    yield post(400, "line|string|end", f'<> a <{PAIR}Organization> ; <{PAIR}label> "unfinished .')
    yield post(400, "pair", '<> a pair:Organization .')
    yield post(400, "UTF-8|utf", b'<> <http://e/p> "\xff\xfe" .')
    yield post(400, ".", '<> <http://e/p> "\\uD800" .')
    yield post(400, "NUL|IRI|char", b'<> a <http://e/\x00> .')
    yield post(400, "IRI|space", '<> a <http://e/a b> .')
    yield post(400, ".", '<> a [ [ [ [ .')
    yield post((400, 413), "deep|nest|limit", "<> <http://e/p> " + "[ <http://e/p> " * 4_000)
    yield post((400, 413), "deep|nest|limit", "<> <http://e/p> " + "( " * 30_000)
    yield post(400, "no type|type", f'<> <{PAIR}label> "Sans type" .')
    yield post(400, "empty|nothing|type", "")
    yield post((400, 403, 422), "other|subject|about", f'<{node.base}/organizations/halage> <{PAIR}label> "Autre" . {ORGANIZATION}')


@group
def jsonld(node):
    known = node.base + "/.well-known/context.jsonld"
    yield post(400, "end|JSON", '{"@context": ', JSONLD)
    yield post(400, "JSON|expected|value", "", JSONLD)
    yield post((400, 413), "deep", "[" * 60_000, JSONLD)
    yield post(400, "twice|same|duplicate|@id", '{"@id": "#a", "@id": "#b"}', JSONLD)
    yield post(400, "nowhere.example", '{"@context": "https://nowhere.example/c.jsonld", "@type": "pair:Organization"}', JSONLD)
    yield post(400, "127.0.0.1:9", '{"@context": "http://127.0.0.1:9/c.jsonld", "@type": "pair:Organization"}', JSONLD)
    yield post(400, "file:", '{"@context": "file:///etc/passwd", "@type": "pair:Organization"}', JSONLD)
    yield post(400, "@context|context", '{"@context": 12, "@type": "pair:Organization"}', JSONLD)
    yield post(400, "type", json.dumps({"@context": known, "pair:label": "Sans type"}), JSONLD)
    yield post(400, ".", '"just text"', JSONLD)
    yield post(400, ".", "12", JSONLD)
    yield post(400, ".", "null", JSONLD)
    yield post(400, "UTF-8|utf", b'{"@type": "\xc3\x28"}', JSONLD)
    yield post(400, "surrogate|escape|UTF", '{"@type": "\\ud800"}', JSONLD)
    yield post(400, ".", json.dumps({"@context": known, "@type": "pair:Organization", "@reverse": "x"}), JSONLD)
    yield post(400, "NaN|number|value|JSON", '{"a": NaN}', JSONLD)
    loop = {"@context": {"@vocab": "http://e/", "a": {"@id": "b"}, "b": {"@id": "a"}}, "@type": "a", "a": 1}
    yield post((400, 422), "cycl|a", json.dumps(loop), JSONLD)


@group
def media_types(node):
    yield post(415, "text/turtle", ORGANIZATION, "application/x-www-form-urlencoded")
    yield post(422, "TYPE_NOT_ACCEPTED", ORGANIZATION, "application/octet-stream")  # a file
    yield post(415, "text/turtle", ORGANIZATION, None)
    yield post(415, "text/turtle", ORGANIZATION, "")
    yield post(415, "text/turtle", ORGANIZATION, "turtle")
    yield post(415, "text/turtle", ORGANIZATION, ";;;")
    yield post(415, "text/turtle", ORGANIZATION, "text/turtle" * 300)
    yield post(415, "Content-Encoding", ORGANIZATION, "text/turtle", Content_Encoding="gzip")
    yield Case(415, "sparql-update", "PATCH", "/organizations/halage", "application/json", "{}", by="admin")
    yield Case(415, "sparql-update", "PATCH", "/organizations/halage", TURTLE, ORGANIZATION, by="admin")
    yield Case(415, "text/turtle", "PUT", "/organizations/halage", "text/plain", "Bonjour", by="admin")
    yield Case(415, "sparql", "POST", "/sparql", "text/plain", "SELECT * {}")
    yield Case(415, "JSON|json", "POST", "/auth/login", "text/plain", '{"username": "a"}')


@group
def containers_and_types(node):
    yield Case(404, "nulle-part", "POST", "/nulle-part", TURTLE, ORGANIZATION)
    yield Case(404, "nulle-part", "PUT", "/nulle-part/ici", TURTLE, ORGANIZATION, by="admin")
    yield Case(403, ".", "POST", "/organizations/halage", TURTLE, ORGANIZATION)
    yield Case(405, "container", "POST", "/organizations/halage", TURTLE, ORGANIZATION, by="admin")
    yield post(422, "TYPE_NOT_ACCEPTED", f'<> a <{PAIR}Event> ; <{PAIR}label> "Fête" .')
    yield Case(422, "TYPE_NOT_ACCEPTED", "PUT", "/organizations/neuve", TURTLE, f'<> a <{PAIR}Event> ; <{PAIR}label> "F" .')
    yield Case((403, 405, 409), ".", "DELETE", "/", by="admin")
    yield Case((403, 409, 422), ".", "DELETE", "/organizations", by="alice")
    yield Case(403, ".", "DELETE", "/organizations/halage", by="alice")
    yield Case((403, 404), ".", "PUT", "/_private/x", TURTLE, ORGANIZATION)
    yield Case((400, 404, 405, 415), ".", "PUT", "/.well-known/void", TURTLE, ORGANIZATION, by="admin")


@group
def names(node):
    for path in ("/organizations/%00", "/organizations/a%00b", "/organizations/a%2Fb", "/organizations/%2e%2e%2fusers"):
        yield Case(400, "path|slash|NUL|address", "PUT", path, TURTLE, ORGANIZATION)
    yield Case((400, 404), ".", "PUT", "/organizations/../../etc", TURTLE, ORGANIZATION)
    yield Case((400, 404), ".", "GET", "/../../etc/passwd")
    yield Case(400, ".", "GET", "/organizations/%")
    yield Case(400, ".", "GET", "/organizations/%zz")
    yield Case(400, ".", "PUT", "/organizations/%ff%fe", TURTLE, ORGANIZATION)
    yield Case(422, "500 bytes", "PUT", "/organizations/" + "n" * 4096, TURTLE, ORGANIZATION)
    yield Case(422, "500 bytes", "PUT", "/organizations/" + "%C3%A9" * 700, TURTLE, ORGANIZATION)
    yield Case(400, ".", "PUT", "/organizations/a%0Ab", TURTLE, ORGANIZATION)
    for name in (b"a<b>", b'a"b', b"a\\b", b"a{b}", b"a^b", b"a|b"):
        yield Raw(400, "encode", b"GET /organizations/" + name + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    yield Raw(400, ".", b"GET /organizations/\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


@group
def updates(node):
    halage = node.base + "/organizations/halage"
    label = f"<{PAIR}label>"

    def patch(status, pattern, text, path="/organizations/halage", by="admin", **more):
        return Case(status, pattern, "PATCH", path, UPDATE, text, by, **more)
    yield patch(400, "line|expected|INSERT", "INSERT DATA { <a> <b> }")
    yield patch(400, ".", "SELECT * { ?s ?p ?o }")
    yield patch(400, ".", f"INSERT DATA {{ <{halage}> {label} 'x' ")
    yield patch((400, 403, 422), "other|about|halage|subject", f"INSERT DATA {{ <{node.base}/organizations/autre> {label} 'x' }}")
    yield patch((400, 403, 422), ".", f"DELETE DATA {{ <{node.base}/themes> {label} 'x' }}")
    yield patch((400, 403, 422), "GRAPH|graph", f"INSERT DATA {{ GRAPH <{node.base}/themes> {{ <{halage}> {label} 'x' }} }}")
    yield patch((400, 403, 422), ".", "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }")
    yield patch((400, 403, 422), ".", "DROP ALL")
    yield patch((400, 403, 422), ".", "CLEAR DEFAULT")
    yield patch((400, 403, 422), ".", "LOAD <http://127.0.0.1:9/>")
    yield patch(409, "no container", f"INSERT DATA {{ <{halage}> <http://www.w3.org/ns/ldp#contains> <http://e/x> }}")
    yield patch(422, "TYPE_NOT_ACCEPTED", f"DELETE DATA {{ <{halage}> a <{PAIR}Organization> }} ; INSERT DATA {{ <{halage}> a <{PAIR}Event> }}")
    yield patch(404, ".", f"INSERT DATA {{ <{node.base}/organizations/rien> {label} 'x' }}", "/organizations/rien")
    yield patch(403, ".", f"INSERT DATA {{ <{halage}> {label} 'x' }}", by="bob")
    yield patch((400, 413), ".", f"INSERT DATA {{ <{halage}> {label} " + "(" * 50_000)

    def update(status, pattern, text, by="alice"):
        return Case(status, pattern, "POST", "/sparql", UPDATE, text, by)
    yield update(403, ".", f"INSERT DATA {{ GRAPH <{halage}> {{ <{halage}> {label} 'x' }} }}")
    yield update((400, 401), ".", f"INSERT DATA {{ GRAPH <{halage}> {{ <{halage}> {label} 'x' }} }}", by=None)
    yield update(403, ".", "DROP ALL")
    yield update((400, 403), ".", "LOAD <file:///etc/passwd>")
    yield update((400, 403, 502), ".", "LOAD <http://169.254.169.254/latest>")
    yield update(400, "line|expected", "INSERT DATA { <a> <b> ")
    yield Case(400, "line|expected", "POST", "/sparql", "application/sparql-query", "SELECT * { ?s ?p ")
    yield Case(400, ".", "GET", "/sparql?query=SELECT%20%2A%20%7B")
    yield Case(400, ".", "GET", "/sparql?query=%ff")
    yield Case((400, 502, 403), ".", "POST", "/sparql", "application/sparql-query",
               "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    yield Case((400, 413), ".", "POST", "/sparql", "application/sparql-query", "SELECT * { ?s ?p ?o FILTER " + "(" * 50_000)


@group
def multipart(node):
    def form(status, pattern, body, content="multipart/form-data; boundary=XX", path="/files"):
        return Case(status, pattern, "POST", path, content, body)
    part = b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nBonjour'
    yield form(400, "boundary|multipart|form", part + b"\r\n--XX--\r\n", "multipart/form-data")
    yield form(400, "boundary|multipart|form", part + b"\r\n--XX--\r\n", "multipart/form-data; boundary=")
    yield form(400, "boundary|multipart|form", part + b"\r\n--XX--\r\n", "multipart/form-data; boundary=YY")
    yield form(400, "boundary|end|multipart|form", part)
    yield form(400, ".", b"")
    yield form(400, ".", b"--XX--\r\n")
    yield form(400, ".", b"--XX\r\n\r\n--XX--\r\n")
    yield form(400, ".", part + b"\r\n" + part + b"\r\n--XX--\r\n")
    yield form(422, "TYPE_NOT_ACCEPTED", part + b"\r\n--XX--\r\n", path="/organizations")


def b64(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()


@group
def tokens(node):
    good = node.tokens["alice"]
    head, claims, signature = good.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    with tempfile.TemporaryDirectory() as folder:
        key = f"{folder}/key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        public = subprocess.run(["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True).stdout

        def signed(content):
            return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=content.encode(), check=True,
                                  capture_output=True).stdout
        other = f"{head}.{claims}." + b64(signed(f"{head}.{claims}"))
        jwk = b64({"alg": "RS256", "typ": "JWT", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "jku": "http://127.0.0.1:9/"})
        embedded = f"{jwk}.{claims}." + b64(signed(f"{jwk}.{claims}"))
    hs = b64({"alg": "HS256", "typ": "JWT"})
    confused = f"{hs}.{claims}." + b64(hmac.new(public, f"{hs}.{claims}".encode(), hashlib.sha256).digest())
    wrong = {
        "none": f"{b64({'alg': 'none'})}.{claims}.", "None": f"{b64({'alg': 'None'})}.{claims}.",
        "none with a signature": f"{b64({'alg': 'none'})}.{claims}.{signature}", "no algorithm": f"{b64({})}.{claims}.{signature}",
        "HS256 with a public key": confused, "another key": other, "a key of its own": embedded,
        "another audience": f"{head}.{b64({**said, 'aud': 'https://autre.example'})}.{signature}",
        "another issuer": f"{head}.{b64({**said, 'iss': 'https://autre.example'})}.{signature}",
        "expired": f"{head}.{b64({**said, 'exp': int(time.time()) - 9})}.{signature}",
        "somebody else": f"{head}.{b64({**said, 'webId': node.base + '/users/admin'})}.{signature}",
        "cut off": good[:-2], "no signature": f"{head}.{claims}.", "too many parts": good + "." + signature, "empty parts": "..",
        "no base64": "@@@.###.%%%", "no JSON": b64(b"\x00\x01") + "." + b64(b"xx") + ".xx", "a book": "a" * 16_000,
        "nested": f"{b64({'alg': 'RS256', 'cty': 'JWT'})}.{b64(good.encode())}.{signature}",
        "deep": f"{b64(b'[' * 5000)}.{claims}.{signature}", "two headers": f"{head}, {claims}",
    }
    for name, token in wrong.items():
        yield Case(401, "INVALID_TOKEN", "PUT", "/organizations/jeton", TURTLE, ORGANIZATION, by=None, Authorization="Bearer " + token,
                   X_Case=name)
    for other in ("Basic YWxpY2U6eA==", "Bearer", "Digest x", "", "Bearer\t"):
        yield Case((401, 403), ".", "PUT", "/organizations/jeton", TURTLE, ORGANIZATION, by=None, Authorization=other)


@group
def bodies(node):
    """The cap of this node is 64 kB, of files 128 kB."""
    big = f'<> a <{PAIR}Organization> ; <{PAIR}label> "{"x" * 70_000}" .'
    yield post(413, "6[45]", big)
    yield Case(413, "6[45]", "PUT", "/organizations/grosse", TURTLE, big)
    yield Case(413, "6[45]", "PATCH", "/organizations/halage", UPDATE, big)
    yield Case(413, ".", "POST", "/sparql", "application/sparql-query", big)
    yield Case(413, ".", "POST", "/auth/login", "application/json", big, by=None)
    yield Case(413, ".", "POST", "/users/alice/inbox", "application/activity+json", big, by=None)
    yield Case(413, "128|131", "POST", "/files", "application/octet-stream", "x" * 140_000)
    head = b"POST /organizations HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/turtle\r\nAuthorization: Bearer {token}\r\n"
    chunk = b"2000\r\n" + b"y" * 0x2000 + b"\r\n"
    yield Raw((413, 0), "6[45]", head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 12 + b"0\r\n\r\n")
    yield Raw((413, 0), ".", head + b"Content-Length: 99999999999\r\n\r\n")
    yield Raw((400, 413, 0), ".", head + b"Content-Length: 99999999999999999999999999\r\n\r\n")
    yield Raw((400, 0), ".", head + b"Content-Length: -1\r\n\r\n")
    yield Raw((400, 0), ".", head + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n<> a ")
    yield Raw((400, 0), ".", head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    yield Raw((400, 0), ".", head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
    yield Raw((400, 413, 0), ".", head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")
    yield Raw((400, 0), ".", head + b"Content-Length: 500\r\n\r\n<> a ")


@group
def headers(node):
    """Headers that say nonsense are refused, or passed over where RFC 9110 says so."""
    for method in ("PUT", "DELETE", "PATCH"):
        for tag in ('"other"', "nonsense", '"', 'W/"x"', '"a" "b"'):
            content, body = (None, None) if method == "DELETE" else \
                (UPDATE, f"INSERT DATA {{ <{node.base}/organizations/halage> <{PAIR}comment> 'x' }}") if method == "PATCH" else \
                (TURTLE, ORGANIZATION)
            yield Case((400, 412), ".", method, "/organizations/halage", content, body, by="admin", If_Match=tag)
    yield Case(412, ".", "PUT", "/organizations/halage", TURTLE, ORGANIZATION, by="admin", If_None_Match="*")
    yield Case((400, 412), ".", "PUT", "/organizations/rien", TURTLE, ORGANIZATION, by="admin", If_Match="*")
    yield Case(406, "text/turtle|ld.json", "GET", "/organizations/halage", Accept="image/png")
    yield Case((200, 406), ".", "GET", "/organizations/halage", Accept="nonsense")
    yield Case((200, 406), ".", "GET", "/organizations/halage", Accept=";q=" + "9" * 5000)
    yield Case((200, 406), ".", "GET", "/organizations/halage", Accept="text/turtle;q=abc")
    yield Case((200, 406), ".", "GET", "/organizations/halage", Accept=",".join(["a/b;q=0.1"] * 2000))
    yield Case(200, ".", "GET", "/organizations/halage", Range="bytes=9-1")
    yield Case(200, ".", "GET", "/organizations/halage", Range="bytes=" + ",".join(["0-1"] * 2000))
    yield Case(200, ".", "GET", "/organizations/halage", Range="bytes=99999999999999999999999-")
    for prefer in ("nonsense", "return=", 'return=representation; include="', 'return=representation; include="x y z"',
                   "return=minimal, return=representation", "," * 5000):
        yield Case(200, ".", "GET", "/organizations", Prefer=prefer, Accept=TURTLE)
    yield Case((200, 400), ".", "GET", "/organizations/halage", JsonLdContext="{nonsense", Accept=JSONLD)
    yield Case(422, "127.0.0.1:9", "GET", "/organizations/halage", JsonLdContext='"http://127.0.0.1:9/c"', Accept=JSONLD)
    yield Case(200, ".", "GET", "/organizations/halage", If_Modified_Since="hier", Accept=TURTLE)
    yield Case(200, ".", "GET", "/organizations/halage", Accept_Language="x" * 5000, Accept=TURTLE)
    flood = b"".join(b"X-%d: y\r\n" % n for n in range(20_000))
    yield Raw((400, 413, 431, 0), ".", b"GET / HTTP/1.1\r\nHost: localhost\r\n" + flood + b"\r\n")
    yield Raw((413, 431, 0), ".", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"h" * 200_000 + b"\r\n\r\n")
    yield Raw((414, 413, 431, 0), ".", b"GET /" + b"p" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    yield Raw((400, 0), ".", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    yield Raw((400, 0), ".", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")
    yield Raw((400, 0), ".", b"GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\nConnection: close\r\n\r\n")
    yield Raw((400, 0), ".", b"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\nConnection: close\r\n\r\n")
    yield Raw(200, ".", b"GET http://autre.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    yield Raw((200, 204, 400, 404), ".", b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    yield Raw((400, 404, 405, 501, 0), ".", b"CONNECT autre.example:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    yield Raw((400, 405, 501), ".", b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


@group
def federation(node):
    def send(status, pattern, body, path="/users/alice/inbox", by=None, **more):
        return Case(status, pattern, "POST", path, "application/activity+json",
                    body if isinstance(body, (str, bytes)) else json.dumps(body), by, **more)
    follow = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Follow", "id": "https://p.example/f/1",
              "actor": "https://p.example/u/1", "object": node.base + "/users/alice"}
    for body in ("", "{", "[]", "12", {}, {"type": 12}, {**follow, "actor": None}, "[" * 60_000, b"\xff\xfe{}"):
        yield send((400, 401, 413), ".", body)
    yield send(401, ".", follow)
    for signature in ("x", 'keyId="x"', 'keyId="https://p.example/u/1#main-key",signature="AAAA"',
                      'keyId="https://p.example/u/1#main-key",headers="(request-target)",signature="@@@"', "," * 5000,
                      'keyId="http://127.0.0.1:9/k",headers="(request-target) host date digest",signature="AAAA"'):
        yield send((400, 401), ".", follow, Signature=signature, Date="Wed, 25 Nov 2026 10:00:00 GMT", Digest="SHA-256=AAAA")
    yield send((400, 401), ".", follow, Signature="sig1=:AAAA:", Signature_Input="sig1=()")
    for body in ("", "{", "[]", "12", {}, {"type": []}, {"type": "Follow"}, {"type": "Like", "object": 1}, {"type": "Create"},
                 {"type": "Undo", "object": []}, {"type": "Add", "object": "https://p.example/x"}, "[" * 60_000):
        yield send((400, 413, 422), ".", body, "/users/alice/outbox", by="alice")
    yield send(403, ".", follow, "/users/alice/outbox", by="bob")
    yield send(404, ".", follow, "/users/personne/inbox")


@group
def rights(node):
    def send(status, pattern, method, path, body, content=TURTLE, by="admin"):
        return Case(status, pattern, method, path, content, body, by)
    for method in ("PUT", "PATCH"):
        yield send(400, ".", method, "/_acl/organizations", "")
        yield send(400, ".", method, "/_acl/organizations", "<#Read> a ")
        yield send(400, "incorrect", method, "/_acl/organizations", "<> <http://e/p> 1 .")
        yield send(400, ".", method, "/_acl/organizations", "{", JSONLD)
        yield send(415, "text/turtle", method, "/_acl/organizations", "x", "text/plain")
        yield send(404, ".", method, "/_acl/organizations/rien",
                   f"<#Read> a <http://www.w3.org/ns/auth/acl#Authorization> ; <http://www.w3.org/ns/auth/acl#mode> "
                   f"<http://www.w3.org/ns/auth/acl#Read> ; <http://www.w3.org/ns/auth/acl#agent> <http://e/x> ; "
                   f"<http://www.w3.org/ns/auth/acl#accessTo> <{node.base}/organizations/rien> .")
    yield send(400, ".", "POST", "/_rights/organizations", "", "application/json")
    yield send(400, ".", "POST", "/_rights/organizations", "[]", "application/json")
    yield send(401, ".", "POST", "/_groups", None, None, by=None)
    yield send(400, "Slug", "POST", "/_groups", None, None)
    for body in ("", "{", "[]", "{}", '{"memberUri": 1}', '{"memberUri": "x"}', '{"memberUri": "javascript:x"}', "[" * 60_000):
        yield send((400, 413), ".", "PATCH", "/_groups/superadmins", body, "application/json")
    for kind, path in (("application/ld+json", "/.notifications/WebSocketChannel2023"), ("application/json", "/vc/v0.3/credentials/issue"),
                       ("application/json", "/vc/v0.3/credentials/verify")):
        for body in ("", "{", "[]", '"x"', "{}", '{"type": {}}', '{"credential": []}', '{"verifiableCredential": {}}', "[" * 60_000):
            if (path.endswith("verify"), "{}}" in body) != (True, True):  # a credential of nothing is answered: verified, no
                yield send((400, 413, 422), ".", "POST", path, body, kind)


@group
def accounts(node):
    def send(status, pattern, path, body, **more):
        return Case(status, pattern, "POST", "/auth/" + path, "application/json", body if isinstance(body, str) else json.dumps(body),
                    **{"by": None, **more})
    for path in ("login", "signup", "reset_password", "new_password"):
        yield send(400, ".", path, "")
        yield send(400, ".", path, "{")
        yield send(400, ".", path, "[]")
        yield send(400, ".", path, '"x"')
        yield send(400, ".", path, {})
        yield send(400, ".", path, {"username": 1, "password": {}, "email": [], "token": True})
        yield send(413, "deep", path, "[" * 60_000)
    yield send(401, "account.not-found", "login", {"username": "alice", "password": "faux faux faux"})
    yield send(401, "account.not-found", "login", {"username": "a" * 4096, "password": "faux faux faux"})
    yield send(401, "account.not-found", "login", {"username": "alice\x00", "password": "faux faux faux"})
    yield send(401, "account.not-found", "login", {"username": "alice", "password": "\x00" * 100})
    yield send((400, 413, 422), "long|bytes|password", "signup", {"username": "longue", "password": "p" * 60_000})
    yield send((400, 422), "password|short|characters", "signup", {"username": "courte", "password": "x"})
    for name in ("../admin", "a/b", "", " ", "a" * 4096, "a\x00b", "a\nb", "%00", "\u202egpj", "<x>", "..", ".", "admin#x", "a?b"):
        yield send((400, 409, 422), "name|username", "signup", {"username": name, "password": "une longue phrase"})
    yield send((400, 409, 422), "taken|exist|there", "signup", {"username": "alice", "password": "une longue phrase"})
    yield send((400, 409, 422), "taken|exist|there|name", "signup", {"username": "ALICE", "password": "une longue phrase"})
    for email in ("x", "a@", "@b", "a b@c.d", "a@b\n", "a@b.c\r\nBcc: x@y.z", "a" * 300 + "@b.c"):
        yield send((400, 422), "address|email|mail", "signup", {"email": email, "password": "une longue phrase"})
    yield send((400, 403), ".", "new_password", {"email": "x@y.z", "token": "x", "password": "une longue phrase"})
    yield send(401, ".", "account", {"currentPassword": "x", "newPassword": "une longue phrase"})
    yield send(403, "auth.account.invalid_password", "account", {"currentPassword": "faux faux"}, by="alice")
    for url in ("https://mechant.example/", "//mechant.example", "javascript:alert(1)", "/\\mechant.example"):
        yield Case(302, ".", "GET", "/auth/logout?redirectUrl=" + "".join(f"%{ord(c):02x}" for c in url), by=None)


def play(node, make):
    def whole():
        wrong, count = [], 0
        before = node.run("dump"), node.run("stats")
        for one in make(node):
            began = time.monotonic()
            try:
                got = one.ask(node)
            except OSError as broken:
                raise AssertionError(f"{one}: {broken} {node.tail()}") from None
            if SHOW:
                print(f"{got.status} {time.monotonic() - began:.1f} s {got.text[:230]}\n    {one}")
            count += 1
            wrong += [f"{one}: {fault}" for fault in faults(one, got)]
            if 200 <= got.status < 300 and one.method not in ("GET", "RAW"):
                wrong.append(f"{one}: {got.status}")
        after = node.run("dump"), node.run("stats")
        if after != before:
            lines = set(after[0].splitlines()) ^ set(before[0].splitlines())
            wrong.append("something was stored: " + "\n".join(sorted(lines)[:20]))
        assert node.process.poll() is None and node.ask("GET", "/.well-known/nodeinfo").status == 200, node.tail()
        assert not wrong, f"{len(wrong)} of {count}\n  " + "\n  ".join(wrong)
    return make.__name__.replace("_", " "), whole


def slugs(node):
    """A Slug is a wish: what can't be a name is left out, and the resource lies in its container whatever it says."""
    for slug in ("../../_acl/organizations", "..", ".", "/", "a/b", "%2e%2e%2fusers", "%00", "?x", "#y", "<b>", "x" * 4096, "",
                 "é" * 2000, "\u202egpj.exe", "\ufeff", "a\tb", "\xff\xfe", "sparql", "_acl", "\U0001f600"):
        got = node.ask("POST", "/organizations", {"Content-Type": TURTLE, "Slug": slug.encode()}, ORGANIZATION, by="alice")
        assert got.status == 201, (slug[:50], got.status, got.text)
        where = got.header("Location")
        assert re.fullmatch(re.escape(node.base) + r"/organizations/[a-z0-9][a-z0-9.-]*", where), (slug[:50], where)
        assert len(where) < 300 and node.ask("GET", where).status == 200, where


def main():
    wanted = [word for word in sys.argv[2:] if not word.startswith("-")]
    settings = ["--login-tries", "100000", "--body-cap", "64k", "--file-cap", "128k", "--front-ends", "https://f.example"]
    node = Node(PROGRAM, settings=settings)
    for words in (["alice"], ["bob"], ["admin", "--admin"]):
        node.account(*words)
    with node:
        plain = [] if wanted else [("slugs", lambda: slugs(node))]
        cases.run([play(node, make) for make in GROUPS if not wanted or make.__name__ in wanted] + plain)


if __name__ == "__main__":
    main()
