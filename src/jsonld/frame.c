/* SPDX-License-Identifier: Apache-2.0
 * Framing (JSON-LD 1.1 Framing 4 and 5): the nodes of a document as the tree that a frame draws.
 */
#include "jsonld/frame.h"

#include "jsonld/compact.h"

/* Where matches go: the state of Framing 4.1 and its parameters. */
typedef struct spot {
    bo_ld_framer *f;
    bo_ld_graph *graph;
    bo_json *parent; /* an array, or an object with `property` */
    bo_str property;
    bo_json *values; /* what stands there already, NULL: nothing, or not looked for */
    bool embedded;   /* reached by a reference */
} spot;

static bo_status frame_nodes(spot *at, const bo_str *ids, size_t count, const bo_ld_pattern *p);

static bo_status put(const spot *at, bo_json *value) {
    bo_ld *ld = at->f->ld;
    bo_json *values = at->parent;
    BO_TRY(bo_ld_count(ld, 1));
    if (values->kind == BO_JSON_OBJECT)
        BO_TRY(bo_ld_node_map_property(ld, &values, at->parent, at->property));
    return bo_ld_made(bo_json_push(ld->arena, values, value));
}

static bo_status ids_of(bo_ld *ld, bo_str **out, size_t *count, const bo_ld_graph *graph) {
    bo_map_entry **sorted = bo_ld_sorted_entries(ld->arena, &graph->nodes, count);
    bo_str *ids = bo_arena_array(ld->arena, *count, sizeof *ids);
    if (sorted == NULL || ids == NULL) return bo_ld_made(NULL);
    for (size_t i = 0; i < *count; i++) ids[i] = sorted[i]->key;
    *out = ids;
    return BO_OK;
}

/* Remembers where the name of a blank node stands; NULL once it stands in two places. */
static bo_status note_blank(bo_ld_framer *f, bo_str id, bo_json *output) {
    bool first;
    bo_value *place = bo_map_put(&f->blanks, id, &first);
    BO_TRY(bo_ld_made(place));
    place->ptr = first ? output : NULL;
    return BO_OK;
}

/* The pattern under a property of a frame, or one for anything with the flags of the frame around it. */
static bo_status pattern_under(bo_ld_framer *f, const bo_ld_pattern **out, bo_ld_pattern *room,
                               const bo_json *frames, const bo_ld_flags *flags) {
    if (frames != NULL && frames->len > 0) return bo_ld_pattern_of(f, out, frames);
    *room = (bo_ld_pattern){.frame = f->any, .flags = *flags};
    *out = room;
    return BO_OK;
}

/* 4.5: the node is also the name of a graph. */
static bo_status frame_graph(spot at, bo_str id, bo_json *output, const bo_ld_pattern *p) {
    bo_ld_framer *f = at.f;
    const bo_value *named = bo_map_get(&f->map.graphs, id);
    const bo_json *frames = bo_ld_get(p->frame, BO_LD_GRAPH);
    if (named == NULL) return BO_OK;
    if (frames == NULL && bo_str_eq(at.graph->name, BO_LD_MERGED)) return BO_OK;
    const bo_ld_pattern *inner;
    bo_str *ids;
    size_t count;
    bool object = bo_json_is(frames, BO_JSON_OBJECT) || bo_json_is(bo_json_at(frames, 0), BO_JSON_OBJECT);
    BO_TRY(bo_ld_pattern_of(f, &inner, object ? frames : f->any));
    spot in = {.f = f, .graph = named->ptr, .parent = output, .property = KEYWORD(GRAPH)};
    BO_TRY(ids_of(f->ld, &ids, &count, in.graph));
    return frame_nodes(&in, ids, count, inner);
}

static bool is_reference(const bo_json *value) {
    return value->kind == BO_JSON_OBJECT && value->len == 1 && bo_ld_get(value, BO_LD_ID) != NULL;
}

