/* SPDX-License-Identifier: Apache-2.0
 * A validation (section 3.4): targets, shapes, and the list of what is wrong.
 */
#include "shacl/run.h"

static const bo_sh_check checks[] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english)                              \
    [BO_SH_##name] = bo_sh_check_##check,
#include "shacl/component.def"
    [BO_SH_SPARQL] = bo_sh_check_query,
    [BO_SH_CUSTOM] = bo_sh_check_query,
};

/* Results. */

static bool wants_result(bo_sh_run *run, const bo_sh_rule *rule) {
    run->faults++;
    if (run->quiet > 0) return false;
    run->report->count[rule->shape->severity]++;
    run->report->cut |= run->report->len >= run->result_cap;
    return run->report->len < run->result_cap;
}

static bo_status room_for_result(bo_sh_run *run) {
    bo_report *report = run->report;
    if (report->len < run->result_size) return BO_OK;
    size_t size = run->result_size ? run->result_size * 2 : 4, one = sizeof *report->results;
    bo_result *results = run->result_size
                             ? bo_arena_grow(run->arena, report->results, run->result_size * one, size * one)
                             : bo_arena_alloc(run->arena, size * one);
    if (results == NULL) return bo_error_last()->status;
    report->results = results;
    run->result_size = size;
    return BO_OK;
}

/* What the shape's author wrote, in every language there is, with its variables filled in. */
static bo_status put_messages(bo_sh_run *run, bo_result *result, const bo_sh_bindings *bindings) {
    const bo_sh_rule *rule = result->rule;
    bool own = rule->shape->message_count == 0 || rule->component == BO_SH_SPARQL;
    const bo_term *from = own && rule->message_count > 0 ? rule->messages : rule->shape->messages;
    size_t count = own && rule->message_count > 0 ? rule->message_count : rule->shape->message_count;
    bo_term *messages = bo_arena_array(run->arena, count, sizeof *messages);
    if (messages == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < count; i++) {
        bo_language language = BO_FRENCH;
        bo_language_of(&language, from[i].lang);
        bo_str text = bo_sh_fill(from[i].value, result, bindings, language, run->arena);
        messages[i] = from[i].lang.len ? bo_term_lang(text, from[i].lang) : bo_term_string(text);
        if (text.ptr == NULL) return bo_error_last()->status;
    }
    result->messages = messages;
    result->message_count = count;
    return BO_OK;
}

static bo_status add_result(bo_sh_run *run, const bo_result *seed, const bo_sh_bindings *bindings) {
    bo_result made = *seed;
    made.severity = seed->rule->shape->severity;
    BO_TRY(bo_term_copy(&made.focus, &seed->focus, run->arena));
    BO_TRY(bo_term_copy(&made.value, &seed->value, run->arena));
    BO_TRY(put_messages(run, &made, bindings));
    BO_TRY(room_for_result(run));
    run->report->results[run->report->len++] = made;
    return BO_OK;
}

bo_status bo_sh_fault_of(bo_sh_run *run, bo_id focus, const bo_result *seed, const bo_sh_bindings *bindings) {
    bo_result made = *seed;
    if (!wants_result(run, seed->rule)) return BO_OK;
    if (made.path == NULL) made.path = seed->rule->shape->path;
    BO_TRY(bo_sh_term(run, &made.focus, focus));
    return add_result(run, &made, bindings);
}

bo_status bo_sh_fault(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id value) {
    bo_result seed = {.rule = rule};
    if (value != BO_ID_NONE && run->quiet == 0) BO_TRY(bo_sh_term(run, &seed.value, value));
    return bo_sh_fault_of(run, focus, &seed, NULL);
}

/* Asks once more, into a report of its own. */
static bo_status gather_details(bo_sh_run *run, bo_result *out, const bo_sh_shape *shape, bo_id node) {
    enum { DETAILS = 10 };
    bo_report details = {0}, *report = run->report;
    size_t size = run->result_size, cap = run->result_cap, faults = run->faults;
    bool conforms;
    run->report = &details;
    run->result_size = 0;
    run->result_cap = DETAILS;
    bo_status status = bo_sh_hold(run, shape, node, &conforms);
    run->report = report;
    run->result_size = size;
    run->result_cap = cap;
    run->faults = faults;
    out->details = details.results;
    out->detail_count = details.len;
    return status;
}

bo_status bo_sh_fault_in(bo_sh_run *run, const bo_sh_rule *rule, bo_id focus, bo_id value) {
    bo_result seed = {.rule = rule};
    bool is_kept = run->quiet == 0 && run->report->len < run->result_cap;
    if (!is_kept) return bo_sh_fault(run, rule, focus, value);
    BO_TRY(bo_sh_term(run, &seed.value, value));
    BO_TRY(gather_details(run, &seed, rule->shapes[0], value));
    return bo_sh_fault_of(run, focus, &seed, NULL);
}

