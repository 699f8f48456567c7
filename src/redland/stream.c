/* SPDX-License-Identifier: Apache-2.0
 * Streams of statements out of a scan.
 */
#include <stdlib.h>

#include "redland/stream.h"

struct bo_stream {
    bo_storage *storage;
    bo_stream *next; /* of those in the storage's transaction */
    bo_txn *own;     /* a snapshot; NULL when it reads in the storage's transaction, or has ended */
    bool merged;
    bo_ids pattern, last; /* last: what was given out */
    bo_order order;
    bo_arena *arena, *texts; /* of the scan; of one statement */
    bo_source *source;
    bo_scan *scan; /* NULL at the end */
    bool paused;   /* it had one when its transaction ended */
    bo_batch *batch;
    size_t at;
    librdf_statement *statement; /* the one the stream stands on, NULL at the end */
    librdf_node *context;
};

static void drop_statement(bo_stream *s) {
    if (s->statement != NULL) librdf_free_statement(s->statement);
    if (s->context != NULL) librdf_free_node(s->context);
    s->statement = NULL;
    s->context = NULL;
}

static bo_ids row(const bo_batch *batch, size_t at) {
    return (bo_ids){batch->column[0][at], batch->column[1][at], batch->column[2][at], batch->column[3][at]};
}

static bool same_triple(const bo_ids *a, const bo_ids *b) {
    return a->s == b->s && a->p == b->p && a->o == b->o;
}

/* A node and nothing else owns its terms: Redland may keep the statement. */
static bo_status node_of(bo_stream *s, librdf_node **out, bo_id id) {
    bo_term term;
    BO_TRY(bo_source_term_of(s->source, &term, id, s->texts));
    *out = bo_node_of_term(s->storage->world, &term);
    return *out != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
}

static bo_status show(bo_stream *s, const bo_ids *ids) {
    librdf_node *nodes[3] = {NULL, NULL, NULL};
    const bo_id parts[3] = {ids->s, ids->p, ids->o};
    bo_status status = BO_OK;
    bo_arena_reset(s->texts);
    for (unsigned i = 0; i < 3 && status == BO_OK; i++) status = node_of(s, &nodes[i], parts[i]);
    if (status == BO_OK && !s->merged && ids->g != BO_ID_DEFAULT_GRAPH)
        status = node_of(s, &s->context, ids->g);
    if (status == BO_OK) { /* takes the nodes, also when it fails */
        s->statement = librdf_new_statement_from_nodes(s->storage->world, nodes[0], nodes[1], nodes[2]);
        return s->statement != NULL ? BO_OK : bo_fail(BO_NO_MEMORY, "memory ran out");
    }
    for (unsigned i = 0; i < 3; i++)
        if (nodes[i] != NULL) librdf_free_node(nodes[i]);
    return status;
}

static void close_scan(bo_stream *s) {
    bo_scan_close(s->scan);
    s->scan = NULL;
    bo_txn_abort(s->own);
    s->own = NULL;
}

static bo_status advance(bo_stream *s) {
    drop_statement(s);
    while (s->scan != NULL) {
        if (s->at == s->batch->len) {
            BO_TRY(bo_scan_next(s->scan, s->batch));
            s->at = 0;
            if (s->batch->len == 0) {
                close_scan(s);
                return BO_OK;
            }
        }
        bo_ids ids = row(s->batch, s->at++);
        if (s->merged && same_triple(&ids, &s->last)) continue;
        s->last = ids;
        return show(s, &ids);
    }
    return BO_OK;
}

/* Begins to read in a transaction, behind `last` if there is one. */
static bo_status open_scan(bo_stream *s, bo_txn *txn) {
    bo_arena_reset(s->arena);
    s->batch = bo_arena_alloc(s->arena, sizeof *s->batch);
    if (s->batch == NULL) return bo_error_last()->status;
    s->batch->len = s->at = 0;
    BO_TRY(bo_txn_source(&s->source, txn, NULL, s->arena));
    return bo_source_scan(s->source, &s->scan, &s->pattern, s->order, s->arena);
}

/* The quad behind `last`: the graph comes last in every order that is scanned without a graph; with one, the
 * object does. */
static bo_ids behind(const bo_stream *s) {
    bo_ids key = s->last;
    bo_id *columns[] = {&key.s, &key.p, &key.o, &key.g};
    ++*columns[bo_order_columns[s->order][3]];
    return key;
}

