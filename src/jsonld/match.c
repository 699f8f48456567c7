/* SPDX-License-Identifier: Apache-2.0
 * Patterns of a frame and the nodes that match them (Framing 4.2).
 */
#include "bocage/iri.h"

#include "jsonld/frame.h"

static bool empty_object(const bo_json *value) {
    return bo_json_is(value, BO_JSON_OBJECT) && value->len == 0;
}

/* A flag's value: a scalar or a value object, alone or first of an array. */
static const bo_json *flag_value(const bo_json *frame, bo_ld_keyword keyword) {
    const bo_json *value = bo_json_at(bo_ld_get(frame, keyword), 0);
    const bo_json *inner = bo_ld_get(value, BO_LD_VALUE);
    return inner ? inner : value;
}

static bool bool_flag(const bo_json *frame, bo_ld_keyword keyword, bool otherwise) {
    const bo_json *value = flag_value(frame, keyword);
    return value == NULL ? otherwise
                         : value->kind == BO_JSON_TRUE || bo_str_eq(bo_json_string(value), BO_STR("true"));
}

static bo_status embed_flag(const bo_ld_framer *f, int *out, const bo_json *frame) {
    static const struct {
        bo_str name;
        int embed;
        bool only_1_0;
    } names[] = {{{"@once", 5}, BO_EMBED_ONCE, false},     {{"true", 4}, BO_EMBED_ONCE, false},
                 {{"@always", 7}, BO_EMBED_ALWAYS, false}, {{"@never", 6}, BO_EMBED_NEVER, false},
                 {{"false", 5}, BO_EMBED_NEVER, false},    {{"@first", 6}, BO_EMBED_ONCE, true},
                 {{"@last", 5}, BO_LD_EMBED_LAST, true}};
    const bo_json *value = flag_value(frame, BO_LD_EMBED);
    if (value == NULL) return BO_OK;
    bo_str text = value->kind == BO_JSON_TRUE    ? BO_STR("true")
                  : value->kind == BO_JSON_FALSE ? BO_STR("false")
                                                 : bo_json_string(value);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!bo_str_eq(text, names[i].name) || (names[i].only_1_0 && !f->ld->options->mode_1_0)) continue;
        *out = names[i].embed;
        return BO_OK;
    }
    return BO_LD_FAIL("invalid @embed value",
                      "@embed of the frame is \"%.*s\", and must be \"@once\", \"@always\" or \"@never\"",
                      BO_STR_ARG(text));
}

/* @id and @type of a frame hold IRIs, or {} for any; @type may have a default. */
static bo_status check_iris(const bo_json *frame, bo_ld_keyword keyword) {
    const bo_json *values = bo_ld_get(frame, keyword), *room;
    bo_json wrap;
    if (values == NULL) return BO_OK;
    values = bo_ld_as_const_array(values, &room, &wrap);
    for (uint32_t i = 0; i < values->len; i++) {
        bo_str iri = bo_json_string(values->items[i]);
        bool json = keyword == BO_LD_TYPE && bo_ld_keyword_of(iri) == BO_LD_JSON;
        if (values->items[i]->kind != BO_JSON_OBJECT && !json && !bo_ld_is_iri(iri))
            return BO_LD_FAIL("invalid frame", "%.*s of the frame has \"%.*s\", which is no IRI",
                              BO_STR_ARG(bo_ld_text[keyword]), BO_STR_ARG(iri));
    }
    return BO_OK;
}

