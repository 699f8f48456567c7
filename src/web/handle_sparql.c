/* SPDX-License-Identifier: Apache-2.0
 * The SPARQL 1.1 Protocol (W3C Recommendation of 2013): queries and updates, by GET and POST.
 */
#include "bocage/iri.h"
#include "web/exchange.h"

/* The request as the protocol sees it (sections 2.1 and 2.2). */
typedef struct asked {
    bo_str text; /* of the query or the update */
    bool is_update;
    bo_str forms[2]; /* where the parameters are: the query string, and the body when it is a form */
} asked;

enum { GRAPHS_MAX = 256 };

/* A parameter that may be given once. */
static bo_status read_once(const bo_exchange *e, const asked *a, bo_str name, bo_str *out) {
    bo_str found = BO_STR_NONE;
    for (size_t i = 0; i < 2; i++) {
        bo_str first, second;
        BO_TRY(bo_http_form(&first, a->forms[i], name, 0, e->arena));
        BO_TRY(bo_http_form(&second, a->forms[i], name, 1, e->arena));
        if (second.ptr != NULL || (first.ptr != NULL && found.ptr != NULL))
            return bo_fail(BO_BAD_ARGUMENT, "'%.*s' is given twice: send one at a time", BO_STR_ARG(name));
        if (first.ptr != NULL) found = first;
    }
    *out = found;
    return BO_OK;
}

static bo_status read_graphs(const bo_exchange *e, const asked *a, bo_str name, const bo_str **out,
                             size_t *count) {
    bo_str *list = bo_arena_array(e->arena, GRAPHS_MAX, sizeof *list), iri;
    if (list == NULL) return bo_error_last()->status;
    *count = 0;
    for (size_t i = 0; i < 2; i++)
        for (size_t nth = 0;; nth++) {
            BO_TRY(bo_http_form(&iri, a->forms[i], name, nth, e->arena));
            if (iri.ptr == NULL) break;
            if (*count == GRAPHS_MAX)
                return bo_fail(BO_LIMIT, "'%.*s' is given more than %d times", BO_STR_ARG(name), GRAPHS_MAX);
            BO_TRY(bo_iri_resolve(&list[(*count)++], e->app->root, iri, e->arena));
        }
    *out = list;
    return BO_OK;
}

static bo_status read_dataset(const bo_exchange *e, const asked *a, bo_query_options *out) {
    bo_str standard = a->is_update ? BO_STR("using-graph-uri") : BO_STR("default-graph-uri");
    bo_str named = a->is_update ? BO_STR("using-named-graph-uri") : BO_STR("named-graph-uri");
    BO_TRY(read_graphs(e, a, standard, &out->default_graphs, &out->default_graph_count));
    BO_TRY(read_graphs(e, a, named, &out->named_graphs, &out->named_graph_count));
    out->has_dataset = out->default_graph_count + out->named_graph_count > 0;
    return BO_OK;
}

static bo_status run_update(bo_exchange *e, bo_query *update, const bo_query_options *options) {
    bo_changing *changing;
    BO_TRY(bo_change_begin(&changing, e));
    bo_status status = bo_update_run(update, bo_change_source(changing), bo_change_target(changing), options);
    return bo_change_end(changing, status);
}

static bo_status answer_update(bo_exchange *e, bo_str text, const bo_query_options *options) {
    bo_query *update;
    BO_TRY(bo_need_account(e));
    BO_TRY(bo_update_parse(&update, text, options));
    bo_status status = run_update(e, update, options);
    bo_query_free(update);
    BO_TRY(bo_explain_limit(e, true, status));
    bo_respond(e, 204);
    return BO_OK;
}

static bo_status answer(bo_exchange *e, const asked *a) {
    bo_query_options options;
    if (!bo_utf8_valid(a->text)) return bo_fail(BO_SYNTAX, "what was sent is no UTF-8");
    if (!a->is_update && bo_str_trim(a->text).len == 0)
        return bo_fail(BO_BAD_ARGUMENT, "the query is missing: send it as ?query= or in the body");
    bo_query_options_of(e, a->is_update, &options);
    BO_TRY(read_dataset(e, a, &options));
    return a->is_update ? answer_update(e, a->text, &options) : bo_answer_query(e, a->text, &options, false);
}

bo_status bo_get_sparql(bo_exchange *e) {
    asked a = {.forms = {e->request->query}};
    bo_str update;
    BO_TRY(read_once(e, &a, BO_STR("query"), &a.text));
    BO_TRY(read_once(e, &a, BO_STR("update"), &update));
    if (update.ptr != NULL)
        return bo_fail(BO_BAD_ARGUMENT, "an update is sent by POST: a GET changes nothing");
    if (a.text.ptr == NULL)
        return bo_prefers_page(e) ? bo_respond_page(e, a.text, BO_OK) : bo_describe_service(e);
    bo_status status = answer(e, &a);
    return status != BO_OK && bo_prefers_page(e) ? bo_respond_page(e, a.text, status) : status;
}

static bo_status post_form(bo_exchange *e) {
    asked a = {.forms = {e->request->query, e->request->body}};
    bo_str update;
    BO_TRY(read_once(e, &a, BO_STR("query"), &a.text));
    BO_TRY(read_once(e, &a, BO_STR("update"), &update));
    if ((a.text.ptr != NULL) == (update.ptr != NULL))
        return bo_fail(BO_BAD_ARGUMENT, "a form holds either a field 'query' or a field 'update'");
    a.is_update = update.ptr != NULL;
    if (a.is_update) a.text = update;
    return answer(e, &a);
}

/* What a body may be. The last two: front ends of SemApps send their queries so. */
static const struct {
    const char *media_type;
    bool is_update;
} bodies[] = {{"application/sparql-query", false},
              {"application/sparql-update", true},
              {"application/ld+json", false},
              {"application/json", false}};

bo_status bo_post_sparql(bo_exchange *e) {
    bo_str header = bo_request_header(e, "Content-Type"), type = bo_http_media_type(header);
    bo_str charset = bo_http_parameter(header, BO_STR("charset"), e->arena), other;
    if (charset.ptr != NULL && !bo_str_eq_nocase(charset, BO_STR("utf-8")))
        return bo_fail(BO_MEDIA_TYPE, "SPARQL is sent as UTF-8, not as %.*s", BO_STR_BRIEF(charset));
    if (bo_str_eq_nocase(type, BO_STR("application/x-www-form-urlencoded"))) return post_form(e);
    asked a = {.text = e->request->body, .forms = {e->request->query}};
    BO_TRY(read_once(e, &a, BO_STR("query"), &other));
    if (other.ptr != NULL)
        return bo_fail(BO_BAD_ARGUMENT, "'query' is given twice: in the address and in the body");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        if (!bo_str_eq_nocase(type, bo_str_of(bodies[i].media_type))) continue;
        a.is_update = bodies[i].is_update;
        return answer(e, &a);
    }
    return bo_fail(BO_MEDIA_TYPE, "send a query as application/sparql-query, an update as "
                                  "application/sparql-update, or either as a form's field");
}
