/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/pack.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/map.h"
#include "bocage/iri.h"
#include "bocage/syntax.h"
#include "ldp/container.h"
#include "ldp/embedded.h"
#include "ldp/resource.h"
#include "rdf/vocab.h"
#include "rdf/xsd.h"
#include "wac/acl.h"

enum { FILE_CAP = 64 << 20 };

/* What is said of one node: a resource with all that its fragments say, or a blank node. */
typedef struct said {
    struct said *next;
    bo_quad quad;
    bool is_base; /* said by the base pack */
} said;

typedef struct node {
    bo_str key; /* a document's IRI, or "_:" and a label */
    said *first, **last;
    struct node *holder;  /* blank nodes: the document that was last gathered with them */
    struct node *waiting; /* the next one to gather */
    bool done;
} node;

typedef struct packing {
    const bo_pack_options *options;
    bo_arena *arena;
    bo_str root;   /* with a slash at the end */
    bo_str shapes; /* how the paths of its shapes begin */
    bo_map nodes;  /* key -> node: everything that the files say */
    bool is_base;  /* the base pack is being read */
    bo_graph *rights;
    bo_pack_counts counts;
    bo_txn *txn;
} packing;

/* Reading. */

static bo_str key_of(packing *p, const bo_term *term) {
    return term->kind == BO_BLANK ? bo_arena_join(p->arena, BO_STR("_:"), term->value)
                                  : bo_iri_document(term->value);
}

static bool is_coordinate(bo_str property) {
    return bo_str_eq(property, BO_STR(BO_PAIR_NS "latitude")) ||
           bo_str_eq(property, BO_STR(BO_PAIR_NS "longitude"));
}

/* Maps read coordinates as JSON numbers, which are xsd:double and come back from nothing else (JSON-LD 1.1
 * API section 8.6). */
static bo_status make_double(packing *p, bo_term *value) {
    bo_xsd number;
    char room[BO_XSD_ROOM];
    bool is_number = value->kind == BO_LITERAL && bo_xsd_of_term(&number, value) &&
                     bo_datatype_kind(number.type) >= BO_XSD_KIND_DECIMAL &&
                     bo_datatype_kind(number.type) <= BO_XSD_KIND_DOUBLE;
    if (!is_number)
        return bo_fail(BO_INVALID, "a coordinate is a number like 48.93, not '%.*s'",
                       BO_STR_ARG(value->value));
    number = (bo_xsd){.type = BO_DT_DOUBLE, .number = bo_xsd_double(&number)};
    bo_str text = bo_arena_str(p->arena, bo_xsd_write(room, &number));
    *value = bo_term_typed(text, BO_XSD_DOUBLE);
    return text.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* Whether the pack itself says this of a resource, or does without the resource. */
static bool gives_way(const bo_quad *quad, const node *subject) {
    if (bo_str_eq(quad->p.value, BO_RDF_TYPE)) return false;
    for (const said *fact = subject->first; fact != NULL; fact = fact->next)
        if (!fact->is_base && bo_str_eq(fact->quad.p.value, quad->p.value)) return true;
    return false;
}

static bool is_left_out(packing *p, bo_str key) {
    bo_value *slot = bo_map_get(&p->nodes, p->root);
    const node *root = slot != NULL ? slot->ptr : NULL;
    for (const said *fact = root != NULL ? root->first : NULL; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_CONF_WITHOUT) && bo_str_eq(fact->quad.o.value, key)) return true;
    return false;
}

