/* SPDX-License-Identifier: Apache-2.0
 * Accounts: "n" and the name leads to the account, "w" and the WebID, or "e" and the address, to the name.
 */
#include "auth/auth.h"
#include "bocage/json.h"
#include "crypto/crypto.h"

enum { NAME_MAX_BYTES = 64, MAIL_MAX_BYTES = 254, PASSWORD_MIN_BYTES = 8, PASSWORD_MAX_BYTES = 1024 };

static bo_str key_of(char kind, bo_str name, char room[512]) {
    size_t len = name.len < 510 ? name.len : 510;
    room[0] = kind;
    if (len > 0) memcpy(room + 1, name.ptr, len);
    return (bo_str){room, len + 1};
}

bo_status bo_password_ready(bo_str *hash, bo_str password, bo_arena *arena) {
    if (password.len < PASSWORD_MIN_BYTES || password.len > PASSWORD_MAX_BYTES)
        return bo_fail_code(
            BO_INVALID, password.len < PASSWORD_MIN_BYTES ? "password.too-short" : "password.too-long",
            "a password has at least %d characters, and at most %d", PASSWORD_MIN_BYTES, PASSWORD_MAX_BYTES);
    return bo_password_hash(hash, password, 0, 0, arena);
}

/* Addresses compare without case; this is the form that is kept. */
static bo_str lower(bo_str text, char room[MAIL_MAX_BYTES]) {
    size_t len = text.len < MAIL_MAX_BYTES ? text.len : MAIL_MAX_BYTES;
    for (size_t i = 0; i < len; i++)
        room[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] + 32) : text.ptr[i];
    return (bo_str){room, len};
}

static bo_status check_email(bo_str email) {
    size_t at = bo_str_find(email, '@'), dot = bo_str_find_last(email, '.');
    bool good =
        at > 0 && at + 1 < email.len && dot > at + 1 && dot + 1 < email.len && email.len <= MAIL_MAX_BYTES;
    for (size_t i = 0; good && i < email.len; i++)
        good = (unsigned char)email.ptr[i] > ' ' && (i == at || email.ptr[i] != '@');
    return good ? BO_OK
                : bo_fail_code(BO_INVALID, "email.invalid", "'%.*s' is no mail address", BO_STR_ARG(email));
}

static bo_status check_name(bo_str name) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-+_.";
    bool good = name.len > 0 && name.len <= NAME_MAX_BYTES && name.ptr[0] != '.';
    for (size_t i = 0; good && i < name.len; i++)
        good = name.ptr[i] != '\0' && strchr(allowed, name.ptr[i]) != NULL;
    if (good) return BO_OK;
    return bo_fail_code(BO_INVALID, "username.invalid",
                        "the name of an account is made of a-z, 0-9 and - + _ . (at most %d)",
                        NAME_MAX_BYTES);
}

/* An address leads to one account. */
static bo_status put_email(bo_txn *txn, bo_str email, bo_str name) {
    char room[512], small[MAIL_MAX_BYTES];
    bo_str row;
    if (email.len == 0) return BO_OK;
    bo_str key = key_of('e', lower(email, small), room);
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, key, &row);
    if (status == BO_OK && !bo_str_eq(row, name))
        return bo_fail_code(BO_EXISTS, "email.already.exists", "another account has the address %.*s",
                            BO_STR_ARG(email));
    return status == BO_NOT_FOUND ? bo_row_put(txn, BO_TABLE_ACCOUNT, key, name) : status;
}

static bo_status drop_email(bo_txn *txn, bo_str email) {
    char room[512], small[MAIL_MAX_BYTES];
    if (email.len == 0) return BO_OK;
    bo_status status = bo_row_del(txn, BO_TABLE_ACCOUNT, key_of('e', lower(email, small), room));
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static bo_status put_row(bo_txn *txn, const bo_account *account, bo_str password_hash) {
    char room[512];
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("webId"), account->webid);
    if (account->email.len) bo_json_member_string(&json, BO_STR("email"), account->email);
    bo_json_member_string(&json, BO_STR("password"), password_hash);
    bo_json_member_i64(&json, BO_STR("admin"), account->is_admin);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK)
        status = bo_row_put(txn, BO_TABLE_ACCOUNT, key_of('n', account->name, room), bo_text_str(&text));
    bo_text_done(&text);
    if (status == BO_OK)
        status = bo_row_put(txn, BO_TABLE_ACCOUNT, key_of('w', account->webid, room), account->name);
    return status == BO_OK ? put_email(txn, account->email, account->name) : status;
}

static bo_status read_row(bo_account *out, bo_str *password_hash, bo_str name, bo_str row, bo_arena *arena) {
    bo_json *json;
    int64_t admin = 0;
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena));
    bo_json_integer(&admin, bo_json_get(json, BO_STR("admin")));
    *out = (bo_account){.name = bo_arena_str(arena, name),
                        .webid = bo_json_get_string(json, BO_STR("webId")),
                        .email = bo_json_get_string(json, BO_STR("email")),
                        .is_admin = admin != 0};
    *password_hash = bo_json_get_string(json, BO_STR("password"));
    return BO_OK;
}

