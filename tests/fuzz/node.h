/* SPDX-License-Identifier: Apache-2.0
 * A whole node for fuzz targets, in a folder of its own: requests go to the handlers as the server would hand
 * them over. Nothing runs beside them, so nothing is delivered to anyone.
 */
#ifndef BO_TESTS_FUZZ_NODE_H
#define BO_TESTS_FUZZ_NODE_H

#include <ftw.h>
#include <unistd.h>

#include "ap/ap.h"
#include "auth/auth.h"
#include "base/fs.h"
#include "bocage/json.h"
#include "fuzz/fuzz.h"
#include "obs/pack.h"
#include "web/app.h"

#define FUZZ_BASE "http://localhost:3000"

typedef struct fuzz_node {
    char folder[64];
    bo_store *store;
    bo_app *app;
    bo_arena *arena; /* what lives as long as the node */
    bo_str bearer;   /* "Bearer ..." of alice, who may do everything */
} fuzz_node;

static fuzz_node fuzz_the_node;

static int fuzz_remove(const char *path, const struct stat *about, int kind, struct FTW *walk) {
    (void)about, (void)kind, (void)walk;
    return remove(path);
}

static void fuzz_node_free(void) {
    fuzz_node *n = &fuzz_the_node;
    bo_app_free(n->app);
    bo_store_close(n->store);
    bo_arena_free(n->arena);
    nftw(n->folder, fuzz_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static bo_status fuzz_people(fuzz_node *n, const bo_wac *wac, bo_txn *txn) {
    bo_ap ap = {wac->base_url, &bo_clock_system, &bo_rng_system, wac};
    bo_account alice = {
        .name = BO_STR("alice"), .webid = bo_ap_person(&ap, BO_STR("alice"), n->arena), .is_admin = true};
    const bo_ap_person_facts facts = {.handle = alice.name, .label = alice.name};
    bo_str key;
    BO_TRY(bo_ap_key_new(&key, n->arena));
    BO_TRY(bo_ap_prepare(&ap, txn, key, n->arena));
    BO_TRY(bo_account_add(txn, &alice, BO_STR("")));
    return bo_ap_add_person(&ap, txn, alice.webid, &facts, key, n->arena);
}

static bo_status fuzz_log_in(fuzz_node *n) {
    bo_auth *auth;
    bo_txn *txn;
    bo_account alice;
    bo_str token, session;
    bo_auth_options options = {n->store, &bo_clock_system, &bo_rng_system, BO_STR(FUZZ_BASE),
                               .life_ms = UINT64_C(1) << 40};
    BO_TRY(bo_txn_begin(&txn, n->store, BO_READ));
    bo_status status = bo_account_find(txn, &alice, BO_STR("alice"), n->arena);
    bo_txn_abort(txn);
    BO_TRY(status);
    BO_TRY(bo_auth_new(&auth, &options));
    status = bo_session_open(auth, &token, &session, &alice, BO_STR(""), n->arena);
    bo_auth_free(auth);
    n->bearer = bo_arena_join(n->arena, BO_STR("Bearer "), token);
    return status;
}

static bo_status fuzz_node_make(fuzz_node *n) {
    bo_store_options store = {.create = true, .size_cap = 256 << 20};
    bo_pack_counts counts;
    bo_txn *txn;
    bo_app_options options = {.base_url = BO_STR(FUZZ_BASE),
                              .wac = {.base_url = BO_STR(FUZZ_BASE),
                                      .anyone = BO_MODE_READ,
                                      .members = BO_MODE_READ,
                                      .creator = BO_MODE_READ | BO_MODE_WRITE | BO_MODE_CONTROL},
                              .clock = &bo_clock_system,
                              .rng = &bo_rng_system,
                              .login_tries = UINT32_MAX,
                              .query_memory = FUZZ_MEMORY,
                              .token_life_ms = 1000,
                              .capabilities_per_account = 100,
                              .capability_life_ms = 1000,
                              .channels = 100,
                              .channels_per_account = 100,
                              .channel_life_ms = UINT64_C(1) << 31,
                              .channel_backlog = 10};
    BO_TRY(bo_store_open(&n->store, n->folder, &store));
    options.store = n->store;
    BO_TRY(bo_pack_load(n->store, &(bo_pack_options){.wac = &options.wac}, &counts));
    BO_TRY(bo_txn_begin(&txn, n->store, BO_WRITE));
    bo_status status = fuzz_people(n, &options.wac, txn);
    if (status == BO_OK)
        status = bo_txn_commit(txn, NULL, n->arena);
    else
        bo_txn_abort(txn);
    BO_TRY(status);
    BO_TRY(fuzz_log_in(n));
    return bo_app_new(&n->app, &options);
}

/* The node, made at the first call and removed when the program ends. */
static inline fuzz_node *fuzz_node_get(void) {
    fuzz_node *n = &fuzz_the_node;
    if (n->app != NULL) return n;
    snprintf(n->folder, sizeof n->folder, "/tmp/bocage-fuzz-XXXXXX");
    MUST(mkdtemp(n->folder) != NULL);
    n->arena = bo_arena_new(0);
    MUST(fuzz_node_make(n) == BO_OK);
    atexit(fuzz_node_free);
    return n;
}

/* Asks it: with a body of that type, as alice or as who shows `credentials`. What it answers must be an
 * answer: a refusal is a problem+json with a sentence, and no fault of ours. The response lives in the arena;
 * its body is the caller's to release. */
static inline bo_http_response fuzz_ask(const char *method, bo_str target, bo_str type, bo_str body,
                                        bo_str credentials, bo_arena *arena) {
    fuzz_node *n = fuzz_node_get();
    bo_http_response response = {0};
    bo_http_request request = {.method_name = bo_str_of(method),
                               .method = bo_method_of(bo_str_of(method)),
                               .host = BO_STR("localhost:3000"),
                               .peer = BO_STR("192.0.2.1"),
                               .body = body};
    bo_http_take_target(&request, target);
    bo_headers_init(&request.headers, arena);
    bo_headers_add(&request.headers, BO_STR("Content-Type"), type);
    if (credentials.len > 0) bo_headers_add(&request.headers, BO_STR("Authorization"), credentials);
    bo_app_handle(n->app, &request, &response, arena);
    MUST(response.status >= 100 && response.status < 600);
    if (response.status < 400) return response;
    bo_json *problem;
    MUST(response.status != 500);
    MUST(bo_json_parse(&problem, response.body, NULL, arena) == BO_OK);
    MUST(bo_json_get_string(problem, BO_STR("detail")).len > 0);
    return response;
}

static inline void fuzz_answered(bo_http_response *response) {
    if (response->owner != NULL && response->release != NULL) response->release(response->owner);
}

#endif
