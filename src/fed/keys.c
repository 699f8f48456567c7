/* SPDX-License-Identifier: Apache-2.0
 * Keys of actors elsewhere: found in their documents, kept in the table KEY, asked for anew when a signature
 * does not fit, but not often.
 */
#include "bocage/iri.h"
#include "bocage/proof.h"
#include "fed/internal.h"

enum { REFRESH_MS = 60 * 1000 }; /* a key is not asked for twice within this, whether it was had or not */

/* One key of a document: {"id", "owner", "publicKeyPem"}, or as Multikey (FEP-521a) {"id", "controller",
 * "publicKeyMultibase"}. Its owner has to be who the document is about. */
static bool is_key(const bo_json *key, bo_str key_id, bo_str actor) {
    bo_str owner = bo_json_get_string(key, BO_STR("owner"));
    if (owner.ptr == NULL) owner = bo_json_get_string(key, BO_STR("controller"));
    bool has_key = bo_json_get_string(key, BO_STR("publicKeyPem")).len > 0 ||
                   bo_json_get_string(key, BO_STR("publicKeyMultibase")).len > 0;
    return has_key && bo_str_eq(bo_json_get_string(key, BO_STR("id")), key_id) &&
           (owner.ptr == NULL || bo_str_eq(owner, actor));
}

static const bo_json *find_among(const bo_json *keys, bo_str key_id, bo_str actor) {
    if (!bo_json_is(keys, BO_JSON_ARRAY)) return is_key(keys, key_id, actor) ? keys : NULL;
    for (uint32_t i = 0; i < keys->len; i++)
        if (is_key(keys->items[i], key_id, actor)) return keys->items[i];
    return NULL;
}

bo_status bo_fed_key_in(bo_fed_peer_key *out, const bo_json *document, bo_str key_id) {
    bo_str actor = bo_json_get_string(document, BO_STR("id"));
    static const char *const places[] = {"publicKey", "assertionMethod"};
    const bo_json *found = NULL;
    for (size_t i = 0; i < 2 && found == NULL; i++)
        found = find_among(bo_json_get(document, bo_str_of(places[i])), key_id, actor);
    if (found == NULL)
        return bo_fail(BO_UNAUTHENTICATED, "%.*s has no key %.*s that says it belongs to it",
                       BO_STR_ARG(actor), BO_STR_ARG(key_id));
    *out = (bo_fed_peer_key){actor, bo_json_get_string(found, BO_STR("publicKeyPem")),
                             bo_json_get_string(found, BO_STR("publicKeyMultibase")), 0};
    return BO_OK;
}

bo_status bo_fed_peer_key_open(bo_key **out, const bo_fed_peer_key *key) {
    return key->pem.len > 0 ? bo_key_from_pem(out, key->pem) : bo_multikey_read(out, key->multibase);
}

/* Kept rows. */

static bo_str kept_key(bo_str key_id, bo_arena *arena) {
    return bo_arena_join(arena, BO_STR("key of a peer: "), key_id);
}

static bo_status read_kept(bo_fed *fed, bo_fed_peer_key *out, bo_str key_id, bo_arena *arena) {
    bo_txn *txn;
    bo_str row;
    bo_json *json;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_READ));
    bo_status status = bo_row_get(txn, BO_TABLE_KEY, kept_key(key_id, arena), &row);
    if (status == BO_OK) status = bo_json_parse(&json, bo_arena_str(arena, row), NULL, arena);
    bo_txn_abort(txn);
    BO_TRY(status);
    *out =
        (bo_fed_peer_key){bo_json_get_string(json, BO_STR("owner")), bo_json_get_string(json, BO_STR("pem")),
                          bo_json_get_string(json, BO_STR("multibase")), 0};
    bo_json_integer(&out->at_ms, bo_json_get(json, BO_STR("at")));
    return BO_OK;
}

static bo_status put_key(bo_txn *txn, const bo_fed_peer_key *key, bo_str row_key) {
    bo_text text;
    bo_json_writer json;
    bo_text_init(&text, 0);
    bo_json_begin(&json, &text);
    bo_json_open(&json, BO_JSON_OBJECT);
    bo_json_member_string(&json, BO_STR("owner"), key->owner);
    if (key->pem.len > 0) bo_json_member_string(&json, BO_STR("pem"), key->pem);
    if (key->multibase.len > 0) bo_json_member_string(&json, BO_STR("multibase"), key->multibase);
    bo_json_member_i64(&json, BO_STR("at"), key->at_ms);
    bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_text_end(&text);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_KEY, row_key, bo_text_str(&text));
    bo_text_done(&text);
    return status;
}

