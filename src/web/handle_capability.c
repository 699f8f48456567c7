/* SPDX-License-Identifier: Apache-2.0
 * Capabilities, which invitation links are made of: Verifiable Credentials without a named subject that give
 * whoever shows them some rights on one resource, as SemApps has them (VC API 0.3). The node's own record is
 * what counts, so that one can be revoked; the proof is for others.
 *
 * One is used as `Authorization: Bearer` and an unsigned JWT of a presentation, or, shorter, as
 * `Authorization: Capability` and its address.
 */
#include "auth/auth.h"
#include "bocage/proof.h"
#include "crypto/crypto.h"
#include "rdf/vocab.h"
#include "wac/acl.h"
#include "web/exchange.h"

#define ROOM "/vc/v0.3/credentials"
#define APODS_NS "http://activitypods.org/ns/core#"
enum { ID_LEN = 36 };

/* What one gives. */
typedef struct capability {
    bo_str issuer, resource;
    bo_modes modes;
    int64_t end_ms;
} capability;

static bo_str iri_of(const bo_exchange *e, bo_str id) {
    return bo_arena_printf(e->arena, "%.*s" ROOM "/%.*s", BO_STR_ARG(e->app->base_url), BO_STR_ARG(id));
}

/* The last part of an address of ours; empty for any other. */
static bo_str id_of(const bo_exchange *e, bo_str iri) {
    bo_str room = iri_of(e, BO_STR(""));
    return bo_str_starts(iri, room) && iri.len == room.len + ID_LEN ? bo_str_from(iri, room.len) : BO_STR("");
}

/* Reading credentials. */

static bo_json *member(const bo_exchange *e, const bo_json *object, const char *prefix, const char *name) {
    bo_json *found = bo_json_get(object, bo_str_of(name));
    bo_str prefixed = bo_arena_join(e->arena, bo_str_of(prefix), bo_str_of(name));
    return found != NULL ? found : bo_json_get(object, prefixed);
}

static bo_status add_mode(const bo_exchange *e, bo_modes *out, const bo_json *value) {
    bo_str text = bo_json_string(value), full = bo_vocab_expand(text, e->arena);
    bo_str iri = full.ptr != NULL ? full : text;
    const bo_str ns = BO_STR(BO_ACL_NS);
    bo_mode mode = bo_str_starts(iri, ns) ? bo_mode_of_name(bo_str_from(iri, ns.len)) : 0;
    if (mode == 0 || mode == BO_MODE_CONTROL)
        return bo_fail(BO_INVALID, "acl:mode: '%.*s' is not acl:Read, acl:Append or acl:Write",
                       BO_STR_ARG(text));
    *out |= mode;
    return BO_OK;
}

static bo_status read_modes(const bo_exchange *e, bo_modes *out, const bo_json *value) {
    *out = 0;
    if (!bo_json_is(value, BO_JSON_ARRAY)) return add_mode(e, out, value);
    for (size_t i = 0; bo_json_at(value, i) != NULL; i++) BO_TRY(add_mode(e, out, bo_json_at(value, i)));
    return *out != 0 ? BO_OK : bo_fail(BO_INVALID, "acl:mode: the list is empty");
}

static bo_status read_time(const bo_json *credential, int64_t *out) {
    bo_str text = bo_json_get_string(credential, BO_STR("validUntil"));
    if (text.ptr == NULL) text = bo_json_get_string(credential, BO_STR("expirationDate")); /* data model 1 */
    if (text.ptr == NULL || bo_time_parse_rfc3339(out, text) == BO_OK) return BO_OK;
    return bo_fail(BO_INVALID, "validUntil: '%.*s' is no time like 2026-11-25T12:00:00Z", BO_STR_ARG(text));
}

