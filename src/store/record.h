/* SPDX-License-Identifier: Apache-2.0
 * Records under keys of any length, in a table of kv. Keys of more than RECORD_KEY bytes are kept by their
 * beginning and a hash, with the whole key before the value; among those that begin with the same RECORD_KEY
 * bytes the order is the hash's.
 */
#ifndef BO_STORE_RECORD_H
#define BO_STORE_RECORD_H

#include "kv/kv.h"

/* BO_NOT_FOUND is expected of get and del; BO_BAD_ARGUMENT for an empty key. */
bo_status bo_record_get(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str *value) BO_MUST_USE;
bo_status bo_record_put(bo_kv_txn *txn, bo_kv_table table, bo_str key, bo_str value) BO_MUST_USE;
bo_status bo_record_del(bo_kv_txn *txn, bo_kv_table table, bo_str key) BO_MUST_USE;
/* Calls `each` for the records whose key starts with `prefix` and is at least `from`, until it returns
 * another status; BO_CANCELLED ends the walk as BO_OK. */
bo_status bo_record_each(bo_kv_txn *txn, bo_kv_table table, bo_str prefix, bo_str from,
                         bo_status (*each)(void *context, bo_str key, bo_str value),
                         void *context) BO_MUST_USE;

#endif
