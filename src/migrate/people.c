/* SPDX-License-Identifier: Apache-2.0
 * Writing keys, accounts, collections and activities.
 */
#include <stdlib.h>

#include "auth/auth.h"
#include "bocage/syntax.h"
#include "crypto/crypto.h"
#include "migrate/internal.h"
#include "rdf/vocab.h"
#include "wac/acl.h"

/* Keys. */

static bool is_usable(const bo_migration *m, bo_str actor, bo_str pem) {
    bo_key *key;
    if (!bo_str_starts(actor, m->root) || bo_key_from_pem(&key, pem) != BO_OK) return false;
    bool good = bo_key_kind_of(key) == BO_KEY_RSA;
    bo_key_free(key);
    return good;
}

static bo_status put_key(bo_migration *m, bo_str actor, bo_str pem, bo_str example) {
    bo_str row;
    if (!is_usable(m, actor, pem)) return bo_migration_leave(m, BO_LEFT_KEY_UNUSED, example), BO_OK;
    if (bo_map_put(&m->keyed, actor, NULL) == NULL) return bo_error_last()->status;
    bo_status status = bo_row_get(m->txn, BO_TABLE_KEY, actor, &row);
    if (status == BO_OK && (!m->options.replaces || bo_str_eq(row, pem))) return BO_OK; /* it has one */
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    m->counts.keys++;
    return bo_row_put(m->txn, BO_TABLE_KEY, actor, pem);
}

static bo_status take_key(bo_migration *m, const bo_document *document) {
    bo_str pem = bo_document_value(document, BO_SEC_PRIVATE_KEY_PEM);
    bo_str owner = bo_document_value(document, BO_SEC_OWNER);
    if (owner.ptr == NULL) owner = bo_document_value(document, BO_SEC_CONTROLLER);
    bo_migration_leave(m, BO_LEFT_PRIVATE_KEY, document->iri);
    return put_key(m, owner, pem.ptr != NULL ? pem : BO_STR(""), document->iri);
}

/* Old instances have it in a file. Those that have moved it into the dataset since keep the file. */
static bo_status take_old_key(bo_migration *m, const bo_account *account) {
    bo_value *pem = bo_map_get(&m->actor_keys, account->name);
    if (pem == NULL || bo_map_get(&m->keyed, account->webid) != NULL) return BO_OK;
    return put_key(m, account->webid, *(bo_str *)pem->ptr, account->name);
}

/* Accounts. */

static bool is_admin(bo_migration *m, bo_str webid) {
    const bo_document *admins =
        bo_document_of(&m->lists, bo_arena_join(m->arena, m->root, BO_STR("_groups/superadmins")));
    for (const bo_fact *fact = admins != NULL ? admins->first : NULL; fact != NULL; fact = fact->next)
        if (bo_str_eq(fact->quad.p.value, BO_VCARD_HAS_MEMBER) && bo_str_eq(fact->quad.o.value, webid))
            return true;
    return false;
}

/* Who somebody is for the provider is told at the first import that knows it. */
static bo_status bind(bo_migration *m, const bo_document *document, bo_str name) {
    bo_account account;
    bo_str subject = bo_document_value(document, BO_SEMAPPS_UUID);
    BO_TRY(bo_account_find(m->txn, &account, name, m->arena));
    if (subject.len == 0 || account.subject.len > 0) return BO_OK;
    if (m->options.issuer.len == 0) return bo_migration_leave(m, BO_LEFT_SUBJECT_UNBOUND, name), BO_OK;
    bo_status status = bo_account_bind(m->txn, name, m->options.issuer, subject, m->arena);
    if (status == BO_EXISTS) return bo_migration_leave(m, BO_LEFT_SUBJECT_UNBOUND, name), BO_OK;
    if (status == BO_OK) m->counts.bindings++;
    return status;
}

static bo_status add_account(bo_migration *m, bo_account *account, bo_str hash, const bo_document *document) {
    bo_account other;
    bo_status same = bo_account_find(m->txn, &other, account->name, m->arena);
    if (same == BO_OK && bo_str_eq(other.webid, account->webid)) {
        m->counts.unchanged++;
        return bind(m, document, account->name);
    }
    if (same == BO_OK || bo_account_of_webid(m->txn, &other, account->webid, m->arena) == BO_OK)
        return bo_migration_leave(m, BO_LEFT_ACCOUNT_TAKEN, account->name), BO_OK;
    if (account->email.len > 0 && bo_account_of_email(m->txn, &other, account->email, m->arena) == BO_OK) {
        bo_migration_leave(m, BO_LEFT_ADDRESS_TAKEN, account->name);
        account->email = BO_STR("");
    }
    bo_status status = bo_account_add(m->txn, account, hash);
    if (status == BO_INVALID) return bo_migration_leave(m, BO_LEFT_ACCOUNT_BAD, account->name), BO_OK;
    BO_TRY(status);
    m->counts.accounts++;
    return bind(m, document, account->name);
}

