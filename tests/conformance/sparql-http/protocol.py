#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The suites of the SPARQL 1.1 Protocol, Graph Store Protocol and Service Description on a bare endpoint.

    protocol.py PROGRAM [CASE]
"""
import sys
from urllib.parse import quote

from endpoint import (CNT, GRAPH_SYNTAXES, HT, HTS, MF, READERS, SD, UT, Collection, Endpoint, cases, isomorphic, leave_without_suites, manifest,
                      media_of, need, parse_graph, rdflib)

STATUSES = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
PATHS = {"/sparql/": "/sparql/", "/gsp": "/sparql/graphs"}  # the suite's, and ours


def headers_of(graph, message):
    listed = graph.value(message, HT.headers)
    return {str(graph.value(one, HT.fieldName)): str(graph.value(one, HT.fieldValue))
            for one in Collection(graph, listed)} if listed is not None else {}


def body_of(graph, message):
    body = graph.value(message, HT.body)
    if body is None:
        return None
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding)))


def status_fits(expected, status):
    wanted = [str(one)[len(HTS):] for one in expected]
    return any(f"StatusCode{status // 100}xx" == one or STATUSES.get(one) == str(status) for one in wanted)


def check(graph, wanted, got):
    expected = list(graph.objects(wanted, MF.expectedStatus))
    need(status_fits(expected, got.status), f"{got.status} {got.text[:300]}")
    kind = graph.value(wanted, MF.expectedFormat)
    tables = {"boolean": READERS, "tabular": READERS, "RDF": GRAPH_SYNTAXES}
    need(kind is None or media_of(got) in tables[str(kind)], f"{kind} expected, it is {media_of(got)}")
    answer = graph.value(wanted, MF.expectedBoolean)
    if answer is not None:
        need(READERS[media_of(got)](got.body) is answer.toPython(), got.text[:200])
    for name, value in headers_of(graph, wanted).items():
        need(name == "content-type" and media_of(got) == value.split(";")[0], f"{name}: {media_of(got)}")
    body = body_of(graph, wanted)
    if body is not None:
        need(isomorphic(parse_graph(got), rdflib.Graph().parse(data=body, format="turtle")), got.text)


def converse(endpoint, graph, entry):
    for data in graph.objects(entry, UT.graphData):
        endpoint.load(graph.value(data, UT.graph), graph.value(data, rdflib.RDFS.label))
    location = ""
    for request in Collection(graph, graph.value(graph.value(entry, MF.action), HT.requests)):
        path = str(graph.value(request, HT.absolutePath))
        for ours, theirs in PATHS.items():
            if path.startswith(ours):
                path = theirs + path[len(ours):]
                break
        path = path.replace("$LOCATION$", quote(location, safe=""))
        body = body_of(graph, request)
        got = endpoint.request(str(graph.value(request, HT.methodName)), path, headers_of(graph, request), body)
        wanted = graph.value(request, HT.resp)
        check(graph, wanted, got)
        if graph.value(wanted, MF.expectedLocation) is not None:
            location = got.header("Location") or ""
            need(location != "", "no Location")


def descriptions(endpoint):
    for accept in (None, *GRAPH_SYNTAXES):
        got = endpoint.must("GET", "/sparql", {"Accept": accept} if accept else {})
        yield parse_graph(got)


def returns_rdf(endpoint):
    need(all(len(graph) > 0 for graph in descriptions(endpoint)), "an empty description")


def has_endpoint_triple(endpoint):
    here = rdflib.URIRef(endpoint.base + "/sparql")
    need(all((None, SD.endpoint, here) in graph for graph in descriptions(endpoint)), f"nothing names {here}")


# What the terms of the vocabulary that we use apply to and lead to (SPARQL 1.1 Service Description section 3).
SCHEMA = {SD.endpoint: (SD.Service, None), SD.supportedLanguage: (SD.Service, None), SD.feature: (SD.Service, None),
          SD.resultFormat: (SD.Service, None), SD.inputFormat: (SD.Service, None),
          SD.defaultDataset: (SD.Service, SD.Dataset), SD.defaultGraph: (SD.Dataset, SD.Graph)}


def conforms_to_schema(endpoint):
    for graph in descriptions(endpoint):
        need(len(list(graph.subjects(rdflib.RDF.type, SD.Service))) == 1, "not exactly one sd:Service")
        for subject, predicate, value in graph:
            if predicate == rdflib.RDF.type:
                continue
            need(predicate in SCHEMA, f"{predicate} is no property of the vocabulary")
            of, to = SCHEMA[predicate]
            need((subject, rdflib.RDF.type, of) in graph, f"what has {predicate} is no {of}")
            need(to is None or (value, rdflib.RDF.type, to) in graph, f"{predicate} leads to no {to}")
        for format in graph.objects(None, SD.resultFormat):
            need(str(format).startswith("http://www.w3.org/ns/formats/"), f"{format} is no format's name")


DESCRIBED = {"returns-rdf": returns_rdf, "has-endpoint-triple": has_endpoint_triple,
             "conforms-to-schema": conforms_to_schema}


def cases_of(endpoint):
    for folder in ("protocol", "graph-store-protocol", "service-description"):
        for graph, entry in manifest(f"sparql11/{folder}/manifest.ttl"):
            name = str(entry).rpartition("#")[2]

            def run(graph=graph, entry=entry, name=name):
                endpoint.clear()
                DESCRIBED[name](endpoint) if name in DESCRIBED else converse(endpoint, graph, entry)
            yield f"sparql11/{folder}/{name}", run


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    leave_without_suites(50)
    with Endpoint(sys.argv[1]) as served:
        cases.run((name, run) for name, run in cases_of(served) if sys.argv[2:] in ([], [name]))
