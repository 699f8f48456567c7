/* SPDX-License-Identifier: Apache-2.0
 * A provider that is a table of functions: its documents are texts, its keys were made for these tests alone.
 */
#ifndef BO_TESTS_SSO_PROVIDER_H
#define BO_TESTS_SSO_PROVIDER_H

#include <check.h>

#include "crypto/crypto.h"
#include "sso/internal.h"

static const char rsa_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCjN4LlvdS01Bes\n"
                              "Yehv/8SfSHLtM1Z7EHamcB+ctfWqqtdytj1uuC8lboXQJVSK7Sl/TYtFea5uoIfg\n"
                              "7OGXQfn0PNxQqZTjqcZzGZJmJ/72jrLWWtPw2OwjL6oXD4WFQ4kzsqnl5FlYSo6q\n"
                              "W9GY0Nuwe9oKw9y881W/jOMvLZMskQ8eQXdSzVQcXbOk7b5MYjwlT+3J5193YM1x\n"
                              "h1WaMrWiQIZJlJjxZ6BdrmdqpydFswwdLTojVPA2jEmId08t1tiijcaYDKStFxxd\n"
                              "UR9Z/atiu7WWLpYgAuEKPBl/VKKKAwhuV/sLUUEtWAqo6Hos+sGuwy7/XLVaZwzj\n"
                              "SfVgsR13AgMBAAECggEAJm+4rjTFpi36QzitXc68NYyAsBZya7nFT03BTAzXxTDF\n"
                              "WvjKv8u1IpoD/jAEWFEggB+5SAuvRdMdHJ18RLwfSmKYuZAuBW0iVFG11cPeeZ7C\n"
                              "Q9OQ7LuQ5Hphkluv5GGyqk+NThu35KBuN3U3B0dMLSQFhZp5Xa/qRhk+GQqhCZHh\n"
                              "HWremf7TXkw1B/JD7W2kCwLD5kt7G3vNaQdQPy+0HBmv5wkPeX6PWIhc01ydEImH\n"
                              "lb48FSiKVd4nDqxgcMzG26SVA4ANqoLMCsF9TPaEXl74f0V0i45yJ1D3B9mP4Rix\n"
                              "0yPfvGa69vVaJNH1dCdDLgFL7iEObmgZKQW8LH8HeQKBgQDbDo8hI2R0JmD//ict\n"
                              "6Uz72D5gtWXPLQtagd+uPPuB4rnBeeVYOwHimmiuP2VZ7Uu3Ar4VxPkCnPDgQd/+\n"
                              "q5vKeBN9tn/TsAKnV+E0DryO2zgyRaFi+RyRLqPKn7KnQWjC7dTn3cfT3U5ZePLO\n"
                              "WPCx2vG1VA5yvw/3jQk/FAM/GQKBgQC+viU8jUDkuCo+uZ9HcxJwqsX7GkWtRNpq\n"
                              "GzFdfhvrX2xLoQzOEYkmRP1lktZgMKzuQexWagr1FRmEctjZV7jeCgrOo76kT0VD\n"
                              "rFRofMMb3iKe1lZQxLP5bOOu7OSK5u1Xix3FI21r7KqakVVqtGdcHcGrLNgqey9p\n"
                              "6d1mleAjDwKBgQDZA71sWQHFx9fFBGaQJ1brEToK2Oq5qqhay9trZGLONG1ObZJ2\n"
                              "LE8bzVjzdz7TLjEaZ48lRfRjUFOZ9+kPBbfbh8XXfxt3/iFC497pkcffxvIPa8gM\n"
                              "ozpX4lrF/Bwjcrt0keWgp6i2DcL3BMmW/6nEqWFYAKQnrX0GBCUq5oqo0QKBgEt3\n"
                              "HXJkjH0xY/1nIV56Z5xN5IChd1nDOQrr8U8FGvS3zzfo4xEQnQuYFg0+2DQ8bd7i\n"
                              "FChoUid/DpZ5fdQXwduPa5Ev9bg6aLQKlWa1ndgDvfzL3mCcQnx3mWlW7mEKVnLh\n"
                              "ZojdqGgfvavjvkC2WYJ3f21DE89S54Jm9aKlv4T/AoGBAIRsENJ/5c/n6Fyedebu\n"
                              "IZuy4fIPdMxojblIZ7oAcY54VJ4QLDWP8kuG7s9lEhfSNIBCTrICJgCgZJKI6xn+\n"
                              "YOHxE2qXMZgTL82QHECA6OSdTlE9A44imB+x3Qq9nau3IhdUIwoX3njINPs/cETy\n"
                              "+HB3FIo5NbJuzaSEsjxZPUdR\n"
                              "-----END PRIVATE KEY-----\n";