/* WebIDs are plain text there. */
static bo_status take_account(bo_migration *m, const bo_document *document) {
    bo_str hash = bo_document_value(document, BO_SEMAPPS_HASHED_PASSWORD);
    bo_account account = {.name = bo_document_value(document, BO_SEMAPPS_USERNAME),
                          .email = bo_document_value(document, BO_SEMAPPS_EMAIL),
                          .webid = bo_migration_rewrite(m, bo_document_value(document, BO_SEMAPPS_WEB_ID)),
                          .locale = bo_document_value(document, BO_SEMAPPS_PREFERRED_LOCALE)};
    account.is_admin = is_admin(m, account.webid);
    bo_str example = account.name.len > 0 ? account.name : document->iri;
    if (bo_document_value(document, BO_SEMAPPS_DELETED_AT).ptr != NULL)
        return bo_migration_leave(m, BO_LEFT_ACCOUNT_DELETED, example), BO_OK;
    bool bad_hash = hash.len > 0 && !bo_password_is_bcrypt(hash);
    if (bad_hash || account.name.len == 0 || !bo_str_starts(account.webid, m->root))
        return bo_migration_leave(m, BO_LEFT_ACCOUNT_BAD, example), BO_OK;
    BO_TRY(add_account(m, &account, hash.ptr != NULL ? hash : BO_STR(""), document));
    return take_old_key(m, &account);
}

/* Profiles that nobody can log in as: SemApps has such when an account was deleted, or never made. */
static bo_status note_without_account(bo_migration *m) {
    bo_document **list;
    bo_account account;
    size_t len;
    if (m->settings.live == 0) return BO_OK;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) {
        bool person = bo_str_starts(list[i]->iri, m->root) && bo_document_has_type(list[i], BO_AS_PERSON);
        if (!person) continue;
        bo_status status = bo_account_of_webid(m->txn, &account, list[i]->iri, m->arena);
        if (status == BO_NOT_FOUND) bo_migration_leave(m, BO_LEFT_NO_ACCOUNT, list[i]->iri);
        if (status != BO_OK && status != BO_NOT_FOUND) return status;
    }
    return BO_OK;
}

static bo_status take_accounts(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->settings, &list, &len));
    for (size_t i = 0; i < len; i++) {
        if (bo_document_has_type(list[i], BO_SEMAPPS_AUTH_ACCOUNT))
            BO_TRY(take_account(m, list[i]));
        else if (list[i]->first != NULL)
            bo_migration_leave(m, BO_LEFT_OTHER_SETTING, list[i]->iri);
    }
    return note_without_account(m);
}

/* Activities, as the JSON that their readers get. */

static bo_status is_public(bo_migration *m, bool *out, bo_str iri) {
    static const bo_asker everyone;
    bo_acl acl = {0};
    bo_graph *graph;
    bo_str list = bo_acl_iri(m->ap->wac, iri, m->arena);
    const bo_document *rights = bo_document_of(&m->lists, list);
    *out = false;
    if (rights == NULL) return BO_OK;
    BO_TRY(bo_graph_new(&graph));
    bo_status status = BO_OK;
    for (const bo_fact *fact = rights->first; fact != NULL && status == BO_OK; fact = fact->next)
        status = bo_graph_add(graph, &fact->quad);
    if (status == BO_OK) status = bo_acl_read(m->ap->wac, &acl, graph, iri, m->arena);
    bo_graph_free(graph);
    for (size_t i = 0; i < acl.len && status == BO_OK && !*out; i++)
        if ((acl.items[i].modes & BO_MODE_READ) != 0)
            status = bo_acl_applies(out, &acl.items[i], m->txn, &everyone, m->arena);
    return status;
}

static bo_status write_activity(bo_migration *m, bo_document *document, bo_text *out) {
    bo_graph *graph;
    bo_write_options options = {.focus = document->iri,
                                .jsonld_context = BO_STR("\"https://www.w3.org/ns/activitystreams\"")};
    BO_TRY(bo_graph_new(&graph));
    bo_status status = bo_document_gather(m, document, graph);
    if (status == BO_OK) status = bo_write(out, BO_JSONLD, bo_graph_source(graph), &options);
    bo_graph_free(graph);
    return status;
}

