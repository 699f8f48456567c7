/* SPDX-License-Identifier: Apache-2.0
 * Resources and containers over HTTP (LDP 1.0 sections 4 and 5, in SemApps' dialect).
 */
#include <inttypes.h>

#include "fed/fed.h"
#include "bocage/iri.h"
#include "ldp/container.h"
#include "obs/page.h"
#include "rdf/vocab.h"
#include "wac/group.h"
#include "web/exchange.h"

/* What is at the address asked for, within one transaction. */
typedef struct target {
    bool exists;
    bo_ldp_record record; /* when it exists, or is a tombstone */
    uint64_t version;
    bool is_container; /* itself, or what it would go into when it does not exist */
    bo_modes modes;    /* what the asker may do with it, or, when it does not exist, with its container */
} target;

static bo_status locate(bo_exchange *e, target *out, bo_txn *txn) {
    *out = (target){0};
    bo_graph_info info;
    bo_status status = bo_ldp_find(txn, &out->record, e->iri, e->arena);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    out->exists = status == BO_OK && out->record.kind != BO_KIND_TOMBSTONE;
    if (out->exists) {
        BO_TRY(bo_txn_graph(txn, e->iri, &info));
        out->version = info.version;
        out->is_container = out->record.kind == BO_KIND_CONTAINER;
        BO_TRY(bo_exchange_modes(e, &out->modes, txn, e->iri));
        bo_model_note(e, &out->record, out->modes);
        return BO_OK;
    }
    bo_ldp_record parent;
    bo_str container = bo_ldp_parent(e->iri);
    status = bo_ldp_find(txn, &parent, container, e->arena);
    if (status == BO_NOT_FOUND || (status == BO_OK && parent.kind != BO_KIND_CONTAINER))
        return bo_fail(BO_NOT_FOUND, "there is nothing at %.*s", BO_STR_ARG(e->iri));
    BO_TRY(status);
    out->is_container = true;
    return bo_exchange_modes(e, &out->modes, txn, container);
}

static bo_status need_existing(const bo_exchange *e, const target *t) {
    if (t->exists) return BO_OK;
    if (t->record.kind == BO_KIND_TOMBSTONE)
        return bo_fail(BO_GONE, "%.*s has been deleted", BO_STR_ARG(e->iri));
    return bo_fail(BO_NOT_FOUND, "there is nothing at %.*s", BO_STR_ARG(e->iri));
}