static bo_status go_on(bo_stream *s) {
    bo_ids key = behind(s);
    BO_TRY(bo_txn_begin(&s->own, s->storage->store, BO_READ));
    BO_TRY(open_scan(s, s->own));
    return bo_scan_seek(s->scan, &key);
}

void bo_streams_pause(bo_storage *storage) {
    for (bo_stream *s = storage->streams; s != NULL; s = s->next) {
        s->paused = s->scan != NULL;
        bo_scan_close(s->scan);
        s->scan = NULL;
    }
}

/* What a stream stands on is a copy, and stays in any case. */
void bo_streams_resume(bo_storage *storage, bool committed) {
    bo_stream *next;
    for (bo_stream *s = storage->streams; s != NULL; s = next) {
        next = s->next;
        s->next = NULL;
        if (!committed || !s->paused || go_on(s) == BO_OK) continue;
        bo_storage_complain(storage);
        close_scan(s);
    }
    storage->streams = NULL;
}

/* Redland's side. */

static int is_end(void *context) {
    return ((bo_stream *)context)->statement == NULL;
}

static int next(void *context) {
    bo_stream *s = context;
    if (advance(s) == BO_OK) return s->statement == NULL;
    bo_storage_complain(s->storage);
    drop_statement(s);
    close_scan(s);
    return 1;
}

static void *get(void *context, int what) {
    bo_stream *s = context;
    if (what == (int)LIBRDF_STREAM_GET_METHOD_GET_CONTEXT) return s->context;
    return what == (int)LIBRDF_STREAM_GET_METHOD_GET_OBJECT ? s->statement : NULL;
}

static void finished(void *context) {
    bo_stream *s = context;
    for (bo_stream **link = &s->storage->streams; *link != NULL; link = &(*link)->next)
        if (*link == s) {
            *link = s->next;
            break;
        }
    drop_statement(s);
    close_scan(s);
    bo_arena_free(s->arena);
    bo_arena_free(s->texts);
    librdf_storage_remove_reference(s->storage->self);
    free(s);
}

/* The pattern's ids; *known false when the store lacks one of its terms. */
static bo_status ids_of(bo_stream *s, const bo_quad *quad, bool *known) {
    const bo_term *terms[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    bo_id *ids[4] = {&s->pattern.s, &s->pattern.p, &s->pattern.o, &s->pattern.g};
    *known = true;
    for (unsigned i = 0; i < 4; i++) {
        if (terms[i]->kind == BO_NO_TERM) continue;
        BO_TRY(bo_source_id_of(s->source, ids[i], terms[i]));
        *known = *known && *ids[i] != BO_ID_NONE;
    }
    return BO_OK;
}

static bo_status begin(bo_stream *s, const bo_quad *quad) {
    bool known;
    bo_txn *txn = s->storage->txn;
    if (txn == NULL) {
        BO_TRY(bo_txn_begin(&s->own, s->storage->store, BO_READ));
        txn = s->own;
    }
    BO_TRY(bo_txn_source(&s->source, txn, NULL, s->arena));
    BO_TRY(ids_of(s, quad, &known));
    if (!known) return BO_OK;
    s->order = bo_order_for(&s->pattern);
    BO_TRY(open_scan(s, txn));
    return advance(s);
}

static bo_status prepare(bo_stream *s, librdf_statement *statement, librdf_node *context) {
    bo_quad quad = {0};
    BO_TRY(bo_storage_flush(s->storage));
    s->arena = bo_arena_new(0);
    s->texts = bo_arena_new(0);
    if (s->arena == NULL || s->texts == NULL) return bo_error_last()->status;
    if (statement != NULL) BO_TRY(bo_quad_of_statement(&quad, statement, context));
    if (statement == NULL) BO_TRY(bo_term_of_node(&quad.g, context));
    return begin(s, &quad);
}

librdf_stream *bo_stream_open(bo_storage *storage, librdf_statement *statement, librdf_node *context) {
    librdf_stream *stream = NULL;
    bo_stream *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    librdf_storage_add_reference(storage->self);
    s->storage = storage;
    s->merged = storage->merged;
    if (storage->txn != NULL) {
        s->next = storage->streams;
        storage->streams = s;
    }
    if (prepare(s, statement, context) == BO_OK)
        stream = librdf_new_stream(storage->world, s, is_end, next, get, finished);
    else
        bo_storage_complain(storage);
    if (stream == NULL) finished(s);
    return stream;
}
