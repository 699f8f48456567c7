/* SPDX-License-Identifier: Apache-2.0 */
#include <check.h>
#include <math.h>

#include "rdf/vocab.h"
#include "rdf/xsd.h"

static bo_xsd value_of(bo_datatype type, const char *lexical) {
    bo_xsd value = {0};
    ck_assert_msg(bo_xsd_parse(&value, type, bo_str_of(lexical)), "%s is refused", lexical);
    return value;
}

static bool refused(bo_datatype type, const char *lexical) {
    bo_xsd value;
    return !bo_xsd_parse(&value, type, bo_str_of(lexical));
}

static void writes(bo_datatype type, const char *lexical, const char *canonical) {
    char room[BO_XSD_ROOM];
    bo_xsd value = value_of(type, lexical);
    bo_str written = bo_xsd_write(room, &value);
    ck_assert_msg(bo_str_eq(written, bo_str_of(canonical)), "%s: %.*s", lexical, BO_STR_ARG(written));
}

static bo_compared compared(bo_datatype a_type, const char *a, bo_datatype b_type, const char *b) {
    bo_xsd left = value_of(a_type, a), right = value_of(b_type, b);
    return bo_xsd_compare(&left, &right);
}

START_TEST(canonical_forms) {
    writes(BO_DT_BOOLEAN, "1", "true");
    writes(BO_DT_INTEGER, "+007", "7");
    writes(BO_DT_INTEGER, "-0", "0");
    writes(BO_DT_BYTE, "-128", "-128");
    writes(BO_DT_DECIMAL, "12", "12.0");
    writes(BO_DT_DECIMAL, "-.50", "-0.5");
    writes(BO_DT_DECIMAL, "1.0000000000000000005", "1.000000000000000001");
    writes(BO_DT_DECIMAL, "99999999999999999999999999999999999999",
           "99999999999999999999999999999999999999.0");
    writes(BO_DT_DOUBLE, "100", "1.0E2");
    writes(BO_DT_DOUBLE, ".1", "1.0E-1");
    writes(BO_DT_DOUBLE, "-0", "-0.0E0");
    writes(BO_DT_DOUBLE, "1e400", "INF");
    writes(BO_DT_DOUBLE, "5e-324", "4.94065645841247E-324");
    writes(BO_DT_FLOAT, "0.1", "1.0E-1");
    writes(BO_DT_FLOAT, "16777217", "1.6777216E7");
    writes(BO_DT_DOUBLE, "NaN", "NaN");
    writes(BO_DT_DATE_TIME, "2026-11-24T24:00:00+01:00", "2026-11-25T00:00:00+01:00");
    writes(BO_DT_DATE_TIME, "-0044-03-15T12:00:00.2500", "-0044-03-15T12:00:00.25");
    writes(BO_DT_TIME, "24:00:00-00:00", "00:00:00Z");
    writes(BO_DT_DATE, "2024-02-29-05:30", "2024-02-29-05:30");
    writes(BO_DT_G_MONTH_DAY, "--02-29", "--02-29");
    writes(BO_DT_G_DAY, "---31Z", "---31Z");
    writes(BO_DT_G_MONTH, "--05", "--05");
    writes(BO_DT_G_YEAR_MONTH, "12026-01", "12026-01");
    writes(BO_DT_G_YEAR, "0000", "0000");
    writes(BO_DT_DURATION, "-P14MT90M", "-P1Y2MT1H30M");
    writes(BO_DT_DAY_TIME_DURATION, "PT36H0.5S", "P1DT12H0.5S");
    writes(BO_DT_DAY_TIME_DURATION, "-P0D", "PT0S");
    writes(BO_DT_YEAR_MONTH_DURATION, "P0Y", "P0M");
}
END_TEST

