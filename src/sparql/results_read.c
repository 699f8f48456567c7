/* SPDX-License-Identifier: Apache-2.0
 * Reading results: SPARQL 1.1 Query Results JSON Format (W3C Recommendation of 2013); XML is results_xml.c's.
 */
#include "sparql/results_read.h"

#include "bocage/json.h"

/* Arrays double, so that their length tells when they are full. */
static bool is_full(size_t len) {
    return (len & (len - 1)) == 0;
}

bo_status bo_results_add_name(bo_results *results, bo_str name, bo_arena *arena) {
    if (results->len > 0) return bo_fail(BO_SYNTAX, "a variable comes after the first row");
    if (is_full(results->width)) {
        bo_str *names = bo_arena_array(arena, results->width ? results->width * 2 : 1, sizeof *names);
        if (names == NULL) return bo_error_last()->status;
        if (results->width > 0) memcpy(names, results->names, results->width * sizeof *names);
        results->names = names;
    }
    results->names[results->width++] = name;
    return BO_OK;
}

bo_status bo_results_add_row(bo_results *results, bo_term **row, bo_arena *arena) {
    bo_term *terms = bo_arena_array(arena, results->width, sizeof *terms);
    if (terms == NULL) return bo_error_last()->status;
    if (is_full(results->len)) {
        const bo_term **rows = bo_arena_array(arena, results->len ? results->len * 2 : 1, sizeof *rows);
        if (rows == NULL) return bo_error_last()->status;
        if (results->len > 0) memcpy(rows, results->rows, results->len * sizeof *rows);
        results->rows = rows;
    }
    results->rows[results->len++] = *row = terms;
    return BO_OK;
}

bool bo_results_column(size_t *out, const bo_results *results, bo_str name) {
    for (size_t i = 0; i < results->width; i++) {
        if (!bo_str_eq(results->names[i], name)) continue;
        *out = i;
        return true;
    }
    return false;
}

static bo_status read_term(bo_term *out, const bo_json *cell) {
    bo_str type = bo_json_get_string(cell, BO_STR("type")), value = bo_json_get_string(cell, BO_STR("value"));
    bo_str lang = bo_json_get_string(cell, BO_STR("xml:lang"));
    if (value.ptr == NULL) return bo_fail(BO_SYNTAX, "a binding has no value");
    if (bo_str_eq(type, BO_STR("uri")))
        *out = bo_term_iri(value);
    else if (bo_str_eq(type, BO_STR("bnode")))
        *out = bo_term_blank(value);
    else if (!bo_str_eq(type, BO_STR("literal")) && !bo_str_eq(type, BO_STR("typed-literal")))
        return bo_fail(BO_SYNTAX, "\"%.*s\" is no type of a binding", BO_STR_ARG(type));
    else
        *out = lang.len > 0 ? bo_term_lang(value, lang)
                            : bo_term_typed(value, bo_json_get_string(cell, BO_STR("datatype")));
    return BO_OK;
}

static bo_status read_row(bo_results *out, const bo_json *cells, bo_arena *arena) {
    bo_term *row;
    size_t column;
    if (!bo_json_is(cells, BO_JSON_OBJECT)) return bo_fail(BO_SYNTAX, "a row is no object");
    BO_TRY(bo_results_add_row(out, &row, arena));
    for (size_t i = 0; i < cells->len; i++) {
        if (!bo_results_column(&column, out, cells->members[i].key))
            return bo_fail(BO_SYNTAX, "a row binds ?%.*s, which the head does not name",
                           BO_STR_ARG(cells->members[i].key));
        BO_TRY(read_term(&row[column], cells->members[i].value));
    }
    return BO_OK;
}

static bo_status read_json(bo_results *out, bo_str text, bo_arena *arena) {
    bo_json *whole;
    BO_TRY(bo_json_parse(&whole, text, &(bo_json_limits){.depth = 16}, arena));
    const bo_json *answer = bo_json_get(whole, BO_STR("boolean"));
    if (answer != NULL) {
        out->is_answer = true;
        out->answer = bo_json_is(answer, BO_JSON_TRUE);
        return BO_OK;
    }
    const bo_json *names = bo_json_get(bo_json_get(whole, BO_STR("head")), BO_STR("vars"));
    const bo_json *rows = bo_json_get(bo_json_get(whole, BO_STR("results")), BO_STR("bindings"));
    if (!bo_json_is(names, BO_JSON_ARRAY) || !bo_json_is(rows, BO_JSON_ARRAY))
        return bo_fail(BO_SYNTAX, "these results lack \"head\" or \"results\"");
    for (size_t i = 0; i < names->len; i++)
        BO_TRY(bo_results_add_name(out, bo_json_string(names->items[i]), arena));
    for (size_t i = 0; i < rows->len; i++) BO_TRY(read_row(out, rows->items[i], arena));
    return BO_OK;
}

bo_status bo_results_read(bo_results *out, bo_results_format format, bo_str text, bo_arena *arena) {
    bo_results read = {0};
    if (format != BO_RESULTS_JSON && format != BO_RESULTS_XML)
        return bo_fail(BO_UNSUPPORTED, "results are read as JSON and XML");
    BO_TRY((format == BO_RESULTS_JSON ? read_json : bo_results_read_xml)(&read, text, arena));
    *out = read;
    return BO_OK;
}
