/* SPDX-License-Identifier: Apache-2.0
 * Running an update: operation by operation, each of which sees what those before it did (SPARQL 1.1 Update
 * section 3). What an operation writes is gathered before it writes, so that it does not read its own doing.
 */
#include <stdio.h>

#include "base/clock.h"
#include "bocage/graph.h"
#include "sparql/pile.h"
#include "sparql/run.h"

typedef struct update {
    const bo_query *query;
    bo_source *source;
    bo_target *target;
    const bo_query_options *options;
    char prefix[37]; /* of this request's blank nodes */
} update;

/* INSERT DATA and DELETE DATA. */

static bo_term data_term(const update *u, bo_node node, char room[64]) {
    if (node.kind == BO_NODE_TERM) return u->query->terms[node.index];
    if (node.kind == BO_NODE_NONE) return (bo_term){.kind = BO_NO_TERM};
    int len = snprintf(room, 64, "%s-%u", u->prefix, node.index);
    return bo_term_blank(bo_str_make(room, (size_t)len));
}

/* Whether a quad's terms stand where they may. */
static bool is_whole(const bo_quad *quad) {
    return (quad->s.kind == BO_IRI || quad->s.kind == BO_BLANK) && quad->p.kind == BO_IRI &&
           quad->o.kind != BO_NO_TERM;
}

static bo_status write_data(const update *u, const bo_templates *lines, bool insert) {
    for (size_t i = 0; i < lines->len; i++) {
        const bo_template *line = &lines->items[i];
        char rooms[2][64];
        bo_quad quad = {data_term(u, line->s, rooms[0]), data_term(u, line->p, rooms[0]),
                        data_term(u, line->o, rooms[1]), data_term(u, line->g, rooms[1])};
        if (!is_whole(&quad)) continue;
        BO_TRY(insert ? bo_target_insert(u->target, &quad) : bo_target_remove(u->target, &quad));
    }
    return BO_OK;
}

/* DELETE and INSERT with WHERE. */

typedef struct gathering {
    bo_exec *exec;
    bo_pile remove, insert;
    bo_id *blanks;
    size_t blank_count;
} gathering;

static bo_status gather_row(gathering *g, bo_pile *into, const bo_templates *lines, bo_id with,
                            const bo_table *table, size_t row) {
    for (size_t i = 0; i < lines->len; i++) {
        bo_ids ids;
        bool whole, was_new;
        size_t place;
        BO_TRY(bo_template_fill(g->exec, &ids, &whole, &lines->items[i], table, row, g->blanks));
        if (!whole) continue;
        if (lines->items[i].g.kind == BO_NODE_NONE) ids.g = with;
        const bo_id quad[4] = {ids.s, ids.p, ids.o, ids.g};
        BO_TRY(bo_pile_put(into, quad, &place, &was_new));
    }
    return BO_OK;
}

static bo_status gather(gathering *g, const bo_operation *op, bo_id with) {
    bo_exec *exec = g->exec;
    bo_vars keep = {0};
    bo_op *end;
    BO_TRY(bo_templates_vars(&keep, &op->remove, exec->arena));
    BO_TRY(bo_templates_vars(&keep, &op->insert, exec->arena));
    BO_TRY(bo_plan(&end, exec, op->where, &keep));
    for (bo_table *table;;) {
        BO_TRY(bo_exec_check(exec));
        BO_TRY(bo_op_next(end, &table));
        if (table->len == 0) return BO_OK;
        for (size_t row = 0; row < table->len; row++) {
            memset(g->blanks, 0, g->blank_count * sizeof *g->blanks);
            BO_TRY(gather_row(g, &g->remove, &op->remove, with, table, row));
            BO_TRY(gather_row(g, &g->insert, &op->insert, with, table, row));
        }
    }
}

static bo_status write_pile(const update *u, bo_exec *exec, const bo_pile *pile, bool insert) {
    for (size_t i = 0; i < pile->len; i++) {
        const bo_id *ids = bo_pile_row(pile, i);
        bo_quad quad;
        bo_term *const terms[4] = {&quad.s, &quad.p, &quad.o, &quad.g};
        if (i % BO_BATCH == 0) BO_TRY(bo_exec_check(exec));
        bo_arena_reset(exec->scratch);
        for (int c = 0; c < 4; c++) BO_TRY(bo_exec_term(exec, terms[c], ids[c], exec->scratch));
        BO_TRY(insert ? bo_target_insert(u->target, &quad) : bo_target_remove(u->target, &quad));
    }
    return BO_OK;
}

