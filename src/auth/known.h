/* SPDX-License-Identifier: Apache-2.0
 * Tokens that were good, known until a row changes that they rest on: the session's, the
 * account's, that of its WebID. Checking a signature takes some 30 times as long. Thread-safe.
 */
#ifndef BO_AUTH_KNOWN_H
#define BO_AUTH_KNOWN_H

#include "auth/auth.h"

typedef struct bo_known bo_known;

/* What a token says. */
typedef struct bo_known_token {
    bo_account account;
    bo_str session;
    int64_t end_s;
} bo_known_token;

bo_known *bo_known_new(void);        /* NULL when memory ran out */
void bo_known_free(bo_known *known); /* accepts NULL */
/* False when it is not known, has run out, or may have been taken back. Texts live in the arena. */
bool bo_known_get(bo_known *known, bo_known_token *out, bo_str token, bo_store *store, int64_t now_s,
                  bo_arena *arena);
/* `since`: the store's generation before the token was checked. */
void bo_known_put(bo_known *known, const bo_known_token *what, bo_str token, uint64_t since);

#endif