static bo_status read_credential(const bo_exchange *e, capability *out, const bo_json *credential) {
    const bo_json *subject = bo_json_get(credential, BO_STR("credentialSubject"));
    if (bo_json_get(subject, BO_STR("id")) != NULL)
        return bo_fail(BO_INVALID,
                       "credentialSubject.id: a link is for whoever has it; for one person change "
                       "the access control list");
    const bo_json *given = member(e, subject, "apods:", "hasAuthorization");
    if (!bo_json_is(given, BO_JSON_OBJECT))
        return bo_fail(BO_INVALID, "credentialSubject: it should have one apods:hasAuthorization");
    out->resource = bo_json_string(member(e, given, "acl:", "accessTo"));
    out->issuer = bo_json_get_string(credential, BO_STR("issuer"));
    if (out->resource.len == 0) return bo_fail(BO_INVALID, "acl:accessTo: say on which resource");
    BO_TRY(read_modes(e, &out->modes, member(e, given, "acl:", "mode")));
    return read_time(credential, &out->end_ms);
}

/* Whoever gives rights must have control, when it is given and whenever it is used. */
static bo_status check_giver(const bo_exchange *e, bo_txn *txn, bo_str issuer, bo_str resource) {
    bo_account account;
    bo_modes modes;
    BO_TRY(bo_account_of_webid(txn, &account, issuer, e->arena));
    bo_asker giver = {.webid = issuer, .is_admin = account.is_admin};
    BO_TRY(bo_wac_modes(&e->app->wac, &modes, txn, &giver, resource, e->arena));
    return bo_wac_require(&giver, modes, BO_MODE_CONTROL);
}

/* Using one. */

static bo_status find(const bo_exchange *e, bo_json **out, bo_txn *txn, bo_str id) {
    bo_str row;
    bo_status status = id.len == ID_LEN ? bo_row_get(txn, BO_TABLE_CAPABILITY, id, &row) : BO_NOT_FOUND;
    if (status == BO_NOT_FOUND)
        return bo_fail(BO_NOT_FOUND, "there is no such invitation: it may have been revoked");
    BO_TRY(status);
    return bo_json_parse(out, bo_arena_str(e->arena, row), NULL, e->arena);
}

static bo_status take_up(bo_exchange *e, bo_txn *txn, bo_str iri, const bo_json *shown) {
    bo_json *kept;
    capability c = {0};
    BO_TRY(find(e, &kept, txn, id_of(e, iri)));
    if (shown != NULL && !bo_json_eq(kept, shown)) return bo_fail(BO_DENIED, "the invitation was changed");
    BO_TRY(read_credential(e, &c, kept));
    if (c.end_ms <= bo_clock_wall_ms(e->app->options.clock))
        return bo_fail(BO_DENIED, "the invitation has run out");
    BO_TRY(check_giver(e, txn, c.issuer, c.resource));
    e->asker = (bo_asker){.granted = c.resource, .grant = c.modes};
    return BO_OK;
}

/* An unsigned JSON Web Token of a presentation; BO_STR_NONE for every other. */
static bo_str unsigned_claims(const bo_exchange *e, bo_str token) {
    bo_str head, claims, text, rest = token;
    bo_json *json;
    if (!bo_str_cut(&head, &rest, '.') || !bo_str_cut(&claims, &rest, '.') || rest.len > 0)
        return BO_STR_NONE;
    if (bo_base64url_decode(&text, head, e->arena) != BO_OK) return BO_STR_NONE;
    if (bo_json_parse(&json, text, NULL, e->arena) != BO_OK) return BO_STR_NONE;
    if (!bo_str_eq(bo_json_get_string(json, BO_STR("alg")), BO_STR("none"))) return BO_STR_NONE;
    if (bo_base64url_decode(&text, claims, e->arena) != BO_OK) return BO_STR_NONE;
    if (bo_json_parse(&json, text, NULL, e->arena) != BO_OK) return BO_STR_NONE;
    return bo_json_get(json, BO_STR("verifiableCredential")) != NULL ? text : BO_STR_NONE;
}

