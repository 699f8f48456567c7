# SPDX-License-Identifier: Apache-2.0
"""What the runners of this folder share: a bare SPARQL endpoint, manifests, results and how they compare."""
import csv
import io
import json
import os
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/tools"))
import cases  # noqa: E402
from node import Node  # noqa: E402

import rdflib  # noqa: E402
from rdflib.collection import Collection  # noqa: E402
from rdflib.compare import isomorphic  # noqa: E402

HOME = "https://w3c.github.io/rdf-tests/sparql/"
SUITES = Path(os.environ.get("BOCAGE_SUITES", ROOT.parent / "shared/suites"))
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPH_SYNTAXES = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml",
                  "application/trig": "trig", "application/n-quads": "nquads", "application/ld+json": "json-ld"}
FILE_SYNTAXES = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".n3": "turtle"}


def leave_without_suites(count):
    """Says loudly what can't be run and how that can be mended, and ends the program, when the suites are not there."""
    if not (SUITES / "sparql11").is_dir():
        print(f"{count} CASES WERE NOT RUN: the SPARQL suites are not at {SUITES}; tests/conformance/get-suites brings them")
        cases.run([])


class Mismatch(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Mismatch(what)


def file_of(iri):
    return SUITES / str(iri)[len(HOME):]


def parse_file(iri):
    path = file_of(iri)
    return rdflib.Graph().parse(data=path.read_bytes(), format=FILE_SYNTAXES[path.suffix], publicID=str(iri))


def media_of(answer):
    return (answer.header("Content-Type") or "").split(";")[0].strip()


def parse_graph(answer):
    """The graph in an answer; datasets as the union of their graphs."""
    media = media_of(answer)
    need(media in GRAPH_SYNTAXES, f"'{media}' is no syntax of graphs: {answer.text[:200]}")
    syntax = GRAPH_SYNTAXES[media]
    if syntax not in ("trig", "nquads", "json-ld"):
        return rdflib.Graph().parse(data=answer.body, format=syntax)
    whole = rdflib.Dataset(default_union=True)
    whole.parse(data=answer.body.decode(), format=syntax)
    flat = rdflib.Graph()
    for triple in whole.triples((None, None, None)):
        flat.add(triple)
    return flat


class Endpoint(Node):
    """`bocage serve --sparql-only` over an empty store, asked through one connection."""

    def __init__(self, program, *settings):
        super().__init__(program, pack=None, settings=["--sparql-only", *settings])
        self.link = None

    def request(self, method, path, headers=None, body=None):
        if self.link is None:
            self.link = self.connect()
        try:
            return self.ask(method, path, headers, body, connection=self.link)
        except Exception:
            self.link.close()
            self.link = None
            raise

    def must(self, method, path, headers=None, body=None):
        got = self.request(method, path, headers, body)
        need(got.status < 300, f"{method} {path[:200]}: {got.status} {got.text[:400]}")
        return got

    def update(self, text):
        return self.must("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text)

    def query(self, text, accept):
        return self.must("POST", "/sparql", {"Content-Type": "application/sparql-query", "Accept": accept}, text)

    def clear(self):
        self.update("CLEAR ALL")

    @staticmethod
    def place(graph):
        return "/sparql/graphs?" + ("default" if graph is None else "graph=" + quote(str(graph), safe=""))

    def load(self, iri, graph=None):
        """A file of the suites into a graph, by the Graph Store Protocol; its own address is its base."""
        path = file_of(iri)
        body, syntax = path.read_bytes(), FILE_SYNTAXES[path.suffix]
        if syntax == "turtle":
            body = f"@base <{iri}> .\n".encode() + body
        elif syntax == "xml":
            body, syntax = parse_file(iri).serialize(format="nt").encode(), "nt"
        media = "text/turtle" if syntax == "turtle" else "application/n-triples"
        self.must("POST", self.place(graph), {"Content-Type": media}, body)

    def graph(self, graph=None):
        got = self.request("GET", self.place(graph), {"Accept": "application/n-triples"})
        if got.status == 404:
            return rdflib.Graph()
        need(got.status == 200, f"GET of a graph: {got.status} {got.text[:300]}")
        return parse_graph(got)


# Manifests.

def manifest(path):
    """A manifest and what it includes: (graph, entry) for each of its cases."""
    iri = HOME + str(path)
    graph = parse_file(iri)
    node = rdflib.URIRef(iri)
    for listed in graph.objects(node, MF.include):
        for included in Collection(graph, listed):
            yield from manifest(str(included)[len(HOME):])
    for listed in graph.objects(node, MF.entries):
        for entry in Collection(graph, listed):
            yield graph, entry


# Results: a boolean, or (names, rows); a row is a dictionary of terms.

def literal(value, language=None, datatype=None):
    kind = str(datatype or "")
    return ("literal", value, (language or "").lower(), "" if kind == XSD + "string" else kind)


def term_of(node):
    if isinstance(node, rdflib.URIRef):
        return ("uri", str(node))
    if isinstance(node, rdflib.BNode):
        return ("bnode", str(node))
    return literal(str(node), node.language, node.datatype)


def read_json(body):
    whole = json.loads(body)
    if "boolean" in whole:
        return whole["boolean"]
    rows = []
    for binding in whole["results"]["bindings"]:
        rows.append({name: literal(cell["value"], cell.get("xml:lang"), cell.get("datatype"))
                     if cell["type"] in ("literal", "typed-literal") else (cell["type"], cell["value"])
                     for name, cell in binding.items()})
    return whole["head"]["vars"], rows


def read_xml(body):
    space = "{http://www.w3.org/2005/sparql-results#}"
    whole = ElementTree.fromstring(body)
    answer = whole.find(space + "boolean")
    if answer is not None:
        return answer.text.strip() == "true"
    names = [variable.get("name") for variable in whole.iter(space + "variable")]
    rows = []
    for result in whole.iter(space + "result"):
        row = {}
        for binding in result.iter(space + "binding"):
            cell = binding[0]
            kind, text = cell.tag[len(space):], cell.text or ""
            row[binding.get("name")] = literal(text, cell.get("{http://www.w3.org/XML/1998/namespace}lang"),
                                               cell.get("datatype")) if kind == "literal" else (kind, text.strip())
        rows.append(row)
    return names, rows


def turtle_term(text):
    graph = rdflib.Graph().parse(data=f"<a:a> <a:a> {text} .", format="turtle")
    return term_of(next(graph.objects()))


def read_tsv(body):
    lines = [line for line in body.decode().split("\n") if line]
    names = [name.lstrip("?") for name in lines[0].split("\t")]
    rows = [{name: turtle_term(cell) for name, cell in zip(names, line.split("\t")) if cell} for line in lines[1:]]
    return names, rows


def read_csv(body):
    lines = list(csv.reader(io.StringIO(body.decode())))
    return lines[0], [{name: ("bnode", cell) if cell.startswith("_:") else literal(cell)
                       for name, cell in zip(lines[0], line) if cell} for line in lines[1:]]


def read_result_set(graph):
    node = graph.value(predicate=rdflib.RDF.type, object=RS.ResultSet)
    answer = graph.value(node, RS.boolean)
    if answer is not None:
        return str(answer) == "true"
    rows = [{str(graph.value(cell, RS.variable)): term_of(graph.value(cell, RS.value))
             for cell in graph.objects(solution, RS.binding)} for solution in graph.objects(node, RS.solution)]
    return [str(name) for name in graph.objects(node, RS.resultVariable)], rows


READERS = {"application/sparql-results+json": read_json, "application/sparql-results+xml": read_xml,
           "text/tab-separated-values": read_tsv, "text/csv": read_csv}
FILE_READERS = {".srj": read_json, ".srx": read_xml, ".tsv": read_tsv, ".csv": read_csv}


def canonical(term):
    """Numbers by value, as the specification may spell a computed one in several ways."""
    if term[0] != "literal":
        return term
    kind = term[3][len(XSD):] if term[3].startswith(XSD) else ""
    try:
        if kind in ("integer", "decimal"):
            return ("literal", Decimal(term[1]).normalize(), "", kind)
        if kind in ("double", "float"):
            return ("literal", repr(float(term[1])), "", kind)
    except (InvalidOperation, ValueError):
        pass
    return term


def untyped(term):
    """As CSV tells it: no types, numbers by value."""
    if term[0] == "bnode":
        return term
    try:
        return ("literal", repr(float(term[1])), "", "")
    except ValueError:
        return ("literal", term[1], "", "")


def frozen(row):
    return tuple(sorted(row.items()))


def match(left, right, mapping):
    """Whether each row of `left` is one of `right`, under one bijection of blank nodes."""
    if not left:
        return True
    for place, other in enumerate(right):
        found = dict(mapping)
        good = len(other) == len(left[0])
        for (name, term), (other_name, other_term) in zip(left[0], other):
            if not good:
                break
            if term[0] == "bnode" and other_term[0] == "bnode" and name == other_name:
                good = found.get(term[1]) == other_term[1] if term[1] in found else \
                    other_term[1] not in found.values()
                found[term[1]] = other_term[1]
            else:
                good = (name, term) == (other_name, other_term)
        if good and match(left[1:], right[:place] + right[place + 1:], found):
            return True
    return False


def same_rows(expected, got, plain=False, lax=False):
    view = untyped if plain else canonical
    left, right = ([frozen({name: view(term) for name, term in row.items()}) for row in rows]
                   for rows in (expected, got))
    if lax:
        return set(left) == set(right) and len(right) <= len(left)
    if len(left) != len(right):
        return False
    common = Counter(row for row in left if all(cell[1][0] != "bnode" for cell in row))
    if common != Counter(row for row in right if all(cell[1][0] != "bnode" for cell in row)):
        return False
    return match(*([row for row in rows if any(cell[1][0] == "bnode" for cell in row)] for rows in (left, right)), {})
