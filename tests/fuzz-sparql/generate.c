/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz-sparql/generate.h"

typedef struct writer {
    bo_text *out;
    uint64_t state;
    unsigned fresh;  /* variables that BIND and AS have made */
    unsigned budget; /* elements left: queries stay small */
    bool nested;     /* inside of EXISTS: what its specification leaves open is left out */
    bool limited;
    bool spelt; /* numbers that are not spelt as usual are among the data */
} writer;

static unsigned pick(writer *w, unsigned count) {
    w->state ^= w->state << 13;
    w->state ^= w->state >> 7;
    w->state ^= w->state << 17;
    return (unsigned)((w->state * 0x2545F4914F6CDD1Du) >> 33) % count;
}

static bool chance(writer *w, unsigned percent) {
    return pick(w, 100) < percent;
}

static void put(writer *w, const char *text) {
    bo_text_put(w->out, bo_str_of(text));
}

static void put_one(writer *w, const char *const *texts, unsigned count) {
    put(w, texts[pick(w, count)]);
}
#define PUT_ONE(w, ...)                                                                                      \
    do {                                                                                                     \
        static const char *const all[] = {__VA_ARGS__};                                                      \
        put_one((w), all, sizeof all / sizeof *all);                                                         \
    } while (0)

/* Terms. */

static void put_iri(writer *w) {
    PUT_ONE(w, "<x:a>", "<x:b>", "<x:c>", "<x:d>");
}

static void put_predicate(writer *w) {
    PUT_ONE(w, "<x:p>", "<x:q>", "<x:r>");
}

static void put_graph(writer *w) {
    PUT_ONE(w, "<x:g>", "<x:h>");
}

#define XSD "^^<http://www.w3.org/2001/XMLSchema#"
static void put_literal(writer *w) {
    if (w->spelt && chance(w, 10)) {
        put(w, "\"01\"" XSD "integer>");
        return;
    }
    PUT_ONE(w, "\"1\"" XSD "integer>", "\"2\"" XSD "integer>", "\"-3\"" XSD "integer>",
            "\"1.0\"" XSD "decimal>", "\"2.5\"" XSD "decimal>", "\"1.0E0\"" XSD "double>",
            "\"true\"" XSD "boolean>", "\"\"", "\"a\"", "\"b\"", "\"abc\"", "\"a\"@en", "\"a\"@fr",
            "\"longer than an id\"", "\"1\"", "\"2020-01-02T03:04:05Z\"" XSD "dateTime>", "\"x\"^^<x:type>");
}

static void put_object(writer *w) {
    if (chance(w, 50))
        put_iri(w);
    else
        put_literal(w);
}

static void put_variable(writer *w) {
    PUT_ONE(w, "?a", "?b", "?c", "?d", "?e");
}

/* Data. */

static void put_quad(writer *w) {
    if (chance(w, 92))
        put_iri(w);
    else
        PUT_ONE(w, "_:m", "_:n");
    put(w, " ");
    put_predicate(w);
    put(w, " ");
    if (chance(w, 95))
        put_object(w);
    else
        put(w, "_:m");
    put(w, " ");
    if (chance(w, 40)) put_graph(w);
    put(w, " .\n");
}

/* Expressions. */

static void put_expression(writer *w, unsigned depth);

static void put_call(writer *w, const char *name, unsigned count, unsigned depth) {
    put(w, name);
    put(w, "(");
    for (unsigned i = 0; i < count; i++) {
        if (i > 0) put(w, ", ");
        put_expression(w, depth);
    }
    put(w, ")");
}

static void put_between(writer *w, const char *sign, unsigned depth) {
    put(w, "(");
    put_expression(w, depth);
    put(w, sign);
    put_expression(w, depth);
    put(w, ")");
}

