/* SPDX-License-Identifier: Apache-2.0
 * Keys of peers and signatures on a simulated network: what is believed, how often keys are asked for, and in
 * which form peers are knocked at.
 */
#include <unistd.h>

#include "fed/internal.h"
#include "tools/peers.h"

Suite *test_keys(void);

#define HOME "https://home.example"
#define RELAY HOME "/bots/relay"
#define ALICE "https://1.example/u/alice"
#define MINUTE INT64_C(60000)

static world *w;
static bo_arena *arena;
static bo_fed *fed;
static bo_wac wac;
static bo_fed_options options;
static bo_key *old_key, *new_key;
static bo_str old_pem, new_pem;
static char folder[64];

static void set_up(void) {
    bo_txn *txn;
    bo_str pem;
    arena = bo_arena_new(0);
    w = calloc(1, sizeof *w);
    world_begin(w);
    memcpy(folder, "/tmp/bocage-keys-XXXXXX", 24);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    wac = (bo_wac){.base_url = BO_STR(HOME)};
    options =
        (bo_fed_options){.net = &w->net, .clock = &w->clock, .rng = &w->rng, .wac = &wac, .skew_s = 3600};
    ck_assert_int_eq(bo_store_open(&options.store, folder, &(bo_store_options){.create = true}), BO_OK);
    ck_assert_int_eq(bo_fed_new(&fed, &options), BO_OK);
    ck_assert_int_eq(bo_key_generate(&old_key, BO_KEY_RSA, 2048), BO_OK);
    ck_assert_int_eq(bo_key_generate(&new_key, BO_KEY_ED25519, 0), BO_OK);
    ck_assert_int_eq(bo_key_public_pem(&old_pem, old_key, arena), BO_OK);
    ck_assert_int_eq(bo_key_public_pem(&new_pem, new_key, arena), BO_OK);
    ck_assert_int_eq(bo_key_private_pem(&pem, old_key, arena), BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, options.store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_row_put(txn, BO_TABLE_KEY, BO_STR(RELAY), pem), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
    w->peers[1].pem = old_pem.ptr;
}

static void tear_down(void) {
    char path[96];
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    bo_fed_free(fed);
    bo_store_close(options.store);
    bo_key_free(old_key);
    bo_key_free(new_key);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        unlink(path);
    }
    rmdir(folder);
    free(w);
    bo_arena_free(arena);
}

/* What arrives when somebody signs an activity for our relay's inbox. */
static bo_http_request signed_by(const bo_key *key, bo_signature_form form, const char *key_id,
                                 const char *body) {
    bo_fetch fetch = {.method = BO_POST, .url = BO_STR(RELAY "/inbox"), .body = bo_str_of(body)};
    bo_headers_init(&fetch.headers, arena);
    bo_signing signing = {form, key, bo_str_of(key_id), &w->clock};
    ck_assert_int_eq(bo_signature_sign(&fetch, &signing, arena), BO_OK);
    return (bo_http_request){.method = BO_POST,
                             .target = BO_STR("/bots/relay/inbox"),
                             .path = BO_STR("/bots/relay/inbox"),
                             .host = BO_STR("home.example"),
                             .headers = fetch.headers,
                             .body = fetch.body};
}

static bo_status receive(const bo_key *key, bo_signature_form form, const char *key_id, const char *body) {
    bo_http_request request = signed_by(key, form, key_id, body);
    return bo_fed_receive(fed, &request, BO_STR(RELAY "/inbox"), arena);
}

#define LIKE                                                                                                 \
    "{\"id\":\"https://1.example/a/1\",\"type\":\"Like\",\"actor\":\"" ALICE "\",\"object\":\"" HOME "/x\"}"
#define KEY ALICE "#main-key"

START_TEST(both_forms_are_believed_with_both_kinds_of_keys) {
    for (unsigned form = BO_SIGNED_CAVAGE; form <= BO_SIGNED_RFC9421; form++) {
        ck_assert_int_eq(receive(old_key, form, KEY, LIKE), BO_OK);
        ck_assert_int_eq(receive(new_key, form, KEY, LIKE), BO_UNAUTHENTICATED);
    }
    ck_assert_uint_eq(w->peers[1].asked, 1);
    w->peers[2].pem = new_pem.ptr;
    for (unsigned form = BO_SIGNED_CAVAGE; form <= BO_SIGNED_RFC9421; form++)
        ck_assert_int_eq(
            receive(new_key, form, "https://2.example/u/b#main-key",
                    "{\"id\":\"https://2.example/a\",\"type\":\"Like\",\"actor\":\"https://2.example/u/b\"}"),
            BO_OK);
}
END_TEST

START_TEST(a_key_that_has_changed_is_asked_for_once) {
    ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_OK);
    w->now_ms += 2 * MINUTE;
    w->peers[1].pem = new_pem.ptr;
    ck_assert_int_eq(receive(new_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_OK);
    ck_assert_uint_eq(w->peers[1].asked, 2);
    ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_UNAUTHENTICATED);
    ck_assert_uint_eq(w->peers[1].asked, 2);
    for (unsigned i = 0; i < 50; i++) {
        w->now_ms += 1000;
        ck_assert_int_eq(receive(old_key, BO_SIGNED_RFC9421, KEY, LIKE), BO_UNAUTHENTICATED);
    }
    ck_assert_uint_eq(w->peers[1].asked, 2); /* a minute has not gone by */
    w->now_ms += MINUTE;
    for (unsigned i = 0; i < 50; i++)
        ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_UNAUTHENTICATED);
    ck_assert_uint_eq(w->peers[1].asked, 3);
}
END_TEST

