/* SPDX-License-Identifier: Apache-2.0
 * Records: kv's entries without kv's limit on keys. Must not know what they hold.
 */
#include "store/record.h"

enum { RECORD_KEY = 480, HASH = 8 };

typedef struct short_key {
    char bytes[RECORD_KEY + HASH];
    bo_str str;
} short_key;

static bo_str shorten(short_key *room, bo_str key) {
    if (key.len <= RECORD_KEY) return key;
    uint64_t hash = bo_str_hash(key);
    memcpy(room->bytes, key.ptr, RECORD_KEY);
    memcpy(room->bytes + RECORD_KEY, &hash, HASH);
    return (bo_str){room->bytes, RECORD_KEY + HASH};
}

/* Parts what is stored under a long key into the whole key and the value. */
static bo_status part(bo_str stored, bo_str *key, bo_str *value) {
    uint32_t len;
    if (stored.len < sizeof len) return bo_fail(BO_CORRUPT, "a record of the store is damaged");
    memcpy(&len, stored.ptr, sizeof len);
    if (len > stored.len - sizeof len) return bo_fail(BO_CORRUPT, "a record of the store is damaged");
    *key = (bo_str){stored.ptr + sizeof len, len};
    *value = bo_str_from(stored, sizeof len + len);
    return BO_OK;
}

static bo_status find(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str shortened, bo_str *value) {
    bo_str stored, whole;
    if (key.len == 0) return bo_fail(BO_BAD_ARGUMENT, "a record's key must not be empty");
    BO_TRY(bo_kv_get(txn, table, shortened, &stored));
    if (key.len <= RECORD_KEY) {
        *value = stored;
        return BO_OK;
    }
    bo_str found;
    BO_TRY(part(stored, &whole, &found));
    if (!bo_str_eq(whole, key)) return BO_NOT_FOUND;
    *value = found;
    return BO_OK;
}

bo_status bo_record_get(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str *value) {
    short_key room;
    return find(txn, table, key, shorten(&room, key), value);
}

bo_status bo_record_put(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) {
    short_key room;
    bo_str shortened = shorten(&room, key), other, whole;
    if (key.len == 0) return bo_fail(BO_BAD_ARGUMENT, "a record's key must not be empty");
    if (key.len <= RECORD_KEY) return bo_kv_put(txn, table, key, value);
    if (key.len > UINT32_MAX) return bo_fail(BO_LIMIT, "a record's key is too long");
    bo_status status = bo_kv_get(txn, table, shortened, &other);
    if (status == BO_OK) {
        BO_TRY(part(other, &whole, &other));
        if (!bo_str_eq(whole, key)) return bo_fail(BO_LIMIT, "two long keys have the same hash");
    } else if (status != BO_NOT_FOUND) {
        return status;
    }
    void *room_for;
    uint32_t len = (uint32_t)key.len;
    BO_TRY(bo_kv_reserve(txn, table, shortened, sizeof len + key.len + value.len, &room_for));
    char *at = room_for;
    memcpy(at, &len, sizeof len);
    memcpy(at + sizeof len, key.ptr, key.len);
    if (value.len > 0) memcpy(at + sizeof len + key.len, value.ptr, value.len);
    return BO_OK;
}

bo_status bo_record_del(bo_kv_txn *txn, bo_kv_table table, bo_str key) {
    short_key room;
    bo_str shortened = shorten(&room, key), value;
    BO_TRY(find(txn, table, key, shortened, &value));
    return bo_kv_del(txn, table, shortened);
}

bo_status bo_record_each(bo_kv_txn *txn, bo_kv_table table, bo_str prefix, bo_str from,
                         bo_status (*each)(void *context, bo_str key, bo_str value), void *context) {
    bo_kv_cursor *cursor;
    bo_str key, value, start = bo_str_head(bo_str_cmp(from, prefix) > 0 ? from : prefix, RECORD_KEY);
    BO_TRY(bo_kv_cursor_open(&cursor, txn, table));
    bo_status status = bo_kv_seek(cursor, start, &key, &value);
    while (status == BO_OK && bo_str_starts(key, bo_str_head(prefix, RECORD_KEY))) {
        if (key.len > RECORD_KEY) status = part(value, &key, &value);
        if (status == BO_OK && bo_str_starts(key, prefix) && bo_str_cmp(key, from) >= 0)
            status = each(context, key, value);
        if (status == BO_OK) status = bo_kv_next(cursor, &key, &value);
    }
    bo_kv_cursor_close(cursor);
    return status == BO_NOT_FOUND || status == BO_CANCELLED ? BO_OK : status;
}