static void put_expression(writer *w, unsigned depth) {
    static const char *const signs[] = {
        " = ", " != ", " < ", " > ", " <= ", " >= ", " && ", " || ", " + ", " - ", " * "};
    static const struct {
        const char *name;
        unsigned count;
    } calls[] = {{"!", 1},         {"STR", 1},       {"LANG", 1},     {"DATATYPE", 1}, {"isIRI", 1},
                 {"isLITERAL", 1}, {"isNUMERIC", 1}, {"isBLANK", 1},  {"STRLEN", 1},   {"CONTAINS", 2},
                 {"STRSTARTS", 2}, {"COALESCE", 2},  {"IF", 3},       {"sameTerm", 2}, {"LANGMATCHES", 2},
                 {"UCASE", 1},     {"ABS", 1},       {"CEIL", 1},     {"CONCAT", 2},   {"SUBSTR", 2},
                 {"REGEX", 2},     {"STRAFTER", 2},  {"COALESCE", 3}, {"YEAR", 1}};
    if (depth == 0 || chance(w, 35)) {
        if (chance(w, 65))
            put_variable(w);
        else
            put_object(w);
        return;
    }
    depth--;
    if (chance(w, 55)) {
        put_between(w, signs[pick(w, sizeof signs / sizeof *signs)], depth);
    } else if (chance(w, 20)) {
        put(w, "BOUND(");
        put_variable(w);
        put(w, ")");
    } else if (chance(w, 15)) {
        put(w, "(");
        put_variable(w);
        PUT_ONE(w, " IN (", " NOT IN (");
        put_object(w);
        put(w, ", ");
        put_object(w);
        put(w, "))");
    } else {
        unsigned at = pick(w, sizeof calls / sizeof *calls);
        put_call(w, calls[at].name, calls[at].count, depth);
    }
}

/* Patterns. */

static void put_group(writer *w, unsigned depth);

static void put_path(writer *w, unsigned depth) {
    unsigned way = depth == 0 ? 0 : pick(w, 8);
    if (way < 2) {
        put_predicate(w);
        return;
    }
    if (way == 7) {
        put(w, "!(");
        put_predicate(w);
        if (chance(w, 50)) put(w, "|^<x:q>");
        put(w, ")");
        return;
    }
    put(w, way == 6 ? "^(" : "(");
    put_path(w, depth - 1);
    if (way == 2 || way == 3) {
        put(w, way == 2 ? "/" : "|");
        put_path(w, depth - 1);
    }
    put(w, way == 4 ? ")*" : way == 5 ? ")+" : chance(w, 15) ? ")?" : ")");
}

static void put_triple(writer *w) {
    if (chance(w, 85))
        put_variable(w);
    else
        put_iri(w);
    put(w, " ");
    if (chance(w, 15))
        put_path(w, 2);
    else if (chance(w, 20))
        put_variable(w);
    else
        put_predicate(w);
    put(w, " ");
    if (chance(w, 75))
        put_variable(w);
    else
        put_object(w);
    put(w, " . ");
}

static void put_values(writer *w) {
    unsigned width = 1 + pick(w, 2), rows = pick(w, 8) == 0 ? 0 : 1 + pick(w, 3);
    put(w, width == 1 ? "VALUES (?a){" : "VALUES (?b ?c){");
    for (unsigned row = 0; row < rows; row++) {
        put(w, " (");
        for (unsigned i = 0; i < width; i++) {
            if (chance(w, 20))
                put(w, " UNDEF");
            else
                put_object(w);
            put(w, " ");
        }
        put(w, ")");
    }
    put(w, "} ");
}

static void put_aggregate(writer *w) {
    PUT_ONE(w, "COUNT(*)", "COUNT(?b)", "COUNT(DISTINCT ?b)", "SUM(?c)", "MIN(?b)", "MAX(?b)", "AVG(?c)",
            "COUNT(DISTINCT *)");
}

/* Aggregates, or a few variables. What SAMPLE and GROUP_CONCAT give depends on the order of rows. */
static void put_select(writer *w, unsigned depth) {
    put(w, "SELECT ");
    bool aggregates = chance(w, 30), grouped = chance(w, 60);
    if (!aggregates) {
        if (chance(w, 30)) put(w, "DISTINCT ");
        PUT_ONE(w, "?a ?b ", "?a ", "?c ?d ", "?a ?b ?c ", "?b ", "?a ?e ");
    } else {
        if (grouped) put(w, "?a ");
        put(w, "(");
        put_aggregate(w);
        bo_text_printf(w->out, " AS ?n%u) ", w->fresh++);
    }
    put(w, "{ ");
    put_group(w, depth);
    put(w, "} ");
    if (!aggregates || !grouped) return;
    put(w, "GROUP BY ?a ");
    if (chance(w, 20)) put(w, "HAVING (COUNT(*) > 1) ");
}