static bo_str behind(bo_str credentials, bo_str scheme) {
    if (!bo_str_eq_nocase(bo_str_head(credentials, scheme.len), scheme)) return BO_STR_NONE;
    return bo_str_trim(bo_str_from(credentials, scheme.len));
}

/* The credential of a presentation; the presentation itself proves nothing more. */
static bo_status read_presentation(const bo_exchange *e, bo_json **out, bo_str claims) {
    bo_json *shown;
    BO_TRY(bo_json_parse(&shown, claims, NULL, e->arena));
    *out = bo_json_get(shown, BO_STR("verifiableCredential"));
    if (bo_json_is(*out, BO_JSON_ARRAY)) *out = (*out)->len == 1 ? bo_json_at(*out, 0) : NULL;
    return bo_json_is(*out, BO_JSON_OBJECT)
               ? BO_OK
               : bo_fail(BO_DENIED, "an invitation is shown by a presentation of one credential");
}

bo_status bo_capability_admit(bo_exchange *e, bo_str credentials, bool *is_one) {
    bo_str iri = behind(credentials, BO_STR("Capability "));
    bo_str bearer = behind(credentials, BO_STR("Bearer ")), claims = BO_STR_NONE;
    bo_json *shown = NULL;
    bo_txn *txn;
    if (bearer.ptr != NULL) claims = unsigned_claims(e, bearer);
    *is_one = iri.ptr != NULL || claims.ptr != NULL;
    if (!*is_one) return BO_OK;
    bo_status status = claims.ptr != NULL ? read_presentation(e, &shown, claims) : BO_OK;
    if (shown != NULL) iri = bo_json_get_string(shown, BO_STR("id"));
    if (status == BO_OK) status = bo_txn_begin(&txn, e->app->options.store, BO_READ);
    if (status == BO_OK) {
        status = take_up(e, txn, iri, shown);
        bo_txn_abort(txn);
    }
    if (status == BO_OK || e->route->lenient) return BO_OK;
    bo_error why = *bo_error_last();
    return bo_fail_code(BO_UNAUTHENTICATED, "INVALID_CAPABILITY", "%s", why.message);
}

/* Making one. */

static bo_status secret_of(bo_txn *txn, bo_key **out, bo_str row, bo_arena *arena) {
    bo_str kept;
    BO_TRY(bo_row_get(txn, BO_TABLE_KEY, row, &kept));
    return bo_multikey_read(out, bo_arena_str(arena, kept));
}

/* The issuer's Ed25519 key, made when it is first needed. */
static bo_status key_of(bo_exchange *e, bo_txn *txn, bo_key **out) {
    bo_str row = bo_arena_join(e->arena, e->asker.webid, BO_STR("#assertion")), secret;
    bo_status status = secret_of(txn, out, row, e->arena);
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(bo_key_generate(out, BO_KEY_ED25519, 0));
    status = bo_multikey_secret(&secret, *out, e->arena);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_KEY, row, secret);
    if (status != BO_OK) bo_multikey_free(*out);
    return status;
}

static bo_json *text(bo_exchange *e, bo_json *object, const char *name, bo_str value) {
    return bo_json_set(e->arena, object, bo_str_of(name), bo_json_new_string(e->arena, value));
}

static bo_str time_text(bo_exchange *e, int64_t ms) {
    char room[32];
    bo_time_rfc3339(room, ms);
    return bo_arena_str(e->arena, bo_str_of(room));
}