static const char ec_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                             "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgK4VZ7OptPmxwhvs9\n"
                             "SFd0S6oNPD8uu3gZJxLnWVI0bqqhRANCAAQom7QDZi3nuEZ3GSzgGZ09DgWnRF4L\n"
                             "Oj6Su1KUUCqXOjCdy69ALDQX4333zS2WY4HvCVpSgDO81m1zMqUgb5W2\n"
                             "-----END PRIVATE KEY-----\n";
#define RSA_N                                                                                                \
    "ozeC5b3UtNQXrGHob__"                                                                                    \
    "En0hy7TNWexB2pnAfnLX1qqrXcrY9brgvJW6F0CVUiu0pf02LRXmubqCH4Ozhl0H59DzcUKmU46nGcxmSZif-9o6y1lrT8NjsIy-"   \
    "qFw-FhUOJM7Kp5eRZWEqOqlvRmNDbsHvaCsPcvPNVv4zjLy2TLJEPHkF3Us1UHF2zpO2-TGI8JU_"                           \
    "tyedfd2DNcYdVmjK1okCGSZSY8WegXa5naqcnRbMMHS06I1TwNoxJiHdPLdbYoo3GmAykrRccXVEfWf2rYru1li6WIALhCjwZf1Sii" \
    "gMIblf7C1FBLVgKqOh6LPrBrsMu_1y1WmcM40n1YLEddw"
#define EC_X "KJu0A2Yt57hGdxks4BmdPQ4Fp0ReCzo-krtSlFAqlzo"
#define EC_Y "MJ3Lr0AsNBfjfffNLZZjge8JWlKAM7zWbXMypSBvlbY"
#define RSA_JWK(kid)                                                                                         \
    "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"" kid "\",\"e\":\"AQAB\",\"n\":\"" RSA_N "\"}"
#define EC_JWK(kid)                                                                                          \
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"" kid "\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}"
#define ISSUER "https://op.example"

static bo_arena *arena;
static bo_sso *sso;
static int64_t now_ms;
static const char *metadata_text, *keys_text; /* NULL: it does not answer */
static unsigned metadata_asked, keys_asked;

static int64_t wall(void *context) {
    (void)context;
    return now_ms;
}
static uint64_t steady(void *context) {
    (void)context;
    return (uint64_t)now_ms * 1000000;
}
static const bo_clock test_clock = {wall, steady, NULL};

static bo_status fetch(bo_net *net, const bo_fetch *request, bo_http_response *response, bo_str *final_url,
                       bo_arena *room) {
    (void)net, (void)final_url, (void)room;
    bool keys = bo_str_ends(request->url, BO_STR("/jwks"));
    const char *text = keys ? keys_text : metadata_text;
    ++*(keys ? &keys_asked : &metadata_asked);
    if (text == NULL) return bo_fail(BO_PEER, "nobody answers");
    *response = (bo_http_response){.status = 200, .body = bo_str_of(text)};
    return BO_OK;
}
static bo_net test_net = {.fetch = fetch};

static const char good_metadata[] =
    "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/auth?x=1\","
    "\"token_endpoint\":\"" ISSUER "/token\",\"jwks_uri\":\"" ISSUER "/jwks\"}";

static void set_up(void) {
    arena = bo_arena_new(0);
    now_ms = 1000000000000;
    metadata_text = good_metadata;
    keys_text = "{\"keys\":[" RSA_JWK("r1") "," EC_JWK("e1") "]}";
    metadata_asked = keys_asked = 0;
    bo_sso_options options = {.net = &test_net,
                              .clock = &test_clock,
                              .rng = &bo_rng_system,
                              .base_url = BO_STR("https://node.example"),
                              .issuer = BO_STR(ISSUER "/"),
                              .client = BO_STR("me"),
                              .scope = BO_STR("openid email")};
    ck_assert_int_eq(bo_sso_new(&sso, &options), BO_OK);
}

static void tear_down(void) {
    bo_sso_free(sso);
    bo_arena_free(arena);
}

static inline Suite *suite_of(const char *name, const TTest *const *tests, size_t count) {
    Suite *suite = suite_create(name);
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    for (size_t i = 0; i < count; i++) tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    return suite;
}

#endif
