/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sparql/values.h"

static char truth_letter(bo_truth truth) {
    return truth == BO_TRUE ? 't' : truth == BO_UNTRUE ? 'f' : 'e';
}

START_TEST(effective_boolean_values) {
    static const struct {
        const char *value;
        char truth;
    } rows[] = {{"true", 't'},
                {"false", 'f'},
                {"\"0\"^^boolean", 'f'},
                {"0", 'f'},
                {"-3", 't'},
                {"0.0", 'f'},
                {"1e0", 't'},
                {"\"NaN\"^^double", 'f'},
                {"\"\"", 'f'},
                {"\"a\"", 't'},
                {"\"a longer text\"", 't'},
                {"\"\"@en", 'f'},
                {"\"a\"@en", 't'},
                {"\"a\"@x-own", 't'},
                {"\"x\"^^integer", 'f'},
                {"\"x\"^^boolean", 'f'},
                {"\"x\"^^<http://t>", 'e'},
                {"\"2026-01-01\"^^date", 'e'},
                {"<http://a>", 'e'},
                {"_:b", 'e'},
                {"", 'e'}};
    values v;
    values_begin(&v);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_val value = value_of(&v, rows[i].value);
        ck_assert_msg(truth_letter(bo_val_truth(&value)) == rows[i].truth, "%s", rows[i].value);
    }
    bo_arena_free(v.context.arena);
}
END_TEST

/* = < > and <= of two values, as letters. */
static void stand(values *v, const char *left, const char *right, const char *expected) {
    static const bo_comparison asked[] = {BO_CMP_EQUAL, BO_CMP_LESS, BO_CMP_GREATER, BO_CMP_LESS_EQUAL};
    static const bo_comparison turned[] = {BO_CMP_EQUAL, BO_CMP_GREATER, BO_CMP_LESS, BO_CMP_GREATER_EQUAL};
    char found[5] = "", back[5] = "";
    bo_truth truth;
    for (size_t i = 0; i < 4; i++) {
        bo_val a = value_of(v, left), b = value_of(v, right);
        ck_assert_int_eq(bo_val_compare(&v->context, &truth, asked[i], &a, &b), BO_OK);
        found[i] = truth_letter(truth);
        ck_assert_int_eq(bo_val_compare(&v->context, &truth, turned[i], &b, &a), BO_OK);
        back[i] = truth_letter(truth);
    }
    ck_assert_msg(strcmp(found, expected) == 0, "%s and %s: %s", left, right, found);
    ck_assert_msg(strcmp(back, expected) == 0, "%s and %s, turned: %s", left, right, back);
}

START_TEST(comparisons) {
    values v;
    values_begin(&v);
    stand(&v, "1", "1.0", "tfft");
    stand(&v, "1", "\"01\"^^integer", "tfft");
    stand(&v, "1", "\"2\"^^unsignedByte", "ftft");
    stand(&v, "1.5", "1e0", "fftf");
    stand(&v, "\"NaN\"^^double", "\"NaN\"^^double", "ffff");
    stand(&v, "true", "false", "fftf");
    stand(&v, "true", "\"1\"^^boolean", "tfft");
    stand(&v, "\"a\"", "\"a much longer one\"", "ftft");
    stand(&v, "\"a\"", "\"a\"@en", "feee");
    stand(&v, "\"a\"@en", "\"a\"@EN", "teee");
    stand(&v, "\"a\"@en", "\"a\"@fr", "feee");
    stand(&v, "\"a\"", "1", "feee");
    stand(&v, "<http://a>", "<http://a>", "teee");
    stand(&v, "<http://a>", "<http://b>", "feee");
    stand(&v, "<http://a>", "\"http://a\"", "feee");
    stand(&v, "_:a", "_:a", "teee");
    stand(&v, "\"x\"^^<http://t>", "\"x\"^^<http://t>", "teee");
    stand(&v, "\"x\"^^<http://t>", "\"y\"^^<http://t>", "eeee");
    stand(&v, "\"x\"^^<http://t>", "1", "eeee");
    stand(&v, "\"x\"^^integer", "1", "eeee");
    stand(&v, "\"x\"^^integer", "\"x\"", "eeee");
    stand(&v, "\"x\"^^<http://t>", "\"x\"@en", "feee");
    stand(&v, "\"x\"^^<http://t>", "<http://t>", "feee");
    stand(&v, "\"2026-01-01T00:00:00Z\"^^dateTime", "\"2026-01-01T01:00:00+01:00\"^^dateTime", "tfft");
    stand(&v, "\"2026-01-01T00:00:00\"^^dateTime", "\"2026-01-01T01:00:00Z\"^^dateTime", "eeee");
    stand(&v, "\"2026-01-01\"^^date", "\"2026-01-01T00:00:00Z\"^^dateTime", "feee");
    stand(&v, "\"2026-01-01\"^^date", "\"2026-01-02\"^^date", "ftft");
    stand(&v, "\"PT1H\"^^dayTimeDuration", "\"PT60M\"^^duration", "tfft");
    stand(&v, "\"P1M\"^^duration", "\"P30D\"^^duration", "feee");
    stand(&v, "", "1", "eeee");
    bo_arena_free(v.context.arena);
}
END_TEST

