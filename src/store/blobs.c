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
