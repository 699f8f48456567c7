/* SPDX-License-Identifier: Apache-2.0
 * What the algorithms of this module share: one call's state, active contexts and their terms, keywords. Not
 * for use outside of jsonld/.
 */
#ifndef BO_JSONLD_INTERNAL_H
#define BO_JSONLD_INTERNAL_H

#include "base/map.h"
#include "bocage/jsonld.h"

typedef enum bo_ld_keyword {
    BO_LD_NO_KEYWORD,
#define BO_KEYWORD(name, text) BO_LD_##name,
#include "jsonld/keyword.def"
#undef BO_KEYWORD
    BO_LD_KEYWORD_COUNT
} bo_ld_keyword;

extern const bo_str bo_ld_text[BO_LD_KEYWORD_COUNT];
#define KEYWORD(name) (bo_ld_text[BO_LD_##name])

bo_ld_keyword bo_ld_keyword_search(bo_str text);
static inline bo_ld_keyword bo_ld_keyword_of(bo_str text) { /* BO_LD_NO_KEYWORD when it is none */
    return text.len < 3 || text.ptr[0] != '@' ? BO_LD_NO_KEYWORD : bo_ld_keyword_search(text);
}
bool bo_ld_looks_like_keyword(bo_str text);       /* "@" and letters only */
bool bo_ld_is_iri(bo_str text);                   /* has the form of an IRI: a scheme, and no blanks */
bool bo_ld_is_blank(bo_str text);                 /* "_:..." */
bool bo_ld_is_language(bo_str text);              /* BCP 47 as far as letters, digits and hyphens go */
bo_str bo_ld_lower(bo_arena *arena, bo_str text); /* ASCII letters; .ptr NULL when memory ran out */

typedef enum bo_ld_direction {
    BO_LD_NO_DIRECTION,
    BO_LD_NULL_DIRECTION,
    BO_LD_LTR,
    BO_LD_RTL
} bo_ld_direction;
extern const bo_str bo_ld_direction_text[4];

enum { /* container mappings, in the order in which their names are joined */
       BO_LD_IN_GRAPH = 1,
       BO_LD_IN_ID = 2,
       BO_LD_IN_INDEX = 4,
       BO_LD_IN_LANGUAGE = 8,
       BO_LD_IN_LIST = 16,
       BO_LD_IN_SET = 32,
       BO_LD_IN_TYPE = 64
};

/* A term definition (API section 4, table in 4.2). */
typedef struct bo_ld_term {
    bo_str name;
    bo_str iri;      /* .ptr NULL: mapped to null */
    bo_str type;     /* .ptr NULL: none */
    bo_str language; /* with has_language and .ptr NULL: null */
    bo_str index, nest, base;
    const bo_json *context; /* local context, NULL: none */
    unsigned container;
    bo_ld_direction direction;
    bool has_language, is_prefix, is_protected, is_reverse;
} bo_ld_term;

typedef struct bo_ld_inverse bo_ld_inverse;

/* An active context. Never changed once bo_ld_process has returned it, but for its inverse, which is made
 * when it is first asked for. */
typedef struct bo_ld_context {
    bo_map terms; /* name -> bo_ld_term */
    bo_str base, original_base, vocab;
    bo_str language;
    bo_ld_direction direction;
    const struct bo_ld_context *previous;
    bo_ld_inverse *inverse;
    /* The kept context (cache.c) that this one is, but for its base; NULL with is_kept: the initial one. */
    const struct bo_ld_context *kept;
    bool is_kept;
    bool shares;     /* its terms are those of another context */
    bool has_scoped; /* a term of it has, or had, a context of its own */
} bo_ld_context;

/* An IRI that was expanded a moment ago: keys and types come again and again. */
typedef struct bo_ld_recent {
    const bo_ld_context *active;
    bo_str text, iri;
    const bo_ld_term *term; /* of that very text */
    bo_ld_keyword keyword;  /* that the IRI is */
    unsigned flags;
} bo_ld_recent;
enum { BO_LD_RECENT = 64 };

