/* SPDX-License-Identifier: Apache-2.0 */
#include "sparql/functions.h"

#include "unit/sparql/values.h"

typedef struct row {
    bo_function function;
    const char *args[5]; /* as many as are given; "" is an error */
    const char *result;
} row;

static bo_status call(values *v, bo_val *out, const row *r) {
    bo_val args[5];
    size_t count = 0;
    for (; count < 5 && r->args[count] != NULL; count++) args[count] = value_of(v, r->args[count]);
    return bo_function_call(&v->context, out, r->function, args, count);
}

static void check_rows(const row *rows, size_t count) {
    values v;
    values_begin(&v);
    for (size_t i = 0; i < count; i++) {
        bo_val made;
        ck_assert_msg(call(&v, &made, &rows[i]) == BO_OK, "row %zu: %s", i, bo_error_last()->message);
        const char *result = text_of(&v, made);
        ck_assert_msg(strcmp(result, rows[i].result) == 0, "row %zu, of %s: %s", i,
                      rows[i].args[0] != NULL ? rows[i].args[0] : "nothing", result);
    }
    bo_regexes_free(v.context.regexes);
    bo_arena_free(v.context.arena);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof *rows)

START_TEST(terms) {
    static const row rows[] = {
        {BO_FN_STR, {"<http://a>"}, "\"http://a\""},
        {BO_FN_STR, {"\"01\"^^integer"}, "\"01\""},
        {BO_FN_STR, {"12"}, "\"12\""},
        {BO_FN_STR, {"_:b"}, ""},
        {BO_FN_STR, {""}, ""},
        {BO_FN_LANG, {"\"a\"@en-GB"}, "\"en-GB\""},
        {BO_FN_LANG, {"\"a\""}, "\"\""},
        {BO_FN_LANG, {"1"}, "\"\""},
        {BO_FN_LANG, {"<http://a>"}, ""},
        {BO_FN_LANGMATCHES, {"\"en-GB\"", "\"EN\""}, "\"true\"^^boolean"},
        {BO_FN_LANGMATCHES, {"\"eng\"", "\"en\""}, "\"false\"^^boolean"},
        {BO_FN_LANGMATCHES, {"\"fr\"", "\"*\""}, "\"true\"^^boolean"},
        {BO_FN_LANGMATCHES, {"\"\"", "\"*\""}, "\"false\"^^boolean"},
        {BO_FN_DATATYPE, {"\"a\""}, "<" BO_XSD_NS "string>"},
        {BO_FN_DATATYPE, {"\"a\"@en"}, "<" BO_RDF_NS "langString>"},
        {BO_FN_DATATYPE, {"\"7\"^^byte"}, "<" BO_XSD_NS "byte>"},
        {BO_FN_DATATYPE, {"\"x\"^^<http://t>"}, "<http://t>"},
        {BO_FN_DATATYPE, {"_:b"}, ""},
        {BO_FN_IRI, {"\"c\""}, "<http://example.org/a/c>"},
        {BO_FN_URI, {"<http://a>"}, "<http://a>"},
        {BO_FN_IRI, {"\"c\"@en"}, ""},
        {BO_FN_IRI, {"\"http://a b\""}, ""},
        {BO_FN_BNODE, {NULL}, "_:n1"},
        {BO_FN_BNODE, {NULL}, "_:n2"},
        {BO_FN_BNODE, {"\"x\""}, "_:lx"},
        {BO_FN_BNODE, {"1"}, ""},
        {BO_FN_STRLANG, {"\"a\"", "\"fr\""}, "\"a\"@fr"},
        {BO_FN_STRLANG, {"\"a\"@en", "\"fr\""}, ""},
        {BO_FN_STRLANG, {"\"a\"", "\"\""}, ""},
        {BO_FN_STRDT, {"\"1\"", "<" BO_XSD_NS "integer>"}, "\"1\"^^integer"},
        {BO_FN_STRDT, {"\"1\"", "<" BO_XSD_NS "string>"}, "\"1\""},
        {BO_FN_STRDT, {"1", "<" BO_XSD_NS "integer>"}, ""},
        {BO_FN_SAMETERM, {"1", "\"01\"^^integer"}, "\"false\"^^boolean"},
        {BO_FN_SAMETERM, {"\"a longer text\"", "\"a longer text\""}, "\"true\"^^boolean"},
        {BO_FN_ISIRI, {"<http://a>"}, "\"true\"^^boolean"},
        {BO_FN_ISURI, {"1"}, "\"false\"^^boolean"},
        {BO_FN_ISBLANK, {"_:b"}, "\"true\"^^boolean"},
        {BO_FN_ISLITERAL, {"\"x\"^^<http://t>"}, "\"true\"^^boolean"},
        {BO_FN_ISLITERAL, {"_:b"}, "\"false\"^^boolean"},
        {BO_FN_ISNUMERIC, {"\"7\"^^byte"}, "\"true\"^^boolean"},
        {BO_FN_ISNUMERIC, {"\"x\"^^integer"}, "\"false\"^^boolean"},
        {BO_FN_ISNUMERIC, {"\"7\""}, "\"false\"^^boolean"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(numbers) {
    static const row rows[] = {
        {BO_FN_ABS, {"-3"}, "\"3\"^^integer"},
        {BO_FN_ABS, {"\"-3\"^^byte"}, "\"3\"^^integer"},
        {BO_FN_ABS, {"-1.5"}, "\"1.5\"^^decimal"},
        {BO_FN_ABS, {"-1e0"}, "\"1.0E0\"^^double"},
        {BO_FN_ABS, {"\"3\""}, ""},
        {BO_FN_CEIL, {"1.2"}, "\"2.0\"^^decimal"},
        {BO_FN_CEIL, {"-1.2"}, "\"-1.0\"^^decimal"},
        {BO_FN_FLOOR, {"-1.2"}, "\"-2.0\"^^decimal"},
        {BO_FN_FLOOR, {"1.7e0"}, "\"1.0E0\"^^double"},
        {BO_FN_ROUND, {"2.5"}, "\"3.0\"^^decimal"},
        {BO_FN_ROUND, {"-2.5"}, "\"-2.0\"^^decimal"},
        {BO_FN_ROUND, {"-2.5e0"}, "\"-2.0E0\"^^double"},
        {BO_FN_ROUND, {"\"-0.2\"^^float"}, "\"-0.0E0\"^^float"},
        {BO_FN_ROUND, {"\"INF\"^^double"}, "\"INF\"^^double"},
        {BO_FN_ROUND, {"7"}, "\"7\"^^integer"},
        {BO_FN_ROUND, {"true"}, ""},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(strings) {
    static const row rows[] = {
        {BO_FN_CONCAT, {NULL}, "\"\""},
        {BO_FN_CONCAT, {"\"a\"", "\"bc\""}, "\"abc\""},
        {BO_FN_CONCAT, {"\"a\"@en", "\"b\"@EN"}, "\"ab\"@en"},
        {BO_FN_CONCAT, {"\"a\"@en", "\"b\""}, "\"ab\""},
        {BO_FN_CONCAT, {"\"a\"", "1"}, ""},
        {BO_FN_STRLEN, {"\"\xC3\xA9t\xC3\xA9\"@fr"}, "\"3\"^^integer"},
        {BO_FN_STRLEN, {"1"}, ""},
        {BO_FN_SUBSTR, {"\"foobar\"", "4"}, "\"bar\""},
        {BO_FN_SUBSTR, {"\"foobar\"@en", "4", "1"}, "\"b\"@en"},
        {BO_FN_SUBSTR, {"\"\xC3\xA9t\xC3\xA9\"", "2", "2"}, "\"t\xC3\xA9\""},
        {BO_FN_SUBSTR, {"\"12345\"", "1.5", "2.6"}, "\"234\""},
        {BO_FN_SUBSTR, {"\"12345\"", "0", "3"}, "\"12\""},
        {BO_FN_SUBSTR, {"\"12345\"", "5", "-3"}, "\"\""},
        {BO_FN_SUBSTR, {"\"12345\"", "\"NaN\"^^double", "3"}, "\"\""},
        {BO_FN_SUBSTR, {"\"12345\"", "\"1\""}, ""},
        {BO_FN_UCASE, {"\"\xC3\xA9t\xC3\xA9 \xCF\x83\"@fr"}, "\"\xC3\x89T\xC3\x89 \xCE\xA3\"@fr"},
        {BO_FN_LCASE, {"\"\xC3\x89T\xC3\x89\""}, "\"\xC3\xA9t\xC3\xA9\""},
        {BO_FN_UCASE, {"<http://a>"}, ""},
        {BO_FN_ENCODE_FOR_URI, {"\"100% \xC3\xA9\"@fr"}, "\"100%25%20%C3%A9\""},
        {BO_FN_CONTAINS, {"\"foobar\"", "\"oba\""}, "\"true\"^^boolean"},
        {BO_FN_CONTAINS, {"\"foobar\"", "\"\""}, "\"true\"^^boolean"},
        {BO_FN_CONTAINS, {"\"foobar\"@en", "\"foo\"@fr"}, ""},
        {BO_FN_CONTAINS, {"\"foobar\"", "\"foo\"@fr"}, ""},
        {BO_FN_STRSTARTS, {"\"foobar\"@en", "\"foo\""}, "\"true\"^^boolean"},
        {BO_FN_STRENDS, {"\"foobar\"", "\"foo\""}, "\"false\"^^boolean"},
        {BO_FN_STRBEFORE, {"\"abc\"@en", "\"b\""}, "\"a\"@en"},
        {BO_FN_STRBEFORE, {"\"abc\"@en", "\"z\""}, "\"\""},
        {BO_FN_STRBEFORE, {"\"abc\"@en", "\"\""}, "\"\"@en"},
        {BO_FN_STRAFTER, {"\"abc\"", "\"b\""}, "\"c\""},
        {BO_FN_STRAFTER, {"\"abc\"@en", "\"\"@en"}, "\"abc\"@en"},
        {BO_FN_STRAFTER, {"\"abc\"", "\"xyz, and longer\""}, "\"\""},
        {BO_FN_MD5, {"\"abc\""}, "\"900150983cd24fb0d6963f7d28e17f72\""},
        {BO_FN_SHA1, {"\"abc\""}, "\"a9993e364706816aba3e25717850c26c9cd0d89d\""},
        {BO_FN_SHA256, {"\"abc\""}, "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""},
        {BO_FN_SHA256, {"\"abc\"@en"}, ""},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(times) {
    static const row rows[] = {
        {BO_FN_YEAR, {"\"2011-01-10T14:45:13.815-05:00\"^^dateTime"}, "\"2011\"^^integer"},
        {BO_FN_MONTH, {"\"2011-01-10T14:45:13.815-05:00\"^^dateTime"}, "\"1\"^^integer"},
        {BO_FN_DAY, {"\"2011-01-10\"^^date"}, "\"10\"^^integer"},
        {BO_FN_HOURS, {"\"2011-01-10T14:45:13.815-05:00\"^^dateTime"}, "\"14\"^^integer"},
        {BO_FN_HOURS, {"\"2011-01-10\"^^date"}, ""},
        {BO_FN_MINUTES, {"\"14:45:13\"^^time"}, "\"45\"^^integer"},
        {BO_FN_SECONDS, {"\"2011-01-10T14:45:13.815Z\"^^dateTime"}, "\"13.815\"^^decimal"},
        {BO_FN_TIMEZONE, {"\"2011-01-10T14:45:13.815-05:00\"^^dateTime"}, "\"-PT5H\"^^dayTimeDuration"},
        {BO_FN_TIMEZONE, {"\"2011-01-10T14:45:13.815Z\"^^dateTime"}, "\"PT0S\"^^dayTimeDuration"},
        {BO_FN_TIMEZONE, {"\"2011-01-10T14:45:13.815\"^^dateTime"}, ""},
        {BO_FN_TZ, {"\"2011-01-10T14:45:13.815-05:00\"^^dateTime"}, "\"-05:00\""},
        {BO_FN_TZ, {"\"2011-01-10T14:45:13.815Z\"^^dateTime"}, "\"Z\""},
        {BO_FN_TZ, {"\"2011-01-10T14:45:13.815\"^^dateTime"}, "\"\""},
        {BO_FN_YEAR, {"\"2011\""}, ""},
        {BO_FN_NOW, {NULL}, "\"2026-11-24T11:10:00.123Z\"^^dateTime"},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(patterns) {
    static const row rows[] = {
        {BO_FN_REGEX, {"\"b\"", "\"[a-z-[aeiou]]\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"a\"", "\"[a-z-[aeiou]]\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"bcd\"", "\"^[a-z-[aeiou]]+$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"bad\"", "\"^[a-z-[aeiou]]+$\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"e\"", "\"^[a-z-[aeiou-[e]]]$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"a\"", "\"^[a-z-[aeiou-[e]]]$\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"x:y-1\"", "\"^\\i\\c*$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"1x\"", "\"^\\i\\c*$\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"é\"", "\"^\\i$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"-\"", "\"^\\I$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"a\"", "\"^\\I$\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"a\"", "\"^[\\c-[a]]$\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"-\"", "\"^[\\c]$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\" \"", "\"^[\\C]$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"[\"", "\"^[[]$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"7\"", "\"^[^\\i]$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"foobar\"", "\"^FOO\"", "\"i\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"foobar\"@en", "\"bar$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"foo\\n\"", "\"^bar\"", "\"m\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"\xC3\x89t\xC3\xA9\"", "\"^\\w{3}$\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"\xC3\x89t\xC3\xA9\"", "\"^\xC3\xA9.\xC3\x89$\"", "\"i\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"a.b\"", "\"a.b\"", "\"q\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"axb\"", "\"a.b\"", "\"q\""}, "\"false\"^^boolean"},
        {BO_FN_REGEX, {"\"hello world\"", "\"hello[ ]wor l d\"", "\"x\""}, "\"true\"^^boolean"},
        {BO_FN_REGEX, {"\"a\"", "\"(\""}, ""},
        {BO_FN_REGEX, {"\"a\"", "\"a\"", "\"z\""}, ""},
        {BO_FN_REGEX, {"1", "\"1\""}, ""},
        {BO_FN_REGEX, {"\"\"", "\"^$\""}, "\"true\"^^boolean"},
        {BO_FN_REPLACE, {"\"abcd\"", "\"b\"", "\"Z\""}, "\"aZcd\""},
        {BO_FN_REPLACE, {"\"abab\"@en", "\"B\"", "\"Z\"", "\"i\""}, "\"aZaZ\"@en"},
        {BO_FN_REPLACE, {"\"abracadabra\"", "\"a(.)\"", "\"a$1$1\""}, "\"abbraccaddabbra\""},
        {BO_FN_REPLACE, {"\"a\"", "\"a\"", "\"\\\\$\""}, ""},
        {BO_FN_REPLACE, {"\"a\"", "\"a\"", "\"\\$$0$7\""}, "\"$a\""},
        {BO_FN_REPLACE, {"\"a\"", "\"a\"", "\"$x\""}, ""},
        {BO_FN_REPLACE, {"\"a.b\"", "\".\"", "\"$x\"", "\"q\""}, "\"a$xb\""},
        {BO_FN_REPLACE, {"\"abc\"", "\"x*\"", "\"-\""}, ""},
        {BO_FN_REPLACE, {"\"\xC3\xA9t\xC3\xA9\"", "\"\xC3\xA9\"", "\"e\""}, "\"ete\""},
        {BO_FN_REPLACE, {"\"\"", "\"a\"", "\"b\""}, "\"\""},
    };
    CHECK_ROWS(rows);
}
END_TEST

START_TEST(patterns_that_are_refused) {
    static const struct {
        row call;
        bo_status status;
    } rows[] = {
        {{BO_FN_REGEX, {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "\"^(a+)+$b\""}, ""}, BO_OK},
        {{BO_FN_REGEX, {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"", "\"^(a|aa|a)+$\""}, ""}, BO_LIMIT},
    };
    values v;
    values_begin(&v);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bo_val made;
        ck_assert_msg(call(&v, &made, &rows[i].call) == rows[i].status, "row %zu", i);
    }
    bo_regexes_free(v.context.regexes);
    bo_arena_free(v.context.arena);
}
END_TEST

/* More patterns than are kept, again and again. */
START_TEST(many_patterns) {
    values v;
    values_begin(&v);
    for (unsigned i = 0; i < 60; i++) {
        char pattern[16];
        snprintf(pattern, sizeof pattern, "\"^%u$\"", i % 20);
        row r = {BO_FN_REGEX, {"\"7\"", pattern}, NULL};
        bo_val made;
        ck_assert_int_eq(call(&v, &made, &r), BO_OK);
        ck_assert_int_eq(bo_val_truth(&made), i % 20 == 7 ? BO_TRUE : BO_UNTRUE);
    }
    bo_regexes_free(v.context.regexes);
    bo_arena_free(v.context.arena);
}
END_TEST

START_TEST(chance) {
    values v;
    values_begin(&v);
    bo_val first, second;
    ck_assert_int_eq(call(&v, &first, &(row){BO_FN_RAND, {NULL}, NULL}), BO_OK);
    ck_assert(first.xsd.type == BO_DT_DOUBLE && first.xsd.number >= 0 && first.xsd.number < 1);
    ck_assert_int_eq(call(&v, &first, &(row){BO_FN_UUID, {NULL}, NULL}), BO_OK);
    ck_assert(first.kind == BO_VAL_IRI && bo_str_starts(first.term.value, BO_STR("urn:uuid:")));
    ck_assert_int_eq(call(&v, &second, &(row){BO_FN_STRUUID, {NULL}, NULL}), BO_OK);
    ck_assert(second.kind == BO_VAL_STRING && second.term.value.len == 36);
    ck_assert(!bo_str_eq(bo_str_from(first.term.value, 9), second.term.value));
    bo_arena_free(v.context.arena);
}
END_TEST

Suite *test_functions(void);
Suite *test_functions(void) {
    Suite *suite = suite_create("sparql/functions");
    TCase *tcase = tcase_create("functions");
    tcase_add_test(tcase, terms);
    tcase_add_test(tcase, numbers);
    tcase_add_test(tcase, strings);
    tcase_add_test(tcase, times);
    tcase_add_test(tcase, patterns);
    tcase_add_test(tcase, patterns_that_are_refused);
    tcase_add_test(tcase, many_patterns);
    tcase_add_test(tcase, chance);
    suite_add_tcase(suite, tcase);
    return suite;
}
