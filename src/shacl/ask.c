/* SPDX-License-Identifier: Apache-2.0
 * Running the queries of SPARQL-based constraints and components (sections 5.3 and 6.2).
 */
#include "shacl/run.h"

enum { QUERY_MEMORY = 256 << 20 };

/* What queries see: the data, over what lies behind them, and the shapes graph if it is asked for. */

typedef struct copying {
    bo_sh_overlay *to;
    bo_term graph; /* where quads go; of the data, those of the default graph */
    bool shapes;
    bo_arena *arena;
} copying;

/* The shapes' blank nodes are not those of the data. */
static bo_term of_shapes(const copying *c, const bo_term *term) {
    if (!c->shapes || term->kind != BO_BLANK) return *term;
    return bo_term_blank(bo_arena_join(c->arena, BO_STR("shapes-"), term->value));
}

static bo_status copy_quad(void *context, const bo_quad *quad) {
    const copying *c = context;
    bool moved = c->shapes || quad->g.kind == BO_NO_TERM;
    bo_quad copy = {of_shapes(c, &quad->s), quad->p, of_shapes(c, &quad->o), moved ? c->graph : quad->g};
    return bo_sh_overlay_add(c->to, &copy);
}

static bo_term graph_named(bo_str iri) {
    return iri.len > 0 ? bo_term_iri(iri) : (bo_term){0};
}

static bo_status make_overlay(bo_sh_run *run) {
    const bo_validate_options *o = run->options;
    bo_sh_overlay *made;
    BO_TRY(bo_sh_overlay_new(&made, o->behind, o->replaces, run->lasting));
    copying c = {made, graph_named(run->behind != NULL ? o->replaces : BO_STR_NONE), false, run->lasting};
    bo_sink sink = {.quad = copy_quad, .context = &c};
    BO_TRY(bo_source_match(run->data, &(bo_quad){0}, false, &sink));
    if (run->shapes->graph != NULL) {
        c.graph = graph_named(run->shapes->graph_iri);
        c.shapes = true;
        BO_TRY(bo_graph_match(run->shapes->graph, &(bo_quad){0}, &sink));
    }
    run->asked = made;
    return BO_OK;
}

static bo_status source_for(bo_sh_run *run, bo_source **out, const bo_sh_query *query) {
    *out = run->data;
    if (run->behind == NULL && !query->wants_shapes) return BO_OK;
    if (run->asked == NULL) BO_TRY(make_overlay(run));
    *out = bo_sh_overlay_source(run->asked);
    return BO_OK;
}

/* The values of the pre-bound variables for this node. */
static bo_status values_for(bo_sh_run *run, const bo_term **out, const bo_sh_rule *rule, bo_id focus,
                            bo_id value) {
    const bo_sh_query *query = rule->query;
    bo_term *values = bo_arena_array(run->scratch, query->count, sizeof *values);
    if (values == NULL) return bo_error_last()->status;
    memcpy(values, query->values, query->count * sizeof *values);
    BO_TRY(bo_sh_term(run, &values[0], focus));
    if (query->asks) BO_TRY(bo_sh_term(run, &values[1], value));
    copying c = {.shapes = true, .arena = run->scratch};
    for (size_t i = 0; i < query->count && query->wants_shapes; i++)
        if (bo_str_eq(query->names[i], BO_STR("currentShape"))) values[i] = of_shapes(&c, &values[i]);
    *out = values;
    return BO_OK;
}

static bo_status begin(bo_sh_run *run, bo_rows **out, const bo_sh_rule *rule, const bo_term *values) {
    bo_source *source;
    BO_TRY(source_for(run, &source, rule->query));
    bo_query_options options = {.prebound = values,
                                .deadline_ns = run->options->deadline_ns,
                                .memory_cap =
                                    run->options->query_memory ? run->options->query_memory : QUERY_MEMORY,
                                .unnamed_default = rule->query->wants_shapes && run->behind == NULL};
    return bo_query_run(out, rule->query->query, source, &options);
}

/* One row is one fault. */

static const bo_term *find(const bo_sh_bindings *bindings, bo_str name) {
    for (size_t i = 0; i < bindings->len; i++)
        if (bo_str_eq(bindings->names[i], name) && bindings->values[i].kind != BO_NO_TERM)
            return &bindings->values[i];
    return NULL;
}

static bo_status report_row(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus,
                            const bo_sh_bindings *bindings) {
    const bo_term *value = find(bindings, BO_STR("value")), *property = find(bindings, BO_STR("path"));
    bo_result seed = {.rule = rule};
    if (value != NULL)
        seed.value = *value;
    else if (rule->shape->path == NULL)
        BO_TRY(bo_sh_term(run, &seed.value, focus));
    if (property != NULL && property->kind == BO_IRI) BO_TRY(bo_sh_link_to(run, &seed.path, property));
    return bo_sh_fault_of(run, focus, &seed, bindings);
}

/* The row's columns before the pre-bound variables, which have no column. */
static bo_status report_rows(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, const bo_term *values,
                             bo_rows *rows) {
    size_t width = bo_rows_width(rows), len = width + rule->query->count;
    bo_str *names = bo_arena_array(run->scratch, len, sizeof *names);
    bo_term *terms = bo_arena_array(run->scratch, len, sizeof *terms);
    if (names == NULL || terms == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < len; i++) {
        names[i] = i < width ? bo_rows_name(rows, i) : rule->query->names[i - width];
        if (i >= width) terms[i] = values[i - width];
    }
    for (const bo_term *row;;) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) return BO_OK;
        if (width > 0) memcpy(terms, row, width * sizeof *terms);
        BO_TRY(report_row(run, rule, focus, &(bo_sh_bindings){names, terms, len}));
    }
}

static bo_status check_select(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus) {
    bo_rows *rows;
    const bo_term *values;
    BO_TRY(values_for(run, &values, rule, focus, BO_ID_NONE));
    BO_TRY(begin(run, &rows, rule, values));
    bo_status status = report_rows(run, rule, focus, values, rows);
    bo_rows_free(rows);
    return status;
}

static bo_status check_ask(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id value) {
    bo_rows *rows;
    const bo_term *values;
    bool good;
    BO_TRY(values_for(run, &values, rule, focus, value));
    BO_TRY(begin(run, &rows, rule, values));
    bo_status status = bo_rows_ask(rows, &good);
    bo_rows_free(rows);
    if (status != BO_OK || good) return status;
    bo_sh_bindings bindings = {rule->query->names, values, rule->query->count};
    return bo_sh_fault_of(run, focus, &(bo_result){.rule = rule, .value = values[1]}, &bindings);
}

bo_status bo_sh_check_query(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, const bo_sh_set *values) {
    if (!rule->query->asks) return check_select(run, rule, focus);
    for (size_t i = 0; i < values->len; i++) BO_TRY(check_ask(run, rule, focus, values->ids[i]));
    return BO_OK;
}
