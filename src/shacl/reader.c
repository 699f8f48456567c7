/* SPDX-License-Identifier: Apache-2.0
 * A shapes graph as nodes: what stands at a property, lists, instances, labels.
 */
#include "shacl/reader.h"

#include <stdarg.h>
#include <stdio.h>

bo_status bo_sh_room(bo_arena *arena, void *items, size_t len, size_t item_size) {
    bool full = len == 0 || (len >= 4 && (len & (len - 1)) == 0);
    if (!full) return BO_OK;
    void *old;
    memcpy(&old, items, sizeof old);
    void *grown = len == 0 ? bo_arena_array(arena, 4, item_size)
                           : bo_arena_grow(arena, old, len * item_size, len * 2 * item_size);
    if (grown == NULL) return bo_error_last()->status;
    memcpy(items, &grown, sizeof grown);
    return BO_OK;
}

/* A shape by its name, or, when it has none, by that of the one that it is part of and by its path. */
static bo_status put_shape(bo_sh_reader *r, bo_text *out, bo_id node) {
    const bo_value *slot = bo_idmap_get(&r->made, node);
    const bo_sh_shape *shape = slot != NULL ? slot->ptr : NULL, *named = shape;
    bo_term term;
    BO_TRY(bo_source_term_of(r->source, &term, node, r->scratch));
    while (named != NULL && named->term.kind != BO_IRI) named = named->within;
    bo_term_write(out, named != NULL ? &named->term : &term);
    if (named == shape || named == NULL) return BO_OK;
    BO_TEXT_LIT(out, ", in ");
    if (shape->path != NULL)
        bo_sh_path_text(out, shape->path, true, r->scratch);
    else
        bo_term_write(out, &term);
    return BO_OK;
}

bo_status bo_sh_ill_formed(bo_sh_reader *r, bo_id node, const char *format, ...) {
    char why[300];
    bo_text name;
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    bo_text_init(&name, 0);
    bo_status status = put_shape(r, &name, node);
    if (status == BO_OK) status = bo_fail(BO_INVALID, "the shape %.180s: %s", bo_text_str(&name).ptr, why);
    bo_text_done(&name);
    return status;
}

/* Nodes. */

bo_status bo_sh_find(bo_sh_reader *r, bo_id *out, bo_str iri) {
    bo_term term = bo_term_iri(iri);
    return bo_source_id_of(r->source, out, &term);
}

static bo_status add_node(bo_sh_reader *r, bo_sh_nodes *nodes, bo_id id) {
    if (nodes->len > 0 && nodes->ids[nodes->len - 1] == id) return BO_OK;
    BO_SH_PUSH(r->scratch, nodes->ids, nodes->len, id);
    return BO_OK;
}

/* One column of what matches; each node once, since it is what the rows are sorted by. */
static bo_status column(bo_sh_reader *r, bo_sh_nodes *out, const bo_ids *pattern, bo_order order,
                        int wanted) {
    bo_scan *scan;
    *out = (bo_sh_nodes){0};
    BO_TRY(bo_source_scan(r->source, &scan, pattern, order, r->scratch));
    bo_status status;
    while ((status = bo_scan_next(scan, r->batch)) == BO_OK && r->batch->len > 0)
        for (size_t i = 0; i < r->batch->len && status == BO_OK; i++)
            status = add_node(r, out, r->batch->column[wanted][i]);
    bo_scan_close(scan);
    return status;
}

bo_status bo_sh_objects(bo_sh_reader *r, bo_sh_nodes *out, bo_id subject, bo_str predicate) {
    bo_ids pattern = {.s = subject};
    *out = (bo_sh_nodes){0};
    BO_TRY(bo_sh_find(r, &pattern.p, predicate));
    return pattern.p == BO_ID_NONE ? BO_OK : column(r, out, &pattern, BO_SPOG, 2);
}

bo_status bo_sh_subjects(bo_sh_reader *r, bo_sh_nodes *out, bo_str predicate, bo_id object) {
    bo_ids pattern = {.o = object};
    *out = (bo_sh_nodes){0};
    BO_TRY(bo_sh_find(r, &pattern.p, predicate));
    return pattern.p == BO_ID_NONE ? BO_OK : column(r, out, &pattern, object ? BO_POSG : BO_PSOG, 0);
}

