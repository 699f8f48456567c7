/* SPDX-License-Identifier: Apache-2.0
 * Accounts: their rows, and what leads to them.
 */
#include "auth/internal.h"
#include "bocage/json.h"
#include "crypto/crypto.h"

enum { NAME_MAX_BYTES = 64, MAIL_MAX_BYTES = 254, PASSWORD_MIN_BYTES = 8, PASSWORD_MAX_BYTES = 1024 };

bo_str bo_account_key(char kind, bo_str name, char room[BO_ACCOUNT_KEY_ROOM]) {
    size_t len = name.len < BO_ACCOUNT_KEY_ROOM - 2 ? name.len : BO_ACCOUNT_KEY_ROOM - 2;
    room[0] = kind;
    if (len > 0) memcpy(room + 1, name.ptr, len);
    return (bo_str){room, len + 1};
}

bo_status bo_account_drop(bo_txn *txn, char kind, bo_str name) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_status status = bo_row_del(txn, BO_TABLE_ACCOUNT, bo_account_key(kind, name, room));
    return status == BO_NOT_FOUND ? BO_OK : status;
}

bo_status bo_password_ready(bo_str *hash, bo_str password, bo_arena *arena) {
    if (password.len < PASSWORD_MIN_BYTES || password.len > PASSWORD_MAX_BYTES)
        return bo_fail_code(
            BO_INVALID, password.len < PASSWORD_MIN_BYTES ? "password.too-short" : "password.too-long",
            "a password has at least %d characters, and at most %d", PASSWORD_MIN_BYTES, PASSWORD_MAX_BYTES);
    return bo_password_hash(hash, password, 0, 0, arena);
}

/* Addresses compare without case; this is the form that is looked for. */
static bo_str lower(bo_str text, char room[MAIL_MAX_BYTES]) {
    size_t len = text.len < MAIL_MAX_BYTES ? text.len : MAIL_MAX_BYTES;
    for (size_t i = 0; i < len; i++)
        room[i] = text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] + 32) : text.ptr[i];
    return (bo_str){room, len};
}

/* One that can stand in a mail's head and envelope as it is: no quoted parts, no comments. */
static bo_status check_email(bo_str email) {
    static const char closed[] = "<>()[]\\,;:\"";
    size_t at = bo_str_find(email, '@'), dot = bo_str_find_last(email, '.');
    bool good =
        at > 0 && at + 1 < email.len && dot > at + 1 && dot + 1 < email.len && email.len <= MAIL_MAX_BYTES;
    for (size_t i = 0; good && i < email.len; i++) {
        unsigned char c = (unsigned char)email.ptr[i];
        good = c > ' ' && c != 0x7F && (i == at || c != '@') && strchr(closed, c) == NULL;
    }
    return good ? BO_OK
                : bo_fail_code(BO_INVALID, "email.invalid", "'%.*s' is no mail address", BO_STR_ARG(email));
}

/* A language tag (RFC 5646 section 2.1): letters, then letters and digits between hyphens. */
static bo_status check_locale(bo_str locale) {
    enum { TAG_MOST = 35, SUBTAG_MOST = 8 };
    size_t run = 0;
    bool good = locale.len <= TAG_MOST;
    for (size_t i = 0; good && i < locale.len; i++) {
        unsigned char c = (unsigned char)locale.ptr[i], small = c | 0x20;
        bool letter = small >= 'a' && small <= 'z', digit = c >= '0' && c <= '9' && i > 1;
        run = c == '-' ? 0 : run + 1;
        good = run <= SUBTAG_MOST && (letter || digit || (c == '-' && i > 1 && locale.ptr[i - 1] != '-'));
    }
    if (good && (locale.len == 0 || (locale.len > 1 && run > 0))) return BO_OK;
    return bo_fail_code(BO_INVALID, "locale.invalid", "'%.*s' is no language tag: fr, en-GB, ...",
                        BO_STR_ARG(bo_str_head(locale, TAG_MOST)));
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

/* A row that leads to one account alone: BO_EXISTS when it leads to another. */
static bo_status check_way(bo_txn *txn, char kind, bo_str from, bo_str name, const char *code) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_str row;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key(kind, from, room), &row);
    if (status == BO_OK && !bo_str_eq(row, name))
        return bo_fail_code(BO_EXISTS, code, "another account has this already: %.*s", BO_STR_ARG(from));
    return status == BO_NOT_FOUND ? BO_OK : status;
}

static bo_status put_way(bo_txn *txn, char kind, bo_str from, bo_str name, const char *code) {
    char room[BO_ACCOUNT_KEY_ROOM];
    BO_TRY(check_way(txn, kind, from, name, code));
    return bo_row_put(txn, BO_TABLE_ACCOUNT, bo_account_key(kind, from, room), name);
}

static const char email_taken[] = "email.already.exists", webid_taken[] = "webid.already.exists";

static bo_status put_email(bo_txn *txn, bo_str email, bo_str name) {
    char small[MAIL_MAX_BYTES];
    if (email.len == 0) return BO_OK;
    return put_way(txn, 'e', lower(email, small), name, email_taken);
}

