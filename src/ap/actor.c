/* SPDX-License-Identifier: Apache-2.0
 * Actors: ordinary resources with an inbox, an outbox and a public key, so that LDP serves them.
 */
#include "ap/ap.h"
#include "bocage/graph.h"
#include "crypto/crypto.h"
#include "ldp/resource.h"
#include "rdf/vocab.h"

bo_str bo_ap_relay(const bo_ap *ap, bo_arena *arena) {
    return bo_arena_join(arena, ap->base_url, BO_STR("/bots/relay"));
}

bo_str bo_ap_person(const bo_ap *ap, bo_str name, bo_arena *arena) {
    return bo_arena_join(arena, bo_arena_join(arena, ap->base_url, BO_STR("/users/")), name);
}

bo_status bo_ap_key_new(bo_str *private_pem, bo_arena *arena) {
    enum { RSA_BITS = 2048 };
    bo_key *key;
    BO_TRY(bo_key_generate(&key, BO_KEY_RSA, RSA_BITS));
    bo_status status = bo_key_private_pem(private_pem, key, arena);
    bo_key_free(key);
    return status;
}

bool bo_ap_is_actor(bo_txn *txn, bo_str actor) {
    bo_str row;
    return actor.len > 0 && actor.len < 500 && bo_row_get(txn, BO_TABLE_KEY, actor, &row) == BO_OK;
}

typedef struct saying {
    bo_graph *graph;
    bo_str subject;
} saying;

static bo_status say(const saying *s, bo_str predicate, bo_term object) {
    bo_quad quad = {bo_term_iri(s->subject), bo_term_iri(predicate), object, {0}};
    return bo_graph_add(s->graph, &quad);
}

static bo_status public_pem(bo_str *out, bo_str private_pem, bo_arena *arena) {
    bo_key *key;
    BO_TRY(bo_key_from_pem(&key, private_pem));
    bo_status status = bo_key_public_pem(out, key, arena);
    bo_key_free(key);
    return status;
}

static bo_status say_key(bo_graph *graph, bo_str actor, bo_str private_pem, bo_arena *arena) {
    bo_str pem;
    saying key = {graph, bo_arena_join(arena, actor, BO_STR("#main-key"))};
    BO_TRY(public_pem(&pem, private_pem, arena));
    BO_TRY(say(&(saying){graph, actor}, BO_SEC_PUBLIC_KEY, bo_term_iri(key.subject)));
    BO_TRY(say(&key, BO_SEC_OWNER, bo_term_iri(actor)));
    return say(&key, BO_SEC_PUBLIC_KEY_PEM, bo_term_string(pem));
}

