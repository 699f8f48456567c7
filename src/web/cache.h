/* SPDX-License-Identifier: Apache-2.0
 * Whole answers kept in memory, each with the generation of the store for which it is known to be right.
 * Thread-safe; entries are immutable and counted.
 */
#ifndef BO_WEB_CACHE_H
#define BO_WEB_CACHE_H

#include "http/message.h"

typedef struct bo_cache bo_cache;

typedef struct bo_cached {
    bo_str key, etag, body;
    bo_header *headers;
    size_t header_count;
    int status;
} bo_cached;

bo_status bo_cache_new(bo_cache **out, size_t bytes) BO_MUST_USE;
void bo_cache_free(bo_cache *cache); /* accepts NULL */
/* The answer under `key`, if it is right for `generation`; to be released. NULL when there is none. */
const bo_cached *bo_cache_get(bo_cache *cache, bo_str key, uint64_t generation);
/* The answer under `key` if it has this entity tag, whenever it was made: from now on it counts as right for
 * `generation`. NULL when there is none. */
const bo_cached *bo_cache_renew(bo_cache *cache, bo_str key, bo_str etag, uint64_t generation);
void bo_cache_release(void *cached);
/* Keeps a copy; when there is no room, what was not asked for the longest goes. */
void bo_cache_put(bo_cache *cache, bo_str key, bo_str etag, const bo_http_response *response,
                  uint64_t generation);

#endif