/* A term that was chosen a moment ago for a property and a kind of value. */
typedef struct bo_ld_picked {
    const bo_ld_context *active;
    const char *iri, *detail; /* texts that lie in one place when they come again */
    size_t iri_len, detail_len;
    unsigned shape;
    bo_str name;
    const bo_ld_term *term; /* NULL: the name is none */
} bo_ld_picked;
enum { BO_LD_PICKED = 64 };

/* One call's state. */
typedef struct bo_ld {
    const bo_jsonld_options *options;
    const bo_loader *loader;
    bo_arena *arena;
    bo_jsonld_caps caps, spent; /* what is allowed, and how much of it is used */
    bool framing;               /* expanding a frame */
    bo_map loaded;              /* remote contexts by address -> bo_json */
    bo_map scoped;              /* contexts made from scoped ones, see bo_ld_process_scoped */
    bo_map short_iris;          /* IRI -> bo_str: what bo_ld_compact_iri found last in short_iris_of */
    const struct bo_ld_context *short_iris_of;
    unsigned blank_count;
    bo_map blank_names;                  /* old name -> new name (API 7.4) */
    bo_ld_recent *recent;                /* BO_LD_RECENT of them; made when first needed */
    bo_ld_picked *picked;                /* BO_LD_PICKED likewise */
    bo_str aliases[BO_LD_KEYWORD_COUNT]; /* of the keywords in short_iris_of */
    struct bo_ld_checked *checked;       /* of toRdf; made when first needed */
} bo_ld;

void bo_ld_init(bo_ld *ld, const bo_jsonld_options *options, bo_arena *arena);
/* Counts something against its cap. */
#define BO_LD_SPEND(ld, field, amount)                                                                       \
    (((ld)->spent.field += (amount)) > (ld)->caps.field ? bo_ld_too_much(ld) : BO_OK)
bo_status bo_ld_too_much(const bo_ld *ld) BO_MUST_USE; /* BO_LIMIT, and which cap it is */
static inline bo_status bo_ld_count(bo_ld *ld, size_t values) {
    return BO_LD_SPEND(ld, values, values);
}
/* Counts a level of nesting; bo_ld_leave undoes it. */
static inline bo_status bo_ld_enter(bo_ld *ld) {
    BO_TRY(BO_LD_SPEND(ld, depth, 1));
    return BO_LD_SPEND(ld, values, 1);
}
static inline void bo_ld_leave(bo_ld *ld) {
    ld->spent.depth--;
}
/* Something is about to be dropped: an error when the caller wants nothing lost. */
bo_status bo_ld_drop(const bo_ld *ld, const char *what, bo_str text) BO_MUST_USE;
/* Two texts as one, counted. */
bo_status bo_ld_join(bo_ld *ld, bo_str *out, bo_str a, bo_str b) BO_MUST_USE;
/* BO_OK when an allocation succeeded, else why it did not. */
bo_status bo_ld_made(const void *made) BO_MUST_USE;
#define BO_LD_FAIL(code, ...) bo_fail_code(BO_INVALID, code, __VA_ARGS__)

/* context.c */
bo_ld_context *bo_ld_context_new(bo_ld *ld); /* API 4.1.1: newly initialised, with the call's base */
enum { BO_LD_OVERRIDE = 1, BO_LD_NO_PROPAGATE = 2, BO_LD_NO_VALIDATE = 4 };
typedef struct bo_ld_remote { /* the addresses that are being processed, innermost first */
    bo_str iri;
    const struct bo_ld_remote *outer;
    unsigned depth;
} bo_ld_remote;
/* API 4.1.2 Context Processing. */
bo_status bo_ld_process(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *active,
                        const bo_json *local, bo_str base, unsigned flags,
                        const bo_ld_remote *remotes) BO_MUST_USE;
/* The same for a term's local context; the result is kept, and found again for the same term and context. */
bo_status bo_ld_process_scoped(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *active,
                               const bo_ld_term *term, unsigned flags) BO_MUST_USE;
