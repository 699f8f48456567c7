/* SPDX-License-Identifier: Apache-2.0
 * What others look for first: NodeInfo 2.0 and 2.1, and the calendar that Archipelago embeds in other sites.
 */
#include "auth/auth.h"
#include "rdf/vocab.h"
#include "web/exchange.h"

#define MEDIA_TYPE BO_STR("application/json; charset=utf-8")

/* NodeInfo. */

static const char *const versions[] = {"2.0", "2.1"};

bo_status bo_get_nodeinfo_links(bo_exchange *e) {
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("links"));
    bo_json_open(&json, BO_JSON_ARRAY);
    for (size_t i = 2; i-- > 0;) { /* the newest first */
        bo_str rel = bo_arena_printf(e->arena, "http://nodeinfo.diaspora.software/ns/schema/%s", versions[i]);
        bo_json_open(&json, BO_JSON_OBJECT);
        bo_json_member_string(&json, BO_STR("rel"), rel);
        bo_json_member_string(
            &json, BO_STR("href"),
            bo_arena_printf(e->arena, "%.*snodeinfo/%s", BO_STR_ARG(e->app->root), versions[i]));
        bo_json_close(&json, BO_JSON_OBJECT);
    }
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, 200, MEDIA_TYPE, &text);
    bo_text_done(&text);
    return status;
}

static bo_status count_account(void *context, const bo_account *account) {
    (void)account;
    ++*(int64_t *)context;
    return BO_OK;
}

static void put_metadata(bo_json_writer *json, const bo_app_options *options) {
    bo_json_key(json, BO_STR("metadata"));
    bo_json_open(json, BO_JSON_OBJECT);
    if (options->title.len > 0) bo_json_member_string(json, BO_STR("nodeName"), options->title);
    if (options->description.len > 0)
        bo_json_member_string(json, BO_STR("nodeDescription"), options->description);
    bo_json_close(json, BO_JSON_OBJECT);
}

static void put_nodeinfo(bo_text *out, const bo_exchange *e, bo_str version, int64_t people) {
    bo_json_writer json;
    const bo_app_options *options = &e->app->options;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("version"), version);
    bo_json_key(&json, BO_STR("software"));
    bo_json_put_raw(&json, BO_STR("{\"name\":\"bocage\",\"version\":\"" BO_VERSION "\"}"));
    bo_json_key(&json, BO_STR("protocols"));
    bo_json_put_raw(&json, BO_STR("[\"activitypub\"]"));
    bo_json_key(&json, BO_STR("services"));
    bo_json_put_raw(&json, BO_STR("{\"inbound\":[],\"outbound\":[]}"));
    bo_json_key(&json, BO_STR("openRegistrations"));
    bo_json_put_raw(&json, options->may_sign_up ? BO_STR("true") : BO_STR("false"));
    bo_json_key(&json, BO_STR("usage"));
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_key(&json, BO_STR("users"));
    bo_json_open(&json, BO_JSON_OBJECT); /* when somebody was last here is not kept */
    bo_json_member_i64(&json, BO_STR("total"), people);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_json_close(&json, BO_JSON_OBJECT);
    put_metadata(&json, options);
    bo_json_close(&json, BO_JSON_OBJECT);
}

bo_status bo_get_nodeinfo(bo_exchange *e) {
    int64_t people = 0;
    bo_txn *txn;
    bo_text text;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_account_each(txn, count_account, &people);
    bo_txn_abort(txn);
    BO_TRY(status);
    bo_text_init(&text, 0);
    put_nodeinfo(&text, e, bo_str_from(e->path, e->path.len - 3), people);
    status = bo_respond_text(e, 200, MEDIA_TYPE, &text);
    bo_text_done(&text);
    return status;
}

/* The calendar: the members of /events, as a list of them shows them, that have a theme or an organization.
 */

static const struct {
    const char *parameter, *container;
    const bo_str *property;
} filters[] = {{"theme", "themes/", &BO_PAIR_HAS_TOPIC},
               {"organization", "organizations/", &BO_PAIR_INVOLVES}};
enum { FILTERS = sizeof filters / sizeof *filters };

typedef struct picking {
    const bo_exchange *e;
    bo_source *source;
    bo_graph *out;
    bo_term wished[FILTERS]; /* BO_NO_TERM: anything */
} picking;

