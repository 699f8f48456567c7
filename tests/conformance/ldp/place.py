# SPDX-License-Identifier: Apache-2.0
"""What the cases are played on: LDP resources of each kind, made by LDP on a real node."""
import re
import sys
from itertools import count
from pathlib import Path
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from graphs import Contexts, graph_of, media_of, need  # noqa: E402
from node import Node  # noqa: E402

from rdflib import Namespace, URIRef  # noqa: E402
from rdflib.namespace import DCTERMS, RDF  # noqa: E402

LDP = Namespace("http://www.w3.org/ns/ldp#")
EX = Namespace("http://example.org/ns#")
CONSTRAINED_BY = str(LDP.constrainedBy)

PREFIXES = f"@prefix ldp: <{LDP}> . @prefix dc: <{DCTERMS}> . @prefix ex: <{EX}> .\n"
TURTLE, JSON_LD, UPDATE = "text/turtle", "application/ld+json", "application/sparql-update"

# Each kind of container: the model that its creation asks for, and what it says of its members ({of} is another
# resource). `direct-of` says the members' side, `direct-self` says nothing and gets what LDP has for that.
MODELS = {
    "basic": ("BasicContainer", ""),
    "direct": ("DirectContainer", "; ldp:membershipResource <{of}> ; ldp:hasMemberRelation ex:has"),
    "direct-of": ("DirectContainer", "; ldp:membershipResource <{of}> ; ldp:isMemberOfRelation ex:of"),
    "direct-self": ("DirectContainer", ""),
    "indirect": ("IndirectContainer", "; ldp:membershipResource <{of}> ; ldp:hasMemberRelation ex:has ; "
                                      "ldp:insertedContentRelation ex:about"),
}
CONTAINERS = ("basic", "direct", "indirect")
SOURCES = ("source",) + CONTAINERS
RESOURCES = SOURCES + ("binary",)
BYTES = bytes(range(256)) * 3


class Link:
    """One link of a Link header (RFC 8288)."""

    def __init__(self, target, parameters):
        self.target = target
        self.of = {name.lower(): value.strip('"') for name, value in
                   re.findall(r';\s*([\w-]+)\s*=\s*("[^"]*"|[^",;\s]+)', parameters)}


def links_of(answer, relation):
    found = re.findall(r'<([^>]*)>((?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)', answer.header("Link") or "")
    return [link for link in (Link(*one) for one in found) if relation in link.of.get("rel", "").split()]


def types_of(answer):
    """The interaction models that an answer advertises."""
    return {link.target for link in links_of(answer, "type")}


def words_of(answer, header):
    return {word.strip() for word in (answer.header(header) or "").split(",") if word.strip()}


class Server:
    """A node with one who makes everything, and a container for what needs one."""

    def __init__(self, program):
        self.node = Node(program)
        self.node.account("alice")
        self.numbers = count(1)

    def __enter__(self):
        self.node.start()
        self.contexts = Contexts(self.node)
        self.things = self.post("/", "<> a ldp:BasicContainer .", {"Link": f'<{LDP.BasicContainer}>; rel="type"'})
        return self

    def __exit__(self, *_):
        self.node.close()

    def ask(self, method, iri, headers=None, body=None, by="alice"):
        return self.node.ask(method, iri, headers, body, by)

    def post(self, container, body, headers=None):
        """Makes a member; its address."""
        sent = body if isinstance(body, bytes) else PREFIXES + body
        got = self.ask("POST", container, {"Content-Type": TURTLE, **(headers or {})}, sent)
        need(got.status == 201, f"POST to {container} is {got.status} {got.text}")
        return got.header("Location")

    def get(self, iri, accept=TURTLE, **headers):
        got = self.ask("GET", iri, {"Accept": accept, **headers})
        need(got.status == 200, f"GET {iri} is {got.status} {got.text[:200]}")
        return got

    def graph(self, iri, accept=TURTLE, **headers):
        got = self.get(iri, accept, **headers)
        graph = graph_of(got, self.contexts, iri)
        need(graph is not None, f"{iri} as {accept} is {media_of(got)}")
        return graph

    def title(self):
        return f"Titre {next(self.numbers)}"


