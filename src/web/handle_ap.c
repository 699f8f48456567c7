/* SPDX-License-Identifier: Apache-2.0
 * ActivityPub and WebFinger (RFC 7033) over HTTP.
 */
#include "auth/auth.h"
#include "bocage/iri.h"
#include "fed/fed.h"
#include "web/exchange.h"

enum { PAGE_SIZE = 20 };

static bo_ap ap_of(const bo_exchange *e) {
    return (bo_ap){e->app->base_url, e->app->options.clock, e->app->options.rng, &e->app->wac};
}

static bo_status with_reader(bo_exchange *e, bo_status (*run)(bo_exchange *e, bo_txn *txn)) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = run(e, txn);
    bo_txn_abort(txn);
    return status;
}

/* The actor whose inbox, outbox, ... this is; BO_STR_NONE when it is none of ours. */
static bo_str actor_of(const bo_exchange *e, bo_txn *txn) {
    bo_str actor = bo_str_head(e->iri, bo_str_find_last(e->iri, '/'));
    return bo_ap_is_actor(txn, actor) ? actor : BO_STR_NONE;
}

static bool speaks_for(const bo_exchange *e, bo_str actor) {
    bo_ap ap = ap_of(e);
    bool own = e->asker.webid.len > 0 && bo_str_eq(e->asker.webid, actor);
    return own || (e->asker.is_admin && bo_str_eq(actor, bo_ap_relay(&ap, e->arena)));
}

static bo_status need_owner(const bo_exchange *e, bo_str actor) {
    if (speaks_for(e, actor)) return BO_OK;
    if (e->asker.webid.len == 0) return bo_fail(BO_UNAUTHENTICATED, "log in, and send your token");
    return bo_fail(BO_DENIED, "only %.*s may do this", BO_STR_ARG(actor));
}

/* Collections (ActivityPub section 5). */

static void open_document(bo_json_writer *json, bo_text *out, bo_str id, bo_str type) {
    bo_json_begin(json, out);
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("@context"), BO_STR("https://www.w3.org/ns/activitystreams"));
    bo_json_member_string(json, BO_STR("id"), id);
    bo_json_member_string(json, BO_STR("type"), type);
}

static bo_status put_items(bo_exchange *e, bo_json_writer *json, bo_txn *txn, uint64_t page, bool *more) {
    bo_str items[PAGE_SIZE + 1];
    unsigned count;
    BO_TRY(
        bo_ap_collection_page(txn, e->iri, (page - 1) * PAGE_SIZE, PAGE_SIZE + 1, items, &count, e->arena));
    *more = count > PAGE_SIZE;
    bo_json_key(json, BO_STR("orderedItems"));
    bo_json_open(json, BO_JSON_ARRAY);
    for (unsigned i = 0; i < count && i < PAGE_SIZE; i++) {
        bo_str text;
        if (bo_ap_activity(txn, &text, items[i], e->arena) == BO_OK)
            bo_json_put_raw(json, text);
        else
            bo_json_put_string(json, items[i]);
    }
    bo_json_close(json, BO_JSON_ARRAY);
    return BO_OK;
}

static bo_str page_iri(const bo_exchange *e, uint64_t page) {
    return bo_arena_printf(e->arena, "%.*s?page=%llu", BO_STR_ARG(e->iri), (unsigned long long)page);
}

static bo_status put_page(bo_exchange *e, bo_text *out, bo_txn *txn, uint64_t page) {
    bo_json_writer json;
    bool more = false;
    open_document(&json, out, page_iri(e, page), BO_STR("OrderedCollectionPage"));
    bo_json_member_string(&json, BO_STR("partOf"), e->iri);
    BO_TRY(put_items(e, &json, txn, page, &more));
    if (more) bo_json_member_string(&json, BO_STR("next"), page_iri(e, page + 1));
    if (page > 1) bo_json_member_string(&json, BO_STR("prev"), page_iri(e, page - 1));
    bo_json_close(&json, BO_JSON_OBJECT);
    return BO_OK;
}

static bo_status put_collection(bo_exchange *e, bo_text *out, bo_txn *txn) {
    bo_json_writer json;
    uint64_t size = bo_ap_collection_size(txn, e->iri, e->arena);
    open_document(&json, out, e->iri, BO_STR("OrderedCollection"));
    bo_json_member_i64(&json, BO_STR("totalItems"), (int64_t)size);
    if (size > 0) bo_json_member_string(&json, BO_STR("first"), page_iri(e, 1));
    bo_json_close(&json, BO_JSON_OBJECT);
    return BO_OK;
}

static bo_status show_collection(bo_exchange *e, bo_txn *txn) {
    bo_str page, actor = actor_of(e, txn);
    uint64_t number = 0;
    if (actor.ptr == NULL) return BO_NOT_FOUND;
    if (bo_str_ends(e->iri, BO_STR("/inbox"))) BO_TRY(need_owner(e, actor));
    BO_TRY(bo_http_form(&page, e->request->query, BO_STR("page"), 0, e->arena));
    if (page.ptr != NULL && (bo_str_to_u64(&number, page) != BO_OK || number == 0))
        return bo_fail(BO_BAD_ARGUMENT, "pages are numbered from 1");
    bo_text text;
    bo_text_init(&text, 0);
    bo_status status = number > 0 ? put_page(e, &text, txn, number) : put_collection(e, &text, txn);
    if (status == BO_OK) status = bo_respond_text(e, 200, BO_STR("application/activity+json"), &text);
    bo_text_done(&text);
    return status;
}

