/* SPDX-License-Identifier: Apache-2.0
 * The body of a POST or PUT. What it says of the resource and of its blank nodes is kept. In JSON-LD a nested
 * object with a name of its own becomes a link, as front ends send back what they were shown; what it says is
 * put aside. In the other syntaxes a triple about something else is an error.
 */
#include "bocage/iri.h"
#include "bocage/json.h"
#include "bocage/jsonld.h"
#include "bocage/syntax.h"
#include "ldp/resource.h"
#include "rdf/vocab.h"

typedef struct keeping {
    bo_graph *out, *others;
    bo_str iri;
    bool lenient;
} keeping;

static bo_status keep(void *context, const bo_quad *quad) {
    keeping *k = context;
    bool part = quad->s.kind == BO_BLANK || bo_str_eq(bo_iri_document(quad->s.value), k->iri);
    if (quad->g.kind != BO_NO_TERM)
        return bo_fail(BO_INVALID, "the body can't hold named graphs: it is about one resource");
    if (part) return bo_graph_add(k->out, quad);
    if (k->lenient) return k->others != NULL ? bo_graph_add(k->others, quad) : BO_OK;
    return bo_fail(BO_INVALID, "the body must be about <%.*s> (write <>), not about <%.*s>",
                   BO_STR_ARG(k->iri), BO_STR_ARG(quad->s.value));
}

/* The name that the outermost object gives itself, under either key. */
static bo_status rename_object(bo_json *object, const bo_ldp_body *body, bo_arena *arena) {
    const bo_str keys[] = {BO_STR("@id"), BO_STR("id")};
    for (size_t i = 0; i < 2; i++) {
        bo_str said = bo_json_get_string(object, keys[i]), full;
        if (said.ptr == NULL) continue;
        if (!body->is_new) {
            BO_TRY(bo_iri_resolve(&full, body->iri, said, arena));
            if (!bo_str_eq(full, body->iri))
                return bo_fail(BO_SYNTAX, "the %.*s of the resource is not the same as its address: %.*s",
                               BO_STR_ARG(keys[i]), BO_STR_ARG(said));
        }
        bo_json_unset(object, keys[i]);
    }
    bool done = bo_json_set(arena, object, keys[0], bo_json_new_string(arena, body->iri)) != NULL;
    return done ? BO_OK : bo_error_last()->status;
}

/* An error of JSON-LD is one of the text: it is no fault of what the text is about. */
static bo_status said_wrongly(void) {
    bo_error error = *bo_error_last();
    return bo_fail_code(BO_SYNTAX, error.code, "%s", error.message);
}

static bo_status read_jsonld(const bo_sink *sink, const bo_ldp_body *body, bo_arena *arena) {
    bo_json *document, *context = NULL;
    BO_TRY(bo_json_parse(&document, body->bytes, NULL, arena));
    if (!bo_json_is(document, BO_JSON_OBJECT))
        return bo_fail_at(BO_SYNTAX, 1, 1, "the body must be one JSON object");
    BO_TRY(rename_object(document, body, arena));
    if (bo_json_get(document, BO_STR("@context")) == NULL && body->default_context.len > 0)
        BO_TRY(bo_json_parse(&context, body->default_context, NULL, arena));
    bo_jsonld_options options = {.base = body->iri, .loader = body->loader, .expand_context = context};
    bo_status status = bo_jsonld_to_rdf(sink, document, &options, arena);
    return status == BO_INVALID ? said_wrongly() : status;
}

static bo_status need_type(bo_graph *content, bo_str iri) {
    bo_term type, subject = bo_term_iri(iri);
    if (bo_graph_object(content, &type, &subject, BO_RDF_TYPE)) return BO_OK;
    return bo_fail_code(BO_SYNTAX, BO_TYPE_MISSING,
                        "the resource must have a type: say what it is with rdf:type (@type, a)");
}

bo_status bo_ldp_read(bo_graph *out, const bo_ldp_body *body, bo_arena *arena) {
    bo_format format;
    if (!bo_format_by_media_type(&format, body->media_type) || !bo_format_reads(format))
        return bo_fail(BO_MEDIA_TYPE,
                       body->media_type.len
                           ? "'%.*s' is not read here: send text/turtle or application/ld+json"
                           : "say what the body is with a Content-Type%.*s: text/turtle or "
                             "application/ld+json",
                       BO_STR_BRIEF(body->media_type));
    keeping k = {out, body->others, body->iri, format == BO_JSONLD};
    bo_sink sink = {.quad = keep, .context = &k};
    bo_read_options options = {.base = body->iri, .loader = body->loader};
    if (format == BO_JSONLD)
        BO_TRY(read_jsonld(&sink, body, arena));
    else
        BO_TRY(bo_read(&sink, format, body->bytes, &options));
    return body->is_new ? need_type(out, body->iri) : BO_OK;
}