static bo_status take_activity(bo_migration *m, bo_document *document) {
    bool public;
    bo_str row;
    bo_text text;
    BO_TRY(is_public(m, &public, document->iri));
    if (!public) {
        bo_migration_leave(m, BO_LEFT_PRIVATE_ACTIVITY, document->iri);
        return BO_OK;
    }
    bo_status status = bo_row_get(m->txn, BO_TABLE_ACTIVITY, document->iri, &row);
    if (status != BO_NOT_FOUND) return status;
    m->counts.activities++;
    bo_text_init(&text, 0);
    status = write_activity(m, document, &text);
    if (status == BO_OK) status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(m->txn, BO_TABLE_ACTIVITY, document->iri, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

/* Collections. What has a date comes in its order. */

typedef struct item {
    bo_str iri, published;
} item;

static int by_date(const void *a, const void *b) {
    const item *left = a, *right = b;
    int dates = bo_str_cmp(left->published, right->published);
    return dates != 0 ? dates : bo_str_cmp(left->iri, right->iri);
}

static bo_status take_box(bo_migration *m, const bo_document *box) {
    size_t len = 0, size = 0;
    for (const bo_fact *fact = box->first; fact != NULL; fact = fact->next) size++;
    item *items = bo_arena_array(m->arena, size + 1, sizeof *items);
    if (items == NULL) return bo_error_last()->status;
    for (const bo_fact *fact = box->first; fact != NULL; fact = fact->next) {
        if (!bo_str_eq(fact->quad.p.value, BO_AS_ITEMS) || fact->quad.o.kind != BO_IRI) continue;
        const bo_document *about = bo_document_of(&m->data, fact->quad.o.value);
        items[len++] = (item){fact->quad.o.value,
                              about != NULL ? bo_document_value(about, BO_AS_PUBLISHED) : BO_STR_NONE};
    }
    if (len > 1) qsort(items, len, sizeof *items, by_date);
    bo_migration_leave(m, BO_LEFT_COLLECTION, box->iri);
    for (size_t i = 0; i < len; i++) {
        if (bo_ap_collected(m->txn, box->iri, items[i].iri, m->arena)) continue;
        m->counts.items++;
        BO_TRY(bo_ap_collect(m->txn, box->iri, items[i].iri, m->arena));
    }
    return BO_OK;
}

bo_status bo_migration_people(bo_migration *m) {
    bo_document **list;
    size_t len;
    BO_TRY(bo_documents_sorted(m, &m->data, &list, &len));
    for (size_t i = 0; i < len; i++) {
        if (bo_is_private_key(list[i]))
            BO_TRY(take_key(m, list[i]));
        else if (bo_is_box(m, list[i]))
            BO_TRY(take_box(m, list[i]));
        else if (bo_is_activity(m, list[i]))
            BO_TRY(take_activity(m, list[i]));
    }
    BO_TRY(take_accounts(m));
    return m->token_key.len > 0 ? bo_auth_import_key(m->txn, m->token_key, m->arena) : BO_OK;
}

/* All of it. */

static bo_status run(bo_migration *m, bo_str relay_key) {
    BO_TRY(bo_row_put(m->txn, BO_TABLE_SETTING, BO_STR("base-url"), m->ap->base_url));
    BO_TRY(bo_migration_sort(m));
    BO_TRY(bo_migration_place(m));
    BO_TRY(bo_migration_files_end(m));
    BO_TRY(bo_migration_people(m));
    BO_TRY(bo_ap_prepare(m->ap, m->txn, relay_key, m->arena));
    return bo_migration_rights(m);
}

bo_status bo_migration_run(bo_migration *m, bo_migration_counts *counts, bo_store *store, const bo_ap *ap,
                           bo_str relay_key) {
    m->ap = ap;
    m->root = bo_arena_join(m->arena, ap->base_url, BO_STR("/"));
    if (m->root.ptr == NULL) return bo_error_last()->status;
    BO_TRY(bo_txn_begin(&m->txn, store, BO_WRITE));
    bo_status status = run(m, relay_key);
    if (status == BO_OK) {
        status = bo_txn_commit(m->txn, NULL, m->arena);
    } else {
        bo_txn_abort(m->txn);
    }
    *counts = m->counts;
    return status;
}