bo_status bo_get_collection(bo_exchange *e) {
    bo_status status = with_reader(e, show_collection);
    return status == BO_NOT_FOUND ? bo_get_resource(e) : status;
}

/* What arrives, and what clients post. */

static bo_status find_actor(bo_exchange *e, bo_txn *txn) {
    return actor_of(e, txn).ptr != NULL ? BO_OK : bo_fail(BO_NOT_FOUND, "nobody has an inbox or outbox here");
}

bo_status bo_post_inbox(bo_exchange *e) {
    BO_TRY(with_reader(e, find_actor));
    BO_TRY(bo_fed_receive(e->app->fed, e->request, e->iri, e->arena));
    bo_respond(e, 202);
    return BO_OK;
}

static bo_status need_own_outbox(bo_exchange *e, bo_txn *txn) {
    BO_TRY(find_actor(e, txn));
    return need_owner(e, actor_of(e, txn));
}

bo_status bo_post_outbox(bo_exchange *e) {
    bo_json *activity;
    bo_txn *txn;
    bo_str id;
    bo_ap ap = ap_of(e);
    bo_json_limits limits = {.depth = 64, .nodes = 100000};
    BO_TRY(with_reader(e, need_own_outbox));
    BO_TRY(bo_json_parse(&activity, e->request->body, &limits, e->arena));
    if (!bo_json_is(activity, BO_JSON_OBJECT)) return bo_fail(BO_SYNTAX, "an activity is a JSON object");
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = need_own_outbox(e, txn);
    if (status == BO_OK) status = bo_ap_post(&ap, txn, actor_of(e, txn), activity, &id, e->arena);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    bo_fed_wake(e->app->fed);
    bo_respond(e, 201);
    bo_respond_header(e, BO_STR("Location"), id);
    return BO_OK;
}

static bo_status show_activity(bo_exchange *e, bo_txn *txn) {
    bo_str text;
    bo_status status = bo_ap_activity(txn, &text, e->iri, e->arena);
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "there is no activity %.*s", BO_STR_ARG(e->iri));
    BO_TRY(status);
    bo_respond_body(e, 200, BO_STR("application/activity+json"), text);
    return BO_OK;
}

bo_status bo_get_activity(bo_exchange *e) {
    return with_reader(e, show_activity);
}

/* Discovery. */

/* acct:name@host, where name is an account, the relay, or an organisation's last part; or the IRI of
 * something here. */
static bo_status find_subject(bo_exchange *e, bo_txn *txn, bo_str resource, bo_str *iri) {
    bo_ap ap = ap_of(e);
    bo_account account;
    bo_ldp_record record;
    const bo_str scheme = BO_STR("acct:");
    bo_str host = bo_iri_split(e->app->base_url).authority, name = bo_str_from(resource, scheme.len);
    *iri = resource;
    if (bo_str_starts(resource, scheme)) {
        size_t at = bo_str_find_last(name, '@');
        bool here = at < name.len && bo_str_eq_nocase(bo_str_from(name, at + 1), host);
        name = bo_str_head(name, at);
        *iri = !here                              ? BO_STR("")
               : bo_str_eq(name, BO_STR("relay")) ? bo_ap_relay(&ap, e->arena)
               : bo_account_find(txn, &account, name, e->arena) == BO_OK
                   ? account.webid
                   : bo_arena_printf(e->arena, "%.*sorganizations/%.*s", BO_STR_ARG(e->app->root),
                                     BO_STR_ARG(name));
    }
    bool known = bo_str_starts(*iri, e->app->root) && bo_ldp_find(txn, &record, *iri, e->arena) == BO_OK &&
                 record.kind != BO_KIND_TOMBSTONE;
    return known ? BO_OK : bo_fail(BO_NOT_FOUND, "nothing here is called '%.*s'", BO_STR_ARG(resource));
}

static bo_status answer_webfinger(bo_exchange *e, bo_txn *txn) {
    bo_str resource, iri;
    bo_json_writer json;
    bo_text text;
    BO_TRY(bo_http_form(&resource, e->request->query, BO_STR("resource"), 0, e->arena));
    if (resource.len == 0) return bo_fail(BO_BAD_ARGUMENT, "say what you look for: ?resource=acct:name@host");
    BO_TRY(find_subject(e, txn, resource, &iri));
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("subject"), resource);
    bo_json_key(&json, BO_STR("aliases"));
    bo_json_open(&json, BO_JSON_ARRAY);
    bo_json_put_string(&json, iri);
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_key(&json, BO_STR("links"));
    bo_json_open(&json, BO_JSON_ARRAY);
    static const char *const links[][2] = {{"self", "application/activity+json"},
                                           {"http://webfinger.net/rel/profile-page", "text/html"}};
    for (size_t i = 0; i < 2; i++) {
        bo_json_open(&json, BO_JSON_OBJECT);
        bo_json_member_string(&json, BO_STR("rel"), bo_str_of(links[i][0]));
        bo_json_member_string(&json, BO_STR("type"), bo_str_of(links[i][1]));
        bo_json_member_string(&json, BO_STR("href"), iri);
        bo_json_close(&json, BO_JSON_OBJECT);
    }
    bo_json_close(&json, BO_JSON_ARRAY);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, 200, BO_STR("application/jrd+json"), &text);
    bo_text_done(&text);
    return status;
}

bo_status bo_get_webfinger(bo_exchange *e) {
    return with_reader(e, answer_webfinger);
}