static void order_is(values *v, const char *const *sorted, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            bo_val a = value_of(v, sorted[i]), b = value_of(v, sorted[k]);
            int order;
            ck_assert_int_eq(bo_val_order(&v->context, &order, &a, &b), BO_OK);
            ck_assert_msg((order > 0) - (order < 0) == (i > k) - (i < k), "%s and %s: %d", sorted[i],
                          sorted[k], order);
        }
}

START_TEST(total_order) {
    static const char *const sorted[] = {
        "",
        "_:a",
        "<http://a>",
        "<http://b>",
        "\"NaN\"^^double",
        "-2",
        "1.5",
        "2e0",
        "\"12\"^^long",
        "\"123456789012345678901234567890\"^^integer",
        "false",
        "true",
        "\"2026-01-01T00:00:00\"^^dateTime",
        "\"2026-01-01T00:00:01Z\"^^dateTime",
        "\"2026-01-01\"^^date",
        "\"12:00:00\"^^time",
        "\"2026\"^^gYear",
        "\"PT1H\"^^dayTimeDuration",
        "\"P1M\"^^duration",
        "\"a\"",
        "\"a\"@en",
        "\"a\"@fr",
        "\"b and some more\"",
        "\"y\"^^<http://s>",
        "\"x\"^^<http://t>",
    };
    values v;
    values_begin(&v);
    order_is(&v, sorted, sizeof sorted / sizeof *sorted);
    bo_val a = value_of(&v, "1"), b = value_of(&v, "1.0");
    int order = 1;
    ck_assert_int_eq(bo_val_order(&v.context, &order, &a, &b), BO_OK);
    ck_assert_int_eq(order, 0);
    bo_arena_free(v.context.arena);
}
END_TEST

START_TEST(arithmetic) {
    static const struct {
        const char *left;
        char operation;
        const char *right, *result;
    } rows[] = {
        {"1", '+', "2", "\"3\"^^integer"},
        {"\"1\"^^byte", '-', "\"2\"^^long", "\"-1\"^^integer"},
        {"1.1", '+', "1.12", "\"2.22\"^^decimal"},
        {"1", '+', "1.0", "\"2.0\"^^decimal"},
        {"1", '/', "4", "\"0.25\"^^decimal"},
        {"6", '/', "2", "\"3.0\"^^decimal"},
        {"1", '/', "0", ""},
        {"1e0", '/', "0", "\"INF\"^^double"},
        {"0e0", '/', "0", "\"NaN\"^^double"},
        {"\"0.1\"^^float", '+', "1", "\"1.1E0\"^^float"},
        {"\"0.5\"^^float", '*', "2e0", "\"1.0E0\"^^double"},
        {"170141183460469231731687303715884105727", '+', "1", ""},
        {"\"1\"", '+', "1", ""},
        {"\"x\"^^integer", '+', "1", ""},
        {"", '*', "1", ""},
    };
    values v;
    values_begin(&v);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_val a = value_of(&v, rows[i].left), b = value_of(&v, rows[i].right);
        bo_arithmetic operation = rows[i].operation == '+'   ? BO_ADDITION
                                  : rows[i].operation == '-' ? BO_SUBTRACTION
                                  : rows[i].operation == '*' ? BO_MULTIPLICATION
                                                             : BO_DIVISION;
        const char *result = text_of(&v, bo_val_calculate(operation, &a, &b));
        ck_assert_msg(strcmp(result, rows[i].result) == 0, "%s %c %s = %s", rows[i].left, rows[i].operation,
                      rows[i].right, result);
    }
    bo_val seven = value_of(&v, "\"7\"^^short"), text = value_of(&v, "\"7\"");
    ck_assert_str_eq(text_of(&v, bo_val_negate(&seven)), "\"-7\"^^integer");
    ck_assert_str_eq(text_of(&v, bo_val_number(&seven)), "\"7\"^^short");
    ck_assert_str_eq(text_of(&v, bo_val_negate(&text)), "");
    bo_arena_free(v.context.arena);
}
END_TEST

