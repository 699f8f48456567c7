# SPDX-License-Identifier: Apache-2.0
"""Answers of a node as graphs, read by an independent library (rdflib)."""
import json

import rdflib
from node import ROOT

SYNTAXES = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt"}


class Mismatch(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Mismatch(what)


def media_of(answer):
    return (answer.header("Content-Type") or "").split(";")[0].strip()


class Contexts:
    """Puts the contexts that an answer names in their places, since rdflib would fetch them from afar."""

    def __init__(self, node):
        as2 = json.loads((ROOT / "src/jsonld/contexts/activitystreams.jsonld").read_text())["@context"]
        self.known = {"https://www.w3.org/ns/activitystreams": as2}
        self.node = node

    def resolve(self, context):
        if isinstance(context, list):
            return [self.resolve(one) for one in context]
        if not isinstance(context, str):
            return context
        if context not in self.known:
            need(context.startswith(self.node.base), f"the answer names a context that can't be had: {context}")
            self.known[context] = self.node.ask("GET", context).json()["@context"]
        return self.known[context]

    def inline(self, body):
        document = json.loads(body)
        if isinstance(document, dict) and "@context" in document:
            document["@context"] = self.resolve(document["@context"])
        return json.dumps(document)


def graph_of(answer, contexts, base):
    """None when the answer is in no syntax of RDF."""
    media = media_of(answer)
    if media not in SYNTAXES:
        return None
    text = contexts.inline(answer.body) if media == "application/ld+json" else answer.text
    return rdflib.Graph().parse(data=text, format=SYNTAXES[media], publicID=base)