bo_status bo_sh_object(bo_sh_reader *r, bo_id *out, bo_id subject, bo_str predicate) {
    bo_sh_nodes found;
    BO_TRY(bo_sh_objects(r, &found, subject, predicate));
    bo_str name = found.len > 1 ? bo_vocab_shorten(predicate, r->scratch) : BO_STR_NONE;
    if (found.len > 1) return bo_sh_ill_formed(r, subject, "%.*s may have one value only", BO_STR_ARG(name));
    *out = found.len == 1 ? found.ids[0] : BO_ID_NONE;
    return BO_OK;
}

bo_status bo_sh_has(bo_sh_reader *r, bool *out, bo_id s, bo_str p, bo_str o) {
    bo_sh_nodes found;
    bo_id wanted;
    *out = false;
    BO_TRY(bo_sh_find(r, &wanted, o));
    if (wanted == BO_ID_NONE) return BO_OK;
    BO_TRY(bo_sh_objects(r, &found, s, p));
    for (size_t i = 0; i < found.len; i++) *out |= found.ids[i] == wanted;
    return BO_OK;
}

static bool is_among(const bo_sh_nodes *nodes, bo_id id) {
    for (size_t i = 0; i < nodes->len; i++)
        if (nodes->ids[i] == id) return true;
    return false;
}

bo_status bo_sh_instance(bo_sh_reader *r, bool *out, bo_id node, bo_str class) {
    bo_sh_nodes open, above;
    bo_id wanted;
    *out = false;
    BO_TRY(bo_sh_find(r, &wanted, class));
    if (wanted == BO_ID_NONE) return BO_OK;
    BO_TRY(bo_sh_objects(r, &open, node, BO_RDF_TYPE));
    for (size_t at = 0; at < open.len && !*out; at++) {
        *out = open.ids[at] == wanted;
        BO_TRY(bo_sh_objects(r, &above, open.ids[at], BO_RDFS_SUB_CLASS_OF));
        for (size_t i = 0; i < above.len; i++)
            if (!is_among(&open, above.ids[i])) BO_SH_PUSH(r->scratch, open.ids, open.len, above.ids[i]);
    }
    return BO_OK;
}

bo_status bo_sh_list(bo_sh_reader *r, bo_sh_nodes *out, bo_id list) {
    bo_id nil;
    *out = (bo_sh_nodes){0};
    BO_TRY(bo_sh_find(r, &nil, BO_RDF_NIL));
    for (bo_id at = list; at != nil;) {
        bo_sh_nodes first, rest;
        BO_TRY(bo_sh_objects(r, &first, at, BO_RDF_FIRST));
        BO_TRY(bo_sh_objects(r, &rest, at, BO_RDF_REST));
        if (first.len != 1 || rest.len != 1)
            return bo_sh_ill_formed(r, list,
                                    "it must be an RDF list: each cell with one rdf:first and one rdf:rest");
        if (out->len >= r->list_cap)
            return bo_fail(BO_LIMIT, "a list in the shapes has more than %zu members, or never ends",
                           r->list_cap);
        BO_SH_PUSH(r->scratch, out->ids, out->len, first.ids[0]);
        at = rest.ids[0];
    }
    return BO_OK;
}

/* What is kept. */

bo_status bo_sh_keep_term(bo_sh_reader *r, bo_term *out, bo_id id) {
    bo_term term;
    BO_TRY(bo_source_term_of(r->source, &term, id, r->scratch));
    return bo_term_copy(out, &term, r->arena);
}

bo_status bo_sh_number(bo_sh_reader *r, bo_sh_constant *out, const bo_term *term) {
    bo_text text;
    bool was_new;
    bo_text_init(&text, 0);
    bo_term_write(&text, term);
    bo_str key = bo_arena_str(r->arena, bo_text_str(&text));
    bo_text_done(&text);
    if (key.ptr == NULL) return bo_error_last()->status;
    bo_value *slot = bo_map_put(&r->numbers, key, &was_new);
    if (slot == NULL) return bo_error_last()->status;
    if (was_new) {
        bo_term kept;
        BO_TRY(bo_term_copy(&kept, term, r->arena));
        BO_SH_PUSH(r->arena, r->shapes->constants, r->shapes->constant_count, kept);
        slot->u64 = r->shapes->constant_count;
    }
    *out = (bo_sh_constant)slot->u64 - 1;
    return BO_OK;
}

