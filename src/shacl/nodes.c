/* SPDX-License-Identifier: Apache-2.0
 * Nodes of the data and of what lies behind them: sets, links, paths, classes.
 */
#include "base/clock.h"
#include "shacl/run.h"

enum { FEW = 16 };
static const bo_id ABSENT = UINT64_MAX;

/* Sets. */

bool bo_sh_set_has(const bo_sh_set *set, bo_id id) {
    if (set->len > FEW) return bo_idmap_get(&set->seen, id) != NULL;
    for (size_t i = 0; i < set->len; i++)
        if (set->ids[i] == id) return true;
    return false;
}

/* As a list: does not look whether it is there. */
static bo_status append(bo_sh_run *run, bo_sh_set *set, bo_id id) {
    if (set->len >= run->value_cap)
        return bo_fail(BO_LIMIT, "a path in the shapes leads to more than %zu values", run->value_cap);
    if (set->len == set->size) {
        size_t size = set->size ? set->size * 2 : 8;
        bo_id *ids = set->size
                         ? bo_arena_grow(run->scratch, set->ids, set->size * sizeof *ids, size * sizeof *ids)
                         : bo_arena_alloc(run->scratch, size * sizeof *ids);
        if (ids == NULL) return bo_error_last()->status;
        set->ids = ids;
        set->size = size;
    }
    set->ids[set->len++] = id;
    return BO_OK;
}

bo_status bo_sh_add(bo_sh_run *run, bo_sh_set *set, bo_id id) {
    if (bo_sh_set_has(set, id)) return BO_OK;
    BO_TRY(append(run, set, id));
    if (set->len <= FEW) return BO_OK;
    size_t from = set->len - 1;
    if (set->len == FEW + 1) {
        bo_idmap_init(&set->seen, run->scratch);
        from = 0;
    }
    for (size_t i = from; i < set->len; i++)
        if (bo_idmap_put(&set->seen, set->ids[i], NULL) == NULL) return bo_error_last()->status;
    return BO_OK;
}

/* From one source to the other. */

static bo_id mark_behind(bo_id id) {
    return id + ((bo_id)(BO_TAG_LOCAL_IRI - BO_TAG_IRI) << 56);
}
static bo_id unmark_behind(bo_id id) {
    return id - ((bo_id)(BO_TAG_LOCAL_IRI - BO_TAG_IRI) << 56);
}

/* Constants are looked up once a run, where they are needed. */
static bo_status constant_in(bo_sh_run *run, bo_id *out, bo_source *source, bo_id *known,
                             bo_sh_constant constant) {
    bo_id id = known[constant];
    if (id == BO_ID_NONE) {
        BO_TRY(bo_source_id_of(source, &id, &run->shapes->constants[constant]));
        if (id == BO_ID_NONE) id = ABSENT;
        known[constant] = id;
    }
    *out = id == ABSENT ? BO_ID_NONE : id;
    return BO_OK;
}

bo_status bo_sh_in_data(bo_sh_run *run, bo_id *out, bo_sh_constant constant) {
    return constant_in(run, out, run->data, run->in_data, constant);
}

static bo_status in_behind(bo_sh_run *run, bo_id *out, bo_sh_constant constant) {
    *out = BO_ID_NONE;
    return run->behind != NULL ? constant_in(run, out, run->behind, run->in_behind, constant) : BO_OK;
}

/* A constant that the data don't hold is a node too: one that is numbered by the shapes. */
static const uint64_t NAMED = (uint64_t)1 << 55;

bo_id bo_sh_named(const bo_sh_run *run, bo_sh_constant constant) {
    static const bo_tag tags[] = {
        [BO_IRI] = BO_TAG_LOCAL_IRI, [BO_BLANK] = BO_TAG_LOCAL_BLANK, [BO_LITERAL] = BO_TAG_LOCAL_LITERAL};
    return bo_id_make(tags[run->shapes->constants[constant].kind], NAMED | constant);
}