static bo_status note(void *context, const bo_quad *quad) {
    packing *p = context;
    bo_str key = key_of(p, &quad->s);
    if (quad->s.kind == BO_IRI && !bo_str_starts(key, p->root))
        return bo_fail(BO_INVALID, "a pack speaks of the territory's own resources, not of <%.*s>",
                       BO_STR_ARG(quad->s.value));
    if (p->is_base && is_left_out(p, key)) return BO_OK;
    said *fact = BO_NEW(p->arena, said);
    bo_value *slot = bo_map_get(&p->nodes, key);
    if (slot == NULL) {
        node *fresh = BO_NEW(p->arena, node);
        if (fresh == NULL) return bo_error_last()->status;
        fresh->key = bo_arena_str(p->arena, key);
        fresh->last = &fresh->first;
        slot = bo_map_put(&p->nodes, fresh->key, NULL);
        if (slot != NULL) slot->ptr = fresh;
    }
    if (fact == NULL || slot == NULL) return bo_error_last()->status;
    node *subject = slot->ptr;
    if (p->is_base && gives_way(quad, subject)) return BO_OK;
    fact->is_base = p->is_base;
    BO_TRY(bo_term_copy(&fact->quad.s, &quad->s, p->arena));
    BO_TRY(bo_term_copy(&fact->quad.p, &quad->p, p->arena));
    BO_TRY(bo_term_copy(&fact->quad.o, &quad->o, p->arena));
    if (is_coordinate(quad->p.value)) BO_TRY(make_double(p, &fact->quad.o));
    *subject->last = fact;
    subject->last = &fact->next;
    return BO_OK;
}

/* An error once more, with the name of the file before it. */
static bo_status in_file(bo_status status, const char *path) {
    bo_error error = *bo_error_last();
    if (error.line == 0) return bo_fail(status, "%.200s: %.280s", path, error.message);
    return bo_fail_at(status, error.line, error.column, "%.200s, line %u: %.250s", path, error.line,
                      error.message);
}

static bo_status read_file(void *context, const char *path) {
    packing *p = context;
    bo_text text;
    if (!bo_str_ends(bo_str_of(path), BO_STR(".ttl")) || bo_str_starts(bo_str_of(path), p->shapes))
        return BO_OK;
    bo_str prefix = bo_arena_printf(p->arena, "f%llu-", (unsigned long long)p->counts.files++);
    bo_read_options options = {.base = p->root, .blank_prefix = prefix};
    bo_sink sink = {.quad = note, .context = p};
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) {
        status = bo_read(&sink, BO_TURTLE, bo_text_str(&text), &options);
        if (status != BO_OK) status = in_file(status, path);
    }
    bo_text_done(&text);
    return status;
}

/* A document's own facts, and those of the blank nodes that hang on it. */
static bo_status gather(packing *p, node *document, bo_graph *to) {
    for (node *at = document, *end = document; at != NULL; at = at->waiting) {
        for (const said *fact = at->first; fact != NULL; fact = fact->next) {
            BO_TRY(bo_graph_add(to, &fact->quad));
            bo_value *slot =
                fact->quad.o.kind == BO_BLANK ? bo_map_get(&p->nodes, key_of(p, &fact->quad.o)) : NULL;
            node *blank = slot != NULL ? slot->ptr : NULL;
            if (blank == NULL || blank->holder == document) continue;
            blank->holder = document;
            blank->waiting = NULL;
            end->waiting = blank;
            end = blank;
        }
    }
    return BO_OK;
}

/* Authorisations (nodes with acl:accessTo or acl:default) are no resources: they become rights of what they
 * name. */

static bool grants(const node *n) {
    for (const said *fact = n->first; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_ACL_ACCESS_TO) || bo_str_eq(fact->quad.p.value, BO_ACL_DEFAULT))
            return true;
    return false;
}

static bo_status gather_rights(packing *p) {
    uint32_t at = 0;
    for (bo_map_entry *entry; (entry = bo_map_next(&p->nodes, &at)) != NULL;) {
        node *n = entry->value.ptr;
        if (!grants(n)) continue;
        n->done = true;
        for (const said *fact = n->first; fact != NULL; fact = fact->next)
            BO_TRY(bo_graph_add(p->rights, &fact->quad));
    }
    return BO_OK;
}

/* Writing. */