static bo_status drop_email(bo_txn *txn, bo_str email) {
    char small[MAIL_MAX_BYTES];
    return email.len > 0 ? bo_account_drop(txn, 'e', lower(email, small)) : BO_OK;
}

/* Which accounts have a hash of bcrypt is known, since a login must cost the same for all (login.c). */
static bo_status note_bcrypt(bo_txn *txn, const bo_account_row *row) {
    enum { BEGINNING = 7 }; /* "$2b$10$": what tells how slow it is */
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_str key = bo_account_key('b', row->account.name, room);
    if (!bo_password_is_bcrypt(row->password_hash)) return bo_account_drop(txn, 'b', row->account.name);
    return bo_row_put(txn, BO_TABLE_ACCOUNT, key, bo_str_head(row->password_hash, BEGINNING));
}

static bo_status put_json(bo_txn *txn, const bo_account_row *row) {
    char room[BO_ACCOUNT_KEY_ROOM];
    const bo_account *account = &row->account;
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("webId"), account->webid);
    if (account->email.len) bo_json_member_string(&json, BO_STR("email"), account->email);
    if (account->subject.len) bo_json_member_string(&json, BO_STR("subject"), account->subject);
    if (account->locale.len) bo_json_member_string(&json, BO_STR("locale"), account->locale);
    bo_json_member_string(&json, BO_STR("password"), row->password_hash);
    bo_json_member_i64(&json, BO_STR("admin"), account->is_admin);
    bo_json_member_i64(&json, BO_STR("epoch"), row->epoch);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    bo_str key = bo_account_key('n', account->name, room);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_ACCOUNT, key, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

bo_status bo_account_row_put(bo_txn *txn, const bo_account_row *row) {
    const bo_account *account = &row->account;
    BO_TRY(put_json(txn, row));
    BO_TRY(put_way(txn, 'w', account->webid, account->name, webid_taken));
    BO_TRY(put_email(txn, account->email, account->name));
    return note_bcrypt(txn, row);
}

static bo_status read_row(bo_account_row *out, bo_str name, bo_str text, bo_arena *arena) {
    bo_json *json;
    int64_t admin = 0, epoch = 0;
    BO_TRY(bo_json_parse(&json, bo_arena_str(arena, text), NULL, arena));
    bo_json_integer(&admin, bo_json_get(json, BO_STR("admin")));
    bo_json_integer(&epoch, bo_json_get(json, BO_STR("epoch")));
    *out = (bo_account_row){.account = {.name = bo_arena_str(arena, name),
                                        .webid = bo_json_get_string(json, BO_STR("webId")),
                                        .email = bo_json_get_string(json, BO_STR("email")),
                                        .subject = bo_json_get_string(json, BO_STR("subject")),
                                        .locale = bo_json_get_string(json, BO_STR("locale")),
                                        .is_admin = admin != 0},
                            .password_hash = bo_json_get_string(json, BO_STR("password")),
                            .epoch = epoch};
    return BO_OK;
}

bo_status bo_account_row_get(bo_txn *txn, bo_account_row *out, bo_str name, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_str text;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('n', name, room), &text);
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "there is no account '%.*s'", BO_STR_ARG(name));
    BO_TRY(status);
    return read_row(out, name, text, arena);
}

bo_status bo_account_find(bo_txn *txn, bo_account *out, bo_str name, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    *out = row.account;
    return BO_OK;
}

/* The account that another row leads to. */
static bo_status follow(bo_txn *txn, bo_account *out, char kind, bo_str from, bo_arena *arena) {
    char room[BO_ACCOUNT_KEY_ROOM];
    bo_str name;
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key(kind, from, room), &name);
    if (status == BO_NOT_FOUND) return bo_fail(BO_NOT_FOUND, "no account here is %.*s", BO_STR_ARG(from));
    BO_TRY(status);
    return bo_account_find(txn, out, bo_arena_str(arena, name), arena);
}

bo_status bo_account_of_webid(bo_txn *txn, bo_account *out, bo_str webid, bo_arena *arena) {
    return follow(txn, out, 'w', webid, arena);
}

bo_status bo_account_of_email(bo_txn *txn, bo_account *out, bo_str email, bo_arena *arena) {
    char small[MAIL_MAX_BYTES];
    if (email.len > MAIL_MAX_BYTES) return bo_fail(BO_NOT_FOUND, "no account has this address");
    return follow(txn, out, 'e', lower(email, small), arena);
}

bo_status bo_account_name_of(bo_txn *txn, bo_str *name, bo_arena *arena) {
    char small[MAIL_MAX_BYTES];
    bo_account account;
    if (name->len > MAIL_MAX_BYTES) return bo_fail(BO_NOT_FOUND, "no account has such a name");
    if (bo_str_find(*name, '@') == name->len) {
        *name = bo_arena_str(arena, lower(*name, small));
        return BO_OK;
    }
    BO_TRY(bo_account_of_email(txn, &account, *name, arena));
    *name = account.name;
    return BO_OK;
}

