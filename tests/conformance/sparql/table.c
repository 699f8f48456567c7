/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/sparql/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "rdf/vocab.h"
#include "rdf/xsd.h"

#define RS "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

size_t table_column(table *t, bo_str name) {
    for (size_t i = 0; i < t->width; i++)
        if (bo_str_eq(t->names[i], name)) return i;
    if (t->width == TABLE_WIDTH) abort();
    t->names[t->width] = bo_arena_str(t->arena, name);
    return t->width++;
}

bo_term *table_row(table *t) {
    if (t->len == t->size) {
        size_t size = t->size ? t->size * 2 : 16;
        t->rows = bo_arena_grow(t->arena, t->rows, t->size * sizeof *t->rows, size * sizeof *t->rows);
        t->size = size;
    }
    return t->rows[t->len++] = bo_arena_array(t->arena, TABLE_WIDTH, sizeof(bo_term));
}

/* rs:ResultSet */

typedef struct reading {
    table *table;
    bo_graph *graph;
    bo_term *row;
    size_t *places; /* by row: rs:index, or 0 */
    bo_status status;
} reading;

static bo_status keep_name(void *context, const bo_quad *quad) {
    table_column(context, quad->o.value);
    return BO_OK;
}

static bo_status keep_binding(void *context, const bo_quad *quad) {
    reading *r = context;
    bo_term name, value;
    if (!bo_graph_object(r->graph, &name, &quad->o, BO_STR(RS "variable")) ||
        !bo_graph_object(r->graph, &value, &quad->o, BO_STR(RS "value")))
        return bo_fail(BO_INVALID, "a binding lacks its variable or its value");
    return bo_term_copy(&r->row[table_column(r->table, name.value)], &value, r->table->arena);
}

static bo_status each(bo_graph *graph, const bo_term *subject, const char *property,
                      bo_status (*take)(void *context, const bo_quad *quad), void *context) {
    bo_quad pattern = {.s = subject != NULL ? *subject : (bo_term){0}, .p = bo_term_iri(bo_str_of(property))};
    return bo_graph_match(graph, &pattern, &(bo_sink){take, NULL, context});
}

static bo_status keep_solution(void *context, const bo_quad *quad) {
    reading *r = context;
    bo_term index;
    uint64_t place = 0;
    r->row = table_row(r->table);
    if (bo_graph_object(r->graph, &index, &quad->o, BO_STR(RS "index"))) {
        BO_TRY(bo_str_to_u64(&place, index.value));
        r->table->has_order = true;
    }
    r->row[TABLE_WIDTH - 1] =
        bo_term_blank(bo_arena_printf(r->table->arena, "%08llu", (unsigned long long)place));
    return each(r->graph, &quad->o, RS "binding", keep_binding, r);
}

static int by_place(const void *a, const void *b) {
    const bo_term *const *x = a, *const *y = b;
    return bo_str_cmp((*x)[TABLE_WIDTH - 1].value, (*y)[TABLE_WIDTH - 1].value);
}

bo_status table_read_graph(table *t, bo_graph *graph) {
    bo_term set, answer, kind = bo_term_iri(BO_STR(RS "ResultSet"));
    reading r = {.table = t, .graph = graph};
    if (!bo_graph_subject(graph, &set, BO_RDF_TYPE, &kind))
        return bo_fail(BO_INVALID, "there is no rs:ResultSet");
    if (bo_graph_object(graph, &answer, &set, BO_STR(RS "boolean"))) {
        t->is_boolean = true;
        t->boolean = bo_str_eq(answer.value, BO_STR("true"));
        return BO_OK;
    }
    BO_TRY(each(graph, &set, RS "resultVariable", keep_name, t));
    BO_TRY(each(graph, &set, RS "solution", keep_solution, &r));
    if (t->len > 0) qsort(t->rows, t->len, sizeof *t->rows, by_place);
    for (size_t i = 0; i < t->len; i++) t->rows[i][TABLE_WIDTH - 1] = (bo_term){0};
    return BO_OK;
}

