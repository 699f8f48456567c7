# SPDX-License-Identifier: Apache-2.0
"""NonRDFSource: LDP 1.0 section 4.4. Here the resource that describes a file has the file's own address: Accept tells
which of the two is meant."""
from place import BYTES, LDP, TURTLE, URIRef, case, links_of, media_of, need, types_of

HOLDERS = ("basic", "direct")
IMAGE = "image/x-portable-bitmap"


def post(place):
    got = place.ask("POST", {"Content-Type": IMAGE, "Slug": "image"}, BYTES)
    need(got.status == 201, f"{got.status} {got.text}")
    return got, got.header("Location")


def described_by(got, iri):
    """Where a file is described, by a Link whose context is the file."""
    found = [link.target for link in links_of(got, "describedby") if link.of.get("anchor", iri) == iri]
    need(len(found) == 1, f"{got.status} has Link: {got.header('Link')}")
    return found[0]


@case("NonRDFSource-PostNonRDFSource", *HOLDERS)
def post_file(place):
    post(place)
    got = place.ask("POST", {"Content-Type": IMAGE, "Link": f'<{LDP.NonRDFSource}>; rel="type"'}, BYTES)
    need(got.status == 201, f"with its interaction model: {got.status} {got.text}")


@case("NonRDFSource-PostResourceAndGetFromContainer", *HOLDERS)
def file_is_contained(place):
    _, file = post(place)
    need(place.contains(file), "no ldp:contains")


@case("NonRDFSource-PostResourceGetBinary", *HOLDERS)
def get_bytes(place):
    _, file = post(place)
    for accept in (IMAGE, "*/*", "image/*"):
        got = place.server.get(file, accept)
        need(media_of(got) == IMAGE and got.body == BYTES, f"Accept: {accept} gives {media_of(got)}, {len(got.body)} bytes")
        need(got.header("ETag"), "no ETag")


@case("NonRDFSource-PostResourceGetMetadataAndBinary", *HOLDERS)
def get_both(place):
    made, file = post(place)
    description = described_by(made, file)
    need((URIRef(file), None, None) in place.server.graph(description), "the description says nothing of the file")
    need(place.server.get(description).header("ETag"), "no ETag")
    need(place.server.get(file, IMAGE).body == BYTES, "the bytes are others")


@case("NonRDFSource-PostResourceAndCheckLink", *HOLDERS)
def link_names_the_model(place):
    _, file = post(place)
    for accept in ("*/*", TURTLE):
        need(str(LDP.NonRDFSource) in types_of(place.server.get(file, accept)), f"Accept: {accept} has no such Link")


@case("NonRDFSource-PostResourceAndCheckAssociatedResource", *HOLDERS)
def description_is_linked(place):
    made, file = post(place)
    description = described_by(made, file)
    need(any("anchor" in link.of for link in links_of(made, "describedby")), "the Link is of the container, not of the file")
    need(described_by(place.server.get(file, "*/*"), file) == description, "GET names another one")
    need(media_of(place.server.get(description)) == TURTLE, "it is no RDF")


@case("NonRDFSource-DeleteNonRDFSourceDeletesAssociatedResource", *HOLDERS)
def description_goes_with_the_file(place):
    made, file = post(place)
    description = described_by(made, file)
    place.server.get(description)
    need(place.server.ask("DELETE", file).status == 204, "no DELETE")
    got = place.server.ask("GET", description, {"Accept": TURTLE})
    need(got.status in (404, 410), f"the description answers {got.status}")


@case("NonRDFSource-OptionsHasSameLinkHeader", *HOLDERS)
def options_link_the_description(place):
    made, file = post(place)
    need(described_by(place.server.ask("OPTIONS", file), file) == described_by(made, file), "it is another one")
