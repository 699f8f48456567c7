/* SPDX-License-Identifier: Apache-2.0
 * Writes JSON-LD: through fromRdf, with blank nodes and parts of a document (its address and a fragment: an
 * actor's key) that are mentioned once put where they are mentioned, and compaction.
 */
#include "bocage/jsonld.h"

#include "base/map.h"
#include "syntax/write.h"

/* A node of the expanded form and what is known of it. */

typedef struct inner {
    bo_json *node;     /* NULL: it has no properties of its own */
    bo_json *place;    /* the reference to it that was seen last, */
    bo_json *owner;    /* and the node that it stands in */
    unsigned mentions; /* as a value */
} inner;

static bool is_blank(bo_str id) {
    return bo_str_starts(id, BO_STR("_:"));
}

static bool is_inner(bo_str id) {
    return is_blank(id) || bo_str_find(id, '#') < id.len;
}

static inner *inner_of(bo_map *inners, bo_str id, bo_arena *arena) {
    bool fresh;
    bo_value *value = bo_map_put(inners, id, &fresh);
    if (value != NULL && fresh) value->ptr = BO_NEW(arena, inner);
    return value != NULL ? value->ptr : NULL;
}

static bo_status count_mentions(bo_map *inners, bo_json *owner, bo_json *value, bo_arena *arena) {
    if (value->kind == BO_JSON_ARRAY) {
        for (uint32_t i = 0; i < value->len; i++)
            BO_TRY(count_mentions(inners, owner, value->items[i], arena));
        return BO_OK;
    }
    if (value->kind != BO_JSON_OBJECT) return BO_OK;
    bo_json *list = bo_json_get(value, BO_STR("@list"));
    if (list != NULL) return count_mentions(inners, owner, list, arena);
    bo_str id = bo_json_get_string(value, BO_STR("@id"));
    if (!is_inner(id)) return BO_OK;
    inner *found = inner_of(inners, id, arena);
    if (found == NULL) return bo_error_last()->status;
    found->mentions++;
    found->place = value;
    found->owner = owner;
    return BO_OK;
}

static bo_status survey(bo_map *inners, const bo_json *nodes, bo_arena *arena) {
    for (uint32_t i = 0; i < nodes->len; i++) {
        bo_json *node = nodes->items[i];
        bo_str id = bo_json_get_string(node, BO_STR("@id"));
        inner *found = is_inner(id) ? inner_of(inners, id, arena) : NULL;
        if (is_inner(id) && found == NULL) return bo_error_last()->status;
        if (found != NULL) found->node = node;
        for (uint32_t m = 0; m < node->len; m++)
            BO_TRY(count_mentions(inners, node, node->members[m].value, arena));
    }
    return BO_OK;
}

static inner *known(const bo_map *inners, const bo_json *node) {
    const bo_value *value = bo_map_get(inners, bo_json_get_string(node, BO_STR("@id")));
    return value != NULL ? value->ptr : NULL;
}

/* Whether a node is mentioned once, by a node that does not in the end hang on it. */
static bool nests(const bo_map *inners, const inner *first) {
    const inner *at = first;
    for (uint32_t steps = 0; at != NULL && at->mentions == 1 && steps <= inners->live; steps++) {
        at = known(inners, at->owner);
        if (at == first) return false;
    }
    return first->mentions == 1 && (at == NULL || at->mentions != 1);
}

static bo_status nest_inner_nodes(bo_json *nodes, bo_arena *arena) {
    bo_map inners;
    bo_map_init(&inners, arena);
    for (uint32_t i = 0; i < nodes->len; i++)
        if (bo_json_get(nodes->items[i], BO_STR("@graph")) != NULL) return BO_OK;
    BO_TRY(survey(&inners, nodes, arena));
    uint32_t kept = 0;
    for (uint32_t i = 0; i < nodes->len; i++) {
        inner *found = known(&inners, nodes->items[i]);
        if (found == NULL || !nests(&inners, found)) {
            nodes->items[kept++] = nodes->items[i];
            if (found != NULL) found->node = NULL;
        }
    }
    nodes->len = kept;
    uint32_t at = 0;
    for (bo_map_entry *entry; (entry = bo_map_next(&inners, &at)) != NULL;) {
        inner *found = entry->value.ptr;
        if (found->node == NULL) continue;
        if (is_blank(bo_json_get_string(found->node, BO_STR("@id"))))
            bo_json_unset(found->node, BO_STR("@id"));
        *found->place = *found->node;
    }
    return BO_OK;
}