static bo_status modify_in(const update *u, bo_exec *exec, const bo_operation *op) {
    static const uint32_t columns[4] = {0, 1, 2, 3};
    gathering g = {.exec = exec};
    bo_id with = op->with.kind == BO_NODE_TERM ? exec->terms[op->with.index] : BO_ID_DEFAULT_GRAPH;
    BO_TRY(bo_exec_dataset(exec, &op->dataset));
    if (op->with.kind == BO_NODE_TERM && !op->dataset.given && !u->options->has_dataset) {
        exec->unnamed = false;
        exec->standard = (bo_graphs){.given = true, .ids = &exec->terms[op->with.index], .len = 1};
    }
    g.blank_count = bo_templates_blanks(&op->insert);
    g.blanks = bo_arena_array(exec->arena, g.blank_count, sizeof *g.blanks);
    if (g.blanks == NULL) return bo_error_last()->status;
    g.remove = g.insert = (bo_pile){.arena = exec->arena, .vars = columns, .width = 4};
    BO_TRY(gather(&g, op, with));
    BO_TRY(write_pile(u, exec, &g.remove, false));
    return write_pile(u, exec, &g.insert, true);
}

static bo_status with_exec(const update *u, const bo_operation *op,
                           bo_status (*run)(const update *u, bo_exec *exec, const bo_operation *op)) {
    bo_exec *exec;
    BO_TRY(bo_exec_new(&exec, u->query, u->source, u->options, op->first_term, op->end_term));
    bo_status status = run(u, exec, op);
    bo_exec_free(exec);
    return status;
}

/* Whole graphs. */

/* Gathers the quads of a range of graphs; NAMED and ALL: of which only one per graph matters. */
static bo_status read_graph(bo_exec *exec, bo_pile *out, const bo_graph_ref *ref, size_t most) {
    bo_ids pattern = {.g = ref->range == BO_ONE_GRAPH ? exec->terms[ref->iri] : BO_ID_DEFAULT_GRAPH};
    bo_tag tag = bo_id_tag(pattern.g);
    if (tag == BO_TAG_LOCAL_IRI) return BO_OK;
    if (ref->range == BO_NAMED_GRAPHS || ref->range == BO_ALL_GRAPHS) pattern.g = BO_ID_NONE;
    bo_batch *batch = bo_arena_alloc(exec->arena, sizeof *batch);
    bo_scan *scan;
    if (batch == NULL) return bo_error_last()->status;
    BO_TRY(bo_source_scan(exec->source, &scan, &pattern, BO_GSPO, exec->arena));
    bo_status status;
    while ((status = bo_scan_next(scan, batch)) == BO_OK && batch->len > 0 && out->len < most) {
        if ((status = bo_exec_check(exec)) != BO_OK) break;
        for (size_t i = 0; i < batch->len && status == BO_OK; i++) {
            const bo_id quad[4] = {batch->column[0][i], batch->column[1][i], batch->column[2][i],
                                   batch->column[3][i]};
            status = bo_pile_push(out, quad);
        }
    }
    bo_scan_close(scan);
    return status;
}

static bo_pile new_pile(bo_exec *exec) {
    return (bo_pile){.arena = exec->arena, .width = 4};
}

static bo_status clear_ref(const update *u, const bo_graph_ref *ref) {
    bo_term graph = {.kind = BO_NO_TERM};
    if (ref->range == BO_ONE_GRAPH) graph = u->query->terms[ref->iri];
    return bo_target_clear(u->target, &graph);
}

static bo_status clear_graphs(const update *u, bo_exec *exec, const bo_operation *op) {
    if (op->to.range == BO_ONE_GRAPH || op->to.range == BO_DEFAULT_GRAPH) return clear_ref(u, &op->to);
    bo_pile quads = new_pile(exec);
    bo_id last = BO_ID_NONE;
    BO_TRY(read_graph(exec, &quads, &op->to, SIZE_MAX));
    for (size_t i = 0; i < quads.len; i++) {
        bo_id id = bo_pile_row(&quads, i)[3];
        bo_term graph;
        if (id == last || (id == BO_ID_DEFAULT_GRAPH && op->to.range == BO_NAMED_GRAPHS)) continue;
        last = id;
        BO_TRY(bo_exec_term(exec, &graph, id, exec->scratch));
        BO_TRY(bo_target_clear(u->target, &graph));
    }
    return BO_OK;
}

static bo_status create_graph(const update *u, bo_exec *exec, const bo_operation *op) {
    bo_pile quads = new_pile(exec);
    (void)u;
    BO_TRY(read_graph(exec, &quads, &op->to, 1));
    if (quads.len == 0 || op->silent) return BO_OK;
    return bo_fail(BO_EXISTS, "the graph <%.*s> is there already",
                   BO_STR_ARG(u->query->terms[op->to.iri].value));
}

static bool same_graph(const update *u, const bo_graph_ref *a, const bo_graph_ref *b) {
    if (a->range != b->range || a->range == BO_DEFAULT_GRAPH) return a->range == b->range;
    return bo_term_eq(&u->query->terms[a->iri], &u->query->terms[b->iri]);
}

