# SPDX-License-Identifier: Apache-2.0
"""RdfSource: what LDP 1.0 section 4.3 asks of RDF sources, containers among them. What is said of PUT holds for
containers by that they don't offer it; what is said of changes is asked of them by PATCH."""
import json

from place import (CONSTRAINED_BY, DCTERMS, EX, JSON_LD, LDP, PREFIXES, RDF, SOURCES, TURTLE, URIRef, case, links_of,
                   media_of, need, urljoin)

from rdflib.compare import isomorphic

MANAGED = {DCTERMS.created, DCTERMS.creator, DCTERMS.modified}  # by the server; section 4.2.4.1 has the last two


@case("RdfSource-RelativeUriResolutionPut", *SOURCES)
def relative_iris_in_put(place):
    if place.may_put():
        got = place.put("<> a ex:Thing ; ex:beside <autre> ; ex:part <#la> ; ex:root </> .")
        need(got.status == 204, f"PUT answers {got.status} {got.text}")
        graph = place.graph()
        for says, relative in ((EX.beside, "autre"), (EX.part, "#la"), (EX.root, "/")):
            found = graph.value(place.name, says)
            need(str(found) == urljoin(place.iri, relative), f"<{relative}> became {found}")


@case("RdfSource-PutReplacesResource", *SOURCES)
def put_replaces(place):
    if place.may_put():
        need(place.put("<> a ex:Thing ; dc:title 'un' ; ex:has [ ex:says 'deux' ] .").status == 204, "no PUT")
        got = place.put("<> a ex:Other ; ex:says 'trois' .")
        need(got.status == 204, f"PUT answers {got.status} {got.text}")
        said = {triple[1:] for triple in place.graph() if triple[1] not in MANAGED}
        expected = {(RDF.type, EX.Other), (EX.says, place.graph().value(place.name, EX.says))}
        need(said == expected, f"it is {said} now")


@case("RdfSource-PutSimpleUpdate", *SOURCES)
def simple_update(place):
    if place.may_put():
        graph, tag = place.graph(), place.etag()
        graph.remove((None, DCTERMS.title, None))
        graph.add((place.name, DCTERMS.title, DCTERMS.title))
        got = place.put(graph.serialize(format="turtle").encode(), **{"If-Match": tag})
        need(got.status == 204, f"what GET gave, with another title, is refused: {got.status} {got.text}")
        need(list(place.graph().objects(place.name, DCTERMS.title)) == [DCTERMS.title], "the title is not the new one")


@case("RdfSource-GetResource", *SOURCES)
def get_rdf(place):
    graph = place.graph()
    need((place.name, None, None) in graph, f"nothing is said of {place.iri}")


@case("RdfSource-ContainsRdfType", *SOURCES)
def has_a_type(place):
    need((place.name, RDF.type, None) in place.graph(), "no rdf:type")


@case("RdfSource-TypeRdfSource", *SOURCES)
def may_be_typed_rdf_source(place):
    """It may have this type: whoever says so is believed."""
    got = place.patch(f"INSERT DATA {{ <> a <{LDP.RDFSource}> }}")
    need(got.status == 204, f"{got.status} {got.text}")
    need((place.name, RDF.type, LDP.RDFSource) in place.graph(), "the type ldp:RDFSource was not kept")


def own_predicates(place):
    """What the server says by itself of a resource."""
    sent = {EX.says, EX.has, EX.of, EX.about, DCTERMS.title}
    return {predicate for predicate in place.graph().predicates(place.name) if predicate not in sent}


@case("RdfSource-ReUseVocabularies", *SOURCES)
def reuses_vocabularies(place):
    need(all(str(predicate).startswith((str(DCTERMS), str(RDF), str(LDP))) for predicate in own_predicates(place)),
         f"the server has terms of its own: {own_predicates(place)}")


@case("RdfSource-UseStandardVocabularies", *SOURCES)
def uses_standard_vocabularies(place):
    need(MANAGED <= own_predicates(place), f"who and when is not said in Dublin Core: {own_predicates(place)}")
    need((place.name, DCTERMS.title, None) in place.graph(), "the title is in other words")


@case("RdfSource-RestrictClientInference", *SOURCES)
def needs_no_inference(place):
    """All that LDP defines is said: types, containment and membership need no reasoning to be seen."""
    graph, models = place.graph(), {link.target for link in links_of(place.get(), "type")}
    if place.is_container:
        kinds = {str(one) for one in graph.objects(place.name, RDF.type)}
        need(str(LDP.Container) in kinds, f"ldp:Container is to be concluded from {kinds}")
        need(kinds & models, f"the Link header says {models}, the content {kinds}")
        need((place.name, LDP.contains, URIRef(place.first)) in graph, "no ldp:contains")
    if place.is_container and place.kind != "basic":
        triple, shown_by = place.membership(place.first)
        need(triple in place.server.graph(str(shown_by)), f"{triple} is not said")
    need(str(LDP.Resource) in models, "ldp:Resource is to be concluded")