static bool is_named(bo_id node) {
    return bo_sh_is_behind(node) && (bo_id_payload(node) & NAMED) != 0;
}
static bo_sh_constant named(bo_id node) {
    return (bo_sh_constant)(bo_id_payload(node) & ~NAMED);
}

/* A node for an id of the source behind. Blank nodes are never the same as those of the data. */
static bo_status from_behind(bo_sh_run *run, bo_id *out, bo_id id) {
    *out = id;
    if (bo_id_is_inline(id)) return BO_OK;
    bo_term term;
    bo_id here = BO_ID_NONE;
    if (bo_id_tag(id) != BO_TAG_BLANK) {
        BO_TRY(bo_source_term_of(run->behind, &term, id, run->scratch));
        BO_TRY(bo_source_id_of(run->data, &here, &term));
    }
    *out = here != BO_ID_NONE ? here : mark_behind(id);
    return BO_OK;
}

/* The id of a node behind; BO_ID_NONE when it is not there. */
static bo_status to_behind(bo_sh_run *run, bo_id *out, bo_id node) {
    bo_term term;
    *out = node;
    if (bo_id_is_inline(node)) return BO_OK;
    *out = BO_ID_NONE;
    if (is_named(node)) return in_behind(run, out, named(node));
    if (bo_sh_is_behind(node)) *out = unmark_behind(node);
    if (bo_sh_is_behind(node) || bo_id_tag(node) == BO_TAG_BLANK) return BO_OK;
    BO_TRY(bo_source_term_of(run->data, &term, node, run->scratch));
    return bo_source_id_of(run->behind, out, &term);
}

bo_status bo_sh_term(bo_sh_run *run, bo_term *out, bo_id node) {
    if (is_named(node)) {
        *out = run->shapes->constants[named(node)];
        return BO_OK;
    }
    if (bo_sh_is_behind(node)) return bo_source_term_of(run->behind, out, unmark_behind(node), run->scratch);
    return bo_source_term_of(run->data, out, node, run->scratch);
}

bo_status bo_sh_is(bo_sh_run *run, bool *out, bo_id node, bo_sh_constant constant) {
    bo_id id;
    bool behind = bo_sh_is_behind(node);
    if (is_named(node)) {
        *out = named(node) == constant;
        return BO_OK;
    }
    BO_TRY(behind ? in_behind(run, &id, constant) : bo_sh_in_data(run, &id, constant));
    *out = id != BO_ID_NONE && id == (behind ? unmark_behind(node) : node);
    return BO_OK;
}

/* Links. */

bo_status bo_sh_check_time(const bo_sh_run *run) {
    uint64_t deadline = run->options->deadline_ns;
    if (deadline == 0 || bo_clock_steady_ns(&bo_clock_system) <= deadline) return BO_OK;
    return bo_fail(BO_TIMEOUT, "holding the data against the shapes took longer than it may");
}

bool bo_sh_is_described(const bo_sh_run *run, bo_id node) {
    return !bo_sh_is_behind(node) && !bo_id_is_inline(node) &&
           run->data->ops->estimate(run->data, &(bo_ids){.s = node}) > 0;
}

typedef struct scanning {
    bo_source *source;
    bo_ids pattern;
    bo_order order;
    int wanted; /* the column; PAIRS: properties and values in turn */
} scanning;
enum { PAIRS = -1 };

static bo_status take_row(bo_sh_run *run, bo_sh_set *out, const scanning *s, const bo_id row[4]) {
    bo_id pair[2] = {s->wanted == PAIRS ? row[1] : row[s->wanted], row[2]};
    if (s->source == run->behind) {
        if (row[3] == run->replaced) return BO_OK;
        BO_TRY(from_behind(run, &pair[0], pair[0]));
        if (s->wanted == 0 && bo_sh_is_described(run, pair[0])) return BO_OK;
    }
    if (s->wanted != PAIRS) return bo_sh_add(run, out, pair[0]);
    if (s->source == run->behind) BO_TRY(from_behind(run, &pair[1], pair[1]));
    size_t len = out->len;
    bool again = len > 1 && out->ids[len - 2] == pair[0] && out->ids[len - 1] == pair[1];
    if (again) return BO_OK; /* in another graph */
    BO_TRY(append(run, out, pair[0]));
    return append(run, out, pair[1]);
}

