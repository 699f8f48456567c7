/* SPDX-License-Identifier: Apache-2.0
 * Triples out of solutions: templates, and concise bounded descriptions.
 */
#include "sparql/pile.h"
#include "sparql/run.h"

static bo_status see(bo_vars *out, bo_node node, bo_arena *arena) {
    return node.kind == BO_NODE_VARIABLE ? bo_vars_add(out, node.index, arena) : BO_OK;
}

bo_status bo_templates_vars(bo_vars *out, const bo_templates *templates, bo_arena *arena) {
    for (size_t i = 0; i < templates->len; i++) {
        const bo_template *line = &templates->items[i];
        BO_TRY(see(out, line->s, arena));
        BO_TRY(see(out, line->p, arena));
        BO_TRY(see(out, line->o, arena));
        BO_TRY(see(out, line->g, arena));
    }
    return BO_OK;
}

size_t bo_templates_blanks(const bo_templates *templates) {
    size_t count = 0;
    for (size_t i = 0; i < templates->len; i++) {
        const bo_template *line = &templates->items[i];
        const bo_node nodes[3] = {line->s, line->p, line->o};
        for (int n = 0; n < 3; n++)
            if (nodes[n].kind == BO_NODE_BLANK && nodes[n].index >= count) count = nodes[n].index + 1;
    }
    return count;
}

static bo_status fill_node(bo_exec *exec, bo_id *out, bo_node node, const bo_table *table, size_t row,
                           bo_id *blanks) {
    switch (node.kind) {
    case BO_NODE_TERM: *out = exec->terms[node.index]; return BO_OK;
    case BO_NODE_VARIABLE:
        *out = table->column[node.index] != NULL ? table->column[node.index][row] : BO_ID_NONE;
        return BO_OK;
    case BO_NODE_BLANK:
        if (blanks[node.index] == BO_ID_NONE) BO_TRY(bo_exec_blank(exec, &blanks[node.index]));
        *out = blanks[node.index];
        return BO_OK;
    case BO_NODE_NONE: *out = BO_ID_DEFAULT_GRAPH; return BO_OK;
    }
    return BO_OK;
}

bo_status bo_template_fill(bo_exec *exec, bo_ids *out, bool *whole, const bo_template *line,
                           const bo_table *table, size_t row, bo_id *blanks) {
    BO_TRY(fill_node(exec, &out->s, line->s, table, row, blanks));
    BO_TRY(fill_node(exec, &out->p, line->p, table, row, blanks));
    BO_TRY(fill_node(exec, &out->o, line->o, table, row, blanks));
    BO_TRY(fill_node(exec, &out->g, line->g, table, row, blanks));
    bo_term_kind s = bo_id_kind(out->s), g = bo_id_kind(out->g);
    *whole = (s == BO_IRI || s == BO_BLANK) && bo_id_kind(out->p) == BO_IRI &&
             bo_id_kind(out->o) != BO_NO_TERM &&
             (out->g == BO_ID_DEFAULT_GRAPH || g == BO_IRI || g == BO_BLANK);
    return BO_OK;
}

struct bo_maker {
    bo_exec *exec;
    bo_op *end;
    bo_table *table;
    size_t row, line;
    bo_id *blanks;
    size_t blank_count;
    bo_pile triples; /* that were made */
    /* DESCRIBE: */
    bo_pile subjects; /* described, or to be: in this order */
    size_t described;
    bo_arena *scans;
    bo_scan *scan;
    bo_batch *batch;
    size_t at;
};

bo_status bo_maker_new(bo_maker **out, bo_exec *exec, bo_op *end) {
    static const uint32_t columns[3] = {0, 1, 2};
    bo_maker *m = BO_NEW(exec->arena, bo_maker);
    if (m == NULL) return bo_error_last()->status;
    m->exec = exec;
    m->end = end;
    m->blank_count = bo_templates_blanks(&exec->query->construct);
    m->blanks = bo_arena_array(exec->arena, m->blank_count, sizeof *m->blanks);
    if (m->blanks == NULL) return bo_error_last()->status;
    m->triples = (bo_pile){.arena = exec->arena, .vars = columns, .width = 3};
    m->subjects = (bo_pile){.arena = exec->arena, .vars = columns, .width = 1};
    *out = m;
    return BO_OK;
}

static bo_status is_new(bo_maker *m, const bo_id triple[3], bool *out) {
    size_t place;
    return bo_pile_put(&m->triples, triple, &place, out);
}

/* CONSTRUCT. */

