/* SPDX-License-Identifier: Apache-2.0
 * RDF/XML: one rdf:Description a subject, prefixes declared on rdf:RDF. What XML has no way to say is
 * refused: a predicate that does not end in a name, and a character that XML does not hold.
 */
#include <stdio.h>

#include "base/map.h"
#include "rdf/vocab.h"
#include "syntax/read.h"
#include "syntax/write.h"

typedef struct rdfxml {
    bo_text *out;
    const bo_write_options *options;
    bo_gathered all;
    bo_map namespaces; /* of predicates: IRI -> the prefix, a bo_str */
    bo_arena *arena;
} rdfxml;

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

/* A blank node's label as an XML name. Those that are none get "_x" and their bytes in hexadecimal, and so do
 * those that look like that. */
static void node_id(bo_text *out, bo_str label) {
    static const char hex[] = "0123456789ABCDEF";
    BO_TEXT_LIT(out, " rdf:nodeID=\"");
    if (bo_is_ncname(label) && !bo_str_starts(label, BO_STR("_x"))) {
        bo_text_put(out, label);
    } else {
        BO_TEXT_LIT(out, "_x");
        for (size_t i = 0; i < label.len; i++) {
            bo_text_char(out, hex[(unsigned char)label.ptr[i] >> 4]);
            bo_text_char(out, hex[label.ptr[i] & 15]);
        }
    }
    bo_text_char(out, '"');
}