static bo_status say_collections(const saying *actor, bo_arena *arena) {
    const struct {
        bo_str predicate;
        const char *path;
    } parts[] = {{BO_LDP_INBOX, "/inbox"},
                 {BO_AS_OUTBOX, "/outbox"},
                 {BO_AS_FOLLOWERS, "/followers"},
                 {BO_AS_FOLLOWING, "/following"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        BO_TRY(say(actor, parts[i].predicate,
                   bo_term_iri(bo_arena_join(arena, actor->subject, bo_str_of(parts[i].path)))));
    return BO_OK;
}

static bo_status put(const bo_ap *ap, bo_txn *txn, bo_graph *content, bo_str iri, bo_str container,
                     bool is_container, bo_arena *arena) {
    bool created;
    bo_ldp_write write = {.iri = iri,
                          .container = container,
                          .owner = is_container ? BO_STR("") : iri,
                          .content = content,
                          .now_ms = bo_clock_wall_ms(ap->clock),
                          .is_container = is_container};
    BO_TRY(bo_ldp_put(txn, &write, &created, arena));
    return bo_wac_found(ap->wac, txn, iri, is_container, write.owner, arena);
}

static bo_status put_container(const bo_ap *ap, bo_txn *txn, bo_str iri, bo_str parent, const char *title,
                               bo_arena *arena) {
    bo_ldp_record record;
    bo_graph *content;
    bo_status status = bo_ldp_find(txn, &record, iri, arena);
    if (status != BO_NOT_FOUND) return status;
    BO_TRY(bo_graph_new(&content));
    status = say(&(saying){content, iri}, BO_DC_TITLE, bo_term_lang(bo_str_of(title), BO_STR("fr")));
    if (status == BO_OK) status = put(ap, txn, content, iri, parent, true, arena);
    bo_graph_free(content);
    return status;
}

static bo_status describe(bo_graph *content, bo_str actor, bo_str type, bo_str name, bo_str handle,
                          bo_str key, bo_arena *arena) {
    saying s = {content, actor};
    BO_TRY(say(&s, BO_RDF_TYPE, bo_term_iri(type)));
    BO_TRY(say(&s, BO_AS_NAME, bo_term_string(name)));
    BO_TRY(say(&s, BO_AS_PREFERRED_USERNAME, bo_term_string(handle)));
    BO_TRY(say_collections(&s, arena));
    return say_key(content, actor, key, arena);
}

static bo_status put_actor(const bo_ap *ap, bo_txn *txn, bo_str actor, bo_str container, bo_graph *content,
                           bo_str key, bo_arena *arena) {
    BO_TRY(bo_row_put(txn, BO_TABLE_KEY, actor, key));
    return put(ap, txn, content, actor, container, false, arena);
}

bo_status bo_ap_prepare(const bo_ap *ap, bo_txn *txn, bo_str key, bo_arena *arena) {
    bo_graph *content;
    bo_str root = bo_arena_join(arena, ap->base_url, BO_STR("/")), relay = bo_ap_relay(ap, arena);
    bo_str bots = bo_arena_join(arena, root, BO_STR("bots")),
           users = bo_arena_join(arena, root, BO_STR("users"));
    BO_TRY(put_container(ap, txn, root, BO_STR(""), "Accueil", arena));
    BO_TRY(put_container(ap, txn, bots, root, "Acteurs automatiques", arena));
    BO_TRY(put_container(ap, txn, users, root, "Personnes", arena));
    if (bo_ap_is_actor(txn, relay)) return BO_OK;
    BO_TRY(bo_graph_new(&content));
    bo_status status = describe(content, relay, BO_AS_APPLICATION, BO_STR("Relais de cette instance"),
                                BO_STR("relay"), key, arena);
    if (status == BO_OK) status = put_actor(ap, txn, relay, bots, content, key, arena);
    bo_graph_free(content);
    return status;
}

/* Besides ActivityStreams' terms those of PAIR, which Archipelago reads. */
static bo_status say_person(const saying *s, const bo_ap_person_facts *facts) {
    const struct {
        bo_str predicate, text;
    } texts[] = {{BO_PAIR_LABEL, facts->label},
                 {BO_PAIR_FIRST_NAME, facts->given},
                 {BO_PAIR_LAST_NAME, facts->family}};
    BO_TRY(say(s, BO_RDF_TYPE, bo_term_iri(BO_PAIR_PERSON)));
    BO_TRY(say(s, BO_RDF_TYPE, bo_term_iri(BO_FOAF_PERSON)));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text.len > 0) BO_TRY(say(s, texts[i].predicate, bo_term_string(texts[i].text)));
    return BO_OK;
}

bo_status bo_ap_add_person(const bo_ap *ap, bo_txn *txn, bo_str person, const bo_ap_person_facts *facts,
                           bo_str key, bo_arena *arena) {
    bo_graph *content;
    bo_str users = bo_arena_join(arena, ap->base_url, BO_STR("/users"));
    BO_TRY(bo_graph_new(&content));
    bo_status status = describe(content, person, BO_AS_PERSON, facts->label, facts->handle, key, arena);
    if (status == BO_OK) status = say_person(&(saying){content, person}, facts);
    if (status == BO_OK) status = put_actor(ap, txn, person, users, content, key, arena);
    bo_graph_free(content);
    return status;
}
