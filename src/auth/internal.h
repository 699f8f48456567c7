/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share: the rows of the table ACCOUNT. Keys are a letter and a name:
 *   n account name -> the account as JSON      w WebID, e address in small letters -> account name
 *   o digest of issuer and subject -> account name     b account name -> how its bcrypt hash begins
 *   t account name -> a reset token's end and digest    s session -> its end, the account's epoch, account
 * name
 */
#ifndef BO_AUTH_INTERNAL_H
#define BO_AUTH_INTERNAL_H

#include "auth/auth.h"

typedef struct bo_account_row {
    bo_account account;
    bo_str password_hash;
    int64_t epoch; /* grows when all sessions end */
} bo_account_row;

bo_status bo_account_row_get(bo_txn *txn, bo_account_row *out, bo_str name, bo_arena *arena) BO_MUST_USE;
bo_status bo_account_row_put(bo_txn *txn, const bo_account_row *row) BO_MUST_USE;
/* What a person types, a name or an address, becomes the account's name. BO_NOT_FOUND. */
bo_status bo_account_name_of(bo_txn *txn, bo_str *name, bo_arena *arena) BO_MUST_USE;

enum { BO_ACCOUNT_KEY_ROOM = 512 };
bo_str bo_account_key(char kind, bo_str name, char room[BO_ACCOUNT_KEY_ROOM]);
/* Deletes a row if it is there. */
bo_status bo_account_drop(bo_txn *txn, char kind, bo_str name) BO_MUST_USE;

#endif
