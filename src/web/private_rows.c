/* SPDX-License-Identifier: Apache-2.0
 * SELECT and ASK as SemApps' own client gets them: an array of objects of RDF/JS terms, or the bare boolean.
 * Only for requests such as that client makes: a query sent as JSON-LD, asking for JSON or JSON-LD.
 */
#include "rdf/vocab.h"
#include "web/exchange.h"

bool bo_wants_private_rows(const bo_exchange *e) {
    static const bo_str json[] = {{"application/ld+json", 19}, {"application/json", 16}};
    bo_str sent = bo_http_media_type(bo_request_header(e, "Content-Type"));
    bo_str wished = bo_http_media_type(bo_request_header(e, "Accept"));
    bool sends = false, wishes = false;
    for (size_t i = 0; i < 2; i++) {
        sends = sends || bo_str_eq_nocase(sent, json[i]);
        wishes = wishes || bo_str_eq_nocase(wished, json[i]);
    }
    return sends && wishes;
}

static void put_term(bo_json_writer *json, const bo_term *term) {
    static const char *const types[] = {
        [BO_IRI] = "NamedNode", [BO_BLANK] = "BlankNode", [BO_LITERAL] = "Literal"};
    bo_json_open(json, BO_JSON_OBJECT);
    bo_json_member_string(json, BO_STR("termType"), bo_str_of(types[term->kind]));
    bo_json_member_string(json, BO_STR("value"), term->value);
    if (term->kind == BO_LITERAL) {
        bo_str datatype = term->datatype.len > 0 ? term->datatype
                          : term->lang.len > 0   ? BO_RDF_LANG_STRING
                                                 : BO_XSD_STRING;
        bo_json_member_string(json, BO_STR("language"), term->lang.len > 0 ? term->lang : BO_STR(""));
        bo_json_key(json, BO_STR("datatype"));
        bo_json_open(json, BO_JSON_OBJECT);
        bo_json_member_string(json, BO_STR("termType"), BO_STR("NamedNode"));
        bo_json_member_string(json, BO_STR("value"), datatype);
        bo_json_close(json, BO_JSON_OBJECT);
    }
    bo_json_close(json, BO_JSON_OBJECT);
}

static bo_status write_rows(bo_text *out, bo_rows *rows) {
    const bo_term *row;
    bo_json_writer json;
    bo_json_begin(&json, out);
    bo_json_open(&json, BO_JSON_ARRAY);
    for (;;) {
        BO_TRY(bo_rows_next(rows, &row));
        if (row == NULL) break;
        bo_json_open(&json, BO_JSON_OBJECT);
        for (size_t i = 0; i < bo_rows_width(rows); i++) {
            if (row[i].kind == BO_NO_TERM) continue;
            bo_json_key(&json, bo_rows_name(rows, i));
            put_term(&json, &row[i]);
        }
        bo_json_close(&json, BO_JSON_OBJECT);
        if (out->status != BO_OK) return out->status;
    }
    bo_json_close(&json, BO_JSON_ARRAY);
    return BO_OK;
}

static bo_status write_answer(bo_text *out, bo_rows *rows) {
    bool answer;
    BO_TRY(bo_rows_ask(rows, &answer));
    bo_text_put(out, answer ? BO_STR("true") : BO_STR("false"));
    return BO_OK;
}

bo_status bo_answer_private_rows(bo_exchange *e, bo_rows *rows, bo_query_form form,
                                 const bo_query_options *options) {
    bo_outlet outlet;
    bo_outlet_open(&outlet, e, BO_STR("application/sparql-results+json"), options->deadline_ns,
                   e->app->options.query_bytes);
    return bo_outlet_close(&outlet, form == BO_ASK ? write_answer(&outlet.text, rows)
                                                   : write_rows(&outlet.text, rows));
}