static bo_status frame_list(spot at, const bo_json *list, const bo_json *frames, const bo_ld_pattern *p) {
    bo_ld *ld = at.f->ld;
    const bo_ld_pattern *inner;
    bo_ld_pattern room;
    bo_json *items = bo_json_new(ld->arena, BO_JSON_ARRAY);
    bo_json *result = bo_ld_set(ld->arena, bo_json_new(ld->arena, BO_JSON_OBJECT), BO_LD_LIST, items);
    BO_TRY(bo_ld_made(result));
    BO_TRY(put(&at, result));
    frames = bo_ld_get(bo_json_at(frames, 0), BO_LD_LIST);
    BO_TRY(pattern_under(at.f, &inner, &room, frames, &p->flags));
    at.parent = at.values = items;
    for (uint32_t i = 0; i < list->len; i++) {
        bo_json *item = list->items[i];
        if (is_reference(item))
            BO_TRY(frame_nodes(&at, &bo_ld_get(item, BO_LD_ID)->text, 1, inner));
        else
            BO_TRY(put(&at, item));
    }
    return BO_OK;
}

/* 4.7.3 for all values of one property. */
static bo_status frame_values(spot at, const bo_json *values, const bo_ld_pattern *p) {
    const bo_json *frames = bo_json_get(p->frame, at.property);
    const bo_ld_pattern *inner;
    bo_ld_pattern room;
    BO_TRY(pattern_under(at.f, &inner, &room, frames, &p->flags));
    at.embedded = true;
    at.values = NULL;
    for (uint32_t i = 0; i < values->len; i++) {
        bo_json *item = values->items[i];
        const bo_json *list = bo_ld_get(item, BO_LD_LIST);
        if (list != NULL)
            BO_TRY(frame_list(at, list, frames, p));
        else if (is_reference(item))
            BO_TRY(frame_nodes(&at, &bo_ld_get(item, BO_LD_ID)->text, 1, inner));
        else if (bo_ld_matches_value(inner->frame, item))
            BO_TRY(put(&at, item));
    }
    return BO_OK;
}

/* 4.7.4: what the frame asks for and the node does not have. */
static bo_status add_default(bo_ld_framer *f, bo_json *output, bo_str key, const bo_json *frames) {
    const bo_ld_pattern *next;
    bo_arena *arena = f->ld->arena;
    BO_TRY(bo_ld_pattern_of(f, &next, frames->len > 0 ? frames : f->any));
    if (next->omit_default || bo_json_get(output, key) != NULL) return BO_OK;
    bo_json *preset = bo_ld_get(next->frame, BO_LD_DEFAULT);
    if (bo_json_is(preset, BO_JSON_ARRAY)) preset = bo_json_at(preset, 0);
    const bo_json *text = bo_ld_get(preset, BO_LD_VALUE);
    if (text == NULL) text = preset;
    if (bo_str_eq(bo_json_string(text), BO_STR("@null"))) preset = NULL;
    f->has_null |= preset == NULL;
    BO_TRY(bo_ld_count(f->ld, 1));
    bo_json *values = bo_json_push(arena, bo_json_new(arena, BO_JSON_ARRAY), preset ? preset : f->null);
    return bo_ld_made(bo_json_add(arena, output, key, values));
}

static bo_status add_defaults(bo_ld_framer *f, bo_json *output, const bo_ld_pattern *p) {
    const bo_json *type = bo_json_is(p->type, BO_JSON_ARRAY) ? bo_json_at(p->type, 0) : NULL;
    if (bo_ld_get(type, BO_LD_DEFAULT) != NULL) BO_TRY(add_default(f, output, KEYWORD(TYPE), p->type));
    for (size_t i = 0; i < p->count; i++)
        BO_TRY(add_default(f, output, p->properties[i]->key, p->properties[i]->value));
    return BO_OK;
}

/* id -> the nodes of the graph that mention it under a property. Looked up once for all nodes, or a frame
 * with
 * @reverse would take a quadratic time. */
static bo_status mentions_under(const spot *at, bo_map **out, bo_str property) {
    bo_ld *ld = at->f->ld;
    bo_str key = bo_arena_join(ld->arena, (bo_str){(const char *)&at->graph, sizeof at->graph}, property);
    BO_TRY(bo_ld_made(key.ptr));
    bo_value *place = bo_map_put(&at->f->mentions, key, NULL);
    BO_TRY(bo_ld_made(place));
    *out = place->ptr;
    if (*out != NULL) return BO_OK;
    BO_TRY(bo_ld_made(place->ptr = *out = BO_NEW(ld->arena, bo_map)));
    bo_map_init(*out, ld->arena);
    bo_str *ids;
    size_t count;
    BO_TRY(ids_of(ld, &ids, &count, at->graph));
    for (size_t i = 0; i < count; i++) {
        const bo_json *values = bo_json_get(bo_map_get(&at->graph->nodes, ids[i])->ptr, property);
        for (uint32_t j = 0; values != NULL && j < values->len; j++) {
            bo_str id = bo_json_string(bo_ld_get(values->items[j], BO_LD_ID));
            if (id.ptr == NULL) continue;
            bo_value *found = bo_map_put(*out, id, NULL);
            BO_TRY(bo_ld_made(found));
            if (found->ptr == NULL) found->ptr = bo_json_new(ld->arena, BO_JSON_ARRAY);
            found->ptr = bo_json_push(ld->arena, found->ptr, bo_ld_string(ld->arena, ids[i]));
            BO_TRY(bo_ld_made(found->ptr));
        }
    }
    return BO_OK;
}

