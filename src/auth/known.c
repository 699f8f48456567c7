/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/known.h"

#include <pthread.h>
#include <stdlib.h>

#include "auth/internal.h"
#include "crypto/crypto.h"

enum { PLACES = 4096, TEXTS = 5 };

/* One token in one block of memory, its texts behind it. */
typedef struct entry {
    bo_str text; /* the token itself */
    bo_known_token token;
    bo_basis basis;
} entry;

struct bo_known {
    pthread_mutex_t lock;
    entry *places[PLACES]; /* by hash; a later one takes the place */
};

bo_known *bo_known_new(void) {
    bo_known *known = calloc(1, sizeof *known);
    if (known != NULL) pthread_mutex_init(&known->lock, NULL);
    return known;
}

void bo_known_free(bo_known *known) {
    if (known == NULL) return;
    for (size_t i = 0; i < PLACES; i++) free(known->places[i]);
    pthread_mutex_destroy(&known->lock);
    free(known);
}

static entry **place_of(bo_known *known, bo_str token) {
    return &known->places[bo_str_hash(token) % PLACES];
}

static void texts_of(bo_known_token *token, bo_str *out[TEXTS]) {
    bo_account *a = &token->account;
    bo_str *all[TEXTS] = {&a->name, &a->webid, &a->email, &a->subject, &token->session};
    memcpy(out, all, sizeof all);
}

static bool copy_out(bo_known_token *out, const bo_known_token *token, bo_arena *arena) {
    bo_str *texts[TEXTS];
    bool whole = true;
    *out = *token;
    texts_of(out, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        *texts[i] = bo_arena_str(arena, *texts[i]);
        whole &= texts[i]->ptr != NULL;
    }
    return whole;
}

bool bo_known_get(bo_known *known, bo_known_token *out, bo_str token, bo_store *store, int64_t now_s,
                  bo_arena *arena) {
    pthread_mutex_lock(&known->lock);
    const entry *e = *place_of(known, token);
    bool good = e != NULL && bo_crypto_eq(e->text, token) && now_s < e->token.end_s &&
                bo_store_unchanged(store, &e->basis) && copy_out(out, &e->token, arena);
    pthread_mutex_unlock(&known->lock);
    return good;
}

static void copy_text(bo_str *text, char **at) {
    if (text->len > 0) memcpy(*at, text->ptr, text->len);
    text->ptr = *at;
    *at += text->len;
}

static entry *make_entry(const bo_known_token *token, bo_str text) {
    bo_str *texts[TEXTS];
    bo_known_token copy = *token;
    size_t len = text.len;
    texts_of(&copy, texts);
    for (size_t i = 0; i < TEXTS; i++) len += texts[i]->len;
    entry *e = malloc(sizeof *e + len);
    if (e == NULL) return NULL;
    char *at = (char *)(e + 1);
    for (size_t i = 0; i < TEXTS; i++) copy_text(texts[i], &at);
    copy_text(&text, &at);
    *e = (entry){.text = text, .token = copy};
    return e;
}

static void rest_on(bo_basis *basis, char kind, bo_str name) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_basis_add(basis, bo_watch_row(BO_TABLE_ACCOUNT, bo_account_key(kind, name, room)));
}

void bo_known_put(bo_known *known, const bo_known_token *what, bo_str token, uint64_t since) {
    entry *e = make_entry(what, token);
    if (e == NULL) return;
    e->basis.since = since;
    rest_on(&e->basis, 's', what->session);
    rest_on(&e->basis, 'n', what->account.name);
    rest_on(&e->basis, 'w', what->account.webid);
    pthread_mutex_lock(&known->lock);
    entry **place = place_of(known, e->text), *before = *place;
    *place = e;
    pthread_mutex_unlock(&known->lock);
    free(before);
}
