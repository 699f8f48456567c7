/* SPDX-License-Identifier: Apache-2.0
 * RDF/XML: one rdf:Description a subject. A predicate must end in an XML name; one that does not can't be
 * said.
 */
#include <stdio.h>

#include "rdf/vocab.h"
#include "syntax/write.h"

/* What XML 1.0 has no way to say: control characters, U+FFFE and U+FFFF. */
static bool sayable(bo_str s) {
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
        if (c == 0xEF && s.len - i > 2 && memcmp(s.ptr + i + 1, "\xBF\xBE", 2) >= 0) return false;
    }
    return true;
}

static void escape(bo_text *out, bo_str s) {
    if (!sayable(s))
        bo_text_fail(out,
                     bo_fail(BO_UNSUPPORTED, "XML can't hold a character of \"%.*s\": write another syntax",
                             BO_STR_ARG(s)));
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': BO_TEXT_LIT(out, "&amp;"); break;
        case '<': BO_TEXT_LIT(out, "&lt;"); break;
        case '>': BO_TEXT_LIT(out, "&gt;"); break;
        case '"': BO_TEXT_LIT(out, "&quot;"); break;
        case '\r': BO_TEXT_LIT(out, "&#13;"); break;
        default: bo_text_char(out, s.ptr[i]);
        }
    }
}

static void attribute(bo_text *out, const char *name, bo_str value) {
    bo_text_char(out, ' ');
    bo_text_put(out, bo_str_of(name));
    BO_TEXT_LIT(out, "=\"");
    escape(out, value);
    bo_text_char(out, '"');
}

static bool name_char(char c, bool first) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || c == '_' || (c & 0x80) ||
           (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

/* Where the longest XML name at the end of an IRI starts; its length when there is none. */
static size_t local_name(bo_str iri) {
    size_t at = iri.len;
    while (at > 0 && name_char(iri.ptr[at - 1], false)) at--;
    while (at < iri.len && (!name_char(iri.ptr[at], true) || (iri.ptr[at] & 0xC0) == 0x80)) at++;
    return at;
}

static bo_status property(bo_text *out, const bo_quad *quad) {
    size_t at = local_name(quad->p.value);
    if (at == quad->p.value.len)
        return bo_fail(BO_UNSUPPORTED, "RDF/XML can't say the predicate <%.*s>: it does not end in a name",
                       BO_STR_ARG(quad->p.value));
    bo_str name = bo_str_from(quad->p.value, at);
    BO_TEXT_LIT(out, "    <p:");
    bo_text_put(out, name);
    attribute(out, "xmlns:p", bo_str_head(quad->p.value, at));
    if (quad->o.kind == BO_IRI) attribute(out, "rdf:resource", quad->o.value);
    if (quad->o.kind == BO_BLANK) attribute(out, "rdf:nodeID", quad->o.value);
    if (quad->o.kind != BO_LITERAL) {
        BO_TEXT_LIT(out, "/>\n");
        return BO_OK;
    }
    if (quad->o.lang.len) attribute(out, "xml:lang", quad->o.lang);
    if (quad->o.datatype.len) attribute(out, "rdf:datatype", quad->o.datatype);
    bo_text_char(out, '>');
    escape(out, quad->o.value);
    BO_TEXT_LIT(out, "</p:");
    bo_text_put(out, name);
    BO_TEXT_LIT(out, ">\n");
    return BO_OK;
}

static bo_status write(bo_text *out, const bo_gathered *all) {
    BO_TEXT_LIT(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF");
    attribute(out, "xmlns:rdf", bo_vocab_namespaces[BO_NS_RDF].iri);
    BO_TEXT_LIT(out, ">\n");
    for (size_t i = 0; i < all->len; i++) {
        const bo_quad *quad = &all->quads[i];
        if (i == 0 || !bo_term_eq(&quad->s, &quad[-1].s)) {
            if (i > 0) BO_TEXT_LIT(out, "  </rdf:Description>\n");
            BO_TEXT_LIT(out, "  <rdf:Description");
            attribute(out, quad->s.kind == BO_IRI ? "rdf:about" : "rdf:nodeID", quad->s.value);
            BO_TEXT_LIT(out, ">\n");
        }
        BO_TRY(property(out, quad));
    }
    if (all->len > 0) BO_TEXT_LIT(out, "  </rdf:Description>\n");
    BO_TEXT_LIT(out, "</rdf:RDF>\n");
    return out->status;
}

bo_status bo_write_rdfxml(bo_text *out, bo_source *source, const bo_write_options *options) {
    bo_gathered all;
    bo_arena *arena = bo_arena_new(0);
    if (arena == NULL) return bo_error_last()->status;
    bo_status status = bo_gather(&all, source, options->focus, false, arena);
    if (status == BO_OK) status = write(out, &all);
    bo_arena_free(arena);
    return status;
}