/* 4.7.5 */
static bo_status frame_reverse(spot at, bo_str id, bo_json *output, const bo_json *reverse) {
    bo_ld *ld = at.f->ld;
    const bo_json_member **sorted = bo_ld_sorted(ld->arena, reverse);
    BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < reverse->len; i++) {
        bo_map *mentions;
        const bo_ld_pattern *inner;
        BO_TRY(mentions_under(&at, &mentions, sorted[i]->key));
        const bo_value *found = bo_map_get(mentions, id);
        if (found == NULL) continue;
        BO_TRY(bo_ld_pattern_of(at.f, &inner, sorted[i]->value));
        bo_json *map = bo_ld_get(output, BO_LD_REVERSE);
        if (map == NULL) {
            map = bo_json_new(ld->arena, BO_JSON_OBJECT);
            BO_TRY(bo_ld_made(bo_ld_set(ld->arena, output, BO_LD_REVERSE, map)));
        }
        BO_TRY(bo_ld_node_map_property(ld, &at.parent, map, sorted[i]->key));
        at.embedded = true;
        at.values = at.parent;
        const bo_json *nodes = found->ptr;
        for (uint32_t j = 0; j < nodes->len; j++) BO_TRY(frame_nodes(&at, &nodes->items[j]->text, 1, inner));
    }
    return BO_OK;
}

/* 4.5 to 4.7.5: what a node that is embedded here says. */
static bo_status fill(spot at, bo_str id, bo_json *node, bo_json *output, const bo_ld_pattern *p) {
    bo_ld *ld = at.f->ld;
    BO_TRY(frame_graph(at, id, output, p));
    spot in = {.f = at.f, .graph = at.graph, .parent = output};
    const bo_json *included = bo_ld_get(p->frame, BO_LD_INCLUDED);
    if (included != NULL) {
        const bo_ld_pattern *inner;
        bo_str *ids;
        size_t count;
        BO_TRY(bo_ld_pattern_of(at.f, &inner, included));
        BO_TRY(ids_of(ld, &ids, &count, at.graph));
        in.property = KEYWORD(INCLUDED);
        BO_TRY(frame_nodes(&in, ids, count, inner));
    }
    const bo_json_member **sorted = bo_ld_sorted(ld->arena, node);
    BO_TRY(bo_ld_made(sorted));
    for (uint32_t i = 0; i < node->len; i++) {
        in.property = sorted[i]->key;
        bo_ld_keyword keyword = bo_ld_keyword_of(in.property);
        for (uint32_t j = 0; keyword == BO_LD_TYPE && j < sorted[i]->value->len; j++) {
            bo_str type = bo_json_string(sorted[i]->value->items[j]);
            if (bo_ld_is_blank(type)) BO_TRY(note_blank(at.f, type, NULL));
        }
        if (keyword != BO_LD_NO_KEYWORD)
            BO_TRY(bo_ld_made(bo_json_set(ld->arena, output, in.property, sorted[i]->value)));
        else if (!p->flags.explicit || bo_json_get(p->frame, in.property) != NULL)
            BO_TRY(frame_values(in, sorted[i]->value, p));
    }
    BO_TRY(add_defaults(at.f, output, p));
    const bo_json *reverse = bo_ld_get(p->frame, BO_LD_REVERSE);
    return reverse == NULL ? BO_OK : frame_reverse(at, id, output, reverse);
}

/* Where a node has been embedded. Each top-level match is a tree of its own. */
typedef struct holder {
    uint64_t top_level;
    bo_json *output;
    bool filling; /* to meet the node again meanwhile is a circle */
} holder;

