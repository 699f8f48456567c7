# SPDX-License-Identifier: Apache-2.0
"""CommonResource: what LDP 1.0 section 4.2 asks of every resource."""
import re
import socket

from place import LDP, PREFIXES, RESOURCES, TURTLE, UPDATE, case, media_of, need, types_of, words_of

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ENTITY_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
STALE = '"these-are-not-the-tags-you-look-for"'


def raw(place, text):
    """What a server says to a request, to the letter; the connection is left to it to close."""
    with socket.create_connection(("localhost", place.node.port), timeout=10) as line:
        line.sendall(text.replace("\n", "\r\n").encode())
        line.settimeout(10)
        said = b""
        while piece := line.recv(65536):
            said += piece
    return said.decode("latin-1")


@case("CommonResource-IsHttp11Manual", *RESOURCES)
def is_http_11(place):
    path = place.iri[len(place.node.base):]
    who = f"Host: localhost\nAuthorization: Bearer {place.node.tokens['alice']}\n"
    twice = raw(place, f"HEAD {path} HTTP/1.1\n{who}\nHEAD {path} HTTP/1.1\n{who}Connection: close\n\n")
    need(twice.count("HTTP/1.1 200 ") == 2, f"two requests on one connection: {twice}")
    need(twice.startswith("HTTP/1.1 200 ") and "\r\nDate: " in twice, f"no status line and Date of HTTP/1.1: {twice}")
    hostless = raw(place, f"GET {path} HTTP/1.1\nConnection: close\n\n")
    need(hostless.startswith("HTTP/1.1 400 "), f"a request without Host: {hostless[:80]}")
    update = "INSERT DATA { <%s> <http://example.org/ns#said> 'en morceaux' }" % place.iri
    pieces = f"PATCH {path} HTTP/1.1\n{who}Content-Type: {UPDATE}\nTransfer-Encoding: chunked\nConnection: close\n\n"
    pieces += f"{10:x}\n{update[:10]}\n{len(update) - 10:x}\n{update[10:]}\n0\n\n"
    need(raw(place, pieces).startswith("HTTP/1.1 204 "), "a body in chunks is not understood")
    need(" 204 " not in raw(place, pieces.replace("\n0\n\n", "\nzz\n\n"))[:20], "a broken chunk is taken")
    unknown = raw(place, f"BREW {path} HTTP/1.1\n{who}Connection: close\n\n")
    need(unknown[9:12] in ("405", "501"), f"an unknown method: {unknown[:80]}")


@case("CommonResource-ETagHeadersGet", *RESOURCES)
def etag_of_get(place):
    got = place.get("*/*")
    tag = got.header("ETag") or ""
    need(ENTITY_TAG.fullmatch(tag), f"ETag: {tag}")
    again = place.ask("GET", {"Accept": "*/*", "If-None-Match": tag})
    need(again.status == 304 and again.header("ETag") == tag, f"If-None-Match of its tag gives {again.status}")
    described = place.etag()
    place.change()
    need(place.etag() != described, "it changed, and its entity tag did not")


@case("CommonResource-ETagHeadersHead", *RESOURCES)
def etag_of_head(place):
    for accept in ("*/*", TURTLE):
        tag = place.ask("HEAD", {"Accept": accept}).header("ETag") or ""
        need(ENTITY_TAG.fullmatch(tag), f"ETag: {tag}")
        need(tag == place.get(accept).header("ETag"), "GET has another one")


@case("CommonResource-LdpLinkHeader", *RESOURCES)
def link_in_all_responses(place):
    tag = place.etag()
    answers = {
        "GET": place.get("*/*"), "GET as Turtle": place.get(), "HEAD": place.ask("HEAD"), "OPTIONS": place.ask("OPTIONS"),
        "GET, not modified": place.ask("GET", {"Accept": TURTLE, "If-None-Match": tag}),
        "GET, not acceptable": place.ask("GET", {"Accept": "video/ogg"}),
        "PATCH of a stranger": place.ask("PATCH", {"Content-Type": UPDATE}, "DELETE WHERE { ?s ?p ?o }", by=None),
        "PATCH, failed precondition": place.patch("DELETE WHERE { ?s ?p ?o }", **{"If-Match": STALE}),
        "PATCH, media type": place.ask("PATCH", {"Content-Type": "text/plain"}, "x"),
        "PATCH": place.patch("INSERT DATA { <> <http://example.org/ns#said> 'ici' }"),
        "PUT": place.put("<> a ex:Thing ."), "PUT, broken": place.put("<> a"), "POST": place.ask(
            "POST", {"Content-Type": TURTLE}, place.body()), "POST, broken": place.ask(
                "POST", {"Content-Type": TURTLE}, "<> a"),
    }
    if place.is_container:
        need(place.ask("DELETE").status == 409, "a container with members was deleted")
    answers["DELETE"] = place.ask("DELETE")
    lacking = [name for name, got in answers.items() if str(LDP.Resource) not in types_of(got)]
    need(not lacking, f"no Link with rel=type and ldp:Resource in the answers to {', '.join(lacking)}")


