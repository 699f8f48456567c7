/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recall.h"

#include <stdlib.h>

enum { SLOTS = 4096, SLOT_TEXT = 104 }; /* half a megabyte */

typedef struct slot {
    bo_id id; /* BO_ID_NONE: free */
    uint64_t hash;
    size_t len;
    char text[SLOT_TEXT];
} slot;

struct bo_recall {
    uint64_t failures;
    slot slots[SLOTS];
};

bo_recall *bo_recall_new(void) {
    return calloc(1, sizeof(bo_recall)); /* pages that are never written take no memory */
}

void bo_recall_free(bo_recall *recall) {
    free(recall);
}

void bo_recall_begin(bo_recall *recall, uint64_t failures) {
    if (recall->failures == failures) return;
    memset(recall->slots, 0, sizeof recall->slots);
    recall->failures = failures;
}

bo_id bo_recall_get(const bo_recall *recall, const bo_term *term, uint64_t hash) {
    const slot *at = &recall->slots[hash % SLOTS];
    bool same =
        term->kind == BO_IRI && at->hash == hash && bo_str_eq((bo_str){at->text, at->len}, term->value);
    return same ? at->id : BO_ID_NONE;
}

void bo_recall_put(bo_recall *recall, const bo_term *term, uint64_t hash, bo_id id) {
    slot *at = &recall->slots[hash % SLOTS];
    if (term->kind != BO_IRI || term->value.len > SLOT_TEXT || id == BO_ID_NONE) return;
    *at = (slot){.id = id, .hash = hash, .len = term->value.len};
    if (term->value.len > 0) memcpy(at->text, term->value.ptr, term->value.len);
}
