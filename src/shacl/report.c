/* SPDX-License-Identifier: Apache-2.0
 * The parts of results, and the validation report as RDF (section 3.6).
 */
#include "shacl/shapes.h"

bo_term bo_result_shape(const bo_result *result) {
    return result->rule->shape->term;
}

bo_term bo_result_constraint(const bo_result *result) {
    return result->rule->source;
}

bo_str bo_result_severity(const bo_result *result) {
    return result->rule->shape->severity_iri;
}

bo_str bo_result_component(const bo_result *result) {
    static const bo_str names[] = {
#define BO_COMPONENT(name, local, parameter, use, read, check, french, english)                              \
    {BO_SH_NS local "ConstraintComponent", sizeof BO_SH_NS local "ConstraintComponent" - 1},
#include "shacl/component.def"
        {BO_SH_NS "SPARQLConstraintComponent", sizeof BO_SH_NS "SPARQLConstraintComponent" - 1},
    };
    return result->rule->component == BO_SH_CUSTOM ? result->rule->custom : names[result->rule->component];
}

bo_str bo_result_path(const bo_result *result, bo_arena *arena) {
    bo_text text;
    if (result->path == NULL) return BO_STR("");
    bo_text_init(&text, 0);
    bo_sh_path_text(&text, result->path, true, arena);
    bo_str path = bo_arena_str(arena, bo_text_str(&text));
    bo_text_done(&text);
    return path;
}

/* RDF. Blank nodes of the data, of the shapes and of the report are kept apart by how their labels begin. */

typedef struct writing {
    bo_graph *out;
    bo_arena *arena;
    unsigned nodes;
} writing;

static bo_status say(writing *w, bo_term subject, bo_str predicate, bo_term object) {
    bo_quad quad = {subject, bo_term_iri(predicate), object, {0}};
    return bo_graph_add(w->out, &quad);
}

static bo_status new_node(writing *w, bo_term *out) {
    *out = bo_term_blank(bo_arena_printf(w->arena, "report-%u", w->nodes++));
    return out->value.ptr != NULL ? BO_OK : bo_error_last()->status;
}

static bo_term apart(writing *w, bo_term term, const char *start) {
    if (term.kind == BO_BLANK) term.value = bo_arena_join(w->arena, bo_str_of(start), term.value);
    return term;
}

static bo_status say_path(writing *w, bo_term *out, const bo_sh_path *path);

static bo_status say_list(writing *w, bo_term *out, const bo_sh_path *path) {
    bo_term cell, next, part;
    BO_TRY(new_node(w, &cell));
    *out = cell;
    for (size_t i = 0; i < path->count; i++) {
        next = bo_term_iri(BO_RDF_NIL);
        if (i + 1 < path->count) BO_TRY(new_node(w, &next));
        BO_TRY(say_path(w, &part, path->parts[i]));
        BO_TRY(say(w, cell, BO_RDF_FIRST, part));
        BO_TRY(say(w, cell, BO_RDF_REST, next));
        cell = next;
    }
    return BO_OK;
}

static bo_status say_path(writing *w, bo_term *out, const bo_sh_path *path) {
    static const char *const properties[] = {[BO_SH_INVERSE] = BO_SH_NS "inversePath",
                                             [BO_SH_ALTERNATIVE] = BO_SH_NS "alternativePath",
                                             [BO_SH_ZERO_OR_MORE] = BO_SH_NS "zeroOrMorePath",
                                             [BO_SH_ONE_OR_MORE] = BO_SH_NS "oneOrMorePath",
                                             [BO_SH_ZERO_OR_ONE] = BO_SH_NS "zeroOrOnePath"};
    bo_term inner;
    *out = bo_term_iri(path->iri);
    if (path->kind == BO_SH_LINK) return BO_OK;
    if (path->kind == BO_SH_SEQUENCE) return say_list(w, out, path);
    BO_TRY(new_node(w, out));
    BO_TRY(path->kind == BO_SH_ALTERNATIVE ? say_list(w, &inner, path) : say_path(w, &inner, path->parts[0]));
    return say(w, *out, bo_str_of(properties[path->kind]), inner);
}

static bo_status say_messages(writing *w, bo_term node, const bo_result *result) {
    for (size_t i = 0; i < result->message_count; i++)
        BO_TRY(say(w, node, SH("resultMessage"), result->messages[i]));
    for (unsigned i = 0; i < BO_LANGUAGE_COUNT && result->message_count == 0; i++) {
        bo_str text = bo_result_sentence(result, (bo_language)i, w->arena);
        if (text.ptr == NULL) return bo_error_last()->status;
        BO_TRY(say(w, node, SH("resultMessage"), bo_term_lang(text, bo_language_tag((bo_language)i))));
    }
    return BO_OK;
}

/* At sh:result of the report, or at sh:detail of another result. */
static bo_status say_result(writing *w, bo_term owner, bo_str property, const bo_result *result) {
    bo_term node, path, constraint = bo_result_constraint(result);
    BO_TRY(new_node(w, &node));
    BO_TRY(say(w, owner, property, node));
    for (size_t i = 0; i < result->detail_count; i++)
        BO_TRY(say_result(w, node, SH("detail"), &result->details[i]));
    BO_TRY(say(w, node, BO_RDF_TYPE, bo_term_iri(SH("ValidationResult"))));
    BO_TRY(say(w, node, SH("focusNode"), apart(w, result->focus, "data-")));
    if (result->value.kind != BO_NO_TERM) BO_TRY(say(w, node, SH("value"), apart(w, result->value, "data-")));
    if (result->path != NULL) {
        BO_TRY(say_path(w, &path, result->path));
        BO_TRY(say(w, node, SH("resultPath"), path));
    }
    BO_TRY(say(w, node, SH("resultSeverity"), bo_term_iri(bo_result_severity(result))));
    BO_TRY(say(w, node, SH("sourceConstraintComponent"), bo_term_iri(bo_result_component(result))));
    BO_TRY(say(w, node, SH("sourceShape"), apart(w, bo_result_shape(result), "shapes-")));
    if (constraint.kind != BO_NO_TERM)
        BO_TRY(say(w, node, SH("sourceConstraint"), apart(w, constraint, "shapes-")));
    return say_messages(w, node, result);
}

static bo_status say_report(writing *w, const bo_report *report) {
    bo_term node;
    BO_TRY(new_node(w, &node));
    BO_TRY(say(w, node, BO_RDF_TYPE, bo_term_iri(SH("ValidationReport"))));
    bo_str conforms = report->conforms ? BO_STR("true") : BO_STR("false");
    BO_TRY(say(w, node, SH("conforms"), bo_term_typed(conforms, BO_XSD_BOOLEAN)));
    for (size_t i = 0; i < report->len; i++) BO_TRY(say_result(w, node, SH("result"), &report->results[i]));
    return BO_OK;
}

bo_status bo_report_write(bo_graph *out, const bo_report *report) {
    writing w = {.out = out, .arena = bo_arena_new(0)};
    bo_status status = w.arena != NULL ? say_report(&w, report) : BO_NO_MEMORY;
    bo_arena_free(w.arena);
    return status;
}
