/* SPDX-License-Identifier: Apache-2.0 */
#include "obs/pack.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/map.h"
#include "bocage/iri.h"
#include "bocage/syntax.h"
#include "ldp/resource.h"
#include "obs/kind.h"
#include "rdf/vocab.h"

enum { FILE_CAP = 64 << 20 };

typedef struct packing {
    bo_arena *arena;
    bo_str root; /* with a slash at the end */
    int64_t now_ms;
    bo_graph *all;    /* everything that the files say */
    bo_map documents; /* IRI -> nothing: what becomes a resource */
    bo_pack_counts counts;
    bo_txn *txn;
} packing;

/* Reading. */

static bo_status note_document(void *context, const bo_quad *quad) {
    packing *p = context;
    if (quad->s.kind == BO_BLANK) return bo_graph_add(p->all, quad);
    bo_str document = bo_iri_document(quad->s.value);
    if (!bo_str_starts(document, p->root))
        return bo_fail(BO_INVALID, "a pack speaks of the territory's own resources, not of <%.*s>",
                       BO_STR_ARG(quad->s.value));
    if (bo_map_put(&p->documents, bo_arena_str(p->arena, document), NULL) == NULL)
        return bo_error_last()->status;
    return bo_graph_add(p->all, quad);
}

/* An error once more, with the name of the file before it. */
static bo_status in_file(bo_status status, const char *path) {
    bo_error error = *bo_error_last();
    return bo_fail_at(status, error.line, error.column, "%.200s, line %u: %.250s", path, error.line,
                      error.message);
}

static bo_status read_file(void *context, const char *path) {
    packing *p = context;
    bo_text text;
    if (!bo_str_ends(bo_str_of(path), BO_STR(".ttl"))) return BO_OK;
    bo_str prefix = bo_arena_printf(p->arena, "f%llu-", (unsigned long long)p->counts.files++);
    bo_read_options options = {.base = p->root, .blank_prefix = prefix};
    bo_sink sink = {.quad = note_document, .context = p};
    bo_text_init(&text, FILE_CAP);
    bo_status status = bo_fs_read(&text, path, FILE_CAP);
    if (status == BO_OK) {
        status = bo_read(&sink, BO_TURTLE, bo_text_str(&text), &options);
        if (status != BO_OK) status = in_file(status, path);
    }
    bo_text_done(&text);
    return status;
}

/* One resource's part of it all: its own triples, and those of the blank nodes that hang on it. */

typedef struct extracting {
    packing *pack;
    bo_graph *to;
    bo_str document;
} extracting;

static bo_status extract_node(extracting *x, const bo_term *node);

static bo_status extract_quad(void *context, const bo_quad *quad) {
    extracting *x = context;
    bool known = bo_graph_has(x->to, quad);
    BO_TRY(bo_graph_add(x->to, quad));
    return quad->o.kind == BO_BLANK && !known ? extract_node(x, &quad->o) : BO_OK;
}

static bo_status extract_node(extracting *x, const bo_term *node) {
    bo_quad pattern = {.s = *node};
    bo_sink sink = {.quad = extract_quad, .context = x};
    return bo_graph_match(x->pack->all, &pattern, &sink);
}

static bo_status extract_own(void *context, const bo_quad *quad) {
    extracting *x = context;
    bool own = quad->s.kind == BO_IRI && bo_str_eq(bo_iri_document(quad->s.value), x->document);
    return own ? extract_quad(x, quad) : BO_OK;
}

/* Writing. */

static bool is_there(packing *p, bo_str iri) {
    bo_ldp_record record;
    return bo_ldp_find(p->txn, &record, iri, p->arena) == BO_OK;
}

/* The root and the containers of kind.def are containers whether a pack says so or not. */
static bool is_known_folder(const packing *p, bo_str iri) {
    return bo_str_eq(iri, p->root) || bo_kind_of_container(bo_str_from(iri, p->root.len)) != NULL;
}

