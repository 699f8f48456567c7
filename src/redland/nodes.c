/* SPDX-License-Identifier: Apache-2.0 */
#include "redland/nodes.h"

#include <stdlib.h>

static bo_str uri_text(librdf_uri *uri) {
    size_t len;
    const unsigned char *text = librdf_uri_as_counted_string(uri, &len);
    return (bo_str){(const char *)text, len};
}

static const unsigned char *bytes(bo_str text) {
    return (const unsigned char *)(text.ptr != NULL ? text.ptr : "");
}

bo_status bo_term_of_node(bo_term *out, librdf_node *node) {
    size_t len;
    *out = (bo_term){.kind = BO_NO_TERM};
    if (node == NULL) return BO_OK;
    switch (librdf_node_get_type(node)) {
    case LIBRDF_NODE_TYPE_RESOURCE: *out = bo_term_iri(uri_text(librdf_node_get_uri(node))); return BO_OK;
    case LIBRDF_NODE_TYPE_BLANK: {
        const unsigned char *label = librdf_node_get_counted_blank_identifier(node, &len);
        *out = bo_term_blank((bo_str){(const char *)label, len});
        return BO_OK;
    }
    case LIBRDF_NODE_TYPE_LITERAL: {
        bo_str lexical = {(const char *)librdf_node_get_literal_value_as_counted_string(node, &len), 0};
        lexical.len = len;
        const char *lang = librdf_node_get_literal_value_language(node);
        librdf_uri *datatype = librdf_node_get_literal_value_datatype_uri(node);
        *out = lang != NULL && lang[0] != '\0'
                   ? bo_term_lang(lexical, bo_str_of(lang))
                   : bo_term_typed(lexical, datatype != NULL ? uri_text(datatype) : BO_STR_NONE);
        return BO_OK;
    }
    default: return bo_fail(BO_BAD_ARGUMENT, "Redland gave a node of no known kind");
    }
}

/* Raptor reads a language to its NUL, whatever length it is told. */
static librdf_node *literal(librdf_world *world, const bo_term *term) {
    librdf_uri *datatype = NULL;
    char *lang = NULL;
    librdf_node *node = NULL;
    if (term->datatype.len > 0) datatype = librdf_new_uri2(world, bytes(term->datatype), term->datatype.len);
    if (term->lang.len > 0) lang = strndup(term->lang.ptr, term->lang.len);
    if ((term->datatype.len == 0 || datatype != NULL) && (term->lang.len == 0 || lang != NULL))
        node = librdf_new_node_from_typed_counted_literal(world, bytes(term->value), term->value.len, lang,
                                                          term->lang.len, datatype);
    if (datatype != NULL) librdf_free_uri(datatype);
    free(lang);
    return node;
}

librdf_node *bo_node_of_term(librdf_world *world, const bo_term *term) {
    switch (term->kind) {
    case BO_IRI: return librdf_new_node_from_counted_uri_string(world, bytes(term->value), term->value.len);
    case BO_BLANK:
        return librdf_new_node_from_counted_blank_identifier(world, bytes(term->value), term->value.len);
    case BO_LITERAL: return literal(world, term);
    default: return NULL;
    }
}

bo_status bo_quad_of_statement(bo_quad *out, librdf_statement *statement, librdf_node *context) {
    BO_TRY(bo_term_of_node(&out->s, librdf_statement_get_subject(statement)));
    BO_TRY(bo_term_of_node(&out->p, librdf_statement_get_predicate(statement)));
    BO_TRY(bo_term_of_node(&out->o, librdf_statement_get_object(statement)));
    return bo_term_of_node(&out->g, context);
}