static void to_front(bo_json *nodes, bo_str focus) {
    for (uint32_t i = 1; i < nodes->len; i++) {
        if (!bo_str_eq(bo_json_get_string(nodes->items[i], BO_STR("@id")), focus)) continue;
        bo_json *first = nodes->items[i];
        memmove(nodes->items + 1, nodes->items, i * sizeof *nodes->items);
        nodes->items[0] = first;
        break;
    }
}

/* What the focus links to by `embed` is written there. */
static bo_status embed_members(bo_json *nodes, bo_str embed, bool even_empty, bo_arena *arena) {
    bo_map places;
    bo_map_init(&places, arena);
    if (nodes->len == 0) return BO_OK;
    for (uint32_t i = 1; i < nodes->len; i++) {
        bool fresh;
        bo_value *place = bo_map_put(&places, bo_json_get_string(nodes->items[i], BO_STR("@id")), &fresh);
        if (place == NULL) return bo_error_last()->status;
        place->u64 = i;
    }
    bo_json *values = bo_json_get(nodes->items[0], embed);
    if (values == NULL && !even_empty) return BO_OK;
    if (values == NULL) {
        values = bo_json_new(arena, BO_JSON_ARRAY);
        if (bo_json_add(arena, nodes->items[0], embed, values) == NULL) return bo_error_last()->status;
    }
    for (uint32_t i = 0; i < values->len; i++) {
        const bo_value *place = bo_map_get(&places, bo_json_get_string(values->items[i], BO_STR("@id")));
        if (place == NULL || nodes->items[place->u64] == NULL) continue;
        values->items[i] = nodes->items[place->u64];
        nodes->items[place->u64] = NULL;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < nodes->len; i++)
        if (nodes->items[i] != NULL) nodes->items[kept++] = nodes->items[i];
    nodes->len = kept;
    return BO_OK;
}

/* All nodes but the first one become its @included. */
static bo_status include_others(bo_json *nodes, bo_arena *arena) {
    if (nodes->len < 2) return BO_OK;
    bo_json *others = bo_json_new(arena, BO_JSON_ARRAY);
    for (uint32_t i = 1; i < nodes->len && others != NULL; i++)
        others = bo_json_push(arena, others, nodes->items[i]);
    nodes->len = 1;
    bool done = others != NULL && bo_json_add(arena, nodes->items[0], BO_STR("@included"), others) != NULL;
    return done ? BO_OK : bo_error_last()->status;
}

static bo_status write(bo_text *out, bo_source *source, const bo_write_options *options, bo_arena *arena) {
    bo_json *expanded, *written = NULL;
    bo_jsonld_options how = {.loader = options->loader,
                             .use_native_types = options->jsonld_context.len > 0,
                             .exact_native_types = true,
                             .no_relative = true};
    BO_TRY(bo_jsonld_from_rdf(&expanded, source, &how, arena));
    to_front(expanded, options->focus);
    if (options->jsonld_context.len == 0) {
        bo_json_write(out, expanded);
        return out->status;
    }
    BO_TRY(nest_inner_nodes(expanded, arena));
    if (options->embed.len > 0) BO_TRY(embed_members(expanded, options->embed, options->embed_empty, arena));
    if (options->is_piece) BO_TRY(include_others(expanded, arena));
    BO_TRY(bo_json_parse(&written, options->jsonld_context, NULL, arena));
    bo_json *compacted;
    if (options->jsonld_processed != NULL)
        BO_TRY(bo_jsonld_compact_with(&compacted, expanded, options->jsonld_processed, written, &how, arena));
    else
        BO_TRY(bo_jsonld_compact(&compacted, expanded, written, &how, arena));
    if (options->is_piece) bo_json_unset(compacted, BO_STR("@context"));
    bo_json_write(out, compacted);
    return out->status;
}

bo_status bo_write_jsonld(bo_text *out, bo_source *source, const bo_write_options *options) {
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = write(out, source, options, arena);
    bo_arena_free(arena);
    return status;
}