bo_status bo_sh_link_to(bo_sh_run *run, const bo_sh_path **out, const bo_term *property) {
    bo_sh_path *path = BO_NEW(run->arena, bo_sh_path);
    if (path == NULL) return bo_error_last()->status;
    path->kind = BO_SH_LINK;
    path->iri = bo_arena_str(run->arena, property->value);
    *out = path;
    return path->iri.ptr != NULL ? BO_OK : bo_error_last()->status;
}

/* One node and one shape. */

static bo_status check_rules(bo_sh_run *run, const bo_sh_shape *shape, bo_id focus, const bo_sh_set *values) {
    size_t before = run->faults;
    for (size_t i = 0; i < shape->rule_count; i++) {
        BO_TRY(checks[shape->rules[i]->component](run, shape->rules[i], focus, values));
        if (run->quiet > 0 && run->faults > before) break; /* one is enough */
    }
    return BO_OK;
}

static bo_status hold(bo_sh_run *run, const bo_sh_shape *shape, bo_id focus) {
    bo_sh_set values = {.ids = &focus, .len = 1};
    if (shape->path == NULL) return check_rules(run, shape, focus, &values);
    values = (bo_sh_set){0};
    BO_TRY(bo_sh_follow(run, &values, focus, shape->path));
    return check_rules(run, shape, focus, &values);
}

/* Whether this very question is being answered already: then nothing is found against it here. */
static bool is_open(const bo_sh_run *run, const bo_sh_shape *shape, bo_id node) {
    for (const bo_sh_frame *frame = shape->recursive ? run->frame : NULL; frame != NULL; frame = frame->outer)
        if (frame->shape == shape && frame->node == node) return true;
    return false;
}

bo_status bo_sh_hold(bo_sh_run *run, const bo_sh_shape *shape, bo_id focus, bool *conforms) {
    size_t before = run->faults;
    *conforms = true;
    if (shape->deactivated || is_open(run, shape, focus)) return BO_OK;
    if (run->depth >= run->depth_cap)
        return bo_fail(BO_LIMIT, "the shapes lead more than %zu levels deep into the data", run->depth_cap);
    BO_TRY(bo_sh_check_time(run));
    bo_sh_frame frame = {shape, focus, run->frame};
    run->frame = &frame;
    run->depth++;
    bo_status status = hold(run, shape, focus);
    run->depth--;
    run->frame = frame.outer;
    *conforms = run->faults == before;
    return status;
}

bo_status bo_sh_conforms(bo_sh_run *run, const bo_sh_shape *shape, bo_id node, bool *out) {
    size_t before = run->faults;
    run->quiet++;
    bo_status status = bo_sh_hold(run, shape, node, out);
    run->quiet--;
    run->faults = before;
    return status;
}

/* Targets (section 2.1.3): for each shape the nodes that it is about. These sets live as long as the run. */

static bo_status target(bo_sh_run *run, bo_sh_set *sets, uint32_t shape, bo_id node) {
    return bo_sh_add(run, &sets[shape], node);
}

/* Every class that something in the data is an instance of, and what targets it or one above it. */
static bo_status target_instances(bo_sh_run *run, bo_sh_set *sets, bo_id class, const bo_sh_set *instances) {
    bo_sh_set classes = {0};
    BO_TRY(bo_sh_classes_above(run, &classes, class));
    for (size_t c = 0; c < classes.len; c++) {
        bo_term term;
        BO_TRY(bo_sh_term(run, &term, classes.ids[c]));
        const bo_value *slot = term.kind == BO_IRI ? bo_map_get(&run->shapes->classes, term.value) : NULL;
        for (const bo_sh_target *t = slot != NULL ? slot->ptr : NULL; t != NULL; t = t->next)
            for (size_t i = 0; i < instances->len; i++)
                BO_TRY(target(run, sets, t->shape, instances->ids[i]));
    }
    return BO_OK;
}

/* What the data alone say at a property: all subjects, or all objects. */
static bo_status column(bo_sh_run *run, bo_sh_set *out, bo_id property, bo_id object, bool objects) {
    bo_scan *rows;
    bo_ids pattern = {.p = property, .o = object};
    BO_TRY(bo_source_scan(run->data, &rows, &pattern, objects || object ? BO_POSG : BO_PSOG, run->scans));
    bo_status status;
    while ((status = bo_scan_next(rows, run->batch)) == BO_OK && run->batch->len > 0)
        for (size_t i = 0; i < run->batch->len && status == BO_OK; i++)
            status = bo_sh_add(run, out, run->batch->column[objects ? 2 : 0][i]);
    bo_scan_close(rows);
    bo_arena_reset(run->scans);
    return status;
}

