/* SPDX-License-Identifier: Apache-2.0
 * Whole files under their SHA-256: a head with the length, and pieces.
 */
#include "crypto/crypto.h"
#include "store/txn.h"

enum {
    DIGEST = 32,
    PIECE = 16 * 4096 - 16 /* fills sixteen pages of the kv's file */
};

typedef struct blob_key {
    unsigned char bytes[DIGEST + sizeof(uint32_t)];
} blob_key;

static bo_str head_key(blob_key *room, const unsigned char digest[DIGEST]) {
    memcpy(room->bytes, digest, DIGEST);
    return (bo_str){(const char *)room->bytes, DIGEST};
}

static bo_str piece_key(blob_key *room, const unsigned char digest[DIGEST], uint32_t number) {
    uint32_t big = __builtin_bswap32(number);
    memcpy(room->bytes, digest, DIGEST);
    memcpy(room->bytes + DIGEST, &big, sizeof big);
    return (bo_str){(const char *)room->bytes, sizeof room->bytes};
}

static bo_status damaged(void) {
    return bo_fail(BO_CORRUPT, "a blob of the store is damaged");
}

static bo_status length_of(bo_txn *txn, const unsigned char digest[DIGEST], uint64_t *len) {
    blob_key key;
    bo_str value;
    BO_TRY(bo_kv_get(txn->kv, BO_STORE_BLOB, head_key(&key, digest), &value));
    if (value.len != sizeof *len) return damaged();
    memcpy(len, value.ptr, sizeof *len);
    return BO_OK;
}

bo_status bo_blob_put(bo_txn *txn, unsigned char digest[DIGEST], bo_str bytes) {
    blob_key key;
    uint64_t len = bytes.len;
    if (bytes.len / PIECE >= UINT32_MAX) return bo_fail(BO_LIMIT, "a blob is too large");
    bo_sha256(digest, bytes);
    bo_status status = length_of(txn, digest, &len);
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(
        bo_kv_put(txn->kv, BO_STORE_BLOB, head_key(&key, digest), (bo_str){(const char *)&len, sizeof len}));
    for (uint32_t number = 0; bytes.len > 0; number++) {
        bo_str piece = bo_str_head(bytes, PIECE);
        BO_TRY(bo_kv_put(txn->kv, BO_STORE_BLOB, piece_key(&key, digest, number), piece));
        bytes = bo_str_from(bytes, piece.len);
    }
    return BO_OK;
}

bo_status bo_blob_get(bo_txn *txn, const unsigned char digest[DIGEST], bo_str *bytes, bo_arena *arena) {
    blob_key key;
    uint64_t len, have = 0;
    BO_TRY(length_of(txn, digest, &len));
    char *room = bo_arena_alloc(arena, len + 1);
    if (room == NULL) return bo_error_last()->status;
    for (uint32_t number = 0; have < len; number++) {
        bo_str piece;
        bo_status status = bo_kv_get(txn->kv, BO_STORE_BLOB, piece_key(&key, digest, number), &piece);
        if (status == BO_NOT_FOUND || (status == BO_OK && (piece.len == 0 || piece.len > len - have)))
            return damaged();
        BO_TRY(status);
        memcpy(room + have, piece.ptr, piece.len);
        have += piece.len;
    }
    *bytes = (bo_str){room, len};
    return BO_OK;
}

bo_status bo_blob_del(bo_txn *txn, const unsigned char digest[DIGEST]) {
    blob_key key;
    uint64_t len;
    BO_TRY(length_of(txn, digest, &len));
    BO_TRY(bo_kv_del(txn->kv, BO_STORE_BLOB, head_key(&key, digest)));
    for (uint32_t number = 0; number * (uint64_t)PIECE < len; number++) {
        bo_status status = bo_kv_del(txn->kv, BO_STORE_BLOB, piece_key(&key, digest, number));
        if (status == BO_NOT_FOUND) return damaged();
        BO_TRY(status);
    }
    return BO_OK;
}

/* Checking. */

static bo_status check_blob(bo_txn *txn, const unsigned char digest[DIGEST], bool *good, bo_arena *arena) {
    unsigned char found[DIGEST];
    bo_str bytes;
    bo_status status = bo_blob_get(txn, digest, &bytes, arena);
    *good = false;
    if (status != BO_OK) return status == BO_CORRUPT ? BO_OK : status;
    bo_sha256(found, bytes);
    *good = memcmp(found, digest, DIGEST) == 0;
    return BO_OK;
}

/* Heads come before their pieces: a piece must be one of the head that came last. */
static bo_status check_entry(bo_txn *txn, bo_str key, unsigned char last[DIGEST], uint64_t *len, bool *good,
                             bo_arena *arena) {
    uint32_t number = 0;
    if (key.len == DIGEST) {
        memcpy(last, key.ptr, DIGEST);
        if (length_of(txn, last, len) != BO_OK) *len = 0;
        return check_blob(txn, last, good, arena);
    }
    *good = key.len == sizeof(blob_key) && memcmp(key.ptr, last, DIGEST) == 0;
    if (*good) memcpy(&number, key.ptr + DIGEST, sizeof number);
    *good = *good && __builtin_bswap32(number) * (uint64_t)PIECE < *len;
    return BO_OK;
}

bo_status bo_blobs_check(bo_txn *txn, void (*report)(void *context, const unsigned char digest[32]),
                         void *context, bo_arena *arena) {
    unsigned char last[DIGEST] = {0};
    uint64_t len = 0;
    bo_kv_cursor *cursor;
    bo_str key, value;
    BO_TRY(bo_kv_cursor_open(&cursor, txn->kv, BO_STORE_BLOB));
    bo_status status = bo_kv_first(cursor, &key, &value);
    for (; status == BO_OK; status = bo_kv_next(cursor, &key, &value)) {
        bool good;
        bo_arena_reset(arena);
        if ((status = check_entry(txn, key, last, &len, &good, arena)) != BO_OK) break;
        if (!good) report(context, key.len >= DIGEST ? (const unsigned char *)key.ptr : last);
    }
    bo_kv_cursor_close(cursor);
    return status == BO_NOT_FOUND ? BO_OK : status;
}
