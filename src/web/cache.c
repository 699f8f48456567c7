/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/map.h"

/* An entry: one block of memory that holds everything. It is in the ring of entries, most recent first, until
 * it is thrown out, and lives until the last answer made of it has been sent. */
typedef struct entry {
    bo_cached cached; /* first: a bo_cached is an entry */
    bo_http_made made[2];
    atomic_uint holders;
    bo_basis basis;
    size_t bytes;
    struct entry *newer, *older;
} entry;

struct bo_cache {
    pthread_mutex_t lock;
    bo_map entries;
    entry ring; /* its neighbours are the most and the least recent */
    size_t bytes, cap;
};

bo_status bo_cache_new(bo_cache **out, size_t bytes) {
    bo_cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&cache->lock, NULL);
    bo_map_init(&cache->entries, NULL);
    cache->ring.newer = cache->ring.older = &cache->ring;
    cache->cap = bytes;
    *out = cache;
    return BO_OK;
}

void bo_cache_release(void *cached) {
    entry *e = cached;
    if (atomic_fetch_sub(&e->holders, 1) > 1) return;
    for (size_t i = 0; i < 2; i++) {
        void *form = atomic_load(&e->made[i].form);
        if (form != NULL) e->made[i].drop(form);
    }
    free(e);
}

static void unlink_entry(entry *e) {
    e->newer->older = e->older;
    e->older->newer = e->newer;
}

static void link_newest(bo_cache *cache, entry *e) {
    e->newer = &cache->ring;
    e->older = cache->ring.older;
    cache->ring.older->newer = e;
    cache->ring.older = e;
}

static void throw_out(bo_cache *cache, entry *e) {
    bo_map_remove(&cache->entries, e->cached.key);
    unlink_entry(e);
    cache->bytes -= e->bytes;
    bo_cache_release(e);
}

void bo_cache_free(bo_cache *cache) {
    if (cache == NULL) return;
    while (cache->ring.newer != &cache->ring) throw_out(cache, cache->ring.newer);
    bo_map_done(&cache->entries);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

size_t bo_cache_share(const bo_cache *cache) {
    enum { SHARES = 16, LEAST = 64 << 10 };
    return cache->cap / SHARES > LEAST ? cache->cap / SHARES : LEAST;
}

static const bo_cached *hold(bo_cache *cache, entry *e) {
    unlink_entry(e);
    link_newest(cache, e);
    atomic_fetch_add(&e->holders, 1);
    return &e->cached;
}

const bo_cached *bo_cache_get(bo_cache *cache, bo_str key, bo_store *store) {
    pthread_mutex_lock(&cache->lock);
    bo_value *value = bo_map_get(&cache->entries, key);
    entry *e = value != NULL ? value->ptr : NULL;
    bool right = e != NULL && bo_store_unchanged(store, &e->basis);
    const bo_cached *found = right ? hold(cache, e) : NULL;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

static bo_str copy_str(char **at, bo_str s) {
    if (s.len > 0) memcpy(*at, s.ptr, s.len);
    *at += s.len;
    return (bo_str){*at - s.len, s.len};
}

static entry *make_entry(bo_str key, bo_str etag, const bo_http_response *response) {
    size_t count = response->headers.len, text = key.len + etag.len + response->body.len;
    for (size_t i = 0; i < count; i++)
        text += response->headers.items[i].name.len + response->headers.items[i].value.len;
    size_t bytes = sizeof(entry) + count * sizeof(bo_header) + text;
    entry *e = calloc(1, bytes);
    if (e == NULL) return NULL;
    e->bytes = bytes;
    e->cached.headers = (bo_header *)(e + 1);
    e->cached.header_count = count;
    e->cached.status = response->status;
    e->cached.made = &e->made[0];
    e->cached.made_304 = &e->made[1];
    char *at = (char *)(e->cached.headers + count);
    e->cached.key = copy_str(&at, key);
    e->cached.etag = copy_str(&at, etag);
    e->cached.body = copy_str(&at, response->body);
    for (size_t i = 0; i < count; i++) {
        e->cached.headers[i].name = copy_str(&at, response->headers.items[i].name);
        e->cached.headers[i].value = copy_str(&at, response->headers.items[i].value);
    }
    return e;
}

void bo_cache_put(bo_cache *cache, bo_str key, bo_str etag, const bo_http_response *response,
                  const bo_basis *basis) {
    entry *e = make_entry(key, etag, response);
    if (e == NULL) return;
    e->basis = *basis;
    atomic_init(&e->holders, 1);
    pthread_mutex_lock(&cache->lock);
    bo_value *value = bo_map_get(&cache->entries, key);
    if (value != NULL) throw_out(cache, value->ptr);
    while (cache->bytes + e->bytes > cache->cap && cache->ring.newer != &cache->ring)
        throw_out(cache, cache->ring.newer);
    bool fits = cache->bytes + e->bytes <= cache->cap;
    value = fits ? bo_map_put(&cache->entries, e->cached.key, NULL) : NULL;
    if (value != NULL) {
        value->ptr = e;
        cache->bytes += e->bytes;
        link_newest(cache, e);
    }
    pthread_mutex_unlock(&cache->lock);
    if (value == NULL) free(e);
}
