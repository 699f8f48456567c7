/* SPDX-License-Identifier: Apache-2.0
 * From a shapes graph to bo_shapes: which shapes there are, what they target, and what they say of
 * themselves. Shapes that refer to each other wait in a list, so that no chain of them is too long.
 */
#include <stdlib.h>

#include "shacl/reader.h"

/* One shape. */

static bo_status read_severity(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    static const struct {
        bo_str iri;
        bo_severity severity;
    } lighter[] = {{{BO_SH_NS "Info", sizeof BO_SH_NS "Info" - 1}, BO_INFO},
                   {{BO_SH_NS "Warning", sizeof BO_SH_NS "Warning" - 1}, BO_WARNING}};
    bo_id id;
    bo_term term = bo_term_iri(SH("Violation"));
    BO_TRY(bo_sh_object(r, &id, node, SH("severity")));
    if (id != BO_ID_NONE) BO_TRY(bo_sh_keep_term(r, &term, id));
    if (term.kind != BO_IRI) return bo_sh_ill_formed(r, node, "sh:severity must be an IRI, like sh:Warning");
    shape->severity_iri = term.value;
    shape->severity = BO_VIOLATION;
    for (size_t i = 0; i < 2; i++)
        if (bo_str_eq(term.value, lighter[i].iri)) shape->severity = lighter[i].severity;
    return BO_OK;
}

/* sh:name, or what labels call the property at the path's end. */
static bo_status read_names(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    BO_TRY(bo_sh_terms_of(r, &shape->names, &shape->name_count, node, SH("name")));
    const bo_sh_path *end = shape->path;
    while (end != NULL && end->kind != BO_SH_LINK) end = end->parts[end->count - 1];
    if (end == NULL) return BO_OK;
    bo_sh_label label;
    BO_TRY(bo_sh_labels_of(r, &label, end->iri));
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT; i++) {
        bo_term name = bo_term_lang(label.text[i], bo_language_tag((bo_language)i));
        if (label.text[i].ptr != NULL) BO_SH_PUSH(r->arena, shape->names, shape->name_count, name);
    }
    return BO_OK;
}

static bo_status read_shape_path(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    bo_id path;
    bool claims;
    BO_TRY(bo_sh_object(r, &path, node, SH("path")));
    if (path != BO_ID_NONE) return bo_sh_read_path(r, &shape->path, path);
    BO_TRY(bo_sh_has(r, &claims, node, BO_RDF_TYPE, SH("PropertyShape")));
    return claims ? bo_sh_ill_formed(r, node, "a property shape needs a sh:path") : BO_OK;
}

static bo_status check_messages(bo_sh_reader *r, const bo_sh_shape *shape, bo_id node) {
    for (size_t i = 0; i < shape->message_count; i++)
        if (shape->messages[i].kind != BO_LITERAL || shape->messages[i].datatype.len > 0)
            return bo_sh_ill_formed(r, node, "sh:message must be a text, with or without a language");
    return BO_OK;
}

static bo_status read_head(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    BO_TRY(bo_sh_keep_term(r, &shape->term, node));
    if (shape->term.kind == BO_LITERAL) return bo_sh_ill_formed(r, node, "a shape is no literal");
    BO_TRY(bo_sh_true(r, &shape->deactivated, node, SH("deactivated")));
    shape->made = shape->deactivated;
    BO_TRY(read_shape_path(r, shape, node));
    BO_TRY(read_severity(r, shape, node));
    BO_TRY(bo_sh_terms_of(r, &shape->messages, &shape->message_count, node, SH("message")));
    BO_TRY(check_messages(r, shape, node));
    return read_names(r, shape, node);
}

bo_status bo_sh_shape_of(bo_sh_reader *r, const bo_sh_shape **out, bo_id node, const bo_sh_shape *within) {
    bool was_new;
    bo_value *slot = bo_idmap_put(&r->made, node, &was_new);
    if (slot == NULL) return bo_error_last()->status;
    if (was_new) {
        if (r->made.live > r->shape_cap)
            return bo_fail(BO_LIMIT, "there are more than %zu shapes", r->shape_cap);
        bo_sh_shape *shape = BO_NEW(r->arena, bo_sh_shape);
        if (shape == NULL) return bo_error_last()->status;
        shape->owner = r->shapes;
        shape->within = within;
        slot->ptr = shape;
        *out = shape;
        BO_SH_PUSH(r->scratch, r->waiting.ids, r->waiting.len, node);
        return read_head(r, shape, node);
    }
    *out = slot->ptr;
    return BO_OK;
}

bo_status bo_sh_add_rule(bo_sh_reader *r, bo_sh_rule **out, bo_sh_shape *shape, bo_sh_component component) {
    bo_sh_rule *rule = BO_NEW(r->arena, bo_sh_rule);
    if (rule == NULL) return bo_error_last()->status;
    rule->component = component;
    rule->shape = shape;
    rule->next_kept = r->shapes->kept;
    r->shapes->kept = rule;
    BO_SH_PUSH(r->arena, shape->rules, shape->rule_count, rule);
    *out = rule;
    return BO_OK;
}

