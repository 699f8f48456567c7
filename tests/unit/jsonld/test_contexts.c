/* SPDX-License-Identifier: Apache-2.0
 * The loader of the built-in contexts. (That these mean what the published ones mean:
 * tests/conformance/contexts.)
 */
#include <check.h>

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

Suite *test_contexts(void) {
    Suite *suite = suite_create("jsonld/contexts");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_loader_knows_these_and_no_others);
    suite_add_tcase(suite, all);
    return suite;
}
