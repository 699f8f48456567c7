/* SPDX-License-Identifier: Apache-2.0
 * Importing: a PATCH that says that a container contains a resource of another node brings a copy of it
 * here. Transactions never wait for the network: the PATCH is tried, what it needs is fetched, and it is
 * tried again.
 */
#include "fed/fed.h"
#include "ldp/foreign.h"
#include "rdf/vocab.h"
#include "wac/acl.h"
#include "web/exchange.h"

enum { AT_ONCE = 16 };

struct bo_importing {
    bo_str iris[AT_ONCE];
    bo_graph *documents[AT_ONCE];
    size_t count;
    bo_str wanted; /* what the last try lacked */
};

bo_importing *bo_importing_new(const bo_exchange *e) {
    return BO_NEW(e->arena, bo_importing);
}

void bo_importing_done(bo_importing *imports) {
    for (size_t i = 0; i < imports->count; i++) bo_graph_free(imports->documents[i]);
}

/* A PATCH's container, as it was and as it is to be. */
typedef struct moving {
    bo_exchange *e;
    bo_importing *imports;
    bo_graph *other; /* members that are in here too don't move */
    bo_txn *txn;
} moving;

static bool moves(const moving *m, const bo_quad *quad) {
    return quad->o.kind == BO_IRI && !bo_graph_has(m->other, quad) &&
           bo_ldp_is_foreign(m->e->app->base_url, quad->o.value);
}

static bo_status take_in(void *context, const bo_quad *quad) {
    const moving *m = context;
    bo_importing *imports = m->imports;
    bo_str iri = quad->o.value;
    if (!moves(m, quad)) return BO_OK;
    bo_status status = bo_ldp_need_foreign(m->txn, iri, m->e->arena);
    if (status != BO_NEED) return status;
    for (size_t i = 0; i < imports->count; i++)
        if (bo_str_eq(imports->iris[i], iri))
            return bo_ldp_put_foreign(m->txn, iri, quad->s.value, imports->documents[i], m->e->arena);
    imports->wanted = bo_arena_str(m->e->arena, iri);
    return imports->wanted.ptr != NULL ? status : bo_error_last()->status;
}

/* A copy has the first rights of what is new in its container; nobody here is its creator. */
static bo_status give_rights(void *context, const bo_quad *quad) {
    const moving *m = context;
    bo_acl acl;
    if (!moves(m, quad)) return BO_OK;
    BO_TRY(bo_acl_get(&acl, m->txn, quad->o.value, m->e->arena));
    if (acl.len > 0) return BO_OK;
    return bo_wac_found(&m->e->app->wac, m->txn, quad->o.value, false, BO_STR(""), m->e->arena);
}

static bo_status let_go(void *context, const bo_quad *quad) {
    const moving *m = context;
    bool dropped = false;
    if (moves(m, quad)) BO_TRY(bo_ldp_drop_foreign(m->txn, &dropped, quad->o.value, m->e->arena));
    return dropped ? bo_wac_forget(m->txn, quad->o.value) : BO_OK;
}

static bo_status each_member(const moving *m, bo_graph *content,
                             bo_status (*run)(void *context, const bo_quad *quad)) {
    bo_quad pattern = {.s = bo_term_iri(m->e->iri), .p = bo_term_iri(BO_LDP_CONTAINS)};
    bo_sink sink = {.quad = run, .context = (void *)(uintptr_t)m};
    return bo_graph_match(content, &pattern, &sink);
}

bo_status bo_import_members(bo_exchange *e, bo_importing *imports, bo_graph *before, bo_graph *after,
                            bo_txn *txn) {
    return each_member(&(moving){e, imports, before, txn}, after, take_in);
}

bo_status bo_settle_imports(bo_exchange *e, bo_graph *before, bo_graph *after, bo_txn *txn) {
    BO_TRY(each_member(&(moving){e, NULL, before, txn}, after, give_rights));
    return each_member(&(moving){e, NULL, after, txn}, before, let_go);
}

/* What another node answers is no fault of this one's, and never a reason to send a 404 of our own. */
static bo_status say_why(bo_status status, bo_str iri) {
    bo_error error = *bo_error_last();
    bool theirs = status == BO_NOT_FOUND || status == BO_GONE || status == BO_DENIED || status == BO_SYNTAX ||
                  status == BO_UNAUTHENTICATED;
    return bo_fail(theirs ? BO_CONFLICT : status, "%.*s can't be imported: %s", BO_STR_ARG(iri),
                   error.message);
}

bo_status bo_import_wanted(bo_exchange *e, bo_importing *imports) {
    if (imports->count == AT_ONCE)
        return bo_fail(BO_LIMIT, "a PATCH imports at most %d resources of other nodes: send several",
                       AT_ONCE);
    if (e->response->stream != NULL && !e->response->is_long) {
        e->response->is_long = true;
        return bo_fail(BO_CANCELLED, "what waits for other nodes is done among the queries");
    }
    bo_status status =
        bo_fed_get_graph(e->app->fed, &imports->documents[imports->count], imports->wanted, e->arena);
    if (status != BO_OK) return say_why(status, imports->wanted);
    imports->iris[imports->count++] = imports->wanted;
    return BO_OK;
}
