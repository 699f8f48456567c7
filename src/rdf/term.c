/* SPDX-License-Identifier: Apache-2.0 */
#include "bocage/term.h"

#include "rdf/vocab.h"

bo_term bo_term_typed(bo_str lexical, bo_str datatype) {
    return (bo_term){.kind = BO_LITERAL,
                     .value = lexical,
                     .datatype = bo_str_eq(datatype, BO_XSD_STRING) ? BO_STR_NONE : datatype};
}

bool bo_term_eq(const bo_term *a, const bo_term *b) {
    return a->kind == b->kind && bo_str_eq(a->value, b->value) &&
           (a->kind != BO_LITERAL ||
            (bo_str_eq(a->datatype, b->datatype) && bo_str_eq_nocase(a->lang, b->lang)));
}

uint64_t bo_term_hash(const bo_term *term) {
    uint64_t hash = bo_str_hash(term->value) * 4 + (uint64_t)term->kind;
    if (term->kind != BO_LITERAL) return hash;
    if (term->datatype.len) return hash ^ (bo_str_hash(term->datatype) * 31);
    for (size_t i = 0; i < term->lang.len; i++)
        hash = (hash ^ (uint64_t)(term->lang.ptr[i] | 0x20)) * 0x9E3779B97F4A7C15u;
    return hash;
}

static bo_status copy(bo_str *out, bo_str s, bo_arena *arena) {
    if (s.ptr == NULL) {
        *out = s;
        return BO_OK;
    }
    bo_str made = bo_arena_str(arena, s);
    if (made.ptr == NULL) return bo_error_last()->status;
    *out = made;
    return BO_OK;
}

bo_status bo_term_copy(bo_term *out, const bo_term *term, bo_arena *arena) {
    bo_term made = {.kind = term->kind};
    BO_TRY(copy(&made.value, term->value, arena));
    BO_TRY(copy(&made.datatype, term->datatype, arena));
    BO_TRY(copy(&made.lang, term->lang, arena));
    *out = made;
    return BO_OK;
}

bo_str bo_term_datatype(const bo_term *literal) {
    if (literal->lang.len) return BO_RDF_LANG_STRING;
    return literal->datatype.len ? literal->datatype : BO_XSD_STRING;
}

/* ECHAR and UCHAR of N-Triples; what needs no escape is put in one piece. */
static void write_escaped(bo_text *out, bo_str s) {
    static const char hex[] = "0123456789ABCDEF";
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
        bo_text_put(out, (bo_str){s.ptr + from, i - from});
        from = i + 1;
        bo_text_char(out, '\\');
        switch (c) {
        case '\n': bo_text_char(out, 'n'); break;
        case '\r': bo_text_char(out, 'r'); break;
        case '\t': bo_text_char(out, 't'); break;
        case '\b': bo_text_char(out, 'b'); break;
        case '\f': bo_text_char(out, 'f'); break;
        case '"':
        case '\\': bo_text_char(out, (char)c); break;
        default:
            BO_TEXT_LIT(out, "u00");
            bo_text_char(out, hex[c >> 4]);
            bo_text_char(out, hex[c & 15]);
        }
    }
    bo_text_put(out, (bo_str){s.ptr + from, s.len - from});
}

static void write_iri(bo_text *out, bo_str iri) {
    bo_text_char(out, '<');
    bo_text_put(out, iri);
    bo_text_char(out, '>');
}

void bo_term_write(bo_text *out, const bo_term *term) {
    switch (term->kind) {
    case BO_NO_TERM: break;
    case BO_IRI: write_iri(out, term->value); break;
    case BO_BLANK:
        BO_TEXT_LIT(out, "_:");
        bo_text_put(out, term->value);
        break;
    case BO_LITERAL:
        bo_text_char(out, '"');
        write_escaped(out, term->value);
        bo_text_char(out, '"');
        if (term->lang.len) {
            bo_text_char(out, '@');
            bo_text_put(out, term->lang);
        } else if (term->datatype.len) {
            BO_TEXT_LIT(out, "^^");
            write_iri(out, term->datatype);
        }
    }
}
