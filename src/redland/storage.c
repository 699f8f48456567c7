/* SPDX-License-Identifier: Apache-2.0
 * The storage module: what Redland calls.
 */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "redland/redland.h"
#include "redland/stream.h"

/* The stores that this process has open: a folder is opened once, however many storages are on it. */
typedef struct bo_shared {
    char *path;
    bo_store *store;
    unsigned users;
    bool writing; /* a storage has begun a transaction ... */
    pthread_t by; /* ... on this thread */
    struct bo_shared *next;
} bo_shared;

static struct {
    pthread_mutex_t lock;
    bo_shared *first;
} stores = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bo_storage *of(librdf_storage *storage) {
    return librdf_storage_get_instance(storage);
}

void bo_storage_complain(const bo_storage *storage) {
    librdf_log(storage->world, 0, LIBRDF_LOG_ERROR, LIBRDF_FROM_STORAGE, NULL, "bocage: %s",
               bo_error_last()->message);
}

/* Redland's way of saying how a call ended. */
static int answer(const bo_storage *storage, bo_status status) {
    if (status == BO_OK) return 0;
    bo_storage_complain(storage);
    return -1;
}

/* init, clone, terminate */

static char *option(librdf_hash *options, const char *name) {
    return options != NULL ? librdf_hash_get(options, name) : NULL;
}

static bool option_is(librdf_hash *options, const char *name, bool fallback) {
    int value = options != NULL ? librdf_hash_get_as_boolean(options, name) : -1;
    return value < 0 ? fallback : value > 0;
}

/* A data folder holds the store in `store`; the folder of a store alone will do too. */
static char *place_of(const char *name, const char *folder) {
    char base[PATH_MAX], inner[PATH_MAX + 16];
    bool inside = folder != NULL && name[0] != '/';
    snprintf(base, sizeof base, "%s%s%s", inside ? folder : "", inside ? "/" : "", name);
    snprintf(inner, sizeof inner, "%s/data.mdb", base);
    if (!bo_fs_exists(inner))
        snprintf(inner, sizeof inner, "%s/store", base);
    else
        snprintf(inner, sizeof inner, "%s", base);
    return strdup(inner);
}

static int init(librdf_storage *storage, const char *name, librdf_hash *options) {
    bo_storage *s = name != NULL ? calloc(1, sizeof *s) : NULL;
    if (s != NULL) {
        char *folder = option(options, "dir");
        s->self = storage;
        s->world = librdf_storage_get_world(storage);
        s->path = place_of(name, folder);
        s->begin_empty = option_is(options, "new", false);
        s->read_only = !option_is(options, "write", true);
        s->merged = !option_is(options, "contexts", true);
        librdf_free_memory(folder);
        librdf_storage_set_instance(storage, s);
    }
    if (options != NULL) librdf_free_hash(options);
    return s == NULL || s->path == NULL;
}

static int clone_storage(librdf_storage *storage, librdf_storage *old) {
    bo_storage *s = calloc(1, sizeof *s), *from = of(old);
    if (s == NULL) return 1;
    *s = (bo_storage){
        .self = storage, .world = from->world, .read_only = from->read_only, .merged = from->merged};
    s->path = strdup(from->path);
    librdf_storage_set_instance(storage, s);
    return s->path == NULL;
}

static void terminate(librdf_storage *storage) {
    bo_storage *s = of(storage);
    if (s == NULL) return;
    free(s->path);
    free(s);
}

/* Stores that are open. */

static bo_shared *find_shared(const char *path) {
    bo_shared *shared = stores.first;
    while (shared != NULL && strcmp(shared->path, path) != 0) shared = shared->next;
    return shared;
}

static void drop_shared(bo_shared *shared) {
    if (shared == NULL || --shared->users > 0) return;
    bo_shared **link = &stores.first;
    while (*link != shared) link = &(*link)->next;
    *link = shared->next;
    bo_store_close(shared->store);
    free(shared->path);
    free(shared);
}

