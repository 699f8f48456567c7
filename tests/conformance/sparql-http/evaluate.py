#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every evaluation case of the SPARQL 1.0 and 1.1 suites, once over HTTP on a bare endpoint.

    evaluate.py PROGRAM [CASE]

One server for all; data go in by the Graph Store Protocol, answers come in another format each time. The order of
sorted answers is held against the suite by the runner beside this one, which needs no HTTP.
"""
import re
import sys
from itertools import cycle
from urllib.parse import urljoin

from endpoint import (FILE_READERS, FILE_SYNTAXES, GRAPH_SYNTAXES, HOME, MF, QT, READERS, RS, UT, Endpoint, cases, file_of,
                      isomorphic, leave_without_suites, manifest, media_of, need, parse_file, parse_graph, rdflib, read_result_set,
                      same_rows)

TABLES = cycle(["application/sparql-results+json", "application/sparql-results+xml"])
GRAPHS = cycle(GRAPH_SYNTAXES)


def load_action(endpoint, graph, action):
    for data in (*graph.objects(action, QT.data), *graph.objects(action, UT.data)):
        endpoint.load(data)
    for data in (*graph.objects(action, QT.graphData), *graph.objects(action, UT.graphData)):
        file, name = graph.value(data, UT.graph), graph.value(data, rdflib.RDFS.label)
        endpoint.load(file or data, name or data)


def load_dataset(endpoint, iri, text):
    """FROM and FROM NAMED are files of the suite."""
    plain = re.sub(r"^\s*#.*$", "", text, flags=re.M)
    for name in dict.fromkeys(re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", plain, flags=re.I)):
        endpoint.load(urljoin(iri, name), urljoin(iri, name))


def expected_of(iri):
    path = file_of(iri)
    if path.suffix in FILE_READERS:
        return FILE_READERS[path.suffix](path.read_bytes())
    graph = parse_file(iri)
    is_table = (None, rdflib.RDF.type, RS.ResultSet) in graph
    return read_result_set(graph) if is_table else graph


def ask(endpoint, graph, entry):
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    iri = str(graph.value(action, QT.query))
    text = file_of(iri).read_text(encoding="utf-8")
    load_action(endpoint, graph, action)
    load_dataset(endpoint, iri, text)
    expected = expected_of(result)
    text = f"BASE <{iri}>\n{text}"
    if isinstance(expected, rdflib.Graph):
        got = parse_graph(endpoint.query(text, next(GRAPHS)))
        need(isomorphic(got, expected), f"another graph:\n{got.serialize(format='nt')}")
        return
    ending = file_of(result).suffix
    accept = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}.get(ending) or next(TABLES)
    answer = endpoint.query(text, accept)
    need(media_of(answer) == accept, f"asked for {accept}, it answered {media_of(answer)}")
    got = READERS[accept](answer.body)
    if isinstance(expected, bool):
        need(got is expected, f"the answer is {got}")
        return
    need(set(got[0]) == set(expected[0]) or ending in FILE_SYNTAXES, f"variables {got[0]} instead of {expected[0]}")
    lax = graph.value(entry, MF.resultCardinality) == MF.LaxCardinality
    need(same_rows(expected[1], got[1], plain=ending == ".csv", lax=lax),
         f"expected {expected[1]}\n    got {got[1]}")


def graphs_of(graph, result):
    """The dataset that a result describes: None is the default graph."""
    wanted = {None: rdflib.Graph()}
    for data in graph.objects(result, UT.data):
        wanted[None] += parse_file(data)
    for data in graph.objects(result, UT.graphData):
        file, name = graph.value(data, UT.graph), graph.value(data, rdflib.RDFS.label)
        wanted[str(name or data)] = parse_file(file or data)
    return wanted


def change(endpoint, graph, entry):
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    iri = str(graph.value(action, UT.request))
    load_action(endpoint, graph, action)
    endpoint.update(f"BASE <{iri}>\n" + file_of(iri).read_text(encoding="utf-8"))
    wanted = graphs_of(graph, result)
    for name, expected in wanted.items():
        got = endpoint.graph(name)
        need(isomorphic(got, expected), f"graph {name or 'default'} is\n{got.serialize(format='nt')}")
    listed = READERS["application/sparql-results+json"](
        endpoint.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "application/sparql-results+json").body)
    present = {row["g"][1] for row in listed[1]}
    need(present <= set(wanted), f"there are other graphs: {present - set(wanted)}")


KINDS = {MF.QueryEvaluationTest: ask, MF.CSVResultFormatTest: ask, MF.UpdateEvaluationTest: change,
         UT.UpdateEvaluationTest: change}


def case_name(graph, entry):
    """Entries are named after old places: their files tell the folder."""
    action = graph.value(entry, MF.action)
    file = graph.value(action, QT.query) or graph.value(action, UT.request)
    return str(file)[len(HOME):].rpartition("/")[0] + "/" + str(entry).rpartition("#")[2]


def cases_of(endpoint):
    for suite in ("sparql10", "sparql11"):
        for graph, entry in manifest(f"{suite}/manifest.ttl"):
            kind = graph.value(entry, rdflib.RDF.type)
            if kind not in KINDS:
                continue

            def run(kind=kind, graph=graph, entry=entry):
                endpoint.clear()
                KINDS[kind](endpoint, graph, entry)
            yield case_name(graph, entry), run


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    leave_without_suites(606)
    with Endpoint(sys.argv[1]) as served:
        cases.run((name, run) for name, run in cases_of(served) if sys.argv[2:] in ([], [name]))
