/* SPDX-License-Identifier: Apache-2.0
 * The built-in contexts mean what the published ones mean. (That their bytes are those that were reviewed is
 * seen to by the build: src/jsonld/embed.cmake.)
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "jsonld/builtin.h"
#include "jsonld/internal.h"

START_TEST(the_loader_knows_these_and_no_others) {
    static const char *const strangers[] = {"https://www.w3.org/ns/activitystreams#", "file:///etc/passwd",
                                            "https://www.w3.org/ns/activitystreams/", ""};
    bo_arena *arena = bo_arena_new(0);
    bo_json *json;
    bo_str iri;
    for (size_t i = 0; i < bo_ld_builtin_count; i++) {
        bo_str address = bo_str_of(bo_ld_builtins[i].iri);
        ck_assert_int_eq(bo_loader_builtin.load(NULL, &json, &iri, address, arena), BO_OK);
        ck_assert(bo_str_eq(iri, address) && bo_json_get(json, BO_STR("@context")) != NULL);
    }
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        ck_assert_int_eq(bo_loader_builtin.load(NULL, &json, &iri, bo_str_of(strangers[i]), arena),
                         BO_NOT_FOUND);
    bo_arena_free(arena);
}
END_TEST

static bool same(bo_str a, bo_str b) {
    return (a.ptr == NULL) == (b.ptr == NULL) && bo_str_eq(a, b);
}

static const bo_ld_context *processed(bo_ld *ld, const bo_ld_context *active, const bo_json *local) {
    const bo_ld_context *out = NULL;
    ck_assert_msg(bo_ld_process(ld, &out, active, local, BO_STR("https://example.org/"), 0, NULL) == BO_OK,
                  "%s", bo_error_last()->message);
    return out;
}

/* Every term of one context has the same definition in the other; scoped contexts are compared as contexts.
 */
static void covers(bo_ld *ld, const bo_ld_context *a, const bo_ld_context *b, const char *name) {
    ck_assert(same(a->vocab, b->vocab) && same(a->language, b->language));
    const bo_map_entry *entry;
    for (uint32_t at = 0; (entry = bo_map_next(&a->terms, &at)) != NULL;) {
        const bo_ld_term *x = entry->value.ptr, *y = bo_ld_term_of(b, x->name);
        ck_assert_msg(y != NULL, "%s: %.*s is missing", name, BO_STR_ARG(x->name));
        ck_assert_msg(same(x->iri, y->iri) && same(x->type, y->type) && same(x->language, y->language) &&
                          x->container == y->container && x->is_prefix == y->is_prefix &&
                          x->is_protected == y->is_protected && x->is_reverse == y->is_reverse &&
                          (x->context == NULL) == (y->context == NULL),
                      "%s: %.*s differs", name, BO_STR_ARG(x->name));
        if (x->context == NULL) continue;
        const bo_ld_context *empty = bo_ld_context_new(ld);
        covers(ld, processed(ld, empty, x->context), processed(ld, empty, y->context), name);
    }
}

START_TEST(they_mean_what_the_published_ones_mean) {
    static const struct {
        const char *iri, *file;
    } published[] = {{"https://www.w3.org/ns/activitystreams", "activitystreams.jsonld"},
                     {"https://w3id.org/security/v1", "security-v1.jsonld"},
                     {"https://w3id.org/security/data-integrity/v1", "data-integrity-v1.jsonld"},
                     {"https://w3id.org/security/data-integrity/v2", "data-integrity-v2.jsonld"},
                     {"https://w3id.org/security/multikey/v1", "multikey-v1.jsonld"},
                     {"https://w3id.org/security/v2", "security-v2.jsonld"},
                     {"https://w3id.org/security/jwk/v1", "jwk-v1.jsonld"},
                     {"https://w3id.org/security/suites/ed25519-2020/v1", "ed25519-2020-v1.jsonld"},
                     {"https://www.w3.org/2018/credentials/v1", "credentials-v1.jsonld"},
                     {"https://www.w3.org/ns/credentials/v2", "credentials-v2.jsonld"}};
    const char *suites = getenv("BOCAGE_SUITES");
    for (size_t i = 0; i < sizeof published / sizeof published[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/contexts/%s", suites ? suites : "../../../../shared/suites",
                 published[i].file);
        FILE *file = fopen(path, "rb");
        if (file == NULL) {
            printf("NOT RUN: %s is missing (set BOCAGE_SUITES)\n", path);
            return;
        }
        static char text[65536];
        size_t len = fread(text, 1, sizeof text, file);
        fclose(file);
        bo_arena *arena = bo_arena_new(0);
        bo_ld ld;
        bo_json *theirs, *ours;
        bo_str iri;
        bo_ld_init(&ld, NULL, arena);
        ck_assert_int_eq(bo_json_parse(&theirs, (bo_str){text, len}, NULL, arena), BO_OK);
        ck_assert_int_eq(bo_loader_builtin.load(NULL, &ours, &iri, bo_str_of(published[i].iri), arena),
                         BO_OK);
        const bo_ld_context *empty = bo_ld_context_new(&ld);
        const bo_ld_context *a = processed(&ld, empty, bo_json_get(ours, BO_STR("@context")));
        const bo_ld_context *b = processed(&ld, empty, bo_json_get(theirs, BO_STR("@context")));
        covers(&ld, a, b, published[i].file);
        covers(&ld, b, a, published[i].file);
        bo_arena_free(arena);
    }
}
END_TEST

Suite *test_contexts(void) {
    Suite *suite = suite_create("jsonld/contexts");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_loader_knows_these_and_no_others);
    tcase_add_test(all, they_mean_what_the_published_ones_mean);
    suite_add_tcase(suite, all);
    return suite;
}