static void put_exists(writer *w, unsigned depth) {
    bool nested = w->nested;
    w->nested = true;
    PUT_ONE(w, "FILTER EXISTS { ", "FILTER NOT EXISTS { ");
    put_triple(w);
    if (depth > 0 && chance(w, 30)) put_triple(w);
    put(w, "} ");
    w->nested = nested;
}

static void put_element(writer *w, unsigned depth) {
    unsigned way = pick(w, 100);
    if (w->budget == 0 || depth == 0) way = way % 60;
    if (w->budget > 0) w->budget--;
    if (way < 35) {
        put_triple(w);
    } else if (way < 48) {
        put(w, "FILTER(");
        put_expression(w, 2);
        put(w, ") ");
    } else if (way < 54) {
        put(w, "BIND(");
        put_expression(w, 2);
        bo_text_printf(w->out, " AS ?n%u) ", w->fresh++);
    } else if (way < 60) {
        put_values(w);
    } else if (way < 70) {
        put(w, "OPTIONAL { ");
        put_group(w, depth - 1);
        put(w, "} ");
    } else if (way < 78) {
        put(w, "{ ");
        put_group(w, depth - 1);
        put(w, "} UNION { ");
        put_group(w, depth - 1);
        put(w, "} ");
    } else if (way < 83) {
        put(w, "MINUS { ");
        put_group(w, depth - 1);
        put(w, "} ");
    } else if (way < 89) {
        put_exists(w, depth - 1);
    } else if (way < 93) {
        put(w, "GRAPH ");
        if (chance(w, 60))
            PUT_ONE(w, "?g", "?d");
        else
            put_graph(w);
        put(w, " { ");
        put_group(w, depth - 1);
        put(w, "} ");
    } else if (way < 97) {
        put(w, "{ ");
        put_select(w, depth - 1);
        put(w, "} ");
    } else {
        put(w, "{ ");
        put_group(w, depth - 1);
        put(w, "} ");
    }
}

static void put_group(writer *w, unsigned depth) {
    unsigned count = 1 + pick(w, 4);
    put_triple(w);
    for (unsigned i = 0; i < count; i++) put_element(w, depth);
}

/* Queries. */

static void put_query(writer *w) {
    unsigned way = pick(w, 10);
    if (way == 0) {
        put(w, "ASK { ");
        put_group(w, 2);
        put(w, "}");
        return;
    }
    if (way == 1) {
        put(w, "CONSTRUCT { ?a <x:made> ?b . ?c <x:q> ?d } WHERE { ");
        put_group(w, 2);
        put(w, "}");
        return;
    }
    put_select(w, 3);
    w->limited = chance(w, 15) &&
                 !bo_str_starts(bo_text_str(w->out), BO_STR("SELECT DISTINCT")); /* by what it has not */
    if (w->limited)
        bo_text_printf(w->out, "ORDER BY ?a ?b ?c ?d ?e LIMIT %u OFFSET %u", pick(w, 8), pick(w, 3));
}

void generate(generated *out, uint64_t seed) {
    writer w = {.state = seed * 0x9E3779B97F4A7C15u + 0x1234567, .budget = 10};
    *out = (generated){.is_select = false};
    bo_text_init(&out->data, 0);
    bo_text_init(&out->query, 0);
    for (int i = 0; i < 8; i++) pick(&w, 2);
    w.spelt = chance(&w, 30);
    w.out = &out->data;
    for (unsigned i = 0, count = 4 + pick(&w, 40); i < count; i++) put_quad(&w);
    w.out = &out->query;
    put_query(&w);
    out->has_limit = w.limited;
    out->is_select = bo_str_starts(bo_text_str(&out->query), BO_STR("SELECT"));
}

void generated_done(generated *g) {
    bo_text_done(&g->data);
    bo_text_done(&g->query);
}
