/* SPDX-License-Identifier: Apache-2.0
 * Results of SELECT and ASK as text: SPARQL 1.1 Query Results JSON, XML, and CSV and TSV Formats (W3C
 * Recommendations of 2013).
 */
#include "bocage/json.h"
#include "bocage/sparql.h"

typedef struct results_format {
    bo_str media_type;
    /* `answer` NULL: a SELECT. */
    bo_status (*write)(bo_text *out, bo_rows *rows, const bool *answer);
} results_format;

/* Calls `each` for every row. */
static bo_status each_row(bo_text *out, bo_rows *rows, void (*each)(void *context, const bo_term *row),
                          void *context) {
    const bo_term *row = NULL;
    for (;;) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) return BO_OK;
        each(context, row);
        if (out->status != BO_OK) return out->status;
    }
}

typedef struct writing {
    bo_text *out;
    bo_json_writer json;
    bo_rows *rows;
    bool begun; /* there is a row before */
} writing;

/* JSON */

/* Terms are written straight into the text: there are many of them, and their form is always the same. */
static void json_term(bo_text *out, const bo_term *term) {
    static const bo_str kinds[] = {[BO_IRI] = {"{\"type\":\"uri\"", 13},
                                   [BO_BLANK] = {"{\"type\":\"bnode\"", 15},
                                   [BO_LITERAL] = {"{\"type\":\"literal\"", 17}};
    bo_text_put(out, kinds[term->kind]);
    if (term->lang.len > 0) {
        BO_TEXT_LIT(out, ",\"xml:lang\":");
        bo_json_write_string(out, term->lang);
    }
    if (term->datatype.len > 0) {
        BO_TEXT_LIT(out, ",\"datatype\":");
        bo_json_write_string(out, term->datatype);
    }
    BO_TEXT_LIT(out, ",\"value\":");
    bo_json_write_string(out, term->value);
    bo_text_char(out, '}');
}

static void json_row(void *context, const bo_term *row) {
    writing *w = context;
    bool first = true;
    bo_text_put(w->out, w->begun ? BO_STR(",{") : BO_STR("{"));
    w->begun = true;
    for (size_t i = 0; i < bo_rows_width(w->rows); i++) {
        if (row[i].kind == BO_NO_TERM) continue;
        if (!first) bo_text_char(w->out, ',');
        first = false;
        bo_json_write_string(w->out, bo_rows_name(w->rows, i));
        bo_text_char(w->out, ':');
        json_term(w->out, &row[i]);
    }
    bo_text_char(w->out, '}');
}

static bo_status write_json(bo_text *out, bo_rows *rows, const bool *answer) {
    writing w = {.out = out, .rows = rows};
    bo_json_begin(&w.json, out);
    bo_json_open(&w.json, BO_JSON_OBJECT);
    bo_json_key(&w.json, BO_STR("head"));
    bo_json_open(&w.json, BO_JSON_OBJECT);
    if (answer == NULL) {
        bo_json_key(&w.json, BO_STR("vars"));
        bo_json_open(&w.json, BO_JSON_ARRAY);
        for (size_t i = 0; i < bo_rows_width(rows); i++) bo_json_put_string(&w.json, bo_rows_name(rows, i));
        bo_json_close(&w.json, BO_JSON_ARRAY);
    }
    bo_json_close(&w.json, BO_JSON_OBJECT);
    if (answer != NULL) {
        bo_json_key(&w.json, BO_STR("boolean"));
        bo_json_put_raw(&w.json, *answer ? BO_STR("true") : BO_STR("false"));
    } else {
        bo_json_key(&w.json, BO_STR("results"));
        bo_json_open(&w.json, BO_JSON_OBJECT);
        bo_json_key(&w.json, BO_STR("bindings"));
        bo_json_open(&w.json, BO_JSON_ARRAY);
        BO_TRY(each_row(out, rows, json_row, &w));
        bo_json_close(&w.json, BO_JSON_ARRAY);
        bo_json_close(&w.json, BO_JSON_OBJECT);
    }
    bo_json_close(&w.json, BO_JSON_OBJECT);
    return BO_OK;
}

/* XML */

static void xml_text(bo_text *out, bo_str text) {
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&': BO_TEXT_LIT(out, "&amp;"); break;
        case '<': BO_TEXT_LIT(out, "&lt;"); break;
        case '>': BO_TEXT_LIT(out, "&gt;"); break;
        case '"': BO_TEXT_LIT(out, "&quot;"); break;
        case '\r': BO_TEXT_LIT(out, "&#13;"); break;
        default: bo_text_char(out, text.ptr[i]);
        }
    }
}

static void xml_attribute(bo_text *out, const char *name, bo_str value) {
    bo_text_char(out, ' ');
    bo_text_put(out, bo_str_of(name));
    BO_TEXT_LIT(out, "=\"");
    xml_text(out, value);
    bo_text_char(out, '"');
}

static void xml_row(void *context, const bo_term *row) {
    static const char *const names[] = {[BO_IRI] = "uri", [BO_BLANK] = "bnode", [BO_LITERAL] = "literal"};
    writing *w = context;
    BO_TEXT_LIT(w->out, "<result>");
    for (size_t i = 0; i < bo_rows_width(w->rows); i++) {
        if (row[i].kind == BO_NO_TERM) continue;
        bo_str element = bo_str_of(names[row[i].kind]);
        BO_TEXT_LIT(w->out, "<binding");
        xml_attribute(w->out, "name", bo_rows_name(w->rows, i));
        BO_TEXT_LIT(w->out, "><");
        bo_text_put(w->out, element);
        if (row[i].lang.len > 0) xml_attribute(w->out, "xml:lang", row[i].lang);
        if (row[i].datatype.len > 0) xml_attribute(w->out, "datatype", row[i].datatype);
        bo_text_char(w->out, '>');
        xml_text(w->out, row[i].value);
        BO_TEXT_LIT(w->out, "</");
        bo_text_put(w->out, element);
        BO_TEXT_LIT(w->out, "></binding>");
    }
    BO_TEXT_LIT(w->out, "</result>\n");
}

