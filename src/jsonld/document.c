/* SPDX-License-Identifier: Apache-2.0
 * Remote documents (API 9.4.2 LoadDocumentCallback and 9.4.3): what an answer over HTTP says of the JSON-LD
 * document that was asked for. Nothing is fetched here.
 */
#include "bocage/iri.h"
#include "jsonld/internal.h"

#define FAILED "loading document failed"

/* A Link header's value, cut up (RFC 8288 section 3). */
typedef struct link {
    bo_str target, rel, type;
} link;

static bo_str unquoted(bo_str text) {
    text = bo_str_trim(text);
    if (text.len < 2 || text.ptr[0] != '"' || text.ptr[text.len - 1] != '"') return text;
    return (bo_str){text.ptr + 1, text.len - 2};
}

/* Up to a mark that stands outside of quotation marks; *rest begins behind it. */
static bo_str cut_at(bo_str *rest, char mark) {
    bool quoted = false;
    size_t at = 0;
    for (; at < rest->len && (quoted || rest->ptr[at] != mark); at++) quoted ^= rest->ptr[at] == '"';
    bo_str piece = bo_str_head(*rest, at);
    *rest = bo_str_from(*rest, at + 1);
    return bo_str_trim(piece);
}

/* The next link; false at the end. */
static bool next_link(link *out, bo_str *rest) {
    while (rest->len > 0) {
        size_t begin = bo_str_find(*rest, '<'), end = bo_str_find(*rest, '>');
        if (end <= begin || end == rest->len) return false;
        *out = (link){.target = (bo_str){rest->ptr + begin + 1, end - begin - 1}};
        *rest = bo_str_from(*rest, end + 1);
        bo_str parameters = cut_at(rest, ',');
        while (parameters.len > 0) {
            bo_str parameter = cut_at(&parameters, ';');
            size_t equals = bo_str_find(parameter, '=');
            bo_str name = bo_str_trim(bo_str_head(parameter, equals));
            bo_str value = unquoted(bo_str_from(parameter, equals + 1));
            if (bo_str_eq_nocase(name, BO_STR("rel"))) out->rel = value;
            if (bo_str_eq_nocase(name, BO_STR("type"))) out->type = value;
        }
        return true;
    }
    return false;
}

/* "application/json; charset=utf-8" without what follows the type. */
static bo_str bare_type(bo_str media_type) {
    return bo_str_trim(bo_str_head(media_type, bo_str_find(media_type, ';')));
}

static bool is_jsonld(bo_str media_type) {
    return bo_str_eq_nocase(bare_type(media_type), BO_STR("application/ld+json"));
}

static bool is_json(bo_str media_type) {
    bo_str type = bare_type(media_type), suffix = BO_STR("+json");
    bool plain = bo_str_eq_nocase(type, BO_STR("application/json"));
    return plain ||
           (type.len > suffix.len && bo_str_eq_nocase(bo_str_from(type, type.len - suffix.len), suffix));
}

static bo_status resolve(bo_str *out, const bo_jsonld_answer *answer, bo_str target, bo_arena *arena) {
    if (bo_ld_is_iri(target)) *out = target;
    return bo_ld_is_iri(target) ? BO_OK : bo_iri_resolve(out, answer->iri, target, arena);
}

bo_status bo_jsonld_document_of(bo_jsonld_document *out, const bo_jsonld_answer *answer,
                                const bo_json_limits *limits, bo_arena *arena) {
    bo_jsonld_document document = {.json = NULL};
    bo_str rest = answer->link;
    bool json = is_json(answer->content_type);
    if (answer->status != 200)
        return BO_LD_FAIL(FAILED, "<%.*s> was answered with the status %u", BO_STR_ARG(answer->iri),
                          answer->status);
    for (link l; next_link(&l, &rest);) {
        if (!json && bo_str_eq_nocase(l.rel, BO_STR("alternate")) && is_jsonld(l.type))
            return resolve(&out->elsewhere, answer, l.target, arena);
        bool context = bo_str_eq(l.rel, BO_STR("http://www.w3.org/ns/json-ld#context"));
        if (!context || !json || is_jsonld(answer->content_type)) continue;
        if (document.context.ptr != NULL)
            return BO_LD_FAIL("multiple context link headers",
                              "<%.*s> names more than one context in its Link header",
                              BO_STR_ARG(answer->iri));
        BO_TRY(resolve(&document.context, answer, l.target, arena));
    }
    if (!json)
        return BO_LD_FAIL(FAILED, "<%.*s> is of type %.*s and no JSON", BO_STR_ARG(answer->iri),
                          BO_STR_ARG(answer->content_type));
    if (bo_json_parse(&document.json, answer->body, limits, arena) != BO_OK)
        return BO_LD_FAIL(FAILED, "<%.*s> is no JSON: %s", BO_STR_ARG(answer->iri), bo_error_last()->message);
    *out = document;
    return BO_OK;
}