/* ADD, COPY, MOVE. */
static bo_status transfer(const update *u, bo_exec *exec, const bo_operation *op) {
    bo_pile quads = new_pile(exec);
    if (same_graph(u, &op->from, &op->to)) return BO_OK;
    BO_TRY(read_graph(exec, &quads, &op->from, SIZE_MAX));
    if (quads.len == 0 && op->from.range == BO_ONE_GRAPH)
        return op->silent ? BO_OK
                          : bo_fail(BO_NOT_FOUND, "there is no graph <%.*s>",
                                    BO_STR_ARG(u->query->terms[op->from.iri].value));
    bo_id to = op->to.range == BO_ONE_GRAPH ? exec->terms[op->to.iri] : BO_ID_DEFAULT_GRAPH;
    for (size_t i = 0; i < quads.len; i++) bo_pile_row(&quads, i)[3] = to;
    if (op->kind != BO_ADD) BO_TRY(clear_ref(u, &op->to));
    BO_TRY(write_pile(u, exec, &quads, true));
    return op->kind == BO_MOVE ? clear_ref(u, &op->from) : BO_OK;
}

/* SPARQL 1.1 Protocol section 2.2.3. */
static bo_status check_dataset(const bo_query *query, const bo_query_options *options) {
    for (size_t i = 0; options->has_dataset && i < query->operation_count; i++)
        if (query->operations[i].dataset.given || query->operations[i].with.kind != BO_NODE_NONE)
            return bo_fail(BO_BAD_ARGUMENT,
                           "the dataset is named twice: by parameters, and by USING or WITH in the update");
    return BO_OK;
}

/* LOAD. The document is read to its end before anything is written. */

static bo_status may_load(const update *u) {
    const bo_service *service = u->options->service;
    return service != NULL && service->load != NULL ? BO_OK : bo_fail(BO_DENIED, "LOAD is switched off here");
}

static bo_status fetch(const update *u, bo_graph *to, bo_str document) {
    bo_service *service = u->options->service;
    bo_sink sink = bo_graph_sink(to);
    bo_service_call call = {.iri = document, .deadline_ns = u->options->deadline_ns};
    BO_TRY(may_load(u));
    bo_arena *arena = bo_arena_new(u->options->memory_cap);
    if (arena == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = service->load(service, &sink, &call, arena);
    bo_arena_free(arena);
    return status;
}

typedef struct loading {
    bo_target *target;
    bo_term graph;
} loading;

static bo_status load_quad(void *context, const bo_quad *quad) {
    const loading *l = context;
    return bo_target_insert(l->target, &(bo_quad){quad->s, quad->p, quad->o, l->graph});
}

static bo_status load(const update *u, bo_exec *exec, const bo_operation *op) {
    loading l = {.target = u->target};
    bo_graph *graph;
    if (op->to.range == BO_ONE_GRAPH) l.graph = u->query->terms[op->to.iri];
    BO_TRY(bo_graph_new(&graph));
    bo_status status = fetch(u, graph, u->query->terms[op->document].value);
    if (status == BO_OK)
        status = bo_graph_match(graph, &(bo_quad){0}, &(bo_sink){load_quad, NULL, &l});
    else if (op->silent && status != BO_NO_MEMORY)
        status = bo_exec_check(exec);
    bo_graph_free(graph);
    return status;
}

static bo_status run_operation(const update *u, const bo_operation *op) {
    switch (op->kind) {
    case BO_INSERT_DATA: return write_data(u, &op->insert, true);
    case BO_DELETE_DATA: return write_data(u, &op->remove, false);
    case BO_MODIFY: return with_exec(u, op, modify_in);
    case BO_CLEAR:
    case BO_DROP: return with_exec(u, op, clear_graphs);
    case BO_CREATE: return with_exec(u, op, create_graph);
    case BO_ADD:
    case BO_MOVE:
    case BO_COPY: return with_exec(u, op, transfer);
    case BO_LOAD: return with_exec(u, op, load);
    }
    return bo_fail(BO_INTERNAL, "an operation of no kind");
}

static bool is_data_alone(const bo_query *query) {
    for (size_t i = 0; i < query->operation_count; i++)
        if (query->operations[i].kind != BO_INSERT_DATA && query->operations[i].kind != BO_DELETE_DATA)
            return false;
    return true;
}

static bo_status run_operations(const update *u) {
    const bo_query *query = u->query;
    bool first = u->options->deletes_first && is_data_alone(query);
    for (size_t i = 0; i < query->operation_count && first; i++)
        if (query->operations[i].kind == BO_DELETE_DATA) BO_TRY(run_operation(u, &query->operations[i]));
    for (size_t i = 0; i < query->operation_count; i++)
        if (!first || query->operations[i].kind != BO_DELETE_DATA)
            BO_TRY(run_operation(u, &query->operations[i]));
    return BO_OK;
}

bo_status bo_update_run(bo_query *query, bo_source *source, bo_target *target,
                        const bo_query_options *options) {
    static const bo_query_options none;
    if (query->form != BO_UPDATE) return bo_fail(BO_BAD_ARGUMENT, "this is a query, not an update");
    update u = {
        .query = query, .source = source, .target = target, .options = options != NULL ? options : &none};
    BO_TRY(check_dataset(query, u.options));
    for (size_t i = 0; i < query->operation_count; i++) /* before anything is written */
        if (query->operations[i].kind == BO_LOAD && !query->operations[i].silent) BO_TRY(may_load(&u));
    bo_rng_uuid(u.prefix, &bo_rng_system);
    u.prefix[0] = 'b';
    return run_operations(&u);
}