static bo_status write_xml(bo_text *out, bo_rows *rows, const bool *answer) {
    writing w = {.out = out, .rows = rows};
    BO_TEXT_LIT(out,
                "<?xml version=\"1.0\"?>\n<sparql xmlns=\"http://www.w3.org/2005/sparql-results#\">\n<head>");
    for (size_t i = 0; answer == NULL && i < bo_rows_width(rows); i++) {
        BO_TEXT_LIT(out, "<variable");
        xml_attribute(out, "name", bo_rows_name(rows, i));
        BO_TEXT_LIT(out, "/>");
    }
    BO_TEXT_LIT(out, "</head>\n");
    if (answer != NULL) {
        BO_TEXT_LIT(out, "<boolean>");
        bo_text_put(out, *answer ? BO_STR("true") : BO_STR("false"));
        BO_TEXT_LIT(out, "</boolean>\n");
    } else {
        BO_TEXT_LIT(out, "<results>\n");
        BO_TRY(each_row(out, rows, xml_row, &w));
        BO_TEXT_LIT(out, "</results>\n");
    }
    BO_TEXT_LIT(out, "</sparql>\n");
    return BO_OK;
}

/* CSV gives values alone (section 3), TSV terms as in Turtle (section 4). */

static void csv_value(bo_text *out, bo_str value) {
    bool quotes = false;
    for (size_t i = 0; i < value.len; i++)
        quotes |= strchr("\",\r\n", value.ptr[i]) != NULL && value.ptr[i] != '\0';
    if (!quotes) {
        bo_text_put(out, value);
        return;
    }
    bo_text_char(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"') bo_text_char(out, '"');
        bo_text_char(out, value.ptr[i]);
    }
    bo_text_char(out, '"');
}

static void csv_row(void *context, const bo_term *row) {
    writing *w = context;
    for (size_t i = 0; i < bo_rows_width(w->rows); i++) {
        if (i > 0) bo_text_char(w->out, ',');
        if (row[i].kind == BO_BLANK) BO_TEXT_LIT(w->out, "_:");
        csv_value(w->out, row[i].value);
    }
    BO_TEXT_LIT(w->out, "\r\n");
}

static void tsv_row(void *context, const bo_term *row) {
    writing *w = context;
    for (size_t i = 0; i < bo_rows_width(w->rows); i++) {
        if (i > 0) bo_text_char(w->out, '\t');
        if (row[i].kind != BO_NO_TERM) bo_term_write(w->out, &row[i]);
    }
    bo_text_char(w->out, '\n');
}

static bo_status write_separated(bo_text *out, bo_rows *rows, const bool *answer, const char *mark,
                                 bo_str separator, bo_str end,
                                 void (*each)(void *context, const bo_term *row)) {
    writing w = {.out = out, .rows = rows};
    if (answer != NULL) { /* the formats have no ASK: a lone word is what others answer */
        bo_text_put(out, *answer ? BO_STR("true") : BO_STR("false"));
        bo_text_put(out, end);
        return BO_OK;
    }
    for (size_t i = 0; i < bo_rows_width(rows); i++) {
        if (i > 0) bo_text_put(out, separator);
        bo_text_put(out, bo_str_of(mark));
        bo_text_put(out, bo_rows_name(rows, i));
    }
    bo_text_put(out, end);
    return each_row(out, rows, each, &w);
}

static bo_status write_csv(bo_text *out, bo_rows *rows, const bool *answer) {
    return write_separated(out, rows, answer, "", BO_STR(","), BO_STR("\r\n"), csv_row);
}

static bo_status write_tsv(bo_text *out, bo_rows *rows, const bool *answer) {
    return write_separated(out, rows, answer, "?", BO_STR("\t"), BO_STR("\n"), tsv_row);
}

static const results_format formats[BO_RESULTS_COUNT] = {
    [BO_RESULTS_JSON] = {{"application/sparql-results+json", 31}, write_json},
    [BO_RESULTS_XML] = {{"application/sparql-results+xml", 30}, write_xml},
    [BO_RESULTS_CSV] = {{"text/csv; charset=utf-8", 23}, write_csv},
    [BO_RESULTS_TSV] = {{"text/tab-separated-values; charset=utf-8", 40}, write_tsv}};

bo_str bo_results_media_type(bo_results_format format) {
    return formats[format].media_type;
}

bool bo_results_by_media_type(bo_results_format *out, bo_str media_type) {
    bo_str wanted = bo_str_trim(bo_str_head(media_type, bo_str_find(media_type, ';')));
    for (unsigned i = 0; i < BO_RESULTS_COUNT; i++) {
        bo_str own = formats[i].media_type;
        if (!bo_str_eq_nocase(bo_str_head(own, bo_str_find(own, ';')), wanted)) continue;
        *out = (bo_results_format)i;
        return true;
    }
    return false;
}

bo_status bo_results_write(bo_text *out, bo_results_format format, bo_rows *rows) {
    bool answer, is_ask = bo_rows_width(rows) == 0 && bo_rows_ask(rows, &answer) == BO_OK;
    return formats[format].write(out, rows, is_ask ? &answer : NULL);
}