static bool name_char(char c, bool first) {
    char lower = (char)(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || c == '_' ||
           (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
}

/* Where the longest XML name of ASCII letters at the end of an IRI starts; its length when there is none. */
static size_t local_name(bo_str iri) {
    size_t at = iri.len;
    while (at > 0 && name_char(iri.ptr[at - 1], false)) at--;
    while (at < iri.len && !name_char(iri.ptr[at], true)) at++;
    /* xml's own namespace can't be bound: its last letter goes to the name */
    if (bo_str_eq(bo_str_head(iri, at), BO_STR("http://www.w3.org/XML/1998/namespace"))) at--;
    return at;
}

/* "rdf" is always RDF's own here, and what begins with xml is XML's. */
static bool usable(const bo_prefix *prefix) {
    bool rdf = bo_str_eq(prefix->name, BO_STR("rdf")), ours = bo_str_eq(prefix->iri, BO_STR(BO_RDF_NS));
    return bo_is_ncname(prefix->name) && !bo_str_starts(prefix->name, BO_STR("xml")) && (!rdf || ours);
}

static bo_str declared_prefix(const bo_write_options *options, bo_str ns) {
    for (size_t i = 0; i < options->prefix_count; i++)
        if (bo_str_eq(options->prefixes[i].iri, ns) && usable(&options->prefixes[i]))
            return options->prefixes[i].name;
    return bo_str_eq(ns, BO_STR(BO_RDF_NS)) ? BO_STR("rdf") : BO_STR_NONE;
}

static bool is_taken(const bo_write_options *options, bo_str prefix) {
    for (size_t i = 0; i < options->prefix_count; i++)
        if (bo_str_eq(options->prefixes[i].name, prefix)) return true;
    return false;
}

static bo_status name_namespace(rdfxml *x, bo_str predicate, unsigned *made) {
    bool fresh;
    size_t at = local_name(predicate);
    if (at == predicate.len || at == 0)
        return bo_fail(BO_UNSUPPORTED, "RDF/XML can't say the predicate <%.*s>: it does not end in a name",
                       BO_STR_ARG(predicate));
    if (bo_is_no_property(predicate))
        return bo_fail(BO_UNSUPPORTED,
                       "RDF/XML can't say the predicate <%.*s>: the name means something else there",
                       BO_STR_ARG(predicate));
    bo_value *place = bo_map_put(&x->namespaces, bo_str_head(predicate, at), &fresh);
    if (place == NULL) return bo_error_last()->status;
    if (!fresh) return BO_OK;
    bo_str *prefix = BO_NEW(x->arena, bo_str);
    if (prefix == NULL) return bo_error_last()->status;
    *prefix = declared_prefix(x->options, bo_str_head(predicate, at));
    while (prefix->ptr == NULL) {
        bo_str candidate = bo_arena_printf(x->arena, "ns%u", ++*made);
        if (candidate.ptr == NULL) return bo_error_last()->status;
        if (!is_taken(x->options, candidate)) *prefix = candidate;
    }
    place->ptr = prefix;
    return BO_OK;
}

static void element_name(rdfxml *x, bo_str predicate) {
    size_t at = local_name(predicate);
    const bo_value *prefix = bo_map_get(&x->namespaces, bo_str_head(predicate, at));
    bo_text_put(x->out, *(const bo_str *)prefix->ptr);
    bo_text_char(x->out, ':');
    bo_text_put(x->out, bo_str_from(predicate, at));
}

static void property(rdfxml *x, const bo_quad *quad) {
    BO_TEXT_LIT(x->out, "    <");
    element_name(x, quad->p.value);
    if (quad->o.kind == BO_IRI) attribute(x->out, "rdf:resource", quad->o.value);
    if (quad->o.kind == BO_BLANK) node_id(x->out, quad->o.value);
    if (quad->o.kind != BO_LITERAL) {
        BO_TEXT_LIT(x->out, "/>\n");
        return;
    }
    if (quad->o.lang.len) attribute(x->out, "xml:lang", quad->o.lang);
    if (quad->o.datatype.len) attribute(x->out, "rdf:datatype", quad->o.datatype);
    bo_text_char(x->out, '>');
    escape(x->out, quad->o.value);
    BO_TEXT_LIT(x->out, "</");
    element_name(x, quad->p.value);
    BO_TEXT_LIT(x->out, ">\n");
}

static void begin(rdfxml *x) {
    BO_TEXT_LIT(x->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"" BO_RDF_NS "\"");
    uint32_t at = 0;
    for (bo_map_entry *entry; (entry = bo_map_next(&x->namespaces, &at)) != NULL;) {
        const bo_str *prefix = entry->value.ptr;
        if (bo_str_eq(entry->key, BO_STR(BO_RDF_NS)) && bo_str_eq(*prefix, BO_STR("rdf"))) continue;
        BO_TEXT_LIT(x->out, "\n    xmlns:");
        bo_text_put(x->out, *prefix);
        BO_TEXT_LIT(x->out, "=\"");
        escape(x->out, entry->key);
        bo_text_char(x->out, '"');
    }
    BO_TEXT_LIT(x->out, ">\n");
}

static bo_status write(rdfxml *x) {
    const bo_quad *quads = x->all.quads;
    unsigned made = 0;
    for (size_t i = 0; i < x->all.len; i++) BO_TRY(name_namespace(x, quads[i].p.value, &made));
    begin(x);
    for (size_t i = 0; i < x->all.len; i++) {
        if (i == 0 || !bo_term_eq(&quads[i].s, &quads[i - 1].s)) {
            if (i > 0) BO_TEXT_LIT(x->out, "  </rdf:Description>\n");
            BO_TEXT_LIT(x->out, "  <rdf:Description");
            if (quads[i].s.kind == BO_IRI)
                attribute(x->out, "rdf:about", quads[i].s.value);
            else
                node_id(x->out, quads[i].s.value);
            BO_TEXT_LIT(x->out, ">\n");
        }
        property(x, &quads[i]);
    }
    if (x->all.len > 0) BO_TEXT_LIT(x->out, "  </rdf:Description>\n");
    BO_TEXT_LIT(x->out, "</rdf:RDF>\n");
    return x->out->status;
}

bo_status bo_write_rdfxml(bo_text *out, bo_source *source, const bo_write_options *options) {
    rdfxml x = {.out = out, .options = options, .arena = bo_arena_new(0)};
    if (x.arena == NULL) return bo_error_last()->status;
    bo_map_init(&x.namespaces, x.arena);
    bo_status status = bo_gather(&x.all, source, options->focus, false, x.arena);
    if (status == BO_OK) status = write(&x);
    bo_arena_free(x.arena);
    return status;
}
