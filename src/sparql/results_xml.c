/* SPDX-License-Identifier: Apache-2.0
 * Reading results: SPARQL Query Results XML Format (W3C Recommendation of 2013). The libxml2 edge. Nothing is
 * fetched, and no entity of the document's own is replaced.
 */
#include <limits.h>
#include <libxml/xmlreader.h>

#include "sparql/results_read.h"

typedef struct reading {
    bo_results *out;
    bo_arena *arena;
    xmlTextReaderPtr xml;
    bo_term *row;
    bo_term *cell; /* of the binding that is open */
    bool any;
} reading;

static bo_str kept(const reading *r, const xmlChar *text) {
    return text != NULL ? bo_arena_str(r->arena, bo_str_of((const char *)text)) : BO_STR_NONE;
}

static bo_str attribute(const reading *r, const char *name) {
    xmlChar *value = xmlTextReaderGetAttribute(r->xml, (const xmlChar *)name);
    bo_str copy = kept(r, value);
    xmlFree(value);
    return copy;
}

static bo_str content(const reading *r) {
    xmlChar *value = xmlTextReaderReadString(r->xml);
    bo_str copy = value != NULL ? kept(r, value) : BO_STR("");
    xmlFree(value);
    return copy;
}

static bo_status on_sparql(reading *r) {
    r->any = true;
    return BO_OK;
}

static bo_status on_variable(reading *r) {
    return bo_results_add_name(r->out, attribute(r, "name"), r->arena);
}

static bo_status on_boolean(reading *r) {
    r->out->is_answer = true;
    r->out->answer = bo_str_eq(bo_str_trim(content(r)), BO_STR("true"));
    return BO_OK;
}

static bo_status on_result(reading *r) {
    r->cell = NULL;
    return bo_results_add_row(r->out, &r->row, r->arena);
}

static bo_status on_binding(reading *r) {
    size_t column;
    bo_str name = attribute(r, "name");
    if (r->row == NULL || !bo_results_column(&column, r->out, name))
        return bo_fail(BO_SYNTAX, "a row binds ?%.*s, which the head does not name", BO_STR_ARG(name));
    r->cell = &r->row[column];
    return BO_OK;
}

static bo_status put(reading *r, bo_term term) {
    if (r->cell == NULL) return bo_fail(BO_SYNTAX, "a term stands outside of a binding");
    *r->cell = term;
    return BO_OK;
}

static bo_status on_uri(reading *r) {
    return put(r, bo_term_iri(content(r)));
}

static bo_status on_bnode(reading *r) {
    return put(r, bo_term_blank(content(r)));
}

static bo_status on_literal(reading *r) {
    bo_str lang = attribute(r, "xml:lang"), datatype = attribute(r, "datatype"), text = content(r);
    return put(r, lang.len > 0 ? bo_term_lang(text, lang) : bo_term_typed(text, datatype));
}

static bo_status read_element(reading *r) {
    static const struct {
        const char *name;
        bo_status (*read)(reading *r);
    } elements[] = {{"sparql", on_sparql}, {"variable", on_variable}, {"boolean", on_boolean},
                    {"result", on_result}, {"binding", on_binding},   {"uri", on_uri},
                    {"bnode", on_bnode},   {"literal", on_literal}};
    const char *name = (const char *)xmlTextReaderConstLocalName(r->xml);
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strcmp(elements[i].name, name) == 0) return elements[i].read(r);
    return BO_OK;
}

static bo_status read_all(reading *r) {
    int more;
    while ((more = xmlTextReaderRead(r->xml)) == 1)
        if (xmlTextReaderNodeType(r->xml) == XML_READER_TYPE_ELEMENT) BO_TRY(read_element(r));
    if (more < 0) return bo_fail(BO_SYNTAX, "these results are not well-formed XML");
    return r->any ? BO_OK : bo_fail(BO_SYNTAX, "these results have no sparql element");
}

bo_status bo_results_read_xml(bo_results *out, bo_str text, bo_arena *arena) {
    reading r = {.out = out, .arena = arena};
    if (text.len > INT_MAX) return bo_fail(BO_LIMIT, "these results are too large");
    r.xml = xmlReaderForMemory(text.ptr, (int)text.len, NULL, NULL,
                               XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    if (r.xml == NULL) return bo_fail(BO_NO_MEMORY, "memory ran out");
    bo_status status = read_all(&r);
    xmlFreeTextReader(r.xml);
    return status;
}
