/* SPDX-License-Identifier: Apache-2.0 */
#include "rdf/words.h"

#include <check.h>
#include <stdio.h>

/* The stems of a text, joined by blanks. */
static const char *stems_of(const char *text) {
    static char out[400];
    size_t len = 0;
    char room[BO_WORD_MOST + 8];
    bo_words words;
    bo_str word;
    out[0] = '\0';
    bo_words_begin(&words, bo_str_of(text));
    while (bo_words_next(&words, &word))
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", len ? " " : "",
                                BO_STR_ARG(bo_word_stem(word, room)));
    return out;
}

START_TEST(case_and_accents_go) {
    static const char *const rows[][2] = {
        {"Réseau d'entraide", "reseau entraid"},
        {"L’EAU, qu'on boit; aujourd'hui", "eau on boit aujourd hui"},
        {"lorsqu\xE2\x80\x99il c'est l'Œuvre ÆTHER straße", "il est oeuvr aether strass"},
        {"re\xCC\x81seau", "reseau"}, /* a combining accent */
        {"porte-à-porte 2024", "port a port 2024"},
        {"Łódź Žižkov İstanbul țară", "lodz zizkov istanbul tara"},
        {"ПРИВЕТ Мир", "привет мир"},
        {"水道 みず", "水 道 み ず"},
        {"O'Brien isn't", "o brien isn t"},
        {"  ... ", ""},
        {"d'", ""},
        {"l", "l"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(stems_of(rows[i][0]), rows[i][1]);
}
END_TEST

START_TEST(ends_go) {
    static const char *const same[][2] = {
        {"besoins", "besoin"},     {"jardins partagés", "jardin partagé"},
        {"partagées", "partagé"},  {"chevaux", "cheval"},
        {"bateaux", "bateau"},     {"eaux", "eau"},
        {"riches", "riche"},       {"animaux", "animal"},
        {"citoyenne", "citoyenn"}, {"forêts", "FORET"},
        {"projects", "project"},   {"locales", "locale"},
        {"pass", "pass"},          {"prix", "pri"},
    };
    static const char *const different[][2] = {
        {"eau", "au"}, {"bus", "but"}, {"terre", "tertre"}, {"or", "os"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char first[400];
        snprintf(first, sizeof first, "%s", stems_of(same[i][0]));
        ck_assert_msg(strcmp(first, stems_of(same[i][1])) == 0, "%s: %s, %s", same[i][0], first,
                      stems_of(same[i][1]));
    }
    for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
        char first[400];
        snprintf(first, sizeof first, "%s", stems_of(different[i][0]));
        ck_assert_str_ne(first, stems_of(different[i][1]));
    }
}
END_TEST

START_TEST(long_and_broken_words) {
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ck_assert_uint_le(strlen(stems_of(text)), BO_WORD_MOST);
    ck_assert_str_eq(stems_of("caf\xE9 \xFF\xFE ok"), "caf ok"); /* no UTF-8 */
    for (int i = 0; i < 20; i++)
        memcpy(text + i * 2, "\xC4\xB2", 2); /* a letter that becomes two, at the cap */
    ck_assert_uint_le(strlen(stems_of(text)), BO_WORD_MOST + 8);
}
END_TEST

START_TEST(keys_order_as_words_do) {
    bo_word_range range = bo_word_range_of(BO_STR("eau"));
    ck_assert_uint_lt(bo_word_key(BO_STR("eau")), bo_word_key(BO_STR("eaux")));
    ck_assert_uint_lt(bo_word_key(BO_STR("eauzzzz")), bo_word_key(BO_STR("eb")));
    ck_assert_uint_eq(bo_word_key(BO_STR("agriculteur")), bo_word_key(BO_STR("agricul")));
    ck_assert(range.low <= bo_word_key(BO_STR("eau")) && range.high >= bo_word_key(BO_STR("eauzzzz")));
    ck_assert(range.high < bo_word_key(BO_STR("eb")) && range.low > bo_word_key(BO_STR("ea")));
    ck_assert(bo_word_key(BO_STR("zzzzzzzzz")) >> 56 == 0);
}
END_TEST

Suite *test_words(void) {
    Suite *suite = suite_create("words");
    TCase *tests = tcase_create("words");
    tcase_add_test(tests, case_and_accents_go);
    tcase_add_test(tests, ends_go);
    tcase_add_test(tests, long_and_broken_words);
    tcase_add_test(tests, keys_order_as_words_do);
    suite_add_tcase(suite, tests);
    return suite;
}