static bo_status fill(bo_ld_framer *f, bo_ld_pattern *p) {
    const bo_json *frame = p->frame;
    const bo_jsonld_options *options = f->ld->options;
    p->flags = (bo_ld_flags){.embed = (int)options->embed,
                             .explicit = bool_flag(frame, BO_LD_EXPLICIT, options->explicit_inclusion),
                             .require_all = bool_flag(frame, BO_LD_REQUIRE_ALL, options->require_all)};
    p->omit_default = bool_flag(frame, BO_LD_OMIT_DEFAULT, options->omit_default);
    BO_TRY(embed_flag(f, &p->flags.embed, frame));
    BO_TRY(check_iris(frame, BO_LD_ID));
    BO_TRY(check_iris(frame, BO_LD_TYPE));
    p->id = bo_ld_get(frame, BO_LD_ID);
    p->type = bo_ld_get(frame, BO_LD_TYPE);
    p->properties = bo_ld_sorted(f->ld->arena, frame);
    BO_TRY(bo_ld_made(p->properties));
    for (uint32_t i = 0; i < frame->len; i++)
        if (bo_ld_keyword_of(p->properties[i]->key) == BO_LD_NO_KEYWORD)
            p->properties[p->count++] = p->properties[i];
    return BO_OK;
}

bo_status bo_ld_pattern_of(bo_ld_framer *f, const bo_ld_pattern **out, const bo_json *frames) {
    const bo_json *frame = bo_json_is(frames, BO_JSON_ARRAY) ? bo_json_at(frames, 0) : frames;
    if (!bo_json_is(frame, BO_JSON_OBJECT))
        return BO_LD_FAIL("invalid frame", "a frame must be an object, or an array with one");
    bo_value *place = bo_idmap_put(&f->patterns, (uint64_t)(uintptr_t)frame, NULL);
    BO_TRY(bo_ld_made(place));
    if (place->ptr == NULL) {
        bo_ld_pattern *made = BO_NEW(f->ld->arena, bo_ld_pattern);
        BO_TRY(bo_ld_made(made));
        made->frame = frame;
        BO_TRY(fill(f, made));
        place = bo_idmap_get(&f->patterns, (uint64_t)(uintptr_t)frame);
        place->ptr = made;
    }
    *out = place->ptr;
    return BO_OK;
}

static bool holds(const bo_json *array, const bo_json *value) {
    for (uint32_t i = 0; array != NULL && i < array->len; i++)
        if (bo_json_eq(array->items[i], value)) return true;
    return false;
}

static bool matches_id(const bo_json *wanted, const bo_json *node) {
    return empty_object(bo_json_at(wanted, 0)) || holds(wanted, bo_ld_get(node, BO_LD_ID));
}

static bool matches_type(const bo_json *wanted, const bo_json *node) {
    const bo_json *types = bo_ld_get(node, BO_LD_TYPE);
    bool has_types = types != NULL && types->len > 0;
    if (wanted->len == 0) return !has_types;
    if (wanted->len == 1 && empty_object(wanted->items[0])) return has_types;
    for (uint32_t i = 0; i < wanted->len; i++)
        if (bo_ld_get(wanted->items[i], BO_LD_DEFAULT) != NULL || holds(types, wanted->items[i])) return true;
    return false;
}

/* One entry of a value pattern: no entry asks for none, {} for any, an array for one of several. */
static bool matches_entry(const bo_json *pattern, const bo_json *value, bo_ld_keyword keyword) {
    const bo_json *wanted = bo_ld_get(pattern, keyword), *own = bo_ld_get(value, keyword), *room;
    bo_json wrap;
    if (wanted == NULL) return own == NULL;
    if (own == NULL) return wanted->kind == BO_JSON_ARRAY && wanted->len == 0;
    wanted = bo_ld_as_const_array(wanted, &room, &wrap);
    if (empty_object(bo_json_at(wanted, 0)) || holds(wanted, own)) return true;
    for (uint32_t i = 0; keyword == BO_LD_LANGUAGE && i < wanted->len; i++)
        if (bo_str_eq_nocase(bo_json_string(wanted->items[i]), bo_json_string(own))) return true;
    return false;
}