static bo_status open_shared(bo_shared **out, const bo_storage *s) {
    bo_store_options options = {.create = !s->read_only, .read_only = s->read_only};
    if (options.create) BO_TRY(bo_fs_mkdirs(s->path));
    char *path = realpath(s->path, NULL);
    if (path == NULL) return bo_fail(BO_NOT_FOUND, "there is no store in %s", s->path);
    bo_shared *shared = find_shared(path);
    if (shared == NULL) {
        bo_store *store;
        bo_status status = bo_store_open(&store, path, &options);
        shared = status == BO_OK ? calloc(1, sizeof *shared) : NULL;
        if (shared == NULL) {
            free(path);
            return status != BO_OK ? status : bo_fail(BO_NO_MEMORY, "memory ran out");
        }
        *shared = (bo_shared){.path = path, .store = store, .next = stores.first};
        stores.first = shared;
    } else {
        free(path);
    }
    shared->users++;
    *out = shared;
    return BO_OK;
}

/* Transactions. */

static bo_status read_only(void) {
    return bo_fail(BO_DENIED, "the storage was opened with write='no'");
}

/* A thread that waits for a writer of its own would wait for ever. */
static bo_status begin_writing(bo_storage *s, bo_txn **out) {
    if (s->read_only) return read_only();
    pthread_mutex_lock(&stores.lock);
    bool own = s->shared->writing && pthread_equal(s->shared->by, pthread_self());
    pthread_mutex_unlock(&stores.lock);
    if (own) return bo_fail(BO_BUSY, "another storage on this store has a transaction open: end that first");
    return bo_txn_begin(out, s->store, BO_WRITE);
}

static void note_writing(const bo_storage *s, bool writing) {
    pthread_mutex_lock(&stores.lock);
    s->shared->writing = writing;
    s->shared->by = pthread_self();
    pthread_mutex_unlock(&stores.lock);
}

static int transaction_start_with_handle(librdf_storage *storage, void *handle) {
    bo_storage *s = of(storage);
    if (s->txn != NULL) return 1;
    bo_status status = bo_storage_flush(s);
    if (status == BO_OK) status = begin_writing(s, &s->txn);
    if (status != BO_OK) return answer(s, status);
    note_writing(s, true);
    s->handle = handle;
    return 0;
}

static int transaction_start(librdf_storage *storage) {
    return transaction_start_with_handle(storage, NULL);
}

static void *transaction_get_handle(librdf_storage *storage) {
    return of(storage)->handle;
}

/* Streams have scans in the transaction, which must be closed before it ends, and go on only after. */
static int end_transaction(librdf_storage *storage, bool commit) {
    bo_storage *s = of(storage);
    if (s->txn == NULL) return 1;
    bo_txn *txn = s->txn;
    s->txn = NULL;
    s->handle = NULL;
    bo_streams_pause(s);
    bo_status status = BO_OK;
    if (commit)
        status = bo_txn_commit(txn, NULL, NULL);
    else
        bo_txn_abort(txn);
    note_writing(s, false);
    bo_streams_resume(s, commit && status == BO_OK);
    return answer(s, status);
}

static int transaction_commit(librdf_storage *storage) {
    return end_transaction(storage, true);
}

static int transaction_rollback(librdf_storage *storage) {
    return end_transaction(storage, false);
}

/* A change of another kind than one statement: in the user's transaction, or in one of its own. */
typedef bo_status (*change_fn)(bo_txn *txn, void *context);

static bo_status change_alone(bo_storage *s, change_fn run, void *context) {
    bo_txn *txn;
    BO_TRY(begin_writing(s, &txn));
    bo_status status = run(txn, context);
    if (status == BO_OK) return bo_txn_commit(txn, NULL, NULL);
    bo_txn_abort(txn);
    return status;
}

static int change(bo_storage *s, change_fn run, void *context) {
    if (s->txn != NULL) return answer(s, run(s->txn, context));
    bo_status status = bo_storage_flush(s);
    return answer(s, status != BO_OK ? status : change_alone(s, run, context));
}

/* Statements that come one by one. */

typedef bo_status (*edit_fn)(bo_target *target,
                             const bo_quad *quad); /* bo_target_insert or bo_target_remove */

typedef struct bo_pending {
    bo_quad quad;
    edit_fn run;
} bo_pending;

enum { PENDING_MOST = 10 * 1000 };

static bo_status write_pending(bo_txn *txn, void *context) {
    const bo_storage *s = context;
    for (size_t i = 0; i < s->pending_count; i++)
        BO_TRY(s->pending[i].run(bo_txn_target(txn), &s->pending[i].quad));
    return BO_OK;
}

bo_status bo_storage_flush(bo_storage *s) {
    if (s->pending_count == 0) return BO_OK;
    bo_status status = change_alone(s, write_pending, s);
    s->pending_count = 0;
    bo_arena_reset(s->pending_arena);
    return status;
}

