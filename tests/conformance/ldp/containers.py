# SPDX-License-Identifier: Apache-2.0
"""CommonContainer, BasicContainer, DirectContainer, IndirectContainer: LDP 1.0 sections 5.2 to 5.5."""
import json

from place import (CONTAINERS, DCTERMS, EX, JSON_LD, LDP, PREFIXES, RDF, TURTLE, URIRef, case, media_of, need, types_of, urljoin,
                   words_of)

DIRECT = ("direct", "direct-of", "direct-self")
PREFER = 'return=representation; {}="{}"'


# Creating.

@case("CommonContainer-PostResponseStatusAndLocation", *CONTAINERS)
def post(place):
    got = place.ask("POST", {"Content-Type": TURTLE}, place.body())
    need(got.status == 201, f"{got.status} {got.text}")
    location = got.header("Location")
    need(location and len(place.server.graph(location)) > 0, f"Location: {location}")


@case("CommonContainer-PostContainer", *CONTAINERS)
def post_is_contained(place):
    member = place.post()
    need(place.contains(member), f"no ldp:contains {member}")
    need(place.contains(place.first), "and the first one has left")


@case("CommonContainer-AcceptTurtle", *CONTAINERS)
def post_turtle(place):
    for media in (TURTLE, "text/turtle; charset=utf-8", "Text/Turtle"):
        member = place.post(f" ; ex:says 'é' ; ex:has [ ex:says 2 ]", **{"Content-Type": media})
        graph = place.server.graph(member)
        need(str(graph.value(URIRef(member), EX.says)) == "é", f"{media}: {graph.serialize(format='nt')}")


@case("CommonContainer-PostJsonLd", *CONTAINERS)
def post_json_ld(place):
    body = {"@id": "", "@type": str(EX.Thing), str(EX.says): "en JSON", str(EX.about): {"@id": "#it"}}
    got = place.ask("POST", {"Content-Type": JSON_LD}, json.dumps(body))
    need(got.status == 201, f"{got.status} {got.text}")
    member = got.header("Location")
    need((URIRef(member), EX.says, None) in place.server.graph(member), "it is not what was sent")
    need(str(LDP.NonRDFSource) not in types_of(place.server.get(member)), "it was taken for a file")


@case("CommonContainer-ContentTypeHeader", *CONTAINERS)
def content_type_counts(place):
    for media, body in ((JSON_LD, place.body()), (TURTLE, '{"@type": "http://example.org/ns#Thing"}')):
        got = place.ask("POST", {"Content-Type": media}, body)
        need(got.status == 400, f"what is no {media} answers {got.status}")
    got = place.ask("POST", {"Content-Type": "text/this-is-not-turtle"}, place.body())
    if place.kind == "indirect":  # a file can't say what it stands for
        need(got.status in (415, 422), f"a file in an indirect container: {got.status}")
        return
    need(got.status == 201, f"{got.status} {got.text}")
    shown = place.server.get(got.header("Location"), "*/*")
    need(media_of(shown) == "text/this-is-not-turtle", f"it is {media_of(shown)}")
    need(str(LDP.RDFSource) not in types_of(shown), "it was taken for RDF")


@case("CommonContainer-NullRelativeUriPost", *CONTAINERS)
def null_relative_iri(place):
    member = place.post(" ; ex:says 'moi'", Slug="moi")
    need((URIRef(member), EX.says, None) in place.server.graph(member), f"<> is not {member}")


@case("CommonContainer-RelativeUriResolutionPost", *CONTAINERS)
def relative_iris_in_post(place):
    member = place.post(" ; ex:beside <autre> ; ex:part <#la> ; ex:root </>", Slug="relatif")
    graph = place.server.graph(member)
    for says, relative in ((EX.beside, "autre"), (EX.part, "#la"), (EX.root, "/")):
        found = graph.value(URIRef(member), says)
        need(str(found) == urljoin(member, relative), f"<{relative}> in {member} became {found}")


@case("CommonContainer-PostNoSlug", *CONTAINERS)
def post_without_slug(place):
    members = {place.post() for _ in range(3)}
    need(len(members) == 3 and all(one.startswith(place.iri + "/") for one in members), f"{members}")


@case("CommonContainer-ServerHonorsSlug", *CONTAINERS)
def slug(place):
    need(place.post(Slug="Potager").lower().endswith("/potager"), "the slug is not in the address")


