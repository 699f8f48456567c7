/* SPDX-License-Identifier: Apache-2.0
 * Activities as they are sent: read and made ready once for all hosts. The last few are kept.
 */
#include <stdlib.h>

#include "fed/internal.h"

struct bo_letters {
    pthread_mutex_t lock;
    bo_letter *kept[16];
    unsigned next; /* the place that is given away next */
};

bo_status bo_letters_new(bo_letters **out) {
    bo_letters *letters = calloc(1, sizeof *letters);
    if (letters == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    pthread_mutex_init(&letters->lock, NULL);
    *out = letters;
    return BO_OK;
}

void bo_letter_release(bo_letter *letter) {
    if (letter == NULL || atomic_fetch_sub(&letter->users, 1) > 1) return;
    bo_key_free(letter->key);
    bo_arena_free(letter->arena);
    free(letter);
}

void bo_letters_free(bo_letters *letters) {
    if (letters == NULL) return;
    for (size_t i = 0; i < sizeof letters->kept / sizeof *letters->kept; i++)
        bo_letter_release(letters->kept[i]);
    pthread_mutex_destroy(&letters->lock);
    free(letters);
}

static bo_status fill(bo_letter *letter, bo_txn *txn, bo_str activity, bo_str actor) {
    bo_str pem;
    BO_TRY(bo_ap_activity(txn, &letter->text, activity, letter->arena));
    BO_TRY(bo_row_get(txn, BO_TABLE_KEY, actor, &pem));
    letter->actor = bo_arena_str(letter->arena, actor);
    letter->activity = bo_arena_str(letter->arena, activity);
    return bo_key_from_pem(&letter->key, pem);
}

static bo_status make(bo_fed *fed, bo_letter **out, bo_str activity, bo_str actor) {
    bo_txn *txn;
    bo_letter *letter = calloc(1, sizeof *letter);
    if (letter == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    atomic_init(&letter->users, 1);
    letter->arena = bo_arena_new(0);
    bo_status status = letter->arena != NULL ? bo_txn_begin(&txn, fed->options.store, BO_READ) : BO_NO_MEMORY;
    if (status == BO_OK) {
        status = fill(letter, txn, activity, actor);
        bo_txn_abort(txn);
    }
    if (status == BO_OK)
        *out = letter;
    else
        bo_letter_release(letter);
    return status;
}

static bo_letter *find(bo_letters *letters, bo_str activity) {
    bo_letter *found = NULL;
    pthread_mutex_lock(&letters->lock);
    for (size_t i = 0; i < sizeof letters->kept / sizeof *letters->kept && found == NULL; i++)
        if (letters->kept[i] != NULL && bo_str_eq(letters->kept[i]->activity, activity))
            found = letters->kept[i];
    if (found != NULL) atomic_fetch_add(&found->users, 1);
    pthread_mutex_unlock(&letters->lock);
    return found;
}

static void keep(bo_letters *letters, bo_letter *letter) {
    pthread_mutex_lock(&letters->lock);
    bo_letter **place = &letters->kept[letters->next++ % (sizeof letters->kept / sizeof *letters->kept)];
    bo_letter *old = *place;
    atomic_fetch_add(&letter->users, 1);
    *place = letter;
    pthread_mutex_unlock(&letters->lock);
    bo_letter_release(old);
}

bo_status bo_letter_get(bo_fed *fed, bo_letter **out, bo_str activity, bo_str actor) {
    *out = find(fed->letters, activity);
    if (*out != NULL) return BO_OK;
    BO_TRY(make(fed, out, activity, actor));
    keep(fed->letters, *out);
    return BO_OK;
}