static inline const bo_ld_term *bo_ld_term_of(const bo_ld_context *context, bo_str name) {
    const bo_value *found = name.ptr ? bo_map_get(&context->terms, name) : NULL;
    return found ? found->ptr : NULL;
}

/* term.c */
typedef struct bo_ld_job { /* one context definition being put into `result` */
    bo_ld *ld;
    bo_ld_context *result;
    const bo_json *local;
    bo_map defined; /* every key of local -> its place * 4 + state */
    bo_str base;
    bool is_protected;
    unsigned flags;
    const bo_ld_remote *remotes;
} bo_ld_job;
/* API 4.2.2 Create Term Definition. */
bo_status bo_ld_create_term(bo_ld_job *job, bo_str name) BO_MUST_USE;
/* Creates it when the local context has it and has not got to it yet (API 5.2.2 steps 3 and 6.3). */
bo_status bo_ld_create_if_local(bo_ld_job *job, bo_str name) BO_MUST_USE;

/* iri.c */
enum { BO_LD_AS_DOCUMENT = 1, BO_LD_AS_VOCAB = 2 };
/* API 5.2.2 IRI Expansion; `job` is NULL outside of context processing. out->ptr NULL: null. */
bo_status bo_ld_expand_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str value, unsigned flags,
                           bo_ld_job *job) BO_MUST_USE;

/* The same for what may come again (flags with BO_LD_AS_VOCAB), with the term and the keyword that it is;
 * *out is good until the next call. */
bo_status bo_ld_expand_recent(bo_ld *ld, const bo_ld_recent **out, const bo_ld_context *active, bo_str text,
                              unsigned flags) BO_MUST_USE;

/* expand.c */
bo_status bo_ld_expand(bo_ld *ld, bo_json **out, const bo_ld_context *active,
                       const bo_json *input) BO_MUST_USE;
/* The context that options.expand_context and options.base give. */
bo_status bo_ld_start(bo_ld *ld, const bo_ld_context **out) BO_MUST_USE;

/* value.c: what expanded values are, and putting them together */
bool bo_ld_is_scalar(const bo_json *value);
bool bo_ld_is_value(const bo_json *value);
bool bo_ld_is_list(const bo_json *value);
bool bo_ld_is_graph(const bo_json *value);        /* @graph, and beside it only @id and @index */
bool bo_ld_is_simple_graph(const bo_json *value); /* and no @id */
bool bo_ld_is_node(const bo_json *value);
bo_json *bo_ld_get(const bo_json *object, bo_ld_keyword keyword);
/* All that an expanded value or node says by keywords, found in one pass. */
typedef struct bo_ld_parts {
    const bo_json *id, *type, *value, *list, *set, *language, *direction, *index;
} bo_ld_parts;
void bo_ld_take_apart(bo_ld_parts *parts, const bo_json *object);
bo_json *bo_ld_array_of(bo_arena *arena, bo_json *value); /* itself when it is an array */
bo_json *bo_ld_string(bo_arena *arena, bo_str text);
bo_json *bo_ld_object(bo_arena *arena, uint32_t members); /* with room for so many, in one piece */
bo_json *bo_ld_reference(bo_arena *arena, bo_str id, uint32_t members); /* {"@id": id}, likewise */
bo_json *bo_ld_set(bo_arena *arena, bo_json *object, bo_ld_keyword keyword, bo_json *value);
/* API section 4 "add value". */
bo_status bo_ld_add_value(bo_arena *arena, bo_json *object, bo_str key, bo_json *value,
                          bool as_array) BO_MUST_USE;
/* Members by key, by code point; in the arena; NULL when memory ran out. */
const bo_json_member **bo_ld_sorted(bo_arena *arena, const bo_json *object);
bo_str *bo_ld_sorted_strings(bo_arena *arena, const bo_json *array, size_t *count);
const bo_json *bo_ld_as_const_array(const bo_json *value, const bo_json **room, bo_json *wrap);