static bo_status take_rows(bo_sh_run *run, bo_sh_set *out, const scanning *s) {
    const bo_batch *batch = run->batch;
    for (size_t i = 0; i < batch->len; i++) {
        const bo_id row[4] = {batch->column[0][i], batch->column[1][i], batch->column[2][i],
                              batch->column[3][i]};
        BO_TRY(take_row(run, out, s, row));
    }
    return BO_OK;
}

static bo_status scan(bo_sh_run *run, bo_sh_set *out, const scanning *s) {
    bo_scan *rows;
    BO_TRY(bo_source_scan(s->source, &rows, &s->pattern, s->order, run->scans));
    bo_status status;
    while ((status = bo_scan_next(rows, run->batch)) == BO_OK && run->batch->len > 0)
        if ((status = take_rows(run, out, s)) != BO_OK) break;
    bo_scan_close(rows);
    bo_arena_reset(run->scans);
    return status;
}

static scanning link_scan(bo_source *source, bo_id node, bo_id link, bool back) {
    return back ? (scanning){source, {.p = link, .o = node}, BO_POSG, 0}
                : (scanning){source, {.s = node, .p = link}, BO_SPOG, 2};
}

static bo_status step_behind(bo_sh_run *run, bo_sh_set *out, bo_id node, bo_sh_constant link, bool back) {
    bo_id there, property;
    BO_TRY(in_behind(run, &property, link));
    if (property == BO_ID_NONE) return BO_OK;
    BO_TRY(to_behind(run, &there, node));
    if (there == BO_ID_NONE) return BO_OK;
    scanning s = link_scan(run->behind, there, property, back);
    return scan(run, out, &s);
}

bo_status bo_sh_step(bo_sh_run *run, bo_sh_set *out, bo_id node, bo_sh_constant link, bool back) {
    BO_TRY(bo_sh_check_time(run));
    size_t before = out->len;
    if (!back && bo_id_is_inline(node)) return BO_OK;
    if (!bo_sh_is_behind(node)) {
        bo_id property;
        BO_TRY(bo_sh_in_data(run, &property, link));
        scanning s = link_scan(run->data, node, property, back);
        if (property != BO_ID_NONE) BO_TRY(scan(run, out, &s));
    }
    if (run->behind == NULL || (!back && (out->len > before || bo_sh_is_described(run, node)))) return BO_OK;
    return step_behind(run, out, node, link, back);
}

bo_status bo_sh_about(bo_sh_run *run, bo_sh_set *pairs, bo_id node) {
    scanning s = {run->data, {.s = node}, BO_SPOG, PAIRS};
    if (bo_id_is_inline(node)) return BO_OK;
    if (!bo_sh_is_described(run, node)) {
        if (run->behind == NULL) return BO_OK;
        s.source = run->behind;
        BO_TRY(to_behind(run, &s.pattern.s, node));
        if (s.pattern.s == BO_ID_NONE) return BO_OK;
    }
    return scan(run, pairs, &s);
}

bo_status bo_sh_is_unknown(bo_sh_run *run, bool *out, bo_id node) {
    bo_term term;
    bo_sh_set said = {0};
    *out = false;
    if (run->options->home.len == 0) return BO_OK;
    BO_TRY(bo_sh_term(run, &term, node));
    if (term.kind != BO_IRI || bo_str_starts(term.value, run->options->home)) return BO_OK;
    BO_TRY(bo_sh_about(run, &said, node));
    *out = said.len == 0;
    return BO_OK;
}

/* Paths. */