/* Comparing: every row is a blank node of a graph, and the graphs are compared. */

static bo_term by_value(const bo_term *term, bo_arena *arena) {
    bo_xsd value;
    char room[BO_XSD_ROOM];
    if (term->datatype.len == 0 || !bo_xsd_of_term(&value, term) || !bo_datatype_is_numeric(value.type))
        return *term;
    return bo_term_typed(bo_arena_str(arena, bo_xsd_write(room, &value)), term->datatype);
}

static bool same_row(const bo_term *a, const bo_term *b) {
    for (size_t i = 0; i < TABLE_WIDTH; i++)
        if (!bo_term_eq(&a[i], &b[i])) return false;
    return true;
}

static bool came_before(const table *t, size_t row) {
    for (size_t i = 0; i < row; i++)
        if (same_row(t->rows[i], t->rows[row])) return true;
    return false;
}

typedef struct shape {
    bool values, ordered, once;
} shape;

static bo_status add_row(bo_graph *graph, const table *t, size_t row, shape how) {
    bo_term node = bo_term_blank(bo_arena_printf(t->arena, "row %zu", row));
    bo_quad quad = {node, bo_term_iri(BO_RDF_TYPE), bo_term_iri(BO_STR(RS "Solution")), {0}};
    BO_TRY(bo_graph_add(graph, &quad));
    if (how.ordered) {
        quad.p = bo_term_iri(BO_STR(RS "index"));
        quad.o = bo_term_string(bo_arena_printf(t->arena, "%zu", row));
        BO_TRY(bo_graph_add(graph, &quad));
    }
    for (size_t i = 0; i < t->width; i++) {
        if (t->rows[row][i].kind == BO_NO_TERM) continue;
        quad.p = bo_term_iri(bo_arena_join(t->arena, BO_STR("var:"), t->names[i]));
        quad.o = how.values ? by_value(&t->rows[row][i], t->arena) : t->rows[row][i];
        BO_TRY(bo_graph_add(graph, &quad));
    }
    return BO_OK;
}

static bo_status to_graph(bo_graph **out, const table *t, shape how) {
    BO_TRY(bo_graph_new(out));
    bo_status status = BO_OK;
    for (size_t row = 0; row < t->len && status == BO_OK; row++)
        if (!how.once || !came_before(t, row)) status = add_row(*out, t, row, how);
    if (status != BO_OK) bo_graph_free(*out);
    return status;
}

static bool same(const table *a, const table *b, shape how) {
    bo_graph *left = NULL, *right = NULL;
    bool result = false;
    bo_status status = to_graph(&left, a, how);
    if (status == BO_OK) status = to_graph(&right, b, how);
    if (status == BO_OK) status = bo_graph_isomorphic(&result, left, right);
    bo_graph_free(left);
    if (status == BO_OK || right != NULL) bo_graph_free(right);
    return status == BO_OK && result;
}

/* As they stand, or with numbers by their values. */
static bool alike(const table *a, const table *b, bool ordered, bool once) {
    return same(a, b, (shape){false, ordered, once}) || same(a, b, (shape){true, ordered, once});
}

const char *table_compare(table *got, table *expected, table_rules rules) {
    if (got->is_boolean != expected->is_boolean) return "one is a truth value, the other is rows";
    if (got->is_boolean) return got->boolean == expected->boolean ? NULL : "the other truth value";
    for (size_t i = 0; i < expected->width; i++) {
        size_t before = got->width;
        if (table_column(got, expected->names[i]) == before) return "a variable is missing";
    }
    if (got->width != expected->width) return "there is a variable too much";
    if (rules.lax) {
        if (got->len > expected->len) return "more rows than without REDUCED";
        return alike(got, expected, false, true) ? NULL : "other rows";
    }
    if (!alike(got, expected, false, false))
        return bo_arena_printf(got->arena, "other rows (%zu, %zu expected)", got->len, expected->len).ptr;
    if (!rules.ordered || !got->has_order || !expected->has_order) return NULL;
    return alike(got, expected, true, false) ? NULL : "the rows stand in another order";
}