/* The entity tag of a representation: the version of what it shows, and which one it is. */
static bo_status etag_of(const bo_exchange *e, bo_str *out, const target *t, bo_variant variant,
                         bo_sections wanted, bo_txn *txn) {
    bo_str context = bo_request_header(e, "JsonLdContext");
    uint64_t number = variant == BO_AS_HTML ? e->generation : t->version, shown = 0;
    if (t->is_container && variant != BO_AS_HTML) BO_TRY(bo_container_tag(e, &shown, wanted, txn));
    bo_str tag = bo_arena_printf(e->arena, "\"%" PRIx64 "-%c", number, "jtnxgqh"[variant]);
    if (wanted.is_applied) tag = bo_arena_printf(e->arena, "%.*sp%x", BO_STR_ARG(tag), wanted.sections);
    if (shown != 0) tag = bo_arena_printf(e->arena, "%.*s.%" PRIx64, BO_STR_ARG(tag), shown);
    if (context.ptr != NULL)
        tag = bo_arena_printf(e->arena, "%.*s-%" PRIx64, BO_STR_ARG(tag), bo_str_hash(context));
    *out = bo_arena_join(e->arena, tag, BO_STR("\""));
    return out->ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Whether a list of entity tags names some representation of this version. */
static bool names_version(const bo_exchange *e, bo_str header, uint64_t version) {
    if (bo_str_eq(bo_str_trim(header), BO_STR("*"))) return true;
    bo_str start = bo_arena_printf(e->arena, "\"%" PRIx64 "-", version);
    size_t at = bo_str_find_str(header, start);
    return at < header.len && (at == 0 || header.ptr[at - 1] != '/');
}

/* Whether If-Match names what is there; of a file, what is said of it or its bytes. */
static bool is_matched(const bo_exchange *e, bo_str match, const target *t) {
    if (!t->exists) return false;
    bool is_file = t->record.blob.len > 0;
    return names_version(e, match, t->version) ||
           (is_file && bo_http_etag_listed(match, bo_file_etag(e, &t->record), false));
}

/* CONDITION: RFC 9110 section 13, for methods that change things. */
static bo_status check_conditions(const bo_exchange *e, const target *t) {
    bo_str match = bo_request_header(e, "If-Match"), none = bo_request_header(e, "If-None-Match");
    if (match.ptr != NULL && !is_matched(e, match, t))
        return bo_fail(BO_STALE, "it is no longer what If-Match says: read it again, then change it");
    if (none.ptr != NULL && t->exists && names_version(e, none, t->version))
        return bo_fail(BO_STALE, "there is something already, and If-None-Match wants nothing");
    return BO_OK;
}

static bo_status put_rights(bo_exchange *e, const target *t, bo_txn *txn) {
    static const bo_asker everyone;
    bo_modes modes;
    char room[128];
    BO_TRY(bo_wac_modes(&e->app->wac, &modes, txn, &everyone, e->iri, e->arena));
    bo_str allow = bo_arena_str(e->arena, bo_wac_allow(t->modes, modes, room));
    bo_respond_header(e, BO_STR("WAC-Allow"), allow);
    return allow.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static void put_headers(bo_exchange *e) {
    bo_respond_header(e, BO_STR("Link"),
                      bo_arena_printf(e->arena, "<%.*s/_acl%.*s>; rel=acl", BO_STR_ARG(e->app->base_url),
                                      BO_STR_ARG(e->path)));
    bo_respond_header(e, BO_STR("Link"),
                      bo_arena_printf(e->arena,
                                      "<%.*s/.well-known/solid>; rel=\"" BO_SOLID_NS "storageDescription\"",
                                      BO_STR_ARG(e->app->base_url)));
    bo_respond_header(e, BO_STR("Allow"), bo_route_allow(e));
    bo_model_respond_media(e);
    bo_respond_header(e, BO_STR("Vary"), BO_STR("Accept, Authorization, Prefer, JsonLdContext"));
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-cache"));
}

/* Reading. */

static bo_status show_tombstone(bo_exchange *e, const target *t) {
    bo_graph *graph;
    if (bo_wants_page(e)) return bo_fail(BO_GONE, "%.*s has been deleted", BO_STR_ARG(e->iri));
    BO_TRY(bo_graph_new(&graph));
    bo_status status = bo_ldp_tombstone(graph, &t->record, e->iri, e->arena);
    if (status == BO_OK) status = bo_respond_graph(e, 410, bo_graph_source(graph), e->iri);
    bo_graph_free(graph);
    return status;
}

static bo_status write_resource(bo_exchange *e, bo_text *out, bo_variant variant, bo_source *source) {
    bo_graph *graph;
    if (variant == BO_AS_HTML) return bo_page_write(out, source, e->iri, e->app->root);
    BO_TRY(bo_graph_new(&graph));
    bo_status status = bo_ldp_load(graph, source, e->iri);
    if (status == BO_OK) status = bo_represent(e, out, variant, bo_graph_source(graph), e->iri, BO_STR_NONE);
    bo_graph_free(graph);
    return status;
}

static bo_status render(bo_exchange *e, bo_variant variant, bo_txn *txn) {
    const bo_graph_set *readable = NULL; /* of its own graph the right is known */
    bo_source *source;
    bo_text text;
    if (variant == BO_AS_HTML) BO_TRY(bo_wac_readable(&e->app->wac, &readable, txn, &e->asker, e->arena));
    BO_TRY(bo_txn_source(&source, txn, readable, e->arena));
    bo_text_init(&text, 0);
    bo_status status = write_resource(e, &text, variant, source);
    if (status == BO_OK) status = bo_respond_text(e, 200, bo_variant_media_type(variant), &text);
    bo_text_done(&text);
    e->cacheable = status == BO_OK;
    return status;
}

static bo_status show(bo_exchange *e, bo_txn *txn) {
    target t;
    bo_variant variant;
    bo_str etag;
    BO_TRY(locate(e, &t, txn));
    if (t.record.kind == BO_KIND_TOMBSTONE) return show_tombstone(e, &t);
    BO_TRY(need_existing(e, &t));
    BO_TRY(bo_wac_require(&e->asker, t.modes, BO_MODE_READ));
    bo_exchange_rest_on(e, txn, e->iri);
    if (bo_wants_file(e, &t.record)) return bo_respond_file(e, txn, &t.record);
    BO_TRY(bo_negotiate(e, &variant, t.is_container ? BO_AS_JSONLD : BO_AS_TURTLE, true));
    if (variant == BO_AS_HTML) {
        bool is_sent;
        bo_basis_add(&e->basis, BO_WATCH_ALL); /* it names what it links to */
        BO_TRY(bo_send_to_view(e, &is_sent, &t.record, txn));
        if (is_sent) return BO_OK;
    }
    bo_sections wanted = t.is_container ? bo_container_sections(e) : (bo_sections){0};
    BO_TRY(etag_of(e, &etag, &t, variant, wanted, txn));
    put_headers(e);
    BO_TRY(put_rights(e, &t, txn));
    bo_respond_header(e, BO_STR("ETag"), etag);
    if (wanted.is_applied)
        bo_respond_header(e, BO_STR("Preference-Applied"), BO_STR("return=representation"));
    bo_str known = bo_request_header(e, "If-None-Match");
    if (known.ptr != NULL && bo_http_etag_listed(known, etag, true)) {
        bo_respond(e, 304);
        return BO_OK;
    }
    bool is_listed = t.is_container && variant != BO_AS_HTML;
    return is_listed ? bo_respond_container(e, variant, wanted, txn) : render(e, variant, txn);
}

bo_status bo_look_at_resource(bo_exchange *e) {
    target t;
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = locate(e, &t, txn);
    bo_txn_abort(txn);
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_get_resource(bo_exchange *e) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = show(e, txn);
    bo_txn_abort(txn);
    return status;
}

/* Changing. A change is looked at twice: on a snapshot, before its body is read, and in its transaction. */

typedef struct change {
    bo_modes needed;       /* on what exists */
    bool may_create;       /* else what does not exist is an error */
    bool may_revive;       /* else what was deleted does not come back because somebody saves a form */
    bo_graph *content;     /* PARSE */
    bo_graph *others;      /* PARSE: what the body says of other resources */
    bo_graph *before;      /* PATCH: what it was */
    bo_importing *imports; /* PATCH of a container */
    bo_str iri;            /* what is changed: the address asked for, or the new member */
    bo_ldp_file file;      /* what is new is one with these bytes */
    bool created;
    /* HANDLE: in the transaction. */
    bo_status (*run)(bo_exchange *e, struct change *c, const target *t, bo_txn *txn);
} change;

static bo_status authorise(const bo_exchange *e, const target *t, const change *c) {
    bool may_come = t->record.kind == BO_KIND_TOMBSTONE ? c->may_revive : c->may_create;
    if (!t->exists && !may_come) return need_existing(e, t);
    return bo_wac_require(&e->asker, t->modes, t->exists ? c->needed : BO_MODE_APPEND);
}

static bo_status admit(bo_exchange *e, const change *c, target *t) {
    bo_txn *txn;
    bo_exchange_refresh_shapes(e);
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = locate(e, t, txn);
    bo_txn_abort(txn);
    if (status == BO_OK) status = authorise(e, t, c);
    if (status == BO_OK) status = check_conditions(e, t);
    return status;
}

static bo_status within(bo_exchange *e, change *c, bo_txn *txn) {
    target t;
    BO_TRY(locate(e, &t, txn));
    BO_TRY(authorise(e, &t, c));
    BO_TRY(check_conditions(e, &t));
    return c->run(e, c, &t, txn);
}

static bo_status commit(bo_exchange *e, change *c) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = within(e, c, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    bo_fed_wake(e->app->fed);
    return BO_OK;
}

/* A container may speak of what its members belong to only by leave of whoever may write that. */
static bo_status authorise_membership(const bo_exchange *e, const change *c, bo_txn *txn) {
    bo_term subject = bo_term_iri(c->iri), of;
    bo_modes modes;
    if (!bo_graph_object(c->content, &of, &subject, BO_LDP_MEMBERSHIP_RESOURCE)) return BO_OK;
    bo_str document = bo_iri_document(of.value);
    if (bo_str_eq(document, c->iri)) return BO_OK;
    BO_TRY(bo_exchange_modes(e, &modes, txn, document));
    return bo_wac_require(&e->asker, modes, BO_MODE_WRITE);
}

/* Members that a body names: what was not in the container before comes into it. */
typedef struct attaching {
    const bo_exchange *e;
    bo_graph *before; /* NULL: the container is new, and whoever makes it controls it */
    bo_txn *txn;
} attaching;

static bo_status authorise_member(void *context, const bo_quad *quad) {
    const attaching *a = context;
    const bo_exchange *e = a->e;
    bo_ldp_record member;
    bo_modes modes;
    if (quad->o.kind != BO_IRI || (a->before != NULL && bo_graph_has(a->before, quad))) return BO_OK;
    bo_status status = bo_ldp_find(a->txn, &member, quad->o.value, e->arena);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status; /* it is refused later */
    if (a->before != NULL)
        return bo_wac_may_attach(&e->app->wac, a->txn, &e->asker, quad->s.value, quad->o.value,
                                 member.kind == BO_KIND_CONTAINER, e->arena);
    BO_TRY(bo_exchange_modes(e, &modes, a->txn, quad->o.value));
    return bo_wac_require(&e->asker, modes, BO_MODE_CONTROL);
}

static bo_status authorise_members(const bo_exchange *e, const change *c, bo_txn *txn) {
    bo_quad members = {.s = bo_term_iri(c->iri), .p = bo_term_iri(BO_LDP_CONTAINS)};
    bo_sink sink = {.quad = authorise_member, .context = &(attaching){e, c->before, txn}};
    return bo_graph_match(c->content, &members, &sink);
}

static bo_status put_content(bo_exchange *e, change *c, bo_str container, bool is_patch, bo_txn *txn) {
    bo_ldp_write write = {.iri = c->iri,
                          .container = container,
                          .owner = e->asker.webid,
                          .content = c->content,
                          .now_ms = bo_clock_wall_ms(e->app->options.clock),
                          .is_container = bo_container_is(c->content, c->iri),
                          .is_patch = is_patch,
                          .file = c->file.bytes.ptr != NULL ? &c->file : NULL};
    bo_whole whole = {c->iri, container, c->content, c->before, c->others};
    if (write.is_container) BO_TRY(authorise_membership(e, c, txn));
    if (write.is_container) BO_TRY(authorise_members(e, c, txn));
    BO_TRY(bo_exchange_disassemble(e, &whole, txn));
    return bo_exchange_put(e, &write, c->before, &c->created, txn);
}

static bo_status parse(bo_exchange *e, change *c, bool is_new) {
    bo_ldp_body body = {.iri = c->iri,
                        .media_type = bo_http_media_type(bo_request_header(e, "Content-Type")),
                        .bytes = e->request->body,
                        .is_new = is_new,
                        .loader = &e->app->loader,
                        .default_context = e->app->default_context};
    BO_TRY(bo_graph_new(&c->content));
    BO_TRY(bo_graph_new(&c->others));
    body.others = c->others;
    if (c->file.bytes.ptr != NULL) {
        bo_quad is_file = {bo_term_iri(c->iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_SEMAPPS_FILE), {0}};
        return bo_graph_add(c->content, &is_file);
    }
    return bo_ldp_read(c->content, &body, e->arena);
}

static void forget_graphs(change *c) {
    bo_graph_free(c->content);
    bo_graph_free(c->others);
    bo_graph_free(c->before);
    c->content = c->others = c->before = NULL;
}

/* With the policy `solid` who makes something by PUT has the right to write it, by a default or by its first
 * rights. */
static bo_status run_put(bo_exchange *e, change *c, const target *t, bo_txn *txn) {
    target made;
    BO_TRY(put_content(e, c, t->exists ? t->record.container : bo_ldp_parent(c->iri), false, txn));
    if (!c->created) return BO_OK;
    BO_TRY(locate(e, &made, txn));
    return e->app->wac.nearest ? bo_wac_require(&e->asker, made.modes, BO_MODE_WRITE) : BO_OK;
}

bo_status bo_put_resource(bo_exchange *e) {
    bool revives = bo_str_eq(bo_str_trim(bo_request_header(e, "If-None-Match")), BO_STR("*"));
    change c = {
        .needed = BO_MODE_WRITE, .may_create = true, .may_revive = revives, .iri = e->iri, .run = run_put};
    target t;
    BO_TRY(admit(e, &c, &t));
    if (t.exists && t.is_container)
        return bo_fail(BO_METHOD, "a container is not replaced by PUT: POST to it, or change its members");
    bo_status status = parse(e, &c, false);
    if (status == BO_OK && !t.exists) status = bo_model_ask(e, c.content, c.iri, false);
    if (status == BO_OK) status = bo_exchange_validate_new(e, c.content, c.iri);
    if (status == BO_OK) status = commit(e, &c);
    forget_graphs(&c);
    BO_TRY(status);
    bo_respond(e, c.created ? 201 : 204);
    if (c.created) bo_respond_header(e, BO_STR("Location"), c.iri);
    return BO_OK;
}

static bo_status run_post(bo_exchange *e, change *c, const target *t, bo_txn *txn) {
    (void)t;
    return put_content(e, c, e->iri, false, txn);
}

static bo_status mint(bo_exchange *e, change *c) {
    bo_txn *txn;
    bo_str slug = bo_request_header(e, "Slug");
    if (c->file.bytes.ptr != NULL)
        BO_TRY(bo_ldp_file_name(&slug, c->file.media_type, e->app->options.rng, e->arena));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = bo_ldp_mint(txn, &c->iri, e->iri, slug, e->app->options.rng, e->arena);
    bo_txn_abort(txn);
    return status;
}

static bo_status still_free(bo_exchange *e, change *c, const target *t, bo_txn *txn) {
    bo_ldp_record taken;
    bo_status status = bo_ldp_find(txn, &taken, c->iri, e->arena);
    if (status == BO_OK) return bo_fail(BO_EXISTS, "%.*s was taken by another request", BO_STR_ARG(c->iri));
    return status == BO_NOT_FOUND ? run_post(e, c, t, txn) : status;
}

/* Where a new file is described (LDP section 5.2.3.12). */
static void put_description_link(bo_exchange *e, bo_str iri) {
    bo_respond_header(e, BO_STR("Link"),
                      bo_arena_printf(e->arena, "<%.*s>; rel=\"describedby\"; anchor=\"%.*s\"",
                                      BO_STR_ARG(iri), BO_STR_ARG(iri)));
}

bo_status bo_post_resource(bo_exchange *e) {
    enum { TRIES = 8 };
    change c = {.needed = BO_MODE_APPEND, .run = still_free};
    target t;
    BO_TRY(admit(e, &c, &t));
    if (!t.is_container)
        return bo_fail(BO_METHOD, "%.*s is no container: new resources are posted to containers",
                       BO_STR_ARG(e->iri));
    if (bo_ldp_is_file(bo_request_header(e, "Content-Type"))) BO_TRY(bo_exchange_file(e, &c.file));
    bo_status status = BO_EXISTS;
    for (int tries = 0; status == BO_EXISTS && tries < TRIES; tries++) {
        status = mint(e, &c);
        if (status == BO_OK) status = parse(e, &c, true);
        if (status == BO_OK) status = bo_model_ask(e, c.content, c.iri, c.file.bytes.ptr != NULL);
        if (status == BO_OK) status = bo_exchange_validate_new(e, c.content, c.iri);
        if (status == BO_OK) status = commit(e, &c);
        forget_graphs(&c);
    }
    BO_TRY(status);
    bo_respond(e, 201);
    bo_respond_header(e, BO_STR("Location"), c.iri);
    if (c.file.bytes.ptr != NULL) put_description_link(e, c.iri);
    return BO_OK;
}

/* BO_CANCELLED when something is not in the other graph. */
static bo_status find_missing(void *context, const bo_quad *quad) {
    return bo_graph_has(context, quad) ? BO_OK : BO_CANCELLED;
}

static bo_status find_new_statement(void *context, const bo_quad *quad) {
    return bo_str_eq(quad->p.value, BO_LDP_CONTAINS) ? BO_OK : find_missing(context, quad);
}

/* BO_CANCELLED when a statement that configures the container is not in the other graph. */
static bo_status find_other_configuration(void *context, const bo_quad *quad) {
    return bo_container_configures(quad) ? find_missing(context, quad) : BO_OK;
}

/* Adding needs the right to append; taking away, or saying something new of a container, the right to write,
 * with the policy `solid` to read too, since its success tells what was there; configuring a container, the
 * right to control. */
static bo_status authorise_patch(const bo_exchange *e, const change *c, const target *t) {
    const bo_quad all = {0};
    bo_sink gone = {.quad = find_other_configuration, .context = c->content};
    bo_sink said = {.quad = find_other_configuration, .context = c->before};
    bo_status configured = t->is_container ? bo_graph_match(c->before, &all, &gone) : BO_OK;
    if (configured == BO_OK && t->is_container) configured = bo_graph_match(c->content, &all, &said);
    if (configured == BO_CANCELLED) return bo_wac_require(&e->asker, t->modes, BO_MODE_CONTROL);
    BO_TRY(configured);
    bo_sink missing = {.quad = find_missing, .context = c->content};
    bo_sink new = {.quad = find_new_statement, .context = c->before};
    bo_status status = bo_graph_match(c->before, &all, &missing);
    if (status == BO_OK && t->is_container) status = bo_graph_match(c->content, &all, &new);
    bo_modes needed = BO_MODE_WRITE | (e->app->wac.nearest ? BO_MODE_READ : 0);
    return status == BO_CANCELLED ? bo_wac_require(&e->asker, t->modes, needed) : status;
}

/* Members that are in one graph and not in the other have other rights now. */
typedef struct moving {
    const bo_exchange *e;
    bo_graph *other;
    bo_txn *txn;
    bo_ap_event event;
} moving;

static bo_status settle_moved(void *context, const bo_quad *quad) {
    const moving *m = context;
    if (quad->o.kind != BO_IRI || bo_graph_has(m->other, quad)) return BO_OK;
    BO_TRY(bo_fed_announce(m->e->app->fed, m->txn, m->event, quad->o.value, quad->s.value, m->e->arena));
    return bo_wac_settle(&m->e->app->wac, m->txn, quad->o.value, true, m->e->arena);
}

static bo_status settle_members(const bo_exchange *e, const change *c, bo_txn *txn) {
    const bo_quad members = {.s = bo_term_iri(c->iri), .p = bo_term_iri(BO_LDP_CONTAINS)};
    bo_sink came = {.quad = settle_moved, .context = &(moving){e, c->before, txn, BO_AP_ADDED}};
    bo_sink left = {.quad = settle_moved, .context = &(moving){e, c->content, txn, BO_AP_REMOVED}};
    BO_TRY(bo_graph_match(c->content, &members, &came));
    return bo_graph_match(c->before, &members, &left);
}

/* Without a type nobody would find it again; a container's types are the node's to keep. */
static bo_status need_type(const change *c, const target *t) {
    bo_term type, subject = bo_term_iri(c->iri);
    if (t->is_container || bo_graph_object(c->content, &type, &subject, BO_RDF_TYPE)) return BO_OK;
    return bo_fail_code(BO_SYNTAX, BO_TYPE_MISSING,
                        "a PATCH must leave the resource a type: to remove it, DELETE it");
}

/* A container's members are a part of it: PATCH attaches and detaches them. */
static bo_status run_patch(bo_exchange *e, change *c, const target *t, bo_txn *txn) {
    bo_source *source;
    BO_TRY(bo_txn_source(&source, txn, NULL, e->arena));
    BO_TRY(bo_graph_new(&c->content));
    BO_TRY(bo_graph_new(&c->before));
    BO_TRY(bo_ldp_load(c->content, source, c->iri));
    BO_TRY(bo_ldp_load(c->before, source, c->iri));
    BO_TRY(bo_ldp_patch(c->content, c->iri, e->request->body, bo_clock_wall_ms(e->app->options.clock)));
    BO_TRY(authorise_patch(e, c, t));
    BO_TRY(need_type(c, t));
    BO_TRY(bo_exchange_validate(e, c->content, c->iri, txn));
    if (t->is_container) BO_TRY(bo_import_members(e, c->imports, c->before, c->content, txn));
    BO_TRY(put_content(e, c, t->record.container, true, txn));
    BO_TRY(settle_members(e, c, txn));
    return t->is_container ? bo_settle_imports(e, c->before, c->content, txn) : BO_OK;
}

bo_status bo_patch_resource(bo_exchange *e) {
    change c = {.needed = BO_MODE_APPEND, .iri = e->iri, .run = run_patch};
    target t;
    BO_TRY(admit(e, &c, &t));
    bo_str type = bo_http_media_type(bo_request_header(e, "Content-Type"));
    if (!bo_str_eq_nocase(type, BO_STR("application/sparql-update")))
        return bo_fail(BO_MEDIA_TYPE, "the Content-Type header should be application/sparql-update");
    c.imports = bo_importing_new(e);
    if (c.imports == NULL) return bo_error_last()->status;
    bo_status status = BO_NEED;
    while (status == BO_NEED) {
        status = commit(e, &c);
        forget_graphs(&c);
        if (status == BO_NEED && (status = bo_import_wanted(e, c.imports)) == BO_OK) status = BO_NEED;
    }
    bo_importing_done(c.imports);
    if (status == BO_OK) bo_respond(e, 204);
    return status;
}

static bo_status run_delete(bo_exchange *e, change *c, const target *t, bo_txn *txn) {
    BO_TRY(bo_exchange_may_delete(e, t->modes, t->record.container, txn));
    BO_TRY(bo_exchange_disassemble(e, &(bo_whole){c->iri, t->record.container, NULL, NULL, NULL}, txn));
    return bo_exchange_delete(e, c->iri, t->record.container, txn);
}

bo_status bo_delete_resource(bo_exchange *e) {
    change c = {.needed = BO_MODE_WRITE, .iri = e->iri, .run = run_delete};
    target t;
    BO_TRY(admit(e, &c, &t));
    BO_TRY(commit(e, &c));
    bo_respond(e, 204);
    return BO_OK;
}