@case("RdfSource-GetResourceAcceptTurtle", *SOURCES)
def turtle(place):
    for accept in (TURTLE, "text/turtle;q=0.9,application/json;q=0.8", "TEXT/Turtle", "text/*", "text/turtle; charset=utf-8"):
        got = place.get(accept)
        need(media_of(got) == TURTLE, f"Accept: {accept} gives {media_of(got)}")
    need(len(place.graph()) > 0, "an empty graph")


@case("RdfSource-GetResourceAsTurtleNoAccept", *SOURCES)
def turtle_when_nothing_is_asked_for(place):
    got = place.ask("GET")
    need(media_of(got) == TURTLE, f"without Accept it is {media_of(got)}")


@case("RdfSource-JsonLdRepresentation", *SOURCES)
def json_ld(place):
    got = place.get("application/ld+json, application/json;q=0.5")
    need(media_of(got) == JSON_LD, f"it is {media_of(got)}")
    json.loads(got.body)
    need(isomorphic(place.graph(JSON_LD), place.graph()), "JSON-LD and Turtle are two graphs")


def constraint_of(place, got):
    """The document that says which constraint a refusal is for."""
    links = [link.target for link in links_of(got, CONSTRAINED_BY)]
    need(links, f"{got.status} without a Link with rel={CONSTRAINED_BY}: {got.header('Link')}")
    for target in links:
        need(place.node.ask("GET", target).status == 200, f"there is nothing at {target}")


def change_what_is_managed(place):
    """Containment is the server's to say; so is that a container's members are what is in it."""
    if place.is_container:
        return place.patch(f"INSERT DATA {{ <> <{LDP.contains}> <{place.iri}/nowhere> }}")
    return place.put(f"<> a ex:Thing ; ldp:contains <{place.iri}/nowhere> .")


def say_what_is_not_kept(place):
    """A resource says nothing of others."""
    other = place.server.things
    if place.is_container:
        return place.patch(f"INSERT DATA {{ <{other}> <{EX.says}> 'autre' }}")
    return place.put(f"<> a ex:Thing . <{other}> ex:says 'autre' .")


@case("RdfSource-PublishConstraintsReadOnlyProp", *SOURCES)
def constraints_on_what_is_managed(place):
    constraint_of(place, change_what_is_managed(place))


@case("RdfSource-PublishConstraintsUnknownProp", *SOURCES)
def constraints_on_what_is_not_kept(place):
    constraint_of(place, say_what_is_not_kept(place))


@case("RdfSource-PublishConstraintsUnknownProp", *(f"{kind}/type" for kind in SOURCES))
def constraints_on_types(place):
    """The one thing that is asked of every resource: a type."""
    if place.is_container:
        got = place.ask("POST", {"Content-Type": TURTLE}, f"{PREFIXES}<> dc:title 'sans type' ; ex:about <#it> .")
    else:
        got = place.patch("DELETE { <> a ?type } WHERE { <> a ?type }")
    need(400 <= got.status < 500, f"what has no type is stored: {got.status}")
    constraint_of(place, got)


@case("RdfSource-PutReadOnlyProperties4xxStatus", *SOURCES)
def managed_properties(place):
    before = set(place.graph())
    got = change_what_is_managed(place)
    need(got.status == 409, f"{got.status} {got.text}")
    need(set(place.graph()) == before, "it was changed")


@case("RdfSource-4xxErrorHasResponseBody", *SOURCES)
def managed_properties_are_named(place):
    got = change_what_is_managed(place)
    need("ldp:contains" in got.text or str(LDP.contains) in got.text, f"the property is not named: {got.text}")


@case("RdfSource-PutPropertiesNotPersisted", *SOURCES)
def what_is_not_kept_is_refused(place):
    before = set(place.graph())
    got = say_what_is_not_kept(place)
    need(400 <= got.status < 500, f"{got.status} {got.text}")
    need(set(place.graph()) == before, "it was changed")


@case("RdfSource-PutPropertiesNotPersisted", "source/nested")
def nested_objects_of_json_ld(place):
    """The same in JSON-LD, where front ends send links back as the objects that they were shown."""
    other = {"id": place.server.things, EX.says: "autre"}
    body = {"id": place.iri, "type": str(EX.Thing), str(EX.has): other}
    got = place.put(json.dumps(body).encode(), **{"Content-Type": JSON_LD})
    need(400 <= got.status < 500, f"{got.status}, and what was said of the other is lost")


@case("RdfSource-ResponsePropertiesNotPersisted", *SOURCES)
def what_is_not_kept_is_named(place):
    got = say_what_is_not_kept(place)
    need(place.server.things in got.text, f"what could not be kept is not named: {got.text}")