static bo_status find_instances(bo_sh_run *run, bo_sh_set *sets) {
    bo_id type;
    bo_sh_set classes = {0};
    BO_TRY(bo_sh_in_data(run, &type, run->shapes->type));
    if (type == BO_ID_NONE || run->shapes->classes.live == 0) return BO_OK;
    BO_TRY(column(run, &classes, type, BO_ID_NONE, true));
    for (size_t i = 0; i < classes.len; i++) {
        bo_sh_set instances = {0};
        BO_TRY(column(run, &instances, type, classes.ids[i], false));
        BO_TRY(target_instances(run, sets, classes.ids[i], &instances));
    }
    return BO_OK;
}

static bo_status find_others(bo_sh_run *run, bo_sh_set *sets, const bo_sh_target *t) {
    bo_id id;
    bo_sh_set found = {0};
    BO_TRY(bo_sh_in_data(run, &id, t->constant));
    if (t->kind == BO_SH_TARGET_NODE) {
        if (id == BO_ID_NONE) id = bo_sh_named(run, t->constant);
        bool wanted = run->behind == NULL || bo_sh_is_described(run, id);
        return wanted ? target(run, sets, t->shape, id) : BO_OK;
    }
    if (id == BO_ID_NONE) return BO_OK;
    BO_TRY(column(run, &found, id, BO_ID_NONE, t->kind == BO_SH_TARGET_OBJECTS));
    for (size_t i = 0; i < found.len; i++) BO_TRY(target(run, sets, t->shape, found.ids[i]));
    return BO_OK;
}

static bo_status hold_all(bo_sh_run *run, const bo_sh_set *sets) {
    for (size_t shape = 0; shape < run->shapes->targeted_count; shape++)
        for (size_t i = 0; i < sets[shape].len; i++) {
            bool conforms;
            BO_TRY(bo_sh_hold(run, run->shapes->targeted[shape], sets[shape].ids[i], &conforms));
            bo_arena_reset(run->scratch);
        }
    return BO_OK;
}

/* The run. */

static bo_status find_targets(bo_sh_run *run, bo_sh_set *sets, bo_arena *lasting) {
    bo_arena *scratch = run->scratch;
    size_t value_cap = run->value_cap;
    run->scratch = lasting;
    run->value_cap = SIZE_MAX; /* there may be as many targets as there are data */
    bo_status status = find_instances(run, sets);
    for (size_t i = 0; i < run->shapes->target_count && status == BO_OK; i++)
        status = find_others(run, sets, &run->shapes->targets[i]);
    run->scratch = scratch;
    run->value_cap = value_cap;
    return status;
}

static bo_status find_replaced(bo_sh_run *run) {
    bo_term graph = bo_term_iri(run->options->replaces);
    if (run->behind == NULL || graph.value.len == 0) return BO_OK;
    return bo_source_id_of(run->behind, &run->replaced, &graph);
}

static bo_status start(bo_sh_run *run, bo_arena *lasting) {
    size_t constants = run->shapes->constant_count;
    run->batch = bo_arena_alloc(lasting, sizeof *run->batch);
    run->in_data = bo_arena_array(lasting, constants, sizeof *run->in_data);
    run->in_behind = bo_arena_array(lasting, run->behind != NULL ? constants : 0, sizeof *run->in_behind);
    bo_sh_set *sets = bo_arena_array(lasting, run->shapes->targeted_count, sizeof *sets);
    if (run->batch == NULL || run->in_data == NULL || run->in_behind == NULL || sets == NULL)
        return bo_error_last()->status;
    BO_TRY(find_replaced(run));
    BO_TRY(find_targets(run, sets, lasting));
    return hold_all(run, sets);
}

bo_status bo_validate(bo_report *out, const bo_shapes *shapes, bo_source *data,
                      const bo_validate_options *options, bo_arena *arena) {
    static const bo_validate_options none;
    const bo_validate_options *o = options != NULL ? options : &none;
    bo_report report = {0};
    bo_arena *lasting = bo_arena_new(0);
    bo_sh_run run = {.shapes = shapes,
                     .data = data,
                     .behind = o->behind,
                     .options = o,
                     .depth_cap = o->depth_cap ? o->depth_cap : 64,
                     .value_cap = o->value_cap ? o->value_cap : 100000,
                     .result_cap = o->result_cap ? o->result_cap : 1000,
                     .arena = arena,
                     .scratch = bo_arena_new(0),
                     .scans = bo_arena_new(0),
                     .report = &report};
    run.lasting = lasting;
    run.values = (bo_val_context){.arena = run.scratch};
    bool ready = lasting != NULL && run.scratch != NULL && run.scans != NULL;
    bo_status status = ready ? start(&run, lasting) : BO_NO_MEMORY;
    bo_arena_free(run.scans);
    bo_arena_free(run.scratch);
    bo_arena_free(lasting);
    report.conforms = run.faults == 0;
    if (status == BO_OK) *out = report;
    return status;
}
