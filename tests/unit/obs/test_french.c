/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>

#include "obs/french.h"

Suite *test_french(void);

#define XSD "http://www.w3.org/2001/XMLSchema#"

START_TEST(values_read_as_french_does) {
    static const struct {
        const char *lexical, *datatype, *shown;
    } cases[] = {
        {"2026-11-25", XSD "date", "25 novembre 2026"},
        {"2026-08-01", XSD "date", "1er août 2026"},
        {"1969-12-31", XSD "date", "31 décembre 1969"},
        {"2026-11-25T02:24:39.293Z", XSD "dateTime", "25 novembre 2026 à 2 h 24"},
        {"1969-12-31T23:05:00Z", XSD "dateTime", "31 décembre 1969 à 23 h 05"},
        {"4.8931E1", XSD "double", "48,931"},
        {"2.338E0", XSD "double", "2,338"},
        {"-3.0e2", XSD "double", "-300"},
        {"INF", XSD "double", "INF"},
        {"12.50", XSD "decimal", "12,5"},
        {"93450", XSD "integer", "93450"},
        {"true", XSD "boolean", "oui"},
        {"0", XSD "boolean", "non"},
        {"2026", XSD "gYear", "2026"},
        {"ni l'un", XSD "date", "ni l'un"},
        {"12.50", "", "12.50"},
    };
    bo_arena *arena = bo_arena_new(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bo_term literal = bo_term_typed(bo_str_of(cases[i].lexical), bo_str_of(cases[i].datatype));
        bo_str shown = bo_french(&literal, arena);
        ck_assert_msg(bo_str_eq(shown, bo_str_of(cases[i].shown)), "%s is shown as %.*s", cases[i].lexical,
                      BO_STR_ARG(shown));
    }
    bo_arena_free(arena);
}
END_TEST

Suite *test_french(void) {
    Suite *suite = suite_create("french");
    TCase *values = tcase_create("values");
    tcase_add_test(values, values_read_as_french_does);
    suite_add_tcase(suite, values);
    return suite;
}