static bo_status read_waiting(bo_sh_reader *r) {
    for (size_t at = 0; at < r->waiting.len; at++) {
        bo_id node = r->waiting.ids[at];
        bo_sh_shape *shape = bo_idmap_get(&r->made, node)->ptr;
        if (shape->made) continue;
        shape->made = true;
        BO_TRY(bo_sh_read_rules(r, shape, node));
        BO_TRY(bo_sh_read_queries(r, shape, node));
    }
    return BO_OK;
}

/* Shapes that refer to themselves (section 3.4.3 leaves them open). A node that is being held against a shape
 * counts as having it while that goes on; that is well defined as long as no negation lies on the way round.
 */

typedef struct searching {
    bo_sh_reader *r;
    bo_idmap seen;
    const bo_sh_shape **open;
    size_t len;
} searching;

static bo_status visit(searching *s, const bo_sh_shape *const *shapes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool was_new;
        if (bo_idmap_put(&s->seen, (uintptr_t)shapes[i], &was_new) == NULL) return bo_error_last()->status;
        if (was_new) BO_SH_PUSH(s->r->scratch, s->open, s->len, shapes[i]);
    }
    return BO_OK;
}

/* All shapes that are reached from some. */
static bo_status reach(searching *s, bo_sh_reader *r, const bo_sh_shape *const *from, size_t count) {
    *s = (searching){.r = r};
    bo_idmap_init(&s->seen, r->scratch);
    BO_TRY(visit(s, from, count));
    for (size_t at = 0; at < s->len; at++)
        for (size_t i = 0; i < s->open[at]->rule_count; i++) {
            const bo_sh_rule *rule = s->open[at]->rules[i];
            BO_TRY(visit(s, rule->shapes, rule->shape_count));
            BO_TRY(visit(s, rule->siblings, rule->sibling_count));
        }
    return BO_OK;
}

static bool negates(const bo_sh_rule *rule) {
    return rule->component == BO_SH_NOT || rule->component == BO_SH_XONE ||
           rule->component == BO_SH_QUALIFIED_MAX_COUNT || rule->sibling_count > 0;
}

static bo_status mark_recursion(bo_sh_reader *r, bo_sh_shape *shape, bo_id node) {
    for (size_t i = 0; i < shape->rule_count; i++) {
        const bo_sh_rule *rule = shape->rules[i];
        searching s;
        if (rule->shape_count == 0) continue;
        BO_TRY(reach(&s, r, rule->shapes, rule->shape_count));
        if (negates(rule)) BO_TRY(visit(&s, rule->siblings, rule->sibling_count));
        if (bo_idmap_get(&s.seen, (uintptr_t)shape) == NULL) continue;
        if (negates(rule))
            return bo_sh_ill_formed(r, node, "it refers to itself through a negation, which has no meaning");
        shape->recursive = true;
    }
    return BO_OK;
}

static bo_status mark_all(bo_sh_reader *r) {
    for (size_t at = 0; at < r->waiting.len; at++)
        BO_TRY(mark_recursion(r, bo_idmap_get(&r->made, r->waiting.ids[at])->ptr, r->waiting.ids[at]));
    return BO_OK;
}

/* Targets. */

static bo_status target_class(bo_sh_reader *r, const bo_sh_target *target) {
    bool was_new;
    bo_value *slot = bo_map_put(&r->shapes->classes, target->term.value, &was_new);
    bo_sh_target *kept = BO_NEW(r->arena, bo_sh_target);
    if (slot == NULL || kept == NULL) return bo_error_last()->status;
    *kept = *target;
    kept->next = slot->ptr;
    slot->ptr = kept;
    return BO_OK;
}

static bo_status place_of(bo_sh_reader *r, uint32_t *out, bo_id node) {
    const bo_sh_shape *shape;
    bo_shapes *shapes = r->shapes;
    BO_TRY(bo_sh_shape_of(r, &shape, node, NULL));
    for (*out = 0; *out < shapes->targeted_count; ++*out)
        if (shapes->targeted[*out] == shape) return BO_OK;
    BO_SH_PUSH(r->arena, shapes->targeted, shapes->targeted_count, shape);
    return BO_OK;
}

static bo_status add_target(bo_sh_reader *r, bo_sh_target_kind kind, bo_id node, bo_id value) {
    bo_sh_target target = {.kind = kind};
    BO_TRY(place_of(r, &target.shape, node));
    BO_TRY(bo_sh_keep_term(r, &target.term, value));
    BO_TRY(bo_sh_number(r, &target.constant, &target.term));
    bool fits = kind == BO_SH_TARGET_NODE ? target.term.kind != BO_BLANK : target.term.kind == BO_IRI;
    if (!fits)
        return bo_sh_ill_formed(r, node, "a target must be an IRI; sh:targetNode may be a literal too");
    if (kind == BO_SH_TARGET_CLASS) return target_class(r, &target);
    BO_SH_PUSH(r->arena, r->shapes->targets, r->shapes->target_count, target);
    return BO_OK;
}