bool bo_ld_matches_value(const bo_json *pattern, const bo_json *value) {
    if (bo_ld_get(pattern, BO_LD_VALUE) == NULL && bo_ld_get(pattern, BO_LD_TYPE) == NULL &&
        bo_ld_get(pattern, BO_LD_LANGUAGE) == NULL)
        return true;
    return matches_entry(pattern, value, BO_LD_VALUE) && matches_entry(pattern, value, BO_LD_TYPE) &&
           matches_entry(pattern, value, BO_LD_LANGUAGE);
}

static bool is_reference(const bo_json *value) {
    return bo_json_is(value, BO_JSON_OBJECT) && value->len == 1 && bo_ld_get(value, BO_LD_ID) != NULL;
}

/* Whether a value of a node is what the pattern asks for: a value, or the reference to a node that matches.
 */
static bo_status matches_item(bo_ld_framer *f, bool *out, const bo_ld_graph *graph, const bo_json *pattern,
                              const bo_json *item, const bo_ld_flags *flags) {
    *out = false;
    if (bo_ld_is_value(pattern)) {
        *out = bo_ld_is_value(item) && bo_ld_matches_value(pattern, item);
        return BO_OK;
    }
    bo_str id = bo_json_string(bo_ld_get(item, BO_LD_ID));
    const bo_value *node = id.ptr ? bo_map_get(&graph->nodes, id) : NULL;
    const bo_ld_pattern *known;
    if (node == NULL) return BO_OK;
    BO_TRY(bo_ld_pattern_of(f, &known, pattern));
    bo_ld_pattern own = *known;
    own.flags.require_all = flags->require_all;
    return bo_ld_matches(f, out, graph, node->ptr, &own);
}

typedef enum verdict { NO, YES, PASS_OVER, NEVER } verdict;

static bo_status matches_property(bo_ld_framer *f, verdict *out, const bo_ld_graph *graph,
                                  const bo_json *node, const bo_json_member *m, const bo_ld_flags *flags) {
    const bo_json *values = bo_json_get(node, m->key), *wanted = bo_json_at(m->value, 0);
    uint32_t count = values ? values->len : 0;
    *out = count > 0 ? NEVER : YES;
    if (wanted == NULL) return BO_OK; /* [] asks for no value at all */
    *out = count == 0 && bo_ld_get(wanted, BO_LD_DEFAULT) != NULL ? PASS_OVER : NO;
    if (count == 0) return BO_OK;
    const bo_json *list = bo_ld_get(wanted, BO_LD_LIST);
    if (list != NULL) {
        values = bo_ld_get(values->items[0], BO_LD_LIST);
        wanted = bo_json_at(list, 0);
        if (values == NULL || wanted == NULL) return BO_OK;
    } else if (!bo_ld_is_value(wanted) && !is_reference(wanted)) {
        *out = YES;
        return BO_OK;
    }
    bool found = false;
    for (uint32_t i = 0; i < values->len && !found; i++)
        BO_TRY(matches_item(f, &found, graph, wanted, values->items[i], flags));
    *out = found ? YES : NO;
    return BO_OK;
}

bo_status bo_ld_matches(bo_ld_framer *f, bool *out, const bo_ld_graph *graph, const bo_json *node,
                        const bo_ld_pattern *p) {
    bool all = p->flags.require_all, some = false;
    BO_TRY(bo_ld_enter(f->ld));
    *out = p->id == NULL || matches_id(p->id, node);
    bool settled = p->id != NULL && (!all || !*out);
    if (!settled && p->type != NULL) {
        *out = matches_type(p->type, node);
        settled = !all || !*out;
    }
    some = p->id != NULL || p->type != NULL;
    for (size_t i = 0; i < p->count && !settled; i++) {
        verdict v;
        BO_TRY(matches_property(f, &v, graph, node, p->properties[i], &p->flags));
        settled = v == NEVER || (v == NO && all);
        if (settled) *out = false;
        some |= v == YES;
    }
    if (!settled) *out = some || (p->type == NULL && p->count == 0);
    bo_ld_leave(f->ld);
    return BO_OK;
}