static bo_status next_row(bo_maker *m, bool *found) {
    m->line = 0;
    memset(m->blanks, 0, m->blank_count * sizeof *m->blanks);
    if (m->table == NULL || ++m->row >= m->table->len) {
        BO_TRY(bo_exec_check(m->exec));
        BO_TRY(bo_op_next(m->end, &m->table));
        m->row = 0;
    }
    *found = m->table->len > 0;
    return BO_OK;
}

static bo_status next_constructed(bo_maker *m, bo_id triple[3], bool *found) {
    const bo_templates *lines = &m->exec->query->construct;
    for (;;) {
        if (m->table == NULL || m->line >= lines->len) {
            BO_TRY(next_row(m, found));
            if (!*found || lines->len == 0) break;
        }
        bo_ids ids;
        bool whole;
        BO_TRY(
            bo_template_fill(m->exec, &ids, &whole, &lines->items[m->line++], m->table, m->row, m->blanks));
        if (!whole) continue;
        triple[0] = ids.s, triple[1] = ids.p, triple[2] = ids.o;
        BO_TRY(is_new(m, triple, found));
        if (*found) return BO_OK;
    }
    *found = false;
    return BO_OK;
}

/* DESCRIBE: the triples of which the resource is the subject, and those of blank nodes met as objects
 * (https://www.w3.org/submissions/CBD/). */

static bo_status will_describe(bo_maker *m, bo_id id) {
    size_t place;
    bool was_new;
    if (bo_id_kind(id) != BO_IRI && bo_id_kind(id) != BO_BLANK) return BO_OK;
    return bo_pile_put(&m->subjects, &id, &place, &was_new);
}

static bo_status list_subjects(bo_maker *m) {
    const bo_query *query = m->exec->query;
    for (size_t i = 0; i < query->describe_count; i++)
        if (query->describe[i].kind == BO_NODE_TERM)
            BO_TRY(will_describe(m, m->exec->terms[query->describe[i].index]));
    for (bool found;;) {
        BO_TRY(next_row(m, &found));
        if (!found) return BO_OK;
        for (size_t i = 0; i < query->describe_count; i++) {
            const bo_node *node = &query->describe[i];
            const bo_id *column = node->kind == BO_NODE_VARIABLE ? m->table->column[node->index] : NULL;
            if (column != NULL) BO_TRY(will_describe(m, column[m->row]));
        }
    }
}

static bo_status next_quad(bo_maker *m, bool *found) {
    *found = true;
    for (;;) {
        if (m->scan != NULL && ++m->at < m->batch->len) return BO_OK;
        if (m->scan != NULL) {
            BO_TRY(bo_exec_check(m->exec));
            BO_TRY(bo_scan_next(m->scan, m->batch));
            m->at = 0;
            if (m->batch->len > 0) return BO_OK;
            bo_scan_close(m->scan);
            m->scan = NULL;
            bo_arena_reset(m->scans);
        }
        if (m->described == m->subjects.len) break;
        bo_ids pattern = {.s = bo_pile_row(&m->subjects, m->described++)[0]};
        bo_tag tag = bo_id_tag(pattern.s);
        if (tag == BO_TAG_LOCAL_IRI || tag == BO_TAG_LOCAL_BLANK) continue;
        bo_scan *scan;
        BO_TRY(bo_source_scan(m->exec->source, &scan, &pattern, BO_SPOG, m->scans));
        m->scan = scan;
        m->batch->len = m->at = 0;
    }
    *found = false;
    return BO_OK;
}

static bo_status next_described(bo_maker *m, bo_id triple[3], bool *found) {
    if (m->scans == NULL) {
        m->scans = bo_arena_new(m->exec->options->memory_cap);
        m->batch = bo_arena_alloc(m->exec->arena, sizeof *m->batch);
        if (m->scans == NULL || m->batch == NULL) return bo_error_last()->status;
        BO_TRY(list_subjects(m));
    }
    for (bool fresh = false; !fresh;) {
        BO_TRY(next_quad(m, found));
        if (!*found) return BO_OK;
        if (!bo_in_default_graph(m->exec, m->batch->column[3][m->at])) continue;
        for (int i = 0; i < 3; i++) triple[i] = m->batch->column[i][m->at];
        BO_TRY(is_new(m, triple, &fresh));
        if (bo_id_kind(triple[2]) == BO_BLANK) BO_TRY(will_describe(m, triple[2]));
    }
    return BO_OK;
}

bo_status bo_maker_next(bo_maker *m, bo_id triple[3], bool *found) {
    return m->exec->query->form == BO_CONSTRUCT ? next_constructed(m, triple, found)
                                                : next_described(m, triple, found);
}

void bo_maker_free(bo_maker *m) {
    if (m == NULL) return;
    bo_scan_close(m->scan);
    bo_arena_free(m->scans);
}