static bo_status holder_of(bo_ld_framer *f, holder **out, const bo_json *node) {
    bo_value *place = bo_idmap_put(&f->held, (uint64_t)(uintptr_t)node, NULL);
    BO_TRY(bo_ld_made(place));
    if (place->ptr == NULL) place->ptr = BO_NEW(f->ld->arena, holder);
    *out = place->ptr;
    return bo_ld_made(*out);
}

/* JSON-LD 1.0: an embedded node becomes a reference, and what it held can be embedded again. */
static bo_status let_go(const spot *at, bo_json *output) {
    bo_str id = bo_json_string(bo_ld_get(output, BO_LD_ID));
    const bo_value *node = id.ptr ? bo_map_get(&at->graph->nodes, id) : NULL;
    holder *held = NULL;
    if (node != NULL) BO_TRY(holder_of(at->f, &held, node->ptr));
    if (held != NULL && held->output == output) held->top_level = 0;
    if (output->kind == BO_JSON_ARRAY)
        for (uint32_t i = 0; i < output->len; i++) BO_TRY(let_go(at, output->items[i]));
    if (output->kind == BO_JSON_OBJECT)
        for (uint32_t i = 0; i < output->len; i++) BO_TRY(let_go(at, output->members[i].value));
    return BO_OK;
}

/* 4.4 for one match. */
static bo_status frame_node(spot *at, bo_str id, bo_json *node, const bo_ld_pattern *p) {
    bo_ld_framer *f = at->f;
    holder *held;
    if (at->property.ptr == NULL && !at->embedded) f->top_level++;
    BO_TRY(holder_of(f, &held, node));
    bool here = held->top_level == f->top_level, was_filling = here && held->filling;
    if (!at->embedded && here) return BO_OK;
    bool refer = at->embedded && (p->flags.embed == BO_EMBED_NEVER || was_filling ||
                                  (p->flags.embed == BO_EMBED_ONCE && here));
    bo_json *output = bo_ld_reference(f->ld->arena, id, refer ? 1 : node->len + (uint32_t)p->count);
    BO_TRY(bo_ld_made(output));
    if (bo_ld_is_blank(id)) BO_TRY(note_blank(f, id, output));
    if (refer) return put(at, output);
    if (here && p->flags.embed == BO_LD_EMBED_LAST) {
        BO_TRY(let_go(at, held->output));
        held->output->len = 1;
        held->output->indexed = false;
    }
    *held = (holder){f->top_level, output, true};
    BO_TRY(fill(*at, id, node, output, p));
    held->filling = false;
    return put(at, output);
}

/* Framing 4.1; the ids come in the order in which their nodes are to be framed. */
static bo_status frame_nodes(spot *at, const bo_str *ids, size_t count, const bo_ld_pattern *p) {
    BO_TRY(bo_ld_enter(at->f->ld));
    for (size_t i = 0; i < count; i++) {
        const bo_value *node = bo_map_get(&at->graph->nodes, ids[i]);
        bool yes = false;
        if (node != NULL) BO_TRY(bo_ld_matches(at->f, &yes, at->graph, node->ptr, p));
        if (yes) BO_TRY(frame_node(at, ids[i], node->ptr, p));
    }
    bo_ld_leave(at->f->ld);
    return BO_OK;
}

/* frame() step 16: blank nodes whose name stands only once lose it. */
static void prune(const bo_ld_framer *f) {
    const bo_map_entry *entry;
    for (uint32_t at = 0; (entry = bo_map_next(&f->blanks, &at)) != NULL;)
        if (entry->value.ptr != NULL) bo_json_unset(entry->value.ptr, KEYWORD(ID));
}

/* frame() step 19: arrays that hold nothing but an absent value are empty. */
static void empty_nulls(const bo_ld_framer *f, bo_json *value) {
    if (value->kind == BO_JSON_ARRAY) {
        if (value->len == 1 && value->items[0] == f->null) value->len = 0;
        for (uint32_t i = 0; i < value->len; i++) empty_nulls(f, value->items[i]);
    } else if (value->kind == BO_JSON_OBJECT) {
        for (uint32_t i = 0; i < value->len; i++) empty_nulls(f, value->members[i].value);
    }
}