class Place:
    """A new resource of one kind, of which a case can do as it likes."""

    def __init__(self, server, kind):
        self.server, self.kind, self.node = server, kind, server.node
        self.is_container = kind in MODELS
        if self.is_container:
            self.make_container()
        elif kind == "binary":
            self.iri = server.post(server.things, BYTES, {"Content-Type": "application/octet-stream"})
        else:
            self.iri = server.post(server.things, f'<> a ex:Thing ; dc:title "{server.title()}" .')
        self.name = URIRef(self.iri)

    def make_container(self):
        model, says = MODELS[self.kind]
        self.of = self.server.post(self.server.things, "<> a ex:Owner .")
        self.iri = self.server.post("/", f'<> a ldp:{model} ; dc:title "{self.server.title()}" {says} .'
                                    .replace("{of}", self.of), {"Link": f'<{LDP[model]}>; rel="type"'})
        self.first = self.post()

    def ask(self, method, headers=None, body=None, by="alice"):
        return self.server.ask(method, self.iri, headers, body, by)

    def body(self, says=""):
        """What a new member of this container says of itself, in Turtle."""
        about = " ; ex:about <#it>" if self.kind == "indirect" else ""
        return f'{PREFIXES}<> a ex:Thing ; dc:title "{self.server.title()}"{about}{says} .'

    def post(self, says="", **headers):
        return self.server.post(self.iri, self.body(says), headers)

    def get(self, accept=TURTLE, **headers):
        return self.server.get(self.iri, accept, **headers)

    def graph(self, accept=TURTLE, **headers):
        return self.server.graph(self.iri, accept, **headers)

    def etag(self):
        return self.get().header("ETag")

    def allows(self, method):
        return method in words_of(self.ask("OPTIONS"), "Allow")

    def put(self, body, **headers):
        return self.ask("PUT", {"Content-Type": TURTLE, **headers}, PREFIXES + body if isinstance(body, str) else body)

    def may_put(self):
        """Whether PUT is offered here. If not, it is refused as HTTP has it, and cases of PUT hold by that."""
        if self.allows("PUT"):
            return True
        before = self.graph()
        got = self.put('<> a ex:Thing ; dc:title "remplacé" .')
        need(got.status == 405 and "PUT" not in words_of(got, "Allow"),
             f"Allow does not list PUT, and PUT answers {got.status}, Allow: {got.header('Allow')}")
        need(set(before) == set(self.graph()), "it was changed all the same")
        return False

    def patch(self, update, **headers):
        return self.ask("PATCH", {"Content-Type": UPDATE, **headers}, update.replace("<>", f"<{self.iri}>"))

    def change(self):
        """Changes its state in some small way."""
        got = self.patch(f'INSERT DATA {{ <> <{DCTERMS.description}> "{self.server.title()}" }}')
        need(got.status == 204, f"PATCH is {got.status} {got.text}")

    def contains(self, member):
        return (self.name, LDP.contains, URIRef(member)) in self.graph()

    def membership(self, member):
        """The membership triple of a member, and the resource that shows it; None for basic containers."""
        of, member = URIRef(self.of), URIRef(member)
        return {"direct": ((of, EX.has, member), of), "direct-of": ((member, EX.of, of), member),
                "direct-self": ((self.name, LDP.member, member), self.name),
                "indirect": ((of, EX.has, URIRef(member + "#it")), of)}.get(self.kind)


CASES = []  # (identifier, kind or None, function of a Place or of the Server)


def case(identifier, *kinds):
    """A check of one requirement, played on a new place of each kind."""
    def keep(check):
        CASES.extend((identifier, kind, check) for kind in kinds)
        return check
    return keep


__all__ = ["BYTES", "CONSTRAINED_BY", "CONTAINERS", "DCTERMS", "EX", "JSON_LD", "LDP", "MODELS", "PREFIXES", "RDF",
           "RESOURCES", "SOURCES", "TURTLE", "UPDATE", "URIRef", "case", "links_of", "media_of", "need", "types_of",
           "urljoin", "words_of"]