START_TEST(a_key_that_can_not_be_had_is_not_asked_for_again_at_once) {
    w->peers[1].is_down = true;
    for (unsigned i = 0; i < 20; i++)
        ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_UNAUTHENTICATED);
    ck_assert_uint_eq(w->peers[1].asked, 1);
    w->peers[1].is_down = false;
    w->now_ms += 2 * MINUTE;
    ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_OK);
}
END_TEST

START_TEST(strangers_who_delete_themselves_cost_nothing) {
    const char *gone = "{\"id\":\"https://1.example/a/d\",\"type\":\"Delete\",\"actor\":\"" ALICE
                       "\",\"object\":\"" ALICE "\"}";
    for (unsigned i = 0; i < 20; i++) ck_assert_int_eq(receive(new_key, BO_SIGNED_CAVAGE, KEY, gone), BO_OK);
    ck_assert_uint_eq(w->peers[1].asked, 0);
    ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_OK); /* no stranger any more */
    ck_assert_int_eq(receive(new_key, BO_SIGNED_CAVAGE, KEY, gone), BO_UNAUTHENTICATED);
}
END_TEST

START_TEST(a_document_speaks_for_its_own_address_alone) {
    static const struct {
        const char *id, *media_type, *moved;
    } lies[] = {
        {"https://2.example/u/alice", NULL, NULL}, /* it is somebody else's */
        {"https://1.example/u/bob", NULL, NULL},   /* of the same host: bob's own document has no such key */
        {NULL, "application/json", NULL},          /* somebody has uploaded it */
        {NULL, "text/plain", NULL},
        {NULL, NULL, "https://3.example/u/alice"}}; /* it comes from elsewhere */
    for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++) {
        w->peers[1].id = lies[i].id;
        w->peers[1].media_type = lies[i].media_type;
        w->peers[1].moved = lies[i].moved;
        ck_assert_msg(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE) == BO_UNAUTHENTICATED, "lie %u", i);
        w->now_ms += 2 * MINUTE;
    }
    w->peers[1].id = w->peers[1].media_type = w->peers[1].moved = NULL;
    ck_assert_int_eq(receive(old_key, BO_SIGNED_CAVAGE, KEY, LIKE), BO_OK);
}
END_TEST

static void deliver(void) {
    bo_json *activity;
    bo_txn *txn;
    bo_str id;
    int64_t wait;
    ck_assert_int_eq(
        bo_json_parse(&activity, BO_STR("{\"type\":\"Like\",\"object\":\"" HOME "/x\",\"to\":\"" ALICE "\"}"),
                      NULL, arena),
        BO_OK);
    ck_assert_int_eq(bo_txn_begin(&txn, options.store, BO_WRITE), BO_OK);
    ck_assert_int_eq(bo_ap_post(&fed->ap, txn, BO_STR(RELAY), activity, &id, arena), BO_OK);
    ck_assert_int_eq(bo_txn_commit(txn, NULL, arena), BO_OK);
    ck_assert_int_eq(bo_fed_run(fed, &wait, arena), BO_OK);
}

START_TEST(a_peer_that_takes_the_newer_form_alone_is_remembered) {
    deliver();
    ck_assert_uint_eq(w->peers[1].tries, 1);
    w->peers[1].wants_rfc9421 = true;
    deliver();
    ck_assert_uint_eq(w->peers[1].tries, 3);
    ck_assert_uint_eq(taken_by(w, 1), 2);
    bo_fed_free(fed);
    ck_assert_int_eq(bo_fed_new(&fed, &options), BO_OK); /* also after a restart */
    deliver();
    ck_assert_uint_eq(w->peers[1].tries, 4);
    ck_assert_uint_eq(taken_by(w, 1), 3);
}
END_TEST

START_TEST(what_strangers_may_not_read_is_asked_for_with_a_signature) {
    bo_fed_address address;
    w->peers[1].wants_rfc9421 = true;
    ck_assert_int_eq(bo_fed_address_ask(fed, &address, BO_STR(ALICE), arena), BO_OK);
    ck_assert_uint_eq(w->peers[1].asked, 3); /* unsigned, in the older form, in the newer one */
    w->peers[1].wants_rfc9421 = false;
    ck_assert_int_eq(bo_fed_address_ask(fed, &address, BO_STR(ALICE), arena), BO_OK);
    ck_assert_uint_eq(w->peers[1].asked, 4);
}
END_TEST

Suite *test_keys(void) {
    Suite *suite = suite_create("fed/keys");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, both_forms_are_believed_with_both_kinds_of_keys);
    tcase_add_test(all, a_key_that_has_changed_is_asked_for_once);
    tcase_add_test(all, a_key_that_can_not_be_had_is_not_asked_for_again_at_once);
    tcase_add_test(all, strangers_who_delete_themselves_cost_nothing);
    tcase_add_test(all, a_document_speaks_for_its_own_address_alone);
    tcase_add_test(all, a_peer_that_takes_the_newer_form_alone_is_remembered);
    tcase_add_test(all, what_strangers_may_not_read_is_asked_for_with_a_signature);
    suite_add_tcase(suite, all);
    return suite;
}