/* Whether the frame has a top-level @graph, and so asks for the default graph instead of all together. */
static bo_status asks_for_graph(bo_ld *ld, bool *out, const bo_ld_context *active, const bo_json *frame) {
    *out = false;
    for (uint32_t i = 0; frame->kind == BO_JSON_OBJECT && i < frame->len && !*out; i++) {
        bo_str key;
        BO_TRY(bo_ld_expand_iri(ld, &key, active, frame->members[i].key, BO_LD_AS_VOCAB, NULL));
        *out = bo_ld_keyword_of(key) == BO_LD_GRAPH;
    }
    return BO_OK;
}

/* The framed nodes, still expanded. */
static bo_status frame_expanded(bo_ld_framer *f, bo_json **out, const bo_json *expanded, const bo_json *frame,
                                bool default_graph) {
    bo_ld *ld = f->ld;
    spot top = {.f = f, .parent = bo_json_new(ld->arena, BO_JSON_ARRAY)};
    const bo_ld_pattern *p;
    bo_str *ids;
    size_t count;
    BO_TRY(bo_ld_made(top.parent));
    BO_TRY(bo_ld_node_map_make(&f->map, ld, expanded));
    top.graph = bo_ld_node_map_graph(&f->map, KEYWORD(DEFAULT));
    if (!default_graph) BO_TRY(bo_ld_node_map_merge(&f->map, &top.graph));
    BO_TRY(bo_ld_pattern_of(f, &p, frame->len == 0 ? f->any : frame));
    BO_TRY(ids_of(ld, &ids, &count, top.graph));
    BO_TRY(frame_nodes(&top, ids, count, p));
    if (!ld->options->mode_1_0) prune(f);
    *out = top.parent;
    return BO_OK;
}

/* frame() step 20: one node gets an @graph around it too, unless that is to be left out. */
static bo_status wrap(bo_ld *ld, bo_json **result, const bo_ld_context *active, uint32_t nodes) {
    bo_ld_place place = {.ld = ld, .active = active};
    int omit = ld->options->omit_graph;
    bool single = nodes == 0 || (nodes == 1 && !ld->options->keep_single_arrays);
    if (omit > 0 || (omit == 0 && !ld->options->mode_1_0) || !single) return BO_OK;
    bo_json *array = bo_json_new(ld->arena, BO_JSON_ARRAY), *whole = bo_json_new(ld->arena, BO_JSON_OBJECT);
    bo_str alias;
    if (nodes > 0) array = bo_json_push(ld->arena, array, *result);
    BO_TRY(bo_ld_alias(&place, &alias, BO_LD_GRAPH));
    *result = bo_json_set(ld->arena, whole, alias, array);
    return bo_ld_made(*result);
}

bo_status bo_jsonld_frame(bo_json **out, const bo_json *input, const bo_json *frame,
                          const bo_jsonld_options *options, bo_arena *arena) {
    bo_ld ld;
    bo_ld_framer f = {.ld = &ld};
    const bo_ld_context *start, *active;
    bo_json *expanded, *expanded_frame, *framed, *result;
    bool default_graph;
    bo_ld_init(&ld, options, arena);
    bo_idmap_init(&f.patterns, arena);
    bo_idmap_init(&f.held, arena);
    bo_map_init(&f.mentions, arena);
    bo_map_init(&f.blanks, arena);
    f.any = bo_json_new(arena, BO_JSON_OBJECT);
    f.null = bo_json_new(arena, BO_JSON_NULL);
    if (f.any == NULL || f.null == NULL) return bo_ld_made(NULL);
    BO_TRY(bo_ld_start(&ld, &start));
    BO_TRY(bo_ld_expand(&ld, &expanded, start, input));
    ld.framing = true;
    BO_TRY(bo_ld_expand(&ld, &expanded_frame, start, frame));
    ld.framing = false;
    BO_TRY(bo_ld_written_context(&ld, &active, bo_ld_get(frame, BO_LD_CONTEXT)));
    BO_TRY(asks_for_graph(&ld, &default_graph, active, frame));
    BO_TRY(frame_expanded(&f, &framed, expanded, expanded_frame, default_graph));
    BO_TRY(bo_ld_compact(&ld, &result, active, framed));
    BO_TRY(wrap(&ld, &result, active, framed->len));
    if (f.has_null) empty_nulls(&f, result);
    return bo_ld_add_context(arena, out, result, bo_ld_get(frame, BO_LD_CONTEXT));
}