@case("CommonResource-GetResource", *RESOURCES)
def get_resource(place):
    need(place.allows("GET"), "GET is not in Allow")
    need(len(place.get("*/*").body) > 0, "GET gives nothing")


@case("CommonResource-GetResponseHeaders", *RESOURCES)
def headers_of_options_in_get(place):
    options = place.ask("OPTIONS")
    for accept in ("*/*", TURTLE):
        got = place.get(accept)
        for header in ("Allow", "Accept-Post", "Accept-Patch"):
            need(words_of(got, header) == words_of(options, header),
                 f"{header} of GET is {got.header(header)}, of OPTIONS {options.header(header)}")


@case("CommonResource-PutRequiresIfMatch", *RESOURCES)
def put_requires_if_match(place):
    if place.may_put():
        before = place.get()
        got = place.put(before.body)
        need(got.status in (412, 428), f"PUT without If-Match answers {got.status}")


@case("CommonResource-ConditionFailedStatusCode", *RESOURCES)
def failed_condition(place):
    if place.may_put():
        before = place.get()
        got = place.put("<> a ex:Thing .", **{"If-Match": STALE})
        need(got.status == 412, f"PUT with another's entity tag answers {got.status}")
        need(place.get().body == before.body, "and changes it")


@case("CommonResource-PreconditionRequiredStatusCode", *RESOURCES)
def required_condition(place):
    """428 is for servers that require conditions: the same PUT goes without one, or it is 428."""
    if place.may_put():
        for accept in (TURTLE, "*/*"):  # of a file, the tag of its bytes is good too
            tag = place.get(accept).header("ETag")
            got = place.put(place.get().body, **{"If-Match": tag})
            need(got.status == 204, f"PUT with the entity tag of {accept} answers {got.status} {got.text}")
        got = place.put(place.get().body)
        need(got.status in (204, 428), f"PUT without a condition answers {got.status}")


@case("CommonResource-PutBadETag", *RESOURCES)
def put_with_a_stale_etag(place):
    if place.may_put():
        tag = place.etag()
        place.change()
        before = place.get()
        for stale in (tag, f'{STALE}, {tag}', tag.strip('"'), f"W/{place.etag()}"):
            got = place.put("<> a ex:Thing .", **{"If-Match": stale})
            need(got.status == 412, f"PUT with If-Match: {stale} answers {got.status}")
        need(place.get().body == before.body, "and changes it")


@case("CommonResource-Head", *RESOURCES)
def head(place):
    need(place.allows("HEAD"), "HEAD is not in Allow")
    for accept in ("*/*", TURTLE):
        got, shown = place.ask("HEAD", {"Accept": accept}), place.get(accept)
        need(got.status == 200 and got.body == b"", f"HEAD answers {got.status} with {len(got.body)} bytes")
        for name, value in shown.headers:
            need(name in ("Date",) or (name, value) in got.headers, f"HEAD lacks {name}: {value}")


@case("CommonResource-AcceptPatchHeader", *RESOURCES)
def accept_patch(place):
    options = place.ask("OPTIONS")
    listed = words_of(options, "Accept-Patch")
    need(not place.allows("PATCH") or listed, "PATCH is in Allow, and there is no Accept-Patch")
    need(UPDATE in listed, f"Accept-Patch: {listed}")
    place.change()
    other = place.ask("PATCH", {"Content-Type": "application/json-patch+json"}, "[]")
    need(other.status == 415 and words_of(other, "Accept-Patch") == listed,
         f"a type that is not in Accept-Patch answers {other.status}, Accept-Patch: {other.header('Accept-Patch')}")


@case("CommonResource-Options", *RESOURCES)
def options(place):
    got = place.ask("OPTIONS")
    need(got.status in (200, 204) and got.body == b"", f"OPTIONS answers {got.status} {got.text}")


@case("CommonResource-OptionsAllowHeader", *RESOURCES)
def allow(place):
    listed = words_of(place.ask("OPTIONS"), "Allow")
    need({"GET", "HEAD", "OPTIONS"} <= listed, f"Allow: {listed}")
    for method in METHODS:  # DELETE is the last
        body = {"PUT": PREFIXES + "<> a ex:Thing .", "POST": place.body(), "PATCH": "INSERT DATA { }"}.get(method)
        media = UPDATE if method == "PATCH" else TURTLE
        got = place.ask(method, {"Content-Type": media} if body else {}, body)
        need((got.status in (405, 501)) == (method not in listed), f"Allow: {listed}, and {method} answers {got.status}")
        need(got.status < 500, f"{method} answers {got.status} {media_of(got)}")