static bo_status find(bo_txn *txn, bo_account *out, bo_str *password_hash, bo_str name, bo_arena *arena) {
    char room[512];
    bo_str row;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, key_of('n', name, room), &row);
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "there is no account '%.*s'", BO_STR_ARG(name));
    BO_TRY(status);
    return read_row(out, password_hash, name, row, arena);
}

bo_status bo_account_find(bo_txn *txn, bo_account *out, bo_str name, bo_arena *arena) {
    bo_str hash;
    return find(txn, out, &hash, name, arena);
}

bo_status bo_account_of_webid(bo_txn *txn, bo_account *out, bo_str webid, bo_arena *arena) {
    char room[512];
    bo_str name;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, key_of('w', webid, room), &name);
    if (status == BO_NOT_FOUND)
        return bo_fail(BO_NOT_FOUND, "nobody has the WebID %.*s here", BO_STR_ARG(webid));
    BO_TRY(status);
    return bo_account_find(txn, out, bo_arena_str(arena, name), arena);
}

bo_status bo_account_add(bo_txn *txn, const bo_account *account, bo_str password_hash) {
    char room[512];
    bo_str row;
    BO_TRY(check_name(account->name));
    if (account->email.len > 0) BO_TRY(check_email(account->email));
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, key_of('n', account->name, room), &row);
    if (status == BO_OK)
        return bo_fail_code(BO_EXISTS, "username.already.exists", "there is an account '%.*s' already",
                            BO_STR_ARG(account->name));
    if (status != BO_NOT_FOUND) return status;
    return put_row(txn, account, password_hash);
}

/* What a person types: a name, or an address. */
static bo_status name_of(bo_txn *txn, bo_str *name, bo_arena *arena) {
    char room[512], small[MAIL_MAX_BYTES];
    bo_str row;
    if (bo_str_find(*name, '@') == name->len) return BO_OK;
    BO_TRY(bo_row_get(txn, BO_TABLE_ACCOUNT, key_of('e', lower(*name, small), room), &row));
    *name = bo_arena_str(arena, row);
    return BO_OK;
}

bo_status bo_account_check(bo_txn *txn, bo_account *out, bo_str name, bo_str password, bo_arena *arena) {
    /* A hash of nothing that anyone knows: an unknown name takes as long as a wrong password. */
    static const bo_str decoy = {"$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                 96};
    bo_str hash = decoy;
    bo_account account;
    bool known = name_of(txn, &name, arena) == BO_OK && find(txn, &account, &hash, name, arena) == BO_OK;
    bo_status status = bo_password_check(hash, password);
    if (!known || status != BO_OK) return bo_fail(BO_DENIED, "name or password is wrong");
    *out = account;
    return BO_OK;
}

bo_status bo_account_set_password(bo_txn *txn, bo_str name, bo_str password_hash, bo_arena *arena) {
    bo_account account;
    BO_TRY(bo_account_find(txn, &account, name, arena));
    return put_row(txn, &account, password_hash);
}

bo_status bo_account_set_email(bo_txn *txn, bo_str name, bo_str email, bo_arena *arena) {
    bo_account account;
    bo_str hash;
    BO_TRY(check_email(email));
    BO_TRY(find(txn, &account, &hash, name, arena));
    BO_TRY(drop_email(txn, account.email));
    account.email = email;
    return put_row(txn, &account, hash);
}

bo_status bo_account_remove(bo_txn *txn, bo_str name, bo_arena *arena) {
    char room[512];
    bo_account account;
    BO_TRY(bo_account_find(txn, &account, name, arena));
    BO_TRY(drop_email(txn, account.email));
    BO_TRY(bo_row_del(txn, BO_TABLE_ACCOUNT, key_of('w', account.webid, room)));
    return bo_row_del(txn, BO_TABLE_ACCOUNT, key_of('n', name, room));
}

typedef struct listing {
    bo_status (*each)(void *context, const bo_account *account);
    void *context;
} listing;

static bo_status list_one(void *context, bo_str key, bo_str value) {
    listing *l = context;
    bo_account account;
    bo_str hash;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = read_row(&account, &hash, bo_str_from(key, 1), value, arena);
    if (status == BO_OK) status = l->each(l->context, &account);
    bo_arena_free(arena);
    return status;
}

bo_status bo_account_each(bo_txn *txn, bo_status (*each)(void *context, const bo_account *account),
                          void *context) {
    listing l = {each, context};
    return bo_row_each(txn, BO_TABLE_ACCOUNT, BO_STR("n"), BO_STR(""), list_one, &l);
}