/* The credential as this node states it: nothing of the request but what was understood. */
static bo_status compose(bo_exchange *e, bo_json **out, const capability *c, bo_str id,
                         const bo_json *asked) {
    static const char contexts[] = "[\"https://www.w3.org/ns/credentials/v2\",{\"acl\":\"" BO_ACL_NS
                                   "\",\"apods\":\"" APODS_NS "\",\"acl:accessTo\":{\"@type\":\"@id\"},"
                                   "\"acl:mode\":{\"@type\":\"@id\"}}]";
    bo_json *context, *modes = bo_json_new(e->arena, BO_JSON_ARRAY);
    bo_json *given = text(e, bo_json_new(e->arena, BO_JSON_OBJECT), "type", BO_STR("acl:Authorization"));
    bo_json *subject = bo_json_new(e->arena, BO_JSON_OBJECT), *made = bo_json_new(e->arena, BO_JSON_OBJECT);
    bo_str name = bo_json_get_string(asked, BO_STR("name"));
    BO_TRY(bo_json_parse(&context, bo_str_of(contexts), NULL, e->arena));
    for (bo_mode mode = BO_MODE_READ; mode < BO_MODE_CONTROL; mode = (bo_mode)(mode << 1))
        if ((c->modes & mode) != 0)
            modes = bo_json_push(e->arena, modes,
                                 bo_json_new_string(e->arena, bo_vocab_shorten(bo_mode_iri(mode), e->arena)));
    given = bo_json_set(e->arena, given, BO_STR("acl:mode"), modes);
    given = text(e, given, "acl:accessTo", c->resource);
    subject = bo_json_set(e->arena, subject, BO_STR("apods:hasAuthorization"), given);
    made = bo_json_set(e->arena, made, BO_STR("@context"), context);
    made = text(e, made, "id", iri_of(e, id));
    made = text(e, made, "type", BO_STR("VerifiableCredential"));
    made = text(e, made, "issuer", e->asker.webid);
    if (name.len > 0) made = text(e, made, "name", name);
    made = text(e, made, "validFrom", time_text(e, bo_clock_wall_ms(e->app->options.clock)));
    made = text(e, made, "validUntil", time_text(e, c->end_ms));
    *out = bo_json_set(e->arena, made, BO_STR("credentialSubject"), subject);
    return *out != NULL ? BO_OK : bo_error_last()->status;
}

static bo_status sign(bo_exchange *e, bo_json **out, const bo_json *credential, const bo_key *key) {
    bo_str public;
    bo_proof_options options = {.loader = &e->app->loader};
    BO_TRY(bo_multikey_public(&public, key, e->arena));
    bo_json *config = text(e, bo_json_new(e->arena, BO_JSON_OBJECT), "type", BO_STR("DataIntegrityProof"));
    config = text(e, config, "cryptosuite", BO_STR("eddsa-rdfc-2022"));
    config = text(e, config, "created", time_text(e, bo_clock_wall_ms(e->app->options.clock)));
    config = text(e, config, "verificationMethod",
                  bo_arena_printf(e->arena, "did:key:%.*s#%.*s", BO_STR_ARG(public), BO_STR_ARG(public)));
    config = text(e, config, "proofPurpose", BO_STR("assertionMethod"));
    if (config == NULL) return bo_error_last()->status;
    return bo_proof_add(out, credential, config, key, &options, e->arena);
}

static bo_status keep(bo_exchange *e, bo_txn *txn, const bo_json *credential, bo_str id) {
    bo_text row;
    bo_text_init(&row, 0);
    bo_json_write(&row, credential);
    bo_status status = bo_text_end(&row);
    if (status == BO_OK) status = bo_row_put(txn, BO_TABLE_CAPABILITY, id, bo_text_str(&row));
    bo_text_done(&row);
    (void)e;
    return status;
}

/* The capabilities of one issuer. */
typedef struct listing {
    const bo_exchange *e;
    bo_str issuer;
    bo_json_writer *json; /* NULL: they are only counted */
    uint64_t count;
} listing;

static bo_status list_one(void *context, bo_str key, bo_str value) {
    listing *l = context;
    bo_json *kept;
    (void)key;
    BO_TRY(bo_json_parse(&kept, bo_arena_str(l->e->arena, value), NULL, l->e->arena));
    if (!bo_str_eq(bo_json_get_string(kept, BO_STR("issuer")), l->issuer)) return BO_OK;
    l->count++;
    if (l->json != NULL) bo_json_put(l->json, kept);
    return BO_OK;
}

