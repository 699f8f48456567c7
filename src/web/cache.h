/* SPDX-License-Identifier: Apache-2.0
 * Whole answers kept in memory, each with what it rests on: it is given again while that has not changed.
 * Thread-safe; entries are immutable and counted.
 */
#ifndef BO_WEB_CACHE_H
#define BO_WEB_CACHE_H

#include "bocage/store.h"
#include "http/message.h"

typedef struct bo_cache bo_cache;

typedef struct bo_cached {
    bo_str key, etag, body;
    bo_header *headers;
    size_t header_count;
    int status;
    bo_http_made *made, *made_304; /* the server's forms of it and of its 304; to be had in spite of const */
} bo_cached;

bo_status bo_cache_new(bo_cache **out, size_t bytes) BO_MUST_USE;
void bo_cache_free(bo_cache *cache); /* accepts NULL */
/* Bytes that one answer may take: larger ones would push too much else out, and are sent as they are made. */
size_t bo_cache_share(const bo_cache *cache);
/* The answer under `key`, if the store has not changed in what it rests on; to be released. NULL when there
 * is none. */
const bo_cached *bo_cache_get(bo_cache *cache, bo_str key, bo_store *store);
void bo_cache_release(void *cached);
/* Keeps a copy; when there is no room, what was not asked for the longest goes. */
void bo_cache_put(bo_cache *cache, bo_str key, bo_str etag, const bo_http_response *response,
                  const bo_basis *basis);

#endif