static bo_status put(packing *p, bo_str iri, bo_graph *content) {
    bool created;
    bo_quad folder = {bo_term_iri(iri), bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_LDP_CONTAINER), {0}};
    bo_ldp_write write = {.iri = iri,
                          .container = bo_ldp_parent(iri),
                          .content = content,
                          .now_ms = p->now_ms,
                          .is_container = is_known_folder(p, iri) || bo_graph_has(content, &folder)};
    if (is_there(p, iri)) {
        p->counts.passed_over++;
        return BO_OK;
    }
    if (write.is_container)
        p->counts.containers++;
    else
        p->counts.resources++;
    return bo_ldp_put(p->txn, &write, &created, p->arena);
}

static bo_status put_document(packing *p, bo_str iri) {
    bo_graph *content;
    extracting x = {p, NULL, iri};
    bo_sink sink = {.quad = extract_own, .context = &x};
    BO_TRY(bo_graph_new(&content));
    x.to = content;
    bo_status status = bo_graph_match(p->all, &(bo_quad){0}, &sink);
    if (status == BO_OK) status = put(p, iri, content);
    bo_graph_free(content);
    return status;
}

static bo_status put_folder(packing *p, bo_str iri, bo_str title) {
    bo_graph *content;
    BO_TRY(bo_graph_new(&content));
    bo_quad name = {bo_term_iri(iri), bo_term_iri(BO_DC_TITLE), bo_term_lang(title, BO_STR("fr")), {0}};
    bo_status status = bo_graph_add(content, &name);
    if (status == BO_OK) status = put(p, iri, content);
    bo_graph_free(content);
    return status;
}

static int by_address(const void *a, const void *b) {
    return bo_str_cmp(*(const bo_str *)a,
                      *(const bo_str *)b); /* a container's address is shorter: it comes first */
}

static bo_status put_documents(packing *p) {
    bo_str *list = bo_arena_array(p->arena, p->documents.live + 1, sizeof *list);
    size_t len = 0;
    uint32_t at = 0;
    if (list == NULL) return bo_error_last()->status;
    for (bo_map_entry *entry; (entry = bo_map_next(&p->documents, &at)) != NULL;) list[len++] = entry->key;
    qsort(list, len, sizeof *list, by_address);
    if (len == 0 || !bo_str_eq(list[0], p->root)) BO_TRY(put_folder(p, p->root, BO_STR("Territoire")));
    for (size_t i = 0; i < len && list[i].len <= p->root.len; i++) BO_TRY(put_document(p, list[i]));
    for (size_t i = 0; i < bo_kind_count; i++) {
        bo_str iri = bo_arena_join(p->arena, p->root, bo_kinds[i].container);
        if (bo_map_get(&p->documents, iri) == NULL) BO_TRY(put_folder(p, iri, bo_kinds[i].several));
    }
    for (size_t i = 0; i < len; i++)
        if (list[i].len > p->root.len) BO_TRY(put_document(p, list[i]));
    return BO_OK;
}

static bo_status load(packing *p, bo_store *store, const char *folder) {
    if (folder != NULL && !bo_fs_is_dir(folder))
        return bo_fail(BO_NOT_FOUND, "there is no folder '%s'", folder);
    if (folder != NULL) BO_TRY(bo_fs_walk(folder, read_file, p));
    BO_TRY(bo_txn_begin(&p->txn, store, BO_WRITE));
    bo_status status = put_documents(p);
    if (status == BO_OK) return bo_txn_commit(p->txn, NULL, p->arena);
    bo_txn_abort(p->txn);
    return status;
}

bo_status bo_pack_load(bo_store *store, const char *folder, bo_str base_url, int64_t now_ms,
                       bo_pack_counts *counts) {
    packing p = {.arena = bo_arena_new(0), .now_ms = now_ms};
    bo_status status = p.arena != NULL ? bo_graph_new(&p.all) : bo_error_last()->status;
    if (status == BO_OK) {
        p.root = bo_arena_join(p.arena, base_url, BO_STR("/"));
        bo_map_init(&p.documents, p.arena);
        status = load(&p, store, folder);
    }
    bo_graph_free(p.all);
    bo_arena_free(p.arena);
    if (status == BO_OK) *counts = p.counts;
    return status;
}