START_TEST(forms_that_are_none) {
    static const struct {
        bo_datatype type;
        const char *lexical;
    } bad[] = {
        {BO_DT_NONE, "x"},
        {BO_DT_BOOLEAN, "True"},
        {BO_DT_INTEGER, ""},
        {BO_DT_INTEGER, "1.0"},
        {BO_DT_INTEGER, " 1"},
        {BO_DT_INTEGER, "1e2"},
        {BO_DT_BYTE, "128"},
        {BO_DT_POSITIVE_INTEGER, "0"},
        {BO_DT_UNSIGNED_LONG, "18446744073709551616"},
        {BO_DT_DECIMAL, "."},
        {BO_DT_DECIMAL, "1.2.3"},
        {BO_DT_DECIMAL, "999999999999999999999999999999999999999"},
        {BO_DT_DOUBLE, "e5"},
        {BO_DT_DOUBLE, "1e"},
        {BO_DT_DOUBLE, "inf"},
        {BO_DT_DOUBLE, "0x10"},
        {BO_DT_DATE_TIME, "2026-11-24"},
        {BO_DT_DATE_TIME, "2026-11-24T24:00:01"},
        {BO_DT_DATE_TIME_STAMP, "2026-11-24T00:00:00"},
        {BO_DT_DATE, "2023-02-29"},
        {BO_DT_DATE, "02026-01-01"},
        {BO_DT_DATE, "2026-1-01"},
        {BO_DT_DATE, "2026-01-01+14:01"},
        {BO_DT_DATE, "2026-01-01x"},
        {BO_DT_G_DAY, "---32"},
        {BO_DT_G_MONTH, "-05"},
        {BO_DT_TIME, "12:00"},
        {BO_DT_TIME, "12:00:00."},
        {BO_DT_DURATION, "P"},
        {BO_DT_DURATION, "P1YT"},
        {BO_DT_DURATION, "P1S"},
        {BO_DT_DURATION, "PT1M1H"},
        {BO_DT_DAY_TIME_DURATION, "P1M"},
        {BO_DT_YEAR_MONTH_DURATION, "P1D"},
        {BO_DT_HEX_BINARY, "0F1"},
        {BO_DT_BASE64_BINARY, "AAA"},
        {BO_DT_BASE64_BINARY, "A==="},
        {BO_DT_LANGUAGE, "fr-"},
        {BO_DT_LANGUAGE, "1fr"},
        {BO_DT_NCNAME, "a:b"},
        {BO_DT_NAME, "-a"},
        {BO_DT_TOKEN, "a  b"},
        {BO_DT_NORMALIZED_STRING, "a\tb"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(refused(bad[i].type, bad[i].lexical), "%s is taken", bad[i].lexical);
}
END_TEST

START_TEST(texts) {
    value_of(BO_DT_HEX_BINARY, "0fB7");
    value_of(BO_DT_BASE64_BINARY, "AA== ");
    value_of(BO_DT_LANGUAGE, "fr-FR-1996");
    value_of(BO_DT_NAME, "x:\xC3\xA9t\xC3\xA9");
    value_of(BO_DT_NMTOKEN, "-1");
    value_of(BO_DT_TOKEN, "a b");
    value_of(BO_DT_ANY_URI, "");
}
END_TEST

START_TEST(orders) {
    ck_assert_int_eq(compared(BO_DT_INTEGER, "2", BO_DT_DECIMAL, "2.0"), BO_IS_EQUAL);
    ck_assert_int_eq(compared(BO_DT_INTEGER, "2", BO_DT_DOUBLE, "2.5"), BO_IS_LESS);
    ck_assert_int_eq(compared(BO_DT_DECIMAL, "-0.1", BO_DT_DECIMAL, "-0.11"), BO_IS_GREATER);
    ck_assert_int_eq(compared(BO_DT_FLOAT, "0.1", BO_DT_DECIMAL, "0.1"), BO_IS_EQUAL);
    ck_assert_int_eq(compared(BO_DT_DOUBLE, "NaN", BO_DT_DOUBLE, "NaN"), BO_IS_UNORDERED);
    ck_assert_int_eq(compared(BO_DT_DECIMAL, "99999999999999999999999999999999999999", BO_DT_DECIMAL,
                              "0.000000000000000001"),
                     BO_IS_GREATER);
    ck_assert_int_eq(
        compared(BO_DT_DATE_TIME, "2026-01-01T00:00:00Z", BO_DT_DATE_TIME, "2026-01-01T01:00:00+01:00"),
        BO_IS_EQUAL);
    ck_assert_int_eq(compared(BO_DT_DATE, "2006-08-23", BO_DT_DATE, "2006-08-23Z"), BO_IS_UNORDERED);
    ck_assert_int_eq(compared(BO_DT_DATE, "2006-08-23Z", BO_DT_DATE, "2006-08-22"), BO_IS_GREATER);
    ck_assert_int_eq(compared(BO_DT_DURATION, "P1M", BO_DT_DURATION, "P30D"), BO_IS_UNORDERED);
    ck_assert_int_eq(compared(BO_DT_DURATION, "P1M", BO_DT_DURATION, "P27D"), BO_IS_GREATER);
    ck_assert_int_eq(compared(BO_DT_DURATION, "P1Y", BO_DT_DURATION, "P12M"), BO_IS_EQUAL);
    ck_assert_int_eq(compared(BO_DT_DURATION, "-PT0.5S", BO_DT_DURATION, "-PT0.25S"), BO_IS_LESS);
}
END_TEST

static void calculates(const char *a, char operation, const char *b, const char *expected) {
    char room[BO_XSD_ROOM];
    bo_decimal x = value_of(BO_DT_DECIMAL, a).decimal, y = value_of(BO_DT_DECIMAL, b).decimal, result;
    bool good = operation == '+'   ? bo_decimal_add(&result, x, y)
                : operation == '*' ? bo_decimal_multiply(&result, x, y)
                                   : bo_decimal_divide(&result, x, y);
    ck_assert_msg(good == (expected != NULL), "%s %c %s", a, operation, b);
    if (!good) return;
    bo_str written = bo_decimal_write(room, result, false);
    ck_assert_msg(bo_str_eq(written, bo_str_of(expected)), "%s %c %s = %.*s", a, operation, b,
                  BO_STR_ARG(written));
}

START_TEST(decimals) {
    const char *most = "99999999999999999999999999999999999999"; /* 38 digits */
    calculates("1.1", '+', "1.12", "2.22");
    calculates("-1.1", '+', "1.1", "0");
    calculates(most, '+', "0.5", "100000000000000000000000000000000000000");
    calculates(most, '+', most, NULL);
    calculates("0.1", '*', "0.2", "0.02");
    calculates("33.333333333333333333", '*', "33.333333333333333333", "1111.111111111111111089");
    calculates("0.000000000000000001", '*', "0.5", "0.000000000000000001");
    calculates("0.000000000000000001", '*', "-0.4", "0");
    calculates(most, '*', "10", NULL);
    calculates("1", '/', "3", "0.333333333333333333");
    calculates("-2", '/', "3", "-0.666666666666666667");
    calculates("10", '/', "0.000000000000000001", "10000000000000000000");
    calculates(most, '/', most, "1");
    calculates(most, '/', "0.1", NULL);
    calculates("1", '/', "0", NULL);
}
END_TEST

START_TEST(rounding) {
    static const struct {
        const char *from;
        int down, up, half_up, to_zero;
    } rows[] = {{"2.5", 2, 3, 3, 2}, {"-2.5", -3, -2, -2, -2}, {"-2.51", -3, -2, -3, -2},
                {"7", 7, 7, 7, 7},   {"0.4", 0, 1, 0, 0},      {"-0.4", -1, 0, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_decimal from = value_of(BO_DT_DECIMAL, rows[i].from).decimal;
        ck_assert_int_eq((int)bo_decimal_round(from, BO_ROUND_DOWN).n, rows[i].down);
        ck_assert_int_eq((int)bo_decimal_round(from, BO_ROUND_UP).n, rows[i].up);
        ck_assert_int_eq((int)bo_decimal_round(from, BO_ROUND_HALF_UP).n, rows[i].half_up);
        ck_assert_int_eq((int)bo_decimal_round(from, BO_ROUND_TO_ZERO).n, rows[i].to_zero);
    }
}
END_TEST

START_TEST(doubles_to_decimals) {
    char room[BO_XSD_ROOM];
    static const struct {
        double from;
        const char *to;
    } rows[] = {
        {0.1, "0.1"}, {-1e20, "-100000000000000000000"}, {1.5e-18, "0.000000000000000002"}, {1e-30, "0"}};
    bo_decimal made;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(bo_decimal_from_double(&made, rows[i].from, false));
        ck_assert(bo_str_eq(bo_decimal_write(room, made, false), bo_str_of(rows[i].to)));
    }
    ck_assert(!bo_decimal_from_double(&made, 1e39, false));
    ck_assert(!bo_decimal_from_double(&made, NAN, false));
    ck_assert(!bo_decimal_from_double(&made, INFINITY, false));
}
END_TEST

/* A value from an id is the value of the id's literal, and goes back to the same id. */
START_TEST(inlined) {
    static const struct {
        bo_datatype type;
        const char *lexical;
    } rows[] = {
        {BO_DT_BOOLEAN, "true"},
        {BO_DT_BOOLEAN, "false"},
        {BO_DT_INTEGER, "-36028797018963968"},
        {BO_DT_INTEGER, "0"},
        {BO_DT_INTEGER, "36028797018963967"},
        {BO_DT_DECIMAL, "-1.5"},
        {BO_DT_DECIMAL, "10.0"},
        {BO_DT_DECIMAL, "36028797018.963967"},
        {BO_DT_DATE_TIME, "1969-12-31T23:59:59.999Z"},
        {BO_DT_DATE_TIME, "2026-11-24T12:00:00Z"},
        {BO_DT_DATE, "1900-02-28"},
        {BO_DT_DATE, "9999-12-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_term term = bo_term_typed(bo_str_of(rows[i].lexical), bo_datatype_iri(rows[i].type));
        bo_id id = bo_id_inline(&term);
        bo_xsd inside, outside = value_of(rows[i].type, rows[i].lexical);
        ck_assert_msg(id != BO_ID_NONE && bo_xsd_of_id(&inside, id), "%s", rows[i].lexical);
        ck_assert_int_eq(inside.type, outside.type);
        ck_assert_int_eq(bo_xsd_compare(&inside, &outside), BO_IS_EQUAL);
        ck_assert_uint_eq(bo_xsd_id(&outside), id);
    }
    static const struct {
        bo_datatype type;
        const char *lexical;
    } large[] = {{BO_DT_INTEGER, "36028797018963968"},
                 {BO_DT_DECIMAL, "36028797018.963968"},
                 {BO_DT_DECIMAL, "0.0000001"},
                 {BO_DT_DATE_TIME, "2026-11-24T12:00:00"},
                 {BO_DT_DATE_TIME, "2026-11-24T12:00:00.0001Z"},
                 {BO_DT_DATE, "10000-01-01"},
                 {BO_DT_DOUBLE, "1"},
                 {BO_DT_INT, "1"}};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        bo_xsd value = value_of(large[i].type, large[i].lexical);
        ck_assert_msg(bo_xsd_id(&value) == BO_ID_NONE, "%s", large[i].lexical);
    }
    bo_xsd none;
    ck_assert(!bo_xsd_of_id(&none, bo_id_make(BO_TAG_STRING, 5)));
    ck_assert(!bo_xsd_of_id(&none, BO_ID_NONE));
}
END_TEST

START_TEST(datatypes) {
    for (unsigned i = 1; i < BO_DT_COUNT; i++)
        ck_assert_int_eq((int)bo_datatype_of(bo_datatype_iri((bo_datatype)i)), (int)i);
    ck_assert_int_eq(bo_datatype_of(BO_STR(BO_XSD_NS "strings")), BO_DT_NONE);
    ck_assert_int_eq(bo_datatype_of(BO_STR("http://example.org/integer")), BO_DT_NONE);
    ck_assert(bo_datatype_is_integer(BO_DT_UNSIGNED_BYTE) && !bo_datatype_is_integer(BO_DT_DECIMAL));
}
END_TEST

Suite *test_xsd(void);
Suite *test_xsd(void) {
    Suite *suite = suite_create("rdf/xsd");
    TCase *tcase = tcase_create("xsd");
    tcase_add_test(tcase, canonical_forms);
    tcase_add_test(tcase, forms_that_are_none);
    tcase_add_test(tcase, texts);
    tcase_add_test(tcase, orders);
    tcase_add_test(tcase, decimals);
    tcase_add_test(tcase, rounding);
    tcase_add_test(tcase, doubles_to_decimals);
    tcase_add_test(tcase, inlined);
    tcase_add_test(tcase, datatypes);
    suite_add_tcase(suite, tcase);
    return suite;
}
