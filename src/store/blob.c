/* SPDX-License-Identifier: Apache-2.0
 * Blobs: whole files under their SHA-256.
 */
#include "crypto/crypto.h"
#include "store/record.h"
#include "store/txn.h"

/* Pieces under digest and number, whole pages each so that nothing is wasted; a first entry under the
 * digest alone holds the length. */

enum { DIGEST = 32, PIECE = 64 * 4096 - 16 };

typedef struct piece_key {
    char bytes[DIGEST + 4];
} piece_key;

static bo_str piece_at(piece_key *key, const unsigned char digest[DIGEST], uint32_t number) {
    uint32_t big = __builtin_bswap32(number);
    memcpy(key->bytes, digest, DIGEST);
    memcpy(key->bytes + DIGEST, &big, sizeof big);
    return (bo_str){key->bytes, sizeof key->bytes};
}

static bo_str digest_str(const unsigned char digest[DIGEST]) {
    return (bo_str){(const char *)digest, DIGEST};
}

static bo_status blob_len(bo_txn *txn, const unsigned char digest[DIGEST], uint64_t *out) {
    bo_str value;
    BO_TRY(bo_kv_get(txn->kv, BO_STORE_BLOB, digest_str(digest), &value));
    if (value.len != sizeof *out) return bo_fail(BO_CORRUPT, "a blob of the store is damaged");
    memcpy(out, value.ptr, sizeof *out);
    return BO_OK;
}

static uint64_t pieces_of(uint64_t len) {
    return (len + PIECE - 1) / PIECE;
}

bo_status bo_blob_put(bo_txn *txn, unsigned char digest[DIGEST], bo_str bytes) {
    unsigned char hash[DIGEST];
    uint64_t len = bytes.len;
    bo_str value;
    bo_sha256(hash, bytes);
    bo_status status = bo_kv_get(txn->kv, BO_STORE_BLOB, digest_str(hash), &value);
    if (status == BO_NOT_FOUND) {
        if (pieces_of(len) > UINT32_MAX) return bo_fail(BO_LIMIT, "a blob is too large for the store");
        status =
            bo_kv_put(txn->kv, BO_STORE_BLOB, digest_str(hash), (bo_str){(const char *)&len, sizeof len});
        for (uint32_t i = 0; i < pieces_of(len) && status == BO_OK; i++) {
            piece_key key;
            status = bo_kv_put(txn->kv, BO_STORE_BLOB, piece_at(&key, hash, i),
                               bo_str_head(bo_str_from(bytes, (size_t)i * PIECE), PIECE));
        }
    }
    BO_TRY(status);
    memcpy(digest, hash, DIGEST);
    return BO_OK;
}

bo_status bo_blob_get(bo_txn *txn, const unsigned char digest[DIGEST], bo_str *bytes, bo_arena *arena) {
    uint64_t len;
    BO_TRY(blob_len(txn, digest, &len));
    char *room = bo_arena_alloc(arena, len);
    if (room == NULL) return bo_error_last()->status;
    for (uint32_t i = 0; i < pieces_of(len); i++) {
        piece_key key;
        bo_str value;
        size_t from = (size_t)i * PIECE, want = len - from < PIECE ? len - from : PIECE;
        bo_status status = bo_kv_get(txn->kv, BO_STORE_BLOB, piece_at(&key, digest, i), &value);
        if (status == BO_NOT_FOUND || (status == BO_OK && value.len != want))
            return bo_fail(BO_CORRUPT, "a blob of the store is damaged");
        BO_TRY(status);
        memcpy(room + from, value.ptr, want);
    }
    *bytes = (bo_str){room, len};
    return BO_OK;
}

bo_status bo_blob_del(bo_txn *txn, const unsigned char digest[DIGEST]) {
    uint64_t len;
    BO_TRY(blob_len(txn, digest, &len));
    for (uint32_t i = 0; i < pieces_of(len); i++) {
        piece_key key;
        BO_TRY(bo_kv_del(txn->kv, BO_STORE_BLOB, piece_at(&key, digest, i)));
    }
    return bo_kv_del(txn->kv, BO_STORE_BLOB, digest_str(digest));
}