static bo_status keep(bo_fed *fed, const bo_fed_peer_key *key, bo_str key_id, bo_arena *arena) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, fed->options.store, BO_WRITE));
    bo_status status = put_key(txn, key, kept_key(key_id, arena));
    if (status == BO_OK) return bo_txn_commit(txn, NULL, arena);
    bo_txn_abort(txn);
    return status;
}

/* Keys that could not be had are not asked for again at once: the hash of a name leads to the one place where
 * that is noted, so that whoever makes names up fills nothing. */

static unsigned place_of(bo_str key_id) {
    return (unsigned)(bo_str_hash(key_id) % BO_FED_MISSED);
}

static bool was_missed(bo_fed *fed, bo_str key_id) {
    int64_t now = bo_clock_wall_ms(fed->options.clock);
    pthread_mutex_lock(&fed->lock);
    const bo_fed_missed *missed = &fed->missed[place_of(key_id)];
    bool recently =
        missed->hash == bo_str_hash(key_id) && now - missed->at_ms < REFRESH_MS && now >= missed->at_ms;
    pthread_mutex_unlock(&fed->lock);
    return recently;
}

static void note_missed(bo_fed *fed, bo_str key_id) {
    pthread_mutex_lock(&fed->lock);
    fed->missed[place_of(key_id)] =
        (bo_fed_missed){bo_str_hash(key_id), bo_clock_wall_ms(fed->options.clock)};
    pthread_mutex_unlock(&fed->lock);
}

/* Asking. A document that is itself a key, or is found elsewhere than it says, leads to its owner, whose
 * document has to have the key: nobody makes keys for others by placing a document at their host. */
static bo_status ask(bo_fed *fed, bo_fed_peer_key *out, bo_str key_id, bo_arena *arena) {
    bo_json *document;
    bo_fed_address address;
    BO_TRY(bo_fed_get_json(fed, &document, key_id, arena));
    bo_str id = bo_json_get_string(document, BO_STR("id")),
           owner = bo_json_get_string(document, BO_STR("owner"));
    bool bare = bo_json_get_string(document, BO_STR("publicKeyPem")).len > 0 && owner.len > 0;
    if (bare || !bo_str_eq(id, bo_iri_document(key_id))) {
        bo_str actor = bare ? owner : id;
        BO_TRY(bo_fed_get_json(fed, &document, actor, arena));
        if (!bo_str_eq(bo_json_get_string(document, BO_STR("id")), actor))
            return bo_fail(BO_UNAUTHENTICATED, "what is at %.*s calls itself something else",
                           BO_STR_ARG(actor));
    }
    BO_TRY(bo_fed_key_in(out, document, key_id));
    if (!bo_str_eq(bo_outgoing_host(out->owner), bo_outgoing_host(key_id)))
        return bo_fail(BO_UNAUTHENTICATED, "the key %.*s says that it belongs to someone elsewhere",
                       BO_STR_ARG(key_id));
    out->at_ms = bo_clock_wall_ms(fed->options.clock);
    BO_TRY(keep(fed, out, key_id, arena));
    if (bo_fed_address_read(&address, document, out->owner) == BO_OK)
        return bo_fed_address_keep(fed, &address, out->owner, arena);
    return BO_OK;
}

bool bo_fed_key_is_kept(bo_fed *fed, bo_str key_id, bo_arena *arena) {
    bo_fed_peer_key key;
    return read_kept(fed, &key, key_id, arena) == BO_OK;
}

bo_status bo_fed_key(bo_fed *fed, bo_fed_peer_key *out, bo_str key_id, bool fresh, bo_arena *arena) {
    enum { ID_MOST = 2000 };
    if (bo_outgoing_host(key_id).ptr == NULL || key_id.len > ID_MOST)
        return bo_fail(BO_UNAUTHENTICATED, "the key's name '%.*s' is no address of the web",
                       BO_STR_ARG(key_id));
    bo_status status = read_kept(fed, out, key_id, arena);
    if (status != BO_OK && status != BO_NOT_FOUND) return status;
    bool is_recent = status == BO_OK && bo_clock_wall_ms(fed->options.clock) - out->at_ms < REFRESH_MS;
    if (status == BO_OK && (!fresh || is_recent))
        return fresh ? bo_fail(BO_BUSY, "the key has just been asked for") : BO_OK;
    if (was_missed(fed, key_id))
        return bo_fail(BO_UNAUTHENTICATED, "the key %.*s could not be had a moment ago", BO_STR_ARG(key_id));
    status = ask(fed, out, key_id, arena);
    if (status != BO_OK) note_missed(fed, key_id);
    return status;
}