static bo_status append(bo_storage *s, const bo_quad *quad, edit_fn run) {
    if (s->pending_count == PENDING_MOST) BO_TRY(bo_storage_flush(s));
    bo_pending *place = &s->pending[s->pending_count];
    const bo_term *from[4] = {&quad->s, &quad->p, &quad->o, &quad->g};
    bo_term *to[4] = {&place->quad.s, &place->quad.p, &place->quad.o, &place->quad.g};
    for (unsigned i = 0; i < 4; i++) BO_TRY(bo_term_copy(to[i], from[i], s->pending_arena));
    place->run = run;
    s->pending_count++;
    return BO_OK;
}

/* The names of all graphs. */

typedef struct names {
    bo_arena *arena;
    bo_str *items;
    size_t len, size;
} names;

static bo_status add_name(void *context, bo_str graph, const bo_graph_info *info) {
    names *n = context;
    (void)info;
    if (n->len == n->size) {
        size_t size = n->size == 0 ? 64 : n->size * 2;
        bo_str *items = bo_arena_array(n->arena, size, sizeof *items);
        if (items == NULL) return bo_error_last()->status;
        if (n->len > 0) memcpy(items, n->items, n->len * sizeof *items);
        n->items = items;
        n->size = size;
    }
    n->items[n->len] = bo_arena_str(n->arena, graph);
    return n->items[n->len++].ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_term graph_term(bo_str name) {
    if (name.len == 0) return (bo_term){.kind = BO_NO_TERM};
    return bo_str_starts(name, BO_STR("_:")) ? bo_term_blank(bo_str_from(name, 2)) : bo_term_iri(name);
}

/* open, close */

static bo_status clear_all(bo_txn *txn, void *context) {
    names *n = context;
    bo_str base;
    if (bo_row_get(txn, BO_TABLE_SETTING, BO_STR("base-url"), &base) == BO_OK)
        return bo_fail(BO_DENIED, "new='yes' would empty the store of the node %.*s", BO_STR_ARG(base));
    BO_TRY(bo_txn_graphs(txn, BO_STR(""), add_name, n));
    for (size_t i = 0; i < n->len; i++) {
        bo_term graph = graph_term(n->items[i]);
        BO_TRY(bo_target_clear(bo_txn_target(txn), &graph));
    }
    return BO_OK;
}

static int close_storage(librdf_storage *storage) {
    bo_storage *s = of(storage);
    if (s->shared == NULL) return 0;
    if (s->txn != NULL) transaction_rollback(storage);
    int answered = answer(s, bo_storage_flush(s));
    pthread_mutex_lock(&stores.lock);
    drop_shared(s->shared);
    pthread_mutex_unlock(&stores.lock);
    s->shared = NULL;
    s->store = NULL;
    bo_arena_free(s->pending_arena);
    free(s->pending);
    s->pending_arena = NULL;
    s->pending = NULL;
    return answered;
}

static bo_status begin_empty(bo_storage *s) {
    names n = {.arena = bo_arena_new(0)};
    bo_status status = n.arena != NULL ? change_alone(s, clear_all, &n) : bo_error_last()->status;
    bo_arena_free(n.arena);
    return status;
}

static int open_storage(librdf_storage *storage, librdf_model *model) {
    bo_storage *s = of(storage);
    (void)model;
    pthread_mutex_lock(&stores.lock);
    bo_status status = open_shared(&s->shared, s);
    pthread_mutex_unlock(&stores.lock);
    if (status != BO_OK) return answer(s, status);
    s->store = s->shared->store;
    s->pending_arena = bo_arena_new(0);
    s->pending = calloc(PENDING_MOST, sizeof *s->pending);
    if (s->pending_arena == NULL || s->pending == NULL) status = bo_fail(BO_NO_MEMORY, "memory ran out");
    if (status == BO_OK && s->begin_empty) status = begin_empty(s);
    int answered = answer(s, status);
    if (answered != 0) close_storage(storage);
    return answered;
}

/* Statements. */

static bo_status check_statement(const bo_quad *quad) {
    bool good = (quad->s.kind == BO_IRI || quad->s.kind == BO_BLANK) && quad->p.kind == BO_IRI &&
                quad->o.kind != BO_NO_TERM && quad->g.kind != BO_LITERAL;
    return good ? BO_OK
                : bo_fail(BO_BAD_ARGUMENT,
                          "a statement's subject is an IRI or a blank node, its predicate an IRI, its "
                          "context an IRI or a blank node, and nothing is missing");
}

static bo_status read_statement(bo_quad *out, librdf_statement *statement, librdf_node *context) {
    BO_TRY(bo_quad_of_statement(out, statement, context));
    return check_statement(out);
}

static bo_status edit(bo_storage *s, librdf_statement *statement, librdf_node *context, edit_fn run) {
    bo_quad quad;
    if (s->read_only) return read_only();
    BO_TRY(read_statement(&quad, statement, context));
    return s->txn != NULL ? run(bo_txn_target(s->txn), &quad) : append(s, &quad, run);
}

static int context_add_statement(librdf_storage *storage, librdf_node *context, librdf_statement *statement) {
    return answer(of(storage), edit(of(storage), statement, context, bo_target_insert));
}

static int add_statement(librdf_storage *storage, librdf_statement *statement) {
    return context_add_statement(storage, NULL, statement);
}

static int context_remove_statement(librdf_storage *storage, librdf_node *context,
                                    librdf_statement *statement) {
    return answer(of(storage), edit(of(storage), statement, context, bo_target_remove));
}

static int remove_statement(librdf_storage *storage, librdf_statement *statement) {
    return context_remove_statement(storage, NULL, statement);
}

typedef struct many {
    librdf_stream *stream;
    librdf_node *context; /* NULL: the one that the stream says */
} many;

static bo_status add_all(bo_txn *txn, void *context) {
    const many *m = context;
    for (; librdf_stream_end(m->stream) == 0; librdf_stream_next(m->stream)) {
        bo_quad quad;
        librdf_statement *statement = librdf_stream_get_object(m->stream);
        if (statement == NULL) return bo_fail(BO_IO, "the stream gave no statement");
        librdf_node *graph = m->context != NULL ? m->context : librdf_stream_get_context2(m->stream);
        BO_TRY(read_statement(&quad, statement, graph));
        BO_TRY(bo_target_insert(bo_txn_target(txn), &quad));
    }
    return BO_OK;
}

static int context_add_statements(librdf_storage *storage, librdf_node *context, librdf_stream *stream) {
    return change(of(storage), add_all, &(many){stream, context});
}

static int add_statements(librdf_storage *storage, librdf_stream *stream) {
    return context_add_statements(storage, NULL, stream);
}

static bo_status clear_context(bo_txn *txn, void *context) {
    bo_term graph;
    BO_TRY(bo_term_of_node(&graph, context));
    return bo_target_clear(bo_txn_target(txn), &graph);
}

static int context_remove_statements(librdf_storage *storage, librdf_node *context) {
    return change(of(storage), clear_context, context);
}

/* Looking. */

static librdf_stream *find_statements_in_context(librdf_storage *storage, librdf_statement *statement,
                                                 librdf_node *context) {
    return bo_stream_open(of(storage), statement, context);
}

static librdf_stream *find_statements(librdf_storage *storage, librdf_statement *statement) {
    return bo_stream_open(of(storage), statement, NULL);
}

static librdf_stream *context_serialise(librdf_storage *storage, librdf_node *context) {
    return bo_stream_open(of(storage), NULL, context);
}

static librdf_stream *serialise(librdf_storage *storage) {
    return bo_stream_open(of(storage), NULL, NULL);
}

static int contains_statement(librdf_storage *storage, librdf_statement *statement) {
    librdf_stream *stream = bo_stream_open(of(storage), statement, NULL);
    int found = stream != NULL && librdf_stream_end(stream) == 0;
    if (stream != NULL) librdf_free_stream(stream);
    return found;
}

typedef bo_status (*look_fn)(bo_txn *txn, void *context);

static bo_status look(bo_storage *s, look_fn run, void *context) {
    bo_txn *txn = s->txn;
    if (txn != NULL) return run(txn, context);
    BO_TRY(bo_storage_flush(s));
    BO_TRY(bo_txn_begin(&txn, s->store, BO_READ));
    bo_status status = run(txn, context);
    bo_txn_abort(txn);
    return status;
}

static bo_status add_quads(void *context, bo_str graph, const bo_graph_info *info) {
    (void)graph;
    *(uint64_t *)context += info->quads;
    return BO_OK;
}

static bo_status count_quads(bo_txn *txn, void *context) {
    return bo_txn_graphs(txn, BO_STR(""), add_quads, context);
}

static int size(librdf_storage *storage) {
    uint64_t quads = 0;
    bo_status status = look(of(storage), count_quads, &quads);
    if (status != BO_OK) return answer(of(storage), status);
    return quads < INT_MAX ? (int)quads : INT_MAX;
}

/* Contexts. */

typedef struct contexts {
    bo_storage *storage;
    names names;
    size_t at;
    librdf_node *node;
} contexts;

static bo_status list_names(bo_txn *txn, void *context) {
    return bo_txn_graphs(txn, BO_STR(""), add_name, context);
}

/* The graph without a name is no context. */
static int contexts_show(contexts *c) {
    if (c->node != NULL) librdf_free_node(c->node);
    c->node = NULL;
    while (c->at < c->names.len && c->names.items[c->at].len == 0) c->at++;
    if (c->at == c->names.len) return 1;
    bo_term term = graph_term(c->names.items[c->at]);
    c->node = bo_node_of_term(c->storage->world, &term);
    return c->node == NULL;
}

static int contexts_end(void *context) {
    return ((contexts *)context)->node == NULL;
}

static int contexts_next(void *context) {
    contexts *c = context;
    c->at++;
    return contexts_show(c);
}

static void *contexts_get(void *context, int what) {
    return what == (int)LIBRDF_ITERATOR_GET_METHOD_GET_OBJECT ? ((contexts *)context)->node : NULL;
}

static void contexts_finished(void *context) {
    contexts *c = context;
    if (c->node != NULL) librdf_free_node(c->node);
    librdf_storage_remove_reference(c->storage->self);
    bo_arena_free(c->names.arena);
    free(c);
}

static librdf_iterator *get_contexts(librdf_storage *storage) {
    librdf_iterator *iterator = NULL;
    contexts *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    c->storage = of(storage);
    c->names.arena = bo_arena_new(0);
    librdf_storage_add_reference(storage);
    bo_status status = c->names.arena != NULL ? look(c->storage, list_names, &c->names) : BO_NO_MEMORY;
    if (status == BO_OK) {
        contexts_show(c);
        iterator = librdf_new_iterator(c->storage->world, c, contexts_end, contexts_next, contexts_get,
                                       contexts_finished);
    } else {
        bo_storage_complain(c->storage);
    }
    if (iterator == NULL) contexts_finished(c);
    return iterator;
}

/* The rest. */

/* A transaction that is open is the user's to commit. */
static int sync_storage(librdf_storage *storage) {
    return answer(of(storage), bo_storage_flush(of(storage)));
}

static librdf_node *get_feature(librdf_storage *storage, librdf_uri *feature) {
    if (feature == NULL ||
        strcmp((const char *)librdf_uri_as_string(feature), LIBRDF_MODEL_FEATURE_CONTEXTS) != 0)
        return NULL;
    return librdf_new_node_from_typed_literal(librdf_storage_get_world(storage), (const unsigned char *)"1",
                                              NULL, NULL);
}

static void fill(librdf_storage_factory *factory) {
    factory->version = LIBRDF_STORAGE_INTERFACE_VERSION;
    factory->init = init;
    factory->clone = clone_storage;
    factory->terminate = terminate;
    factory->open = open_storage;
    factory->close = close_storage;
    factory->size = size;
    factory->add_statement = add_statement;
    factory->add_statements = add_statements;
    factory->remove_statement = remove_statement;
    factory->contains_statement = contains_statement;
    factory->serialise = serialise;
    factory->find_statements = find_statements;
    factory->context_add_statement = context_add_statement;
    factory->context_add_statements = context_add_statements;
    factory->context_remove_statement = context_remove_statement;
    factory->context_remove_statements = context_remove_statements;
    factory->context_serialise = context_serialise;
    factory->find_statements_in_context = find_statements_in_context;
    factory->get_contexts = get_contexts;
    factory->get_feature = get_feature;
    factory->sync = sync_storage;
    factory->transaction_start = transaction_start;
    factory->transaction_start_with_handle = transaction_start_with_handle;
    factory->transaction_commit = transaction_commit;
    factory->transaction_rollback = transaction_rollback;
    factory->transaction_get_handle = transaction_get_handle;
}

/* What Redland looks for in a module. */
__attribute__((visibility("default"))) void librdf_storage_module_register_factory(librdf_world *world);
void librdf_storage_module_register_factory(librdf_world *world) {
    librdf_storage_register_factory(world, "bocage", "Bocage store", fill);
}
