/* SPDX-License-Identifier: Apache-2.0
 * What a store keeps beside quads: rows of the floors above, and sequences.
 */
#include "store/record.h"
#include "store/txn.h"

static bo_kv_table place_of(bo_table table) {
    return (bo_kv_table)BO_STORE_ROWS + (bo_kv_table)table;
}

bo_status bo_row_get(bo_txn *txn, bo_table table, bo_str key, bo_str *value) {
    return bo_record_get(txn->kv, place_of(table), key, value);
}

static void mark(bo_txn *txn, bo_table table, bo_str key) {
    bo_watch_mark(txn, bo_watch_table(table));
    bo_watch_mark(txn, bo_watch_row(table, key));
}

bo_status bo_row_put(bo_txn *txn, bo_table table, bo_str key, bo_str value) {
    BO_TRY(bo_record_put(txn->kv, place_of(table), key, value));
    mark(txn, table, key);
    return BO_OK;
}

bo_status bo_row_del(bo_txn *txn, bo_table table, bo_str key) {
    BO_TRY(bo_record_del(txn->kv, place_of(table), key));
    mark(txn, table, key);
    return BO_OK;
}

bo_status bo_row_each(bo_txn *txn, bo_table table, bo_str prefix, bo_str from,
                      bo_status (*each)(void *context, bo_str key, bo_str value), void *context) {
    return bo_record_each(txn->kv, place_of(table), prefix, from, each, context);
}

bo_status bo_txn_sequence(bo_txn *txn, bo_str name, uint64_t *out) {
    uint64_t n = 0;
    bo_str value, key = bo_arena_join(txn->scratch, BO_STR("next/"), name);
    if (key.ptr == NULL) return bo_error_last()->status;
    bo_status status = bo_record_get(txn->kv, BO_STORE_META, key, &value);
    if (status == BO_OK) {
        if (value.len != sizeof n) return bo_fail(BO_CORRUPT, "a sequence of the store is damaged");
        memcpy(&n, value.ptr, sizeof n);
    } else if (status != BO_NOT_FOUND) {
        return status;
    }
    n++;
    BO_TRY(bo_record_put(txn->kv, BO_STORE_META, key, (bo_str){(const char *)&n, sizeof n}));
    *out = n;
    return BO_OK;
}
