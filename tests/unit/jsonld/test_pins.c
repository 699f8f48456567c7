/* SPDX-License-Identifier: Apache-2.0
 * Contexts that an operator pins, and every way in which the folder can be wrong.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "bocage/jsonld.h"

#define DOCUMENT "{\"@context\":{\"x\":\"https://x.example/ns#\",\"label\":\"x:label\"}}"

static char folder[] = "/tmp/bocage-pins-XXXXXX";

static void put(const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_int_eq(bo_fs_write(path, bo_str_of(text), 0600), BO_OK);
}

static void begin(void) {
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    put("x.jsonld", DOCUMENT);
    put("bad.jsonld", "[]");
}

static void end(void) {
    static const char *const names[] = {"x.jsonld", "bad.jsonld", "contexts.json"};
    for (size_t i = 0; i < 3; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* The hash that the error tells, so that the test has no copy of it. */
static void told_hash(char hash[65]) {
    bo_jsonld_pins *pins;
    put("contexts.json", "{\"https://x.example/context\":{\"file\":\"x.jsonld\",\"sha256\":\"00\"}}");
    ck_assert_int_eq(bo_jsonld_pins_open(&pins, folder), BO_INVALID);
    const char *at = strstr(bo_error_last()->message, "SHA-256 ");
    ck_assert_ptr_nonnull(at);
    memcpy(hash, at + 8, 64);
    hash[64] = '\0';
}

START_TEST(a_pinned_context_is_used) {
    char hash[65], table[256];
    bo_jsonld_pins *pins;
    bo_json *input, *out;
    bo_arena *arena = bo_arena_new(0);
    told_hash(hash);
    snprintf(table, sizeof table, "{\"https://x.example/context\":{\"file\":\"x.jsonld\",\"sha256\":\"%s\"}}",
             hash);
    put("contexts.json", table);
    ck_assert_msg(bo_jsonld_pins_open(&pins, folder) == BO_OK, "%s", bo_error_last()->message);
    const bo_loader loader = bo_jsonld_pins_loader(pins);
    const bo_jsonld_options options = {.loader = &loader};
    bo_str text =
        BO_STR("{\"@context\":[\"https://www.w3.org/ns/activitystreams\",\"https://x.example/context\"],"
               "\"label\":\"un\",\"name\":\"deux\"}");
    ck_assert_int_eq(bo_json_parse(&input, text, NULL, arena), BO_OK);
    for (int time = 0; time < 3; time++) { /* the second time it comes out of the cache */
        ck_assert_int_eq(bo_jsonld_expand(&out, input, &options, arena), BO_OK);
        ck_assert_ptr_nonnull(bo_json_get(out->items[0], BO_STR("https://x.example/ns#label")));
        ck_assert_ptr_nonnull(
            bo_json_get(out->items[0], BO_STR("https://www.w3.org/ns/activitystreams#name")));
    }
    ck_assert_int_eq(bo_jsonld_expand(&out, input, NULL, arena), BO_INVALID); /* the others don't know it */
    ck_assert_str_eq(bo_error_last()->code, "loading remote context failed");
    bo_jsonld_pins_free(pins);
    bo_arena_free(arena);
}
END_TEST

START_TEST(what_is_wrong_is_said) {
    static const struct {
        const char *table, *says;
    } rows[] = {{"[]", "must be an object"},
                {"{", "contexts.json:1:2: the JSON text ends too early"},
                {"{\"relative\":{\"file\":\"x.jsonld\"}}", "\"relative\" must be an address"},
                {"{\"https://x.example/\":{\"file\":\"../x.jsonld\"}}", "must be an address"},
                {"{\"https://x.example/\":{}}", "must be an address"},
                {"{\"https://www.w3.org/ns/activitystreams\":{\"file\":\"x.jsonld\"}}", "is built in"},
                {"{\"https://x.example/\":{\"file\":\"x.jsonld\"}}", "has the SHA-256"},
                {"{\"https://x.example/\":{\"file\":\"bad.jsonld\",\"sha256\":"
                 "\"4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945\"}}",
                 "is no JSON object with an @context"}};
    bo_jsonld_pins *pins;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put("contexts.json", rows[i].table);
        ck_assert_int_eq(bo_jsonld_pins_open(&pins, folder), BO_INVALID);
        ck_assert_msg(strstr(bo_error_last()->message, rows[i].says) != NULL, "%zu: %s", i,
                      bo_error_last()->message);
    }
    put("contexts.json", "{\"https://x.example/\":{\"file\":\"absent\"}}");
    ck_assert_int_eq(bo_jsonld_pins_open(&pins, folder), BO_NOT_FOUND);
}
END_TEST

Suite *test_pins(void) {
    Suite *suite = suite_create("jsonld/pins");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, a_pinned_context_is_used);
    tcase_add_test(all, what_is_wrong_is_said);
    suite_add_tcase(suite, all);
    return suite;
}