@case("CommonContainer-CreateWithoutConstraints", *CONTAINERS)
def create_without_constraints(place):
    about = "; ex:about <#it>" if place.kind == "indirect" else ""
    got = place.ask("POST", {"Content-Type": TURTLE}, f"{PREFIXES}<> dc:title 'un titre' {about} .")
    need(got.status == 201, f"a title alone: {got.status} {got.text}")


@case("CommonContainer-CreateWithoutConstraints", *(f"{kind}/typed" for kind in CONTAINERS))
def create_with_a_type_alone(place):
    """Less than that: any type of any vocabulary, and nothing else."""
    about = "; ex:about <#it>" if place.kind == "indirect" else ""
    place.server.post(place.iri, f"<> a ex:NeverHeardOf{about} .")


@case("CommonContainer-RestrictUriReUseSlug", *CONTAINERS)
def addresses_are_not_used_again(place):
    first = place.post(Slug="une fois")
    need(place.server.ask("DELETE", first).status == 204, "no DELETE")
    second = place.post(Slug="une fois")
    need(second != first, f"{first} is used again")
    need(place.server.ask("GET", first).status == 410, "what was deleted is there")


@case("CommonContainer-RestrictUriReUseNoSlug", *CONTAINERS)
def addresses_are_not_used_again_without_slug(place):
    gone = set()
    for _ in range(3):
        member = place.post()
        need(member not in gone, f"{member} is used again")
        gone.add(member)
        need(place.server.ask("DELETE", member).status == 204, "no DELETE")


@case("CommonContainer-AcceptPostResponseHeader", *CONTAINERS)
def accept_post(place):
    listed = words_of(place.ask("OPTIONS"), "Accept-Post")
    need({TURTLE, JSON_LD} <= listed, f"Accept-Post: {listed}")
    bodies = {TURTLE: place.body(), "application/n-triples": f"<{place.iri}> a <{EX.Thing}> .", "*/*": b"\x01\x02"}
    for media in listed & set(bodies) if place.kind != "indirect" else {TURTLE}:
        sent = "application/octet-stream" if media == "*/*" else media
        got = place.ask("POST", {"Content-Type": sent}, bodies[media])
        need(got.status not in (415, 500), f"Accept-Post lists {media}, and it answers {got.status}")


@case("CommonContainer-PutToCreate", *CONTAINERS)
def put_to_create(place):
    iri = place.iri + "/par-put"
    got = place.server.ask("PUT", iri, {"Content-Type": TURTLE, "If-None-Match": "*"}, place.body())
    need(got.status == 201 and got.header("Location") == iri, f"{got.status} {got.text}")
    need(place.contains(iri), "it is not contained")
    again = place.server.ask("PUT", iri, {"Content-Type": TURTLE, "If-None-Match": "*"}, place.body())
    need(again.status == 412, f"If-None-Match: * where something is answers {again.status}")
    need(place.server.ask("PUT", place.iri + "/sans", {"Content-Type": TURTLE}, place.body()).status == 201, "only so")


@case("CommonContainer-RestrictPutReUseUri", *CONTAINERS)
def put_does_not_use_addresses_again(place):
    iri = place.iri + "/par-put"
    put = lambda: place.server.ask("PUT", iri, {"Content-Type": TURTLE}, place.body()).status  # noqa: E731
    need(put() == 201 and place.server.ask("DELETE", iri).status == 204, "no PUT or no DELETE")
    need(400 <= put() < 500, f"PUT brings {iri} back")
    need(not place.contains(iri), "it is contained again")


# Interaction models.

@case("CommonContainer-RequestedInteractionModelHeaders", *CONTAINERS)
def models_are_honoured(place):
    for asked, says in (("Resource", ""), ("RDFSource", ""), ("BasicContainer", ""), ("DirectContainer", ""),
                        ("IndirectContainer", " ; ldp:insertedContentRelation ex:about")):
        member = place.post(says, Link=f'<{LDP[asked]}>; rel="type"')
        models = types_of(place.server.ask("OPTIONS", member))
        need(str(LDP[asked]) in models or asked == "RDFSource", f"{asked} became {models}")
        kinds = {one for one in models if one.endswith("Container")} - {str(LDP.Container)}
        need(kinds == ({str(LDP[asked])} if asked.endswith("Container") else set()), f"{asked} became {models}")
        need(types_of(place.server.get(member)) == models, "GET and OPTIONS say two things")