START_TEST(casts) {
    static const struct {
        const char *from, *to, *result;
    } rows[] = {
        {"\" 12 \"", "integer", "\"12\"^^integer"},
        {"\"12.5\"", "integer", ""},
        {"12.9", "integer", "\"12\"^^integer"},
        {"-129e0", "byte", ""},
        {"\"NaN\"^^double", "integer", ""},
        {"1e2", "decimal", "\"100.0\"^^decimal"},
        {"1e-1", "decimal", "\"0.1\"^^decimal"},
        {"true", "integer", "\"1\"^^integer"},
        {"true", "double", "\"1.0E0\"^^double"},
        {"0.1", "float", "\"1.0E-1\"^^float"},
        {"2", "boolean", "\"true\"^^boolean"},
        {"\"1\"", "boolean", "\"true\"^^boolean"},
        {"\"yes\"", "boolean", ""},
        {"1.0", "string", "\"1\""},
        {"1e7", "string", "\"1.0E7\""},
        {"1e5", "string", "\"100000\""},
        {"\"-0\"^^double", "string", "\"-0\""},
        {"\"01\"^^integer", "string", "\"1\""},
        {"\"1\"^^boolean", "string", "\"true\""},
        {"<http://a>", "string", "\"http://a\""},
        {"\"x\"^^<http://t>", "string", "\"x\""},
        {"_:b", "string", ""},
        {"", "string", ""},
        {"<http://a>", "integer", ""},
        {"\"1\"@en", "integer", ""},
        {"\"2026-11-24T12:30:00+01:00\"", "dateTime", "\"2026-11-24T12:30:00+01:00\"^^dateTime"},
        {"\"2026-11-24T12:30:00+01:00\"^^dateTime", "date", "\"2026-11-24+01:00\"^^date"},
        {"\"2026-11-24T12:30:00+01:00\"^^dateTime", "time", "\"12:30:00+01:00\"^^time"},
        {"\"2026-11-24\"^^date", "dateTime", "\"2026-11-24T00:00:00\"^^dateTime"},
        {"\"2026-11-24\"^^date", "gYear", "\"2026\"^^gYear"},
        {"\"2026-11-24\"^^date", "time", ""},
        {"\"12:30:00\"^^time", "date", ""},
        {"1", "dateTime", ""},
        {"\"P1Y2DT3H\"^^duration", "dayTimeDuration", "\"P2DT3H\"^^dayTimeDuration"},
        {"\"P1Y2DT3H\"^^duration", "yearMonthDuration", "\"P1Y\"^^yearMonthDuration"},
    };
    values v;
    bo_datatype type;
    bo_val made;
    values_begin(&v);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_val from = value_of(&v, rows[i].from);
        bo_str iri = bo_arena_join(v.context.arena, BO_STR(BO_XSD_NS), bo_str_of(rows[i].to));
        ck_assert(bo_cast_find(&type, iri));
        ck_assert_int_eq(bo_val_cast(&v.context, &made, type, &from), BO_OK);
        const char *result = text_of(&v, made);
        ck_assert_msg(strcmp(result, rows[i].result) == 0, "%s to %s: %s", rows[i].from, rows[i].to, result);
    }
    ck_assert(!bo_cast_find(&type, BO_STR(BO_XSD_NS "anyURI")));
    ck_assert(!bo_cast_find(&type, BO_STR("http://example.org/integer")));
    bo_arena_free(v.context.arena);
}
END_TEST

START_TEST(ids_of_values) {
    values v;
    bo_term term;
    values_begin(&v);
    bo_val one = bo_val_of_integer(1), spelt = value_of(&v, "\"01\"^^integer"),
           text = bo_val_of_string(BO_STR("a"));
    bo_val error = bo_val_error(), long_text = bo_val_of_string(BO_STR("a longer text"));
    bo_val inlined = value_of(&v, "1");
    ck_assert_uint_eq(bo_val_id(&one), inlined.id);
    ck_assert_uint_eq(bo_val_id(&spelt), BO_ID_NONE);
    ck_assert_uint_eq(bo_id_tag(bo_val_id(&text)), BO_TAG_STRING);
    ck_assert_uint_eq(bo_val_id(&long_text), BO_ID_NONE);
    ck_assert_uint_eq(bo_val_id(&error), BO_ID_NONE);
    ck_assert_int_eq(bo_val_term(&v.context, &term, &error), BO_OK);
    ck_assert_int_eq(term.kind, BO_NO_TERM);
    bo_arena_free(v.context.arena);
}
END_TEST

Suite *test_value(void);
Suite *test_value(void) {
    Suite *suite = suite_create("sparql/value");
    TCase *tcase = tcase_create("value");
    tcase_add_test(tcase, effective_boolean_values);
    tcase_add_test(tcase, comparisons);
    tcase_add_test(tcase, total_order);
    tcase_add_test(tcase, arithmetic);
    tcase_add_test(tcase, casts);
    tcase_add_test(tcase, ids_of_values);
    suite_add_tcase(suite, tcase);
    return suite;
}