static bo_status note(void *context, const bo_quad *quad) {
    (void)quad;
    *(bool *)context = true;
    return BO_CANCELLED;
}

static bo_status is_wished(const picking *p, const bo_term *event, bool *out) {
    *out = true;
    for (size_t i = 0; i < FILTERS && *out; i++) {
        if (p->wished[i].kind == BO_NO_TERM) continue;
        bo_quad link = {*event, bo_term_iri(*filters[i].property), p->wished[i], *event};
        bo_sink sink = {.quad = note, .context = out};
        *out = false;
        bo_status status = bo_source_match(p->source, &link, false, &sink);
        if (status != BO_OK && status != BO_CANCELLED) return status;
    }
    return BO_OK;
}

static bo_status copy_triple(void *context, const bo_quad *quad) {
    bo_quad plain = {quad->s, quad->p, quad->o, {0}};
    return bo_graph_add(context, &plain);
}

static bo_status pick(void *context, const bo_quad *contains) {
    picking *p = context;
    bool wished;
    bo_quad event = {.g = contains->o};
    bo_sink sink = {.quad = copy_triple, .context = p->out};
    size_t before = bo_graph_count(p->out);
    BO_TRY(is_wished(p, &contains->o, &wished));
    if (wished) BO_TRY(bo_source_match(p->source, &event, false, &sink));
    return bo_graph_count(p->out) > before ? copy_triple(p->out, contains) : BO_OK;
}

static bo_status read_filters(picking *p) {
    bo_str slug;
    for (size_t i = 0; i < FILTERS; i++) {
        BO_TRY(bo_http_form(&slug, p->e->request->query, bo_str_of(filters[i].parameter), 0, p->e->arena));
        if (slug.len == 0) continue;
        bo_str iri = bo_arena_printf(p->e->arena, "%.*s%s%.*s", BO_STR_ARG(p->e->app->root),
                                     filters[i].container, BO_STR_ARG(slug));
        p->wished[i] = bo_term_iri(iri);
    }
    return BO_OK;
}

static bo_status give_events(bo_exchange *e, bo_graph *picked, bo_str container) {
    bo_text text;
    bo_json *shown;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_status status =
        bo_represent(e, &text, BO_AS_JSONLD, bo_graph_source(picked), container, BO_LDP_CONTAINS);
    if (status == BO_OK) status = bo_json_parse(&shown, bo_text_str(&text), NULL, e->arena);
    bo_text_clear(&text);
    if (status == BO_OK) {
        const bo_json *events = bo_json_get(shown, BO_STR("ldp:contains"));
        bo_json_begin(&json, &text);
        bo_json_open(&json, BO_JSON_OBJECT);
        bo_json_key(&json, BO_STR("events"));
        bo_json_open(&json, BO_JSON_ARRAY);
        for (size_t i = 0; bo_json_at(events, i) != NULL; i++) bo_json_put(&json, bo_json_at(events, i));
        bo_json_close(&json, BO_JSON_ARRAY);
        bo_json_close(&json, BO_JSON_OBJECT);
        status = bo_respond_text(e, 200, MEDIA_TYPE, &text);
    }
    bo_text_done(&text);
    return status;
}

static bo_status answer_calendar(bo_exchange *e, bo_graph *out, bo_txn *txn) {
    picking p = {.e = e, .out = out};
    bo_term container = bo_term_iri(bo_arena_join(e->arena, e->app->root, BO_STR("events")));
    bo_quad members = {.s = container, .p = bo_term_iri(BO_LDP_CONTAINS), .g = container};
    bo_sink sink = {.quad = pick, .context = &p};
    BO_TRY(read_filters(&p));
    BO_TRY(bo_asker_source(e, &p.source, txn));
    BO_TRY(bo_source_match(p.source, &members, false, &sink));
    return give_events(e, out, container.value);
}

bo_status bo_get_calendar(bo_exchange *e) {
    bo_txn *txn;
    bo_graph *picked;
    BO_TRY(bo_graph_new(&picked));
    bo_status status = bo_txn_begin(&txn, e->app->options.store, BO_READ);
    if (status == BO_OK) {
        status = answer_calendar(e, picked, txn);
        bo_txn_abort(txn);
    }
    bo_graph_free(picked);
    return status;
}