@case("CommonContainer-RequestedInteractionModelHeaders", *(f"{kind}/other" for kind in CONTAINERS))
def models_that_are_not_honoured_fail(place):
    for asked, says in (("NonRDFSource", ""), ("Resource", " ; a ldp:BasicContainer"), ("RDFSource", " ; a ldp:Container"),
                        ("BasicContainer", " ; a ldp:DirectContainer"), ("Page", "")):
        got = place.ask("POST", {"Content-Type": TURTLE, "Link": f'<{LDP[asked]}>; rel="type"'}, place.body(says))
        need(400 <= got.status < 500, f"a {asked} with '{says}' answers {got.status}: {got.header('Location')}")
    if place.kind != "indirect":
        got = place.ask("POST", {"Content-Type": "image/png", "Link": f'<{LDP.BasicContainer}>; rel="type"'}, b"\x89PNG")
        need(400 <= got.status < 500, f"an image as a container answers {got.status}")


@case("CommonContainer-RequestedInteractionModelCreateNotAllowed", *CONTAINERS)
def what_is_no_container_takes_no_members(place):
    member = place.post(Link=f'<{LDP.Resource}>; rel="type"')
    got = place.server.ask("POST", member, {"Content-Type": TURTLE}, place.body())
    need(got.status == 405 and "POST" not in words_of(got, "Allow"), f"POST to it: {got.status}, {got.header('Allow')}")
    need("POST" not in words_of(place.server.ask("OPTIONS", member), "Allow"), "OPTIONS lists POST")


# What a container is.

@case("CommonContainer-RdfTypeLdpContainer", *CONTAINERS)
def is_typed(place):
    need((place.name, RDF.type, LDP.Container) in place.graph(), "no rdf:type ldp:Container")


@case("CommonContainer-NoRdfBagSeqOrList", *CONTAINERS)
def no_lists(place):
    graph = place.graph()
    for kind in (RDF.Bag, RDF.Seq, RDF.List):
        need((None, RDF.type, kind) not in graph, f"there is an {kind}")
    said = set(graph.predicates())
    need(not said & {RDF.first, RDF.rest} and not any(str(one).startswith(str(RDF) + "_") for one in said), f"{said}")


def link_names_model(place, model):
    answers = [place.ask(method) for method in ("GET", "HEAD", "OPTIONS")]
    answers.append(place.ask("POST", {"Content-Type": TURTLE}, place.body()))
    answers.append(place.ask("POST", {"Content-Type": TURTLE}, "<> a"))
    answers.append(place.ask("PUT", {"Content-Type": TURTLE}, "<> a <http://example.org/ns#Thing> ."))
    for got in answers:
        need(str(model) in types_of(got), f"an answer of {got.status} has Link: {got.header('Link')}")


@case("BasicContainer-ContainerSupportsHttpLinkHeader", "basic")
def basic_link(place):
    link_names_model(place, LDP.BasicContainer)


@case("DirectContainer-HttpLinkHeader", *DIRECT)
def direct_link(place):
    link_names_model(place, LDP.DirectContainer)


@case("IndirectContainer-ContainerSupportsHttpLinkHeader", "indirect")
def indirect_link(place):
    link_names_model(place, LDP.IndirectContainer)


# Changing.

@case("CommonContainer-RejectPutModifyingContainmentTriples", *CONTAINERS)
def put_does_not_change_containment(place):
    body = place.get().body + f"\n<{place.iri}> <{LDP.contains}> <{place.server.things}> .".encode()
    got = place.put(body, **{"If-Match": place.etag()})
    need(got.status in (405, 409), f"{got.status}")
    need(not place.contains(place.server.things), "it was changed")


@case("CommonContainer-PatchMethod", *CONTAINERS)
def patch_describes(place):
    need(place.allows("PATCH"), "PATCH is not in Allow")
    got = place.patch(f"DELETE {{ <> <{DCTERMS.title}> ?old }} INSERT {{ <> <{DCTERMS.title}> 'Autre' }} "
                      f"WHERE {{ <> <{DCTERMS.title}> ?old }}")
    need(got.status == 204, f"{got.status} {got.text}")
    need([str(one) for one in place.graph().objects(place.name, DCTERMS.title)] == ["Autre"], "the title is another")
    need(place.contains(place.first), "the members are gone")


@case("CommonContainer-DeleteRemovesContainmentTriple", *CONTAINERS)
def deleted_is_not_contained(place):
    member = place.post()
    need(place.server.ask("DELETE", member).status == 204, "no DELETE")
    need(not place.contains(member) and place.contains(place.first), "ldp:contains is not what it was")


# Membership.