static bo_status list(bo_txn *txn, listing *l) {
    return bo_row_each(txn, BO_TABLE_CAPABILITY, BO_STR(""), BO_STR(""), list_one, l);
}

static bo_status issue(bo_exchange *e, bo_json **out, const capability *c, const bo_json *asked,
                       bo_txn *txn) {
    char uuid[37];
    bo_json *plain;
    bo_key *key;
    bo_graph_info info;
    listing mine = {.e = e, .issuer = e->asker.webid};
    uint64_t most = e->app->options.capabilities_per_account;
    if (bo_txn_graph(txn, c->resource, &info) != BO_OK)
        return bo_fail(BO_INVALID, "acl:accessTo: there is nothing at %.*s", BO_STR_ARG(c->resource));
    BO_TRY(check_giver(e, txn, e->asker.webid, c->resource));
    BO_TRY(list(txn, &mine));
    if (mine.count >= most)
        return bo_fail(BO_THROTTLED, "one may give %llu invitations: revoke one first",
                       (unsigned long long)most);
    bo_rng_uuid(uuid, e->app->options.rng);
    bo_str id = bo_arena_str(e->arena, bo_str_of(uuid));
    BO_TRY(compose(e, &plain, c, id, asked));
    BO_TRY(key_of(e, txn, &key));
    bo_status status = sign(e, out, plain, key);
    bo_multikey_free(key);
    BO_TRY(status);
    return keep(e, txn, *out, id);
}

static bo_status limit_life(const bo_exchange *e, capability *c) {
    int64_t now = bo_clock_wall_ms(e->app->options.clock);
    int64_t longest = now + (int64_t)e->app->options.capability_life_ms;
    if (c->end_ms != 0 && c->end_ms <= now) return bo_fail(BO_INVALID, "validUntil: that time is over");
    if (c->end_ms == 0 || c->end_ms > longest) c->end_ms = longest;
    return BO_OK;
}

static bo_status give(bo_exchange *e, int http, const char *name, const bo_json *value) {
    bo_text out;
    bo_json_writer json;
    bo_text_init(&out, 0);
    bo_json_begin(&json, &out);
    if (name != NULL) {
        bo_json_open(&json, BO_JSON_OBJECT);
        bo_json_key(&json, bo_str_of(name));
    }
    bo_json_put(&json, value);
    if (name != NULL) bo_json_close(&json, BO_JSON_OBJECT);
    bo_status status = bo_respond_text(e, http, BO_STR("application/ld+json"), &out);
    bo_text_done(&out);
    return status;
}

bo_status bo_post_capability(bo_exchange *e) {
    bo_json *body, *made;
    capability c = {0};
    bo_txn *txn;
    BO_TRY(bo_need_account(e));
    BO_TRY(bo_json_parse(&body, e->request->body, NULL, e->arena));
    const bo_json *asked = bo_json_get(body, BO_STR("credential"));
    if (asked == NULL) asked = body;
    BO_TRY(read_credential(e, &c, asked));
    BO_TRY(limit_life(e, &c));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = issue(e, &made, &c, asked, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    BO_TRY(give(e, 201, "verifiableCredential", made));
    bo_respond_header(e, BO_STR("Location"), bo_json_get_string(made, BO_STR("id")));
    return BO_OK;
}

/* Looking at them, checking and revoking. */

static bo_status give_list(bo_exchange *e, bo_txn *txn) {
    bo_text out;
    bo_json_writer json;
    listing mine = {.e = e, .issuer = e->asker.webid, .json = &json};
    BO_TRY(bo_need_account(e));
    bo_text_init(&out, 0);
    bo_json_begin(&json, &out);
    bo_json_open(&json, BO_JSON_ARRAY);
    bo_status status = list(txn, &mine);
    bo_json_close(&json, BO_JSON_ARRAY);
    if (status == BO_OK) status = bo_respond_text(e, 200, BO_STR("application/ld+json"), &out);
    bo_text_done(&out);
    return status;
}

static bo_status look(bo_exchange *e, bo_txn *txn) {
    bo_json *kept;
    if (e->path.len == sizeof ROOM - 1) return give_list(e, txn);
    BO_TRY(find(e, &kept, txn, id_of(e, e->iri)));
    return give(e, 200, NULL, kept);
}

bo_status bo_get_capability(bo_exchange *e) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = look(e, txn);
    bo_txn_abort(txn);
    bo_respond_header(e, BO_STR("Cache-Control"), BO_STR("no-store"));
    return status;
}