static bo_status follow(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path, bool back);

static bo_status follow_all(bo_sh_run *run, bo_sh_set *out, const bo_sh_set *from, const bo_sh_path *path,
                            bool back) {
    for (size_t i = 0; i < from->len; i++) BO_TRY(follow(run, out, from->ids[i], path, back));
    return BO_OK;
}

static bo_status follow_sequence(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path,
                                 bool back) {
    bo_sh_set here = {.ids = &node, .len = 1};
    for (size_t i = 0; i < path->count; i++) {
        const bo_sh_path *part = path->parts[back ? path->count - 1 - i : i];
        if (i + 1 == path->count) return follow_all(run, out, &here, part, back);
        bo_sh_set next = {0};
        BO_TRY(follow_all(run, &next, &here, part, back));
        here = next;
    }
    return BO_OK;
}

static bo_status follow_again(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path, bool back) {
    bo_sh_set reached = {0};
    if (path->kind != BO_SH_ONE_OR_MORE) BO_TRY(bo_sh_add(run, &reached, node));
    BO_TRY(follow(run, &reached, node, path->parts[0], back));
    for (size_t at = 0; at < reached.len && path->kind != BO_SH_ZERO_OR_ONE; at++)
        BO_TRY(follow(run, &reached, reached.ids[at], path->parts[0], back));
    for (size_t i = 0; i < reached.len; i++) BO_TRY(bo_sh_add(run, out, reached.ids[i]));
    return BO_OK;
}

static bo_status follow(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path, bool back) {
    switch (path->kind) {
    case BO_SH_LINK: return bo_sh_step(run, out, node, path->link, back);
    case BO_SH_INVERSE: return follow(run, out, node, path->parts[0], !back);
    case BO_SH_SEQUENCE: return follow_sequence(run, out, node, path, back);
    case BO_SH_ALTERNATIVE:
        for (size_t i = 0; i < path->count; i++) BO_TRY(follow(run, out, node, path->parts[i], back));
        return BO_OK;
    default: return follow_again(run, out, node, path, back);
    }
}

bo_status bo_sh_follow(bo_sh_run *run, bo_sh_set *out, bo_id node, const bo_sh_path *path) {
    return follow(run, out, node, path, false);
}

/* Classes. */

/* Whether anything at all says what is below what. */
static bo_status has_hierarchy(bo_sh_run *run, bool *out) {
    bo_id here, there;
    BO_TRY(bo_sh_in_data(run, &here, run->shapes->sub_class_of));
    BO_TRY(in_behind(run, &there, run->shapes->sub_class_of));
    *out = here != BO_ID_NONE || there != BO_ID_NONE;
    return BO_OK;
}

bo_status bo_sh_classes_above(bo_sh_run *run, bo_sh_set *out, bo_id class) {
    bool more;
    BO_TRY(bo_sh_add(run, out, class));
    BO_TRY(has_hierarchy(run, &more));
    for (size_t at = 0; more && at < out->len; at++)
        BO_TRY(bo_sh_step(run, out, out->ids[at], run->shapes->sub_class_of, false));
    return BO_OK;
}

bo_status bo_sh_is_instance(bo_sh_run *run, bool *out, bo_id node, bo_sh_constant class) {
    bo_sh_set classes = {0};
    bool more;
    *out = false;
    BO_TRY(bo_sh_step(run, &classes, node, run->shapes->type, false));
    for (size_t i = 0; i < classes.len && !*out; i++) BO_TRY(bo_sh_is(run, out, classes.ids[i], class));
    if (*out) return BO_OK;
    BO_TRY(has_hierarchy(run, &more));
    for (size_t at = 0; more && at < classes.len && !*out; at++) {
        BO_TRY(bo_sh_is(run, out, classes.ids[at], class));
        BO_TRY(bo_sh_step(run, &classes, classes.ids[at], run->shapes->sub_class_of, false));
    }
    return BO_OK;
}