/* inverse.c */
/* API 4.3 Inverse Context Creation, and 4.4 Term Selection for one container after the other. */
bo_status bo_ld_inverse_of(bo_ld *ld, const bo_ld_context *context) BO_MUST_USE;
typedef enum bo_ld_selector { BO_LD_BY_LANGUAGE, BO_LD_BY_TYPE, BO_LD_BY_ANY } bo_ld_selector;
bo_str bo_ld_select_term(const bo_ld_context *context, bo_str iri, const unsigned *containers,
                         size_t container_count, bo_ld_selector selector, const bo_str *preferred,
                         size_t preferred_count);
bool bo_ld_inverse_has(const bo_ld_context *context, bo_str iri);
size_t bo_ld_prefixes(const bo_ld_context *context, const bo_ld_term *const **out);

/* compact.c */
bo_status bo_ld_compact(bo_ld *ld, bo_json **out, const bo_ld_context *active,
                        const bo_json *expanded) BO_MUST_USE;
/* API 6.2.2 IRI Compaction. */
bo_status bo_ld_compact_iri(bo_ld *ld, bo_str *out, const bo_ld_context *active, bo_str iri,
                            const bo_json *value, bool vocab, bool reverse) BO_MUST_USE;
/* The same for the property of a value, with the term that it is; *out is good until the next call. */
bo_status bo_ld_pick(bo_ld *ld, const bo_ld_picked **out, const bo_ld_context *active, bo_str iri,
                     const bo_json *value, bool reverse) BO_MUST_USE;

/* nodemap.c */
typedef struct bo_ld_graph { /* one graph of a node map */
    bo_str name;
    bo_map nodes; /* id -> bo_json node object */
} bo_ld_graph;
typedef struct bo_ld_node_map {
    bo_ld *ld;
    bo_map graphs; /* name -> bo_ld_graph */
    bo_map seen;   /* values already in long arrays */
} bo_ld_node_map;
/* API 7.2.2 Node Map Generation over the whole of expanded input. */
bo_status bo_ld_node_map_make(bo_ld_node_map *map, bo_ld *ld, const bo_json *expanded) BO_MUST_USE;
void bo_ld_node_map_init(bo_ld_node_map *map, bo_ld *ld);
/* The array under a property, made when there is none. */
bo_status bo_ld_node_map_property(bo_ld *ld, bo_json **out, bo_json *node, bo_str property) BO_MUST_USE;
/* Whether an array does not hold the value yet; the caller then appends it. */
bo_status bo_ld_node_map_is_new(bo_ld_node_map *map, bool *out, const bo_json *array,
                                const bo_json *value) BO_MUST_USE;
bo_ld_graph *bo_ld_node_map_graph(bo_ld_node_map *map, bo_str name);
/* Framing 4.3 Merge Node Maps: all graphs together; *out is the default graph before. */
#define BO_LD_MERGED BO_STR("@merged")
bo_status bo_ld_node_map_merge(bo_ld_node_map *map, bo_ld_graph **out) BO_MUST_USE;
/* Entries of a map by key; in the arena; NULL when memory ran out. */
bo_map_entry **bo_ld_sorted_entries(bo_arena *arena, const bo_map *map, size_t *count);
/* API 7.4.2 Generate Blank Node Identifier; an empty name asks for a fresh one. */
bo_str bo_ld_blank_name(bo_ld *ld, bo_str name);
/* API 7.1 from step 3 on. */
bo_status bo_ld_flatten(bo_ld *ld, bo_json **out, const bo_json *expanded) BO_MUST_USE;

/* tordf.c */
/* API 8.1.2 for expanded input. */
bo_status bo_ld_to_rdf(bo_ld *ld, const bo_sink *sink, const bo_json *expanded) BO_MUST_USE;
/* API 8.2.2 steps 10 and 11: the literal that a JSON number stands for; `type` may be absent. BO_INVALID when
 * no double can hold it. */
bo_status bo_ld_number_term(bo_term *term, const bo_json *value, bo_str type, bo_arena *arena) BO_MUST_USE;

#endif