bo_status bo_sh_true(bo_sh_reader *r, bool *out, bo_id subject, bo_str predicate) {
    bo_id id;
    bo_xsd value;
    *out = false;
    BO_TRY(bo_sh_object(r, &id, subject, predicate));
    if (id == BO_ID_NONE) return BO_OK;
    bo_term term;
    BO_TRY(bo_source_term_of(r->source, &term, id, r->scratch));
    bo_str name = bo_vocab_shorten(predicate, r->scratch);
    if (!bo_xsd_of_term(&value, &term) || value.type != BO_DT_BOOLEAN)
        return bo_sh_ill_formed(r, subject, "%.*s must be true or false", BO_STR_ARG(name));
    *out = value.boolean;
    return BO_OK;
}

bo_status bo_sh_terms_of(bo_sh_reader *r, bo_term **out, size_t *count, bo_id subject, bo_str predicate) {
    bo_sh_nodes found;
    *out = NULL;
    *count = 0;
    BO_TRY(bo_sh_objects(r, &found, subject, predicate));
    for (size_t i = 0; i < found.len; i++) {
        bo_term term;
        BO_TRY(bo_sh_keep_term(r, &term, found.ids[i]));
        BO_SH_PUSH(r->arena, *out, *count, term);
    }
    return BO_OK;
}

/* Labels: the first one in each language; the first of all stands in where the language is not told. */

typedef struct labelling {
    bo_sh_reader *r;
    bo_sh_label *out;
} labelling;

static bo_status keep_label(void *context, const bo_quad *quad) {
    labelling *l = context;
    for (unsigned language = 0; language < BO_LANGUAGE_COUNT; language++) {
        bo_str tag = bo_language_tag((bo_language)language);
        bool fits = quad->o.kind == BO_LITERAL &&
                    (quad->o.lang.len == 0 || bo_str_eq_nocase(bo_str_head(quad->o.lang, tag.len), tag));
        if (!fits || l->out->text[language].ptr != NULL) continue;
        l->out->text[language] = bo_arena_str(l->r->arena, quad->o.value);
        if (l->out->text[language].ptr == NULL) return bo_error_last()->status;
    }
    return BO_OK;
}

bo_status bo_sh_labels_of(bo_sh_reader *r, bo_sh_label *out, bo_str iri) {
    const bo_str properties[] = {BO_RDFS_LABEL, BO_STR(BO_SKOS_NS "prefLabel")};
    bo_source *const sources[] = {r->source, r->labels};
    labelling l = {r, out};
    bo_sink each = {.quad = keep_label, .context = &l};
    *out = (bo_sh_label){{{0}}};
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < 2 && sources[s] != NULL; i++) {
            bo_quad pattern = {.s = bo_term_iri(iri), .p = bo_term_iri(properties[i])};
            BO_TRY(bo_source_match(sources[s], &pattern, false, &each));
        }
    return BO_OK;
}

/* Sets of terms. */

bo_status bo_sh_terms_close(bo_sh_terms *terms, bo_arena *arena) {
    bo_idmap_init(&terms->by_hash, arena);
    terms->next = bo_arena_array(arena, terms->len, sizeof *terms->next);
    if (terms->next == NULL) return bo_error_last()->status;
    for (size_t i = 0; i < terms->len; i++) {
        bo_value *slot = bo_idmap_put(&terms->by_hash, bo_term_hash(&terms->items[i]) | 1, &(bool){false});
        if (slot == NULL) return bo_error_last()->status;
        terms->next[i] = (uint32_t)slot->u64;
        slot->u64 = i + 1;
    }
    return BO_OK;
}

bool bo_sh_terms_have(const bo_sh_terms *terms, const bo_term *term) {
    const bo_value *slot = bo_idmap_get(&terms->by_hash, bo_term_hash(term) | 1);
    for (uint64_t at = slot != NULL ? slot->u64 : 0; at != 0; at = terms->next[at - 1])
        if (bo_term_eq(&terms->items[at - 1], term)) return true;
    return false;
}