/* Everything is checked before anything is written: who imports many goes on after one that can't be. */
bo_status bo_account_add(bo_txn *txn, const bo_account *account, bo_str password_hash) {
    char room[BO_ACCOUNT_KEY_ROOM], small[MAIL_MAX_BYTES];
    bo_str row;
    BO_TRY(check_name(account->name));
    if (account->email.len > 0) {
        BO_TRY(check_email(account->email));
        BO_TRY(check_way(txn, 'e', lower(account->email, small), account->name, email_taken));
    }
    BO_TRY(check_locale(account->locale));
    BO_TRY(check_way(txn, 'w', account->webid, account->name, webid_taken));
    bo_status status = bo_row_get(txn, BO_TABLE_ACCOUNT, bo_account_key('n', account->name, room), &row);
    if (status == BO_OK)
        return bo_fail_code(BO_EXISTS, "username.already.exists", "there is an account '%.*s' already",
                            BO_STR_ARG(account->name));
    if (status != BO_NOT_FOUND) return status;
    return bo_account_row_put(txn, &(bo_account_row){.account = *account, .password_hash = password_hash});
}

bo_status bo_account_set_password(bo_txn *txn, bo_str name, bo_str password_hash, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    row.password_hash = password_hash;
    row.epoch++;
    BO_TRY(bo_account_drop(txn, 't', name));
    return bo_account_row_put(txn, &row);
}

bo_status bo_account_revoke(bo_txn *txn, bo_str name, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    row.epoch++;
    return bo_account_row_put(txn, &row);
}

bo_status bo_account_set_email(bo_txn *txn, bo_str name, bo_str email, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(check_email(email));
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    BO_TRY(drop_email(txn, row.account.email));
    BO_TRY(bo_account_drop(txn, 't', name)); /* what was mailed to the old address */
    row.account.email = email;
    return bo_account_row_put(txn, &row);
}

bo_status bo_account_set_locale(bo_txn *txn, bo_str name, bo_str locale, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(check_locale(locale));
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    row.account.locale = locale;
    return bo_account_row_put(txn, &row);
}

bo_status bo_account_remove(bo_txn *txn, bo_str name, bo_arena *arena) {
    bo_account account;
    BO_TRY(bo_account_find(txn, &account, name, arena));
    BO_TRY(drop_email(txn, account.email));
    if (account.subject.len > 0) BO_TRY(bo_account_drop(txn, 'o', account.subject));
    BO_TRY(bo_account_drop(txn, 'w', account.webid));
    BO_TRY(bo_account_drop(txn, 'b', name));
    BO_TRY(bo_account_drop(txn, 't', name));
    return bo_account_drop(txn, 'n', name);
}

bo_status bo_account_forget(bo_txn *txn, bo_str webid, bo_arena *arena) {
    bo_account account;
    bo_status status = bo_account_of_webid(txn, &account, webid, arena);
    if (status != BO_OK) return status == BO_NOT_FOUND ? BO_OK : status;
    return bo_account_remove(txn, account.name, arena);
}

/* A NUL can be in neither part, so that no two pairs look alike. */
static bo_str subject_of(bo_str issuer, bo_str subject, bo_arena *arena) {
    unsigned char digest[32];
    bo_sha256(digest, bo_arena_join(arena, bo_arena_join(arena, issuer, bo_str_make("\0", 1)), subject));
    return bo_hex(bo_str_make((char *)digest, sizeof digest), arena);
}

bo_status bo_account_bind(bo_txn *txn, bo_str name, bo_str issuer, bo_str subject, bo_arena *arena) {
    bo_account_row row;
    BO_TRY(bo_account_row_get(txn, &row, name, arena));
    if (row.account.subject.len > 0) BO_TRY(bo_account_drop(txn, 'o', row.account.subject));
    row.account.subject = subject_of(issuer, subject, arena);
    BO_TRY(put_way(txn, 'o', row.account.subject, name, "subject.already.exists"));
    return bo_account_row_put(txn, &row);
}

bo_status bo_account_of_subject(bo_txn *txn, bo_account *out, bo_str issuer, bo_str subject,
                                bo_arena *arena) {
    return follow(txn, out, 'o', subject_of(issuer, subject, arena), arena);
}

typedef struct listing {
    bo_status (*each)(void *context, const bo_account *account);
    void *context;
} listing;

static bo_status list_one(void *context, bo_str key, bo_str value) {
    listing *l = context;
    bo_account_row row;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = read_row(&row, bo_str_from(key, 1), value, arena);
    if (status == BO_OK) status = l->each(l->context, &row.account);
    bo_arena_free(arena);
    return status;
}

bo_status bo_account_each(bo_txn *txn, bo_status (*each)(void *context, const bo_account *account),
                          void *context) {
    listing l = {each, context};
    return bo_row_each(txn, BO_TABLE_ACCOUNT, BO_STR("n"), BO_STR(""), list_one, &l);
}
