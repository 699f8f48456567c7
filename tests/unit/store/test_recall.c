/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recall.h"

#include <check.h>

enum { TYPE = 5, OTHER = 6, HASH = 12345, SLOTS = 4096 };

START_TEST(what_was_put_is_recalled_until_a_commit_fails) {
    bo_recall *recall = bo_recall_new();
    bo_term type = bo_term_iri(BO_STR("http://example.org/type")),
            other = bo_term_iri(BO_STR("http://example.org/o"));
    bo_recall_begin(recall, 0);
    ck_assert_uint_eq(bo_recall_get(recall, &type, HASH), BO_ID_NONE);
    bo_recall_put(recall, &type, HASH, TYPE);
    ck_assert_uint_eq(bo_recall_get(recall, &type, HASH), TYPE);
    ck_assert_uint_eq(bo_recall_get(recall, &other, HASH), BO_ID_NONE); /* the same hash, another IRI */
    bo_term text = bo_term_string(type.value);
    ck_assert_uint_eq(bo_recall_get(recall, &text, HASH), BO_ID_NONE);
    bo_recall_begin(recall, 0);
    ck_assert_uint_eq(bo_recall_get(recall, &type, HASH), TYPE);
    bo_recall_put(recall, &other, HASH + SLOTS, OTHER); /* the same place */
    ck_assert_uint_eq(bo_recall_get(recall, &type, HASH), BO_ID_NONE);
    ck_assert_uint_eq(bo_recall_get(recall, &other, HASH + SLOTS), OTHER);
    bo_recall_begin(recall, 1);
    ck_assert_uint_eq(bo_recall_get(recall, &other, HASH + SLOTS), BO_ID_NONE);
    bo_recall_free(recall);
}
END_TEST

START_TEST(literals_and_long_iris_are_not_kept) {
    bo_recall *recall = bo_recall_new();
    char room[200];
    memset(room, 'x', sizeof room);
    bo_term text = bo_term_string(BO_STR("text")), iri = bo_term_iri((bo_str){room, sizeof room});
    bo_recall_put(recall, &text, 1, TYPE);
    bo_recall_put(recall, &iri, 2, TYPE);
    ck_assert_uint_eq(bo_recall_get(recall, &text, 1), BO_ID_NONE);
    ck_assert_uint_eq(bo_recall_get(recall, &iri, 2), BO_ID_NONE);
    bo_recall_free(recall);
}
END_TEST

Suite *test_recall(void) {
    Suite *suite = suite_create("store/recall");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_was_put_is_recalled_until_a_commit_fails);
    tcase_add_test(all, literals_and_long_iris_are_not_kept);
    suite_add_tcase(suite, all);
    return suite;
}