def value_of(place, *properties):
    found = [one for name in properties for one in place.graph().objects(place.name, name)]
    need(len(found) == 1, f"{properties}: {found}")
    return found[0]


@case("DirectContainer-UseMemberPredicate", "direct-self")
def member_is_the_predicate(place):
    need(value_of(place, LDP.hasMemberRelation) == LDP.member, "without a relation of the client's it is another one")


@case("DirectContainer-MemberResourceTriple", *DIRECT, "indirect")
def one_membership_resource(place):
    of = place.iri if place.kind == "direct-self" else place.of
    need(str(value_of(place, LDP.membershipResource)) == of, "it is another one")


@case("DirectContainer-MemberRelationOrIsMemberOfRelationTripleExists", *DIRECT, "indirect")
def one_relation(place):
    value_of(place, LDP.hasMemberRelation, LDP.isMemberOfRelation)
    both = ("<> a ldp:DirectContainer ; ldp:hasMemberRelation ex:has ; ldp:isMemberOfRelation ex:of .")
    got = place.server.ask("POST", "/", {"Content-Type": TURTLE}, PREFIXES + both)
    need(got.status == 422, f"a container with both relations: {got.status}")


@case("DirectContainer-ActAsIfInsertedContentRelationTripleExists", *DIRECT)
def the_member_itself_is_meant(place):
    """With ldp:insertedContentRelation ldp:MemberSubject written out it behaves in the same way."""
    said = place.patch(f"INSERT DATA {{ <> <{LDP.insertedContentRelation}> <{LDP.MemberSubject}> }}")
    need(said.status in (204, 409), f"{said.status} {said.text}")
    triple, shown_by = place.membership(place.post())
    need(triple in place.server.graph(str(shown_by)), f"{triple} is not said")


@case("DirectContainer-PostResourceUpdatesTriples", *DIRECT, "indirect")
def post_is_a_member(place):
    for member in (place.post(), place.first):
        triple, shown_by = place.membership(member)
        need(triple in place.server.graph(str(shown_by)), f"{triple} is not said")


@case("DirectContainer-DeleteResourceUpdatesTriples", *DIRECT, "indirect")
def deleted_is_no_member(place):
    member = place.post()
    triple, shown_by = place.membership(member)
    need(place.server.ask("DELETE", member).status == 204, "no DELETE")
    for iri in {str(shown_by), place.of, place.iri} - {member}:
        need(triple not in place.server.graph(iri), f"{iri} still says {triple}")
    first, shown_by = place.membership(place.first)
    need(first in place.server.graph(str(shown_by)), "the other member is none any more")


@case("IndirectContainer-ContainerHasInsertedContentRelation", "indirect")
def one_inserted_content_relation(place):
    need(value_of(place, LDP.insertedContentRelation) == EX.about, "it is another one")
    got = place.server.ask("POST", "/", {"Content-Type": TURTLE}, PREFIXES + "<> a ldp:IndirectContainer .")
    need(got.status == 422, f"an indirect container without one: {got.status}")


@case("IndirectContainer-PostResource", "indirect")
def the_new_resource_is_contained(place):
    member = place.post()
    need(place.contains(member), "no ldp:contains of the new resource")
    need(not place.contains(member + "#it"), "what it stands for is contained")


# Preferences (section 7.2).

@case("CommonContainer-PreferContainmentTriples", *CONTAINERS)
def prefer_containment(place):
    for prefer, name, shown in (("include", "PreferContainment", True), ("include", "PreferMinimalContainer", False),
                                ("omit", "PreferContainment", False)):
        got = place.get(Prefer=PREFER.format(prefer, LDP[name]))
        need((got.header("Preference-Applied") or "").startswith("return=representation"), f"{prefer} {name} is not applied")
        graph = place.graph(Prefer=PREFER.format(prefer, LDP[name]))
        need(((place.name, LDP.contains, None) in graph) == shown, f"{prefer} {name}: containment is wrong")


@case("DirectContainer-PreferMembershipTriples", *DIRECT)
def prefer_membership(place):
    triple, _ = place.membership(place.first)
    for prefer, name, shown in (("include", "PreferMembership", True), ("include", "PreferMinimalContainer", False),
                                ("omit", "PreferMembership", False)):
        got = place.get(Prefer=PREFER.format(prefer, LDP[name]))
        need((got.header("Preference-Applied") or "").startswith("return=representation"), f"{prefer} {name} is not applied")
        graph = place.graph(Prefer=PREFER.format(prefer, LDP[name]))
        need((triple in graph) == shown, f"{prefer} {name}: membership is wrong")