static bo_status read_targets(bo_sh_reader *r, bo_sh_target_kind kind, bo_str property) {
    bo_sh_nodes shapes, values;
    BO_TRY(bo_sh_subjects(r, &shapes, property, BO_ID_NONE));
    for (size_t i = 0; i < shapes.len; i++) {
        BO_TRY(bo_sh_objects(r, &values, shapes.ids[i], property));
        for (size_t k = 0; k < values.len; k++) BO_TRY(add_target(r, kind, shapes.ids[i], values.ids[k]));
    }
    return BO_OK;
}

/* A shape that is a class too targets its instances (section 2.1.3.3). */
static bo_status read_implicit_targets(bo_sh_reader *r) {
    const bo_str kinds[] = {SH("NodeShape"), SH("PropertyShape")};
    for (size_t k = 0; k < 2; k++) {
        bo_sh_nodes shapes;
        bo_id kind;
        BO_TRY(bo_sh_find(r, &kind, kinds[k]));
        if (kind == BO_ID_NONE) continue;
        BO_TRY(bo_sh_subjects(r, &shapes, BO_RDF_TYPE, kind));
        for (size_t i = 0; i < shapes.len; i++) {
            bool is_class;
            BO_TRY(bo_sh_instance(r, &is_class, shapes.ids[i], BO_STR(BO_RDFS_NS "Class")));
            if (is_class && bo_id_kind(shapes.ids[i]) == BO_IRI)
                BO_TRY(add_target(r, BO_SH_TARGET_CLASS, shapes.ids[i], shapes.ids[i]));
        }
    }
    return BO_OK;
}

static bo_status copy_graph(bo_sh_reader *r) {
    bo_sink sink;
    BO_TRY(bo_graph_new(&r->shapes->graph));
    sink = bo_graph_sink(r->shapes->graph);
    return bo_source_match(r->source, &(bo_quad){0}, false, &sink);
}

static bo_status compile(bo_sh_reader *r) {
    bo_term type = bo_term_iri(BO_RDF_TYPE), above = bo_term_iri(BO_RDFS_SUB_CLASS_OF);
    BO_TRY(bo_sh_number(r, &r->shapes->type, &type));
    BO_TRY(bo_sh_number(r, &r->shapes->sub_class_of, &above));
    BO_TRY(bo_sh_read_customs(r));
    BO_TRY(read_targets(r, BO_SH_TARGET_CLASS, SH("targetClass")));
    BO_TRY(read_targets(r, BO_SH_TARGET_NODE, SH("targetNode")));
    BO_TRY(read_targets(r, BO_SH_TARGET_SUBJECTS, SH("targetSubjectsOf")));
    BO_TRY(read_targets(r, BO_SH_TARGET_OBJECTS, SH("targetObjectsOf")));
    BO_TRY(read_implicit_targets(r));
    BO_TRY(read_waiting(r));
    BO_TRY(mark_all(r));
    return r->wants_graph ? copy_graph(r) : BO_OK;
}

static bo_status read_all(bo_shapes *shapes, bo_source *source, const bo_shapes_options *o,
                          bo_arena *scratch) {
    bo_sh_reader r = {.shapes = shapes,
                      .source = source,
                      .labels = o->labels,
                      .arena = shapes->arena,
                      .scratch = scratch,
                      .batch = bo_arena_alloc(scratch, sizeof(bo_batch)),
                      .shape_cap = o->shape_cap ? o->shape_cap : 10000,
                      .list_cap = o->list_cap ? o->list_cap : 100000};
    if (r.batch == NULL) return bo_error_last()->status;
    bo_idmap_init(&r.made, scratch);
    bo_map_init(&r.numbers, scratch);
    bo_map_init(&shapes->classes, shapes->arena);
    bo_map_init(&shapes->labels, shapes->arena);
    shapes->graph_iri = bo_arena_str(shapes->arena, o->graph);
    return shapes->graph_iri.ptr != NULL ? compile(&r) : bo_error_last()->status;
}

bo_status bo_shapes_new(bo_shapes **out, bo_source *source, const bo_shapes_options *options) {
    static const bo_shapes_options none;
    bo_arena *arena = bo_arena_new(0), *scratch = bo_arena_new(0);
    bo_shapes *shapes = arena != NULL ? BO_NEW(arena, bo_shapes) : NULL;
    bo_status status = BO_NO_MEMORY;
    if (shapes != NULL && scratch != NULL) {
        shapes->arena = arena;
        status = read_all(shapes, source, options != NULL ? options : &none, scratch);
    }
    bo_arena_free(scratch);
    if (status == BO_OK)
        *out = shapes;
    else if (shapes != NULL)
        bo_shapes_free(shapes);
    else
        bo_arena_free(arena);
    return status;
}

void bo_shapes_free(bo_shapes *shapes) {
    if (shapes == NULL) return;
    for (bo_sh_rule *rule = shapes->kept; rule != NULL; rule = rule->next_kept) {
        bo_regex_free(rule->regex);
        if (rule->query != NULL) bo_query_free(rule->query->query);
    }
    bo_graph_free(shapes->graph);
    bo_arena_free(shapes->arena);
}

size_t bo_shapes_targeted(const bo_shapes *shapes) {
    return shapes->targeted_count;
}