static bo_status revoke(bo_exchange *e, bo_txn *txn) {
    bo_json *kept;
    bo_modes modes;
    capability c = {0};
    BO_TRY(find(e, &kept, txn, id_of(e, e->iri)));
    BO_TRY(read_credential(e, &c, kept));
    BO_TRY(bo_exchange_modes(e, &modes, txn, c.resource));
    bool own = e->asker.webid.len > 0 && bo_str_eq(e->asker.webid, c.issuer);
    if (!own) BO_TRY(bo_wac_require(&e->asker, modes, BO_MODE_CONTROL));
    return bo_row_del(txn, BO_TABLE_CAPABILITY, id_of(e, e->iri));
}

bo_status bo_delete_capability(bo_exchange *e) {
    bo_txn *txn;
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_WRITE));
    bo_status status = revoke(e, txn);
    if (status != BO_OK) {
        bo_txn_abort(txn);
        return status;
    }
    BO_TRY(bo_txn_commit(txn, NULL, e->arena));
    bo_respond(e, 204);
    return BO_OK;
}

/* Whether a credential holds: its proof, its time, and that it was not revoked. */
static bo_status check(bo_exchange *e, const bo_json *credential) {
    bo_json *kept;
    bo_txn *txn;
    capability c = {0};
    bo_proof_options options = {.loader = &e->app->loader,
                                .purpose = BO_STR("assertionMethod"),
                                .now = time_text(e, bo_clock_wall_ms(e->app->options.clock))};
    BO_TRY(bo_proof_verify(credential, &bo_proof_keys_did_key, &options, e->arena));
    BO_TRY(read_credential(e, &c, credential));
    BO_TRY(bo_txn_begin(&txn, e->app->options.store, BO_READ));
    bo_status status = find(e, &kept, txn, id_of(e, bo_json_get_string(credential, BO_STR("id"))));
    bo_txn_abort(txn);
    BO_TRY(status);
    if (!bo_json_eq(kept, credential)) return bo_fail(BO_DENIED, "the invitation was changed");
    return c.end_ms > bo_clock_wall_ms(e->app->options.clock)
               ? BO_OK
               : bo_fail(BO_DENIED, "the invitation has run out");
}

bo_status bo_verify_capability(bo_exchange *e) {
    bo_json *body;
    BO_TRY(bo_json_parse(&body, e->request->body, NULL, e->arena));
    const bo_json *credential = bo_json_get(body, BO_STR("verifiableCredential"));
    if (!bo_json_is(credential, BO_JSON_OBJECT))
        return bo_fail(BO_BAD_ARGUMENT, "verifiableCredential: send the credential to be checked");
    bo_status status = check(e, credential);
    bo_json *answer = bo_json_set(e->arena, bo_json_new(e->arena, BO_JSON_OBJECT), BO_STR("verified"),
                                  bo_json_new_bool(e->arena, status == BO_OK));
    if (status != BO_OK)
        answer = text(e, answer, "error", bo_arena_str(e->arena, bo_str_of(bo_error_last()->message)));
    return answer != NULL ? give(e, 200, NULL, answer) : bo_error_last()->status;
}