static bo_status give_rights(packing *p, const bo_ldp_write *write) {
    bo_acl acl;
    BO_TRY(bo_acl_read(p->options->wac, &acl, p->rights, write->iri, p->arena));
    if (acl.len > 0) return bo_acl_put(p->options->wac, p->txn, write->iri, &acl, p->arena);
    return bo_wac_found(p->options->wac, p->txn, write->iri, write->is_container, BO_STR(""), p->arena);
}

static bo_status name_resource(bo_status status, bo_str iri) {
    bo_error error = *bo_error_last();
    return bo_fail(status, "<%.*s>: %.300s", BO_STR_ARG(bo_str_head(iri, 150)), error.message);
}

static void tell(packing *p, bo_pack_deed deed, bo_str iri) {
    if (p->options->tell != NULL) p->options->tell(p->options->context, deed, iri);
}

/* BO_CANCELLED when this is not said. What blank nodes say has no name to compare it by. */
static bo_status find_unsaid(void *context, const bo_quad *quad) {
    bool is_named = quad->s.kind == BO_IRI && quad->o.kind != BO_BLANK;
    return is_named && !bo_graph_has(context, quad) ? BO_CANCELLED : BO_OK;
}

/* What is there stays, whatever the pack says. */
static bo_status pass_over(packing *p, bo_str iri, bo_graph *content) {
    bo_source *source;
    bo_graph *there;
    BO_TRY(bo_txn_source(&source, p->txn, NULL, p->arena));
    BO_TRY(bo_graph_new(&there));
    bo_sink unsaid = {.quad = find_unsaid, .context = there};
    bo_status status = bo_ldp_load(there, source, iri);
    if (status == BO_OK) status = bo_graph_match(content, &(bo_quad){0}, &unsaid);
    bo_graph_free(there);
    if (status != BO_OK && status != BO_CANCELLED) return status;
    p->counts.passed_over++;
    p->counts.other += status == BO_CANCELLED;
    tell(p, status == BO_CANCELLED ? BO_PACK_OTHER : BO_PACK_THERE, iri);
    return BO_OK;
}

static bo_status put(packing *p, bo_str iri, bo_graph *content) {
    bool created;
    bo_ldp_write write = {.iri = iri,
                          .container = bo_ldp_parent(iri),
                          .content = content,
                          .now_ms = p->options->now_ms,
                          .is_container = bo_container_is(content, iri)};
    bo_ldp_record record;
    bo_status status = bo_ldp_find(p->txn, &record, iri, p->arena);
    if (status == BO_OK) return pass_over(p, iri, content);
    if (status != BO_NOT_FOUND) return status;
    if (write.is_container)
        p->counts.containers++;
    else
        p->counts.resources++;
    tell(p, BO_PACK_MADE, iri);
    status = bo_ldp_put(p->txn, &write, &created, p->arena);
    return status == BO_OK ? give_rights(p, &write) : name_resource(status, iri);
}

static bo_status put_document(packing *p, node *document) {
    bo_graph *content;
    if (document->done) return BO_OK;
    document->done = true;
    BO_TRY(bo_graph_new(&content));
    bo_status status = gather(p, document, content);
    if (status == BO_OK) status = put(p, document->key, content);
    bo_graph_free(content);
    return status;
}

/* A container's address is shorter than its members', so it comes first. */
static int by_address(const void *a, const void *b) {
    return bo_str_cmp((*(node *const *)a)->key, (*(node *const *)b)->key);
}

