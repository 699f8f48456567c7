/* SPDX-License-Identifier: Apache-2.0
 * Contexts that were processed before. What a document names by address, or writes out in a plain way, gives
 * the same terms each time; only the base differs. So such contexts form a tree: from one that is kept, the
 * next element of a document's @context leads to another one. Nothing is ever taken out; when the cap is
 * reached nothing is put in.
 */
#include "jsonld/cache.h"

#include <pthread.h>
#include <stdlib.h>

struct bo_jsonld_cache {
    pthread_mutex_t lock; /* for the members below; a context that has been put in is never changed */
    bo_arena *arena;
    bo_map kept; /* where it leads from, and a context as it was written -> entry */
    size_t cap;
};

typedef struct entry {
    const bo_ld_context *context;
    bo_jsonld_caps spent; /* what it cost to make */
} entry;

enum { DEFAULT_CAP = 8 << 20, MOST_MEMBERS = 64 };

bo_jsonld_cache bo_ld_cache_builtin = {.lock = PTHREAD_MUTEX_INITIALIZER, .cap = DEFAULT_CAP};

bo_status bo_jsonld_cache_new(bo_jsonld_cache **out, size_t cap) {
    bo_jsonld_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&cache->lock, NULL);
    cache->cap = cap ? cap : DEFAULT_CAP;
    *out = cache;
    return BO_OK;
}

void bo_jsonld_cache_free(bo_jsonld_cache *cache) {
    if (cache == NULL) return;
    pthread_mutex_destroy(&cache->lock);
    bo_arena_free(cache->arena);
    free(cache);
}

/* Whether an element of an @context gives the same terms whatever the document's base is. */
static bool is_plain(const bo_json *local) {
    if (local->kind == BO_JSON_STRING) return bo_ld_is_iri(local->text);
    if (local->kind != BO_JSON_OBJECT || local->len > MOST_MEMBERS) return false;
    for (uint32_t i = 0; i < local->len; i++) {
        const bo_json_member *m = &local->members[i];
        bo_ld_keyword keyword = bo_ld_keyword_of(m->key);
        bool relative = keyword == BO_LD_VOCAB && !bo_ld_is_iri(bo_json_string(m->value));
        if (keyword == BO_LD_BASE || keyword == BO_LD_IMPORT || keyword == BO_LD_PROPAGATE || relative ||
            bo_ld_get(m->value, BO_LD_CONTEXT) != NULL)
            return false;
    }
    return true;
}

/* Where it leads from, and what is written there. Addresses are short, so their keys need no memory. */
typedef struct place {
    bo_str text; /* .ptr NULL: memory ran out */
    bo_text heap;
    char room[200];
} place;

static void place_begin(place *k, const bo_ld_context *from, const bo_json *local) {
    bo_text_init(&k->heap, 0);
    if (local->kind == BO_JSON_STRING && sizeof from + local->text.len <= sizeof k->room) {
        memcpy(k->room, &from, sizeof from);
        memcpy(k->room + sizeof from, local->text.ptr, local->text.len);
        k->text = (bo_str){k->room, sizeof from + local->text.len};
        return;
    }
    bo_text_put(&k->heap, (bo_str){(const char *)&from, sizeof from});
    if (local->kind == BO_JSON_STRING)
        bo_text_put(&k->heap, local->text);
    else
        bo_json_write(&k->heap, local);
    k->text = bo_text_end(&k->heap) == BO_OK ? bo_text_str(&k->heap) : BO_STR_NONE;
}

bool bo_ld_cache_find(bo_ld *ld, const bo_ld_context **out, const bo_ld_context *from, const bo_json *local) {
    bo_jsonld_cache *cache = ld->loader->cache;
    if (cache == NULL || ld->options->mode_1_0 || !is_plain(local)) return false;
    const entry *found = NULL;
    place k;
    place_begin(&k, from, local);
    pthread_mutex_lock(&cache->lock);
    const bo_value *kept = k.text.ptr ? bo_map_get(&cache->kept, k.text) : NULL;
    if (kept != NULL) found = kept->ptr;
    pthread_mutex_unlock(&cache->lock);
    bo_text_done(&k.heap);
    if (found == NULL) return false;
    ld->spent.contexts += found->spent.contexts;
    ld->spent.context_bytes += found->spent.context_bytes;
    ld->spent.terms += found->spent.terms;
    *out = found->context;
    return true;
}

/* Under the lock: makes the context again, in memory of the cache. */
static bo_status make(bo_jsonld_cache *cache, const bo_ld *caller, entry **out, const bo_ld_context *from,
                      bo_str written) {
    bo_loader loader = *caller->loader;
    loader.cache = NULL;
    const bo_jsonld_options options = {.loader = &loader, .caps = caller->caps};
    bo_ld ld;
    bo_json *local;
    entry *made = BO_NEW(cache->arena, entry);
    BO_TRY(bo_ld_made(made));
    BO_TRY(bo_json_parse(&local, written, NULL, cache->arena));
    bo_ld_init(&ld, &options, cache->arena);
    if (from == NULL) from = bo_ld_context_new(&ld);
    BO_TRY(bo_ld_made(from));
    BO_TRY(bo_ld_process(&ld, &made->context, from, local, BO_STR_NONE, 0, NULL));
    const bo_ld_context *context = made->context;
    if (context->previous != NULL ||
        (context->vocab.len > 0 && !bo_ld_is_iri(context->vocab) && !bo_ld_is_blank(context->vocab)))
        return BO_UNSUPPORTED;              /* it depends on where it stands */
    BO_TRY(bo_ld_inverse_of(&ld, context)); /* now, so that no reader changes it later */
    made->spent = ld.spent;
    *out = made;
    return BO_OK;
}

static bo_status put(bo_jsonld_cache *cache, const bo_ld *ld, const bo_ld_context *from, bo_str key,
                     const bo_json *local) {
    bo_text written;
    entry *made = NULL;
    if (cache->arena == NULL) {
        cache->arena = bo_arena_new(0);
        BO_TRY(bo_ld_made(cache->arena));
        bo_map_init(&cache->kept, cache->arena);
    }
    if (bo_arena_used(cache->arena) > cache->cap || bo_map_get(&cache->kept, key) != NULL) return BO_OK;
    bo_text_init(&written, 0);
    bo_json_write(&written, local);
    bo_status status = bo_text_end(&written);
    if (status == BO_OK) status = make(cache, ld, &made, from, bo_text_str(&written));
    bo_text_done(&written);
    BO_TRY(status);
    bo_value *slot = bo_map_put(&cache->kept, bo_arena_str(cache->arena, key), NULL);
    BO_TRY(bo_ld_made(slot));
    slot->ptr = made;
    return BO_OK;
}

void bo_ld_cache_put(const bo_ld *ld, const bo_ld_context *from, const bo_json *local) {
    bo_jsonld_cache *cache = ld->loader->cache;
    if (cache == NULL || ld->options->mode_1_0 || !is_plain(local)) return;
    place k;
    place_begin(&k, from, local);
    if (k.text.ptr != NULL) {
        pthread_mutex_lock(&cache->lock);
        (void)!put(cache, ld, from, k.text, local); /* what can't be kept is made again the next time */
        pthread_mutex_unlock(&cache->lock);
    }
    bo_text_done(&k.heap);
    bo_error_clear();
}