static bo_status put_all(packing *p) {
    node **list = bo_arena_array(p->arena, p->nodes.live + 1, sizeof *list);
    size_t len = 0;
    uint32_t at = 0;
    if (list == NULL) return bo_error_last()->status;
    BO_TRY(gather_rights(p));
    for (bo_map_entry *entry; (entry = bo_map_next(&p->nodes, &at)) != NULL;) list[len++] = entry->value.ptr;
    qsort(list, len, sizeof *list, by_address);
    for (size_t i = 0; i < len; i++)
        if (!bo_str_starts(list[i]->key, BO_STR("_:"))) BO_TRY(put_document(p, list[i]));
    for (size_t i = 0; i < len; i++) {
        bool blank = bo_str_starts(list[i]->key, BO_STR("_:"));
        if (blank && list[i]->holder == NULL && !list[i]->done && !list[i]->first->is_base)
            return bo_fail(BO_INVALID,
                           "something in the pack has no address: its <%.*s> hangs on no resource",
                           BO_STR_ARG(list[i]->first->quad.p.value));
    }
    return BO_OK;
}

/* What every observatory begins with gives way to what the pack says of the same property. */
static bo_status read_base(packing *p) {
    p->is_base = true;
    for (size_t i = 0; i < bo_packs_files_count; i++) {
        const bo_embedded *file = &bo_packs_files[i];
        bo_str prefix = bo_arena_printf(p->arena, "base%zu-", i);
        bo_read_options options = {.base = p->root, .blank_prefix = prefix};
        bo_sink sink = {.quad = note, .context = p};
        BO_TRY(bo_read(&sink, BO_TURTLE, (bo_str){(const char *)file->bytes, file->len}, &options));
    }
    return BO_OK;
}

static bo_status load(packing *p, bo_store *store) {
    const char *folder = p->options->folder;
    if (folder != NULL && !bo_fs_is_dir(folder))
        return bo_fail(BO_NOT_FOUND, "there is no folder '%s'", folder);
    p->shapes = bo_arena_printf(p->arena, "%s/" BO_PACK_SHAPES "/", folder != NULL ? folder : "");
    if (folder != NULL) BO_TRY(bo_fs_walk(folder, read_file, p));
    BO_TRY(read_base(p));
    BO_TRY(bo_txn_begin(&p->txn, store, BO_WRITE));
    bo_status status = put_all(p);
    if (status == BO_OK && !p->options->dry_run) return bo_txn_commit(p->txn, NULL, p->arena);
    bo_txn_abort(p->txn);
    return status;
}

bo_status bo_pack_load(bo_store *store, const bo_pack_options *options, bo_pack_counts *counts) {
    packing p = {.options = options, .arena = bo_arena_new(0)};
    if (p.arena == NULL) return bo_error_last()->status;
    p.root = bo_arena_join(p.arena, options->wac->base_url, BO_STR("/"));
    bo_map_init(&p.nodes, p.arena);
    bo_status status = bo_graph_new(&p.rights);
    if (status == BO_OK) status = load(&p, store);
    bo_graph_free(p.rights);
    bo_arena_free(p.arena);
    if (status == BO_OK) *counts = p.counts;
    return status;
}

typedef struct copying {
    size_t skip; /* of a path: the folder that is copied, and its slash */
    const char *to;
    bo_arena *arena;
} copying;

static bo_status copy_file(void *context, const char *path) {
    const copying *c = context;
    bo_text text;
    if (!bo_str_ends(bo_str_of(path), BO_STR(".ttl"))) return BO_OK;
    bo_str target = bo_arena_printf(c->arena, "%s/%s", c->to, path + c->skip);
    bo_str parent = bo_arena_str(c->arena, bo_str_head(target, bo_str_find_last(target, '/')));
    if (target.ptr == NULL || parent.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_fs_mkdirs(parent.ptr));
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) status = bo_fs_write(target.ptr, bo_text_str(&text), 0644);
    bo_text_done(&text);
    return status;
}

bo_status bo_pack_copy_shapes(const char *folder, const char *to, bo_arena *arena) {
    bo_str from = bo_arena_printf(arena, "%s/" BO_PACK_SHAPES, folder);
    if (from.ptr == NULL) return bo_error_last()->status;
    copying c = {from.len + 1, to, arena};
    return bo_fs_is_dir(from.ptr) ? bo_fs_walk(from.ptr, copy_file, &c) : BO_OK;
}
